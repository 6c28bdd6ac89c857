package simplefin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simplefin/simplefintest"
)

// withRow is what an account's rows become of one row.
func withRow(t *testing.T, currency string, r simplefintest.Row) []fairlead.Transaction {
	t.Helper()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-7").Rows, s.Account("ACT-7").Currency = []simplefintest.Row{r}, currency
	})
	d := link(t, s).mustCollect()
	return d.rows(d.account(t, "Brokerage").Ref)
}

func text(s string) *string { return &s }

func TestADayIsTheBanksOwn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		currency string
		posted   time.Time
		want     fairlead.Date
	}{
		"noon in UTC":                         {"USD", at(5, 12, 0), fairlead.DateOf(at(5, 0, 0))},
		"midnight in UTC":                     {"USD", at(5, 0, 0), fairlead.DateOf(at(5, 0, 0))},
		"midnight in New York":                {"USD", at(5, 5, 0), fairlead.DateOf(at(5, 0, 0))},
		"an evening in New York":              {"USD", at(4, 2, 30), fairlead.DateOf(at(5, 0, 0))},
		"the same in Canadian dollars":        {"CAD", at(4, 2, 30), fairlead.DateOf(at(5, 0, 0))},
		"night in euros":                      {"EUR", at(4, 2, 30), fairlead.DateOf(at(4, 0, 0))},
		"the first day of the newest window":  {"USD", at(58, 12, 0), fairlead.DateOf(at(58, 0, 0))},
		"an evening of the day before window": {"USD", at(58, 2, 0), fairlead.DateOf(at(59, 0, 0))},
	} {
		rows := withRow(t, c.currency, simplefintest.Row{ID: "R", Amount: "-1.00", Description: "X", At: c.posted})
		if len(rows) != 1 || rows[0].Booked != c.want || rows[0].State != fairlead.TransactionPosted {
			t.Errorf("%s: %+v, want %s", name, rows, c.want)
		}
	}
}

func TestEpochZeroIsNoDate(t *testing.T) {
	t.Parallel()
	yesterday := at(1, 15, 0)
	for name, c := range map[string]struct {
		row     simplefintest.Row
		pending bool
		booked  fairlead.Date
		lost    bool
	}{
		"posted 0, with a flag":       {simplefintest.Row{At: yesterday, Posted: text("0"), PendingFlag: text("true")}, true, fairlead.DateOf(yesterday), false},
		"posted 0, without a flag":    {simplefintest.Row{At: yesterday, Posted: text("0"), PendingFlag: text("-")}, true, fairlead.DateOf(yesterday), false},
		"posted absent":               {simplefintest.Row{At: yesterday, Posted: text("-"), PendingFlag: text("-")}, false, fairlead.DateOf(yesterday), false},
		"pending without any time":    {simplefintest.Row{Posted: text("0"), PendingFlag: text("true")}, true, fairlead.DateOf(now), false},
		"posted without any time":     {simplefintest.Row{Posted: text("0"), TransactedAt: text("0")}, false, fairlead.Date{}, true},
		"times that no calendar has":  {simplefintest.Row{Posted: text("99999999999999"), TransactedAt: text("-5")}, false, fairlead.Date{}, true},
		"times in the wrong shape":    {simplefintest.Row{Posted: text("yesterday")}, false, fairlead.Date{}, true},
		"a fraction of a second more": {simplefintest.Row{At: yesterday, Posted: text("1795600800.5"), PendingFlag: text("-")}, false, fairlead.DateOf(time.Unix(1795600800, 0)), false},
	} {
		c.row.ID, c.row.Amount, c.row.Description = "R", "-1.00", "X"
		rows := withRow(t, "USD", c.row)
		if c.lost {
			if len(rows) != 0 {
				t.Errorf("%s: %+v", name, rows)
			}
			continue
		}
		if len(rows) != 1 || rows[0].Booked != c.booked || (rows[0].State == fairlead.TransactionPending) != c.pending || rows[0].Transacted.Year() == 1970 {
			t.Errorf("%s: %+v", name, rows)
		}
	}
}

func TestARowThatCantBeReadIsSaidAndItsAccountIsNotComplete(t *testing.T) {
	t.Parallel()
	for _, amount := range []string{"", "abc", "1,2,3", "1.234,56", "NaN", "1e500", strings.Repeat("9", 100)} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) {
			s.Account("ACT-7").Rows = []simplefintest.Row{{ID: "R", Amount: amount, Description: "X", At: at(1, 12, 0)}}
		})
		d := link(t, s).mustCollect()
		ref := d.account(t, "Brokerage").Ref
		if m, ok := d.missing(fairlead.ProductTransactions, "transaction_left_out"); !ok || len(m.AccountRefs) != 1 || m.AccountRefs[0] != ref || d.covered(ref) || len(d.rows(ref)) != 0 {
			t.Errorf("%.20q: %+v", amount, d[fairlead.ProductTransactions].Partial)
		}
	}
}

func TestAmountsAreExact(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{
		"-33293.43": "-33293.43", "1,234.00": "1234.00", "-1,234,567.891": "-1234567.891", "+5": "5", "0.10": "0.10", "12345678901234567890.12": "12345678901234567890.12",
	} {
		rows := withRow(t, "USD", simplefintest.Row{ID: "R", Amount: sent, Description: "X", At: at(1, 12, 0)})
		if len(rows) != 1 || rows[0].Amount.String() != want+" USD" {
			t.Errorf("%s: %+v", sent, rows)
		}
	}
}

func TestARowSaysWhatTheServerKnows(t *testing.T) {
	t.Parallel()
	rows := withRow(t, "USD", simplefintest.Row{
		ID: "R", Amount: "-9.99", Description: "SQ *CAFÉ\u0000\n\u202e 0042", Payee: "Café", MCC: "5814", Currency: "eur", At: at(1, 12, 0),
	})
	if len(rows) != 1 {
		t.Fatalf("%+v", rows)
	}
	r := rows[0]
	if r.Description != "Café" || r.Original != "SQ *CAFÉ 0042" || r.Counterparty == nil || r.Counterparty.Name != "Café" || r.MCC != "5814" || r.Amount.Currency != "EUR" {
		t.Errorf("%+v", r)
	}
}

func TestOfTwoRowsWithOneIDTheLaterStands(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-7").Rows = []simplefintest.Row{
			{ID: "R", Amount: "-2.00", Description: "Later", At: at(1, 12, 0)},
			{ID: "R", Amount: "-1.00", Description: "Earlier", At: at(3, 12, 0)},
			{Amount: "-3.00", Description: "Twin", At: at(2, 12, 0)},
			{Amount: "-3.00", Description: "Twin", At: at(2, 12, 0)},
		}
	})
	d := link(t, s).mustCollect()
	rows := d.rows(d.account(t, "Brokerage").Ref)
	if len(rows) != 3 || rows[2].Description != "Later" || rows[0].Description != "Twin" || rows[1].Description != "Twin" {
		t.Errorf("%+v", rows)
	}
}

func TestACurrencyThatIsNoneIsLeftOutAndSaid(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	d := link(t, s).mustCollect()
	m, ok := d.missing(fairlead.ProductAccounts, "account_left_out")
	if !ok || !fairlead.Is(m.Err, fairlead.Unsupported) || len(m.AccountRefs) != 1 || !strings.Contains(m.Err.Error(), "Mill Credit Union") {
		t.Errorf("%+v", d[fairlead.ProductAccounts].Partial)
	}
	for _, a := range d[fairlead.ProductAccounts].Accounts {
		if a.Name == "Sky Miles" {
			t.Error("miles are money")
		}
	}
}

func TestAnEmptyCurrencyIsThatOfTheBanksOtherAccounts(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"", "XXX", "xxx", " "} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) {
			s.Account("ACT-1").Currency = sent
			s.Account("ACT-2").Currency = "cad"
		})
		if a := link(t, s).mustCollect().account(t, "Everyday 4411"); a.Currency != "CAD" || a.Balances.Current.Currency != "CAD" {
			t.Errorf("%q: %s", sent, a.Currency)
		}
	}
	s := standIn(t)
	l := link(t, s)
	l.mustCollect() // remembers what it was
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-1").Currency, s.Account("ACT-2").Currency = "", "CAD" })
	if a := l.mustCollect().account(t, "Everyday 4411"); a.Currency != "USD" {
		t.Errorf("what it was before is forgotten: %s", a.Currency)
	}
}

func TestABalanceThatIsNotGivenIsNil(t *testing.T) {
	t.Parallel()
	for _, sent := range []string{"-", "", "n/a"} {
		s := standIn(t)
		s.Change(func(s *simplefintest.Server) { s.Account("ACT-1").Balance, s.Account("ACT-1").Available = sent, "" })
		if a := link(t, s).mustCollect().account(t, "Everyday 4411"); a.Balances.Current != nil || a.Balances.Available != nil {
			t.Errorf("%q: %+v", sent, a.Balances)
		}
	}
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-1").Available = "" })
	d := link(t, s).mustCollect()
	if a := d.account(t, "Everyday 4411"); a.Balances.Available == nil || !a.Balances.Available.Equal(*a.Balances.Current) {
		t.Errorf("left out, it equals the balance: %+v", a.Balances)
	}
	if a := d.account(t, "Visa Platinum (9020)"); a.Balances.Available != nil {
		t.Errorf("what is left of a card's limit is not what is owed: %+v", a.Balances)
	}
}

func TestACardsPositiveBalanceIsNotFlipped(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) { s.Account("ACT-2").Balance = "431.20" })
	a := link(t, s).mustCollect().account(t, "Visa Platinum (9020)")
	if a.Balances.Current.String() != "431.20 USD" || a.Extra["simplefin.balance_sign"] != "positive" {
		t.Errorf("%+v %v", a.Balances, a.Extra)
	}
}

func TestAKindIsGuessedOnceAndStays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		account simplefintest.Account
		kind    fairlead.AccountKind
		subtype string
	}{
		"a name":            {simplefintest.Account{Name: "Home Mortgage", Balance: "-200000"}, fairlead.AccountLoan, "mortgage"},
		"a card":            {simplefintest.Account{Name: "Rewards Visa", Balance: "12"}, fairlead.AccountCard, "credit"},
		"a debit card":      {simplefintest.Account{Name: "Visa Debit", Balance: "12"}, fairlead.AccountDepository, "checking"},
		"savings":           {simplefintest.Account{Name: "High Yield Savings", Balance: "12"}, fairlead.AccountDepository, "savings"},
		"a pension plan":    {simplefintest.Account{Name: "ACME 401(k) Plan", Balance: "12"}, fairlead.AccountInvestment, "401k"},
		"what is owed":      {simplefintest.Account{Name: "Blue", Balance: "-12"}, fairlead.AccountCard, ""},
		"an overdraft":      {simplefintest.Account{Name: "Checking", Balance: "-12"}, fairlead.AccountDepository, "checking"},
		"nothing":           {simplefintest.Account{Name: "Blue", Balance: "12"}, fairlead.AccountDepository, ""},
		"what is in it":     {simplefintest.Account{Name: "Blue", Holdings: []map[string]any{{"symbol": "VTI", "market_value": "1", "shares": "1"}}}, fairlead.AccountInvestment, ""},
		"an empty list":     {simplefintest.Account{Name: "Blue", Balance: "1", Holdings: []map[string]any{}}, fairlead.AccountDepository, ""},
		"what is said":      {simplefintest.Account{Name: "Savings", Extra: map[string]any{"account-type": "credit card"}}, fairlead.AccountCard, "credit"},
		"letters in a word": {simplefintest.Account{Name: "Cardinal Miracle", Balance: "1"}, fairlead.AccountDepository, ""},
	} {
		s := standIn(t)
		c.account.ID, c.account.Currency = "ACT-X", "USD"
		s.Change(func(s *simplefintest.Server) { s.Banks[0].Accounts = append(s.Banks[0].Accounts, &c.account) })
		l := link(t, s)
		if a := l.mustCollect().account(t, c.account.Name); a.Kind != c.kind || a.Subtype != c.subtype {
			t.Errorf("%s: %s %s", name, a.Kind, a.Subtype)
		}
		s.Change(func(s *simplefintest.Server) {
			s.Account("ACT-X").Balance, s.Account("ACT-X").Holdings, s.Account("ACT-X").Extra = "-5.00", []map[string]any{}, nil
		})
		if a := l.mustCollect().account(t, c.account.Name); a.Kind != c.kind || a.Subtype != c.subtype {
			t.Errorf("%s: it becomes %s %s", name, a.Kind, a.Subtype)
		}
	}
}

func TestHoldingsAreReadAsTheBridgeSendsThem(t *testing.T) {
	t.Parallel()
	d := link(t, standIn(t)).mustCollect()
	page := d[fairlead.ProductHoldings]
	if len(page.Holdings) != 2 || len(page.Securities) != 2 {
		t.Fatalf("%+v", page)
	}
	fund, cash := page.Holdings[0], page.Holdings[1]
	if fund.Value.String() != "5150.00 USD" || fund.CostBasis != nil || fund.UnitPrice.String() != "125.000000 USD" || fund.Quantity.String() != "41.2" || fund.Kind != "other" {
		t.Errorf("%+v", fund)
	}
	if cash.Kind != "cash" || cash.Value.String() != "250.10 USD" || cash.CostBasis.String() != "250.10 USD" || cash.UnitPrice != nil {
		t.Errorf("%+v", cash)
	}
	if len(page.Covers) != 2 { // of Brokerage, and of Everyday whose list is empty
		t.Errorf("%+v", page.Covers)
	}
}

func TestAPositionWithoutAValueIsNotZero(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-7").Holdings = []map[string]any{{"id": "H", "symbol": "VTI", "shares": "1"}, {"id": "G", "symbol": "VTI", "shares": 2, "market_value": 10.5}}
	})
	page := link(t, s).mustCollect()[fairlead.ProductHoldings]
	if len(page.Holdings) != 1 || page.Holdings[0].Value.String() != "10.5 USD" || page.Holdings[0].Quantity.String() != "2" {
		t.Errorf("%+v", page.Holdings)
	}
	for _, c := range page.Covers {
		if c.AccountRef == page.Holdings[0].AccountRef {
			t.Error("what can't be read is gone")
		}
	}
}

func TestAPendingRowWithoutATimeDoesNotMoveOnFromDayToDay(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-7").Rows = []simplefintest.Row{{ID: "R", Amount: "-1.00", Description: "X", PendingFlag: text("true")}}
	})
	l := link(t, s)
	for range 3 {
		d := l.mustCollect()
		if rows := d.rows(d.account(t, "Brokerage").Ref); len(rows) != 1 || rows[0].Booked != fairlead.DateOf(now) {
			t.Fatalf("%+v", rows)
		}
		l.session.Now = l.session.Now.AddDate(0, 0, 1)
	}
}

func TestRowsThatComeLateAreFound(t *testing.T) {
	t.Parallel()
	s := standIn(t)
	s.Change(func(s *simplefintest.Server) {
		s.Account("ACT-7").Rows = []simplefintest.Row{{ID: "R", Amount: "-1.00", Description: "X", At: at(12, 12, 0), Appears: now.Add(time.Hour)}}
	})
	l := link(t, s)
	l.mustCollect()
	s.Change(func(s *simplefintest.Server) { s.Now = func() time.Time { return now.Add(2 * time.Hour) } })
	if d := l.mustCollect(); len(d.rows(d.account(t, "Brokerage").Ref)) != 1 {
		t.Error("it is lost")
	}
}
