package linking_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/erasing"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// publisher records events as facts without routing them.
type publisher struct{}

func (publisher) Publish(tx *store.Tx, e fairlead.Event) error {
	if e.At.IsZero() {
		return errors.New("an event without a time")
	}
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

// finisher leads to the redirect with the code in the query.
type finisher struct{ calls atomic.Int32 }

func (f *finisher) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	f.calls.Add(1)
	message, _ := json.Marshal(map[string]any{"status": o.Link.Status, "code": o.Code})
	return linking.AppReturn{URL: o.Link.Spec.Redirect + "?code=" + o.Code, Message: message}, nil
}

// fixture is linking on real ports, with one sandbox tenant and one application.
type fixture struct {
	t        *testing.T
	l        *linking.Linking
	consents *consenting.Consenting
	erase    *erasing.Erasing
	reads    *reading.Reading
	store    store.Store
	bucket   bucket.Bucket
	vault    *keyset.Vault
	registry *connector.Registry
	tenant   fairlead.TenantID
	app      fairlead.Application
	finisher *finisher
	options  linking.Options
	sandbox  *sandbox.Sandbox
	base     string
}

type ender struct {
	*linking.Linking
	*consenting.Consenting
}

func newFixture(t *testing.T, more ...connector.Connector) *fixture {
	t.Helper()
	ctx := t.Context()
	s, err := sqlstore.Open(ctx, "sqlite://"+filepath.Join(t.TempDir(), "fairlead.db"), sqlstore.Options{Migrate: true})
	must(t, err)
	b, err := filebucket.Open(t.TempDir())
	must(t, err)
	v := keyset.Memory()
	x := &fixture{t: t, store: s, bucket: b, vault: v, finisher: &finisher{}}
	x.sandbox = sandbox.New(sandbox.NewMemory(), sandbox.Options{Time: x.time})
	x.registry, err = connector.NewRegistry(append(more, x.sandbox, statementfile.New())...)
	must(t, err)
	mux := http.NewServeMux()
	x.sandbox.Mount(mux)
	banks := httptest.NewServer(mux)
	t.Cleanup(banks.Close)
	x.base = banks.URL
	tenant := fairlead.Tenant{ID: "ten_test", Name: "test", Environment: fairlead.Sandbox, Seed: "seed", Created: fairlead.RealClock()}
	x.tenant = tenant.ID
	x.app = fairlead.Application{
		ID: "app_test", Tenant: tenant.ID, ClientID: "app_test", Name: "test", CompanyName: "Test Company",
		Origins: []string{"https://app.example.com"}, RedirectHosts: []string{"app.example.com"}, Created: fairlead.RealClock(),
	}
	x.update(func(tx *store.Tx) error {
		if err := tx.Tenants.Put(&tenant); err != nil {
			return err
		}
		return tx.Applications.Put(tenant.ID, &x.app)
	})
	x.options = linking.Options{
		Store: s, Vault: v, Bucket: b, Clock: fairlead.RealClock, Directory: directory.New(x.registry, s), BaseURL: x.base, Publisher: publisher{},
		ConnectorEnv: func(context.Context, fairlead.Tenant, string) (connector.Env, error) {
			return connector.Env{Client: banks.Client()}, nil
		},
	}
	x.consents = consenting.New(consenting.Options{
		Store: s, Vault: v, Clock: fairlead.RealClock, Directory: directory.New(x.registry, s), ConnectorEnv: x.options.ConnectorEnv, BaseURL: x.base, Publisher: publisher{},
	})
	x.options.Revoke = x.consents.Revoke
	x.l = linking.New(x.options)
	x.erase = erasing.New(erasing.Options{Store: s, Vault: x.vault, Bucket: b, Clock: fairlead.RealClock, Ender: ender{x.l, x.consents}})
	x.reads = reading.New(reading.Options{Store: s, Vault: v, Bucket: b, Clock: fairlead.RealClock})
	x.l.Finishes("native", x.finisher)
	t.Cleanup(func() {
		must(t, x.l.Close(context.Background()))
		must(t, b.Close())
		must(t, s.Close())
	})
	return x
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fairlead.ErrorKind) {
	t.Helper()
	if !fairlead.Is(err, kind) {
		t.Fatalf("got %v, want an error of kind %s", err, kind)
	}
}

func (x *fixture) update(fn func(*store.Tx) error) {
	x.t.Helper()
	must(x.t, x.store.Update(context.Background(), fn))
}

func (x *fixture) view(fn func(*store.Tx) error) {
	x.t.Helper()
	must(x.t, x.store.View(context.Background(), fn))
}

// time is the tenant's, for the banks' own pages.
func (x *fixture) time(ctx context.Context, id fairlead.TenantID) (now time.Time, err error) {
	err = x.store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(id)
		now = t.Time(fairlead.RealClock())
		return err
	})
	return now, err
}

// advance moves the tenant's clock.
func (x *fixture) advance(d time.Duration) {
	x.t.Helper()
	x.update(func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(x.tenant)
		if err != nil {
			return err
		}
		t.Offset += d
		return tx.Tenants.Put(&t)
	})
}

// kinds are the events published so far.
func (x *fixture) kinds() (kinds []fairlead.EventKind) {
	for _, e := range x.events() {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

func (x *fixture) events() (all []fairlead.Event) {
	x.t.Helper()
	x.view(func(tx *store.Tx) (err error) {
		all, err = tx.Events.After(x.tenant, store.EventQuery{Limit: 500})
		return err
	})
	return all
}

func (x *fixture) connection(id fairlead.ConnectionID) (c fairlead.Connection) {
	x.t.Helper()
	x.view(func(tx *store.Tx) (err error) {
		c, err = tx.Connections.Get(x.tenant, string(id))
		return err
	})
	return c
}

func (x *fixture) consent(id fairlead.ConsentID) (c fairlead.Consent) {
	x.t.Helper()
	x.view(func(tx *store.Tx) (err error) {
		c, err = tx.Consents.Get(x.tenant, string(id))
		return err
	})
	return c
}

// due reports whether work is enqueued.
func (x *fixture) due(kind fairlead.WorkKind, key string) bool {
	x.t.Helper()
	claimed, err := x.store.Queue().Claim(x.t.Context(), store.ClaimRequest{
		Owner: "test", Now: fairlead.RealClock().Add(100 * 365 * 24 * time.Hour), Lease: time.Minute, Limit: 100, PerConcurrencyKey: 100, Tenant: x.tenant,
	})
	must(x.t, err)
	_, err = x.store.Queue().Renew(x.t.Context(), "test", claimed, -time.Hour)
	must(x.t, err)
	must(x.t, x.store.Queue().Release(x.t.Context(), "test"))
	return slices.ContainsFunc(claimed, func(w fairlead.Work) bool { return w.Kind == kind && w.Key == key })
}

// request is the usual link.
func request(change func(*linking.CreateRequest)) linking.CreateRequest {
	a := linking.CreateRequest{
		Reference: "alice", Origin: fairlead.Origin{Dialect: "native"},
		Spec: fairlead.Spec{Redirect: "https://app.example.com/done", Code: fairlead.CodePolicy{Life: time.Minute}},
	}
	if change != nil {
		change(&a)
	}
	return a
}

// page is a person's browser at a link.
type page struct {
	*fixture
	s    linking.Session
	link fairlead.LinkID
}

// open creates a link and enters it.
func (x *fixture) open(change func(*linking.CreateRequest)) *page {
	x.t.Helper()
	made, err := x.l.Create(x.t.Context(), x.app, request(change))
	must(x.t, err)
	return x.enter(linking.Entry{Token: made.Token})
}

func (x *fixture) enter(v linking.Entry) *page {
	x.t.Helper()
	link, s, err := x.l.Enter(x.t.Context(), v, fairlead.PageToken, "192.0.2.1")
	must(x.t, err)
	return &page{x, s, link.ID}
}

func (p *page) screen() linking.Screen {
	p.t.Helper()
	v := p.visit()
	must(p.t, v.Run(p.t.Context()))
	s, err := v.Screen(p.t.Context())
	must(p.t, err)
	return s
}

// visit opens the link as it stands now.
func (p *page) visit() *linking.Visit {
	p.t.Helper()
	v, err := p.l.Open(p.t.Context(), p.s, p.link)
	must(p.t, err)
	return v
}

// at is the screen of a stage; on the way to the result all accounts are shared.
func (p *page) at(stage fairlead.Stage) linking.Screen {
	p.t.Helper()
	s := p.screen()
	if stage == fairlead.StageResult {
		s = p.share()
	}
	if s.Stage != stage {
		p.t.Fatalf("the link is at %s, want %s (problem %+v)", s.Stage, stage, s.Problem)
	}
	return s
}

// toLogin goes through welcome, institution and consent.
func (p *page) toLogin(institution string) linking.Screen {
	p.t.Helper()
	ctx := p.t.Context()
	if p.screen().Stage == fairlead.StageWelcome {
		must(p.t, p.visit().Proceed(ctx))
	}
	if p.screen().Stage == fairlead.StageInstitution {
		must(p.t, p.visit().Choose(ctx, institution))
	}
	if p.screen().Stage == fairlead.StageConsent {
		must(p.t, p.visit().Agree(ctx, 0, false))
	}
	return p.at(fairlead.StageConversation)
}

func fields(pairs ...string) fairlead.Answer {
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for i := 0; i < len(pairs); i += 2 {
		a.Fields[pairs[i]] = fairlead.NewSecret(pairs[i+1])
	}
	return a
}

// login answers the login form, and shares all accounts that are listed then.
func (p *page) login(user, password string) linking.Screen {
	p.t.Helper()
	p.signIn(user, password)
	return p.share()
}

// signIn answers the login form.
func (p *page) signIn(user, password string) linking.Screen {
	p.t.Helper()
	must(p.t, p.visit().Answer(p.t.Context(), p.screen().Turn, fields("user", user, "password", password)))
	return p.screen()
}

// share picks all accounts, where there are some to choose from.
func (p *page) share() linking.Screen {
	p.t.Helper()
	s := p.screen()
	if s.Stage == fairlead.StageAccounts {
		must(p.t, p.visit().Pick(p.t.Context(), refsOf(s.Accounts)))
		s = p.screen()
	}
	return s
}

// connect goes all the way to a connection at Harbor Bank.
func (p *page) connect(user string) fairlead.Connection {
	p.t.Helper()
	p.toLogin("harbor")
	s := p.login(user, user)
	if len(s.Connected) == 0 {
		p.t.Fatalf("nothing was connected: stage %s, problem %+v", s.Stage, s.Problem)
	}
	return s.Connected[len(s.Connected)-1].Connection
}
