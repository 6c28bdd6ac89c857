// Package keyset is the vault whose keys lie in one file, or in memory for tests.
//
// It owns the server's keys: a Tink AEAD keyset that wraps the data key of each
// owner and seals what belongs to a tenant itself, and the one MAC secret that
// login identities come from. The file is read once at start and belongs outside
// the data folder and outside backups of it. It does not own what is wrapped:
// the store keeps that.
//
// Rotation, over any number of nodes: Add a key, Reload every node, Promote the
// key, Reload again, rewrap (Rewrap, ResealRoot) all that is stored, Retire the
// old key. The MAC secret is never rotated: an identity must stay what it is.
package keyset

import (
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

// Vault implements vault.Full. It is safe for concurrent use.
type Vault struct {
	path    string     // empty: in memory only
	change  sync.Mutex // one rotation step or Reload at a time
	present atomic.Pointer[opened]
	cache   cache
}

var _ vault.Full = (*Vault)(nil)

// opened is a keyset ready for use.
type opened struct {
	keys    keys
	aead    tink.AEAD
	macKeys sync.Map // macPurpose → []byte: derived once, because deriving costs more than a MAC
}

type macPurpose struct {
	tenant  fairlead.TenantID
	purpose string
}

// macKey derives the MAC key of a tenant and purpose.
func (o *opened) macKey(tenant fairlead.TenantID, purpose string) []byte {
	name := macPurpose{tenant, purpose}
	if key, known := o.macKeys.Load(name); known {
		return key.([]byte)
	}
	key := derive(o.keys.mac, string(framed(asMAC, string(tenant), purpose)), sha256.Size)
	o.macKeys.Store(name, key)
	return key
}

// Open reads the keyset at an address: file:///path/keyset.json. A file that
// others than its owner may read or write is refused.
func Open(address string) (*Vault, error) {
	path, err := pathOf(address)
	if err != nil {
		return nil, err
	}
	v := &Vault{path: path}
	return v, v.Reload()
}

// Create writes a new keyset with one key to a file that must not exist yet, and
// opens it. The folder must exist.
func Create(path string) (*Vault, error) {
	k, err := newKeys()
	if err != nil {
		return nil, err
	}
	if err := createFile(path, k); err != nil {
		return nil, err
	}
	v := &Vault{path: path}
	return v, v.use(k)
}

// Memory is a vault whose keys die with the process: for tests. It panics when
// the machine has no randomness.
func Memory() *Vault {
	v := &Vault{}
	k, err := newKeys()
	if err == nil {
		err = v.use(k)
	}
	if err != nil {
		panic(err)
	}
	return v
}

// pathOf reads a file: address.
func pathOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "file" || u.Host != "" || u.Path == "" {
		return "", fairlead.InvalidField("vault", "format", "must be an address of the form file:///path/keyset.json")
	}
	return u.Path, nil
}

// Reload reads the file again, after a rotation step elsewhere. On an error the
// vault goes on with the keys it has.
func (v *Vault) Reload() error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.path == "" {
		return nil
	}
	k, err := readFile(v.path)
	if err != nil {
		return err
	}
	return v.use(k)
}

// use makes the keys the present ones and forgets what the former unwrapped.
func (v *Vault) use(k keys) error {
	primitive, err := k.aead()
	if err != nil {
		return err
	}
	v.present.Store(&opened{keys: k, aead: primitive})
	v.cache.clear()
	return nil
}

// Keys lists the keys, oldest first: what a node confirms during a rotation.
func (v *Vault) Keys() []Key { return v.present.Load().keys.list() }

// Add adds a key that opens but does not seal yet, and returns its id.
func (v *Vault) Add() (id uint32, err error) {
	err = v.alter(func(k keys) (next keys, err error) {
		next, id, err = k.add()
		return next, err
	})
	return id, err
}

// Promote makes a key the one that seals from now on. Every node must have it already.
func (v *Vault) Promote(id uint32) error {
	return v.alter(func(k keys) (keys, error) { return k.promote(id) })
}

// Retire deletes a key for good: whatever it still wraps is lost. The primary is refused.
func (v *Vault) Retire(id uint32) error {
	return v.alter(func(k keys) (keys, error) { return k.retire(id) })
}

// Rotate adds a key, waits for confirm (every node has reloaded and lists it;
// nil where this is the only one) and promotes it. Rewrapping what is stored and
// retiring the old key follow. When confirm fails the new key stays, unused.
func (v *Vault) Rotate(confirm func(id uint32) error) (id uint32, err error) {
	if id, err = v.Add(); err != nil {
		return 0, err
	}
	if confirm != nil {
		if err := confirm(id); err != nil {
			return id, fmt.Errorf("keyset: confirming the new key: %w", err)
		}
	}
	return id, v.Promote(id)
}

// alter replaces the keys, first in the file and then here.
func (v *Vault) alter(change func(keys) (keys, error)) error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.path == "" {
		next, err := change(v.present.Load().keys)
		if err != nil {
			return err
		}
		return v.use(next)
	}
	next, err := changeFile(v.path, change)
	if err != nil {
		return err
	}
	return v.use(next)
}

// Nothing of a vault may be printed by accident: its fields are keys.
func (v *Vault) String() string       { return "keyset.Vault[sealed]" }
func (v *Vault) GoString() string     { return v.String() }
func (v *Vault) LogValue() slog.Value { return slog.StringValue(v.String()) }
