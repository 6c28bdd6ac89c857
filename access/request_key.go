package access

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// The keys for which callers encrypt whole requests are the server's own: they are
// fetched before anybody says who they are. They are notes of no tenant.
const (
	ownNotes    = fairlead.TenantID("-")
	ownDialect  = "server"
	requestKeys = "request-keys"

	// requestKeyFresh is how long a key is the newest one, requestKeyLife how long requests
	// are opened with it, in real time: whoever fetched it just before has a month to look again.
	requestKeyFresh = 30 * 24 * time.Hour
	requestKeyLife  = 60 * 24 * time.Hour
	// requestKeyCache is how long keys are not read again: another node may have made one.
	requestKeyCache = time.Minute
)

// RequestKey is a private key for which requests may be encrypted. What it is, and in
// what form, only who asks for it knows.
type RequestKey struct {
	ID      string
	Made    time.Time
	Private fairlead.Secret
}

// storedRequestKey is one as it is stored.
type storedRequestKey struct {
	ID     string    `json:"id"`
	Made   time.Time `json:"made"`
	Sealed []byte    `json:"sealed"`
}

// openRequestKeys are the keys as they were read last.
type openRequestKeys struct {
	mu   sync.Mutex
	read time.Time
	keys []RequestKey
}

// has reports whether what was read last is good still, and holds a key of an id; any
// where it is "".
func (o *openRequestKeys) has(id string, wall time.Time) bool {
	return len(o.keys) > 0 && wall.Sub(o.read) < requestKeyCache && wall.Sub(o.keys[0].Made) < requestKeyFresh &&
		(id == "" || slices.ContainsFunc(o.keys, func(k RequestKey) bool { return k.ID == id }))
}

// RequestKeys are the keys that open requests, newest first. Where the newest has had
// its month, mint makes another; those of two months ago are gone. The key of an id that
// another node has just made is among them; "" asks for none.
func (a *Access) RequestKeys(ctx context.Context, id string, mint func() (fairlead.Secret, error)) ([]RequestKey, error) {
	wall := a.clock()
	a.requestKeys.mu.Lock()
	defer a.requestKeys.mu.Unlock()
	if a.requestKeys.has(id, wall) {
		return slices.Clone(a.requestKeys.keys), nil
	}
	stored, err := a.storedRequestKeys(ctx)
	if err != nil {
		return nil, err
	}
	if len(stored) == 0 || wall.Sub(stored[0].Made) >= requestKeyFresh {
		if stored, err = a.addRequestKey(ctx, mint, wall); err != nil {
			return nil, err
		}
	}
	var keys []RequestKey
	for _, s := range stored {
		if wall.Sub(s.Made) >= requestKeyLife {
			continue
		}
		plain, err := a.vault.OpenRoot(sealing.RequestKeyLocation(s.ID), s.Sealed)
		if err != nil {
			return nil, fmt.Errorf("access: opening a request key: %w", err)
		}
		keys = append(keys, RequestKey{s.ID, s.Made, fairlead.NewSecret(string(plain))})
	}
	a.requestKeys.read, a.requestKeys.keys = wall, keys
	return slices.Clone(keys), nil
}

// addRequestKey stores a new key before the others, unless another node has just done so.
func (a *Access) addRequestKey(ctx context.Context, mint func() (fairlead.Secret, error), wall time.Time) (all []storedRequestKey, err error) {
	private, err := mint()
	if err != nil {
		return nil, fmt.Errorf("access: making a request key: %w", err)
	}
	made := storedRequestKey{ID: fairlead.NewToken()[:16], Made: wall}
	if made.Sealed, err = a.vault.SealRoot(sealing.RequestKeyLocation(made.ID), []byte(private.Reveal())); err != nil {
		return nil, fmt.Errorf("access: sealing a request key: %w", err)
	}
	err = a.changeRequestKeys(ctx, func(stored []storedRequestKey) ([]storedRequestKey, error) {
		if len(stored) == 0 || wall.Sub(stored[0].Made) >= requestKeyFresh {
			stored = append([]storedRequestKey{made}, stored...)
		}
		all = slices.DeleteFunc(stored, func(s storedRequestKey) bool { return wall.Sub(s.Made) >= requestKeyLife })
		return all, nil
	})
	return all, err
}

// ResealRequestKeys brings the keys under the keyset's present primary key.
func (a *Access) ResealRequestKeys(ctx context.Context) error {
	stored, err := a.storedRequestKeys(ctx)
	if err != nil {
		return err
	}
	resealed := map[string][]byte{}
	for _, s := range stored {
		sealed, done, err := a.vault.ResealRoot(sealing.RequestKeyLocation(s.ID), s.Sealed)
		if err != nil {
			return fmt.Errorf("access: resealing a request key: %w", err)
		}
		if done {
			resealed[s.ID] = sealed
		}
	}
	if len(resealed) == 0 {
		return nil
	}
	return a.changeRequestKeys(ctx, func(now []storedRequestKey) ([]storedRequestKey, error) {
		for n, s := range now {
			if sealed, ok := resealed[s.ID]; ok {
				now[n].Sealed = sealed
			}
		}
		return now, nil
	})
}

func (a *Access) storedRequestKeys(ctx context.Context) (stored []storedRequestKey, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		_, stored, err = readRequestKeys(tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("access: reading request keys: %w", err)
	}
	return stored, nil
}

func readRequestKeys(tx *store.Tx) (n fairlead.Note, stored []storedRequestKey, err error) {
	n, err = tx.Notes.Get(ownNotes, ownDialect, requestKeys)
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: requestKeys}, nil, nil
	}
	if err == nil {
		err = json.Unmarshal(n.Value, &stored)
	}
	return n, stored, err
}

// changeRequestKeys changes the stored keys in one transaction.
func (a *Access) changeRequestKeys(ctx context.Context, change func([]storedRequestKey) ([]storedRequestKey, error)) error {
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		n, stored, err := readRequestKeys(tx)
		if err != nil {
			return err
		}
		if stored, err = change(stored); err != nil {
			return err
		}
		if n.Value, err = json.Marshal(stored); err != nil {
			return err
		}
		return tx.Notes.Put(&n)
	})
	if err != nil {
		return fmt.Errorf("access: storing request keys: %w", err)
	}
	return nil
}
