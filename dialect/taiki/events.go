package taiki

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// Plan tells the address that the token's request named when the person's
// retrieval has ended. The vendor tells nothing else: no failure, no refresh.
func (t *Taiki) Plan(h notifying.Happening) []fairlead.Target {
	if h.Event.Kind != fairlead.CollectionFinished || h.Link == nil || h.Connection == nil {
		return nil
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok || (h.Event.Cause != fairlead.CauseFirst && h.Event.Cause != fairlead.CauseRelink) {
		return nil
	}
	retry := fairlead.StandardRetry()
	retry.GoneDisable = false
	return []fairlead.Target{{
		Dialect: name, Address: s.WebhookURL, Signing: fairlead.Signing{Scheme: fairlead.SignNone}, Retry: retry,
		Fresh: true, // each attempt carries addresses that are good for 15 minutes
	}}
}

// Render lists every statement and tax form of the connection, with an address
// each. Nothing is told of a retrieval that brought no document and no account.
func (t *Taiki) Render(ctx context.Context, h notifying.Happening, _ fairlead.Notice) ([]byte, error) {
	s, ok := stateOf(h.Link.Origin)
	if !ok || h.Connection.Status == fairlead.ConnectionDisconnected {
		return nil, nil
	}
	documents, err := t.documents(ctx, h)
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 && h.Connection.Problem != nil {
		return nil, nil
	}
	w := webhook{
		Status: "success",
		Data:   webhookData{ID: s.ID, ClientID: s.UserID, Metadata: h.Link.Spec.Metadata, CreatedAt: h.Event.At.UTC().Format(time.RFC3339)},
		Files:  []file{},
	}
	if w.Data.Metadata == nil {
		w.Data.Metadata = json.RawMessage("null")
	}
	names := nameAll(documents)
	for i, d := range documents {
		f := file{Status: "success", FileName: names[i], Size: d.Size}
		if d.Failed != nil {
			f.Status, f.Size = "failed", 0
		} else {
			a, err := t.verbs.Reading.Address(ctx, h.Tenant.ID, d.ID, reading.MaxAddressLife, string(h.Application.ID))
			if err != nil {
				return nil, fmt.Errorf("taiki: an address for a document: %w", err)
			}
			f.DownloadURL = a.URL
		}
		w.Files = append(w.Files, f)
	}
	return encode(w)
}

// encode writes JSON as the vendor's example has it: addresses stay readable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// documents reads all of a connection's statements and tax forms, newest first.
func (t *Taiki) documents(ctx context.Context, h notifying.Happening) (all []fairlead.Document, err error) {
	ask := reading.Ask{Connection: h.Connection.ID, Limit: 500}
	for {
		page, err := t.verbs.Reading.Documents(ctx, h.Tenant.ID, ask)
		if err != nil {
			return nil, fmt.Errorf("taiki: listing documents: %w", err)
		}
		for _, d := range page.Data {
			if d.Kind == "statement" || d.Kind == "tax_form" {
				all = append(all, d)
			}
		}
		if ask.After = page.Next; page.Next == "" {
			return all, nil
		}
	}
}

// nameAll names files as the vendor's example does: the newest 1099-INT is
// 1099_INT.pdf, an older one 1099_INT_2023.pdf, a correction …_CORRECTED.pdf, a
// statement BANK_STATEMENT_2026_03.pdf. A name that is taken gets a number.
func nameAll(documents []fairlead.Document) []string {
	newest := map[string]int{}
	for _, d := range documents {
		newest[d.Form] = max(newest[d.Form], d.TaxYear)
	}
	taken, names := map[string]int{}, make([]string, len(documents))
	for i, d := range documents {
		base := nameOf(d, newest[d.Form])
		taken[base]++
		if n := taken[base]; n > 1 {
			base = fmt.Sprintf("%s_%d", base, n)
		}
		names[i] = base + ending(d)
	}
	return names
}

func nameOf(d fairlead.Document, newest int) string {
	if d.Kind == "statement" {
		return fmt.Sprintf("BANK_STATEMENT_%04d_%02d", d.Period.To.Year, d.Period.To.Month)
	}
	base := strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(d.Form))
	if d.TaxYear != newest {
		base = fmt.Sprintf("%s_%d", base, d.TaxYear)
	}
	if d.Revision > 0 {
		base += "_CORRECTED"
	}
	return base
}

func ending(d fairlead.Document) string {
	if i := strings.LastIndex(d.FileName, "."); i >= 0 {
		return strings.ToLower(d.FileName[i:])
	}
	return ""
}
