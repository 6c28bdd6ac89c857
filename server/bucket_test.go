package server_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/server"
)

func TestAnAddressThatNamesNoBucketIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"", "blobs", "/var/blobs", "file://", "file://host/blobs", "file:///blobs?x=1", "gs://blobs", "http://x", "%",
		"s3://", "s3:///blobs", "s3://blobs?profile=x", "s3://blobs?endpoint=https://a/b",
	} {
		if _, err := server.OpenBucket(address); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
