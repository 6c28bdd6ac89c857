package deliver

import (
	"bytes"
	"context"
	"runtime/debug"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// maxBody bounds what a dialect may render.
	maxBody = 16 << 20
	// renderTimeout is how long it may take.
	renderTimeout = 30 * time.Second
)

// attempt makes one attempt: load, render, post. Its result says what came of it;
// without one, an error says why nothing is decided, or the delivery waits no more.
func (e *Engine) attempt(ctx context.Context, a *attempt) error {
	if time.Since(a.loaded) > maxAge {
		if waits, err := e.reload(ctx, a); !waits || err != nil || a.result.made() {
			return err
		}
	}
	if a.message.Gone != "" {
		a.result = outcome{drop: a.message.Gone}
		return nil
	}
	body, err := e.body(ctx, a)
	if body == nil || err != nil {
		return err
	}
	a.result = e.post(ctx, a, body)
	if a.result.accepted() || len(a.delivery.Body) > 0 || a.delivery.Destination.Rerender {
		return nil
	}
	a.sealed, err = e.o.Vault.SealRoot(sealing.DeliveryLocation(a.delivery), body) // it may be sent once more
	return err
}

// body returns the exact bytes to send: the stored ones, or newly rendered ones, which
// are stored before anything is sent, so that a crash in between repeats them. A
// deterministic body is stored with the attempt, when it must be sent again.
func (e *Engine) body(ctx context.Context, a *attempt) ([]byte, error) {
	if len(a.delivery.Body) > 0 {
		return e.openBody(a), nil
	}
	body := e.render(ctx, a)
	if body == nil || a.delivery.Destination.Rerender || a.delivery.Destination.Deterministic {
		return body, nil
	}
	sealed, err := e.o.Vault.SealRoot(sealing.DeliveryLocation(a.delivery), body)
	if err != nil {
		return nil, err
	}
	stored, err := e.storeBody(ctx, &a.delivery, sealed)
	if err != nil || stored == nil || triedSince(a.delivery, *stored) {
		return nil, err
	}
	if a.delivery = *stored; bytes.Equal(stored.Body, sealed) {
		return body, nil
	}
	return e.openBody(a), nil // a run that lost its lease was here
}

// storeBody stores a body, unless there is one.
func (e *Engine) storeBody(ctx context.Context, d *fairlead.Delivery, body fairlead.Sealed) (stored *fairlead.Delivery, err error) {
	err = e.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
		stored, err = change(tx, d, func(d *fairlead.Delivery) {
			if len(d.Body) == 0 {
				d.Body = body
			}
		})
		return err
	})
	return stored, err
}

// openBody opens a stored body.
func (e *Engine) openBody(a *attempt) []byte {
	body, err := e.o.Vault.OpenRoot(sealing.DeliveryLocation(a.delivery), a.delivery.Body)
	if err != nil { // its key is gone: no reason to hold others back
		e.o.Log.Error("a stored body does not open", "delivery", a.delivery.ID, "error", err)
		a.result = e.failedAttempt()
		return nil
	}
	return append([]byte{}, body...)
}

// render asks the dialect. One that fails, panics or takes too long is an attempt
// that failed: the delivery follows its policy and holds nothing back.
func (e *Engine) render(ctx context.Context, a *attempt) (body []byte) {
	failed := func(how, name string, value any) []byte {
		e.o.Log.Error("rendering a delivery "+how, "dialect", a.delivery.Destination.Dialect, "delivery", a.delivery.ID, name, value)
		a.result = e.failedAttempt()
		return nil
	}
	defer func() {
		if recover() != nil {
			body = failed("panicked", "stack", string(debug.Stack()))
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, renderTimeout)
	defer cancel()
	d := a.delivery
	d.Destination.Address = a.address
	body, err := a.message.Render(ctx, d)
	switch {
	case err != nil:
		return failed("failed", "error", err)
	case body == nil:
		a.result = outcome{drop: "there is nothing to deliver"}
	case len(body) > maxBody:
		return failed("gave too much", "bytes", len(body))
	}
	return body
}

// failedAttempt is an attempt that failed before anything was sent.
func (e *Engine) failedAttempt() outcome {
	return outcome{attempt: fairlead.Attempt{At: e.o.Clock(), Error: "the body could not be made"}}
}
