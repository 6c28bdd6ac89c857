package simplefin

import (
	"bytes"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// FuzzAnswer holds that whatever a server answers breaks nothing, and that no row without
// an account, a day or a currency comes of it.
func FuzzAnswer(f *testing.F) {
	for _, text := range []string{
		`{"errors":["x"],"accounts":[{"org":{"domain":"m"},"id":"A","currency":"USD","balance":"1","balance-date":1,"transactions":[{"id":"T","posted":0,"transacted_at":5,"amount":"-1e2"}],"holdings":[{"symbol":"V","shares":"0","market_value":"1"}]}]}`,
		`{"errlist":[{"code":"con.auth","conn_id":"C"}],"connections":[{"conn_id":"C"}],"accounts":[{"conn_id":"C","id":"A","currency":"http://x"}]}`, `{"accounts":null}`, `[]`,
	} {
		f.Add([]byte(text))
	}
	now := time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, body []byte) {
		a, err := decode(bytes.NewReader(body))
		if err != nil {
			return
		}
		_ = a.refusal("es")
		r := newReading(connector.Env{Now: now}, fairlead.Institution{Currency: "USD"}, memory{}.clone(), a)
		for _, row := range r.rows(fairlead.DateOf(now)) {
			if row.AccountRef == "" || row.Booked.IsZero() || !fairlead.ValidCurrency(row.Amount.Currency) {
				t.Errorf("a row is %+v", row.Transaction)
			}
		}
		for _, h := range r.holdingsPage().Holdings {
			if h.Ref == "" || !fairlead.ValidCurrency(h.Value.Currency) {
				t.Errorf("a position is %+v", h)
			}
		}
	})
}

// FuzzPasted holds that what a person pastes is an address that may be called, or nothing.
func FuzzPasted(f *testing.F) {
	f.Add("aHR0cHM6Ly9zZmluLmV4YW1wbGUvY2xhaW0vYWJj")
	f.Add("https://u:p@sfin.example/simplefin")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := readPasted(text, nil)
		if err == nil && (got.claim == "") == (got.access == "") {
			t.Errorf("%q is %+v", text, got)
		}
		if got.access != "" {
			if base, _, _, err := split(got.access); err != nil || base.User != nil || base.Scheme != "https" {
				t.Errorf("%q leads to %v, %v", text, base, err)
			}
		}
	})
}
