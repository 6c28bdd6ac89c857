package sandbox

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// customPersona is a person whom somebody describes by a JSON document, given as the
// password of the user custom: records in the shape in which the nouns are written,
// and rules that make movements. It is stored per tenant and user name; a later
// document of the same user name replaces it, any other password uses it again.
type customPersona struct {
	Triggers               string                           `json:"words,omitempty"` // as they would be typed
	Accounts               []fairlead.Account               `json:"accounts,omitempty"`
	Transactions           []fairlead.Transaction           `json:"transactions,omitempty"`
	Repeat                 []repetition                     `json:"repeat,omitempty"`
	Bills                  []fairlead.CardBill              `json:"bills,omitempty"`
	Loans                  []fairlead.Loan                  `json:"loans,omitempty"`
	Securities             []fairlead.Security              `json:"securities,omitempty"`
	Holdings               []fairlead.Holding               `json:"holdings,omitempty"`
	InvestmentTransactions []fairlead.InvestmentTransaction `json:"investment_transactions,omitempty"`
	Identities             []fairlead.Identity              `json:"identities,omitempty"`
}

// repetition is one movement a month.
type repetition struct {
	Day  int                  `json:"day"` // of the month; its last day if it has fewer
	From fairlead.Date        `json:"from,omitzero"`
	To   fairlead.Date        `json:"to,omitzero"`
	Like fairlead.Transaction `json:"transaction"`
}

// maxCustom bounds a document: it must fit a password field.
const maxCustom = 64 << 10

// customUser reports whether a user name is one that a document describes.
func customUser(user string) bool {
	name, _, _ := strings.Cut(strings.ToLower(user), "+")
	return name == "custom"
}

func customKey(user string) string { return "person/" + fairlead.TokenHash(user) }

// describe takes a document in and returns the triggers that it names.
func (s *Sandbox) describe(ctx context.Context, tenant fairlead.TenantID, user, document string) (string, error) {
	var p customPersona
	d := json.NewDecoder(strings.NewReader(document))
	d.DisallowUnknownFields()
	if len(document) > maxCustom || d.Decode(&p) != nil {
		return "", fairlead.Errorf(fairlead.RejectedLogin, "The document that describes the person is over 64 KiB, or not of the expected shape.")
	}
	if problem := p.check(); problem != "" {
		return "", fairlead.Errorf(fairlead.RejectedLogin, "The document that describes the person is wrong: %s.", problem)
	}
	return cmp.Or(p.Triggers, "custom"), kv.Put(ctx, s.memory, tenant, customKey(user), p)
}

// check says what is wrong with a document, without its values.
func (p customPersona) check() string {
	refs := map[string]bool{}
	for _, a := range p.Accounts {
		if a.Ref == "" || refs[a.Ref] || a.Name == "" || !fairlead.ValidCurrency(a.Currency) || a.Kind == "" {
			return "every account needs a ref of its own, a kind, a name and a currency"
		}
		refs[a.Ref] = true
	}
	known := func(ref string) bool { return refs[ref] }
	securities := map[string]bool{"": true}
	for _, s := range p.Securities {
		securities[s.Ref] = true
	}
	for _, t := range p.Transactions {
		if !known(t.AccountRef) || t.Booked.IsZero() || !fairlead.ValidCurrency(t.Amount.Currency) {
			return "every transaction needs the account_ref of an account, a day (booked) and an amount"
		}
	}
	for _, r := range p.Repeat {
		if !known(r.Like.AccountRef) || r.Day < 1 || r.Day > 31 || !fairlead.ValidCurrency(r.Like.Amount.Currency) {
			return "every repetition needs a day of the month, and a transaction with an account_ref and an amount"
		}
	}
	for _, b := range p.Bills {
		if !known(b.AccountRef) || b.Ref == "" || b.Due.IsZero() {
			return "every bill needs a ref, the account_ref of an account and the day it is due"
		}
	}
	for _, l := range p.Loans {
		if l.Ref == "" || (l.AccountRef != "" && !known(l.AccountRef)) || l.Outstanding.Amount.Sign() < 0 {
			return "every loan needs a ref, and owes a positive amount"
		}
	}
	for _, h := range p.Holdings {
		if !known(h.AccountRef) || h.Ref == "" || !securities[h.SecurityRef] {
			return "every holding needs a ref, the account_ref of an account and the security_ref of a security"
		}
	}
	for _, t := range p.InvestmentTransactions {
		if !known(t.AccountRef) || t.Ref == "" || t.Traded.IsZero() || !securities[t.SecurityRef] {
			return "every investment transaction needs a ref, the account_ref of an account and a trade_date"
		}
	}
	return ""
}

// unfold makes the movements of the repetitions, and gives every transaction a
// state and an id.
func (p *customPersona) unfold(since, today world.Day) {
	for i, r := range p.Repeat {
		for m := since.Month(); m <= today.Month(); m++ {
			day := m.Day(r.Day)
			if span := (fairlead.Interval{From: r.From, To: r.To}); !span.Contains(day.Date()) {
				continue
			}
			t := r.Like
			t.Booked = day.Date()
			t.Ref = "R" + string(rune('a'+i%26)) + "-" + day.Date().String() + "-" + cmp.Or(t.Ref, t.AccountRef)
			p.Transactions = append(p.Transactions, t)
		}
	}
	for i := range p.Transactions {
		p.Transactions[i].State = cmp.Or(p.Transactions[i].State, fairlead.TransactionPosted)
	}
	slices.SortStableFunc(p.Transactions, func(a, b fairlead.Transaction) int {
		return cmp.Or(strings.Compare(a.AccountRef, b.AccountRef), a.Booked.Compare(b.Booked))
	})
}

// fillCustom fills the page from a document: nothing of a later day than today.
func (f *fetching) fillCustom(p customPersona) {
	today := fairlead.DateOf(f.cursor.Now)
	p.unfold(f.history(), world.DayOf(f.cursor.Now))
	past := func(d fairlead.Date) bool { return !d.After(today) }
	sees := func(ref string) bool { return ref == "" || f.custom == nil || f.custom[ref] }
	switch f.req.Product {
	case fairlead.ProductAccounts:
		f.page.Accounts = filter(p.Accounts, func(a fairlead.Account) bool { return sees(a.Ref) && past(a.Opened) })
		f.all("")
	case fairlead.ProductIdentity:
		f.page.Identities = p.Identities
		f.all("")
	case fairlead.ProductTransactions:
		all := filter(p.Transactions, func(t fairlead.Transaction) bool { return sees(t.AccountRef) && past(t.Booked) })
		if f.page.Transactions = pageOf(f, all); !f.page.More {
			f.coverCustom(p, sees)
		}
	case fairlead.ProductInvestmentTransactions:
		all := filter(p.InvestmentTransactions, func(t fairlead.InvestmentTransaction) bool { return sees(t.AccountRef) && past(t.Traded) })
		f.page.InvestmentTransactions, f.page.Securities = pageOf(f, all), p.Securities
	case fairlead.ProductBills:
		f.page.Bills = filter(p.Bills, func(b fairlead.CardBill) bool { return sees(b.AccountRef) })
	case fairlead.ProductLoans:
		f.page.Loans = filter(p.Loans, func(l fairlead.Loan) bool { return sees(l.AccountRef) && past(l.Contracted) })
	case fairlead.ProductHoldings:
		f.page.Holdings = filter(p.Holdings, func(h fairlead.Holding) bool { return sees(h.AccountRef) && past(h.Acquired) })
		f.page.Securities = p.Securities
	}
}

// coverCustom says that the document's transactions are complete.
func (f *fetching) coverCustom(p customPersona, sees func(string) bool) {
	for _, a := range p.Accounts {
		if sees(a.Ref) {
			f.page.Covers = append(f.page.Covers, connector.Coverage{
				AccountRef: a.Ref, Days: fairlead.Interval{From: f.history().Date(), To: fairlead.DateOf(f.cursor.Now)},
			})
		}
	}
}

func filter[T any](list []T, wanted func(T) bool) []T {
	var out []T
	for _, v := range list {
		if wanted(v) {
			out = append(out, v)
		}
	}
	return out
}

// pageOf cuts the present page out of a list and says whether there is more.
func pageOf[T any](f *fetching, all []T) []T {
	from := min(f.cursor.Offset, len(all))
	to := min(from+f.req.Limit, len(all))
	if to < len(all) {
		next := f.cursor
		next.Offset = to
		f.more(next)
	}
	return all[from:to]
}

// customPersona finds the document of a user name, if there is one.
func (s *Sandbox) customPersona(ctx context.Context, tenant fairlead.TenantID, user string) (customPersona, bool, error) {
	if !customUser(user) {
		return customPersona{}, false, nil
	}
	return kv.Get[customPersona](ctx, s.memory, tenant, customKey(user))
}

// offer lists the accounts that a person may share or leave out.
func (s *Sandbox) offer(
	ctx context.Context, at connector.Env, i institution, user string, typed []string, hints fairlead.PersonDetails,
) ([]fairlead.AccountOffer, error) {
	p, custom, err := s.customPersona(ctx, at.Tenant, user)
	if err != nil || slices.Contains(typed, "NO_ACCOUNTS") {
		return nil, err
	}
	var out []fairlead.AccountOffer
	if custom {
		for _, a := range p.Accounts {
			out = append(out, fairlead.AccountOffer{Ref: a.Ref, Name: a.Name, Mask: a.Mask})
		}
		return out, nil
	}
	for _, a := range s.customer(at, i, user, hints).Accounts {
		if a.Opened <= world.DayOf(at.Now) {
			out = append(out, fairlead.AccountOffer{Ref: a.Ref, Name: a.Name, Mask: a.Mask})
		}
	}
	return out, nil
}
