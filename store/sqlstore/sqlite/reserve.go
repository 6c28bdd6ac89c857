package sqlite

import (
	"os"
	"path/filepath"
	"syscall"
)

const (
	// reserveSize is what is put by, so that a server can be started, and read, on a
	// disk that was filled to the last byte: SQLite needs a little to open a database.
	reserveSize = 512 << 10
	// littleRoom is when it is needed.
	littleRoom = 256 << 10
)

// makeRoom gives a full disk the reserve back that lies beside the database, and puts
// one by where there is room. What fails here shows when the database is opened.
func makeRoom(file string) {
	name := file + ".reserve"
	var disk syscall.Statfs_t
	if syscall.Statfs(filepath.Dir(file), &disk) != nil {
		return
	}
	free := disk.Bavail * uint64(disk.Bsize)
	switch info, err := os.Stat(name); {
	case free < littleRoom:
		os.Remove(name)
	case err == nil && info.Size() == reserveSize || free < 16*reserveSize:
	default:
		if os.WriteFile(name, make([]byte, reserveSize), 0o600) != nil {
			os.Remove(name)
		}
	}
}
