package page_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/web/page"
)

// link creates a link by the native API.
func link(a *apptest.App, request map[string]any) (id, token, address string) {
	a.T.Helper()
	var created struct {
		ID    string
		Token string
		URL   string
	}
	if request["person"] == nil {
		request["person"] = "ada"
	}
	a.Call("POST", "/links", request, &created)
	return created.ID, created.Token, created.URL
}

func says(t *testing.T, p *apptest.Browser, want string) {
	t.Helper()
	if !strings.Contains(p.Text(), want) {
		t.Fatalf("the page at %s (%d) does not say %q:\n%s", p.At, p.Status, want, p.Text())
	}
}

func TestAPersonLinksABankWithScriptsOff(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, token, address := link(a, map[string]any{"purpose": "To prepare your tax return."})
	p := a.Visit(address)
	if p.At.Path != "/l/"+id || strings.Contains(p.At.String(), token) {
		t.Errorf("the token was not moved out of the address: %s", p.At.Path)
	}
	says(t, p, "would like to read your financial data")
	p.Submit()
	says(t, p, "Choose your institution")
	p.Press("choose", "institution", "ins_harbor")
	says(t, p, "What you share from Harbor Bank")
	says(t, p, "To prepare your tax return.")
	p.Submit()
	says(t, p, "Sign in to Harbor Bank")
	p.Submit("user", "otp", "password", "otp")
	says(t, p, "Enter the code")
	if !strings.Contains(p.Page, `autocomplete="one-time-code"`) {
		t.Error("the code's field does not take the code from the phone")
	}
	p.Submit("code", "9999")
	says(t, p, "didn’t accept it")
	if !strings.Contains(p.Page, `aria-invalid="true"`) {
		t.Error("the refused field is not marked")
	}
	p.Submit("code", "1234")
	finish(t, p)
	says(t, p, "All done")
	p.Go(a.URL + "/l/" + id)
	says(t, p, "All done")
}

// finish goes through what may come between the login and the end.
func finish(t *testing.T, p *apptest.Browser) {
	t.Helper()
	for range 6 {
		if strings.Contains(p.Text(), "You’re connected") {
			break
		}
		p.Submit()
	}
	says(t, p, "You’re connected")
	p.Submit()
}

func TestAStaleTabChangesNothingAndSaysSo(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	stale := *p
	p.Submit("user", "otp", "password", "otp")
	says(t, p, "Enter the code")
	stale.Submit("user", "somebody", "password", "else")
	says(t, &stale, "already moved on")
	says(t, &stale, "Enter the code")
	p.Submit("code", "1234")
	finish(t, p)
}

func TestWhatIsMissingIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good")
	says(t, p, "Fill this in.")
	if strings.Contains(p.At.String(), "good") {
		t.Errorf("the address holds what was typed: %s", p.At)
	}
}

func TestARefusedLoginCanBeMendedOrLeft(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good", "password", "WRONG_PASSWORD")
	says(t, p, "Harbor Bank didn’t accept your sign-in")
	p.Submit("user", "good", "password", "DOWN")
	says(t, p, "Harbor Bank isn’t responding")
	p.Press("retry")
	says(t, p, "Sign in to Harbor Bank")
	p.Press("back")
	says(t, p, "What you share from Harbor Bank")
	p.Press("leave")
	says(t, p, "You left")
	var l struct{ Status string }
	a.Call("GET", "/links/"+id, nil, &l)
	if l.Status != "exited" {
		t.Errorf("the application sees %q", l.Status)
	}
	p.Go(a.URL + "/l/" + id)
	says(t, p, "You left")
}

func TestTheEndLeadsBackToTheApplication(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor", "redirect_url": a.URL + "/healthz?mine=1"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good", "password", "good")
	finish(t, p)
	if q := p.At.Query(); p.At.Path != "/healthz" || q.Get("mine") != "1" || q.Get("code") == "" || q.Get("link_id") != id {
		t.Errorf("the end leads to %s", p.At)
	}
	p.Go(a.URL + "/l/" + id)
	says(t, p, "All done")
	if strings.Contains(p.Page, `http-equiv="refresh"`) {
		t.Error("coming back to the page leads away again: the back button is a trap")
	}
}

func TestSearchForgivesAccentsAndTypos(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{})
	p := a.Visit(address)
	p.Submit()
	for query, want := range map[string]string{"ancora": "Banco Âncora", "harbr": "Harbor Bank"} {
		p.Go(p.At.Scheme + "://" + p.At.Host + strings.TrimSuffix(p.At.Path, "/search") + "/search?q=" + query)
		says(t, p, want)
		if strings.Contains(p.Text(), "Anchor Brokerage") && query == "harbr" {
			t.Errorf("%q finds everything", query)
		}
	}
}

func TestTheInstitutionsOwnSiteIsVisitedAndLeft(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "farol"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	says(t, p, "Continue at Banco Farol")
	p.Submit()
	if !strings.HasPrefix(p.At.Path, "/sandbox/farol") {
		t.Fatalf("the departure leads to %s", p.At)
	}
	p.Submit("user", "good", "password", "good")
	for range 4 {
		if strings.HasPrefix(p.At.Path, "/sandbox/") {
			p.Submit()
		}
	}
	if p.At.Path != "/l/"+id {
		t.Fatalf("the institution leads back to %s:\n%s", p.At, p.Text())
	}
	finish(t, p)
	says(t, p, "All done")
}

func TestAPhoneTakesOver(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	desk := a.Visit(address)
	desk.Submit()
	desk.Press("phone")
	says(t, desk, "Continue on your phone")
	moved := regexp.MustCompile(`<code>([^<]+)</code>`).FindStringSubmatch(desk.Page)
	if moved == nil {
		t.Fatalf("the page names no address:\n%s", desk.Text())
	}
	phone := a.Visit(moved[1])
	says(t, phone, "What you share from Harbor Bank")
	desk.Go(a.URL + "/l/" + id)
	says(t, desk, "Continued somewhere else")
	again := a.Visit(moved[1])
	if again.Status != http.StatusGone && again.Status != http.StatusNotFound {
		t.Errorf("the address was good twice: %d", again.Status)
	}
}

// newClient is a browser without rules of its own: what the headers and refusals of
// single answers are tested with.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func get(t *testing.T, c *http.Client, method, address string, body url.Values, header map[string]string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(method, address, strings.NewReader(body.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		r.Header.Set(k, v)
	}
	response, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(text)
}

func TestEveryAnswerIsPrivate(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, token, address := link(a, map[string]any{"institution_id": "harbor"})
	c := newClient(t)
	first, _ := get(t, c, "GET", address, nil, nil)
	if first.StatusCode != http.StatusSeeOther || first.Header.Get("Location") != "/l/"+id+"?at=welcome" {
		t.Fatalf("the first visit answered %d to %s", first.StatusCode, first.Header.Get("Location"))
	}
	cookie := first.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	if strings.Contains(cookie, "Domain") || strings.Contains(cookie, token) {
		t.Error("the cookie is not this host's own session")
	}
	for _, path := range []string{"/l/" + id, "/l/" + id + "/state", "/l/lnk_unknown", "/l/return?state=x", "/me", "/f/x?frame=1"} {
		response, _ := get(t, c, "GET", a.URL+path, nil, nil)
		h := response.Header
		policy := h.Get("Content-Security-Policy")
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "same-origin" || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Permissions-Policy") == "" || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") ||
			!strings.Contains(policy, "frame-ancestors") || !strings.Contains(policy, "form-action 'self'") {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestAFormOfAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	c := newClient(t)
	get(t, c, "GET", address, nil, nil)
	for _, header := range []map[string]string{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}} {
		response, _ := get(t, c, "POST", a.URL+"/l/"+id+"/begin", url.Values{}, header)
		if response.StatusCode != http.StatusForbidden {
			t.Errorf("%v answered %d", header, response.StatusCode)
		}
	}
	_, text := get(t, c, "GET", a.URL+"/l/"+id, nil, nil)
	if !strings.Contains(text, "/begin") {
		t.Error("the link moved on")
	}
}

func TestASessionIsGoodForItsLinkOnly(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, mine := link(a, map[string]any{"institution_id": "harbor"})
	other, _, _ := link(a, map[string]any{"institution_id": "harbor", "person": "bob"})
	c := newClient(t)
	first, _ := get(t, c, "GET", mine, nil, nil)
	value := first.Cookies()[0].Value
	response, _ := get(t, newClient(t), "GET", a.URL+"/l/"+other, nil, map[string]string{"Cookie": "fl-link-" + other + "=" + value})
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("another link's session answered %d", response.StatusCode)
	}
	response, _ = get(t, newClient(t), "GET", a.URL+"/l/"+other, nil, nil)
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("no session answered %d", response.StatusCode)
	}
}

func TestAFrameSessionIsNoGoodAsAPage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, token, _ := link(a, map[string]any{"institution_id": "harbor", "mode": "frame"})
	c := newClient(t)
	frame := map[string]string{"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site", "Origin": "http://app.localhost:3000"}
	entered, text := get(t, c, "POST", a.URL+"/f", url.Values{"token": {token}}, frame)
	if entered.StatusCode != http.StatusSeeOther || len(entered.Cookies()) > 0 {
		t.Fatalf("entering a frame answered %d with %d cookies: %s", entered.StatusCode, len(entered.Cookies()), text)
	}
	at := a.URL + entered.Header.Get("Location")
	inside, _ := get(t, c, "GET", at, nil, map[string]string{"Sec-Fetch-Dest": "iframe"})
	if inside.StatusCode != http.StatusOK || !strings.Contains(inside.Header.Get("Content-Security-Policy"), "frame-ancestors http") {
		t.Errorf("inside: %d, %s", inside.StatusCode, inside.Header.Get("Content-Security-Policy"))
	}
	outside, _ := get(t, c, "GET", at, nil, map[string]string{"Sec-Fetch-Dest": "document"})
	if outside.StatusCode != http.StatusForbidden {
		t.Errorf("as a page of its own it answered %d", outside.StatusCode)
	}
	frame["Origin"] = "https://evil.example"
	foreign, _ := get(t, c, "POST", a.URL+"/f", url.Values{"token": {token}}, frame)
	if foreign.StatusCode != http.StatusForbidden {
		t.Errorf("an unknown page's frame answered %d", foreign.StatusCode)
	}
}

func TestAFormThatCannotBeReadIsShownAgainAndLoggedNowhere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor", "stages": []string{"conversation"}})
	c := newClient(t)
	get(t, c, "GET", address, nil, nil)
	for action, kind := range map[string]string{"answer": "application/x-www-form-urlencoded", "upload": "multipart/form-data; boundary=x"} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", a.URL+"/l/"+id+"/"+action, strings.NewReader("password=swordfish%zz"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		response, err := c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusSeeOther {
			t.Errorf("%s answered %d", action, response.StatusCode)
		}
	}
	if log := a.Log.String(); strings.Contains(log, "%zz") || strings.Contains(log, "page failed") {
		t.Errorf("the log says:\n%s", log)
	}
}

func TestAnswersAreLimitedByClient(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	c := newClient(t)
	get(t, c, "GET", address, nil, nil)
	for range 200 {
		response, _ := get(t, c, "POST", a.URL+"/l/"+id+"/back", url.Values{}, map[string]string{"Sec-Fetch-Site": "same-origin"})
		if response.StatusCode == http.StatusTooManyRequests {
			if response.Header.Get("Retry-After") == "" {
				t.Error("nothing says when to come back")
			}
			return
		}
	}
	t.Error("200 answers in a row were taken")
}

func TestAnErrorInAFrameCanBeSeenThere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, token, _ := link(a, map[string]any{"institution_id": "harbor", "mode": "frame"})
	c := newClient(t)
	frame := map[string]string{"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin", "Origin": a.URL}
	entered, _ := get(t, c, "POST", a.URL+"/f", url.Values{"token": {token}}, frame)
	at := a.URL + strings.Split(entered.Header.Get("Location"), "?")[0]
	failed, _ := get(t, c, "POST", at+"/nothing?frame=1", url.Values{}, frame)
	if failed.StatusCode != http.StatusNotFound || !strings.Contains(failed.Header.Get("Content-Security-Policy"), "frame-ancestors http") {
		t.Errorf("%d, %s", failed.StatusCode, failed.Header.Get("Content-Security-Policy"))
	}
}

func TestLookingWhetherALinkIsThereIsNoVisit(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "harbor"})
	for method, header := range map[string]map[string]string{"HEAD": nil, "GET": {"Sec-Purpose": "prefetch;prerender"}} {
		response, _ := get(t, newClient(t), method, address, nil, header)
		if response.StatusCode != http.StatusNoContent || len(response.Cookies()) > 0 {
			t.Errorf("%s answered %d with %d cookies", method, response.StatusCode, len(response.Cookies()))
		}
	}
	var events struct {
		Data []struct{ Type string }
	}
	a.Call("GET", "/events?limit=500", nil, &events)
	for _, e := range events.Data {
		if e.Type == "link.opened" {
			t.Errorf("the application got an event of a visit to %s", id)
		}
	}
}

func TestOverTLSTheCookieIsBoundToTheHost(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, token, _ := link(a, map[string]any{"institution_id": "harbor"})
	p, err := page.New(page.Options{Linking: a.Server.Verbs.Linking, BaseURL: "https://link.example", Secure: true})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	p.Mount(mux)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/l/"+token, nil))
	cookie := w.Header().Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-fl-link-"+id+"=") || !strings.Contains(cookie, "Secure") || !strings.Contains(cookie, "Path=/;") {
		t.Errorf("the cookie is %s", strings.Split(cookie, "=")[0])
	}
}

func TestAForwardedReturnIsConfirmedBeforeItLinks(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{"institution_id": "farol"})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	c := newClient(t)
	entered, _ := get(t, c, "GET", address, nil, nil)
	_ = entered
	departed, _ := get(t, c, "GET", a.URL+"/l/"+id+"/go", nil, nil)
	state := ""
	for _, k := range departed.Cookies() {
		if strings.HasPrefix(k.Name, "fl-go-") {
			state = k.Value
		}
	}
	if state == "" {
		t.Fatalf("the departure left no state in the browser: %d", departed.StatusCode)
	}
	response, text := get(t, newClient(t), "GET", a.URL+"/l/return?state="+url.QueryEscape(state)+"&code=stolen", nil, nil)
	if response.StatusCode != http.StatusOK || !strings.Contains(text, "Are you connecting an account") {
		t.Fatalf("a browser that never left here was let in: %d\n%s", response.StatusCode, text)
	}
	p.Go(a.URL + "/l/" + id)
	says(t, p, "Continue at Banco Farol")
}

func TestThePageSpeaksThePersonsLanguage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"institution_id": "harbor"})
	for header, want := range map[string]string{
		"pt-BR,pt;q=0.9": "Conecte suas contas", "es-MX": "Conecta tus cuentas", "de": "Connect your accounts", "pt-PT": "Conecte suas contas",
	} {
		c := newClient(t)
		first, _ := get(t, c, "GET", address, nil, nil)
		response, text := get(t, c, "GET", a.URL+first.Header.Get("Location"), nil, map[string]string{"Accept-Language": header})
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q is not on the page (%s)", header, want, response.Header.Get("Content-Language"))
		}
	}
	p := a.Visit(address + "?lang=es")
	says(t, p, "Conecta tus cuentas")
	p.Submit()
	says(t, p, "Qué compartes de Harbor Bank")
}

func TestAPersonEndsAConnectionOnTheirOwnPage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id := a.Linked("harbor", "good", "good")
	var c struct{ Person string }
	a.Call("GET", "/connections/"+id, nil, &c)
	var portal struct{ URL string }
	a.Call("POST", "/persons/"+url.PathEscape(c.Person)+"/portal", map[string]any{}, &portal)
	p := a.Visit(portal.URL)
	if p.At.Path != "/me" {
		t.Errorf("the token stayed in the address: %s", p.At.Path)
	}
	says(t, p, "Harbor Bank")
	p.Press("revoke")
	says(t, p, "Stop sharing Harbor Bank?")
	p.Submit()
	says(t, p, "Ended on")
	var after struct{ Status string }
	a.Call("GET", "/connections/"+id, nil, &after)
	if after.Status != "disconnected" {
		t.Errorf("the connection is %s", after.Status)
	}
}

func TestTheOwnPageHasItsColoursAndSaysWhatStoppingDoes(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id := a.Linked("harbor", "good", "good")
	var c struct{ Person string }
	a.Call("GET", "/connections/"+id, nil, &c)
	var portal struct{ URL string }
	a.Call("POST", "/persons/"+url.PathEscape(c.Person)+"/portal", map[string]any{}, &portal)
	says(t, a.Visit(portal.URL), "until it deletes it")
	browser := newClient(t)
	get(t, browser, "GET", portal.URL, nil, nil)
	response, text := get(t, browser, "GET", a.URL+"/me/theme.css", nil, nil)
	if response.StatusCode != http.StatusOK || !strings.HasPrefix(response.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the colours answer %d:\n%s", response.StatusCode, text)
	}
}

func TestAFileThatCannotBeTakenIsRefusedAtItsField(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	_, _, address := link(a, map[string]any{"institution_id": "ins_statement", "stages": []string{"conversation"}})
	p := a.Visit(address)
	says(t, p, "up to 16 MB in total, 20 files at once")
	says(t, p, "Statement file")
	p.Upload("file", "none.ofx", nil)
	says(t, p, "none.ofx is empty.")
	p.Upload("file", "large.ofx", make([]byte, 16<<20+1))
	says(t, p, "the limit is 16 MB")
	p.Upload("file", "broken.ofx", []byte("OFXHEADER:100\nDATA:OFXSGML\n\n<OFX><SIGNONMSGSRSV1>"))
	says(t, p, "Nothing could be read.")
}

func TestALinkThatEndsByItselfLeadsBackOnce(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	id, _, address := link(a, map[string]any{
		"institution_id": "harbor", "redirect_url": "http://127.0.0.1:9/back", "stages": []string{"welcome", "consent"},
	})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Submit("user", "good", "password", "good")
	if p.ReturnURL() == "" {
		t.Errorf("the page does not lead back:\n%s", p.Text())
	}
	p.Left = false
	p.Go(a.URL + "/l/" + id)
	if p.ReturnURL() != "" {
		t.Error("coming back to the page leads away again: the back button is a trap")
	}
}

// upload brings a file to the institution that takes them, and imports it.
func upload(t *testing.T, a *apptest.App, person, name string) *apptest.Browser {
	t.Helper()
	_, _, address := link(a, map[string]any{"institution_id": "ins_statement", "person": person})
	p := a.Visit(address)
	p.Submit()
	p.Submit()
	p.Upload("file", name, statement(t))
	says(t, p, "Check before you import")
	says(t, p, name)
	says(t, p, "7 transactions")
	p.Press("answer", "import", "yes")
	return p
}

func statement(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile("../browsertest/testdata/statement.ofx")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// rows counts the transactions of the only connection.
func rows(a *apptest.App) int {
	a.T.Helper()
	var made struct{ Data []struct{ ID string } }
	a.Call("GET", "/connections", nil, &made)
	if len(made.Data) != 1 {
		return 0
	}
	var list struct{ Data []any }
	a.Call("GET", "/connections/"+made.Data[0].ID+"/transactions", nil, &list)
	return len(list.Data)
}

// chooseUndo goes where the first button to undo an import leads: what it takes back.
func chooseUndo(t *testing.T, p *apptest.Browser) {
	t.Helper()
	for _, f := range p.Forms() {
		if to, err := p.At.Parse(f.Action); err == nil && strings.HasSuffix(to.Path, "/undo") {
			to.RawQuery = f.Values.Encode()
			p.Go(to.String())
			return
		}
	}
	t.Fatalf("the page at %s has nothing to undo:\n%s", p.At, p.Text())
}

func TestAPersonTakesAnImportBackOnTheirOwnPage(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	upload(t, a, "ada", "Statement of January.ofx")
	a.Until("the file is imported", func() bool { return rows(a) == 6 })
	var own struct{ URL string }
	a.Call("POST", "/persons/ada/portal", map[string]any{}, &own)
	p := a.Visit(own.URL)
	a.Until("the import can be taken back", func() bool { p.Go(a.URL + "/me"); return strings.Contains(p.Text(), "Uploaded files") })
	says(t, p, "Statement of January.ofx")
	says(t, p, "6 rows added")
	chooseUndo(t, p)
	says(t, p, "Undo this import?")
	says(t, p, "Statement of January.ofx")
	if rows(a) != 6 {
		t.Error("it was undone before it was confirmed")
	}
	p.Press("undo")
	says(t, p, "The import was undone.")
	if strings.Contains(p.Text(), "Uploaded files") {
		t.Error("what was undone is listed as if it could be undone again")
	}
	a.Until("the import is taken back", func() bool { return rows(a) == 0 })
}

func TestAPersonTakesAnImportBackWhereItEnded(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	p := upload(t, a, "ada", "Statement of January.ofx")
	a.Until("the file is imported", func() bool { p.Go(p.At.String()); return strings.Contains(p.Text(), "Imported: ") })
	says(t, p, "You’re connected")
	says(t, p, "Statement of January.ofx")
	other := *p
	chooseUndo(t, p)
	says(t, p, "Undo this import?")
	stale := *p
	p.Press("undo")
	says(t, p, "The import was undone.")
	says(t, p, "You’re connected")
	stale.Press("undo")
	says(t, &stale, "You’re connected")
	chooseUndo(t, &other) // the page of before it was undone
	says(t, &other, "You’re connected")
	a.Until("the import is taken back", func() bool { return rows(a) == 0 })
}

func TestNobodyTakesBackTheImportOfSomebodyElse(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	upload(t, a, "ada", "Statement of January.ofx")
	a.Until("the file is imported", func() bool { return rows(a) == 6 })
	var own, other struct{ URL string }
	a.Call("POST", "/persons/ada/portal", map[string]any{}, &own)
	p := a.Visit(own.URL)
	a.Until("the import can be taken back", func() bool { p.Go(a.URL + "/me"); return strings.Contains(p.Text(), "Uploaded files") })
	chooseUndo(t, p)
	ids := p.At.Query()
	a.Call("POST", "/links", map[string]any{"person": "bob"}, nil)
	a.Call("POST", "/persons/bob/portal", map[string]any{}, &other)
	browser := newClient(t)
	get(t, browser, "GET", other.URL, nil, nil)
	response, _ := get(t, browser, "POST", a.URL+"/me/undo", url.Values{"connection": ids["connection"], "collection": ids["collection"]}, nil)
	if to := response.Header.Get("Location"); response.StatusCode != http.StatusSeeOther || to != "/me" {
		t.Errorf("somebody else's import is answered with %d to %q", response.StatusCode, to)
	}
	p.Go(a.URL + "/me")
	says(t, p, "Statement of January.ofx")
}
