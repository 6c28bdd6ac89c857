package notifying

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// secretPrefix marks a Standard Webhooks secret; standard base64 follows.
const secretPrefix = "whsec_"

// newSecret mints the secret of an endpoint.
func newSecret() fairlead.Secret {
	var b [32]byte
	rand.Read(b[:])
	return fairlead.NewSecret(secretPrefix + base64.StdEncoding.EncodeToString(b[:]))
}

// sign sets the headers that the target's scheme asks for, over the exact bytes
// and real time.
func (n *Notifying) sign(ctx context.Context, h http.Header, t *telling, body []byte) error {
	signing := t.notice.Destination.Signing
	if signing.Scheme == fairlead.SignNone || signing.Scheme == "" {
		return nil
	}
	secrets, err := n.secrets(ctx, t)
	if err != nil {
		return err
	}
	if len(secrets) == 0 {
		return fairlead.Errorf(fairlead.Conflict, "There is no secret to sign with.")
	}
	seconds := strconv.FormatInt(n.clock().Unix(), 10)
	switch signing.Scheme {
	case fairlead.SignStandard:
		id := string(t.notice.ID)
		h.Set("Webhook-Id", id)
		h.Set("Webhook-Timestamp", seconds)
		h.Set("Webhook-Signature", standardSignature(secrets, id, seconds, body))
	case fairlead.SignHMACHex:
		h.Set(signing.Header, hex.EncodeToString(mac([]byte(secrets[0].Reveal()), body)))
		if signing.TimestampHeader != "" {
			h.Set(signing.TimestampHeader, seconds)
		}
	default:
		return fairlead.Errorf(fairlead.Internal, "notifying: the signing scheme is unknown")
	}
	return nil
}

// standardSignature is Standard Webhooks v1, one signature per secret: while
// they rotate, a receiver may hold either.
func standardSignature(secrets []fairlead.Secret, id, seconds string, body []byte) string {
	var signatures []string
	for _, s := range secrets {
		sum := mac(standardKey(s), []byte(id), []byte("."), []byte(seconds), []byte("."), body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(sum))
	}
	return strings.Join(signatures, " ")
}

// standardKey is the bytes of a secret: what follows whsec_ is base64; an
// application's own secret, which has no such prefix, is taken as it is.
func standardKey(s fairlead.Secret) []byte {
	if text, ok := strings.CutPrefix(s.Reveal(), secretPrefix); ok {
		if key, err := base64.StdEncoding.DecodeString(text); err == nil {
			return key
		}
	}
	return []byte(s.Reveal())
}

func mac(key []byte, parts ...[]byte) []byte {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// secrets are what a target's notices are signed with, newest first: an
// endpoint's own, or the application's.
func (n *Notifying) secrets(ctx context.Context, t *telling) ([]fairlead.Secret, error) {
	if t.notice.Destination.Signing.ApplicationKey {
		if n.signing == nil {
			return nil, nil
		}
		return n.signing(ctx, t.notice.Tenant, t.notice.Application)
	}
	if t.keys == nil {
		return nil, nil
	}
	return t.keys.secrets, t.keys.err
}
