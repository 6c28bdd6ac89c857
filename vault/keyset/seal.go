package keyset

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	version    = 1 // first byte of everything sealed here
	keyIDLen   = 8
	headerLen  = 1 + keyIDLen
	dataKeyLen = 32
)

// What a thing was sealed as: one sealed as another does not open.
const (
	asKey    = "key"
	asRoot   = "root"
	asValue  = "value"
	asStream = "stream"
	asMAC    = "mac"
	asDigest = "digest"
)

// dataKey is an owner's key, unwrapped and ready for use.
type dataKey struct {
	header [headerLen]byte // version and the key's id
	value  *subtle.AESGCM
	stream []byte
	digest []byte
}

// NewKey mints a data key: 32 random bytes under the keyset.
func (v *Vault) NewKey(owner vault.Owner) (vault.WrappedKey, error) {
	raw := make([]byte, dataKeyLen)
	rand.Read(raw)
	wrapped, err := v.wrap(asKey, ownKey(owner), raw)
	if err != nil {
		return nil, err
	}
	k, err := newDataKey(raw)
	if err != nil {
		return nil, err
	}
	v.cache.put(owner, wrapped, k) // something is sealed under it at once
	return wrapped, nil
}

// Seal encrypts under the owner's key: version, key id, AES-256-GCM.
func (v *Vault) Seal(key vault.WrappedKey, at vault.Location, plain []byte) (fairlead.Sealed, error) {
	k, err := v.unwrapped(key, at.Owner)
	if err != nil {
		return nil, err
	}
	text, err := k.value.Encrypt(plain, bound(asValue, k.header[:], at))
	if err != nil {
		return nil, fairlead.Errorf(fairlead.Internal, "keyset: sealing failed")
	}
	return slices.Concat(k.header[:], text), nil
}

// Open decrypts what Seal made.
func (v *Vault) Open(key vault.WrappedKey, at vault.Location, sealed fairlead.Sealed) ([]byte, error) {
	k, err := v.unwrapped(key, at.Owner)
	if err != nil {
		return nil, err
	}
	if len(sealed) < headerLen {
		return nil, broken("is too short")
	}
	if err := k.check(sealed[:headerLen]); err != nil {
		return nil, err
	}
	plain, err := k.value.Decrypt(sealed[headerLen:], bound(asValue, k.header[:], at))
	if err != nil {
		return nil, broken("does not open")
	}
	return plain, nil
}

// DigestKey is HKDF of the owner's key and the location.
func (v *Vault) DigestKey(key vault.WrappedKey, at vault.Location) ([]byte, error) {
	k, err := v.unwrapped(key, at.Owner)
	if err != nil {
		return nil, err
	}
	return derive(k.digest, string(bound(asDigest, k.header[:], at)), dataKeyLen), nil
}

// Forget drops an owner's unwrapped key.
func (v *Vault) Forget(owner vault.Owner) { v.cache.forget(owner) }

// Rewrap brings a wrapped key under the primary key. What the key sealed stays as it is.
func (v *Vault) Rewrap(key vault.WrappedKey, owner vault.Owner) (vault.WrappedKey, bool, error) {
	if v.primary(key) {
		return key, false, nil
	}
	raw, err := v.unwrap(asKey, ownKey(owner), key)
	if err != nil {
		return nil, false, err
	}
	wrapped, err := v.wrap(asKey, ownKey(owner), raw)
	return vault.WrappedKey(wrapped), err == nil, err
}

// SealRoot encrypts under the keyset itself.
func (v *Vault) SealRoot(at vault.Location, plain []byte) (fairlead.Sealed, error) {
	sealed, err := v.wrap(asRoot, at, plain)
	return fairlead.Sealed(sealed), err
}

// OpenRoot decrypts what SealRoot made.
func (v *Vault) OpenRoot(at vault.Location, sealed fairlead.Sealed) ([]byte, error) {
	return v.unwrap(asRoot, at, sealed)
}

// ResealRoot brings what SealRoot made under the primary key.
func (v *Vault) ResealRoot(at vault.Location, sealed fairlead.Sealed) (fairlead.Sealed, bool, error) {
	if v.primary(sealed) {
		return sealed, false, nil
	}
	plain, err := v.OpenRoot(at, sealed)
	if err != nil {
		return nil, false, err
	}
	fresh, err := v.SealRoot(at, plain)
	return fresh, err == nil, err
}

// MAC is HMAC-SHA256 in hex under a key derived for the tenant and purpose.
func (v *Vault) MAC(tenant fairlead.TenantID, purpose string, parts ...string) string {
	mac := hmac.New(sha256.New, v.present.Load().macKey(tenant, purpose))
	mac.Write(framed(parts...))
	return hex.EncodeToString(mac.Sum(nil))
}

// wrap encrypts under the primary key: version, then Tink's own form, which begins with its key's id.
func (v *Vault) wrap(as string, at vault.Location, plain []byte) ([]byte, error) {
	text, err := v.present.Load().aead.Encrypt(plain, bound(as, []byte{version}, at))
	if err != nil {
		return nil, fairlead.Errorf(fairlead.Internal, "keyset: sealing failed")
	}
	return append([]byte{version}, text...), nil
}

// unwrap decrypts what wrap made.
func (v *Vault) unwrap(as string, at vault.Location, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != version {
		return nil, broken("has an unknown version")
	}
	plain, err := v.present.Load().aead.Decrypt(sealed[1:], bound(as, []byte{version}, at))
	if err != nil {
		return nil, broken("does not open")
	}
	return plain, nil
}

// primary reports whether something wrapped is under the primary key already.
// Tink's form begins with a byte 1 and the key's id.
func (v *Vault) primary(sealed []byte) bool {
	id := v.present.Load().keys.handle.KeysetInfo().GetPrimaryKeyId()
	return bytes.HasPrefix(sealed, binary.BigEndian.AppendUint32([]byte{version, 1}, id))
}

// unwrapped is the owner's key, from the cache where it is known.
func (v *Vault) unwrapped(key vault.WrappedKey, owner vault.Owner) (*dataKey, error) {
	if k := v.cache.get(owner, key); k != nil {
		return k, nil
	}
	raw, err := v.unwrap(asKey, ownKey(owner), key)
	if err != nil {
		return nil, err
	}
	if len(raw) != dataKeyLen {
		return nil, broken("is not a key")
	}
	k, err := newDataKey(raw)
	if err != nil {
		return nil, err
	}
	v.cache.put(owner, key, k)
	return k, nil
}

// newDataKey derives from the raw bytes the keys for values and streams, and the id.
func newDataKey(raw []byte) (*dataKey, error) {
	value, err := subtle.NewAESGCM(derive(raw, asValue, dataKeyLen))
	if err != nil {
		return nil, fmt.Errorf("keyset: using a data key: %w", err)
	}
	k := &dataKey{value: value, stream: derive(raw, asStream, dataKeyLen), digest: derive(raw, asDigest, dataKeyLen)}
	k.header[0] = version
	copy(k.header[1:], derive(raw, "id", keyIDLen))
	return k, nil
}

// check tells a blob of another version or key by its header.
func (k *dataKey) check(header []byte) error {
	switch {
	case header[0] != version:
		return broken("has an unknown version")
	case !bytes.Equal(header, k.header[:]):
		return broken("was sealed under another key")
	}
	return nil
}

// derive is HKDF-SHA256. It fails for lengths that nobody asks for only.
func derive(secret []byte, info string, length int) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "fairlead "+info, length)
	if err != nil {
		panic("keyset: " + err.Error())
	}
	return key
}

// ownKey is where an owner's wrapped key lies.
func ownKey(owner vault.Owner) vault.Location { return owner.At(owner.ID, asKey) }

// bound is the associated data: what a thing is, its header, whose it is, and where
// it lies.
func bound(as string, header []byte, at vault.Location) []byte {
	return framed(as, string(header), string(at.Owner.Tenant), at.Owner.ID, at.Row, at.Field)
}

// framed writes parts with their lengths, so that ("ab","c") and ("a","bc") differ.
func framed(parts ...string) []byte {
	size := 0
	for _, p := range parts {
		size += 8 + len(p)
	}
	b := make([]byte, 0, size)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint64(b, uint64(len(p)))
		b = append(b, p...)
	}
	return b
}

// broken is every failure to open; it says nothing of the content.
func broken(how string) error {
	return fairlead.Errorf(fairlead.Internal, "keyset: a sealed value %s", how)
}
