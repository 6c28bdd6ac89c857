package filebucket_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/bucket/buckettest"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
)

// childFolder tells the test binary to be the process that is killed.
const childFolder = "FILEBUCKET_TEST_FOLDER"

func TestMain(m *testing.M) {
	if folder := os.Getenv(childFolder); folder != "" {
		beKilled(folder)
	}
	os.Exit(m.Run())
}

func TestAFolderIsABucket(t *testing.T) {
	t.Parallel()
	buckettest.Run(t, func(t *testing.T) bucket.Bucket { return open(t, t.TempDir()) })
}

func open(t *testing.T, folder string) *filebucket.Bucket {
	t.Helper()
	b, err := filebucket.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAFolderIsMadeForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	b := open(t, root+"/data/blobs")
	if err := b.Put(t.Context(), "ten_1/doc_1", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"data", "data/blobs", "data/blobs/ten_1", "data/blobs/ten_1/doc_1"} {
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %04o", path, info.Mode().Perm())
		}
	}
}

func TestNothingLiesBesideABlob(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	b := open(t, root)
	if err := b.Put(t.Context(), "doc_1", strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if err := b.Put(t.Context(), "doc_2", iotest.ErrReader(errors.New("torn"))); err == nil {
		t.Error("a torn source was no error")
	}
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, d.Name())
		}
		return err
	})
	if err != nil || len(files) != 1 || files[0] != "doc_1" {
		t.Errorf("the folder holds %v, %v", files, err)
	}
}

func TestABlobOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childFolder+"="+root)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	child.Process.Kill() // SIGKILL, while it writes the next one
	child.Wait()
	if err != nil || line != "stored\n" {
		t.Fatalf("the child said %q: %v", line, err)
	}
	b := open(t, root)
	r, err := b.Get(t.Context(), "ten_1/whole")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := io.ReadAll(r); err != nil || string(got) != "whole" {
		t.Errorf("it holds %q: %v", got, err)
	}
	if r, err := b.Get(t.Context(), "ten_1/half"); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("what was half written is there: %v", err)
		r.Close()
	}
}

// beKilled puts one blob, says so, and never ends putting the second.
func beKilled(folder string) {
	ctx := context.Background()
	b, err := filebucket.Open(folder)
	if err == nil {
		err = b.Put(ctx, "ten_1/whole", strings.NewReader("whole"))
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	endless, _ := io.Pipe()
	b.Put(ctx, "ten_1/half", io.MultiReader(strings.NewReader("half"), marker{}, endless))
}

// marker is an empty source that tells when it is reached.
type marker struct{}

func (marker) Read([]byte) (int, error) {
	fmt.Println("stored")
	return 0, io.EOF
}
