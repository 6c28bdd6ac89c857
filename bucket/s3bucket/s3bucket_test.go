package s3bucket_test

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/bucket/buckettest"
	"github.com/fairlead-dev/fairlead/bucket/s3bucket"
)

func TestMain(m *testing.M) {
	os.Setenv("AWS_ACCESS_KEY_ID", "test")
	os.Setenv("AWS_SECRET_ACCESS_KEY", "test-secret")
	os.Exit(m.Run())
}

func TestS3IsABucket(t *testing.T) {
	t.Parallel()
	buckettest.Run(t, func(t *testing.T) bucket.Bucket {
		server := httptest.NewServer(&s3{blobs: map[string][]byte{}, uploads: map[string]map[int][]byte{}})
		t.Cleanup(server.Close)
		address, err := url.Parse("s3://blobs?region=eu-central-1&endpoint=" + server.URL)
		if err != nil {
			t.Fatal(err)
		}
		b, err := s3bucket.Open(address)
		if err != nil {
			t.Fatal(err)
		}
		return b
	})
}

// s3 is as much of S3's protocol as storing blobs takes. It does not check signatures.
type s3 struct {
	mu      sync.Mutex
	blobs   map[string][]byte
	uploads map[string]map[int][]byte // parts of each upload under way
}

func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, query := strings.TrimPrefix(r.URL.Path, "/blobs/"), r.URL.Query()
	body, err := plain(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	upload := query.Get("uploadId")
	blob, there := s.blobs[name]
	switch {
	case r.Method == http.MethodPost && query.Has("uploads"):
		upload = strconv.Itoa(len(s.uploads))
		s.uploads[upload] = map[int][]byte{}
		fmt.Fprintf(w, "<InitiateMultipartUploadResult><Bucket>blobs</Bucket><Key>%s</Key><UploadId>%s</UploadId></InitiateMultipartUploadResult>", name, upload)
	case r.Method == http.MethodPut && upload != "":
		part, _ := strconv.Atoi(query.Get("partNumber"))
		s.uploads[upload][part] = body
		w.Header().Set("ETag", `"part"`)
	case r.Method == http.MethodPost && upload != "":
		var complete struct{ Part []struct{ PartNumber int } }
		if err := xml.Unmarshal(body, &complete); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var parts [][]byte
		for _, p := range complete.Part {
			parts = append(parts, s.uploads[upload][p.PartNumber])
		}
		s.blobs[name] = slices.Concat(parts...)
		fmt.Fprintf(w, `<CompleteMultipartUploadResult><Bucket>blobs</Bucket><Key>%s</Key><ETag>"whole"</ETag></CompleteMultipartUploadResult>`, name)
	case r.Method == http.MethodDelete && upload != "":
		delete(s.uploads, upload)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodDelete:
		delete(s.blobs, name)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodGet && there:
		w.Header().Set("ETag", `"whole"`)
		w.Header().Set("Last-Modified", "Fri, 20 Nov 2026 12:00:00 GMT")
		w.Write(blob)
	default:
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintf(w, "<Error><Code>NoSuchKey</Code><Key>%s</Key></Error>", name)
	}
}

// plain reads a body, without the signed chunks that it may come in.
func plain(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	body, whole := bufio.NewReader(r.Body), bytes.NewBuffer([]byte{})
	for {
		head, err := body.ReadString('\n')
		if err != nil {
			return nil, err
		}
		size, err := strconv.ParseInt(strings.TrimSpace(strings.Split(head, ";")[0]), 16, 64)
		if err != nil || size == 0 {
			return whole.Bytes(), err
		}
		if _, err := io.CopyN(whole, body, size); err != nil {
			return nil, err
		}
		body.ReadString('\n')
	}
}
