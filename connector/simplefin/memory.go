package simplefin

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// Names of a connection's secrets.
const (
	accessSecret = "access_url" // the whole access address
	memorySecret = "memory"     // a memory, as JSON
)

// memory is what a connection knows of its accounts between collections.
type memory struct {
	Accounts map[string]remembered `json:"accounts,omitempty"` // by ref
	// First are days on which pending rows were first seen that have none of their own, by
	// ref of the account and id of the row.
	First map[string]fairlead.Date `json:"first,omitempty"`
}

// remembered is one account as it was when it was last listed.
type remembered struct {
	Org      string               `json:"org"`      // key of its bank at the server
	OrgName  string               `json:"org_name"` //
	ID       string               `json:"id"`       // the server's
	Name     string               `json:"name"`
	Mask     string               `json:"mask,omitempty"`
	Currency string               `json:"currency,omitempty"`
	Kind     fairlead.AccountKind `json:"kind,omitempty"` // guessed once
	Subtype  string               `json:"subtype,omitempty"`
}

// recall reads a connection's memory; one that can't be read is an empty one, because all
// of it is learned again.
func recall(secrets map[string]fairlead.Secret) memory {
	var m memory
	if s, ok := secrets[memorySecret]; ok && !s.Empty() && json.Unmarshal([]byte(s.Reveal()), &m) != nil {
		m = memory{}
	}
	return m.clone()
}

func (m memory) clone() memory {
	m.Accounts, m.First = maps.Clone(m.Accounts), maps.Clone(m.First)
	if m.Accounts == nil {
		m.Accounts = map[string]remembered{}
	}
	if m.First == nil {
		m.First = map[string]fairlead.Date{}
	}
	return m
}

func (m memory) equal(o memory) bool {
	return maps.Equal(m.Accounts, o.Accounts) && maps.Equal(m.First, o.First)
}

func (m memory) secrets(access string) (map[string]fairlead.Secret, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("simplefin: writing what is known of accounts: %w", err)
	}
	return map[string]fairlead.Secret{accessSecret: fairlead.NewSecret(access), memorySecret: fairlead.NewSecret(string(b))}, nil
}

// sameBank reports whether two accounts are at one bank, whatever the server calls it now.
func (r remembered) sameBank(o remembered) bool {
	return r.Org == o.Org || r.OrgName != "" && strings.EqualFold(r.OrgName, o.OrgName)
}

// alike reports whether two accounts look the same though their ids differ.
func (r remembered) alike(o remembered) bool {
	return r.sameBank(o) && r.Name == o.Name && r.Currency == o.Currency && r.Mask == o.Mask
}

// renumbered finds accounts that the memory has under another ref than an answer: first by
// their id and bank, then by all that is seen of them where that fits one old and one new
// account only. sure says whether an account may be found by its looks alone.
func (m memory) renumbered(found map[string]remembered, sure func(remembered) bool) map[string]string {
	lost, fresh := map[string]remembered{}, map[string]remembered{}
	for ref, r := range m.Accounts {
		if _, there := found[ref]; !there {
			lost[ref] = r
		}
	}
	for ref, r := range found {
		if _, known := m.Accounts[ref]; !known {
			fresh[ref] = r
		}
	}
	out := map[string]string{}
	pair := func(same func(before, now remembered) bool) {
		for _, before := range slices.Sorted(maps.Keys(lost)) {
			now, one := only(fresh, func(r remembered) bool { return same(lost[before], r) })
			if !one {
				continue
			}
			if _, mutual := only(lost, func(r remembered) bool { return same(r, fresh[now]) }); mutual {
				out[before] = now
				delete(lost, before)
				delete(fresh, now)
			}
		}
	}
	pair(func(before, now remembered) bool { return before.ID == now.ID && before.sameBank(now) })
	pair(func(before, now remembered) bool { return before.alike(now) && sure(now) })
	return out
}

// only is the one entry that fits, if there is exactly one.
func only(all map[string]remembered, fits func(remembered) bool) (ref string, one bool) {
	for r, v := range all {
		if !fits(v) {
			continue
		}
		if one {
			return "", false
		}
		ref, one = r, true
	}
	return ref, one
}

// before is what a login goes on with.
type before struct {
	memory
	chosen []string // refs that the person chose then; empty: all
}

// knownBefore finds the connection of the person's that has the accounts of an answer,
// though by another token: at the same server, with at least one account that is the same.
// The one that is being renewed comes first.
func knownBefore(s connector.Start, access string, a answer) (b before, id fairlead.ConnectionID, err error) {
	b.memory = memory{}.clone()
	if s.Known == nil {
		return b, "", nil
	}
	all, err := s.Known()
	if err != nil {
		return b, "", err
	}
	slices.SortStableFunc(all, func(x, y connector.KnownConnection) int {
		return cmp.Compare(rank(x.ID == s.Renewed), rank(y.ID == s.Renewed))
	})
	best := 0
	for _, k := range all {
		m := recall(k.Secrets)
		if n := m.shared(s, a, host(k.Secrets[accessSecret].Reveal()) == host(access)); n > best {
			best, id, b = n, k.ID, before{m, k.Accounts}
		}
		if k.ID == s.Renewed && best > 0 {
			break
		}
	}
	return b, id, nil
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// shared counts accounts of an answer that the memory has.
func (m memory) shared(s connector.Start, a answer, sameHost bool) (n int) {
	if !sameHost {
		return 0
	}
	found := newReading(s.Env, s.Institution, memory{}.clone(), a).memory.Accounts
	for ref := range found {
		if _, known := m.Accounts[ref]; known {
			n++
		}
	}
	return n + len(m.renumbered(found, func(r remembered) bool { return r.Mask != "" }))
}

// joined are the refs under which chosen accounts are found now.
func (b before) joined(r *reading) (refs []string) {
	for _, ref := range b.chosen {
		if now, ok := r.renumbered[ref]; ok {
			refs = append(refs, now)
		}
	}
	return refs
}

// host is that of an access address, "" if it can't be read.
func host(access string) string {
	u, err := url.Parse(access)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// identity names a login that is none: the server and all accounts that it lists. A token
// has no name of its own, and changes with every renewal.
func identity(access string, a answer) string {
	parts := []string{host(access)}
	for n := range a.accounts {
		parts = append(parts, a.bankOf(a.accounts[n]).key+"\x1f"+a.accounts[n].ID.id())
	}
	if len(parts) == 1 {
		if u, err := url.Parse(access); err == nil && u.User != nil {
			parts = append(parts, u.User.Username())
		}
	}
	slices.Sort(parts[1:])
	return strings.Join(parts, "\x1e")
}
