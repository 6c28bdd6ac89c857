package notifying_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

func TestAnEventIsDeliveredOnceToEachReceiver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.receive(nil), f.receive(nil)
	f.endpoint(a.URL)
	f.endpoint(b.URL, fairlead.EventConnectionLinked) // another kind only
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if len(a.all()) != 1 || len(b.all()) != 0 {
		t.Fatalf("%d and %d posts, want 1 and 0", len(a.all()), len(b.all()))
	}
	post := a.all()[0]
	if post.header.Get("User-Agent") != "Fairlead" || post.header.Get("Content-Type") != "application/json" || post.header.Get("Cookie") != "" {
		t.Errorf("headers: %v", post.header)
	}
	n := f.only(id)
	if n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 || n.Attempts[0].Status != 200 || n.Attempts[0].Duration <= 0 || !n.Next.IsZero() {
		t.Errorf("the delivery is %+v", n)
	}
	if time.Since(n.Attempts[0].At) > time.Hour {
		t.Errorf("the attempt was at %s: attempts are in real time", n.Attempts[0].At)
	}
	if bytes.Contains(n.Body, []byte(canary)) {
		t.Error("the kept body is not sealed")
	}
}

func TestAnEventThatIsNotCommittedIsNotDelivered(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	undone := errors.New("undone")
	err := f.store.Update(t.Context(), func(tx *store.Tx) error {
		e := fairlead.Event{Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventRecordsChanged, At: start}
		if err := f.notifying.Publish(tx, e); err != nil {
			return err
		}
		return undone
	})
	if err == nil {
		t.Fatal("the transaction was committed")
	}
	f.quiet()
	if page, _ := f.notifying.Events(t.Context(), f.app.Tenant, notifying.EventQuery{}); len(page) != 0 || len(r.all()) != 0 {
		t.Errorf("%d events, %d posts; want none", len(page), len(r.all()))
	}
}

func TestAnEventWithoutItsTimeIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	err := f.store.Update(t.Context(), func(tx *store.Tx) error {
		return f.notifying.Publish(tx, fairlead.Event{Tenant: f.app.Tenant, Kind: fairlead.EventRecordsChanged})
	})
	if !fairlead.Is(err, fairlead.Internal) {
		t.Errorf("Publish: %v, want Internal", err)
	}
}

// policyCase is one file of testdata/retry.
type policyCase struct {
	Why    string          `json:"why"`
	Policy json.RawMessage `json:"policy"`
	Refuse struct {
		Status     int    `json:"status"`
		For        string `json:"for"`
		RetryAfter string `json:"retry_after"`
	} `json:"refuse"`
	Attempts []string               `json:"attempts"`
	State    fairlead.DeliveryState `json:"state"`
	Disabled string                 `json:"disabled"`
}

func (c policyCase) retry(t *testing.T) fairlead.Retry {
	if string(c.Policy) == `"standard"` {
		return fairlead.StandardRetry()
	}
	var p struct {
		Delays []string `json:"delays"`
		GiveUp string   `json:"give_up"`
	}
	if err := json.Unmarshal(c.Policy, &p); err != nil {
		t.Fatal(err)
	}
	var r fairlead.Retry
	for _, d := range p.Delays {
		r.Delays = append(r.Delays, span(t, d))
	}
	if p.GiveUp != "" {
		r.GiveUp = span(t, p.GiveUp)
	}
	return r
}

func span(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Each case is played in tenant time: the clock is advanced by a week, and the
// receiver writes down when it was needed.
func TestADeliveryIsTriedExactlyAsItsPolicySays(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/retry/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var c policyCase
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			c.play(t)
		})
	}
}

func (c policyCase) play(t *testing.T) {
	f := newFixture(t)
	until := start.Add(span(t, c.Refuse.For))
	r := f.receive(func(w http.ResponseWriter, _ *http.Request) {
		if f.now().Before(until) {
			w.Header().Set("Retry-After", c.Refuse.RetryAfter)
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.Refuse.Status)
		}
	})
	endpoint := f.endpoint(r.URL).Endpoint
	f.plain.deliverTo(fairlead.Destination{Address: r.URL, Endpoint: endpoint.ID, Retry: c.retry(t)})
	id := f.publish("con_1", "hello")[0]
	f.advance(7 * 24 * time.Hour)
	posts := r.all()
	if len(posts) != len(c.Attempts) {
		t.Errorf("%d attempts, want %d", len(posts), len(c.Attempts))
	}
	for i := range min(len(posts), len(c.Attempts)) {
		want, is := span(t, c.Attempts[i]), posts[i].at.Sub(start)
		if off := (is - want).Abs(); off > want/10 {
			t.Errorf("attempt %d was after %s, want %s and at most a tenth off", i+1, is, want)
		}
		if !bytes.Equal(posts[i].body, posts[0].body) {
			t.Errorf("attempt %d had another body", i+1)
		}
	}
	n := f.only(id)
	if n.State != c.State || len(n.Attempts) != len(posts) {
		t.Errorf("the delivery is %s with %d attempts logged, want %s and %d", n.State, len(n.Attempts), c.State, len(posts))
	}
	after, err := f.notifying.Endpoint(t.Context(), f.app, endpoint.ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.Disabled != c.Disabled || after.Failing.IsZero() != (c.State == fairlead.DeliveryDelivered) {
		t.Errorf("the endpoint is disabled %q, failing since %v", after.Disabled, after.Failing)
	}
}

func TestFirstAttemptsAreInOrderPerConnection(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.background()
	want := numbers(60)
	for _, status := range want {
		f.publish("con_1", status)
	}
	until(t, "all deliveries", func() bool { return len(r.all()) == len(want) })
	if is := r.statuses(); !slices.Equal(is, want) {
		t.Errorf("arrived as %v", is)
	}
}

func TestEventsOfOneTransactionAreDeliveredInTheirOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	want := numbers(40)
	f.update(func(tx *store.Tx) error {
		for _, status := range want {
			e := fairlead.Event{Tenant: f.app.Tenant, Application: f.app.ID, Kind: fairlead.EventRecordsChanged, At: start, Connection: "con_1", Status: status}
			if err := f.notifying.Publish(tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	f.quiet()
	if is := r.statuses(); !slices.Equal(is, want) {
		t.Errorf("arrived as %v", is)
	}
}

func TestADeliveryInRetryHoldsNothingBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receiveOnce(refusing(http.StatusInternalServerError))
	f.endpoint(r.URL)
	f.publish("con_1", "first", "second", "third")
	f.quiet()
	f.advance(time.Minute)
	if is, want := r.statuses(), []string{"first", "second", "third", "first"}; !slices.Equal(is, want) {
		t.Errorf("arrived as %v, want %v", is, want)
	}
}

func TestASlowReceiverDoesNotDelayAnother(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	release := make(chan struct{})
	slow := f.receive(func(http.ResponseWriter, *http.Request) { <-release })
	fast := f.receive(nil)
	f.plain.deliverTo(once(slow.URL), once(fast.URL))
	f.background()
	for i := range 20 {
		f.publish(fairlead.ConnectionID(fmt.Sprintf("con_%d", i)), "x")
	}
	until(t, "the fast one to have all", func() bool { return len(fast.all()) == 20 })
	if is := len(slow.all()); is > 16 {
		t.Errorf("the slow one met %d posts at once, want at most 16", is)
	}
	close(release)
	until(t, "the slow one to have all", func() bool { return len(slow.all()) == 20 })
}

func TestACrashBetweenRenderingAndRecordingRepeatsTheSameDelivery(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, kill := context.WithCancel(t.Context())
	r := f.receiveOnce(func(_ http.ResponseWriter, req *http.Request) {
		kill() // the answer never reaches the sender
		<-req.Context().Done()
	})
	f.endpoint(r.URL)
	id := f.publish("con_1", "hello")[0]
	claimed, err := f.store.Queue().Claim(t.Context(), store.ClaimRequest{Owner: "node", Now: time.Now(), Lease: time.Hour, Limit: 1})
	if err != nil || len(claimed) != 1 {
		t.Fatalf("claimed %v, %v", claimed, err)
	}
	if _, err := f.notifying.Deliver(ctx, claimed[0]); err == nil {
		t.Fatal("the killed run ended well")
	}
	if n := f.only(id); n.State != fairlead.DeliveryWaiting || len(n.Attempts) != 0 {
		t.Fatalf("after the kill the delivery is %+v", n)
	}
	f.start() // the process comes back
	if err := f.store.Queue().Release(t.Context(), "node"); err != nil {
		t.Fatal(err)
	}
	f.quiet()
	posts := r.all()
	if len(posts) != 2 || !bytes.Equal(posts[0].body, posts[1].body) || posts[0].header.Get("Webhook-Id") != posts[1].header.Get("Webhook-Id") {
		t.Errorf("posts: %d, with equal bodies and ids wanted", len(posts))
	}
	if f.plain.rendered != 1 {
		t.Errorf("rendered %d times, want once", f.plain.rendered)
	}
	if n := f.only(id); n.State != fairlead.DeliveryDelivered || len(n.Attempts) != 1 {
		t.Errorf("the delivery is %s with %d attempts", n.State, len(n.Attempts))
	}
}

func TestARerenderedDestinationIsRenderedAnewWithTheSameID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receiveOnce(refusing(http.StatusInternalServerError))
	made := f.endpoint(r.URL)
	destination := often(r.URL)
	destination.Endpoint, destination.Rerender = made.Endpoint.ID, true
	destination.Signing = fairlead.Signing{Scheme: fairlead.SignStandard, Endpoint: made.Endpoint.ID}
	f.plain.deliverTo(destination)
	id := f.publish("con_1", "hello")[0]
	f.advance(time.Minute)
	posts := r.all()
	if len(posts) != 2 || bytes.Equal(posts[0].body, posts[1].body) || posts[0].header.Get("Webhook-Id") != posts[1].header.Get("Webhook-Id") {
		t.Errorf("%d posts; want two with different bodies and one id", len(posts))
	}
	if n := f.only(id); len(n.Body) != 0 {
		t.Error("a body that expires was kept")
	}
}

func TestADeliveryWithNothingToDeliverIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.plain.render = func(h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
		if h.Event.Status == "nothing" {
			return nil, nil
		}
		return []byte(`{"status":"something"}`), nil
	}
	ids := f.publish("con_1", "nothing", "something")
	f.quiet()
	if n := f.only(ids[0]); n.State != fairlead.DeliveryDropped || len(n.Attempts) != 0 {
		t.Errorf("the delivery is %+v", n)
	}
	if is := r.statuses(); !slices.Equal(is, []string{"something"}) {
		t.Errorf("arrived: %v", is)
	}
}

func TestADialectThatFailsHoldsNothingBackAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	runs := 0
	f.plain.render = func(h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
		switch h.Event.Status {
		case "panics":
			if runs++; runs == 1 {
				panic(canary)
			}
		case "fails":
			if runs++; runs == 2 {
				return nil, errors.New("not readable now")
			}
		}
		return fmt.Appendf(nil, `{"status":%q}`, h.Event.Status), nil
	}
	f.publish("con_1", "panics", "fails", "works")
	f.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is[:1], []string{"works"}) || len(is) != 3 {
		t.Errorf("arrived: %v, want the working one first and then the others", is)
	}
}

func TestADialectThatPanicsWhileRoutingDoesNotUndoTheCause(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	f.notifying.AddRouter(panicky{})
	f.publish("con_1", "hello")
	f.quiet()
	if len(r.all()) != 1 {
		t.Errorf("%d posts, want 1 by the other dialect", len(r.all()))
	}
}

type panicky struct{}

func (panicky) Name() string                                        { return "panicky" }
func (panicky) Route(notifying.EventContext) []fairlead.Destination { panic(canary) }
func (panicky) Render(context.Context, notifying.EventContext, fairlead.Delivery) ([]byte, error) {
	return nil, nil
}

func TestWhatWaitsForADeletedOrDisabledEndpointIsDropped(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	deleted, disabled := f.endpoint(r.URL+"/deleted").Endpoint, f.endpoint(r.URL+"/disabled").Endpoint
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	if err := f.notifying.DeleteEndpoint(t.Context(), f.app, deleted.ID); err != nil {
		t.Fatal(err)
	}
	_, err := f.notifying.ChangeEndpoint(t.Context(), f.app, disabled.ID, func(e *fairlead.Endpoint) error { e.Disabled = "because"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	f.advance(24 * time.Hour)
	for _, n := range f.deliveries(id) {
		if n.State != fairlead.DeliveryDropped || len(n.Attempts) != 1 {
			t.Errorf("the delivery is %s after %d attempts, want dropped after one", n.State, len(n.Attempts))
		}
	}
}

func TestWhatWaitsForAnEndpointGoesToItsPresentAddress(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	old := f.receive(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	fresh := f.receive(nil)
	endpoint := f.endpoint(old.URL)
	id := f.publish("con_1", "first")[0]
	f.quiet()
	_, err := f.notifying.ChangeEndpoint(t.Context(), f.app, endpoint.Endpoint.ID, func(e *fairlead.Endpoint) error {
		e.Address = fresh.URL
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.advance(time.Minute)
	if n := f.only(id); n.State != fairlead.DeliveryDelivered || len(old.all()) != 1 || len(fresh.all()) != 1 {
		t.Errorf("%s after %d posts to the old address and %d to the new", n.State, len(old.all()), len(fresh.all()))
	}
}

func TestOldDeliveriesArePruned(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	old := f.publish("con_1", "old")[0]
	f.advance(20 * 24 * time.Hour)
	young := f.publish("con_1", "young")[0]
	f.advance(11 * 24 * time.Hour)
	if a, b := len(f.deliveries(old)), len(f.deliveries(young)); a != 0 || b != 1 {
		t.Errorf("after 31 days %d, after 11 days %d deliveries; want 0 and 1", a, b)
	}
	f.advance(20 * 24 * time.Hour)
	if left := len(f.deliveries(young)); left != 0 {
		t.Errorf("%d deliveries left", left)
	}
	err := f.store.View(t.Context(), func(tx *store.Tx) error {
		left, err := tx.Work.Upcoming(f.app.Tenant, start.AddDate(10, 0, 0), 0)
		if len(left) > 0 {
			t.Errorf("work is left for nothing: %+v", left)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestEveryEndedAttemptIsObserved(t *testing.T) {
	t.Parallel()
	var seen []string
	f := newFixture(t, func(p *notifying.Options) {
		p.Observe = func(ended notifying.AttemptEnded) {
			seen = append(seen, fmt.Sprintf("%s %s %d", ended.Dialect, ended.State, ended.Status))
		}
	})
	r := f.receiveOnce(refusing(http.StatusTeapot))
	f.plain.deliverTo(often(r.URL))
	f.publish("con_1", "hello")
	f.advance(time.Minute)
	if want := []string{"plain waiting 418", "plain delivered 200"}; !slices.Equal(seen, want) {
		t.Errorf("observed %q, want %q", seen, want)
	}
}

func TestABodyThatDoesNotOpenHoldsNothingBack(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.plain.deliverTo(often(r.URL))
	ids := f.publish("con_1", "broken", "sound")
	broken := f.only(ids[0])
	broken.Body = []byte("not what the vault made")
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(f.app.Tenant, &broken) })
	f.advance(time.Minute)
	if is := r.statuses(); !slices.Equal(is, []string{"sound"}) {
		t.Errorf("arrived: %v, want the sound one", is)
	}
	if n := f.only(ids[0]); n.State != fairlead.DeliveryFailed || len(n.Attempts) != 6 {
		t.Errorf("the broken one is %s after %d attempts, want failed after 6", n.State, len(n.Attempts))
	}
}
