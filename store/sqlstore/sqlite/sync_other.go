//go:build !linux

package sqlite

import "os"

// syncData syncs a file down to the medium.
func syncData(f *os.File) error { return f.Sync() }
