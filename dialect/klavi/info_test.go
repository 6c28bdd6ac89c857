package klavi_test

import (
	"strings"
	"testing"
)

// What a partner puts into externalInfo comes back as it was, in the redirect as in
// bodies: to the last digit, and without escapes that JSON does not ask for.
func TestExternalInfoComesBackAsItWas(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events})
	const info = `{"a":"x&y<z> 😀","id":9007199254740993,"deep":{"n":[12345678901234567890]}}`
	link := p.must("POST", "/links", `{"personalTaxId":"`+cpf+`","redirectURL":"`+website+`","externalInfo":`+strings.ReplaceAll(info, "&", `\u0026`)+`}`)
	if got := p.event("link_created"); !strings.Contains(string(got.Body), `"externalInfo":`+info) {
		t.Errorf("the event has %s", got.Body)
	}
	_, made := p.consent(link, "1", nil)
	person := p.Visit(made.text("consentRedirectURL"))
	authorise(t, person, "good")
	if !person.Left {
		follow(t, person)
	}
	if got := person.At.Query().Get("external_info"); got != info {
		t.Errorf("external_info is %s, want %s", got, info)
	}
}

// A size is that of what is kept, however it was written.
func TestExternalInfoIsMeasuredAsItIsKept(t *testing.T) {
	t.Parallel()
	p := start(t)
	most := 16<<10 - len(`{"a":""}`)
	for body, want := range map[string]int{
		`{"externalInfo":{"a":"` + strings.Repeat("é", most/2) + `"}}`:                200,
		`{"externalInfo":{"a":"` + strings.Repeat(`\u00e9`, most/2) + `"}}`:           200,
		`{"externalInfo":{ "a" : "` + strings.Repeat("x", most) + `"` + "\n\n" + `}}`: 200,
		`{"externalInfo":{"a":"` + strings.Repeat("x", most+1) + `"}}`:                422,
		`{"externalInfo":{"a":"` + strings.Repeat(`\u00e9`, most/2+1) + `"}}`:         422,
		"{\"externalInfo\":{\"a\":\"caf\xe9\"}}":                                      422,
		`{"externalInfo":{"a":"\ud83d"}}`:                                             422,
	} {
		status, answer := p.call("POST", "/links", p.token, body)
		if status != want || status == 422 && !strings.Contains(answer.text("message"), "externalInfo") && !strings.HasPrefix(answer.text("message"), "body must") {
			t.Errorf("%.60s of %d bytes answered %d %v, want %d", body, len(body), status, answer, want)
		}
	}
}

// The first wall of who migrates: the message must say how to get over it.
func TestARefusedRedirectSaysHowItBecomesAllowed(t *testing.T) {
	t.Parallel()
	p := start(t)
	status, body := p.call("POST", "/links", p.token, map[string]any{"redirectURL": "https://shop.example/done"})
	if got := body.text("message"); status != 422 || !strings.HasPrefix(got, "redirectURL: The address") || !strings.Contains(got, "redirects=") {
		t.Errorf("%d %q", status, got)
	}
}

func TestAnInstitutionServesWhoAsks(t *testing.T) {
	t.Parallel()
	p := start(t)
	for taxID, want := range map[string]string{"personalTaxId": "natural", "businessTaxId": "legal"} {
		link := p.must("POST", "/links", map[string]any{taxID: map[string]string{"personalTaxId": cpf, "businessTaxId": cnpj}[taxID]})
		_, list := p.call("GET", "/links/institutions", link.text("linkToken"), nil)
		if got := list.text("list.0.businessType"); got != want {
			t.Errorf("for a %s the first one is %q", taxID, got)
		}
	}
}
