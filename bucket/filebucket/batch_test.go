package filebucket

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// watched is a bucket in a new folder that notes which folders it syncs.
func watched(t *testing.T) (b *Bucket, synced *[]string) {
	t.Helper()
	b, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	synced = new([]string)
	b.syncFolder = func(path string) error {
		below, err := filepath.Rel(b.folder, path)
		*synced = append(*synced, below)
		return errors.Join(err, syncFolder(path))
	}
	return b, synced
}

func TestAFolderIsSyncedOnceForABatchAndWhenItIsWhole(t *testing.T) {
	t.Parallel()
	b, synced := watched(t)
	for page := range 2 {
		batch := b.Batch()
		for n := range 25 {
			if err := batch.Put(t.Context(), fmt.Sprintf("ten_1/con_1/doc_%d_%d", page, n), strings.NewReader("x")); err != nil {
				t.Fatal(err)
			}
		}
		if len(*synced) > 0 {
			t.Errorf("while it was filled %v were synced", *synced)
		}
		if err := batch.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := []string{"ten_1/con_1", "ten_1", "."} // the first time, those above it too
		if page == 1 {
			want = want[:1]
		}
		if !slices.Equal(*synced, want) {
			t.Errorf("%v were synced, want %v", *synced, want)
		}
		*synced = nil
	}
}

func TestAFolderThatCouldNotBeSyncedIsSyncedTheNextTime(t *testing.T) {
	t.Parallel()
	b, _ := watched(t)
	batch, broken := b.Batch(), errors.New("broken")
	for _, name := range []string{"a/1", "b/1", "c/1"} {
		if err := batch.Put(t.Context(), name, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	done := map[string]bool{}
	b.syncFolder = func(path string) error {
		if done[filepath.Base(path)] = true; strings.HasSuffix(path, "b") {
			return broken
		}
		return nil
	}
	if err := batch.Sync(t.Context()); !errors.Is(err, broken) {
		t.Fatalf("it was synced: %v", err)
	}
	b.syncFolder = func(path string) error { done[filepath.Base(path)] = true; return nil }
	if err := batch.Sync(t.Context()); err != nil || !done["a"] || !done["b"] || !done["c"] {
		t.Errorf("then only %v were synced: %v", done, err)
	}
}
