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
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// trap fails once when it is set, and tells that it did.
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

func (u unsealing) SealRoot(owner vault.Owner, plain []byte) (fairlead.Sealed, error) {
	if err := u.trap.step(); err != nil {
		return nil, err
	}
	return u.Full.SealRoot(owner, plain)
}

// claim takes the one lane that is due, as a node does.
func (o *office) claim() fairlead.Work {
	o.t.Helper()
	claimed, err := o.store.Queue().Claim(o.t.Context(), store.ClaimRequest{Owner: "node", Now: time.Now(), Lease: time.Hour, Limit: 1})
	if err != nil || len(claimed) != 1 {
		o.t.Fatalf("claimed %v, %v", claimed, err)
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
			o := newOffice(t, func(p *notifying.Options) { set(p, trap) })
			t.Cleanup(trap.open)
			r := o.receive(func(_ http.ResponseWriter, req *http.Request) {
				select {
				case <-trap.failed:
				case <-req.Context().Done():
				}
			})
			fresh, kept := often(r.URL), often(r.URL)
			fresh.Fresh = true
			o.plain.tellTo(fresh)
			var ids []fairlead.EventID
			for i := range 3 {
				ids = append(ids, o.tell(fairlead.ConnectionID(fmt.Sprintf("con_%d", i)), fmt.Sprint(i))...)
			}
			behind := o.tell("con_0", "behind")[0]
			ended := make(chan error, 1)
			work := o.claim()
			go func() {
				_, err := o.notifying.Deliver(t.Context(), work)
				ended <- err
			}()
			until(t, "the posts", func() bool { return len(r.all()) == 3 })
			trap.set.Store(true)
			if name == "sealing" {
				o.plain.tellTo(kept)
				o.tell("con_9", "sealed")
			}
			if err := <-ended; err == nil || !strings.Contains(err.Error(), "not now") {
				t.Errorf("the run ended with %v, want what failed", err)
			}
			for _, id := range ids {
				if n := o.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 {
					t.Errorf("what was accepted is %s after %d attempts", n.State, len(n.Attempts))
				}
			}
			if n := o.only(behind); n.State != fairlead.DeliveryWaiting || len(r.all()) != 3 {
				t.Errorf("the one behind is %s, after %d posts: want it to wait", n.State, len(r.all()))
			}
		})
	}
}

func TestANoticeWhoseTellingPanicsHoldsNothingBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(p *notifying.Options) {
		p.Signing = func(context.Context, fairlead.TenantID, fairlead.ApplicationID) ([]fairlead.Secret, error) {
			panic(canary)
		}
	})
	r := o.receive(nil)
	bad := often(r.URL)
	bad.Signing = fairlead.Signing{Scheme: fairlead.SignHMACHex, ApplicationKey: true, Header: "X-Signature"}
	o.plain.tellTo(bad)
	id := o.tell("con_1", "bad")[0]
	o.plain.tellTo(often(r.URL))
	o.tell("con_1", "good")
	o.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is, []string{"good"}) {
		t.Errorf("arrived: %v, want the good one", is)
	}
	if n := o.only(id); n.State != fairlead.DeliveryFailed || len(n.Attempts) != 6 {
		t.Errorf("the bad one is %s after %d attempts, want failed after 6", n.State, len(n.Attempts))
	}
}

func TestANoticeWhoseEventCanNotBeReadHoldsNothingBack(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "test.db")
	o := newOfficeOn(t, "sqlite://"+file)
	r := o.receive(nil)
	o.plain.tellTo(often(r.URL))
	ids := o.tell("con_1", "one", "two", "three")
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA busy_timeout = 5000; UPDATE events SET body = '[]' WHERE id = ?", string(ids[1])); err != nil {
		t.Fatal(err)
	}
	o.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is, []string{"one", "three"}) {
		t.Errorf("arrived: %v, want the other two", is)
	}
	if n := o.only(ids[1]); n.State != fairlead.DeliveryFailed || len(n.Attempts) != 6 {
		t.Errorf("the unreadable one is %s after %d attempts, want failed after 6", n.State, len(n.Attempts))
	}
}

// nervous is plain, and panics when it is asked what it needs.
type nervous struct{ *plain }

func (nervous) Needs(fairlead.Event) notifying.Load { panic(canary) }

func TestADialectThatPanicsWhenAskedWhatItNeedsIsGivenAll(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(nil)
	var err error
	if o.notifying, err = notifying.New(notifying.Options{Store: o.store, Vault: o.vault, Loopback: true}); err != nil {
		t.Fatal(err)
	}
	o.plain.tellTo(often(r.URL))
	o.notifying.AddRouter(nervous{o.plain})
	o.tell("con_1", "hello")
	if _, err := o.notifying.Deliver(t.Context(), o.claim()); err != nil {
		t.Fatal(err)
	}
	if len(r.all()) != 1 {
		t.Errorf("%d posts, want 1", len(r.all()))
	}
}

func TestANoticeThatAnotherNodeTriedMeanwhileWaitsForItsNextAttempt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	release := make(chan struct{})
	r := o.receive(func(http.ResponseWriter, *http.Request) { <-release })
	free := o.gate(release)
	o.plain.tellTo(often(r.URL))
	ids := o.tell("con_1", "one", "two", "three")
	second := o.only(ids[1])
	body, err := o.vault.SealRoot(vault.Owner{Tenant: second.Tenant, ID: string(second.ID)}, []byte(`{"status":"two","pad":"`+strings.Repeat("x", 1<<17)+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	o.change(ids[1], func(n *fairlead.Delivery) { n.Body = body }) // heavy: it is loaded when its turn comes
	o.background()
	until(t, "the first post", func() bool { return len(r.all()) == 1 })
	o.change(ids[1], func(n *fairlead.Delivery) { n.First, n.Next = start, start.Add(time.Hour) })
	free()
	o.quiet()
	if is := r.statuses(); !slices.Equal(is, []string{"one", "three"}) {
		t.Errorf("arrived: %v, want the second one to wait", is)
	}
	if n := o.only(ids[1]); n.State != fairlead.DeliveryWaiting || !n.Next.Equal(start.Add(time.Hour)) {
		t.Errorf("the second one is %s until %s", n.State, n.Next)
	}
}

func TestReceiversThatHangLeaveRoomToOthers(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.notifying.Share(20)
	var sick, well crowd
	release := make(chan struct{})
	hangs := func(http.ResponseWriter, *http.Request) { defer sick.enter()(); <-release }
	a, b := o.receive(hangs), o.receive(hangs)
	c := o.receive(func(http.ResponseWriter, *http.Request) { defer well.enter()() })
	free := o.gate(release)
	o.plain.tellTo(once(a.URL), once(b.URL))
	o.tellEach(30, "sick")
	o.background()
	until(t, "all the room to be taken", func() bool { return sick.now.Load() == 24 })
	o.plain.tellTo(once(c.URL))
	o.tellEach(30, "well")
	until(t, "all of the well one's", func() bool { return len(c.all()) == 30 })
	if well.most.Load() > 2 || sick.most.Load() != 24 {
		t.Errorf("%d and %d posts at once, want at most 2 and 24", well.most.Load(), sick.most.Load())
	}
	free()
	until(t, "all of the others'", func() bool { return len(a.all())+len(b.all()) == 60 })
}

func TestHeavyBodiesAreAllTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	pad := strings.Repeat("x", 2<<20)
	o.plain.render = func(h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
		return fmt.Appendf(nil, `{"status":%q,"pad":%q}`, h.Event.Status, pad), nil
	}
	r := o.receive(nil)
	o.plain.tellTo(often(r.URL))
	o.tellEach(20, "heavy") // of which a run may not hold all
	o.quiet()
	if len(r.all()) != 20 {
		t.Errorf("%d posts, want 20", len(r.all()))
	}
}
