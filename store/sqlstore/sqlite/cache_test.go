package sqlite_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// TestTheCachesAnswerAsTheTablesWould changes nouns that are cached and one that is
// not in the same transactions, fails every third, and reads from many sides: every
// transaction finds all as one commit left them.
func TestTheCachesAnswerAsTheTablesWould(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	app := fairlead.Application{ID: "app_1", Tenant: "ten_1", Name: "app", CompanyName: "0"}
	person := fairlead.Person{ID: "per_1", Tenant: "ten_1", Reference: "0", Key: []byte("0")}
	consent := fairlead.Consent{ID: "cns_1", Tenant: "ten_1", Purpose: "0"} // which is not cached
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Applications.Put("ten_1", &app); err != nil {
			return err
		}
		token := fairlead.Token{Kind: fairlead.AccessToken, Name: "hash", Tenant: "ten_1", Subject: "0"}
		return errors.Join(tx.Persons.Put("ten_1", &person), tx.Consents.Put("ten_1", &consent), tx.Tokens.Put(&token))
	})
	if err != nil {
		t.Fatal(err)
	}
	same := func(tx *store.Tx, appFirst bool) error {
		var a fairlead.Application
		var k fairlead.Token
		var p fairlead.Person
		var err, err3, err4, err5 error
		readCached := func() {
			a, err = tx.Applications.Get("ten_1", "app_1")
			k, err3 = tx.Tokens.Get(fairlead.AccessToken, "hash")
			if p, err4 = tx.Persons.Get("ten_1", "per_1"); err4 == nil {
				p, err5 = tx.Persons.Find("ten_1", store.By(store.ByReference, p.Reference))
			}
		}
		if appFirst {
			readCached()
		}
		c, err2 := tx.Consents.Get("ten_1", "cns_1")
		if !appFirst {
			readCached()
		}
		all := errors.Join(err, err2, err3, err4, err5)
		if all == nil && (a.CompanyName != c.Purpose || k.Subject != c.Purpose || p.Reference != c.Purpose || string(p.Key) != c.Purpose) {
			t.Errorf("the application says %s, the token %s, the person %s and %s, the consent %s", a.CompanyName, k.Subject, p.Reference, p.Key, c.Purpose)
		}
		return all
	}
	refused := errors.New("refused")
	change := func(n int) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			if err := same(tx, n%2 == 0); err != nil {
				return err
			}
			a, err := tx.Applications.Get("ten_1", "app_1")
			if err != nil {
				return err
			}
			p, err := tx.Persons.Get("ten_1", "per_1")
			if err != nil {
				return err
			}
			k, err := tx.Tokens.Get(fairlead.AccessToken, "hash")
			if err != nil {
				return err
			}
			c, err := tx.Consents.Get("ten_1", "cns_1")
			if err != nil {
				return err
			}
			p.Key[0] = 'x' // it is its reader's own
			a.CompanyName, p.Reference, k.Subject, c.Purpose, p.Key = strconv.Itoa(n), strconv.Itoa(n), strconv.Itoa(n), strconv.Itoa(n), []byte(strconv.Itoa(n))
			if err := errors.Join(tx.Consents.Put("ten_1", &c), tx.Tokens.Put(&k), tx.Applications.Put("ten_1", &a), tx.Persons.Put("ten_1", &p), same(tx, true)); err != nil {
				return err
			}
			if n%3 == 0 {
				return refused
			}
			return nil
		})
	}
	var all sync.WaitGroup
	for side := range 4 {
		all.Go(func() {
			for n := range 300 {
				if err := change(side*1000 + n); err != nil && !errors.Is(err, refused) {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 1500 {
				if err := s.View(t.Context(), func(tx *store.Tx) error { return same(tx, side%2 == 0) }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestWhatWasCommittedIsSeenAtOnce: a key that was revoked opens nothing any more.
func TestWhatWasCommittedIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	there := func() bool {
		err := s.View(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Consents.Get("ten_1", "cns_1"); !fairlead.Is(err, fairlead.NotFound) {
				t.Error(err)
			}
			_, err := tx.Keys.Get("ten_1", "key_1")
			return err
		})
		return err == nil
	}
	for range 50 {
		key := fairlead.Key{ID: "key_1", Tenant: "ten_1", Application: "app_1"}
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Keys.Put("ten_1", &key) }); err != nil {
			t.Fatal(err)
		}
		for _, read := range []string{"from the database", "from the cache"} {
			if !there() {
				t.Errorf("a key that was put is not there, read %s", read)
			}
		}
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Keys.Delete("ten_1", "key_1") }); err != nil {
			t.Fatal(err)
		}
		if there() {
			t.Error("a key that was deleted is there")
		}
	}
}

// TestAReferenceLeadsToWhoHasItNow: it may have been another's before.
func TestAReferenceLeadsToWhoHasItNow(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	people := []fairlead.Person{{ID: "per_1", Tenant: "ten_1", Reference: "ada"}, {ID: "per_2", Tenant: "ten_1", Reference: "bob"}}
	put := func(p ...*fairlead.Person) {
		t.Helper()
		err := s.Update(t.Context(), func(tx *store.Tx) (err error) {
			for _, p := range p {
				err = errors.Join(err, tx.Persons.Put("ten_1", p))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	find := func() (p fairlead.Person) {
		t.Helper()
		err := s.View(t.Context(), func(tx *store.Tx) (err error) {
			p, err = tx.Persons.Find("ten_1", store.By(store.ByReference, "ada"))
			return err
		})
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			t.Fatal(err)
		}
		return p
	}
	put(&people[0], &people[1])
	for range 3 {
		if p := find(); p.ID != "per_1" {
			t.Errorf("it leads to %q", p.ID)
		}
	}
	people[0].Reference = "carl"
	put(&people[0])
	if p := find(); p.ID != "" {
		t.Errorf("it leads to %q, who has another one", p.ID)
	}
	people[1].Reference = "ada"
	put(&people[1])
	for range 3 {
		if p := find(); p.ID != "per_2" {
			t.Errorf("it leads to %q", p.ID)
		}
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Persons.Delete("ten_1", "per_2") }); err != nil {
		t.Fatal(err)
	}
	if p := find(); p.ID != "" {
		t.Errorf("it leads to %q, who is gone", p.ID)
	}
}

// TestWhoeverFailedInABatchFindsItCommitted: when a lost compare-and-swap is
// answered, what it lost against can be seen.
func TestWhoeverFailedInABatchFindsItCommitted(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	first := fairlead.Link{ID: "lnk_1", Tenant: "ten_1"}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.Links.Put("ten_1", &first) }); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 30 {
				var stored fairlead.Link
				get := func(tx *store.Tx) (err error) {
					stored, err = tx.Links.Get("ten_1", "lnk_1")
					return err
				}
				if err := s.View(t.Context(), get); err != nil {
					t.Error(err)
					return
				}
				before := stored.Version
				err := s.Update(t.Context(), func(tx *store.Tx) error {
					link := stored
					return tx.Links.Put("ten_1", &link)
				})
				if !fairlead.Is(err, fairlead.Conflict) {
					if err != nil {
						t.Error(err)
					}
					continue
				}
				if err := s.View(t.Context(), get); err != nil || stored.Version == before {
					t.Errorf("after a conflict the version is still %d: %v", stored.Version, err)
				}
			}
		})
	}
	all.Wait()
}

// TestWhatACacheGaveIsTheCallersOwn changes what was read, without putting it.
func TestWhatACacheGaveIsTheCallersOwn(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	app := fairlead.Application{ID: "app_1", Tenant: "ten_1", Name: "app", Origins: []string{"https://a"}}
	app.Settings = map[string]json.RawMessage{"x": json.RawMessage(`{"y":1}`)}
	key := fairlead.Key{ID: "key_1", Tenant: "ten_1", Application: "app_1", Signing: fairlead.Sealed("sealed")}
	end := fairlead.Endpoint{ID: "whe_1", Tenant: "ten_1", Application: "app_1", Kinds: []fairlead.EventKind{"a"}}
	end.Secrets = []fairlead.Sealed{fairlead.Sealed("sealed")}
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.Applications.Put("ten_1", &app), tx.Keys.Put("ten_1", &key), tx.Endpoints.Put("ten_1", &end))
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		err := s.Update(t.Context(), func(tx *store.Tx) error {
			a, err := tx.Applications.Get("ten_1", "app_1")
			k, err2 := tx.Keys.Get("ten_1", "key_1")
			e, err3 := tx.Endpoints.Get("ten_1", "whe_1")
			if err := errors.Join(err, err2, err3); err != nil {
				return err
			}
			if diff := cmp.Diff([]any{app, key, end}, []any{a, k, e}); diff != "" {
				t.Error(diff)
			}
			a.Origins[0], a.Settings["x"][2], a.Settings["z"] = "https://b", 'z', nil
			k.Signing[0], e.Kinds[0], e.Secrets[0][0] = 'S', "b", 'S'
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
