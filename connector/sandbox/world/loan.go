package world

import (
	"math/big"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// LoanKind is a kind of credit contract that a bank gives. A customer has one of
// each at a time: when it is paid off, the next is taken up two months later.
type LoanKind struct {
	Name    string
	Kind    string // as fairlead.Loan.Kind
	Subtype string
	Months  int
	Rate    int64 // basis points a year, nominal
	Wages   int64 // what is lent, in per cent of a month's wage
	Day     int   // of the month on which it is paid
	SAC     bool  // equal parts of the principal; otherwise equal instalments
	PaidOut bool  // to checking; otherwise straight to the seller
	Account bool  // shown as an account too
	Open    bool  // without instalments: an overdraft
	Owners  bool  // given only to personas that own a home
	Secured string
	Fee     int64 // cents, for the application
	Taxed   bool  // bears Brazil's tax on credit

	Product, SubProduct, Category string // Open Finance Brasil
	Modality                      string // the central bank's code of it

	Company *Wording // what the kind is for a company; nil: the same
}

// Wording is what a kind of credit is called.
type Wording struct{ Name, Subtype, SubProduct, Category, Modality string }

// holds reports whether the customer has contracts of a kind.
func (c *Customer) holds(k LoanKind) bool { return !k.Owners || c.Persona.Owns }

// loanKind is a kind of the bank's credit as it is for the customer.
func (c *Customer) loanKind(i int) LoanKind {
	k := c.Bank.Loans[i]
	if w := k.Company; w != nil && c.Person.Company {
		k.Name, k.Subtype, k.SubProduct, k.Category, k.Modality = w.Name, w.Subtype, w.SubProduct, w.Category, w.Modality
	}
	return k
}

// Contract is one credit contract.
type Contract struct {
	Key       Key
	Kind      LoanKind
	KindIndex int // of the kind in Bank.Loans
	Account   int // -1: none
	Ref       string
	Number    string
	Start     Day
	Matures   Day
	Amount    int64
	Payments  []Payment
}

// Payment is one instalment of a contract.
type Payment struct {
	Number    int
	Due       Day
	Cents     int64
	Interest  int64
	Remaining int64 // owed after it
}

// openLoans makes the accounts of loans that are shown as such.
func (c *Customer) openLoans(Month) {
	for i := range c.Bank.Loans {
		if k := c.loanKind(i); k.Account && c.holds(k) {
			c.add(Account{
				Kind: fairlead.AccountLoan, Subtype: k.Subtype, Name: k.Name,
				Opened: c.contract(i, c.series(i, MonthOf(2012, time.January))).Start, Loan: i + 1,
			})
		}
	}
}

// span is how many months lie between the beginnings of two contracts of a kind.
func (k LoanKind) span() int { return k.Months + 2 }

// series is the number of the contract of a kind that is running, or ended last, in a month.
func (c *Customer) series(kind int, m Month) int {
	k := c.Bank.Loans[kind]
	if k.Open {
		return 0
	}
	return (int(m) - c.offset(kind)) / k.span()
}

func (c *Customer) offset(kind int) int {
	return c.key.Named("loan offset").Sub(kind).RNG().Int(c.Bank.Loans[kind].span())
}

// contract makes the n-th contract of a kind.
func (c *Customer) contract(kind, n int) Contract {
	k := c.loanKind(kind)
	key := c.key.Named("loan").Sub(kind, n)
	d := key.RNG()
	m := Month(c.offset(kind) + n*k.span())
	if k.Open {
		m = MonthOf(2010, time.March)
	}
	out := Contract{Key: key, Kind: k, KindIndex: kind, Account: -1, Ref: "L" + hex16(uint64(key)), Number: d.Digits(10), Start: m.Day(3 + d.Int(20))}
	out.Amount = round(c.wage(m.Year())*k.Wages/100*(80+int64(d.Int(40)))/100, 5000)
	if k.Open {
		return out
	}
	out.Payments = schedule(k, out.Amount, m)
	out.Matures = out.Payments[len(out.Payments)-1].Due
	for i, a := range c.Accounts {
		if a.Loan == kind+1 {
			out.Account = i
		}
	}
	return out
}

// schedule makes the instalments of a contract, the first one month after it.
func schedule(k LoanKind, amount int64, m Month) []Payment {
	out := make([]Payment, k.Months)
	left, level := amount, levelPayment(amount, k.Rate, k.Months)
	for i := range out {
		interest := (left*k.Rate + 60000) / 120000
		part := level - interest
		if k.SAC {
			part = amount / int64(k.Months)
		}
		if i == k.Months-1 || part > left {
			part = left
		}
		left -= part
		out[i] = Payment{Number: i + 1, Due: (m + 1 + Month(i)).Day(k.Day), Cents: part + interest, Interest: interest, Remaining: left}
	}
	return out
}

// levelPayment is the equal instalment of a loan. It is reckoned in whole numbers,
// so that no machine's rounding differs: amount × r × (1+r)^n / ((1+r)^n − 1).
func levelPayment(amount, rate int64, months int) int64 {
	const one = 120000 // (1+r) is (one+rate)/one
	grown, base := big.NewInt(1), big.NewInt(1)
	for range months {
		grown.Mul(grown, big.NewInt(one+rate))
		base.Mul(base, big.NewInt(one))
	}
	top := new(big.Int).Mul(big.NewInt(amount*rate), grown)
	bottom := new(big.Int).Mul(big.NewInt(one), new(big.Int).Sub(grown, base))
	return top.Div(top, bottom).Int64() + 1
}

// loanPayments are what the contracts move in checking in a month.
func (c *Customer) loanPayments(m Month) []Entry {
	var out []Entry
	for i := range c.Bank.Loans {
		k := c.loanKind(i)
		if k.Open || !c.holds(k) {
			continue
		}
		n := c.series(i, m)
		l := c.contract(i, n)
		if l.Start.Month() == m {
			out = append(out, c.charges(l)...)
		}
		if l.Start.Month() == m && k.PaidOut {
			out = append(out, Entry{
				Key: l.Key.Named("paid out"), Posted: l.Start, Minute: 11 * 60, Cents: l.Amount, Kind: "other", Category: "loan", Text: k.Name,
				Raw: k.Name + " " + l.Number,
			})
		}
		for _, p := range l.Payments {
			if p.Due.Month() == m {
				text := c.country.texts.loan + " " + k.Name
				out = append(out, Entry{
					Key: l.Key.Named("payment").Sub(p.Number), Posted: p.Due, Minute: 11*60 + i, Cents: -p.Cents, Kind: "payment", Category: "loan", Text: text,
					Raw: text + " " + l.Number, Number: p.Number, Of: k.Months,
				})
			}
		}
	}
	return out
}

// charges are the movements of what a contract costs at its beginning.
func (c *Customer) charges(l Contract) []Entry {
	var out []Entry
	costs := l.Charges()
	for _, x := range []struct {
		cents                int64
		kind, category, text string
	}{{costs.Fee, "fee", "fees", c.country.texts.fee}, {costs.Tax, "other", "taxes", c.country.texts.creditTax}} {
		if x.cents > 0 {
			out = append(out, Entry{
				Key: l.Key.Named(x.category), Posted: l.Start, Minute: 11*60 + 5, Cents: -x.cents, Kind: x.kind, Category: x.category, Text: x.text,
				Raw: x.text + " " + l.Number,
			})
		}
	}
	return out
}

// Contracts gives the contracts that ran at any time since a day, oldest first.
func (c *Customer) Contracts(since Day, now time.Time) []Contract {
	var out []Contract
	if c.Persona.Empty {
		return nil
	}
	today := DayOf(now)
	for i := range c.Bank.Loans {
		if !c.holds(c.Bank.Loans[i]) {
			continue
		}
		for n := c.series(i, since.Month()); n <= c.series(i, today.Month()); n++ {
			if l := c.contract(i, n); l.Start <= today && (l.Kind.Open || l.Matures >= since) {
				out = append(out, l)
			}
		}
	}
	return out
}

// Owed is what is left of a contract at an instant, and how many instalments are paid.
func (l Contract) Owed(now time.Time) (cents int64, paid int) {
	cents = l.Amount
	for _, p := range l.Payments {
		if p.Due.At(11 * 60).After(now) {
			break
		}
		cents, paid = p.Remaining, p.Number
	}
	return cents, paid
}

// LoanOf is the contract behind a loan account at an instant: the one running, or the last.
func (c *Customer) LoanOf(a Account, now time.Time) Contract {
	m := DayOf(now).Month()
	l := c.contract(a.Loan-1, c.series(a.Loan-1, m))
	if l.Start > DayOf(now) {
		return c.contract(a.Loan-1, c.series(a.Loan-1, m)-1)
	}
	return l
}
