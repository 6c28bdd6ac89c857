package keyset

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/fairlead-dev/fairlead"
)

const (
	fileMode = 0o600
	maxFile  = 1 << 20 // bytes
)

// readFile reads a keyset file that nobody but its owner may touch.
func readFile(path string) (keys, error) {
	f, err := os.Open(path)
	if err != nil {
		return keys{}, fmt.Errorf("keyset: opening the file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return keys{}, fmt.Errorf("keyset: opening the file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return keys{}, fairlead.Errorf(fairlead.Invalid, "keyset: %s is not a file", path)
	}
	// Windows has no such bits; its files are guarded by the folder's access list.
	if wide := info.Mode().Perm() &^ fileMode; wide != 0 && runtime.GOOS != "windows" {
		return keys{}, fairlead.Errorf(fairlead.Forbidden, "keyset: %s has mode %04o, but holds keys: run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return keys{}, fmt.Errorf("keyset: reading the file: %w", err)
	}
	return decode(text)
}

// createFile writes a keyset to a file that is not there yet.
func createFile(path string, k keys) error {
	text, err := k.encode()
	if err != nil {
		return err
	}
	if err := writeNew(path, text); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fairlead.Errorf(fairlead.Conflict, "keyset: %s exists already", path)
		}
		return fmt.Errorf("keyset: creating the file: %w", err)
	}
	return nil
}

// changeFile replaces the file by a changed one, wholly or not at all. The new
// file's name is also the lock between two processes.
func changeFile(path string, change func(keys) (keys, error)) (keys, error) {
	fresh := path + ".new"
	lock, err := os.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if errors.Is(err, fs.ErrExist) {
		return keys{}, fairlead.Errorf(fairlead.Conflict,
			"keyset: %s is in the way: another change is under way, or one was interrupted and left it; then delete it", fresh)
	}
	if err != nil {
		return keys{}, fmt.Errorf("keyset: changing the file: %w", err)
	}
	next, err := rewrite(path, lock, change)
	if err != nil {
		os.Remove(fresh)
		return keys{}, err
	}
	return next, nil
}

// rewrite fills the new file and puts it in the old one's place.
func rewrite(path string, fresh *os.File, change func(keys) (keys, error)) (keys, error) {
	defer fresh.Close()
	before, err := readFile(path)
	if err != nil {
		return keys{}, err
	}
	next, err := change(before)
	if err != nil {
		return keys{}, err
	}
	text, err := next.encode()
	if err != nil {
		return keys{}, err
	}
	if err := finish(fresh, text); err != nil {
		return keys{}, fmt.Errorf("keyset: changing the file: %w", err)
	}
	if err := os.Rename(fresh.Name(), path); err != nil {
		return keys{}, fmt.Errorf("keyset: changing the file: %w", err)
	}
	return next, syncFolder(path)
}

// writeNew writes a file that is not there yet, durably; a failure leaves none.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	if err := finish(f, text); err != nil {
		os.Remove(path)
		return err
	}
	return syncFolder(path)
}

// finish writes, syncs and closes.
func finish(f *os.File, text []byte) error {
	_, err := f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// syncFolder makes a file's name durable.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("keyset: syncing the folder: %w", err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("keyset: syncing the folder: %w", err)
	}
	return nil
}
