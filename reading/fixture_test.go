package reading_test

import (
	"context"
	"encoding/json"
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
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// fixture is a temporary database with one person, their connection to Harbor Bank
// and what was collected from it.
type fixture struct {
	testing.TB
	store      store.Store
	vault      *keyset.Vault
	bucket     bucket.Bucket
	reading    *reading.Reading
	collecting *collecting.Collecting
	tenant     fairlead.TenantID
	connection fairlead.ConnectionID

	mu  sync.Mutex
	now time.Time
}

func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func (h *fixture) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *fixture) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// open builds a fixture; products say what is collected from Harbor.
func open(t testing.TB, products ...fairlead.Product) *fixture {
	t.Helper()
	h := &fixture{TB: t, vault: keyset.Memory(), tenant: "ten_1", connection: "con_harbor", now: noon()}
	var err error
	if h.store, err = sqlstore.Open(t.Context(), apptest.Store(t, t.TempDir()), sqlstore.Options{Migrate: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
	if h.bucket, err = filebucket.Open(t.TempDir()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.bucket.Close() })
	h.reading = reading.New(reading.Options{Store: h.store, Vault: h.vault, Bucket: h.bucket, Clock: h.clock, BaseURL: "https://fairlead.example"})
	h.link(products)
	return h
}

// link links the persona good at Harbor Bank and collects once.
func (h *fixture) link(products []fairlead.Product) {
	h.Helper()
	bank := sandbox.New(sandbox.NewMemory(), sandbox.Options{})
	registry, err := connector.NewRegistry(bank)
	if err != nil {
		h.Fatal(err)
	}
	harbor, err := registry.Institution(fairlead.Sandbox, "harbor")
	if err != nil {
		h.Fatal(err)
	}
	tenant := fairlead.Tenant{ID: h.tenant, Name: "test", Environment: fairlead.Sandbox, Seed: "seed", Created: noon()}
	other := fairlead.Tenant{ID: "ten_2", Name: "other", Environment: fairlead.Sandbox, Seed: "seed", Created: noon()}
	app := fairlead.Application{ID: "app_1", Tenant: h.tenant, ClientID: "app_1", Name: "app", Created: noon()}
	person := fairlead.Person{ID: "per_1", Tenant: h.tenant, Reference: "ada", Created: noon()}
	h.sealDetails(&person)
	conn := fairlead.Connection{
		ID: h.connection, Tenant: h.tenant, Application: app.ID, Person: person.ID, Reference: "ada", Institution: harbor.ID, Connector: sandbox.Name,
		Identity: "identity", Status: fairlead.ConnectionCollecting, Created: noon(), Products: map[fairlead.Product]fairlead.ProductState{},
	}
	for _, p := range products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: h.tenant, ID: string(conn.ID)}
	if conn.Key, err = h.vault.NewKey(owner); err != nil {
		h.Fatal(err)
	}
	if conn.Secrets, err = h.vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), []byte(`{"user":"good","words":"good"}`)); err != nil {
		h.Fatal(err)
	}
	h.update(func(tx *store.Tx) error {
		for _, t := range []fairlead.Tenant{tenant, other} {
			if err := tx.Tenants.Put(&t); err != nil {
				return err
			}
		}
		app, person, conn := app, person, conn
		if err := tx.Applications.Put(h.tenant, &app); err != nil {
			return err
		}
		if err := tx.Persons.Put(h.tenant, &person); err != nil {
			return err
		}
		return tx.Connections.Put(h.tenant, &conn)
	})
	h.collecting = collecting.New(collecting.Options{
		Store: h.store, Vault: h.vault, Bucket: h.bucket, Clock: h.clock, Directory: directory.New(registry, h.store), Publisher: publisher{}, Changed: h.reading.Wake,
		ConnectorEnv: func(_ context.Context, t fairlead.Tenant, _ string) (connector.Env, error) {
			return connector.Env{Tenant: t.ID, Environment: t.Environment, Seed: t.Seed, Now: h.clock()}, nil
		},
	})
	if len(products) > 0 {
		h.collect()
	}
}

func (h *fixture) sealDetails(p *fairlead.Person) {
	h.Helper()
	owner := vault.Owner{Tenant: h.tenant, ID: string(p.ID)}
	plain, err := json.Marshal(fairlead.PersonDetails{Email: "ada@example.com"})
	if err != nil {
		h.Fatal(err)
	}
	if p.Key, err = h.vault.NewKey(owner); err != nil {
		h.Fatal(err)
	}
	if p.Details, err = h.vault.Seal(p.Key, owner.At(owner.ID, "details"), plain); err != nil {
		h.Fatal(err)
	}
}

func (h *fixture) collect() {
	h.Helper()
	if _, err := h.collecting.Run(context.Background(), fairlead.Work{Kind: fairlead.CollectWork, Key: string(h.connection), Tenant: h.tenant}); err != nil {
		h.Fatal(err)
	}
}

// publisher stores events as notifying does.
type publisher struct{}

func (publisher) Publish(tx *store.Tx, e fairlead.Event) error {
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

func (h *fixture) update(fn func(*store.Tx) error) {
	h.Helper()
	if err := h.store.Update(context.Background(), fn); err != nil {
		h.Fatal(err)
	}
}

// write puts records straight into the store: n transactions of an account.
func (h *fixture) write(first, n int) {
	h.Helper()
	var records []fairlead.Record
	for i := first; i < first+n; i++ {
		day := fairlead.Date{Year: 2026, Month: 1, Day: 1}.AddDays(i / 7)
		noun := fairlead.Transaction{
			AccountRef: "A", Ref: fmt.Sprintf("T%06d", i), State: fairlead.TransactionPosted, Amount: fairlead.NewMoney(int64(-100-i), 2, "USD"), Booked: day, Value: day,
			Description: "GROCERIES AND MORE", Original: "POS GROCERIES AND MORE 1234", Kind: "card", MCC: "5411", Category: "food", CardMask: "1234",
			Counterparty: &fairlead.Counterparty{Name: "Groceries and More", Kind: fairlead.PersonCompany},
		}
		body, err := json.Marshal(noun)
		if err != nil {
			h.Fatal(err)
		}
		records = append(records, fairlead.Record{
			ID: fairlead.RecordID(fmt.Sprintf("txn_%06d", i)), Tenant: h.tenant, Connection: h.connection, Account: "acc_a", Kind: fairlead.TransactionRecord,
			Ref: noun.Ref, Day: day, State: "posted", Version: 1, Changed: noon(), Reason: "first", Body: body,
		})
	}
	h.update(func(tx *store.Tx) error { return tx.Records.Upsert(h.tenant, h.connection, records) })
}
