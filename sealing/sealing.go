// Package sealing is how verbs seal what belongs to a person, a connection or a
// link, and open it again: details, secrets, files. It stands on the ports vault
// and bucket and knows no transaction: nothing is sealed inside one.
package sealing

import (
	"encoding/json"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/vault"
)

// Sealer seals and opens. Its errors say nothing of the content.
type Sealer struct {
	Vault  vault.Vault
	Bucket bucket.Bucket
}

// Key is what something is sealed under: the wrapped key of its owner.
type Key struct {
	Wrapped vault.WrappedKey
	Owner   vault.Owner
}

// At is where something of the owner's lies: a field of a row.
func (k Key) At(row string, f Field) vault.Location { return k.Owner.At(row, string(f)) }

// PersonKey is what a person's details are sealed under.
func PersonKey(p fairlead.Person) Key {
	return Key{p.Key, vault.Owner{Tenant: p.Tenant, ID: string(p.ID)}}
}

// ConnectionKey is what a connection's secrets and files are sealed under.
func ConnectionKey(c fairlead.Connection) Key {
	return Key{c.Key, vault.Owner{Tenant: c.Tenant, ID: string(c.ID)}}
}

// LinkKey is what a link's own secrets and uploads are sealed under.
func LinkKey(l fairlead.Link) Key {
	return Key{l.Key, vault.Owner{Tenant: l.Tenant, ID: string(l.ID)}}
}

// SealJSON seals v as JSON, for one field of one row.
func (s Sealer) SealJSON(key Key, row string, f Field, v any) (fairlead.Sealed, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fairlead.Errorf(fairlead.Internal, "sealing: what is to be sealed can't be encoded")
	}
	return s.Vault.Seal(key.Wrapped, key.At(row, f), plain)
}

// OpenJSON opens what SealJSON sealed for the field into v; nothing sealed leaves v alone.
func (s Sealer) OpenJSON(key Key, row string, f Field, sealed fairlead.Sealed, v any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := s.Vault.Open(key.Wrapped, key.At(row, f), sealed)
	if err != nil {
		return err
	}
	if json.Unmarshal(plain, v) != nil { // its error would quote what it could not read
		return fairlead.Errorf(fairlead.Internal, "sealing: what was sealed can't be read")
	}
	return nil
}

// Details opens what identifies a person to the world; empty when nothing was said.
func (s Sealer) Details(p fairlead.Person) (d fairlead.PersonDetails, err error) {
	if err = s.OpenJSON(PersonKey(p), string(p.ID), PersonDetails, p.Details, &d); err != nil {
		return fairlead.PersonDetails{}, fmt.Errorf("opening a person's details: %w", err)
	}
	return d, nil
}

// Secrets opens a connection's secrets; an empty map when it has none.
func (s Sealer) Secrets(c fairlead.Connection) (map[string]fairlead.Secret, error) {
	var values map[string]string
	if err := s.OpenJSON(ConnectionKey(c), string(c.ID), Secrets, c.Secrets, &values); err != nil {
		return nil, fmt.Errorf("opening a connection's secrets: %w", err)
	}
	secrets := make(map[string]fairlead.Secret, len(values))
	for name, v := range values {
		secrets[name] = fairlead.NewSecret(v)
	}
	return secrets, nil
}

// SealSecrets seals secrets as a connection's.
func (s Sealer) SealSecrets(c fairlead.Connection, secrets map[string]fairlead.Secret) (fairlead.Sealed, error) {
	values := make(map[string]string, len(secrets))
	for name, secret := range secrets {
		values[name] = secret.Reveal()
	}
	return s.SealJSON(ConnectionKey(c), string(c.ID), Secrets, values)
}

// Learn merges what is newly said of a person into their sealed details, under a
// key of their own; false: nothing was new.
func (s Sealer) Learn(p *fairlead.Person, said fairlead.PersonDetails) (changed bool, err error) {
	known, err := s.Details(*p)
	if err != nil {
		return false, err
	}
	merged := Overlay(known, said)
	if merged == known {
		return false, nil
	}
	if p.Key == nil {
		if p.Key, err = s.Vault.NewKey(PersonKey(*p).Owner); err != nil {
			return false, err
		}
	}
	p.Details, err = s.SealJSON(PersonKey(*p), string(p.ID), PersonDetails, merged)
	return true, err
}

// Overlay is the details with what is newly said in place of what was known.
func Overlay(known, said fairlead.PersonDetails) fairlead.PersonDetails {
	for from, to := range map[*string]*string{
		&said.PersonalTaxID: &known.PersonalTaxID, &said.BusinessTaxID: &known.BusinessTaxID,
		&said.Email: &known.Email, &said.Phone: &known.Phone,
	} {
		if *from != "" {
			*to = *from
		}
	}
	return known
}

// Digest names something without telling it, the same for the same parts in a
// tenant. In a sandbox it comes from the seed, because the ids of all its data
// hang on it; elsewhere the vault holds the key.
func Digest(v vault.Vault, t fairlead.Tenant, purpose string, parts ...string) string {
	if t.Environment == fairlead.Sandbox && t.Seed != "" {
		return fairlead.DerivedID(purpose, t.Seed, append([]string{string(t.ID)}, parts...)...)
	}
	return v.MAC(t.ID, purpose, parts...)
}
