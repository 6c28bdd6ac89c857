package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func noteTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ANoteIsStoredPerTenantAndDialect":  notesAreStored,
		"NotesAreComparedAndSwapped":        notesAreCompared,
		"NotesAreListedByPrefix":            notesAreListed,
		"ACounterCountsFromOneWithoutGap":   countersCount,
		"WhoFailsBesideOthersLeavesNothing": countersSkipNobody,
	}
}

func note(dialect, key, value string) fairlead.Note {
	return fairlead.Note{Tenant: ours, Dialect: dialect, Key: key, Value: []byte(value)}
}

func (f *fixture) write(list ...fairlead.Note) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error {
		for _, n := range list {
			if err := tx.Notes.Put(&n); err != nil {
				return err
			}
		}
		return nil
	})
}

func notesAreStored(t *testing.T, f *fixture) {
	f.write(note("first", "a", `{"n": 1}`), note("second", "a", `2`))
	got := read(f, func(tx *store.Tx) (fairlead.Note, error) { return tx.Notes.Get(ours, "first", "a") })
	same(t, "the note", fmt.Sprintf("%s %d %s %s", got.Value, got.Version, got.Dialect, got.Key), `{"n": 1} 1 first a`)
	for _, missing := range [][2]string{{"third", "a"}, {"first", "b"}} {
		f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
			_, err := tx.Notes.Get(ours, missing[0], missing[1])
			return err
		})
	}
	f.update(func(tx *store.Tx) error { return tx.Notes.Delete(theirs, "first", "a") })
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Notes.Get(theirs, "first", "a")
		return err
	})
	for range 2 {
		f.update(func(tx *store.Tx) error { return tx.Notes.Delete(ours, "first", "a") })
	}
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Notes.Get(ours, "first", "a")
		return err
	})
	bad := note("first", "bad", `{`)
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Notes.Put(&bad) })
}

func notesAreCompared(t *testing.T, f *fixture) {
	n := note("first", "a", `1`)
	f.update(func(tx *store.Tx) error { return tx.Notes.Put(&n) })
	late, twice := n, note("first", "a", `3`)
	n.Value = []byte(`2`)
	f.update(func(tx *store.Tx) error { return tx.Notes.Put(&n) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Notes.Put(&late) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Notes.Put(&twice) })
}

func notesAreListed(t *testing.T, f *fixture) {
	for _, key := range []string{"link/é", "link/a", "link/B", "link/", "lin", "link0", "other", "link/\U0010FFFE", "link/%"} {
		f.write(note("first", key, `1`))
	}
	list := func(prefix, after string, limit int) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Note, error) { return tx.Notes.List(ours, "first", prefix, after, limit) }),
			func(n fairlead.Note) string { return n.Key })
	}
	same(t, "by prefix, in the order of bytes", list("link/", "", 0), "[link/ link/% link/B link/a link/é link/\U0010FFFE]")
	same(t, "a page", list("link/", "link/%", 2), "[link/B link/a]")
	same(t, "all", len(list("", "", 0)), 9)
	same(t, "another dialect's", len(read(f, func(tx *store.Tx) ([]fairlead.Note, error) { return tx.Notes.List(ours, "second", "", "", 0) })), 0)
}

func countersCount(t *testing.T, f *fixture) {
	next := func(tenant fairlead.TenantID, dialect, counter string) (n int64) {
		f.update(func(tx *store.Tx) (err error) {
			n, err = tx.Notes.Next(tenant, dialect, counter)
			return err
		})
		return n
	}
	seen := make([]int64, 12)
	atOnce(len(seen), func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) (err error) {
			seen[i], err = tx.Notes.Next(ours, "first", "id")
			return err
		})
		if err != nil {
			t.Errorf("Update: %v", err)
		}
	})
	different := map[int64]bool{}
	for _, n := range seen {
		different[n] = true
	}
	if len(different) != 12 || !different[1] || !different[12] {
		t.Fatalf("the counter gave %v", seen)
	}
	f.refuses(fairlead.Gone, func(tx *store.Tx) error {
		if _, err := tx.Notes.Next(ours, "first", "id"); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	})
	same(t, "after a failure", next(ours, "first", "id"), 13)
	same(t, "another counter", next(ours, "first", "other"), 1)
	same(t, "another dialect", next(ours, "second", "id"), 1)
	same(t, "another tenant", next(theirs, "first", "id"), 1)
}

// countersSkipNobody has who fails beside others, also after writing, take no number and
// leave no entry in the trail: on SQLite they share a commit.
func countersSkipNobody(t *testing.T, f *fixture) {
	const sides = 24
	seen := make([]int64, sides)
	atOnce(sides, func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) (err error) {
			for range 2 {
				if seen[i], err = tx.Notes.Next(ours, "first", "id"); err != nil {
					return err
				}
			}
			if err := tx.Audit.Append(entry(ours, fmt.Sprint(i))); err != nil || i%3 > 0 {
				return err
			}
			if i%2 == 0 {
				n := note("first", fmt.Sprint("key-", i), `1`)
				if err := tx.Notes.Put(&n); err != nil {
					return err
				}
			}
			return fairlead.Errorf(fairlead.Gone, "No.")
		})
		if err != nil && !fairlead.Is(err, fairlead.Gone) {
			t.Errorf("Update: %v", err)
		}
	})
	var given []int64
	for i, n := range seen {
		if i%3 > 0 {
			given = append(given, n)
		}
	}
	slices.Sort(given)
	for i, n := range given {
		if n != int64(2*(i+1)) {
			t.Fatalf("the counter gave %v", given)
		}
	}
	checkChain(t, f, ours, sides/3*2)
}
