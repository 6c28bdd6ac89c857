//go:build s3

package cloudbucket

import (
	"context"
	"net/url"

	"gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
)

// openS3 opens s3://bucket with the AWS SDK's own credentials; region, endpoint
// and the like are parameters of the address.
func openS3(ctx context.Context, u *url.URL) (*blob.Bucket, error) {
	return (&s3blob.URLOpener{}).OpenBucketURL(ctx, u)
}
