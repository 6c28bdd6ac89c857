package operating_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/securitylog"
)

func TestAnOperatorSignsInByPasswordAndCode(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	p.email = " Owner@Example.COM "
	made := p.signIn()
	got := s.session(made.Token)
	if got.Operator.ID != p.id || got.Method != operating.ByPassword || got.From != from.From || got.Agent != from.Agent || got.ID != made.Session.ID || got.Operator.SignedIn.IsZero() {
		t.Errorf("the session is %+v", got)
	}
	if s.count(securitylog.OperatorSignedIn) != 1 {
		t.Errorf("reported was %v", s.counted)
	}
	s.audited("operator.sign_in", p.id, p.id)
}

func TestWhateverIsWrongGetsOneAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.WrongAtOnce = 1000 })
	p := s.owner()
	_, invited := s.invite(p, operating.Spec{Email: "invited@example.com", Role: fairlead.RoleOwner})
	answers := map[string]bool{}
	for what, change := range map[string]func(*operating.Credentials){
		"another e-mail":       func(c *operating.Credentials) { c.Email = "nobody@example.com" },
		"no e-mail":            func(c *operating.Credentials) { c.Email = "" },
		"a huge e-mail":        func(c *operating.Credentials) { c.Email = strings.Repeat("x", 1<<20) },
		"only invited":         func(c *operating.Credentials) { c.Email = "invited@example.com" },
		"another password":     func(c *operating.Credentials) { c.Password = secret("hunter2 walks the cat") },
		"no password":          func(c *operating.Credentials) { c.Password = fairlead.Secret{} },
		"a huge password":      func(c *operating.Credentials) { c.Password = secret(strings.Repeat(goodPassword, 1<<15)) },
		"the invitation":       func(c *operating.Credentials) { c.Password = secret(invited) },
		"another code":         func(c *operating.Credentials) { c.Code = secret("000000") },
		"no code":              func(c *operating.Credentials) { c.Code = fairlead.Secret{} },
		"both wrong":           func(c *operating.Credentials) { c.Password, c.Code = secret("wrong wrong wrong"), secret("123") },
		"a code that was":      func(c *operating.Credentials) { c.Code = s.codeOf(p.app); s.wait(2 * time.Minute) },
		"no recovery code":     func(c *operating.Credentials) { c.Code = secret("0000-0000-0000-0000") },
		"what is stored of it": func(c *operating.Credentials) { c.Code = secret(fairlead.TokenHash(p.recovery[0])) },
	} {
		c := p.credentials()
		change(&c)
		_, err := s.SignIn(t.Context(), c, from)
		if !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		answers[err.Error()] = true
		s.wait(2 * time.Hour)
	}
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
	p.signIn()
}

func TestACodeIsGoodBesideItsStepAndOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	early := p.credentials()
	s.wait(30 * time.Second)
	_, err := s.SignIn(t.Context(), early, from)
	must(t, err)
	_, err = s.SignIn(t.Context(), early, from)
	wantKind(t, err, fairlead.Unauthenticated)
	late := p.credentials()
	s.wait(time.Minute)
	_, err = s.SignIn(t.Context(), late, from)
	wantKind(t, err, fairlead.Unauthenticated)

	// Shown twice at the same time it is good once, too.
	c := p.credentials()
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range errs {
		both.Go(func() { _, errs[n] = s.SignIn(t.Context(), c, from) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("they got %v and %v", errs[0], errs[1])
	}
}

func TestARecoveryCodeStandsInForTheAppOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	c := p.credentials()
	c.Code = secret(strings.ToUpper(p.recovery[3]))
	made, err := s.SignIn(t.Context(), c, from)
	must(t, err)
	if made.Session.Method != operating.ByRecovery || len(made.Session.Operator.Recovery) != 9 {
		t.Errorf("the session is by %s, and %d codes are left", made.Session.Method, len(made.Session.Operator.Recovery))
	}
	_, err = s.SignIn(t.Context(), c, from)
	wantKind(t, err, fairlead.Unauthenticated)
	fresh, err := s.NewRecovery(p.ctx(), s.session(made.Token))
	must(t, err)
	c.Code = secret(p.recovery[4])
	_, err = s.SignIn(t.Context(), c, from)
	wantKind(t, err, fairlead.Unauthenticated)
	c.Code = secret(fresh[4])
	_, err = s.SignIn(t.Context(), c, from)
	must(t, err)
}

func TestTenWrongAnswersLockThePasswordEachTimeLonger(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.WrongAtOnce = 1000 })
	p := s.owner()
	wrong := func() {
		t.Helper()
		c := p.credentials()
		c.Password = secret("hunter2 walks the cat")
		_, err := s.SignIn(t.Context(), c, from)
		wantKind(t, err, fairlead.Unauthenticated)
	}
	var guesses sync.WaitGroup
	for n := range 25 { // side by side, as who guesses does
		guesses.Go(func() {
			c := operating.Credentials{Email: p.email, Password: secret(fmt.Sprint("guess number ", n)), Code: secret("123456")}
			_, err := s.SignIn(t.Context(), c, operating.Client{From: fmt.Sprint("198.51.100.", n)})
			wantKind(t, err, fairlead.Unauthenticated)
		})
	}
	guesses.Wait()
	locked := func() time.Time {
		op, err := s.Operator(t.Context(), p.id)
		must(t, err)
		return op.Locked
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		if got := locked().Sub(s.clock()); got != want*time.Minute {
			t.Errorf("it is locked for %s, want %d minutes", got, want)
		}
		_, err := s.SignIn(t.Context(), p.credentials(), from)
		wantKind(t, err, fairlead.Unauthenticated) // right, and locked
		s.wait(want * time.Minute)
		wrong()
	}
	s.wait(time.Hour)
	p.signIn()
	if op, err := s.Operator(t.Context(), p.id); err != nil || op.Failures != 0 || !op.Locked.IsZero() {
		t.Errorf("after a right one %d failures are counted, locked until %s", op.Failures, op.Locked)
	}
	if s.count(securitylog.OperatorLocked) != 9 {
		t.Errorf("reported was %v", s.counted)
	}
	s.audited("operator.lock", "system", p.id)
}

func TestAnAddressThatIsOftenWrongIsSlowedDown(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.WrongAtOnce = 3 })
	p := s.owner()
	for n := range 3 {
		_, err := s.SignIn(t.Context(), operating.Credentials{Email: fmt.Sprint("nobody", n, "@example.com"), Password: secret("wrong wrong wrong")}, from)
		wantKind(t, err, fairlead.Unauthenticated)
	}
	_, err := s.SignIn(t.Context(), p.credentials(), from)
	wantKind(t, err, fairlead.RateLimited)
	if fairlead.RetryAfter(err) != 10 {
		t.Errorf("it may try again after %d s", fairlead.RetryAfter(err))
	}
	_, err = s.Invitation(t.Context(), secret("nothing"), from)
	wantKind(t, err, fairlead.RateLimited)
	_, err = s.SignIn(t.Context(), p.credentials(), operating.Client{From: "198.51.100.1"})
	must(t, err)
	s.wait(time.Minute)
	p.signIn()
	if s.count(securitylog.AuthenticationFailed) != 3 || s.count(securitylog.LimitReached) != 2 {
		t.Errorf("reported was %v", s.counted)
	}
}

func TestWhoIsUnknownCostsAsMuchAsWhoIsKnown(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *operating.Options) { o.WrongAtOnce = 1000 })
	p := s.owner()
	fastest := func(email string) time.Duration {
		best := time.Hour
		for range 7 {
			began := time.Now()
			_, err := s.SignIn(t.Context(), operating.Credentials{Email: email, Password: secret("wrong wrong wrong"), Code: secret("123456")}, from)
			best = min(best, time.Since(began))
			wantKind(t, err, fairlead.Unauthenticated)
		}
		return best
	}
	known, unknown := fastest(p.email), fastest("nobody@example.com")
	if unknown < known/4 {
		t.Errorf("the unknown took %s, the known %s", unknown, known)
	}
}

// ownChange is a change of how p signs in: it needs a confirmation, and ends other sessions.
func (p *person) ownChange(change func(operating.Session) error) {
	p.s.t.Helper()
	other, mine := p.signIn(), p.signIn()
	p.s.wait(10 * time.Minute)
	stale := p.s.session(mine.Token)
	wantKind(p.s.t, change(stale), fairlead.Forbidden)
	must(p.s.t, p.s.Confirm(p.ctx(), stale, p.credentials(), from))
	p.s.wait(time.Minute)
	must(p.s.t, change(p.s.session(mine.Token)))
	p.s.ended(other.Token)
	p.s.session(mine.Token)
	p.s.wait(time.Minute)
}

func TestAnotherPasswordNeedsAConfirmationAndEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	p.ownChange(func(mine operating.Session) error {
		recovery, err := s.SetPassword(p.ctx(), mine, operating.NewPassword{Password: secret("another dog, another walk")}, from)
		if len(recovery) > 0 {
			t.Error("the recovery codes are others")
		}
		return err
	})
	_, err := s.SignIn(t.Context(), p.credentials(), from)
	wantKind(t, err, fairlead.Unauthenticated)
	p.password = "another dog, another walk"
	mine := s.session(p.signIn().Token)
	_, err = s.SetPassword(p.ctx(), mine, operating.NewPassword{Password: secret("short")}, from)
	wantField(t, err, "password")
	s.audited("operator.password", p.id, p.id)
	s.audited("operator.confirm", p.id, p.id)
}

func TestAnotherAppNeedsAConfirmationAndEndsOtherSessions(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	e, err := s.Enrol(fairlead.Operator{ID: p.id, Email: p.email})
	must(t, err)
	app, old := strings.ReplaceAll(e.Secret, " ", ""), p.recovery[0]
	p.ownChange(func(mine operating.Session) (err error) {
		p.recovery, err = s.SetTOTP(p.ctx(), mine, e.Sealed, s.codeOf(app))
		return err
	})
	_, err = s.SignIn(t.Context(), p.credentials(), from)
	wantKind(t, err, fairlead.Unauthenticated)
	p.app = app
	mine := s.session(p.signIn().Token)
	_, err = s.SetTOTP(p.ctx(), mine, e.Sealed, secret("000000"))
	wantField(t, err, "code")
	c := p.credentials()
	c.Code = secret(old)
	_, err = s.SignIn(t.Context(), c, from)
	wantKind(t, err, fairlead.Unauthenticated)
	c.Code = secret(p.recovery[0])
	_, err = s.SignIn(t.Context(), c, from)
	must(t, err)
	s.audited("operator.totp", p.id, p.id)
}

func TestAConfirmationNeedsPasswordAndCodeOfTheSession(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	p := s.owner()
	_, address := s.invite(p, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	second := s.accept(address, "")
	made := p.signIn()
	s.wait(10 * time.Minute)
	mine := s.session(made.Token)
	if mine.Fresh(operating.FreshFor) {
		t.Error("it is fresh after ten minutes")
	}
	for what, c := range map[string]operating.Credentials{
		"another's":   second.credentials(),
		"no code":     {Password: secret(p.password)},
		"no password": {Code: p.code()},
	} {
		if err := s.Confirm(p.ctx(), mine, c, from); !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
		}
	}
	must(t, s.Confirm(p.ctx(), mine, p.credentials(), from))
	if !s.session(made.Token).Fresh(operating.FreshFor) {
		t.Error("it is not fresh after a confirmation")
	}
}

func TestNothingThatOperatorsSignInWithReachesTheDiskOrTheLog(t *testing.T) {
	t.Parallel()
	if apptest.OnPostgres() {
		return // its files are not here
	}
	s := newServer(t)
	first, err := s.FirstInvitation(t.Context())
	must(t, err)
	p := s.accept(first, "owner@example.com")
	code := p.code()
	made, err := s.SignIn(t.Context(), operating.Credentials{Email: p.email, Password: secret(p.password), Code: code}, from)
	must(t, err)
	_, err = s.SignIn(t.Context(), operating.Credentials{Email: p.email, Password: secret("canary of a wrong one"), Code: secret("canary1")}, from)
	wantKind(t, err, fairlead.Unauthenticated)
	_, invited := s.invite(p, operating.Spec{Email: "second@example.com", Role: fairlead.RoleOwner})
	s.wait(2 * time.Hour)
	_, renewed, err := s.Session(t.Context(), made.Token)
	must(t, err)
	d, err := s.BeginPasskeySignIn(t.Context(), from)
	must(t, err)
	must(t, s.store.Close())

	texts := map[string]string{
		"password": p.password, "wrong password": "canary of a wrong one", "wrong code": "canary1", "app's secret": p.app, "recovery code": p.recovery[0],
		"recovery code without dashes": strings.ReplaceAll(p.recovery[0], "-", ""), "session": made.Token.Reveal(), "renewed session": renewed.Reveal(),
		"first invitation": tokenOf(t, first).Reveal(), "invitation": tokenOf(t, invited).Reveal(), "challenge": d.Challenge.Reveal(),
		"challenge's bytes": challengeIn(t, d),
	}
	files, err := filepath.Glob(filepath.Join(s.folder, "*"))
	must(t, err)
	read := 0
	for _, f := range files {
		content, err := os.ReadFile(f)
		must(t, err)
		read += len(content)
		for what, text := range texts {
			if bytes.Contains(content, []byte(text)) {
				t.Errorf("%s holds the %s", filepath.Base(f), what)
			}
		}
	}
	if read == 0 {
		t.Error("there was nothing to read")
	}
	for what, text := range texts {
		if text == "" || bytes.Contains(s.log.Bytes(), []byte(text)) {
			t.Errorf("the log holds the %s (%d characters)", what, len(text))
		}
	}
}
