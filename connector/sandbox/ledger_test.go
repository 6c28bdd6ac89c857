package sandbox

import (
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

func TestWhatIsToldAddsUpToTheBalance(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "puerto"} {
		for _, p := range world.Personas() {
			if p.Empty || p.Bulk > 0 {
				continue
			}
			b := newFixture(t, name)
			s := b.mustLogin(p.Name, "good")
			last := map[string]fairlead.Money{}
			for _, x := range b.mustCollect(s, fairlead.ProductTransactions).Transactions {
				if x.State != fairlead.TransactionPosted {
					continue
				}
				if before, ok := last[x.AccountRef]; ok && !before.Amount.Add(x.Amount.Amount).Equal(x.BalanceAfter.Amount) {
					t.Fatalf("%s/%s: %s after %s and %s", name, p.Name, x.BalanceAfter, before, x.Amount)
				}
				last[x.AccountRef] = *x.BalanceAfter
			}
			for _, a := range b.mustCollect(s, fairlead.ProductAccounts).Accounts {
				if m, ok := last[a.Ref]; ok && !m.Equal(*a.Balances.Current) {
					t.Errorf("%s/%s: %s holds %s, its transactions say %s", name, p.Name, a.Name, a.Balances.Current, m)
				}
			}
		}
	}
}

func TestAStudentLivesOnTheOverdraft(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "testbank"} {
		b := newFixture(t, name)
		below := 0
		for _, x := range b.mustCollect(b.mustLogin("student", "good"), fairlead.ProductTransactions).Transactions {
			if x.BalanceAfter != nil && x.CardMask == "" && x.BalanceAfter.Amount.Sign() < 0 {
				below++
			}
		}
		if below == 0 {
			t.Errorf("%s: never below zero", name)
		}
	}
}

func TestGoodEarnsInterestThatMakesAForm(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	forms := 0
	for _, d := range b.mustCollect(b.mustLogin("good", "good"), fairlead.ProductTaxForms).Documents {
		earned, err := fairlead.ParseDecimal(d.Fields["interestIncome"].Value)
		if d.Form == "1099-INT" && err == nil && earned.Cmp(fairlead.NewDecimal(10, 0)) >= 0 {
			forms++
		}
	}
	if forms != 2 {
		t.Errorf("%d forms of $10 or more", forms)
	}
}

func TestFormsOfEveryPersona(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"good": {"1099-INT", "W-2"}, "saver": {"1098", "1099-INT", "W-2"}, "freelancer": {"1099-G", "1099-INT", "1099-NEC"}, "retiree": {"1099-INT", "1099-R"},
		"investor": {"1098", "1099-INT", "1099-MISC", "W-2"}, "business": {"1099-INT", "1099-K"}, "student": {"1099-INT", "W-2"}, "joint": {"1098", "1099-G", "1099-INT", "W-2"},
	}
	for user, forms := range want {
		b := newFixture(t, "harbor")
		got := map[string]bool{}
		for _, d := range b.mustCollect(b.mustLogin(user, "good"), fairlead.ProductTaxForms).Documents {
			got[d.Form] = true
		}
		if is := slices.Sorted(maps.Keys(got)); !slices.Equal(is, forms) {
			t.Errorf("%s has %v, want %v", user, is, forms)
		}
	}
}

func TestAStatementSaysWhatTheLedgerDoes(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "puerto")
	s := b.mustLogin("good", "good")
	closing := map[string]fairlead.Money{} // of October
	for _, x := range b.mustCollect(s, fairlead.ProductTransactions).Transactions {
		if x.State == fairlead.TransactionPosted && !x.Booked.After(fairlead.Date{Year: 2026, Month: time.October, Day: 31}) {
			closing[x.AccountRef] = *x.BalanceAfter
		}
	}
	found := 0
	for _, d := range b.mustCollect(s, fairlead.ProductStatements).Documents {
		balance, ok := closing[d.AccountRefs[0]]
		if !ok || d.Period.To != (fairlead.Date{Year: 2026, Month: time.October, Day: 31}) {
			continue
		}
		r, err := d.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(r)
		if text := textOf(t, raw); !bytes.Contains(text, spanish(balance)) || !bytes.Contains(text, []byte("SAMPLE")) {
			t.Errorf("%s does not say %s", d.FileName, balance)
		}
		found++
	}
	if found != 3 {
		t.Errorf("%d statements of October", found)
	}
}

// spanish writes an amount as a paper there does: 1.234,56.
func spanish(m fairlead.Money) []byte {
	whole, cents, _ := strings.Cut(strings.TrimPrefix(m.Amount.String(), "-"), ".") // what is owed on a card is printed as such
	if n := len(whole); n > 3 {
		whole = whole[:n-3] + "." + whole[n-3:]
	}
	return []byte(whole + "," + cents)
}

// textOf gives the page descriptions of a PDF: the printed texts stand in them.
func textOf(t *testing.T, raw []byte) []byte {
	t.Helper()
	var out []byte
	for _, part := range bytes.Split(raw, []byte("stream\n")) {
		if r, err := zlib.NewReader(bytes.NewReader(part)); err == nil {
			text, _ := io.ReadAll(r)
			out = append(out, text...)
		}
	}
	return out
}

// That those of every persona can be written is another test's business.
func TestAPaperIsTheSameTheSecondTime(t *testing.T) {
	t.Parallel()
	for _, name := range shortNames() {
		for _, user := range []string{"good", "freelancer"} {
			b := newFixture(t, name)
			s := b.mustLogin(user, "good")
			var docs []connector.Document
			if b.start.Institution.Offers(fairlead.ProductTaxForms) {
				docs = b.mustCollect(s, fairlead.ProductTaxForms).Documents
			}
			if all := b.mustCollect(s, fairlead.ProductStatements).Documents; len(all) > 20 {
				docs = append(docs, all[len(all)-20:]...)
			}
			for _, d := range docs {
				r, err := d.Open(t.Context())
				if err != nil {
					t.Errorf("%s/%s: %s: %v", name, user, d.FileName, err)
					continue
				}
				one, _ := io.ReadAll(r)
				again, err := d.Open(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if two, _ := io.ReadAll(again); !bytes.Equal(one, two) {
					t.Errorf("%s/%s: %s is another the second time", name, user, d.FileName)
				}
			}
		}
	}
}
