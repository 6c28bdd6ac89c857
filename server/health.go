package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// healthTime is how long /readyz waits for the store.
	healthTime = 5 * time.Second
	// checkTime bounds the reading through of a database after the start.
	checkTime = 10 * time.Minute
	// logEvery is how often refused requests are logged, by status.
	logEvery = time.Second
	// noRoom is how many free bytes of the data folder's disk are none.
	noRoom = 64 << 10
	// probeEvery is how often a store that had no room is tried with a write.
	probeEvery = time.Second
)

// health knows what is wrong with what is stored. It sees every transaction.
type health struct {
	log *slog.Logger

	mu      sync.Mutex
	full    error // of the last write, if there was no room for it
	probed  time.Time
	damaged error
	last    error // why something was refused last
	refused map[int]*refusals

	roomAgain chan struct{} // there is, after there was none
}

// refusals are those of one status since they were logged.
type refusals struct {
	logged time.Time
	since  int
}

func newHealth(log *slog.Logger) *health {
	return &health{log: log, refused: map[int]*refusals{}, roomAgain: make(chan struct{}, 1)}
}

// saw takes in how a transaction ended.
func (h *health) saw(wrote bool, err error) {
	kind := fairlead.KindOf(err)
	if err != nil && kind != fairlead.Unavailable && kind != fairlead.StorageFull {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil && wrote && h.full != nil:
		h.full = nil
		h.log.Warn("there is room to store again")
		select {
		case h.roomAgain <- struct{}{}:
		default: // it is known already
		}
	case err == nil:
	default:
		h.last = err
		if kind == fairlead.StorageFull && wrote {
			if h.full == nil {
				h.log.Error("there is no room to store: what reads goes on, what writes is refused", "error", err)
			}
			h.full = err
		}
		if errors.Is(err, store.ErrDamaged) {
			h.damage(err)
		}
	}
}

// damage is called under the lock.
func (h *health) damage(err error) {
	if h.damaged == nil {
		h.log.Error("the database is damaged: restore a backup", "error", err)
	}
	h.damaged = err
}

// request leaves a line for requests that were refused because something is wrong here.
func (h *health) request(route string, status int) {
	if status != http.StatusServiceUnavailable && status != http.StatusInsufficientStorage || strings.HasSuffix(route, " /readyz") {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.refused[status]
	if r == nil {
		r = &refusals{}
		h.refused[status] = r
	}
	r.since++
	if now := time.Now(); now.Sub(r.logged) >= logEvery {
		h.log.Error("a request was refused", "status", status, "route", route, "requests", r.since, "error", h.last)
		r.logged, r.since = now, 0
	}
}

// watched is the store as everybody here uses it.
type watched struct {
	store.Store
	health *health
}

func (w watched) View(ctx context.Context, fn func(*store.Tx) error) error {
	err := w.Store.View(ctx, fn)
	w.health.saw(false, err)
	return err
}

func (w watched) Update(ctx context.Context, fn func(*store.Tx) error) error {
	err := w.Store.Update(ctx, fn)
	w.health.saw(true, err)
	return err
}

// Unready is what is wrong, in words for whoever asks whether the server is ready, and
// why; "" and nil: nothing.
func (s *Server) unready(ctx context.Context) (what string, why error) {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	s.health.mu.Lock()
	damaged := s.health.damaged
	s.health.mu.Unlock()
	if damaged != nil {
		return "the database is damaged", damaged
	}
	if err := s.Store.Ping(ctx); err != nil {
		if errors.Is(err, store.ErrDamaged) {
			return "the database is damaged", err
		}
		if e, ok := errors.AsType[*fairlead.Error](err); ok && strings.HasPrefix(e.Detail, "The disk failed") {
			return "the disk failed: what reads goes on, what writes is refused until the server is started again", err
		}
		return "the store does not answer", err
	}
	if err := s.checkKeys(ctx, false); err != nil {
		return "the keyset is not the one that the data was sealed under", err
	}
	if err := s.room(ctx); err != nil {
		return "there is no room to store: what reads goes on, what writes is refused", err
	}
	return "", nil
}

// room is why there is none. Where the last write found none, another is tried.
func (s *Server) room(ctx context.Context) error {
	h := s.health
	h.mu.Lock()
	full, probe := h.full, time.Since(h.probed) >= probeEvery
	if full != nil && probe {
		h.probed = time.Now()
	}
	h.mu.Unlock()
	if full == nil {
		return s.disk()
	}
	if !probe {
		return full
	}
	err := s.Store.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(ownNotes, ownDialect, "probe")
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: "probe", Value: []byte(`"` + strings.Repeat("x", 16<<10) + `"`), Version: n.Version})
	})
	if err == nil {
		return s.disk()
	}
	return err
}

// disk is why the disks of what lies in files have no room.
func (s *Server) disk() error {
	for _, address := range []string{s.Config.Store, s.Config.Blobs} {
		path, ok := strings.CutPrefix(address, "sqlite://")
		if ok {
			path = filepath.Dir(path)
		} else if path, ok = strings.CutPrefix(address, "file://"); !ok {
			continue
		}
		var disk syscall.Statfs_t
		if syscall.Statfs(path, &disk) == nil && disk.Bavail*uint64(disk.Bsize) < noRoom {
			return fmt.Errorf("the disk of %s is full", path)
		}
	}
	return nil
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	what, why := s.unready(r.Context())
	if what == "" {
		writeJSON(w, http.StatusOK, map[string]string{"status": "ready"})
		return
	}
	s.health.notReady(what, why)
	w.Header().Set("Retry-After", "5")
	writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": what})
}

// notReady leaves a line, now and then.
func (h *health) notReady(what string, why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.refused[0]
	if r == nil {
		r = &refusals{}
		h.refused[0] = r
	}
	if now := time.Now(); now.Sub(r.logged) >= logEvery {
		h.log.Error("not ready", "what", what, "error", why)
		r.logged = now
	}
}

// readThrough looks for damage while the server runs already.
func (s *Server) readThrough(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	if err := s.Store.Check(ctx); errors.Is(err, store.ErrDamaged) {
		s.health.mu.Lock()
		defer s.health.mu.Unlock()
		s.health.damage(err)
	}
}
