package taiki

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// Needs is nothing of what is never sent.
func (t *Taiki) Needs(e fairlead.Event) notifying.Load {
	if e.Kind != fairlead.EventCollectionFinished {
		return notifying.Nothing
	}
	return notifying.LoadAll
}

// Route names the address of the token's request when a person's retrieval has
// ended. The vendor sends nothing else: no failure, no refresh.
func (t *Taiki) Route(h notifying.EventContext) []fairlead.Destination {
	if h.Event.Kind != fairlead.EventCollectionFinished || h.Link == nil || h.Connection == nil || !attended(h.Event) {
		return nil
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok || h.Event.Status == statusFailed {
		return nil
	}
	retry := fairlead.StandardRetry()
	retry.GoneDisable = false
	return []fairlead.Destination{{
		Dialect: name, Address: s.WebhookURL, Signing: fairlead.Signing{Scheme: fairlead.SignNone}, Retry: retry,
		Rerender: true, // each attempt carries addresses that are good for 15 minutes
	}}
}

// statusFailed is the status of a collection that brought nothing.
const statusFailed = "failed"

// attended reports whether a collection ran because the person was there.
func attended(e fairlead.Event) bool {
	return e.Cause == fairlead.CauseFirst || e.Cause == fairlead.CauseRelink
}

// Render lists every statement and tax form that the retrieval brought, with an
// address each. Of several institutions the last one's lists those of all.
func (t *Taiki) Render(ctx context.Context, h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
	if h.Link == nil || h.Connection == nil {
		return nil, nil // erased since
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok {
		return nil, nil
	}
	connections, err := t.retrieved(ctx, h)
	if err != nil || len(connections) == 0 {
		return nil, err
	}
	w := webhook{
		Status: "success",
		Data:   webhookData{ID: s.ID, ClientID: s.UserID, Metadata: h.Link.Spec.Metadata, CreatedAt: h.Event.At.UTC().Format(time.RFC3339)},
	}
	if w.Data.Metadata == nil {
		w.Data.Metadata = json.RawMessage("null")
	}
	var documents []fairlead.Document
	for _, c := range connections {
		if documents, err = t.documents(ctx, h.Tenant.ID, c, documents); err != nil {
			return nil, err
		}
	}
	if w.Files, err = t.files(ctx, h, documents); err != nil {
		return nil, err
	}
	return encode(w)
}

// retrieved lists the connections of the link of which documents came. None:
// there is nothing to send, or the collection of another one sends it.
func (t *Taiki) retrieved(ctx context.Context, h notifying.EventContext) (out []fairlead.ConnectionID, err error) {
	for _, id := range h.Link.Connections {
		c, err := t.verbs.Reading.Connection(ctx, h.Tenant.ID, id)
		if fairlead.Is(err, fairlead.NotFound) || c.Status == fairlead.ConnectionDisconnected {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("taiki: reading a connection: %w", err)
		}
		last, err := t.lastOf(ctx, h.Tenant.ID, id, *h.Link)
		if err != nil {
			return nil, err
		}
		if last.ID == "" || last.Sequence > h.Event.Sequence {
			return nil, nil
		}
		if last.Status != statusFailed && hasDocuments(c) {
			out = append(out, id)
		}
	}
	return out, nil
}

// lastOf is the end of the latest collection that a link caused of a connection;
// zero when that is still under way.
func (t *Taiki) lastOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, link fairlead.Link) (last fairlead.Event, err error) {
	var query notifying.EventQuery
	query.Subject, query.Kinds, query.From, query.Limit = string(id), []fairlead.EventKind{fairlead.EventCollectionFinished}, link.Created, 200
	for {
		page, err := t.verbs.Notifying.Events(ctx, tenant, query)
		if err != nil {
			return last, fmt.Errorf("taiki: looking for a retrieval's end: %w", err)
		}
		for _, e := range page {
			if e.Link == link.ID && attended(e) {
				last = e
			}
		}
		if len(page) < query.Limit {
			return last, nil
		}
		query.Sequence = page[len(page)-1].Sequence
	}
}

// hasDocuments reports whether any kind of document of a connection could be read.
func hasDocuments(c fairlead.Connection) bool {
	return slices.ContainsFunc(documentProducts(), func(p fairlead.Product) bool {
		s := c.Products[p].Status
		return s == fairlead.ProductReady || s == fairlead.ProductUnavailable
	})
}

// files gives each document its name and an address.
func (t *Taiki) files(ctx context.Context, h notifying.EventContext, documents []fairlead.Document) ([]file, error) {
	files := make([]file, len(documents))
	for i, n := range nameAll(documents) {
		d := documents[i]
		if d.Blob == "" {
			files[i] = file{Status: "failed", FileName: n}
			continue
		}
		a, err := t.verbs.Reading.Address(ctx, h.Tenant.ID, d.ID, reading.MaxAddressLife, string(h.Application.ID))
		if err != nil {
			return nil, fmt.Errorf("taiki: an address for a document: %w", err)
		}
		files[i] = file{Status: "success", FileName: n, DownloadURL: a.URL, Size: d.Size}
	}
	return files, nil
}

// encode writes JSON as the vendor's example has it: addresses stay readable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// documents adds all of a connection's statements and tax forms, newest first.
func (t *Taiki) documents(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, to []fairlead.Document) ([]fairlead.Document, error) {
	for d, err := range dialect.All(ctx, tenant, reading.Query{Connection: id}, t.verbs.Reading.Documents) {
		if err != nil {
			return nil, fmt.Errorf("taiki: listing documents: %w", err)
		}
		if d.Kind == "statement" || d.Kind == "tax_form" {
			to = append(to, d)
		}
	}
	return to, nil
}
