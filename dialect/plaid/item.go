package plaid

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
)

// productsOf is which data each of the vendor's products is made of; those that have no
// entry are not served.
var productsOf = map[string][]fairlead.Product{
	"auth":                 {fairlead.ProductAccounts},
	"balance":              {fairlead.ProductAccounts},
	"identity":             {fairlead.ProductAccounts, fairlead.ProductIdentity},
	"transactions":         {fairlead.ProductAccounts, fairlead.ProductTransactions},
	"transactions_refresh": {fairlead.ProductAccounts, fairlead.ProductTransactions},
	"liabilities":          {fairlead.ProductAccounts, fairlead.ProductBills, fairlead.ProductLoans},
	"investments":          {fairlead.ProductAccounts, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions},
	"statements":           {fairlead.ProductAccounts, fairlead.ProductStatements},
}

// served are the vendor's products that an institution can have, in the vendor's order.
func served() []string {
	return []string{"auth", "balance", "identity", "investments", "liabilities", "transactions", "statements"}
}

// offered are the vendor's products that an institution has: those of whose data there is some.
func offered(has func(fairlead.Product) bool) (out []string) {
	for _, product := range served() {
		of := productsOf[product]
		if len(of) == 1 && has(of[0]) || slices.ContainsFunc(of[1:], has) {
			out = append(out, product)
		}
	}
	return out
}

// wanted is the data that some of the vendor's products are made of.
func wanted(products []string) (out []fairlead.Product) {
	for _, p := range fairlead.Products() {
		if slices.ContainsFunc(products, func(product string) bool { return slices.Contains(productsOf[product], p) }) {
			out = append(out, p)
		}
	}
	return out
}

// itemOf describes a connection as the vendor's Item.
func (p *Plaid) itemOf(ctx context.Context, c call, conn fairlead.Connection, note item) (itemBody, error) {
	out := itemBody{
		ItemID: string(conn.ID), Webhook: orNull(note.Webhook), UpdateType: "background", CreatedAt: stamp(note.Created),
		Products: append([]string{}, note.Products...), Billed: append([]string{}, note.Products...), Available: []string{},
	}
	i, err := p.verbs.Reading.Institution(ctx, c.Tenant.ID, string(conn.Institution))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return out, err
	}
	out.InstitutionID, out.InstitutionName = orNull(institutionID(conn.Institution)), orNull(i.Name)
	for _, product := range offered(i.Offers) {
		if !slices.Contains(out.Products, product) {
			out.Available = append(out.Available, product)
		}
	}
	for _, product := range served() {
		if _, has := conn.Products[productsOf[product][len(productsOf[product])-1]]; has {
			out.Consented = append(out.Consented, product)
		}
	}
	if conn.Consent != "" {
		consent, err := p.verbs.Reading.Consent(ctx, c.Tenant.ID, conn.Consent)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return out, err
		}
		if !consent.Expires.IsZero() {
			out.ConsentExpires = orNull(stamp(consent.Expires))
		}
	}
	out.Error = itemErrorOf(conn)
	return out, nil
}

// stamp writes an instant as the vendor does: RFC 3339 in UTC.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// orNull is null for what is empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// getItem answers how an Item stands, also one that cannot be used.
func (p *Plaid) getItem(c call) (any, error) {
	conn, note, err := p.named(c)
	if err != nil {
		return nil, err
	}
	if conn.Status == fairlead.ConnectionDisconnected {
		return nil, itemErrorOf(conn)
	}
	i, err := p.itemOf(c.Context(), c, conn, note)
	if err != nil {
		return nil, err
	}
	out := itemAnswer{Item: i, Status: itemStatus{
		Transactions: updates(conn, fairlead.ProductTransactions), Investments: updates(conn, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions),
	}}
	if w := note.LastWebhook; w != nil {
		out.Status.LastWebhook = &lastWebhook{stamp(w.At), w.Code}
	}
	return out, nil
}

// updates is when products were read last, and since when they cannot be.
func updates(conn fairlead.Connection, products ...fairlead.Product) productUpdates {
	var good, bad time.Time
	for _, product := range products {
		s := conn.Products[product]
		if s.LastGood.After(good) {
			good = s.LastGood
		}
		if s.Problem != nil && s.Problem.Since.After(bad) {
			bad = s.Problem.Since
		}
	}
	var out productUpdates
	if !good.IsZero() {
		out.Good = orNull(stamp(good))
	}
	if !bad.IsZero() {
		out.Failed = orNull(stamp(bad))
	}
	return out
}

// removeItem ends an Item for good.
func (p *Plaid) removeItem(c call) (any, error) {
	conn, _, err := p.named(c)
	if err != nil {
		return nil, err
	}
	// Its tokens still find it, and every endpoint says that it was removed.
	err = p.verbs.Consenting.Disconnect(c.Context(), c.Tenant.ID, conn.ID, string(c.Application.ID), fairlead.ConsentRevokedByApplication)
	return struct{}{}, err
}

// updateWebhook changes where an Item's webhooks go; null: nowhere.
func (p *Plaid) updateWebhook(c call) (any, error) {
	var body struct {
		accessBody
		Webhook *string `json:"webhook"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	conn, _, err := p.itemOfToken(c, body.AccessToken)
	if err != nil {
		return nil, err
	}
	address := ""
	if body.Webhook != nil {
		address = *body.Webhook
	}
	if err := p.webhookAllowed(c.Application, address); err != nil {
		return nil, err
	}
	note, err := notes.Change(c.Context(), p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
		n.Webhook = address
		return nil
	})
	if err != nil {
		return nil, err
	}
	i, err := p.itemOf(c.Context(), c, conn, note)
	return struct {
		Item itemBody `json:"item"`
	}{i}, err
}

// webhookAllowed refuses an address that no webhook may be posted to.
func (p *Plaid) webhookAllowed(app fairlead.Application, address string) error {
	if address == "" {
		return nil
	}
	if err := app.CallbackAllowed(address, p.verbs.Dev); err != nil {
		return newError(invalidRequest, "INVALID_FIELD", "webhook must be a public https address without credentials and fragment, on one of the application's callback_hosts where it has any")
	}
	return nil
}

// product is the state of what an endpoint reads: an error where it was not consented
// to, the institution has none, or nothing has been read yet.
func product(conn fairlead.Connection, of fairlead.Product) error {
	state, consented := conn.Products[of]
	switch {
	case !consented:
		e := newError(itemError, "ADDITIONAL_CONSENT_REQUIRED", "the user has not consented to this product: use Link in update mode with it in additional_consented_products")
		return e
	case !state.LastGood.IsZero():
		return nil
	case state.Status == fairlead.ProductPending && state.Problem == nil:
		return describe(fairlead.NotReady, nil)
	case state.Status == fairlead.ProductUnavailable:
		return describe(fairlead.Unsupported, nil)
	case state.Problem != nil:
		return describe(state.Problem.Kind, nil)
	}
	return nil
}

// anyProduct is product for an endpoint that reads several: one that can be read suffices.
func anyProduct(conn fairlead.Connection, of ...fairlead.Product) (err error) {
	for _, p := range of {
		problem := product(conn, p)
		if problem == nil {
			return nil
		}
		if e, ok := ownError(problem); ok && e.Code == "PRODUCT_NOT_READY" {
			return problem
		}
		err = cmp.Or(err, problem)
	}
	return err
}
