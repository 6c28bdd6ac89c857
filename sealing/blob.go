package sealing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
)

// Blob describes the plain bytes of a blob that was put.
type Blob struct {
	Size   int64
	SHA256 string // hex
}

// PutBlob streams plain bytes, sealed, into the bucket. More than limit bytes are
// TooLarge; an error leaves no blob.
func (s Sealer) PutBlob(ctx context.Context, key Key, name string, plain io.Reader, limit int64) (Blob, error) {
	return s.putBlob(ctx, s.Bucket, key, name, plain, limit)
}

// Batch puts blobs that become durable together, from many sides at once.
type Batch struct {
	sealer Sealer
	batch  bucket.Batch
}

// Batch begins one.
func (s Sealer) Batch() Batch { return Batch{s, bucket.NewBatch(s.Bucket)} }

// PutBlob is Sealer's, but that the blob survives a power cut only once Sync has returned nil.
func (b Batch) PutBlob(ctx context.Context, key Key, name string, plain io.Reader, limit int64) (Blob, error) {
	return b.sealer.putBlob(ctx, b.batch, key, name, plain, limit)
}

// Sync makes durable what was put.
func (b Batch) Sync(ctx context.Context) error {
	if err := b.batch.Sync(ctx); err != nil {
		return fmt.Errorf("storing files: %w", err)
	}
	return nil
}

// into is a bucket, or a batch of its blobs.
type into interface {
	Put(ctx context.Context, name string, r io.Reader) error
}

func (s Sealer) putBlob(ctx context.Context, into into, key Key, name string, plain io.Reader, limit int64) (Blob, error) {
	reader, writer := io.Pipe()
	hash := sha256.New()
	var size int64
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		size, failed = s.pour(key, name, writer, io.TeeReader(plain, hash), limit)
		writer.CloseWithError(failed)
	}()
	err := into.Put(ctx, name, reader)
	reader.CloseWithError(errGaveUp) // lets the goroutine go when the bucket gave up early
	<-done
	switch {
	case failed != nil && !errors.Is(failed, errGaveUp): // the reason that the bucket was given
		if err == nil { // it took what came for the whole
			err = s.Bucket.Delete(context.WithoutCancel(ctx), name)
		}
		return Blob{}, errors.Join(failed, err)
	case err != nil:
		return Blob{}, fmt.Errorf("storing a file: %w", err)
	case failed != nil:
		return Blob{}, fmt.Errorf("storing a file: %w", failed)
	}
	return Blob{size, hex.EncodeToString(hash.Sum(nil))}, nil
}

// errGaveUp ends the sealing of what the bucket does not take.
var errGaveUp = errors.New("sealing: the bucket gave up")

func (s Sealer) pour(key Key, name string, to io.Writer, plain io.Reader, limit int64) (int64, error) {
	sealed, err := s.Vault.Streams().Seal(key.Wrapped, key.At(name, File), to)
	if err != nil {
		return 0, fmt.Errorf("sealing a file: %w", err)
	}
	size, err := io.Copy(sealed, io.LimitReader(plain, limit+1))
	if err != nil {
		return 0, err
	}
	if size > limit {
		return 0, fairlead.Errorf(fairlead.TooLarge, "The file is larger than %d MiB.", limit>>20)
	}
	return size, sealed.Close()
}

// OpenBlob opens a blob's plain bytes. The caller closes it.
func (s Sealer) OpenBlob(ctx context.Context, key Key, name string) (io.ReadCloser, error) {
	sealed, err := s.Bucket.Get(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("opening a file: %w", err)
	}
	plain, err := s.Vault.Streams().Open(key.Wrapped, key.At(name, File), sealed)
	if err != nil {
		sealed.Close()
		return nil, fmt.Errorf("opening a file: %w", err)
	}
	return struct {
		io.Reader
		io.Closer
	}{plain, sealed}, nil
}
