package notifying_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

// lingers makes runs stay until somebody waits for them.
func lingers(o *notifying.Options) { o.Linger = time.Hour }

func TestWhatIsCommittedWhileARunStaysIsDeliveredOnceAndInOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t, lingers)
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.background()
	f.publish("con_first", "con_first 000")
	until(t, "the first", func() bool { return len(r.all()) == 1 })
	const connections, each = 6, 80
	var publishers sync.WaitGroup
	for c := range connections {
		publishers.Go(func() {
			id := fairlead.ConnectionID(fmt.Sprintf("con_%d", c))
			for i := range each {
				f.publish(id, fmt.Sprintf("%s %03d", id, i))
			}
		})
	}
	publishers.Wait()
	f.quiet() // returns: a run that only waits for more ends when a clock waits for it
	arrived := r.statuses()
	if len(arrived) != 1+connections*each {
		t.Errorf("%d posts, want %d", len(arrived), 1+connections*each)
	}
	for c := range connections {
		own := slices.DeleteFunc(slices.Clone(arrived), func(s string) bool { return !strings.HasPrefix(s, fmt.Sprintf("con_%d ", c)) })
		if len(own) != each || !slices.IsSorted(own) {
			t.Errorf("of connection %d arrived %v", c, own)
		}
	}
}

func TestMoreThanIsHeldInMemoryIsReadFromTheQueue(t *testing.T) {
	t.Parallel()
	f := newFixture(t, lingers)
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.background()
	f.publish("con_first", "first")
	until(t, "the first", func() bool { return len(r.all()) == 1 })
	const transactions, each = 7, 400 // more than is held for one run
	for n := range transactions {
		f.update(func(tx *store.Tx) error {
			for i := range each {
				e := fairlead.Event{
					Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventRecordsChanged, At: start,
					Connection: fairlead.ConnectionID(fmt.Sprintf("con_%d", i%3)), Status: fmt.Sprintf("%04d", n*each+i),
				}
				if err := f.notifying.Publish(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	f.quiet()
	arrived := r.statuses()
	if len(arrived) != 1+transactions*each {
		t.Errorf("%d posts, want %d", len(arrived), 1+transactions*each)
	}
	for c := range 3 {
		var own []string
		for _, s := range arrived[1:] {
			if n, err := strconv.Atoi(s); err != nil || n%each%3 == c {
				own = append(own, s)
			}
		}
		if !slices.IsSorted(own) {
			t.Errorf("of connection %d arrived %v", c, own)
		}
	}
}
