package notifying_test

import (
	"net/http"
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
	o := newOffice(t)
	made := o.endpoint("http://127.0.0.1:9/hook").Endpoint
	other := o.app
	other.ID = "app_other"
	if _, err := o.notifying.Endpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("read by another: %v", err)
	}
	if _, err := o.notifying.RotateEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("rotated by another: %v", err)
	}
	if err := o.notifying.DeleteEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("deleted by another: %v", err)
	}
	if _, err := o.notifying.TestEndpoint(t.Context(), other, made.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("tested by another: %v", err)
	}
	if list, err := o.notifying.Endpoints(t.Context(), other); err != nil || len(list) != 0 {
		t.Errorf("listed by another: %v, %v", list, err)
	}
}

func TestAChangeAltersOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	made := o.endpoint("http://127.0.0.1:9/hook").Endpoint
	changed, err := o.notifying.ChangeEndpoint(t.Context(), o.app, made.ID, func(e *fairlead.Endpoint) error {
		e.Address, e.Kinds, e.Disabled = "http://127.0.0.1:9/other", []fairlead.EventKind{fairlead.EventLinkOpened}, "holiday"
		e.Secrets, e.ID, e.Application = nil, "whe_other", "app_other"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	stored, err := o.notifying.Endpoint(t.Context(), o.app, made.ID)
	if err != nil || stored.Address != "http://127.0.0.1:9/other" || stored.Disabled != "requested" || len(stored.Secrets) != 1 || stored.Application != o.app.ID || changed.ID != made.ID {
		t.Errorf("stored %+v, %v", stored, err)
	}
	for name, wrong := range map[string]func(*fairlead.Endpoint){
		"address": func(e *fairlead.Endpoint) { e.Address = "http://10.0.0.1/" },
		"kinds":   func(e *fairlead.Endpoint) { e.Kinds = []fairlead.EventKind{"no.such"} },
	} {
		_, err := o.notifying.ChangeEndpoint(t.Context(), o.app, made.ID, func(e *fairlead.Endpoint) error { wrong(e); return nil })
		if !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("a wrong %s: %v, want Invalid", name, err)
		}
	}
	if _, err := o.notifying.TestEndpoint(t.Context(), o.app, made.ID); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("testing a disabled one: %v, want Conflict", err)
	}
}

func TestAnApplicationHasABoundedNumberOfEndpoints(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for range 50 {
		o.endpoint("http://127.0.0.1:9/hook")
	}
	if _, err := o.notifying.CreateEndpoint(t.Context(), o.app, "http://127.0.0.1:9/hook", nil); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("one too many: %v, want Conflict", err)
	}
}

func TestATestIsToldToItsEndpointAlone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.receive(nil), o.receive(nil)
	made := o.endpoint(a.URL)
	o.endpoint(b.URL)
	e, err := o.notifying.TestEndpoint(t.Context(), o.app, made.Endpoint.ID)
	if err != nil || e.Kind != fairlead.EventEndpointTest || e.Sequence == 0 || !e.At.Equal(start) {
		t.Fatalf("TestEndpoint = %+v, %v", e, err)
	}
	o.quiet()
	if len(a.all()) != 1 || len(b.all()) != 0 {
		t.Errorf("%d and %d posts, want 1 and 0", len(a.all()), len(b.all()))
	}
}

func TestAnEndpointThatRecoversIsHealthyAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var well atomic.Bool
	r := o.receive(func(w http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	made := o.endpoint(r.URL)
	o.tell("con_1", "hello")
	o.advance(10 * time.Minute)
	sick, _ := o.notifying.Endpoint(t.Context(), o.app, made.Endpoint.ID)
	if !sick.Failing.Equal(start) {
		t.Errorf("failing since %s, want the first refusal", sick.Failing)
	}
	well.Store(true)
	o.advance(24 * time.Hour)
	if cured, _ := o.notifying.Endpoint(t.Context(), o.app, made.Endpoint.ID); !cured.Failing.IsZero() {
		t.Errorf("failing since %s, want healthy", cured.Failing)
	}
}

func TestWhatIsResentHasAnIDOfItsOwn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	r := o.receive(nil)
	o.endpoint(r.URL)
	id := o.tell("con_1", "hello")[0]
	o.quiet()
	count, err := o.notifying.Resend(t.Context(), o.app.Tenant, id)
	if err != nil || count != 1 {
		t.Fatalf("Resend = %d, %v", count, err)
	}
	o.quiet()
	posts := r.all()
	if len(posts) != 2 || posts[0].header.Get("Webhook-Id") == posts[1].header.Get("Webhook-Id") || len(o.notices(id)) != 2 {
		t.Errorf("%d posts, %d notices; want two with ids of their own", len(posts), len(o.notices(id)))
	}
	if _, err := o.notifying.Resend(t.Context(), o.app.Tenant, "evt_none"); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("resending nothing: %v", err)
	}
}

func TestARangeIsResentInItsOrderToOneReceiver(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := o.receive(nil), o.receive(nil)
	lost := o.endpoint(a.URL).Endpoint
	o.endpoint(b.URL)
	o.tell("con_1", "before")
	o.advance(time.Hour)
	want := numbers(60) // more than one page
	o.tell("con_1", want...)
	o.advance(time.Hour)
	o.tell("con_1", "after")
	o.quiet()
	seenA, seenB := len(a.all()), len(b.all())
	count, err := o.notifying.ResendRange(t.Context(), o.app.Tenant, o.app.ID, start.Add(time.Hour), start.Add(2*time.Hour), lost.ID, "")
	if err != nil || count != len(want) {
		t.Fatalf("ResendRange = %d, %v; want %d", count, err, len(want))
	}
	o.quiet()
	if is := a.statuses()[seenA:]; !slices.Equal(is, want) {
		t.Errorf("resent as %v", is)
	}
	if len(b.all()) != seenB {
		t.Error("another receiver got them too")
	}
}

func TestWaitingForEventsEndsWithTheCommit(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	type answer struct {
		page []fairlead.Event
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		page, err := o.notifying.Events(t.Context(), o.app.Tenant, notifying.EventQuery{Wait: time.Minute})
		answers <- answer{page, err}
	}()
	o.tell("con_1", "hello")
	select {
	case a := <-answers:
		if a.err != nil || len(a.page) != 1 || a.page[0].Status != "hello" || a.page[0].Sequence != 1 {
			t.Errorf("Events = %+v, %v", a.page, a.err)
		}
	case <-time.After(patience):
		t.Fatal("the wait did not end")
	}
	page, err := o.notifying.Events(t.Context(), o.app.Tenant, notifying.EventQuery{
		EventQuery: store.EventQuery{Sequence: 1}, Wait: time.Millisecond,
	})
	if err != nil || len(page) != 0 {
		t.Errorf("a wait in vain: %v, %v; want empty", page, err)
	}
}

func TestARequestIsToldWithTheDialectsOwnMemory(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	e, err := o.notifying.Request(t.Context(), o.app, "plain", fairlead.Event{Connection: "con_1", Request: []byte(`{"products":["x"]}`)})
	if err != nil || e.Kind != fairlead.EventDataRequested || e.Dialect != "plain" || e.Application != o.app.ID || string(e.Request) != `{"products":["x"]}` {
		t.Errorf("Request = %+v, %v", e, err)
	}
	if _, err := o.notifying.Request(t.Context(), o.app, "plain", fairlead.Event{Request: []byte("{")}); !fairlead.Is(err, fairlead.Internal) {
		t.Errorf("a torn memory: %v, want Internal", err)
	}
}
