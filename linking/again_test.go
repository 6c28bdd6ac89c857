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
			c.Told = true
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
	if got := x.kinds(); !slices.Contains(got, fairlead.ConnectionRecovered) {
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
	bob := x.open(func(a *linking.CreateAsk) { a.Reference = "bob" }).connect("good")
	if alice.ID == bob.ID || alice.Person == bob.Person {
		t.Error("they met")
	}
}

func TestADuplicateIsRefusedWhereTheSpecSaysSo(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	x.open(nil).connect("good")
	for name, change := range map[string]func(*linking.CreateAsk){
		"of the person": func(a *linking.CreateAsk) { a.Spec.OnDuplicate = fairlead.Refuse },
		"of the tenant": func(a *linking.CreateAsk) {
			a.Reference, a.Spec.OnDuplicate, a.Spec.Scope = "bob", fairlead.Refuse, fairlead.ScopeTenant
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
	renew := func(a *linking.CreateAsk) { a.Reference, a.Spec.Connection = "", conn.ID }
	p := x.open(renew)
	if s := p.toLogin(""); s.Update == nil || s.Update.ID != conn.ID || s.CanAnother {
		t.Fatalf("update %+v", s.Update)
	}
	if s := p.login("saver", "saver"); s.Problem == nil || s.Problem.Kind != fairlead.Conflict || x.connection(conn.ID).Status != fairlead.ConnectionNeedsAction {
		t.Fatalf("another login: problem %+v", s.Problem)
	}
	must(t, x.l.Retry(t.Context(), p.s))
	if s := p.login("good", "good"); s.Stage != fairlead.StageResult || x.connection(conn.ID).Status != fairlead.ConnectionCollecting {
		t.Errorf("stage %s, problem %+v", s.Stage, s.Problem)
	}
	_, err := x.l.Create(t.Context(), x.app, ask(func(a *linking.CreateAsk) { a.Reference, a.Spec.Connection = "bob", conn.ID }))
	if err == nil {
		t.Error("somebody else may renew the connection")
	}
}

func TestAReturningPersonConnectsWithoutSigningIn(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	conn := x.open(nil).connect("good")
	x.setStatus(conn.ID, fairlead.ConnectionActive)
	returning := func(a *linking.CreateAsk) { a.Spec.Returning = true }
	p := x.open(returning)
	if s := p.at(fairlead.StageWelcome); !s.Saved || !s.CanAnother {
		t.Fatalf("saved %v, another %v", s.Saved, s.CanAnother)
	}
	must(t, x.l.Proceed(t.Context(), p.s))
	if s := p.at(fairlead.StageResult); len(s.Connected) != 1 || s.Connected[0].Connection.ID != conn.ID {
		t.Errorf("connected %+v", s.Connected)
	}
	if c := x.connection(conn.ID); c.Status != fairlead.ConnectionCollecting || len(c.Waiting) == 0 {
		t.Errorf("status %s, waiting %v", c.Status, c.Waiting)
	}
	p = x.open(returning)
	must(t, x.l.Another(t.Context(), p.s))
	p.at(fairlead.StageInstitution)
}

func TestAConnectionMadeAgainAfterItsEndIsAnother(t *testing.T) {
	t.Parallel()
	x := newBench(t)
	first := x.open(nil).connect("good")
	must(t, x.l.Disconnect(t.Context(), x.tenant, first.ID, "app_test", fairlead.ConsentRevokedByApplication))
	second := x.open(nil).connect("good")
	if first.ID == second.ID {
		t.Error("a disconnected connection came back")
	}
}
