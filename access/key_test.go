package access_test

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

// reveal is the secrets' text, for comparing.
func reveal(secrets []fairlead.Secret) (texts []string) {
	for _, s := range secrets {
		texts = append(texts, s.Reveal())
	}
	return texts
}

func TestAKeyIsListedWithoutItsSecret(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, first, secret := s.shop(t)
	s.wait(time.Second)
	second, _ := s.key(t, app, access.KeySpec{})
	keys, err := s.Keys(t.Context(), app.Tenant, app.ID)
	must(t, err)
	if len(keys) != 2 || keys[0].ID != second.ID || keys[1].ID != first.ID {
		t.Errorf("listed: %v", keys)
	}
	value := secret.Reveal()
	if k := keys[1]; k.Hash != fairlead.TokenHash(value) || k.LastFour != value[len(value)-4:] || len(k.Signing) != 0 {
		t.Errorf("kept as %+v", k)
	}
	if len(value) != 43 {
		t.Errorf("a secret has %d characters", len(value))
	}
}

func TestAKeyExpiresInRealTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, _ := s.shop(t)
	_, secret := s.key(t, app, access.KeySpec{Expires: begin.Add(time.Hour), KeepForSigning: true})
	token, _, err := s.IssueToken(t.Context(), s.caller(t, secret), "native", 24*time.Hour)
	must(t, err)
	s.wait(time.Hour)
	_, err = s.BySecret(t.Context(), secret)
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.ByToken(t.Context(), token, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	if signing, err := s.Signing(t.Context(), app.Tenant, app.ID); err != nil || len(signing) != 0 {
		t.Errorf("%d expired keys sign, %v", len(signing), err)
	}
	_, _, err = s.CreateKey(t.Context(), app.Tenant, app.ID, access.KeySpec{Expires: begin})
	wantField(t, err, "expires")
}

func TestTheNewestKeySigns(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, _ := s.shop(t)
	if signing, err := s.Signing(t.Context(), app.Tenant, app.ID); err != nil || len(signing) != 0 {
		t.Errorf("a key that keeps no copy signs: %d, %v", len(signing), err)
	}
	_, first := s.key(t, app, access.KeySpec{KeepForSigning: true})
	s.wait(time.Second)
	_, second := s.key(t, app, access.KeySpec{KeepForSigning: true})
	signing, err := s.Signing(t.Context(), app.Tenant, app.ID)
	must(t, err)
	if got := reveal(signing); len(got) != 2 || got[0] != second.Reveal() || got[1] != first.Reveal() {
		t.Error("the signing secrets are not those two, newest first")
	}
}

func TestASigningCopyOpensForItsApplicationOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, _ := s.shop(t)
	key, _ := s.key(t, app, access.KeySpec{KeepForSigning: true})
	tenant, err := s.Tenant(t.Context(), app.Tenant)
	must(t, err)
	thief := s.application(t, tenant, "thief")
	stolen, _ := s.key(t, thief, access.KeySpec{})
	must(t, s.store.Update(t.Context(), func(tx *store.Tx) error {
		row, err := tx.Keys.Get(app.Tenant, string(stolen.ID))
		if err != nil {
			return err
		}
		row.Signing = key.Signing
		return tx.Keys.Put(app.Tenant, &row)
	}))
	if _, err := s.Signing(t.Context(), thief.Tenant, thief.ID); err == nil {
		t.Error("another application's signing copy opened")
	}
}

func TestRotationLetsTheOldKeyLiveForTheOverlap(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app := s.application(t, s.tenant(t, "acme", fairlead.Live), "shop")
	_, old := s.key(t, app, access.KeySpec{KeepForSigning: true})
	soon, _ := s.key(t, app, access.KeySpec{Expires: begin.Add(time.Minute)})
	s.wait(time.Second)
	_, fresh, err := s.RotateKey(t.Context(), app.Tenant, app.ID, time.Hour)
	must(t, err)
	signing, err := s.Signing(t.Context(), app.Tenant, app.ID)
	must(t, err)
	if got := reveal(signing); len(got) != 2 || got[0] != fresh.Reveal() || got[1] != old.Reveal() {
		t.Error("the new key does not sign before the old one")
	}
	s.caller(t, old)
	s.caller(t, fresh)
	keys, err := s.Keys(t.Context(), app.Tenant, app.ID)
	must(t, err)
	for _, k := range keys {
		if k.ID == soon.ID && !k.Expires.Equal(begin.Add(time.Minute)) {
			t.Errorf("a key that ends sooner lives until %s now", k.Expires)
		}
	}
	s.wait(time.Hour)
	_, err = s.BySecret(t.Context(), old)
	wantKind(t, err, fairlead.Unauthenticated)
	s.caller(t, fresh)

	// The next rotation sweeps what is over; without an overlap the old key ends at once.
	_, last, err := s.RotateKey(t.Context(), app.Tenant, app.ID, 0)
	must(t, err)
	_, err = s.BySecret(t.Context(), fresh)
	wantKind(t, err, fairlead.Unauthenticated)
	s.caller(t, last)
	if keys, err := s.Keys(t.Context(), app.Tenant, app.ID); err != nil || len(keys) != 2 {
		t.Errorf("%d keys are left, %v", len(keys), err)
	}
}

func TestAChosenSecretIsForASandboxOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	chosen := access.KeySpec{Secret: fairlead.NewSecret("chosen-secret")}
	live, _, _ := s.shop(t)
	_, _, err := s.CreateKey(t.Context(), live.Tenant, live.ID, chosen)
	wantKind(t, err, fairlead.Forbidden)
	app := s.application(t, s.tenant(t, "sandbox", fairlead.Sandbox), "shop")
	_, secret := s.key(t, app, chosen)
	if got := s.caller(t, secret); got.Application.ID != app.ID {
		t.Errorf("admitted as %+v", got)
	}
	_, _, err = s.CreateKey(t.Context(), app.Tenant, app.ID, chosen)
	wantKind(t, err, fairlead.Conflict)
	_, _, err = s.CreateKey(t.Context(), app.Tenant, app.ID, access.KeySpec{Secret: fairlead.NewSecret("short")})
	wantField(t, err, "secret")
}

func TestAnApplicationHasABoundedNumberOfKeys(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app := s.application(t, s.tenant(t, "acme", fairlead.Live), "shop")
	for range 20 {
		s.key(t, app, access.KeySpec{})
	}
	_, _, err := s.CreateKey(t.Context(), app.Tenant, app.ID, access.KeySpec{})
	wantKind(t, err, fairlead.Conflict)
}

func TestAKeyIsRevokedByItsOwnApplicationOnly(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	tenant, err := s.Tenant(t.Context(), app.Tenant)
	must(t, err)
	other := s.application(t, tenant, "other")
	stranger := s.application(t, s.tenant(t, "stranger", fairlead.Live), "other")
	wantKind(t, s.RevokeKey(t.Context(), other.Tenant, other.ID, key.ID), fairlead.NotFound)
	wantKind(t, s.RevokeKey(t.Context(), stranger.Tenant, stranger.ID, key.ID), fairlead.NotFound)
	wantKind(t, s.RevokeKey(t.Context(), stranger.Tenant, app.ID, key.ID), fairlead.NotFound)
	s.caller(t, secret)
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, key.ID))
	wantKind(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, key.ID), fairlead.NotFound)
	_, _, err = s.CreateKey(t.Context(), app.Tenant, "app_none", access.KeySpec{})
	wantKind(t, err, fairlead.NotFound)
}
