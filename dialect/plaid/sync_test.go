package plaid_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// copy of the data as a client of the vendor's keeps it: what is added and modified is
// written under its id, what is removed is deleted.
type ledger struct {
	client
	token, next string
	rows        map[string]object
	doubled     []string // added though they were there
	unknown     []string // modified or removed though they were not
}

func (c client) ledger(token string) *ledger {
	return &ledger{client: c, token: token, rows: map[string]object{}}
}

// update walks all pages since the last time.
func (l *ledger) update(count int) {
	l.T.Helper()
	for more := true; more; {
		more = l.page(count)
	}
}

func (l *ledger) page(count int) (more bool) {
	l.T.Helper()
	answer := l.call("/transactions/sync", object{"access_token": l.token, "cursor": l.next, "count": count})
	for _, row := range rows(answer, "added") {
		id := row["transaction_id"].(string)
		if _, there := l.rows[id]; there {
			l.doubled = append(l.doubled, id)
		}
		l.rows[id] = row
	}
	for _, row := range rows(answer, "modified") {
		id := row["transaction_id"].(string)
		if _, there := l.rows[id]; !there {
			l.unknown = append(l.unknown, id)
		}
		l.rows[id] = row
	}
	for _, row := range rows(answer, "removed") {
		id := row["transaction_id"].(string)
		if _, there := l.rows[id]; !there {
			l.unknown = append(l.unknown, id)
		}
		delete(l.rows, id)
	}
	l.next = answer["next_cursor"].(string)
	return answer["has_more"].(bool)
}

// whole is what a client that begins today has.
func (l *ledger) whole() map[string]object {
	l.T.Helper()
	fresh := l.client.ledger(l.token)
	fresh.update(500)
	return fresh.rows
}

func (l *ledger) check(when string) {
	l.T.Helper()
	if len(l.doubled)+len(l.unknown) > 0 {
		l.T.Errorf("%s: added twice %v, changed or removed though unknown %v", when, l.doubled, l.unknown)
	}
	text := func(rows map[string]object) string {
		b, _ := json.Marshal(rows)
		return string(b)
	}
	if whole := l.whole(); text(whole) != text(l.rows) {
		l.T.Errorf("%s: whoever followed has %d transactions, whoever begins today %d, or others", when, len(l.rows), len(whole))
	}
}

func TestPendingBecomesPostedUnderAnotherIDAndNothingIsDoubledOrLost(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := start(t, options...)
		l := c.ledger(c.item("ins_109508", nil, "transactions"))
		l.update(100)
		l.check("at first")
		posted := 0
		for range 12 {
			pending := map[string]bool{}
			for id, row := range l.rows {
				if row["pending"].(bool) {
					pending[id] = true
				}
			}
			c.Advance("24h")
			l.update(37)
			for id, row := range l.rows {
				was, _ := row["pending_transaction_id"].(string)
				if pending[was] {
					if posted++; id == was {
						t.Errorf("%s was posted under the id that it had", id)
					}
				}
				if _, both := l.rows[was]; both {
					t.Errorf("%s and what it was while pending are there both", id)
				}
			}
			l.check("a day later")
		}
		if posted == 0 {
			t.Error("in twelve days nothing that was pending was posted")
		}
	})
}

func TestAPageThatIsFetchedTwiceIsTheSame(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "transactions")
	first := c.call("/transactions/sync", object{"access_token": token, "count": 50})
	body := object{"access_token": token, "cursor": first["next_cursor"], "count": 50}
	one, two := c.call("/transactions/sync", body), c.call("/transactions/sync", body)
	delete(one, "request_id")
	delete(two, "request_id")
	a, _ := json.Marshal(one)
	if b, _ := json.Marshal(two); string(a) != string(b) {
		t.Errorf("a page was\n%s\nand is\n%s", a, b)
	}
}

func TestACursorIsGoodAfterARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	c := start(t, apptest.Data(folder))
	l := c.ledger(c.item("ins_109508", nil, "transactions"))
	l.page(100)
	c.Stop()
	l.client = start(t, apptest.Data(folder))
	l.update(100)
	l.check("after a restart")
}

func TestNowIsACursorBehindAllThereIs(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "transactions")
	answer := c.call("/transactions/sync", object{"access_token": token, "cursor": "now"})
	if len(rows(answer, "added")) > 0 || answer["has_more"].(bool) {
		t.Errorf("now answers %v", answer)
	}
	body := object{"access_token": token, "cursor": answer["next_cursor"]}
	if after := c.call("/transactions/sync", body); len(rows(after, "added")) > 0 {
		t.Errorf("after now come %d that were there", len(rows(after, "added")))
	}
	c.Advance("72h")
	if after := c.call("/transactions/sync", body); len(rows(after, "added")) == 0 {
		t.Error("three days after now nothing was added")
	}
}

func TestTheMutationErrorComesOnRequestAndTheRoundIsBegunAnew(t *testing.T) {
	t.Parallel()
	c := start(t)
	l := c.ledger(c.item("ins_109508", nil, "transactions"))
	if !l.page(50) {
		t.Fatal("all fits on one page")
	}
	c.call("/sandbox/transactions/interrupt", named(l.token))
	if code := c.refused("/transactions/sync", object{"access_token": l.token, "cursor": l.next}); code != "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION" {
		t.Errorf("the next page is refused with %s", code)
	}
	l.next, l.rows = "", map[string]object{}
	l.update(500)
	l.check("begun anew")
}

func TestTransactionsOfSomeDaysAreThoseOfTheSync(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "transactions")
	synced := map[string]bool{}
	for _, row := range c.history(token) {
		synced[row["transaction_id"].(string)] = true
	}
	got := map[string]bool{}
	last := "9999"
	for offset := 0; ; offset += 500 {
		answer := c.call("/transactions/get", object{
			"access_token": token, "start_date": "2000-01-01", "end_date": "2100-01-01", "options": object{"count": 500, "offset": offset},
		})
		page := rows(answer, "transactions")
		for _, row := range page {
			got[row["transaction_id"].(string)] = true
			if day := row["date"].(string); day > last {
				t.Fatalf("%s comes after %s", day, last)
			} else {
				last = day
			}
		}
		if total := answer["total_transactions"].(json.Number).String(); len(page) < 500 {
			if total != json.Number(itoa(len(synced))).String() {
				t.Errorf("there are %s, and %d were synced", total, len(synced))
			}
			break
		}
	}
	if !maps.Equal(got, synced) {
		t.Errorf("%d were got and %d synced", len(got), len(synced))
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestACursorOfSomebodyElsesMakingIsRefused(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_harbor", nil, "transactions")
	for _, text := range []string{"x", "djE=", strings.Repeat("A", 5000), "djEgZW5kIG5vdGhpbmc="} {
		status, answer := c.raw("/transactions/sync", object{"access_token": token, "cursor": text})
		if status != http.StatusBadRequest || !strings.Contains(answer["error_message"].(string), "cursor") {
			t.Errorf("%.20s is answered %d %v", text, status, answer)
		}
	}
}
