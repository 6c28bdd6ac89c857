package linking_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/store"
)

// openTwice is a link at its welcome in two browsers.
func (x *fixture) openTwice() (first, second *page, token string) {
	x.t.Helper()
	made, err := x.l.Create(x.t.Context(), x.app, request(nil))
	must(x.t, err)
	return x.enter(linking.Entry{Token: made.Token}), x.enter(linking.Entry{Token: made.Token}), made.Token
}

func TestComingByOftenPutsNobodyOut(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first, second, token := x.openTwice()
	must(t, second.visit().Proceed(t.Context())) // the one that acts
	third := x.enter(linking.Entry{Token: token})
	for range 60 {
		x.enter(linking.Entry{Token: token}).screen()
	}
	first.at(fairlead.StageInstitution)
	second.at(fairlead.StageInstitution)
	if _, err := x.l.Open(t.Context(), third.s, third.link); !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("sessions pile up: %v", err)
	}
	var n int
	x.view(func(tx *store.Tx) error {
		all, err := tx.Tokens.Of(x.tenant, fairlead.PageToken, string(first.link))
		n = len(all)
		return err
	})
	if n > 20 {
		t.Errorf("the link has %d sessions", n)
	}
}

func TestOnlyTheSessionThatFinishedSeesWhatCameOfIt(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	first, second, _ := x.openTwice()
	first.connect("good")
	_, err := first.visit().Finish(t.Context())
	must(t, err)
	if s := first.screen(); s.AppReturn == nil || s.AppReturn.URL == "" || len(s.Connected) != 1 || s.Elsewhere {
		t.Errorf("the session that finished sees %+v", s.AppReturn)
	}
	s := second.screen()
	if s.AppReturn != nil || len(s.Connected) > 0 || s.Institution != nil || !s.Ended || !s.Elsewhere {
		t.Errorf("another session sees %+v and %d connections", s.AppReturn, len(s.Connected))
	}
	x.advance(16 * time.Minute)
	if s := first.screen(); s.AppReturn != nil || len(s.Connected) > 0 || !s.Elsewhere {
		t.Errorf("a quarter of an hour later it still sees %+v", s.AppReturn)
	}
}

func TestALinkThatEndsByItselfTellsTheSessionThatActedLast(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageWelcome, fairlead.StageConsent}
		a.Spec.Institution = "harbor"
	}))
	must(t, err)
	first, second := x.enter(linking.Entry{Token: made.Token}), x.enter(linking.Entry{Token: made.Token})
	second.toLogin("harbor")
	must(t, second.visit().Answer(t.Context(), second.screen().Turn, fields("user", "good", "password", "good")))
	for _, p := range []*page{first, second} {
		if s := p.screen(); !s.Ended || (s.AppReturn != nil) != (p == second) {
			t.Errorf("ended %v, leads to %+v", s.Ended, s.AppReturn)
		}
	}
}

func TestWhoLeftForTheBankSeesWhatCameOfIt(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	p := x.atBank(func(a *linking.CreateRequest) {
		a.Spec.Stages = []fairlead.Stage{fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent}
	})
	address, state, err := p.visit().Depart(t.Context())
	must(t, err)
	must(t, x.comeBack(state, p.signInAt(address, "good", "good")))
	if s := p.screen(); !s.Ended || s.AppReturn == nil || s.AppReturn.URL == "" {
		t.Errorf("ended %v, leads to %+v", s.Ended, s.AppReturn)
	}
	var from []string
	x.view(func(tx *store.Tx) error {
		all, err := tx.Audit.After(x.tenant, 0, 100)
		for _, e := range all {
			if e.Action == "connection.link" {
				from = append(from, e.From)
			}
		}
		return err
	})
	if len(from) != 1 || from[0] != "192.0.2.9" {
		t.Errorf("the audit trail says that the link came from %q", from)
	}
}

func TestTheSessionThatALinkWasHandedToSeesItsResult(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) { a.Spec.OneVisit = true }))
	must(t, err)
	desk := x.enter(linking.Entry{Token: made.Token})
	address, err := desk.visit().ContinueOnDevice(t.Context())
	must(t, err)
	phone := x.enter(linking.Entry{Token: address[len(x.base+"/l/"):]})
	_, err = x.l.Open(t.Context(), desk.s, desk.link)
	wantKind(t, err, fairlead.Unauthenticated)
	phone.connect("good")
	must(t, phone.visit().Leave(t.Context()))
	if s := phone.screen(); s.AppReturn == nil || s.Elsewhere {
		t.Error("the phone does not see what came of it")
	}
	_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.PageToken, "")
	wantKind(t, err, fairlead.Gone)
}

func TestALinkForOneVisitSaysThatItWasOpenedElsewhere(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(func(a *linking.CreateRequest) { a.Spec.OneVisit = true }))
	must(t, err)
	p := x.enter(linking.Entry{Token: made.Token})
	for range 30 {
		_, _, err = x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.PageToken, "")
		if !errors.Is(err, linking.ErrOpenedElsewhere) || !fairlead.Is(err, fairlead.Gone) {
			t.Fatalf("a second browser got %v", err)
		}
	}
	p.at(fairlead.StageWelcome)
}

func TestASessionThatIsNotUsedEnds(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	now := fairlead.RealClock()
	options := x.options
	options.Clock = func() time.Time { return now }
	x.l = linking.New(options)
	x.l.Finishes("native", x.finisher)
	p := x.open(func(a *linking.CreateRequest) { a.Life = 7 * 24 * time.Hour })
	for range 5 {
		now = now.Add(119 * time.Minute)
		p.at(fairlead.StageWelcome)
	}
	now = now.Add(121 * time.Minute)
	_, err := x.l.Open(t.Context(), p.s, p.link)
	wantKind(t, err, fairlead.Unauthenticated)

	away := x.atBank(func(a *linking.CreateRequest) { a.Life = 7 * 24 * time.Hour })
	now = now.Add(5 * time.Hour)
	if _, err := x.l.Open(t.Context(), away.s, away.link); err != nil {
		t.Errorf("who is at the bank for long is not let back in: %v", err)
	}
}

func TestALinkThatWasLeftBeginsAnewForItsTokenWhereItIsToUntilItExpires(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	made, err := x.l.Create(t.Context(), x.app, request(func(r *linking.CreateRequest) { r.Spec.Reopens = true }))
	must(t, err)
	entry := linking.Entry{Token: made.Token}
	first := x.enter(entry)
	if again := x.enter(entry); again.link != first.link {
		t.Fatal("what is open begins anew")
	}
	must(t, first.visit().Leave(t.Context()))
	second := x.enter(entry)
	newest, err := x.l.OfToken(t.Context(), x.tenant, made.Token)
	must(t, err)
	if second.link == first.link || newest.ID != second.link || newest.Previous != first.link || !newest.Expires.Equal(made.Link.Expires) || newest.Person != made.Link.Person {
		t.Fatalf("the new link is %+v", newest)
	}
	second.connect("good")
	_, err = second.visit().Finish(t.Context())
	must(t, err)
	if _, _, err := x.l.Enter(t.Context(), entry, fairlead.PageToken, ""); !fairlead.Is(err, fairlead.Gone) {
		t.Errorf("after a connection was made it is entered with %v", err)
	}
}

func TestALinkThatWasCancelledOrHasExpiredDoesNotBeginAnew(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	for name, end := range map[string]func(fairlead.Link){
		"cancelled": func(l fairlead.Link) {
			_, err := x.l.Cancel(t.Context(), x.tenant, l.ID)
			must(t, err)
		},
		"expired": func(fairlead.Link) { x.advance(24 * time.Hour) },
	} {
		made, err := x.l.Create(t.Context(), x.app, request(func(r *linking.CreateRequest) { r.Spec.Reopens = true }))
		must(t, err)
		x.enter(linking.Entry{Token: made.Token})
		end(made.Link)
		if _, _, err := x.l.Enter(t.Context(), linking.Entry{Token: made.Token}, fairlead.PageToken, ""); !fairlead.Is(err, fairlead.Gone) {
			t.Errorf("%s: it is entered with %v", name, err)
		}
	}
}

// TestATokenGoesWithTheLinkThatItOpens: also one that was stored before links knew
// their tokens' names, and not with a link that it opened before.
func TestATokenGoesWithTheLinkThatItOpens(t *testing.T) {
	t.Parallel()
	x := newFixture(t)
	gone := func(token string, of fairlead.LinkID) bool {
		t.Helper()
		_, err := x.l.Cancel(t.Context(), x.tenant, of)
		must(t, err)
		_, err = x.erase.PruneLink(t.Context(), x.work(fairlead.PruneWork, string(of)))
		must(t, err)
		_, err = x.l.OfToken(t.Context(), x.tenant, token)
		if err != nil {
			wantKind(t, err, fairlead.NotFound)
		}
		return err != nil
	}
	made, err := x.l.Create(t.Context(), x.app, request(func(r *linking.CreateRequest) { r.Spec.Reopens = true }))
	must(t, err)
	entry := linking.Entry{Token: made.Token}
	first := x.enter(entry)
	must(t, first.visit().Leave(t.Context()))
	second := x.enter(entry)
	if gone(made.Token, first.link) {
		t.Error("it went with the link before")
	}
	if !gone(made.Token, second.link) {
		t.Error("it stayed")
	}
	old, err := x.l.Create(t.Context(), x.app, request(nil))
	must(t, err)
	x.update(func(tx *store.Tx) error {
		token, err := tx.Tokens.Get(fairlead.LinkToken, old.Link.Token)
		must(t, err)
		link, err := tx.Links.Get(x.tenant, string(old.Link.ID))
		must(t, err)
		token.Known, link.Token = false, ""
		must(t, tx.Links.Put(x.tenant, &link))
		return tx.Tokens.Put(&token)
	})
	if !gone(old.Token, old.Link.ID) {
		t.Error("one of before stayed")
	}
}
