package plaid_test

import (
	"encoding/json"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// peak measures how much the heap grows at most while something is done.
func peak(do func()) (grown int64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := int64(m.HeapAlloc)
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				grown = max(grown, int64(m.HeapAlloc)-before)
			}
		}
	}()
	do()
	close(stop)
	<-done
	return grown
}

func TestSoakAQuarterOfAMillionTransactionsArePagedWholeWhileOthersCome(t *testing.T) {
	if os.Getenv("FAIRLEAD_SOAK") == "" {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	folder := t.TempDir()
	c := start(t, apptest.Data(folder))
	began := time.Now()
	c.Call("POST", "/sandbox/links", object{"institution_id": "harbor", "user": "heavy", "password": "heavy", "person": "anna"}, nil)
	c.Until("all is collected", func() bool {
		all := apptest.List[struct{ Status string }](c.App, "/connections?person=anna")
		return len(all) == 1 && all[0].Status == "active"
	})
	t.Logf("collected in %s", time.Since(began))
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"transactions"},
		"hosted_link": object{},
	})
	walk(t, c.Visit(link["hosted_link_url"].(string)), "heavy", "heavy")
	visit := rows(c.call("/link/token/get", object{"link_token": link["link_token"]}), "link_sessions")[0]
	added := rows(visit["results"].(object), "item_add_results")[0]
	token := c.call("/item/public_token/exchange", object{"public_token": added["public_token"]})["access_token"].(string)
	c.Until("all are there", func() bool {
		return c.call("/transactions/sync", object{"access_token": token, "count": 1})["transactions_update_status"] == "HISTORICAL_UPDATE_COMPLETE"
	})
	seen := map[string]bool{}
	next, more := "", true
	page := func() {
		answer := c.call("/transactions/sync", object{"access_token": token, "cursor": next, "count": 500})
		for _, key := range []string{"added", "modified"} {
			for _, row := range rows(answer, key) {
				id := row["transaction_id"].(string)
				if key == "added" && seen[id] {
					t.Fatalf("%s is added twice", id)
				}
				seen[id] = true
			}
		}
		for _, row := range rows(answer, "removed") {
			delete(seen, row["transaction_id"].(string))
		}
		next, more = answer["next_cursor"].(string), answer["has_more"].(bool)
	}
	began = time.Now()
	grown := peak(func() {
		for n := 0; more; n++ {
			if page(); n == 100 {
				c.Advance("24h") // some are posted, others come
			}
			if n == 200 {
				c.Stop()
				c = start(t, apptest.Data(folder))
			}
		}
	})
	t.Logf("%d paged in %s, %d MB", len(seen), time.Since(began), grown>>20)
	began = time.Now()
	var total string
	grown = peak(func() {
		total = c.call("/transactions/get", object{
			"access_token": token, "start_date": "2000-01-01", "end_date": "2100-01-01", "options": object{"count": 500, "offset": 100_000},
		})["total_transactions"].(json.Number).String()
	})
	t.Logf("one page of /transactions/get in %s, %d MB", time.Since(began), grown>>20)
	if total != itoa(len(seen)) || len(seen) < 240_000 {
		t.Errorf("%d were synced, and there are %s", len(seen), total)
	}
	if grown > 96<<20 {
		t.Errorf("one page took %d MB", grown>>20)
	}
}
