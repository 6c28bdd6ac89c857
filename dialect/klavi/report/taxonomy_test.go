package report

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox"
)

// movementsOf fetches a persona's last half year at Banco Farol.
func movementsOf(t *testing.T, user string) (accounts map[string]fairlead.Account, rows []fairlead.Transaction) {
	t.Helper()
	bank, mux := sandbox.New(sandbox.NewMemory(), sandbox.Options{}), http.NewServeMux()
	bank.Mount(mux)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	start := connector.Start{
		Person: "per_1", Conversation: "lnk_1", ReturnURL: "http://app.example/l/return?state=xyz",
		Env: connector.Env{Tenant: "ten_1", Environment: fairlead.Sandbox, Seed: "seed", Now: now, Client: server.Client(), BaseURL: server.URL},
	}
	for _, i := range bank.Describe().Institutions {
		if i.ShortName == "farol" {
			start.Institution = i
		}
	}
	exchange, err := bank.Begin(t.Context(), start)
	for n := 0; err == nil && exchange.Step.Done == nil && n < 40; n++ {
		var a fairlead.Answer
		if a, err = bank.Headless(user, "good", exchange.Step); err == nil && exchange.Step.Send != nil {
			a.Return, err = bank.Visit(t.Context(), start.Env, user, "good", exchange.Step.Send.URL)
		}
		if err == nil {
			exchange, err = bank.Resume(t.Context(), start, exchange.State, a)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	signedIn := connector.Session{Env: start.Env, Institution: start.Institution, Person: start.Person, Secrets: exchange.Step.Done.Secrets, Created: now}
	accounts = map[string]fairlead.Account{}
	for _, p := range []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions} {
		req := connector.FetchRequest{Product: p, Since: fairlead.DateOf(now).AddMonths(-6)}
		for {
			page, err := bank.Fetch(t.Context(), signedIn, req)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page.Accounts {
				accounts[a.Ref] = a
			}
			rows = append(rows, page.Transactions...)
			if req.Cursor = page.Cursor; !page.More {
				break
			}
		}
	}
	return accounts, rows
}

// TestTheTaxonomyKnowsMostOfWhatPeopleDo measures the share of movements that the
// built-in rules say something of. README.md gives the same floor.
func TestTheTaxonomyKnowsMostOfWhatPeopleDo(t *testing.T) {
	t.Parallel()
	const floor = 0.95
	for _, user := range []string{"good", "saver", "freelancer", "investor", "retiree", "business", "student", "joint"} {
		t.Run(user, func(t *testing.T) {
			t.Parallel()
			accounts, rows := movementsOf(t, user)
			b := &builder{Reports: &Reports{}, level: Person}
			if user == "business" {
				b.level = Company
			}
			known, unknown, seen := 0, map[string]int{}, map[levels]bool{}
			for _, row := range rows {
				says, ok := b.classify(sourcedAccount{Account: accounts[row.AccountRef]}, row)
				if ok {
					known++
					seen[says] = true
				} else {
					unknown[fmt.Sprint(row.Kind, " ", typeOf(row), " ", row.Description)]++
				}
			}
			share := float64(known) / float64(len(rows))
			t.Logf("%.1f %% of %d, in %d kinds", 100*share, len(rows), len(seen))
			if share < floor || len(rows) < 100 {
				t.Errorf("%.1f %% of %d are known, want %.0f %%; unknown are %v", 100*share, len(rows), 100*floor, unknown)
			}
		})
	}
}

// TestRulesSayWhatPeopleWouldSay holds single movements to what somebody would say.
func TestRulesSayWhatPeopleWouldSay(t *testing.T) {
	t.Parallel()
	company, person := &fairlead.Counterparty{Name: "Serra Azul", Kind: fairlead.PersonCompany}, &fairlead.Counterparty{Name: "Ana", Kind: fairlead.PersonNatural}
	card, checking := fairlead.Account{Kind: fairlead.AccountCard}, fairlead.Account{Kind: fairlead.AccountDepository}
	for _, c := range []struct {
		account fairlead.Account
		cents   int64
		row     fairlead.Transaction
		level   Level
		want    string
	}{
		{checking, 500000, fairlead.Transaction{Kind: "salary", Description: "SALARIO SERRA AZUL", Counterparty: company}, Person, "Renda / Renda Ativa / Salário"},
		{checking, 500000, fairlead.Transaction{Kind: "salary", Description: "13o SALARIO"}, Person, "Renda / Renda Ativa / 13º salário"},
		{checking, 500000, fairlead.Transaction{Kind: "pix", Description: "Crédito de salário", Counterparty: company}, Person, "Renda / Renda Ativa / Salário"},
		{checking, -165000, fairlead.Transaction{Kind: "boleto", Description: "Aluguel", Counterparty: company}, Person, "Moradia / Moradia Fixa / Aluguel"},
		{checking, 165000, fairlead.Transaction{Kind: "pix", Description: "ALUGUEL"}, Person, "Renda / Renda Passiva / Aluguel recebido"},
		{card, -3000, fairlead.Transaction{Kind: "card", MCC: "5411", Description: "Hortifruti"}, Person, "Alimentação / Mercado / Supermercado"},
		{card, 90000, fairlead.Transaction{Kind: "payment", Description: "PAGAMENTO RECEBIDO - OBRIGADO"}, Person, "Transferências / Cartão de Crédito / Pagamento de fatura"},
		{checking, -5000, fairlead.Transaction{Kind: "pix", Description: "Pix enviado", Counterparty: person}, Person, "Transferências / Enviadas / Pix enviado"},
		{checking, -5000, fairlead.Transaction{Kind: "direct_debit", Description: "DEB AUT ÁGUAS DO PLANALTO"}, Person, "Moradia / Contas da Casa / Água e esgoto"},
		{checking, 5000, fairlead.Transaction{Kind: "ted", Description: "TED RECEBIDA", Counterparty: company}, Company, "Receitas da Empresa / Receita Operacional / Vendas e serviços"},
		{checking, -5000, fairlead.Transaction{Kind: "ted", Description: "FOLHA DE PAGAMENTO"}, Company, "Despesas da Empresa / Pessoal / Folha de pagamento"},
		{checking, -5000, fairlead.Transaction{Kind: "other", Description: "xyz"}, Person, ""},
	} {
		c.row.Amount = fairlead.NewMoney(c.cents, 2, "BRL")
		b := &builder{Reports: &Reports{}, level: c.level}
		got := ""
		if says, ok := b.classify(sourcedAccount{Account: c.account}, c.row); ok {
			got = strings.Join(says[:], " / ")
		}
		if got != c.want {
			t.Errorf("%s of %d is %q, want %q", c.row.Description, c.cents, got, c.want)
		}
	}
}

func TestAnOwnRuleStandsBeforeTheBuiltInOnes(t *testing.T) {
	t.Parallel()
	row := fairlead.Transaction{Kind: "card", MCC: "5411", Description: "Super Bom", Amount: fairlead.NewMoney(-100, 2, "BRL")}
	own, err := parseRule("out, text super* => Minhas / Compras / Do mês")
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{Reports: &Reports{}, level: Person, rules: []rule{own}}
	if says, _ := b.classify(sourcedAccount{}, row); says != (levels{"Minhas", "Compras", "Do mês"}) {
		t.Errorf("the own rule says %q", says)
	}
	for _, wrong := range []string{
		"", "out", "out => A / B", "out => A / B / ", "sideways => A / B / C", "party robot => A / B / C", "mcc x => A / B / C", "mcc 9-1 => A / B / C",
		"text => A / B / C", "out twice => A / B / C", "=> A / B / C",
	} {
		if err := CheckRule(wrong); err == nil {
			t.Errorf("%q is taken as a rule", wrong)
		}
	}
}
