package linking

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// next is what comes next for a link. All but show need no person.
type next string

const (
	show       next = "show"       // the person's answer, or time, is waited for
	begin      next = "begin"      // the conversation with the institution begins
	resume     next = "resume"     // the institution is asked again
	expire     next = "expire"     // the visit to the institution took too long
	accounts   next = "accounts"   // the login is done: the accounts to share are to be chosen
	acceptance next = "acceptance" // the login is done: the person's last word is wanted
	connect    next = "connect"    // the connection is made or renewed
	retrieving next = "retrieving" // the data may be there
	end        next = "end"        // the link ends
)

// dispatch is the one place that decides what comes next, from the link as it is
// stored (or, after a login, as it would be) and from the time. It is pure. The
// package comment draws it.
func dispatch(s state) next {
	link := s.link
	switch {
	case link.Status != fairlead.LinkOpen:
		return show
	case !s.now.Before(link.Expires):
		return end
	}
	switch link.Stage {
	case fairlead.StageConversation:
		return converse(s)
	case fairlead.StageAccounts, fairlead.StageAcceptance:
		if c := link.Conversation; c != nil && s.wall.Before(c.Busy) { // the connection is being made
			return show
		}
		return loggedIn(link)
	case fairlead.StageRetrieving:
		return retrieving
	case fairlead.StageResult:
		if !wanted(link.Spec, fairlead.StageResult) {
			return end
		}
	}
	return show
}

// converse decides at a conversation. A turn that was interrupted is never
// repeated with what the person typed: it is shown as a problem.
func converse(s state) next {
	c := s.link.Conversation
	switch {
	case c == nil:
		return begin
	case s.wall.Before(c.Busy): // a turn is in flight
		return show
	case c.Done:
		return loggedIn(s.link)
	case problemEndsLink(s.link):
		return end
	}
	switch step := c.Step; {
	case step.Send != nil:
		return away(s)
	case step.Wait != nil && (step.Wait.Approval != "" || !s.now.Before(c.Next)):
		return resume
	case step.Form != nil && step.Form.Refresh > 0 && c.Busy.IsZero() && !s.now.Before(c.Next):
		return resume
	}
	return show
}

// away decides while the person is at the institution's own pages. One that is polled is
// asked a last time when the visit's time is over.
func away(s state) next {
	c, send := s.link.Conversation, s.link.Conversation.Step.Send
	due := !c.Next.IsZero() && !s.now.Before(c.Next)
	if send.Expires.IsZero() || s.now.Before(send.Expires) {
		if due {
			return resume
		}
		return show
	}
	if send.Poll > 0 && c.Next.Add(-pollEvery(c)).Before(send.Expires) {
		return resume
	}
	return expire
}

// loggedIn decides once the institution is done with the person.
func loggedIn(link fairlead.Link) next {
	c := link.Conversation
	switch {
	case c == nil || !c.Done:
		return show
	case c.Choice && len(c.Accounts) == 0 && wanted(link.Spec, fairlead.StageAccounts):
		if link.Stage == fairlead.StageAccounts {
			return show
		}
		return accounts
	case !c.Accepted && wanted(link.Spec, fairlead.StageAcceptance):
		if link.Stage == fairlead.StageAcceptance {
			return show
		}
		return acceptance
	}
	return connect
}

// problemEndsLink reports whether the problem that ended the conversation ends the link too.
func problemEndsLink(link fairlead.Link) bool {
	return link.Problem != nil && link.Conversation.Step == (fairlead.Step{}) && ends(link, link.Problem.Kind)
}

// ends reports whether a problem of a kind ends a link, rather than only its conversation.
func ends(link fairlead.Link, kind fairlead.ErrorKind) bool {
	return link.Wrong >= maxWrong || slices.Contains(link.Spec.ExitOn, kind)
}

// Run does what needs no person, until the link waits for somebody or for a time.
// It is cheap, and changes nothing when it is too early.
func (v *Visit) Run(ctx context.Context) error {
	if err := v.advance(ctx); !fairlead.Is(err, fairlead.Conflict) {
		return err
	}
	return nil // another tab was faster
}

// advance runs what comes next, and what comes after that. A turn that begins or
// resumes goes on by itself, beside the request.
func (v *Visit) advance(ctx context.Context) (err error) {
	for err == nil {
		switch dispatch(v.state) {
		case show:
			return nil
		case begin:
			return v.begin(ctx)
		case resume:
			return v.resume(ctx, fairlead.Answer{}, nil)
		case expire:
			err = v.refuse(ctx, fairlead.Errorf(fairlead.ChallengeExpired, "The visit to the institution took too long."))
		case accounts:
			err = v.await(ctx, fairlead.StageAccounts)
		case acceptance:
			err = v.await(ctx, fairlead.StageAcceptance)
		case connect:
			err = v.connect(ctx)
		case retrieving:
			var there bool
			if there, err = v.retrieved(ctx); !there {
				return err
			}
		case end:
			if _, _, err = v.end(ctx, ending{}); err != nil && !fairlead.Is(err, fairlead.Conflict) {
				// No fault of the step before: the next visit tries again.
				v.l.o.Log.Error("a link could not be ended", "link", v.link.ID, "error", err)
				return nil
			}
		}
	}
	return err
}
