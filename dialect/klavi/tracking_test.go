package klavi_test

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
	"github.com/fairlead-dev/fairlead/linking"
)

// TestThePagesTellWhatTheVendorsListHas holds names and payloads to the vendor's page
// "Web Tracking Events".
func TestThePagesTellWhatTheVendorsListHas(t *testing.T) {
	t.Parallel()
	k := klavi.New(dialect.Verbs{})
	bank := &fairlead.Institution{
		ID: "ins_farol", Name: "Banco Farol", Codes: []fairlead.Code{{Scheme: "compe", Value: "001"}}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
	}
	const none, named, typed = `{}`, `{"institutionCode":"001","institutionName":"Banco Farol"}`, `{"institutionCode":"001","institutionName":"Banco Farol","institutionType":1}`
	for _, row := range []struct {
		page       fairlead.Stage
		what       linking.Tracked
		name, want string
	}{
		{fairlead.StageWelcome, linking.TrackLoaded, "app_loaded", none},
		{fairlead.StageWelcome, linking.TrackShown, "page_view", `{"page":"landing"}`},
		{fairlead.StageInstitution, linking.TrackLeft, "page_duration", `{"page":"institution_list"}`},
		{fairlead.StageWelcome, linking.TrackContinue, "landing_continue_click", none},
		{fairlead.StageWelcome, linking.TrackExit, "landing_exit_click", none},
		{fairlead.StageWelcome, linking.TrackTerms, "landing_terms_click", none},
		{fairlead.StageWelcome, linking.TrackPrivacy, "landing_privacy_policy_click", none},
		{fairlead.StageInstitution, linking.TrackBack, "institution_list_back_click", none},
		{fairlead.StageInstitution, linking.TrackExit, "institution_list_exit_click", none},
		{fairlead.StageInstitution, linking.TrackSearch, "institution_list_search", none},
		{fairlead.StageInstitution, linking.TrackChoose, "institution_click", named},
		{fairlead.StageConsent, linking.TrackBack, "data_confirmation_back_click", named},
		{fairlead.StageConsent, linking.TrackExit, "data_confirmation_exit_click", none},
		{fairlead.StageConsent, linking.TrackContinue, "data_confirmation_continue_click", named},
		{fairlead.StageConsent, linking.TrackValidity, "data_confirmation_validity_click", named},
		{fairlead.StageResult, linking.TrackOutcome, "authorise_success", typed},
		{fairlead.StageResult, linking.TrackAnother, "authorise_success_connect_more_click", named},
		{fairlead.StageResult, linking.TrackFinish, "authorise_success_finish_click", named},
		{linking.PageFailed, linking.TrackOutcome, "authorise_fail", typed},
		{fairlead.StageAcceptance, linking.TrackContinue, "", none},
		{fairlead.StageConversation, linking.TrackExit, "", none},
		{fairlead.StageWelcome, linking.TrackOutcome, "", none},
	} {
		got := k.Track(linking.PageMoment{Page: row.page, What: row.what, Institution: bank})
		want, fill := "", ""
		if row.name != "" {
			want = `{"eventName":"` + row.name + `","payload":` + row.want + `}`
		}
		switch row.what { // what only the page knows
		case linking.TrackLeft:
			fill = "payload.duration"
		case linking.TrackSearch:
			fill = "payload.key"
		}
		if string(got.Body) != want || strings.Join(got.Fill, ".") != fill {
			t.Errorf("%s on %s is %s, filled at %q; not %s, at %q", row.what, row.page, got.Body, got.Fill, want, fill)
		}
	}
}

// visit requests an address as a browser does for a page or a frame of a page of an origin.
func (p *partner) visit(address, dest, origin string) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Dest", dest)
	if origin != "" {
		r.Header.Set("Referer", origin+"/checkout")
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return response, string(body)
}

func TestALinkOpensInAFrameOfTheApplicationsPages(t *testing.T) {
	t.Parallel()
	p := start(t)
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
	if got, _ := p.visit(link.text("linkURL"), "iframe", "https://evil.example"); got.StatusCode != http.StatusForbidden {
		t.Errorf("in a frame of another origin it answered %d to %q", got.StatusCode, got.Header.Get("Location"))
	}
	for _, origin := range []string{"http://localhost:5173", ""} { // a page may say nothing of itself: the policy below holds it
		entered, _ := p.visit(link.text("linkURL"), "iframe", origin)
		at := entered.Header.Get("Location")
		if entered.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/f/") || len(entered.Cookies()) > 0 {
			t.Fatalf("in a frame of %q it answered %d to %q with %v", origin, entered.StatusCode, at, entered.Cookies())
		}
		shown, page := p.visit(p.URL+at, "iframe", origin)
		policy := shown.Header.Get("Content-Security-Policy")
		if shown.StatusCode != http.StatusOK || !strings.Contains(policy, "frame-ancestors http://") || strings.Contains(policy, "'unsafe") || !strings.Contains(page, "landing_continue_click") {
			t.Errorf("the frame answered %d under %q:\n%.800s", shown.StatusCode, policy, page)
		}
		if outside, _ := p.visit(p.URL+at, "document", origin); outside.StatusCode != http.StatusForbidden {
			t.Errorf("outside a frame its address answered %d", outside.StatusCode)
		}
	}
	window, _ := p.visit(link.text("linkURL"), "document", "http://localhost:5173")
	if !strings.HasPrefix(window.Header.Get("Location"), "/l/") {
		t.Errorf("in a window it leads to %q", window.Header.Get("Location"))
	}
}

// A browser that does not tell the page who embeds it is told by name, in dev too, where
// the policy has patterns.
func TestEveryPageInAFrameNamesTheOriginThatFramesIt(t *testing.T) {
	t.Parallel()
	p := start(t)
	for origin, named := range map[string]bool{"http://localhost:5173": true, "http://localhost": true, "": false} {
		entered, _ := p.visit(p.must("POST", "/links", map[string]any{"personalTaxId": cpf}).text("linkURL"), "iframe", origin)
		at := p.URL + entered.Header.Get("Location")
		_, landing := p.visit(at, "iframe", p.URL)
		action := regexp.MustCompile(`<form[^>]* action="(/f/[^"]+)"`).FindStringSubmatch(landing)
		if action == nil {
			t.Fatalf("the landing goes nowhere:\n%.800s", landing)
		}
		_, query, _ := strings.Cut(html.UnescapeString(action[1]), "?")
		path, _, _ := strings.Cut(at, "?")
		_, later := p.visit(path+"?"+query, "iframe", p.URL) // where the form leads
		for what, page := range map[string]string{"the landing": landing, "a later page": later} {
			if got := strings.Contains(html.UnescapeString(page), `"`+origin+`"],"loaded"`); got != named {
				t.Errorf("%s in a frame of %q names it: %v", what, origin, got)
			}
		}
	}
	entered, _ := p.visit(p.must("POST", "/links", map[string]any{"personalTaxId": cpf}).text("linkURL"), "iframe", "")
	_, page := p.visit(p.URL+entered.Header.Get("Location")+"&by=https%3A%2F%2Fevil.example", "iframe", p.URL)
	if strings.Contains(page, "evil") {
		t.Errorf("whoever writes the address chooses who is told:\n%.800s", page)
	}
}
