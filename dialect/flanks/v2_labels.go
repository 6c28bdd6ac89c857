package flanks

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// Bounds of what an application may hang on a product or a transaction.
const (
	maxLabels     = 50
	maxLabelName  = 64  // characters
	maxLabelValue = 256 // characters
)

// labels are an application's own words about a product or a transaction.
type labels map[string]string

// labelsIn reads and checks what a body has as labels: {} is none, and absent a mistake.
func labelsIn(text json.RawMessage) (labels, error) {
	var given map[string]*string
	if len(text) == 0 {
		return nil, fairlead.InvalidField("labels", "required", "must be given; {} takes them all away")
	}
	if json.Unmarshal(text, &given) != nil || given == nil {
		return nil, fairlead.InvalidField("labels", "format", "must be an object of names with texts")
	}
	if len(given) > maxLabels {
		return nil, fairlead.InvalidField("labels", "range", "must be at most 50")
	}
	l := labels{}
	for key, value := range given {
		switch {
		case value == nil:
			return nil, fairlead.InvalidField("labels", "format", "must be an object of names with texts")
		case key == "", utf8.RuneCountInString(key) > maxLabelName, utf8.RuneCountInString(*value) > maxLabelValue:
			return nil, fairlead.InvalidField("labels", "range", "must have names of 1 to 64 characters and values of at most 256")
		case strings.ContainsFunc(key+*value, unicode.IsControl):
			return nil, fairlead.InvalidField("labels", "format", "must be printable text")
		}
		l[key] = *value
	}
	return l, nil
}

// labelsOf is what the keys begin with of an application's labels in a connection; they
// are erased with its data.
func labelsOf(conn fairlead.ConnectionID, app fairlead.ApplicationID) string {
	return fairlead.NotesOf(conn) + string(app) + "/"
}

// setLabels stores the labels of a thing in place of those that it had; none takes them
// away.
func (f *Flanks) setLabels(c call, conn fairlead.ConnectionID, id string, l labels) (any, error) {
	kv, key := f.verbs.Notes.KV(name), labelsOf(conn, c.Application.ID)+id
	if len(l) == 0 {
		return success{true}, kv.Delete(c.Context(), c.Tenant.ID, key)
	}
	return success{true}, kv.Put(c.Context(), c.Tenant.ID, key, l)
}

// labelled reads the labels of things of a connection: all at once where they are few.
func (f *Flanks) labelled(c call, conn fairlead.ConnectionID, ids []string) (map[string]labels, error) {
	const few = 500
	kv, prefix, out := f.verbs.Notes.KV(name), labelsOf(conn, c.Application.ID), map[string]labels{}
	page, err := kv.List(c.Context(), c.Tenant.ID, prefix, "", few)
	if err != nil || len(page) < few {
		for _, note := range page {
			var l labels
			if err := json.Unmarshal(note.Value, &l); err != nil {
				return nil, err
			}
			out[strings.TrimPrefix(note.Key, prefix)] = l
		}
		return out, err
	}
	for _, id := range ids {
		var l labels
		err := kv.Get(c.Context(), c.Tenant.ID, prefix+id, &l)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return nil, err
		}
		out[id] = l
	}
	return out, nil
}

type productLabels struct {
	ID     string          `json:"product_id"`
	Labels json.RawMessage `json:"labels"`
}

func (f *Flanks) setProductLabels(c call) (any, error) {
	var body productLabels
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	if body.ID == "" {
		return nil, fairlead.InvalidField("product_id", "required", "must be given")
	}
	l, err := labelsIn(body.Labels)
	if err != nil {
		return nil, err
	}
	conn, err := f.connectionOfProduct(c, fairlead.RecordID(body.ID))
	if err != nil {
		return nil, err
	}
	return f.setLabels(c, conn, body.ID, l)
}

// connectionOfProduct finds the connection of a product by its id.
func (f *Flanks) connectionOfProduct(c call, id fairlead.RecordID) (conn fairlead.ConnectionID, err error) {
	r, ctx, tenant := f.verbs.Reading, c.Context(), c.Tenant.ID
	switch prefix, _, _ := strings.Cut(string(id), "_"); fairlead.RecordKind(prefix) {
	case fairlead.AccountRecord:
		a, e := r.Account(ctx, tenant, id, false)
		conn, err = a.Connection, e
	case fairlead.HoldingRecord:
		h, e := r.Holding(ctx, tenant, id)
		conn, err = h.Connection, e
	case fairlead.LoanRecord:
		l, e := r.Loan(ctx, tenant, id)
		conn, err = l.Connection, e
	default:
		err = noThing("product_id")
	}
	return f.living(c, conn, "product_id", err)
}

// noThing refuses the id of what is not listed.
func noThing(field string) error {
	return notThere(field, "must be an id of a list, of a connection that is not deleted")
}

// living is the connection of what a field names, if that was found and is not deleted.
func (f *Flanks) living(c call, id fairlead.ConnectionID, field string, err error) (fairlead.ConnectionID, error) {
	if err == nil {
		_, err = f.connection(c, string(id))
	}
	if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Gone) {
		err = noThing(field)
	}
	return id, err
}

type transactionLabels struct {
	ID     string          `json:"transaction_id"`
	Labels json.RawMessage `json:"labels"`
}

func (f *Flanks) setTransactionLabels(c call) (any, error) {
	var body transactionLabels
	if err := c.decodeStrict(&body); err != nil {
		return nil, err
	}
	if body.ID == "" {
		return nil, fairlead.InvalidField("transaction_id", "required", "must be given")
	}
	l, err := labelsIn(body.Labels)
	if err != nil {
		return nil, err
	}
	conn, err := f.connectionOfMovement(c, body.ID)
	if err != nil {
		return nil, err
	}
	return f.setLabels(c, conn, body.ID, l)
}

// connectionOfMovement finds the connection of a transaction by its id; that of a loan's
// payment begins with the loan's.
func (f *Flanks) connectionOfMovement(c call, id string) (conn fairlead.ConnectionID, err error) {
	r, ctx, tenant := f.verbs.Reading, c.Context(), c.Tenant.ID
	switch prefix, _, _ := strings.Cut(id, "_"); fairlead.RecordKind(prefix) {
	case fairlead.TransactionRecord:
		t, _, e := r.Transaction(ctx, tenant, fairlead.RecordID(id))
		conn, err = t.Connection, e
	case fairlead.InvestmentTransactionRecord:
		t, e := r.InvestmentTransaction(ctx, tenant, fairlead.RecordID(id))
		conn, err = t.Connection, e
	case fairlead.LoanRecord:
		contract, payment, _ := strings.Cut(id, ".")
		l, e := r.Loan(ctx, tenant, fairlead.RecordID(contract))
		if conn, err = l.Connection, e; err == nil && !hasPayment(l, payment) {
			err = noThing("transaction_id")
		}
	default:
		err = noThing("transaction_id")
	}
	return f.living(c, conn, "transaction_id", err)
}

func hasPayment(l fairlead.Loan, ref string) bool {
	for _, p := range l.Payments {
		if p.Ref == ref {
			return true
		}
	}
	return false
}
