package plaidtest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/go-jose/go-jose/v4"
)

func (s *Server) getKey(r request) (Object, error) {
	for _, k := range s.keys {
		if k.id != r.text("key_id") {
			continue
		}
		point, err := k.key.PublicKey.Bytes()
		if err != nil {
			return nil, err
		}
		encode := base64.RawURLEncoding.EncodeToString
		out := Object{
			"alg": "ES256", "crv": "P-256", "kid": k.id, "kty": "EC", "use": "sig", "x": encode(point[1:33]), "y": encode(point[33:]),
			"created_at": k.created.Unix(), "expired_at": nil,
		}
		if !k.expired.IsZero() {
			out["expired_at"] = k.expired.Unix()
		}
		return Object{"key": out}, nil
	}
	return nil, invalid("INVALID_WEBHOOK_VERIFICATION_KEY_ID", "invalid key_id")
}

// Sign makes a webhook as it is posted: its body, indented as Plaid's, and its signature.
func (s *Server) Sign(body Object) ([]byte, string, error) {
	b, err := json.MarshalIndent(body, "", "  ")
	if err != nil {
		return nil, "", err
	}
	sum := sha256.Sum256(b)
	s.mutex.Lock()
	key, now := s.keys[len(s.keys)-1], s.Clock()
	s.mutex.Unlock()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key.key, KeyID: key.id}}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, "", err
	}
	claims, err := json.Marshal(Object{"iat": now.Unix(), "request_body_sha256": hex.EncodeToString(sum[:])})
	if err != nil {
		return nil, "", err
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return nil, "", err
	}
	token, err := signed.CompactSerialize()
	return b, token, err
}

// Send posts a webhook and returns the status it is answered with.
func (s *Server) Send(url string, body Object) (int, error) {
	b, token, err := s.Sign(body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Plaid-Verification", token)
	resp, err := s.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("plaidtest: posting a webhook: %w", err)
	}
	defer resp.Body.Close()
	return resp.StatusCode, nil
}
