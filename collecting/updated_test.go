package collecting_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

func data() connector.ProviderUpdate {
	return connector.ProviderUpdate{Kind: connector.UpdatedData}
}

func TestManyWebhooksWithinAMinuteAreOneUnattendedCollection(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	f.run(id)
	f.known(id)
	f.wait(time.Hour)
	calls := b.calls
	for range 20 {
		f.updated(id, data())
		f.wait(time.Second)
	}
	if conn := f.connection(id); len(conn.Waiting) != 1 || f.due(id).IsZero() || f.due(id).After(f.clock()) {
		t.Fatalf("%d collections wait, due %s", len(conn.Waiting), f.due(id))
	}
	f.run(id)
	col := f.last(id)
	if b.calls != calls+2 || col.Cause != fairlead.CauseUpdated || col.Ended.IsZero() || b.attended[len(b.attended)-1] {
		t.Errorf("%d calls, collection %+v", b.calls-calls, col)
	}
	if since := b.since[len(b.since)-1]; since.IsZero() {
		t.Error("all history was requested")
	}
	f.wait(time.Second)
	f.updated(id, data())
	if next := f.connection(id).NextRun; next.Before(col.Ended.Add(time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("the next one runs at %s, the last ended at %s", next, col.Ended)
	}
}

func TestAWebhookBeforeTheFirstCollectionLeavesItTheFirst(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	f.known(id)
	f.updated(id, data())
	f.wait(time.Minute)
	f.run(id)
	if col := f.last(id); col.Cause != fairlead.CauseFirst || f.connection(id).Status != fairlead.ConnectionActive || len(f.connection(id).Waiting) != 0 {
		t.Errorf("the collection is %+v", col)
	}
}

func TestAWebhookWhileACollectionRunsIsNotLost(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	f.known(id)
	f.wait(time.Hour)
	f.updated(id, data())
	f.wait(time.Minute)
	b.before = func(req connector.FetchRequest) {
		if req.Product == fairlead.ProductTransactions && req.Cursor == "" {
			f.updated(id, data())
			f.updated(id, data())
		}
	}
	f.run(id)
	b.before = nil
	if n := len(f.connection(id).Waiting); n != 1 {
		t.Errorf("%d collections wait", n)
	}
}

func TestALoginThatEndsWhileACollectionRunsIsNotRecoveredByItsEnd(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	f.known(id)
	f.wait(25 * time.Hour)
	b.before = func(req connector.FetchRequest) {
		if req.Product == fairlead.ProductTransactions && req.Cursor == "" {
			f.wait(time.Second)
			f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedProblem, Err: fairlead.Errorf(fairlead.RejectedLogin, "The password has changed.")})
		}
	}
	f.run(id)
	b.before = nil
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionNeedsAction || conn.Problem == nil || conn.Problem.Kind != fairlead.RejectedLogin || !f.due(id).IsZero() {
		t.Errorf("the connection is %s, %+v, and due at %s", conn.Status, conn.Problem, f.due(id))
	}
	if want := []string{"connection.needs_action needs_action rejected_login"}; !slices.Equal(f.published("connection."), want) {
		t.Errorf("published: %v", f.published("connection."))
	}
}

func TestAServiceThatSaysTheLoginIsOverStopsTheConnectionOnceAndRepairedStartsIt(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	f.known(id)
	f.wait(time.Hour)
	problem := connector.ProviderUpdate{Kind: connector.UpdatedProblem, Err: fairlead.Errorf(fairlead.RejectedLogin, "The password has changed.")}
	f.updated(id, problem)
	f.updated(id, problem)
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionNeedsAction || conn.Problem.Kind != fairlead.RejectedLogin || conn.Problem.Where != "link" || !conn.NextRun.IsZero() {
		t.Errorf("the connection is %s, %+v", conn.Status, conn.Problem)
	}
	calls := b.calls
	f.updated(id, data())
	if due := f.due(id); !due.IsZero() || len(f.connection(id).Waiting) != 0 {
		t.Errorf("a login that the service says is over is tried again at %s", due)
	}
	f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedRepaired})
	f.wait(time.Minute)
	f.run(id)
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || conn.Problem != nil || b.calls == calls {
		t.Errorf("after the repair the connection is %s, %+v", conn.Status, conn.Problem)
	}
	want := []string{"connection.needs_action needs_action rejected_login", "connection.recovered active "}
	if got := f.published("connection."); !slices.Equal(got, want) {
		t.Errorf("published: %v", got)
	}
}

func TestWhatAServiceSaysPassesIsShownUntilACollectionTellsBetter(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	f.run(id)
	f.known(id)
	f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedProblem, Err: problem(fairlead.SlowDown, 2*time.Hour)})
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionActive || conn.Problem == nil || conn.Problem.Kind != fairlead.SlowDown || !conn.ResetsAt.Equal(f.clock().Add(2*time.Hour)) {
		t.Errorf("the connection is %s, %+v, resets at %s", conn.Status, conn.Problem, conn.ResetsAt)
	}
	f.tomorrow(id)
	if conn := f.connection(id); conn.Problem != nil || !conn.ResetsAt.IsZero() {
		t.Errorf("still %+v", conn.Problem)
	}
}

func TestAnEndThatTheInstitutionAnnouncesMovesTheConsentsAndTheRepairMovesItBack(t *testing.T) {
	t.Parallel()
	for name, agreed := range map[string]time.Time{"until revoked": {}, "for a year": noon().AddDate(1, 0, 0)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, _, id := linked(t)
			f.consented(id, agreed)
			f.run(id)
			f.known(id)
			ends := noon().Add(10 * 24 * time.Hour)
			ending := connector.ProviderUpdate{Kind: connector.UpdatedEnding, Ends: ends}
			f.updated(id, ending)
			f.updated(id, ending)
			if got := f.consent(); !got.Expires.Equal(ends) || got.Agreed == nil || !got.Agreed.Equal(agreed) {
				t.Fatalf("the consent ends %s, as agreed %v", got.Expires, got.Agreed)
			}
			if w := f.work(fairlead.ExpireWork, "cns_1"); !w.Due.Equal(ends.Add(-7 * 24 * time.Hour)) {
				t.Errorf("the warning is due %s", w.Due)
			}
			f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedRepaired})
			got, w := f.consent(), f.work(fairlead.ExpireWork, "cns_1")
			if !got.Expires.Equal(agreed) || got.Agreed != nil {
				t.Errorf("after the repair it ends %s, as agreed %v", got.Expires, got.Agreed)
			}
			if agreed.IsZero() != (w.Key == "") || !agreed.IsZero() && !w.Due.Equal(agreed.Add(-7*24*time.Hour)) {
				t.Errorf("after the repair the warning is due %s", w.Due)
			}
		})
	}
}

func TestAnInstitutionThatAllowsMoreThanThePersonAgreedToExtendsNoConsent(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	agreed := noon().AddDate(0, 0, 30)
	f.consented(id, agreed)
	f.run(id)
	f.known(id)
	for _, ends := range []time.Time{agreed.AddDate(1, 0, 0), agreed.AddDate(0, 0, -10), agreed.AddDate(1, 0, 0)} {
		f.updated(id, connector.ProviderUpdate{Kind: connector.UpdatedEnding, Ends: ends})
		want := ends
		if ends.After(agreed) {
			want = agreed
		}
		if got := f.consent(); !got.Expires.Equal(want) {
			t.Errorf("announced for %s, the consent ends %s; agreed was %s", ends, got.Expires, agreed)
		}
	}
}

func TestAnUpdateOfNothingIsNotFound(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	f.known(id)
	for _, upstream := range []string{"", "up_other"} {
		if err := f.collecting.Updated(t.Context(), f.tenant.ID, upstream, data()); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("%q: %v", upstream, err)
		}
	}
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		conn.Status = fairlead.ConnectionDisconnected
		return errors.Join(err, tx.Connections.Put(f.tenant.ID, &conn))
	})
	if err := f.collecting.Updated(t.Context(), f.tenant.ID, "up_"+string(id), data()); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("of a connection that has ended: %v", err)
	}
}

// work is a row of work, without a key where there is none.
func (f *fixture) work(kind fairlead.WorkKind, key string) (w fairlead.Work) {
	f.Helper()
	f.view(func(tx *store.Tx) error {
		rows, err := tx.Work.List(f.tenant.ID, store.WorkQuery{Kind: kind, Key: key, Limit: 10})
		if len(rows) > 0 {
			w = rows[0]
		}
		return err
	})
	return w
}
