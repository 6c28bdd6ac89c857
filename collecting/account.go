package collecting

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
)

// Many institutions give an account another id with every consent. It is found again by, in
// this order: what the connector knows beyond doubt (Page.Renumbered), the institution's
// stable id, its number, and what of its kind, currency, mask and name only one account on
// either side has; a card that was replaced has another mask, and is found by the rest. What
// could be any of several is not guessed: it is left out, what is stored stays, and the
// person is to say.

// accountPage is what of a page the accounts on it are matched with.
type accountPage struct {
	former  map[string]string    // the old ref by the new one
	single  bool                 // the page is the product's only one
	whole   bool                 // it lists all accounts that there are
	covers  []connector.Coverage // that the page declares
	missing absent
	admits  bool // accounts that could be any of several are new: the person has come back since that was said
}

// begin prepares for a page.
func (c *converter) begin(page connector.Page, req connector.FetchRequest, missing absent, admits bool) {
	c.of = accountPage{former: c.renumbered(page.Renumbered), single: req.Cursor == "" && !page.More, covers: page.Covers, missing: missing, admits: admits}
	c.of.whole = req.Product == fairlead.ProductAccounts && slices.ContainsFunc(page.Covers, func(p connector.Coverage) bool { return p.AccountRef == "" && !p.Pending })
	c.renamed, c.unclear = map[string]string{}, map[fairlead.RecordID]bool{}
}

// renumbered is the old ref of each account by the new one, as far as that is news: connectors
// say it again, and a new ref may be the old one of another account that has a new one too.
func (c *converter) renumbered(said map[string]string) map[string]string {
	stored := map[string]bool{}
	for _, rec := range c.accountRecords {
		stored[rec.Ref] = true
	}
	former := map[string]string{}
	for again := true; again; {
		again = false
		for was, now := range said {
			if now != "" && former[now] == "" && stored[was] && !stored[now] {
				former[now], stored[was], stored[now], again = was, false, true, true
			}
		}
	}
	return former
}

// admits reports whether accounts that could be any of several become new ones: the person
// has signed in again although, or because, the connection said so.
func (r *run) admits() bool {
	return r.col.Cause == fairlead.CauseRelink && slices.ContainsFunc(r.conn.Products[fairlead.ProductAccounts].Partial, func(p fairlead.Problem) bool {
		return p.Code == unclearAccounts
	})
}

// unclearProblem is what is said of accounts that could be any of several; nil: there are none.
func (c *converter) unclearProblem(now time.Time) *fairlead.Problem {
	if len(c.unclear) == 0 {
		return nil
	}
	p := fairlead.NewProblem(fairlead.Errorf(fairlead.ActionNeeded, ""), fairlead.ProductAccounts, now)
	p.Where, p.Code = "link", unclearAccounts
	p.Detail = "The institution has given accounts new ids, and which of them is which can't be said for certain. Sign in again to have them as new accounts."
	for id := range c.unclear {
		p.Accounts = append(p.Accounts, c.accountRecords[id].Ref)
	}
	slices.Sort(p.Accounts)
	return &p
}

// namesUnknown reports whether something is missing of an account under an id that is not
// stored.
func (c *converter) namesUnknown(missing absent) bool {
	for ref := range missing.refs {
		if c.accounts[ref] == "" {
			return true
		}
	}
	return false
}

// renumberedOf are the accounts that a page says have another ref, and does not list: as they
// are stored, under the new one.
func (c *converter) renumberedOf(page connector.Page) (out []*incoming, err error) {
	for _, now := range slices.Sorted(maps.Keys(c.of.former)) {
		rec, stored := c.accountRecords[c.accounts[c.of.former[now]]]
		if !stored || slices.ContainsFunc(page.Accounts, func(a fairlead.Account) bool { return a.Ref == now }) {
			continue
		}
		account, err := c.storedAccount(rec)
		if err != nil {
			return nil, err
		}
		account.Ref = now
		out = append(out, incomingAccount(account))
	}
	return out, nil
}

// storedAccount is an account with what is sealed of it.
func (c *converter) storedAccount(rec fairlead.Record) (account fairlead.Account, err error) {
	private, err := c.openPrivate(rec)
	if err == nil {
		err = json.Unmarshal(rec.Body, &account)
	}
	if err == nil {
		err = sealing.Join(&account, private)
	}
	if err != nil {
		return account, fmt.Errorf("collecting: reading an account: %w", err)
	}
	return account, nil
}

// pairFormer pairs the accounts of which the connector knows under which ref they are stored.
func (m *matching) pairFormer() {
	for i, a := range m.in {
		if m.isOpen(i) && a.former != "" {
			m.takeFirst(i, m.byRef[refKey{a.record.Account, a.former}], func(k *known) bool { return !k.record.Removed })
		}
	}
}

// candidate is an account on one of the two sides.
type candidate struct {
	fairlead.Account
	at     int    // of one that came
	stored *known // of a stored one
}

// accountKeys are what accounts are found again by, the most certain first. Each is empty
// where an account has not what it takes.
var accountKeys = []struct {
	key func(fairlead.Account) string
	// sure keys are enough also where the page may not list every account that there is.
	sure bool
}{
	{func(a fairlead.Account) string { return a.StableRef }, true},
	{func(a fairlead.Account) string {
		return joined(accountNumber(a), a.Currency, string(a.Kind), a.Subtype)
	}, true},
	{func(a fairlead.Account) string { return joined(accountNumber(a), a.Currency) }, true},
	{func(a fairlead.Account) string { return joined(a.Mask, likeOf(a), normalText(a.Name)) }, false},
	{func(a fairlead.Account) string { return joined(a.Mask, likeOf(a)) }, false},
}

// joined joins a key's parts; without the first there is none.
func joined(first string, more ...string) string {
	if first == "" {
		return ""
	}
	return strings.Join(append([]string{first}, more...), "\x00")
}

func likeOf(a fairlead.Account) string { return joined(string(a.Kind), a.Subtype, a.Currency) }

// named is by its name alone, where it has nothing better.
func named(a fairlead.Account) string {
	if a.Mask != "" || accountNumber(a) != "" || a.StableRef != "" {
		return ""
	}
	return joined(normalText(a.Name), likeOf(a))
}

// replaced is a card by its name and the day it was opened on: one that is lost comes again
// with another number and mask, and is the account that it was. A closed one is replaced by none.
func replaced(a fairlead.Account) string {
	if a.Kind != fairlead.AccountCard || a.Status == "closed" {
		return ""
	}
	return joined(normalText(a.Name), likeOf(a), a.Opened.String())
}

// accountNumber is what an account is paid under; "" where it is masked or too short to be
// its alone.
func accountNumber(a fairlead.Account) string {
	plain := func(text string) string {
		return strings.Map(func(c rune) rune {
			if unicode.IsSpace(c) || c == '-' || c == '.' {
				return -1
			}
			return unicode.ToUpper(c)
		}, text)
	}
	if iban := plain(a.Numbers.IBAN); iban != "" {
		return iban
	}
	number := plain(a.Numbers.Number)
	if len(number) < 5 || strings.ContainsFunc(number, func(c rune) bool { return c < '0' || c > '9' && c < 'A' || c > 'Z' }) || strings.Contains(number, "XX") {
		return ""
	}
	return joined(number, plain(cmp.Or(a.Numbers.Routing, a.Numbers.SortCode, a.Numbers.COMPE)), plain(a.Numbers.Branch))
}

// differ reports whether two accounts say of themselves that they are not the same.
func differ(a, b fairlead.Account) bool {
	return a.StableRef != "" && b.StableRef != "" && a.StableRef != b.StableRef || accountNumber(a) != "" && accountNumber(b) != "" && accountNumber(a) != accountNumber(b)
}

// identify pairs accounts that came under unknown ids with stored ones that did not come.
func (c *converter) identify(m *matching) error {
	came, stored, err := c.candidates(m)
	if err != nil || len(came) == 0 || len(stored) == 0 || !c.of.single && !c.of.whole {
		return err
	}
	sure := c.of.whole && !c.of.missing.some && len(c.of.missing.refs) == 0
	for _, k := range accountKeys {
		if k.sure || sure {
			m.pairUnique(came, stored, k.key)
		}
	}
	for _, key := range []func(fairlead.Account) string{named, replaced} {
		if sure && c.unique(m, key) {
			m.pairUnique(came, stored, key)
		}
	}
	c.leaveUnclear(m, came, stored)
	return nil
}

// candidates are what of both sides is not paired yet.
func (c *converter) candidates(m *matching) (came, stored []candidate, err error) {
	for i, a := range m.in {
		if noun, ok := a.noun.(*fairlead.Account); ok && m.isOpen(i) {
			came = append(came, candidate{Account: *noun, at: i})
		}
	}
	if len(came) == 0 {
		return nil, nil, nil
	}
	for _, id := range sortedIDs(c.accountRecords) {
		k := m.add(c.accountRecords[id])
		if k.taken || k.seen || k.record.Removed {
			continue
		}
		account, err := c.storedAccount(k.record)
		if err != nil {
			return nil, nil, err
		}
		stored = append(stored, candidate{Account: account, stored: k})
	}
	return came, stored, nil
}

func sortedIDs(records map[fairlead.RecordID]fairlead.Record) []fairlead.RecordID {
	out := make([]fairlead.RecordID, 0, len(records))
	for id := range records {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// pairUnique pairs by a key that one of each side has and no other.
func (m *matching) pairUnique(came, stored []candidate, key func(fairlead.Account) string) {
	of := func(side []candidate, open func(candidate) bool) map[string][]candidate {
		groups := map[string][]candidate{}
		for _, x := range side {
			if k := key(x.Account); k != "" && open(x) {
				groups[k] = append(groups[k], x)
			}
		}
		return groups
	}
	arrived := of(came, func(x candidate) bool { return m.isOpen(x.at) })
	there := of(stored, func(x candidate) bool { return !x.stored.taken })
	for k, a := range arrived {
		if b := there[k]; len(a) == 1 && len(b) == 1 && !differ(a[0].Account, b[0].Account) {
			m.take(a[0].at, b[0].stored)
		}
	}
}

// unique reports whether no two accounts that have a key have the same, on either side, be
// they paired or not.
func (c *converter) unique(m *matching, key func(fairlead.Account) string) bool {
	came, there := map[string]bool{}, map[string]bool{}
	for i, a := range m.in {
		noun, ok := a.noun.(*fairlead.Account)
		if !ok || m.out[i].drop {
			continue
		}
		if k := key(*noun); k != "" && came[k] {
			return false
		} else {
			came[k] = true
		}
	}
	for _, id := range sortedIDs(c.accountRecords) {
		account, err := c.storedAccount(c.accountRecords[id])
		if err != nil {
			return false
		}
		if k := key(account); k != "" && there[k] {
			return false
		} else {
			there[k] = true
		}
	}
	return true
}

// leaveUnclear leaves out what came and could be any of several stored ones. Where the page
// does not list all accounts, one that is alike and did not come may be it as well.
func (c *converter) leaveUnclear(m *matching, came, stored []candidate) {
	for _, x := range came {
		if !m.isOpen(x.at) {
			continue
		}
		var alike []fairlead.RecordID
		for _, y := range stored {
			if !y.stored.taken && mayBe(x.Account, y.Account) {
				alike = append(alike, y.stored.record.ID)
			}
		}
		if len(alike) == 0 || c.of.admits {
			continue
		}
		m.out[x.at].drop = true
		c.leaveOut(x.Ref)
		for _, id := range alike {
			c.unclear[id] = true
		}
	}
}

// mayBe reports whether two accounts may be the same, as far as anybody can tell.
func mayBe(a, b fairlead.Account) bool {
	if differ(a, b) {
		return false
	}
	for _, k := range accountKeys {
		if key := k.key(a); key != "" && key == k.key(b) {
			return true
		}
	}
	if a.Mask != "" && b.Mask != "" || likeOf(a) != likeOf(b) {
		return false
	}
	x, y := normalText(a.Name), normalText(b.Name)
	return x == "" || y == "" || x == y
}
