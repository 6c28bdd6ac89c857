package docs_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// get fetches an address of the server.
func get(app *apptest.App, path string, header ...string) (int, http.Header, string) {
	app.T.Helper()
	r, err := http.NewRequestWithContext(app.T.Context(), http.MethodGet, app.URL+path, nil)
	if err != nil {
		app.T.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		app.T.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		app.T.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

var (
	anchorOf = regexp.MustCompile(` id="([^"]+)"`)
	linkOf   = regexp.MustCompile(` href="([^"]+)"`)
)

// walk reads every page that can be reached from the first, by its address.
func walk(app *apptest.App) map[string]string {
	app.T.Helper()
	pages, waiting := map[string]string{}, []string{"/docs"}
	for len(waiting) > 0 {
		address := waiting[0]
		waiting = waiting[1:]
		if _, known := pages[address]; known {
			continue
		}
		status, _, body := get(app, address)
		if status != http.StatusOK {
			app.T.Errorf("%s is linked and answers %d", address, status)
		}
		pages[address] = body
		for _, m := range linkOf.FindAllStringSubmatch(body, -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if strings.HasPrefix(to, "/docs") && !strings.HasSuffix(to, ".md") && !strings.Contains(to, "/assets/") {
				waiting = append(waiting, to)
			}
		}
	}
	return pages
}

func TestEveryLinkOfEveryPageLeadsSomewhere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	pages := walk(app)
	if len(pages) < 35 {
		t.Fatalf("%d pages can be reached", len(pages))
	}
	checked := map[string]bool{}
	for address, body := range pages {
		for _, m := range linkOf.FindAllStringSubmatch(body, -1) {
			path, anchor, _ := strings.Cut(m[1], "#")
			if path == "" {
				path = address
			}
			switch target, page := pages[path]; {
			case page && anchor != "" && !strings.Contains(target, ` id="`+anchor+`"`):
				t.Errorf("%s links to %s, which is not there", address, m[1])
			case !page && strings.HasPrefix(path, "/") && !checked[path]:
				checked[path] = true
				if status, _, _ := get(app, path); status != http.StatusOK {
					t.Errorf("%s links to %s, which answers %d", address, path, status)
				}
			}
		}
	}
}

func TestEveryPageIsMarkdownToo(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	_, _, list := get(app, "/llms.txt")
	for address := range walk(app) {
		markdown := address + ".md"
		if address == "/docs" {
			markdown = "/docs/index.md"
		}
		status, header, body := get(app, markdown)
		if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "text/markdown") || !strings.HasPrefix(body, "#") && !strings.HasPrefix(body, "<!--") {
			t.Errorf("%s answers %d, %s, %.40q", markdown, status, header.Get("Content-Type"), body)
		}
		if strings.Contains(body, "http://127.0.0.1:8080") {
			t.Errorf("%s names another server than this", markdown)
		}
		if address != "/docs" && !strings.Contains(list, markdown+")") {
			t.Errorf("llms.txt does not list %s", markdown)
		}
	}
	if _, header, _ := get(app, "/docs/webhooks", "Accept", "text/markdown"); !strings.HasPrefix(header.Get("Content-Type"), "text/markdown") {
		t.Errorf("who prefers Markdown gets %s", header.Get("Content-Type"))
	}
}

func TestAChartOfAPageIsServedBesideIt(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	_, _, page := get(app, "/docs/performance")
	pictures := regexp.MustCompile(`<img src="([^"]+)" alt="[^"]+"`).FindAllStringSubmatch(page, -1)
	if len(pictures) == 0 {
		t.Fatal("the page shows no chart")
	}
	for _, m := range pictures {
		status, header, body := get(app, m[1])
		if status != http.StatusOK || header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(body, "<svg ") {
			t.Errorf("%s answers %d with %q: %.60s", m[1], status, header.Get("Content-Type"), body)
		}
	}
}

func TestAPageIsOfASaneSizeAndLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	resource := regexp.MustCompile(`(?:src|rel="stylesheet" href)="([^"]+)"`)
	for address, body := range walk(app) {
		if len(body) > 130_000 {
			t.Errorf("%s has %d bytes", address, len(body))
		}
		for _, m := range resource.FindAllStringSubmatch(body, -1) {
			if !strings.HasPrefix(m[1], "/docs/assets/") {
				t.Errorf("%s loads %s", address, m[1])
			}
		}
		if strings.Contains(body, "<style") || strings.Contains(body, " style=") || strings.Contains(body, "onclick=\"") && !strings.Contains(body, "&lt;button") {
			t.Errorf("%s has a style or script in it", address)
		}
		seen := map[string]bool{}
		for _, m := range anchorOf.FindAllStringSubmatch(body, -1) {
			if seen[m[1]] {
				t.Errorf("%s has the id %s twice", address, m[1])
			}
			seen[m[1]] = true
		}
	}
	_, header, _ := get(app, "/docs")
	if policy := header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.HasPrefix(policy, "default-src 'none'") {
		t.Errorf("the policy is %q", policy)
	}
}

func TestEveryOperationIsInTheReferenceWithExamplesInFourLanguages(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	_, _, text := get(app, "/v1/openapi.json")
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string
			Summary     string
		}
	}
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		t.Fatal(err)
	}
	pages := walk(app)
	count := 0
	for path, methods := range spec.Paths {
		for method, op := range methods {
			if op.OperationID == "" {
				continue
			}
			count++
			found := false
			for address, body := range pages {
				_, section, ok := strings.Cut(body, ` id="`+op.OperationID+`">`)
				if !ok || !strings.HasPrefix(address, "/docs/api/") {
					continue
				}
				found = true
				section, _, _ = strings.Cut(section, "</section>")
				for _, want := range []string{op.Summary, strings.ToUpper(method), path, `data-tab="curl"`, `data-tab="Node"`, `data-tab="Python"`, `data-tab="Go"`} {
					if !strings.Contains(section, want) && !strings.Contains(section, strings.ReplaceAll(want, "'", "&#39;")) {
						t.Errorf("%s %s: the reference lacks %q", method, path, want)
					}
				}
			}
			if !found {
				t.Errorf("%s %s is not in the reference", method, path)
			}
		}
	}
	if count < 60 {
		t.Errorf("%d operations", count)
	}
}

func TestWhatMustBeGivenComesFirstAndClosedSetsAreListed(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	_, _, body := get(app, "/docs/api/webhook_endpoints.md")
	_, create, _ := strings.Cut(body, "Body (application/json):")
	if first := strings.TrimSpace(create); !strings.HasPrefix(first, "- `url` (") || !strings.Contains(strings.SplitN(first, "\n", 2)[0], "required") {
		t.Errorf("the first field of an endpoint is %.80q", first)
	}
	_, _, links := get(app, "/docs/api/links.md")
	if !strings.Contains(links, "`redirect`") || !strings.Contains(links, "`frame`") {
		t.Error("the modes of a link are not listed")
	}
}

func TestASearchFindsGuidesOperationsFieldsAndErrors(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	for query, want := range map[string]string{
		"verify webhook": "/docs/webhooks",
		"create a link":  "/docs/api/links#createLink",
		"redirect_url":   "/docs/api/links#createLink",
		"rejected_login": "/docs#error-rejected_login",
		"link.finished":  "/docs/api/event_types#event-link.finished",
		"WRONG_PASSWORD": "/docs/sandbox",
		"quick":          "/docs/quickstart",
		"Idempotency":    "/docs/",
	} {
		_, _, body := get(app, "/docs/search?q="+strings.ReplaceAll(query, " ", "+"), "Accept", "application/json")
		var found []struct{ Title, Address string }
		if err := json.Unmarshal([]byte(body), &found); err != nil {
			t.Fatal(err)
		}
		hit := false
		for _, f := range found {
			hit = hit || strings.HasPrefix(f.Address, want)
		}
		if !hit {
			t.Errorf("%q finds %v", query, found)
		}
	}
	if _, _, body := get(app, "/docs/search?q=zzyzx"); !strings.Contains(body, "Nothing has all the words") {
		t.Error("nothing is found, and the page does not say so")
	}
	if _, _, body := get(app, "/docs/search?q=%3Cscript%3Ealert(1)%3C/script%3E%ff"); strings.Contains(body, "<script>alert") {
		t.Error("a query is markup")
	}
}

// TestTheTypeOfAnErrorIsAnAddressThatExplainsIt follows the address in an answer's body.
func TestTheTypeOfAnErrorIsAnAddressThatExplainsIt(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	_, _, home := get(app, "/docs")
	for _, kind := range fairlead.ErrorKinds() {
		if !strings.Contains(home, ` id="error-`+string(kind)+`"`) {
			t.Errorf("%s is not explained at /docs", kind)
		}
	}
	status, _, body := get(app, "/docs/nothing-of-the-kind")
	if status != http.StatusNotFound || !strings.Contains(body, "There is no such page") {
		t.Errorf("a page that is not there answers %d", status)
	}
}
