package server

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/bucket/s3bucket"
)

// OpenBucket opens the bucket at an address: file:///absolute, file://./relative,
// or s3://bucket with its parameters.
func OpenBucket(address string) (bucket.Bucket, error) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "s3" {
		return s3bucket.Open(u)
	}
	if err != nil || u.Scheme != "file" || (u.Host != "" && u.Host != ".") || u.RawQuery != "" || u.Fragment != "" {
		return nil, wrongBucket()
	}
	folder := u.Path
	if u.Host == "." {
		folder = strings.TrimPrefix(folder, "/")
	}
	if folder == "" {
		return nil, wrongBucket()
	}
	return filebucket.Open(filepath.FromSlash(folder))
}

func wrongBucket() error {
	return fairlead.InvalidField("blobs", "format", "must be an address of the form file:///folder or s3://bucket")
}
