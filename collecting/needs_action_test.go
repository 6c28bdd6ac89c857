package collecting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// expireConsent ends the consent by its time, as whoever watches its time does.
func (f *fixture) expireConsent(id fairlead.ConnectionID) {
	f.Helper()
	f.update(func(tx *store.Tx) error {
		consent, err := tx.Consents.Get(f.tenant.ID, "cns_1")
		if err != nil {
			return err
		}
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		ended, err := lifecycle.EndConsent(tx, &consent, fairlead.ConsentExpired, fairlead.ConsentEnded, f.clock())
		if err != nil {
			return err
		}
		p := fairlead.NewProblem(fairlead.Errorf(fairlead.ConsentEnded, "The consent has expired."), "", f.clock())
		needs, err := lifecycle.NeedAction(tx, &conn, p)
		if err != nil {
			return err
		}
		if err := tx.Connections.Put(f.tenant.ID, &conn); err != nil {
			return err
		}
		return lifecycle.Publish(tx, eventLog{}, append(needs, ended...)...)
	})
}

func TestAConnectionNeedsActionAlikeWhoeverNoticesThatTheConsentHasEnded(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*fixture, fairlead.ConnectionID){
		"a collection":    (*fixture).run,
		"the expiry work": (*fixture).expireConsent,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, b, id := linked(t)
			f.consented(id, noon().Add(48*time.Hour))
			f.run(id)
			b.change(func() { b.fails[fairlead.ProductAccounts] = problem(fairlead.RejectedLogin, 0) })
			f.wait(24 * time.Hour)
			f.run(id)
			f.update(func(tx *store.Tx) error {
				return tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: f.tenant.ID, Due: f.clock()})
			})
			f.wait(24 * time.Hour)
			ended := f.clock()
			end(f, id)
			f.wait(time.Hour)
			end(f, id)
			published := slices.DeleteFunc(f.events(), func(e string) bool { return !strings.HasPrefix(e, "con") })
			want := []string{
				"connection.needs_action needs_action rejected_login", "connection.needs_action needs_action consent_ended", "consent.expired expired consent_ended",
			}
			if !slices.Equal(published, want) {
				t.Errorf("published: %s", strings.Join(published, "; "))
			}
			conn := f.connection(id)
			if conn.Status != fairlead.ConnectionNeedsAction || conn.Problem == nil || conn.Problem.Kind != fairlead.ConsentEnded || !conn.Problem.Since.Equal(ended) {
				t.Errorf("the connection is %s, problem %+v", conn.Status, conn.Problem)
			}
			if !conn.NextRun.IsZero() || !f.due(id).IsZero() {
				t.Errorf("it is scheduled for %s, its work is due %s", conn.NextRun, f.due(id))
			}
		})
	}
}

func TestACollectionRequestedBeforeTheLoginFailedEndsWithTheProblem(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	f.wait(24 * time.Hour)
	b.change(func() { b.fails[fairlead.ProductAccounts] = problem(fairlead.RejectedLogin, 0) })
	b.before = func(connector.FetchRequest) {
		if err := f.collecting.Request(t.Context(), f.tenant.ID, id); err != nil {
			t.Error(err)
		}
	}
	f.run(id)
	b.before = nil
	if due := f.due(id); due.IsZero() || due.After(f.clock()) {
		t.Errorf("the work of the collection that waits is due %s", due)
	}
	calls := len(b.met)
	f.wait(time.Second)
	f.run(id)
	if len(b.met) != calls {
		t.Error("the rejected login was tried again")
	}
	col := f.last(id)
	if col.Cause != fairlead.CauseRequested || col.Ended.IsZero() || len(f.connection(id).Waiting) != 0 || !f.due(id).IsZero() {
		t.Errorf("the requested collection is %+v, the connection waits for %v", col, f.connection(id).Waiting)
	}
	n := 0
	for _, e := range f.events() {
		if strings.HasPrefix(e, "connection.needs_action") {
			n++
		}
	}
	if n != 1 || !slices.Contains(f.events(), "collection.finished failed rejected_login") {
		t.Errorf("published: %s", strings.Join(f.events(), "; "))
	}
}
