package notifying

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	// firstsPerRun and firstsTime bound how many first attempts one run of a
	// stream makes, so that lanes and lapsing leases stay fair.
	firstsPerRun = 16
	firstsTime   = 30 * time.Second
	// bodyCap bounds what a dialect may render.
	bodyCap = 16 << 20
)

// Deliver is the handler of DeliverWork: the first attempts of a stream in their
// order, or one more attempt of a notice.
func (n *Notifying) Deliver(ctx context.Context, w fairlead.Work) (store.Outcome, error) {
	if fairlead.HasPrefix(fairlead.NoticeID(w.Key), "ntc") {
		return store.Outcome{}, n.tell(ctx, w.Tenant, fairlead.NoticeID(w.Key), "")
	}
	began := time.Now()
	for range firstsPerRun {
		var id fairlead.NoticeID
		var place string
		err := n.store.View(ctx, func(tx *store.Tx) (err error) {
			id, place, err = head(tx, w.Tenant, w.Key)
			return err
		})
		if err != nil || place == "" {
			return store.Outcome{}, err // what comes now makes the row due again
		}
		if err := n.tell(ctx, w.Tenant, id, place); err != nil {
			return store.Outcome{}, err
		}
		if time.Since(began) > firstsTime {
			break
		}
	}
	return store.Outcome{Again: w.Due}, nil
}

// telling is one attempt under way.
type telling struct {
	notice    fairlead.Notice
	place     string // in its line; "" for a retry
	happening Happening
	endpoint  *fairlead.Endpoint
	gone      string // why there is nobody to tell any more
	rendered  []byte // a derived body that is not kept yet
}

// tell makes one attempt of a notice: load, render, post, record. An error means
// that nothing was decided and the work is to be done again.
func (n *Notifying) tell(ctx context.Context, tenant fairlead.TenantID, id fairlead.NoticeID, place string) error {
	t, found, err := n.load(ctx, tenant, id, place)
	if err != nil {
		return fmt.Errorf("notifying: loading %s: %w", id, err)
	}
	if !found { // pruned, or told already
		return n.update(ctx, func(tx *store.Tx) error { return leave(tx, tenant, place) })
	}
	if t.gone != "" {
		return n.record(ctx, t, tried{drop: t.gone})
	}
	body, result, err := n.body(ctx, &t)
	if err != nil {
		return fmt.Errorf("notifying: the body of %s: %w", id, err)
	}
	if body != nil {
		result = n.post(ctx, t, body)
	}
	if err := ctx.Err(); err != nil && !result.good() {
		return fmt.Errorf("notifying: telling %s: %w", id, err) // ours, not the receiver's: no attempt
	}
	return n.record(ctx, t, result)
}

// load reads a notice and all that its telling needs.
func (n *Notifying) load(ctx context.Context, tenant fairlead.TenantID, id fairlead.NoticeID, place string) (t telling, found bool, err error) {
	err = n.store.View(ctx, func(tx *store.Tx) error {
		t, found = telling{place: place}, false
		if t.notice, err = tx.Notices.Get(tenant, string(id)); fairlead.Is(err, fairlead.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		if found = t.notice.State == fairlead.NoticeWaiting; !found {
			return nil
		}
		event, err := tx.Events.Get(tenant, t.notice.Event)
		if err == nil {
			t.happening, err = happening(tx, event)
		}
		if fairlead.Is(err, fairlead.NotFound) {
			t.gone = "the application or the event is gone"
			return nil
		}
		if err != nil || t.notice.Target.Endpoint == "" {
			return err
		}
		t.endpoint, err = about(tx.Endpoints, tenant, string(t.notice.Target.Endpoint))
		switch {
		case err != nil:
			return err
		case t.endpoint == nil:
			t.gone = "the endpoint was deleted"
		case t.endpoint.Disabled != "":
			t.gone = "the endpoint is disabled"
		default: // what waits goes where the application wants it now
			t.notice.Target.Address = t.endpoint.Address
		}
		return nil
	})
	return t, found, err
}

// body returns the exact bytes to send: those kept before, or newly rendered ones,
// which are sealed and kept before anything is sent, so that a crash in between
// repeats them. A derived body is the same however often it is rendered: it is
// kept by record, when it must be sent again. Without a body, the result says why.
func (n *Notifying) body(ctx context.Context, t *telling) ([]byte, tried, error) {
	owner := vault.Owner{Tenant: t.notice.Tenant, ID: string(t.notice.ID)}
	if len(t.notice.Body) > 0 {
		body, err := n.vault.OpenRoot(owner, t.notice.Body)
		if err != nil { // its key is gone: no reason to hold others back
			n.log.Error("a kept notice does not open", "notice", t.notice.ID, "error", err)
			return nil, n.unmade(), nil
		}
		return body, tried{}, nil
	}
	body, result := n.render(ctx, t)
	if body == nil || t.notice.Target.Fresh {
		return body, result, nil
	}
	if t.notice.Target.Derived {
		t.rendered = body
		return body, result, nil
	}
	sealed, err := n.vault.SealRoot(owner, body)
	if err != nil {
		return nil, tried{}, err
	}
	var kept fairlead.Sealed
	err = n.update(ctx, func(tx *store.Tx) error {
		notice, err := tx.Notices.Get(t.notice.Tenant, string(t.notice.ID))
		if err != nil {
			return err
		}
		if kept = notice.Body; len(kept) > 0 { // a run that lost its lease was here
			return nil
		}
		kept, notice.Body = sealed, sealed
		return tx.Notices.Put(notice.Tenant, &notice)
	})
	if err != nil {
		return nil, tried{}, err
	}
	body, err = n.vault.OpenRoot(owner, kept)
	return body, tried{}, err
}

// render asks the dialect. One that fails or panics is an attempt that failed:
// the notice follows its policy and holds nothing back.
func (n *Notifying) render(ctx context.Context, t *telling) (body []byte, result tried) {
	p, ok := n.planner(t.notice.Target.Dialect)
	if !ok {
		return nil, tried{drop: "the dialect is not spoken any more"}
	}
	failed := n.unmade()
	defer func() {
		if recover() != nil {
			n.log.Error("rendering a notice panicked", "dialect", p.Name(), "notice", t.notice.ID, "stack", string(debug.Stack()))
			body, result = nil, failed
		}
	}()
	body, err := p.Render(ctx, t.happening, t.notice)
	switch {
	case err != nil:
		n.log.Error("rendering a notice failed", "dialect", p.Name(), "notice", t.notice.ID, "error", err)
		return nil, failed
	case body == nil:
		return nil, tried{drop: "there is nothing to tell"}
	case len(body) > bodyCap:
		n.log.Error("a rendered notice is too large", "dialect", p.Name(), "notice", t.notice.ID, "bytes", len(body))
		return nil, failed
	}
	return body, tried{}
}

// unmade is an attempt that failed before anything was sent.
func (n *Notifying) unmade() tried {
	return tried{attempt: fairlead.Attempt{At: n.clock(), Error: "the body could not be made"}}
}
