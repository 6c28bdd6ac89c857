package server

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/fairlead-dev/fairlead"
)

// nodeName is under which name this process holds leases. A node frees its own at
// start, so that after a crash nothing waits until the leases of the process before it
// run out. On SQLite there is only ever one; on PostgreSQL a node is a data folder on a
// machine, and keeps its name there.
func nodeName(c Config) string {
	if strings.HasPrefix(c.Store, "sqlite:") {
		return "only"
	}
	host, _ := os.Hostname()
	file := filepath.Join(c.Data, "node")
	if b, err := os.ReadFile(file); err == nil && len(b) > 0 {
		return host + "-" + strings.TrimSpace(string(b))
	}
	id := fairlead.NewToken()[:12]
	if err := os.WriteFile(file, []byte(id+"\n"), 0o600); err != nil {
		h := fnv.New32a()
		io.WriteString(h, c.Data)
		id = fmt.Sprintf("%08x", h.Sum32())
	}
	return host + "-" + id
}

// lockFolder takes the data folder for this process: two that share one would each
// take the other for dead, and answer on one socket. The lock ends with the process.
func lockFolder(folder string) (io.Closer, error) {
	f, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		f.Close()
		return nil, fairlead.Errorf(fairlead.Conflict, "The data folder %s is in use by another server. Each node needs one of its own: set --data.", folder)
	}
	return folderLock{f}, nil // a file system without locks is no reason not to start
}

// folderLock is released at once, whatever child process is just being forked.
type folderLock struct{ *os.File }

func (l folderLock) Close() error {
	syscall.Flock(int(l.Fd()), syscall.LOCK_UN)
	return l.File.Close()
}
