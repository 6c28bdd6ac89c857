package linking

import (
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// afterlife is how long an ended link still shows its last words, in tenant time.
const afterlife = 24 * time.Hour

// ending is how a link is to end. An empty status is judged by what the link
// has: finished with a connection, failed with a problem that the application
// wants to hear of or after too many wrong answers, else exited.
type ending struct {
	status fairlead.LinkStatus
	left   bool   // the person gave up: never "failed"
	by     string // who ended it, for the audit trail; "" for the person's usual end
}

// judge is the status and the reason that the link ends with.
func (e ending) judge(link fairlead.Link) (fairlead.LinkStatus, fairlead.ErrorKind) {
	var why fairlead.ErrorKind
	if link.Problem != nil {
		why = link.Problem.Kind
	}
	switch {
	case e.by != "": // cancelled, whatever it has
		return e.status, ""
	case len(link.Connections) > 0:
		return fairlead.LinkFinished, ""
	case e.status != "":
		return e.status, why
	case e.left || link.Problem == nil:
		return fairlead.LinkExited, why
	}
	return fairlead.LinkFailed, why
}

// Finish ends the link and says where the browser goes. Done again it says the
// same; the code is minted once.
func (l *Linking) Finish(ctx context.Context, s Session) (AppReturn, error) {
	p, err := l.locate(ctx, s)
	if err != nil {
		return AppReturn{}, err
	}
	_, d, err := l.end(ctx, p, ending{})
	return d, err
}

// Leave is the person giving up. What has been connected stays connected, and
// the link is finished then.
func (l *Linking) Leave(ctx context.Context, s Session) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	_, _, err = l.end(ctx, p, ending{left: true})
	return err
}

// Cancel ends a link for its application. One that has ended stays as it is.
func (l *Linking) Cancel(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) (fairlead.Link, error) {
	link, _, err := l.end(ctx, place{tenantID: tenant, linkID: id}, ending{status: fairlead.LinkExited, by: "application"})
	return link, err
}

// end ends a link, again where a turn was faster, and is idempotent.
func (l *Linking) end(ctx context.Context, p place, e ending) (fairlead.Link, AppReturn, error) {
	o, d, err := l.endAs(ctx, p, e)
	return o.Link, d, err
}

// endAs is end with all of how the link ended.
func (l *Linking) endAs(ctx context.Context, p place, e ending) (o LinkResult, d AppReturn, err error) {
	read := transaction(l.o.Store.View)
	for range attempts {
		if o, d, err = l.endOnce(ctx, read, p, e); !fairlead.Is(err, fairlead.Conflict) {
			break
		}
		read = l.o.Store.Update
	}
	return o, d, in("ending a link", err)
}

func (l *Linking) endOnce(ctx context.Context, read transaction, p place, e ending) (LinkResult, AppReturn, error) {
	o, sc, err := l.outcome(ctx, read, p)
	if err != nil {
		return o, AppReturn{}, err
	}
	if sc.link.Status != fairlead.LinkOpen {
		if sc.link.Status != fairlead.LinkFinished {
			o.Problem = sc.link.Problem
		}
		d, err := l.destination(sc.link)
		return o, d, err
	}
	if !sc.now.Before(sc.link.Expires) && e.status == "" {
		e.status = fairlead.LinkExpired
	}
	o.Link.Status, o.Link.Reason = e.judge(sc.link)
	o.Link.Ended = sc.now
	if o.Link.Status != fairlead.LinkFinished {
		o.Problem = sc.link.Problem
	}
	var code fairlead.Token
	if o.Link.Status == fairlead.LinkFinished && !sc.link.Spec.Code.None {
		if o.Code, code, err = l.mintCode(sc); err != nil {
			return o, AppReturn{}, err
		}
	}
	d, err := l.lead(ctx, o)
	if err != nil {
		return o, AppReturn{}, err
	}
	if err := l.sealResult(&o.Link, d); err != nil {
		return o, AppReturn{}, err
	}
	return o, d, l.writeEnd(ctx, sc, o.Link, code, e)
}

// outcome reads what a finisher is told.
func (l *Linking) outcome(ctx context.Context, in transaction, p place) (o LinkResult, sc scene, err error) {
	wall := l.o.Clock()
	err = in(ctx, func(tx *store.Tx) (err error) {
		if sc, err = read(tx, p, wall); err != nil {
			return err
		}
		o = LinkResult{Link: sc.link, Application: sc.app}
		for _, id := range sc.link.Connections {
			c, err := tx.Connections.Get(sc.tenant.ID, string(id))
			if err != nil {
				return err
			}
			o.Connections = append(o.Connections, c)
		}
		o.Consents, err = tx.Consents.List(sc.tenant.ID, store.Query{
			Where: []store.Match{store.By(store.ByLink, string(sc.link.ID))}, Limit: 100,
		})
		return err
	})
	return o, sc, err
}

// lead asks the origin's finisher; without one the spec's redirect is followed.
func (l *Linking) lead(ctx context.Context, o LinkResult) (AppReturn, error) {
	if f, ok := l.finishers[o.Link.Origin.Dialect]; ok {
		return f.Finish(ctx, o)
	}
	return AppReturn{URL: o.Link.Spec.Redirect}, nil
}

// sealResult seals where the link leads under a new key, in place of the old
// one: whatever was sealed under that — hints, logins, pending secrets — can't be
// opened from here on.
func (l *Linking) sealResult(link *fairlead.Link, d AppReturn) (err error) {
	if link.Key, err = l.o.Vault.NewKey(linkOwner(*link)); err != nil {
		return err
	}
	link.Hints, link.Conversation = nil, nil
	link.Result, err = l.sealFor(*link, d)
	return err
}

// destination opens where an ended link leads.
func (l *Linking) destination(link fairlead.Link) (d AppReturn, err error) {
	if len(link.Result) == 0 || link.Key == nil {
		return d, nil // long past: the page has its own last words
	}
	plain, err := l.o.Vault.Open(link.Key, linkOwner(link), link.Result)
	if err != nil {
		return d, err
	}
	return d, json.Unmarshal(plain, &d)
}

// writeEnd ends the link in one transaction, if it still is what was read.
func (l *Linking) writeEnd(ctx context.Context, seen scene, ended fairlead.Link, code fairlead.Token, e ending) error {
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		sc := seen
		link := ended
		sc.link = link
		why := link.Reason
		status := fairlead.ConsentRejected
		if why != "" || link.Status == fairlead.LinkExpired {
			status = fairlead.ConsentFailed
		}
		if err := l.dropConsent(tx, &sc, status, why); err != nil {
			return err
		}
		if err := tx.Links.Put(sc.tenant.ID, &link); err != nil {
			return err
		}
		if code.Name != "" {
			t := code
			if err := tx.Tokens.Put(&t); err != nil {
				return err
			}
		}
		if err := l.o.Publisher.Publish(tx, endEvent(sc)); err != nil {
			return err
		}
		if err := dropTokens(tx, sc.tenant.ID, string(link.ID), fairlead.OAuthStateToken, fairlead.ContinueToken); err != nil {
			return err
		}
		if e.by != "" {
			if err := audit(ctx, tx, sc.tenant.ID, sc.real, string(link.Application), "link.cancel", string(link.ID), sc.client); err != nil {
				return err
			}
		}
		return tx.Work.Due(fairlead.Work{Kind: fairlead.PruneWork, Key: string(link.ID), Tenant: sc.tenant.ID, Due: sc.now.Add(afterlife)})
	})
}

// endEvent is the fact of the link's end.
func endEvent(sc scene) fairlead.Event {
	kinds := map[fairlead.LinkStatus]fairlead.EventKind{
		fairlead.LinkFinished: fairlead.EventLinkFinished, fairlead.LinkFailed: fairlead.EventLinkFailed,
		fairlead.LinkExited: fairlead.EventLinkExited, fairlead.LinkExpired: fairlead.EventLinkExpired,
	}
	ev := sc.event(kinds[sc.link.Status])
	ev.Why = sc.link.Reason
	if ev.Why != "" {
		ev.Actor = fairlead.ActorFor(ev.Why)
	}
	if n := len(sc.link.Connections); n > 0 {
		ev.Connection = sc.link.Connections[n-1]
		ev.Counts = map[string]int{"connections": n}
	}
	return ev
}
