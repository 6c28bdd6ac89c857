package klavi_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

const (
	cpf     = "52998224725"
	cnpj    = "11222333000181"
	website = "http://localhost:3999/done" // where the partner's page would be
)

// partner calls the API as a partner's backend does.
type partner struct {
	*apptest.App
	t      *testing.T
	token  string
	posts  *apptest.Receiver
	seen   []post
	events string
}

// reply is a decoded body: an object's members, or none.
type reply map[string]any

func (r reply) text(path string) string {
	var at any = map[string]any(r)
	for _, step := range strings.Split(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return ""
			}
			at = v[n]
		default:
			return ""
		}
	}
	switch v := at.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	b, _ := json.Marshal(at)
	return string(b)
}

// start begins with an application of one product: collecting and reporting all of them
// is dear, and what a test is seldom about.
func start(t *testing.T, options ...apptest.Option) *partner {
	t.Helper()
	p := &partner{App: apptest.Start(t, options...), t: t, posts: apptest.NewReceiver(t)}
	p.events = p.posts.URL + "/events"
	p.set(map[string]any{"products": []string{"pf_balance", "pj_balance"}})
	p.signIn()
	return p
}

// signIn gets an access token; it lives 30 minutes of the sandbox's time.
func (p *partner) signIn() {
	p.t.Helper()
	status, body := p.call("POST", "/auth", "", map[string]string{"accessKey": access.DevClientID, "secretKey": access.DevSecret})
	p.token = body.text("accessToken")
	if status != 200 || p.token == "" {
		p.t.Fatalf("auth answered %d: %v", status, body)
	}
}

// call calls the API; a list comes back under "list".
func (p *partner) call(method, path, token string, body any) (int, reply) {
	p.t.Helper()
	r := p.Request(method, "/data/v1"+path, body)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	status, content := p.Do(r)
	var out reply
	if strings.HasPrefix(string(content), "[") {
		content = []byte(`{"list":` + string(content) + `}`)
	}
	if err := json.Unmarshal(content, &out); err != nil {
		p.t.Fatalf("%s %s answered %d %s", method, path, status, content)
	}
	return status, out
}

func (p *partner) must(method, path string, body any) reply {
	p.t.Helper()
	status, out := p.call(method, path, p.token, body)
	if status != 200 {
		p.t.Fatalf("%s %s answered %d: %v", method, path, status, out)
	}
	return out
}

// set changes settings of the console.
func (p *partner) set(settings map[string]any) {
	p.t.Helper()
	var apps struct{ Data []struct{ ID string } }
	p.Call("GET", "/applications", nil, &apps)
	p.Call("PATCH", "/applications/"+apps.Data[0].ID+"/settings/klavi", settings, nil)
}

// post is one post that the partner received.
type post struct {
	apptest.Received
	body reply // of an event in a list: the event
}

// verifiedAsNew checks the signature that the timestamp is under, with the library of
// Standard Webhooks: another time, or another body, and it is none.
func (p *partner) verifiedAsNew(got apptest.Received) {
	p.t.Helper()
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(access.DevSecret))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := verifier.VerifyIgnoringTimestamp(got.Body, got.Header); err != nil {
		p.t.Errorf("the signature with the timestamp under it: %v", err)
	}
	later := got.Header.Clone()
	later.Set("webhook-timestamp", "2000000000")
	if verifier.VerifyIgnoringTimestamp(got.Body, later) == nil {
		p.t.Error("another timestamp verifies too")
	}
}

// verified checks a post's signature as the documentation shows, and decodes it.
func (p *partner) verified(got apptest.Received) post {
	p.t.Helper()
	mac := hmac.New(sha256.New, []byte(access.DevSecret))
	mac.Write(got.Body)
	if want := hex.EncodeToString(mac.Sum(nil)); got.Header.Get("X-Klavi-Signature") != want {
		p.t.Errorf("the signature of %s is %q, not %q", got.Body, got.Header.Get("X-Klavi-Signature"), want)
	}
	if seconds, err := strconv.ParseInt(got.Header.Get("X-Klavi-Timestamp"), 10, 64); err != nil || time.Since(time.Unix(seconds, 0)).Abs() > time.Hour {
		p.t.Errorf("the timestamp is %q", got.Header.Get("X-Klavi-Timestamp"))
	}
	p.verifiedAsNew(got)
	content := string(got.Body)
	if strings.HasPrefix(content, "[") {
		content = strings.TrimSuffix(strings.TrimPrefix(content, "["), "]")
	}
	var body reply
	if err := json.Unmarshal([]byte(content), &body); err != nil {
		p.t.Fatalf("%s was posted: %v", got.Body, err)
	}
	return post{got, body}
}

// wait returns the posts of a path that fit, as soon as there are n.
func (p *partner) wait(n int, what string, fits func(post) bool) (found []post) {
	p.t.Helper()
	p.Until(what, func() bool {
		found = nil
		for _, got := range p.posts.Got()[len(p.seen):] { // each is verified once
			p.seen = append(p.seen, p.verified(got))
		}
		for _, one := range p.seen {
			if fits(one) {
				found = append(found, one)
			}
		}
		return len(found) >= n
	})
	return found
}

func (p *partner) event(name string) post {
	p.t.Helper()
	return p.wait(1, "the event "+name+" arrived", func(got post) bool { return got.body.text("eventName") == name })[0]
}

func (p *partner) report(product string) post {
	p.t.Helper()
	return p.wait(1, "the report "+product+" arrived", func(got post) bool {
		return got.body.text("productName") == product && got.body.text("eventName") == ""
	})[0]
}

var refresh = regexp.MustCompile(`(?i)http-equiv="refresh" content="[^"]*url=([^"]+)"`)

// follow goes where the page leads by itself.
func follow(t *testing.T, p *apptest.Browser) {
	t.Helper()
	m := refresh.FindStringSubmatch(p.Page)
	if m == nil {
		t.Fatalf("the page at %s leads nowhere:\n%s", p.At, p.Text())
	}
	p.Go(html.UnescapeString(m[1]))
}

// atBank signs in at the bank's own pages and comes back.
func atBank(t *testing.T, p *apptest.Browser, user string) {
	t.Helper()
	for range 8 {
		if !strings.Contains(p.At.Path, "/sandbox/") {
			return
		}
		switch {
		case strings.Contains(p.Page, `type="password"`):
			p.Submit("user", user, "password", "good")
		case refresh.MatchString(p.Page):
			follow(t, p)
		default:
			p.Submit()
		}
	}
	t.Fatalf("the bank does not let go at %s:\n%s", p.At, p.Text())
}

// toBank goes on until the bank's pages.
func toBank(t *testing.T, p *apptest.Browser) {
	t.Helper()
	for range 4 {
		switch {
		case strings.Contains(p.At.Path, "/sandbox/"):
			return
		case refresh.MatchString(p.Page):
			follow(t, p)
		default:
			p.Go(p.At.Scheme + "://" + p.At.Host + p.At.Path + "/go")
		}
	}
	t.Fatalf("nothing leads to the bank at %s:\n%s", p.At, p.Text())
}

// authorise goes through the bank to the page after it.
func authorise(t *testing.T, p *apptest.Browser, user string) {
	t.Helper()
	toBank(t, p)
	atBank(t, p, user)
}

func TestAPersonLinksABankOnTheHostedPages(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "products": []string{"pf_checking_account", "pf_credit_card", "pf_funds"}})
	link := p.must("POST", "/links", map[string]any{
		"personalTaxId": cpf, "email": "ana@example.com", "phone": "+5511999990000", "redirectURL": website + "?a=1",
		"productsCallbackURL": map[string]string{"pf_checking_account": p.posts.URL + "/checking", "other": p.posts.URL + "/other"},
		"externalInfo": map[string]any{
			"myTraceId": "trace 1", "2": "two", "1": "one",
			"customization": map[string]any{"institutions": []string{"001", "033", "999"}, "landingTitle": "Bem-vinda!", "landingSubTitle": "Vamos lá"},
		},
	})
	if want := p.URL + "/path?v=" + link.text("linkToken"); link.text("linkURL") != want || link.text("expireIn") != "1800" {
		t.Errorf("created %v, not with %s", link, want)
	}
	created := p.event("link_created")
	if created.body.text("payload.linkId") != link.text("linkId") || created.body.text("payload.personalTaxId") != cpf ||
		created.body.text("externalInfo.myTraceId") != "trace 1" {
		t.Errorf("link_created is %s", created.Body)
	}

	person := p.Visit(link.text("linkURL"))
	if !strings.Contains(person.Text(), "Bem-vinda!") || !strings.Contains(person.Text(), "Vamos lá") {
		t.Errorf("the landing says\n%s", person.Text())
	}
	person.Submit()
	if text := person.Text(); !strings.Contains(text, "Banco Farol") || !strings.Contains(text, "Banco Âncora") || strings.Contains(text, "Harbor") {
		t.Errorf("the institutions are\n%s", text)
	}
	person.Submit("institution", "ins_farol")
	person.Submit() // data and validity
	authorise(t, person, "good")
	status := func() string {
		return p.must("GET", "/consents?personalTaxId="+cpf, nil).text("list.0.status")
	}
	if got := status(); got != "AWAITING_LGPD_AUTHORISATION" {
		t.Errorf("back from the bank the consent is %s on\n%s", got, person.Text())
	}
	person.Submit() // accepts
	if got := status(); got != "AUTHORISED" {
		t.Errorf("after accepting the consent is %s on\n%s", got, person.Text())
	}
	person.Submit() // finish
	if !person.Left {
		follow(t, person)
	}
	q := person.At.Query()
	want := url.Values{"a": {"1"}, "link_id": {link.text("linkId")}, "external_info": q["external_info"]}
	if !strings.HasPrefix(person.At.String(), website) || q.Encode() != want.Encode() {
		t.Errorf("the person was led to %s", person.At)
	}
	if got := q.Get("external_info"); !strings.HasPrefix(got, `{"1":"one","2":"two","customization":{`) {
		t.Errorf("external_info is %s", got)
	}
	granted := p.event("consent_authorised")
	consent := p.must("GET", "/consents/"+granted.body.text("payload.consents.consentId"), nil)
	if consent.text("linkId") != link.text("linkId") || consent.text("status") != "AUTHORISED" ||
		consent.text("institutionCode") != "001" || !strings.Contains(consent.text("permissionsGranted"), "INVESTMENTS_ALL") {
		t.Errorf("the consent is %v", consent)
	}
	checking := p.report("pf_checking_account")
	if checking.Path != "/checking" || checking.body.text("code") != "200" || checking.body.text("externalInfo.myTraceId") != "trace 1" ||
		!regexp.MustCompile(`^-?\d+\.\d{4}$`).MatchString(checking.body.text("checkingAccounts.0.balances.availableAmount.amount")) {
		t.Errorf("%s got the report %.2000s", checking.Path, checking.Body)
	}
	if card := p.report("pf_credit_card"); card.Path != "/other" {
		t.Errorf("pf_credit_card went to %s", card.Path)
	}
}
