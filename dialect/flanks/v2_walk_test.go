package flanks_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

// counted is a store whose reads are counted.
type counted struct {
	store.Store
	reads atomic.Int64
}

func (c *counted) View(ctx context.Context, fn func(*store.Tx) error) error {
	c.reads.Add(1)
	return c.Store.View(ctx, fn)
}

// watched starts a server and the counter of its store's reads.
func watched(t *testing.T) (client, *counted) {
	t.Helper()
	reads := &counted{}
	c := enter(apptest.Start(t, func(config *server.Config) {
		config.WrapStore = func(s store.Store) store.Store { reads.Store = s; return reads }
	}))
	return c, reads
}

// store stores connections of a status without anything in them, before all others in the
// order of ids.
func (c client) store(t *testing.T, status fairlead.ConnectionStatus, n int) {
	t.Helper()
	tenant := devTenant(t, c.app)
	err := c.app.Server.Store.Update(t.Context(), func(tx *store.Tx) error {
		for i := range n {
			id := fairlead.NewID("con", time.UnixMilli(int64(i)))
			conn := fairlead.Connection{ID: fairlead.ConnectionID(id), Tenant: tenant, Status: status, Identity: id}
			if err := tx.Connections.Put(tenant, &conn); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOneRequestDoesNotReadAllConnectionsThatWereDeleted(t *testing.T) {
	t.Parallel()
	c, reads := watched(t)
	linked := c.linked("good", fairlead.ProductAccounts)
	c.store(t, fairlead.ConnectionDisconnected, 1150)
	for _, list := range []string{"products", "transactions"} {
		var first struct {
			Items []map[string]any
			Next  *string `json:"next_page_token"`
		}
		before := reads.reads.Load()
		c.call("POST", "/aggregation/v2/list-"+list, map[string]any{}, &first)
		if n := reads.reads.Load() - before; n > 30 || len(first.Items) > 0 || first.Next == nil {
			t.Errorf("the first page of %s read the store %d times and has %d items, with a next page: %t", list, n, len(first.Items), first.Next != nil)
		}
		items, pages := c.everything("/aggregation/v2/list-"+list, map[string]any{})
		if pages > 3 || list == "products" && (len(items) == 0 || items[0]["connection_id"] != linked) {
			t.Errorf("%d pages of %s have %v", pages, list, items)
		}
	}
}

// Pages end within a page of connections, and within one of them.
func TestAPlaceAmongManyConnectionsLeadsOn(t *testing.T) {
	t.Parallel()
	c, _ := watched(t)
	for n := range 2 {
		c.linked(fmt.Sprint("person", n), fairlead.ProductAccounts, fairlead.ProductTransactions)
	}
	want := map[string][]map[string]any{}
	for _, list := range []string{"products", "transactions"} {
		want[list], _ = c.everything("/aggregation/v2/list-"+list, map[string]any{})
	}
	c.store(t, fairlead.ConnectionDisconnected, 205)
	c.store(t, fairlead.ConnectionActive, 45)
	for list, id := range map[string]string{"products": "product_id", "transactions": "transaction_id"} {
		got, pages := c.everything("/aggregation/v2/list-"+list, map[string]any{})
		if len(want[list]) == 0 || len(got) != len(want[list]) || len(idsOf(got, id)) != len(got) || list == "products" && pages < 3 {
			t.Errorf("%d pages of %s have %d things, %d of them once, want %d", pages, list, len(got), len(idsOf(got, id)), len(want[list]))
		}
	}
}

func TestAListOfAQueryHasAtMostAHundredValues(t *testing.T) {
	t.Parallel()
	c, reads := watched(t)
	many := func(n int, word string) (values []string) {
		for i := range n {
			values = append(values, strings.ReplaceAll(word, "#", fmt.Sprintf("%026d", i)))
		}
		return values
	}
	for path, lists := range map[string]map[string]string{
		"/aggregation/v2/list-products":     {"product_id_in": "acc_#", "product_type_in": "Card", "connection_id_in": "con_#"},
		"/aggregation/v2/list-transactions": {"transaction_id_in": "txn_#", "product_id_in": "acc_#", "product_type_in": "Card", "connection_id_in": "con_#"},
		"/connect/v2/sessions/list-sessions": {
			"session_id_in": "lnk_#", "status_in": "Finished:OK", "connection_id_in": "con_#", "error_code_in": "InternalError",
		},
		"/connect/v2/connectors/list-connectors": {"connector_id_in": "esp:#"},
	} {
		for list, word := range lists {
			before := reads.reads.Load()
			status, text := c.raw("POST", path, map[string]any{"query": map[string]any{list: many(101, word)}})
			if n := reads.reads.Load() - before; status != 400 || !strings.Contains(string(text), `"field":"query.`+list+`"`) || !strings.Contains(string(text), "range") || n > 3 {
				t.Errorf("%s with 101 of %s answers %d %s after %d reads", path, list, status, text, n)
			}
			if status, text := c.raw("POST", path, map[string]any{"query": map[string]any{list: many(100, word)}}); status != 200 {
				t.Errorf("%s with 100 of %s answers %d %s", path, list, status, text)
			}
		}
	}
	rule := map[string]any{"action": "exclude", "field": "connector_id", "value": many(501, "#")}
	status, text := c.raw("POST", "/connect/v2/sessions/create-session", map[string]any{
		"configuration": map[string]any{"connector_filter": map[string]any{"rules": []any{rule, rule}}},
	})
	if status != 400 || !strings.Contains(string(text), "1000") {
		t.Errorf("a filter of 1002 values answers %d %s", status, text)
	}
}
