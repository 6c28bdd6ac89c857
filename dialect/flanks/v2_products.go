package flanks

import (
	"cmp"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// The types of products of Aggregation v2.
const (
	typeAccount    = "Account"
	typeCard       = "Card"
	typeInvestment = "Investment"
	typeLiability  = "Liability"
)

func productTypes() []string { return []string{typeAccount, typeCard, typeInvestment, typeLiability} }

// product is an account, a card, a position or a liability as Aggregation v2 shows it.
// Of the fields that its type has not, and of what the bank does not say, it has null.
type product struct {
	ID         string   `json:"product_id"`
	Type       string   `json:"product_type"`
	Connection string   `json:"connection_id"`
	Entity     string   `json:"entity"`
	ExternalID *string  `json:"external_id"`
	Name       string   `json:"name"`
	Subtype    *string  `json:"type"` // in the words of the older API
	Balance    *float64 `json:"balance"`
	Currency   string   `json:"currency"`
	IBAN       *string  `json:"iban"`
	PAN        *string  `json:"pan"`
	ISIN       *string  `json:"isin"`
	Portfolio  *string  `json:"portfolio_id"`
	Units      *float64 `json:"units"`
	Updated    *int64   `json:"updated_at_timestamp"`
	Labels     labels   `json:"labels"`
}

// productOf makes a product of a record in the shape of the older API.
func (v view) productOf(record any) product {
	from := func(c common, kind, name, subtype, currency string, balance *float64) product {
		return product{
			ID: c.ID, Type: kind, Connection: string(v.conn.ID), Entity: c.Entity, ExternalID: c.ExternalID, Updated: c.Updated,
			Name: name, Subtype: orNull(subtype), Currency: currency, Balance: balance,
		}
	}
	switch r := record.(type) {
	case wireAccount:
		p := from(r.common, typeAccount, r.Alias, r.Type, r.Currency, r.Balance)
		p.IBAN = r.IBAN
		return p
	case wireCard:
		p := from(r.common, typeCard, r.Alias, r.Type, r.Currency, r.Balance)
		p.PAN = r.PAN
		return p
	case wireInvestment:
		p := from(r.common, typeInvestment, r.Name, r.Type, r.Currency, &r.Balance)
		p.ISIN, p.Portfolio, p.Units = r.ISIN, r.PortfolioID, &r.Amount
		return p
	case wireLiability:
		return from(r.common, typeLiability, r.Alias, r.Type, r.Currency, r.Balance)
	}
	return product{}
}

// productsOf are the products of a connection in the order of their ids: what of them
// is there, extracted or not.
func (f *Flanks) productsOf(c call, conn fairlead.Connection) (out []product, err error) {
	v, err := f.viewOf(c, conn, needNumbers|needSecurities|needLoans)
	if err != nil {
		return nil, err
	}
	from := append(accountsAs(view.account)(f, c, v), accountsAs(view.card)(f, c, v)...)
	from = append(from, accountsAs(view.loanAccount)(f, c, v)...)
	from = append(from, pages(c, v, f.verbs.Reading.Holdings, view.investment), pages(c, v, f.verbs.Reading.Loans, view.liability))
	for _, s := range from {
		for more := true; more; {
			var items []any
			if items, more, err = s(c.Context()); err != nil {
				return nil, err
			}
			for _, item := range items {
				out = append(out, v.productOf(item))
			}
		}
	}
	slices.SortFunc(out, func(a, b product) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

type listProductsBody struct {
	Query *productQuery `json:"query"`
	Page  *string       `json:"page_token"`
}

type productQuery struct {
	IDs         *[]string `json:"product_id_in"`
	Types       *[]string `json:"product_type_in"`
	Connections *[]string `json:"connection_id_in"`
}

func checkTypes(types *[]string) error {
	if types != nil && slices.ContainsFunc(*types, func(t string) bool { return !slices.Contains(productTypes(), t) }) {
		return fairlead.InvalidField("query.product_type_in", "unknown", "must be Account, Card, Investment or Liability")
	}
	return nil
}

// connectionsAtOnce is how many connections one page looks into at most: a query that
// nothing answers to must not read all that there is.
const connectionsAtOnce = 20

func (f *Flanks) listProducts(c call) (any, error) {
	var body listProductsBody
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	var q productQuery
	if body.Query != nil {
		q = *body.Query
	}
	if err := checkTypes(q.Types); err != nil {
		return nil, err
	}
	from, err := placeOf(body.Page, "products", q)
	if err != nil {
		return nil, err
	}
	connections, err := f.connectionsOf(c, q.IDs, q.Connections)
	if err != nil {
		return nil, err
	}
	out := paged[product]{Items: []product{}}
	w := f.walkOver(c, connections, from.At)
	for n := 0; ; n++ {
		if n == connectionsAtOnce {
			out.Next = w.token(from)
			return out, nil
		}
		conn, here, found, err := w.next()
		if err != nil || !found {
			out.Next = w.token(from)
			return out, err
		}
		all, err := f.productsOf(c, conn)
		if err != nil {
			return nil, err
		}
		named, err := f.labelled(c, conn.ID, idsOf(all))
		if err != nil {
			return nil, err
		}
		at := from.in(conn, here)
		for _, p := range all {
			if p.ID <= at.Next || !within(q.IDs, p.ID) || !within(q.Types, p.Type) {
				continue
			}
			if len(out.Items) == perV2Page {
				out.Next = at.text()
				return out, nil
			}
			if p.Labels = named[p.ID]; p.Labels == nil {
				p.Labels = labels{}
			}
			out.Items, at.Next = append(out.Items, p), p.ID
		}
		if !w.more() {
			return out, nil
		}
	}
}

func idsOf(all []product) (ids []string) {
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids
}
