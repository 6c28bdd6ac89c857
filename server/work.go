package server

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Work that fails for a reason of ours (a keyset that is not the data's, no room, a
// database that was away, a mistake) is tried again when that reason has gone: at
// start, when there is room again, and when an operator says so.

// lookForRoom is how often it is looked for.
const lookForRoom = 15 * time.Second

// workPage is how many rows one transaction reads or makes due.
const workPage = 200

// WorkSelection is what of a server's work an operator's command is about.
type WorkSelection struct {
	Tenant string            `json:"tenant,omitempty"` // its name; empty: all
	Kind   fairlead.WorkKind `json:"kind,omitempty"`   // empty: all
	Key    string            `json:"key,omitempty"`    // empty: all
	All    bool              `json:"all,omitempty"`    // what does not fail, too
}

// workListed bounds what one command lists.
const workListed = 10_000

func (s *Server) workList(ctx context.Context, p Params) (any, error) {
	out := []fairlead.Work{}
	err := s.eachWork(ctx, p.Work, func(_ fairlead.Tenant, page []fairlead.Work) error {
		out = append(out, page...)
		if len(out) > workListed {
			return fairlead.Errorf(fairlead.TooLarge, "There are more than %d rows: select a kind or a tenant.", workListed)
		}
		return nil
	})
	return out, err
}

// workRetry makes what it selects due at once, and says how much that was.
func (s *Server) workRetry(ctx context.Context, p Params) (any, error) {
	return s.retryFailing(ctx, p.Work)
}

func (s *Server) retryFailing(ctx context.Context, which WorkSelection) (n int, err error) {
	err = s.eachWork(ctx, which, func(t fairlead.Tenant, page []fairlead.Work) error {
		wall := s.clock.Now()
		err := s.Store.Update(ctx, func(tx *store.Tx) error {
			_, now, err := lifecycle.TenantNow(tx, t.ID, wall)
			for _, w := range page {
				if w.Due = now; err == nil {
					err = tx.Work.Due(w)
				}
			}
			return err
		})
		n += len(page)
		return err
	})
	if n > 0 {
		s.Config.Log.InfoContext(ctx, "work that failed is tried again", "rows", n)
	}
	return n, err
}

// eachWork goes through the work of all tenants, or of one, page by page.
func (s *Server) eachWork(ctx context.Context, which WorkSelection, do func(fairlead.Tenant, []fairlead.Work) error) error {
	known := which.Tenant == ""
	err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
		if which.Tenant != "" && which.Tenant != t.Name {
			return nil
		}
		known = true
		q := store.WorkQuery{Kind: which.Kind, Key: which.Key, Failing: !which.All, Limit: workPage}
		for {
			var page []fairlead.Work
			err := s.Store.View(ctx, func(tx *store.Tx) (err error) {
				page, err = tx.Work.List(t.ID, q)
				return err
			})
			if err == nil && len(page) > 0 {
				err = do(t, page)
			}
			if err != nil || len(page) < q.Limit {
				return err
			}
			q.After = page[len(page)-1]
		}
	})
	if err == nil && !known {
		return fmt.Errorf("there is no tenant named %q", which.Tenant)
	}
	return err
}

// tryAgain makes due what failed before this start: the keys, the room or the program
// may be others now. It is no reason not to serve.
func (s *Server) tryAgain(ctx context.Context) {
	if _, err := s.retryFailing(ctx, WorkSelection{}); err != nil && ctx.Err() == nil {
		s.Config.Log.WarnContext(ctx, "work that failed could not be made due", "error", err)
	}
}

// watchRoom tries again what failed, at the start and whenever there is room after
// there was none. While there is none it looks by itself, so that it does not take a
// request to find out.
func (s *Server) watchRoom(ctx context.Context) {
	s.tryAgain(ctx)
	tick := time.NewTicker(lookForRoom)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.health.roomAgain:
			s.tryAgain(ctx)
		case <-tick.C:
			if err := s.room(ctx); err != nil && ctx.Err() == nil {
				s.Config.Log.DebugContext(ctx, "there is no room to store", "error", err)
			}
		}
	}
}
