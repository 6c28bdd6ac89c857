package reading

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// exported is the person in an export.
type exported struct {
	ID        fairlead.PersonID      `json:"id"`
	Reference string                 `json:"person"`
	Created   time.Time              `json:"created_at"`
	Details   fairlead.PersonDetails `json:"details,omitzero"`
}

// exportedKinds are the lists of a connection, in the order they are written.
func exportedKinds() []struct {
	kind fairlead.RecordKind
	name string
} {
	return []struct {
		kind fairlead.RecordKind
		name string
	}{
		{fairlead.IdentityRecord, "identities"},
		{fairlead.AccountRecord, "accounts"},
		{fairlead.TransactionRecord, "transactions"},
		{fairlead.BillRecord, "bills"},
		{fairlead.LoanRecord, "loans"},
		{fairlead.SecurityRecord, "securities"},
		{fairlead.HoldingRecord, "holdings"},
		{fairlead.InvestmentTransactionRecord, "investment_transactions"},
		{fairlead.DocumentRecord, "documents"},
	}
}

// Export writes everything that is stored about a person as one JSON document,
// page by page: {"person": …, "consents": […], "connections": [{…, "accounts":
// […], "transactions": […] …}]}. Documents are named, not included. The audit
// trail records it first, in the name of whoever acts in ctx. Once writing has
// begun an error leaves the document unfinished, so that it cannot be taken for a
// whole one. wire gives a fairlead.Consent, a fairlead.Connection and each record the
// shape in which the caller's interface has it.
func (r *Reading) Export(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, w io.Writer, wire func(any) any) error {
	var person fairlead.Person
	err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		person, err = tx.Persons.Get(tenant, string(id))
		return err
	})
	if err != nil {
		return err
	}
	if err := r.audit(ctx, tenant, "person.export", string(id)); err != nil {
		return err
	}
	out := exported{ID: person.ID, Reference: person.Reference, Created: person.Created}
	if len(person.Key) > 0 {
		if out.Details, err = r.sealer.Details(person); err != nil {
			return fmt.Errorf("reading: %w", err)
		}
	}
	e := &exporter{r: r, ctx: ctx, tenant: tenant, out: bufio.NewWriter(w), wire: wire}
	e.text(`{"person":`)
	e.value(out)
	e.text(`,"consents":`)
	walk(e, func(after string) (Page[fairlead.Consent], error) {
		return r.Consents(ctx, tenant, ListQuery{Person: id, After: after, Limit: maxPage})
	}, func(c fairlead.Consent) { c.Origin = fairlead.Origin{}; e.value(wire(c)) })
	e.text(`,"connections":`)
	walk(e, func(after string) (Page[fairlead.Connection], error) {
		return r.Connections(ctx, tenant, ListQuery{Person: id, After: after, Limit: maxPage})
	}, e.connection)
	e.text("}\n")
	if e.err == nil {
		e.err = e.out.Flush()
	}
	return e.err
}

// exporter writes JSON and stops at the first error.
type exporter struct {
	r      *Reading
	ctx    context.Context
	tenant fairlead.TenantID
	out    *bufio.Writer
	wire   func(any) any
	err    error
}

func (e *exporter) text(s string) {
	if e.err == nil {
		_, e.err = e.out.WriteString(s)
	}
}

func (e *exporter) value(v any) {
	if e.err != nil {
		return
	}
	b, err := json.Marshal(v)
	if err != nil {
		e.err = fmt.Errorf("reading: writing an export: %w", err)
		return
	}
	_, e.err = e.out.Write(b)
}

// walk writes all pages as one array.
func walk[T any](e *exporter, page func(after string) (Page[T], error), write func(T)) {
	e.text("[")
	for after, comma := "", ""; e.err == nil; {
		p, err := page(after)
		if err != nil {
			e.err = err
			return
		}
		for _, item := range p.Data {
			e.text(comma)
			write(item)
			comma = ","
		}
		if after = p.Next; after == "" {
			break
		}
	}
	e.text("]")
}

// connection writes one connection and all that hangs on it.
func (e *exporter) connection(c fairlead.Connection) {
	e.text(`{"connection":`)
	e.value(e.wire(c))
	if c.Holder != "" {
		e.text(`,"holder":`)
		e.value(c.Holder)
	}
	keys := e.r.opener()
	keys.knows(c)
	for _, k := range exportedKinds() {
		e.text(`,"` + k.name + `":`)
		walk(e, func(after string) (Page[fairlead.Record], error) {
			records, next, _, err := e.r.list(e.ctx, e.tenant, k.kind, Query{Connection: c.ID, After: after, Limit: maxPage, Oldest: true})
			return Page[fairlead.Record]{records, next}, err
		}, func(rec fairlead.Record) { e.record(rec, keys) })
	}
	e.text("}")
}

func (e *exporter) record(rec fairlead.Record, keys *opener) {
	var v any
	var err error
	switch rec.Kind {
	case fairlead.IdentityRecord:
		v, err = identity(keys, rec)
	case fairlead.AccountRecord:
		v, err = account(keys, rec) // with its numbers
	default:
		v, err = noun(keys, rec)
	}
	if err != nil {
		e.err = err
		return
	}
	e.value(e.wire(v))
}
