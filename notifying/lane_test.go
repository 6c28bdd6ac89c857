package notifying_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

// crowd counts how many are inside at once.
type crowd struct{ now, most atomic.Int32 }

func (c *crowd) enter() (leave func()) {
	n := c.now.Add(1)
	for m := c.most.Load(); n > m && !c.most.CompareAndSwap(m, n); m = c.most.Load() {
	}
	return func() { c.now.Add(-1) }
}

// gate gives what opens a channel that a receiver waits at; the test's end does.
func (o *office) gate(c chan struct{}) (open func()) {
	open = sync.OnceFunc(func() { close(c) })
	o.t.Cleanup(open)
	return open
}

// tellEach tells one event of each of so many connections.
func (o *office) tellEach(connections int, status string) {
	o.t.Helper()
	for i := range connections {
		o.tell(fairlead.ConnectionID(fmt.Sprintf("con_%s_%d", status, i)), status)
	}
}

// change alters a notice in the store.
func (o *office) change(id fairlead.EventID, change func(*fairlead.Delivery)) {
	o.t.Helper()
	n := o.only(id)
	change(&n)
	o.update(func(tx *store.Tx) error { return tx.Deliveries.Put(o.app.Tenant, &n) })
}

func TestAReceiverMeetsSixteenPostsAtOnceWhileFortyStreamsWait(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var inside crowd
	release := make(chan struct{})
	r := o.receive(func(http.ResponseWriter, *http.Request) {
		defer inside.enter()()
		<-release
	})
	free := o.gate(release)
	o.endpoint(r.URL)
	o.tellEach(40, "x")
	o.background()
	until(t, "sixteen posts", func() bool { return inside.now.Load() == 16 })
	o.tellEach(5, "y") // time for more to come, if they did
	free()
	until(t, "all", func() bool { return len(r.all()) == 45 })
	if inside.most.Load() != 16 {
		t.Errorf("%d posts at once, want 16", inside.most.Load())
	}
}

func TestASlowPostDelaysItsOwnStreamOnly(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	release := make(chan struct{})
	var slow atomic.Bool
	r := o.receiveOnce(func(http.ResponseWriter, *http.Request) {
		slow.Store(true)
		<-release
	})
	free := o.gate(release)
	o.endpoint(r.URL)
	o.background()
	o.tell("con_slow", "slow", "behind it")
	until(t, "the slow post", slow.Load)
	for i := range 3 { // each while the slow one is under way
		o.tell("con_other", fmt.Sprint(i))
		until(t, "another stream's", func() bool { return len(r.all()) == 2+i })
	}
	if is, want := r.statuses(), []string{"slow", "0", "1", "2"}; !slices.Equal(is, want) {
		t.Errorf("arrived as %v, want %v", is, want)
	}
	free()
	until(t, "what was behind it", func() bool { return len(r.all()) == 5 })
}

func TestManyNoticesBehindASlowPostHoldNoOtherStreamBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	release := make(chan struct{})
	var slow atomic.Bool
	r := o.receiveOnce(func(http.ResponseWriter, *http.Request) {
		slow.Store(true)
		<-release
	})
	free := o.gate(release)
	o.endpoint(r.URL)
	const behind = 400 // several pages of the line
	o.update(func(tx *store.Tx) error {
		for i := range behind {
			e := fairlead.Event{
				Tenant: o.app.Tenant, Application: o.app.ID, Kind: fairlead.EventRecordsChanged, At: start,
				Connection: "con_slow", Status: fmt.Sprintf("%03d", i),
			}
			if err := o.notifying.Publish(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	o.background()
	until(t, "the slow post", slow.Load)
	for i := range 3 {
		o.tell("con_other", "other")
		until(t, "another stream's", func() bool { return len(r.all()) == 2+i })
	}
	free()
	until(t, "all", func() bool { return len(r.all()) == behind+3 })
	if is := r.statuses(); !slices.IsSorted(slices.DeleteFunc(is, func(s string) bool { return s == "other" })) {
		t.Errorf("arrived as %v", is)
	}
}

func TestLongStreamsAreToldInTheirOrderAndOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(nil)
	o.endpoint(r.URL)
	const each = 130 // several times what is held of one stream
	connections := []fairlead.ConnectionID{"con_a", "con_b", "con_c"}
	tell := func(c fairlead.ConnectionID, from, to int) {
		o.update(func(tx *store.Tx) error {
			for i := from; i < to; i++ {
				e := fairlead.Event{
					Tenant: o.app.Tenant, Application: o.app.ID, Kind: fairlead.EventRecordsChanged, At: start,
					Connection: c, Status: fmt.Sprintf("%s %03d", c, i),
				}
				if err := o.notifying.Publish(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
	}
	tell("con_a", 0, each/2)
	o.background()
	for _, c := range connections {
		first := 0
		if c == "con_a" {
			first = each / 2
		}
		for ; first < each; first += 13 {
			tell(c, first, min(first+13, each))
		}
	}
	until(t, "all notices", func() bool { return len(r.all()) >= each*len(connections) })
	o.quiet()
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
	o := newOffice(t)
	var again atomic.Bool
	var hanging, released atomic.Int32
	release := make(chan struct{})
	r := o.receive(func(w http.ResponseWriter, req *http.Request) {
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
	free := o.gate(release)
	o.plain.tellTo(often(r.URL + "/sick"))
	var ids []fairlead.EventID
	for i := range 30 {
		ids = append(ids, o.tell(fairlead.ConnectionID(fmt.Sprintf("con_%d", i)), "sick")...)
	}
	o.quiet()
	for _, id := range ids {
		o.change(id, func(n *fairlead.Delivery) { n.Next = start })
	}
	again.Store(true)
	o.plain.tellTo(often(r.URL + "/well"))
	o.tell("con_1", "well")
	o.background()
	until(t, "retries to hang", func() bool { return hanging.Load() == 12 })
	o.tellEach(10, "well")
	until(t, "the first attempts", func() bool { return len(r.all()) == 30+12+11 })
	if n := hanging.Load(); n != 12 {
		t.Errorf("%d retries at once, want 12", n)
	}
	free()
	until(t, "all retries", func() bool { return released.Load() == 30 })
}

func TestARetryIsNotHeldBackByManyFirstAttempts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receiveOnce(refusing(http.StatusBadGateway))
	o.endpoint(r.URL)
	id := o.tell("con_1", "again")[0]
	o.quiet()
	o.change(id, func(n *fairlead.Delivery) { n.Next = start })
	o.tellEach(150, "first")
	o.quiet()
	if at := slices.Index(r.statuses()[1:], "again"); at < 0 || at > 100 {
		t.Errorf("the retry came after %d first attempts", at)
	}
}

func TestAResentEventStandsInLineByItsSequence(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(nil)
	o.endpoint(r.URL)
	ids := o.tell("con_1", "one", "two", "three")
	o.quiet()
	o.tell("con_1", "four", "five")
	if _, err := o.notifying.Resend(t.Context(), o.app.Tenant, ids[1]); err != nil {
		t.Fatal(err)
	}
	o.quiet()
	if is, want := r.statuses()[3:], []string{"two", "four", "five"}; !slices.Equal(is, want) {
		t.Errorf("arrived as %v, want %v", is, want)
	}
}

func TestOfALinkFirstAttemptsAreInOrderBeforeThereIsAConnection(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(nil)
	o.endpoint(r.URL)
	want := numbers(30)
	o.update(func(tx *store.Tx) error {
		for _, status := range want {
			for _, link := range []fairlead.LinkID{"lnk_1", "lnk_2"} {
				e := fairlead.Event{
					Tenant: o.app.Tenant, Application: o.app.ID, Kind: fairlead.EventLinkOpened, At: start,
					Link: link, Status: string(link) + " " + status,
				}
				if err := o.notifying.Publish(tx, e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	o.quiet()
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

func TestAnOutcomeThatCouldNotBeRecordedIsToldAgain(t *testing.T) {
	t.Parallel()
	var disk *broken
	o := newOffice(t, func(p *notifying.Options) {
		disk = &broken{Store: p.Store}
		p.Store = disk
	})
	var posts atomic.Int32
	r := o.receive(func(http.ResponseWriter, *http.Request) {
		disk.is.Store(posts.Add(1) <= 2)
	})
	target := often(r.URL)
	target.Derived = true
	o.plain.tellTo(target)
	ids := o.tell("con_1", "one", "two", "three")
	disk.is.Store(false)
	o.advance(time.Minute)
	seen := r.statuses()
	if last := seen[len(seen)-3:]; !slices.Equal(last, []string{"one", "two", "three"}) || seen[0] != "one" || len(seen) < 4 {
		t.Errorf("arrived as %v, want all again in their order", seen)
	}
	for _, id := range ids {
		if n := o.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 {
			t.Errorf("the notice is %s with %d attempts, want delivered with the one that was recorded", n.State, len(n.Attempts))
		}
	}
}

func TestARunThatIsStoppedRecordsWhatWasAccepted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx, stop := context.WithCancel(t.Context())
	r := o.receive(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/hangs" {
			<-req.Context().Done()
		}
	})
	o.plain.tellTo(often(r.URL + "/answers"))
	accepted := o.tell("con_1", "accepted")[0]
	o.plain.tellTo(often(r.URL + "/hangs"))
	hanging := o.tell("con_2", "hanging", "behind it")
	claimed, err := o.store.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "node", Now: time.Now(), Lease: time.Hour, Limit: 1})
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %v, %v", claimed, err)
	}
	go func() {
		until(t, "both posts", func() bool { return len(r.all()) == 2 })
		stop()
	}()
	if _, err := o.notifying.Deliver(ctx, claimed[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("Deliver: %v, want its end", err)
	}
	if n := o.only(accepted); n.State != fairlead.DeliveryDelivered {
		t.Errorf("what was accepted is %s", n.State)
	}
	for _, id := range hanging {
		if n := o.only(id); n.State != fairlead.DeliveryWaiting || len(n.Attempts) != 0 {
			t.Errorf("what was not is %s after %d attempts, want waiting after none", n.State, len(n.Attempts))
		}
	}
	if len(r.all()) != 2 {
		t.Errorf("%d posts, want the one behind to wait", len(r.all()))
	}
}

func TestAnEndpointThatIsGoneIsToldNothingMore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	o.endpoint(r.URL)
	ids := o.tell("con_1", numbers(40)...)
	o.quiet()
	if posts := len(r.all()); posts != 1 {
		t.Errorf("%d posts, want one", posts)
	}
	for i, id := range ids {
		want := fairlead.DeliveryDropped
		if i == 0 {
			want = fairlead.DeliveryFailed
		}
		if n := o.only(id); n.State != want {
			t.Errorf("notice %d is %s, want %s", i, n.State, want)
		}
	}
}

func TestAnEndpointThatIsDisabledDuringABurstIsToldNothingMore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	disabled := make(chan struct{})
	r := o.receive(func(http.ResponseWriter, *http.Request) { <-disabled })
	free := o.gate(disabled)
	endpoint := o.endpoint(r.URL).Endpoint
	o.background()
	o.tell("con_1", "one", "two")
	until(t, "the first post", func() bool { return len(r.all()) == 1 })
	_, err := o.notifying.ChangeEndpoint(t.Context(), o.app, endpoint.ID, func(e *fairlead.Endpoint) error { e.Disabled = "yes"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	old := time.Now() // until what was loaded with the first one is too old
	until(t, "the second to be old", func() bool { return time.Since(old) > 1100*time.Millisecond })
	free()
	o.quiet()
	if is := r.statuses(); !slices.Equal(is, []string{"one"}) {
		t.Errorf("arrived: %v", is)
	}
}

// frugal is plain, and says what it needs.
type frugal struct {
	*plain
	need  notifying.Load
	asked atomic.Int32
	seen  atomic.Pointer[notifying.EventContext]
}

func (f *frugal) Name() string                        { return "frugal" }
func (f *frugal) Needs(fairlead.Event) notifying.Load { return f.need }
func (f *frugal) Route(h notifying.EventContext) []fairlead.Destination {
	f.asked.Add(1)
	f.seen.Store(&h)
	return f.plain.Route(h)
}

func TestADialectIsGivenWhatItSaysItNeeds(t *testing.T) {
	t.Parallel()
	for need, want := range map[notifying.Load]struct {
		asked      int32
		connection bool
	}{notifying.Nothing: {0, false}, notifying.EventAlone: {1, false}, notifying.LoadAll: {1, true}} {
		t.Run(fmt.Sprint(need), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			r := o.receive(nil)
			o.plain.tellTo([]fairlead.Destination{}...)
			f := &frugal{plain: &plain{targets: []fairlead.Destination{once(r.URL)}}, need: need}
			var err error
			if o.notifying, err = notifying.New(notifying.Options{Store: o.store, Vault: o.vault, Loopback: true}); err != nil {
				t.Fatal(err)
			}
			o.notifying.AddRouter(f)
			o.working.HandleKeys(fairlead.DeliverWork, "127", o.notifying.Deliver)
			o.update(func(tx *store.Tx) error {
				return tx.Connections.Put(o.app.Tenant, &fairlead.Connection{ID: "con_1", Tenant: o.app.Tenant, Application: o.app.ID, Created: start})
			})
			o.tell("con_1", "hello")
			o.quiet()
			if n := f.asked.Load(); n != want.asked || len(r.all()) != int(want.asked) {
				t.Errorf("asked %d times, %d posts; want %d", n, len(r.all()), want.asked)
			}
			if h := f.seen.Load(); h != nil && (h.Application.ID != o.app.ID || (h.Connection != nil) != want.connection) {
				t.Errorf("planned with %+v", h)
			}
		})
	}
}
