package klavi_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// TestAReportHasTheVendorsEnvelope holds the envelope and a row of the categorised report
// to the vendor's own sample, name by name.
func TestAReportHasTheVendorsEnvelope(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{
		"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_categorized_checking_l3", "pf_registration"},
		"categories": []string{"in, kind salary => Renda / Renda Ativa / Salário"},
	})
	consent := p.authorised("001", "good", cpf)
	r := p.report("pf_categorized_checking_l3").body
	for path, want := range map[string]string{
		"code": "^200$", "message": "^ok$", "requestId": "^[0-9a-f-]{36}$", "productName": "^pf_categorized_checking_l3$", "productVersion": "^v1$",
		"productReportId": "^[0-9a-f-]{36}$", "productReportTime": `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`, "enquiryCpf": "^" + cpf + "$",
		"links.0.linkId": "^[0-9a-f-]{36}$", "links.0.institutionCode": "^001$", "links.0.consents.0.consentId": "^" + consent + "$",
		"links.0.consents.0.permissions.REGISTRATION_ALL.permissionsGranted": "^true$", "links.0.consents.0.permissions.REGISTRATION_ALL.accountIds": `^\["`,
		"links.0.consents.0.permissions.ACCOUNTS_ALL.accountIds.0": ".",
		"checkingAccounts.0.bacenName":                             "^Banco Farol$", "checkingAccounts.0.subtype": "^INDIVIDUAL$", "checkingAccounts.0.civilName": " ",
		"checkingAccounts.0.balances.availableAmount.amount": `^\d+\.\d{4}$`,
	} {
		if got := r.text(path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", path, got, want)
		}
	}
	rows, _ := r["checkingAccounts"].([]any)[0].(map[string]any)["transactionDetails"].([]any)
	n := slices.IndexFunc(rows, func(row any) bool { return reply(row.(map[string]any)).text("thirdCategory") == "Salário" })
	if n < 0 {
		t.Fatal("no row is a salary")
	}
	for name, want := range map[string]string{
		"category": "^Renda$", "subCategory": "^Renda Ativa$", "subcategory": "^Renda Ativa$", "fall": "^1$", "fallMonth": "^[01]$", "fallCMonth": "^[01]$",
		"settlementType": "^FOLHA_PAGAMENTO$", "postTransactionBalance": `^\d+\.\d\d$`, "transactionDateTime": `\.\d{3}Z$`,
	} {
		if got := reply(rows[n].(map[string]any)).text(name); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("the salary's %s is %q, want %s", name, got, want)
		}
	}
	who := p.report("pf_registration").body
	for path, want := range map[string]string{
		"pf_registration.0.civilName": " ", "pf_registration.0.documents.cpfNumber": `^\d{11}$`, "pf_registration.0.birthDate": `^\d{4}-`,
		"pf_registration.0.contacts.postalAddresses.0.postCode": `^\d{8}$`, "pf_registration.0.contacts.phones.0.areaCode": `^\d\d$`,
		"pf_registration.0.contacts.emails.0.email": "@", "pf_registration.0.financialRelations.accounts.0.number": ".",
		"pf_registration.0.financialRelations.productsServicesType": "CONTA_DEPOSITO_A_VISTA",
	} {
		if got := who.text(path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", path, got, want)
		}
	}
	if status, body := p.patchSettings(`{"categories":["sideways => A / B / C"]}`); status != 422 {
		t.Errorf("a rule that is none was answered %d %s", status, body)
	}
}

// patchSettings changes settings and returns the answer.
func (p *partner) patchSettings(body string) (int, string) {
	p.t.Helper()
	var apps struct{ Data []struct{ ID string } }
	p.Call("GET", "/applications", nil, &apps)
	status, content := p.Raw("PATCH", "/applications/"+apps.Data[0].ID+"/settings/klavi", body)
	return status, string(content)
}

// nodeWith is a list of the one node of an account that has a text in it.
func nodeWith(list any, text string) []any {
	nodes, _ := list.([]any)
	for _, node := range nodes {
		if written, _ := json.Marshal(node); strings.Contains(string(written), text) {
			return []any{node}
		}
	}
	return nil
}

func TestInsightsAddUp(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_income", "pf_liabilities", "pf_financial_insight"}})
	p.authorised("001", "good", cpf)
	income := reply{"code": p.report("pf_income").body["code"], "Income": nodeWith(p.report("pf_income").body["Income"], "Salário")}
	for path, want := range map[string]string{
		"code": "^200$", "Income.0.account_holder": " ", "Income.0.cpf_verified": "^(true|false)$", "Income.0.bacen_id": "^001$", "Income.0.days_covered": `^\d{3}`,
		"Income.0.number_of_income_streams": "^[1-9]", "Income.0.total_income_last_30_days": `^[1-9]\d+\.\d\d$`, "Income.0.total_income_last_180_days": `^[1-9]\d+\.\d\d$`,
		"Income.0.incomeStream.0.income_stream_type": "^Salário$", "Income.0.incomeStream.0.incomeDay.1st_income_day": `^\d+$`,
		"Income.0.incomeStream.0.incomeTransactions.0.trans_amount": `^[1-9]\d+\.\d\d$`, "Income.0.incomeStream.0.incomeTransactions.0.trans_date": `^\d{4}-`,
	} {
		if got := income.text(path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", path, got, want)
		}
	}
	owed := reply{"Liabilities": nodeWith(p.report("pf_liabilities").body["Liabilities"], "Parcela")}
	if got := owed.text("Liabilities.0.number_of_liability_streams"); got == "" || got == "0" || owed.text("Liabilities.0.liabilityStream.0.liability_stream_type") == "" {
		t.Errorf("liabilities are %.600v", owed)
	}
	insight := reply{"financial_insight": nodeWith(p.report("pf_financial_insight").body["financial_insight"], "overdraft_limit\":\"")}
	for path, want := range map[string]string{
		"cashflowAnalysis.0.inflow_last_30_days": `^[1-9]\d*\.\d\d$`, "cashflowAnalysis.0.outflow_last_180_days": `^[1-9]\d*\.\d\d$`,
		"cashflowAnalysis.0.avg_daily_balance_last_30_days": `^\d+\.\d\d$`, "cashflowAnalysis.0.checking_account_balance": `^\d+\.\d\d$`,
		"financialProfile.0.has_inss": "^false$", "creditAnalysis.0.overdraft_limit": `^\d+\.\d\d$`,
		"creditcardSpending.0.credit_limit": `^\d+\.\d\d$`, "creditcardSpending.0.last_closed_bill": `^\d+\.\d\d$`, "creditcardSpending.0.closed_bills_covered": `^\d+$`,
	} {
		if got := insight.text("financial_insight.0." + path); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q, want %s", path, got, want)
		}
	}
}

func TestReportsAreEncryptedWhereTheApplicationWantsThat(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_balance", "pf_registration"}, "encryption": "aes-256-cbc"})
	p.authorised("001", "good", cpf)
	r := p.report("pf_registration")
	raw, err := base64.StdEncoding.DecodeString(r.body.text("enquiryCpf"))
	if err != nil || len(raw) != 32 || strings.Contains(string(r.Body), cpf) || r.body.text("productName") != "pf_registration" {
		t.Errorf("the report is %.600s", r.Body)
	}
	number := p.report("pf_balance").body.text("pf_balance.0.number")
	if raw, err := base64.StdEncoding.DecodeString(number); err != nil || len(raw) != 32 {
		t.Errorf("the account's number is %q", number)
	}
}

// TestAnEncryptedReportNamesNobody looks in encrypted reports for every name and tax id that
// the source gave with a movement, or of the holder.
func TestAnEncryptedReportNamesNobody(t *testing.T) {
	t.Parallel()
	p := start(t)
	products := []string{"pf_checking_account", "pf_credit_card", "pf_registration", "pf_income", "pf_liabilities", "pf_financial_insight"}
	p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": products, "encryption": "aes-256-cbc"})
	p.authorised("001", "good", cpf)
	reports := map[string]string{}
	for _, product := range products {
		reports[product] = string(p.report(product).Body)
	}
	conn := apptest.List[struct{ ID string }](p.App, "/connections")[0].ID
	type party struct {
		Name  string
		TaxID string `json:"tax_id"`
	}
	named, numbered := map[string]bool{}, map[string]bool{cpf: true}
	for _, m := range apptest.List[struct{ Counterparty *party }](p.App, "/connections/"+conn+"/transactions") {
		if m.Counterparty != nil {
			named[m.Counterparty.Name], numbered[m.Counterparty.TaxID] = true, true
		}
	}
	for _, i := range apptest.List[struct{ Names []string }](p.App, "/connections/"+conn+"/identity") {
		for _, name := range i.Names {
			named[name] = true
		}
	}
	delete(named, "")
	delete(numbered, "")
	delete(named, "Banco Farol") // whose name stands at everything that is its own
	if len(named) < 10 || len(numbered) < 5 {
		t.Fatalf("the source names %d and numbers %d", len(named), len(numbered))
	}
	for product, body := range reports {
		for _, texts := range []map[string]bool{named, numbered} {
			for text := range texts {
				if at := strings.Index(strings.ToLower(body), strings.ToLower(text)); at >= 0 {
					t.Errorf("%s says %q: …%s…", product, text, body[max(0, at-60):min(len(body), at+60)])
				}
			}
		}
	}
}

// Banks have one event of whatever becomes of a consent.
func TestOneEventOfConsentsWhereTheApplicationWantsThat(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "consent_event": "link_action_status", "products": []string{"pf_balance"}})
	consent := p.authorised("001", "good", cpf)
	p.must("DELETE", "/consents/"+consent+"/revoke", nil)
	events := p.wait(2, "both events came", func(e post) bool { return e.body.text("eventName") == "link_action_status" })
	for n, status := range []string{"consent_authorised", "consent_revoked"} {
		e := events[n].body
		if e.text("payload.actionStatus") != status || e.text("payload.institutionCode") != "001" || e.text("payload.consents.consentId") != consent {
			t.Errorf("the event of %s is %s", status, events[n].Body)
		}
	}
	for _, e := range p.seen {
		if name := e.body.text("eventName"); strings.HasPrefix(name, "consent_") {
			t.Errorf("%s was sent too", name)
		}
	}
}
