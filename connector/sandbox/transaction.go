package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// transactions fills a page: account by account, month by month, oldest first;
// an account's pending ones end it.
func (f *fetching) transactions() {
	at := f.cursor
	for at.Account < len(f.customer.Accounts) {
		a := f.customer.Accounts[at.Account]
		if !f.moves(a) {
			at.Account, at.Month, at.Offset = at.Account+1, 0, 0
			continue
		}
		if at.Month == 0 {
			at.Month = max(f.first(a), a.Opened).Month()
		}
		if room := f.req.Limit - len(f.page.Transactions); room <= 0 {
			f.more(at)
			return
		} else if !f.monthOf(a, &at, room) {
			f.more(at)
			return
		}
		if at.Month++; at.Month > world.DayOf(at.Now).Month() {
			f.pending(a)
			f.page.Covers = append(f.page.Covers, connector.Coverage{AccountRef: a.Ref, Days: fairlead.Interval{From: f.first(a).Date(), To: world.DayOf(at.Now).Date()}})
			at.Account, at.Month = at.Account+1, 0
		}
	}
}

// moves reports whether an account has transactions of its own.
func (f *fetching) moves(a world.Account) bool {
	return (a.Kind == fairlead.AccountDepository || a.Kind == fairlead.AccountCard) && f.sees(a)
}

// first is the first day of which an account's movements are told: the history's, but
// of a card the first of the first bill's, so that every bill is whole.
func (f *fetching) first(a world.Account) world.Day {
	start := f.history()
	if a.Kind == fairlead.AccountCard && f.cursor.Since <= start {
		return (start.Month() - 1).Day(world.BillCloses) + 1
	}
	return f.cursor.Since
}

// monthOf adds what room there is for of one month; false leaves at on the rest.
func (f *fetching) monthOf(a world.Account, at *cursor, room int) bool {
	for n, e := range f.month(a, at.Month) {
		if n < at.Offset || e.Posted < f.first(a) || e.Booked().After(at.Now) {
			continue
		}
		if room == 0 {
			at.Offset = n
			return false
		}
		f.page.Transactions = append(f.page.Transactions, f.transaction(a, e, true))
		room--
	}
	at.Offset = 0
	return true
}

func (f *fetching) pending(a world.Account) {
	for _, e := range f.customer.Pending(a.Index, f.cursor.Now) {
		f.page.Transactions = append(f.page.Transactions, f.transaction(a, e, false))
	}
}

// transaction writes an entry as it stands: pending, booked, or let go.
func (f *fetching) transaction(a world.Account, e world.Entry, booked bool) fairlead.Transaction {
	made := e.Made()
	t := fairlead.Transaction{
		AccountRef: a.Ref, Ref: e.Ref(), State: fairlead.TransactionPosted, Amount: f.money(e.Cents), Booked: e.Posted.Date(), Value: e.Posted.Date(), Transacted: made,
		Description: e.Text, Original: e.Raw, Kind: e.Kind, MCC: e.MCC, Category: e.Category, Check: e.Check,
	}
	if e.Lag > 0 {
		t.PendingRef, t.Value = e.PendingRef(), fairlead.DateOf(made)
	}
	switch {
	case !booked:
		t.State, t.Ref, t.PendingRef, t.Booked = fairlead.TransactionPending, e.PendingRef(), "", fairlead.DateOf(made)
	case e.Void:
		t.State, t.Ref, t.PendingRef, t.Booked = fairlead.TransactionReversed, e.PendingRef(), "", fairlead.DateOf(made)
	default:
		t.BalanceAfter = f.pointer(e.Balance)
	}
	if e.Party.Name != "" {
		t.Counterparty = counterparty(f.customer.PartyOf(e))
	}
	if e.Foreign != nil {
		m := fairlead.NewMoney(e.Foreign.Cents, 2, e.Foreign.Currency)
		rate := fairlead.NewDecimal(e.Foreign.Micros, 6)
		t.Foreign, t.Rate = &m, &rate
	}
	if e.Of > 0 {
		t.Instalment = &fairlead.Instalment{Number: e.Number, Of: e.Of}
	}
	if a.Kind == fairlead.AccountCard {
		t.CardMask = a.Mask
		if booked && !e.Void && e.Bill > 0 {
			t.BillRef = billRef(a, e.Bill)
		}
	}
	if f.at.Country == "BR" {
		t.Extra = f.ofbEntry(a, e, booked)
	}
	return t
}

func counterparty(p world.Party) *fairlead.Counterparty {
	out := fairlead.Counterparty{Name: p.Name, TaxID: p.TaxID, Bank: p.Bank, Branch: p.Branch, Account: p.Account, IBAN: p.IBAN, Kind: fairlead.PersonNatural}
	if p.Company {
		out.Kind = fairlead.PersonCompany
	}
	return &out
}
