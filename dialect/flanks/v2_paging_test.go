package flanks_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
)

// everything reads a list of the newer API page by page.
func (c client) everything(path string, query map[string]any) (items []map[string]any, pages int) {
	c.app.T.Helper()
	var token *string
	for pages = 1; ; pages++ {
		var page struct {
			Items []map[string]any
			Next  *string `json:"next_page_token"`
		}
		c.call("POST", path, map[string]any{"query": query, "page_token": token}, &page)
		if len(page.Items) > 100 {
			c.app.T.Errorf("a page of %s has %d items", path, len(page.Items))
		}
		items = append(items, page.Items...)
		if token = page.Next; token == nil || pages > 500 {
			return items, pages
		}
	}
}

func TestTheNewerListsHoldWhatTheOlderOnesDo(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	want := map[string]map[any]bool{"products": {}, "transactions": {}}
	for _, person := range []string{"good", "NO_ACCOUNTS", "PRODUCT_FAILS_loans"} {
		token := c.linked(person)
		for path, list := range map[string]string{
			"account": "products", "card": "products", "investment": "products", "liability": "products",
			"data": "transactions", "card/transaction": "transactions", "investment/transaction": "transactions", "liability/transaction": "transactions",
		} {
			for _, item := range c.list(path, map[string]any{"credentials_token": token, "ignore_data_error": true}) {
				want[list][item["_id"]] = true
			}
		}
	}
	for list, id := range map[string]string{"products": "product_id", "transactions": "transaction_id"} {
		items, pages := c.everything("/aggregation/v2/list-"+list, map[string]any{})
		seen := map[any]bool{}
		for _, item := range items {
			if seen[item[id]] {
				t.Errorf("%v comes twice in %s", item[id], list)
			}
			if seen[item[id]] = true; !want[list][item[id]] {
				t.Errorf("%v is in %s alone", item[id], list)
			}
		}
		if len(seen) != len(want[list]) || list == "transactions" && pages < 5 {
			t.Errorf("%d pages of %s hold %d things, the older lists %d", pages, list, len(seen), len(want[list]))
		}
	}
}

// idsOf are the ids of items.
func idsOf(items []map[string]any, name string) map[any]bool {
	ids := map[any]bool{}
	for _, item := range items {
		ids[item[name]] = true
	}
	return ids
}

func TestAPageTokenOutlivesTheConnectionThatItStandsIn(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	of := []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}
	gone, stays := c.linked("good", of...), c.linked("other", of...)
	query := map[string]any{"product_type_in": []string{"Account", "Card"}}
	stayed := map[string]any{"connection_id_in": []string{stays}, "product_type_in": []string{"Account", "Card"}}
	movements, _ := c.everything("/aggregation/v2/list-transactions", stayed)
	products, _ := c.everything("/aggregation/v2/list-products", stayed)
	both := map[string]any{"connection_id_in": []string{gone, stays}, "product_type_in": []string{"Account", "Card"}}
	type page struct {
		Items []map[string]any
		Next  *string `json:"next_page_token"`
	}
	var first, named page
	c.call("POST", "/aggregation/v2/list-transactions", map[string]any{"query": query}, &first)
	c.call("POST", "/aggregation/v2/list-transactions", map[string]any{"query": both}, &named)
	if first.Next == nil || named.Next == nil || first.Items[0]["connection_id"] != gone {
		t.Fatalf("the first page does not end in %s: %v", gone, first)
	}
	inProducts := flanks.PageToken("products", query, "", gone, "", "z")
	c.call("DELETE", "/v0/bank/credentials", map[string]any{"credentials_token": gone}, nil)
	rest := func(path string, query map[string]any, token *string) (items []map[string]any) {
		for token != nil {
			var next page
			c.call("POST", path, map[string]any{"query": query, "page_token": token}, &next)
			items, token = append(items, next.Items...), next.Next
		}
		return items
	}
	for name, got := range map[string][]map[string]any{
		"all connections": rest("/aggregation/v2/list-transactions", query, first.Next), "named ones": rest("/aggregation/v2/list-transactions", both, named.Next),
	} {
		if ids := idsOf(got, "transaction_id"); len(got) != len(movements) || len(ids) != len(movements) {
			t.Errorf("after the page of a connection that is gone since, %s have %d transactions (%d twice), want %d", name, len(got), len(got)-len(ids), len(movements))
		}
	}
	if got := rest("/aggregation/v2/list-products", query, &inProducts); len(got) != len(products) {
		t.Errorf("after the page of a connection that is gone since come %d products, want %d", len(got), len(products))
	}
}

func TestAPartThatIsGoneDoesNotTakeTheNextWithIt(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	conn := c.linked("good", fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions)
	var products []any
	for _, path := range []string{"account", "investment"} {
		for _, item := range c.list(path, map[string]any{"credentials_token": conn}) {
			products = append(products, item["_id"])
		}
	}
	query := map[string]any{"product_id_in": products}
	all, _ := c.everything("/aggregation/v2/list-transactions", query)
	token := flanks.PageToken("transactions", query, "", conn, "1acc_", "x") // of an account before all others
	var got []map[string]any
	for next := &token; next != nil; {
		var page struct {
			Items []map[string]any
			Next  *string `json:"next_page_token"`
		}
		c.call("POST", "/aggregation/v2/list-transactions", map[string]any{"query": query, "page_token": next}, &page)
		got, next = append(got, page.Items...), page.Next
	}
	if len(all) == 0 || len(got) != len(all) {
		t.Errorf("behind an account that is gone come %d transactions, want %d", len(got), len(all))
	}
}

func TestAPageTokenIsOfOneListAndOneQuery(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	c.linked("good", fairlead.ProductAccounts, fairlead.ProductTransactions)
	var page struct {
		Next *string `json:"next_page_token"`
	}
	query := map[string]any{"product_type_in": []string{"Account"}}
	c.call("POST", "/aggregation/v2/list-transactions", map[string]any{"query": query}, &page)
	if page.Next == nil {
		t.Fatal("there is no second page")
	}
	none := map[string]any{}
	for name, try := range map[string]struct {
		path, token string
		query       map[string]any
	}{
		"another list":       {"/aggregation/v2/list-products", *page.Next, query},
		"another query":      {"/aggregation/v2/list-transactions", *page.Next, map[string]any{"product_type_in": []string{"Card"}}},
		"no query":           {"/aggregation/v2/list-transactions", *page.Next, none},
		"a part of it":       {"/aggregation/v2/list-transactions", (*page.Next)[:len(*page.Next)-5], query},
		"no token":           {"/connect/v2/sessions/list-sessions", "1", none},
		"one too long":       {"/connect/v2/connectors/list-connectors", strings.Repeat("A", 5000), none},
		"a made-up place":    {"/aggregation/v2/list-transactions", flanks.PageToken("transactions", query, "", "con_x", "1", "made up"), query},
		"a made-up cursor":   {"/aggregation/v2/list-products", flanks.PageToken("products", none, "made up", "", "", ""), none},
		"another's position": {"/aggregation/v2/list-transactions", flanks.PageToken("transactions", none, "made up", "", "", ""), none},
	} {
		status, body := c.raw("POST", try.path, map[string]any{"query": try.query, "page_token": try.token})
		if name == "a made-up place" { // of a connection that is not there: the list from its beginning
			if status != 200 {
				t.Errorf("%s answers %d %s", name, status, body)
			}
			continue
		}
		if status != 400 || !strings.Contains(string(body), `"field":"page_token"`) {
			t.Errorf("%s answers %d %s", name, status, body)
		}
	}
}
