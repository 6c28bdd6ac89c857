package notifying_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// trap fails once when it is set, and says that it did.
type trap struct {
	set    atomic.Bool
	failed chan struct{}
	open   func()
}

func newTrap() *trap {
	t := &trap{failed: make(chan struct{})}
	t.open = sync.OnceFunc(func() { close(t.failed) })
	return t
}

func (t *trap) step() error {
	if !t.set.CompareAndSwap(true, false) {
		return nil
	}
	t.open()
	return errors.New("not now")
}

// unread is a store that fails to read.
type unread struct {
	store.Store
	trap *trap
}

func (u unread) View(ctx context.Context, fn func(*store.Tx) error) error {
	if err := u.trap.step(); err != nil {
		return err
	}
	return u.Store.View(ctx, fn)
}

// unsealing is a vault that fails to seal.
type unsealing struct {
	vault.Full
	trap *trap
}

func (u unsealing) SealRoot(at vault.Location, plain []byte) (fairlead.Sealed, error) {
	if err := u.trap.step(); err != nil {
		return nil, err
	}
	return u.Full.SealRoot(at, plain)
}

// claim takes the one queue that is due, as a node does.
func (f *fixture) claim() fairlead.Work {
	f.t.Helper()
	claimed, err := f.store.Queue().Claim(f.t.Context(), store.ClaimRequest{Owner: "node", Now: time.Now(), Lease: time.Hour, Limit: 1})
	if err != nil || len(claimed) != 1 {
		f.t.Fatalf("claimed %v, %v", claimed, err)
	}
	return claimed[0]
}

// Posts are under way when something fails once; the receiver accepts them after
// that.
func TestAFailureLosesNoOutcomeOfWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*notifying.Options, *trap){
		"reading": func(p *notifying.Options, trap *trap) { p.Store = unread{p.Store, trap} },
		"sealing": func(p *notifying.Options, trap *trap) { p.Vault = unsealing{p.Vault, trap} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trap := newTrap()
			f := newFixture(t, func(p *notifying.Options) { set(p, trap) })
			t.Cleanup(trap.open)
			r := f.receive(func(_ http.ResponseWriter, req *http.Request) {
				select {
				case <-trap.failed:
				case <-req.Context().Done():
				}
			})
			fresh, stored := often(r.URL), often(r.URL)
			fresh.Rerender = true
			f.plain.deliverTo(fresh)
			var ids []fairlead.EventID
			for i := range 3 {
				ids = append(ids, f.publish(fairlead.ConnectionID(fmt.Sprintf("con_%d", i)), fmt.Sprint(i))...)
			}
			behind := f.publish("con_0", "behind")[0]
			ended := make(chan error, 1)
			work := f.claim()
			go func() {
				_, err := f.notifying.Deliver(t.Context(), work)
				ended <- err
			}()
			until(t, "the posts", func() bool { return len(r.all()) == 3 })
			trap.set.Store(true)
			if name == "sealing" {
				f.plain.deliverTo(stored)
				f.publish("con_9", "sealed")
			}
			if err := <-ended; err == nil || !strings.Contains(err.Error(), "not now") {
				t.Errorf("the run ended with %v, want what failed", err)
			}
			for _, id := range ids {
				if n := f.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 {
					t.Errorf("what was accepted is %s after %d attempts", n.State, len(n.Attempts))
				}
			}
			if n := f.only(behind); n.State != fairlead.DeliveryWaiting || len(r.all()) != 3 {
				t.Errorf("the one behind is %s, after %d posts: want it to wait", n.State, len(r.all()))
			}
		})
	}
}

func TestADeliveryWhoseDeliveringPanicsHoldsNothingBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(p *notifying.Options) {
		p.Signing = func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error) {
			panic(canary)
		}
	})
	r := f.receive(nil)
	bad := often(r.URL)
	bad.Signing = fairlead.Signing{Scheme: fairlead.SignHMACHex, ApplicationKey: true, Header: "X-Signature"}
	f.plain.deliverTo(bad)
	id := f.publish("con_1", "bad")[0]
	f.plain.deliverTo(often(r.URL))
	f.publish("con_1", "good")
	f.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is, []string{"good"}) {
		t.Errorf("arrived: %v, want the good one", is)
	}
	if n := f.only(id); n.State != fairlead.DeliveryFailed || len(n.Attempts) != 6 {
		t.Errorf("the bad one is %s after %d attempts, want failed after 6", n.State, len(n.Attempts))
	}
}

func TestADeliveryWhoseEventCanNotBeReadHoldsNothingBack(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "test.db")
	f := newFixtureOn(t, "sqlite://"+file)
	r := f.receive(nil)
	f.plain.deliverTo(often(r.URL))
	ids := f.publish("con_1", "one", "two", "three")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA busy_timeout = 5000; UPDATE events SET body = '[]' WHERE id = ?", string(ids[1])); err != nil {
		t.Fatal(err)
	}
	f.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is, []string{"one", "three"}) {
		t.Errorf("arrived: %v, want the other two", is)
	}
	if n := f.only(ids[1]); n.State != fairlead.DeliveryFailed || len(n.Attempts) != 6 {
		t.Errorf("the unreadable one is %s after %d attempts, want failed after 6", n.State, len(n.Attempts))
	}
}

// panicking is plain, and panics when it is needed what it needs.
type panicking struct{ *plain }

func (panicking) Needs(fairlead.Event) notifying.Load { panic(canary) }

func TestADialectThatPanicsWhenAskedWhatItNeedsIsGivenAll(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	var err error
	if f.notifying, err = notifying.New(notifying.Options{Store: f.store, Vault: f.vault, Loopback: true}); err != nil {
		t.Fatal(err)
	}
	f.plain.deliverTo(often(r.URL))
	f.notifying.AddRouter(panicking{f.plain})
	f.publish("con_1", "hello")
	if _, err := f.notifying.Deliver(t.Context(), f.claim()); err != nil {
		t.Fatal(err)
	}
	if len(r.all()) != 1 {
		t.Errorf("%d posts, want 1", len(r.all()))
	}
}

func TestADeliveryThatAnotherNodeTriedMeanwhileWaitsForItsNextAttempt(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	release := make(chan struct{})
	r := f.receive(func(http.ResponseWriter, *http.Request) { <-release })
	free := f.releaser(release)
	f.plain.deliverTo(often(r.URL))
	ids := f.publish("con_1", "one", "two", "three")
	second := f.only(ids[1])
	body, err := f.vault.SealRoot(sealing.DeliveryLocation(second), []byte(`{"status":"two","pad":"`+strings.Repeat("x", 1<<17)+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	f.change(ids[1], func(n *fairlead.Delivery) { n.Body = body }) // heavy: it is loaded when its turn comes
	f.background()
	until(t, "the first post", func() bool { return len(r.all()) == 1 })
	f.change(ids[1], func(n *fairlead.Delivery) { n.First, n.Next = start, start.Add(time.Hour) })
	free()
	f.quiet()
	if is := r.statuses(); !slices.Equal(is, []string{"one", "three"}) {
		t.Errorf("arrived: %v, want the second one to wait", is)
	}
	if n := f.only(ids[1]); n.State != fairlead.DeliveryWaiting || !n.Next.Equal(start.Add(time.Hour)) {
		t.Errorf("the second one is %s until %s", n.State, n.Next)
	}
}

func TestReceiversThatHangLeaveRoomToOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.notifying.Share(20)
	var sick, well counter
	release := make(chan struct{})
	hangs := func(http.ResponseWriter, *http.Request) { defer sick.enter()(); <-release }
	a, b := f.receive(hangs), f.receive(hangs)
	c := f.receive(func(http.ResponseWriter, *http.Request) { defer well.enter()() })
	free := f.releaser(release)
	f.plain.deliverTo(once(a.URL), once(b.URL))
	f.publishEach(30, "sick")
	f.background()
	until(t, "all the room to be taken", func() bool { return sick.now.Load() == 24 })
	f.plain.deliverTo(once(c.URL))
	f.publishEach(30, "well")
	until(t, "all of the well one's", func() bool { return len(c.all()) == 30 })
	if well.most.Load() > 2 || sick.most.Load() != 24 {
		t.Errorf("%d and %d posts at once, want at most 2 and 24", well.most.Load(), sick.most.Load())
	}
	free()
	until(t, "all of the others'", func() bool { return len(a.all())+len(b.all()) == 60 })
}

func TestHeavyBodiesAreAllDelivered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.notifying.Hold(1 << 20)
	pad := strings.Repeat("x", 100<<10)
	f.plain.render = func(h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
		return fmt.Appendf(nil, `{"status":%q,"pad":%q}`, h.Event.Status, pad), nil
	}
	r := f.receive(nil)
	f.plain.deliverTo(often(r.URL))
	f.publishEach(20, "heavy") // of which a run may not hold all
	f.quiet()
	if len(r.all()) != 20 {
		t.Errorf("%d posts, want 20", len(r.all()))
	}
}
