package collecting

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestWhatInstitutionsWriteDifferentlyHasOneFingerprint(t *testing.T) {
	t.Parallel()
	money := func(text string) fairlead.Money {
		m, err := fairlead.ParseMoney(text, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	day := fairlead.Date{Year: 2026, Month: 3, Day: 2}
	base := fairlead.Transaction{Booked: day, Amount: money("-12.30"), Description: "Coffee  and cake"}
	with := func(change func(*fairlead.Transaction)) fairlead.Transaction {
		c := base
		change(&c)
		return c
	}
	for _, c := range []struct {
		name  string
		other fairlead.Transaction
		same  bool
	}{
		{"case and spaces", with(func(o *fairlead.Transaction) { o.Description = "COFFEE AND CAKE " }), true},
		{"the scale of the amount", with(func(o *fairlead.Transaction) { o.Amount = money("-12.3000") }), true},
		{"its id", with(func(o *fairlead.Transaction) { o.Ref = "T1" }), true},
		{"a value day beside the booking day", with(func(o *fairlead.Transaction) { o.Value = day.AddDays(1) }), true},
		{"epoch 0 for a missing booking day", with(func(o *fairlead.Transaction) {
			o.Booked, o.Value = fairlead.Date{Year: 1970, Month: 1, Day: 1}, day
		}), true},
		{"a description beside the original text", with(func(o *fairlead.Transaction) {
			o.Original, o.Description = "coffee and cake", "Café"
		}), true},
		{"another text", with(func(o *fairlead.Transaction) { o.Description = "COFFEE" }), false},
		{"another amount", with(func(o *fairlead.Transaction) { o.Amount = money("-12.03") }), false},
		{"the other sign", with(func(o *fairlead.Transaction) { o.Amount = money("12.30") }), false},
		{"ten times as much", with(func(o *fairlead.Transaction) { o.Amount = money("-123.0") }), false},
		{"another day", with(func(o *fairlead.Transaction) { o.Booked = day.AddDays(1) }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, b := transactionFingerprint(base), transactionFingerprint(c.other)
			if (a == b) != c.same || (a.ref() == b.ref()) != c.same {
				t.Errorf("same: %v, refs same: %v, want %v\n%+v\n%+v", a == b, a.ref() == b.ref(), c.same, a, b)
			}
		})
	}
}

func TestAStoredRecordHasTheFingerprintOfWhatCame(t *testing.T) {
	t.Parallel()
	quantity := fairlead.NewMoney(1500, 3, "EUR").Amount
	amount := fairlead.NewMoney(1990, 2, "EUR")
	day := fairlead.Date{Year: 2026, Month: 3, Day: 2}
	account := incomingAccount(fairlead.Account{Kind: fairlead.AccountDepository, Mask: "1234", Name: "Main", Currency: "EUR"})
	for _, a := range []*incoming{
		account,
		incomingTransaction(fairlead.Transaction{Value: day, Amount: amount, Description: "Coffee"}, "acc_1"),
		incomingTransaction(fairlead.Transaction{Value: day, Amount: amount, Description: "PIX 529.982.247-25"}, "acc_1"),
		incomingBill(fairlead.CardBill{Closes: day}, "acc_1"),
		incomingLoan(fairlead.Loan{Contracted: day, Amount: &amount, Contract: "C1"}, "acc_1"),
		incomingSecurity(fairlead.Security{ISIN: "US0378331005"}),
		incomingHolding(fairlead.Holding{SecurityRef: "S", Acquired: day}, "acc_1", "sec_1"),
		incomingInvestment(fairlead.InvestmentTransaction{Traded: day, Amount: amount, Quantity: &quantity}, "acc_1", "sec_1"),
	} {
		if err := a.encode(); err != nil {
			t.Fatal(err)
		}
		if got := fingerprintOf(a.record, a.private); got != a.fingerprint() || got == (fingerprint{}) {
			t.Errorf("%s: stored %+v, came as %+v", a.record.Kind, got, a.fingerprint())
		}
		if a.hasID || a.record.Ref != a.fingerprint().ref() {
			t.Errorf("%s: without an id the ref is %q", a.record.Kind, a.record.Ref)
		}
	}
	if got := fingerprintOf(fairlead.Record{Kind: fairlead.TransactionRecord, Body: []byte("{")}, nil); got != (fingerprint{}) {
		t.Errorf("what cannot be read has the fingerprint %+v", got)
	}
}
