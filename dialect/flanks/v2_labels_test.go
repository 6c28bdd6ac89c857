package flanks_test

import (
	"fmt"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestLabelsThatAreSetAtOnceAreThoseOfOne(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := enter(apptest.Start(t, options...))
		c.linked("empty-handed", fairlead.ProductAccounts)
		items, _ := c.everything("/aggregation/v2/list-products", map[string]any{})
		id := items[0]["product_id"]
		statuses := c.atOnce(16, func(n int) (string, any) {
			return "/aggregation/v2/set-product-labels", map[string]any{"product_id": id, "labels": map[string]string{"by": fmt.Sprint(n), "too": fmt.Sprint(n)}}
		})
		if statuses[200] != 16 {
			t.Errorf("16 at once answered %v", statuses)
		}
		items, _ = c.everything("/aggregation/v2/list-products", map[string]any{"product_id_in": []any{id}})
		set, _ := items[0]["labels"].(map[string]any)
		if len(set) != 2 || set["by"] != set["too"] {
			t.Errorf("the labels are %v", set)
		}
	})
}

func TestLabelsAndWhatWasForcedAreErasedWithThePersonsData(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	token := c.linked("empty-handed", fairlead.ProductAccounts)
	items, _ := c.everything("/aggregation/v2/list-products", map[string]any{})
	c.call("POST", "/aggregation/v2/set-product-labels", map[string]any{"product_id": items[0]["product_id"], "labels": map[string]string{"desk": "7"}}, nil)
	c.call("PUT", "/v0/bank/credentials/status", map[string]any{"credentials_token": token, "force": "sca"}, nil)
	tenant := devTenant(t, c.app)
	noted := func() int {
		page, err := c.app.Server.Verbs.Notes.KV("flanks").List(t.Context(), tenant, "", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		return len(page)
	}
	if n := noted(); n != 2 {
		t.Fatalf("%d notes are stored", n)
	}
	c.app.Call("DELETE", "/persons/empty-handed", nil, nil)
	c.app.Until("nothing of it is left", func() bool { return noted() == 0 })
}
