package notifying

import (
	"bytes"
	"context"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	// bodyCap bounds what a dialect may render.
	bodyCap = 16 << 20
	// renderTime is how long it may take.
	renderTime = 30 * time.Second
)

// attempt makes one attempt of a notice: load, render, post. What came of it is
// in t; an error means that nothing was decided and the run is closed.
func (r *run) attempt(t *telling) error {
	n := r.n
	if r.stale(t) {
		if err := n.loadAgain(r.ctx, t); err != nil || t.moot || t.result.made() {
			return err
		}
	}
	if t.gone != "" {
		t.result = tried{drop: t.gone}
		return nil
	}
	body, err := r.body(t)
	if err != nil || t.moot {
		return err
	}
	if body != nil {
		if held := len(body) + len(t.notice.Body); held > heavy {
			r.mu.Lock()
			r.weigh(t, held)
			r.mu.Unlock()
		}
		t.result = n.post(r.ctx, t, body)
	}
	if r.ctx.Err() != nil && !t.result.good() {
		t.moot = true // ours, not the receiver's: no attempt
		return nil
	}
	if t.rendered == nil || t.result.good() || t.notice.Destination.Fresh {
		return nil
	}
	if t.sealed == nil { // it may have to be sent once more
		if t.sealed, err = n.vault.SealRoot(t.owner(), t.rendered); err != nil { // it can be rendered once more
			r.mu.Lock()
			defer r.mu.Unlock()
			r.fail(err)
		}
	}
	return nil
}

func (t *telling) owner() vault.Owner {
	return vault.Owner{Tenant: t.notice.Tenant, ID: string(t.notice.ID)}
}

// body returns the exact bytes to send: those kept before, or newly rendered ones,
// which are sealed and kept before anything is sent, so that a crash in between
// repeats them. A derived body is the same however often it is rendered: it is
// kept with the attempt, when it must be sent again. Without a body, the result
// says why.
func (r *run) body(t *telling) ([]byte, error) {
	n := r.n
	if len(t.notice.Body) > 0 {
		return n.openBody(t), nil
	}
	var body []byte
	body, t.result = n.render(r.ctx, t)
	if body == nil {
		return nil, nil
	}
	t.rendered = body
	if t.notice.Destination.Fresh || t.notice.Destination.Derived {
		return body, nil
	}
	var err error
	if t.sealed, err = n.vault.SealRoot(t.owner(), body); err != nil {
		return nil, err
	}
	if err := r.keep(t); err != nil || t.moot {
		return nil, err
	}
	if bytes.Equal(t.notice.Body, t.sealed) {
		return body, nil
	}
	return n.openBody(t), nil // a run that lost its lease was here
}

// openBody opens a kept body.
func (n *Notifying) openBody(t *telling) []byte {
	body, err := n.vault.OpenRoot(t.owner(), t.notice.Body)
	if err != nil { // its key is gone: no reason to hold others back
		n.log.Error("a kept notice does not open", "notice", t.notice.ID, "error", err)
		t.result = n.unmade()
		return nil
	}
	return append([]byte{}, body...)
}

// render asks the dialect. One that fails, panics or takes too long is an attempt
// that failed: the notice follows its policy and holds nothing back.
func (n *Notifying) render(ctx context.Context, t *telling) (body []byte, result tried) {
	p, ok := n.planner(t.notice.Destination.Dialect)
	if !ok {
		return nil, tried{drop: "the dialect is not spoken any more"}
	}
	defer func() {
		if recover() != nil {
			n.log.Error("rendering a notice panicked", "dialect", p.Name(), "notice", t.notice.ID, "stack", string(debug.Stack()))
			body, result = nil, n.unmade()
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, renderTime)
	defer cancel()
	notice := t.notice
	notice.Destination.Address = t.address
	body, err := p.Render(ctx, t.happening, notice)
	switch {
	case err != nil:
		n.log.Error("rendering a notice failed", "dialect", p.Name(), "notice", t.notice.ID, "error", err)
		return nil, n.unmade()
	case body == nil:
		return nil, tried{drop: "there is nothing to tell"}
	case len(body) > bodyCap:
		n.log.Error("a rendered notice is too large", "dialect", p.Name(), "notice", t.notice.ID, "bytes", len(body))
		return nil, n.unmade()
	}
	return body, tried{}
}

// unmade is an attempt that failed before anything was sent.
func (n *Notifying) unmade() tried {
	return tried{attempt: fairlead.Attempt{At: n.clock(), Error: "the body could not be made"}}
}
