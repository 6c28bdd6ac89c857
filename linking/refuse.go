package linking

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// refuse saves a problem: the same question again where a better answer helps,
// else the end of this conversation, or of the link where its spec says so.
func (l *Linking) refuse(ctx context.Context, sc scene, cause error) error {
	at, kind := markOf(sc.link), fairlead.KindOf(cause)
	if kind == fairlead.Internal {
		l.o.Log.Error("a turn failed", "link", sc.link.ID, "institution", sc.link.Institution, "error", cause)
	}
	over := false
	sc, err := l.change(ctx, sc.place, func(tx *store.Tx, sc *scene) error {
		if !markOf(sc.link).equal(at) {
			return moved()
		}
		problem := problemOf(cause, sc.now)
		link := &sc.link
		link.Problem = &problem
		link.Turns++
		if kind == fairlead.RejectedLogin || kind == fairlead.RejectedChallenge {
			link.Wrong++
		}
		over = slices.Contains(link.Spec.ExitOn, kind) || link.Wrong >= maxWrong
		c := fairlead.Conversation{ID: at.conversation, Turn: link.Turns}
		if link.Conversation != nil && !over && worthAsking(link.Conversation.Step.Form, kind) {
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
		return l.dropConsent(tx, sc, status, kind)
	})
	if err != nil || !over {
		return err
	}
	_, _, err = l.end(ctx, sc.place, ending{})
	return err
}

// problemOf describes an error to the person and the dialects.
func problemOf(cause error, now time.Time) fairlead.Problem {
	p := fairlead.NewProblem(cause, "", now)
	if e, ok := errors.AsType[*fairlead.Error](cause); ok && e.RetryAfter > 0 {
		p.RetryAfter = now.Add(e.RetryAfter)
	}
	return p
}

// worthAsking tells whether the same question may be answered better.
func worthAsking(ask *fairlead.Form, kind fairlead.ErrorKind) bool {
	switch {
	case ask == nil:
		return false
	case kind == fairlead.RejectedChallenge:
		return true
	}
	login := func(f fairlead.FormField) bool {
		return f.Login || f.Kind == fairlead.FieldPassword || f.Kind == fairlead.FieldFile
	}
	return kind == fairlead.RejectedLogin && slices.ContainsFunc(ask.Fields, login)
}
