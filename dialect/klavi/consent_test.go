package klavi_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
)

// consent requests a consent with a link's token.
func (p *partner) consent(link reply, track string, more map[string]any) (int, reply) {
	p.t.Helper()
	body := map[string]any{"externalTrackId": track, "personalTaxId": cpf, "institutionCode": "001", "redirectURL": website, "validityPeriod": 12}
	for k, v := range more {
		if body[k] = v; v == nil {
			delete(body, k)
		}
	}
	return p.call("POST", "/consents", link.text("linkToken"), body)
}

func (p *partner) consentStatus(id string) string {
	p.t.Helper()
	return p.must("GET", "/consents/"+id, nil).text("status")
}

func TestAPartnerConnectsABankWithPagesOfItsOwn(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "event_body": "object", "delivery": "manual"})
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf, "externalInfo": map[string]any{"a": 1.50}})
	_, banks := p.call("GET", "/links/institutions", link.text("linkToken"), nil)
	_, same := p.call("GET", "/institutions", link.text("linkToken"), nil)
	if banks.text("list.0.institutionCode") != "001" || banks.text("list.1.institutionCode") != "033" ||
		banks.text("list.2") != "" || banks.text("list.0.name") != same.text("list.0.name") {
		t.Fatalf("the institutions are %v", banks)
	}
	status, made := p.consent(link, "track 1", nil)
	if status != 200 || made.text("consentRedirectURL") != made.text("consentRedirectUrl") || len(made.text("consentId")) != 36 {
		t.Fatalf("the consent answered %d: %v", status, made)
	}
	if got := p.consentStatus(made.text("consentId")); got != "AWAITING_AUTHORISATION" {
		t.Errorf("a new consent is %s", got)
	}
	person := p.Visit(made.text("consentRedirectURL"))
	authorise(t, person, "good")
	if !person.Left {
		follow(t, person)
	}
	q := person.At.Query()
	if !strings.HasPrefix(person.At.String(), website+"?") || q.Get("link_id") != link.text("linkId") || q.Get("consent_id") != made.text("consentId") ||
		q.Get("external_track_id") != "track 1" || q.Get("external_info") != `{"a":1.5}` || q.Has("error") {
		t.Errorf("the person was led to %s", person.At)
	}
	event := p.event("consent_authorised")
	if strings.HasPrefix(string(event.Body), "[") || event.body.text("payload.linkId") != link.text("linkId") ||
		event.body.text("payload.consents.externalTrackId") != "track 1" {
		t.Errorf("the event is %s", event.Body)
	}
	read := p.must("GET", "/links/"+link.text("linkId"), nil)
	if read.text("consents.0.consentId") != made.text("consentId") || read.text("consents.0.status") != "AUTHORISED" ||
		read.text("consents.0.linkId") != link.text("linkId") {
		t.Errorf("the link is %v", read)
	}
	if list := p.must("GET", "/consents?linkId="+link.text("linkId"), nil); list.text("list.0.consentId") != made.text("consentId") || list.text("list.1") != "" {
		t.Errorf("the link's consents are %v", list)
	}
	for _, got := range p.posts.Got() {
		if name := p.verified(got).body.text("eventName"); name != "link_created" && name != "consent_authorised" {
			t.Errorf("manual delivery posted %s", got.Body)
		}
	}
	if again := p.Visit(made.text("consentRedirectURL")); again.Left || strings.Contains(again.At.Path, "/sandbox/") || again.Status < 400 {
		t.Errorf("the address opens a second time: %s", again.At)
	}
}

func TestAConsentIsOpenedWithinAMinuteAndFinishedWithinAnHour(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events})
	for track, c := range map[string]struct {
		opened bool
		pass   string
	}{"never opened": {false, "61m"}, "opened": {true, "61m"}} {
		link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
		_, made := p.consent(link, track, nil)
		if c.opened {
			p.Visit(made.text("consentRedirectURL"))
		}
		p.Advance(c.pass)
		p.signIn()
		if got := p.consentStatus(made.text("consentId")); got != "REJECTED" {
			t.Errorf("%s, after %s the consent is %s", track, c.pass, got)
		}
	}
	p.wait(2, "two consents were rejected", func(got post) bool { return got.body.text("eventName") == "consent_rejected" })

	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
	_, late := p.consent(link, "late", nil)
	p.Advance("70s")
	person := p.Visit(late.text("consentRedirectURL"))
	if !person.Left {
		follow(t, person)
	}
	if q := person.At.Query(); q.Get("error") != "access_denied" || q.Get("error_description") == "" || q.Get("consent_id") != late.text("consentId") {
		t.Errorf("opened after 70 seconds it leads to %s", person.At)
	}
	if got := p.consentStatus(late.text("consentId")); got != "REJECTED" {
		t.Errorf("opened after 70 seconds it is %s", got)
	}
}

func TestAPersonWhoRefusesAtTheBankComesBackWithAnError(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events})
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
	_, made := p.consent(link, "1", nil)
	person := p.Visit(made.text("consentRedirectURL"))
	toBank(t, person)
	leave(t, person)
	if !person.Left {
		follow(t, person)
	}
	if q := person.At.Query(); q.Get("error") != "access_denied" || q.Get("link_id") != link.text("linkId") || q.Get("external_track_id") != "1" {
		t.Errorf("the person was led to %s", person.At)
	}
	event := p.event("consent_rejected")
	if event.body.text("payload.consents.status") != "REJECTED" || event.body.text("payload.consents.error") != "access_denied" {
		t.Errorf("the event is %s", event.Body)
	}
}

// leave refuses at the bank's login page and goes back.
func leave(t *testing.T, p *apptest.Browser) {
	t.Helper()
	p.Submit("cancel", "1")
	if strings.Contains(p.At.Path, "/sandbox/") {
		follow(t, p)
	}
}

func TestAConsentIsRevokedByBothAddresses(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events})
	for n, form := range []string{"", "/revoke"} {
		id := p.authorised("001", "good"+[]string{"+one", "+two"}[n], []string{cpf, "11144477735"}[n])
		r := p.Request("DELETE", "/data/v1/consents/"+id+form, "{}")
		r.Header.Set("Authorization", "Bearer "+p.token)
		if status, body := p.Do(r); status != 200 || string(body) != `{"message":"ok"}` {
			t.Errorf("revoking answered %d %s", status, body)
		}
		if got := p.consentStatus(id); got != "REVOKED" {
			t.Errorf("a revoked consent is %s", got)
		}
		if status, body := p.call("DELETE", "/consents/"+id, p.token, nil); status != 416 || body.text("statusCode") != "4001" {
			t.Errorf("revoking twice answered %d %v", status, body)
		}
	}
	p.wait(2, "both were posted", func(got post) bool { return got.body.text("eventName") == "consent_revoked" })
}

func TestAConsentForEverHasNoEnd(t *testing.T) {
	t.Parallel()
	p := start(t)
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
	_, made := p.consent(link, "1", map[string]any{"validityPeriod": 0})
	authorise(t, p.Visit(made.text("consentRedirectURL")), "good")
	read := p.must("GET", "/consents/"+made.text("consentId"), nil)
	if end, there := read["expireAt"]; !there || end != nil || read.text("status") != "AUTHORISED" || made["expireAt"] != nil {
		t.Errorf("made as %v, read as %v", made, read)
	}
}

// authorised makes a consent in force, without a page of ours.
func (p *partner) authorised(institution, user, taxID string) string {
	p.t.Helper()
	key := "personalTaxId"
	if len(taxID) == 14 {
		key = "businessTaxId"
	}
	link := p.must("POST", "/links", map[string]any{key: taxID})
	status, made := p.consent(link, "track of "+user+taxID+institution, map[string]any{"personalTaxId": nil, key: taxID, "institutionCode": institution})
	if status != 200 {
		p.t.Fatalf("the consent answered %d: %v", status, made)
	}
	authorise(p.t, p.Visit(made.text("consentRedirectURL")), user)
	if got := p.consentStatus(made.text("consentId")); got != "AUTHORISED" {
		p.t.Fatalf("the consent is %s", got)
	}
	return made.text("consentId")
}

func TestAConsentExpiresAndIsErasedAsItsStatusesSay(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "delivery": "manual"})
	p.authorised("001", "good", cpf)
	persons := apptest.List[struct{ ID, Reference string }](p.App, "/persons")
	if len(persons) != 1 || strings.Contains(persons[0].Reference, cpf) {
		t.Fatalf("the persons are %v", persons)
	}
	p.Call("DELETE", "/persons/"+persons[0].ID, nil, nil)
	erased := p.event("consent_deleted_by_user")
	if erased.body.text("payload.consents.status") != "DELETED_BY_USER" {
		t.Errorf("the event is %s", erased.Body)
	}
	link := p.must("POST", "/links", map[string]any{"personalTaxId": "11144477735", "institutionCode": "033"})
	person := p.Visit(link.text("linkURL"))
	person.Submit()
	person.Submit("validity", "3") // the person chooses three months
	authorise(t, person, "empty")
	person.Submit()
	old := p.must("GET", "/consents?linkId="+link.text("linkId"), nil).text("list.0.consentId")
	p.Advance("93d")
	p.signIn()
	if got := p.consentStatus(old); got != "EXPIRED" {
		t.Errorf("after three months the consent is %s", got)
	}
	if event := p.event("consent_expired"); event.body.text("payload.consents.consentId") != old {
		t.Errorf("the event is %s", event.Body)
	}
}

func TestALinkHasAtMostFiftyConsentsHoweverManyAreMadeAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		p := start(t, options...)
		link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
		var mu sync.Mutex
		answers := map[int]int{}
		var at sync.WaitGroup
		for n := range 60 {
			at.Go(func() {
				r := p.Request("POST", "/data/v1/consents", map[string]any{
					"externalTrackId": fmt.Sprint("track ", n), "personalTaxId": cpf, "institutionCode": "001", "redirectURL": website,
				})
				r.Header.Set("Authorization", "Bearer "+link.text("linkToken"))
				response, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				response.Body.Close()
				mu.Lock()
				defer mu.Unlock()
				answers[response.StatusCode]++
			})
		}
		at.Wait()
		if answers[200] != 50 || answers[416] != 10 {
			t.Errorf("60 at once were answered %v, want 50 times 200 and 10 times 416", answers)
		}
		if got := p.must("GET", "/links/"+link.text("linkId"), nil)["consents"].([]any); len(got) != 50 {
			t.Errorf("the link has %d consents", len(got))
		}
		if status, body := p.consent(link, "one more", nil); status != 416 || body.text("statusCode") != "4003" {
			t.Errorf("one more answered %d %v", status, body)
		}
	})
}

// from sends a request of a page of an origin.
func (p *partner) from(origin, method, path, token, body string) *http.Response {
	p.t.Helper()
	r := p.Request(method, "/data/v1"+path, nil)
	if body != "" {
		r.Body = io.NopCloser(strings.NewReader(body))
	}
	r.Header.Set("Origin", origin)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	response.Body.Close()
	return response
}

func TestOnlyTheApplicationsOriginsCallFromABrowser(t *testing.T) {
	t.Parallel()
	p := start(t)
	token := p.must("POST", "/links", map[string]any{}).text("linkToken")
	for origin, allowed := range map[string]bool{"http://localhost:5173": true, "https://evil.example": false} {
		for _, c := range []struct {
			method, path, token, body string
			status                    int
		}{
			{"GET", "/links/institutions", token, "", 200},
			{"GET", "/institutions", token, "", 200},
			{"GET", "/links/institutions", "", "", 401},
			{"GET", "/links/institutions", "expired", "", 401},
			{"POST", "/consents", token, "{", 400},
			{"POST", "/consents", token, "{}", 422},
			{"POST", "/consents", token, `{"email":"` + strings.Repeat("x", 200_000) + `"}`, 413},
			{"DELETE", "/links/institutions", token, "", 404},
			{"OPTIONS", "/consents", "", "", 204},
			{"OPTIONS", "/links/institutions", "", "", 204},
		} {
			response := p.from(origin, c.method, c.path, c.token, c.body)
			got := response.Header.Get("Access-Control-Allow-Origin") == origin
			if response.StatusCode != c.status || got != allowed || !slices.Contains(response.Header.Values("Vary"), "Origin") {
				t.Errorf("%s %s of %s answered %d %v, want %d and allowed %v", c.method, c.path, origin, response.StatusCode, response.Header, c.status, allowed)
			}
			if c.method == "OPTIONS" && strings.Contains(response.Header.Get("Access-Control-Allow-Headers"), "Authorization") != allowed {
				t.Errorf("the preflight of %s answered %v", origin, response.Header)
			}
		}
	}
	// What pages have no business with tells no page anything.
	if response := p.from("http://localhost:5173", "POST", "/auth", "", "{}"); response.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("auth answered a page with %v", response.Header)
	}
}

func TestEveryStatusHasTheVendorsWord(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status fairlead.ConsentStatus
		why    fairlead.ErrorKind
		want   string
	}{
		{fairlead.ConsentStarted, "", "STARTED"},
		{fairlead.ConsentAwaitingAuthorisation, "", "AWAITING_AUTHORISATION"},
		{fairlead.ConsentAwaitingAcceptance, "", "AWAITING_LGPD_AUTHORISATION"},
		{fairlead.ConsentAuthorised, "", "AUTHORISED"},
		{fairlead.ConsentFailed, fairlead.InstitutionDown, "ERROR"},
		{fairlead.ConsentFailed, fairlead.Internal, "ERROR"},
		{fairlead.ConsentFailed, fairlead.ChallengeExpired, "REJECTED"},
		{fairlead.ConsentRejected, fairlead.ConsentEnded, "REJECTED"},
		{fairlead.ConsentExpired, "", "EXPIRED"},
		{fairlead.ConsentRevokedByPerson, "", "REVOKED"},
		{fairlead.ConsentRevokedByApplication, "", "REVOKED"},
		{fairlead.ConsentRevokedAtInstitution, "", "REVOKED"},
		{fairlead.ConsentErased, "", "DELETED_BY_USER"},
	} {
		if got := klavi.StatusOf(fairlead.Consent{Status: c.status, Reason: c.why}); got != c.want {
			t.Errorf("%s %s is %s, not %s", c.status, c.why, got, c.want)
		}
	}
}

func TestWhatGoesWrongAtTheBankIsAnError(t *testing.T) {
	t.Parallel()
	for word, code := range map[string]string{"DOWN": "temporarily_unavailable", "INTERNAL_ERROR": "server_error"} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.set(map[string]any{"events_url": p.events})
			link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
			_, made := p.consent(link, "1", nil)
			person := p.Visit(made.text("consentRedirectURL"))
			toBank(t, person)
			person.Submit("user", "good", "password", word)
			atBank(t, person, "good")
			if !person.Left {
				follow(t, person)
			}
			if q := person.At.Query(); q.Get("error") != code || q.Get("error_description") == "" || q.Get("consent_id") != made.text("consentId") {
				t.Errorf("the person was led to %s", person.At)
			}
			event := p.event("consent_error")
			if c := "payload.consents."; event.body.text(c+"status") != "ERROR" || event.body.text(c+"error") != code ||
				event.body.text(c+"consentId") != made.text("consentId") {
				t.Errorf("the event is %s", event.Body)
			}
			if got := p.consentStatus(made.text("consentId")); got != "ERROR" {
				t.Errorf("the consent is %s", got)
			}
		})
	}
}
