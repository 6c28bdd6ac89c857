//go:build !s3

package cloudbucket

import (
	"context"
	"net/url"

	"gocloud.dev/blob"

	"github.com/fairlead-dev/fairlead"
)

// openS3 says how to get what this build leaves out.
func openS3(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, fairlead.InvalidField("blobs", "unknown", "names S3, which this build leaves out: build with -tags s3")
}
