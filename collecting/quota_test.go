package collecting_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// limited is a linked bank that may be called so often a day while nobody is there.
func limited(t *testing.T, calls int, attended bool) (*fixture, *bank, fairlead.ConnectionID) {
	t.Helper()
	b := newBank()
	b.quota = &connector.Quota{Calls: calls, Every: 24 * time.Hour, Attended: attended}
	f := newFixture(t, b)
	return f, b, f.connect("bank", map[string]string{"token": "first"}, fairlead.ProductAccounts, fairlead.ProductTransactions)
}

func (f *fixture) provider(connector string) (p fairlead.Provider) {
	f.Helper()
	f.view(func(tx *store.Tx) (err error) {
		p, err = tx.Providers.Find(f.tenant.ID, store.By(store.ByConnector, connector))
		return err
	})
	return p
}

// update collects because the service said that there is something new.
func (f *fixture) updated(id fairlead.ConnectionID, u connector.ProviderUpdate) {
	f.Helper()
	if err := f.collecting.Updated(f.Context(), f.tenant.ID, "up_"+string(id), u); err != nil {
		f.Fatal(err)
	}
}

// known gives a connection the service's name of it.
func (f *fixture) known(id fairlead.ConnectionID) {
	f.Helper()
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Upstream = "up_" + string(id)
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
}

func TestAQuotaIsNeverTrippedByUsAndGoesOnWhenItBeginsAnew(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 3, false)
	for n := range 40 {
		b.books = append(b.books, movement("A", "", "2026-11-02", "-1.00", "SHOP "+string(rune('a'+n))))
	}
	f.collecting = f.node(10) // four pages, and one of accounts
	f.run(id)
	if b.calls != 5 || len(f.connection(id).Calls) != 0 {
		t.Fatalf("%d calls while the person was there, %d counted", b.calls, len(f.connection(id).Calls))
	}
	f.tomorrow(id)
	first := f.clock()
	if b.calls != 8 {
		t.Fatalf("%d calls were made, want three", b.calls-5)
	}
	conn := f.connection(id)
	if len(conn.Calls) != 3 || conn.Status != fairlead.ConnectionActive || !conn.NextRun.Equal(first.Add(24*time.Hour)) {
		t.Fatalf("%d calls are counted, the connection is %s, the next run is at %s", len(conn.Calls), conn.Status, conn.NextRun)
	}
	left, err := f.collecting.Allowance(t.Context(), f.tenant.ID, id)
	if err != nil || left.Calls != 3 || left.Left != 0 || !left.Frees.Equal(first.Add(24*time.Hour)) {
		t.Errorf("the allowance is %+v (%v)", left, err)
	}
	if p := f.state(id, fairlead.ProductTransactions).Problem; p == nil || p.Kind != fairlead.SlowDown || !p.RetryAfter.Equal(first.Add(24*time.Hour)) {
		t.Errorf("the product says %+v", p)
	}
	f.collecting = f.node(10) // a restart forgets nothing
	for range 10 {
		f.wait(time.Hour)
		f.run(id)
	}
	if b.calls != 8 {
		t.Fatalf("%d further calls within the day", b.calls-8)
	}
	f.wait(14 * time.Hour)
	f.run(id)
	if b.calls != 10 || !f.last(id).Ended.Equal(f.clock()) || f.state(id, fairlead.ProductTransactions).Problem != nil {
		t.Errorf("%d calls, the collection ended %s", b.calls, f.last(id).Ended)
	}
}

func TestWhoAsksWhileAnUnattendedCollectionWaitsForTheQuotaDoesNotWaitWithIt(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 1, false)
	f.run(id)
	f.tomorrow(id)
	if b.calls != 3 || f.last(id).Ended.Equal(f.clock()) {
		t.Fatalf("%d calls", b.calls)
	}
	f.again(id)
	if b.calls != 4 || !f.last(id).Ended.Equal(f.clock()) || len(f.connection(id).Waiting) != 1 {
		t.Errorf("%d calls, %d collections wait", b.calls, len(f.connection(id).Waiting))
	}
}

func TestOnAFrozenClockAQuotaDoesNotSpin(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 1, false)
	f.run(id)
	f.wait(123 * time.Nanosecond)
	f.tomorrow(id)
	calls := b.calls
	for range 5 {
		f.run(id)
	}
	if b.calls != calls {
		t.Errorf("%d calls more", b.calls-calls)
	}
}

func TestACallIsCountedBeforeItIsMadeSoThatACrashForgetsNone(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 2, false)
	f.run(id)
	f.wait(24 * time.Hour)
	b.shape = func(connector.FetchRequest, *connector.Page) {
		if n := len(f.connection(id).Calls); n != b.calls-2 {
			t.Errorf("%d calls are counted while call %d is under way", n, b.calls-2)
		}
	}
	f.run(id)
}

func TestAPersonWhoIsThereIsToldApart(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 2, false)
	f.run(id)
	f.tomorrow(id)
	f.again(id)
	want := []bool{true, true, false, false, true, true}
	for n, got := range b.attended {
		if n >= len(want) || got != want[n] {
			t.Fatalf("attended: %v, want %v", b.attended, want)
		}
	}
	if len(b.attended) != len(want) || len(f.connection(id).Calls) != 2 {
		t.Errorf("attended: %v, counted %d", b.attended, len(f.connection(id).Calls))
	}
}

func TestWhereAttendedCallsUseUpTheQuotaTheyAreCountedAndNotRefused(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 4, true)
	f.run(id)
	f.again(id)
	f.again(id)
	if b.calls != 6 || len(f.connection(id).Calls) != 6 {
		t.Fatalf("%d calls, %d counted", b.calls, len(f.connection(id).Calls))
	}
	f.known(id)
	f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedData})
	f.wait(2 * time.Minute)
	f.run(id)
	if b.calls != 6 {
		t.Error("an unattended call was made beyond the quota")
	}
}

func TestTriesAreSpreadOverTheSpanOfAQuota(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 4, false)
	f.run(id)
	b.change(func() { b.fails[fairlead.ProductAccounts] = problem(fairlead.InstitutionDown, 0) })
	f.tomorrow(id)
	if got := f.connection(id).NextRun.Sub(f.clock()); got != 6*time.Hour {
		t.Errorf("the next try is %s away", got)
	}
}

func TestARateLimitedConnectionSaysUntilWhenAndNobodyWaitsForNothing(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductAccounts], b.fails[fairlead.ProductTransactions] = problem(fairlead.SlowDown, 5*time.Hour), problem(fairlead.SlowDown, time.Hour)
	f.run(id)
	until := noon().Add(5 * time.Hour)
	conn := f.connection(id)
	if !conn.ResetsAt.Equal(until) || !conn.NextRun.Equal(until) || conn.Problem == nil || conn.Problem.Kind != fairlead.SlowDown || len(conn.Waiting) != 0 {
		t.Fatalf("resets at %s, next run %s, problem %+v", conn.ResetsAt, conn.NextRun, conn.Problem)
	}
	calls := b.calls
	for range 4 {
		f.wait(time.Hour)
		f.run(id)
		err := f.collecting.Request(t.Context(), f.tenant.ID, id)
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != fairlead.RateLimited || !f.clock().Add(e.RetryAfter).Equal(until) || e.Detail != "The institution takes no more requests until 2026-11-20T17:00:00Z." {
			t.Fatalf("a person who asks is told %v", err)
		}
	}
	if b.calls != calls {
		t.Errorf("%d calls before it resets", b.calls-calls)
	}
	b.change(func() { clear(b.fails) })
	f.wait(time.Hour)
	f.run(id)
	if conn := f.connection(id); !conn.ResetsAt.IsZero() || conn.Status != fairlead.ConnectionActive || conn.Problem != nil {
		t.Errorf("after it the connection is %s, resets at %s, problem %+v", conn.Status, conn.ResetsAt, conn.Problem)
	}
}

func TestAPartThatIsRefusedForTheQuotaIsWaitedFor(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.without("B", problem(fairlead.SlowDown, 30*time.Hour))
	f.run(id)
	if conn := f.connection(id); !conn.ResetsAt.Equal(noon().Add(30*time.Hour)) || !conn.NextRun.Equal(conn.ResetsAt) || conn.Status != fairlead.ConnectionActive {
		t.Errorf("resets at %s, next run %s", conn.ResetsAt, conn.NextRun)
	}
}

func TestKeysThatAreUsedUpStopEveryConnectionThroughThem(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.update(func(tx *store.Tx) error {
		return tx.Providers.Put(f.tenant.ID, &fairlead.Provider{ID: "prv_1", Tenant: f.tenant.ID, Connector: "bank", Environment: f.tenant.Environment, Created: noon()})
	})
	f.run(id)
	second := f.another(id, "con_second")
	f.run(second)
	b.change(func() {
		b.fails[fairlead.ProductAccounts] = &fairlead.Error{Kind: fairlead.SlowDown, RetryAfter: 3 * time.Hour, Provider: true}
	})
	f.tomorrow(id)
	until := f.clock().Add(3 * time.Hour)
	if got := f.provider("bank").ResetsAt; !got.Equal(until) {
		t.Fatalf("the provider resets at %s", got)
	}
	calls := b.calls
	b.change(func() { clear(b.fails) })
	f.wait(time.Hour)
	for _, c := range []fairlead.ConnectionID{id, second} {
		f.run(c)
		if conn := f.connection(c); conn.NextRun.Before(until) || conn.NextRun.After(until.Add(time.Hour)) {
			t.Errorf("%s goes on at %s, want within the hour after %s", c, conn.NextRun, until)
		}
		if err := f.collecting.Request(t.Context(), f.tenant.ID, c); !fairlead.Is(err, fairlead.RateLimited) {
			t.Errorf("a request is answered with %v", err)
		}
	}
	if b.calls != calls {
		t.Errorf("%d calls with keys that are used up", b.calls-calls)
	}
	if a, b := f.connection(id).NextRun, f.connection(second).NextRun; a.Equal(b) {
		t.Error("both go on in the same instant")
	}
	f.wait(3 * time.Hour)
	f.run(id)
	f.run(second)
	if b.calls != calls+3 || !f.connection(second).ResetsAt.IsZero() {
		t.Errorf("%d calls after it reset", b.calls-calls)
	}
}

// another is a second login at the bank of a connection.
func (f *fixture) another(like, id fairlead.ConnectionID) fairlead.ConnectionID {
	f.Helper()
	conn := f.connection(like)
	conn.ID, conn.Version, conn.Identity, conn.Status = id, 0, "second", fairlead.ConnectionCollecting
	for p := range conn.Products {
		conn.Products[p] = fairlead.ProductState{Status: fairlead.ProductPending}
	}
	owner := vault.Owner{Tenant: f.tenant.ID, ID: string(id)}
	var err error
	if conn.Key, err = f.vault.NewKey(owner); err == nil {
		conn.Secrets, err = f.vault.Seal(conn.Key, owner.At(owner.ID, "secrets"), []byte(`{"token":"second"}`))
	}
	if err != nil {
		f.Fatal(err)
	}
	conn.NextRun = time.Time{}
	f.update(func(tx *store.Tx) error { put := conn; return tx.Connections.Put(f.tenant.ID, &put) })
	return id
}

func TestAFirstCollectionThatFailedCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductAccounts], b.fails[fairlead.ProductTransactions] = problem(fairlead.InstitutionDown, 0), problem(fairlead.InstitutionDown, 0)
	f.run(id)
	b.change(func() { clear(b.fails) })
	f.again(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Problem != nil {
		t.Errorf("the connection is %s, %+v", conn.Status, conn.Problem)
	}
}

func TestANewLoginWaitsForNoReset(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.fails[fairlead.ProductAccounts] = problem(fairlead.SlowDown, 50*time.Hour)
	f.run(id)
	b.change(func() { clear(b.fails) })
	f.wait(time.Minute)
	f.relink(id)
	f.run(id)
	if conn := f.connection(id); !conn.ResetsAt.IsZero() || conn.Products[fairlead.ProductAccounts].Status != fairlead.ProductReady {
		t.Errorf("resets at %s, accounts %+v", conn.ResetsAt, conn.Products[fairlead.ProductAccounts])
	}
}

// relink enqueues the collection that linking does when the person has signed in again.
func (f *fixture) relink(id fairlead.ConnectionID) {
	f.Helper()
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		col := fairlead.Collection{ID: fairlead.CollectionID(fairlead.NewID("col", f.clock())), Tenant: f.tenant.ID, Connection: id, Cause: fairlead.CauseRelink}
		conn.Waiting = append(conn.Waiting, col.ID)
		if err := tx.Collections.Put(f.tenant.ID, &col); err != nil {
			return err
		}
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
}

func TestKeysThatTheOperatorHasMendedHoldNoConnectionBack(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.update(func(tx *store.Tx) error {
		return tx.Providers.Put(f.tenant.ID, &fairlead.Provider{ID: "prv_1", Tenant: f.tenant.ID, Connector: "bank", Environment: f.tenant.Environment, Created: noon()})
	})
	f.run(id)
	b.change(func() {
		b.fails[fairlead.ProductAccounts] = &fairlead.Error{Kind: fairlead.SlowDown, RetryAfter: 200 * time.Hour, Provider: true}
	})
	f.tomorrow(id)
	f.wait(24 * time.Hour)
	f.run(id)
	if err := f.collecting.Request(t.Context(), f.tenant.ID, id); !fairlead.Is(err, fairlead.RateLimited) {
		t.Fatalf("a request is answered with %v", err)
	}
	b.change(func() { clear(b.fails) })
	f.update(func(tx *store.Tx) error { // the operator has extended the plan, and tried the keys again
		p := f.provider("bank")
		p.ResetsAt = time.Time{}
		return tx.Providers.Put(f.tenant.ID, &p)
	})
	if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
		t.Fatalf("after that it is answered with %v", err)
	}
	calls := b.calls
	f.run(id)
	if conn := f.connection(id); b.calls == calls || !conn.ResetsAt.IsZero() || conn.Status != fairlead.ConnectionActive {
		t.Errorf("%d calls; the connection is %s, resets at %s", b.calls-calls, conn.Status, conn.ResetsAt)
	}
}

func TestNodesWhoseClocksAreApartShareOneQuota(t *testing.T) {
	t.Parallel()
	f, b, id := limited(t, 2, true)
	f.run(id) // by a person who waits: two calls are counted
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		for n := range conn.Calls {
			conn.Calls[n] = f.clock().Add(26 * time.Hour).Add(10 * time.Second) // by a node that is ahead
		}
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
	f.wait(26 * time.Hour)
	calls := b.calls
	f.run(id)
	if b.calls != calls {
		t.Errorf("%d calls beyond the quota", b.calls-calls)
	}
}

func TestAServiceThatSaysNeverIsAskedAgainWithinAMonth(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.change(func() { b.fails[fairlead.ProductAccounts] = problem(fairlead.SlowDown, 200*365*24*time.Hour) })
	f.tomorrow(id)
	if conn := f.connection(id); conn.ResetsAt.After(f.clock().Add(31*24*time.Hour)) || conn.NextRun.After(f.clock().Add(31*24*time.Hour)) || conn.ResetsAt.IsZero() {
		t.Errorf("it resets at %s, and goes on at %s", conn.ResetsAt, conn.NextRun)
	}
}
