package klavi_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dialecttest.RunStory(t, func(t *testing.T) dialecttest.Story { return &story{t: t} }, "ins_farol")
}

// story is a partner with automatic delivery: what Klavi sends is in the reports.
type story struct {
	*partner
	t       *testing.T
	link    reply
	consent string
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	s.t.Helper()
	s.partner = &partner{App: a, t: s.t, posts: apptest.NewReceiver(s.t)}
	s.signIn()
	s.set(map[string]any{"events_url": s.posts.URL + "/events"})
	s.link = s.must("POST", "/links", map[string]any{"personalTaxId": cpf, "redirectURL": website, "productsCallbackURL": map[string]string{"all": s.posts.URL + "/reports"}})
	return s.Visit(s.link.text("linkURL"))
}

func (s *story) AwaitData(end string) {
	s.t.Helper()
	if !strings.HasPrefix(end, website+"?link_id="+s.link.text("linkId")) {
		s.t.Errorf("the person was led to %q", end)
	}
	s.consent = s.event("consent_authorised").body.text("payload.consents.consentId")
	s.report("pf_credit_card")
}

// Facts counts the movements that have a balance after them: those that are booked.
// A report has what is available, not what is booked, and has no documents.
func (s *story) Facts() (f dialecttest.Facts) {
	s.t.Helper()
	n := 0
	for _, product := range []string{"pf_checking_account", "pf_savings_account", "pf_credit_card"} {
		body := string(s.report(product).Body)
		n += strings.Count(body, `"postTransactionBalance":`) - strings.Count(body, `"postTransactionBalance":null`)
	}
	f.Transactions = &n
	return f
}

func (s *story) Document() string { return "" }

func (s *story) Revoke() bool {
	s.t.Helper()
	s.must("DELETE", "/consents/"+s.consent+"/revoke", nil)
	s.event("consent_revoked")
	status, body := s.call("POST", "/personal/user-data", s.token, map[string]any{"taxId": cpf, "products": []string{"all"}})
	return status == 416 && body.text("statusCode") == "4001"
}

func (s *story) Fails() fairlead.Product { return fairlead.ProductLoans }

func (s *story) Failed() bool {
	s.t.Helper()
	event := s.wait(1, "the event that loans failed arrived", func(got post) bool {
		return got.body.text("eventName") == "product_generated_failed" && got.body.text("payload.productName") == "pf_loans"
	})[0]
	return event.body.text("payload.message") != ""
}

func (s *story) Withdrawn() bool {
	s.t.Helper()
	revoked := s.event("consent_revoked")
	s.signIn() // the first token has expired
	return revoked.body.text("payload.consents.consentId") == s.consent && s.must("GET", "/consents/"+s.consent, nil).text("status") == "REVOKED"
}

// TestTheStoryGoesOnWithoutAProductAndEndsWithTheConsent is the part of the story in
// which the bank does not give one product, and the person's consent is revoked.
func TestTheStoryGoesOnWithoutAProductAndEndsWithTheConsent(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_loans", "pf_balance", "pf_registration"}})
	p.linkedWith("001", "good", "PRODUCT_FAILS_loans")
	failed := p.event("product_generated_failed")
	if failed.body.text("payload.productName") != "pf_loans" || failed.body.text("payload.message") == "" {
		t.Errorf("the failure is told as %s", failed.Body)
	}
	balance := p.report("pf_balance")
	consent := balance.body.text("links.0.consents.0.consentId")
	p.report("pf_registration")
	// Institution level without an institution, and the product by its bare name, as the vendor's client asks.
	p.request("/personal/institution-data", map[string]any{"taxId": cpf, "products": []string{"balance"}, "consentIds": []string{}, "productsCallbackUrl": nil})
	p.wait(2, "the balance came again", func(r post) bool { return r.body.text("productName") == "pf_balance" && r.Path == "/reports" })
	p.must("DELETE", "/consents/"+consent+"/revoke", nil)
	if got := p.event("consent_revoked").body.text("payload.consents.consentId"); got != consent {
		t.Errorf("consent_revoked names %s, not %s", got, consent)
	}
	if got := p.consentStatus(consent); got != "REVOKED" {
		t.Errorf("the consent is %s", got)
	}
	status, body := p.call("POST", "/personal/institution-data", p.token, map[string]any{"taxId": cpf, "products": []string{"all"}})
	if status != 416 || body.text("statusCode") != "4001" {
		t.Errorf("after it a request answers %d %v", status, body)
	}
}
