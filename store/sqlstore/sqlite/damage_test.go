package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// written makes a database of some hundred kilobytes in a folder.
func written(t *testing.T, folder string) (file string) {
	t.Helper()
	file = filepath.Join(folder, "fairlead.db")
	s, _ := openStore(t, file, true)
	for n := range 20 {
		if err := putNote(t, s, fmt.Sprint("k", n), strings.Repeat("x", 20_000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func putNote(t *testing.T, s store.Store, key, value string) error {
	return s.Update(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Notes.Get("ten_1", "first", key)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		return tx.Notes.Put(&fairlead.Note{Tenant: "ten_1", Dialect: "first", Key: key, Value: []byte(`"` + value + `"`), Version: n.Version})
	})
}

func noteOf(t *testing.T, s store.Store, key string) error {
	return s.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Notes.Get("ten_1", "first", key)
		return err
	})
}

// spoil writes garbage over part of a file.
func spoil(t *testing.T, file string, from, n int64) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err == nil {
		_, err = f.WriteAt([]byte(strings.Repeat("garbage!", int(n/8))), from)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestADamagedDatabaseIsFoundAndItsFileNamed(t *testing.T) {
	t.Parallel()
	named := func(t *testing.T, err error, file string) {
		t.Helper()
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || !errors.Is(err, store.ErrDamaged) || !strings.Contains(e.Detail, file) || !strings.Contains(e.Detail, "damaged") {
			t.Errorf("it gave %v", err)
		}
	}
	t.Run("garbage at the beginning", func(t *testing.T) {
		t.Parallel()
		file := written(t, t.TempDir())
		spoil(t, file, 0, 4096)
		_, err := sqlstore.Open(t.Context(), "sqlite://"+file, sqlstore.Options{})
		named(t, err, file)
	})
	t.Run("cut", func(t *testing.T) {
		t.Parallel()
		file := written(t, t.TempDir())
		if err := os.Truncate(file, 100_000); err != nil {
			t.Fatal(err)
		}
		_, err := sqlstore.Open(t.Context(), "sqlite://"+file, sqlstore.Options{})
		named(t, err, file)
	})
	t.Run("cut to nearly nothing", func(t *testing.T) {
		t.Parallel()
		file := written(t, t.TempDir())
		if err := os.Truncate(file, 50); err != nil {
			t.Fatal(err)
		}
		_, err := sqlstore.Open(t.Context(), "sqlite://"+file, sqlstore.Options{})
		named(t, err, file)
	})
	t.Run("garbage in the middle", func(t *testing.T) {
		t.Parallel()
		file := written(t, t.TempDir())
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		spoil(t, file, info.Size()/2/4096*4096, 64<<10)
		s, err := sqlstore.Open(t.Context(), "sqlite://"+file, sqlstore.Options{})
		if err != nil {
			named(t, err, file) // it hit a table that is read at once
			return
		}
		defer s.Close()
		named(t, s.Check(t.Context()), file)
	})
}

func TestAWholeDatabaseIsFoundWhole(t *testing.T) {
	t.Parallel()
	s, _ := openStore(t, written(t, t.TempDir()), false)
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("the check gave %v", err)
	}
}

func TestASecondProcessIsRefusedWhereTheLockFileWasRemoved(t *testing.T) {
	t.Parallel()
	file := written(t, t.TempDir())
	openStore(t, file, false)
	if err := os.Remove(file + ".lock"); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlstore.Open(t.Context(), "sqlite://"+file, sqlstore.Options{}); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("a second opening gave %v", err)
	}
}

// TestADatabaseOpensOnAFullDisk fills a small file system to the last byte.
func TestADatabaseOpensOnAFullDisk(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("mounting a small file system needs root")
	}
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("no file system can be mounted: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(folder, syscall.MNT_DETACH) })
	file := written(t, folder)
	for start := range 3 {
		fill(t, filepath.Join(folder, fmt.Sprint("filling-", start)))
		s, _ := openStore(t, file, false)
		if err := noteOf(t, s, "k7"); err != nil {
			t.Fatalf("a read at start %d gave %v", start, err)
		}
		full := error(nil)
		for n := 0; full == nil && n < 100; n++ {
			full = putNote(t, s, fmt.Sprint("more-", start, "-", n), strings.Repeat("y", 50_000))
		}
		if !fairlead.Is(full, fairlead.StorageFull) {
			t.Errorf("a write at start %d gave %v", start, full)
		}
		if err := noteOf(t, s, "k7"); err != nil {
			t.Errorf("a read after it gave %v", err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// fill writes until there is no room at all.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		return // there is none
	}
	defer f.Close()
	for size := 64 << 10; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
}
