package taiki

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// Needs is nothing of what is never told.
func (t *Taiki) Needs(e fairlead.Event) notifying.Load {
	if e.Kind != fairlead.EventCollectionFinished {
		return notifying.Nothing
	}
	return notifying.LoadAll
}

// Route tells the address that the token's request named when a person's
// retrieval has ended. The vendor tells nothing else: no failure, no refresh.
func (t *Taiki) Route(h notifying.EventContext) []fairlead.Destination {
	if h.Event.Kind != fairlead.EventCollectionFinished || h.Link == nil || h.Connection == nil || !personal(h.Event) {
		return nil
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok || h.Event.Status == nothing {
		return nil
	}
	retry := fairlead.StandardRetry()
	retry.GoneDisable = false
	return []fairlead.Destination{{
		Dialect: name, Address: s.WebhookURL, Signing: fairlead.Signing{Scheme: fairlead.SignNone}, Retry: retry,
		Rerender: true, // each attempt carries addresses that are good for 15 minutes
	}}
}

// nothing is the status of a collection that brought nothing.
const nothing = "failed"

// personal tells whether a collection ran because the person was there.
func personal(e fairlead.Event) bool {
	return e.Cause == fairlead.CauseFirst || e.Cause == fairlead.CauseRelink
}

// Render lists every statement and tax form that the retrieval brought, with an
// address each. Of several institutions the last one tells for all.
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
// there is nothing to tell, or the collection of another one tells it.
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
		if last.Status != nothing && came(c) {
			out = append(out, id)
		}
	}
	return out, nil
}

// lastOf is the end of the latest collection that a link asked of a connection;
// zero when that is still under way.
func (t *Taiki) lastOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, link fairlead.Link) (last fairlead.Event, err error) {
	var ask notifying.EventQuery
	ask.Subject, ask.Kinds, ask.From, ask.Limit = string(id), []fairlead.EventKind{fairlead.EventCollectionFinished}, link.Created, 200
	for {
		page, err := t.verbs.Notifying.Events(ctx, tenant, ask)
		if err != nil {
			return last, fmt.Errorf("taiki: looking for a retrieval's end: %w", err)
		}
		for _, e := range page {
			if e.Link == link.ID && personal(e) {
				last = e
			}
		}
		if len(page) < ask.Limit {
			return last, nil
		}
		ask.Sequence = page[len(page)-1].Sequence
	}
}

// came tells whether any kind of document of a connection could be read.
func came(c fairlead.Connection) bool {
	return slices.ContainsFunc(brought(), func(p fairlead.Product) bool {
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
	ask := reading.Query{Connection: id, Limit: 500}
	for {
		page, err := t.verbs.Reading.Documents(ctx, tenant, ask)
		if err != nil {
			return nil, fmt.Errorf("taiki: listing documents: %w", err)
		}
		for _, d := range page.Data {
			if d.Kind == "statement" || d.Kind == "tax_form" {
				to = append(to, d)
			}
		}
		if ask.After = page.Next; page.Next == "" {
			return to, nil
		}
	}
}
