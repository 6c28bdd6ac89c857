package klavi_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/apptest/openfinancebr"
	"github.com/fairlead-dev/fairlead/format/ecmajson"
)

// arrays is the key under which a product's report holds what it is about.
func arrays(product string) string {
	_, bare, _ := strings.Cut(product, "_")
	switch {
	case bare == "income":
		return "Income"
	case bare == "liabilities":
		return "Liabilities"
	case bare == "financial_insight":
		return bare
	case strings.Contains(bare, "checking"):
		return "checkingAccounts"
	case strings.Contains(bare, "savings"):
		return "savingsAccounts"
	case strings.Contains(bare, "credit_card"), strings.Contains(bare, "creditcard"):
		return "creditCards"
	}
	return product
}

var bases = []string{
	"checking_account", "savings_account", "credit_card", "balance", "loans", "financing", "unarranged_account_overdraft", "invoice_financing",
	"bank_fixed_incomes", "credit_fixed_incomes", "variable_incomes", "treasure_titles", "funds",
	"categorized_checking_l2", "categorized_savings_l2", "categorized_creditcard_l2", "categorized_checking_l3", "categorized_savings_l3", "categorized_creditcard_l3",
	"registration", "income", "liabilities", "financial_insight",
}

// paths are what a client reads of each kind of report.
var paths = map[string][]string{
	"checking_account": {
		"brandName", "companyCnpj", "compeCode", "branchCode", "number", "checkDigit", "type", "bacenName", "balances.availableAmount.amount",
		"balances.blockedAmount.amount", "balances.automaticallyInvestedAmount.amount", "overdraftLimits.overdraftContractedLimit.amount",
		"transactionDetails.5.transactionId", "transactionDetails.5.transactionDate", "transactionDetails.5.transactionDateTime", "transactionDetails.5.creditDebitType",
		"transactionDetails.5.transactionName", "transactionDetails.5.type", "transactionDetails.5.transactionAmount.amount", "transactionDetails.5.completedAuthorisedPaymentType",
	},
	"savings_account": {"type", "transactionDetails.0.postTransactionBalance"},
	"credit_card": {
		"brandName", "companyCnpj", "name", "productType", "creditCardNetwork", "paymentMethods.0.identificationNumber", "limits.limitAmount.amount",
		"limits.availableAmount.amount", "limits.usedAmount.amount", "openStatement.billTotalAmount.amount", "openStatement.dueDate",
		"closedStatements.0.billId", "closedStatements.0.minimumPaymentAmount.amount", "closedStatements.0.isPaid", "closedStatements.0.transactionDetails.0.transactionId",
		"closedStatements.0.transactionDetails.0.brazilianAmount.amount", "closedStatements.0.transactionDetails.0.paymentType", "closedStatements.0.transactionDetails.0.transactionType",
	},
	"balance":                      {"availableAmount.amount", "compeCode", "number"},
	"loans":                        {"contractId", "contractNumber", "ipocCode", "productName", "productType", "CET", "outstandingBalance.amount", "contractAmount.amount", "instalments.totalNumberOfInstalments"},
	"financing":                    {"contractId", "productName", "outstandingBalance.amount", "dueDate", "warranties.0.warrantyAmount.amount"},
	"unarranged_account_overdraft": {"contractId", "productName", "outstandingBalance.amount"},
	"invoice_financing":            {"contractId", "productName", "outstandingBalance.amount"},
	"bank_fixed_incomes":           {"investmentId", "productName", "balance.amount", "quantity", "dueDate", "isinCode", "grossAmount.amount", "netAmount.amount", "transactions.0.transactionId", "transactions.0.transactionDate", "transactions.0.transactionNetValue.amount"},
	"credit_fixed_incomes":         {"investmentId", "productName", "balance.amount", "debtorName"},
	"variable_incomes":             {"investmentId", "productName", "ticker", "closingPrice.amount"},
	"treasure_titles":              {"investmentId", "productName", "quantity"},
	"funds":                        {"investmentId", "productName", "quotaQuantity"},
	"categorized_checking_l2":      {"transactionDetails.5.category", "transactionDetails.5.subCategory"},
	"categorized_creditcard_l3":    {"closedStatements.1.transactionDetails.3.transactionName"},
	"registration": {
		"contacts.postalAddresses.0.postCode", "contacts.phones.0.areaCode", "contacts.emails.0.email", "financialRelations.startDate",
		"financialRelations.accounts.0.number",
	},
	"pf_registration": {
		"civilName", "documents.cpfNumber", "birthDate", "qualifications.occupationCode", "qualifications.occupationDescription",
		"qualifications.informedIncome.frequency", "qualifications.informedIncome.amount.amount", "qualifications.informedIncome.date",
	},
	"pj_registration": {
		"companyName", "cnpjNumber", "incorporationDate", "parties.0.documentNumber", "qualifications.economicActivities.0.code",
		"qualifications.informedRevenue.frequency", "qualifications.informedRevenue.amount.amount", "qualifications.informedRevenue.year",
	},
}

// TestEveryProductIsReportedForPersonsAndCompanies holds every report to what clients read
// of it and to the definitions of Open Finance Brasil.
func TestEveryProductIsReportedForPersonsAndCompanies(t *testing.T) {
	t.Parallel()
	for level, who := range map[string]struct{ user, taxID string }{"pf": {"good", cpf}, "pj": {"business", cnpj}} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			p := start(t)
			p.set(map[string]any{"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{}}) // all
			consent, bodies := p.authorised("001", who.user, who.taxID), map[string][]byte{}
			for _, base := range bases {
				product := level + "_" + base
				got := p.report(product)
				if got.Path != "/reports" || got.body.text("code") != "200" || got.body.text("links.0.consents.0.consentId") != consent ||
					!regexp.MustCompile(`^con_[0-9a-z]{26}$`).MatchString(got.body.text("links.0.connectionKey")) {
					t.Errorf("%s: %.500s", product, got.Body)
				}
				bodies[product] = got.Body
				for _, path := range append(slices.Clone(paths[base]), paths[product]...) {
					value := got.body.text(arrays(product) + ".0." + path)
					if value == "" {
						t.Errorf("%s has no %s", product, path)
					}
					if strings.HasSuffix(path, ".amount") && !regexp.MustCompile(`^-?\d+\.\d{4}$`).MatchString(value) {
						t.Errorf("%s: %s is %s", product, path, value)
					}
				}
				announced := p.wait(1, "the report was announced", func(e post) bool { return e.body.text("payload.productName") == product })[0]
				if announced.body.text("eventName") != "product_generated_success" || announced.body.text("payload.productReportId") != got.body.text("productReportId") {
					t.Errorf("%s was announced by %s", product, announced.Body)
				}
			}
			t.Run("as they are defined", func(t *testing.T) {
				d := openfinancebr.Open(t)
				for product, body := range bodies {
					heldToTheDefinitions(t, d, product, body)
				}
			})
		})
	}
}

// request requests reports and returns the request's id.
func (p *partner) request(path string, body map[string]any) string {
	p.t.Helper()
	out := p.must("POST", path, body)
	if out.text("message") != "ok" || len(out.text("requestId")) != 36 {
		p.t.Fatalf("%s answered %v", path, out)
	}
	return out.text("requestId")
}

func TestReportsAreSentOnRequest(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "delivery": "manual", "products": []string{"pf_balance", "pf_checking_account", "pj_loans"}})
	farol, ancora := p.authorised("001", "good", cpf), p.authorised("033", "good", cpf)
	p.collected(2)
	id := p.request("/personal/institution-data", map[string]any{
		"taxId": "529.982.247-25", "institutionCode": "033", "products": []string{"pf_checking_account"},
		"productsCallbackURL": map[string]string{"all": p.posts.URL + "/mine"}, "externalInfo": map[string]any{"run": 7},
	})
	if got := p.event("product_request_received"); got.body.text("payload.requestId") != id ||
		got.body.text("payload.institutionCode") != "033" || got.body.text("externalInfo.run") != "7" {
		t.Errorf("the request was announced as %s", got.Body)
	}
	one := p.report("pf_checking_account")
	if one.Path != "/mine" || one.body.text("links.0.consents.0.consentId") != ancora ||
		one.body.text("links.1") != "" || one.body.text("externalInfo.run") != "7" || one.body.text("checkingAccounts.0.compeCode") != "033" {
		t.Errorf("the report is %.800s", one.Body)
	}
	p.request("/personal/user-data", map[string]any{"taxId": cpf, "products": []string{"all"}, "productsCallbackUrl": p.posts.URL + "/all"})
	both := p.report("pf_balance")
	if both.Path != "/all" || !strings.Contains(string(both.Body), farol) || !strings.Contains(string(both.Body), ancora) {
		t.Errorf("the report of both banks is %.800s", both.Body)
	}
	// As a client in the field asks: institution level without an institution, the product without its level.
	p.request("/personal/institution-data", map[string]any{
		"taxId": cpf, "consentIds": []string{farol},
		"products": []string{"savings_account"}, "productsCallbackURL": p.posts.URL + "/one",
	})
	if only := p.report("pf_savings_account"); only.Path != "/one" || strings.Contains(string(only.Body), ancora) {
		t.Errorf("the report of one consent is %.800s", only.Body)
	}
}

// collected waits until so many connections have their data.
func (p *partner) collected(n int) {
	p.t.Helper()
	p.Until("the data is there", func() bool {
		all := apptest.List[struct{ Status string }](p.App, "/connections")
		for _, c := range all {
			if c.Status == "collecting" {
				return false
			}
		}
		return len(all) == n
	})
}

func TestReportsGoWhereTheRequestTheLinkOrTheApplicationSays(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"delivery": "manual", "products": []string{"pf_balance"}, "events_url": p.events})
	var nowhere []string
	for n, c := range []struct {
		application bool
		link        map[string]string // product → path
		request     map[string]string
		want        string // path of pf_balance; "" is nowhere
	}{
		{true, nil, nil, "application"},
		{true, map[string]string{"pf_balance": "link"}, nil, "link"},
		{true, map[string]string{"other": "other", "pf_loans": "loans"}, nil, "other"},
		{true, map[string]string{"pf_loans": "loans"}, nil, "application"},
		{true, map[string]string{"all": "link"}, map[string]string{"pf_balance": "request"}, "request"},
		{true, map[string]string{"all": "link"}, map[string]string{"pf_loans": "request"}, "link"},
		{true, map[string]string{"all": "link"}, map[string]string{"other": "request"}, "request"},
		{false, map[string]string{"pf_loans": "loans"}, nil, ""},
		{false, nil, map[string]string{"all": "request"}, "request"},
	} {
		who := cpfOf(n)
		at := fmt.Sprintf("%s/%d/", p.posts.URL, n)
		addresses := func(paths map[string]string) map[string]string {
			out := map[string]string{}
			for product, path := range paths {
				out[product] = at + path
			}
			return out
		}
		application := ""
		if c.application {
			application = at + "application"
		}
		p.set(map[string]any{"reports_url": application})
		p.linkedAs(who, "student", "good", map[string]any{"productsCallbackURL": addresses(c.link)})
		p.collected(n + 1)
		p.request("/personal/user-data", map[string]any{"taxId": who, "products": []string{"pf_balance"}, "productsCallbackURL": addresses(c.request)})
		p.wait(1, "the product was announced", func(e post) bool {
			return e.body.text("payload.productName") == "pf_balance" && e.body.text("payload.personalTaxId") == who
		})
		if c.want == "" {
			nowhere = append(nowhere, who)
		} else {
			report := p.wait(1, "the report came", func(r post) bool { return r.Path != "/events" && r.body.text("personalTaxId") == who })
			if want := fmt.Sprintf("/%d/%s", n, c.want); report[0].Path != want {
				t.Errorf("the report went to %s, not %s", report[0].Path, want)
			}
		}
	}
	for _, got := range p.posts.Got() {
		for _, who := range nowhere {
			if got.Path != "/events" && strings.Contains(string(got.Body), who) {
				t.Errorf("a report went to %s", got.Path)
			}
		}
	}
}

func TestAFailedPostIsTriedSixTimesWithTheSameBytes(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.posts.Answer(500)
	p.set(map[string]any{"events_url": p.events})
	p.must("POST", "/links", map[string]any{"personalTaxId": cpf})
	p.Until("the first attempt was made", func() bool { return len(p.posts.Got()) > 0 })
	p.Advance("1h")
	got := p.posts.Got()
	if len(got) != 6 {
		t.Fatalf("%d attempts were made", len(got))
	}
	for _, one := range got {
		if string(one.Body) != string(got[0].Body) {
			t.Errorf("an attempt differs: %s", one.Body)
		}
	}
}

func TestWhatWasNotConsentedToFails(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{"events_url": p.events, "delivery": "manual", "products": []string{"pf_balance"}})
	p.authorised("001", "good", cpf)
	p.collected(1)
	p.request("/personal/user-data", map[string]any{"taxId": cpf, "products": []string{"pf_funds"}, "productsCallbackURL": p.posts.URL + "/one"})
	if failed := p.event("product_generated_failed"); failed.body.text("payload.productName") != "pf_funds" {
		t.Errorf("the event is %s", failed.Body)
	}
}

// TestWhatIsPostedIsWrittenAsECMAScriptWritesIt holds every body of a whole story
// to it: a receiver may check the signature over what it has parsed and written again.
func TestWhatIsPostedIsWrittenAsECMAScriptWritesIt(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.set(map[string]any{
		"events_url": p.events, "reports_url": p.posts.URL + "/reports", "products": []string{"pf_checking_account", "pf_funds", "pf_registration"},
	})
	link := p.must("POST", "/links", `{"personalTaxId":"`+cpf+`","externalInfo":{"z":1.0,"7":"<&>","a":"\u2028","n":1e21,"deep":{"2":[],"1":{}}}}`)
	if status, made := p.consent(link, "1", nil); status != 200 {
		t.Fatalf("%d %v", status, made)
	} else {
		authorise(t, p.Visit(made.text("consentRedirectURL")), "good")
	}
	p.report("pf_checking_account")
	p.report("pf_funds")
	p.report("pf_registration")
	for _, got := range p.posts.Got() {
		if want, err := ecmajson.Preserve(got.Body); err != nil || string(got.Body) != string(want) {
			t.Errorf("posted\n%.600s\nand ECMAScript writes\n%.600s (%v)", got.Body, want, err)
		}
	}
}
