package plaid

import (
	"encoding/base64"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// theirKeyID is the key id by which the vendor's own clients try whether keys can be
// fetched. In a sandbox the key that signs now is given for it, under its own id.
const theirKeyID = "6c5516e1-92dc-479e-a8ff-5a51992e0001"

type verificationKey struct {
	Alg       string `json:"alg"`
	Curve     string `json:"crv"`
	ID        string `json:"kid"`
	Type      string `json:"kty"`
	Use       string `json:"use"`
	X         string `json:"x"`
	Y         string `json:"y"`
	CreatedAt int64  `json:"created_at"`
	ExpiredAt *int64 `json:"expired_at"`
}

// getVerificationKey answers a key that webhooks are, or were, signed with.
func (p *Plaid) getVerificationKey(c call) (any, error) {
	var body struct {
		KeyID string `json:"key_id"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	if body.KeyID == "" {
		return nil, missing("key_id")
	}
	keys, err := p.verbs.Access.BodyKeys(c.Context())
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(keys, func(k access.BodyKey) bool { return k.ID == body.KeyID })
	if body.KeyID == theirKeyID && c.Tenant.Environment == fairlead.Sandbox {
		i = 0
	}
	if i < 0 || i >= len(keys) {
		return nil, newError(invalidInput, "INVALID_WEBHOOK_VERIFICATION_KEY_ID", "there is no webhook verification key of this key_id")
	}
	key, err := keyOf(keys[i])
	return map[string]any{"key": key}, err
}

func keyOf(k access.BodyKey) (verificationKey, error) {
	point, err := k.Public.Bytes() // 4, and the coordinates
	if err != nil || len(point) != 65 {
		return verificationKey{}, fairlead.Errorf(fairlead.Internal, "plaid: a key is on no P-256 curve")
	}
	out := verificationKey{
		Alg: "ES256", Curve: "P-256", ID: k.ID, Type: "EC", Use: "sig", CreatedAt: k.Made.Unix(),
		X: base64.RawURLEncoding.EncodeToString(point[1:33]), Y: base64.RawURLEncoding.EncodeToString(point[33:]),
	}
	if !k.Expired.IsZero() {
		at := k.Expired.Unix()
		out.ExpiredAt = &at
	}
	return out, nil
}
