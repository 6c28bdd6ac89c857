package console_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// newApplication creates an application in the console and returns the path of its page.
func (d desk) newApplication(name string) string {
	d.T.Helper()
	got := d.post("/applications", url.Values{"name": {name}, "company_name": {"Shop Ltd."}})
	path, ok := strings.CutPrefix(got.header.Get("Location"), "/console/t/dev")
	if got.status != http.StatusSeeOther || !ok {
		d.T.Fatalf("it was answered with %d to %q:\n%s", got.status, path, got.page)
	}
	return strings.TrimSuffix(path, "?done=created")
}

// value finds the text that a button of the page copies.
func value(t *testing.T, got answer, label string) string {
	t.Helper()
	found := regexp.MustCompile(`data-copy="([^"]+)" aria-label="Copy ` + label + `"`).FindStringSubmatch(got.page)
	if found == nil {
		t.Fatalf("the page has no %s to copy:\n%s", label, got.page)
	}
	return found[1]
}

func TestAnApplicationIsMadeWithKeysAndALinkInTheConsole(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	d.shows(d.get("/applications"), "shop", "Shop Ltd.")
	d.shows(d.get(app), "The first five minutes", "Make a key")

	key := d.post(app+"/keys", url.Values{"scope": {"read", "link"}})
	d.shows(key, "shown this once")
	client, secret := value(t, key, "the client id"), value(t, key, "the secret")
	if again := d.get(app + "/keys"); strings.Contains(again.page, secret) {
		t.Errorf("the secret is shown a second time:\n%s", again.page)
	}
	if strings.Contains(d.Log.String(), secret) {
		t.Error("the secret is in the log")
	}
	call := func(want int) {
		t.Helper()
		r, err := http.NewRequest(http.MethodGet, d.URL+"/v1/connections", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.SetBasicAuth(client, secret)
		if status, body := d.Do(r); status != want {
			t.Errorf("the key is answered with %d, want %d: %s", status, want, body)
		}
	}
	call(http.StatusOK)

	link := d.post(app+"/links", url.Values{"reference": {"ada"}})
	d.shows(link, "The link is made")
	page := d.Visit(value(t, link, "the address"))
	if page.Status != http.StatusOK || !strings.Contains(page.Text(), "Shop Ltd.") {
		t.Errorf("the link opens with %d:\n%s", page.Status, page.Text())
	}
	d.shows(d.get(app), "The link opened <span class=\"unseen\">(done)")

	rotated := d.post(app+"/keys/rotate", url.Values{"overlap": {"1h0m0s"}})
	d.shows(rotated, "shown this once")
	call(http.StatusOK) // both are good for a while
	old := regexp.MustCompile(`keys/(key_[0-9a-z]+)/revoke`).FindAllStringSubmatch(rotated.page, -1)
	d.leads(d.post(app+"/keys/"+old[len(old)-1][1]+"/revoke", nil), app+"/keys?done=revoked")
	call(http.StatusUnauthorized)
}

func TestWhatIsWrongWithAnApplicationIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	d.refuses(d.post("/applications", url.Values{"name": {""}}), "name", "must not be empty")
	d.refuses(d.post("/applications", url.Values{"name": {"shop"}}), "name", "is taken")
	d.refuses(d.post(app+"/keys", url.Values{}), "scope", "must be chosen")
	d.post(app+"/keys", url.Values{"scope": {"read"}})
	d.refuses(d.post(app+"/keys/rotate", url.Values{"overlap": {"soon"}}), "overlap", "must be one of those offered")
	right := func(change ...string) url.Values {
		v := url.Values{"name": {"shop"}, "company_name": {"Shop"}, "accent": {"#0a6b4f"}, "origins": {"https://app.example.com\n"}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	for field, value := range map[string]string{
		"accent": "green", "terms_url": "http://example.com", "origins": "app.example.com", "redirect_hosts": "https://", "callback_hosts": "https://a b",
	} {
		got := d.post(app+"/appearance", right(field, value))
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.page, `id="w-`+field+`"`) || !strings.Contains(got.page, "value=\"Shop\"") {
			t.Errorf("%s = %q was answered with %d:\n%s", field, value, got.status, got.page)
		}
	}
	d.leads(d.post(app+"/appearance", right()), app+"/appearance?done=saved")
	d.shows(d.get(app+"/appearance"), "#0a6b4f", "https://app.example.com")
	d.refuses(d.post(app+"/delete", url.Values{"name": {"other"}}), "name", "must be the application")
	d.leads(d.post(app+"/delete", url.Values{"name": {"shop"}}), "/applications?done=deleted")
	if got := d.get(app); got.status != http.StatusNotFound {
		t.Errorf("the application is still answered with %d", got.status)
	}
}

func TestVendorsSettingsAreShownAndChangedAsEachDialectDeclaresThem(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	d.shows(d.get(app+"/dialects"), "klavi", "taiki")
	form := regexp.MustCompile(`name="([a-z_]*url[a-z_]*)"`).FindStringSubmatch(d.get(app + "/dialects").page)
	if form == nil {
		t.Fatal("no setting is an address")
	}
	dialect := regexp.MustCompile(`dialects/([a-z]+)"[^§]*?name="` + form[1] + `"`).FindStringSubmatch(d.get(app + "/dialects").page)
	d.refuses(d.post(app+"/dialects/"+dialect[1], url.Values{form[1]: {"not an address"}}), form[1], "must be")
	d.leads(d.post(app+"/dialects/"+dialect[1], url.Values{form[1]: {"https://app.example.com/hook"}}), app+"/dialects?done=saved")
	d.shows(d.get(app+"/dialects"), "https://app.example.com/hook")
}

func TestAnEndpointIsAddedTestedPausedAndDeletedInTheConsole(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	receiver := apptest.NewReceiver(t)
	d.refuses(d.post(app+"/endpoints", url.Values{"address": {"nowhere"}}), "address", "must be an https address")
	added := d.post(app+"/endpoints", url.Values{"address": {receiver.URL + "/hook"}})
	d.shows(added, "shown this once")
	secret := value(t, added, "the secret")
	endpoint := app + "/endpoints/" + value(t, added, "the id")
	if again := d.get(endpoint); strings.Contains(again.page, secret) || !strings.Contains(again.page, ">fine<") {
		t.Errorf("the endpoint is shown as:\n%s", again.page)
	}
	tested := d.post(endpoint+"/test", nil)
	if to := tested.header.Get("Location"); !strings.Contains(to, "/events/evt_") {
		t.Errorf("a test leads to %q", to)
	}
	d.Until("the test was received", func() bool { return len(receiver.Got()) == 1 })
	if other := value(t, d.post(endpoint+"/rotate", nil), "the secret"); other == secret {
		t.Error("the secret is the old one")
	}
	d.leads(d.post(endpoint, url.Values{"address": {receiver.URL + "/other"}, "paused": {"1"}}), endpoint+"?done=saved")
	d.shows(d.get(endpoint), ">paused<", "/other")
	d.leads(d.post(endpoint+"/delete", nil), app+"/endpoints?done=deleted")
}
