package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// talk is what a login remembers between its turns.
type talk struct {
	User  string    `json:"user,omitempty"`
	Words []string  `json:"words,omitempty"` // typed so far: the password's, then those of answers
	Queue []string  `json:"queue,omitempty"` // second factors still to pass, the present one first
	Until time.Time `json:"until,omitzero"`  // the login is slow until then, or the challenge's answer comes too late after it
	Slow  bool      `json:"slow,omitempty"`
}

const maxUser = 128

// Begin shows the login form.
func (s *Sandbox) Begin(_ context.Context, start connector.Start) (connector.Turn, error) {
	if _, err := s.institution(start.Institution.ID); err != nil {
		return connector.Turn{}, err
	}
	return turn(loginForm(), talk{})
}

func loginForm() fairlead.Step {
	return fairlead.Step{Ask: &fairlead.Ask{Kind: "login", Title: "login.title", Fields: []fairlead.AskField{
		{Name: "user", Kind: fairlead.FieldText, Label: "field.user", Login: true},
		{Name: "password", Kind: fairlead.FieldPassword, Label: "field.password"},
	}}}
}

func turn(step fairlead.Step, t talk) (connector.Turn, error) {
	state, err := json.Marshal(t)
	if err != nil {
		return connector.Turn{}, fmt.Errorf("sandbox: keeping the login: %w", err)
	}
	return connector.Turn{Step: step, State: state}, nil
}

// Resume goes on with an answer. An error leaves the conversation where it was:
// the same state may be answered again.
func (s *Sandbox) Resume(ctx context.Context, start connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	var t talk
	if err := json.Unmarshal(state, &t); err != nil {
		return connector.Turn{}, &fairlead.Error{Kind: fairlead.Invalid, Detail: "The login cannot be gone on with; begin again.", Err: fmt.Errorf("sandbox: reading the login's state: %w", err)}
	}
	switch {
	case t.User == "":
		return s.identify(ctx, start, a)
	case t.Slow:
		if left := t.Until.Sub(start.Now); left > 0 {
			return turn(slow(left), t)
		}
		t.Slow = false
		return s.proceed(start, t)
	case len(t.Queue) > 0:
		return s.challenged(start, t, a)
	}
	return s.proceed(start, t)
}

// identify reads the login form.
func (s *Sandbox) identify(ctx context.Context, start connector.Start, a fairlead.Answer) (connector.Turn, error) {
	user, password := strings.TrimSpace(a.Fields["user"].Reveal()), a.Fields["password"].Reveal()
	if user == "" || password == "" || len(user) > maxUser {
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedLogin, "The user name or the password is wrong.")
	}
	if err := s.locked(ctx, start, user); err != nil {
		return connector.Turn{}, err
	}
	t := talk{User: user}
	if name, _, _ := strings.Cut(user, "+"); name == "otp" {
		t.Queue = append(t.Queue, "SCA_SMS")
	}
	next, err := s.hear(start, t, password)
	if fairlead.Is(err, fairlead.RejectedLogin) {
		if locked := s.countWrong(ctx, start, user); locked != nil {
			return connector.Turn{}, locked
		}
	}
	if err == nil {
		err = forget(ctx, s.memory, start.Tenant, lockKey(start, user))
	}
	return next, err
}

// hear takes in typed words: what they call up, and where the login goes then.
func (s *Sandbox) hear(start connector.Start, t talk, typed string) (connector.Turn, error) {
	for _, w := range words(typed) {
		found, rest, ok := s.match(w)
		if !ok {
			continue
		}
		if found.refuses != "" {
			return connector.Turn{}, fairlead.Errorf(found.refuses, "%s", found.detail)
		}
		if found.wait > 0 {
			t.Slow, t.Until = true, start.Now.Add(seconds(rest))
		}
		if found.challenge.Kind != "" {
			t.Queue = append(t.Queue, w)
		}
		t.Words = append(t.Words, w)
	}
	if t.Slow {
		return turn(slow(t.Until.Sub(start.Now)), t)
	}
	return s.proceed(start, t)
}

// slow asks to come back, at most every five seconds of the tenant's time.
func slow(left time.Duration) fairlead.Step {
	return fairlead.Step{Wait: &fairlead.Wait{Seconds: max(1, int((left+time.Second-1)/time.Second)), Sentence: "wait.institution"}}
}

// proceed shows the next second factor, or ends the login.
func (s *Sandbox) proceed(start connector.Start, t talk) (connector.Turn, error) {
	if len(t.Queue) == 0 {
		return s.done(start, t)
	}
	found, _, _ := s.match(t.Queue[0])
	t.Until = start.Now.Add(challengeLife)
	return turn(found.challenge.ask(start.Now), t)
}

// challenged reads the answer to a second factor. A word of the table as the
// answer calls up what it names: so failures and further factors chain.
func (s *Sandbox) challenged(start connector.Start, t talk, a fairlead.Answer) (connector.Turn, error) {
	if start.Now.After(t.Until) {
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The code came too late.")
	}
	present, _, _ := s.match(t.Queue[0])
	typed := a.Fields["code"].Reveal()
	if _, _, special := s.match(typed); special {
		t.Queue = t.Queue[1:]
		return s.hear(start, t, typed)
	}
	if err := present.challenge.check(a); err != nil {
		return connector.Turn{}, err
	}
	t.Queue = t.Queue[1:]
	return s.proceed(start, t)
}

// done hands over what later fetches need.
func (s *Sandbox) done(start connector.Start, t talk) (connector.Turn, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	c := s.customer(start.Surroundings, i, t.User, start.Hints)
	return turn(fairlead.Step{Done: &fairlead.Done{
		Secrets:  map[string]fairlead.Secret{"user": fairlead.NewSecret(t.User), "words": fairlead.NewSecret(strings.Join(t.Words, "+"))},
		Holder:   c.Person.Name,
		Identity: fairlead.NewSecret(t.User),
	}}, t)
}
