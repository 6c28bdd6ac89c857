package access

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// The keys that bodies of webhooks are signed with are the server's own, as those that
// requests are encrypted for: sealed notes of no tenant.
const (
	bodyKeys = "body-keys"
	// bodyKeyFresh is how long a key signs, bodyKeyLife how long it can be fetched: whoever
	// has stored a webhook can check it for a year.
	bodyKeyFresh = 30 * 24 * time.Hour
	bodyKeyLife  = 365 * 24 * time.Hour
)

// BodyKey is a key (ES256) that bodies of webhooks are signed with.
type BodyKey struct {
	ID      string
	Made    time.Time
	Expired time.Time // when another took its place; zero: it signs
	Public  ecdsa.PublicKey

	private *ecdsa.PrivateKey
}

// openBodyKeys are the keys as they were read last.
type openBodyKeys struct {
	mu   sync.Mutex
	read time.Time
	keys []BodyKey
}

// BodyKeys are the keys that webhooks were signed with in a year, newest first: that one
// signs now, and another is made after its month.
func (a *Access) BodyKeys(ctx context.Context) ([]BodyKey, error) {
	o, wall := &a.bodyKeys, a.clock()
	o.mu.Lock()
	if age := wall.Sub(o.read); len(o.keys) > 0 && age < requestKeyCache && age >= 0 {
		defer o.mu.Unlock()
		return slices.Clone(o.keys), nil
	}
	o.mu.Unlock()
	keys, err := a.readBodyKeys(ctx, wall)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.read, o.keys = wall, slices.Clone(keys)
	return keys, nil
}

// readBodyKeys reads and opens the keys, after it has added one where that is due.
func (a *Access) readBodyKeys(ctx context.Context, wall time.Time) (keys []BodyKey, err error) {
	stored, err := a.storedKeys(ctx, bodyKeys)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 || wall.Sub(stored[0].Made) >= bodyKeyFresh {
		if stored, err = a.addBodyKey(ctx, wall); err != nil {
			return nil, err
		}
	}
	for i, s := range stored {
		if wall.Sub(s.Made) >= bodyKeyLife+bodyKeyFresh {
			break
		}
		plain, err := a.vault.OpenRoot(sealing.RequestKeyLocation(s.ID), s.Sealed)
		if err != nil {
			return nil, fmt.Errorf("access: opening a key for webhooks: %w", err)
		}
		private, err := x509.ParseECPrivateKey(plain)
		if err != nil {
			return nil, fmt.Errorf("access: reading a key for webhooks: %w", err)
		}
		key := BodyKey{ID: s.ID, Made: s.Made, Public: private.PublicKey, private: private}
		if i > 0 {
			key.Expired = stored[i-1].Made
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// addBodyKey stores a new key before the others, unless another node has just done so.
func (a *Access) addBodyKey(ctx context.Context, wall time.Time) (all []storedRequestKey, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("access: making a key for webhooks: %w", err)
	}
	plain, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("access: writing a key for webhooks: %w", err)
	}
	made := storedRequestKey{ID: uuid.NewString(), Made: wall}
	if made.Sealed, err = a.vault.SealRoot(sealing.RequestKeyLocation(made.ID), plain); err != nil {
		return nil, fmt.Errorf("access: sealing a key for webhooks: %w", err)
	}
	err = a.changeKeys(ctx, bodyKeys, func(stored []storedRequestKey) ([]storedRequestKey, error) {
		if len(stored) == 0 || wall.Sub(stored[0].Made) >= bodyKeyFresh {
			stored = append([]storedRequestKey{made}, stored...)
		}
		all = slices.DeleteFunc(stored, func(s storedRequestKey) bool { return wall.Sub(s.Made) >= bodyKeyLife+bodyKeyFresh })
		return all, nil
	})
	return all, err
}

// BodyToken is a JWT of the key that signs now, over an instant in real time and the
// hash of a body: what is sent is shown to be from here, unchanged and new.
func (a *Access) BodyToken(ctx context.Context, body []byte, at time.Time) (string, error) {
	keys, err := a.BodyKeys(ctx)
	if err != nil {
		return "", err
	}
	if len(keys) == 0 {
		return "", fairlead.Errorf(fairlead.Internal, "access: there is no key for webhooks")
	}
	key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: keys[0].private, KeyID: keys[0].ID}}
	signer, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", fmt.Errorf("access: signing a webhook: %w", err)
	}
	sum := sha256.Sum256(body)
	claims, err := json.Marshal(map[string]any{"iat": at.Unix(), "request_body_sha256": hex.EncodeToString(sum[:])})
	if err != nil {
		return "", fmt.Errorf("access: signing a webhook: %w", err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", fmt.Errorf("access: signing a webhook: %w", err)
	}
	return signed.CompactSerialize()
}
