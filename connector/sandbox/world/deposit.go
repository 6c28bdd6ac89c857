package world

import "github.com/fairlead-dev/fairlead"

// Deposit is money at interest that is neither moved nor drawn on: a certificate, a
// money market account.
type Deposit struct {
	Subtype string
	Name    string
	Wages   int64 // what was paid in, in per cent of a month's wage
	Rate    int64 // basis points a year
}

// Words are what a bank calls its own accounts.
type Words struct{ Checking, Savings, Card string }

// words are those of the country, and the bank's own in their place.
func (c *Customer) words() texts {
	w, own := c.country.texts, c.Bank.Words
	if own.Checking != "" {
		w.checking = own.Checking
	}
	if own.Savings != "" {
		w.savings = own.Savings
	}
	if own.Card != "" {
		w.card = own.Card
	}
	return w
}

// openDeposits makes the accounts of deposits.
func (c *Customer) openDeposits(opened Month) {
	for i, d := range c.Bank.Deposits {
		c.add(Account{Kind: fairlead.AccountDepository, Subtype: d.Subtype, Name: d.Name, Opened: (opened + 7).Day(12), Deposit: i + 1})
	}
}

// settleDeposits makes the years of deposits: each month bears the same interest on what
// was paid in, which stays with it.
func (c *Customer) settleDeposits(y *Year) {
	for _, a := range c.Accounts {
		if a.Deposit == 0 {
			continue
		}
		d := c.Bank.Deposits[a.Deposit-1]
		principal := round(c.wage(a.Opened.Month().Year())*d.Wages/100, 50000) + 100000
		interest := principal * d.Rate / 120000
		balance := principal + interest*int64(max(y.first-a.Opened.Month(), 0))
		y.opening[a.Index] = balance
		for m := max(y.first, a.Opened.Month()); m < y.first+12; m++ {
			balance += interest
			y.entries[a.Index] = append(y.entries[a.Index], Entry{
				Key: a.Key.Named("interest").Sub(int(m)), Posted: m.Last(), Minute: 23*60 + 59, Cents: interest, Kind: "interest", Category: "interest",
				Text: c.country.texts.interest, Raw: c.country.texts.interest, Paper: PaperInterest, Balance: balance,
			})
		}
	}
}
