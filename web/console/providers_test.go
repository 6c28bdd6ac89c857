package console_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/hub"
)

func TestAProviderIsSetTriedRefreshedAndDeletedInTheConsole(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	d.shows(d.get("/providers"), "not set up", "Estuary")
	page := "/providers/estuary"
	form := func(change ...string) url.Values {
		v := url.Values{"priority": {"0"}, "client_id": {hub.ClientID}, "secret": {hub.Secret}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	secret := form().Get("secret")
	d.refuses(d.post(page, form("secret", "")), "secret", "is required")
	d.refuses(d.post(page, form("priority", "first")), "priority", "whole number")
	d.refuses(d.post(page, form("base", "nowhere")), "base", "must")
	if wrong := d.post(page, form("secret", "not-the-right-one-at-all")); wrong.status != http.StatusUnprocessableEntity || strings.Contains(wrong.page, "not-the-right-one-at-all") {
		t.Errorf("wrong keys were answered with %d:\n%s", wrong.status, wrong.page)
	}
	d.shows(d.get("/providers"), "not set up")

	d.leads(d.post(page, form()), page+"?done=saved")
	d.Until("its institutions were read", func() bool {
		return regexp.MustCompile(`<dt>Institutions</dt>\s*<dd>[1-9]`).MatchString(d.get(page).page)
	})
	shown := d.get(page)
	d.shows(shown, ">fine<", "…"+secret[len(secret)-4:])
	for _, got := range []answer{shown, d.get("/providers")} {
		if strings.Contains(got.page, secret) {
			t.Errorf("a key is shown:\n%s", got.page)
		}
	}
	if strings.Contains(d.Log.String(), secret) {
		t.Error("a key is in the log")
	}
	d.leads(d.post(page, form("secret", "", "priority", "3")), page+"?done=saved") // an empty secret stays
	d.shows(d.get(page), `value="3"`, "…"+secret[len(secret)-4:])
	d.leads(d.post(page+"/try", nil), page+"?done=tried")
	d.leads(d.post(page+"/refresh", nil), page+"?done=refreshing")
	d.shows(d.get("/institutions?q=Alder+Valley+Bank"), "href=\"/console/t/dev/providers/estuary\"")
	d.leads(d.post(page+"/delete", nil), "/providers?done=deleted")
	d.shows(d.get("/providers"), "not set up")
	if got := d.get("/providers/nobody"); got.status != http.StatusNotFound {
		t.Errorf("a connector that is not there was answered with %d", got.status)
	}
}

func TestInstitutionsAreFoundByNameAndCountryAndListedPageByPage(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t, apptest.Estuary()))
	d.Until("there is a second page", func() bool { return strings.Contains(d.get("/institutions").page, `rel="next"`) })
	seen := map[string]bool{}
	for path := "/institutions"; path != ""; {
		got := d.get(path)
		d.shows(got, "Institutions")
		ids := regexp.MustCompile(`<code class="id">([a-z]+_[^<]+)</code>`).FindAllStringSubmatch(got.page, -1)
		if len(ids) == 0 || len(ids) > 50 {
			t.Fatalf("%s lists %d", path, len(ids))
		}
		for _, id := range ids {
			if seen[id[1]] {
				t.Fatalf("%s lists %s again", path, id[1])
			}
			seen[id[1]] = true
		}
		path = ""
		if next := regexp.MustCompile(`href="/console/t/dev([^"]+)" rel="next"`).FindStringSubmatch(got.page); next != nil {
			path = strings.ReplaceAll(next[1], "&amp;", "&")
		}
	}
	if total := fmt.Sprintf("%d institutions", len(seen)); !strings.Contains(d.get("/institutions").page, total) {
		t.Errorf("all pages have %s, and the first says otherwise", total)
	}
	d.shows(d.get("/institutions?q=harbour"), "Harbo")
	d.shows(d.get("/institutions?q=zzzzzzzz"), "Nothing was found")
	for _, country := range regexp.MustCompile(`(?s)</span>\s*</td>\s*<td>\s*([A-Z]{2})\s*</td>`).FindAllStringSubmatch(d.get("/institutions?country=br").page, -1) {
		if country[1] != "BR" {
			t.Errorf("an institution of %s is listed for Brazil", country[1])
		}
	}
	if got := d.get("/institutions?after=ins_nothing"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a page after nothing was answered with %d", got.status)
	}
}
