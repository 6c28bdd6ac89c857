package server_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// providerAnswer is what the API shows of a provider.
type providerAnswer struct {
	ID          string            `json:"id"`
	Connector   string            `json:"connector"`
	Environment string            `json:"environment"`
	Settings    map[string]string `json:"settings"`
	Keys        map[string]string `json:"keys"`
	Slots       struct{ Limit, Used, Left int }
	ResetsAt    *time.Time `json:"resets_at"`
	Problem     *problemAnswer
	Directory   struct {
		Institutions int
		RefreshedAt  *time.Time `json:"refreshed_at"`
		Refreshing   bool
		Problem      *problemAnswer
	}
}

type problemAnswer struct{ Kind, Actor, Detail string }

// estuary is the provider of the dev tenant once its directory has been read.
func estuary(t *testing.T, a *apptest.App) providerAnswer {
	t.Helper()
	var got providerAnswer
	within(t, 20*time.Second, func() bool {
		var l struct{ Data []providerAnswer }
		a.Call("GET", "/providers", nil, &l)
		if len(l.Data) != 1 || l.Data[0].Directory.RefreshedAt == nil || l.Data[0].Directory.Refreshing {
			return false
		}
		got = l.Data[0]
		return true
	})
	return got
}

func within(t *testing.T, d time.Duration, done func() bool) {
	t.Helper()
	for end := time.Now().Add(d); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not come to that in time")
		}
	}
}

func TestADevServerSetsUpTheSandboxsOwnProviderByItself(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	a := apptest.Start(t, apptest.Data(folder))
	var before struct{ Data []providerAnswer }
	a.Call("GET", "/providers", nil, &before)
	if len(before.Data) != 0 {
		t.Fatalf("there is a provider already: %v", before.Data)
	}
	a.Stop()
	a = apptest.Start(t, apptest.Data(folder), apptest.Estuary()) // on an existing data folder
	p := estuary(t, a)
	if p.Connector != "estuary" || p.Environment != "sandbox" || p.Keys["secret"] != hub.Secret[len(hub.Secret)-4:] || p.Settings["client_id"] != hub.ClientID {
		t.Errorf("the provider is %+v", p)
	}
	if p.Slots.Limit != 10 || p.Slots.Left != 10 || p.Problem != nil || p.Directory.Institutions < 300 {
		t.Errorf("the provider is %+v", p)
	}
	a.Stop()
	a = apptest.Start(t, apptest.Data(folder), apptest.Estuary())
	if again := estuary(t, a); again.ID != p.ID || !again.Directory.RefreshedAt.Equal(*p.Directory.RefreshedAt) {
		t.Errorf("after a restart the provider is %+v", again)
	}
}

func TestALogoOfADirectoryIsServedFromHere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	estuary(t, a)
	var hash string
	within(t, 20*time.Second, func() bool {
		i, err := institution(t, a, "estuary_1000")
		hash = i.LogoHash
		return err == nil && hash != ""
	})
	r, err := http.Get(a.URL + "/logos/" + hash + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	picture, err := png.Decode(bytes.NewReader(body))
	if err != nil || picture.Bounds().Dx() != 128 || r.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		r.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the logo is %v with %v", err, r.Header)
	}
	for _, path := range []string{
		strings.Repeat("0", 64) + ".png", hash, hash + ".svg", hash[:63] + ".png", strings.ToUpper(hash) + ".png", "..%2f" + hash + ".png", "%2e%2e%2fkeyset.json",
	} {
		r, err := http.Get(a.URL + "/logos/" + path)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusNotFound && path != strings.ToUpper(hash)+".png" || r.StatusCode == http.StatusOK && path != hash+".png" {
			t.Errorf("/logos/%s answered %d", path, r.StatusCode)
		}
	}
}

func TestWhatIsWrongWithAProviderIsSaidInWords(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	type fields = map[string]any
	for name, c := range map[string]struct {
		body fields
		want string
	}{
		"a connector that there is not":     {fields{"connector": "nobody", "fields": fields{}}, "connector"},
		"a connector that needs none":       {fields{"connector": "sandbox", "fields": fields{}}, "needs no provider"},
		"a missing field":                   {fields{"connector": "estuary", "fields": fields{"client_id": hub.ClientID}}, "fields.secret"},
		"an unknown field":                  {fields{"connector": "estuary", "fields": fields{"client_id": hub.ClientID, "secret": hub.Secret, "sekret": "x"}}, "fields.sekret"},
		"a choice that there is not":        {fields{"connector": "estuary", "fields": fields{"client_id": hub.ClientID, "secret": hub.Secret, "countries": "US,XX"}}, "fields.countries"},
		"a wrong key":                       {fields{"connector": "estuary", "fields": fields{"client_id": hub.ClientID, "secret": "canary-wrong-secret"}}, "does not know this client id and secret"},
		"keys of the wrong environment":     {fields{"connector": "estuary", "fields": fields{"client_id": hub.LiveClientID, "secret": hub.LiveSecret}}, "live environment"},
		"a base that is no address":         {fields{"connector": "estuary", "base": "ftp://x", "fields": fields{"client_id": hub.ClientID, "secret": hub.Secret}}, "base"},
		"a base that may not be called":     {fields{"connector": "estuary", "base": "https://evil.example", "fields": fields{"client_id": hub.ClientID, "secret": hub.Secret}}, "--allow"},
		"a field of the request's own body": {fields{"connector": "estuary", "secret": "x"}, "secret"},
	} {
		status, body := a.Raw("POST", "/providers", c.body)
		if status != http.StatusUnprocessableEntity || !strings.Contains(string(body), c.want) || strings.Contains(string(body), "canary-wrong") {
			t.Errorf("%s answered %d %s", name, status, body)
		}
	}
	var l struct{ Data []providerAnswer }
	if a.Call("GET", "/providers", nil, &l); len(l.Data) != 0 {
		t.Errorf("what was refused is stored: %v", l.Data)
	}
}

// fault switches something on that goes wrong at the sandbox's own service.
func fault(t *testing.T, a *apptest.App, name string) {
	t.Helper()
	r, _ := http.NewRequest("POST", a.URL+"/sandbox/estuary/v1/"+devTenant(t, a)+"/fault", strings.NewReader("fault="+name))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(hub.ClientID, hub.Secret)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != 200 || strings.Contains(string(body), "unknown") {
		t.Fatalf("the fault %s could not be switched on: %s", name, body)
	}
}

func TestAFailedReadingOfADirectoryLeavesWhatWasThere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	p := estuary(t, a)
	for name, kind := range map[string]string{"down": "institution_down", "html": "institution_down", "torn": "institution_down", "shapeless": "institution_down", "revoked": "unauthenticated", "quota": "slow_down"} {
		fault(t, a, name)
		a.Call("POST", "/providers/"+p.ID+"/refresh", nil, nil)
		var got providerAnswer
		within(t, 20*time.Second, func() bool {
			got = providerAnswer{}
			a.Call("GET", "/providers/"+p.ID, nil, &got)
			return got.Directory.Problem != nil && got.Directory.Problem.Kind == kind
		})
		if got.Directory.Institutions != p.Directory.Institutions || got.Directory.Problem.Detail == "" {
			t.Errorf("%s: the provider is %+v", name, got)
		}
		if name == "revoked" && (got.Problem == nil || got.Problem.Actor != "operator") {
			t.Errorf("revoked keys are no problem of the operator's: %+v", got.Problem)
		}
		if name == "quota" && got.ResetsAt == nil {
			t.Errorf("nothing says when the quota begins anew: %+v", got)
		}
		fault(t, a, "")
		got = providerAnswer{}
		a.Call("POST", "/providers/"+p.ID+"/try", nil, &got)
		if got.Problem != nil || got.ResetsAt != nil {
			t.Errorf("%s is over, and the provider is %+v", name, got)
		}
		within(t, 20*time.Second, func() bool {
			got = providerAnswer{}
			a.Call("GET", "/providers/"+p.ID, nil, &got)
			return !got.Directory.Refreshing && got.Directory.Problem == nil
		})
	}
}

func TestABankThatIsListedNoMoreIsGoneAndComesBack(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	p := estuary(t, a)
	refreshed := func() (got providerAnswer) {
		a.Call("POST", "/providers/"+p.ID+"/refresh", nil, nil)
		within(t, 20*time.Second, func() bool {
			got = providerAnswer{}
			a.Call("GET", "/providers/"+p.ID, nil, &got)
			return !got.Directory.Refreshing
		})
		return got
	}
	withLogos(t, a)
	before := revision(t, a, p.ID)
	if refreshed(); revision(t, a, p.ID) != before {
		t.Error("the revision counts up although nothing changed")
	}
	fault(t, a, "fewer")
	if got := refreshed(); got.Directory.Institutions >= p.Directory.Institutions || revision(t, a, p.ID) == before {
		t.Errorf("of %d institutions there are %d", p.Directory.Institutions, got.Directory.Institutions)
	}
	if i, err := institution(t, a, "estuary_1023"); err != nil || i.Gone.IsZero() {
		t.Errorf("the bank that is listed no more is %+v, %v", i, err)
	}
	fault(t, a, "")
	if got := refreshed(); got.Directory.Institutions != p.Directory.Institutions {
		t.Errorf("of %d institutions %d came back", p.Directory.Institutions, got.Directory.Institutions)
	}
	if i, err := institution(t, a, "estuary_1023"); err != nil || !i.Gone.IsZero() {
		t.Errorf("the bank that is listed again is %+v, %v", i, err)
	}
}

func TestABankOfTheDirectoryIsLinkedAndTakesASlot(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	p := estuary(t, a)
	var linked struct {
		Connections []struct{ ID string } `json:"connections"`
	}
	status, body := a.Raw("POST", "/sandbox/links", map[string]any{"institution_id": "estuary_3001", "person": "ana", "user": "good", "wait": 60})
	if status != http.StatusCreated || json.Unmarshal(body, &linked) != nil {
		t.Fatalf("linking answered %d %s", status, body)
	}
	var conns struct {
		Data []struct{ ID, Status, InstitutionID string }
	}
	a.Call("GET", "/connections", nil, &conns)
	if len(conns.Data) != 1 {
		t.Fatalf("the connections are %+v", conns)
	}
	id := conns.Data[0].ID
	var accounts struct {
		Data []struct{ Currency string }
	}
	within(t, 30*time.Second, func() bool {
		a.Call("GET", "/connections/"+id+"/accounts", nil, &accounts)
		return len(accounts.Data) > 0
	})
	if accounts.Data[0].Currency != "GBP" {
		t.Errorf("the accounts of a British bank are %+v", accounts)
	}
	var rows struct{ Data []struct{ ID string } }
	within(t, 30*time.Second, func() bool {
		a.Call("GET", "/connections/"+id+"/transactions", nil, &rows)
		return len(rows.Data) > 0
	})
	var got providerAnswer
	if a.Call("GET", "/providers/"+p.ID, nil, &got); got.Slots.Used != 1 || got.Slots.Left != 9 {
		t.Errorf("the slots are %+v", got.Slots)
	}
	status, body = a.Raw("DELETE", "/providers/"+p.ID, nil)
	if status != http.StatusConflict || !strings.Contains(string(body), "A connection of this tenant uses this provider") {
		t.Errorf("deleting a provider in use answered %d %s", status, body)
	}
	a.Call("DELETE", "/connections/"+id, nil, nil)
	a.Call("DELETE", "/providers/"+p.ID, nil, nil)
	if status, _ := a.Raw("GET", "/providers/"+p.ID, nil); status != http.StatusNotFound {
		t.Errorf("a deleted provider answered %d", status)
	}
	within(t, 20*time.Second, func() bool {
		_, err := institution(t, a, "estuary_3002")
		return err != nil
	})
	if named, err := institution(t, a, "estuary_3001"); err != nil || named.Name == "" {
		t.Errorf("the bank that an ended connection names is %+v, %v", named, err)
	}
	if offered := apptest.List[struct{ ID string }](a, "/institutions?country=GB"); slices.ContainsFunc(offered, func(i struct{ ID string }) bool { return strings.HasPrefix(i.ID, "estuary_") }) {
		t.Error("banks of a deleted provider are offered")
	}
}

// withLogos waits until the logos of the directory have been fetched.
func withLogos(t *testing.T, a *apptest.App) {
	t.Helper()
	within(t, 20*time.Second, func() bool {
		for _, id := range []fairlead.InstitutionID{
			"estuary_1000", "estuary_1001", "estuary_1002", "estuary_1003", "estuary_1004", "estuary_1005",
			"estuary_1006", "estuary_1007", "estuary_1008", "estuary_1009", "estuary_1010", "estuary_1011",
		} {
			if i, err := institution(t, a, id); err != nil || i.LogoHash == "" {
				return false
			}
		}
		return true
	})
}

// inStore reads what the server stores.
func inStore[T any](t *testing.T, a *apptest.App, read func(*store.Tx, fairlead.TenantID) (T, error)) (got T, err error) {
	t.Helper()
	err = a.Server.Store.View(t.Context(), func(tx *store.Tx) error {
		tenant, err := tx.Tenants.ByName("dev")
		if err == nil {
			got, err = read(tx, tenant.ID)
		}
		return err
	})
	return got, err
}

func institution(t *testing.T, a *apptest.App, id fairlead.InstitutionID) (fairlead.Institution, error) {
	return inStore(t, a, func(tx *store.Tx, tenant fairlead.TenantID) (fairlead.Institution, error) {
		return tx.Institutions.Get(tenant, id)
	})
}

func revision(t *testing.T, a *apptest.App, id string) int64 {
	p, err := inStore(t, a, func(tx *store.Tx, tenant fairlead.TenantID) (fairlead.Provider, error) {
		return tx.Providers.Get(tenant, id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return p.Directory.Revision
}

func devTenant(t *testing.T, a *apptest.App) string {
	id, err := inStore(t, a, func(_ *store.Tx, tenant fairlead.TenantID) (string, error) { return string(tenant), nil })
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAProvidersSecretIsFoundNowhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := apptest.Start(t, apptest.Data(dir), apptest.Estuary())
	p := estuary(t, a)
	var shown []string
	see := func(method, path string, body any) {
		_, answer := a.Raw(method, path, body)
		shown = append(shown, string(answer))
	}
	see("POST", "/providers", map[string]any{"connector": "estuary", "fields": map[string]string{"secret": "canary-of-a-wrong-key"}})
	see("POST", "/providers", map[string]any{"connector": "estuary", "fields": map[string]string{"secret": hub.LiveSecret}})
	see("PATCH", "/providers/"+p.ID, map[string]any{"fields": map[string]string{"secret": hub.Secret, "countries": "US,GB"}})
	fault(t, a, "revoked")
	see("POST", "/providers/"+p.ID+"/try", nil)
	fault(t, a, "")
	see("POST", "/providers/"+p.ID+"/try", nil)
	see("POST", "/providers/"+p.ID+"/refresh", nil)
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": "estuary_1001", "user": "good", "wait": 60}, nil)
	for _, path := range []string{"/providers", "/providers/" + p.ID, "/connectors", "/connections", "/links", "/events"} {
		see("GET", path, nil)
	}
	shown = append(shown, a.Log.String())
	a.Stop()
	in := files(t, dir)
	for _, secret := range []string{hub.Secret, hub.LiveSecret, "canary-of-a-wrong-key"} {
		for n, text := range shown {
			if strings.Contains(text, secret) {
				t.Errorf("a secret is in text %d: …%s…", n, around(text, secret))
			}
		}
		if names := holding(in, secret); len(names) > 0 {
			t.Errorf("a secret is in %v", names)
		}
	}
}

func TestAProvidersKeysAreBroughtUnderANewKey(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	p := estuary(t, a)
	of := func() fairlead.Provider {
		got, err := inStore(t, a, func(tx *store.Tx, tenant fairlead.TenantID) (fairlead.Provider, error) {
			return tx.Providers.Get(tenant, p.ID)
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	before := of()
	keys := a.Server.Vault.(*keyset.Vault)
	old := keys.Keys()[0].ID
	fresh, err := keys.Add()
	if err == nil {
		err = keys.Promote(fresh)
	}
	if err == nil {
		_, err = a.Server.Command(t.Context(), "keys.rewrap", []byte("{}"))
	}
	if err == nil {
		err = keys.Retire(old)
	}
	if err != nil {
		t.Fatal(err)
	}
	if after := of(); bytes.Equal(before.Keys, after.Keys) {
		t.Error("the keys are sealed as they were")
	}
	var got providerAnswer
	if a.Call("POST", "/providers/"+p.ID+"/try", nil, &got); got.Problem != nil {
		t.Errorf("with keys under a new key it meets %+v", got.Problem)
	}
}

func TestEachChangeOfAProviderIsInTheAuditTrail(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	p := estuary(t, a)
	a.Call("PATCH", "/providers/"+p.ID, map[string]any{"priority": 3}, nil)
	a.Call("POST", "/providers/"+p.ID+"/try", nil, nil)
	a.Call("POST", "/providers/"+p.ID+"/refresh", nil, nil)
	a.Call("DELETE", "/providers/"+p.ID, nil, nil)
	trail, err := inStore(t, a, func(tx *store.Tx, tenant fairlead.TenantID) ([]fairlead.AuditEntry, error) {
		return tx.Audit.After(tenant, 0, 1000)
	})
	var actions []string
	for _, e := range trail {
		if e.Subject == p.ID {
			actions = append(actions, e.Action)
		}
	}
	if want := "provider.set provider.set provider.try provider.refresh provider.delete"; err != nil || strings.Join(actions, " ") != want {
		t.Errorf("the trail has %v, %v", actions, err)
	}
}

func TestAProviderThatIsSetTwiceWithOneIdempotencyKeyIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	send := func() (int, string) {
		body := strings.NewReader(`{"connector":"estuary","fields":{"client_id":"` + hub.ClientID + `","secret":"` + hub.Secret + `"}}`)
		r, _ := http.NewRequest("POST", a.URL+"/v1/providers", body)
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", "once")
		r.SetBasicAuth("dev", "dev-secret")
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		answer, _ := io.ReadAll(response.Body)
		return response.StatusCode, string(answer)
	}
	status, first := send()
	if _, again := send(); status != http.StatusCreated || again != first {
		t.Errorf("it answered %d %s and then %s", status, first, again)
	}
}

func TestAFaultIsSwitchedOnOnlyForATenantThatIsThere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Estuary())
	r, _ := http.NewRequest("POST", a.URL+"/sandbox/estuary/v1/ten_nobody/fault", strings.NewReader("fault=quota"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(hub.ClientID, hub.Secret)
	if status, body := a.Do(r); status != http.StatusNotFound || !strings.Contains(string(body), "unknown_account") {
		t.Errorf("it answered %d %s", status, body)
	}
}
