package access_test

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

func TestTheLastUseOfAKeyIsStoredToTenMinutesByWhicheverNode(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	other := s.beside()
	app, key, secret := s.shop(t)
	use := func(node *access.Access) {
		t.Helper()
		_, err := node.Admit(t.Context(), "192.0.2.1", func() (access.Caller, error) { return node.ByClient(t.Context(), app.ClientID, secret) })
		must(t, err)
	}
	stored := func() fairlead.Key {
		t.Helper()
		keys, err := s.Keys(t.Context(), app.Tenant, app.ID)
		must(t, err)
		return keys[0]
	}
	use(s.Access)
	if got := stored().LastUsed; !got.IsZero() {
		t.Errorf("the request itself has stored %s", got)
	}
	must(t, s.StoreUses(t.Context()))
	first := stored()
	if !first.LastUsed.Equal(begin) || first.ID != key.ID {
		t.Errorf("the first use is stored as %s, want %s", first.LastUsed, begin)
	}

	s.wait(9 * time.Minute)
	for _, node := range []*access.Access{s.Access, other} {
		use(node)
		must(t, node.StoreUses(t.Context()))
	}
	if got := stored(); !got.LastUsed.Equal(begin) || got.Version != first.Version {
		t.Errorf("a use nine minutes later is stored as %s, by version %d", got.LastUsed, got.Version)
	}

	s.wait(time.Minute)
	use(other)
	use(s.Access)
	must(t, other.StoreUses(t.Context()))
	after := stored()
	if want := begin.Add(10 * time.Minute); !after.LastUsed.Equal(want) {
		t.Errorf("a use ten minutes later is stored as %s, want %s", after.LastUsed, want)
	}
	must(t, s.StoreUses(t.Context()))
	if got := stored(); got.Version != after.Version {
		t.Errorf("two nodes have stored the same use: version %d, then %d", after.Version, got.Version)
	}
}

func TestTheUseOfAKeyThatWasRevokedMeanwhileKeepsNoOtherFromBeingStored(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	stays, staying := s.key(t, app, access.KeySpec{})
	for _, of := range []fairlead.Secret{secret, staying} {
		_, err := s.Admit(t.Context(), "192.0.2.1", func() (access.Caller, error) { return s.ByClient(t.Context(), app.ClientID, of) })
		must(t, err)
	}
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, key.ID))
	must(t, s.StoreUses(t.Context()))
	must(t, s.store.View(t.Context(), func(tx *store.Tx) error {
		got, err := tx.Keys.Get(app.Tenant, string(stays.ID))
		if err == nil && !got.LastUsed.Equal(begin) {
			t.Errorf("the use of the other key is stored as %s", got.LastUsed)
		}
		return err
	}))
}
