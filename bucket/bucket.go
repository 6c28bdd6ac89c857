// Package bucket is the port for bytes too large for a row: documents and
// uploaded files. What goes in is sealed already (vault.Streams); a bucket
// sees ciphertext only. bucket/cloudbucket keeps them in a folder, S3 or GCS by
// address; bucket/buckettest is the specification.
package bucket

import (
	"context"
	"io"
)

// Bucket keeps named blobs. Names are made by us: lower-case letters, digits, '_', '-', '.' and '/'.
type Bucket interface {
	// Put stores all of r; when it returns nil the blob survives kill -9. An
	// error leaves no blob under the name.
	Put(ctx context.Context, name string, r io.Reader) error
	// Get opens a blob, or fairlead.NotFound. The caller closes it.
	Get(ctx context.Context, name string) (io.ReadCloser, error)
	// Delete removes a blob; a missing one is no error.
	Delete(ctx context.Context, name string) error
	Close() error
}
