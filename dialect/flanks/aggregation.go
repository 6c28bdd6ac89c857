package flanks

import (
	"cmp"
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// read is one list of the aggregation.
type read struct {
	path  string
	data  data
	shape any // of a record: what a query may name
	needs need
	from  func(*Flanks, call, view) []source
}

// need says what must be at hand to describe a record.
type need int

const (
	needNumbers    need = 1 << iota // the accounts' numbers, opened
	needSecurities                  // what securities are
	needHoldings                    // of which positions are
	needLoans                       // which accounts are loans' shadows
)

// reads is the table of the lists.
func (f *Flanks) reads() []read {
	r := f.verbs.Reading
	moves := func(path string) read {
		return read{path, investmentTransaction, wireInvestmentTransaction{}, needNumbers | needSecurities | needHoldings, func(_ *Flanks, c call, v view) []source {
			return []source{pages(c, v, r.InvestmentTransactions, view.investmentTransaction)}
		}}
	}
	return []read{
		{"portfolio", portfolio, wirePortfolio{}, needNumbers, accountsAs(view.portfolio)},
		{"account", account, wireAccount{}, needNumbers, accountsAs(view.account)},
		{"card", card, wireCard{}, needNumbers, accountsAs(view.card)},
		{"holder", holders, wireHolder{}, 0, func(_ *Flanks, _ call, v view) []source { return []source{sourceOf(v.holders())} }},
		{"investment", investment, wireInvestment{}, needSecurities, func(_ *Flanks, c call, v view) []source {
			return []source{pages(c, v, r.Holdings, view.investment)}
		}},
		{"investment/detail", investment, wireInvestmentDetail{}, needSecurities, func(_ *Flanks, c call, v view) []source {
			return []source{pages(c, v, r.Holdings, view.investmentDetail)}
		}},
		moves("investment/transaction"), moves("investment/transactions"), moves("investment/hist"), // one list, by the names of three editions
		{"data", accountTransaction, wireTransaction{}, needNumbers, func(_ *Flanks, c call, v view) []source {
			return []source{pages(c, v, r.Transactions, view.accountTransaction)}
		}},
		{"card/transaction", cardTransaction, wireCardTransaction{}, needNumbers, func(_ *Flanks, c call, v view) []source {
			return []source{pages(c, v, r.Transactions, view.cardTransaction)}
		}},
		{"liability", liability, wireLiability{}, needLoans, func(f *Flanks, c call, v view) []source {
			return append([]source{pages(c, v, r.Loans, view.liability)}, accountsAs(view.loanAccount)(f, c, v)...)
		}},
		{"liability/transaction", liabilityTransaction, wireLiabilityTransaction{}, needLoans, func(_ *Flanks, c call, v view) []source {
			return []source{newestFirst(pages(c, v, r.Loans, view.payments), pages(c, v, r.Transactions, view.loanTransaction))}
		}},
	}
}

// handler checks that the data is there and begins to read it.
func (r read) handler(f *Flanks) handler {
	return func(c call) (any, error) {
		body, conn, err := f.named(c)
		if err != nil {
			return nil, err
		}
		accepted, err := filterOf(body.Query, r.shape)
		if err != nil {
			return nil, err
		}
		v, err := f.viewOf(c, conn, r.needs)
		if err == nil {
			err = ready(v, r.data, body.IgnoreError)
		}
		if err != nil {
			return nil, err
		}
		s := &stream{log: f.verbs.Log, accepted: accepted, sources: r.from(f, c, v)}
		return s, s.begin(c.Context())
	}
}

// ready refuses data that is not extracted yet, and data that is not whole unless
// the caller takes it so.
func ready(v view, d data, ignore bool) error {
	switch {
	case !created(v, d):
		return fairlead.Errorf(fairlead.NotReady, "The data is being extracted: poll the status until it is created.")
	case errored(v, d) && !ignore:
		return incompleteData{}
	}
	return nil
}

// identity answers who the bank says the person is: one object, no list.
func (f *Flanks) identity(c call) (any, error) {
	body, conn, err := f.named(c)
	if err != nil {
		return nil, err
	}
	v, err := f.viewOf(c, conn, 0)
	if err == nil {
		err = ready(v, auth, body.IgnoreError)
	}
	if err != nil {
		return nil, err
	}
	page, err := f.verbs.Reading.Identities(c.Context(), c.Tenant.ID, reading.Query{Connection: conn.ID, Limit: 1})
	if err != nil || len(page.Data) == 0 {
		return struct{}{}, err
	}
	return v.identity(page.Data[0]), nil
}

// viewOf gathers what records are described with.
func (f *Flanks) viewOf(c call, conn fairlead.Connection, n need) (v view, err error) {
	r, ctx := f.verbs.Reading, c.Context()
	v = view{
		conn: conn, external: externalID(conn), accounts: map[fairlead.RecordID]fairlead.Account{}, loans: map[fairlead.RecordID]bool{},
		securities: map[fairlead.RecordID]fairlead.Security{}, holdings: map[position]fairlead.RecordID{},
	}
	if v.bank, err = f.bank(ctx, conn); err != nil {
		return v, err
	}
	query := reading.Query{Connection: conn.ID, Numbers: n&needNumbers != 0}
	err = each(c, query, r.Accounts, func(a fairlead.Account) {
		v.accounts[a.ID] = a
		v.order = append(v.order, a.ID)
	})
	query.Numbers = false
	if err == nil {
		err = f.tellKinds(c, &v)
	}
	if err == nil && n&needSecurities != 0 {
		err = each(c, query, r.Securities, func(s fairlead.Security) { v.securities[s.ID] = s })
	}
	if err == nil && n&needHoldings != 0 {
		err = each(c, query, r.Holdings, func(h fairlead.Holding) { v.holdings[position{h.Account, h.Security}] = h.ID })
	}
	if err == nil && n&needLoans != 0 {
		err = each(c, query, r.Loans, func(l fairlead.Loan) { v.loans[l.Account] = true })
	}
	return v, err
}

// lister is a paged read of the verbs.
type lister[T any] = func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error)

// each reads all of what there is little of.
func each[T any](c call, query reading.Query, list lister[T], take func(T)) error {
	for t, err := range dialect.All(c.Context(), c.Tenant.ID, query, list) {
		if err != nil {
			return err
		}
		take(t)
	}
	return nil
}

// pages is a source of what there may be much of. describe returns nothing for a
// record that does not belong into the list.
func pages[T any](c call, v view, list lister[T], describe func(view, T) []any) source {
	query := reading.Query{Connection: v.conn.ID, Limit: 500}
	return func(ctx context.Context) (items []any, more bool, err error) {
		page, err := list(ctx, c.Tenant.ID, query)
		if err != nil {
			return nil, false, err
		}
		for _, t := range page.Data {
			items = append(items, describe(v, t)...)
		}
		query.After = page.Next
		return items, page.Next != "", nil
	}
}

// newestFirst is a source of a loan's movements, of which there are few: a contract's
// payments and an account's transactions are two lists, each in an order of its own.
func newestFirst(from ...source) source {
	return func(ctx context.Context) (items []any, more bool, err error) {
		for _, s := range from {
			for more := true; more; {
				var page []any
				if page, more, err = s(ctx); err != nil {
					return nil, false, err
				}
				items = append(items, page...)
			}
		}
		slices.SortStableFunc(items, func(a, b any) int {
			return cmp.Compare(b.(wireLiabilityTransaction).OperationDate, a.(wireLiabilityTransaction).OperationDate)
		})
		return items, false, nil
	}
}

// accountsAs is a source of the accounts that describe returns something for.
func accountsAs(describe func(view, fairlead.Account) []any) func(*Flanks, call, view) []source {
	return func(_ *Flanks, _ call, v view) []source {
		var items []any
		for _, id := range v.order {
			if !v.bare[id] {
				items = append(items, describe(v, v.accounts[id])...)
			}
		}
		return []source{sourceOf(items)}
	}
}

// sourceOf is a source of what is at hand.
func sourceOf(items []any) source {
	return func(context.Context) ([]any, bool, error) { return items, false, nil }
}
