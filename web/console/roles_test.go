package console_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/web/console"
)

// served is a console that operators sign in to.
type served struct {
	*apptest.App
	console *console.Console
	signing *operating.Operating
	base    string
	tenant  fairlead.Tenant
}

// serve shows the application's verbs in a console that is not a development server's.
func serve(t *testing.T) served { return serveAt(t, nil) }

// serveAt is serve by a clock of the operators' own.
func serveAt(t *testing.T, clock fairlead.Clock) served {
	a := apptest.Start(t)
	v := a.Server.Verbs
	signing := a.Server.Operating
	if clock != nil {
		signing = operating.New(operating.Options{Store: a.Server.Store, Vault: a.Server.Vault, Clock: clock, BaseURL: a.URL})
	}
	pages, err := console.New(console.Options{
		Access: v.Access, Linking: v.Linking, Consenting: v.Consenting, Erasing: v.Erasing, Collecting: v.Collecting, Reading: v.Reading,
		Notifying: v.Notifying, Simulating: v.Simulating, Notes: v.Notes, Providing: v.Providing, Measuring: a.Server.Measuring,
		Operating: signing,
	})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	pages.Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	tenant, err := v.Access.TenantNamed(t.Context(), access.DevTenant)
	if err != nil {
		t.Fatal(err)
	}
	return served{a, pages, signing, server.URL, tenant}
}

// browser is one operator's.
type browser struct {
	served
	*http.Client
	app string // the secret of the operator's authenticator app
}

func (s served) browser() browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.T.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return browser{served: s, Client: client}
}

func (b browser) request(method, path string, form url.Values) answer {
	b.T.Helper()
	r, err := http.NewRequest(method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.T.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Referer", b.base+path)
	response, err := b.Do(r)
	if err != nil {
		b.T.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		b.T.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}

const phrase = "hunter2 walks the dog"

// join accepts an invitation by a password, as its page has it, and returns the secret of
// the authenticator app.
func (b browser) join(address string, form url.Values) (app string) {
	b.T.Helper()
	path := address[strings.Index(address, "/console/"):]
	page := b.request(http.MethodGet, path, nil)
	sealed := regexp.MustCompile(`name="enrolment" value="([^"]+)"`).FindStringSubmatch(page.page)
	if page.status != http.StatusOK || sealed == nil {
		b.T.Fatalf("the invitation is answered with %d:\n%s", page.status, page.page)
	}
	app = strings.ReplaceAll(value(b.T.(*testing.T), page, "the secret of the app"), " ", "")
	code, err := totp.GenerateCode(app, fairlead.RealClock())
	if err != nil {
		b.T.Fatal(err)
	}
	form.Set("enrolment", sealed[1])
	form.Set("password", phrase)
	form.Set("code", code)
	if got := b.request(http.MethodPost, path, form); got.status != http.StatusOK || !strings.Contains(got.page, "Recovery codes") {
		b.T.Fatalf("accepting is answered with %d:\n%s", got.status, got.page)
	}
	return app
}

// owner is the first operator, signed in.
func (s served) owner() browser {
	s.T.Helper()
	address, err := s.signing.FirstInvitation(s.T.Context())
	if err != nil {
		s.T.Fatal(err)
	}
	b := s.browser()
	b.app = b.join(address, url.Values{"email": {"olga@example.com"}, "name": {"Olga"}})
	return b
}

// as is an operator of a role who was invited by the owner in the console, signed in.
func (s served) as(owner browser, role fairlead.Role) browser {
	s.T.Helper()
	form := url.Values{"email": {string(role) + "@example.com"}, "name": {string(role)}, "role": {string(role)}}
	if role != fairlead.RoleOwner {
		form.Set("tenant", string(s.tenant.ID))
	}
	invited := owner.request(http.MethodPost, "/console/operators", form)
	if invited.status != http.StatusOK {
		s.T.Fatalf("inviting is answered with %d:\n%s", invited.status, invited.page)
	}
	b := s.browser()
	b.join(value(s.T.(*testing.T), invited, "the address"), url.Values{"name": {string(role)}})
	return b
}

func TestEachRoleMeetsWhatItMayAndNothingElse(t *testing.T) {
	t.Parallel()
	s := serve(t)
	owner := s.owner()
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, role := range fairlead.Roles() {
		b := s.as(owner, role)
		for _, r := range s.console.Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if r.Needs == "" || strings.Contains(path, "/signout") {
				continue
			}
			path = placeholder.ReplaceAllString(strings.Replace(path, "{tenant}", s.tenant.Name, 1), "x")
			got := b.request(method, path, url.Values{})
			if refused := got.status == http.StatusForbidden; refused == role.May(r.Needs) {
				t.Errorf("%s: %s %s, which needs %s, is answered with %d", role, method, path, r.Needs, got.status)
			}
			if got.status >= 500 {
				t.Errorf("%s: %s %s is answered with %d:\n%s", role, method, path, got.status, got.page)
			}
		}
	}
}

func TestNobodyMeetsAnythingBeforeTheySignIn(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.browser()
	placeholder := regexp.MustCompile(`\{[a-z]+\}`)
	for _, r := range s.console.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if r.Needs == "" {
			continue
		}
		got := b.request(method, placeholder.ReplaceAllString(strings.Replace(path, "{tenant}", s.tenant.Name, 1), "x"), url.Values{})
		if to := got.header.Get("Location"); got.status != http.StatusSeeOther || !strings.HasPrefix(to, "/console/signin?to=") || got.page != "" {
			t.Errorf("%s %s is answered with %d to %q:\n%s", method, path, got.status, to, got.page)
		}
	}
}

func TestATenantOfOthersIsAsIfItWereNotThere(t *testing.T) {
	t.Parallel()
	s := serve(t)
	owner := s.owner()
	support := s.as(owner, fairlead.RoleSupport)
	if got := owner.request(http.MethodPost, "/console/tenants", url.Values{"name": {"elsewhere"}, "environment": {"live"}}); got.status != http.StatusSeeOther {
		t.Fatalf("making a tenant is answered with %d:\n%s", got.status, got.page)
	}
	there, nowhere := support.request(http.MethodGet, "/console/t/elsewhere", nil), support.request(http.MethodGet, "/console/t/nowhere", nil)
	if there.status != http.StatusNotFound || there.page != nowhere.page {
		t.Errorf("a tenant of others is answered with %d:\n%s\none that is not there:\n%s", there.status, there.page, nowhere.page)
	}
}

func TestAnOperatorSignsInAndOutAndIsNamedOnTheTrail(t *testing.T) {
	t.Parallel()
	s := serve(t)
	owner := s.owner()
	invited := owner.request(http.MethodPost, "/console/operators", url.Values{
		"email": {"dev@example.com"}, "role": {"developer"}, "tenant": {string(s.tenant.ID)},
	})
	b := s.browser()
	app := b.join(value(t, invited, "the address"), url.Values{"name": {"Dev"}})
	made := b.request(http.MethodPost, "/console/t/dev/applications", url.Values{"name": {"shop"}})
	if made.status != http.StatusSeeOther {
		t.Fatalf("making an application is answered with %d:\n%s", made.status, made.page)
	}
	trail, err := s.Server.Verbs.Access.AuditTrail(t.Context(), s.tenant.ID, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if last := trail[len(trail)-1]; last.Action != "application.create" || !fairlead.HasPrefix(last.Actor, "ope") {
		t.Errorf("the trail ends with %+v", last)
	}
	if got := b.request(http.MethodPost, "/console/signout", nil); got.header.Get("Location") != "/console/signin" {
		t.Errorf("signing out is answered with %d to %q", got.status, got.header.Get("Location"))
	}
	if got := b.request(http.MethodGet, "/console/t/dev", nil); got.status != http.StatusSeeOther {
		t.Errorf("after signing out a page is answered with %d", got.status)
	}
	wrong := b.request(http.MethodPost, "/console/signin", url.Values{"email": {"dev@example.com"}, "password": {"not it, not it"}, "code": {"000000"}})
	if wrong.status != http.StatusUnprocessableEntity || strings.Contains(wrong.page, "not it, not it") {
		t.Errorf("a wrong password is answered with %d:\n%s", wrong.status, wrong.page)
	}
	// A code is good once, and the invitation used the present one: the next step's is accepted too.
	code, err := totp.GenerateCode(app, fairlead.RealClock().Add(30*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	right := b.request(http.MethodPost, "/console/signin", url.Values{"email": {"dev@example.com"}, "password": {phrase}, "code": {code}, "to": {"/console/t/dev/events"}})
	if right.status != http.StatusSeeOther || right.header.Get("Location") != "/console/t/dev/events" {
		t.Errorf("signing in is answered with %d to %q:\n%s", right.status, right.header.Get("Location"), right.page)
	}
}

func TestChangingOperatorsNeedsThatOneHasShownLatelyWhoOneIs(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	s := serveAt(t, func() time.Time { return fairlead.RealClock().Add(time.Duration(later.Load())) })
	owner := s.owner()
	invite := url.Values{"email": {"new@example.com"}, "role": {"owner"}}
	later.Store(int64(operating.FreshFor + time.Second))
	got := owner.request(http.MethodPost, "/console/operators", invite)
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != "/console/confirm?to=%2Fconsole%2Foperators" {
		t.Fatalf("inviting is answered with %d to %q", got.status, to)
	}
	code, err := totp.GenerateCode(owner.app, s.now(&later))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		password string
		status   int
	}{{"not it, not it", http.StatusUnprocessableEntity}, {phrase, http.StatusSeeOther}} {
		got := owner.request(http.MethodPost, "/console/confirm", url.Values{"password": {c.password}, "code": {code}, "to": {"/console/operators"}})
		if got.status != c.status {
			t.Fatalf("confirming with %q is answered with %d:\n%s", c.password, got.status, got.page)
		}
	}
	if got := owner.request(http.MethodPost, "/console/operators", invite); got.status != http.StatusOK || !strings.Contains(got.page, operating.InvitationPath) {
		t.Errorf("inviting is answered with %d:\n%s", got.status, got.page)
	}
}

// now is the operators' time.
func (s served) now(later *atomic.Int64) time.Time {
	return fairlead.RealClock().Add(time.Duration(later.Load()))
}

func TestSigningInLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := s.owner()
	for _, to := range []string{"https://evil.example/console", "//evil.example/console", "/console/../l/x", "/l/lnk_1", "/console\\evil", "javascript:alert(1)"} {
		got := b.request(http.MethodGet, "/console/signin?to="+url.QueryEscape(to), nil)
		if got.header.Get("Location") != "/console" {
			t.Errorf("%q leads to %q", to, got.header.Get("Location"))
		}
	}
}

func TestOperatorsAreChangedDisabledAndInvitedAnew(t *testing.T) {
	t.Parallel()
	s := serve(t)
	owner := s.owner()
	support := s.as(owner, fairlead.RoleSupport)
	list := owner.request(http.MethodGet, "/console/operators", nil)
	id := ""
	for _, m := range regexp.MustCompile(`/console/operators/(ope_[0-9a-z]+)">([^<]+)<`).FindAllStringSubmatch(list.page, -1) {
		if m[2] == "support" {
			id = m[1]
		}
	}
	if got := owner.request(http.MethodPost, "/console/operators/"+id, url.Values{"name": {"Sam"}, "role": {"auditor"}, "tenant": {string(s.tenant.ID)}}); got.status != http.StatusSeeOther {
		t.Fatalf("changing is answered with %d:\n%s", got.status, got.page)
	}
	if got := support.request(http.MethodGet, "/console/t/dev", nil); got.status != http.StatusSeeOther {
		t.Errorf("after another role the session is answered with %d", got.status)
	}
	if got := owner.request(http.MethodPost, "/console/operators/"+id+"/disable", nil); got.status != http.StatusSeeOther {
		t.Errorf("disabling is answered with %d:\n%s", got.status, got.page)
	}
	if got := owner.request(http.MethodPost, "/console/operators/"+id+"/reset", nil); !strings.Contains(got.page, operating.InvitationPath) {
		t.Errorf("inviting anew is answered with %d:\n%s", got.status, got.page)
	}
	self := regexp.MustCompile(`/console/operators/(ope_[0-9a-z]+)">Olga<`).FindStringSubmatch(list.page)
	if got := owner.request(http.MethodPost, "/console/operators/"+self[1]+"/disable", nil); got.status != http.StatusUnprocessableEntity {
		t.Errorf("disabling the last owner is answered with %d", got.status)
	}
}
