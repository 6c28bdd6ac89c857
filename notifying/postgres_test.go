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
func (f *fixture) node(address, owner string) {
	f.t.Helper()
	s, err := sqlstore.Open(context.Background(), address, sqlstore.Options{})
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { s.Close() })
	n, err := notifying.New(notifying.Options{Store: s, Vault: f.vault, Loopback: true})
	if err != nil {
		f.t.Fatal(err)
	}
	n.AddRouter(f.plain)
	w := working.New(working.Options{Store: s, Owner: owner})
	w.Handle(fairlead.DeliverWork, n.Deliver)
	f.run(w)
}

func TestNodesOverOneDatabaseKeepTheOrderAndDeliverOnce(t *testing.T) {
	t.Parallel()
	address := apptest.Postgres(t)
	f := newFixtureOn(t, address)
	var running, most, refused atomic.Int32
	r := f.receive(func(w http.ResponseWriter, _ *http.Request) {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		if refused.Add(1) <= 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	f.plain.deliverTo(often(r.URL))
	for _, owner := range []string{"one", "two", "three"} {
		f.node(address, owner)
	}
	const connections, each = 8, 15
	var publishers sync.WaitGroup
	for c := range connections {
		publishers.Go(func() {
			for i := range each {
				f.publish(fairlead.ConnectionID(fmt.Sprintf("con_%d", c)), fmt.Sprintf("%d %02d", c, i))
			}
		})
	}
	publishers.Wait()
	until(t, "every first attempt", func() bool { return len(r.all()) >= connections*each })
	f.advance(time.Minute)
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
