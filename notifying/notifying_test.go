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
	patience = 20 * time.Second
	// canary stands in bodies, secrets and addresses, and must be in no log.
	canary = "canary-4be1"
)

// office is an application of a sandbox tenant, whose notices really go out to
// servers on loopback.
type office struct {
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

// plain is a dialect: it tells every event to the targets it is given, or to the
// application's endpoints by the native policy. No two of its bodies are equal.
type plain struct {
	mu       sync.Mutex
	targets  []fairlead.Destination
	rendered int
	render   func(notifying.EventContext, fairlead.Delivery) ([]byte, error)
}

func (p *plain) Name() string { return "plain" }

func (p *plain) tellTo(targets ...fairlead.Destination) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.targets = targets
}

func (p *plain) Route(h notifying.EventContext) []fairlead.Destination {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.targets != nil {
		return p.targets
	}
	var targets []fairlead.Destination
	for _, e := range h.Endpoints {
		if h.Event.Endpoint != "" && h.Event.Endpoint != e.ID || len(e.Kinds) > 0 && !slices.Contains(e.Kinds, h.Event.Kind) {
			continue
		}
		targets = append(targets, fairlead.Destination{
			Address: e.Address, Endpoint: e.ID, Retry: fairlead.StandardRetry(),
			Signing: fairlead.Signing{Scheme: fairlead.SignStandard, Endpoint: e.ID},
		})
	}
	return targets
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

func newOffice(t *testing.T, change ...func(*notifying.Options)) *office {
	t.Helper()
	return newOfficeOn(t, "sqlite://"+filepath.Join(t.TempDir(), "test.db"), change...)
}

func newOfficeOn(t *testing.T, address string, change ...func(*notifying.Options)) *office {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), address, sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	o := &office{
		t: t, store: s, vault: keyset.Memory(), log: &lines{}, plain: &plain{},
		app: fairlead.Application{ID: "app_one", Tenant: "ten_frozen", ClientID: "app_one", Name: "one", Created: start},
	}
	o.update(func(tx *store.Tx) error {
		tenant := fairlead.Tenant{ID: o.app.Tenant, Name: "frozen", Environment: fairlead.Sandbox, Frozen: start, Created: start}
		if err := tx.Tenants.Put(&tenant); err != nil {
			return err
		}
		return tx.Applications.Put(o.app.Tenant, &o.app)
	})
	o.start(change...)
	t.Cleanup(func() {
		for _, secret := range []string{canary, "whsec_"} {
			if strings.Contains(o.log.String(), secret) {
				t.Errorf("the log tells a secret (%s):\n%s", secret, o.log)
			}
		}
	})
	return o
}

// start makes the verbs anew over the same store, as a restarted process would.
func (o *office) start(change ...func(*notifying.Options)) {
	o.t.Helper()
	log := slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options := notifying.Options{Store: o.store, Vault: o.vault, Log: log, Loopback: true}
	for _, c := range change {
		c(&options)
	}
	var err error
	if o.notifying, err = notifying.New(options); err != nil {
		o.t.Fatal(err)
	}
	o.notifying.AddRouter(o.plain)
	o.working = working.New(working.Options{Store: o.store, Owner: "node", Log: log})
	o.working.Handle(fairlead.DeliverWork, o.notifying.Deliver)
	o.working.HandleKeys(fairlead.PruneWork, notifying.PruneKey, o.notifying.Prune)
}

func (o *office) update(fn func(*store.Tx) error) {
	o.t.Helper()
	if err := o.store.Update(context.Background(), fn); err != nil {
		o.t.Fatal(err)
	}
}

// tell tells events of one connection, each by its status, in one transaction each.
func (o *office) tell(connection fairlead.ConnectionID, statuses ...string) (ids []fairlead.EventID) {
	o.t.Helper()
	for _, status := range statuses {
		e := fairlead.Event{
			ID: fairlead.EventID(fairlead.NewID("evt", start)), Tenant: o.app.Tenant, Application: o.app.ID,
			Kind: fairlead.EventRecordsChanged, At: o.now(), Connection: connection, Status: status,
		}
		o.update(func(tx *store.Tx) error { return o.notifying.Publish(tx, e) })
		ids = append(ids, e.ID)
	}
	return ids
}

// now is the tenant's time.
func (o *office) now() (now time.Time) {
	err := o.store.View(context.Background(), func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(o.app.Tenant)
		now = t.Time(fairlead.RealClock())
		return err
	})
	if err != nil {
		o.t.Error(err)
	}
	return now
}

// quiet lets all that is due now be done.
func (o *office) quiet() {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := o.working.Quiet(ctx, o.app.Tenant); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) advance(by time.Duration) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, _, err := o.working.Advance(ctx, o.app.Tenant, o.now().Add(by)); err != nil {
		o.t.Fatal(err)
	}
}

// background starts a node that works until the test ends.
func (o *office) background() { o.run(o.working) }

func (o *office) run(w *working.Working) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	o.t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			o.t.Error(err)
		}
	})
}

// endpoint makes an endpoint at an address.
func (o *office) endpoint(address string, kinds ...fairlead.EventKind) notifying.Created {
	o.t.Helper()
	made, err := o.notifying.CreateEndpoint(context.Background(), o.app, address, kinds)
	if err != nil {
		o.t.Fatal(err)
	}
	return made
}

// notices lists an event's notices, oldest first.
func (o *office) notices(id fairlead.EventID) []fairlead.Delivery {
	o.t.Helper()
	list, err := o.notifying.Deliveries(context.Background(), o.app.Tenant, notifying.DeliveryQuery{Event: id})
	if err != nil {
		o.t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

// only is the one notice of an event.
func (o *office) only(id fairlead.EventID) fairlead.Delivery {
	o.t.Helper()
	list := o.notices(id)
	if len(list) != 1 {
		o.t.Fatalf("the event has %d notices, want 1", len(list))
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
func (o *office) receive(answer http.HandlerFunc) *receiver {
	return o.receiveBy(httptest.NewServer, answer)
}

// receiveOnce is a receiver that answers its first post in its own way, and
// accepts the others.
func (o *office) receiveOnce(answer http.HandlerFunc) *receiver {
	var met atomic.Bool
	return o.receive(func(w http.ResponseWriter, r *http.Request) {
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
func (o *office) receiveTLS(answer http.HandlerFunc) *receiver {
	r := o.receiveBy(httptest.NewTLSServer, answer)
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	o.notifying.Trust(roots)
	return r
}

func (o *office) receiveBy(serve func(http.Handler) *httptest.Server, answer http.HandlerFunc) *receiver {
	r := &receiver{}
	r.Server = serve(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		g := got{req.Header, body, o.now(), req.URL.Path}
		r.mu.Lock()
		r.posts = append(r.posts, g)
		r.mu.Unlock()
		if answer != nil {
			answer(w, req)
		}
	}))
	o.t.Cleanup(r.Close)
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

// once is a target that is tried a single time, unsigned.
func once(address string) fairlead.Destination {
	return fairlead.Destination{Address: address, Signing: fairlead.Signing{Scheme: fairlead.SignNone}}
}

// often is a target that is tried again after a second, five times.
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
