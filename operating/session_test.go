package operating_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/operating"
)

func TestASessionEndsWhenItIsIdleAndAfterAWeek(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	idle := p.signIn().Token
	s.wait(12*time.Hour - time.Minute - time.Second)
	s.session(idle)
	token := p.signIn().Token
	began := s.clock().Add(-time.Minute)
	for s.clock().Sub(began) < 7*24*time.Hour-11*time.Hour {
		s.wait(11 * time.Hour)
		_, renewed, err := s.Session(t.Context(), token)
		must(t, err)
		if renewed.Empty() {
			t.Fatal("it was not renewed")
		}
		token = renewed
	}
	s.wait(began.Add(7*24*time.Hour - time.Second).Sub(s.clock()))
	s.session(token)
	s.wait(time.Second)
	s.ended(token)
	unused := p.signIn().Token
	s.wait(12 * time.Hour)
	s.ended(unused)
}

func TestASessionIsRenewedEachHourAndTheOldTokenIsGoodForAMoment(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	old := p.signIn().Token
	_, renewed, err := s.Session(t.Context(), old)
	if err != nil || !renewed.Empty() {
		t.Errorf("it was renewed at once, %v", err)
	}
	s.wait(time.Hour)
	var all sync.WaitGroup
	var mu sync.Mutex
	var tokens []fairlead.Secret
	for range 8 {
		all.Go(func() {
			_, renewed, err := s.Session(t.Context(), old)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if !renewed.Empty() {
				tokens = append(tokens, renewed)
			}
		})
	}
	all.Wait()
	if len(tokens) != 1 {
		t.Fatalf("it was renewed %d times", len(tokens))
	}
	sessions, err := s.Sessions(t.Context(), p.id)
	if err != nil || len(sessions) != 2 || s.session(tokens[0]).ID != sessions[1].ID || s.session(old).ID != sessions[1].ID {
		t.Errorf("the sessions are %+v, %v", sessions, err)
	}
	s.wait(29 * time.Second)
	s.session(old)
	s.wait(time.Second)
	s.ended(old)
	s.session(tokens[0])
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	_, address := s.invite(p, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")
	a, b, c := p.signIn(), p.signIn(), p.signIn()
	wantKind(t, s.EndSession(second.ctx(), second.id, a.Session.ID), fairlead.NotFound)
	must(t, s.EndSession(p.ctx(), p.id, a.Session.ID))
	s.ended(a.Token)
	sessions, err := s.Sessions(t.Context(), p.id)
	if err != nil || len(sessions) != 3 || sessions[1].ID != b.Session.ID || sessions[1].Agent != from.Agent {
		t.Errorf("the sessions are %+v, %v", sessions, err)
	}
	must(t, s.EndOtherSessions(p.ctx(), s.session(c.Token)))
	s.ended(b.Token)
	s.ended(p.signedIn.Token)
	must(t, s.SignOut(p.ctx(), s.session(c.Token)))
	s.ended(c.Token)
	s.session(second.signedIn.Token)
	s.audited("operator.session_end", p.id, p.id)
	s.audited("operator.sign_out", p.id, p.id)
}

func TestAnOperatorHasSoManySessionsAtMost(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	for range 20 {
		p.signIn()
	}
	s.ended(p.signedIn.Token)
	if sessions, err := s.Sessions(t.Context(), p.id); err != nil || len(sessions) != 20 {
		t.Errorf("there are %d, %v", len(sessions), err)
	}
}

func TestWhatOpensNoSessionIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	for _, token := range []string{"", "nothing", fairlead.TokenHash(p.signedIn.Token.Reveal()), string(p.signedIn.Session.ID), "\xff", fmt.Sprintf("%01048576d", 0)} {
		s.ended(secret(token))
	}
}

func TestWhatIsOverIsPruned(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	live := p.signIn()
	s.wait(6 * 24 * time.Hour)
	must(t, s.Prune(t.Context()))
	if n := s.tokens(); n == 0 {
		t.Fatal("nothing is left")
	}
	s.wait(24 * time.Hour)
	must(t, s.Prune(t.Context()))
	if n := s.tokens(); n != 0 {
		t.Errorf("%d tokens are left", n)
	}
	s.ended(live.Token)
}
