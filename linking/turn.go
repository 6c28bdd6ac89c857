package linking

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// How long things may take, in real time, and how much may be tried.
const (
	turnLimit    = 60 * time.Second        // one call of a connector
	turnBusy     = 90 * time.Second        // until a turn that left no trace counts as interrupted
	turnPatience = 2500 * time.Millisecond // a request waits so long before the page shows "busy"
	saveLimit    = 15 * time.Second        // storing what a turn brought
	maxWrong     = 10                      // refused answers of one link
	maxAnswer    = 1 << 20                 // bytes of one answer, files aside
	maxState     = 256 << 10               // bytes of a dialect's memory
	maxMemory    = 64 << 10                // bytes of a connector's memory between turns
)

// interrupted is the Code of the problem that a crash in the middle of a turn leaves.
const interrupted = "interrupted"

// participants is who and what a turn is about, besides the link.
type participants struct {
	consent fairlead.Consent
	person  fairlead.Person
	renewed fairlead.Connection // in update mode; else the zero one
	again   bool                // the turn was begun before, and left no trace
}

func readParticipants(tx *store.Tx, link fairlead.Link) (p participants, err error) {
	if p.consent, err = tx.Consents.Get(link.Tenant, string(link.Consent)); err != nil {
		return p, err
	}
	if id := link.Spec.Connection; id != "" {
		if p.renewed, err = tx.Connections.Get(link.Tenant, string(id)); err != nil {
			return p, err
		}
	}
	p.person, err = tx.Persons.Get(link.Tenant, string(link.Person))
	return p, err
}

// begin starts a conversation with the institution and waits for its first step
// as long as a request may wait.
func (v *Visit) begin(ctx context.Context) error {
	key, err := v.l.o.Vault.NewKey(sealing.LinkKey(v.link).Owner)
	if err != nil {
		return in("making a link's key", err)
	}
	id := fairlead.NewID("cnv", v.l.o.Clock())
	oauthState := v.l.oauthState(v.link, id)
	var with participants
	err = v.change(ctx, func(tx *store.Tx, s *state) error {
		link := &s.link
		if link.Stage != fairlead.StageConversation || link.Institution == "" {
			return moved()
		}
		if link.Conversation != nil {
			return fairlead.Errorf(fairlead.Conflict, "The conversation has begun already.")
		}
		if link.Key == nil {
			link.Key = key
		}
		if err := lifecycle.DropTokens(tx, link.Tenant, string(link.ID), fairlead.VisitToken); err != nil {
			return err
		}
		consent, err := v.l.standingConsent(tx, s)
		if err != nil {
			return err
		}
		if consent.Become(fairlead.ConsentAwaitingAuthorisation, s.now) {
			if err := tx.Consents.Put(s.tenant.ID, &consent); err != nil {
				return err
			}
		}
		link.Problem = nil
		link.Turns++
		link.Conversation = &fairlead.Conversation{ID: id, Turn: link.Turns, Busy: s.wall.Add(turnBusy), Process: v.l.o.Process, OAuthState: fairlead.TokenHash(oauthState)}
		if with, err = readParticipants(tx, *link); err != nil {
			return err
		}
		return replaceStateToken(tx, *link, oauthState)
	})
	if err != nil {
		return err
	}
	v.runDetached(ctx, with, nil)
	return nil
}

// replaceStateToken writes the token by which a visit to the institution comes
// back. Those of earlier conversations go.
func replaceStateToken(tx *store.Tx, link fairlead.Link, oauthState string) error {
	if err := lifecycle.DropTokens(tx, link.Tenant, string(link.ID), fairlead.OAuthStateToken); err != nil {
		return err
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.OAuthStateToken, Name: fairlead.TokenHash(oauthState), Tenant: link.Tenant, Application: link.Application, Subject: string(link.ID),
	})
}

// resume reserves the next turn, by compare-and-swap with what was read, and runs
// it. logins, if any, is what of the answer outlives the turn.
func (v *Visit) resume(ctx context.Context, a fairlead.Answer, logins fairlead.Sealed) error {
	var with participants
	err := v.changeHere(ctx, func(tx *store.Tx, s *state) (err error) {
		if s.link.Conversation == nil {
			return moved()
		}
		c := *s.link.Conversation
		before := !c.Busy.IsZero() // a turn that leaves a trace clears it
		c.Busy, c.Process = s.wall.Add(turnBusy), v.l.o.Process
		c.Polling = c.Step.Send != nil && a.Return == nil
		if logins != nil {
			c.Logins = logins
		}
		c.Answered = c.Answered || len(a.Fields) > 0 || len(a.Files) > 0
		s.link.Conversation = &c
		if with, err = readParticipants(tx, s.link); err == nil {
			with.again = before
		}
		return err
	})
	if err != nil {
		return err
	}
	v.runDetached(ctx, with, &a)
	return nil
}

// runDetached runs a reserved turn beside the request, and waits for it as long
// as a request may. A nil answer begins.
func (v *Visit) runDetached(ctx context.Context, with participants, a *fairlead.Answer) {
	beside := *v
	done := make(chan struct{})
	v.l.inflight.Go(func() {
		defer close(done)
		beside.turn(context.WithoutCancel(ctx), with, a)
	})
	if v.patient {
		select {
		case <-done:
		case <-ctx.Done():
		}
		return
	}
	patience := time.NewTimer(turnPatience)
	defer patience.Stop()
	select {
	case <-done:
	case <-patience.C:
	case <-ctx.Done():
	}
}

// Close waits for the turns in flight, or until ctx ends.
func (l *Linking) Close(ctx context.Context) error {
	done := make(chan struct{})
	go func() { l.inflight.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turn makes one turn, saves what came of it and dispatches on a login that is
// done. Whatever goes wrong is saved as the link's problem.
func (v *Visit) turn(ctx context.Context, with participants, a *fairlead.Answer) {
	reserved := v.at
	t, err := v.call(ctx, with, a)
	ctx, cancel := context.WithTimeout(ctx, saveLimit)
	defer cancel()
	if spent := v.spend(ctx, t.Slots); spent != nil {
		err = spent
	}
	switch {
	case errors.Is(err, connector.ErrLeft):
		err = v.abandon(ctx)
	case err != nil && v.asksLater(err):
		err = v.askLater(ctx, err)
	case err == nil && t.Step.Done != nil:
		if err = v.done(ctx, *t.Step.Done); err == nil {
			err = v.advance(ctx)
		}
	case err == nil:
		err = v.saveStep(ctx, t)
	}
	if err != nil && v.at.equal(reserved) { // what came after a connection was made is no fault of the login
		if err = v.refuse(ctx, err); err == nil {
			err = v.advance(ctx)
		}
	}
	if err != nil && !fairlead.Is(err, fairlead.Conflict) && !fairlead.Is(err, fairlead.Gone) {
		v.l.o.Log.Error("a turn could not be saved", "link", v.link.ID, "kind", fairlead.KindOf(err), "error", err)
	}
}

// call asks the connector. A panic in it is an Internal error.
func (v *Visit) call(ctx context.Context, with participants, a *fairlead.Answer) (t connector.Turn, err error) {
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			v.l.o.Log.Error("a connector panicked", "link", v.link.ID, "stack", string(debug.Stack()))
			err = errors.New("the connector panicked")
		}
	}()
	start, c, err := v.start(ctx, with)
	if err != nil {
		return t, err
	}
	if a == nil {
		if err := slotless(start, c); err != nil {
			return t, err
		}
		t, err = c.Begin(ctx, start)
	} else {
		var memory []byte
		key := sealing.LinkKey(v.link)
		if sealed := v.link.Conversation.State; len(sealed) > 0 {
			if memory, err = v.l.o.Vault.Open(key.Wrapped, key.At(string(v.link.ID), sealing.ConnectorState), sealed); err != nil {
				return t, err
			}
		}
		t, err = c.Resume(ctx, start, memory, *a)
	}
	if err != nil {
		if ctx.Err() != nil && fairlead.KindOf(err) == fairlead.Internal {
			err = &fairlead.Error{Kind: fairlead.InstitutionDown, Err: err}
		}
		return t, err
	}
	return t, validateTurn(t)
}

// validateTurn refuses a turn that breaks the connector's contract.
func validateTurn(t connector.Turn) error {
	set := 0
	for _, is := range []bool{t.Step.Form != nil, t.Step.Send != nil, t.Step.Wait != nil, t.Step.Done != nil} {
		if is {
			set++
		}
	}
	if set != 1 {
		return fmt.Errorf("the connector returned a step of %d kinds", set)
	}
	if len(t.State) > maxMemory {
		return fmt.Errorf("the connector's memory has %d bytes", len(t.State))
	}
	return nil
}

// start is what the connector is handed in this turn.
func (v *Visit) start(ctx context.Context, with participants) (s connector.Start, c connector.Connector, err error) {
	i, err := v.institution(ctx)
	if err != nil {
		return s, nil, &fairlead.Error{Kind: fairlead.Unsupported, Err: err}
	}
	if c, err = v.l.o.Directory.Connector(i.Connector); err != nil {
		return s, nil, err
	}
	hints, err := v.l.sealer.Details(with.person)
	if err != nil {
		return s, nil, err
	}
	var said fairlead.PersonDetails
	if err := v.opened(sealing.Hints, v.link.Hints, &said); err != nil {
		return s, nil, err
	}
	env, err := v.env(ctx, i.Connector)
	if err != nil {
		return s, nil, err
	}
	s = connector.Start{
		Env: env, Institution: i, Products: with.consent.Products, Person: v.link.Person,
		Reference: v.link.Reference, Hints: sealing.Overlay(hints, said), Conversation: v.link.Conversation.ID,
		ReturnURL: v.l.o.BaseURL + "/l/return?state=" + v.l.oauthState(v.link, v.link.Conversation.ID),
		Consent: connector.ConsentRequest{
			ID: with.consent.ID, Products: with.consent.Products, Expires: with.consent.Expires,
			Opens: v.link.Spec.VisitOpens, Lasts: v.link.Spec.VisitLasts,
		},
		Update: with.renewed.Problem, Open: v.openUpload, Renewed: with.renewed.ID, Interrupted: with.again, Known: v.knownConnections,
	}
	if with.renewed.ID != "" && with.renewed.Status != fairlead.ConnectionDisconnected {
		if s.Saved, err = v.l.sealer.Secrets(with.renewed); err != nil {
			return s, nil, err
		}
	}
	return s, c, nil
}

// env is a connector's surroundings, at the state's time.
func (v *Visit) env(ctx context.Context, name string) (connector.Env, error) {
	e, err := v.l.o.ConnectorEnv(ctx, v.tenant, name)
	if err != nil {
		return e, err
	}
	e.Tenant, e.Environment, e.Seed, e.Now, e.BaseURL = v.tenant.ID, v.tenant.Environment, v.tenant.Seed, v.tenant.Time(v.wall), v.l.o.BaseURL
	e.Language = v.link.Spec.Language
	return e, nil
}

// saveStep saves the next step of a conversation.
func (v *Visit) saveStep(ctx context.Context, t connector.Turn) error {
	var memory, shown fairlead.Sealed
	var err error
	if t.Step, shown, err = v.sealForm(t.Step); err != nil {
		return in("sealing a form", err)
	}
	if len(t.State) > 0 {
		key := sealing.LinkKey(v.link)
		if memory, err = v.l.o.Vault.Seal(key.Wrapped, key.At(string(v.link.ID), sealing.ConnectorState), t.State); err != nil {
			return in("sealing a conversation", err)
		}
	}
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		link := &s.link
		c := *link.Conversation
		if t.Step.Send != nil {
			return v.saveSend(tx, s, t, memory)
		}
		again, sent := c.Again, sentAt(c, t.Step, s.now)
		link.Turns++
		c.Shown = shown
		c.Step, c.State, c.Turn, c.Busy, c.Next = t.Step, memory, link.Turns, time.Time{}, time.Time{}
		c.Polling, c.Again, c.Sent, c.Failing = false, false, sent, time.Time{}
		switch {
		case t.Step.Wait != nil:
			c.Next = s.now.Add(time.Duration(t.Step.Wait.Seconds) * time.Second)
		case t.Step.Form != nil && t.Step.Form.Refresh > 0:
			c.Next = s.now.Add(time.Duration(t.Step.Form.Refresh) * time.Second)
		}
		if again {
			c.Next = s.now
		}
		link.Conversation, link.Problem = &c, nil
		return v.l.duePoll(tx, s)
	})
}

// refuse saves a problem: the same question again where a better answer helps,
// else the end of this conversation. Whether that ends the link, dispatch decides.
func (v *Visit) refuse(ctx context.Context, cause error) error {
	kind := fairlead.KindOf(cause)
	if kind == fairlead.Internal {
		v.l.o.Log.Error("a turn failed", "link", v.link.ID, "institution", v.link.Institution, "error", cause)
	}
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		problem := problemOf(cause, s.now)
		link := &s.link
		link.Problem = &problem
		link.Turns++
		if kind == fairlead.RejectedLogin || kind == fairlead.RejectedChallenge {
			link.Wrong++
		}
		c := fairlead.Conversation{ID: v.at.conversation, Turn: link.Turns}
		if link.Conversation != nil && !ends(*link, kind) && worthAnsweringAgain(link.Conversation.Step.Form, kind) {
			again := *link.Conversation.Step.Form
			again.Again = true
			c = *link.Conversation
			c.Turn, c.Busy, c.Step = link.Turns, time.Time{}, fairlead.Step{Form: &again}
			link.Conversation = &c
			return nil
		}
		link.Conversation, link.Stage = &c, fairlead.StageConversation
		status := fairlead.ConsentFailed
		if kind == fairlead.ConsentEnded {
			status = fairlead.ConsentRejected
		}
		return v.l.dropConsent(tx, s, status, kind)
	})
}

// problemOf describes an error to the person and the dialects.
func problemOf(cause error, now time.Time) fairlead.Problem {
	p := fairlead.NewProblem(cause, "", now)
	if e, ok := errors.AsType[*fairlead.Error](cause); ok && e.RetryAfter > 0 {
		p.RetryAfter = now.Add(min(e.RetryAfter, fairlead.MaxRetryAfter))
	}
	return p
}
