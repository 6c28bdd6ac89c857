package access

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// usedEvery is how exactly the last use of a key is known: a use sooner than that after
	// the stored one is not stored, by whichever node.
	usedEvery = 10 * time.Minute
	// usesAtOnce is how many keys one transaction writes.
	usesAtOnce = 100
)

// uses are the keys that were used since StoreUses ran, and whose stored last use is old:
// of a key that is busy, one in ten minutes. A request only reads its key, as it must.
type uses struct {
	mu   sync.Mutex
	last map[usedKey]time.Time
}

type usedKey struct {
	tenant fairlead.TenantID
	key    fairlead.KeyID
}

func (u *uses) add(c Caller, at time.Time) {
	if c.Key == "" || at.Sub(c.used) < usedEvery {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.last == nil {
		u.last = map[usedKey]time.Time{}
	}
	u.last[usedKey{c.Tenant.ID, c.Key}] = at
}

func (u *uses) take() map[usedKey]time.Time {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := u.last
	u.last = nil
	return taken
}

// StoreUses stores when keys were used last, as this node has seen it since the last call.
// What an error keeps from being stored is told by the key's next use.
func (a *Access) StoreUses(ctx context.Context) error {
	used := a.uses.take()
	for batch := range slices.Chunk(slices.Collect(maps.Keys(used)), usesAtOnce) {
		err := a.store.Update(ctx, func(tx *store.Tx) error {
			for _, of := range batch {
				if err := putUse(tx, of, used[of]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return in("storing the last use of keys", err)
		}
	}
	return nil
}

func putUse(tx *store.Tx, of usedKey, at time.Time) error {
	key, err := tx.Keys.Get(of.tenant, string(of.key))
	if fairlead.Is(err, fairlead.NotFound) { // revoked meanwhile
		return nil
	}
	if err != nil || at.Sub(key.LastUsed) < usedEvery {
		return err
	}
	key.LastUsed = at
	return tx.Keys.Put(of.tenant, &key)
}
