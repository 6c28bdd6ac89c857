package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// A store has one sealed value of the server's own, the canary: where the keyset does
// not open it, it is not the one that everything else was sealed under.

// The server's own notes: no tenant's, and no dialect's.
const (
	ownNotes   = fairlead.ServerTenant
	ownDialect = "server"
	canaryKey  = "canary"
)

var canaryLocation = vault.Owner{Tenant: ownNotes, ID: canaryKey}.At(canaryKey, "canary")

// storedCanary is the canary, or nil where there is none yet.
func storedCanary(ctx context.Context, s store.Store) (sealed fairlead.Sealed, err error) {
	err = s.View(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(ownNotes, ownDialect, canaryKey)
		if fairlead.Is(err, fairlead.NotFound) {
			sealed = nil
			return nil
		}
		if err != nil {
			return err
		}
		var bytes []byte
		err = json.Unmarshal(n.Value, &bytes)
		sealed = bytes
		return err
	})
	return sealed, err
}

func storeCanary(ctx context.Context, s store.Store, sealed fairlead.Sealed) error {
	value, err := json.Marshal([]byte(sealed))
	if err != nil {
		return err
	}
	return s.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.Notes.Get(ownNotes, ownDialect, canaryKey)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: ownNotes, Dialect: ownDialect, Key: canaryKey, Value: value, Version: n.Version})
	})
}

// CheckKeys reports whether a keyset is the data's: nil also where nothing was sealed yet.
func CheckKeys(ctx context.Context, s store.Store, v vault.Root, keyset string) error {
	sealed, err := storedCanary(ctx, s)
	if err != nil || sealed == nil {
		return err
	}
	return opensCanary(v, sealed, keyset)
}

// CheckCanary is CheckKeys with the canary that a running server gave.
func CheckCanary(v vault.Root, sealed []byte, keyset string) error {
	if len(sealed) == 0 {
		return nil
	}
	return opensCanary(v, sealed, keyset)
}

func opensCanary(v vault.Root, sealed fairlead.Sealed, keyset string) error {
	if _, err := v.OpenRoot(canaryLocation, sealed); err != nil {
		return fairlead.Errorf(fairlead.Conflict, "The keyset %s is not the one that this database was sealed under: "+
			"nothing stored could be opened with it. Put the right keyset file back, or set FAIRLEAD_VAULT to it.", strings.TrimPrefix(keyset, "file://"))
	}
	return nil
}

// checkKeys refuses a keyset that is not the data's. first: where there is no canary
// one is made.
func (s *Server) checkKeys(ctx context.Context, first bool) error {
	sealed, err := storedCanary(ctx, s.Store)
	switch {
	case err != nil:
		return err
	case sealed != nil:
		return opensCanary(s.Vault, sealed, s.Config.Vault)
	case !first:
		return nil
	}
	if sealed, err = s.Vault.SealRoot(canaryLocation, []byte(canaryKey)); err != nil {
		return err
	}
	err = storeCanary(ctx, s.Store, sealed)
	if fairlead.Is(err, fairlead.StorageFull) || fairlead.Is(err, fairlead.Unavailable) || fairlead.Is(err, fairlead.Conflict) {
		return nil // at the next start; or another node was faster
	}
	return err
}

// resealCanary brings it under the keyset's present key.
func (s *Server) resealCanary(ctx context.Context) error {
	sealed, err := storedCanary(ctx, s.Store)
	if err != nil || sealed == nil {
		return err
	}
	resealed, done, err := s.Vault.ResealRoot(canaryLocation, sealed)
	if err != nil || !done {
		return err
	}
	return storeCanary(ctx, s.Store, resealed)
}

// missingKeys refuses to make a keyset beside data that another one sealed.
func missingKeys(ctx context.Context, s store.Store, c Config, path string) error {
	sealed, err := storedCanary(ctx, s)
	if err != nil || sealed == nil {
		return err
	}
	return fmt.Errorf("the keyset %s is missing, and the data in %s was sealed under it: put the file back, or begin anew with another --data folder", path, c.Data)
}
