package linking_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

func TestThePersonPicksAccountsAtABankWithAPasswordToo(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.signIn("good", "good")
	if s.Stage != fairlead.StageAccounts || len(s.Accounts) < 2 || !s.Confirms || !s.CanBack {
		t.Fatalf("stage %s with %d accounts, asks %v, back %v", s.Stage, len(s.Accounts), s.Confirms, s.CanBack)
	}
	must(t, p.visit().Pick(t.Context(), []string{s.Accounts[0].Ref}))
	if s = p.at(fairlead.StageResult); len(s.Connected) != 1 || len(s.Connected[0].Connection.Accounts) != 1 {
		t.Errorf("shared %+v", s.Connected)
	}
}

func TestAWrongPasswordKeepsTheUserNameAndNoSecret(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.signIn("anna", "WRONG_PASSWORD")
	if s.Step == nil || s.Step.Form == nil || !s.Step.Form.Again {
		t.Fatalf("the form is not shown again: %+v", s.Problem)
	}
	for _, f := range s.Step.Form.Fields {
		if want := map[string]string{"user": "anna"}[f.Name]; f.Value != want {
			t.Errorf("%s says %q, want %q", f.Name, f.Value, want)
		}
	}
}

func TestACodeIsSentAnewNotTooOftenAndAnotherMethodIsChosen(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	s := p.signIn("good", "SCA_CODE_DEVICE")
	must(t, p.visit().Answer(t.Context(), s.Turn, fields("device", "phone")))
	s = p.screen()
	first := s.Step.Form
	if first.Resend == nil || !first.Other || !s.Confirms || !s.Sample {
		t.Fatalf("the code's form offers %+v, asks %v", first, s.Confirms)
	}
	wantKind(t, p.visit().Want(t.Context(), s.Turn, fairlead.WantResend), fairlead.NotReady)
	x.advance(31 * time.Second)
	must(t, p.visit().Want(t.Context(), s.Turn, fairlead.WantResend))
	if s = p.screen(); s.Step.Form.Kind != "code" || !s.Step.Form.Expires.After(first.Expires) {
		t.Errorf("a new code is good until %v, the first until %v", s.Step.Form.Expires, first.Expires)
	}
	must(t, p.visit().Want(t.Context(), s.Turn, fairlead.WantOther))
	if s = p.screen(); s.Step.Form.Kind != "choice" || s.Step.Form.Fields[0].Choices[0].Channel != fairlead.ChannelMessage {
		t.Errorf("another method leads to %+v", s.Step.Form)
	}
	wantKind(t, p.visit().Want(t.Context(), s.Turn, fairlead.WantResend), fairlead.Conflict)
}

func TestAMakeBelieveBankAnswersItsOwnForms(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	s := p.toLogin("harbor")
	if !s.Sample {
		t.Fatal("it is not offered")
	}
	must(t, p.visit().Sample(t.Context(), s.Turn))
	p.at(fairlead.StageResult)
}

func TestTheWayBackLeadsToAnEarlierStepAndNotFromAResult(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	s := p.toLogin("harbor")
	login := s.Position
	s = p.signIn("otp", "otp")
	if behind, can := s.Behind(login); !behind || !can {
		t.Errorf("from the code to the login: behind %v, can %v", behind, can)
	}
	if behind, can := s.Behind("consent"); !behind || !can {
		t.Errorf("from the code to the consent: behind %v, can %v", behind, can)
	}
	if behind, _ := s.Behind(s.Position); behind {
		t.Error("a step is behind itself")
	}
	must(t, p.visit().BackTo(t.Context(), login))
	if s = p.at(fairlead.StageConversation); s.Step.Form.Kind != "login" || s.Confirms {
		t.Errorf("back at %+v", s.Step.Form)
	}
	must(t, p.visit().BackTo(t.Context(), "institution"))
	if s = p.at(fairlead.StageInstitution); s.Institution != nil {
		t.Error("an institution is chosen still")
	}
	p.toLogin("harbor")
	p.login("good", "good")
	s = p.at(fairlead.StageResult)
	if behind, can := s.Behind("consent"); !behind || can {
		t.Errorf("from the result: behind %v, can %v", behind, can)
	}
	wantKind(t, p.visit().BackTo(t.Context(), "consent"), fairlead.Conflict)
}

func TestALoginWithoutAccountsLeadsToAnotherAndAWithdrawnLinkIsKnownAsSuch(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.open(nil)
	p.toLogin("harbor")
	p.login("good", "NO_ACCOUNTS")
	c := p.at(fairlead.StageResult).Connected[0].Connection
	x.update(func(tx *store.Tx) error {
		c, err := tx.Connections.Get(x.tenant, string(c.ID))
		if err != nil {
			return err
		}
		c.Status, c.Waiting = fairlead.ConnectionActive, nil
		for name, state := range c.Products {
			state.Status, state.LastGood = fairlead.ProductReady, fairlead.RealClock().Add(time.Minute)
			c.Products[name] = state
		}
		return tx.Connections.Put(x.tenant, &c)
	})
	s := p.screen()
	if !s.Nothing() || !s.CanAgain || !s.CanAnother {
		t.Fatalf("nothing %v, again %v, another %v: %+v", s.Nothing(), s.CanAgain, s.CanAnother, s.Connected)
	}
	must(t, p.visit().Retry(t.Context()))
	p.at(fairlead.StageConsent)

	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	link, err := x.l.Cancel(t.Context(), x.tenant, made.Link.ID)
	must(t, err)
	if !link.Withdrawn || link.Status != fairlead.LinkExited {
		t.Errorf("cancelled: withdrawn %v, %s", link.Withdrawn, link.Status)
	}
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.PageToken, "192.0.2.1")
	if ended, ok := errors.AsType[*linking.EndedError](err); !ok || !ended.Link.Withdrawn || ended.Company != "Test Company" {
		t.Errorf("its address says %v", err)
	}
}

func TestASavedLoginIsOfferedInANewLinkOfTheSameBankAndInNoTemplates(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first := x.open(nil).connect("good")
	p := x.open(func(a *linking.CreateRequest) { a.Spec.Institution, a.Spec.OffersSaved = "ins_harbor", true })
	if !p.at(fairlead.StageWelcome).Known {
		t.Fatal("it is not offered")
	}
	must(t, p.visit().UseSaved(t.Context()))
	if s := p.at(fairlead.StageResult); len(s.Connected) != 1 || s.Connected[0].Connection.ID != first.ID {
		t.Errorf("connected %+v", s.Connected)
	}
	other := x.open(func(a *linking.CreateRequest) { a.Spec.Institution, a.Spec.OffersSaved = "ins_anchor", true })
	if other.at(fairlead.StageWelcome).Known {
		t.Error("a login of another bank is offered")
	}
	wantKind(t, other.visit().UseSaved(t.Context()), fairlead.Conflict)
}

func TestAUserNameIsShownAgainOnlyToTheBrowserThatTypedIt(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	first := x.enter(linking.Entry{Token: made.Token})
	first.toLogin("harbor")
	second := x.enter(linking.Entry{Token: made.Token})
	shown := func(p *page) string { return p.screen().Step.Form.Fields[0].Value }
	first.signIn("anna", "WRONG_PASSWORD")
	if got := shown(first); got != "anna" {
		t.Errorf("who typed it sees %q", got)
	}
	if got := shown(second); got != "" {
		t.Errorf("another browser sees %q", got)
	}
	// One that takes the link over answers nothing, and sees nothing.
	wantKind(t, second.visit().Answer(t.Context(), second.screen().Turn, fields("password", "WRONG_PASSWORD")), fairlead.Invalid)
	x.update(func(tx *store.Tx) error {
		link, err := tx.Links.Get(x.tenant, string(made.Link.ID))
		if err != nil {
			return err
		}
		link.LastSession = fairlead.DatedHash(second.s.Token)
		return tx.Links.Put(x.tenant, &link)
	})
	if got := shown(second); got != "" {
		t.Errorf("the browser that took the link over sees %q", got)
	}
	address, err := first.visit().ContinueOnDevice(t.Context())
	must(t, err)
	phone := x.enter(linking.Entry{Token: address[strings.LastIndex(address, "/")+1:]})
	if got := shown(phone); got != "" {
		t.Errorf("the phone that goes on with the link sees %q", got)
	}
	must(t, phone.visit().Answer(t.Context(), phone.screen().Turn, fields("user", "berta", "password", "WRONG_PASSWORD")))
	if got := shown(phone); got != "berta" {
		t.Errorf("the phone sees %q again, want what was typed there", got)
	}
}

func TestASavedLoginIsOfferedWhereTheBankIsChosenFromTheListToo(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first := x.open(nil).connect("good")
	saved := func(a *linking.CreateRequest) { a.Spec.OffersSaved = true }
	p := x.open(saved)
	if p.at(fairlead.StageWelcome).Known {
		t.Error("it is offered before a bank is chosen")
	}
	wantKind(t, p.visit().UseSaved(t.Context()), fairlead.Conflict)
	must(t, p.visit().Proceed(t.Context()))
	must(t, p.visit().Choose(t.Context(), "anchor"))
	if p.at(fairlead.StageConsent).Known {
		t.Error("a login of another bank is offered")
	}
	wantKind(t, p.visit().UseSaved(t.Context()), fairlead.Conflict)
	must(t, p.visit().Back(t.Context()))
	p.toLogin("harbor") // a login is begun, and given up for the one that is saved
	must(t, p.visit().BackTo(t.Context(), "consent"))
	if !p.at(fairlead.StageConsent).Known {
		t.Fatal("it is not offered")
	}
	must(t, p.visit().UseSaved(t.Context()))
	s := p.at(fairlead.StageResult)
	if len(s.Connected) != 1 || s.Connected[0].Connection.ID != first.ID {
		t.Fatalf("connected %+v", s.Connected)
	}
	x.view(func(tx *store.Tx) error {
		all, err := tx.Consents.List(x.tenant, store.Query{Where: []store.Match{store.By(store.ByPerson, string(first.Person))}, Limit: 100})
		for _, c := range all {
			if c.Link == p.link && !c.Status.Ended() {
				t.Errorf("the consent of the login that was given up is %s", c.Status)
			}
		}
		return err
	})
	must(t, p.visit().Another(t.Context()))
	must(t, p.visit().Choose(t.Context(), "harbor"))
	if p.at(fairlead.StageConsent).Known {
		t.Error("what this link has connected already is offered again")
	}
}

func TestNobodysSavedLoginIsOfferedWhereItIsNotKnownWhoTheyAre(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first := x.open(nil).connect("good")
	stranger := x.open(func(a *linking.CreateRequest) { a.Reference, a.Spec.OffersSaved = "another person", true })
	must(t, stranger.visit().Proceed(t.Context()))
	must(t, stranger.visit().Choose(t.Context(), "harbor"))
	if stranger.at(fairlead.StageConsent).Known {
		t.Error("somebody else's login is offered")
	}
	template, err := x.l.CreateTemplate(t.Context(), x.app, linking.TemplateRequest{
		Spec: fairlead.Spec{OffersSaved: true, Redirect: "https://app.example.com/back"}, Origin: fairlead.Origin{Dialect: "native"},
	})
	must(t, err)
	claims := x.enter(linking.Entry{Template: template.Token, Reference: first.Reference})
	must(t, claims.visit().Proceed(t.Context()))
	must(t, claims.visit().Choose(t.Context(), "harbor"))
	if claims.at(fairlead.StageConsent).Known {
		t.Error("whose address claims to be somebody is offered their login")
	}
	wantKind(t, claims.visit().UseSaved(t.Context()), fairlead.Conflict)
}

func TestASavedLoginIsNotOfferedForMoreThanThePersonAgreedTo(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	x.open(func(a *linking.CreateRequest) { a.Spec.Products = []fairlead.Product{fairlead.ProductAccounts} }).connect("good")
	for want, products := range map[bool][]fairlead.Product{
		true: {fairlead.ProductAccounts}, false: {fairlead.ProductAccounts, fairlead.ProductTransactions},
	} {
		p := x.open(func(a *linking.CreateRequest) { a.Spec.OffersSaved, a.Spec.Products = true, products })
		must(t, p.visit().Proceed(t.Context()))
		must(t, p.visit().Choose(t.Context(), "harbor"))
		if got := p.at(fairlead.StageConsent).Known; got != want {
			t.Errorf("for %v it is offered: %v", products, got)
		}
	}
}

func TestAWithdrawnLinkShowsNobodyElseWhatItConnected(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	p, other := x.enter(linking.Entry{Token: made.Token}), x.enter(linking.Entry{Token: made.Token})
	p.connect("good")
	_, err = x.l.Cancel(t.Context(), x.tenant, made.Link.ID)
	must(t, err)
	if s := other.screen(); !s.Ended || len(s.Connected) != 0 || s.Institution != nil || s.AppReturn == nil {
		t.Errorf("another browser sees %+v, and the way back %v", s.Connected, s.AppReturn)
	}
	if s := p.screen(); len(s.Connected) != 1 {
		t.Errorf("who connected sees %+v", s.Connected)
	}
}
