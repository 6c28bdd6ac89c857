package plaidtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Item is a login at an institution.
type Item struct {
	ID, Token   string
	Institution string
	Name        string
	Products    []string
	Error       string // code of what is wrong with it
	Webhook     string
	Expires     time.Time
	Updated     time.Time // when the bank was last read
	Status      string    // of transactions: NOT_READY, INITIAL_UPDATE_COMPLETE, HISTORICAL_UPDATE_COMPLETE

	Accounts     []Object
	Liabilities  Object
	Holdings     []Object
	Securities   []Object
	Movements    []Object // newest first
	Statements   map[string]Object
	statementsOf map[string][]string

	feed    []change
	rows    map[string]Object // transactions there are, by id
	gone    map[string]string // the accounts of those that are there no more
	removed bool
}

// change is one entry of an Item's feed of transactions.
type change struct {
	kind string // added, modified, removed
	id   string
}

// Number is a JSON number by its digits.
func Number(digits string) json.Number { return json.Number(digits) }

// Row makes a transaction. amount is as Plaid has it: positive is money out.
func Row(id, account, day, amount, name string) Object {
	return Object{
		"transaction_id": id, "account_id": account, "amount": Number(amount), "iso_currency_code": "USD", "unofficial_currency_code": nil,
		"date": day, "authorized_date": nil, "authorized_datetime": nil, "datetime": nil, "name": name, "merchant_name": nil, "pending": false,
		"pending_transaction_id": nil, "payment_channel": "other", "transaction_code": nil, "account_owner": nil, "check_number": nil,
		"category": nil, "category_id": nil, "original_description": strings.ToUpper(name), "logo_url": nil, "website": nil,
		"counterparties": []any{},
		"location":       Object{"address": nil, "city": nil, "region": nil, "postal_code": nil, "country": nil, "lat": nil, "lon": nil, "store_number": nil},
		"payment_meta":   Object{"reference_number": nil, "ppd_id": nil, "payee": nil, "by_order_of": nil, "payer": nil, "payment_method": nil, "payment_processor": nil, "reason": nil},
	}
}

// With is an object with some fields set otherwise: names and values by turns.
func With(o Object, pairs ...any) Object {
	out := Object{}
	for name, v := range o {
		out[name] = v
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// Add brings a new transaction.
func (i *Item) Add(row Object) {
	ref := row["transaction_id"].(string)
	i.rows[ref] = row
	i.feed = append(i.feed, change{"added", ref})
}

// Modify corrects a transaction.
func (i *Item) Modify(ref string, pairs ...any) {
	i.rows[ref] = With(i.rows[ref], pairs...)
	i.feed = append(i.feed, change{"modified", ref})
}

// Remove takes a transaction away.
func (i *Item) Remove(ref string) {
	i.gone[ref] = i.rows[ref]["account_id"].(string)
	delete(i.rows, ref)
	i.feed = append(i.feed, change{"removed", ref})
}

// Book books a pending transaction: it is a new one, and the old one goes.
func (i *Item) Book(ref, booked string, pairs ...any) {
	row := With(i.rows[ref], append([]any{"transaction_id", booked, "pending", false, "pending_transaction_id", ref}, pairs...)...)
	i.Remove(ref)
	i.Add(row)
}

// Renumber gives every account a new id, as happens when Plaid can't reconcile them: rows
// come anew under other ids, and the old ones go.
func (i *Item) Renumber() {
	ids := map[any]string{}
	for n, a := range i.Accounts {
		ids[a["account_id"]] = fmt.Sprintf("%s-again", a["account_id"])
		i.Accounts[n] = With(a, "account_id", ids[a["account_id"]])
	}
	for _, ref := range i.order() {
		row := i.rows[ref]
		i.Remove(ref)
		i.Add(With(row, "transaction_id", ref+"-again", "account_id", ids[row["account_id"]]))
	}
}

// order are the rows there are, in the order in which they came.
func (i *Item) order() (refs []string) {
	for _, c := range i.feed {
		if _, there := i.rows[c.id]; there && !slices.Contains(refs, c.id) {
			refs = append(refs, c.id)
		}
	}
	return refs
}

func (i *Item) linkAccounts() []any {
	out := make([]any, 0, len(i.Accounts))
	for _, a := range i.Accounts {
		out = append(out, Object{
			"id": a["account_id"], "name": a["name"], "mask": a["mask"], "type": a["type"], "subtype": a["subtype"], "verification_status": nil, "class_type": nil,
		})
	}
	return out
}

func (i *Item) has(product string) bool { return slices.Contains(i.Products, product) }

// object is the Item as answers have it.
func (s *Server) object(i *Item) Object {
	out := Object{
		"item_id": i.ID, "institution_id": i.Institution, "institution_name": i.Name, "webhook": nil, "error": nil, "auth_method": nil,
		"available_products": without([]string{"identity", "investments", "liabilities", "statements", "transactions"}, i.Products), "billed_products": i.Products,
		"products": i.Products, "consented_products": i.Products, "consent_expiration_time": nil, "update_type": "background",
	}
	delete(out, "auth_method")
	if i.Webhook != "" {
		out["webhook"] = i.Webhook
	}
	if i.Error != "" {
		out["error"] = Object{"error_type": "ITEM_ERROR", "error_code": i.Error, "error_message": "the login details of this item have changed", "display_message": nil}
	}
	if !i.Expires.IsZero() {
		out["consent_expiration_time"] = i.Expires.UTC().Format(time.RFC3339)
	}
	return out
}

func without(list, taken []string) []string {
	out := []string{}
	for _, v := range list {
		if !slices.Contains(taken, v) {
			out = append(out, v)
		}
	}
	return out
}

func (s *Server) getItem(r request) (Object, error) {
	updated := r.item.Updated.UTC().Format(time.RFC3339)
	return Object{
		"item": s.object(r.item),
		"status": Object{
			"transactions": Object{"last_successful_update": updated, "last_failed_update": nil},
			"investments":  Object{"last_successful_update": updated, "last_failed_update": nil},
		},
	}, nil
}

func (s *Server) removeItem(r request) (Object, error) {
	r.item.removed = true
	return Object{}, nil
}

func (s *Server) getAccounts(r request) (Object, error) {
	return Object{"accounts": r.item.Accounts, "item": s.object(r.item)}, nil
}

// of refuses a product that the Item does not have.
func of(r request, product string) error {
	if !r.item.has(product) {
		return &problem{"ITEM_ERROR", "PRODUCTS_NOT_SUPPORTED", "the product is not supported by the institution"}
	}
	return nil
}

func (s *Server) getIdentity(r request) (Object, error) {
	if err := of(r, "identity"); err != nil {
		return nil, err
	}
	owner := Object{
		"names":         []string{"Ada Moreno"},
		"emails":        []Object{{"data": "old@example.com", "primary": false, "type": "secondary"}, {"data": "ada@example.com", "primary": true, "type": "primary"}},
		"phone_numbers": []Object{{"data": "+14155550123", "primary": true, "type": "mobile"}},
		"addresses":     []Object{{"primary": true, "data": Object{"street": "12 Elm St", "city": "Malakoff", "region": "NY", "postal_code": "14236", "country": "US"}}},
	}
	accounts := []Object{}
	for n, a := range r.item.Accounts {
		owners := []Object{owner}
		if n == 1 { // a joint account
			owners = append(owners, Object{"names": []string{"Ben Moreno"}, "emails": []Object{}, "phone_numbers": []Object{}, "addresses": []Object{}})
		}
		accounts = append(accounts, With(a, "owners", owners))
	}
	return Object{"accounts": accounts, "item": s.object(r.item)}, nil
}

func (s *Server) getLiabilities(r request) (Object, error) {
	if err := of(r, "liabilities"); err != nil {
		return nil, err
	}
	return Object{"accounts": r.item.Accounts, "item": s.object(r.item), "liabilities": r.item.Liabilities}, nil
}

// investmentAccounts are those of the answers about investments.
func (i *Item) investmentAccounts() []Object {
	out := []Object{}
	for _, a := range i.Accounts {
		if a["type"] == "investment" {
			out = append(out, With(a, "balances", With(a["balances"].(Object), "margin_loan_amount", nil)))
		}
	}
	return out
}

func (s *Server) getHoldings(r request) (Object, error) {
	if err := of(r, "investments"); err != nil {
		return nil, err
	}
	return Object{"accounts": r.item.investmentAccounts(), "holdings": r.item.Holdings, "securities": r.item.Securities, "item": s.object(r.item)}, nil
}

func (s *Server) getMovements(r request) (Object, error) {
	if err := of(r, "investments"); err != nil {
		return nil, err
	}
	window := []Object{}
	for _, m := range r.item.Movements {
		if day := m["date"].(string); day >= r.text("start_date") && day <= r.text("end_date") {
			window = append(window, m)
		}
	}
	options := request{body: r.object("options")}
	from := min(options.number("offset", 0), len(window))
	to := min(from+options.number("count", 100), len(window))
	return Object{
		"accounts": r.item.investmentAccounts(), "securities": r.item.Securities, "item": s.object(r.item), "investment_transactions": window[from:to],
		"total_investment_transactions": len(window),
	}, nil
}
