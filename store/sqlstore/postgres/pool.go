package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

const (
	// patience is how long a server may leave a caller without an answer: until there is
	// a connection and a transaction has begun on it, and then between two statements.
	// Nobody who asks us waits longer than 10 s.
	patience = 8 * time.Second
	// probeEvery is how often a server that did not answer is asked again; all others
	// are refused at once meanwhile.
	probeEvery = time.Second
	// silence is after how long without an answer the server is thought not to give one.
	silence = 5 * time.Second
	// growEvery is how often a pool that was made smaller tries to grow again.
	growEvery = 10 * time.Second
	// fullPause is how long a caller waits for a connection that the server refused, where
	// there is none to wait for in turn.
	fullPause = 50 * time.Millisecond
)

var errSilent = errors.New("the database server does not answer")

// pool hands out connections in the order in which they are wanted. Where the server
// gives fewer than the pool may have, it makes do with those there are, and callers
// wait for them in turn.
type pool struct {
	db   *sql.DB
	most int

	mu     sync.Mutex
	size   int       // what the server gave at most, lately
	grow   time.Time // when more is tried
	silent bool      // the server left somebody without an answer, and nobody got one since
	probed time.Time
}

func newPool(db *sql.DB, most int) *pool {
	db.SetMaxOpenConns(most)
	db.SetMaxIdleConns(most)
	return &pool{db: db, most: most, size: most}
}

// take waits for a connection, and begins to watch what is done with it.
func (p *pool) take(ctx context.Context) (*sql.Conn, *watch, error) {
	if ctx.Err() != nil {
		return nil, nil, engine.Cancelled(ctx)
	}
	if !p.mayTry() {
		return nil, nil, engine.Unavailable("connecting", errSilent)
	}
	w := newWatch(ctx, p)
	waiting, leave := context.WithCancel(w)
	defer leave()
	defer context.AfterFunc(ctx, leave)()
	for {
		c, err := p.db.Conn(waiting)
		switch {
		case err == nil:
			return c, w, nil
		case refusedForMany(err) && ctx.Err() == nil && w.Err() == nil:
			p.shrink(waiting)
			continue
		case ctx.Err() != nil && w.Err() == nil:
			err = engine.Cancelled(ctx)
		case p.db.Stats().InUse >= p.db.Stats().MaxOpenConnections: // those who have them are answered, or say so themselves
			err = engine.Unavailable("waiting for a connection", err)
		default:
			err = w.classify("connecting", err)
		}
		w.stop()
		return nil, nil, err
	}
}

func (p *pool) giveBack(c *sql.Conn, w *watch) {
	w.stop()
	c.Close()
}

// mayTry reports whether the server is to be asked for anything.
func (p *pool) mayTry() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.size < p.most && now.After(p.grow) {
		p.resize(p.size+1, now)
	}
	if !p.silent {
		return true
	}
	if now.Sub(p.probed) < probeEvery {
		return false
	}
	p.probed = now
	return true
}

// refusedForMany reports whether the server has no more connections to give.
func refusedForMany(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "53300"
}

// shrink makes the pool as small as what the server gives, so that callers queue.
func (p *pool) shrink(ctx context.Context) {
	p.mu.Lock()
	open := p.db.Stats().OpenConnections
	p.resize(max(1, min(open, p.size)), time.Now())
	p.mu.Unlock()
	if open == 0 {
		pause(ctx, fullPause)
	}
}

// resize is called under the lock.
func (p *pool) resize(size int, now time.Time) {
	p.size, p.grow = size, now.Add(growEvery)
	p.db.SetMaxOpenConns(size)
	p.db.SetMaxIdleConns(size) // a lower bound of the open ones lowers it, and a higher one does not raise it
}

// heard remembers whether the server answers.
func (p *pool) heard(answer bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !answer && !p.silent {
		p.probed = time.Now()
	}
	p.silent = !answer
}

// watch is the context of one caller's statements: it ends when the server has left
// the caller without an answer for too long. The caller's own end does not end it, so
// that a commit is not broken off.
type watch struct {
	context.Context
	pool   *pool
	cancel context.CancelCauseFunc
	timer  *time.Timer
	began  time.Time
	first  bool // nothing was answered yet
}

func newWatch(ctx context.Context, p *pool) *watch {
	allowed := patience
	if deadline, ok := ctx.Deadline(); ok {
		allowed = min(allowed, max(time.Until(deadline), time.Millisecond))
	}
	own, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	w := &watch{Context: own, pool: p, cancel: cancel, began: time.Now(), first: true}
	w.timer = time.AfterFunc(allowed, func() { cancel(errSilent) })
	return w
}

// answered says that the server did.
func (w *watch) answered() {
	w.timer.Reset(patience)
	if w.first {
		w.first = false
		w.pool.heard(true)
	}
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// classify is classify, and notices that the server was silent.
func (w *watch) classify(doing string, err error) error {
	if context.Cause(w.Context) == errSilent {
		if time.Since(w.began) >= silence {
			w.pool.heard(false)
		}
		return engine.Unavailable(doing, fmt.Errorf("%w: %w", errSilent, err))
	}
	return classify(doing, err)
}
