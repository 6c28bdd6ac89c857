package server_test

import (
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
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
	}
}

// movement is a transaction as the API tells it.
type movement struct {
	ID, State, Description string
	AccountID              string `json:"account_id"`
	Booked                 string `json:"booked_at"`
	Amount                 struct{ Amount, Currency string }
	Version                int
	ChangedAt              time.Time `json:"changed_at"`
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
	ID, Kind, Form, Issued, Replaces, SHA256 string
	FileName                                 string `json:"file_name"`
	TaxYear                                  int    `json:"tax_year"`
	Revision                                 int
}
