package linking

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
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

// begin starts a conversation with the institution and waits for its first step
// as long as a request may wait.
func (l *Linking) begin(ctx context.Context, p place) error {
	sc, err := l.look(ctx, p)
	if err != nil {
		return err
	}
	key, err := l.o.Vault.NewKey(linkOwner(sc.link))
	if err != nil {
		return in("making a link's key", err)
	}
	id := fairlead.NewID("cnv", l.o.Clock())
	state := l.goState(p, id)
	sc, err = l.change(ctx, p, func(tx *store.Tx, sc *scene) error {
		link := &sc.link
		if link.Stage != fairlead.StageConversation || link.Institution == "" {
			return moved()
		}
		if link.Conversation != nil {
			return fairlead.Errorf(fairlead.Conflict, "The conversation has begun already.")
		}
		if link.Key == nil {
			link.Key = key
		}
		consent, err := l.standingConsent(tx, sc)
		if err != nil {
			return err
		}
		if consent.Become(fairlead.ConsentAwaitingAuthorisation, sc.now) {
			if err := tx.Consents.Put(sc.tenant.ID, &consent); err != nil {
				return err
			}
		}
		link.Problem = nil
		link.Turns++
		link.Conversation = &fairlead.Conversation{ID: id, Turn: link.Turns, Busy: sc.real.Add(turnBusy), OAuthState: fairlead.TokenHash(state)}
		return addGoToken(tx, sc, state)
	})
	if err != nil {
		return err
	}
	l.fly(ctx, sc, nil)
	return nil
}

// addGoToken writes the door by which a visit to the institution comes back.
// Doors of earlier conversations are closed.
func addGoToken(tx *store.Tx, sc *scene, state string) error {
	if err := dropTokens(tx, sc.tenant.ID, string(sc.link.ID), fairlead.OAuthStateToken); err != nil {
		return err
	}
	return tx.Tokens.Put(&fairlead.Token{
		Kind: fairlead.OAuthStateToken, Name: fairlead.TokenHash(state), Tenant: sc.tenant.ID, Application: sc.link.Application, Subject: string(sc.link.ID),
	})
}

// resume reserves the next turn, by compare-and-swap with what was read, and
// lets it fly.
func (l *Linking) resume(ctx context.Context, seen scene, a fairlead.Answer, note func(*fairlead.Conversation)) error {
	at := markOf(seen.link)
	sc, err := l.change(ctx, seen.place, func(_ *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) || sc.link.Conversation == nil {
			return moved()
		}
		c := *sc.link.Conversation
		c.Busy = sc.real.Add(turnBusy)
		if note != nil {
			note(&c)
		}
		sc.link.Conversation = &c
		return nil
	})
	if err != nil {
		return err
	}
	l.fly(ctx, sc, &a)
	return nil
}

// fly runs a reserved turn detached from the request, and waits for it as long
// as a request may. A nil answer begins.
func (l *Linking) fly(ctx context.Context, sc scene, a *fairlead.Answer) {
	done := make(chan struct{})
	l.flights.Add(1)
	go func() {
		defer l.flights.Done()
		defer close(done)
		l.turn(context.WithoutCancel(ctx), sc, a)
	}()
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
	go func() { l.flights.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// turn makes one turn and saves what came of it.
func (l *Linking) turn(ctx context.Context, sc scene, a *fairlead.Answer) {
	t, err := l.call(ctx, sc, a)
	ctx, cancel := context.WithTimeout(ctx, saveLimit)
	defer cancel()
	if err == nil && t.Step.Done != nil {
		err = l.done(ctx, sc, *t.Step.Done)
	} else if err == nil {
		err = l.keep(ctx, sc, t)
	}
	if err != nil {
		err = l.refuse(ctx, sc, err)
	}
	if err != nil && !fairlead.Is(err, fairlead.Conflict) && !fairlead.Is(err, fairlead.Gone) {
		l.o.Log.Error("a turn could not be saved", "link", sc.link.ID, "kind", fairlead.KindOf(err), "error", err)
	}
}

// call asks the connector. A panic in it is an Internal error.
func (l *Linking) call(ctx context.Context, sc scene, a *fairlead.Answer) (t connector.Turn, err error) {
	ctx, cancel := context.WithTimeout(ctx, turnLimit)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			l.o.Log.Error("a connector panicked", "link", sc.link.ID, "stack", string(debug.Stack()))
			err = errors.New("the connector panicked")
		}
	}()
	start, c, err := l.start(ctx, sc)
	if err != nil {
		return t, err
	}
	if a == nil {
		t, err = c.Begin(ctx, start)
	} else {
		var state []byte
		if len(sc.link.Conversation.State) > 0 {
			if state, err = l.o.Vault.Open(sc.link.Key, linkOwner(sc.link), sc.link.Conversation.State); err != nil {
				return t, err
			}
		}
		t, err = c.Resume(ctx, start, state, *a)
	}
	if err != nil {
		if ctx.Err() != nil && fairlead.KindOf(err) == fairlead.Internal {
			err = &fairlead.Error{Kind: fairlead.InstitutionDown, Err: err}
		}
		return t, err
	}
	return t, sound(t)
}

// sound refuses a turn that breaks the connector's contract.
func sound(t connector.Turn) error {
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
func (l *Linking) start(ctx context.Context, sc scene) (s connector.Start, c connector.Connector, err error) {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(sc.link.Institution))
	if err != nil {
		return s, nil, &fairlead.Error{Kind: fairlead.Unsupported, Err: err}
	}
	if c, err = l.o.Registry.Connector(i.Connector); err != nil {
		return s, nil, err
	}
	var consent fairlead.Consent
	var person fairlead.Person
	var renewed fairlead.Connection
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if consent, err = tx.Consents.Get(sc.tenant.ID, string(sc.link.Consent)); err != nil {
			return err
		}
		if id := sc.link.Spec.Connection; id != "" {
			if renewed, err = tx.Connections.Get(sc.tenant.ID, string(id)); err != nil {
				return err
			}
		}
		person, err = tx.Persons.Get(sc.tenant.ID, string(sc.link.Person))
		return err
	})
	if err != nil {
		return s, nil, err
	}
	hints, err := l.detailsOf(person)
	if err != nil {
		return s, nil, err
	}
	var said fairlead.PersonDetails
	if err := l.openFor(sc.link, sc.link.Hints, &said); err != nil {
		return s, nil, err
	}
	s = connector.Start{
		Env: l.surroundings(sc, i.Connector), Institution: i, Products: consent.Products, Person: sc.link.Person,
		Reference: sc.link.Reference, Hints: overlay(hints, said), Conversation: sc.link.Conversation.ID,
		ReturnURL: l.o.BaseURL + "/l/return?state=" + l.goState(sc.place, sc.link.Conversation.ID),
		Consent: connector.ConsentRequest{
			ID: consent.ID, Products: consent.Products, Expires: consent.Expires,
			Opens: sc.link.Spec.VisitOpens, Lasts: sc.link.Spec.VisitLasts,
		},
		Update: renewed.Problem, Open: l.opener(sc.link),
	}
	if renewed.ID != "" && renewed.Status != fairlead.ConnectionDisconnected {
		if s.Saved, err = l.secretsOf(renewed); err != nil {
			return s, nil, err
		}
	}
	return s, c, nil
}

// surroundings are a connector's, at the scene's time.
func (l *Linking) surroundings(sc scene, name string) connector.Env {
	s := l.surround(sc.tenant, name, sc.real)
	s.Language = sc.link.Spec.Language
	return s
}

func (l *Linking) surround(t fairlead.Tenant, name string, wall time.Time) connector.Env {
	s := l.o.ConnectorEnv(t, name)
	s.Tenant, s.Environment, s.Seed, s.Now, s.BaseURL = t.ID, t.Environment, t.Seed, t.Time(wall), l.o.BaseURL
	return s
}

// keep saves the next step of a conversation.
func (l *Linking) keep(ctx context.Context, sc scene, t connector.Turn) error {
	var state fairlead.Sealed
	var err error
	if len(t.State) > 0 {
		if state, err = l.o.Vault.Seal(sc.link.Key, linkOwner(sc.link), t.State); err != nil {
			return in("sealing a conversation", err)
		}
	}
	at := markOf(sc.link)
	_, err = l.change(ctx, sc.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		link := &sc.link
		c := *link.Conversation
		link.Turns++
		c.Step, c.State, c.Turn, c.Busy, c.Next = t.Step, state, link.Turns, time.Time{}, time.Time{}
		switch {
		case t.Step.Wait != nil:
			c.Next = sc.now.Add(time.Duration(t.Step.Wait.Seconds) * time.Second)
		case t.Step.Form != nil && t.Step.Form.Refresh > 0:
			c.Next = sc.now.Add(time.Duration(t.Step.Form.Refresh) * time.Second)
		case t.Step.Send != nil && t.Step.Send.Expires.After(link.Expires):
			link.Expires = t.Step.Send.Expires // somebody at the bank is not cut off
		}
		link.Conversation, link.Problem = &c, nil
		return nil
	})
	return err
}

// Poll goes on where the link waits: for a time, an approval, a collection. It is
// cheap and changes nothing when it is too early.
func (l *Linking) Poll(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.poll(ctx, p)
}

func (l *Linking) poll(ctx context.Context, p place) error {
	sc, err := l.look(ctx, p)
	if err != nil || sc.link.Status != fairlead.LinkOpen {
		return err
	}
	if !sc.now.Before(sc.link.Expires) {
		_, _, err := l.end(ctx, p, ending{status: fairlead.LinkExpired})
		return err
	}
	switch sc.link.Stage {
	case fairlead.StageRetrieving:
		err = l.retrieved(ctx, sc)
	case fairlead.StageConversation:
		err = l.goOn(ctx, sc)
	}
	if fairlead.Is(err, fairlead.Conflict) {
		return nil // another tab was faster
	}
	return err
}

// goOn resumes a conversation that waits, when it is time. A turn that was
// interrupted is never repeated with what the person typed.
func (l *Linking) goOn(ctx context.Context, sc scene) error {
	c := sc.link.Conversation
	switch {
	case c == nil:
		return l.begin(ctx, sc.place)
	case sc.real.Before(c.Busy):
		return nil
	case c.Step.Send != nil && !c.Step.Send.Expires.IsZero() && !sc.now.Before(c.Step.Send.Expires):
		return l.refuse(ctx, sc, fairlead.Errorf(fairlead.ChallengeExpired, "The visit to the institution took too long."))
	case c.Step.Wait != nil && (c.Step.Wait.Approval != "" || !sc.now.Before(c.Next)):
		return l.resume(ctx, sc, fairlead.Answer{}, nil)
	case c.Step.Form != nil && c.Step.Form.Refresh > 0 && c.Busy.IsZero() && !sc.now.Before(c.Next):
		return l.resume(ctx, sc, fairlead.Answer{}, nil)
	}
	return nil
}
