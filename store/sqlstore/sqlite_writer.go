package sqlstore

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// writer commits for everybody: it lines up the Updates, gives each its turn on
// a savepoint, and makes all that ran durable by one commit. fn runs in the
// goroutine that asked, so that its stack and its end are its own; the writer
// waits for it.
type writer struct {
	conn   *sqliteConn
	engine *sqlite
	line   chan *request
	quit   chan struct{}
	ended  sync.WaitGroup
}

const (
	// mostInBatch and longestBatch bound what one commit gathers.
	mostInBatch  = 512
	longestBatch = 10 * time.Millisecond
)

// request is one Update in the line. Whoever moves stage away from inLine first
// decides: the writer begins it, or its caller leaves.
type request struct {
	stage   atomic.Int32
	turn    chan *session // its savepoint stands
	ran     chan error    // fn came back
	settled chan error    // committed, or not
}

const (
	inLine int32 = iota
	begun
	left
)

func newWriter(c *sqliteConn, e *sqlite) *writer {
	w := &writer{conn: c, engine: e, line: make(chan *request, mostInBatch), quit: make(chan struct{})}
	w.ended.Go(w.loop)
	return w
}

// do lines up, runs fn in its turn and waits for the commit.
func (w *writer) do(ctx context.Context, fn func(*session) error) error {
	if ctx.Err() != nil {
		return waiting(ctx)
	}
	r := &request{turn: make(chan *session, 1), ran: make(chan error, 1), settled: make(chan error, 1)}
	select {
	case <-w.engine.closed:
		return errClosed()
	case <-ctx.Done():
		return waiting(ctx)
	case w.line <- r:
	}
	var s *session
	select {
	case s = <-r.turn:
	case <-ctx.Done():
		if r.stage.CompareAndSwap(inLine, left) {
			return waiting(ctx)
		}
		s = <-r.turn
	case <-w.quit: // the line is not served any more
		if r.stage.CompareAndSwap(inLine, left) {
			return errClosed()
		}
		s = <-r.turn
	}
	if s == nil { // the database failed before fn began
		return <-r.settled
	}
	return r.run(s, fn)
}

// run calls fn; even a goroutine that ends inside gives the turn back.
func (r *request) run(s *session, fn func(*session) error) error {
	back := false
	defer func() {
		if !back {
			s.takeBack()
			r.ran <- errEnded()
		}
	}()
	err := s.run(fn)
	back = true
	r.ran <- err
	if end := <-r.settled; err == nil && end != nil {
		s.takeBack()
		return end
	}
	return err
}

func errEnded() error { return internal("a goroutine ended inside a transaction") }

// stop serves who is in line already, and no more.
func (w *writer) stop() {
	close(w.quit)
	w.ended.Wait()
	w.conn.close()
}

func (w *writer) loop() {
	for {
		select {
		case r := <-w.line:
			w.batch(r)
		case <-w.quit:
			for {
				select {
				case r := <-w.line:
					w.batch(r)
				default:
					return
				}
			}
		}
	}
}

// batch gathers whoever is in line into one transaction.
func (w *writer) batch(r *request) {
	err := w.mark("BEGIN IMMEDIATE")
	var ran []*request
	wakes := false
	began := time.Now()
	for n := 1; r != nil; n++ {
		if r.stage.CompareAndSwap(inLine, begun) {
			var s *session
			if s, err = w.serve(r, err); s != nil {
				ran = append(ran, r)
				wakes = wakes || s.wakes
			}
		}
		r = nil
		if err == nil && n < mostInBatch && time.Since(began) < longestBatch {
			if len(w.line) == 0 {
				runtime.Gosched() // whoever is about to line up saves a commit of its own
			}
			select {
			case r = <-w.line:
			default:
			}
		}
	}
	w.commit(ran, wakes, err)
}

// serve gives a request its turn on a savepoint. It returns the session when it
// had one, and an error when the whole transaction is broken. A request that
// failed waits for the commit too: it failed on what others in the batch wrote,
// and whoever tries again must find that committed.
func (w *writer) serve(r *request, broken error) (*session, error) {
	if broken == nil {
		broken = w.mark("SAVEPOINT request")
	}
	if broken != nil {
		r.turn <- nil
		r.settled <- broken
		return nil, broken
	}
	s := &session{conn: w.conn, engine: w.engine, tables: w.engine.tables, write: true}
	r.turn <- s
	if err := <-r.ran; err != nil {
		s.wakes = false
		if err := w.mark("ROLLBACK TO request"); err != nil {
			return s, err
		}
	}
	return s, w.mark("RELEASE request")
}

// mark begins or ends a transaction or a savepoint. Where there is none any more,
// a full disk or a broken file made SQLite give up everybody in it.
func (w *writer) mark(statement string) error {
	if _, err := w.conn.exec(statement); err != nil {
		return unavailable("keeping a transaction", err)
	}
	return nil
}

// commit makes a batch durable and tells everybody in it.
func (w *writer) commit(ran []*request, wakes bool, err error) {
	if err == nil {
		err = w.mark("COMMIT")
	}
	if err != nil {
		w.conn.exec("ROLLBACK") // fails where SQLite did it already
	}
	w.engine.shelves.settle()
	for _, r := range ran {
		r.settled <- err
	}
	if err == nil && wakes {
		w.engine.wake.signal()
	}
}
