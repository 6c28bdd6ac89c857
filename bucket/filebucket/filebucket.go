// Package filebucket stores blobs as files of a folder.
//
// It owns durability: a blob is written to a temporary file, synced and renamed,
// and the folders above it are synced after, so that a blob whose Put returned
// survives kill -9 and a power cut, and a reader never sees half of one. A batch
// syncs its folders once, in the end. It does not own sealing: all it sees is ciphertext.
package filebucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
)

const folderMode = 0o700

// Bucket implements bucket.Bucket.
type Bucket struct {
	folder     string
	syncFolder func(path string) error

	mu      sync.Mutex
	durable map[string]os.FileInfo // folders whose own names are synced, by path
}

var (
	_ bucket.Bucket  = (*Bucket)(nil)
	_ bucket.Batcher = (*Bucket)(nil)
)

// Open opens the bucket in a folder, which is made where it is missing.
func Open(folder string) (*Bucket, error) {
	folder, err := filepath.Abs(folder)
	if err == nil {
		err = os.MkdirAll(folder, folderMode)
	}
	if err != nil {
		return nil, fmt.Errorf("filebucket: opening: %w", err)
	}
	return &Bucket{folder: folder, syncFolder: syncFolder, durable: map[string]os.FileInfo{}}, nil
}

func (b *Bucket) path(name string) string { return filepath.Join(b.folder, filepath.FromSlash(name)) }

// Put implements bucket.Bucket.
func (b *Bucket) Put(ctx context.Context, name string, r io.Reader) error {
	folder, err := b.put(ctx, name, r)
	if err != nil {
		return err
	}
	if err := b.syncFolders(folder); err != nil {
		return errors.Join(err, b.Delete(context.WithoutCancel(ctx), name))
	}
	return nil
}

// put writes a blob whose bytes are durable, and whose name is once its folder, which it
// returns, is synced.
func (b *Bucket) put(ctx context.Context, name string, r io.Reader) (folder string, err error) {
	if err := bucket.CheckName(name); err != nil {
		return "", err
	}
	path := b.path(name)
	folder = filepath.Dir(path)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return "", notPut(err)
	}
	if err := write(ctx, path, r); err != nil {
		return "", notPut(err)
	}
	return folder, nil
}

// batch is a bucket.Batch.
type batch struct {
	bucket  *Bucket
	mu      sync.Mutex
	folders map[string]bool // to be synced
}

// Batch implements bucket.Batcher.
func (b *Bucket) Batch() bucket.Batch { return &batch{bucket: b, folders: map[string]bool{}} }

func (b *batch) Put(ctx context.Context, name string, r io.Reader) error {
	folder, err := b.bucket.put(ctx, name, r)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.folders[folder] = true
	return nil
}

func (b *batch) Sync(ctx context.Context) error {
	b.mu.Lock()
	folders := b.folders
	b.folders = map[string]bool{}
	b.mu.Unlock()
	var err error
	for folder := range folders {
		if err = ctx.Err(); err == nil {
			err = b.bucket.syncFolders(folder)
		}
		if err != nil {
			break
		}
		delete(folders, folder)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.Copy(b.folders, folders) // what failed
	return err
}

// notPut says why a blob was not stored: for want of room, or else.
func notPut(err error) error {
	err = fmt.Errorf("filebucket: putting: %w", err)
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return &fairlead.Error{Kind: fairlead.StorageFull, Detail: "There is no room to store the file.", RetryAfter: 30 * time.Second, Err: err}
	}
	return err
}

// write writes a file that has its name only once it is whole and synced. The
// temporary one begins with a dot, as no blob's name does.
func write(ctx context.Context, path string, r io.Reader) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".put-*")
	if err != nil {
		return err
	}
	_, err = io.Copy(f, reader{ctx, r})
	if err == nil {
		err = f.Sync()
	}
	if failed := f.Close(); err == nil {
		err = failed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// Get implements bucket.Bucket.
func (b *Bucket) Get(_ context.Context, name string) (io.ReadCloser, error) {
	if err := bucket.CheckName(name); err != nil {
		return nil, err
	}
	f, err := os.Open(b.path(name))
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil && info.Mode().IsRegular() {
			return f, nil
		}
		f.Close()
		if err == nil {
			err = fs.ErrNotExist // a folder of blobs
		}
	}
	if isMissing(err) {
		return nil, &fairlead.Error{Kind: fairlead.NotFound, Detail: "There is no such file.", Err: err}
	}
	return nil, fmt.Errorf("filebucket: getting: %w", err)
}

// Delete implements bucket.Bucket.
func (b *Bucket) Delete(_ context.Context, name string) error {
	if err := bucket.CheckName(name); err != nil {
		return err
	}
	path := b.path(name)
	info, err := os.Lstat(path)
	if err == nil && info.IsDir() {
		return nil
	}
	if err == nil {
		err = os.Remove(path)
	}
	switch {
	case isMissing(err):
		return nil
	case err != nil:
		return fmt.Errorf("filebucket: deleting: %w", err)
	}
	return b.syncFolders(filepath.Dir(path))
}

// isMissing reports whether there is no blob of the name: also when what should be
// a folder is a blob.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// Close implements bucket.Bucket.
func (b *Bucket) Close() error { return nil }

// mostDurable bounds how many folders are remembered.
const mostDurable = 10_000

// syncFolders makes the names of blobs in a folder durable: its entries, and those of the
// folders above it, which Put may have made, unless that was done for this very
// folder before.
func (b *Bucket) syncFolders(lowest string) error {
	for path := lowest; ; path = filepath.Dir(path) {
		if err := b.syncFolder(path); err != nil {
			return fmt.Errorf("filebucket: syncing: %w", err)
		}
		if len(path) <= len(b.folder) || path == lowest && b.isDurable(path) {
			break
		}
	}
	return b.remember(lowest)
}

// isDurable reports whether a folder is the one whose name was synced before: one
// that was removed and made anew is another.
func (b *Bucket) isDurable(path string) bool {
	b.mu.Lock()
	known := b.durable[path]
	b.mu.Unlock()
	if known == nil {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(known, now)
}

func (b *Bucket) remember(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("filebucket: syncing: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.durable) >= mostDurable {
		clear(b.durable)
	}
	b.durable[path] = info
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// reader stops when its context ends: a caller that is gone need not be served to the end.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
