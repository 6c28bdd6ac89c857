package collecting_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// transactions reads what is stored of them, by ref.
func (f *fixture) transactions(id fairlead.ConnectionID) map[string]fairlead.Transaction {
	f.Helper()
	out := map[string]fairlead.Transaction{}
	for _, rec := range f.records(id, fairlead.TransactionRecord) {
		var t fairlead.Transaction
		if err := json.Unmarshal(rec.Body, &t); err != nil {
			f.Fatal(err)
		}
		t.ID = rec.ID
		out[rec.Ref] = t
	}
	return out
}

func TestACalendarDateIsNeverAnInstantWhereverTheServerStands(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	late := movement("A", "T1", "2026-11-19", "-4.50", "COFFEE")
	late.Transacted = time.Date(2026, 11, 19, 23, 30, 0, 0, time.FixedZone("far west", -10*3600)) // 20 November at Greenwich
	b.books = []fairlead.Transaction{late}
	f.run(id)
	before := f.transactions(id)["T1"]
	b.change(func() { b.books[0].Transacted = late.Transacted.In(time.FixedZone("far east", 12*3600)) })
	f.again(id) // after a journey
	after := f.transactions(id)
	if len(after) != 1 || after["T1"].ID != before.ID || after["T1"].Booked != day("2026-11-19") {
		t.Errorf("stored: %+v", after)
	}
}

func TestACurrencyThatIsMissingOrXXXIsTheAccountsAndAForeignAmountStaysForeign(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductTransactions)
	xxx, empty, foreign := movement("A", "X", "2026-11-02", "-4.50", "COFFEE"), movement("A", "E", "2026-11-03", "-5.50", "LUNCH"), movement("A", "F", "2026-11-04", "-9.10", "HOTEL")
	xxx.Amount.Currency, empty.Amount.Currency = "XXX", ""
	dollars, balance := fairlead.NewMoney(-1000, 2, "USD"), fairlead.NewMoney(5000, 2, "XXX")
	foreign.Foreign, foreign.BalanceAfter = &dollars, &balance
	b.books = []fairlead.Transaction{xxx, empty, foreign}
	worthless := fairlead.NewMoney(7000, 2, "XXX")
	b.accounts[0].Balances.Current = &worthless
	f.run(id)
	got := f.transactions(id)
	for _, ref := range []string{"X", "E", "F"} {
		if got[ref].Amount.Currency != "EUR" {
			t.Errorf("%s is in %q", ref, got[ref].Amount.Currency)
		}
	}
	if got["F"].Foreign.Currency != "USD" || got["F"].BalanceAfter.Currency != "EUR" || got["F"].Amount.Amount.String() != "-9.10" {
		t.Errorf("the foreign one is %+v", got["F"])
	}
	if balance.Currency != "XXX" || worthless.Currency != "XXX" {
		t.Error("what the connector gave was changed")
	}
	var a fairlead.Account
	for _, rec := range f.records(id, fairlead.AccountRecord) {
		if err := json.Unmarshal(rec.Body, &a); err != nil || a.Balances.Current.Currency != "EUR" {
			t.Errorf("the balance is %+v, %v", a.Balances.Current, err)
		}
	}
	b.change(func() { b.books[0].Amount.Currency = "EUR" })
	f.again(id)
	if len(f.transactions(id)) != 3 || f.counts(id, fairlead.ProductTransactions) != "+0 ~0 -0" {
		t.Errorf("once it is said, it is another: %s", f.counts(id, fairlead.ProductTransactions))
	}
}

func TestThePayeeIsNeverTheAccountsOwnHolder(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.accounts[0].Holders = []fairlead.Holder{{Name: "Ada Lovelace", Role: "owner"}}
	own, shop, transfer := movement("A", "O", "2026-11-02", "-4.50", "COFFEE"), movement("A", "S", "2026-11-03", "-5.50", "LUNCH"), movement("A", "T", "2026-11-04", "-9.00", "SAVINGS")
	own.Counterparty = &fairlead.Counterparty{Name: "ADA  LOVELACE"}
	shop.Counterparty = &fairlead.Counterparty{Name: "Diner"}
	transfer.Counterparty = &fairlead.Counterparty{Name: "Ada Lovelace", IBAN: "DE02120300000000202051"}
	b.books = []fairlead.Transaction{own, shop, transfer}
	f.run(id)
	got := f.transactions(id)
	if got["O"].Counterparty != nil || got["S"].Counterparty == nil || got["T"].Counterparty == nil {
		t.Errorf("counterparties: %+v, %+v, %+v", got["O"].Counterparty, got["S"].Counterparty, got["T"].Counterparty)
	}
}

func unbooked(ref, day, amount, text string) fairlead.Transaction {
	t := movement("A", ref, day, amount, text)
	t.State = fairlead.TransactionPending
	return t
}

// Complaint 35: the wide window times out where a narrow one works.
func TestAServiceThatReadsItsBanksMeanwhileIsGivenTheTimeThatItsConnectorDeclares(t *testing.T) {
	t.Parallel()
	for patience, want := range map[time.Duration]time.Duration{0: time.Minute, 2 * time.Minute: 2 * time.Minute, time.Hour: 3 * time.Minute} {
		b := newBank()
		b.patience = patience
		f := newFixture(t, b)
		f.run(f.connect("bank", map[string]string{"token": "first"}, fairlead.ProductAccounts))
		if b.given > want || b.given < want-10*time.Second {
			t.Errorf("with a patience of %s a call has %s", patience, b.given)
		}
	}
}

func TestPendingBecomesPostedWhereTheSourceDoesNotJoinThem(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	b.books = []fairlead.Transaction{unbooked("P1", "2026-11-18", "-20.00", "SQ *BLUE BOTTLE"), unbooked("P2", "2026-11-19", "-7.00", "PENDING NEWS STAND")}
	f.run(id)
	before := f.byRef(id)
	b.change(func() {
		b.books = []fairlead.Transaction{
			movement("A", "B1", "2026-11-20", "-20.00", "BLUE BOTTLE COFFEE 0042 OAKLAND"), movement("A", "B2", "2026-11-20", "-7.00", "News Stand 17"),
			movement("A", "B3", "2026-11-20", "-7.00", "BUTCHER"),
		}
	})
	f.tomorrow(id)
	if got := f.byRef(id); len(got) != 3 || got["B1"] != before["P1"] || got["B2"] != before["P2"] {
		t.Errorf("stored: %v, before: %v", got, before)
	}
}

func TestAPendingRowThatIsNeverBookedIsGoneAfterTenDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		delta bool
		days  int
		want  int
	}{{"soon", false, 8, 1}, {"late", false, 13, 0}, {"where only what changed is listed", true, 13, 1}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t)
			b.nothing = true // the institution says of no span that it has shown all of it
			b.books = []fairlead.Transaction{unbooked("P1", "2026-11-20", "-20.00", "HOTEL")}
			f.run(id)
			b.change(func() {
				b.books = nil
				b.shape = func(_ connector.FetchRequest, page *connector.Page) { page.Delta = c.delta }
			})
			for range c.days {
				f.tomorrow(id)
			}
			if got := len(f.byRef(id)); got != c.want {
				t.Errorf("%d rows after %d days, want %d", got, c.days, c.want)
			}
		})
	}
}

func TestAPendingRowThatIsShownAgainStaysHoweverOldItIs(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.nothing = true
	b.books = []fairlead.Transaction{unbooked("P1", "2026-11-20", "-20.00", "HOTEL")}
	f.run(id)
	for range 20 {
		f.tomorrow(id)
	}
	if got := f.byRef(id); len(got) != 1 {
		t.Errorf("stored: %v", got)
	}
}
