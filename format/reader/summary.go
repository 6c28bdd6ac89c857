package reader

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Summary is what an import has of one account, to be shown before anything is stored.
type Summary struct {
	Account   *format.Account
	From, To  fairlead.Date   // of its rows; zero where it has none
	Rows      int             // transactions that are booked
	Pending   int             // transactions that are not
	Movements int             // of investments
	Holdings  int             // positions
	In, Out   *fairlead.Money // what came in and (negative) went out by booked rows and movements; nil where there are none, or where they are in several currencies
	Value     *fairlead.Money // of all positions; nil where there are none, or where they are in several currencies
	mixed     bool            // In and Out are in several currencies
}

// Summaries are an import's accounts with their counts and sums, in its order.
func (i *Import) Summaries() []Summary {
	all := make([]Summary, len(i.Accounts))
	byRef := make(map[string]*Summary, len(all))
	for n := range i.Accounts {
		all[n].Account = &i.Accounts[n]
		byRef[i.Accounts[n].Ref] = &all[n]
	}
	for t := range i.Transactions.All() {
		s := byRef[t.AccountRef]
		s.on(t.Booked)
		if t.State == fairlead.TransactionPending {
			s.Pending++
			continue
		}
		s.Rows++
		s.add(t.Amount)
	}
	for m := range i.InvestmentTransactions.All() {
		s := byRef[m.AccountRef]
		s.on(m.Traded)
		s.Movements++
		s.add(m.Amount)
	}
	mixed := map[*Summary]bool{}
	for h := range i.Holdings.All() {
		s := byRef[h.AccountRef]
		s.Holdings++
		if s.Value != nil && s.Value.Currency != h.Value.Currency {
			mixed[s] = true
			continue
		}
		s.Value = sum(s.Value, h.Value)
	}
	for s := range mixed {
		s.Value = nil
	}
	for n := range all {
		if s := &all[n]; s.mixed {
			s.In, s.Out = nil, nil
		}
	}
	return all
}

func (s *Summary) on(d fairlead.Date) {
	if s.From.IsZero() || d.Before(s.From) {
		s.From = d
	}
	if d.After(s.To) {
		s.To = d
	}
}

func (s *Summary) add(m fairlead.Money) {
	if s.In != nil && s.In.Currency != m.Currency {
		s.mixed = true
		return
	}
	if s.In == nil {
		zero := fairlead.Money{Amount: fairlead.NewDecimal(0, m.Amount.Scale()), Currency: m.Currency}
		s.In, s.Out = &zero, &zero
	}
	if m.Amount.Sign() < 0 {
		s.Out = sum(s.Out, m)
	} else {
		s.In = sum(s.In, m)
	}
}

func sum(a *fairlead.Money, b fairlead.Money) *fairlead.Money {
	if a == nil {
		return &b
	}
	return &fairlead.Money{Amount: a.Amount.Add(b.Amount), Currency: a.Currency}
}
