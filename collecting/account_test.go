package collecting_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// accountIDs are the live accounts' ids by the institution's.
func (f *fixture) accountIDs(id fairlead.ConnectionID) map[string]fairlead.RecordID {
	f.Helper()
	out := map[string]fairlead.RecordID{}
	for _, rec := range f.records(id, fairlead.AccountRecord) {
		out[rec.Ref] = rec.ID
	}
	return out
}

// bare is an account of which only its kind, currency, mask and name are known.
func bare(ref, mask, name string) fairlead.Account {
	a := account(ref, mask)
	a.Name, a.Numbers = name, fairlead.AccountNumbers{}
	return a
}

func stable(ref, mask, name, key string) fairlead.Account {
	a := bare(ref, mask, name)
	a.StableRef = key
	return a
}

func numbered(ref, number, currency string) fairlead.Account {
	a := bare(ref, number[len(number)-4:], "")
	a.Numbers.Number, a.Numbers.Routing, a.Currency = number, "021000021", currency
	return a
}

func TestAccountsAreMetAgainUnderTheIDsOfANewConsent(t *testing.T) {
	t.Parallel()
	type want = map[string]string // by the new ref the old one; "": new
	for _, c := range []struct {
		name          string
		before, after []fairlead.Account
		renumbered    map[string]string
		want          want
		unclear       []string // old refs of which nobody can tell
	}{
		{
			"by the stable id, whatever else changed",
			[]fairlead.Account{stable("A", "1111", "Card", "s1"), stable("B", "1111", "Card", "s2")},
			[]fairlead.Account{stable("X", "9999", "New card", "s2"), stable("Y", "8888", "Card", "s1")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"by what the connector knows, also where one has the id that another had",
			[]fairlead.Account{bare("A", "1111", "One"), bare("B", "2222", "Two")},
			[]fairlead.Account{bare("B", "2222", "Two"), bare("C", "1111", "One")},
			map[string]string{"A": "B", "B": "C"},
			want{"B": "A", "C": "B"},
			nil,
		},
		{
			"by the IBAN although mask and name are others",
			[]fairlead.Account{account("A", "1111"), account("B", "2222")},
			[]fairlead.Account{renamed(account("B", "2222"), "X", "7777"), renamed(account("A", "1111"), "Y", "6666")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"by the number and the currency of accounts that share the number",
			[]fairlead.Account{numbered("A", "000123456789", "EUR"), numbered("B", "000123456789", "USD")},
			[]fairlead.Account{numbered("X", "000123456789", "USD"), numbered("Y", "000123456789", "EUR")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"by the mask where one account has it",
			[]fairlead.Account{bare("A", "1111", "One"), bare("B", "2222", "Two")},
			[]fairlead.Account{bare("X", "2222", "Renamed"), bare("Y", "1111", "One")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"by mask and name where two have the mask",
			[]fairlead.Account{bare("A", "1111", "One"), bare("B", "1111", "Two")},
			[]fairlead.Account{bare("X", "1111", "TWO"), bare("Y", "1111", "one")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"by the name where nothing else is known and no two have it",
			[]fairlead.Account{bare("A", "", "One"), bare("B", "", "Two")},
			[]fairlead.Account{bare("X", "", "Two"), bare("Y", "", "One")},
			nil,
			want{"X": "B", "Y": "A"},
			nil,
		},
		{
			"two of one mask and name are not guessed",
			[]fairlead.Account{bare("A", "1111", "One"), bare("B", "1111", "One"), bare("C", "3333", "Three")},
			[]fairlead.Account{bare("X", "1111", "One"), bare("Y", "1111", "One"), bare("Z", "3333", "Three")},
			nil,
			want{"A": "A", "B": "B", "Z": "C"},
			[]string{"A", "B"},
		},
		{
			"two of one name alone are not guessed",
			[]fairlead.Account{bare("A", "", "Savings"), bare("B", "", "Savings")},
			[]fairlead.Account{bare("X", "", "Savings"), bare("Y", "", "Savings")},
			nil,
			want{"A": "A", "B": "B"},
			[]string{"A", "B"},
		},
		{
			"another number is another account, though the mask is the same",
			[]fairlead.Account{numbered("A", "000123456789", "EUR")},
			[]fairlead.Account{numbered("X", "999923456789", "EUR")},
			nil,
			want{"X": ""},
			nil,
		},
		{
			"a replaced card under its old id stays what it was",
			[]fairlead.Account{bare("A", "1111", "Card")},
			[]fairlead.Account{bare("A", "9999", "Card")},
			nil,
			want{"A": "A"},
			nil,
		},
		{
			"a new account beside known ones is new",
			[]fairlead.Account{bare("A", "1111", "One")},
			[]fairlead.Account{bare("A", "1111", "One"), bare("N", "1111", "One")},
			nil,
			want{"A": "A", "N": ""},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t)
			b.accounts = c.before
			for _, a := range c.before {
				b.books = append(b.books, movement(a.Ref, "T"+a.Ref, "2026-11-02", "-4.50", "ROW OF "+a.Ref))
			}
			f.run(id)
			before := f.accountIDs(id)
			rows := f.byRef(id)
			b.change(func() {
				b.accounts, b.books = c.after, nil
				for now, was := range c.want {
					if was != "" && len(c.unclear) == 0 {
						b.books = append(b.books, movement(now, "N"+now, "2026-11-02", "-4.50", "ROW OF "+was))
					}
				}
				b.shape = func(_ connector.FetchRequest, page *connector.Page) { page.Renumbered = c.renumbered }
			})
			f.wait(time.Hour)
			f.relink(id)
			f.run(id)
			f.again(id) // what the connector says again is no news
			got := f.accountIDs(id)
			if len(got) != len(c.want) {
				t.Fatalf("accounts: %v", got)
			}
			for now, was := range c.want {
				if was != "" && got[now] != before[was] || was == "" && (got[now] == "" || slices.Contains(slices.Collect(maps.Values(before)), got[now])) {
					t.Errorf("%s is %s, before there were %v", now, got[now], before)
				}
			}
			var unclear []string
			if p := f.connection(id).InPart(); p != nil {
				unclear = p.Accounts
				if p.Kind != fairlead.ActionNeeded || p.Actor != fairlead.ActorPerson || p.Where != "link" || p.Detail == "" {
					t.Errorf("who is to say: %+v", p)
				}
			}
			if !slices.Equal(unclear, c.unclear) {
				t.Errorf("unclear: %v", unclear)
			}
			for now, was := range c.want {
				if was != "" && len(c.unclear) == 0 && f.byRef(id)["N"+now] != rows["T"+was] {
					t.Errorf("the row of %s is another than it was", was)
				}
			}
		})
	}
}

// renamed is an account with the same number under another id, with another mask and name.
func renamed(a fairlead.Account, ref, mask string) fairlead.Account {
	a.Ref, a.Mask, a.Name = ref, mask, "Renamed"
	return a
}

func TestAccountsThatNobodyCanTellApartWaitForThePersonAndLoseNothing(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts = []fairlead.Account{bare("A", "1111", "One"), bare("B", "1111", "One")}
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	b.change(func() {
		b.accounts = []fairlead.Account{bare("X", "1111", "One"), bare("Y", "1111", "One")}
		b.books = []fairlead.Transaction{movement("X", "N1", "2026-11-02", "-4.50", "COFFEE"), movement("Y", "N2", "2026-11-12", "-8.50", "LUNCH")}
	})
	f.wait(time.Hour)
	f.relink(id)
	f.run(id)
	f.tomorrow(id)
	f.tomorrow(id)
	if got := f.byRef(id); len(got) != 1 || got["T1"] == "" || len(f.records(id, fairlead.AccountRecord)) != 2 {
		t.Errorf("stored: %v, accounts %v", got, f.accountIDs(id))
	}
	if got := f.published("connection."); !slices.Equal(got, []string{"connection.needs_action active action_needed"}) {
		t.Errorf("published: %v", got)
	}
	f.wait(time.Hour)
	f.relink(id)
	f.run(id)
	accounts := f.accountIDs(id)
	if len(accounts) != 2 || accounts["X"] == "" || accounts["Y"] == "" || len(f.byRef(id)) < 2 {
		t.Errorf("after the person has come back: %v, %v", accounts, f.byRef(id))
	}
	if p := f.connection(id).InPart(); p != nil {
		t.Errorf("still said: %+v", p)
	}
}

func TestAnAccountThatIsMissingUnderItsNewIDIsNotRemovedUnderTheOldOne(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	before := f.accountIDs(id)
	b.change(func() {
		b.accounts = []fairlead.Account{renamed(account("A", "1111"), "X", "1111")}
		b.without("Y", fairlead.Errorf(fairlead.InstitutionDown, "The bank of account Y does not answer."))
	})
	f.wait(time.Hour)
	f.relink(id)
	f.run(id)
	if got := f.accountIDs(id); got["X"] != before["A"] || got["B"] != before["B"] {
		t.Errorf("accounts: %v, were %v", got, before)
	}
	b.change(func() {
		b.shape = nil
		b.accounts = append(b.accounts, renamed(account("B", "2222"), "Y", "2222"))
	})
	f.tomorrow(id)
	if got := f.accountIDs(id); len(got) != 2 || got["Y"] != before["B"] {
		t.Errorf("once it is back: %v, were %v", got, before)
	}
}

func TestACrashBringsNothingOfAnAccountThatWasLeftOut(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts = []fairlead.Account{bare("A", "1111", "One"), bare("B", "1111", "One")}
	f.run(id)
	b.change(func() {
		b.accounts = []fairlead.Account{bare("X", "1111", "One"), bare("Y", "1111", "One")}
		for n := range 30 {
			b.books = append(b.books, movement("X", fmt.Sprintf("T%d", n), "2026-11-02", "-4.50", "COFFEE"))
		}
	})
	f.wait(time.Hour)
	f.relink(id)
	f.crash(b, id, 10, "20")
	f.collecting = f.node(10)
	f.run(id)
	if got := f.accountIDs(id); len(got) != 2 || got["A"] == "" || got["B"] == "" || len(f.byRef(id)) != 0 {
		t.Errorf("accounts %v, %d rows", got, len(f.byRef(id)))
	}
	if p := f.connection(id).InPart(); p == nil || len(p.Accounts) != 2 {
		t.Errorf("said: %+v", p)
	}
}

func TestChosenAccountsStayChosenUnderTheirNewIDsAlone(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.choose(id, "A")
	f.run(id)
	b.change(func() {
		b.accounts = []fairlead.Account{renamed(account("B", "2222"), "X", "2222"), renamed(account("A", "1111"), "Y", "1111")}
	})
	f.tomorrow(id)
	if got := f.connection(id).Accounts; !slices.Equal(got, []string{"Y"}) {
		t.Errorf("chosen: %v", got)
	}
	if got := f.accountIDs(id); len(got) != 1 || got["Y"] == "" {
		t.Errorf("accounts: %v", got)
	}
}

func TestAnAccountThatWasRenumberedElsewhereThanOnTheListIsKnownToo(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	before := f.accountIDs(id)
	b.change(func() {
		b.books = []fairlead.Transaction{movement("NEW", "T1", "2026-11-19", "-4.50", "COFFEE")}
		b.shape = func(req connector.FetchRequest, page *connector.Page) {
			if req.Product == fairlead.ProductTransactions {
				page.Renumbered = map[string]string{"A": "NEW"}
			}
		}
	})
	f.tomorrow(id)
	if got := f.accountIDs(id); got["NEW"] != before["A"] || len(got) != 2 {
		t.Errorf("accounts: %v, were %v", got, before)
	}
	if rows := f.records(id, fairlead.TransactionRecord); len(rows) != 1 || rows[0].Account != before["A"] {
		t.Errorf("rows: %+v", rows)
	}
}

func TestAClosedAccountThatIsReopenedKeepsItsHistory(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("B", "T1", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	before := f.accountIDs(id)
	all := b.accounts
	b.change(func() { b.accounts = all[:1] })
	f.tomorrow(id)
	if len(f.accountIDs(id)) != 1 {
		t.Fatal("a closed account is not seen to be closed")
	}
	b.change(func() { b.accounts = all })
	f.tomorrow(id)
	if got := f.accountIDs(id); got["B"] != before["B"] || len(f.byRef(id)) != 1 {
		t.Errorf("accounts: %v, were %v", got, before)
	}
}

// A renewal gives every account and every row another id and releases older history: what
// was stored is matched, and only what is older is added.
func TestARenewalThatReleasesOlderHistoryAddsOnlyWhatIsOlder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		random := rand.New(rand.NewPCG(seed, 7))
		ids := random.IntN(3) > 0 // else the institution gives none
		var books []fairlead.Transaction
		for n := range 150 {
			d := fairlead.DateOf(noon()).AddDays(-random.IntN(700))
			t := movement([]string{"A", "B"}[random.IntN(2)], "", d.String(), fmt.Sprintf("-%d.00", 1+random.IntN(3)), fmt.Sprintf("SHOP %d", random.IntN(4)))
			if ids {
				t.Ref = fmt.Sprintf("T%d", n)
			}
			books = append(books, t)
		}
		slices.SortStableFunc(books, func(a, b fairlead.Transaction) int { return a.Booked.Compare(b.Booked) })
		released := fairlead.DateOf(noon()).AddDays(-90)
		recent := slices.DeleteFunc(slices.Clone(books), func(t fairlead.Transaction) bool { return t.Booked.Before(released) })
		f, b, id := linked(t)
		b.windowed, b.books = true, recent
		b.shape = func(req connector.FetchRequest, page *connector.Page) {
			for n := range page.Covers {
				if req.Product == fairlead.ProductTransactions && page.Covers[n].Days.From.Before(released) {
					page.Covers[n].Days.From = released
				}
			}
		}
		f.run(id)
		before := map[fairlead.RecordID]bool{}
		for _, rec := range f.records(id, fairlead.TransactionRecord) {
			before[rec.ID] = true
		}
		b.change(func() {
			b.shape, b.books = nil, slices.Clone(books)
			b.accounts = []fairlead.Account{renamed(account("A", "1111"), "NA", "1111"), renamed(account("B", "2222"), "NB", "2222")}
			for n := range b.books {
				b.books[n].AccountRef = "N" + b.books[n].AccountRef
				if ids {
					b.books[n].Ref = "N" + b.books[n].Ref
				}
			}
		})
		f.collecting = f.node(40)
		f.wait(time.Hour)
		f.relink(id)
		f.run(id)
		after := f.records(id, fairlead.TransactionRecord)
		if len(before) != len(recent) || len(after) != len(books) {
			t.Fatalf("seed %d: %d rows before, %d after, want %d and %d", seed, len(before), len(after), len(recent), len(books))
		}
		for _, rec := range after {
			delete(before, rec.ID)
		}
		if len(before) > 0 {
			t.Fatalf("seed %d: %d rows have another id", seed, len(before))
		}
	}
}
