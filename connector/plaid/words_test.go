package plaid

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestWhatAPersonMustDoIsSaidInTheirLanguage(t *testing.T) {
	t.Parallel()
	for n, rule := range errorTable {
		actor := rule.Actor
		if actor == "" {
			actor = fairlead.ActorFor(rule.Kind)
		}
		if actor != fairlead.ActorPerson || rule.Sentence == nil {
			continue
		}
		for _, language := range []string{"en", "es", "pt"} {
			if rule.Sentence[language] == "" {
				t.Errorf("rule %d (%s) has no sentence in %s", n+1, rule.Code, language)
			}
		}
	}
}

func TestALimitOfTheKeysIsTheBusinessOfAllConnections(t *testing.T) {
	t.Parallel()
	for message, provider := range map[string]bool{"rate limit exceeded for this client": true, "rate limit exceeded for attempts to access this item": false} {
		server, _, session := fixtureOf(t)
		server.Fail("/transactions/sync", 1, http.StatusTooManyRequests, "RATE_LIMIT_EXCEEDED", "TRANSACTIONS_SYNC_LIMIT", message)
		_, err := collect(t.Context(), session, fairlead.ProductTransactions, 0)
		if e, ok := errors.AsType[*fairlead.Error](err); !ok || e.Kind != fairlead.SlowDown || e.Provider != provider || e.RetryAfter <= 0 {
			t.Errorf("%q is %+v", message, err)
		}
	}
}

// lenient decodes as the client does.
func lenient(body []byte, v any) bool {
	err := json.Unmarshal(body, v)
	_, mistyped := errors.AsType[*json.UnmarshalTypeError](err)
	return err == nil || mistyped
}

// FuzzWire holds that whatever is said to be an answer breaks nothing, and that no number,
// day or record is made up.
func FuzzWire(f *testing.F) {
	for _, text := range []string{
		`{"request_id":"r","transactions_update_status":"X","added":[{"transaction_id":"a","account_id":"A","amount":1.5e3,"date":"2026-11-20","iso_currency_code":"USD"}],"modified":[],"removed":[{}],"accounts":[null,{"balances":{"current":"1"}}]}`,
		`{"added":[{"counterparties":[{"account_numbers":null}],"personal_finance_category":{}}]}`, `[]`, `null`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var page syncPage
		if !lenient(body, &page) {
			return
		}
		for _, tx := range page.convert(&walk{}).Transactions {
			if tx.Ref == "" || tx.State != fairlead.TransactionRemoved && (tx.AccountRef == "" || tx.Booked.IsZero() || !fairlead.ValidCurrency(tx.Amount.Currency)) {
				t.Errorf("a record is %+v", tx)
			}
		}
		var w webhook
		if lenient(body, &w) {
			c := &client{}
			c.updates(w)
		}
		var h holdingList
		if lenient(body, &h) {
			_ = byID(h.Securities)
			_ = identitiesOf(h.Accounts)
		}
	})
}
