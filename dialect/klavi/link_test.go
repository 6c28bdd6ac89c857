package klavi_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/klavi"
	"github.com/fairlead-dev/fairlead/notifying"
)

func TestNoErrorIsAnsweredByAccident(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, klavi.Rows)
}

func TestEveryEventIsToldOrIgnored(t *testing.T) {
	t.Parallel()
	k, err := klavi.Routing()
	if err != nil {
		t.Fatal(err)
	}
	dialecttest.EveryEvent(t, k, klavi.Ignored, func(kind fairlead.EventKind) notifying.EventContext {
		origin := fairlead.Origin{Dialect: "klavi", State: json.RawMessage(`{"level":"pf"}`)}
		h := notifying.EventContext{
			Application: fairlead.Application{Settings: map[string]json.RawMessage{"klavi": json.RawMessage(`{"events_url":"http://localhost:1/","reports_url":"http://localhost:1/"}`)}},
			Link:        &fairlead.Link{Origin: origin}, Consent: &fairlead.Consent{Origin: origin},
			Connection: &fairlead.Connection{Origin: origin, Products: map[fairlead.Product]fairlead.ProductState{fairlead.ProductLoans: {Status: fairlead.ProductReady}}},
		}
		if kind == fairlead.EventDataRequested {
			h.Event.Dialect, h.Event.Request = "klavi", json.RawMessage(`{"level":"pf","products":["pf_loans"]}`)
		}
		return h
	})
}

func TestAConnectionKeyRenewsItsConnection(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_balance"}})
	p.authorised("001", "good", cpf)
	key := p.report("pf_balance").body.text("links.0.connectionKey")
	for _, wrong := range []map[string]any{{"connectionKey": "con_unknown"}, {"connectionKey": key, "personalTaxId": "11144477735"}} {
		if status, body := p.call("POST", "/links", p.token, wrong); status != 422 || !strings.HasPrefix(body.text("message"), "connectionKey") {
			t.Errorf("%v answered %d %v", wrong, status, body)
		}
	}
	link := p.must("POST", "/links", map[string]any{"connectionKey": key, "redirectURL": website})
	person := p.Visit(link.text("linkURL"))
	person.Submit()
	person.Submit()
	authorise(t, person, "good")
	person.Submit()
	p.wait(2, "the renewed connection was reported", func(got post) bool { return got.Path == "/reports" })
	reports := p.wait(2, "both", func(got post) bool { return got.Path == "/reports" })
	last := reports[len(reports)-1]
	if last.body.text("links.0.connectionKey") != key || last.body.text("links.0.linkId") != link.text("linkId") {
		t.Errorf("the renewed connection was reported as %.600s", last.Body)
	}
}

func TestAReturnFromTheBankGoesThroughTheApp(t *testing.T) {
	t.Parallel()
	p := start(t)
	for _, c := range []struct {
		body map[string]any
		key  string
	}{
		{map[string]any{"appLink": "http://localhost:3999/app?x=1", "appRedirectURLKey": "next"}, "next"},
		{map[string]any{"applicationLink": "http://localhost:3999/app"}, "link_callback_url"},
	} {
		c.body["personalTaxId"], c.body["institutionCode"], c.body["redirectURL"] = cpf, "001", website
		link := p.must("POST", "/links", c.body)
		person := p.Visit(link.text("linkURL"))
		person.Submit()
		person.Submit()
		authorise(t, person, "good")
		if !person.Left || !strings.HasPrefix(person.At.String(), "http://localhost:3999/app?") {
			t.Fatalf("the bank leads to %s", person.At)
		}
		onward := person.At.Query().Get(c.key)
		person.Left = false
		person.Go(onward) // the app's own view holds the session
		person.Submit()
		person.Submit()
		if !person.Left {
			follow(t, person)
		}
		if got := person.At; !strings.HasPrefix(got.String(), website) || got.Query().Get("link_id") != link.text("linkId") || got.Query().Has("error") {
			t.Errorf("in the end the person was led to %s", got)
		}
	}
}

func TestALinkMayBeNothingButAnAddress(t *testing.T) {
	t.Parallel()
	p := start(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(query url.Values) *http.Response {
		t.Helper()
		r := p.Request("GET", "/data/v1/basic-links/dev?"+query.Encode(), nil)
		response, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		return response
	}
	good := get(url.Values{
		"personal_tax_id": {cpf}, "institution_code": {"001"}, "redirect_url": {website}, "products_callback_url": {p.posts.URL + "/reports"},
		"external_info": {`{"myUUID":"u"}`}, "email": {"ana@example.com"},
	})
	if good.StatusCode != 302 || !strings.HasPrefix(good.Header.Get("Location"), p.URL+"/path?v=") {
		t.Fatalf("answered %d to %s", good.StatusCode, good.Header.Get("Location"))
	}
	person := p.Visit(good.Header.Get("Location"))
	person.Submit()
	person.Submit()
	authorise(t, person, "good")
	person.Submit()
	if got := p.report("pf_balance"); got.body.text("externalInfo.myUUID") != "u" {
		t.Errorf("the report is %.500s", got.Body)
	}
	again := get(url.Values{"personal_tax_id": {cpf}, "email": {"mallory@example.com"}})
	if again.StatusCode != 302 {
		t.Fatalf("again it answered %d", again.StatusCode)
	}
	persons := apptest.List[struct{ ID string }](p.App, "/persons")
	if len(persons) != 1 {
		t.Fatalf("the persons are %v", persons)
	}
	p.knows(persons[0].ID, "ana@example.com")
	for status, query := range map[int]url.Values{
		416: {"products_callback_url": {"https://elsewhere.example/x"}},
		422: {"redirect_url": {"https://elsewhere.example/x"}},
	} {
		if got := get(query); got.StatusCode != status {
			t.Errorf("%v answered %d, not %d", query, got.StatusCode, status)
		}
	}
}

// knows reports whether a person is still the one with the address.
func (p *partner) knows(id, email string) {
	p.t.Helper()
	dev, err := p.Server.Verbs.Access.ApplicationByClientID(p.t.Context(), "dev")
	if err != nil {
		p.t.Fatal(err)
	}
	d, err := p.Server.Verbs.Reading.PersonDetails(p.t.Context(), dev.Tenant.ID, fairlead.PersonID(id))
	if err != nil || d.Email != email {
		p.t.Errorf("an address that anybody can write changed who the person is: %v", err)
	}
}

func TestAPersonWhoGivesUpIsLedBackWithAnError(t *testing.T) {
	t.Parallel()
	p := start(t)
	link := p.must("POST", "/links", map[string]any{"redirectURL": website + "#top", "externalInfo": map[string]any{"a": "b c"}})
	person := p.Visit(link.text("linkURL"))
	person.Press("leave")
	if !person.Left {
		follow(t, person)
	}
	if want := website + "?link_id=" + link.text("linkId") + "&external_info=%7B%22a%22%3A%22b%20c%22%7D&error=access_denied&error_description=The%20user%20gave%20up#top"; person.At.String() != want {
		t.Errorf("the person was led to\n%s, not\n%s", person.At, want)
	}
}

func TestAPersonConnectsMoreThanOneBank(t *testing.T) {
	t.Parallel()
	p := start(t)
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf, "redirectURL": website})
	person := p.Visit(link.text("linkURL"))
	person.Submit()
	for n, bank := range []string{"ins_farol", "ins_ancora"} {
		if n > 0 {
			person.Press("another")
		}
		person.Submit("institution", bank)
		person.Submit()
		authorise(t, person, "good")
		person.Submit()
	}
	all := p.must("GET", "/links/"+link.text("linkId"), nil)
	if all.text("consents.0.status") != "AUTHORISED" || all.text("consents.1.status") != "AUTHORISED" {
		t.Errorf("the link is %v on\n%s", all, person.Text())
	}
}

func TestALinkIsReadByItsOwnApplicationAlone(t *testing.T) {
	t.Parallel()
	p := start(t)
	link := p.must("POST", "/links", map[string]any{"personalTaxId": cpf, "externalInfo": map[string]any{"secret": "mine"}})
	if got := p.must("GET", "/links/"+link.text("linkId"), nil); got.text("externalInfo.secret") != "mine" || got.text("status") != "OPEN" {
		t.Errorf("the link is %v", got)
	}
	var native struct{ ID string }
	p.Call("POST", "/links", map[string]any{"person": "ada"}, &native)
	if status, body := p.call("GET", "/links/"+native.ID, p.token, nil); status != 404 {
		t.Errorf("a link of the native API answered %d %v", status, body)
	}
	var other struct{ ID string }
	p.Call("POST", "/applications", map[string]string{"name": "other"}, &other)
	var key struct{ Secret string }
	p.Call("POST", "/applications/"+other.ID+"/keys", map[string]any{}, &key)
	_, token := p.call("POST", "/auth", "", map[string]string{"accessKey": other.ID, "secretKey": key.Secret})
	if status, body := p.call("GET", "/links/"+link.text("linkId"), token.text("accessToken"), nil); status != 404 {
		t.Errorf("another application's link answered %d %v", status, body)
	}
}
