package notifying_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
	"github.com/fairlead-dev/fairlead/working"
)

// start is where the frozen clock stands.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	patience = time.Minute
	// canary stands in bodies, secrets and addresses, and must be in no log.
	canary = "canary-4be1"
)

// fixture is an application of a sandbox tenant, whose deliveries really go out to
// servers on loopback.
type fixture struct {
	t         *testing.T
	store     store.Store
	vault     vault.Full
	app       fairlead.Application
	plain     *plain
	notifying *notifying.Notifying
	working   *working.Working
	log       *lines
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// plain is a dialect: it routes every event to the destinations it is given, or to the
// application's endpoints by the native policy. No two of its bodies are equal.
type plain struct {
	mu           sync.Mutex
	destinations []fairlead.Destination
	rendered     int
	render       func(notifying.EventContext, fairlead.Delivery) ([]byte, error)
}

func (p *plain) Name() string { return "plain" }

func (p *plain) deliverTo(destinations ...fairlead.Destination) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.destinations = destinations
}

func (p *plain) Route(h notifying.EventContext) []fairlead.Destination {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.destinations != nil {
		return p.destinations
	}
	var destinations []fairlead.Destination
	for _, e := range h.Endpoints {
		if h.Event.Endpoint != "" && h.Event.Endpoint != e.ID || len(e.Kinds) > 0 && !slices.Contains(e.Kinds, h.Event.Kind) {
			continue
		}
		destinations = append(destinations, fairlead.Destination{
			Address: e.Address, Endpoint: e.ID, Retry: fairlead.StandardRetry(),
			Signing: fairlead.Signing{Scheme: fairlead.SignStandard, Endpoint: e.ID},
		})
	}
	return destinations
}

func (p *plain) Render(_ context.Context, h notifying.EventContext, n fairlead.Delivery) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rendered++
	if p.render != nil {
		return p.render(h, n)
	}
	return json.Marshal(map[string]any{"status": h.Event.Status, "sequence": h.Event.Sequence, "rendered": p.rendered, "note": canary})
}

func newFixture(t *testing.T, change ...func(*notifying.Options)) *fixture {
	t.Helper()
	return newFixtureOn(t, "sqlite://"+filepath.Join(t.TempDir(), "test.db"), change...)
}

func newFixtureOn(t *testing.T, address string, change ...func(*notifying.Options)) *fixture {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), address, sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f := &fixture{
		t: t, store: s, vault: keyset.Memory(), log: &lines{}, plain: &plain{},
		app: fairlead.Application{ID: "app_one", Tenant: "ten_frozen", ClientID: "app_one", Name: "one", Created: start},
	}
	f.update(func(tx *store.Tx) error {
		tenant := fairlead.Tenant{ID: f.app.Tenant, Name: "frozen", Environment: fairlead.Sandbox, Frozen: start, Created: start}
		if err := tx.Tenants.Put(&tenant); err != nil {
			return err
		}
		return tx.Applications.Put(f.app.Tenant, &f.app)
	})
	f.start(change...)
	t.Cleanup(func() {
		for _, secret := range []string{canary, "whsec_"} {
			if strings.Contains(f.log.String(), secret) {
				t.Errorf("the log shows a secret (%s):\n%s", secret, f.log)
			}
		}
	})
	return f
}

// start makes the verbs anew over the same store, as a restarted process would.
func (f *fixture) start(change ...func(*notifying.Options)) {
	f.t.Helper()
	log := slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := notifying.Options{Store: f.store, Vault: f.vault, Log: log, Loopback: true}
	for _, c := range change {
		c(&options)
	}
	var err error
	if f.notifying, err = notifying.New(options); err != nil {
		f.t.Fatal(err)
	}
	f.notifying.AddRouter(f.plain)
	f.working = working.New(working.Options{Store: f.store, Owner: "node", Yield: f.notifying.Yield, Log: log})
	f.working.Handle(fairlead.DeliverWork, f.notifying.Deliver)
	f.working.HandleKeys(fairlead.PruneWork, notifying.PruneKey, f.notifying.Prune)
}

func (f *fixture) update(fn func(*store.Tx) error) {
	f.t.Helper()
	if err := f.store.Update(context.Background(), fn); err != nil {
		f.t.Fatal(err)
	}
}

// publish publishes events of one connection, each by its status, in one transaction each.
func (f *fixture) publish(connection fairlead.ConnectionID, statuses ...string) (ids []fairlead.EventID) {
	f.t.Helper()
	for _, status := range statuses {
		e := fairlead.Event{
			ID: fairlead.EventID(fairlead.NewID("evt", start)), Tenant: f.app.Tenant, Application: f.app.ID,
			Kind: fairlead.EventRecordsChanged, At: f.now(), Connection: connection, Status: status,
		}
		f.update(func(tx *store.Tx) error { return f.notifying.Publish(tx, e) })
		ids = append(ids, e.ID)
	}
	return ids
}

// now is the tenant's time.
func (f *fixture) now() (now time.Time) {
	err := f.store.View(context.Background(), func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(f.app.Tenant)
		now = t.Time(fairlead.RealClock())
		return err
	})
	if err != nil {
		f.t.Error(err)
	}
	return now
}

// quiet lets all that is due now be done.
func (f *fixture) quiet() {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := f.working.Quiet(ctx, f.app.Tenant); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) advance(by time.Duration) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, _, err := f.working.Advance(ctx, f.app.Tenant, f.now().Add(by)); err != nil {
		f.t.Fatal(err)
	}
}

// background starts a node that works until the test ends.
func (f *fixture) background() { f.run(f.working) }

func (f *fixture) run(w *working.Working) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	f.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			f.t.Error(err)
		}
	})
}

// endpoint makes an endpoint at an address.
func (f *fixture) endpoint(address string, kinds ...fairlead.EventKind) notifying.Created {
	f.t.Helper()
	made, err := f.notifying.CreateEndpoint(context.Background(), f.app, address, kinds)
	if err != nil {
		f.t.Fatal(err)
	}
	return made
}

// deliveries lists an event's deliveries, oldest first.
func (f *fixture) deliveries(id fairlead.EventID) []fairlead.Delivery {
	f.t.Helper()
	list, err := f.notifying.Deliveries(context.Background(), f.app.Tenant, notifying.DeliveryQuery{Event: id})
	if err != nil {
		f.t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

// only is the one delivery of an event.
func (f *fixture) only(id fairlead.EventID) fairlead.Delivery {
	f.t.Helper()
	list := f.deliveries(id)
	if len(list) != 1 {
		f.t.Fatalf("the event has %d deliveries, want 1", len(list))
	}
	return list[0]
}

// got is one post as it arrived.
type got struct {
	header http.Header
	body   []byte
	at     time.Time // tenant time
	path   string
}

func (g got) status() string {
	var v struct{ Status string }
	json.Unmarshal(g.body, &v)
	return v.Status
}

// receiver is a server that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	posts []got
}

// receive starts a receiver; answer, which may be nil, decides after the post was kept.
func (f *fixture) receive(answer http.HandlerFunc) *receiver {
	return f.receiveBy(httptest.NewServer, answer)
}

// receiveOnce is a receiver that answers its first post in its own way, and
// accepts the others.
func (f *fixture) receiveOnce(answer http.HandlerFunc) *receiver {
	var met atomic.Bool
	return f.receive(func(w http.ResponseWriter, r *http.Request) {
		if met.CompareAndSwap(false, true) {
			answer(w, r)
		}
	})
}

// refusing answers with a status.
func refusing(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// receiveTLS is receive over https, trusted.
func (f *fixture) receiveTLS(answer http.HandlerFunc) *receiver {
	r := f.receiveBy(httptest.NewTLSServer, answer)
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	f.notifying.Trust(roots)
	return r
}

func (f *fixture) receiveBy(serve func(http.Handler) *httptest.Server, answer http.HandlerFunc) *receiver {
	r := &receiver{}
	r.Server = serve(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		g := got{req.Header, body, f.now(), req.URL.Path}
		r.mu.Lock()
		r.posts = append(r.posts, g)
		r.mu.Unlock()
		if answer != nil {
			answer(w, req)
		}
	}))
	f.t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.posts)
}

func (r *receiver) statuses() (list []string) {
	for _, g := range r.all() {
		list = append(list, g.status())
	}
	return list
}

// until polls.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for: %s", what)
		}
	}
}

// once is a destination that is tried a single time, unsigned.
func once(address string) fairlead.Destination {
	return fairlead.Destination{Address: address, Signing: fairlead.Signing{Scheme: fairlead.SignNone}}
}

// often is a destination that is tried again after a second, five times.
func often(address string) fairlead.Destination {
	t := once(address)
	for range 5 {
		t.Retry.Delays = append(t.Retry.Delays, time.Second)
	}
	return t
}

func numbers(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint(i))
	}
	return list
}
