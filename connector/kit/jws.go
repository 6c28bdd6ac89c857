package kit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"

	"github.com/go-jose/go-jose/v4"

	"github.com/fairlead-dev/fairlead"
)

// maxJWS bounds a signature that somebody posts.
const maxJWS = 16 << 10

// VerifyES256 verifies a compact JWS and returns its payload. Only ES256 is taken: what
// the header says of algorithms decides nothing else. key finds the public key by its
// id, which is nothing but text from outside. Errors: Unauthenticated, and what key gives.
func VerifyES256(ctx context.Context, token string, key func(ctx context.Context, id string) (*ecdsa.PublicKey, error)) ([]byte, error) {
	if len(token) > maxJWS {
		return nil, unverified(errors.New("kit: a signature is too long"))
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, unverified(fmt.Errorf("kit: reading a signature: %w", err))
	}
	if len(signed.Signatures) != 1 || signed.Signatures[0].Protected.KeyID == "" {
		return nil, unverified(errors.New("kit: a signature names no key"))
	}
	public, err := key(ctx, signed.Signatures[0].Protected.KeyID)
	if err != nil {
		return nil, err
	}
	payload, err := signed.Verify(public)
	if err != nil {
		return nil, unverified(fmt.Errorf("kit: verifying a signature: %w", err))
	}
	return payload, nil
}

// P256 is the public key of two coordinates in base64url, as a JWK has them.
func P256(x, y string) (*ecdsa.PublicKey, error) {
	a, err := base64.RawURLEncoding.DecodeString(x)
	b, err2 := base64.RawURLEncoding.DecodeString(y)
	if err != nil || err2 != nil || len(a) > 32 || len(b) > 32 {
		return nil, errors.New("kit: the coordinates of a key are malformed")
	}
	var point [65]byte
	point[0] = 4
	new(big.Int).SetBytes(a).FillBytes(point[1:33])
	new(big.Int).SetBytes(b).FillBytes(point[33:])
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point[:])
	if err != nil {
		return nil, errors.New("kit: a key is no point of P-256")
	}
	return key, nil
}

func unverified(err error) error {
	return &fairlead.Error{Kind: fairlead.Unauthenticated, Detail: "The signature does not verify.", Err: err}
}
