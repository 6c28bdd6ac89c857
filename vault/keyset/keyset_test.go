package keyset_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
	"github.com/fairlead-dev/fairlead/vault/vaulttest"
)

var (
	owner = vault.Owner{Tenant: "ten_1", ID: "con_1"}
	location = owner.At("con_1", "secrets")
)

func TestAKeysetInMemoryIsAVault(t *testing.T) {
	t.Parallel()
	vaulttest.Run(t, harness(func(*testing.T) vault.Full { return keyset.Memory() }))
}

func TestAKeysetInAFileIsAVault(t *testing.T) {
	t.Parallel()
	vaulttest.Run(t, harness(func(t *testing.T) vault.Full {
		v, _ := create(t)
		return v
	}))
}

func harness(make func(*testing.T) vault.Full) vaulttest.Harness {
	return vaulttest.Harness{
		New: make,
		Rotate: func(t *testing.T, v vault.Full) {
			if _, err := v.(*keyset.Vault).Rotate(nil); err != nil {
				t.Fatal(err)
			}
		},
		Retire: func(t *testing.T, v vault.Full) {
			for _, k := range v.(*keyset.Vault).Keys() {
				if k.Primary {
					continue
				}
				if err := v.(*keyset.Vault).Retire(k.ID); err != nil {
					t.Fatal(err)
				}
			}
		},
	}
}

func create(t *testing.T) (*keyset.Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyset.json")
	v, err := keyset.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	return v, path
}

func open(t *testing.T, path string) *keyset.Vault {
	t.Helper()
	v, err := keyset.Open("file://" + path)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatOneProcessSealedTheNextOpens(t *testing.T) {
	t.Parallel()
	v, path := create(t)
	key, err := v.NewKey(owner)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(key, location, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	next := open(t, path)
	if plain, err := next.Open(key, location, sealed); err != nil || string(plain) != "secret" {
		t.Errorf("opened %q: %v", plain, err)
	}
	if v.MAC("ten_1", "login", "a") != next.MAC("ten_1", "login", "a") {
		t.Error("the identity changed with the process")
	}
}

func TestASealedValueBeginsWithItsVersionAndItsKeysID(t *testing.T) {
	t.Parallel()
	v := keyset.Memory()
	headers := map[string]bool{}
	for range 3 {
		key, err := v.NewKey(owner)
		if err != nil {
			t.Fatal(err)
		}
		a, errA := v.Seal(key, location, []byte("one"))
		b, errB := v.Seal(key, location, []byte("two"))
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a[0] != 1 || !bytes.Equal(a[:9], b[:9]) {
			t.Errorf("headers %x and %x", a[:9], b[:9])
		}
		headers[string(a[:9])] = true
	}
	if len(headers) != 3 {
		t.Errorf("three keys have %d ids", len(headers))
	}
}

func TestAKeysetFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	_, path := create(t)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("it was created with mode %04o", info.Mode().Perm())
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o644, 0o601, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keyset.Open("file://" + path); !fairlead.Is(err, fairlead.Forbidden) {
			t.Errorf("with mode %04o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	open(t, path)
}

func TestRotationKeepsTheFileItsOwnersAlone(t *testing.T) {
	t.Parallel()
	v, path := create(t)
	if _, err := v.Rotate(nil); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %04o, %v", info.Mode().Perm(), err)
	}
	if left, _ := filepath.Glob(path + ".*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCreatingOverAKeysetIsRefused(t *testing.T) {
	t.Parallel()
	_, path := create(t)
	before, _ := os.ReadFile(path)
	if _, err := keyset.Create(path); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the keyset was changed")
	}
}

func TestOnlyAFileIsAnAddressOfAKeyset(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "keyset.json", "file://host/keyset.json", "file:", "https://kms.example/key", "file:///%zz"} {
		if _, err := keyset.Open(address); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := keyset.Open("file://" + t.TempDir() + "/none.json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := keyset.Open("file://" + t.TempDir()); err == nil {
		t.Error("a folder was opened")
	}
}

func TestABrokenFileIsRefusedWithoutBeingQuoted(t *testing.T) {
	t.Parallel()
	_, path := create(t)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f map[string]any
	if err := json.Unmarshal(good, &f); err != nil {
		t.Fatal(err)
	}
	secret := f["mac_secret"].(string)
	for name, text := range map[string]string{
		"empty": "", "half": string(good[:len(good)/2]), "other format": strings.Replace(string(good), "fairlead-keyset-1", "fairlead-keyset-9", 1),
		"short MAC secret": strings.Replace(string(good), secret, secret[:8], 1), "no keyset": `{"format":"fairlead-keyset-1","mac_secret":"` + secret + `"}`,
		"not a keyset": `{"format":"fairlead-keyset-1","mac_secret":"` + secret + `","keyset":{"key":"` + secret + `"}}`,
	} {
		broken := filepath.Join(t.TempDir(), "keyset.json")
		if err := os.WriteFile(broken, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := keyset.Open("file://" + broken)
		if !fairlead.Is(err, fairlead.Internal) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRotationGoesStepByStepOverTheNodes(t *testing.T) {
	t.Parallel()
	operator, path := create(t)
	node := open(t, path)
	old := operator.Keys()[0].ID

	var sealedBefore vault.WrappedKey
	fresh, err := operator.Rotate(func(id uint32) error {
		if err := node.Reload(); err != nil {
			return err
		}
		keys := node.Keys()
		if len(keys) != 2 || !keys[0].Primary || keys[1].ID != id || keys[1].Primary {
			return fmt.Errorf("the node has %v", keys)
		}
		key, err := node.NewKey(owner)
		sealedBefore = key
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// The node has the new key but not the news that it is primary: each opens the other's.
	wrapped, err := operator.NewKey(owner)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := node.Seal(wrapped, location, nil); err != nil {
		t.Errorf("the node cannot use the operator's key: %v", err)
	}
	if _, err := operator.Seal(sealedBefore, location, nil); err != nil {
		t.Errorf("the operator cannot use the node's key: %v", err)
	}
	if err := node.Reload(); err != nil {
		t.Fatal(err)
	}
	if _, done, err := node.Rewrap(sealedBefore, owner); !done || err != nil {
		t.Errorf("rewrapping: %v %v", done, err)
	}
	if err := operator.Retire(fresh); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("retiring the primary: %v", err)
	}
	if err := operator.Retire(old); err != nil {
		t.Fatal(err)
	}
	if keys := open(t, path).Keys(); len(keys) != 1 || keys[0].ID != fresh || !keys[0].Primary {
		t.Errorf("left: %v", keys)
	}
}

func TestANodeThatDoesNotConfirmStopsTheRotation(t *testing.T) {
	t.Parallel()
	v, path := create(t)
	old := v.Keys()[0].ID
	absent := errors.New("no answer")
	if _, err := v.Rotate(func(uint32) error { return absent }); !errors.Is(err, absent) {
		t.Errorf("got %v", err)
	}
	for _, k := range open(t, path).Keys() {
		if k.Primary != (k.ID == old) {
			t.Errorf("primary is %d, not %d", k.ID, old)
		}
	}
	if err := v.Promote(12345); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("promoting a key that is not there: %v", err)
	}
}

func TestTwoChangesOfOneFileDoNotMix(t *testing.T) {
	t.Parallel()
	v, path := create(t)
	if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Add(); !fairlead.Is(err, fairlead.Conflict) || !strings.Contains(err.Error(), path+".new") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path + ".new"); err != nil {
		t.Error("the other's file was removed")
	}
}

func TestABadFileLeavesTheVaultWithTheKeysItHas(t *testing.T) {
	t.Parallel()
	v, path := create(t)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Reload(); err == nil {
		t.Error("a broken file was loaded")
	}
	if _, err := v.NewKey(owner); err != nil {
		t.Errorf("the vault has lost its keys: %v", err)
	}
}

func TestAPrintedVaultShowsNoKeys(t *testing.T) {
	t.Parallel()
	v := keyset.Memory()
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "vault", v)
	for _, text := range []string{fmt.Sprint(v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v)} {
		if text != "keyset.Vault[sealed]" {
			t.Errorf("printed as %s", text)
		}
	}
	if !strings.Contains(log.String(), `"vault":"keyset.Vault[sealed]"`) {
		t.Errorf("logged as %s", log.String())
	}
}

func TestManyKeysDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	v := keyset.Memory()
	first, err := v.NewKey(owner)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := v.Seal(first, location, []byte("kept"))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 1500 {
		other := vault.Owner{Tenant: "ten_1", ID: fmt.Sprint("con_", n)}
		key, err := v.NewKey(other)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Seal(key, other.At(other.ID, "secrets"), nil); err != nil {
			t.Fatal(err)
		}
	}
	if plain, err := v.Open(first, location, sealed); err != nil || string(plain) != "kept" {
		t.Errorf("opened %q: %v", plain, err)
	}
}

func BenchmarkSealAndOpen(b *testing.B) {
	v := keyset.Memory()
	key, err := v.NewKey(owner)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		sealed, err := v.Seal(key, location, []byte("a password"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := v.Open(key, location, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
