package sqlite_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// TestAFullDiskIsSaidToBeFullAndNothingThatWasAnsweredIsLost: many write side by
// side, some of them more than fits. What was answered as stored is found stored, and
// once there is room again the store goes on.
func TestAFullDiskIsSaidToBeFullAndNothingThatWasAnsweredIsLost(t *testing.T) {
	t.Parallel()
	s, d := newStore(t)
	if err := d.LimitPages(400); err != nil {
		t.Fatal(err)
	}
	large := `"` + strings.Repeat("x", 100_000) + `"`
	write := func(key, value string) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Notes.Put(&fairlead.Note{Tenant: "ten_1", Dialect: "first", Key: key, Value: []byte(value)})
		})
	}
	var stored, refused sync.Map
	var writing sync.WaitGroup
	for i := range 8 {
		writing.Go(func() {
			for n := range 20 {
				key, value := fmt.Sprintf("%d-%d", i, n), "1"
				if i == 0 {
					value = large
				}
				switch err := write(key, value); {
				case err == nil:
					stored.Store(key, true)
				case fairlead.Is(err, fairlead.StorageFull) && fairlead.RetryAfter(err) > 0:
					refused.Store(key, true)
				default:
					t.Errorf("a full disk gave %v", err)
				}
			}
		})
	}
	writing.Wait()
	if err := d.LimitPages(1_000_000); err != nil {
		t.Fatal(err)
	}
	if err := write("afterwards", large); err != nil {
		t.Fatalf("once there is room: %v", err)
	}
	there := func(key any) bool {
		return s.View(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Notes.Get("ten_1", "first", key.(string))
			return err
		}) == nil
	}
	refusedAny := false
	stored.Range(func(key, _ any) bool {
		if !there(key) {
			t.Errorf("%s was answered and is lost", key)
		}
		return true
	})
	refused.Range(func(key, _ any) bool {
		if refusedAny = true; there(key) {
			t.Errorf("%s was refused and is there", key)
		}
		return true
	})
	if !refusedAny {
		t.Fatal("the disk was never full: this test tests nothing")
	}
}

// TestADiskThatFailsToSyncEndsAllWritingAndNoReading: what was not made durable is
// answered to no writer until the next start; readers go on.
func TestADiskThatFailsToSyncEndsAllWritingAndNoReading(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "data", "fairlead.db")
	s, d := openStore(t, file, true)
	write := func(key string) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Notes.Put(&fairlead.Note{Tenant: "ten_1", Dialect: "first", Key: key, Value: []byte("1")})
		})
	}
	readNote := func(key string) error {
		return s.View(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Notes.Get("ten_1", "first", key)
			return err
		})
	}
	if err := write("before"); err != nil {
		t.Fatal(err)
	}
	if err := d.BreakDisk(); err != nil {
		t.Fatal(err)
	}
	for what, err := range map[string]error{"a write": write("lost"), "another": write("refused"), "a ping": s.Ping(t.Context())} {
		if !fairlead.Is(err, fairlead.Unavailable) || fairlead.RetryAfter(err) == 0 {
			t.Errorf("%s gave %v", what, err)
		}
	}
	if err := readNote("before"); err != nil {
		t.Errorf("a read gave %v", err)
	}
	s.Close()
	s, _ = openStore(t, file, false)
	if err := readNote("before"); err != nil {
		t.Errorf("what was answered is lost: %v", err)
	}
	if err := write("afterwards"); err != nil {
		t.Errorf("after a start: %v", err)
	}
}
