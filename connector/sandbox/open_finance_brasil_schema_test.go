package sandbox

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest/openfinancebr"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// part is what one path of an API tells of a record: its schema, and what our own
// fields give of it, under the API's names.
type part struct {
	api, path, inside string
	ours              map[string]any
}

func (p part) schema(t *testing.T, d openfinancebr.Definitions) openfinancebr.Schema {
	t.Helper()
	s := d.Answer(t, p.api, p.path).Field(t, "data")
	if p.inside != "" {
		s = s.Field(t, p.inside)
	}
	return s
}

func ofb(m fairlead.Money) map[string]any {
	return map[string]any{"amount": m.Amount.Abs().Round(4).String(), "currency": m.Currency}
}

// conforms holds a record's Extra, with what our own fields give, to every part of the
// definitions that tells of it.
func conforms(t *testing.T, d openfinancebr.Definitions, who string, e fairlead.Extra, parts ...part) {
	t.Helper()
	unheld := maps.Clone(e)
	for _, p := range parts {
		s := p.schema(t, d)
		answer := map[string]any{}
		for _, name := range s.Names() {
			if v, ok := p.ours[name]; ok {
				answer[name] = v
			}
			if v, ok := e["ofb."+name]; ok {
				answer[name] = v
			}
			delete(unheld, "ofb."+name)
		}
		if faults := s.Check(answer); len(faults) > 0 {
			t.Errorf("%s: %s%s: %s", who, p.api, p.path, strings.Join(faults, "; "))
		}
	}
	delete(unheld, "ofb.limits") // an answer of its own
	for name := range unheld {
		t.Errorf("%s: %s is in no answer of %s", who, name, parts[0].api)
	}
}

// fieldsConform holds the Extra of a record that no answer tells of whole: each field
// is one of some part's, and has a value that this part allows.
func fieldsConform(t *testing.T, d openfinancebr.Definitions, who string, e fairlead.Extra, parts ...part) {
	t.Helper()
	for key, v := range e {
		var faults []string
		allowed := false
		for _, p := range parts {
			s := p.schema(t, d)
			if name, ok := strings.CutPrefix(key, "ofb."); ok && slices.Contains(s.Names(), name) {
				wrong := s.CheckFields(map[string]any{name: v})
				allowed, faults = allowed || len(wrong) == 0, append(faults, wrong...)
			}
		}
		if !allowed {
			t.Errorf("%s: %s is in no answer of %s: %s", who, key, parts[0].api, strings.Join(faults, "; "))
		}
	}
}

func loanParts(l fairlead.Loan) []part {
	api := map[string]string{
		"loan": "loans", "financing": "financings", "overdraft": "unarranged-accounts-overdraft", "invoice_financing": "invoice-financings",
	}[l.Kind]
	parts := []part{
		{api, "/contracts", "", map[string]any{"contractId": l.Ref}},
		{api, "/contracts/{contractId}", "", map[string]any{"contractNumber": l.Contract}},
		{api, "/contracts/{contractId}/scheduled-instalments", "", map[string]any{
			"paidInstalments": l.Instalments.Paid, "dueInstalments": l.Instalments.Due, "pastDueInstalments": l.Instalments.Overdue,
		}},
	}
	for _, g := range l.Guarantees {
		parts = append(parts, part{api, "/contracts/{contractId}/warranties", "", map[string]any{
			"currency": "BRL", "warrantyType": g.Kind, "warrantySubType": g.Subtype, "warrantyAmount": g.Amount.Amount.Round(4).String(),
		}})
	}
	return parts
}

// investmentAPI is the API that a security belongs to.
func investmentAPI(s fairlead.Security) string {
	switch {
	case s.Kind == "treasury":
		return "treasure-titles"
	case s.Kind == "fund":
		return "funds"
	case s.Kind == "fixed_income" && (s.Subtype == "debentures" || s.Subtype == "cri"):
		return "credit-fixed-incomes"
	case s.Kind == "fixed_income":
		return "bank-fixed-incomes"
	}
	return "variable-incomes"
}

// months are those of whose movements a persona's are held to the definitions: a
// whole year, with what comes once in it, of some.
func months(p world.Persona) int {
	if slices.Contains([]string{"good", "business", "joint", "investor"}, p.Name) {
		return 13
	}
	return 2
}

func TestTheBrazilianBanksAnswerAsTheDefinitionsSay(t *testing.T) {
	t.Parallel()
	d := openfinancebr.Open(t)
	seen := map[string]int{}
	for n, p := range unbulky() {
		name := []string{"farol", "ancora"}[n%2]
		b, who := newFixture(t, name), name+"/"+p.Name
		s := b.mustLogin(p.Name, "good")
		cards := map[string]bool{}
		for _, a := range b.mustCollect(s, fairlead.ProductAccounts).Accounts {
			switch a.Kind {
			case fairlead.AccountCard:
				cards[a.Ref] = true
				conforms(t, d, who, a.Extra, part{"credit-cards", "/accounts", "", map[string]any{"creditCardAccountId": a.Ref}},
					part{"credit-cards", "/accounts/{creditCardAccountId}", "", nil})
				for _, limit := range a.Extra["ofb.limits"].([]any) {
					if faults := d.Answer(t, "credit-cards", "/accounts/{creditCardAccountId}/limits").Field(t, "data").Check(limit); len(faults) > 0 {
						t.Errorf("%s: limits: %s", who, faults)
					}
				}
			case fairlead.AccountDepository:
				conforms(t, d, who, a.Extra,
					part{"accounts", "/accounts", "", map[string]any{"accountId": a.Ref, "number": a.Numbers.Number, "checkDigit": a.Numbers.CheckDigit}},
					part{"accounts", "/accounts/{accountId}", "", map[string]any{"number": a.Numbers.Number, "checkDigit": a.Numbers.CheckDigit, "currency": a.Currency}})
			default:
				fieldsConform(t, d, who, a.Extra, part{"accounts", "/accounts", "", nil})
			}
		}
		page, err := b.collect(s, connector.FetchRequest{Product: fairlead.ProductTransactions, Since: fairlead.DateOf(noon()).AddMonths(-months(p))})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Transactions {
			ours := map[string]any{"transactionId": x.Ref, "transactionAmount": ofb(x.Amount), "amount": ofb(x.Amount)}
			if seen[x.Kind]++; cards[x.AccountRef] {
				conforms(t, d, who, x.Extra, part{"credit-cards", "/accounts/{creditCardAccountId}/transactions", "", ours},
					part{"credit-cards", "/accounts/{creditCardAccountId}/bills/{billId}/transactions", "", ours})
			} else {
				conforms(t, d, who, x.Extra, part{"accounts", "/accounts/{accountId}/transactions", "", ours})
			}
		}
		for _, x := range b.mustCollect(s, fairlead.ProductBills).Bills {
			if x.State == "open" {
				fieldsConform(t, d, who, x.Extra, part{"credit-cards", "/accounts/{creditCardAccountId}/bills", "", nil})
			} else {
				conforms(t, d, who, x.Extra, part{"credit-cards", "/accounts/{creditCardAccountId}/bills", "", map[string]any{
					"billId": x.Ref, "dueDate": x.Due.String(), "billTotalAmount": ofb(x.Total), "billMinimumAmount": ofb(*x.Minimum),
				}})
			}
		}
		for _, l := range b.mustCollect(s, fairlead.ProductLoans).Loans {
			seen[l.Kind]++
			conforms(t, d, who, l.Extra, loanParts(l)...)
		}
		for _, x := range b.mustCollect(s, fairlead.ProductIdentity).Identities {
			whose, ours := "personal", map[string]any{"companyCnpj": x.Extra["ofb.companyCnpj"]}
			if p.Company {
				whose, ours = "business", nil
			}
			var parts []part
			for _, path := range []string{"identifications", "qualifications", "financial-relations"} {
				parts = append(parts, part{"customers", "/" + whose + "/" + path, "", ours})
			}
			conforms(t, d, who, x.Extra, parts...)
		}
		b.investmentsConform(d, who, s, seen)
	}
	for _, kind := range []string{
		"pix", "ted", "card", "payment", "loan", "financing", "overdraft", "invoice_financing",
		"bank-fixed-incomes", "credit-fixed-incomes", "treasure-titles", "funds", "variable-incomes",
	} {
		if seen[kind] == 0 {
			t.Errorf("nothing of %s was seen", kind)
		}
	}
}

// ofSecurities are the parts that tell what a security is.
func ofSecurities() (parts []part) {
	for _, api := range []string{"bank-fixed-incomes", "credit-fixed-incomes", "treasure-titles", "funds", "variable-incomes"} {
		parts = append(parts, part{api, "/investments", "", nil}, part{api, "/investments/{investmentId}", "", nil})
	}
	return parts
}

// investmentsConform holds what a person invests, and invested, to the five APIs.
func (b *fixture) investmentsConform(d openfinancebr.Definitions, who string, s connector.Session, seen map[string]int) {
	b.Helper()
	at := map[string]string{}
	position := func(api, ref string, quantity fairlead.Decimal) []part {
		return []part{
			{api, "/investments", "", map[string]any{"investmentId": ref}},
			{api, "/investments/{investmentId}", "", nil},
			{api, "/investments/{investmentId}/balances", "", map[string]any{"quantity": quantity.Round(4).String()}},
		}
	}
	hold := func(e fairlead.Extra, parts ...part) { conforms(b.T, d, who, e, parts...) }
	holdings := b.mustCollect(s, fairlead.ProductHoldings)
	movements := b.mustCollect(s, fairlead.ProductInvestmentTransactions)
	for _, x := range slices.Concat(holdings.Securities, movements.Securities) {
		at[x.Ref] = investmentAPI(x)
		fieldsConform(b.T, d, who, x.Extra, ofSecurities()...)
	}
	for _, h := range holdings.Holdings {
		seen[at[h.SecurityRef]]++
		hold(h.Extra, position(at[h.SecurityRef], h.Ref, h.Quantity)...)
	}
	for _, x := range movements.InvestmentTransactions {
		api := at[x.SecurityRef]
		ours := map[string]any{"transactionId": x.Ref}
		hold(x.Extra, part{api, "/investments/{investmentId}/transactions", "", ours})
		b.restrictions(who, api, x)
	}
}

// restrictions are what the definitions say of movements in words: what went out says
// the taxes taken of it, and what they leave; what came in says what it bears.
func (b *fixture) restrictions(who, api string, x fairlead.InvestmentTransaction) {
	b.Helper()
	of := func(name string) fairlead.Decimal {
		m, ok := x.Extra["ofb."+name].(map[string]any)
		if !ok {
			b.Errorf("%s: %s of %s has no %s", who, x.Description, x.Traded, name)
			return fairlead.Decimal{}
		}
		d, err := fairlead.ParseDecimal(m["amount"].(string))
		if err != nil {
			b.Error(err)
		}
		return d
	}
	switch {
	case api == "variable-incomes":
	case x.Extra["ofb.type"] == "SAIDA":
		taken := of("incomeTax").Add(of("financialTransactionTax"))
		if api == "funds" {
			taken = taken.Add(of("transactionExitFee"))
		}
		if net := of("transactionNetValue"); !net.Add(taken).Equal(of("transactionGrossValue")) || !net.Equal(x.Amount.Amount) {
			b.Errorf("%s: %s: %s came of %s less %s", who, x.Description, x.Amount, of("transactionGrossValue"), taken)
		}
		if (x.Withheld != nil) != (taken.Sign() > 0) || x.Withheld != nil && !x.Withheld.Amount.Equal(taken) {
			b.Errorf("%s: %s: %s was withheld, the definitions' fields say %s", who, x.Description, x.Withheld, taken)
		}
	case api == "treasure-titles" && x.Extra["ofb.remunerationTransactionRate"] == nil,
		strings.HasSuffix(api, "fixed-incomes") && x.Extra["ofb.indexerPercentage"] == nil && x.Extra["ofb.remunerationTransactionRate"] == nil:
		b.Errorf("%s: %s does not say what it bears", who, x.Description)
	}
}

// TestABondBearsWhatItsNameSays: a part of an index, a rate agreed before, or both,
// each in its own field.
func TestABondBearsWhatItsNameSays(t *testing.T) {
	t.Parallel()
	ofIndex, over, fixed := regexp.MustCompile(`(\d+)% (CDI)$|Selic$`), regexp.MustCompile(`IPCA ?\+ ([\d,]+)%$`), regexp.MustCompile(`(?i)prefixado ([\d,]+)%$`)
	percent := func(text string) string {
		d, err := fairlead.ParseDecimal(strings.ReplaceAll(text, ",", "."))
		if err != nil {
			t.Fatal(err)
		}
		return d.Mul(fairlead.NewDecimal(1, 2)).Round(6).String()
	}
	seen := map[string]int{}
	for _, name := range []string{"farol", "ancora"} {
		b := newFixture(t, name)
		page := b.mustCollect(b.mustLogin("investor", "good"), fairlead.ProductHoldings)
		names, kinds := map[string]string{}, map[string]string{}
		for _, s := range page.Securities {
			names[s.Ref], kinds[s.Ref] = s.Name, s.Kind
			if strings.Contains(s.Name, "ETF") != (s.Kind == "etf") {
				t.Errorf("%s is of kind %s", s.Name, s.Kind)
			}
		}
		for _, h := range page.Holdings {
			r, ok := h.Extra["ofb.remuneration"].(map[string]any)
			if !ok {
				continue
			}
			name, want := names[h.SecurityRef], map[string]any{"ratePeriodicity": "ANUAL", "calculation": "DIAS_UTEIS"}
			if kinds[h.SecurityRef] != "treasury" {
				want["rateType"] = "EXPONENCIAL"
			}
			switch o, v, x := ofIndex.FindStringSubmatch(name), over.FindStringSubmatch(name), fixed.FindStringSubmatch(name); {
			case o != nil && o[2] == "CDI":
				want["indexer"], want["postFixedIndexerPercentage"] = "CDI", percent(o[1])
			case o != nil:
				want["indexer"], want["postFixedIndexerPercentage"] = "SELIC", "1.000000"
			case v != nil:
				want["indexer"], want["postFixedIndexerPercentage"], want["preFixedRate"] = "IPCA", "1.000000", percent(v[1])
			case x != nil:
				want["indexer"], want["preFixedRate"] = "PRE_FIXADO", percent(x[1])
			default:
				t.Errorf("the name %q does not say what it bears", name)
				continue
			}
			seen[want["indexer"].(string)]++
			if diff := cmp.Diff(want, r); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			debtor, _ := h.Extra["ofb.debtorName"].(string)
			if private := strings.HasPrefix(name, "Deb") || strings.HasPrefix(name, "CR"); private != (debtor != "") || strings.Contains(debtor, "Banco") {
				t.Errorf("%s is owed by %q", name, debtor)
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("seen %v", seen)
	}
}
