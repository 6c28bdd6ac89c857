package keyset

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fairlead-dev/fairlead/vault"
)

func TestAForgottenKeyIsNotInMemoryAnyMore(t *testing.T) {
	t.Parallel()
	v := Memory()
	gone, stays := vault.Owner{Tenant: "ten_1", ID: "con_1"}, vault.Owner{Tenant: "ten_1", ID: "con_2"}
	for _, owner := range []vault.Owner{gone, stays} {
		use(t, v, owner)
	}
	v.Forget(gone)
	if _, there := v.cache.keys[gone]; there || len(v.cache.keys) != 1 {
		t.Errorf("%d keys are in memory, the forgotten one: %v", len(v.cache.keys), there)
	}
}

func TestAnUnwrappedKeyGrowsOldInMemory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := Memory()
		use(t, v, vault.Owner{Tenant: "ten_1", ID: "con_1"})
		time.Sleep(maxAge / 2)
		use(t, v, vault.Owner{Tenant: "ten_1", ID: "con_2"})
		for _, want := range []int{1, 0} {
			time.Sleep(maxAge/2 + time.Second)
			synctest.Wait()
			v.cache.mu.Lock()
			if n := len(v.cache.keys); n != want {
				t.Errorf("%d keys are in memory, not %d", n, want)
			}
			v.cache.mu.Unlock()
		}
	})
}

// use has an owner's key unwrapped.
func use(t *testing.T, v *Vault, owner vault.Owner) {
	t.Helper()
	key, err := v.NewKey(owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Seal(key, owner.At(owner.ID, "secrets"), nil); err != nil {
		t.Fatal(err)
	}
}
