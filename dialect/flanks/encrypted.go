package flanks

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// Any request may come as a JWE (RFC 7516, compact) of its JSON, for a key of
// /.well-known/jwks.json. The vendor's page of it says no more than that; what is taken
// is the pair that every library has and nothing older.
const (
	keyAlgorithm  = jose.RSA_OAEP_256
	bodyAlgorithm = jose.A256GCM
	rsaBits       = 2048
)

// compactJWE is five parts of base64url with dots between. No JSON has that form.
var compactJWE = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$`)

// mintKey makes a private key, as base64 of its PKCS 8 form.
func mintKey() (fairlead.Secret, error) {
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return fairlead.Secret{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	return fairlead.NewSecret(base64.StdEncoding.EncodeToString(der)), err
}

// privateKey is the key that mintKey has made.
func privateKey(k access.RequestKey) (*rsa.PrivateKey, error) {
	der, err := base64.StdEncoding.DecodeString(k.Private.Reveal())
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fairlead.Errorf(fairlead.Internal, "flanks: a request key is no RSA key")
	}
	return private, nil
}

// jwks publishes the keys for which requests may be encrypted, the newest first.
func (f *Flanks) jwks(w http.ResponseWriter, r *http.Request) {
	keys, err := f.verbs.Access.RequestKeys(r.Context(), "", mintKey)
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		var private *rsa.PrivateKey
		if private, err = privateKey(k); err != nil {
			break
		}
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: private.Public(), KeyID: k.ID, Algorithm: string(keyAlgorithm), Use: "enc"})
	}
	if err != nil {
		f.verbs.Log.ErrorContext(r.Context(), "flanks: publishing keys failed", "error", err)
		code, out := refusal(err)
		answer(w, code, out)
		return
	}
	answer(w, http.StatusOK, set)
}

// notOpened is the one answer to a JWE that does not open, whatever the reason: more
// would help to guess.
func notOpened() error {
	return fairlead.InvalidField("body", "encryption",
		"must be JSON, or a compact JWE of it with RSA-OAEP-256 and A256GCM for a key of /.well-known/jwks.json")
}

// opened is the JSON of a body that may be encrypted.
func (f *Flanks) opened(ctx context.Context, body []byte) ([]byte, error) {
	text := bytes.TrimRight(body, "\r\n")
	if !compactJWE.Match(text) {
		return body, nil
	}
	kid, ok := headerOf(text)
	if !ok {
		return nil, notOpened()
	}
	jwe, err := jose.ParseEncryptedCompact(string(text), []jose.KeyAlgorithm{keyAlgorithm}, []jose.ContentEncryption{bodyAlgorithm})
	if err != nil {
		return nil, notOpened()
	}
	keys, err := f.verbs.Access.RequestKeys(ctx, kid, mintKey)
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if kid != "" && kid != k.ID {
			continue
		}
		private, err := privateKey(k)
		if err != nil {
			return nil, err
		}
		if plain, err := jwe.Decrypt(private); err == nil {
			return plain, nil
		}
	}
	return nil, notOpened()
}

// headerOf reads the kid of a JWE's protected header, and refuses headers that ask for
// more than is done here: compression, because what it makes of a body has no bound.
func headerOf(text []byte) (kid string, ok bool) {
	part, _, _ := bytes.Cut(text, []byte("."))
	raw, err := base64.RawURLEncoding.DecodeString(string(part))
	if err != nil {
		return "", false
	}
	var header map[string]json.RawMessage
	if json.Unmarshal(raw, &header) != nil {
		return "", false
	}
	for name := range header {
		if !slices.Contains([]string{"alg", "enc", "kid", "typ", "cty"}, name) {
			return "", false
		}
	}
	if named, has := header["kid"]; has && json.Unmarshal(named, &kid) != nil {
		return "", false
	}
	return kid, true
}
