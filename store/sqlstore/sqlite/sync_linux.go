package sqlite

import (
	"os"
	"syscall"
)

// syncData syncs a file's content, and of what is said about it no more than is
// needed to find it.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return err
		}
	}
}
