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
	s.set(map[string]any{
		"events_url": s.posts.URL + "/events", "products": []string{"pf_checking_account", "pf_savings_account", "pf_credit_card", "pf_loans", "pf_registration"},
	})
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
	if !s.revoked() {
		return false
	}
	for _, level := range []string{"user", "institution"} {
		status, body := s.call("POST", "/personal/"+level+"-data", s.token, map[string]any{"taxId": cpf, "products": []string{"all"}})
		if status != 416 || body.text("statusCode") != "4001" {
			return false
		}
	}
	return true
}

// revoked reports whether the event and the consent say so.
func (s *story) revoked() bool {
	s.t.Helper()
	return s.event("consent_revoked").body.text("payload.consents.consentId") == s.consent && s.consentStatus(s.consent) == "REVOKED"
}

func (s *story) Fails() fairlead.Product { return fairlead.ProductLoans }

func (s *story) Failed() bool {
	s.t.Helper()
	event := s.wait(1, "the event that loans failed arrived", func(got post) bool {
		return got.body.text("eventName") == "product_generated_failed" && got.body.text("payload.productName") == "pf_loans"
	})[0]
	s.report("pf_registration") // comes all the same, as what Facts reads does
	return event.body.text("payload.message") != ""
}

func (s *story) Withdrawn() bool {
	s.t.Helper()
	s.event("consent_revoked")
	s.signIn() // the first token has expired
	return s.revoked()
}
