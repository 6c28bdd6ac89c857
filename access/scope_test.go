package access_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

func TestAKeyMayDoWhatItsScopesSayAndATokenNoMore(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, first, _ := s.shop(t)
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, first.ID))
	read, erase := fairlead.AccessScopeRead, fairlead.AccessScopeErase
	key, secret, err := s.CreateKey(t.Context(), app.Tenant, app.ID, access.KeySpec{Scopes: []fairlead.AccessScope{read, fairlead.AccessScopeLink}})
	if err != nil {
		t.Fatal(err)
	}
	c := s.caller(t, secret)
	if c.May(read) != nil || !fairlead.Is(c.May(erase), fairlead.Forbidden) {
		t.Errorf("the key may read: %v, erase: %v", c.May(read), c.May(erase))
	}
	if _, err := c.Narrowed([]fairlead.AccessScope{erase}); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("narrowed to more: %v", err)
	}
	narrow, err := c.Narrowed([]fairlead.AccessScope{read})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.IssueToken(t.Context(), narrow, "native", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.ByToken(t.Context(), token, "native")
	if err != nil || !slices.Equal(got.Scopes, []fairlead.AccessScope{read}) {
		t.Errorf("the token has %v, %v", got.Scopes, err)
	}
	for _, scopes := range [][]fairlead.AccessScope{{"everything"}, {read, read}} {
		if _, _, err := s.CreateKey(t.Context(), app.Tenant, app.ID, access.KeySpec{Scopes: scopes}); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("a key with %v: %v", scopes, err)
		}
	}
	rotated, _, err := s.RotateKey(t.Context(), app.Tenant, app.ID, time.Hour)
	if err != nil || !slices.Equal(rotated.Scopes, key.Scopes) {
		t.Errorf("rotated it has %v, %v", rotated.Scopes, err)
	}
}

func TestManyNetworksOfOneSiteAreBoundedTogether(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	refused := 0
	for n := range 1000 { // each from a /64 of its own, all of one /48
		_, err := s.Admit(t.Context(), fmt.Sprintf("2001:db8:7:%x::1", n), func() (access.Caller, error) {
			return s.BySecret(t.Context(), fairlead.NewSecret("wrong"))
		})
		if fairlead.Is(err, fairlead.RateLimited) {
			refused++
		}
	}
	if refused < 700 {
		t.Errorf("only %d of 1000 were refused", refused)
	}
	_, err := s.Admit(t.Context(), "2001:db8:8::1", func() (access.Caller, error) {
		return s.BySecret(t.Context(), fairlead.NewSecret("wrong"))
	})
	if !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("another site: %v", err)
	}
}
