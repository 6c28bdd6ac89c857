package world

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// testBanks are one bank of everything per country.
func testBanks() []Bank {
	return []Bank{
		{Name: "us", Country: "US", Checking: true, Savings: true, Card: true, Routing: "990000017"},
		{Name: "br", Country: "BR", Checking: true, Savings: true, Card: true, COMPE: "001"},
		{Name: "es", Country: "ES", Checking: true, Savings: true, Card: true, Entity: "9901"},
	}
}

// anyone draws a customer, and a year to look at.
func anyone(t *rapid.T) (*Customer, int) {
	bank := rapid.SampledFrom(testBanks()).Draw(t, "bank")
	p := rapid.SampledFrom(personas()).Draw(t, "persona")
	suffix := rapid.StringMatching(`\+[a-z]{1,4}`).Draw(t, "suffix")
	return New().Customer(Seed{Text: "seed", Tenant: "ten_1"}, bank, p.Name+suffix, ""), rapid.IntRange(2014, 2045).Draw(t, "year")
}

func TestBalancesAreTheSumOfTheirEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		m := Month(year*12 + rapid.IntRange(0, 11).Draw(t, "month"))
		for _, a := range c.Accounts {
			if m <= a.Opened.Month() {
				continue
			}
			balance, last := c.Opening(a.Index, m), time.Time{}
			for _, e := range c.Month(a.Index, m) {
				if !e.Void {
					balance += e.Cents
				}
				if balance != e.Balance {
					t.Fatalf("%s %s: balance after %s is %d, want %d", c.Persona.Name, m, e.Text, e.Balance, balance)
				}
				if e.Booked().Before(last) {
					t.Fatalf("%s %s: %s is out of order", c.Persona.Name, m, e.Text)
				}
				last = e.Booked()
			}
			if next := c.Opening(a.Index, m+1); next != balance {
				t.Fatalf("%s %s %s: closes at %d, next month opens at %d", c.Persona.Name, a.Name, m, balance, next)
			}
		}
	})
}

func TestKeysOfEntriesAreUnique(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		seen := map[string]bool{}
		for _, a := range c.Accounts {
			for m := Month(year * 12); m < Month(year*12+2); m++ {
				for _, e := range c.Month(a.Index, m) {
					if k := a.Ref + e.Ref(); seen[k] {
						t.Fatalf("%s: twice %s %+v", c.Persona.Name, k, e)
					} else {
						seen[k] = true
					}
				}
			}
		}
	})
}

func TestCheckingStaysAboveZeroExceptForStudents(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		if !c.Has(Checking) || c.Persona.Tight {
			return
		}
		for m := Month(year * 12); m < Month(year*12+12); m++ {
			for _, r := range []Role{Checking, Savings} {
				for _, e := range c.Month(c.main[r], m) {
					if e.Balance < 0 {
						t.Fatalf("%s in %s: %d after %s", c.Persona.Name, m, e.Balance, e.Text)
					}
				}
			}
		}
	})
}

func TestACardBillIsTheSumOfItsPurchasesAndIsPaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		if !c.Has(Card) {
			return
		}
		m := Month(year*12 + rapid.IntRange(0, 11).Draw(t, "month"))
		now := (m + 2).First().Time()
		b, sum, paid := c.Bill(m, now), int64(0), int64(0)
		for _, month := range []Month{m - 1, m, m + 1} {
			for _, e := range c.Month(c.main[Card], month) {
				if e.Bill == m && !e.Void && e.Kind != "payment" {
					sum -= e.Cents
				}
				if e.Kind == "payment" && e.Posted == b.Due {
					paid += e.Cents
				}
			}
		}
		if max(sum, 0) != b.Total || paid != b.Total {
			t.Fatalf("bill of %s is %d, purchases are %d, paid is %d", m, b.Total, sum, paid)
		}
	})
}

func TestTwoWorldsAreTheSame(t *testing.T) {
	t.Parallel()
	one := New().Customer(Seed{"s", "t"}, testBanks()[0], "good", "")
	two := New().Customer(Seed{"s", "t"}, testBanks()[0], "good", "")
	two.Month(0, MonthOf(2030, time.May)) // another order of asking
	for m := MonthOf(2024, time.January); m < MonthOf(2026, time.January); m++ {
		for i := range one.Accounts {
			if diff := cmp.Diff(one.Month(i, m), two.Month(i, m)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	other := New().Customer(Seed{"s", "t"}, testBanks()[0], "good+alice", "")
	if cmp.Equal(one.Month(0, MonthOf(2024, time.May)), other.Month(0, MonthOf(2024, time.May))) || one.Accounts[0].Ref == other.Accounts[0].Ref {
		t.Fatal("a suffix must give another person")
	}
}
