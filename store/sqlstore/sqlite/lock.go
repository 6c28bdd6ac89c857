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
// it with ".lock" after it, and by one on the file itself, which holds where the other
// was removed. Another process that has it is a Conflict, which names the file and
// that process. The lock ends with Close or the process. Its folder is made when it is
// missing.
//
// SQLite's own locks are of another sort and are not touched; but they would end with
// the first of this process's files on the database that is closed, so that this one is
// closed last.
func lock(file string) (_ io.Closer, err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, fmt.Errorf("sqlite: making the data folder: %w", err)
	}
	var taken locks
	defer func() {
		if err != nil {
			taken.Close()
		}
	}()
	name := file + ".lock"
	f, err := flock(name)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fairlead.Errorf(fairlead.Conflict, "The database %s is in use%s (lock file %s).", file, holderOf(name), name)
	}
	if err != nil {
		return nil, fmt.Errorf("sqlite: locking %s: %w", name, err)
	}
	taken = append(taken, f)
	itself, err := flock(file)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, fairlead.Errorf(fairlead.Conflict, "The database %s is in use by another process, whose lock file %s was removed.", file, name)
	}
	if err != nil {
		return nil, opening(err)
	}
	taken = append(taken, itself)
	sign(f)
	return taken, nil
}

// flock opens a file, which it makes for its owner alone when it is missing, and takes
// it; EWOULDBLOCK: somebody else has it.
func flock(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// locks are released at once. Closing alone would not do: a child that this process
// is just forking shares the open file until it runs its own program, and would hold
// the lock that long.
type locks []*os.File

func (l locks) Close() error {
	var errs []error
	for _, f := range l {
		errs = append(errs, syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
	}
	return errors.Join(errs...)
}

// sign writes who holds the lock. A full disk has no room for that, and is no reason
// not to start.
func sign(f *os.File) {
	if f.Truncate(0) == nil {
		f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
}

func holderOf(name string) string {
	b, _ := os.ReadFile(name)
	if pid := strings.TrimSpace(string(b[:min(len(b), 20)])); pid != "" {
		return " by process " + pid
	}
	return ""
}
