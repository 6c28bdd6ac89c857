// Package buckettest is the specification of bucket.Bucket: every implementation
// passes Run.
package buckettest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
)

// Run checks an implementation, one blob at a time and in batches; open makes an empty bucket.
func Run(t *testing.T, open func(t *testing.T) bucket.Bucket) {
	run(t, open)
	t.Run("InABatch", func(t *testing.T) {
		t.Parallel()
		run(t, func(t *testing.T) bucket.Bucket { return batched{open(t)} })
	})
}

// batched is a bucket each of whose blobs is a batch.
type batched struct{ bucket.Bucket }

func (b batched) Put(ctx context.Context, name string, r io.Reader) error {
	batch := bucket.NewBatch(b.Bucket)
	if err := batch.Put(ctx, name, r); err != nil {
		return err
	}
	return batch.Sync(ctx)
}

func run(t *testing.T, open func(t *testing.T) bucket.Bucket) {
	tests := map[string]func(*testing.T, bucket.Bucket){
		"ABlobComesBackByteForByte":            comesBack,
		"AMissingBlobIsNotFound":               missing,
		"DeletingTwiceIsNoError":               deleting,
		"ASecondPutReplacesTheBlob":            replacing,
		"ASourceThatFailsLeavesNoBlob":         sourceFails,
		"ACallerThatIsGoneLeavesNoBlob":        callerGone,
		"AFailedPutLeavesTheOldBlob":           oldStays,
		"AForeignNameIsRefused":                foreignNames,
		"BlobsOfOneFolderDoNotTouchEachOther":  folders,
		"ManyMayPutAndGetAtOnce":               concurrent,
		"ABlobMayBeReadWhileItIsBeingReplaced": readWhileReplaced,
		"ABatchTakesBlobsFromManySides":        manyInABatch,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			t.Cleanup(func() {
				if err := b.Close(); err != nil {
					t.Error(err)
				}
			})
			test(t, b)
		})
	}
}

func comesBack(t *testing.T, b bucket.Bucket) {
	for _, size := range []int{0, 1, 511, 512, 513, 100_000, 3 << 20} {
		want := bytes.Repeat([]byte{0, 1, 2, 0xff, '\n'}, size/5+1)[:size]
		put(t, b, "doc/a.bin", want)
		wants(t, b, "doc/a.bin", want)
	}
}

func missing(t *testing.T, b bucket.Bucket) {
	put(t, b, "doc/a", []byte("a"))
	for _, name := range []string{"none", "doc", "doc/b", "doc/a/b", "other/a"} {
		isMissing(t, b, name)
	}
}

func deleting(t *testing.T, b bucket.Bucket) {
	put(t, b, "doc/a", []byte("a"))
	for range 2 {
		if err := b.Delete(t.Context(), "doc/a"); err != nil {
			t.Errorf("deleting: %v", err)
		}
		isMissing(t, b, "doc/a")
	}
	if err := b.Delete(t.Context(), "never/was"); err != nil {
		t.Errorf("deleting what never was: %v", err)
	}
}

func replacing(t *testing.T, b bucket.Bucket) {
	put(t, b, "a", []byte("a long first one"))
	put(t, b, "a", []byte("short"))
	wants(t, b, "a", []byte("short"))
}

func sourceFails(t *testing.T, b bucket.Bucket) {
	// The last is what a connection that breaks off gives.
	for _, torn := range []error{errors.New("torn"), io.ErrUnexpectedEOF} {
		for _, size := range []int{0, 1, 100_000} {
			source := io.MultiReader(strings.NewReader(strings.Repeat("x", size)), iotest.ErrReader(torn))
			if err := b.Put(t.Context(), "torn", source); !errors.Is(err, torn) {
				t.Errorf("%v after %d bytes: %v", torn, size, err)
			}
			isMissing(t, b, "torn")
		}
	}
}

func callerGone(t *testing.T, b bucket.Bucket) {
	ctx, cancel := context.WithCancel(t.Context())
	source := io.MultiReader(strings.NewReader("beginning"), readerFunc(func([]byte) (int, error) {
		cancel()
		return 0, nil
	}), strings.NewReader("end"))
	if err := b.Put(ctx, "gone", source); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	isMissing(t, b, "gone")
	if err := b.Put(ctx, "gone", strings.NewReader("x")); err == nil {
		t.Error("a caller that was gone before was served")
	}
	isMissing(t, b, "gone")
}

func oldStays(t *testing.T, b bucket.Bucket) {
	put(t, b, "a", []byte("old"))
	if err := b.Put(t.Context(), "a", io.MultiReader(strings.NewReader("new"), iotest.ErrReader(errors.New("torn")))); err == nil {
		t.Error("a torn source was no error")
	}
	wants(t, b, "a", []byte("old"))
}

func foreignNames(t *testing.T, b bucket.Bucket) {
	for _, name := range []string{"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", ".hidden", "A", "a b", "a\\b", "a\x00b", "ä", "a:b", strings.Repeat("a", 2000)} {
		if err := b.Put(t.Context(), name, strings.NewReader("x")); err == nil {
			t.Errorf("%q was put", name)
		}
		if r, err := b.Get(t.Context(), name); err == nil {
			r.Close()
			t.Errorf("%q was got", name)
		}
		if err := b.Delete(t.Context(), name); err == nil {
			t.Errorf("%q was deleted", name)
		}
	}
}

func folders(t *testing.T, b bucket.Bucket) {
	names := []string{"ten_1/con_1/doc_1", "ten_1/con_1/doc_1-2.pdf", "ten_1/con_2/doc_1", "ten_2/con_1/doc_1", "doc_1"}
	for _, name := range names {
		put(t, b, name, []byte(name))
	}
	if err := b.Delete(t.Context(), names[0]); err != nil {
		t.Fatal(err)
	}
	for _, name := range names[1:] {
		wants(t, b, name, []byte(name))
	}
}

func concurrent(t *testing.T, b bucket.Bucket) {
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			name := fmt.Sprintf("folder_%d/blob_%d", n%2, n)
			for i := range 5 {
				want := bytes.Repeat([]byte{byte(n)}, 10_000+i)
				if err := b.Put(t.Context(), name, bytes.NewReader(want)); err != nil {
					t.Error(err)
					return
				}
				wants(t, b, name, want)
			}
		})
	}
	all.Wait()
}

func manyInABatch(t *testing.T, b bucket.Bucket) {
	batch := bucket.NewBatch(b)
	for range 2 {
		var all sync.WaitGroup
		for n := range 20 {
			all.Go(func() {
				name := fmt.Sprintf("folder_%d/blob_%d", n%3, n)
				if err := batch.Put(t.Context(), name, strings.NewReader(name)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if err := batch.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			name := fmt.Sprintf("folder_%d/blob_%d", n%3, n)
			wants(t, b, name, []byte(name))
		}
	}
}

func readWhileReplaced(t *testing.T, b bucket.Bucket) {
	old := bytes.Repeat([]byte("old"), 100_000)
	put(t, b, "a", old)
	r, err := b.Get(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	first := make([]byte, 10)
	if _, err := io.ReadFull(r, first); err != nil {
		t.Fatal(err)
	}
	put(t, b, "a", bytes.Repeat([]byte("new"), 100_000))
	rest, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(append(first, rest...), old) {
		t.Errorf("the reader saw a mixture: %v", err)
	}
}

func put(t *testing.T, b bucket.Bucket, name string, content []byte) {
	t.Helper()
	if err := b.Put(t.Context(), name, bytes.NewReader(content)); err != nil {
		t.Fatalf("putting %s: %v", name, err)
	}
}

func wants(t *testing.T, b bucket.Bucket, name string, want []byte) {
	t.Helper()
	r, err := b.Get(t.Context(), name)
	if err != nil {
		t.Errorf("getting %s: %v", name, err)
		return
	}
	defer r.Close()
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s came back as %d bytes instead of %d: %v", name, len(got), len(want), err)
	}
}

func isMissing(t *testing.T, b bucket.Bucket, name string) {
	t.Helper()
	r, err := b.Get(t.Context(), name)
	if err == nil {
		r.Close()
	}
	if !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("getting %s: %v", name, err)
	}
}

// readerFunc is a source that does something and then ends.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) {
	n, err := f(p)
	if err == nil {
		err = io.EOF
	}
	return n, err
}
