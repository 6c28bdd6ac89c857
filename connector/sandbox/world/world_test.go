package world

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// testBanks are one bank of everything per country, and a broker.
func testBanks() []Bank {
	loans := []LoanKind{{Name: "Loan", Kind: "loan", Months: 24, Rate: 2400, Wages: 110, Day: 10, PaidOut: true}, {Name: "Home", Kind: "mortgage", Months: 300, Rate: 310, Wages: 1500, Day: 2, SAC: true, Account: true}}
	portfolio := func(subtype string, cash bool, of []Security) Portfolio {
		return Portfolio{Kind: "investment", Subtype: subtype, Name: subtype, Portion: 50, Cash: cash, Deferred: subtype == "ira", Securities: of}
	}
	return []Bank{
		{Name: "us", Country: "US", Checking: true, Savings: true, Card: true, Routing: "990000017", Loans: loans},
		{Name: "broker", Country: "US", Portfolios: []Portfolio{portfolio("brokerage", true, append(AmericanStocks(), AmericanBonds()...)), portfolio("ira", true, RetirementFunds())}},
		{Name: "br", Country: "BR", Checking: true, Savings: true, Card: true, COMPE: "001", Loans: loans, Portfolios: []Portfolio{portfolio("fixed_income", false, BankFixedIncomes()), portfolio("funds", false, BrazilianFunds())}},
		{Name: "es", Country: "ES", Checking: true, Savings: true, Card: true, Entity: "9901", Loans: loans, Portfolios: []Portfolio{portfolio("brokerage", true, SpanishStocks()), portfolio("funds", false, SpanishFunds()), portfolio("pension", false, PensionPlans())}},
	}
}

// anyone draws a customer, and a year to look at.
func anyone(t *rapid.T) (*Customer, int) {
	bank := rapid.SampledFrom(testBanks()).Draw(t, "bank")
	p := rapid.SampledFrom(personas()).Draw(t, "persona")
	suffix := rapid.StringMatching(`\+[a-z]{1,4}`).Draw(t, "suffix")
	return New().Customer(Seed{Text: "seed", Tenant: "ten_1"}, bank, p.Name+suffix, p, ""), rapid.IntRange(2014, 2045).Draw(t, "year")
}

func TestBalancesAreTheSumOfTheirEntries(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		m := Month(year*12 + rapid.IntRange(0, 11).Draw(t, "month"))
		for _, a := range c.Accounts {
			if m <= a.Opened.Month() || a.Portfolio > 0 || a.Loan > 0 {
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

func TestCheckingStaysAboveZeroAndAStudentsNearTheOverdraft(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		if !c.Has(Checking) {
			return
		}
		var floor [2]int64
		if c.Persona.Tight {
			floor[Checking] = -c.Accounts[c.main[Checking]].Limit * 5 / 4
		}
		for m := Month(year * 12); m < Month(year*12+12); m++ {
			for _, r := range []Role{Checking, Savings} {
				for _, e := range c.Month(c.main[r], m) {
					if e.Balance < floor[r] {
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
	one := New().Customer(Seed{"s", "t"}, testBanks()[0], "good", PersonaOf("good"), "")
	two := New().Customer(Seed{"s", "t"}, testBanks()[0], "good", PersonaOf("good"), "")
	two.Month(0, MonthOf(2030, time.May)) // another order of asking
	for m := MonthOf(2024, time.January); m < MonthOf(2026, time.January); m++ {
		for i := range one.Accounts {
			if diff := cmp.Diff(one.Month(i, m), two.Month(i, m)); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	other := New().Customer(Seed{"s", "t"}, testBanks()[0], "good+alice", PersonaOf("good"), "")
	if cmp.Equal(one.Month(0, MonthOf(2024, time.May)), other.Month(0, MonthOf(2024, time.May))) || one.Accounts[0].Ref == other.Accounts[0].Ref {
		t.Fatal("a suffix must give another person")
	}
}

func TestWhatIsHeldIsWhatWasTraded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		now := MonthOf(year, time.January).First().Time().AddDate(0, 0, rapid.IntRange(0, 364).Draw(t, "day")).Add(23 * time.Hour)
		for _, a := range c.Accounts {
			if a.Portfolio == 0 {
				continue
			}
			opening := map[string]int64{}
			for _, p := range c.Positions(a.Index, MonthOf(year, time.January).First().Time()) {
				opening[p.Security.Ref] = p.Quantity
			}
			custody := c.Custody(a.Index, year)
			cash := custody.Opening
			for _, x := range custody.Trades {
				if x.At().After(now) {
					continue
				}
				cash += x.Cents
				if x.Security != nil {
					opening[x.Security.Ref] += x.Quantity
				}
				if c.Bank.Portfolios[a.Portfolio-1].Cash && cash < 0 {
					t.Fatalf("%s: the money of %s is %d after %s", c.Persona.Name, a.Name, cash, x.Text)
				}
			}
			for _, p := range c.Positions(a.Index, now) {
				var lots int64
				for _, l := range p.Lots {
					lots += l.Quantity
				}
				if opening[p.Security.Ref] != p.Quantity || lots != p.Quantity || p.Cost <= 0 || p.Value <= 0 {
					t.Fatalf("%s holds %d of %s (lots %d, cost %d, value %d), trades make %d", c.Persona.Name, p.Quantity, p.Security.Name, lots, p.Cost, p.Value, opening[p.Security.Ref])
				}
				delete(opening, p.Security.Ref)
			}
			for ref, q := range opening {
				if q != 0 {
					t.Fatalf("%d of %s were traded and are not held", q, ref)
				}
			}
			if next := c.cashAnchor(a, year+1); c.Bank.Portfolios[a.Portfolio-1].Cash && c.Cash(a.Index, MonthOf(year, time.December).Last().At(1439)) != next {
				t.Fatalf("the year's money ends at %d, the next begins at %d", cash, next)
			}
		}
	})
}

func TestALoanIsPaidOffAtItsEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		for _, l := range c.Contracts(MonthOf(year, time.January).First(), MonthOf(year, time.December).Last().Time()) {
			var principal int64
			for _, p := range l.Payments {
				principal += p.Cents - p.Interest
			}
			if owed, paid := l.Owed(l.Matures.At(1439)); owed != 0 || paid != len(l.Payments) || principal != l.Amount {
				t.Fatalf("%s: %d owed after %d of %d, principal %d of %d", l.Kind.Name, owed, paid, len(l.Payments), principal, l.Amount)
			}
		}
	})
}

func TestTaxFormsAddUpToTheYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, year := anyone(t)
		var interest, dividends, proceeds, onGains int64
		for _, a := range c.Accounts {
			for m := MonthOf(year, time.January); m <= MonthOf(year, time.December) && a.Portfolio == 0 && a.Loan == 0 && !a.Bulk; m++ {
				for _, e := range c.Month(a.Index, m) {
					if e.Kind == "interest" {
						interest += e.Cents
					}
				}
			}
			if a.Portfolio == 0 || c.Bank.Portfolios[a.Portfolio-1].Deferred {
				continue
			}
			for _, x := range c.Custody(a.Index, year).Trades {
				switch x.Kind {
				case "interest":
					interest += x.Cents + x.Withheld
				case "dividend":
					dividends += x.Cents + x.Withheld
				case "sell":
					proceeds, onGains = proceeds+x.Cents+x.Withheld+x.Levy, onGains+x.Withheld
				}
			}
		}
		sums := map[string]int64{}
		for _, f := range c.TaxForms(year, MonthOf(year+1, time.June).First().Time()) {
			if f.Revision > 0 {
				continue
			}
			for _, b := range f.Boxes {
				sums[b.Name] += b.Cents
			}
			var lots int64
			for _, s := range f.Sales {
				lots += s.Proceeds
			}
			if p, ok := f.Box("proceeds"); ok && p != lots {
				t.Fatalf("lots make %d, the box says %d", lots, p)
			}
		}
		if c.Persona.Empty {
			return
		}
		switch c.Country() {
		case "US":
			if sums["interestIncome"]+sums["usBondInterest"] != interest || sums["ordinaryDividends"] != dividends || sums["proceeds"] != proceeds {
				t.Fatalf("boxes %v, ledger %d %d %d", sums, interest, dividends, proceeds)
			}
		case "BR":
			if sums["rendimentosPoupanca"]+sums["rendimentosAplicacoes"] == 0 || sums["dividendos"] != dividends {
				t.Fatalf("boxes %v, ledger %d", sums, dividends)
			}
		case "ES":
			if sums["interesesBrutos"] != interest || sums["dividendosBrutos"] != dividends || sums["transmision"] != proceeds || sums["retencionGanancias"] != onGains {
				t.Fatalf("boxes %v, ledger %d %d %d %d", sums, interest, dividends, proceeds, onGains)
			}
		}
	})
}

func TestCorrectedFormsComeInMarch(t *testing.T) {
	t.Parallel()
	date := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	for persona, counts := range map[string]map[time.Time]int{
		"good":    {date(1, 30): 0, date(2, 1): 0, date(2, 16): 1, date(3, 16): 2, date(6, 1): 3},
		"student": {date(1, 30): 0, date(2, 1): 2, date(2, 16): 3, date(3, 16): 4, date(6, 1): 5},
	} {
		c := New().Customer(Seed{"s", "t"}, testBanks()[1], persona, PersonaOf(persona), "")
		for day, want := range counts {
			if forms := c.TaxForms(2025, day); len(forms) != want {
				t.Errorf("%s on %s: %d forms, want %d", persona, day.Format(time.DateOnly), len(forms), want)
			}
		}
		forms := c.TaxForms(2025, date(4, 1))
		last := forms[len(forms)-1]
		first := forms[slices.IndexFunc(forms, func(f TaxForm) bool { return f.Ref == last.Replaces })]
		was, _ := first.Box("qualifiedDividends")
		is, _ := last.Box("qualifiedDividends")
		if last.Revision != 1 || last.Form != first.Form || was >= is {
			t.Errorf("%s: the correction %+v does not replace %+v", persona, last, first)
		}
	}
}
