package access

import (
	"context"
	"encoding/json"
	"errors"
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
	ownNotes    = fairlead.ServerTenant
	ownDialect  = "server"
	requestKeys = "request-keys"

	// requestKeyFresh is how long a key is the newest one, requestKeyLife how long requests
	// are opened with it, in real time: whoever fetched it just before has a month to look again.
	requestKeyFresh = 30 * 24 * time.Hour
	requestKeyLife  = 60 * 24 * time.Hour
	// requestKeyCache is how long keys are not read again: another node may have made one.
	requestKeyCache = time.Minute
	// requestKeyAgain is how long they are not read again for an id that is not among them
	// either: anybody can make one up, before it is known who asks.
	requestKeyAgain = time.Second
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
	alone chan struct{} // holds one: whoever reads, and makes a key

	mu   sync.Mutex // never held while anything is waited for
	read time.Time
	keys []RequestKey
}

// good are the keys that were read last, if those will do where a key of an id is asked
// for; any where it is "".
func (o *openRequestKeys) good(id string, wall time.Time) ([]RequestKey, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	age := wall.Sub(o.read)
	if len(o.keys) == 0 || age >= requestKeyCache {
		return nil, false
	}
	if id != "" && age >= requestKeyAgain && !slices.ContainsFunc(o.keys, func(k RequestKey) bool { return k.ID == id }) {
		return nil, false
	}
	return slices.Clone(o.keys), true
}

func (o *openRequestKeys) set(keys []RequestKey, wall time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.read, o.keys = wall, slices.Clone(keys)
}

// RequestKeys are the keys that open requests, newest first. Where the newest has had
// its month, mint makes another; those of two months ago are gone. Where none can be
// made or stored, those that there are go on. The key of an id that another node has
// made a second ago is among them; "" asks for none.
func (a *Access) RequestKeys(ctx context.Context, id string, mint func() (fairlead.Secret, error)) ([]RequestKey, error) {
	o := &a.requestKeys
	if keys, ok := o.good(id, a.clock()); ok {
		return keys, nil
	}
	select {
	case o.alone <- struct{}{}:
		defer func() { <-o.alone }()
	case <-ctx.Done():
		return nil, fmt.Errorf("access: waiting for request keys: %w", ctx.Err())
	}
	wall := a.clock()
	if keys, ok := o.good(id, wall); ok { // read by whoever had the turn before
		return keys, nil
	}
	keys, err := a.readRequestKeys(ctx, mint, wall)
	if err != nil {
		return nil, err
	}
	o.set(keys, wall)
	return keys, nil
}

// readRequestKeys reads and opens the keys, after it has added one where that is due.
func (a *Access) readRequestKeys(ctx context.Context, mint func() (fairlead.Secret, error), wall time.Time) (keys []RequestKey, err error) {
	stored, err := a.storedKeys(ctx, requestKeys)
	if err != nil {
		return nil, err
	}
	stored = slices.DeleteFunc(stored, func(s storedRequestKey) bool { return wall.Sub(s.Made) >= requestKeyLife })
	if len(stored) == 0 || wall.Sub(stored[0].Made) >= requestKeyFresh {
		all, err := a.addRequestKey(ctx, mint, wall)
		switch {
		case err == nil:
			stored = all
		case len(stored) == 0, ctx.Err() != nil:
			return nil, err
		default:
			a.options.Log.ErrorContext(ctx, "access: no new request key: the older ones go on", "error", err)
		}
	}
	for _, s := range stored {
		plain, err := a.vault.OpenRoot(sealing.RequestKeyLocation(s.ID), s.Sealed)
		if err != nil {
			return nil, fmt.Errorf("access: opening a request key: %w", err)
		}
		keys = append(keys, RequestKey{s.ID, s.Made, fairlead.NewSecret(string(plain))})
	}
	return keys, nil
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
	err = a.changeKeys(ctx, requestKeys, func(stored []storedRequestKey) ([]storedRequestKey, error) {
		if len(stored) == 0 || wall.Sub(stored[0].Made) >= requestKeyFresh {
			stored = append([]storedRequestKey{made}, stored...)
		}
		all = slices.DeleteFunc(stored, func(s storedRequestKey) bool { return wall.Sub(s.Made) >= requestKeyLife })
		return all, nil
	})
	return all, err
}

// ResealRequestKeys brings the keys, and those that bodies are signed with, under the keyset's present primary key.
func (a *Access) ResealRequestKeys(ctx context.Context) error {
	return errors.Join(a.resealKeys(ctx, requestKeys), a.resealKeys(ctx, bodyKeys))
}

func (a *Access) resealKeys(ctx context.Context, of string) error {
	stored, err := a.storedKeys(ctx, of)
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
	return a.changeKeys(ctx, of, func(now []storedRequestKey) ([]storedRequestKey, error) {
		for n, s := range now {
			if sealed, ok := resealed[s.ID]; ok {
				now[n].Sealed = sealed
			}
		}
		return now, nil
	})
}

func (a *Access) storedKeys(ctx context.Context, of string) (stored []storedRequestKey, err error) {
	err = a.store.View(ctx, func(tx *store.Tx) error {
		_, stored, err = keysNote(tx, of)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("access: reading request keys: %w", err)
	}
	return stored, nil
}

func keysNote(tx *store.Tx, of string) (n fairlead.Note, stored []storedRequestKey, err error) {
	n, err = tx.Notes.Get(ownNotes, ownDialect, of)
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: of}, nil, nil
	}
	if err == nil {
		err = json.Unmarshal(n.Value, &stored)
	}
	return n, stored, err
}

// changeKeys changes the stored keys in one transaction.
func (a *Access) changeKeys(ctx context.Context, of string, change func([]storedRequestKey) ([]storedRequestKey, error)) error {
	err := a.store.Update(ctx, func(tx *store.Tx) error {
		n, stored, err := keysNote(tx, of)
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
