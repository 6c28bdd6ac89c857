package linking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

func TestASlotIsCountedEvenWhereTheLoginIsRefused(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	x.finished(s, nil)
	p := x.atService(func(r *linking.CreateRequest) {
		r.Reference, r.Spec.Scope = "another person", fairlead.ScopeTenant
	})
	s.finish()
	x.pass(10 * time.Second)
	if link := x.stored(p.link); link.Problem == nil || link.Problem.Kind != fairlead.Duplicate {
		t.Fatalf("the problem is %+v", link.Problem)
	}
	if used := x.slots().Used; !slices.Equal(used, []string{"item-visit-1", "item-visit-2"}) {
		t.Errorf("the slots used are %v", used)
	}
}

func TestALoginIsNotBegunWithoutASlotAndTheOperatorMustAct(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	x.finished(s, nil)
	p := x.open(func(r *linking.CreateRequest) { r.Reference, r.Spec.Institution = "another person", "service_oak" })
	screen := p.toLogin("")
	if screen.Problem == nil || screen.Problem.Code != "no_slots" || screen.Problem.Actor != fairlead.ActorOperator || screen.Problem.Detail == "" {
		t.Fatalf("the problem is %+v, the step %+v", screen.Problem, screen.Step)
	}
	if len(s.order) != 1 {
		t.Error("a visit was begun all the same")
	}
	x.update(func(tx *store.Tx) error { // the operator extends the plan
		provider, err := tx.Providers.Find(x.tenant, store.By(store.ByConnector, "service"))
		provider.Slots.Limit = 2
		if err != nil {
			return err
		}
		return tx.Providers.Put(x.tenant, &provider)
	})
	must(t, p.visit().Retry(t.Context()))
	if screen := p.screen(); screen.Problem != nil || screen.Step == nil {
		t.Errorf("problem %+v, step %+v", screen.Problem, screen.Step)
	}
}

// Complaint 29.
func TestLinkingAnInstitutionTwiceUsesNoSecondSlotAndLeavesTheFirstConnectionAlive(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	first := x.finished(s, nil)
	x.update(func(tx *store.Tx) error { // of another application of the tenant
		other := x.app
		other.ID, other.ClientID, other.Name, other.Version = "app_other", "app_other", "other", 0
		return tx.Applications.Put(x.tenant, &other)
	})
	x.app.ID = "app_other"
	second := x.finished(s, nil)
	if second.ID != first.ID || second.Status == fairlead.ConnectionDisconnected {
		t.Errorf("the second link made %s, which is %s, besides %s", second.ID, second.Status, first.ID)
	}
	if v := s.visits[s.last(nil)]; v.update != "item-visit-1" {
		t.Errorf("the visit was to sign in anew with %q", v.update)
	}
	if used := x.slots().Used; len(used) != 1 {
		t.Errorf("the slots used are %v", used)
	}
	if len(s.revoked) != 0 {
		t.Errorf("the first one's grant was revoked: %v", s.revoked)
	}
}

func TestAnApplicationThatSharesNothingIsNotLedToAnothersConnection(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	x.update(func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(x.tenant)
		tenant.Sharing = fairlead.SharingApplication
		if err != nil {
			return err
		}
		other := x.app
		other.ID, other.ClientID, other.Name, other.Version = "app_other", "app_other", "other", 0
		if err := tx.Applications.Put(x.tenant, &other); err != nil {
			return err
		}
		return tx.Tenants.Put(&tenant)
	})
	first := x.finished(s, nil)
	x.app.ID = "app_other"
	if second := x.finished(s, nil); second.ID == first.ID {
		t.Error("both applications have one connection")
	}
}

func TestTheConnectionIsAtTheInstitutionThatThePersonChoseAtTheService(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.atService(nil)
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	link := x.stored(p.link)
	if len(link.Connections) != 1 || link.Institution != "service_elm" {
		t.Fatalf("the link is at %s with %d connections, problem %+v", link.Institution, len(link.Connections), link.Problem)
	}
	conn := x.connection(link.Connections[0])
	if c := x.consent(conn.Consent); conn.Institution != "service_elm" || c.Institution != "service_elm" || c.Status != fairlead.ConsentAuthorised {
		t.Errorf("the connection is at %s, its %s consent at %s", conn.Institution, c.Status, c.Institution)
	}
	for _, e := range x.events() {
		if e.Kind == fairlead.EventConnectionLinked && e.Institution != "service_elm" {
			t.Errorf("the application is pointed at %s", e.Institution)
		}
	}
}

func TestALoginElsewhereThatIsConnectedThereAlreadyIsFoundThere(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	elm := func(r *linking.CreateRequest) { r.Spec.Institution = "service_elm" }
	first := x.finished(s, elm)
	p := x.atService(nil)
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	if link := x.stored(p.link); !slices.Equal(link.Connections, []fairlead.ConnectionID{first.ID}) {
		t.Errorf("connected %v, want %s", link.Connections, first.ID)
	}
	refusing := x.atService(func(r *linking.CreateRequest) { r.Spec.OnDuplicate = fairlead.OnDuplicateRefuse })
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	if link := x.stored(refusing.link); link.Problem == nil || link.Problem.Kind != fairlead.Duplicate {
		t.Errorf("the problem is %+v", link.Problem)
	}
}

func TestTheInstitutionChosenAtTheServiceStaysWhileAccountsAreChosen(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	s.offers = []fairlead.AccountOffer{{Ref: "a", Name: "Checking"}, {Ref: "b", Name: "Savings"}}
	p := x.atService(nil)
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	screen := p.at(fairlead.StageAccounts)
	if screen.Institution == nil || screen.Institution.ID != "service_elm" {
		t.Errorf("accounts are chosen at %+v", screen.Institution)
	}
	x.restart("node/2")
	must(t, p.visit().Pick(t.Context(), []string{"b"}))
	if c := p.at(fairlead.StageResult).Connected[0].Connection; c.Institution != "service_elm" || !slices.Equal(c.Accounts, []string{"b"}) || c.Upstream == "" {
		t.Errorf("%+v", c)
	}
}

func TestAnInstitutionThatIsNotInTheDirectoryIsRefusedAndItsGrantEnded(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []fairlead.InstitutionID{"service_unknown", "ins_harbor"} { // the second is another connector's
		x, s := withService(t, 10)
		p := x.atService(nil)
		s.last(func(v *serviceVisit) { v.state, v.institution = "done", elsewhere })
		x.pass(10 * time.Second)
		must(t, x.l.Close(t.Context()))
		link := x.stored(p.link)
		if link.Problem == nil || link.Problem.Code != "unknown_institution" || len(link.Connections) != 0 || link.Institution != "service_oak" {
			t.Errorf("%s: at %s, problem %+v", elsewhere, link.Institution, link.Problem)
		}
		if !slices.Equal(s.revoked, []string{"item-visit-1"}) {
			t.Errorf("%s: revoked %v", elsewhere, s.revoked)
		}
	}
}

func TestAnInstitutionThatTheLinkDoesNotOfferIsRefusedThoughTheServiceOffersIt(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	p := x.open(func(r *linking.CreateRequest) {
		r.Spec.Institutions, r.Life = []fairlead.InstitutionID{"service_oak", "ins_harbor"}, 24*time.Hour
	})
	if screen := p.toLogin("service_oak"); screen.Step == nil || screen.Step.Send == nil {
		t.Fatalf("the person is not sent away: %+v, problem %+v", screen.Step, screen.Problem)
	}
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	must(t, x.l.Close(t.Context()))
	link := x.stored(p.link)
	if link.Problem == nil || link.Problem.Code != "institution_not_offered" || link.Problem.Actor != fairlead.ActorPerson || len(link.Connections) != 0 {
		t.Errorf("%d connections, problem %+v", len(link.Connections), link.Problem)
	}
	if !slices.Equal(s.revoked, []string{"item-visit-1"}) {
		t.Errorf("revoked %v", s.revoked)
	}
}

// Complaints 24 and 25.
func TestARenewalMayBeginBeforeTheEndAndLeavingItHalfWayChangesNothing(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	conn := x.finished(s, func(r *linking.CreateRequest) { r.Spec.Validity = 1 })
	x.advance(x.consent(conn.Consent).Expires.Sub(s.began(t, x)) - 6*24*time.Hour)
	warned, err := x.consents.Expire(t.Context(), x.work(fairlead.ExpireWork, string(conn.Consent)))
	must(t, err)
	if warned.Again.IsZero() || !slices.Contains(x.kinds(), fairlead.EventConsentExpiring) {
		t.Fatalf("nobody was warned: %v", x.kinds())
	}
	before := x.connection(conn.ID)
	renewal := func() *page {
		return x.atService(func(r *linking.CreateRequest) {
			r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID
		})
	}
	unchanged := func(how string) {
		t.Helper()
		if now := x.connection(conn.ID); now.Version != before.Version {
			t.Errorf("%s: the connection is %s with the problem %+v and the consent %s", how, now.Status, now.Problem, now.Consent)
		}
		if c := x.consent(conn.Consent); c.Status != fairlead.ConsentAuthorised {
			t.Errorf("%s: the consent is %s", how, c.Status)
		}
	}
	p := renewal()
	unchanged("begun")
	s.last(func(v *serviceVisit) { v.state = "left" })
	x.pass(10 * time.Second)
	unchanged("left at the service")
	must(t, p.visit().Leave(t.Context()))
	unchanged("left here")

	p = renewal()
	x.pass(31 * time.Minute)
	unchanged("too late at the service")
	x.advance(24 * time.Hour)
	_, err = x.l.Expire(t.Context(), x.work(fairlead.ExpireWork, string(p.link)))
	must(t, err)
	unchanged("expired")

	p = x.atService(func(r *linking.CreateRequest) {
		r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID
		r.Spec.Stages = append(fairlead.DefaultStages(), fairlead.StageAcceptance)
	})
	s.finish()
	x.pass(10 * time.Second)
	p.at(fairlead.StageAcceptance)
	must(t, p.visit().Accept(t.Context(), false))
	must(t, x.l.Close(context.Background()))
	unchanged("not accepted")
	if len(s.revoked) != 0 {
		t.Errorf("the grant that the connection stands on was revoked: %v", s.revoked)
	}
	if x.slots().Left() != 0 {
		t.Error("the test is of no renewal without a slot")
	}
}

// Complaint 25.
func TestTheOldGrantWorksUntilTheNewOneIsThere(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	conn := x.finished(s, func(r *linking.CreateRequest) { r.Spec.Validity = 1 })
	old := conn.Consent
	x.advance(x.consent(old).Expires.Sub(s.began(t, x)) - 2*24*time.Hour)
	p := x.atService(func(r *linking.CreateRequest) { r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID })
	if c := x.connection(conn.ID); c.Consent != old || x.consent(old).Status != fairlead.ConsentAuthorised {
		t.Fatalf("the connection stands on %s", c.Consent)
	}
	s.finish()
	x.pass(10 * time.Second)
	p.at(fairlead.StageResult)
	now := x.connection(conn.ID)
	if now.Consent == old || x.consent(now.Consent).Status != fairlead.ConsentAuthorised || !x.consent(old).Status.Ended() {
		t.Errorf("it stands on %s, which is %s; the old one is %s", now.Consent, x.consent(now.Consent).Status, x.consent(old).Status)
	}
	x.advance(3 * 24 * time.Hour) // past the old one's end
	_, err := x.consents.Expire(t.Context(), x.work(fairlead.ExpireWork, string(old)))
	must(t, err)
	if c := x.connection(conn.ID); c.Status == fairlead.ConnectionNeedsAction {
		t.Errorf("the old consent's end stopped it: %+v", c.Problem)
	}
}

// Complaint 30.
func TestANewAccountAndOneThatWasLeftOutAreAddedByAnUpdateLink(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	s.offers = []fairlead.AccountOffer{{Ref: "a", Name: "Checking"}, {Ref: "b", Name: "Savings"}}
	p := x.atService(nil)
	s.finish()
	x.pass(10 * time.Second)
	p.at(fairlead.StageAccounts)
	must(t, p.visit().Pick(t.Context(), []string{"a"}))
	conn := p.at(fairlead.StageResult).Connected[0].Connection

	s.offers = append(s.offers, fairlead.AccountOffer{Ref: "c", Name: "Card"}) // opened since
	update := x.atService(func(r *linking.CreateRequest) { r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID })
	s.finish()
	x.pass(10 * time.Second)
	left := map[string]bool{}
	for _, o := range update.at(fairlead.StageAccounts).Accounts {
		left[o.Ref] = o.LeftOut
	}
	if len(left) != 3 || left["a"] || !left["b"] || !left["c"] {
		t.Errorf("not selected are %v", left)
	}
	must(t, update.visit().Pick(t.Context(), []string{"a", "b", "c"}))
	if c := update.at(fairlead.StageResult).Connected[0].Connection; c.ID != conn.ID || !slices.Equal(c.Accounts, []string{"a", "b", "c"}) {
		t.Errorf("%s has %v", c.ID, c.Accounts)
	}
	if used := x.slots().Used; len(used) != 1 {
		t.Errorf("the slots used are %v", used)
	}
	again := x.atService(nil) // not by an update link: the person links the bank again
	s.finish()
	x.pass(10 * time.Second)
	again.at(fairlead.StageAccounts)
	must(t, again.visit().Pick(t.Context(), []string{"b"}))
	if c := x.connection(conn.ID); !slices.Equal(c.Accounts, []string{"b"}) {
		t.Errorf("after one account was chosen it has %v", c.Accounts)
	}
}

func TestAnAccountThatWasLeftOutStaysSoWhereARenewalAsksForNone(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	s.offers = []fairlead.AccountOffer{{Ref: "a", Name: "Checking"}, {Ref: "b", Name: "Savings"}}
	p := x.atService(nil)
	s.finish()
	x.pass(10 * time.Second)
	p.at(fairlead.StageAccounts)
	must(t, p.visit().Pick(t.Context(), []string{"a"}))
	conn := p.at(fairlead.StageResult).Connected[0].Connection
	for _, stages := range [][]fairlead.Stage{{fairlead.StageWelcome, fairlead.StageResult}, nil} {
		if stages == nil {
			s.offers = nil
		}
		update := x.atService(func(r *linking.CreateRequest) {
			r.Reference, r.Spec.Institution, r.Spec.Connection, r.Spec.Stages = "", "", conn.ID, stages
		})
		s.finish()
		x.pass(10 * time.Second)
		update.at(fairlead.StageResult)
		if c := x.connection(conn.ID); !slices.Equal(c.Accounts, []string{"a"}) {
			t.Errorf("it has %v", c.Accounts)
		}
	}
}

// Complaint 28.
func TestExistingAccountsCanBeChosenAfterSigningInAgainThoughTheirIDsAreNew(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 1)
	s.offers = []fairlead.AccountOffer{{Ref: "a", Name: "Checking"}, {Ref: "b", Name: "Savings"}}
	conn := x.finished(s, nil)
	s.offers = []fairlead.AccountOffer{{Ref: "a2", Name: "Checking"}, {Ref: "b2", Name: "Savings"}}
	update := x.atService(func(r *linking.CreateRequest) { r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID })
	s.finish()
	x.pass(10 * time.Second)
	offers := update.at(fairlead.StageAccounts).Accounts
	if len(offers) != 2 || offers[0].LeftOut || offers[1].LeftOut {
		t.Errorf("offered are %+v", offers)
	}
	must(t, update.visit().Pick(t.Context(), []string{"a2"}))
	if c := update.at(fairlead.StageResult).Connected[0].Connection; c.ID != conn.ID || !slices.Equal(c.Accounts, []string{"a2"}) {
		t.Errorf("%s has %v", c.ID, c.Accounts)
	}
}

func TestARenewalAtAnotherInstitutionIsRefusedAndChangesNothing(t *testing.T) {
	t.Parallel()
	x, s := withService(t, 10)
	conn := x.finished(s, nil)
	before := x.connection(conn.ID).Version
	p := x.atService(func(r *linking.CreateRequest) { r.Reference, r.Spec.Institution, r.Spec.Connection = "", "", conn.ID })
	s.last(func(v *serviceVisit) { v.state, v.institution = "done", "service_elm" })
	x.pass(10 * time.Second)
	if link := x.stored(p.link); link.Problem == nil || link.Problem.Kind != fairlead.Conflict || x.connection(conn.ID).Version != before {
		t.Errorf("problem %+v", link.Problem)
	}
}
