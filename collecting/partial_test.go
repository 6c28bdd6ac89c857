package collecting_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// without makes an account missing from every page, for a reason.
func (b *bank) without(ref string, why error) {
	b.shape = func(_ connector.FetchRequest, page *connector.Page) {
		page.Accounts = slices.DeleteFunc(slices.Clone(page.Accounts), func(a fairlead.Account) bool { return a.Ref == ref })
		page.Transactions = slices.DeleteFunc(slices.Clone(page.Transactions), func(t fairlead.Transaction) bool { return t.AccountRef == ref })
		page.Partial = []connector.PartialProblem{{AccountRefs: []string{ref}, Err: why}}
	}
}

func (f *fixture) published(prefix string) (out []string) {
	f.Helper()
	return slices.DeleteFunc(f.events(), func(e string) bool { return !strings.HasPrefix(e, prefix) })
}

func TestOneFailingAccountStopsNoOtherAndLosesNothing(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE"), movement("B", "T2", "2026-11-02", "-4.50", "COFFEE")}
	f.run(id)
	b.change(func() {
		b.books = append(b.books, movement("A", "T3", "2026-11-19", "-7.00", "BOOKS"))
		b.without("B", fairlead.Errorf(fairlead.InstitutionDown, "The bank of account B does not answer."))
	})
	f.tomorrow(id)
	if got := f.byRef(id); len(got) != 3 || len(f.records(id, fairlead.AccountRecord)) != 2 {
		t.Errorf("stored: %v, %d accounts", got, len(f.records(id, fairlead.AccountRecord)))
	}
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions} {
		s := f.state(id, p)
		if s.Status != fairlead.ProductReady || s.Problem != nil || len(s.Partial) != 1 {
			t.Fatalf("%s: %+v", p, s)
		}
		if q := s.Partial[0]; q.Kind != fairlead.InstitutionDown || q.Actor != fairlead.ActorInstitution || !slices.Equal(q.Accounts, []string{"B"}) ||
			q.Detail != "The bank of account B does not answer." {
			t.Errorf("%s: %+v", p, q)
		}
	}
	if conn := f.connection(id); conn.Status != fairlead.ConnectionActive || len(f.published("connection.")) != 0 {
		t.Errorf("the connection is %s, published %v", conn.Status, f.published("connection."))
	}
	if got := f.published("collection.finished"); got[len(got)-1] != "collection.finished partial institution_down" {
		t.Errorf("published: %v", got)
	}
	b.change(func() { b.shape = nil })
	f.tomorrow(id)
	if s := f.state(id, fairlead.ProductAccounts); len(s.Partial) != 0 {
		t.Errorf("it is over, and still said: %+v", s.Partial)
	}
}

func TestOnTheDayAfterAnAccountIsBackAllOfItIsReadAgain(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.windowed = true
	f.run(id)
	b.change(func() { b.without("B", fairlead.Errorf(fairlead.InstitutionDown, "Down.")) })
	for range 60 {
		f.tomorrow(id)
	}
	b.change(func() {
		b.shape = nil
		b.books = append(b.books, movement("B", "GAP", "2026-11-25", "-3.00", "MEANWHILE"))
	})
	f.tomorrow(id)
	f.tomorrow(id)
	if got := f.byRef(id); got["GAP"] == "" {
		t.Error("what happened while the account was missing is lost")
	}
}

func TestOneBankThatNeedsThePersonStopsNoOtherAndIsToldOnce(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.change(func() { b.without("B", fairlead.Errorf(fairlead.ConsentEnded, "Please sign in to Second Bank again.")) })
	f.tomorrow(id)
	f.tomorrow(id)
	conn := f.connection(id)
	if conn.Status != fairlead.ConnectionActive || conn.NextRun.IsZero() {
		t.Errorf("the connection is %s, next run %s", conn.Status, conn.NextRun)
	}
	if p := conn.InPart(); p == nil || p.Kind != fairlead.ConsentEnded || p.Actor != fairlead.ActorPerson || p.Where != "link" || !slices.Equal(p.Accounts, []string{"B"}) {
		t.Errorf("who must act: %+v", p)
	}
	if got := f.published("con"); !slices.Equal(got, []string{"connection.needs_action active consent_ended"}) {
		t.Errorf("published: %v", got)
	}
	if since := conn.InPart().Since; !since.Before(f.clock().Add(-20 * time.Hour)) {
		t.Errorf("it has been so since %s", since)
	}
	b.change(func() { b.shape = nil })
	f.tomorrow(id)
	f.tomorrow(id)
	if got := f.published("con"); !slices.Equal(got, []string{"connection.needs_action active consent_ended", "connection.recovered active "}) {
		t.Errorf("published: %v", got)
	}
}

func TestAProblemOfAnAccountThatWasNotChosenIsNobodysToRead(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.choose(id, "A")
	b.change(func() { b.without("B", fairlead.Errorf(fairlead.ConsentEnded, "Of somebody else's account.")) })
	f.run(id)
	if p := f.connection(id).InPart(); p != nil {
		t.Errorf("said: %+v", p)
	}
}

func TestWhileNobodyKnowsWhichAccountsAreMissingNoneIsRemoved(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	f.run(id)
	b.change(func() {
		b.shape = func(req connector.FetchRequest, page *connector.Page) {
			if req.Product == fairlead.ProductAccounts {
				page.Accounts = page.Accounts[:1]
				page.Partial = []connector.PartialProblem{{Err: fairlead.Errorf(fairlead.InstitutionDown, "A bank does not answer.")}}
			}
		}
	})
	f.tomorrow(id)
	if n := len(f.records(id, fairlead.AccountRecord)); n != 2 {
		t.Errorf("%d accounts", n)
	}
}

func TestWhatAnInstitutionSaysIsShownWithoutWhatDoesNotBelongThere(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.without("B", fairlead.Errorf(fairlead.ActionNeeded, "%s", "Account 1234567890123 \x1b[31mof\u202e\n\tcard 4111 1111 1111 1111: see 2026-11-20. "+strings.Repeat("é", 400)))
	f.run(id)
	got := f.state(id, fairlead.ProductAccounts).Partial[0].Detail
	if len(got) > 300 || !strings.HasPrefix(got, "Account •••••••••0123 [31mof card •••• •••• •••• 1111: see 2026-11-20. éé") || !strings.HasSuffix(got, "é…") {
		t.Errorf("%d bytes: %s", len(got), got)
	}
}

// choose has the person choose accounts.
func (f *fixture) choose(id fairlead.ConnectionID, refs ...string) {
	f.Helper()
	f.update(func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(f.tenant.ID, string(id))
		if err != nil {
			return err
		}
		conn.Accounts = refs
		return tx.Connections.Put(f.tenant.ID, &conn)
	})
}
