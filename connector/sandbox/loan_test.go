package sandbox

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

// loansOf are the loans of every persona that has accounts, with its movements.
func loansOf(t *testing.T, institution string, visit func(b *fixture, persona string, company bool, l fairlead.Loan)) {
	t.Helper()
	for _, p := range unbulky() {
		b := newFixture(t, institution)
		for _, l := range b.mustCollect(b.mustLogin(p.Name, "good"), fairlead.ProductLoans).Loans {
			visit(b, p.Name, p.Company, l)
		}
	}
}

func TestTheTotalCostOfALoanIsThatOfItsScheduleWithFeesAndTax(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"harbor", "farol", "puerto"} {
		loansOf(t, name, func(_ *fixture, persona string, _ bool, l fairlead.Loan) {
			nominal, cost := l.Rates[0].Nominal.Float64(), l.TotalCost.Float64()
			effective := math.Pow(1+nominal/12, 12) - 1
			if cost < effective-1e-6 || (name == "farol" && cost <= effective+0.002) {
				t.Errorf("%s/%s: %s costs %f a year in all, its rate alone is %f", name, persona, l.Name, cost, effective)
			}
			if len(l.Schedule) == 0 {
				return
			}
			monthly, worth := math.Pow(1+cost, 1.0/12), 0.0
			for _, n := range l.Schedule {
				worth += n.Amount.Amount.Float64() / math.Pow(monthly, float64(n.Number))
			}
			received := l.Amount.Amount.Float64()
			for _, f := range l.Fees {
				received -= f.Amount.Amount.Float64()
			}
			if math.Abs(worth-received) > received*0.0001 {
				t.Errorf("%s/%s: the instalments of %s are worth %.2f at %f, the person received %.2f", name, persona, l.Name, worth, cost, received)
			}
			if name == "farol" && l.Extra["ofb.CET"] != l.TotalCost.Round(6).String() {
				t.Errorf("ofb.CET is %v, the total cost %s", l.Extra["ofb.CET"], l.TotalCost)
			}
		})
	}
}

func TestWhatALoanCostsAtItsBeginningLeavesChecking(t *testing.T) {
	t.Parallel()
	b := newFixture(t, "farol")
	s := b.mustLogin("good", "good")
	paid := map[string]bool{}
	movements := b.mustCollect(s, fairlead.ProductTransactions).Transactions
	for _, x := range movements {
		paid[x.Booked.String()+" "+x.Amount.Amount.Neg().String()] = true
	}
	seen := 0
	for _, l := range b.mustCollect(s, fairlead.ProductLoans).Loans {
		if l.Contracted.Before(fairlead.Date{Year: 2024, Month: 1, Day: 1}) || len(l.Schedule) == 0 {
			continue
		}
		for _, f := range l.Fees {
			if seen++; !paid[l.Contracted.String()+" "+f.Amount.Amount.String()] {
				t.Errorf("%s of %s was paid by no movement on %s", f.Name, l.Name, l.Contracted)
			}
		}
	}
	if seen < 4 {
		t.Errorf("%d fees seen", seen)
	}
}

func TestACompanysLoanIsACompanysAndAPersonsAPersons(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"farol", "ancora", "testbank"} {
		loansOf(t, name, func(_ *fixture, persona string, company bool, l fairlead.Loan) {
			personal := strings.Contains(strings.ToLower(l.Name), "pessoal") || strings.Contains(l.Name, "personal") || l.Subtype == "personal" ||
				l.Extra["ofb.productSubType"] == "CREDITO_PESSOAL_SEM_CONSIGNACAO" || l.Extra["ofb.productSubTypeCategory"] == "CREDITO_PESSOAL_CLEAN"
			if personal && company {
				t.Errorf("%s/%s: %s (%s) %v", name, persona, l.Name, l.Subtype, l.Extra)
			}
		})
	}
}

// TestALoansNumberIsMadeAsTheCentralBankSays: CNPJ root, modality, kind of customer,
// customer, contract.
func TestALoansNumberIsMadeAsTheCentralBankSays(t *testing.T) {
	t.Parallel()
	modality := map[string]string{
		"CREDITO_PESSOAL_SEM_CONSIGNACAO": "0203", "CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS": "0216", "AQUISICAO_BENS_VEICULOS_AUTOMOTORES": "0401",
		"ANTECIPACAO_FATURA_CARTAO_CREDITO": "0303", "DESCONTO_DUPLICATAS": "0301", "ADIANTAMENTO_A_DEPOSITANTES": "0101",
	}
	person, business := regexp.MustCompile(`^(\d{8})(\d{4})1(\d{11})(\w{1,40})$`), regexp.MustCompile(`^(\d{8})(\d{4})2(\w{8})(\w{1,40})$`)
	for _, name := range []string{"farol", "ancora"} {
		loansOf(t, name, func(b *fixture, persona string, company bool, l fairlead.Loan) {
			ipoc, _ := l.Extra["ofb.ipocCode"].(string)
			shape := person
			if company {
				shape = business
			}
			m := shape.FindStringSubmatch(ipoc)
			sub, _ := l.Extra["ofb.productSubType"].(string)
			if m == nil || m[1] != l.Extra["ofb.companyCnpj"].(string)[:8] || m[2] != modality[sub] || m[4] != l.Contract {
				t.Errorf("%s/%s: %s of %s is %q", name, persona, sub, l.Contract, ipoc)
			}
		})
	}
}
