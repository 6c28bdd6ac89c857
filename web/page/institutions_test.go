package page_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/directory/directorytest"
)

// longDirectory gives the dev tenant a provider that reaches 20 000 institutions.
func longDirectory(a *apptest.App, change func([]fairlead.Institution)) {
	a.T.Helper()
	who, err := a.Server.Verbs.Access.ByClient(a.T.Context(), access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		a.T.Fatal(err)
	}
	p := fairlead.Provider{ID: "prv_long", Tenant: who.Tenant.ID, Connector: "sandbox", Environment: fairlead.Sandbox, Created: time.Now()}
	list := directorytest.Institutions(20_000, p)
	if change != nil {
		change(list)
	}
	if err := directorytest.Provide(a.T.Context(), a.Server.Store, &p, list); err != nil {
		a.T.Fatal(err)
	}
}

// searchFor is what the search form does without scripts.
func searchFor(p *apptest.Browser, text, country string) {
	at := *p.At
	at.Path = strings.TrimSuffix(at.Path, "/search") + "/search"
	at.RawQuery = ""
	p.Go(at.String() + "?" + url.Values{"q": {text}, "country": {country}, "search": {"1"}}.Encode())
}

var choiceForm = regexp.MustCompile(`<button name="institution" value="([^"]*)"`)

// choices are the institutions on the page.
func choices(p *apptest.Browser) (ids []string) {
	for _, m := range choiceForm.FindAllStringSubmatch(p.Page, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestTwentyThousandInstitutionsAreAShortPageAndASearch(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	var name string
	longDirectory(a, func(list []fairlead.Institution) {
		name = list[12_345].Name
		list[0].Popular, list[0].LogoHash = 99, strings.Repeat("ab", 32)
		list[1].Gone = time.Now()
	})
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}, "countries": []string{"US", "CA"}})
	p := a.Visit(address)
	says(t, p, "There are more. Search by name to find yours.")
	if n := len(choices(p)); n < 50 || n > 61 {
		t.Errorf("the page lists %d institutions", n)
	}
	if want := `src="/logos/` + strings.Repeat("ab", 32) + `.png"`; !strings.Contains(p.Page, want) {
		t.Error("the logo is not fetched from here")
	}
	if n := regexp.MustCompile(`2\d,\d\d\d institutions|19,\d\d\d institutions`).FindString(p.Text()); n == "" {
		t.Errorf("the page does not say how many there are:\n%s", p.Text())
	}
	css, err := os.ReadFile("static/page.css")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, p.Page, string(css))
	z.Close()
	if packed.Len() > 16<<10 {
		t.Errorf("the page and its style take %d bytes compressed", packed.Len())
	}

	words := strings.Fields(name) // in another order, one letter missing
	searchFor(p, words[1][:3]+words[1][4:]+" "+strings.ToUpper(words[0]), "")
	says(t, p, name)
	if n := len(choices(p)); n == 0 || n > 61 {
		t.Errorf("the search found %d", n)
	}
	searchFor(p, "sandbox_ins_000000", "CA")
	says(t, p, "institution")
	if got := choices(p); len(got) == 0 || got[0] != "sandbox_ins_000000" {
		t.Errorf("by its id, in Canada: %v", got)
	}
	searchFor(p, "sandbox_ins_000000", "US")
	says(t, p, "No match for")

	for name, want := range map[string]string{"sandbox_ins_000001": "wrong=", "sandbox_ins_019999": ""} {
		_, _, other := link(a, map[string]any{"stages": []string{"institution", "consent"}, "person": name})
		p := a.Visit(other)
		p.Press("choose", "institution", name)
		if got := p.At.RawQuery; !strings.Contains(got, want) || want == "" && !strings.Contains(p.Text(), "What you share") {
			t.Errorf("choosing %s leads to %s:\n%s", name, p.At, p.Text())
		}
	}
}

func TestASearchOffersOnlyWhatTheLinkWants(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	longDirectory(a, func(list []fairlead.Institution) {
		list[2].Products = []fairlead.Product{fairlead.ProductHoldings}
	})
	_, _, address := link(a, map[string]any{"stages": []string{"institution"}, "countries": []string{"CA"}})
	p := a.Visit(address)
	says(t, p, "Canada")
	if strings.Contains(p.Text(), "United States") {
		t.Error("the link is for Canada, and the page offers banks of the United States")
	}
	searchFor(p, "bank", "")
	if strings.Contains(p.Text(), "United States") || len(choices(p)) < 50 {
		t.Errorf("the search found %d:\n%s", len(choices(p)), p.Text())
	}
	searchFor(p, "sandbox_ins_000001", "")
	says(t, p, "No match for")

	_, _, address = link(a, map[string]any{"stages": []string{"institution"}, "products": []string{"holdings"}, "institution_ids": []string{"sandbox_ins_000002", "sandbox_ins_000003", "harbor"}})
	p = a.Visit(address)
	for _, id := range choices(p) {
		if id == "sandbox_ins_000003" {
			t.Errorf("offered are %v", choices(p))
		}
	}
	searchFor(p, "sandbox_ins_000002", "")
	if got := choices(p); len(got) != 1 {
		t.Errorf("found are %v", got)
	}
}

func TestAPersonsOwnCountryComesFirst(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	longDirectory(a, nil)
	for language, country := range map[string]string{"en-CA,en;q=0.8": "Canada", "en-US": "United States"} {
		_, _, address := link(a, map[string]any{"stages": []string{"institution"}})
		c := newClient(t)
		c.CheckRedirect = nil
		_, text := get(t, c, http.MethodGet, address, nil, map[string]string{"Accept-Language": language})
		details := regexp.MustCompile(`class="detail">([^<]*)<`).FindAllStringSubmatch(text, -1)
		if len(details) < 50 {
			t.Fatalf("the page lists %d", len(details))
		}
		for _, d := range details[:20] {
			if !strings.HasPrefix(d[1], country) {
				t.Errorf("whose browser says %s sees first what is of %s", language, d[1])
			}
		}
	}
}
