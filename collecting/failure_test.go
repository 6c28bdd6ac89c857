package collecting_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// fullBucket has no room while full.
type fullBucket struct {
	bucket.Bucket
	full atomic.Bool
}

func (b *fullBucket) Put(ctx context.Context, name string, r io.Reader) error {
	if b.full.Load() {
		return &fairlead.Error{Kind: fairlead.StorageFull, Detail: "There is no room."}
	}
	return b.Bucket.Put(ctx, name, r)
}

// failing runs a piece of work that has failed before.
func (f *fixture) failing(c *collecting.Collecting, id fairlead.ConnectionID, failures int) error {
	_, err := c.Run(f.Context(), fairlead.Work{Kind: fairlead.CollectWork, Key: string(id), Tenant: f.tenant.ID, Failures: failures})
	return err
}

func TestADocumentThatWeHaveNoRoomForIsNotTheDocumentsProblem(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	b.papers = append(b.papers, paper("P1", "one"), paper("P2", "two"))
	bucket := &fullBucket{Bucket: f.bucket}
	bucket.full.Store(true)
	f.bucket = bucket
	f.collecting = f.node(0)
	if err := f.failing(f.collecting, id, 5); !fairlead.Is(err, fairlead.StorageFull) {
		t.Fatalf("the run ended with %v, want that there is no room", err)
	}
	conn := f.connection(id)
	if s := conn.Products[fairlead.ProductStatements].Status; s == fairlead.ProductReady || len(f.records(id, fairlead.DocumentRecord)) != 0 {
		t.Errorf("the product is %s with %d documents, while they lack", s, len(f.records(id, fairlead.DocumentRecord)))
	}
	if p := conn.Problem; p == nil || p.Kind != fairlead.StorageFull || p.Actor != fairlead.ActorOperator {
		t.Errorf("the connection's problem is %+v", p)
	}
	bucket.full.Store(false)
	f.run(id)
	conn = f.connection(id)
	if s := conn.Products[fairlead.ProductStatements].Status; s != fairlead.ProductReady || len(f.records(id, fairlead.DocumentRecord)) != 2 || conn.Problem != nil {
		t.Errorf("the product is %s with %d documents, the problem %+v", s, len(f.records(id, fairlead.DocumentRecord)), conn.Problem)
	}
	if n := len(slices.DeleteFunc(f.events(), func(e string) bool { return !strings.HasPrefix(e, "document.arrived") })); n != 2 {
		t.Errorf("%d documents were published, want 2", n)
	}
}

// syncless is a bucket whose batches can't be made durable while it is broken.
type syncless struct {
	bucket.Bucket
	broken atomic.Bool
	synced atomic.Int64
}

func (b *syncless) Batch() bucket.Batch { return synclessBatch{bucket.NewBatch(b.Bucket), b} }

type synclessBatch struct {
	bucket.Batch
	of *syncless
}

func (b synclessBatch) Sync(ctx context.Context) error {
	if b.of.broken.Load() {
		return errors.New("the disk does not sync")
	}
	b.of.synced.Add(1)
	return b.Batch.Sync(ctx)
}

func TestNoDocumentIsRecordedBeforeItIsDurable(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	b.papers = append(b.papers, paper("P1", "one"), paper("P2", "two"))
	bucket := &syncless{Bucket: f.bucket}
	bucket.broken.Store(true)
	f.bucket = bucket
	f.collecting = f.node(0)
	if err := f.failing(f.collecting, id, 0); err == nil {
		t.Fatal("the run ended well")
	}
	if n := len(f.records(id, fairlead.DocumentRecord)); n != 0 {
		t.Errorf("%d documents are recorded that a power cut may take", n)
	}
	bucket.broken.Store(false)
	f.run(id)
	if n, synced := len(f.records(id, fairlead.DocumentRecord)), bucket.synced.Load(); n != 2 || synced != 1 {
		t.Errorf("then there are %d documents, want 2, after %d syncs, want one", n, synced)
	}
}

func TestBytesThatBreakOffAreTheDocumentsProblem(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t, fairlead.ProductAccounts, fairlead.ProductStatements)
	torn := paper("P1", "one")
	torn.Open = func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("on"), tornReader{})), nil
	}
	b.papers = append(b.papers, torn, paper("P2", "two"))
	f.run(id)
	if n := len(f.records(id, fairlead.DocumentRecord)); n != 2 || f.connection(id).Products[fairlead.ProductStatements].Status != fairlead.ProductReady {
		t.Errorf("%d documents, want both, one with its problem", n)
	}
}

type tornReader struct{}

func (tornReader) Read([]byte) (int, error) { return 0, errors.New("the bank hung up") }

func TestAConnectionSaysThatItIsUsWhoFail(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	own := f.vault
	f.vault = keyset.Memory() // not the one that its secrets are sealed under
	other := f.node(0)
	f.vault = own
	for failures := range 3 {
		if p := f.connection(id).Problem; p != nil {
			t.Errorf("after %d failures the connection says %+v", failures, p)
		}
		if err := f.failing(other, id, failures); err == nil {
			t.Fatal("secrets were opened with another keyset")
		}
	}
	conn := f.connection(id)
	if p := conn.Problem; p == nil || p.Kind != fairlead.Internal || p.Actor != fairlead.ActorOperator || !conn.NextRun.IsZero() {
		t.Fatalf("the connection says %+v, next run %s", conn.Problem, conn.NextRun)
	}
	f.run(id)
	if conn := f.connection(id); conn.Problem != nil || conn.Status != fairlead.ConnectionActive || conn.NextRun.IsZero() {
		t.Errorf("with its keyset back it is %s, %+v", conn.Status, conn.Problem)
	}
}
