package sqlstore

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
)

// syncer makes commits durable beside the writer, which runs the next batch
// meanwhile. SQLite appends a commit to its write-ahead log without waiting for
// the disk (synchronous=normal); the syncer then syncs the log, once for all
// batches that wait, and only then tells those in them that they are kept. A log
// is read back up to the first frame that is not whole, so what is synced later
// never comes back without what was before it. SQLite itself syncs the log before
// it moves pages into the database, and the database before it begins the log anew.
type syncer struct {
	path  string
	log   *os.File
	line  chan *batch
	ended sync.WaitGroup
	begun atomic.Int64 // commits that may be visible

	mu     sync.Mutex
	synced int64         // commits that are durable
	moved  chan struct{} // closed when synced moves
	failed error         // a sync failed: from then on nothing can be promised
}

// mostUnsynced bounds how many batches wait for the disk.
const mostUnsynced = 8

func newSyncer(database string, settle func(*batch, error)) *syncer {
	s := &syncer{path: database + "-wal", line: make(chan *batch, mostUnsynced), moved: make(chan struct{})}
	s.ended.Go(func() { s.serve(settle) })
	return s
}

func (s *syncer) serve(settle func(*batch, error)) {
	for b := range s.line {
		batches := []*batch{b}
		for more := true; more; {
			select {
			case b, more = <-s.line:
				if more {
					batches = append(batches, b)
				}
			default:
				more = false
			}
		}
		err := s.sync()
		s.reached(batches[len(batches)-1].number, err)
		for _, b := range batches {
			settle(b, err)
		}
	}
}

// sync makes durable all that was committed before. What a failed sync left
// behind is not known, so there is no second try.
func (s *syncer) sync() error {
	if err := s.broken(); err != nil {
		return err
	}
	if s.log == nil {
		log, err := os.OpenFile(s.path, os.O_RDWR, 0)
		if err == nil {
			s.log = log
			err = syncFolder(filepath.Dir(s.path))
		}
		if err != nil {
			return unavailable("syncing", err)
		}
	}
	if err := syncData(s.log); err != nil {
		return unavailable("syncing", err)
	}
	return nil
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

// broken is why nothing can be kept any more, or nil.
func (s *syncer) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// reached tells those who wait that commits up to a number are durable, or never
// will be.
func (s *syncer) reached(number int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed = err
	} else {
		s.synced = number
	}
	close(s.moved)
	s.moved = make(chan struct{})
}

// wait returns when commits up to a number are durable.
func (s *syncer) wait(ctx context.Context, number int64) error {
	for {
		s.mu.Lock()
		synced, moved, failed := s.synced, s.moved, s.failed
		s.mu.Unlock()
		if synced >= number {
			return nil
		}
		if failed != nil {
			return failed
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return waiting(ctx)
		}
	}
}

// stop ends when all that was handed in is settled.
func (s *syncer) stop() {
	close(s.line)
	s.ended.Wait()
	if s.log != nil {
		s.log.Close()
	}
}
