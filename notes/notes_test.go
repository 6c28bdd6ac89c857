package notes_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// open makes the verb on a database with two tenants, each with one application.
func open(t *testing.T) (*notes.Notes, store.Store) {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	must(t, db.Update(t.Context(), func(tx *store.Tx) error {
		for _, id := range []fairlead.TenantID{"ten_1", "ten_2"} {
			tenant := fairlead.Tenant{ID: id, Name: string(id), Environment: fairlead.Live, Created: time.Unix(0, 0)}
			if err := tx.Tenants.Put(&tenant); err != nil {
				return err
			}
			app := fairlead.Application{ID: "app_1", Tenant: id, ClientID: "app_1", Name: "shop", CallbackHosts: []string{"hooks.example.com"}}
			if err := tx.Applications.Put(id, &app); err != nil {
				return err
			}
		}
		return nil
	}))
	return notes.New(db), db
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fairlead.ErrorKind) {
	t.Helper()
	if !fairlead.Is(err, kind) {
		t.Errorf("got %v, want %s", err, kind)
	}
}

// user is what a dialect might remember.
type user struct {
	Email string   `json:"email"`
	Links []string `json:"links,omitempty"`
}

func TestANoteIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv, ctx := n.KV("taiki"), t.Context()
	_, err := notes.Read[user](ctx, kv, "ten_1", "user/7")
	wantKind(t, err, fairlead.NotFound)
	for _, email := range []string{"a@example.com", "b@example.com"} {
		must(t, kv.Put(ctx, "ten_1", "user/7", user{Email: email}))
		got, err := notes.Read[user](ctx, kv, "ten_1", "user/7")
		if err != nil || got.Email != email {
			t.Errorf("read %+v, %v", got, err)
		}
	}
	must(t, kv.Delete(ctx, "ten_1", "user/7"))
	must(t, kv.Delete(ctx, "ten_1", "user/7"))
	wantKind(t, kv.Get(ctx, "ten_1", "user/7", &user{}), fairlead.NotFound)
}

func TestABookIsClosedToOtherDialectsAndTenants(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	ctx := t.Context()
	must(t, n.KV("taiki").Put(ctx, "ten_1", "k", "mine"))
	for _, other := range []struct {
		dialect string
		tenant  fairlead.TenantID
	}{{"klavi", "ten_1"}, {"taiki", "ten_2"}} {
		kv := n.KV(other.dialect)
		_, err := notes.Read[string](ctx, kv, other.tenant, "k")
		wantKind(t, err, fairlead.NotFound)
		if page, err := kv.List(ctx, other.tenant, "", "", 0); err != nil || len(page) != 0 {
			t.Errorf("%v lists %d, %v", other, len(page), err)
		}
		must(t, kv.Delete(ctx, other.tenant, "k"))
		if next, err := kv.Next(ctx, other.tenant, "c"); err != nil || next != 1 {
			t.Errorf("%v counts %d, %v", other, next, err)
		}
	}
	if mine, err := notes.Read[string](ctx, n.KV("taiki"), "ten_1", "k"); err != nil || mine != "mine" {
		t.Errorf("read %q, %v", mine, err)
	}
}

func TestANoteIsAddedOnce(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv := n.KV("flanks")
	var all sync.WaitGroup
	var mu sync.Mutex
	added := 0
	for i := range 8 {
		all.Go(func() {
			err := kv.Add(t.Context(), "ten_1", "k", i)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				added++
			} else if !fairlead.Is(err, fairlead.Conflict) {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if added != 1 {
		t.Errorf("it was added %d times", added)
	}
}

func TestChangesMadeAtOnceAreAllKept(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv := n.KV("flanks")
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			_, err := notes.Change(t.Context(), kv, "ten_1", "k", func(u *user) error {
				u.Links = append(u.Links, "x")
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	refuse := errors.New("refused")
	_, err := notes.Change(t.Context(), kv, "ten_1", "k", func(u *user) error {
		u.Links = nil
		return refuse
	})
	if !errors.Is(err, refuse) {
		t.Errorf("got %v", err)
	}
	if got, err := notes.Read[user](t.Context(), kv, "ten_1", "k"); err != nil || len(got.Links) != 10 {
		t.Errorf("%d of 10 are kept, %v", len(got.Links), err)
	}
}

func TestNotesAreListedByPrefixPageByPage(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv, ctx := n.KV("flanks"), t.Context()
	for _, key := range []string{"a", "link/1", "link/2", "link/3", "link", "linker", "m"} {
		must(t, kv.Put(ctx, "ten_1", key, key))
	}
	var keys []string
	after := ""
	for {
		page, err := kv.List(ctx, "ten_1", "link/", after, 2)
		must(t, err)
		for _, note := range page {
			keys, after = append(keys, note.Key), note.Key
		}
		if len(page) < 2 {
			break
		}
	}
	if got := strings.Join(keys, " "); got != "link/1 link/2 link/3" {
		t.Errorf("listed %s", got)
	}
}

func TestAThingHasOneNumberAndANumberOneThing(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv, ctx := n.KV("taiki"), t.Context()
	var all sync.WaitGroup
	for range 4 {
		for _, id := range []string{"per_a", "per_b", "per_c"} {
			all.Go(func() {
				if _, err := kv.Number(ctx, "ten_1", "user", id); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	seen := map[int64]string{}
	for _, id := range []string{"per_a", "per_b", "per_c"} {
		number, err := kv.Number(ctx, "ten_1", "user", id)
		must(t, err)
		back, err := kv.Numbered(ctx, "ten_1", "user", number)
		if err != nil || back != id || number < 1 || number > 3 || seen[number] != "" {
			t.Errorf("%s has number %d, which leads to %s, %v", id, number, back, err)
		}
		seen[number] = id
	}
	if number, err := kv.Number(ctx, "ten_1", "document", "per_a"); err != nil || number != 1 {
		t.Errorf("another kind begins with %d, %v", number, err)
	}
	_, err := kv.Numbered(ctx, "ten_1", "user", 4)
	wantKind(t, err, fairlead.NotFound)
}

func TestACounterGivesNoNumberTwice(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv := n.KV("taiki")
	var all sync.WaitGroup
	var mu sync.Mutex
	seen := map[int64]bool{}
	for range 10 {
		all.Go(func() {
			number, err := kv.Next(t.Context(), "ten_1", "c")
			mu.Lock()
			defer mu.Unlock()
			if err != nil || seen[number] {
				t.Errorf("got %d, %v", number, err)
			}
			seen[number] = true
		})
	}
	all.Wait()
}

func TestANoteHasABoundedSize(t *testing.T) {
	t.Parallel()
	n, _ := open(t)
	kv, ctx := n.KV("taiki"), t.Context()
	wantKind(t, kv.Put(ctx, "ten_1", "k", strings.Repeat("x", 1<<20)), fairlead.TooLarge)
	wantKind(t, kv.Put(ctx, "ten_1", strings.Repeat("k", 1000), 1), fairlead.Invalid)
	for _, key := range []string{"", "a\x00b", "\xff"} {
		wantKind(t, kv.Put(ctx, "ten_1", key, 1), fairlead.Invalid)
		wantKind(t, kv.Get(ctx, "ten_1", key, new(int)), fairlead.NotFound)
		must(t, kv.Delete(ctx, "ten_1", key))
	}
	_, err := kv.Number(ctx, "ten_1", "user", strings.Repeat("k", 1000))
	wantKind(t, err, fairlead.Invalid)
}
