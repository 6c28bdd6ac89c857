package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

func TestTheSameSeedGivesTheSameIDsOnAnyServer(t *testing.T) {
	t.Parallel()
	make := func(seed string) (fairlead.Tenant, fairlead.Application) {
		s := newServer(t, access.Options{})
		tenant, err := s.CreateTenant(t.Context(), "sandbox", fairlead.Sandbox, seed)
		must(t, err)
		return tenant, s.application(t, tenant, "shop")
	}
	tenant, app := make("seed")
	sameTenant, sameApp := make("seed")
	otherTenant, otherApp := make("other")
	if tenant.ID != sameTenant.ID || app.ID != sameApp.ID || app.ClientID != string(app.ID) {
		t.Errorf("%s and %s, %s and %s", tenant.ID, sameTenant.ID, app.ID, sameApp.ID)
	}
	if tenant.ID == otherTenant.ID || app.ID == otherApp.ID {
		t.Error("another seed gave the same ids")
	}
}

func TestATenantsNameIsUniqueAndItsSeedASandboxs(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	first := s.tenant(t, "acme", fairlead.Sandbox)
	if first.Seed == "" {
		t.Error("a sandbox has no seed to derive its world from")
	}
	_, err := s.CreateTenant(t.Context(), "acme", fairlead.Live, "")
	wantKind(t, err, fairlead.Conflict)
	wantField(t, err, "name")
	_, err = s.CreateTenant(t.Context(), "live", fairlead.Live, "seed")
	wantField(t, err, "seed")
	_, err = s.CreateTenant(t.Context(), "live", "staging", "")
	wantField(t, err, "environment")
	for _, name := range []string{"", " acme", "a\nb", strings.Repeat("x", 101), "\xff"} {
		_, err = s.CreateTenant(t.Context(), name, fairlead.Live, "")
		wantField(t, err, "name")
	}
	for n := range 3 {
		s.tenant(t, fmt.Sprint("more ", n), fairlead.Live)
	}
	page, err := s.Tenants(t.Context(), "", 3)
	must(t, err)
	rest, err := s.Tenants(t.Context(), page[len(page)-1].ID, 0)
	must(t, err)
	if len(page) != 3 || len(rest) != 1 {
		t.Errorf("pages of %d and %d", len(page), len(rest))
	}
	if got, err := s.TenantNamed(t.Context(), "acme"); err != nil || got.ID != first.ID {
		t.Errorf("found %v, %v", got, err)
	}
	_, err = s.Tenant(t.Context(), "ten_none")
	wantKind(t, err, fairlead.NotFound)
}

func TestAnApplicationsNamesAreUnique(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant, other := s.tenant(t, "acme", fairlead.Live), s.tenant(t, "other", fairlead.Live)
	app, err := s.CreateApplication(t.Context(), tenant.ID, access.ApplicationSpec{ID: "app_chosen", ClientID: "shop", Name: "Shop"})
	must(t, err)
	if app.ID != "app_chosen" || app.ClientID != "shop" || app.CompanyName != "Shop" || !app.Created.Equal(begin) {
		t.Errorf("made %+v", app)
	}
	_, err = s.CreateApplication(t.Context(), tenant.ID, access.ApplicationSpec{Name: "Shop"})
	wantField(t, err, "name")
	_, err = s.CreateApplication(t.Context(), other.ID, access.ApplicationSpec{ClientID: "shop", Name: "Shop"})
	wantKind(t, err, fairlead.Conflict)
	wantField(t, err, "client_id")
	s.application(t, other, "Shop") // another tenant's name is free
	_, err = s.CreateApplication(t.Context(), "ten_none", access.ApplicationSpec{Name: "Shop"})
	wantKind(t, err, fairlead.NotFound)

	found, err := s.ApplicationNamed(t.Context(), tenant.ID, "Shop")
	must(t, err)
	if found.ID != app.ID {
		t.Errorf("found %s", found.ID)
	}
	_, err = s.Application(t.Context(), other.ID, app.ID)
	wantKind(t, err, fairlead.NotFound)
}

func TestAFieldThatIsNotWhatItIsForIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant := s.tenant(t, "acme", fairlead.Live)
	good := access.ApplicationSpec{
		Name: "Shop", CompanyName: "Açaí & Söhne", Origins: []string{"https://app.example.com", "http://localhost:3000"},
		RedirectHosts: []string{"app.example.com", "app.example.com:8443", "com.example.app:", "https://app.example.com/done?x=1"}, CallbackHosts: []string{"hooks.example.com", "10.0.0.7:9000"},
		Theme: fairlead.Theme{Accent: "#0A7f3c", Logo: "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E"},
	}
	_, err := s.CreateApplication(t.Context(), tenant.ID, good)
	must(t, err)
	for field, bad := range map[string][]func(*access.ApplicationSpec){
		"id":           {func(a *access.ApplicationSpec) { a.ID = "a b" }, func(a *access.ApplicationSpec) { a.ID = "../x" }},
		"client_id":    {func(a *access.ApplicationSpec) { a.ClientID = "a/b" }},
		"name":         {func(a *access.ApplicationSpec) { a.Name = "" }},
		"company_name": {func(a *access.ApplicationSpec) { a.CompanyName = "a\x00b" }},
		"origins": {
			func(a *access.ApplicationSpec) { a.Origins = make([]string, 101) },
		},
		"origins.1": {
			func(a *access.ApplicationSpec) { a.Origins[1] = "app.example.com" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "https://app.example.com/" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "https://*.example.com" + "/x" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "https://*.example.com" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "https://app.example.com;x" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "http://app.example.com" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "null" },
			func(a *access.ApplicationSpec) { a.Origins[1] = "javascript:alert(1)" },
		},
		"redirect_hosts.2": {
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "https://app.example.com" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "app.example.com/done" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "javascript:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "data:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "https:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "*.example.com" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "me@app.example.com" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "a?b" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "myapp:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "ms-msdt:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "view-source:" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "intent://" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "http://app.example.com/done" },
			func(a *access.ApplicationSpec) { a.RedirectHosts[2] = "https://me@app.example.com/done" },
		},
		"callback_hosts.0": {
			func(a *access.ApplicationSpec) { a.CallbackHosts[0] = "com.example.app:" },
			func(a *access.ApplicationSpec) { a.CallbackHosts[0] = "hooks.example.com/x" },
			func(a *access.ApplicationSpec) { a.CallbackHosts[0] = "a#b" },
		},
		"theme.accent": {func(a *access.ApplicationSpec) { a.Theme.Accent = "red" }, func(a *access.ApplicationSpec) { a.Theme.Accent = "#fff;}" }},
		"theme.logo": {
			func(a *access.ApplicationSpec) { a.Theme.Logo = "https://cdn.example.com/logo.svg" },
			func(a *access.ApplicationSpec) { a.Theme.Logo = "data:image/png;base64,aGVsbG8=" },
			func(a *access.ApplicationSpec) { a.Theme.Logo = "javascript:alert(1)" },
			func(a *access.ApplicationSpec) { a.Theme.Logo = "data:text/html,x" },
			func(a *access.ApplicationSpec) { a.Theme.Logo = "data:image/png;base64," + strings.Repeat("A", 1<<17) },
		},
	} {
		for n, change := range bad {
			spec := good
			spec.Name = "Another"
			spec.Origins, spec.RedirectHosts, spec.CallbackHosts = append([]string{}, good.Origins...), append([]string{}, good.RedirectHosts...), append([]string{}, good.CallbackHosts...)
			change(&spec)
			_, err := s.CreateApplication(t.Context(), tenant.ID, spec)
			if !fairlead.Is(err, fairlead.Invalid) {
				t.Errorf("%s, case %d: %v", field, n, err)
				continue
			}
			wantField(t, err, field)
		}
	}
}

func TestAnApplicationChangesWhollyOrNotAtAll(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, secret := s.shop(t)
	changed, err := s.UpdateApplication(t.Context(), app.Tenant, app.ID, func(a *fairlead.Application) error {
		a.Name, a.RedirectHosts = "store", []string{"store.example.com"}
		return nil
	})
	must(t, err)
	if got := s.caller(t, secret).Application; got.Name != "store" || changed.Name != "store" || len(got.RedirectHosts) != 1 {
		t.Errorf("changed to %+v", got)
	}
	refuse := errors.New("refused")
	for kind, change := range map[fairlead.ErrorKind]func(*fairlead.Application) error{
		fairlead.Internal: func(*fairlead.Application) error { return refuse },
		fairlead.Invalid: func(a *fairlead.Application) error {
			a.Name, a.ClientID = "renamed", "dev"
			return nil
		},
	} {
		_, err := s.UpdateApplication(t.Context(), app.Tenant, app.ID, change)
		wantKind(t, err, kind)
	}
	s.application(t, s.caller(t, secret).Tenant, "taken")
	_, err = s.UpdateApplication(t.Context(), app.Tenant, app.ID, func(a *fairlead.Application) error {
		a.Name = "taken"
		return nil
	})
	wantField(t, err, "name")
	_, err = s.UpdateApplication(t.Context(), app.Tenant, app.ID, func(a *fairlead.Application) error {
		a.Origins = []string{"nowhere"}
		return nil
	})
	wantField(t, err, "origins.0")
	if got := s.caller(t, secret).Application; got.Name != "store" {
		t.Errorf("a refused change left %+v", got)
	}
	_, err = s.UpdateApplication(t.Context(), app.Tenant, "app_none", func(*fairlead.Application) error { return nil })
	wantKind(t, err, fairlead.NotFound)
}

func TestADeletedApplicationIsAdmittedNoMore(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, secret := s.shop(t)
	_, second := s.key(t, app, access.KeySpec{})
	c := s.caller(t, secret)
	neighbour := s.application(t, c.Tenant, "neighbour")
	_, neighbourSecret := s.key(t, neighbour, access.KeySpec{})
	token, _, err := s.IssueToken(t.Context(), c, "native", time.Hour)
	must(t, err)
	for range 250 { // more than one transaction removes
		_, _, err := s.IssueToken(t.Context(), c, "native", time.Hour)
		must(t, err)
	}
	must(t, s.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Endpoints.Put(app.Tenant, &fairlead.Endpoint{ID: "whe_1", Tenant: app.Tenant, Application: app.ID, Address: "https://x.example/"}); err != nil {
			return err
		}
		return tx.Templates.Put(app.Tenant, &fairlead.Template{ID: "lkt_1", Tenant: app.Tenant, Application: app.ID, Token: "t", Name: "n"})
	}))

	must(t, s.DeleteApplication(t.Context(), app.Tenant, app.ID, nil))
	for _, gone := range []fairlead.Secret{secret, second} {
		_, err := s.BySecret(t.Context(), gone)
		wantKind(t, err, fairlead.Unauthenticated)
	}
	_, err = s.ByToken(t.Context(), token, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.ApplicationByClientID(t.Context(), app.ClientID)
	wantKind(t, err, fairlead.NotFound)
	wantKind(t, s.DeleteApplication(t.Context(), app.Tenant, app.ID, nil), fairlead.NotFound)
	s.caller(t, neighbourSecret)
	must(t, s.store.View(t.Context(), func(tx *store.Tx) error {
		tokens, err := tx.Tokens.Of(app.Tenant, fairlead.AccessToken, string(app.ID))
		if err != nil || len(tokens) != 0 {
			t.Errorf("%d tokens are left, %v", len(tokens), err)
		}
		if _, err := tx.Endpoints.Get(app.Tenant, "whe_1"); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("the endpoint: %v", err)
		}
		if _, err := tx.Templates.Get(app.Tenant, "lkt_1"); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("the reusable link: %v", err)
		}
		return nil
	}))
	// Its names are free again.
	s.application(t, c.Tenant, "shop")
}

func TestApplicationsArePagedWithinTheirTenant(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant := s.tenant(t, "acme", fairlead.Live)
	for n := range 5 {
		s.application(t, tenant, fmt.Sprint("app ", n))
	}
	s.application(t, s.tenant(t, "other", fairlead.Live), "foreign")
	seen := map[fairlead.ApplicationID]bool{}
	var after fairlead.ApplicationID
	for {
		page, err := s.Applications(t.Context(), tenant.ID, after, 2)
		must(t, err)
		for _, app := range page {
			if app.Tenant != tenant.ID {
				t.Errorf("a foreign application: %s", app.Name)
			}
			seen[app.ID], after = true, app.ID
		}
		if len(page) < 2 {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d of 5 were listed", len(seen))
	}
}
