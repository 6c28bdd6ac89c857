package notifying_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

// counter counts how many are inside at once.
type counter struct{ now, most atomic.Int32 }

func (c *counter) enter() (leave func()) {
	n := c.now.Add(1)
	for m := c.most.Load(); n > m && !c.most.CompareAndSwap(m, n); m = c.most.Load() {
	}
	return func() { c.now.Add(-1) }
}

// releaser gives what closes a channel that a receiver waits at; the test's end does.
func (f *fixture) releaser(c chan struct{}) (release func()) {
	release = sync.OnceFunc(func() { close(c) })
	f.t.Cleanup(release)
	return release
}

// publishEach publishes one event of each of so many connections.
func (f *fixture) publishEach(connections int, status string) {
	f.t.Helper()
	for i := range connections {
		f.publish(fairlead.ConnectionID(fmt.Sprintf("con_%s_%d", status, i)), status)
	}
}

// change alters a delivery in the store.
func (f *fixture) change(id fairlead.EventID, change func(*fairlead.Delivery)) {
	f.t.Helper()
	n := f.only(id)
	change(&n)
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(f.app.Tenant, &n) })
}

func TestAReceiverMeetsSixteenPostsAtOnceWhileFortyGroupsWait(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var inside counter
	release := make(chan struct{})
	r := f.receive(func(http.ResponseWriter, *http.Request) {
		defer inside.enter()()
		<-release
	})
	free := f.releaser(release)
	f.endpoint(r.URL)
	f.publishEach(40, "x")
	f.background()
	until(t, "sixteen posts", func() bool { return inside.now.Load() == 16 })
	f.publishEach(5, "y") // time for more to come, if they did
	free()
	until(t, "all", func() bool { return len(r.all()) == 45 })
	if inside.most.Load() != 16 {
		t.Errorf("%d posts at once, want 16", inside.most.Load())
	}
}

func TestASlowPostDelaysItsOwnGroupOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	release := make(chan struct{})
	var slow atomic.Bool
	r := f.receiveOnce(func(http.ResponseWriter, *http.Request) {
		slow.Store(true)
		<-release
	})
	free := f.releaser(release)
	f.endpoint(r.URL)
	f.background()
	f.publish("con_slow", "slow", "behind it")
	until(t, "the slow post", slow.Load)
	for i := range 3 { // each while the slow one is under way
		f.publish("con_other", fmt.Sprint(i))
		until(t, "another group's", func() bool { return len(r.all()) == 2+i })
	}
	if is, want := r.statuses(), []string{"slow", "0", "1", "2"}; !slices.Equal(is, want) {
		t.Errorf("arrived as %v, want %v", is, want)
	}
	free()
	until(t, "what was behind it", func() bool { return len(r.all()) == 5 })
}

func TestManyDeliveriesBehindASlowPostHoldNoOtherGroupBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	release := make(chan struct{})
	var slow atomic.Bool
	r := f.receiveOnce(func(http.ResponseWriter, *http.Request) {
		slow.Store(true)
		<-release
	})
	free := f.releaser(release)
	f.endpoint(r.URL)
	const behind = 400 // several pages of the line
	f.update(func(tx *store.Tx) error {
		for i := range behind {
			e := fairlead.Event{
				Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventRecordsChanged, At: start,
				Connection: "con_slow", Status: fmt.Sprintf("%03d", i),
			}
			if err := f.notifying.Publish(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	f.background()
	until(t, "the slow post", slow.Load)
	for i := range 3 {
		f.publish("con_other", "other")
		until(t, "another group's", func() bool { return len(r.all()) == 2+i })
	}
	free()
	until(t, "all", func() bool { return len(r.all()) == behind+3 })
	if is := r.statuses(); !slices.IsSorted(slices.DeleteFunc(is, func(s string) bool { return s == "other" })) {
		t.Errorf("arrived as %v", is)
	}
}

func TestLongGroupsAreDeliveredInTheirOrderAndOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	const each = 130 // several times what is held of one group
	connections := []fairlead.ConnectionID{"con_a", "con_b", "con_c"}
	publish := func(c fairlead.ConnectionID, from, to int) {
		f.update(func(tx *store.Tx) error {
			for i := from; i < to; i++ {
				e := fairlead.Event{
					Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventRecordsChanged, At: start,
					Connection: c, Status: fmt.Sprintf("%s %03d", c, i),
				}
				if err := f.notifying.Publish(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	publish("con_a", 0, each/2)
	f.background()
	for _, c := range connections {
		first := 0
		if c == "con_a" {
			first = each / 2
		}
		for ; first < each; first += 13 {
			publish(c, first, min(first+13, each))
		}
	}
	until(t, "all deliveries", func() bool { return len(r.all()) >= each*len(connections) })
	f.quiet()
	arrived := map[string][]string{}
	for _, status := range r.statuses() {
		arrived[status[:5]] = append(arrived[status[:5]], status)
	}
	for c, list := range arrived {
		if len(list) != each || !slices.IsSorted(list) {
			t.Errorf("%d of %s arrived, in order: %v", len(list), c, slices.IsSorted(list))
		}
	}
}

func TestRetriesThatHangLeaveRoomForFirstAttempts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var again atomic.Bool
	var hanging, released atomic.Int32
	release := make(chan struct{})
	r := f.receive(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case req.URL.Path != "/sick":
		case again.Load():
			hanging.Add(1)
			<-release
			released.Add(1)
		default:
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	free := f.releaser(release)
	f.plain.deliverTo(often(r.URL + "/sick"))
	var ids []fairlead.EventID
	for i := range 30 {
		ids = append(ids, f.publish(fairlead.ConnectionID(fmt.Sprintf("con_%d", i)), "sick")...)
	}
	f.quiet()
	for _, id := range ids {
		f.change(id, func(n *fairlead.Delivery) { n.Next = start })
	}
	again.Store(true)
	f.plain.deliverTo(often(r.URL + "/well"))
	f.publish("con_1", "well")
	f.background()
	until(t, "retries to hang", func() bool { return hanging.Load() == 12 })
	f.publishEach(10, "well")
	until(t, "the first attempts", func() bool { return len(r.all()) == 30+12+11 })
	if n := hanging.Load(); n != 12 {
		t.Errorf("%d retries at once, want 12", n)
	}
	free()
	until(t, "all retries", func() bool { return released.Load() == 30 })
}

func TestARetryIsNotHeldBackByManyFirstAttempts(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receiveOnce(refusing(http.StatusBadGateway))
	f.endpoint(r.URL)
	id := f.publish("con_1", "again")[0]
	f.quiet()
	f.change(id, func(n *fairlead.Delivery) { n.Next = start })
	f.publishEach(150, "first")
	f.quiet()
	if at := slices.Index(r.statuses()[1:], "again"); at < 0 || at > 100 {
		t.Errorf("the retry came after %d first attempts", at)
	}
}

func TestAResentEventStandsByItsSequence(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	ids := f.publish("con_1", "one", "two", "three")
	f.quiet()
	f.publish("con_1", "four", "five")
	if _, err := f.notifying.Resend(t.Context(), f.app.Tenant, ids[1]); err != nil {
		t.Fatal(err)
	}
	f.quiet()
	if is, want := r.statuses()[3:], []string{"two", "four", "five"}; !slices.Equal(is, want) {
		t.Errorf("arrived as %v, want %v", is, want)
	}
}

func TestOfALinkFirstAttemptsAreInOrderBeforeThereIsAConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	want := numbers(30)
	f.update(func(tx *store.Tx) error {
		for _, status := range want {
			for _, link := range []fairlead.LinkID{"lnk_1", "lnk_2"} {
				e := fairlead.Event{
					Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventLinkOpened, At: start,
					Link: link, Status: string(link) + " " + status,
				}
				if err := f.notifying.Publish(tx, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	f.quiet()
	arrived := map[string][]string{}
	for _, status := range r.statuses() {
		arrived[status[:5]] = append(arrived[status[:5]], status[6:])
	}
	for _, link := range []string{"lnk_1", "lnk_2"} {
		if !slices.Equal(arrived[link], want) {
			t.Errorf("%s arrived as %v", link, arrived[link])
		}
	}
}

// broken is a store whose transactions fail while it is.
type broken struct {
	store.Store
	is atomic.Bool
}

func (b *broken) Update(ctx context.Context, fn func(*store.Tx) error) error {
	if b.is.Load() {
		return errors.New("the disk is full")
	}
	return b.Store.Update(ctx, fn)
}

func TestAnOutcomeThatCouldNotBeRecordedIsRecordedLaterAndNotDeliveredAgain(t *testing.T) {
	t.Parallel()
	var disk *broken
	f := newFixture(t, func(p *notifying.Options) {
		disk = &broken{Store: p.Store}
		p.Store = disk
	})
	var full atomic.Bool
	r := f.receive(func(http.ResponseWriter, *http.Request) { disk.is.Store(full.Load()) })
	full.Store(true)
	destination := often(r.URL)
	destination.Deterministic = true
	f.plain.deliverTo(destination)
	ids := f.publish("con_1", "one", "two", "three")
	if _, err := f.notifying.Deliver(t.Context(), f.claim()); err == nil {
		t.Fatal("the outcomes were recorded")
	}
	full.Store(false)
	disk.is.Store(false)
	if err := f.store.Queue().Release(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Minute)
	seen := r.statuses()
	if !slices.Equal(seen, []string{"one", "two", "three"}) {
		t.Errorf("arrived as %v, want each once in their order", seen)
	}
	for _, id := range ids {
		if n := f.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 {
			t.Errorf("the delivery is %s with %d attempts, want delivered with the one that was recorded", n.State, len(n.Attempts))
		}
	}
}

// TestWhatAKilledProcessWasAnsweredIsNotDeliveredAgain: its store never heard of the
// answer, its file of receipts did.
func TestWhatAKilledProcessWasAnsweredIsNotDeliveredAgain(t *testing.T) {
	t.Parallel()
	var disk *broken
	receipts := filepath.Join(t.TempDir(), "receipts.log")
	options := func(p *notifying.Options) {
		disk = &broken{Store: p.Store}
		p.Store, p.Receipts = disk, receipts
	}
	f := newFixture(t, options)
	r := f.receive(func(http.ResponseWriter, *http.Request) { disk.is.Store(true) })
	f.plain.deliverTo(often(r.URL))
	id := f.publish("con_1", "one")[0]
	if _, err := f.notifying.Deliver(t.Context(), f.claim()); err == nil {
		t.Fatal("the outcome was recorded")
	}
	if n := f.only(id); n.State != fairlead.DeliveryWaiting || len(r.all()) != 1 {
		t.Fatalf("the delivery is %s after %d posts, want waiting after one", n.State, len(r.all()))
	}
	f.start(options)
	if err := f.store.Queue().Release(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Minute)
	if n := f.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 || n.Attempts[0].Status != http.StatusOK {
		t.Errorf("the delivery is %s after %v", n.State, n.Attempts)
	}
	if n := len(r.all()); n != 1 {
		t.Errorf("%d posts, want one", n)
	}
}

// TestARunThatIsStoppedRecordsWhatWasAccepted stops a run once it has read one answer
// (there is a receipt of it) and while it waits for another.
func TestARunThatIsStoppedRecordsWhatWasAccepted(t *testing.T) {
	t.Parallel()
	receipts := filepath.Join(t.TempDir(), "receipts.log")
	f := newFixture(t, func(p *notifying.Options) { p.Receipts = receipts })
	ctx, stop := context.WithCancel(t.Context())
	r := f.receive(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/hangs" {
			<-req.Context().Done()
		}
	})
	f.plain.deliverTo(often(r.URL + "/answers"))
	accepted := f.publish("con_1", "accepted")[0]
	f.plain.deliverTo(often(r.URL + "/hangs"))
	hanging := f.publish("con_2", "hanging", "behind it")
	claimed := f.claim()
	delivered := make(chan error, 1)
	go func() {
		_, err := f.notifying.Deliver(ctx, claimed)
		delivered <- err
	}()
	until(t, "both posts, and one answer", func() bool {
		file, err := os.Stat(receipts)
		return err == nil && file.Size() > 0 && len(r.all()) == 2
	})
	stop()
	if err := <-delivered; !errors.Is(err, context.Canceled) {
		t.Errorf("Deliver: %v, want its end", err)
	}
	if n := f.only(accepted); n.State != fairlead.DeliveryDelivered {
		t.Errorf("what was accepted is %s", n.State)
	}
	for _, id := range hanging {
		if n := f.only(id); n.State != fairlead.DeliveryWaiting || len(n.Attempts) != 0 {
			t.Errorf("what was not is %s after %d attempts, want waiting after none", n.State, len(n.Attempts))
		}
	}
	if len(r.all()) != 2 {
		t.Errorf("%d posts, want the one behind to wait", len(r.all()))
	}
}

func TestAnEndpointThatIsGoneIsSentNothingMore(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	f.endpoint(r.URL)
	ids := f.publish("con_1", numbers(40)...)
	f.quiet()
	if posts := len(r.all()); posts != 1 {
		t.Errorf("%d posts, want one", posts)
	}
	for i, id := range ids {
		want := fairlead.DeliveryDropped
		if i == 0 {
			want = fairlead.DeliveryFailed
		}
		if n := f.only(id); n.State != want {
			t.Errorf("delivery %d is %s, want %s", i, n.State, want)
		}
	}
}

func TestAnEndpointThatIsDisabledDuringABurstIsSentNothingMore(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	disabled := make(chan struct{})
	r := f.receive(func(http.ResponseWriter, *http.Request) { <-disabled })
	free := f.releaser(disabled)
	endpoint := f.endpoint(r.URL).Endpoint
	f.background()
	f.publish("con_1", "one", "two")
	until(t, "the first post", func() bool { return len(r.all()) == 1 })
	_, err := f.notifying.ChangeEndpoint(t.Context(), f.app, endpoint.ID, func(e *fairlead.Endpoint) error { e.Disabled = "yes"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now() // until what was loaded with the first one is too old
	until(t, "the second to be old", func() bool { return time.Since(old) > 1100*time.Millisecond })
	free()
	f.quiet()
	if is := r.statuses(); !slices.Equal(is, []string{"one"}) {
		t.Errorf("arrived: %v", is)
	}
}

// selective is plain, and says what it needs.
type selective struct {
	*plain
	need   notifying.Load
	needed atomic.Int32
	seen   atomic.Pointer[notifying.EventContext]
}

func (d *selective) Name() string                        { return "selective" }
func (d *selective) Needs(fairlead.Event) notifying.Load { return d.need }
func (d *selective) Route(h notifying.EventContext) []fairlead.Destination {
	d.needed.Add(1)
	d.seen.Store(&h)
	return d.plain.Route(h)
}

func TestADialectIsGivenWhatItSaysItNeeds(t *testing.T) {
	t.Parallel()
	for need, want := range map[notifying.Load]struct {
		needed     int32
		connection bool
	}{notifying.Nothing: {0, false}, notifying.EventAlone: {1, false}, notifying.LoadAll: {1, true}} {
		t.Run(fmt.Sprint(need), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			r := f.receive(nil)
			f.plain.deliverTo([]fairlead.Destination{}...)
			hinting := &selective{plain: &plain{destinations: []fairlead.Destination{once(r.URL)}}, need: need}
			var err error
			if f.notifying, err = notifying.New(notifying.Options{Store: f.store, Vault: f.vault, Loopback: true}); err != nil {
				t.Fatal(err)
			}
			f.notifying.AddRouter(hinting)
			f.working.HandleKeys(fairlead.DeliverWork, "127", f.notifying.Deliver)
			f.update(func(tx *store.Tx) error {
				return tx.Connections.Put(f.app.Tenant, &fairlead.Connection{ID: "con_1", Tenant: f.app.Tenant, Application: f.app.ID, Created: start})
			})
			f.publish("con_1", "hello")
			f.quiet()
			if n := hinting.needed.Load(); n != want.needed || len(r.all()) != int(want.needed) {
				t.Errorf("needed %d times, %d posts; want %d", n, len(r.all()), want.needed)
			}
			if h := hinting.seen.Load(); h != nil && (h.Application.ID != f.app.ID || (h.Connection != nil) != want.connection) {
				t.Errorf("planned with %+v", h)
			}
		})
	}
}
