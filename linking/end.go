package linking

import (
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// gracePeriod is how long an ended link still shows how it ended, in tenant time.
	gracePeriod = 24 * time.Hour
	// resultLife is how long after the end, in tenant time, its session still sees what
	// came of it: what was connected, and the address with the code.
	resultLife = 15 * time.Minute
)

// ending is how a link is to end. Its status is judged by what the link has:
// finished with a connection, expired by its time, failed with a problem that the
// application wants to hear of or after too many wrong answers, else exited.
type ending struct {
	left      bool // the person gave up: never "failed"
	cancelled bool // by the application
}

// judge is the status and the reason that the link ends with.
func (e ending) judge(s state) (fairlead.LinkStatus, fairlead.ErrorKind) {
	var why fairlead.ErrorKind
	if s.link.Problem != nil {
		why = s.link.Problem.Kind
	}
	switch {
	case e.cancelled: // whatever it has
		return fairlead.LinkExited, ""
	case len(s.link.Connections) > 0:
		return fairlead.LinkFinished, ""
	case !s.now.Before(s.link.Expires):
		return fairlead.LinkExpired, why
	case e.left || s.link.Problem == nil:
		return fairlead.LinkExited, why
	}
	return fairlead.LinkFailed, why
}

// Cancel ends a link for its application. One that has ended stays as it is.
func (l *Linking) Cancel(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	v, err := l.openLink(ctx, tenant, id, "")
	if err != nil {
		return fairlead.Link{}, err
	}
	result, _, err := v.end(ctx, ending{cancelled: true})
	return result.Link, err
}

// end ends the link, again where somebody was faster, and is idempotent: what has
// ended says the same again.
func (v *Visit) end(ctx context.Context, e ending) (result LinkResult, to AppReturn, err error) {
	err = store.Retry(ctx, v.l.o.Store, func() error {
		read := v.ended
		if v.ended = nil; read == nil {
			read = &LinkResult{}
			wall := v.l.o.Clock()
			err := v.l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
				if v.state, err = v.l.readState(tx, v.tenant.ID, v.link.ID, wall); err != nil {
					return err
				}
				read, err = readResult(tx, v.state)
				return err
			})
			if err != nil {
				return err
			}
		}
		result = *read
		to, err = v.endRead(ctx, &result, e)
		return err
	})
	if err == nil {
		v.link, v.at = result.Link, checkpointOf(result.Link)
	}
	return result, to, in("ending a link", err)
}

// endRead ends the link that a result was read of.
func (v *Visit) endRead(ctx context.Context, r *LinkResult, e ending) (to AppReturn, err error) {
	if r.Link.Status != fairlead.LinkOpen {
		if r.Link.Status != fairlead.LinkFinished {
			r.Problem = r.Link.Problem
		}
		return v.l.appReturn(r.Link)
	}
	r.Link.Status, r.Link.Reason = e.judge(v.state)
	r.Link.Ended = v.now
	if e.cancelled {
		r.Link.Spec.Reopens, r.Link.Withdrawn = false, true
	}
	if v.acts {
		r.Link.LastSession = v.session
	}
	if r.Link.Status != fairlead.LinkFinished {
		r.Problem = r.Link.Problem
	}
	var code fairlead.Token
	if r.Link.Status == fairlead.LinkFinished && !r.Link.Spec.Code.None {
		if r.Code, code, err = v.l.mintCode(v.state); err != nil {
			return to, err
		}
	}
	if to, err = v.l.finish(ctx, *r); err != nil {
		return to, err
	}
	if err := v.l.sealReturn(&r.Link, to); err != nil {
		return to, err
	}
	return to, v.writeEnd(ctx, &r.Link, code, e)
}

// readResult reads what a finisher is handed.
func readResult(tx *store.Tx, s state) (*LinkResult, error) {
	r := &LinkResult{Link: s.link, Application: s.app}
	for _, id := range s.link.Connections {
		c, err := tx.Connections.Get(s.tenant.ID, string(id))
		if err != nil {
			return r, err
		}
		r.Connections = append(r.Connections, c)
	}
	var err error
	r.Consents, err = tx.Consents.List(s.tenant.ID, store.Query{
		Where: []store.Match{store.By(store.ByLink, string(s.link.ID))}, Limit: 100,
	})
	return r, err
}

// finish asks the origin's finisher; without one the spec's redirect is followed.
func (l *Linking) finish(ctx context.Context, r LinkResult) (AppReturn, error) {
	if f, ok := l.finishers[r.Link.Origin.Dialect]; ok {
		return f.Finish(ctx, r)
	}
	return AppReturn{URL: r.Link.Spec.Redirect}, nil
}

// sealReturn seals where the link leads under a new key, in place of the old
// one: whatever was sealed under that — hints, logins, pending secrets — can't be
// opened from here on.
func (l *Linking) sealReturn(link *fairlead.Link, to AppReturn) (err error) {
	if link.Key, err = l.o.Vault.NewKey(sealing.LinkKey(*link).Owner); err != nil {
		return err
	}
	link.Hints, link.Conversation = nil, nil
	link.Result, err = l.sealer.SealJSON(sealing.LinkKey(*link), string(link.ID), sealing.Result, to)
	return err
}

// appReturn opens where an ended link leads.
func (l *Linking) appReturn(link fairlead.Link) (to AppReturn, err error) {
	if link.Key == nil {
		return to, nil // long past: the page says by itself how it ended
	}
	return to, l.sealer.OpenJSON(sealing.LinkKey(link), string(link.ID), sealing.Result, link.Result, &to)
}

// writeEnd ends the link in one transaction, if it still is what was read.
func (v *Visit) writeEnd(ctx context.Context, link *fairlead.Link, code fairlead.Token, e ending) error {
	err := v.l.o.Store.Update(ctx, func(tx *store.Tx) error {
		s := v.state
		s.link = *link
		status := fairlead.ConsentRejected
		if s.link.Reason != "" || s.link.Status == fairlead.LinkExpired {
			status = fairlead.ConsentFailed
		}
		if err := v.l.dropConsent(tx, &s, status, s.link.Reason); err != nil {
			return err
		}
		if err := tx.Links.Put(s.tenant.ID, link); err != nil {
			return err
		}
		if code.Name != "" {
			t := code
			if err := tx.Tokens.Put(&t); err != nil {
				return err
			}
		}
		if err := v.l.o.Publisher.Publish(tx, endEvent(s)); err != nil {
			return err
		}
		if err := lifecycle.DropTokens(tx, s.tenant.ID, string(s.link.ID), fairlead.OAuthStateToken, fairlead.ContinueToken, fairlead.VisitToken); err != nil {
			return err
		}
		if e.cancelled {
			if err := v.audit(ctx, tx, &s, string(s.link.Application), "link.cancel", string(s.link.ID)); err != nil {
				return err
			}
		}
		return tx.Work.Due(fairlead.Work{Kind: fairlead.PruneWork, Key: string(s.link.ID), Tenant: s.tenant.ID, Due: s.now.Add(gracePeriod)})
	})
	v.l.o.Vault.Forget(sealing.LinkKey(*link).Owner) // the key of what was typed
	return err
}

// endEvent is the fact of the link's end.
func endEvent(s state) fairlead.Event {
	kinds := map[fairlead.LinkStatus]fairlead.EventKind{
		fairlead.LinkFinished: fairlead.EventLinkFinished, fairlead.LinkFailed: fairlead.EventLinkFailed,
		fairlead.LinkExited: fairlead.EventLinkExited, fairlead.LinkExpired: fairlead.EventLinkExpired,
	}
	e := s.event(kinds[s.link.Status])
	e.Why = s.link.Reason
	if e.Why != "" {
		e.Actor = fairlead.ActorFor(e.Why)
	}
	if n := len(s.link.Connections); n > 0 {
		e.Connection = s.link.Connections[n-1]
		e.Counts = map[string]int{"connections": n}
	}
	return e
}
