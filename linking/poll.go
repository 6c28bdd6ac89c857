package linking

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// A person who is away at an outside service may never come back to the page: they
// finish there and close the window. The connector is therefore asked by work, too, as
// often as its Send says at first, and less often as time goes by; and so it is while it
// lets a Wait follow.

const (
	// usualPoll is the longest pause between two polls in a step's first hour. Later it is a
	// sixtieth of the time that has passed: an address that is open for weeks costs little.
	usualPoll   = time.Minute
	pollSlowing = 60
	// failedPoll is the shortest pause after a failure that passes; a Wait lasts through such
	// failures for so long, which is as long as what was brought back from a visit is good
	// for at services that say so; a Send lasts until its end.
	failedPoll = 5 * time.Second
	failedWait = 30 * time.Minute
	// unseenFor is how long a link stays open whose connection was made while no page was,
	// for a person who comes back to it.
	unseenFor = 2 * time.Minute
	// returnPause is how often a return looks whether the poll in flight has ended.
	returnPause = 50 * time.Millisecond
)

// pollEvery is how often the connector wants to be asked; 0: not by time.
func pollEvery(c *fairlead.Conversation) time.Duration {
	switch step := c.Step; {
	case step.Send != nil:
		return time.Duration(step.Send.Poll) * time.Second
	case step.Wait != nil:
		return time.Duration(step.Wait.Seconds) * time.Second
	}
	return 0
}

// pursued reports whether the connector is asked without a page.
func pursued(link fairlead.Link) bool {
	c := link.Conversation
	return link.Status == fairlead.LinkOpen && link.Stage == fairlead.StageConversation && c != nil && !c.Sent.IsZero() &&
		(c.Step.Send != nil || c.Step.Wait != nil)
}

// sentAt is Conversation.Sent with the next step.
func sentAt(c fairlead.Conversation, next fairlead.Step, now time.Time) time.Time {
	switch send := next.Send; {
	case send != nil && (c.Step.Send == nil || c.Sent.IsZero()):
		if send.Poll > 0 || send.Visit != "" {
			return now
		}
		return time.Time{}
	case send != nil || next.Wait != nil && (c.Step.Wait != nil || c.Sent.IsZero()):
		return c.Sent
	case next.Wait != nil:
		return now
	}
	return time.Time{}
}

// pollDue is when the connector is to be asked without a page; zero: never.
func pollDue(link fairlead.Link, now time.Time) time.Time {
	c := link.Conversation
	if !pursued(link) || c.Next.IsZero() {
		return time.Time{}
	}
	due := c.Next
	if every := pollEvery(c); every > 0 && due.After(now) {
		last := due.Add(-every)
		stands := last.Sub(c.Sent)
		due = last.Add(max(every, min(stands, max(usualPoll, stands/pollSlowing))))
	}
	if send := c.Step.Send; send != nil && !send.Expires.IsZero() && due.After(send.Expires) {
		due = send.Expires // a last time
	}
	return due
}

// duePoll makes the next poll due. Few are of one connector at once: a service that hangs
// must not take all workers.
func (l *Linking) duePoll(tx *store.Tx, s *state) error {
	due := pollDue(s.link, s.now)
	if due.IsZero() {
		return nil
	}
	i, err := l.o.Directory.Institution(tx, s.tenant, string(s.link.Institution))
	if err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{
		Kind: fairlead.PollWork, Key: string(s.link.ID), Tenant: s.tenant.ID, ConcurrencyKey: "poll " + i.Connector, Due: due,
	})
}

// closeDue is when a link ends whose person finished at the service and closed the window,
// so that the application need not wait until its time is over; zero: it has none such.
func closeDue(link fairlead.Link) time.Time {
	if link.Status != fairlead.LinkOpen || link.Unseen.IsZero() {
		return time.Time{}
	}
	return link.Unseen.Add(unseenFor)
}

// seen notes that the person came back to the page: it is theirs to end the link.
func (v *Visit) seen(ctx context.Context) error {
	if v.link.Unseen.IsZero() {
		return nil
	}
	err := v.change(ctx, func(_ *store.Tx, s *state) error {
		s.link.Unseen = time.Time{}
		return nil
	})
	if fairlead.Is(err, fairlead.Gone) { // it has ended meanwhile
		return v.refresh(ctx)
	}
	return err
}

// Poll is the handler of PollWork: it asks the connector of a link whose person is at an
// outside service whether the visit has ended, and ends the link where nobody comes back
// to what came of it.
func (l *Linking) Poll(ctx context.Context, w fairlead.Work) (store.WorkResult, error) {
	v, err := l.openLink(ctx, w.Tenant, fairlead.LinkID(w.Key), "")
	if fairlead.Is(err, fairlead.NotFound) {
		return store.WorkResult{}, nil
	}
	if err != nil {
		return store.WorkResult{}, err
	}
	if due := closeDue(v.link); !due.IsZero() && !due.After(v.now) {
		_, _, err := v.end(ctx, ending{})
		return store.WorkResult{}, err
	} else if !due.IsZero() {
		return store.WorkResult{Again: due}, nil
	}
	if due := pollDue(v.link, v.now); due.IsZero() || due.After(v.now) {
		return store.WorkResult{Again: due}, nil
	}
	if c := v.link.Conversation; v.wall.Before(c.Busy) {
		// In real time, as in expireLink.
		select {
		case <-ctx.Done():
		case <-time.After(min(c.Busy.Sub(v.wall), turnWait)):
		}
		return store.WorkResult{Again: v.now.Add(turnWait)}, nil
	}
	v.patient = true
	if err := v.Run(ctx); err != nil {
		return store.WorkResult{}, err
	}
	if err := v.refresh(ctx); err != nil {
		return store.WorkResult{}, err
	}
	again := pollDue(v.link, v.now)
	if due := closeDue(v.link); !due.IsZero() {
		again = due
	}
	if !again.IsZero() && !again.After(v.now) {
		again = v.now.Add(turnWait)
	}
	return store.WorkResult{Again: again}, nil
}

// saveSend saves a visit that begins, or one that goes on: the page that shows it stays.
func (v *Visit) saveSend(tx *store.Tx, s *state, t connector.Turn, memory fairlead.Sealed) error {
	link := &s.link
	c, send := *link.Conversation, *t.Step.Send
	if goesOn := c.Step.Send != nil && c.Step.Send.URL == send.URL; !goesOn {
		c.Sent = time.Time{}
		link.Turns++
		c.Turn = link.Turns
	}
	c.Sent, c.Failing = sentAt(c, t.Step, s.now), time.Time{}
	if err := v.nameVisit(tx, s, send.Visit); err != nil {
		return err
	}
	send.Visit = ""
	again := c.Again
	c.Step, c.State, c.Shown, c.Busy, c.Next, c.Polling, c.Again = fairlead.Step{Send: &send}, memory, nil, time.Time{}, time.Time{}, false, false
	if send.Poll > 0 {
		c.Next = s.now.Add(time.Duration(send.Poll) * time.Second)
	}
	if again {
		c.Next = s.now
	}
	if send.Expires.After(link.Expires) {
		link.Expires = send.Expires // somebody at the bank is not cut off
	}
	link.Conversation, link.Problem = &c, nil
	return v.l.duePoll(tx, s)
}

// nameVisit writes the token by which a service's webhook finds the link, in place of
// another visit's.
func (v *Visit) nameVisit(tx *store.Tx, s *state, visit string) error {
	own := fairlead.Token{Kind: fairlead.VisitToken, Tenant: s.tenant.ID, Application: s.link.Application, Subject: string(s.link.ID)}
	if visit != "" {
		i, err := v.l.o.Directory.Institution(tx, s.tenant, string(s.link.Institution))
		if err != nil {
			return err
		}
		own.Name = sealing.VisitName(v.l.o.Vault, s.tenant.ID, i.Connector, visit)
	}
	before, err := tx.Tokens.Of(s.tenant.ID, fairlead.VisitToken, string(s.link.ID))
	if err != nil || slices.ContainsFunc(before, func(t fairlead.Token) bool { return t.Name == own.Name }) {
		return err
	}
	if err := lifecycle.DropTokens(tx, s.tenant.ID, string(s.link.ID), fairlead.VisitToken); err != nil || visit == "" {
		return err
	}
	return tx.Tokens.Put(&own)
}

// ResumeVisit has the connector asked now, beside the caller, because its service said
// that something became of a visit (a ProviderUpdate's Visit). A visit that nobody waits
// for any more is no error.
func (l *Linking) ResumeVisit(ctx context.Context, tenant fairlead.TenantID, connector, visit string) error {
	v, err := l.open(ctx, "", func(tx *store.Tx) (fairlead.Token, error) {
		t, err := tx.Tokens.Get(fairlead.VisitToken, sealing.VisitName(l.o.Vault, tenant, connector, visit))
		if err == nil && t.Tenant != tenant {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such visit.")
		}
		return t, err
	})
	if err == nil {
		err = v.change(ctx, func(tx *store.Tx, s *state) error {
			if !pursued(s.link) {
				return moved()
			}
			c := *s.link.Conversation
			if c.Next, s.link.Conversation = s.now, &c; s.wall.Before(c.Busy) {
				c.Again = true
			}
			return v.l.duePoll(tx, s)
		})
	}
	switch {
	case fairlead.Is(err, fairlead.NotFound), fairlead.Is(err, fairlead.Gone), fairlead.Is(err, fairlead.Conflict) && !errors.Is(err, store.ErrStale):
		return nil
	}
	return in("resuming a visit", err)
}

// asksLater reports whether a failure passes while the outcome of a visit to a service is
// pursued: the conversation goes on.
func (v *Visit) asksLater(err error) bool {
	if !pursued(v.link) {
		return false
	}
	if e, ok := errors.AsType[*fairlead.Error](err); ok && e.Actor != "" && e.Actor != fairlead.ActorNobody && e.Actor != fairlead.ActorInstitution {
		return false // somebody must act
	}
	c := v.link.Conversation
	if c.Step.Wait != nil && !c.Failing.IsZero() && v.tenant.Time(v.l.o.Clock()).Sub(c.Failing) >= failedWait {
		return false
	}
	switch fairlead.KindOf(err) {
	case fairlead.InstitutionDown, fairlead.SlowDown, fairlead.NotReady, fairlead.Unavailable, fairlead.RateLimited:
		return true
	}
	return false
}

// askLater lets the conversation go on after a failure that passes.
func (v *Visit) askLater(ctx context.Context, cause error) error {
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		c := *s.link.Conversation
		if c.Failing.IsZero() {
			c.Failing = s.now
		}
		pause := max(failedPoll, pollEvery(&c), min(s.now.Sub(c.Failing), usualPoll))
		if e, ok := errors.AsType[*fairlead.Error](cause); ok {
			pause = max(pause, min(e.RetryAfter, failedWait))
		}
		c.Busy, c.Polling, c.Again, c.Next = time.Time{}, false, false, s.now.Add(pause)
		s.link.Conversation = &c
		return v.l.duePoll(tx, s)
	})
}

// abandon ends a conversation whose person left the service's pages: the link has no
// problem, its consent stays agreed to, and another conversation may begin.
func (v *Visit) abandon(ctx context.Context) error {
	return v.changeHere(ctx, func(tx *store.Tx, s *state) error {
		link := &s.link
		link.Turns++
		link.Problem = nil
		link.Conversation = &fairlead.Conversation{ID: v.at.conversation, Turn: link.Turns, Left: true}
		return lifecycle.DropTokens(tx, link.Tenant, string(link.ID), fairlead.VisitToken)
	})
}
