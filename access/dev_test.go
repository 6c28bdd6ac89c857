package access_test

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

// count counts an application's access tokens and its tenant's stored answers.
func (s *server) count(t *testing.T, app fairlead.Application) (tokens, replies int) {
	t.Helper()
	must(t, s.store.View(t.Context(), func(tx *store.Tx) error {
		stored, err := tx.Tokens.Of(app.Tenant, fairlead.AccessToken, string(app.ID))
		if err != nil {
			return err
		}
		responses, err := tx.SavedResponses.List(app.Tenant, store.Query{Limit: 1000})
		tokens, replies = len(stored), len(responses)
		return err
	}))
	return tokens, replies
}

func TestADevServerBeginsWithOneApplication(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	first, err := s.EnsureDev(t.Context())
	must(t, err)
	again, err := s.EnsureDev(t.Context())
	must(t, err)
	if first.Tenant.ID != again.Tenant.ID || first.Application.ID != again.Application.ID || first.Key != again.Key {
		t.Errorf("the second start made %+v", again)
	}
	c, err := s.ByClient(t.Context(), "dev", fairlead.NewSecret("dev-secret"))
	must(t, err)
	if c.Tenant.Name != "dev" || c.Tenant.Environment != fairlead.Sandbox || c.Application.Name != "dev" || c.Application.ClientID != "dev" {
		t.Errorf("admitted as %+v", c)
	}
	signing, err := s.Signing(t.Context(), c.Tenant.ID, c.Application.ID)
	must(t, err)
	if got := reveal(signing); len(got) != 1 || got[0] != "dev-secret" {
		t.Errorf("%d secrets sign", len(got))
	}
}

func TestADevServersIDsFollowItsSeed(t *testing.T) {
	t.Parallel()
	ids := func(seed string) [3]string {
		c, err := newServer(t, access.Options{Seed: seed}).EnsureDev(t.Context())
		must(t, err)
		return [3]string{string(c.Tenant.ID), string(c.Application.ID), string(c.Key)}
	}
	one, same, other := ids("one"), ids("one"), ids("other")
	if one != same {
		t.Errorf("%v and %v", one, same)
	}
	for i := range one {
		if one[i] == other[i] {
			t.Errorf("%s under two seeds", one[i])
		}
	}
	if ids("") != ids("dev") {
		t.Error("the seed is not \"dev\" by default")
	}
}

func TestADevServersClockMayStandStillFromTheStart(t *testing.T) {
	t.Parallel()
	frozen := time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC)
	s := newServer(t, access.Options{Frozen: frozen})
	c, err := s.EnsureDev(t.Context())
	must(t, err)
	s.wait(time.Hour)
	if now := c.Tenant.Time(s.clock()); !now.Equal(frozen) || !c.Application.Created.Equal(frozen) {
		t.Errorf("its time is %s, its application was made %s", now, c.Application.Created)
	}
}

func TestADevServerGetsItsKeyBackAtTheNextStart(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	c, err := s.EnsureDev(t.Context())
	must(t, err)
	must(t, s.RevokeKey(t.Context(), c.Tenant.ID, c.Application.ID, c.Key))
	_, err = s.EnsureDev(t.Context())
	must(t, err)
	_, _, err = s.RotateKey(t.Context(), c.Tenant.ID, c.Application.ID, 0)
	must(t, err)
	again, err := s.EnsureDev(t.Context())
	must(t, err)
	if again.Key != c.Key {
		t.Errorf("the key is %s, not %s", again.Key, c.Key)
	}
}

func TestEveryChangeOfAccessIsAudited(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant := s.tenant(t, "acme", fairlead.Live)
	ctx := fairlead.WithActor(t.Context(), "operator", "192.0.2.7")
	app, err := s.CreateApplication(ctx, tenant.ID, access.ApplicationSpec{Name: "shop"})
	must(t, err)
	key, _, err := s.CreateKey(ctx, tenant.ID, app.ID, access.KeySpec{})
	must(t, err)
	_, err = s.UpdateApplication(ctx, tenant.ID, app.ID, func(a *fairlead.Application) error {
		a.CompanyName = "Shop"
		return nil
	})
	must(t, err)
	must(t, s.RevokeKey(ctx, tenant.ID, app.ID, key.ID))
	must(t, s.DeleteApplication(ctx, tenant.ID, app.ID, nil))

	trail, err := s.AuditTrail(t.Context(), tenant.ID, 0, 0)
	must(t, err)
	want := []string{"tenant.create", "application.create", "key.create", "application.update", "key.revoke", "application.delete"}
	if len(trail) != len(want) {
		t.Fatalf("the trail has %d entries", len(trail))
	}
	previous := ""
	for i, e := range trail {
		if e.Action != want[i] || e.ID == "" || e.At.IsZero() || e.Previous != previous {
			t.Errorf("entry %d is %+v", i, e)
		}
		previous = e.MAC
	}
	if e := trail[0]; e.Actor != "system" || e.From != "" {
		t.Errorf("nobody named acted as %+v", e)
	}
	if e := trail[2]; e.Actor != "operator" || e.From != "192.0.2.7" || e.Subject != string(key.ID) {
		t.Errorf("the operator acted as %+v", e)
	}
}
