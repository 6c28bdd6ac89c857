package keyset

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/fairlead-dev/fairlead"
)

const (
	fileFormat   = "fairlead-keyset-1"
	macSecretLen = 32
)

// Key is one key of the keyset, as an operator sees it.
type Key struct {
	ID      uint32
	Primary bool // seals; the others only open
}

// keys is a keyset with the MAC secret. A value never changes.
type keys struct {
	handle *keyset.Handle
	mac    []byte
}

// file is how keys are written.
type file struct {
	Format    string          `json:"format"`
	MACSecret []byte          `json:"mac_secret"`
	Keyset    json.RawMessage `json:"keyset"` // Tink's own JSON
}

// newKeys makes a keyset of one key, and the MAC secret. XAES-256-GCM has nonces
// long enough to be random for ever, and this one key seals for the whole server.
func newKeys() (keys, error) {
	handle, err := keyset.NewHandle(aead.XAES256GCM192BitNonceKeyTemplate())
	if err != nil {
		return keys{}, fmt.Errorf("keyset: making a keyset: %w", err)
	}
	k := keys{handle: handle, mac: make([]byte, macSecretLen)}
	rand.Read(k.mac)
	return k, nil
}

// aead is the primitive that the keyset stands for.
func (k keys) aead() (tink.AEAD, error) {
	primitive, err := aead.New(k.handle)
	if err != nil {
		return nil, fmt.Errorf("keyset: using the keyset: %w", err)
	}
	return primitive, nil
}

// list tells the keys without their material.
func (k keys) list() []Key {
	info := k.handle.KeysetInfo()
	list := make([]Key, 0, len(info.GetKeyInfo()))
	for _, i := range info.GetKeyInfo() {
		list = append(list, Key{ID: i.GetKeyId(), Primary: i.GetKeyId() == info.GetPrimaryKeyId()})
	}
	return list
}

// has finds a key among those listed.
func (k keys) has(id uint32) (Key, error) {
	for _, key := range k.list() {
		if key.ID == id {
			return key, nil
		}
	}
	return Key{}, fairlead.Errorf(fairlead.NotFound, "The keyset has no key %d.", id)
}

func (k keys) add() (keys, uint32, error) {
	m := keyset.NewManagerFromHandle(k.handle)
	id, err := m.Add(aead.XAES256GCM192BitNonceKeyTemplate())
	if err != nil {
		return keys{}, 0, fmt.Errorf("keyset: adding a key: %w", err)
	}
	next, err := k.with(m)
	return next, id, err
}

func (k keys) promote(id uint32) (keys, error) {
	if _, err := k.has(id); err != nil {
		return keys{}, err
	}
	m := keyset.NewManagerFromHandle(k.handle)
	if err := m.SetPrimary(id); err != nil {
		return keys{}, fmt.Errorf("keyset: promoting a key: %w", err)
	}
	return k.with(m)
}

func (k keys) retire(id uint32) (keys, error) {
	key, err := k.has(id)
	if err != nil {
		return keys{}, err
	}
	if key.Primary {
		return keys{}, fairlead.Errorf(fairlead.Conflict, "Key %d is the primary. Promote another one first.", id)
	}
	m := keyset.NewManagerFromHandle(k.handle)
	if err := m.Delete(id); err != nil {
		return keys{}, fmt.Errorf("keyset: retiring a key: %w", err)
	}
	return k.with(m)
}

// with is the same MAC secret with another keyset.
func (k keys) with(m *keyset.Manager) (keys, error) {
	handle, err := m.Handle()
	if err != nil {
		return keys{}, fmt.Errorf("keyset: changing the keyset: %w", err)
	}
	return keys{handle: handle, mac: k.mac}, nil
}

// encode writes the keys in clear: the file's permissions are what guards them.
func (k keys) encode() ([]byte, error) {
	var b bytes.Buffer
	if err := insecurecleartextkeyset.Write(k.handle, keyset.NewJSONWriter(&b)); err != nil {
		return nil, fmt.Errorf("keyset: encoding: %w", err)
	}
	return json.MarshalIndent(file{Format: fileFormat, MACSecret: k.mac, Keyset: b.Bytes()}, "", "  ")
}

// decode reads what encode wrote. Its errors do not quote the text, which is keys.
func decode(text []byte) (keys, error) {
	var f file
	if err := json.Unmarshal(text, &f); err != nil {
		return keys{}, fairlead.Errorf(fairlead.Internal, "keyset: the file is not JSON")
	}
	if f.Format != fileFormat || len(f.MACSecret) != macSecretLen {
		return keys{}, fairlead.Errorf(fairlead.Internal, "keyset: the file is not of the format %s", fileFormat)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(f.Keyset)))
	if err != nil {
		return keys{}, fairlead.Errorf(fairlead.Internal, "keyset: the file's keyset cannot be read")
	}
	return keys{handle: handle, mac: f.MACSecret}, nil
}
