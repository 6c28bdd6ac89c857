package store

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// ErrRolledBack is what Atomically returns where an Update of the request failed
// after another had written: nothing of the request is stored.
var ErrRolledBack = errors.New("store: the request was rolled back")

// maxIdle bounds how long a request may keep its transaction open between two of its
// Updates: others wait for it.
const maxIdle = 5 * time.Second

// Atomically runs a request so that all its Updates, and the last that it returns,
// are one transaction: each of them writes, and the last commits. So what answers a
// request is stored with what the request did, or neither is.
//
// The transaction begins with the first Update: what comes before it (parsing,
// sealing) holds nobody up, what comes after it does, and must be short. A View
// after it sees what the request wrote, but for events and what else is written at the
// commit. A request may run more than once, as an
// Update may; its effects outside of the store must bear that. When it returns an
// error nothing is stored.
func Atomically(ctx context.Context, s Store, request func(context.Context) (last func(*Tx) error, err error)) error {
	for n := 1; ; n++ {
		err := atomically(ctx, s, request)
		if n == tries && errors.Is(err, errAgain) {
			return &fairlead.Error{Kind: fairlead.Unavailable, Detail: "The database is busy.", RetryAfter: time.Second, Err: err}
		}
		if n == tries || !errors.Is(err, errAgain) && !(errors.Is(err, ErrRolledBack) && errors.Is(err, ErrStale)) {
			return err
		}
	}
}

func atomically(ctx context.Context, s Store, request func(context.Context) (func(*Tx) error, error)) error {
	u := &Unit{calls: make(chan call)}
	defer u.abort() // nothing, once it has ended
	last, err := request(context.WithValue(ctx, unitKey{}, u))
	if err != nil {
		return err
	}
	if !u.begun {
		return s.Update(ctx, last)
	}
	return u.commit(last)
}

// Unit is the one transaction of a request that runs Atomically. Implementations of
// Store ask for it in View and Update; nobody else needs it.
type Unit struct {
	mu    sync.Mutex // one call after another
	begun bool
	calls chan call
	ended chan struct{} // closed when the transaction is over
	err   error         // how it ended
}

type unitKey struct{}

// UnitOf returns the unit that a ctx belongs to, or nil.
func UnitOf(ctx context.Context) *Unit {
	u, _ := ctx.Value(unitKey{}).(*Unit)
	return u
}

// call is a function to run inside the transaction.
type call struct {
	fn   func(*Tx) error
	kind callKind
	done chan error
}

type callKind int

const (
	callView   callKind = iota // its error is its caller's alone
	callUpdate                 // its error ends the transaction
	callLast                   // it ends the transaction in any case
)

var (
	// errAgain ends a transaction that the engine ran a second time: what the request
	// made of the first run may not be true any more.
	errAgain = errors.New("store: the request must run again")
	errAbort = errors.New("store: the request gave up")
)

// Update runs fn in the transaction of the unit, which begin starts when there is none yet.
func (u *Unit) Update(ctx context.Context, begin func(context.Context, func(*Tx) error) error, fn func(*Tx) error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.begun {
		return u.call(fn, callUpdate)
	}
	first, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ran := false
		var served error
		u.err = begin(ctx, func(tx *Tx) error {
			if ran { // the engine's second run: what failed fails again
				return cmp.Or(served, errAgain)
			}
			if err := fn(tx); err != nil {
				return err
			}
			ran = true
			close(first)
			served = u.serve(tx)
			return served
		})
	}()
	select {
	case <-first:
		u.begun, u.ended = true, ended
		return nil
	case <-ended: // nothing was written, and the next Update begins anew
		return u.err
	}
}

// View runs fn in the transaction of the unit, or by view when there is none yet.
func (u *Unit) View(ctx context.Context, view func(context.Context, func(*Tx) error) error, fn func(*Tx) error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.begun {
		return u.call(fn, callView)
	}
	return view(ctx, fn)
}

// serve runs what the request calls, inside the transaction, until its last.
func (u *Unit) serve(tx *Tx) error {
	idle := time.NewTimer(maxIdle)
	defer idle.Stop()
	for {
		select {
		case c := <-u.calls:
			err := c.fn(tx)
			c.done <- err
			if c.kind == callLast || c.kind == callUpdate && err != nil {
				return err
			}
			idle.Reset(maxIdle)
		case <-idle.C:
			return fairlead.Errorf(fairlead.Unavailable, "The request kept its transaction open for too long.")
		}
	}
}

// call hands fn to the transaction and waits for it.
func (u *Unit) call(fn func(*Tx) error, kind callKind) error {
	c := call{fn: fn, kind: kind, done: make(chan error, 1)}
	select {
	case u.calls <- c:
	case <-u.ended:
		return u.failed()
	}
	select {
	case err := <-c.done:
		return err
	case <-u.ended: // fn panicked, or ended its goroutine
		return u.failed()
	}
}

// failed is what a call gets after the transaction has ended.
func (u *Unit) failed() error {
	if u.err == nil {
		return &fairlead.Error{Kind: fairlead.Internal, Err: errors.New("store: an Update after the request's last")}
	}
	return u.err
}

// commit runs what ends the transaction and waits until that is durable.
func (u *Unit) commit(last func(*Tx) error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	c := call{fn: last, kind: callLast, done: make(chan error, 1)}
	select {
	case u.calls <- c:
		<-u.ended
		return u.err
	case <-u.ended:
		return errors.Join(ErrRolledBack, u.failed())
	}
}

// abort rolls back what has not ended.
func (u *Unit) abort() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.begun {
		return
	}
	select {
	case u.calls <- call{fn: func(*Tx) error { return errAbort }, kind: callLast, done: make(chan error, 1)}:
		<-u.ended
	case <-u.ended:
	}
}
