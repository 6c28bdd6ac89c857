package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// collected is how many transactions one collection brings, in pages of pageRows.
const collected = 10_000

// collections compares a first collection with a bare bulk upsert of the very
// rows that it wrote, a durable commit a page, on both databases.
func collections(ctx context.Context, s settings) error {
	for _, engine := range []struct {
		name   string
		tables func(context.Context, settings) (tables, error)
	}{{"SQLite", sqliteTables}, {"PostgreSQL", postgresTables}} {
		name := "collecting into " + engine.name + " (rows)"
		if !s.only.MatchString(name) {
			continue
		}
		if err := collectInto(ctx, s, name, engine.tables); err != nil {
			return err
		}
	}
	return nil
}

func collectInto(ctx context.Context, s settings, name string, empty func(context.Context, settings) (tables, error)) error {
	ours, err := empty(ctx, s)
	if err != nil {
		return err
	}
	if ours.address == "" {
		skipped(name, noPostgres)
		return nil
	}
	defer ours.drop()
	theirs, err := empty(ctx, s)
	if err != nil {
		return err
	}
	defer theirs.drop()
	c, err := newCollector(ctx, s, ours.address, newBank())
	if err != nil {
		return err
	}
	defer c.store.Close()
	upsert, err := theirs.bare(ctx)
	if err != nil {
		return err
	}
	// Both sides write the same rows: a round's product first makes what the next
	// round's floor writes, so one collection runs ahead.
	if _, err := c.collect(ctx); err != nil {
		return err
	}
	floor := func(ctx context.Context) (measured, error) {
		watch := startWatch()
		for rest := c.written; len(rest) > 0; rest = rest[min(len(rest), pageRows):] {
			if err := upsert(ctx, c.connection, rest[:min(len(rest), pageRows)]); err != nil {
				return measured{}, err
			}
		}
		return watch.took(len(c.written)), nil
	}
	return comparison{name, "0.5", floor, c.collect}.measure(ctx, s)
}

// collector is collecting with what it needs, and nothing beside.
type collector struct {
	store      store.Store
	collecting *collecting.Collecting
	vault      *keyset.Vault
	tenant     fairlead.Tenant
	person     fairlead.Person
	connection fairlead.ConnectionID // of the last collection
	written    []fairlead.Record     // by it
}

func newCollector(ctx context.Context, s settings, address string, bank connector.Connector) (*collector, error) {
	opened, err := sqlstore.Open(ctx, address, sqlstore.Options{})
	if err != nil {
		return nil, err
	}
	blobs, err := filebucket.Open(filepath.Join(s.folder, "blobs"))
	if err != nil {
		return nil, err
	}
	registry, err := connector.NewRegistry(bank)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	c := &collector{store: opened, vault: keyset.Memory()}
	c.tenant = fairlead.Tenant{ID: "ten_1", Name: "bench", Environment: fairlead.Sandbox, Seed: "bench", Created: now}
	c.person = fairlead.Person{ID: "per_1", Tenant: c.tenant.ID, Reference: "ada", Created: now}
	c.collecting = collecting.New(collecting.Options{
		Store: opened, Vault: c.vault, Bucket: blobs, Clock: fairlead.RealClock, Directory: directory.New(registry, opened), Publisher: eventLog{}, PageSize: pageRows,
		ConnectorEnv: func(_ context.Context, t fairlead.Tenant, _ string) (connector.Env, error) {
			return connector.Env{Tenant: t.ID, Environment: t.Environment, Seed: t.Seed, Now: time.Now()}, nil
		},
	})
	app := fairlead.Application{ID: "app_1", Tenant: c.tenant.ID, ClientID: "app_1", Name: "app", Created: now}
	return c, opened.Update(ctx, func(tx *store.Tx) error {
		if err := tx.Tenants.Put(&c.tenant); err != nil {
			return err
		}
		if err := tx.Applications.Put(c.tenant.ID, &app); err != nil {
			return err
		}
		return tx.Persons.Put(c.tenant.ID, &c.person)
	})
}

// eventLog keeps events as notifying does, and plans nothing.
type eventLog struct{}

func (eventLog) Publish(tx *store.Tx, e fairlead.Event) error {
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

// collect runs the first collection of a new connection and then looks what it wrote.
func (c *collector) collect(ctx context.Context) (took measured, err error) {
	id := fairlead.ConnectionID(fairlead.NewID("con", time.Now()))
	if err := c.connect(ctx, id, fairlead.ProductAccounts, fairlead.ProductTransactions); err != nil {
		return took, err
	}
	watch := startWatch()
	if _, err := c.collecting.Run(ctx, fairlead.Work{Tenant: c.tenant.ID, Kind: fairlead.CollectWork, Key: string(id)}); err != nil {
		return took, err
	}
	took = watch.took(0) // how many rows is looked up now
	c.connection, c.written = id, nil
	for position := int64(0); ; {
		var page []fairlead.Record
		err := c.store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Records.Changes(c.tenant.ID, id, position, 1000)
			return err
		})
		if err != nil {
			return took, err
		}
		if len(page) == 0 {
			break
		}
		c.written = append(c.written, page...)
		position = page[len(page)-1].Position
	}
	if len(c.written) < collected {
		return took, fmt.Errorf("the collection wrote %d records", len(c.written))
	}
	took.units = float64(len(c.written))
	return took, nil
}

// connect makes the connection that linking would make.
func (c *collector) connect(ctx context.Context, id fairlead.ConnectionID, products ...fairlead.Product) (err error) {
	conn := fairlead.Connection{
		ID: id, Tenant: c.tenant.ID, Application: "app_1", Person: c.person.ID, Reference: c.person.Reference, Institution: bankID, Connector: "bank",
		Identity: string(id), Status: fairlead.ConnectionCollecting, Created: time.Now(),
		Products: map[fairlead.Product]fairlead.ProductState{},
	}
	for _, p := range products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: c.tenant.ID, ID: string(id)}
	if conn.Key, err = c.vault.NewKey(owner); err != nil {
		return err
	}
	if conn.Secrets, err = c.vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), []byte(`{"token":"x"}`)); err != nil {
		return err
	}
	return c.store.Update(ctx, func(tx *store.Tx) error {
		put := conn
		return tx.Connections.Put(c.tenant.ID, &put)
	})
}

// tables is one database, migrated.
type tables struct {
	address string // "": there is no server
	bare    func(context.Context) (upsert, error)
	drop    func()
}

func sqliteTables(ctx context.Context, s settings) (tables, error) {
	folder, err := os.MkdirTemp(s.folder, "collect-")
	if err != nil {
		return tables{}, err
	}
	file := filepath.Join(folder, "fairlead.db")
	if err := migrate(ctx, "sqlite://"+file); err != nil {
		return tables{}, err
	}
	return tables{"sqlite://" + file, func(ctx context.Context) (upsert, error) { return upsertSQLite(ctx, file) }, func() {}}, nil
}

func migrate(ctx context.Context, address string) error {
	made, err := sqlstore.Open(ctx, address, sqlstore.Options{Migrate: true})
	if err != nil {
		return err
	}
	return made.Close()
}
