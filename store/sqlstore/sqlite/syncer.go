package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store/sqlstore/engine"
)

// syncer makes commits durable beside the writer, which runs the next batch
// meanwhile. SQLite appends a commit to its write-ahead log without waiting for
// the disk (synchronous=normal); the syncer then syncs the log, once for all
// batches that wait, and only then finishes them. A log is read back up to the first
// frame that is not whole, so what is synced later never comes back without what was
// before it. SQLite itself syncs the log before it moves pages into the database, and
// the database before it begins the log anew.
type syncer struct {
	path    string
	log     *os.File
	queue   chan *batch
	running sync.WaitGroup
	visible atomic.Int64 // the last commit that a View may see

	mu       sync.Mutex
	durable  int64         // the last commit that is
	advanced chan struct{} // closed when durable advances
	failure  error         // of a sync: from then on nothing can be promised
}

// maxUnsynced bounds how many batches wait for the disk.
const maxUnsynced = 8

func newSyncer(database string, finish func(*batch, error)) *syncer {
	s := &syncer{path: database + "-wal", queue: make(chan *batch, maxUnsynced), advanced: make(chan struct{})}
	s.running.Go(func() { s.serve(finish) })
	return s
}

func (s *syncer) serve(finish func(*batch, error)) {
	for b := range s.queue {
		batches := []*batch{b}
		for more := true; more; {
			select {
			case b, more = <-s.queue:
				if more {
					batches = append(batches, b)
				}
			default:
				more = false
			}
		}
		err := s.sync()
		s.advance(batches[len(batches)-1].commit, err)
		for _, b := range batches {
			finish(b, err)
		}
	}
}

// sync makes durable all that was committed before. What a failed sync left
// behind is not known, so there is no second try.
func (s *syncer) sync() error {
	if err := s.failed(); err != nil {
		return err
	}
	if s.log == nil {
		log, err := os.OpenFile(s.path, os.O_RDWR, 0)
		if err == nil {
			s.log = log
			err = syncFolder(filepath.Dir(s.path))
		}
		if err != nil {
			return unsynced(err)
		}
	}
	if err := syncData(s.log); err != nil {
		return unsynced(err)
	}
	return nil
}

// unsynced says that writing has ended.
func unsynced(err error) error {
	return &fairlead.Error{
		Kind: fairlead.Unavailable, Detail: "The disk failed: nothing can be written until the server is started again.",
		RetryAfter: 30 * time.Second, Err: fmt.Errorf("sqlite: syncing: %w", err),
	}
}

// syncFolder makes durable that the files in a folder are there.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}

// failed is why nothing can be committed any more, or nil.
func (s *syncer) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

// advance wakes those who wait: commits up to this one are durable, or never will be.
func (s *syncer) advance(commit int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failure = err
	} else {
		s.durable = commit
	}
	close(s.advanced)
	s.advanced = make(chan struct{})
}

// wait returns when commits up to this one are durable. Where a sync has failed they
// may never be: what was refused can then be read, until the next start, because
// reading goes on.
func (s *syncer) wait(ctx context.Context, commit int64) error {
	for {
		s.mu.Lock()
		durable, advanced, failure := s.durable, s.advanced, s.failure
		s.mu.Unlock()
		if durable >= commit || failure != nil {
			return nil
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return engine.Cancelled(ctx)
		}
	}
}

// stop ends when all that was handed in is finished.
func (s *syncer) stop() {
	close(s.queue)
	s.running.Wait()
	if s.log != nil {
		s.log.Close()
	}
}
