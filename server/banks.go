package server

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// mounter is the optional power of a connector to serve HTTP under its own path
// (/sandbox/*): make-believe banks that are real servers.
type mounter interface {
	Mount(mux *http.ServeMux)
}

// mountBanks serves the make-believe banks, where there is anybody for whom they are
// real: a server of live tenants alone has no pages that ask for made-up passwords.
func (s *Server) mountBanks(mux *http.ServeMux) {
	banks := s.newMux()
	for _, c := range s.registry.All() {
		if bank, ok := c.(mounter); ok {
			bank.Mount(banks)
		}
	}
	mux.HandleFunc("/sandbox/", func(w http.ResponseWriter, r *http.Request) {
		if !s.hasSandbox(r.Context()) {
			http.NotFound(w, r)
			return
		}
		banks.ServeHTTP(w, r)
	})
}

// sandboxed remembers whether there is a sandbox tenant. None is ever removed.
type sandboxed struct {
	known  atomic.Bool
	mu     sync.Mutex
	looked time.Time // when there was none
}

// lookAgain is how soon after there was no sandbox tenant the store is asked again.
const lookAgain = time.Second

// hasSandbox reports whether there is a sandbox tenant; not knowing counts as no.
func (s *Server) hasSandbox(ctx context.Context) bool {
	b := &s.sandboxed
	if b.known.Load() {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Since(b.looked) < lookAgain {
		return b.known.Load()
	}
	err := s.Store.View(ctx, func(tx *store.Tx) error {
		const page = 1000
		for after := fairlead.TenantID(""); ; {
			tenants, err := tx.Tenants.List(after, page)
			for _, t := range tenants {
				if after = t.ID; t.Environment == fairlead.Sandbox {
					b.known.Store(true)
					return nil
				}
			}
			if err != nil || len(tenants) < page {
				return err
			}
		}
	})
	if err != nil {
		s.Config.Log.ErrorContext(ctx, "looking for a sandbox tenant", "error", err)
	}
	b.looked = time.Now()
	return b.known.Load()
}
