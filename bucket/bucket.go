// Package bucket is the port for bytes too large for a row: documents and
// uploaded files. What goes in is sealed already (vault.Streams): a bucket
// sees ciphertext only, but for the logos of institutions, and no metadata is
// stored beside a blob.
// bucket/filebucket stores blobs in a folder, bucket/s3bucket in S3 and what
// speaks its protocol; bucket/buckettest is the specification.
package bucket

import (
	"context"
	"io"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Bucket stores named blobs. It is safe for concurrent use.
type Bucket interface {
	// Put stores all of r; when it returns nil the blob survives kill -9. An
	// error leaves what was under the name before, or nothing.
	Put(ctx context.Context, name string, r io.Reader) error
	// Get opens a blob, or fairlead.NotFound. The caller closes it.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes a blob; a missing one is no error.
	Delete(ctx context.Context, name string) error
	Close() error
}

// Batch puts blobs that become durable together. It is safe for concurrent use.
type Batch interface {
	// Put is Bucket's, but that the blob survives a power cut only once Sync has returned nil.
	Put(ctx context.Context, name string, r io.Reader) error
	// Sync makes durable what was put before it was called. After an error any of it may be
	// lost in a power cut.
	Sync(ctx context.Context) error
}

// Batcher is the optional power to make several blobs durable for less than each alone.
type Batcher interface {
	Batch() Batch
}

// NewBatch begins a batch. Without the power each blob is durable as soon as it is put.
func NewBatch(b Bucket) Batch {
	if batcher, ok := b.(Batcher); ok {
		return batcher.Batch()
	}
	return single{b}
}

type single struct{ Bucket }

func (single) Sync(context.Context) error { return nil }

// maxName bounds a blob's name, in bytes.
const maxName = 512

// CheckName refuses names that are not ours: anything but parts of lower-case
// letters, digits, '_', '-' and '.', divided by single slashes. No part begins
// with a dot, so none leads out of a folder. Every implementation calls it first.
func CheckName(name string) error {
	wrong := fairlead.Errorf(fairlead.Internal, "bucket: not a blob's name")
	if len(name) > maxName {
		return wrong
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789_-.") != "" {
			return wrong
		}
	}
	return nil
}
