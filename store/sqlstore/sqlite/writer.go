package sqlite

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// writer commits for everybody (group commit): it queues the Updates, runs each, and
// puts all that ran into one commit, which the syncer makes durable.
//
// Of many Updates hardly one fails after it has written something. So a batch is
// first run without savepoints, with one outbox that is flushed at its end; where
// anything fails that can't be left as it is, the batch is rolled back and everybody
// in it runs once more, in the same order, each on a savepoint.
type writer struct {
	conn     *conn
	database *Database
	queue    chan *request
	quit     chan struct{}
	running  sync.WaitGroup
	batch    *batch // under way
	syncer   *syncer
}

const (
	// maxBatch and maxBatchTime bound what one commit gathers.
	maxBatch     = 512
	maxBatchTime = 10 * time.Millisecond
)

// request is one Update. Whoever moves its state away from queued first decides: the
// writer starts it, or its caller leaves.
type request struct {
	fn    func(*engine.Tx) error
	flush func(*engine.Tx) error
	state atomic.Int32
	tx    *engine.Tx // of its last run
	err   error      // of its last run
	done  chan error // once it is committed, or not
}

const (
	queued int32 = iota
	started
	cancelled
)

// batch is what one commit gathers.
type batch struct {
	commit     int64      // its number
	savepoints bool       // each request is on one
	all        []*request // of a batch on savepoints, from the beginning
	ran        []*request
	current    *request
	outbox     engine.Outbox // of those that ran, without savepoints
}

func newWriter(c *conn, d *Database, path string) *writer {
	w := &writer{conn: c, database: d, queue: make(chan *request, maxBatch), quit: make(chan struct{})}
	w.syncer = newSyncer(path, w.finish)
	w.running.Go(func() { w.serve(nil) })
	return w
}

// do queues and waits for the commit.
func (w *writer) do(ctx context.Context, fn, flush func(*engine.Tx) error) error {
	if ctx.Err() != nil {
		return engine.Cancelled(ctx)
	}
	r := &request{fn: fn, flush: flush, done: make(chan error, 1)}
	select {
	case <-w.database.closed:
		return engine.Closed()
	case <-ctx.Done():
		return engine.Cancelled(ctx)
	case w.queue <- r:
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.state.CompareAndSwap(queued, cancelled) {
			return engine.Cancelled(ctx)
		}
	case <-w.quit: // the queue may not be served any more
		if r.state.CompareAndSwap(queued, cancelled) {
			return engine.Closed()
		}
	}
	return <-r.done
}

// stop serves what is queued already, and no more.
func (w *writer) stop() {
	close(w.quit)
	w.running.Wait()
	w.syncer.stop()
	w.conn.close()
}

// serve is the writer's goroutine: it first runs again what is given to it, and then
// serves the queue. A function that ends its goroutine ends this one: the rest of its
// batch goes on in another.
func (w *writer) serve(again []*request) {
	finished := false
	defer func() {
		if finished {
			return
		}
		b := w.batch
		b.current.done <- engine.Internal("a goroutine ended inside a transaction")
		rest := b.ran
		if b.savepoints {
			rest = b.all
		}
		rest = slices.DeleteFunc(rest, func(r *request) bool { return r == b.current })
		w.running.Go(func() { w.serve(rest) })
	}()
	w.conn.Exec("ROLLBACK") // of the goroutine before this one, if there was one
	if len(again) > 0 {
		w.runAgain(again)
	}
	for {
		select {
		case r := <-w.queue:
			w.runBatch(r)
			continue
		case <-w.quit:
		}
		select {
		case r := <-w.queue:
			w.runBatch(r)
			continue
		default:
		}
		finished = true
		return
	}
}

// runBatch runs what is queued in one transaction.
func (w *writer) runBatch(r *request) {
	b := &batch{}
	w.batch = b
	err := w.begin()
	began := time.Now()
	flush := r.flush
	for n := 1; r != nil && err == nil; n++ {
		if r.state.CompareAndSwap(queued, started) {
			w.run(r)
			if r.err != nil && r.tx.Dirty() { // what it wrote must go, and the others' must stay
				w.runAgain(b.ran)
				return
			}
		}
		r = nil
		if n < maxBatch && time.Since(began) < maxBatchTime {
			if len(w.queue) == 0 {
				runtime.Gosched() // whoever is about to queue saves a commit of its own
			}
			select {
			case r = <-w.queue:
			default:
			}
		}
	}
	if err != nil {
		if r.state.CompareAndSwap(queued, started) {
			r.done <- err
		}
		return
	}
	tx := w.newTx()
	tx.Outbox = b.outbox
	if tx.Run(flush) != nil {
		w.runAgain(b.ran)
		return
	}
	b.outbox = engine.Outbox{Wake: tx.Outbox.Wake}
	w.commit()
}

// runAgain runs a batch once more, each request on a savepoint.
func (w *writer) runAgain(requests []*request) {
	w.conn.Exec("ROLLBACK") // fails where SQLite did it already, or the batch has ended
	w.batch = &batch{savepoints: true, all: requests}
	err := w.begin()
	for _, r := range requests {
		if r.tx != nil {
			r.tx.Undo()
		}
		if err == nil {
			err = w.exec("SAVEPOINT request")
		}
		if err != nil {
			r.done <- err
			continue
		}
		w.run(r)
		if r.err != nil {
			if err = w.exec("ROLLBACK TO request"); err != nil && fairlead.Is(r.err, fairlead.StorageFull) {
				err = r.err // which made SQLite roll everybody back
			}
		}
		if err == nil {
			err = w.exec("RELEASE request")
		}
	}
	if err != nil {
		w.abort(err)
		return
	}
	w.commit()
}

func (w *writer) newTx() *engine.Tx {
	return &engine.Tx{Conn: w.conn, Write: true, Cache: w.database.caches.forWriter(w.syncer.visible.Load())}
}

// run runs one request of the batch.
func (w *writer) run(r *request) {
	b := w.batch
	b.current, r.tx = r, w.newTx()
	if b.savepoints {
		r.err = r.tx.Run(r.fn, r.flush)
	} else {
		r.tx.Batch = &b.outbox
		if r.err = r.tx.Run(r.fn); r.err == nil {
			b.outbox.Add(&r.tx.Outbox)
		}
	}
	b.ran = append(b.ran, r)
}

// exec begins or ends a transaction or a savepoint. Where there is none any more, a
// full disk or a broken file made SQLite roll everybody back.
func (w *writer) exec(statement string) error {
	_, err := w.conn.Exec(statement)
	if err != nil && fairlead.Is(err, fairlead.Internal) {
		return engine.Unavailable("committing", err)
	}
	return err
}

func (w *writer) begin() error {
	if err := w.syncer.failed(); err != nil {
		return err
	}
	return w.exec("BEGIN IMMEDIATE")
}

// commit commits the batch and hands it to the syncer.
func (w *writer) commit() {
	b := w.batch
	b.commit = w.syncer.visible.Add(1) // before anybody can see it
	if err := w.exec("COMMIT"); err != nil {
		w.abort(err)
		b = &batch{commit: b.commit} // nobody is in it, and whoever waits for its number goes on
	}
	w.database.caches.endBatch()
	w.syncer.queue <- b
}

// abort ends a batch that could not be committed.
func (w *writer) abort(err error) {
	w.conn.Exec("ROLLBACK") // fails where SQLite did it already
	w.database.caches.endBatch()
	w.finish(w.batch, err)
}

// finish answers everybody in a batch. A request that failed has waited for the
// commit too: it failed on what others in the batch wrote, and whoever tries again
// must find that committed.
func (w *writer) finish(b *batch, err error) {
	wake := b.outbox.Wake && err == nil
	for _, r := range b.ran {
		if r.err == nil && err != nil {
			r.tx.Undo()
			r.err = err
		}
		if r.err == nil {
			r.tx.Committed(true)
			wake = wake || r.tx.Outbox.Wake
		}
		r.done <- r.err
	}
	if wake {
		w.database.wake.Signal()
	}
}
