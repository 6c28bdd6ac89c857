package collecting_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// fixture is a whole server's worth of collecting on a temporary database: a
// sandbox tenant whose clock the test moves, one person, and what was published.
type fixture struct {
	testing.TB
	store      store.Store
	vault      *keyset.Vault
	bucket     bucket.Bucket
	sandbox    *sandbox.Sandbox
	collecting *collecting.Collecting
	tenant     fairlead.Tenant
	person     fairlead.Person
	registry   *connector.Registry
	folder     string // of the database
	files      string // of the bucket
	connectors []connector.Connector

	mu  sync.Mutex
	now time.Time
}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// newFixture builds a fixture. Further connectors live beside the sandbox.
func newFixture(t testing.TB, more ...connector.Connector) *fixture {
	t.Helper()
	f := &fixture{TB: t, vault: keyset.Memory(), sandbox: sandbox.New(sandbox.NewMemory(), sandbox.Options{}), now: noon(), folder: t.TempDir(), files: t.TempDir()}
	f.connectors = append([]connector.Connector{f.sandbox}, more...)
	var err error
	if f.store, err = sqlstore.Open(t.Context(), apptest.Store(t, f.folder), sqlstore.Options{Migrate: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.store.Close() })
	if f.bucket, err = filebucket.Open(f.files); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.bucket.Close() })
	if f.registry, err = connector.NewRegistry(f.connectors...); err != nil {
		t.Fatal(err)
	}
	f.collecting = f.node(0)
	f.tenant = fairlead.Tenant{ID: "ten_1", Name: "test", Environment: fairlead.Sandbox, Seed: "seed", Created: noon()}
	f.person = fairlead.Person{ID: "per_1", Tenant: f.tenant.ID, Reference: "ada", Created: noon()}
	app := fairlead.Application{ID: "app_1", Tenant: f.tenant.ID, ClientID: "app_1", Name: "app", Created: noon()}
	f.update(func(tx *store.Tx) error {
		if err := tx.Tenants.Put(&f.tenant); err != nil {
			return err
		}
		if err := tx.Applications.Put(f.tenant.ID, &app); err != nil {
			return err
		}
		return tx.Persons.Put(f.tenant.ID, &f.person)
	})
	return f
}

// node is another server over the same database.
func (f *fixture) node(pageSize int) *collecting.Collecting {
	return collecting.New(collecting.Options{
		Store: f.store, Vault: f.vault, Bucket: f.bucket, Clock: f.clock, Directory: directory.New(f.registry, f.store),
		ConnectorEnv: f.connectorEnv, Publisher: eventLog{}, PageSize: pageSize,
	})
}

func (f *fixture) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fixture) wait(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *fixture) connectorEnv(_ context.Context, t fairlead.Tenant, _ string) (connector.Env, error) {
	return connector.Env{Tenant: t.ID, Environment: t.Environment, Seed: t.Seed, Now: f.clock()}, nil
}

// eventLog stores events as notifying does, and routes nothing.
type eventLog struct{}

func (eventLog) Publish(tx *store.Tx, e fairlead.Event) error {
	if e.Kind == fairlead.EventCollectionFinished { // whoever plans it must see how it ended
		if col, err := tx.Collections.Get(e.Tenant, string(e.Collection)); err != nil || col.Ended.IsZero() {
			return fmt.Errorf("published before it was written: %w", errors.Join(err, errors.ErrUnsupported))
		}
	}
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

func (f *fixture) update(fn func(*store.Tx) error) {
	f.Helper()
	if err := f.store.Update(context.Background(), fn); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) view(fn func(*store.Tx) error) {
	f.Helper()
	if err := f.store.View(context.Background(), fn); err != nil {
		f.Fatal(err)
	}
}

// connect makes the connection that linking would make.
func (f *fixture) connect(institution string, secrets map[string]string, products ...fairlead.Product) fairlead.ConnectionID {
	f.Helper()
	i, err := f.registry.Institution(fairlead.Sandbox, institution)
	if err != nil {
		f.Fatal(err)
	}
	if len(products) == 0 {
		products = i.Products
	}
	conn := fairlead.Connection{
		ID: fairlead.ConnectionID("con_" + i.ShortName), Tenant: f.tenant.ID, Application: "app_1", Person: f.person.ID, Reference: f.person.Reference,
		Institution: i.ID, Connector: i.Connector, Identity: "identity", Status: fairlead.ConnectionCollecting, Created: f.clock(),
		Products: map[fairlead.Product]fairlead.ProductState{},
	}
	for _, p := range products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: f.tenant.ID, ID: string(conn.ID)}
	if conn.Key, err = f.vault.NewKey(owner); err != nil {
		f.Fatal(err)
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		f.Fatal(err)
	}
	if conn.Secrets, err = f.vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), plain); err != nil {
		f.Fatal(err)
	}
	f.update(func(tx *store.Tx) error { put := conn; return tx.Connections.Put(f.tenant.ID, &put) })
	return conn.ID
}

// login links a persona at a bank of the sandbox.
func (f *fixture) login(institution, user, password string, products ...fairlead.Product) fairlead.ConnectionID {
	f.Helper()
	i, err := f.registry.Institution(fairlead.Sandbox, institution)
	if err != nil {
		f.Fatal(err)
	}
	env, err := f.connectorEnv(f.Context(), f.tenant, "")
	if err != nil {
		f.Fatal(err)
	}
	s := connector.Start{Env: env, Institution: i, Products: i.Products, Person: f.person.ID, Reference: "ada", Conversation: "lnk_1"}
	turn, err := f.sandbox.Begin(f.Context(), s)
	for err == nil && turn.Step.Done == nil {
		var a fairlead.Answer
		if a, err = f.sandbox.Headless(user, password, turn.Step); err == nil {
			turn, err = f.sandbox.Resume(f.Context(), s, turn.State, a)
		}
	}
	if err != nil {
		f.Fatal(err)
	}
	secrets := map[string]string{}
	for name, s := range turn.Step.Done.Secrets {
		secrets[name] = s.Reveal()
	}
	return f.connect(institution, secrets, products...)
}

// run collects once.
func (f *fixture) run(id fairlead.ConnectionID) {
	f.Helper()
	if err := f.runBy(f.collecting, id); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) runBy(c *collecting.Collecting, id fairlead.ConnectionID) error {
	_, err := c.Run(context.Background(), fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: f.tenant.ID})
	return err
}

func (f *fixture) connection(id fairlead.ConnectionID) (conn fairlead.Connection) {
	f.Helper()
	f.view(func(tx *store.Tx) (err error) {
		conn, err = tx.Connections.Get(f.tenant.ID, string(id))
		return err
	})
	return conn
}

// records lists the live records of a kind, oldest first.
func (f *fixture) records(id fairlead.ConnectionID, kind fairlead.RecordKind) (out []fairlead.Record) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		q := store.RecordQuery{Connection: id, Kind: kind, Limit: 1000}
		for {
			page, err := tx.Records.List(f.tenant.ID, q)
			if err != nil || len(page) == 0 {
				return err
			}
			out = append(out, page...)
			q.AfterDay, q.After = page[len(page)-1].Day, page[len(page)-1].ID
		}
	})
	return out
}

// events lists what was published, as "kind status why".
func (f *fixture) events() (out []string) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		events, err := tx.Events.After(f.tenant.ID, store.EventQuery{Limit: 1000})
		for _, e := range events {
			out = append(out, fmt.Sprintf("%s %s %s", e.Kind, e.Status, e.Why))
		}
		return err
	})
	return out
}

// due is when the connection's work is due, zero if never.
func (f *fixture) due(id fairlead.ConnectionID) (at time.Time) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		work, err := tx.Work.Upcoming(f.tenant.ID, f.clock().AddDate(1, 0, 0), 1)
		if len(work) > 0 {
			at = work[0].Due
		}
		return err
	})
	return at
}

// last is the collection that ended last.
func (f *fixture) last(id fairlead.ConnectionID) (col fairlead.Collection) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		all, err := tx.Collections.List(f.tenant.ID, store.Query{Where: []store.Match{store.By(store.ByConnection, string(id))}, Limit: 1000})
		for _, c := range all {
			if !c.Started.Before(col.Started) {
				col = c
			}
		}
		return err
	})
	return col
}
