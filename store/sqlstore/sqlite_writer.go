package sqlstore

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// writer commits for everybody: it lines up the Updates, runs each, and puts all
// that ran into one commit, which the syncer makes durable.
//
// Of many Updates hardly one fails after it has written something. So a batch is
// first run without savepoints, with the events of all written together at its
// end; where anything fails that can't be left as it is, the batch is rolled back
// and everybody in it runs once more, in the same order, each on a savepoint.
type writer struct {
	conn   *sqliteConn
	engine *sqlite
	line   chan *request
	quit   chan struct{}
	ended  sync.WaitGroup
	batch  *batch // under way
	syncer *syncer
}

const (
	// mostInBatch and longestBatch bound what one commit gathers.
	mostInBatch  = 512
	longestBatch = 10 * time.Millisecond
)

// request is one Update in the line. Whoever moves stage away from inLine first
// decides: the writer begins it, or its caller leaves.
type request struct {
	fn      func(*session) error
	stage   atomic.Int32
	ran     *session
	err     error      // of its last run
	settled chan error // committed, or not
}

const (
	inLine int32 = iota
	begun
	left
)

// batch is what one commit gathers.
type batch struct {
	number  int64      // of its commit
	careful bool       // each request is on a savepoint
	line    []*request // those of a careful one, from the beginning
	ran     []*request
	now     *request // whose turn it is
	told    told     // what waits for the end
}

func newWriter(c *sqliteConn, e *sqlite, database string) *writer {
	w := &writer{conn: c, engine: e, line: make(chan *request, mostInBatch), quit: make(chan struct{})}
	w.syncer = newSyncer(database, w.settle)
	w.ended.Go(func() { w.serve(nil) })
	return w
}

// do lines up and waits for the commit.
func (w *writer) do(ctx context.Context, fn func(*session) error) error {
	if ctx.Err() != nil {
		return waiting(ctx)
	}
	r := &request{fn: fn, settled: make(chan error, 1)}
	select {
	case <-w.engine.closed:
		return errClosed()
	case <-ctx.Done():
		return waiting(ctx)
	case w.line <- r:
	}
	select {
	case err := <-r.settled:
		return err
	case <-ctx.Done():
		if r.stage.CompareAndSwap(inLine, left) {
			return waiting(ctx)
		}
	case <-w.quit: // the line may not be served any more
		if r.stage.CompareAndSwap(inLine, left) {
			return errClosed()
		}
	}
	return <-r.settled
}

func errEnded() error { return internal("a goroutine ended inside a transaction") }

// stop serves who is in line already, and no more.
func (w *writer) stop() {
	close(w.quit)
	w.ended.Wait()
	w.syncer.stop()
	w.conn.close()
}

// serve is the writer's goroutine: it first does again what is given to it, and
// then serves the line. A function that ends its goroutine ends this one: the
// rest of its batch goes on in another.
func (w *writer) serve(again []*request) {
	over := false
	defer func() {
		if over {
			return
		}
		b := w.batch
		b.now.settled <- errEnded()
		rest := b.ran
		if b.careful {
			rest = b.line
		}
		rest = slices.DeleteFunc(rest, func(r *request) bool { return r == b.now })
		w.ended.Go(func() { w.serve(rest) })
	}()
	w.conn.exec("ROLLBACK") // of the goroutine before this one, if there was one
	if len(again) > 0 {
		w.again(again)
	}
	for {
		select {
		case r := <-w.line:
			w.gather(r)
			continue
		case <-w.quit:
		}
		select {
		case r := <-w.line:
			w.gather(r)
			continue
		default:
		}
		over = true
		return
	}
}

// gather runs whoever is in line in one transaction.
func (w *writer) gather(r *request) {
	b := &batch{}
	w.batch = b
	err := w.begin()
	began := time.Now()
	for n := 1; r != nil && err == nil; n++ {
		if r.stage.CompareAndSwap(inLine, begun) {
			w.run(r)
			if r.err != nil && r.ran.touched() { // what it wrote must go, and the others' must stay
				w.again(b.ran)
				return
			}
		}
		r = nil
		if n < mostInBatch && time.Since(began) < longestBatch {
			if len(w.line) == 0 {
				runtime.Gosched() // whoever is about to line up saves a commit of its own
			}
			select {
			case r = <-w.line:
			default:
			}
		}
	}
	if err != nil {
		if r.stage.CompareAndSwap(inLine, begun) {
			r.settled <- err
		}
		return
	}
	waiting := b.told
	b.told = told{}
	end := w.session()
	if end.flushTold(waiting) != nil {
		w.again(b.ran)
		return
	}
	b.told.wakes = end.wakes
	w.commit()
}

// again does a batch once more, one by one.
func (w *writer) again(requests []*request) {
	w.conn.exec("ROLLBACK") // fails where SQLite did it already, or the batch is already over
	b := &batch{careful: true, line: requests}
	w.batch = b
	err := w.begin()
	for _, r := range requests {
		if r.ran != nil {
			r.ran.takeBack()
		}
		if err == nil {
			err = w.mark("SAVEPOINT request")
		}
		if err != nil {
			r.settled <- err
			continue
		}
		w.run(r)
		if r.err != nil {
			err = w.mark("ROLLBACK TO request")
		}
		if err == nil {
			err = w.mark("RELEASE request")
		}
	}
	if err != nil {
		w.drop(err)
		return
	}
	w.commit()
}

func (w *writer) session() *session {
	b := w.batch
	s := &session{conn: w.conn, engine: w.engine, tables: w.engine.tables, write: true, upTo: w.syncer.begun.Load()}
	if !b.careful {
		s.later = &b.told
	}
	return s
}

// run gives a request its turn.
func (w *writer) run(r *request) {
	b := w.batch
	b.now, r.ran = r, w.session()
	r.err = r.ran.run(r.fn)
	b.ran = append(b.ran, r)
}

// mark begins or ends a transaction or a savepoint. Where there is none any more,
// a full disk or a broken file made SQLite give up everybody in it.
func (w *writer) mark(statement string) error {
	if _, err := w.conn.exec(statement); err != nil {
		return unavailable("keeping a transaction", err)
	}
	return nil
}

func (w *writer) begin() error {
	if err := w.syncer.broken(); err != nil {
		return err
	}
	return w.mark("BEGIN IMMEDIATE")
}

// commit commits the batch and hands it to the syncer.
func (w *writer) commit() {
	b := w.batch
	b.number = w.syncer.begun.Add(1) // before anybody can see it
	if err := w.mark("COMMIT"); err != nil {
		w.drop(err)
		b = &batch{number: b.number} // nobody is in it, and whoever waits for its number goes on
	}
	w.leaveShelves()
	w.syncer.line <- b
}

// drop ends a batch that could not be committed.
func (w *writer) drop(err error) {
	w.conn.exec("ROLLBACK") // fails where SQLite did it already
	w.leaveShelves()
	w.settle(w.batch, err)
}

// leaveShelves: what the batch wrote is visible by now, or rolled back.
func (w *writer) leaveShelves() {
	w.engine.shelves.settle()
	w.engine.tables.presented.settle()
}

// settle tells everybody in a batch. A request that failed has waited for the
// commit too: it failed on what others in the batch wrote, and whoever tries again
// must find that committed.
func (w *writer) settle(b *batch, err error) {
	wakes := b.told.wakes && err == nil
	for _, r := range b.ran {
		if r.err == nil && err != nil {
			r.ran.takeBack()
			r.err = err
		}
		wakes = wakes || r.err == nil && r.ran.wakes
		r.settled <- r.err
	}
	if wakes {
		w.engine.wake.signal()
	}
}
