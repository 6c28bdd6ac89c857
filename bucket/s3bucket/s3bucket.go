// Package s3bucket stores blobs in S3, or in anything that speaks its protocol.
//
// It owns the address and where credentials come from: the environment, the AWS
// credentials file, or the role of the machine. It does not own sealing: all it
// sees is ciphertext.
package s3bucket

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
)

// partSize is what one upload holds in memory: the least that S3 takes. A blob
// may have 10,000 parts.
const partSize = 5 << 20

// Bucket implements bucket.Bucket.
type Bucket struct {
	client minio.Core
	name   string
}

var _ bucket.Bucket = (*Bucket)(nil)

// Open opens s3://bucket?region=eu-central-1, without calling it. With
// endpoint=https://host it is another server than Amazon's.
func Open(address *url.URL) (*Bucket, error) {
	query := address.Query()
	options := &minio.Options{Region: query.Get("region"), Secure: true, Creds: credentials.NewChainCredentials([]credentials.Provider{
		&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
	})}
	endpoint := "s3.amazonaws.com"
	if given := query.Get("endpoint"); given != "" {
		scheme, host, _ := strings.Cut(given, "://")
		if scheme != "https" && scheme != "http" { // without one it would be plain HTTP, unseen
			return nil, fairlead.InvalidField("blobs", "format", "must have an endpoint that begins with https:// or http://")
		}
		endpoint, options.Secure = host, scheme == "https"
	}
	for parameter := range query {
		if parameter != "region" && parameter != "endpoint" {
			return nil, fairlead.InvalidField("blobs", "unknown", "takes the parameters region and endpoint")
		}
	}
	client, err := minio.New(strings.TrimSuffix(endpoint, "/"), options)
	if err != nil || address.Host == "" {
		return nil, fairlead.InvalidField("blobs", "format", "must be an address of the form s3://bucket?region=eu-central-1")
	}
	return &Bucket{minio.Core{Client: client}, address.Host}, nil
}

// Put implements bucket.Bucket: a blob is visible once its last part is there.
func (b *Bucket) Put(ctx context.Context, name string, r io.Reader) error {
	if err := bucket.CheckName(name); err != nil {
		return err
	}
	_, err := b.client.Client.PutObject(ctx, b.name, name, failing{r}, -1, minio.PutObjectOptions{
		ContentType: "application/octet-stream", PartSize: partSize,
	})
	if err != nil {
		return fmt.Errorf("s3bucket: putting: %w", err)
	}
	return nil
}

// failing makes every failure of a source one that the client does not take for
// its end: io.ErrUnexpectedEOF would be.
type failing struct{ source io.Reader }

func (f failing) Read(p []byte) (int, error) {
	n, err := f.source.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("reading the source: %w", err)
	}
	return n, err
}

// Get implements bucket.Bucket.
func (b *Bucket) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	if err := bucket.CheckName(name); err != nil {
		return nil, err
	}
	r, _, _, err := b.client.GetObject(ctx, b.name, name, minio.GetObjectOptions{})
	if err == nil {
		return r, nil
	}
	if minio.ToErrorResponse(err).Code == "NoSuchKey" {
		return nil, &fairlead.Error{Kind: fairlead.NotFound, Detail: "There is no such file.", Err: err}
	}
	return nil, fmt.Errorf("s3bucket: getting: %w", err)
}

// Delete implements bucket.Bucket.
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if err := bucket.CheckName(name); err != nil {
		return err
	}
	if err := b.client.RemoveObject(ctx, b.name, name, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("s3bucket: deleting: %w", err)
	}
	return nil
}

// Close implements bucket.Bucket.
func (b *Bucket) Close() error { return nil }
