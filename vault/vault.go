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

// Owner names what a key belongs to, and is bound to everything sealed under it
// as associated data: a sealed secret moved to another row does not open.
type Owner struct {
	Tenant fairlead.TenantID
	ID     string // con_…, lnk_…, per_…, app_…, or the tenant's own id
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
	Seal(key WrappedKey, owner Owner, plain []byte) (fairlead.Sealed, error)
	// Open decrypts what Seal made.
	Open(key WrappedKey, owner Owner, sealed fairlead.Sealed) ([]byte, error)
	// Streams gives the same for files, without holding them in memory.
	Streams() Streams
	// MAC is a keyed digest in hex, under a key of the tenant and purpose that
	// never leaves the vault: what identifies a login without telling it.
	MAC(tenant fairlead.TenantID, purpose string, parts ...string) string
}

// Streams seals and opens files of any size.
type Streams interface {
	// Seal returns a writer that encrypts to w; Close finishes it.
	Seal(key WrappedKey, owner Owner, w io.Writer) (io.WriteCloser, error)
	// Open returns a reader of the plain bytes; a tampered or truncated stream ends in an error.
	Open(key WrappedKey, owner Owner, r io.Reader) (io.Reader, error)
}

// Rewrapper is the optional power to bring a wrapped key under the keyset's
// present primary key. done is false when it was there already.
type Rewrapper interface {
	Rewrap(key WrappedKey, owner Owner) (wrapped WrappedKey, done bool, err error)
}

// Root is the sealing of what belongs to a tenant itself and has no row of its
// own for a key: stored answers, deliveries, application keys. It is bound
// to owner like any other and sealed under the keyset directly.
type Root interface {
	SealRoot(owner Owner, plain []byte) (fairlead.Sealed, error)
	OpenRoot(owner Owner, sealed fairlead.Sealed) ([]byte, error)
	// ResealRoot brings it under the keyset's present primary key, as Rewrap does a wrapped key.
	ResealRoot(owner Owner, sealed fairlead.Sealed) (resealed fairlead.Sealed, done bool, err error)
}

// Full is what the server needs of a vault.
type Full interface {
	Vault
	Rewrapper
	Root
}
