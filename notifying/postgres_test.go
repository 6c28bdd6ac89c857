package notifying_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/working"
)

// node is another process over the same database, with a store of its own.
func (o *office) node(address, owner string) {
	o.t.Helper()
	s, err := sqlstore.Open(context.Background(), address, sqlstore.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { s.Close() })
	n, err := notifying.New(notifying.Options{Store: s, Vault: o.vault, Loopback: true})
	if err != nil {
		o.t.Fatal(err)
	}
	n.AddRouter(o.plain)
	w := working.New(working.Options{Store: s, Owner: owner})
	w.Handle(fairlead.DeliverWork, n.Deliver)
	o.run(w)
}

func TestNodesOverOneDatabaseKeepTheOrderAndTellOnce(t *testing.T) {
	t.Parallel()
	address := apptest.Postgres(t)
	o := newOfficeOn(t, address)
	var running, most, refused atomic.Int32
	r := o.receive(func(w http.ResponseWriter, _ *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if refused.Add(1) <= 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	o.plain.tellTo(often(r.URL))
	for _, owner := range []string{"one", "two", "three"} {
		o.node(address, owner)
	}
	const connections, each = 8, 15
	var tellers sync.WaitGroup
	for c := range connections {
		tellers.Go(func() {
			for i := range each {
				o.tell(fairlead.ConnectionID(fmt.Sprintf("con_%d", c)), fmt.Sprintf("%d %02d", c, i))
			}
		})
	}
	tellers.Wait()
	until(t, "every first attempt", func() bool { return len(r.all()) >= connections*each })
	o.advance(time.Minute)
	firsts := map[string][]string{}
	seen := map[string]int{}
	for _, status := range r.statuses() {
		if seen[status]++; seen[status] == 1 {
			firsts[status[:1]] = append(firsts[status[:1]], status)
		}
	}
	for c, list := range firsts {
		if len(list) != each || !slices.IsSorted(list) {
			t.Errorf("connection %s arrived as %v", c, list)
		}
	}
	if posts := len(r.all()); len(firsts) != connections || posts != connections*each+3 {
		t.Errorf("%d posts over %d connections, want %d: each once, and the three that were refused again", posts, len(firsts), connections*each+3)
	}
	if most.Load() > 16 {
		t.Errorf("the receiver met %d posts at once, want at most 16 over all nodes", most.Load())
	}
}
