package flanks

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// v2Movement is a transaction as Aggregation v2 shows it.
type v2Movement struct {
	ID          string   `json:"transaction_id"`
	Product     *string  `json:"product_id"` // null: the position is closed
	ProductType string   `json:"product_type"`
	Connection  string   `json:"connection_id"`
	ExternalID  *string  `json:"external_id"`
	Amount      float64  `json:"amount"` // positive is money in
	Currency    string   `json:"currency"`
	Date        string   `json:"date"` // YYYY-MM-DD
	ValueDate   *string  `json:"value_date"`
	Description string   `json:"description"`
	Category    *string  `json:"category"`
	Balance     *float64 `json:"balance"` // after it
	Labels      labels   `json:"labels"`
}

// v2Of is a movement in the shape of the newer list, without what its kind alone has.
func (v view) v2Of(m movement, product *string, kind string) v2Movement {
	return v2Movement{
		ID: m.ID, Product: product, ProductType: kind, Connection: string(v.conn.ID), ExternalID: m.ExternalID, Amount: m.Amount, Currency: m.Currency,
		Date: m.OperationDate, ValueDate: m.ValueDate, Description: m.Description,
	}
}

// v2Transaction describes a movement of an account, a card, or a loan that is an
// account and nothing else.
func (v view) v2Transaction(t fairlead.Transaction) []any {
	for _, describe := range []func(fairlead.Transaction) []any{v.accountTransaction, v.cardTransaction, v.loanTransaction} {
		for _, item := range describe(t) {
			switch r := item.(type) {
			case wireTransaction:
				m := v.v2Of(r.movement, &r.AccountID, typeAccount)
				m.Category, m.Balance = r.Category, r.Balance
				return []any{m}
			case wireCardTransaction:
				m := v.v2Of(r.movement, &r.CardID, typeCard)
				m.Category = r.Category
				return []any{m}
			case wireLiabilityTransaction:
				return []any{v.v2Of(r.movement, &r.LiabilityID, typeLiability)}
			}
		}
	}
	return nil
}

func (v view) v2Investment(t fairlead.InvestmentTransaction) (out []any) {
	for _, item := range v.investmentTransaction(t) {
		r := item.(wireInvestmentTransaction)
		out = append(out, v.v2Of(r.movement, r.InvestmentID, typeInvestment))
	}
	return out
}

func (v view) v2Payments(l fairlead.Loan) (out []any) {
	for _, item := range v.payments(l) {
		r := item.(wireLiabilityTransaction)
		out = append(out, v.v2Of(r.movement, &r.LiabilityID, typeLiability))
	}
	return out
}

type listTransactionsBody struct {
	Query *transactionQuery `json:"query"`
	Page  *string           `json:"page_token"`
}

type transactionQuery struct {
	IDs         *[]string `json:"transaction_id_in"`
	Products    *[]string `json:"product_id_in"`
	Types       *[]string `json:"product_type_in"`
	Connections *[]string `json:"connection_id_in"`
	From        *string   `json:"date_from"` // that day too
	To          *string   `json:"date_to"`   // that day too

	days fairlead.Interval // of From and To
}

// check refuses what can accept nothing because it is misspelt, and reads the days.
func (q *transactionQuery) check() error {
	for name, day := range map[string]struct {
		text *string
		into *fairlead.Date
	}{"date_from": {q.From, &q.days.From}, "date_to": {q.To, &q.days.To}} {
		if day.text == nil {
			continue
		}
		var err error
		if *day.into, err = fairlead.ParseDate(*day.text); err != nil {
			return fairlead.InvalidField("query."+name, "format", "must be a day like 2026-01-31")
		}
	}
	return checkTypes(q.Types)
}

func (q transactionQuery) takes(m v2Movement) bool {
	return within(q.IDs, m.ID) && within(q.Products, textOf(m.Product)) && within(q.Types, m.ProductType) &&
		(q.From == nil || m.Date >= *q.From) && (q.To == nil || m.Date <= *q.To)
}

// part is one list of a connection's movements, read page by page. Parts are read in the
// order of their names, so that one that is gone since the page before ended in it is
// passed over, and those behind it are not.
type part struct {
	name string // one of the three, the first with the id of an account
	read func(after string, limit int) (items []any, next string, err error)
}

// The parts of a connection's movements: of its accounts and cards, its positions, and its
// contracts of credit.
const (
	accountsPart    = "1"
	investmentsPart = "2"
	contractsPart   = "3"
)

// readsAtOnce is how many pages of the store one page of the list is made of at most.
const readsAtOnce = 100

// partsOf are the lists that a query asks for in a connection. Where it names accounts,
// each is read by itself.
func (f *Flanks) partsOf(c call, v view, q transactionQuery) (parts []part) {
	r := f.verbs.Reading
	wants := func(kinds ...string) bool {
		return q.Types == nil || slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(*q.Types, k) })
	}
	names := func(kind fairlead.RecordKind) bool {
		return q.Products == nil || slices.ContainsFunc(*q.Products, func(id string) bool { return strings.HasPrefix(id, string(kind)+"_") })
	}
	if wants(typeAccount, typeCard, typeLiability) {
		if q.Products == nil {
			parts = append(parts, partOf(c, accountsPart, reading.Query{Connection: v.conn.ID, Days: q.days}, r.Transactions, v.v2Transaction))
		}
		for _, id := range slices.Sorted(slices.Values(v.order)) {
			if q.Products != nil && slices.Contains(*q.Products, string(id)) {
				parts = append(parts, partOf(c, accountsPart+string(id), reading.Query{Account: id, Days: q.days}, r.Transactions, v.v2Transaction))
			}
		}
	}
	if wants(typeInvestment) && names(fairlead.HoldingRecord) {
		parts = append(parts, partOf(c, investmentsPart, reading.Query{Connection: v.conn.ID, Days: q.days}, r.InvestmentTransactions, v.v2Investment))
	}
	if wants(typeLiability) && names(fairlead.LoanRecord) {
		parts = append(parts, f.payments(c, v))
	}
	return parts
}

// payments is the part of what was paid on contracts: one contract at a time, because
// each may have hundreds of payments. Its cursor is the contracts' and the payment that
// the page before has ended with.
func (f *Flanks) payments(c call, v view) part {
	return part{contractsPart, func(after string, limit int) (items []any, next string, err error) {
		contracts, last, _ := strings.Cut(after, "|")
		page, err := f.verbs.Reading.Loans(c.Context(), c.Tenant.ID, reading.Query{Connection: v.conn.ID, After: contracts, Limit: 1})
		if err != nil || len(page.Data) == 0 {
			return nil, "", err
		}
		items = v.v2Payments(page.Data[0])
		if n := slices.IndexFunc(items, func(item any) bool { return item.(v2Movement).ID == last }); n >= 0 {
			items = items[n+1:]
		}
		if len(items) > limit {
			items = items[:limit]
			return items, contracts + "|" + items[limit-1].(v2Movement).ID, nil
		}
		return items, page.Next, nil
	}}
}

func partOf[T any](c call, name string, query reading.Query, list lister[T], describe func(T) []any) part {
	return part{name, func(after string, limit int) (items []any, next string, err error) {
		query.After, query.Limit = after, limit
		page, err := list(c.Context(), c.Tenant.ID, query)
		for _, t := range page.Data {
			items = append(items, describe(t)...)
		}
		return items, page.Next, err
	}}
}

func (f *Flanks) listTransactions(c call) (any, error) {
	var body listTransactionsBody
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	var q transactionQuery
	if body.Query != nil {
		q = *body.Query
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	from, err := placeOf(body.Page, "transactions", q)
	if err != nil {
		return nil, err
	}
	connections, err := f.connectionsOf(c, q.Products, q.Connections)
	if err != nil {
		return nil, err
	}
	l := &listing{f: f, call: c, query: q, page: paged[v2Movement]{Items: []v2Movement{}}}
	w := f.walkOver(c, connections, from.At)
	for {
		if l.full() {
			l.page.Next = w.token(from)
			return l.page, nil
		}
		conn, here, found, err := w.next()
		if err != nil || !found {
			l.page.Next = w.token(from)
			return l.page, err
		}
		if err := l.read(conn, from.in(conn, here)); err != nil {
			return nil, err
		}
		if l.page.Next != nil || !w.more() {
			return l.page, nil
		}
	}
}

// listing is a page of transactions in the making.
type listing struct {
	f     *Flanks
	call  call
	query transactionQuery
	page  paged[v2Movement]
	reads int // of the store
}

func (l *listing) full() bool { return len(l.page.Items) >= perV2Page || l.reads >= readsAtOnce }

// read reads on in a connection from a place in it, and names the place where the page
// was full, if it was.
func (l *listing) read(conn fairlead.Connection, at pageToken) error {
	v, err := l.f.viewOf(l.call, conn, needSecurities|needHoldings|needLoans)
	if err != nil {
		return err
	}
	l.reads++
	for _, p := range l.f.partsOf(l.call, v, l.query) {
		if p.name < at.Part {
			continue // read by the pages before
		}
		if p.name > at.Part {
			at.Part, at.Next = p.name, ""
		}
		for more := true; more; {
			if l.full() {
				l.page.Next = at.text()
				return nil
			}
			items, next, err := p.read(at.Next, perV2Page-len(l.page.Items))
			if err == nil {
				err = l.take(conn, items)
			}
			if err != nil {
				return err
			}
			at.Next, more = next, next != ""
			l.reads++
		}
	}
	return nil
}

// take adds what of some movements the query accepts.
func (l *listing) take(conn fairlead.Connection, items []any) error {
	var taken []v2Movement
	var ids []string
	for _, item := range items {
		if m := item.(v2Movement); l.query.takes(m) {
			taken, ids = append(taken, m), append(ids, m.ID)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	named, err := l.f.labelled(l.call, conn.ID, ids)
	for _, m := range taken {
		if m.Labels = named[m.ID]; m.Labels == nil {
			m.Labels = labels{}
		}
		l.page.Items = append(l.page.Items, m)
	}
	return err
}
