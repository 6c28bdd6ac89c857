package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// noon is the instant most tests are at.
func noon() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// fixture is a sandbox and a person who links there.
type fixture struct {
	*testing.T
	sandbox *Sandbox
	start   connector.Start
	approve bool // somebody says yes to what waits
}

func newFixture(t *testing.T, institution string) *fixture {
	t.Helper()
	b := &fixture{T: t, sandbox: New(NewMemory(), Options{})}
	mux := http.NewServeMux()
	b.sandbox.Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for _, i := range b.sandbox.Describe().Institutions {
		if i.ShortName == institution {
			b.start = connector.Start{
				Institution: i, Person: "per_1", Conversation: "lnk_1", ReturnURL: "http://app.example/l/return?state=xyz",
				Env: connector.Env{Tenant: "ten_1", Environment: fairlead.Sandbox, Seed: "seed", Now: noon(), Client: server.Client(), BaseURL: server.URL},
			}
			return b
		}
	}
	t.Fatalf("no institution %q", institution)
	return nil
}

// login walks through a whole login headlessly, with every wait and approval.
func (b *fixture) login(user, password string) (connector.Session, error) {
	b.Helper()
	t, err := b.sandbox.Begin(b.Context(), b.start)
	for n := 0; err == nil && t.Step.Done == nil; n++ {
		if n > 40 {
			b.Fatalf("the login of %s does not end: %+v", user, t.Step)
		}
		var a fairlead.Answer
		if a, err = b.answer(user, password, t.Step); err == nil {
			t, err = b.sandbox.Resume(b.Context(), b.start, t.State, a)
		}
	}
	if err != nil {
		return connector.Session{}, err
	}
	return connector.Session{Env: b.start.Env, Institution: b.start.Institution, Person: b.start.Person, Secrets: t.Step.Done.Secrets, Created: b.start.Now, Hints: b.start.Hints}, nil
}

// answer does what a step asks for: it waits, visits, or types.
func (b *fixture) answer(user, password string, step fairlead.Step) (fairlead.Answer, error) {
	b.Helper()
	if w := step.Wait; w != nil {
		b.start.Now = b.start.Now.Add(time.Duration(w.Seconds) * time.Second)
	}
	a, err := b.sandbox.Headless(user, password, step)
	if err == nil && step.Send != nil {
		a.Return, err = b.sandbox.Visit(b.Context(), b.start.Env, user, password, step.Send.URL)
	}
	if err == nil && step.Wait != nil && step.Wait.Approval != "" && b.approve {
		err = b.sandbox.Decide(b.Context(), b.start.Tenant, step.Wait.Approval, true)
	}
	return a, err
}

func (b *fixture) mustLogin(user, password string) connector.Session {
	b.Helper()
	s, err := b.login(user, password)
	if err != nil {
		b.Fatalf("%s / %s: %v", user, password, err)
	}
	return s
}

// collect fetches all pages of a product as one.
func (b *fixture) collect(s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	b.Helper()
	var all connector.Page
	for {
		p, err := b.sandbox.Fetch(b.Context(), s, req)
		if err != nil {
			return all, err
		}
		all.Accounts = append(all.Accounts, p.Accounts...)
		all.Transactions = append(all.Transactions, p.Transactions...)
		all.Bills = append(all.Bills, p.Bills...)
		all.Loans = append(all.Loans, p.Loans...)
		all.Securities = append(all.Securities, p.Securities...)
		all.Holdings = append(all.Holdings, p.Holdings...)
		all.InvestmentTransactions = append(all.InvestmentTransactions, p.InvestmentTransactions...)
		all.Identities = append(all.Identities, p.Identities...)
		all.Documents = append(all.Documents, p.Documents...)
		all.Covers = append(all.Covers, p.Covers...)
		if !p.More {
			return all, nil
		}
		if p.Cursor == "" || p.Cursor == req.Cursor {
			b.Fatalf("the cursor of %s stands still", req.Product)
		}
		req.Cursor = p.Cursor
	}
}

func (b *fixture) mustCollect(s connector.Session, p fairlead.Product) connector.Page {
	b.Helper()
	page, err := b.collect(s, connector.FetchRequest{Product: p})
	if err != nil {
		b.Fatalf("%s: %v", p, err)
	}
	return page
}

func TestGoodLinksHarborWithoutASecondFactorAndOtpWithOne(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	first, err := b.sandbox.Begin(t.Context(), b.start)
	if err != nil {
		t.Fatal(err)
	}
	for user, done := range map[string]bool{"good": true, "otp": false} {
		a, _ := b.sandbox.Headless(user, "good", first.Step)
		next, err := b.sandbox.Resume(t.Context(), b.start, first.State, a)
		if err != nil {
			t.Fatal(err)
		}
		if (next.Step.Done != nil) != done {
			t.Errorf("%s: done is %v", user, !done)
		}
		if !done {
			wrong := fairlead.Answer{Fields: map[string]fairlead.Secret{"code": fairlead.NewSecret("9999")}}
			if _, err := b.sandbox.Resume(t.Context(), b.start, next.State, wrong); !fairlead.Is(err, fairlead.RejectedChallenge) {
				t.Errorf("a wrong code: %v", err)
			}
			right, _ := b.sandbox.Headless(user, "good", next.Step)
			if last, err := b.sandbox.Resume(t.Context(), b.start, next.State, right); err != nil || last.Step.Done == nil {
				t.Errorf("the right code: %+v, %v", last.Step, err)
			}
		}
	}
}

func TestTheThirdWrongPasswordLocksAndTimeUnlocks(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	for n, want := range []fairlead.ErrorKind{fairlead.RejectedLogin, fairlead.RejectedLogin, fairlead.Locked} {
		if _, err := b.login("good", "WRONG_PASSWORD"); !fairlead.Is(err, want) {
			t.Fatalf("attempt %d: %v", n+1, err)
		}
	}
	if _, err := b.login("good", "good"); !fairlead.Is(err, fairlead.Locked) {
		t.Fatalf("a locked login must refuse the right password: %v", err)
	}
	b.start.Now = b.start.Now.Add(lockLasts)
	b.mustLogin("good", "good")
}

func TestASlowLoginFollowsTheTenantsClock(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	b.mustLogin("good", "SLOW_30")
	if waited := b.start.Now.Sub(noon()); waited != 30*time.Second {
		t.Fatalf("waited %s", waited)
	}
}

func TestTheSameClockGivesTheSameBytesWhateverThePageSize(t *testing.T) {
	t.Parallel()
	whole, paged := newFixture(t, "harbor"), newFixture(t, "harbor")
	one := whole.mustCollect(whole.mustLogin("good", "good"), fairlead.ProductTransactions)
	s := paged.mustLogin("good", "good")
	two, err := paged.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Limit: 7})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(one, two); diff != "" {
		t.Fatal(diff)
	}
	if first := one.Transactions[0].Booked; first.After(fairlead.Date{Year: 2024, Month: 1, Day: 10}) {
		t.Errorf("history begins at %s", first)
	}
}

func TestAPendingTransactionKeepsItsRelationWhenItPosts(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	s := b.mustLogin("good", "good")
	before := b.mustCollect(s, fairlead.ProductTransactions)
	s.Now = s.Now.AddDate(0, 0, 4)
	after, byPending := b.mustCollect(s, fairlead.ProductTransactions), map[string]fairlead.Transaction{}
	for _, x := range after.Transactions {
		byPending[x.PendingRef] = x
		if x.State == fairlead.TransactionReversed {
			byPending[x.Ref] = x
		}
	}
	pending := 0
	for _, x := range before.Transactions {
		if x.State == fairlead.TransactionPending {
			pending++
			y, ok := byPending[x.Ref]
			if !ok || !y.Amount.Equal(x.Amount) {
				t.Errorf("%s %s is gone after four days", x.Ref, x.Description)
			}
		}
	}
	if pending == 0 {
		t.Error("nobody has a pending transaction")
	}
}

func TestStatementsCloseWhereTheLedgerDoes(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "harbor")
	s := b.mustLogin("good", "good")
	docs := b.mustCollect(s, fairlead.ProductStatements).Documents
	if len(docs) != 3*34 {
		t.Errorf("%d statements", len(docs))
	}
	read := func(d connector.Document) []byte {
		r, err := d.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		raw, _ := io.ReadAll(r)
		return raw
	}
	if one, two := read(docs[0]), read(docs[0]); !bytes.HasPrefix(one, []byte("%PDF-")) || !bytes.Equal(one, two) {
		t.Error("a statement must be the same PDF each time")
	}
}
