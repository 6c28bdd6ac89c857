package sandbox

import (
	"context"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/sandbox/bank"
	"github.com/fairlead-dev/fairlead/connector/sandbox/kv"
)

// loginState is what a login hands to its next turn.
type loginState struct {
	User     string    `json:"user,omitempty"`
	Triggers []string  `json:"words,omitempty"` // typed so far that mean something: the password's, then those of answers
	Queue    []string  `json:"queue,omitempty"` // second factors still to pass, the present one first
	Until    time.Time `json:"until,omitzero"`  // the login is slow until then, or an answer comes too late after it
	Slow     bool      `json:"slow,omitempty"`
	Round    int       `json:"round,omitempty"` // of the present second factor
	Shown    int       `json:"shown,omitempty"` // how often its step was shown

	Approval  string      `json:"approval,omitempty"`
	Requested time.Time   `json:"requested,omitzero"`
	Visit     string      `json:"visit,omitempty"` // hash of what the return from a visit must bring
	Bank      *bank.Visit `json:"bank,omitempty"`  // of a login at the bank's own pages
}

const (
	stateVersion = 1
	maxUser      = 128
	maxQueue     = 16
)

// Begin shows the login form, or sends the person to the bank's own pages.
func (s *Sandbox) Begin(ctx context.Context, start connector.Start) (connector.Turn, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	if i.redirect != "" {
		return s.depart(ctx, start, i)
	}
	return s.SignIn()
}

func turn(step fairlead.Step, t loginState) (connector.Turn, error) {
	state, err := kit.EncodeState(stateVersion, t)
	return connector.Turn{Step: step, State: state}, err
}

// Resume goes on with an answer. An error leaves the conversation where it was:
// the same state may be answered again.
func (s *Sandbox) Resume(ctx context.Context, start connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	var t loginState
	if err := kit.DecodeState(state, stateVersion, &t); err != nil {
		return connector.Turn{}, err
	}
	switch {
	case t.Bank != nil:
		return s.arrive(ctx, start, t, a)
	case t.User == "":
		return s.identify(ctx, start, a)
	case t.Slow:
		if left := t.Until.Sub(start.Now); left > 0 {
			return turn(slow(left), t)
		}
		t.Slow = false
	case len(t.Queue) > 0:
		return s.challenged(ctx, start, t, a)
	}
	return s.proceed(ctx, start, t)
}

// identify reads the login form.
func (s *Sandbox) identify(ctx context.Context, start connector.Start, a fairlead.Answer) (connector.Turn, error) {
	user, password := strings.TrimSpace(a.Fields[kit.UserField].Reveal()), a.Fields[kit.PasswordField].Reveal()
	if user == "" || password == "" || len(user) > maxUser {
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedLogin, "The user name or the password is wrong.")
	}
	if err := s.locked(ctx, start, user); err != nil {
		return connector.Turn{}, err
	}
	t := loginState{User: user}
	if name, _, _ := strings.Cut(user, "+"); strings.EqualFold(name, "otp") {
		t.Queue = append(t.Queue, "SCA_SMS")
	}
	if customUser(user) && strings.HasPrefix(strings.TrimSpace(password), "{") {
		var err error
		if password, err = s.describe(ctx, start.Tenant, user, password); err != nil {
			return connector.Turn{}, err
		}
	}
	next, err := s.applyTriggers(ctx, start, t, password)
	switch {
	case fairlead.Is(err, fairlead.RejectedLogin):
		if locked := s.countWrong(ctx, start, user); locked != nil {
			return connector.Turn{}, locked
		}
	case err == nil:
		err = kv.Delete(ctx, s.memory, start.Tenant, lockKey(start, user))
	}
	return next, err
}

// applyTriggers reads what was typed: what its triggers call up, and where the login goes then.
func (s *Sandbox) applyTriggers(ctx context.Context, start connector.Start, t loginState, typed string) (connector.Turn, error) {
	for _, w := range splitTriggers(typed) {
		found, rest, ok := s.match(w)
		if !ok {
			continue
		}
		if found.refuses != "" {
			return connector.Turn{}, refusal(found)
		}
		if found.slow {
			t.Slow, t.Until = true, start.Now.Add(seconds(rest))
		}
		if found.challenge.Kind != "" && len(t.Queue) < maxQueue {
			t.Queue = append(t.Queue, w)
		}
		if found.fetch != nil && len(t.Triggers) < maxQueue {
			t.Triggers = append(t.Triggers, w)
		}
	}
	if t.Slow {
		return turn(slow(t.Until.Sub(start.Now)), t)
	}
	return s.proceed(ctx, start, t)
}

// refusal is the error of a trigger that ends the login.
func refusal(t trigger) error {
	sentence, _, _ := strings.Cut(t.Means, ".")
	e := fairlead.Errorf(t.refuses, "%s.", sentence)
	if t.refuses == fairlead.SlowDown {
		e.RetryAfter = 15 * time.Minute
	}
	return e
}

// slow is the step to come back when the institution is done.
func slow(left time.Duration) fairlead.Step {
	return fairlead.Step{Wait: &fairlead.Wait{Seconds: max(1, int((left+time.Second-1)/time.Second)), Sentence: "wait.institution"}}
}

// present is the second factor that stands first in the queue.
func (s *Sandbox) present(t loginState) challenge {
	found, rest, _ := s.match(t.Queue[0])
	return found.challenge.of(rest, found.Takes)
}

// proceed shows the next second factor, or ends the login.
func (s *Sandbox) proceed(ctx context.Context, start connector.Start, t loginState) (connector.Turn, error) {
	if len(t.Queue) == 0 {
		return s.done(ctx, start, t)
	}
	c := s.present(t)
	t.Until = start.Now.Add(challengeLife)
	switch c.Kind {
	case "push":
		return s.push(ctx, start, t, c)
	case "visit":
		return s.openExternal(ctx, start, t)
	}
	return turn(c.form(t.Round, t.Shown, start.Now), t)
}

// passed goes on after a second factor, or a round of it.
func (s *Sandbox) passed(ctx context.Context, start connector.Start, t loginState) (connector.Turn, error) {
	t.Round++
	if t.Round >= max(s.present(t).Rounds, 1) {
		t.Queue, t.Round = t.Queue[1:], 0
	}
	t.Shown, t.Approval, t.Visit = 0, "", ""
	return s.proceed(ctx, start, t)
}

// challenged reads the answer to a second factor. A trigger as the
// answer calls up what it names: so failures and further factors chain.
func (s *Sandbox) challenged(ctx context.Context, start connector.Start, t loginState, a fairlead.Answer) (connector.Turn, error) {
	c := s.present(t)
	switch {
	case c.Kind == "push":
		return s.pushed(ctx, start, t, c)
	case a.Want == fairlead.WantOther && t.Round > 0: // back to the choice
		t.Round--
		return s.proceed(ctx, start, t)
	case a.Want == fairlead.WantResend: // another code, and as long again to type it
		return s.proceed(ctx, start, t)
	case start.Now.After(t.Until):
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The answer came too late.")
	case c.Kind == "visit":
		return s.closeExternal(ctx, start, t, a)
	case len(a.Fields) == 0: // the step is requested anew: a picture that changes
		t.Shown++
		return turn(c.form(t.Round, t.Shown, start.Now), t)
	}
	for _, typed := range c.typed(t.Round, a) {
		if _, _, special := s.match(typed); special {
			t.Queue, t.Round, t.Shown = t.Queue[1:], 0, 0
			return s.applyTriggers(ctx, start, t, typed)
		}
	}
	if err := c.check(t.Round, a); err != nil {
		return connector.Turn{}, err
	}
	return s.passed(ctx, start, t)
}

// done hands over what later fetches need.
func (s *Sandbox) done(ctx context.Context, start connector.Start, t loginState) (connector.Turn, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	holder, err := s.holder(ctx, start, i, t.User)
	if err != nil {
		return connector.Turn{}, err
	}
	d := &fairlead.Done{
		Secrets:  map[string]fairlead.Secret{"user": fairlead.NewSecret(t.User), "words": fairlead.NewSecret(strings.Join(t.Triggers, "+"))},
		Holder:   holder,
		Identity: fairlead.NewSecret(t.User),
	}
	if i.chooses {
		if d.Accounts, err = s.offer(ctx, start.Env, i, t.User, t.Triggers, start.Hints); err != nil {
			return connector.Turn{}, err
		}
	}
	return turn(fairlead.Step{Done: d}, t)
}

// holder is the name of whom a login belongs to.
func (s *Sandbox) holder(ctx context.Context, start connector.Start, i institution, user string) (string, error) {
	p, custom, err := s.customPersona(ctx, start.Tenant, user)
	switch {
	case err != nil || !custom:
		return s.customer(start.Env, i, user, start.Hints).Person.Name, err
	case len(p.Identities) > 0 && len(p.Identities[0].Names) > 0:
		return p.Identities[0].Names[0], nil
	}
	return user, nil
}
