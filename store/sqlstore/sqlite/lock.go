package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/fairlead-dev/fairlead"
)

// lock takes a SQLite file for this process, by a lock on the file named like
// it with ".lock" after it. Another process that has it is a Conflict, which
// names the file and that process. The lock ends with Close or the process.
// Its folder is made when it is missing.
func lock(file string) (io.Closer, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: making the data folder: %w", err)
	}
	name := file + ".lock"
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("sqlite: opening the lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder := holderOf(f)
		f.Close()
		return nil, fairlead.Errorf(fairlead.Conflict, "The database %s is in use%s (lock file %s).", file, holder, name)
	}
	if err == nil {
		err = sign(f)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("sqlite: locking %s: %w", name, err)
	}
	return flock{f}, nil
}

// flock is a lock that is released at once. Closing alone would not do: a child
// that this process is just forking shares the open file until it runs its own
// program, and would hold the lock that long.
type flock struct{ file *os.File }

func (l flock) Close() error {
	return errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
}

// sign writes who holds the lock.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

func holderOf(f *os.File) string {
	var b [20]byte
	n, _ := f.ReadAt(b[:], 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" {
		return " by process " + pid
	}
	return ""
}
