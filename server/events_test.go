package server_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// newYear is when the year of the test begins.
func newYear() time.Time { return time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC) }

const day = 24 * time.Hour

// happened is an event as the API tells it.
type happened struct {
	ID        string
	Type      fairlead.EventKind
	Timestamp time.Time
	Data      struct {
		ConnectionID string `json:"connection_id"`
		DocumentID   string `json:"document_id"`
		Counts       map[string]int
	}
}

// movement is a transaction as the API tells it.
type movement struct {
	ID, Status, Description string
	AccountID               string `json:"account_id"`
	Booked                  string `json:"booked_on"`
	Amount                  struct{ Amount, Currency string }
	Version                 int
	ChangedAt               time.Time `json:"changed_at"`
}

// of are the events of a connection.
func of(events []happened, con string) []happened {
	return slices.DeleteFunc(slices.Clone(events), func(e happened) bool { return e.Data.ConnectionID != con })
}

// when are the instants of the events of a kind.
func when(events []happened, kind fairlead.EventKind) (at []time.Time) {
	for _, e := range events {
		if e.Type == kind {
			at = append(at, e.Timestamp)
		}
	}
	return at
}

// paper is a document as the API tells it.
type paper struct {
	ID, Type, Form, SHA256 string
	Issued                 string `json:"issued_on"`
	Replaces               string `json:"replaces_id"`
	FileName               string `json:"file_name"`
	TaxYear                int    `json:"tax_year"`
	Revision               int
}

// pain: one link is 114 webhooks, 107 of them document.available.
func TestOneLinkMakesTenWebhooksAtMost(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	receiver := apptest.NewReceiver(t)
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL + "/hook"}, nil)
	connection := app.Linked("harbor", "good", "good")
	type webhook struct {
		Type string
		Data struct{ Counts map[string]int }
	}
	last := func() (w webhook) {
		if got := receiver.Got(); len(got) > 0 {
			json.Unmarshal(got[len(got)-1].Body, &w)
		}
		return w
	}
	app.Until("the last webhook", func() bool { return last().Type == "records.changed" })
	counts := map[string]int{}
	for _, got := range receiver.Got() {
		var w webhook
		if err := json.Unmarshal(got.Body, &w); err != nil {
			t.Fatal(err)
		}
		if w.Type == "documents.available" {
			counts = w.Data.Counts
		}
	}
	if n := len(receiver.Got()); n > 10 {
		t.Errorf("one link makes %d webhooks", n)
	}
	want := map[string]int{}
	for _, d := range apptest.List[struct{ Type string }](app, "/connections/"+connection+"/documents") {
		want[d.Type]++
	}
	if !maps.Equal(counts, want) || want["statement"] < 50 {
		t.Errorf("they say that there are %v documents, and there are %v", counts, want)
	}
}
