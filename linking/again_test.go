package linking_test

import (
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

func (x *bench) setStatus(id fairlead.ConnectionID, status fairlead.ConnectionStatus) {
	x.t.Helper()
	x.update(func(tx *store.Tx) error {
		c, err := tx.Connections.Get(x.tenant, string(id))
		if err != nil {
			return err
		}
		c.Status = status
		if status == fairlead.ConnectionNeedsAction {
			c.Problem = &fairlead.Problem{Kind: fairlead.RejectedLogin, Actor: fairlead.ActorPerson}
			c.NeedsActionNotified = true
		}
		return tx.Connections.Put(x.tenant, &c)
	})
}

func TestTheSameLoginIsFoundAgainWithTheSameID(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	first := x.open(nil).connect("good")
	x.setStatus(first.ID, fairlead.ConnectionNeedsAction)
	second := x.open(nil).connect("good")
	if first.ID != second.ID || second.Status != fairlead.ConnectionCollecting || second.Problem != nil {
		t.Errorf("%s became %s, %s with problem %+v", first.ID, second.ID, second.Status, second.Problem)
	}
	if second.Consent == first.Consent || x.consent(first.Consent).Status != fairlead.ConsentExpired {
		t.Error("the consent before was not replaced")
	}
	if got := x.kinds(); !slices.Contains(got, fairlead.EventConnectionRecovered) {
		t.Errorf("told %v", got)
	}
	var cause fairlead.Cause
	x.view(func(tx *store.Tx) error {
		c, err := tx.Collections.Get(x.tenant, string(second.Waiting[len(second.Waiting)-1]))
		cause = c.Cause
		return err
	})
	if cause != fairlead.CauseRelink {
		t.Errorf("the collection's cause is %q", cause)
	}
}

func TestTwoPeopleWithOneLoginNeverMeet(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	alice := x.open(nil).connect("good")
	bob := x.open(func(a *linking.CreateRequest) { a.Reference = "bob" }).connect("good")
	if alice.ID == bob.ID || alice.Person == bob.Person {
		t.Error("they met")
	}
}

func TestADuplicateIsRefusedWhereTheSpecSaysSo(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	x.open(nil).connect("good")
	for name, change := range map[string]func(*linking.CreateRequest){
		"of the person": func(a *linking.CreateRequest) { a.Spec.OnDuplicate = fairlead.OnDuplicateRefuse },
		"of the tenant": func(a *linking.CreateRequest) {
			a.Reference, a.Spec.OnDuplicate, a.Spec.Scope = "bob", fairlead.OnDuplicateRefuse, fairlead.ScopeTenant
		},
	} {
		p := x.open(change)
		p.toLogin("harbor")
		if s := p.login("good", "good"); s.Problem == nil || s.Problem.Kind != fairlead.Duplicate || len(s.Connected) != 0 {
			t.Errorf("a duplicate %s: problem %+v, connected %d", name, s.Problem, len(s.Connected))
		}
	}
}

func TestSandboxIDsComeFromTheSeedAlone(t *testing.T) {
	t.Parallel()
	a, b := newBench(t).open(nil).connect("good"), newBench(t).open(nil).connect("good")
	if a.ID != b.ID || a.Person != b.Person || a.Identity != b.Identity {
		t.Errorf("two servers of one seed made %s of %s and %s of %s", a.ID, a.Person, b.ID, b.Person)
	}
}

func TestUpdateModeRenewsItsConnectionAndRefusesAnotherLogin(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	conn := x.open(nil).connect("good")
	x.setStatus(conn.ID, fairlead.ConnectionNeedsAction)
	renew := func(a *linking.CreateRequest) { a.Reference, a.Spec.Connection = "", conn.ID }
	p := x.open(renew)
	if s := p.toLogin(""); s.Update == nil || s.Update.ID != conn.ID || s.CanAnother {
		t.Fatalf("update %+v", s.Update)
	}
	if s := p.login("saver", "saver"); s.Problem == nil || s.Problem.Kind != fairlead.Conflict || x.connection(conn.ID).Status != fairlead.ConnectionNeedsAction {
		t.Fatalf("another login: problem %+v", s.Problem)
	}
	must(t, p.visit().Retry(t.Context()))
	if s := p.login("good", "good"); s.Stage != fairlead.StageResult || x.connection(conn.ID).Status != fairlead.ConnectionCollecting {
		t.Errorf("stage %s, problem %+v", s.Stage, s.Problem)
	}
	_, err := x.l.Create(t.Context(), x.app, ask(func(a *linking.CreateRequest) { a.Reference, a.Spec.Connection = "bob", conn.ID }))
	if err == nil {
		t.Error("somebody else may renew the connection")
	}
}

func TestAReturningPersonConnectsWithoutSigningIn(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	conn := x.open(nil).connect("good")
	x.setStatus(conn.ID, fairlead.ConnectionActive)
	returning := func(a *linking.CreateRequest) { a.Spec.Returning = true }
	p := x.open(returning)
	if s := p.at(fairlead.StageWelcome); !s.Saved || !s.CanAnother {
		t.Fatalf("saved %v, another %v", s.Saved, s.CanAnother)
	}
	must(t, p.visit().Proceed(t.Context()))
	if s := p.at(fairlead.StageResult); len(s.Connected) != 1 || s.Connected[0].Connection.ID != conn.ID {
		t.Errorf("connected %+v", s.Connected)
	}
	if c := x.connection(conn.ID); c.Status != fairlead.ConnectionActive || len(c.Waiting) != 1 || c.Link != p.link {
		t.Errorf("status %s, waiting %v, of %s", c.Status, c.Waiting, c.Link)
	}
	p = x.open(returning)
	must(t, p.visit().Another(t.Context()))
	p.at(fairlead.StageInstitution)
}

func TestAllThatIsSavedIsUsedHoweverManyMayBeAdded(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	for _, user := range []string{"good", "saver"} {
		x.setStatus(x.open(nil).connect(user).ID, fairlead.ConnectionActive)
	}
	p := x.open(func(a *linking.CreateRequest) { a.Spec.Returning, a.Spec.Limit = true, 1 })
	must(t, p.visit().Proceed(t.Context()))
	if s := p.at(fairlead.StageResult); len(s.Connected) != 2 || s.CanAnother {
		t.Errorf("%d connected, another %v", len(s.Connected), s.CanAnother)
	}
}

func TestASavedLoginIsNotUsedForMoreThanThePersonAgreedTo(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	conn := x.open(func(a *linking.CreateRequest) { a.Spec.Products = []fairlead.Product{fairlead.ProductAccounts} }).connect("good")
	x.setStatus(conn.ID, fairlead.ConnectionActive)
	for wanted, saved := range map[fairlead.Product]bool{fairlead.ProductAccounts: true, fairlead.ProductTaxForms: false} {
		p := x.open(func(a *linking.CreateRequest) { a.Spec.Returning, a.Spec.Products = true, []fairlead.Product{wanted} })
		if s := p.at(fairlead.StageWelcome); s.Saved != saved {
			t.Errorf("for %s the saved login is offered: %v", wanted, s.Saved)
		}
	}
}

func TestARetrievalThatBroughtNothingEndsWithItsProblem(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	retrieving := func(a *linking.CreateRequest) {
		a.Spec.Stages = append(fairlead.DefaultStages(), fairlead.StageRetrieving)
		a.Spec.Products = []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTaxForms}
	}
	p := x.open(retrieving)
	p.toLogin("harbor")
	p.login("good", "good")
	must(t, p.visit().Run(t.Context()))
	conn := p.at(fairlead.StageRetrieving).Connected[0].Connection
	down := &fairlead.Problem{Kind: fairlead.InstitutionDown, Actor: fairlead.ActorInstitution}
	for _, step := range []struct {
		forms *fairlead.Problem // of the tax forms; the accounts are down
		want  fairlead.ErrorKind
	}{{down, fairlead.InstitutionDown}, {nil, ""}} {
		x.update(func(tx *store.Tx) error {
			c, err := tx.Connections.Get(x.tenant, string(conn.ID))
			if err != nil {
				return err
			}
			c.Waiting = nil
			c.Products = map[fairlead.Product]fairlead.ProductState{
				fairlead.ProductAccounts: {Status: fairlead.ProductFailed, Problem: down}, fairlead.ProductTaxForms: {Status: fairlead.ProductFailed, Problem: step.forms},
			}
			return tx.Connections.Put(x.tenant, &c)
		})
		must(t, p.visit().Run(t.Context()))
		s := p.at(fairlead.StageResult)
		var is fairlead.ErrorKind
		if s.Problem != nil {
			is = s.Problem.Kind
		}
		if is != step.want {
			t.Errorf("the result's problem is %q, want %q", is, step.want)
		}
		p = x.open(func(a *linking.CreateRequest) { retrieving(a); a.Spec.Returning = true })
		x.setStatus(conn.ID, fairlead.ConnectionActive)
		must(t, p.visit().Proceed(t.Context()))
		p.at(fairlead.StageRetrieving)
	}
}

func TestAConnectionMadeAgainAfterItsEndIsAnother(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	first := x.open(nil).connect("good")
	must(t, x.consents.Disconnect(t.Context(), x.tenant, first.ID, "app_test", fairlead.ConsentRevokedByApplication))
	second := x.open(nil).connect("good")
	if first.ID == second.ID {
		t.Error("a disconnected connection came back")
	}
}
