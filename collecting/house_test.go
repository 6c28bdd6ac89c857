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
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// house is a whole server's worth of collecting on a temporary database: a
// sandbox tenant whose clock the test moves, one person, and what was told.
type house struct {
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

	mu  sync.Mutex
	now time.Time
}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// open builds a house. Further connectors live beside the sandbox.
func open(t testing.TB, more ...connector.Connector) *house {
	t.Helper()
	h := &house{TB: t, vault: keyset.Memory(), sandbox: sandbox.New(sandbox.NewMemory(), sandbox.Options{}), now: noon(), folder: t.TempDir()}
	var err error
	if h.store, err = sqlstore.Open(t.Context(), apptest.Store(t, h.folder), sqlstore.Options{Migrate: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	if h.bucket, err = filebucket.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.bucket.Close() })
	if h.registry, err = connector.NewRegistry(append([]connector.Connector{h.sandbox}, more...)...); err != nil {
		t.Fatal(err)
	}
	h.collecting = h.node(0)
	h.tenant = fairlead.Tenant{ID: "ten_1", Name: "test", Environment: fairlead.Sandbox, Seed: "seed", Created: noon()}
	h.person = fairlead.Person{ID: "per_1", Tenant: h.tenant.ID, Reference: "ada", Created: noon()}
	app := fairlead.Application{ID: "app_1", Tenant: h.tenant.ID, ClientID: "app_1", Name: "app", Created: noon()}
	h.update(func(tx *store.Tx) error {
		if err := tx.Tenants.Put(&h.tenant); err != nil {
			return err
		}
		if err := tx.Applications.Put(h.tenant.ID, &app); err != nil {
			return err
		}
		return tx.Persons.Put(h.tenant.ID, &h.person)
	})
	return h
}

// node is another server over the same database.
func (h *house) node(pageSize int) *collecting.Collecting {
	return collecting.New(collecting.Options{
		Store: h.store, Vault: h.vault, Bucket: h.bucket, Clock: h.clock, Registry: h.registry,
		ConnectorEnv: h.surround, Publisher: teller{}, PageSize: pageSize,
	})
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) surround(t fairlead.Tenant, _ string) connector.Env {
	return connector.Env{Tenant: t.ID, Environment: t.Environment, Seed: t.Seed, Now: h.clock()}
}

// teller keeps events as notifying does, and plans nothing.
type teller struct{}

func (teller) Publish(tx *store.Tx, e fairlead.Event) error {
	if e.Kind == fairlead.EventCollectionFinished { // whoever plans it must see how it ended
		if col, err := tx.Collections.Get(e.Tenant, string(e.Collection)); err != nil || col.Ended.IsZero() {
			return fmt.Errorf("told before it was written: %w", errors.Join(err, errors.ErrUnsupported))
		}
	}
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

func (h *house) update(fn func(*store.Tx) error) {
	h.Helper()
	if err := h.store.Update(context.Background(), fn); err != nil {
		h.Fatal(err)
	}
}

func (h *house) view(fn func(*store.Tx) error) {
	h.Helper()
	if err := h.store.View(context.Background(), fn); err != nil {
		h.Fatal(err)
	}
}

// connect makes the connection that linking would make.
func (h *house) connect(institution string, secrets map[string]string, products ...fairlead.Product) fairlead.ConnectionID {
	h.Helper()
	i, err := h.registry.Institution(fairlead.Sandbox, institution)
	if err != nil {
		h.Fatal(err)
	}
	if len(products) == 0 {
		products = i.Products
	}
	conn := fairlead.Connection{
		ID: fairlead.ConnectionID("con_" + i.ShortName), Tenant: h.tenant.ID, Application: "app_1", Person: h.person.ID, Reference: h.person.Reference,
		Institution: i.ID, Connector: i.Connector, Identity: "identity", Status: fairlead.ConnectionCollecting, Created: h.clock(), Products: map[fairlead.Product]fairlead.ProductState{},
	}
	for _, p := range products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: h.tenant.ID, ID: string(conn.ID)}
	if conn.Key, err = h.vault.NewKey(owner); err != nil {
		h.Fatal(err)
	}
	plain, err := json.Marshal(secrets)
	if err != nil {
		h.Fatal(err)
	}
	if conn.Secrets, err = h.vault.Seal(conn.Key, owner, plain); err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *store.Tx) error { put := conn; return tx.Connections.Put(h.tenant.ID, &put) })
	return conn.ID
}

// login links a persona at a bank of the sandbox.
func (h *house) login(institution, user, password string, products ...fairlead.Product) fairlead.ConnectionID {
	h.Helper()
	i, err := h.registry.Institution(fairlead.Sandbox, institution)
	if err != nil {
		h.Fatal(err)
	}
	s := connector.Start{Env: h.surround(h.tenant, ""), Institution: i, Products: i.Products, Person: h.person.ID, Reference: "ada", Conversation: "lnk_1"}
	turn, err := h.sandbox.Begin(h.Context(), s)
	for err == nil && turn.Step.Done == nil {
		var a fairlead.Answer
		if a, err = h.sandbox.Headless(user, password, turn.Step); err == nil {
			turn, err = h.sandbox.Resume(h.Context(), s, turn.State, a)
		}
	}
	if err != nil {
		h.Fatal(err)
	}
	secrets := map[string]string{}
	for name, s := range turn.Step.Done.Secrets {
		secrets[name] = s.Reveal()
	}
	return h.connect(institution, secrets, products...)
}

// run collects once.
func (h *house) run(id fairlead.ConnectionID) {
	h.Helper()
	if err := h.runBy(h.collecting, id); err != nil {
		h.Fatal(err)
	}
}

func (h *house) runBy(c *collecting.Collecting, id fairlead.ConnectionID) error {
	_, err := c.Run(context.Background(), fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: h.tenant.ID})
	return err
}

func (h *house) connection(id fairlead.ConnectionID) (conn fairlead.Connection) {
	h.Helper()
	h.view(func(tx *store.Tx) (err error) {
		conn, err = tx.Connections.Get(h.tenant.ID, string(id))
		return err
	})
	return conn
}

// records lists the live records of a kind, oldest first.
func (h *house) records(id fairlead.ConnectionID, kind fairlead.RecordKind) (out []fairlead.Record) {
	h.Helper()
	h.view(func(tx *store.Tx) error {
		q := store.RecordQuery{Connection: id, Kind: kind, Limit: 1000}
		for {
			page, err := tx.Records.List(h.tenant.ID, q)
			if err != nil || len(page) == 0 {
				return err
			}
			out = append(out, page...)
			q.AfterDay, q.After = page[len(page)-1].Day, page[len(page)-1].ID
		}
	})
	return out
}

// events lists what was told, as "kind status why".
func (h *house) events() (out []string) {
	h.Helper()
	h.view(func(tx *store.Tx) error {
		events, err := tx.Events.After(h.tenant.ID, store.EventQuery{Limit: 1000})
		for _, e := range events {
			out = append(out, fmt.Sprintf("%s %s %s", e.Kind, e.Status, e.Why))
		}
		return err
	})
	return out
}

// due is when the connection's work is due, zero if never.
func (h *house) due(id fairlead.ConnectionID) (at time.Time) {
	h.Helper()
	h.view(func(tx *store.Tx) error {
		w, err := tx.Work.Earliest(h.tenant.ID, h.clock().AddDate(1, 0, 0))
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		at = w.Due
		return err
	})
	return at
}

// last is the collection that ended last.
func (h *house) last(id fairlead.ConnectionID) (col fairlead.Collection) {
	h.Helper()
	h.view(func(tx *store.Tx) error {
		all, err := tx.Collections.List(h.tenant.ID, store.Query{Where: []store.Match{store.By(store.ByConnection, string(id))}, Limit: 1000})
		for _, c := range all {
			if !c.Started.Before(col.Started) {
				col = c
			}
		}
		return err
	})
	return col
}
