package flanks

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// newerMovement is a transaction as Aggregation v2 shows it.
type newerMovement struct {
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

func (v view) newer(m movement, product *string, kind string) newerMovement {
	return newerMovement{
		ID: m.ID, Product: product, ProductType: kind, Connection: string(v.conn.ID), ExternalID: m.ExternalID, Amount: m.Amount, Currency: m.Currency,
		Date: m.OperationDate, ValueDate: m.ValueDate, Description: m.Description,
	}
}

// newerTransaction describes a movement of an account, a card, or a loan that is an
// account and nothing else.
func (v view) newerTransaction(t fairlead.Transaction) []any {
	for _, describe := range []func(fairlead.Transaction) []any{v.accountTransaction, v.cardTransaction, v.loanTransaction} {
		for _, item := range describe(t) {
			switch r := item.(type) {
			case wireTransaction:
				m := v.newer(r.movement, &r.AccountID, typeAccount)
				m.Category, m.Balance = r.Category, r.Balance
				return []any{m}
			case wireCardTransaction:
				m := v.newer(r.movement, &r.CardID, typeCard)
				m.Category = r.Category
				return []any{m}
			case wireLiabilityTransaction:
				return []any{v.newer(r.movement, &r.LiabilityID, typeLiability)}
			}
		}
	}
	return nil
}

func (v view) newerInvestment(t fairlead.InvestmentTransaction) (out []any) {
	for _, item := range v.investmentTransaction(t) {
		r := item.(wireInvestmentTransaction)
		out = append(out, v.newer(r.movement, r.InvestmentID, typeInvestment))
	}
	return out
}

func (v view) newerPayments(l fairlead.Loan) (out []any) {
	for _, item := range v.payments(l) {
		r := item.(wireLiabilityTransaction)
		out = append(out, v.newer(r.movement, &r.LiabilityID, typeLiability))
	}
	slices.Reverse(out) // a contract tells them oldest first
	return out
}

type listTransactionsBody struct {
	Query *transactionQuery `json:"query"`
	Page  *string           `json:"page_token"`
}

type transactionQuery struct {
	IDs         *[]string      `json:"transaction_id_in"`
	Products    *[]string      `json:"product_id_in"`
	Types       *[]string      `json:"product_type_in"`
	Connections *[]string      `json:"connection_id_in"`
	From        *fairlead.Date `json:"date_from"` // that day too
	To          *fairlead.Date `json:"date_to"`   // that day too
}

func (q transactionQuery) days() (days fairlead.Interval) {
	if q.From != nil {
		days.From = *q.From
	}
	if q.To != nil {
		days.To = *q.To
	}
	return days
}

func (q transactionQuery) takes(m newerMovement) bool {
	return within(q.IDs, m.ID) && within(q.Products, textOf(m.Product)) && within(q.Types, m.ProductType) &&
		(q.From == nil || m.Date >= q.From.String()) && (q.To == nil || m.Date <= q.To.String())
}

// part is one list of a connection's movements, read page by page.
type part struct {
	name string
	read func(after string, limit int) (items []any, next string, err error)
}

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
		query := reading.Query{Connection: v.conn.ID, Days: q.days()}
		if q.Products == nil {
			parts = append(parts, partOf(c, "t", query, r.Transactions, v.newerTransaction))
		}
		for _, id := range v.order {
			if q.Products != nil && slices.Contains(*q.Products, string(id)) {
				parts = append(parts, partOf(c, "t"+string(id), reading.Query{Account: id, Days: q.days()}, r.Transactions, v.newerTransaction))
			}
		}
	}
	if wants(typeInvestment) && names(fairlead.HoldingRecord) {
		parts = append(parts, partOf(c, "i", reading.Query{Connection: v.conn.ID, Days: q.days()}, r.InvestmentTransactions, v.newerInvestment))
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
	return part{"l", func(after string, limit int) (items []any, next string, err error) {
		contracts, last, _ := strings.Cut(after, "|")
		page, err := f.verbs.Reading.Loans(c.Context(), c.Tenant.ID, reading.Query{Connection: v.conn.ID, After: contracts, Limit: 1})
		if err != nil || len(page.Data) == 0 {
			return nil, "", err
		}
		items = v.newerPayments(page.Data[0])
		if n := slices.IndexFunc(items, func(item any) bool { return item.(newerMovement).ID == last }); n >= 0 {
			items = items[n+1:]
		}
		if len(items) > limit {
			items = items[:limit]
			return items, contracts + "|" + items[limit-1].(newerMovement).ID, nil
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
	if err := checkTypes(q.Types); err != nil {
		return nil, err
	}
	connections, err := f.connectionsOf(c, q.Products, q.Connections)
	if err != nil {
		return nil, err
	}
	from, err := placeOf(body.Page, "transactions")
	if err != nil {
		return nil, err
	}
	out := paged[newerMovement]{Items: []newerMovement{}}
	w, reads := f.walkOver(c, connections, from.At), 0
	for {
		if reads >= readsAtOnce {
			out.Next = pageToken{List: "transactions", At: w.at}.text()
			return out, nil
		}
		conn, here, found, err := w.next()
		if err != nil || !found {
			return out, err
		}
		v, err := f.viewOf(c, conn, needSecurities|needHoldings|needLoans)
		if err != nil {
			return nil, err
		}
		reads++
		for _, p := range f.partsOf(c, v, q) {
			if from.Part != "" && p.name != from.Part {
				continue // read by the pages before
			}
			for more := true; more; {
				if len(out.Items) >= perConnectPage || reads >= readsAtOnce {
					out.Next = pageToken{List: "transactions", At: here, Part: p.name, Next: from.Next}.text()
					return out, nil
				}
				items, next, err := p.read(from.Next, perConnectPage-len(out.Items))
				if err != nil {
					return nil, err
				}
				if err := f.takeMovements(c, conn, q, items, &out); err != nil {
					return nil, err
				}
				from.Next, more = next, next != ""
				reads++
			}
			from.Part = ""
		}
		if from = (pageToken{}); !w.more() {
			return out, nil
		}
	}
}

// takeMovements adds to a page what of some movements the query accepts.
func (f *Flanks) takeMovements(c call, conn fairlead.Connection, q transactionQuery, items []any, out *paged[newerMovement]) error {
	var taken []newerMovement
	var ids []string
	for _, item := range items {
		if m := item.(newerMovement); q.takes(m) {
			taken, ids = append(taken, m), append(ids, m.ID)
		}
	}
	if len(taken) == 0 {
		return nil
	}
	named, err := f.labelled(c, conn.ID, ids)
	for _, m := range taken {
		if m.Labels = named[m.ID]; m.Labels == nil {
			m.Labels = labels{}
		}
		out.Items = append(out.Items, m)
	}
	return err
}
