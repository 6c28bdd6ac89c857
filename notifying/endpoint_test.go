package notifying_test

import (
	"errors"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/store"
)

func TestAnEndpointIsItsApplicationsOwn(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	made := f.endpoint("http://127.0.0.1:9/hook").Endpoint
	other := f.app
	other.ID = "app_other"
	if _, err := f.notifying.Endpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("read by another: %v", err)
	}
	if _, err := f.notifying.RotateEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("rotated by another: %v", err)
	}
	if err := f.notifying.DeleteEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("deleted by another: %v", err)
	}
	if _, err := f.notifying.TestEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("tested by another: %v", err)
	}
	if list, err := f.notifying.Endpoints(t.Context(), other); err != nil || len(list) != 0 {
		t.Errorf("listed by another: %v, %v", list, err)
	}
}

func TestAChangeAltersOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	made := f.endpoint("http://127.0.0.1:9/hook").Endpoint
	changed, err := f.notifying.ChangeEndpoint(t.Context(), f.app, made.ID, func(e *fairlead.Endpoint) error {
		e.Address, e.Kinds, e.Disabled = "http://127.0.0.1:9/other", []fairlead.EventKind{fairlead.EventLinkOpened}, "holiday"
		e.Secrets, e.ID, e.Application = nil, "whe_other", "app_other"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := f.notifying.Endpoint(t.Context(), f.app, made.ID)
	if err != nil || stored.Address != "http://127.0.0.1:9/other" || stored.Disabled != "requested" || len(stored.Secrets) != 1 || stored.Application != f.app.ID || changed.ID != made.ID {
		t.Errorf("stored %+v, %v", stored, err)
	}
	for name, wrong := range map[string]func(*fairlead.Endpoint){
		"address": func(e *fairlead.Endpoint) { e.Address = "http://10.0.0.1/" },
		"kinds":   func(e *fairlead.Endpoint) { e.Kinds = []fairlead.EventKind{"no.such"} },
	} {
		_, err := f.notifying.ChangeEndpoint(t.Context(), f.app, made.ID, func(e *fairlead.Endpoint) error { wrong(e); return nil })
		if !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("a wrong %s: %v, want Invalid", name, err)
		}
	}
	if _, err := f.notifying.TestEndpoint(t.Context(), f.app, made.ID); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("testing a disabled one: %v, want Conflict", err)
	}
}

func TestAnApplicationHasABoundedNumberOfEndpoints(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for range 50 {
		f.endpoint("http://127.0.0.1:9/hook")
	}
	if _, err := f.notifying.CreateEndpoint(t.Context(), f.app, "http://127.0.0.1:9/hook", nil); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("one too many: %v, want Conflict", err)
	}
}

func TestATestIsDeliveredToItsEndpointAlone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.receive(nil), f.receive(nil)
	made := f.endpoint(a.URL)
	f.endpoint(b.URL)
	tested, err := f.notifying.TestEndpoint(t.Context(), f.app, made.Endpoint.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.notifying.Event(t.Context(), f.app.Tenant, tested.ID)
	if err != nil || !reflect.DeepEqual(e, tested) || e.Kind != fairlead.EventEndpointTest || e.Sequence == 0 || !e.At.Equal(start) {
		t.Fatalf("TestEndpoint = %+v, %v; it is stored as %+v", tested, err, e)
	}
	f.quiet()
	if len(a.all()) != 1 || len(b.all()) != 0 {
		t.Errorf("%d and %d posts, want 1 and 0", len(a.all()), len(b.all()))
	}
}

func TestAnEndpointThatRecoversIsHealthyAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	var well atomic.Bool
	r := f.receive(func(w http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	made := f.endpoint(r.URL)
	f.publish("con_1", "hello")
	f.advance(10 * time.Minute)
	sick, _ := f.notifying.Endpoint(t.Context(), f.app, made.Endpoint.ID)
	if !sick.Failing.Equal(start) {
		t.Errorf("failing since %s, want the first refusal", sick.Failing)
	}
	well.Store(true)
	f.advance(24 * time.Hour)
	if cured, _ := f.notifying.Endpoint(t.Context(), f.app, made.Endpoint.ID); !cured.Failing.IsZero() {
		t.Errorf("failing since %s, want healthy", cured.Failing)
	}
}

func TestWhatIsResentIsAnotherDeliveryOfTheSameWebhookID(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	r := f.receive(nil)
	f.endpoint(r.URL)
	id := f.publish("con_1", "hello")[0]
	f.quiet()
	count, err := f.notifying.Resend(t.Context(), f.app.Tenant, id)
	if err != nil || count != 1 {
		t.Fatalf("Resend = %d, %v", count, err)
	}
	f.quiet()
	posts := r.all()
	if len(posts) != 2 || posts[0].header.Get("Webhook-Id") != string(id) || posts[1].header.Get("Webhook-Id") != string(id) || len(f.deliveries(id)) != 2 {
		t.Errorf("%d posts, %d deliveries; want two with the event's id", len(posts), len(f.deliveries(id)))
	}
	if _, err := f.notifying.Resend(t.Context(), f.app.Tenant, "evt_none"); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("resending nothing: %v", err)
	}
}

func TestARangeIsResentInItsOrderToOneReceiver(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a, b := f.receive(nil), f.receive(nil)
	lost := f.endpoint(a.URL).Endpoint
	f.endpoint(b.URL)
	f.publish("con_1", "before")
	f.advance(time.Hour)
	want := numbers(60) // more than one page
	f.publish("con_1", want...)
	f.advance(time.Hour)
	f.publish("con_1", "after")
	f.quiet()
	seenA, seenB := len(a.all()), len(b.all())
	count, err := f.notifying.ResendMany(t.Context(), notifying.ResendRequest{
		Application: f.app, From: start.Add(time.Hour), To: start.Add(2 * time.Hour), Endpoint: lost.ID,
	})
	if err != nil || count != len(want) {
		t.Fatalf("ResendMany = %d, %v; want %d", count, err, len(want))
	}
	f.quiet()
	if is := a.statuses()[seenA:]; !slices.Equal(is, want) {
		t.Errorf("resent as %v", is)
	}
	if len(b.all()) != seenB {
		t.Error("another receiver got them too")
	}
}

func TestChosenEventsGoToAnotherAddressSignedByTheEndpoint(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	usual, other := f.receive(nil), f.receive(nil)
	endpoint := f.endpoint(usual.URL)
	ids := []fairlead.EventID{f.publish("con_1", "one")[0], f.publish("con_1", "two")[0]}
	f.publish("con_1", "three")
	f.quiet()
	seen := len(usual.all())
	r := notifying.ResendRequest{Application: f.app, Events: ids, Endpoint: endpoint.Endpoint.ID, Instead: other.URL}
	if count, err := f.notifying.ResendMany(t.Context(), r); err != nil || count != 2 {
		t.Fatalf("ResendMany = %d, %v; want 2", count, err)
	}
	f.quiet()
	if is := other.statuses(); !slices.Equal(is, []string{"one", "two"}) {
		t.Errorf("the other address got %v", is)
	}
	for _, p := range other.all() {
		if err := verify(endpoint.Secret, p); err != nil {
			t.Errorf("the signature: %v", err)
		}
	}
	if len(usual.all()) != seen {
		t.Error("the endpoint got them too")
	}
	for name, wrong := range map[string]notifying.ResendRequest{
		"instead":  {Application: f.app, Events: ids, Endpoint: endpoint.Endpoint.ID, Instead: "http://192.0.2.1/"},
		"endpoint": {Application: f.app, Events: ids, Instead: other.URL},
	} {
		_, err := f.notifying.ResendMany(t.Context(), wrong)
		if e, ok := errors.AsType[*fairlead.Error](err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != name {
			t.Errorf("without a right %s: %v", name, err)
		}
	}
	stranger := fairlead.Application{ID: "app_other", Tenant: f.app.Tenant}
	if _, err := f.notifying.ResendMany(t.Context(), notifying.ResendRequest{Application: stranger, Events: ids}); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("another application's events: %v", err)
	}
}

func TestDeliveriesThatFailedAreListedByThemselvesAndTheirBodiesAreShown(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	fine, broken := f.receive(nil), f.receive(refusing(http.StatusInternalServerError))
	f.endpoint(fine.URL)
	lost := f.endpoint(broken.URL).Endpoint
	f.publish("con_1", "hello")
	f.advance(80 * time.Hour)
	f.quiet()
	page, err := f.notifying.Deliveries(t.Context(), f.app.Tenant, notifying.DeliveryQuery{Failed: true})
	if err != nil || len(page) != 1 || page[0].Destination.Endpoint != lost.ID || page[0].State != fairlead.DeliveryFailed {
		t.Fatalf("the failed deliveries are %+v, %v", page, err)
	}
	body, err := f.notifying.Body(t.Context(), f.app.Tenant, page[0].ID)
	if err != nil || string(body) != string(broken.all()[0].body) {
		t.Errorf("the body is %q, %v; %q was posted", body, err, broken.all()[0].body)
	}
}

func TestWaitingForEventsEndsWithTheCommit(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	type answer struct {
		page []fairlead.Event
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		page, err := f.notifying.Events(t.Context(), f.app.Tenant, notifying.EventQuery{Wait: time.Minute})
		answers <- answer{page, err}
	}()
	f.publish("con_1", "hello")
	select {
	case a := <-answers:
		if a.err != nil || len(a.page) != 1 || a.page[0].Status != "hello" || a.page[0].Sequence != 1 {
			t.Errorf("Events = %+v, %v", a.page, a.err)
		}
	case <-time.After(patience):
		t.Fatal("the wait did not end")
	}
	page, err := f.notifying.Events(t.Context(), f.app.Tenant, notifying.EventQuery{
		EventQuery: store.EventQuery{Sequence: 1}, Wait: time.Millisecond,
	})
	if err != nil || len(page) != 0 {
		t.Errorf("a wait in vain: %v, %v; want empty", page, err)
	}
}

func TestARequestIsDeliveredWithTheDialectsOwnMemory(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	e, err := f.notifying.Request(t.Context(), f.app, "plain", fairlead.Event{Connection: "con_1", Request: []byte(`{"products":["x"]}`)})
	if err != nil || e.Kind != fairlead.EventDataRequested || e.Dialect != "plain" || e.Application != f.app.ID || string(e.Request) != `{"products":["x"]}` {
		t.Errorf("Request = %+v, %v", e, err)
	}
	if _, err := f.notifying.Request(t.Context(), f.app, "plain", fairlead.Event{Request: []byte("{")}); !fairlead.Is(err, fairlead.Internal) {
		t.Errorf("a torn memory: %v, want Internal", err)
	}
}
