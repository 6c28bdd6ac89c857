package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func tokenTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ATokenLeadsToItsTenantByKindAndName":   tokensLead,
		"ASingleUseTokenIsUsedOnce":             tokenIsUsedOnce,
		"TokensOfASubjectComeOldestFirst":       tokensOfASubject,
		"ListableTokensHaveAValueAndAreNotUsed": listableTokens,
		"PruneRemovesWhatExpiredInSlices":       pruneTokens,
		"AKnownTokenIsFoundByItsNameAlone":      knownTokens,
	}
}

func token(name string, tenant fairlead.TenantID) fairlead.Token {
	return fairlead.Token{Kind: fairlead.CodeToken, Name: name, Tenant: tenant, Application: "app_1", Subject: "lnk_1", Expires: noon, State: []byte(`{"a":1}`)}
}

func (f *fixture) put(list ...fairlead.Token) {
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
	f.put(token("hash", ours))
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
	f.put(token("z", ours), token("a", ours), other, elsewhere, kind, token("m", ours))
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
	withValue := func(name string) fairlead.Token {
		k := token(name, ours)
		k.Value = fairlead.Sealed("sealed")
		return k
	}
	other := withValue("other")
	other.Application = "app_2"
	f.put(withValue("z"), withValue("a"), token("no-value", ours), other)
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
	f.put(token("a", ours), token("b", ours), token("c", ours), endless, elsewhere, young)
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

func knownTokens(t *testing.T, f *fixture) {
	want := token("hash", ours)
	want.Known = true
	f.update(func(tx *store.Tx) error { return tx.Tokens.Put(&want) })
	f.update(func(tx *store.Tx) error {
		want.UsedBy = "again"
		return tx.Tokens.Put(&want)
	})
	for _, subject := range []string{want.Subject, ""} {
		of := read(f, func(tx *store.Tx) ([]fairlead.Token, error) { return tx.Tokens.Of(ours, want.Kind, subject) })
		same(t, "the tokens of the subject", ids(of, tokenName), "[]")
	}
	f.update(func(tx *store.Tx) error {
		n, err := tx.Tokens.Prune(ours, want.Expires.Add(time.Hour), 10)
		same(t, "how many were pruned", n, 0)
		return err
	})
	same(t, "the token", read(f, func(tx *store.Tx) (fairlead.Token, error) { return tx.Tokens.Get(want.Kind, want.Name) }), want)
}
