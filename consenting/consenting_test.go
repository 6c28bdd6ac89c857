package consenting_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// publisher records events as facts and routes them nowhere.
type publisher struct{}

func (publisher) Publish(tx *store.Tx, e fairlead.Event) error {
	if e.At.IsZero() {
		return errors.New("an event without a time")
	}
	e.ID = fairlead.EventID(fairlead.NewID("evt", e.At))
	return tx.Events.Append(e)
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const (
	tenant = fairlead.TenantID("ten_test")
	conn   = fairlead.ConnectionID("con_test")
	cons   = fairlead.ConsentID("cns_test")
)

// env is consenting on a real store, with one connection that stands on a consent.
type env struct {
	t *testing.T
	*consenting.Consenting
	store store.Store
	at    time.Time
}

func newEnv(t *testing.T, change func(*fairlead.Connection, *fairlead.Consent)) *env {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "fairlead.db"), sqlstore.Options{Migrate: true})
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	registry, err := connector.NewRegistry()
	must(t, err)
	e := &env{t: t, store: s, at: now}
	e.Consenting = consenting.New(consenting.Options{
		Store: s, Vault: keyset.Memory(), Clock: func() time.Time { return e.at }, Directory: directory.New(registry, s), Publisher: publisher{},
	})
	c := fairlead.Connection{ID: conn, Tenant: tenant, Application: "app_test", Person: "per_test", Consent: cons, Status: fairlead.ConnectionActive, Created: now}
	k := fairlead.Consent{ID: cons, Tenant: tenant, Application: "app_test", Person: "per_test", Connection: conn, Created: now}
	k.Become(fairlead.ConsentAuthorised, now)
	change(&c, &k)
	e.update(func(tx *store.Tx) error {
		if err := tx.Tenants.Put(&fairlead.Tenant{ID: tenant, Name: "test", Environment: fairlead.Live, Created: now}); err != nil {
			return err
		}
		if err := tx.Connections.Put(tenant, &c); err != nil {
			return err
		}
		if err := tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: string(conn), Tenant: tenant, Due: now.AddDate(0, 0, 1)}); err != nil {
			return err
		}
		return tx.Consents.Put(tenant, &k)
	})
	return e
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (e *env) update(fn func(*store.Tx) error) {
	e.t.Helper()
	must(e.t, e.store.Update(e.t.Context(), fn))
}

func (e *env) expire(at time.Time) {
	e.t.Helper()
	e.at = at
	_, err := e.Expire(e.t.Context(), fairlead.Work{Kind: fairlead.ExpireWork, Key: string(cons), Tenant: tenant})
	must(e.t, err)
}

// published counts the events of a kind.
func (e *env) published(kind fairlead.EventKind) (n int) {
	e.t.Helper()
	must(e.t, e.store.View(e.t.Context(), func(tx *store.Tx) error {
		all, err := tx.Events.After(tenant, store.EventQuery{Limit: 100})
		n = 0
		for _, event := range all {
			if event.Kind == kind {
				n++
			}
		}
		return err
	}))
	return n
}

func (e *env) connection() (c fairlead.Connection, scheduled bool) {
	e.t.Helper()
	must(e.t, e.store.View(e.t.Context(), func(tx *store.Tx) (err error) {
		if c, err = tx.Connections.Get(tenant, string(conn)); err != nil {
			return err
		}
		work, err := tx.Work.Upcoming(tenant, now.AddDate(1, 0, 0), 1)
		scheduled = len(work) > 0 && work[0].Kind == fairlead.CollectWork
		return err
	}))
	return c, scheduled
}

func TestAnExpiredConsentIsNewsToWhoeverKnewOfAWrongPassword(t *testing.T) {
	t.Parallel()
	since := now.AddDate(0, 0, -3)
	e := newEnv(t, func(c *fairlead.Connection, k *fairlead.Consent) {
		c.Status, c.NeedsActionNotified = fairlead.ConnectionNeedsAction, true
		c.Problem = &fairlead.Problem{Kind: fairlead.RejectedLogin, Actor: fairlead.ActorPerson, Since: since}
		k.Expires = now.AddDate(0, 0, 1)
	})
	e.expire(now.AddDate(0, 0, 2))
	if n := e.published(fairlead.EventConnectionNeedsAction); n != 1 {
		t.Errorf("connection.needs_action was published %d times, want once: it is another kind of problem", n)
	}
	if c, _ := e.connection(); c.Problem.Kind != fairlead.ConsentEnded || !c.Problem.Since.Equal(e.at) {
		t.Errorf("the problem is %+v", c.Problem)
	}
}

func TestAnExpiredConsentIsNoNewsToWhoeverKnewThatItEnded(t *testing.T) {
	t.Parallel()
	since := now.AddDate(0, 0, -3)
	e := newEnv(t, func(c *fairlead.Connection, k *fairlead.Consent) {
		c.Status, c.NeedsActionNotified = fairlead.ConnectionNeedsAction, true
		c.Problem = &fairlead.Problem{Kind: fairlead.ConsentEnded, Actor: fairlead.ActorPerson, Since: since}
		k.Expires = now.AddDate(0, 0, 1)
	})
	e.expire(now.AddDate(0, 0, 2))
	if n := e.published(fairlead.EventConnectionNeedsAction); n != 0 {
		t.Errorf("connection.needs_action was published %d times again", n)
	}
	if c, _ := e.connection(); !c.Problem.Since.Equal(since) {
		t.Errorf("the problem began anew at %s", c.Problem.Since)
	}
}

func TestNothingIsCollectedAfterAConsentHasExpired(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(_ *fairlead.Connection, k *fairlead.Consent) { k.Expires = now.AddDate(0, 0, 1) })
	if _, scheduled := e.connection(); !scheduled {
		t.Fatal("nothing was scheduled before")
	}
	e.expire(now.AddDate(0, 0, 2))
	c, scheduled := e.connection()
	if c.Status != fairlead.ConnectionNeedsAction || !c.NextRun.IsZero() || scheduled {
		t.Errorf("%s, next run %s, scheduled %v", c.Status, c.NextRun, scheduled)
	}
	if n := e.published(fairlead.EventConsentExpired); n != 1 {
		t.Errorf("consent.expired was published %d times", n)
	}
}

func TestAConsentIsWarnedOfOnceBeforeItsEnd(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(_ *fairlead.Connection, k *fairlead.Consent) { k.Expires = now.AddDate(0, 0, 30) })
	for _, days := range []int{1, 24, 25} {
		e.expire(now.AddDate(0, 0, days))
	}
	if n := e.published(fairlead.EventConsentExpiring); n != 1 {
		t.Errorf("consent.expiring was published %d times", n)
	}
}

func TestAnEndThatIsAnnouncedIsWarnedOfAlsoWhereItIsNear(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(_ *fairlead.Connection, k *fairlead.Consent) {
		k.Expires, k.Agreed = now.AddDate(0, 0, 3), &time.Time{}
	})
	e.expire(now.AddDate(0, 0, 1))
	e.expire(now.AddDate(0, 0, 2))
	if n := e.published(fairlead.EventConsentExpiring); n != 1 {
		t.Errorf("consent.expiring was published %d times", n)
	}
}

func TestAConnectionWhoseFirstCollectionFailedCanBeDisconnected(t *testing.T) {
	t.Parallel()
	down := fairlead.Problem{Kind: fairlead.SlowDown, Actor: fairlead.ActorNobody, Since: now}
	e := newEnv(t, func(c *fairlead.Connection, _ *fairlead.Consent) {
		c.Status, c.Problem, c.Failures, c.ResetsAt, c.Waiting = fairlead.ConnectionCollecting, &down, 3, now.AddDate(0, 0, 1), []fairlead.CollectionID{"col_1"}
		c.Calls = []time.Time{now}
		c.Products = map[fairlead.Product]fairlead.ProductState{fairlead.ProductAccounts: {Status: fairlead.ProductPending, Partial: []fairlead.Problem{down}}}
	})
	must(t, e.Disconnect(t.Context(), tenant, conn, "app_test", fairlead.ConsentRevokedByApplication))
	c, scheduled := e.connection()
	if c.Status != fairlead.ConnectionDisconnected || scheduled || c.Problem != nil || !c.ResetsAt.IsZero() || len(c.Calls) != 0 || len(c.Waiting) != 0 ||
		len(c.Products[fairlead.ProductAccounts].Partial) != 0 {
		t.Errorf("the connection is %+v, scheduled: %t", c, scheduled)
	}
	if n := e.published(fairlead.EventConnectionDisconnected); n != 1 {
		t.Errorf("connection.disconnected was published %d times", n)
	}
}
