package deliver

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

// NewSecret mints the secret of an endpoint.
func NewSecret() fairlead.Secret {
	var b [32]byte
	rand.Read(b[:])
	return fairlead.NewSecret(secretPrefix + base64.StdEncoding.EncodeToString(b[:]))
}

// sign sets the headers that the destination's scheme asks for, over the exact bytes
// and real time.
func (e *Engine) sign(ctx context.Context, h http.Header, a *attempt, body []byte) error {
	signing := a.delivery.Destination.Signing
	if unsigned(signing) {
		return nil
	}
	if signing.Scheme == fairlead.SignJWT {
		return e.signToken(ctx, h, signing.Header, body)
	}
	secrets, err := e.secrets(ctx, a)
	if err != nil {
		return err
	}
	if len(secrets) == 0 {
		return fairlead.Errorf(fairlead.Conflict, "There is no secret to sign with.")
	}
	seconds := strconv.FormatInt(e.o.Stamp().Unix(), 10)
	switch signing.Scheme {
	case fairlead.SignStandard:
		// The event's id, not the delivery's: who has seen it has seen it, resent or not.
		signStandard(h, secrets, string(a.delivery.Event), seconds, body)
	case fairlead.SignHMACHex:
		h.Set(signing.Header, hex.EncodeToString(mac([]byte(secrets[0].Reveal()), body)))
		if signing.TimestampHeader != "" {
			// The vendor's timestamp is not under the vendor's signature, so that anybody who has
			// a delivery can send it again as new. Who wants to refuse that checks these instead.
			h.Set(signing.TimestampHeader, seconds)
			signStandard(h, secrets, string(a.delivery.ID), seconds, body) // an event has several of these deliveries
		}
	default:
		return fairlead.Errorf(fairlead.Internal, "deliver: the signing scheme is unknown")
	}
	return nil
}

// signToken sets a JWT of the server's own key.
func (e *Engine) signToken(ctx context.Context, h http.Header, header string, body []byte) error {
	if e.o.BodyToken == nil {
		return fairlead.Errorf(fairlead.Conflict, "There is no key to sign with.")
	}
	token, err := e.o.BodyToken(ctx, body, e.o.Stamp())
	if err == nil {
		h.Set(header, token)
	}
	return err
}

// signStandard sets the headers of Standard Webhooks.
func signStandard(h http.Header, secrets []fairlead.Secret, id, seconds string, body []byte) {
	h.Set("Webhook-Id", id)
	h.Set("Webhook-Timestamp", seconds)
	h.Set("Webhook-Signature", standardSignature(secrets, id, seconds, body))
}

func unsigned(s fairlead.Signing) bool { return s.Scheme == fairlead.SignNone || s.Scheme == "" }

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

// secrets are what deliveries are signed with, newest first: an
// endpoint's own, or the application's.
func (e *Engine) secrets(ctx context.Context, a *attempt) ([]fairlead.Secret, error) {
	if a.delivery.Destination.Signing.ApplicationKey {
		if e.o.Signing == nil {
			return nil, nil
		}
		return e.o.Signing(ctx, a.delivery.Tenant, a.delivery.Application)
	}
	if a.keys == nil {
		return nil, nil
	}
	return a.keys.secrets, a.keys.err
}
