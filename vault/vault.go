// Package vault is the port that seals secrets.
//
// It owns the contract: a data key per owner (a connection, a link, a person),
// wrapped under the server's keyset and stored beside what it seals; erasing the wrapped key is crypto-erase. It does not own the
// keys: vault/keyset does, unwrapped once at start. Package vault/vaulttest is
// the specification. Nothing here logs or prints what it opens.
package vault

import (
	"io"

	"github.com/fairlead-dev/fairlead"
)

// Owner names what a key belongs to.
type Owner struct {
	Tenant fairlead.TenantID
	ID     string // con_…, lnk_…, per_…, app_…, or the tenant's own id
}

// At is where in the store something of the owner's lies: a field of a row.
func (o Owner) At(row, field string) Location { return Location{o, row, field} }

// Location is where something sealed lies. All of it is bound to what is sealed, as
// associated data: moved to another tenant, owner, row or field it does not open.
type Location struct {
	Owner Owner
	Row   string // id of the noun, or name of the blob, that holds it
	Field string // of that noun: "secrets"
}

// WrappedKey is an owner's data key, encrypted by the keyset. Safe to store.
type WrappedKey []byte

// Vault seals and opens. All methods are safe for concurrent use and fast enough
// to call per request (no network after start). A wrong key, owner or byte is an
// error of kind Internal that says nothing of the content.
type Vault interface {
	// NewKey mints a data key for the owner.
	NewKey(owner Owner) (WrappedKey, error)
	// Seal encrypts under the owner's key; the sealed form carries a version and the key's id.
	Seal(key WrappedKey, at Location, plain []byte) (fairlead.Sealed, error)
	// Open decrypts what Seal made for the same location.
	Open(key WrappedKey, at Location, sealed fairlead.Sealed) ([]byte, error)
	// DigestKey is 32 bytes derived from the owner's key, for keyed digests of what lies at a
	// location: the same as long as the owner's key is, and gone with it.
	DigestKey(key WrappedKey, at Location) ([]byte, error)
	// Forget drops an owner's unwrapped keys from memory: they were erased. A key that
	// is asked for again is unwrapped again.
	Forget(owner Owner)
	// Streams gives the same for files, without holding them in memory.
	Streams() Streams
	// MAC is a keyed digest in hex, under a key of the tenant and purpose that
	// never leaves the vault: what identifies a login without telling it.
	MAC(tenant fairlead.TenantID, purpose string, parts ...string) string
}

// Streams seals and opens files of any size.
type Streams interface {
	// Seal returns a writer that encrypts to w; Close finishes it.
	Seal(key WrappedKey, at Location, w io.Writer) (io.WriteCloser, error)
	// Open returns a reader of the plain bytes; a tampered or truncated stream ends in an error.
	Open(key WrappedKey, at Location, r io.Reader) (io.Reader, error)
}

// Rewrapper is the optional power to bring a wrapped key under the keyset's
// present primary key. done is false when it was there already.
type Rewrapper interface {
	Rewrap(key WrappedKey, owner Owner) (wrapped WrappedKey, done bool, err error)
}

// Root is the sealing of what belongs to a tenant itself and has no row of its
// own for a key: stored answers, deliveries, application keys. It is bound
// to its location like any other and sealed under the keyset directly.
type Root interface {
	SealRoot(at Location, plain []byte) (fairlead.Sealed, error)
	OpenRoot(at Location, sealed fairlead.Sealed) ([]byte, error)
	// ResealRoot brings it under the keyset's present primary key, as Rewrap does a wrapped key.
	ResealRoot(at Location, sealed fairlead.Sealed) (resealed fairlead.Sealed, done bool, err error)
}

// Full is what the server needs of a vault.
type Full interface {
	Vault
	Rewrapper
	Root
}
