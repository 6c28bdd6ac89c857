package collecting_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func TestCollectionsEndLevel(t *testing.T) {
	t.Parallel()
	f, b, id := linked(t)
	b.books = []fairlead.Transaction{movement("A", "T1", "2026-11-02", "-4.50", "COFFEE")}
	count := func() (collections, pages int) {
		f.view(func(tx *store.Tx) error {
			all, err := tx.Collections.List(f.tenant.ID, store.Query{Limit: 1000})
			if err != nil {
				return err
			}
			met, err := tx.CollectionPages.List(f.tenant.ID, store.Query{Limit: 1000})
			collections, pages = len(all), len(met)
			return err
		})
		return collections, pages
	}
	cycle := func() {
		for range 100 {
			f.wait(24 * time.Hour)
			f.run(id)
			if err := f.collecting.Prune(t.Context(), f.tenant.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	cycle()
	first, met := count()
	cycle()
	second, _ := count()
	if first != second || first > 92 || met != 0 {
		t.Errorf("%d collections after 100 days, %d after 200, %d pages of them; want as many, of 90 days, and none", first, second, met)
	}
}

func TestAnUploadsFileGoesWithItsCollection(t *testing.T) {
	t.Parallel()
	f, _, id := linked(t)
	col, err := f.collecting.Upload(t.Context(), f.tenant.ID, id, fairlead.File{Name: "statement.txt"}, strings.NewReader("a statement"))
	if err != nil {
		t.Fatal(err)
	}
	f.run(id)
	f.wait(91 * 24 * time.Hour)
	if err := f.collecting.Prune(t.Context(), f.tenant.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.bucket.Get(t.Context(), col.File.Blob); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("the file is still there (%v)", err)
	}
}
