package access

import (
	"context"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// originsFor is how long the origins that were read are good, in real time: a
// preflight shows no credentials, so that whoever asks must not cost a walk each.
const originsFor = 10 * time.Second

// origins are those of all applications of this server, as they were read last.
type origins struct {
	mu   sync.Mutex
	read time.Time
	all  fairlead.Application // its Origins are everybody's
}

// OriginAllowed reports whether pages of an origin may call from a browser for some
// application of this server: that is all that a preflight can be answered by, which
// names neither application nor token. A change is seen within ten seconds.
func (a *Access) OriginAllowed(ctx context.Context, origin string, dev bool) bool {
	if origin == "" || len(origin) > maxAddress {
		return false
	}
	a.origins.mu.Lock()
	defer a.origins.mu.Unlock()
	wall := a.clock()
	if age := wall.Sub(a.origins.read); age < 0 || age >= originsFor {
		all, err := a.allOrigins(ctx)
		if err != nil {
			return false
		}
		a.origins.all.Origins, a.origins.read = all, wall
	}
	return a.origins.all.OriginAllowed(origin, dev)
}

func (a *Access) allOrigins(ctx context.Context) (all []string, err error) {
	for t, err := range a.AllTenants(ctx) {
		if err != nil {
			return nil, err
		}
		applications := store.Pages(ctx, a.store, func(tx *store.Tx) store.Table[fairlead.Application] { return tx.Applications },
			t.ID, store.Query{Limit: pruneBatch})
		for page, err := range applications {
			if err != nil {
				return nil, err
			}
			for _, app := range page {
				all = append(all, app.Origins...)
			}
		}
	}
	return all, nil
}
