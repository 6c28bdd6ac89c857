package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func tenantTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ATenantIsFoundByItsIDAndItsName": tenantsAreFound,
		"ATenantsNameIsUniqueOnTheServer": tenantNames,
		"TenantsArePagedAndCompared":      tenantPages,
	}
}

func tenantsAreFound(t *testing.T, f *fixture) {
	want := fairlead.Tenant{
		ID: "ten_1", Name: "shop", Environment: fairlead.Sandbox, Seed: "seed",
		Offset: 36 * time.Hour, Frozen: noon, Created: noon,
	}
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&want) })
	same(t, "by id", read(f, func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.Get("ten_1") }), want)
	same(t, "by name", read(f, func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.ByName("shop") }), want)
	for _, get := range []func(*store.Tx) (fairlead.Tenant, error){
		func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.Get("shop") },
		func(tx *store.Tx) (fairlead.Tenant, error) { return tx.Tenants.ByName("ten_1") },
	} {
		f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
			_, err := get(tx)
			return err
		})
	}
}

func tenantNames(t *testing.T, f *fixture) {
	second := fairlead.Tenant{ID: "ten_2", Name: string(ours)}
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tenants.Put(&second) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(theirs)
		if err != nil {
			return err
		}
		tenant.Name = string(ours)
		return tx.Tenants.Put(&tenant)
	})
}

func tenantPages(t *testing.T, f *fixture) {
	id := func(t fairlead.Tenant) string { return string(t.ID) }
	page := read(f, func(tx *store.Tx) ([]fairlead.Tenant, error) { return tx.Tenants.List("", 1) })
	same(t, "the first page", ids(page, id), "[ten_ours]")
	page = read(f, func(tx *store.Tx) ([]fairlead.Tenant, error) { return tx.Tenants.List("ten_ours", 0) })
	same(t, "the second", ids(page, id), "[ten_theirs]")
	old := page[0]
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&page[0]) })
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tenants.Put(&old) })
}

func tokenTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ATokenLeadsToItsTenantByKindAndName": tokensLead,
		"ASingleUseTokenIsUsedOnce":           tokenIsUsedOnce,
		"TokensOfASubjectComeOldestFirst":     tokensOfASubject,
		"ListableTokensAreKeptAndNotUsed":     listableTokens,
		"PruneRemovesWhatExpiredInSlices":     pruneTokens,
	}
}

func token(name string, tenant fairlead.TenantID) fairlead.Token {
	return fairlead.Token{Kind: fairlead.CodeToken, Name: name, Tenant: tenant, Application: "app_1", Subject: "lnk_1", Expires: noon, State: []byte(`{"a":1}`)}
}

func (f *fixture) keep(list ...fairlead.Token) {
	f.t.Helper()
	for _, k := range list {
		f.update(func(tx *store.Tx) error { return tx.Tokens.Put(&k) })
	}
}

func tokenName(k fairlead.Token) string { return k.Name }

func tokensLead(t *testing.T, f *fixture) {
	want := token("hash", theirs)
	f.update(func(tx *store.Tx) error { return tx.Tokens.Put(&want) })
	got := read(f, func(tx *store.Tx) (fairlead.Token, error) { return tx.Tokens.Get(fairlead.CodeToken, "hash") })
	same(t, "the token", got, want)
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Tokens.Get(fairlead.LinkToken, "hash")
		return err
	})
	stolen := token("hash", ours)
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tokens.Put(&stolen) })
	stolen.Version = 1
	f.refuses(fairlead.Conflict, func(tx *store.Tx) error { return tx.Tokens.Put(&stolen) })
	for range 2 {
		f.update(func(tx *store.Tx) error { return tx.Tokens.Delete(fairlead.CodeToken, "hash") })
	}
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Tokens.Get(fairlead.CodeToken, "hash")
		return err
	})
}

// tokenIsUsedOnce: however many present it at once, one finds it unused.
func tokenIsUsedOnce(t *testing.T, f *fixture) {
	f.keep(token("hash", ours))
	used := make([]int, 8)
	atOnce(len(used), func(i int) {
		err := f.Update(t.Context(), func(tx *store.Tx) error {
			k, err := tx.Tokens.Get(fairlead.CodeToken, "hash")
			if err != nil || !k.Used.IsZero() {
				return err
			}
			k.Used, k.UsedBy = noon, fmt.Sprint(i)
			if err := tx.Tokens.Put(&k); err != nil {
				return err
			}
			used[i]++
			return nil
		})
		if err != nil {
			t.Errorf("Update: %v", err)
		}
	})
	total := 0
	for _, n := range used {
		total += n
	}
	same(t, "how often it was used", total, 1)
}

func tokensOfASubject(t *testing.T, f *fixture) {
	other, elsewhere, kind := token("other", ours), token("elsewhere", theirs), token("kind", ours)
	other.Subject, kind.Kind = "lnk_2", fairlead.PageToken
	f.keep(token("z", ours), token("a", ours), other, elsewhere, kind, token("m", ours))
	got := read(f, func(tx *store.Tx) ([]fairlead.Token, error) { return tx.Tokens.Of(ours, fairlead.CodeToken, "lnk_1") })
	same(t, "the tokens", ids(got, tokenName), "[z a m]")
	f.update(func(tx *store.Tx) error {
		got[0].UsedBy = "again"
		return tx.Tokens.Put(&got[0])
	})
	got = read(f, func(tx *store.Tx) ([]fairlead.Token, error) { return tx.Tokens.Of(ours, fairlead.CodeToken, "lnk_1") })
	same(t, "after a change", ids(got, tokenName), "[z a m]")
}

func listableTokens(t *testing.T, f *fixture) {
	kept := func(name string) fairlead.Token {
		k := token(name, ours)
		k.Value = fairlead.Sealed("sealed")
		return k
	}
	other := kept("other")
	other.Application = "app_2"
	f.keep(kept("z"), kept("a"), token("not-kept", ours), other)
	list := func() []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Token, error) {
			return tx.Tokens.Listable(ours, "app_1", fairlead.CodeToken)
		}), tokenName)
	}
	same(t, "the listable ones", list(), "[z a]")
	f.update(func(tx *store.Tx) error {
		k, err := tx.Tokens.Get(fairlead.CodeToken, "z")
		if err != nil {
			return err
		}
		k.Used = noon
		return tx.Tokens.Put(&k)
	})
	same(t, "once one is used", list(), "[a]")
}

func pruneTokens(t *testing.T, f *fixture) {
	endless, elsewhere, young := token("endless", ours), token("elsewhere", theirs), token("young", ours)
	endless.Expires, young.Expires = time.Time{}, noon.Add(time.Hour)
	f.keep(token("a", ours), token("b", ours), token("c", ours), endless, elsewhere, young)
	var slices []int
	for range 3 {
		f.update(func(tx *store.Tx) error {
			n, err := tx.Tokens.Prune(ours, noon.Add(time.Minute), 2)
			slices = append(slices, n)
			return err
		})
	}
	same(t, "the slices", slices, "[2 1 0]")
	for _, name := range []string{"endless", "elsewhere", "young"} {
		read(f, func(tx *store.Tx) (fairlead.Token, error) { return tx.Tokens.Get(fairlead.CodeToken, name) })
	}
}

func noteTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ANoteIsKeptPerTenantAndDialect":  notesAreKept,
		"NotesAreComparedAndSwapped":      notesAreCompared,
		"NotesAreListedByPrefix":          notesAreListed,
		"ACounterCountsFromOneWithoutGap": countersCount,
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

func notesAreKept(t *testing.T, f *fixture) {
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
	met := map[int64]bool{}
	for _, n := range seen {
		met[n] = true
	}
	if len(met) != 12 || !met[1] || !met[12] {
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
