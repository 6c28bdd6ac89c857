package statementfile

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// anew is the answer that an account is none of the candidates.
const anew = "new"

// candidate is an account that a file's may be.
type candidate struct {
	account
	prepared   []format.Prepared     // of its aliases
	connection fairlead.ConnectionID // "": of the import itself
	chosen     bool                  // the connection has it; else the person left it out before
}

func candidateOf(a account, connection fairlead.ConnectionID, chosen bool) candidate {
	c := candidate{account: a, connection: connection, chosen: chosen}
	for _, name := range a.Aliases {
		c.prepared = append(c.prepared, name.Prepare())
	}
	return c
}

// like compares the names of a file with all that the candidate was called.
func (c *candidate) like(n format.Names, prepared format.Prepared) (best format.Likeness) {
	for i, name := range c.Aliases {
		if name.Names == n && name.Said {
			return format.Certain
		}
		best = max(best, c.prepared[i].Same(prepared))
	}
	return best
}

// found is an account of an import and what it is here.
type found struct {
	in         *format.Account
	ref        string                // here; of an uncertain one: as which it would be new
	connection fairlead.ConnectionID // that has it; "": none
	uncertain  []candidate           // which one it is of these a person must say
	said       bool                  // a person said which one it is
}

// names are the account's as they are remembered.
func (f found) account() account {
	a := f.in
	return account{
		Ref: f.ref, Name: a.Name, Mask: a.Mask, Kind: a.Kind, Currency: a.Currency, Aliases: []alias{aliasOf(a.Names, f.said)},
	}
}

// resolver finds out which accounts an import is of.
type resolver struct {
	digest     func(parts ...string) string
	candidates []candidate
	choices    map[string]string // what a person said: ref as a new one → ref of a candidate, or anew
	// alone decides on an account without a number by itself where only one candidate has
	// its currency: nobody is there to say.
	alone bool
}

// resolve goes through the accounts that an import has statements of.
func (r *resolver) resolve(imp *reader.Import) []found {
	var out []found
	for i := range imp.Accounts {
		if a := &imp.Accounts[i]; !a.Listed {
			out = append(out, r.one(a))
		}
	}
	return out
}

func (r *resolver) one(a *format.Account) found {
	names := aliasOf(a.Names, false).Names
	prepared := names.Prepare()
	var possible []candidate
	for i := range r.candidates {
		c := &r.candidates[i]
		switch c.like(names, prepared) {
		case format.Certain:
			return found{in: a, ref: c.Ref, connection: c.owner()}
		case format.Possible:
			possible = append(possible, *c)
		}
	}
	f := found{in: a, ref: r.freshRef(names)}
	choice := r.choices[f.ref]
	for _, c := range possible {
		if c.Ref == choice || r.alone && names.Number == "" && r.only(c) {
			return found{in: a, ref: c.Ref, connection: c.owner(), said: c.Ref == choice}
		}
	}
	if len(possible) > 0 && choice != anew {
		f.uncertain = possible
		return f
	}
	f.said = choice == anew
	r.candidates = append(r.candidates, candidateOf(f.account(), "", true))
	return f
}

// differs reports whether an account that somebody named is certainly another one than the
// file's.
func (r *resolver) differs(ref string, names format.Names) bool {
	names = aliasOf(names, false).Names
	prepared := names.Prepare()
	return slices.ContainsFunc(r.candidates, func(c candidate) bool {
		return c.Ref == ref && len(c.Aliases) > 0 && c.like(names, prepared) == format.Different
	})
}

// owner is the connection that has the account; "": none.
func (c *candidate) owner() fairlead.ConnectionID {
	if c.chosen {
		return c.connection
	}
	return ""
}

// only reports whether no other candidate has the currency.
func (r *resolver) only(c candidate) bool {
	return !slices.ContainsFunc(r.candidates, func(o candidate) bool { return o.Currency == c.Currency && o.Ref != c.Ref })
}

// freshRef is the Ref of an account that no candidate is. It is a keyed digest: Refs lie
// in the open, and whoever has a digest of a number without a key can try all numbers.
func (r *resolver) freshRef(n format.Names) string {
	for nth := 1; ; nth++ {
		ref := keyed(r.digest, n.Digest(), strconv.Itoa(nth))
		if !slices.ContainsFunc(r.candidates, func(c candidate) bool { return c.Ref == ref }) {
			return ref
		}
	}
}

func keyed(digest func(parts ...string) string, parts ...string) string {
	parts = append([]string{"statement account"}, parts...)
	if digest != nil {
		return digest(parts...)[:32]
	}
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}
