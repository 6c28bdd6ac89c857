package console_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/linking"
)

// ofPath reads the application of a page of the console.
func (d desk) ofPath(path string) fairlead.Application {
	d.T.Helper()
	t, err := d.Server.Verbs.Access.TenantNamed(d.T.Context(), "dev")
	if err != nil {
		d.T.Fatal(err)
	}
	a, err := d.Server.Verbs.Access.Application(d.T.Context(), t.ID, fairlead.ApplicationID(path[strings.LastIndex(path, "/")+1:]))
	if err != nil {
		d.T.Fatal(err)
	}
	return a
}

func TestATemplateIsMadeOpenedChangedPausedAndDeletedInTheConsole(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	form := func(change ...string) url.Values {
		v := url.Values{"kind": {"flanks"}, "name": {"newsletter"}, "redirect_url": {"http://localhost:9/done"}, "countries": {"es, pt"}, "company_name": {"Shop of the sea"}}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return v
	}
	for field, value := range map[string]string{
		"name": "", "redirect_url": "", "countries": "Spain", "terms_url": "http://example.com", "privacy_url": "nowhere",
	} {
		d.refuses(d.post(app+"/templates", form(field, value)), field, "must")
	}
	d.refuses(d.post(app+"/templates", form("redirect_url", "https://elsewhere.example.com/")), "redirect_url", "not registered")
	if got := d.post(app+"/templates", form("kind", "nobody")); got.status != http.StatusNotFound {
		t.Errorf("a kind that is not there was answered with %d", got.status)
	}

	made := d.post(app+"/templates", form())
	page, ok := strings.CutPrefix(strings.TrimSuffix(made.header.Get("Location"), "?done=created"), "/console/t/dev")
	if made.status != http.StatusSeeOther || !ok {
		t.Fatalf("it was answered with %d to %q:\n%s", made.status, page, made.page)
	}
	d.refuses(d.post(app+"/templates", form()), "name", "is taken")
	d.shows(d.get(app+"/templates"), "newsletter", "active")
	shown := d.get(page)
	d.shows(shown, "0 codes", "ES, PT")
	address := value(t, shown, "the address")
	opens := func(status int, text string) {
		t.Helper()
		if got := d.Visit(address); got.Status != status || !strings.Contains(got.Text(), text) {
			t.Errorf("%s opens with %d, want %d with %q:\n%s", address, got.Status, status, text, got.Text())
		}
	}
	opens(http.StatusOK, "Shop of the sea")

	d.leads(d.post(page, form("company_name", "Shop of the land")), strings.TrimPrefix(page, "")+"?done=saved")
	opens(http.StatusOK, "Shop of the land")
	d.refuses(d.post(page, form("countries", "Spain")), "countries", "must")
	d.leads(d.post(page+"/pause", nil), page+"?done=saved")
	d.shows(d.get(page), "paused")
	opens(http.StatusGone, "")
	d.leads(d.post(page+"/resume", nil), page+"?done=saved")
	opens(http.StatusOK, "Shop of the land")
	d.leads(d.post(page+"/delete", nil), app+"/templates?done=deleted")
	opens(http.StatusNotFound, "")
	if got := d.get(page); got.status != http.StatusNotFound {
		t.Errorf("the template is still answered with %d", got.status)
	}
	d.shows(d.get("/audit"), "template.delete")
}

func TestTheAuditTrailNamesTheOperatorNotTheApplication(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	d.post(app+"/templates", url.Values{"kind": {"flanks"}, "name": {"newsletter"}, "redirect_url": {"http://localhost:9/done"}})
	d.post(app+"/endpoints", url.Values{"address": {apptest.NewReceiver(t).URL}})
	trail, err := d.Server.Verbs.Access.AuditTrail(t.Context(), d.ofPath(app).Tenant, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	actors := map[string]string{}
	for _, e := range trail {
		actors[e.Action] = e.Actor
	}
	for _, action := range []string{"application.create", "template.create", "endpoint.create"} {
		if actors[action] != "operator" {
			t.Errorf("%s is said to be by %q", action, actors[action])
		}
	}
}

func TestTemplatesAreListedPageByPage(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	path := d.newApplication("shop")
	app := d.ofPath(path)
	for n := range 51 {
		_, err := d.Server.Verbs.Linking.CreateTemplate(t.Context(), app, linking.TemplateRequest{Name: fmt.Sprintf("template %02d", n)})
		if err != nil {
			t.Fatal(err)
		}
	}
	first := d.get(path + "/templates")
	d.shows(first, "template 00", "template 49")
	next := regexp.MustCompile(`href="/console/t/dev([^"]+after=[^"]+)" rel="next"`).FindStringSubmatch(first.page)
	if next == nil || strings.Contains(first.page, "template 50") {
		t.Fatalf("the first page leads to no next one:\n%s", first.page)
	}
	second := d.get(next[1])
	d.shows(second, "template 50", "First page")
	if strings.Contains(second.page, `rel="next"`) || strings.Contains(second.page, "template 49") {
		t.Errorf("the second page is not the last:\n%s", second.page)
	}
}

// sends posts the appearance's form with a file as its logo.
func (d desk) sends(path string, logo []byte, fields map[string]string) answer {
	d.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			d.T.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("logo", "logo.png")
	if err == nil {
		_, err = part.Write(logo)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		d.T.Fatal(err)
	}
	return d.sendBody(http.MethodPost, path, &body, w.FormDataContentType(), "same-origin")
}

func TestALogoIsUploadedShownInThePreviewAndTakenAway(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	app := d.newApplication("shop")
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{7}, 100)...)
	fields := map[string]string{"name": "shop", "company_name": "Shop", "accent": "#0a6b4f"}
	d.refuses(d.sends(app+"/appearance", []byte("%PDF-1.7 no image"), fields), "logo", "must be")
	d.refuses(d.sends(app+"/appearance", []byte("just text"), fields), "logo", "must be")
	d.refuses(d.sends(app+"/appearance", append(png, make([]byte, 48<<10)...), fields), "logo", "at most 48 KiB")
	if got := d.sends(app+"/appearance", make([]byte, 300<<10), fields); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.page, "too large") {
		t.Errorf("a file that is far too large was answered with %d:\n%s", got.status, got.page)
	}
	d.leads(d.sends(app+"/appearance", png, fields), app+"/appearance?done=saved")
	data := "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
	if got := d.ofPath(app).Theme; got.Logo != data || got.Accent != "#0a6b4f" {
		t.Errorf("the theme is %+v", got)
	}

	preview := d.get(app + "/preview?accent=%23aa3300&company_name=Another")
	d.shows(preview, data, "accent-aa3300.css", "Another", "Continue")
	if policy := preview.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'self'") || !strings.Contains(policy, "form-action 'none'") || strings.Contains(policy, "script-src") {
		t.Errorf("the preview has the policy %q", policy)
	}
	if strings.Contains(preview.page, "<script") {
		t.Error("the preview runs a script")
	}
	before := d.ofPath(app)
	fields["preview"], fields["accent"] = "1", "#aa3300"
	d.shows(d.sends(app+"/appearance", nil, fields), "accent=%23aa3300")
	if after := d.ofPath(app); after.Version != before.Version {
		t.Error("looking at the preview has saved the form")
	}
	delete(fields, "preview")
	d.leads(d.sends(app+"/appearance", nil, fields), app+"/appearance?done=saved") // no file leaves the present one
	if d.ofPath(app).Theme.Logo != data {
		t.Error("a form without a file has taken the logo away")
	}
	fields["without_logo"] = "1"
	d.leads(d.sends(app+"/appearance", nil, fields), app+"/appearance?done=saved")
	if got := d.ofPath(app).Theme.Logo; got != "" {
		t.Errorf("the logo is still %q", got)
	}
}
