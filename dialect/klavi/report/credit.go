package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// creditTypes are Open Finance Brasil's types of a contract by our kinds.
var creditTypes = map[string]string{
	"loan": "EMPRESTIMOS", "financing": "FINANCIAMENTOS", "mortgage": "FINANCIAMENTOS",
	"overdraft": "ADIANTAMENTO_A_DEPOSITANTES", "invoice_financing": "DIREITOS_CREDITORIOS_DESCONTADOS",
}

// credit reports contracts of some kinds under the product's own name.
func credit(kinds ...string) func(*builder) error {
	return func(b *builder) error {
		list := []object{}
		for _, s := range b.Sources {
			for l, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.Loans) {
				if err != nil {
					return err
				}
				if slices.Contains(kinds, l.Kind) {
					list = append(list, contract(s, l))
				}
			}
		}
		b.arrays = append(b.arrays, field{b.product, list})
		return nil
	}
}

// contract is one credit contract in the words of Open Finance Brasil.
func contract(s Source, l fairlead.Loan) object {
	e := l.Extra
	return object{
		{"contractId", l.Ref},
		either(e, "brandName", s.Institution.Name), either(e, "companyCnpj", nil),
		{"contractNumber", first(l.Contract, l.Ref)},
		either(e, "ipocCode", nil), either(e, "productName", l.Name),
		either(e, "productType", creditTypes[l.Kind]), either(e, "productSubType", strings.ToUpper(l.Subtype)), either(e, "productSubTypeCategory", nil),
		either(e, "contractDate", day(l.Contracted)),
		{"contractAmount", amount(l.Amount)},
		{"currency", l.Outstanding.Currency},
		either(e, "disbursementDates", nil), either(e, "settlementDate", nil), either(e, "dueDate", day(l.Matures)),
		either(e, "instalmentPeriodicity", periodicity(l)), either(e, "firstInstalmentDueDate", nil),
		either(e, "CET", decimal(l.TotalCost)), either(e, "amortizationScheduled", strings.ToUpper(l.Amortisation)),
		{"outstandingBalance", amount(&l.Outstanding)},
		either(e, "hasInsuranceContracted", nil),
		{"interestRates", first(extra(e, "interestRates"), rates(l))},
		{"contractedFees", first(extra(e, "contractedFees"), fees(l))},
		{"contractedFinanceCharges", first(extra(e, "contractedFinanceCharges"), []object{})},
		{"instalments", instalments(l)},
		{"payments", payments(l)},
		{"warranties", warranties(l)},
	}
}

func periodicity(l fairlead.Loan) any {
	if l.Instalments.Periodicity == "month" {
		return "MENSAL"
	}
	return nil
}

func decimal(d *fairlead.Decimal) any {
	if d == nil {
		return nil
	}
	return d.Round(6).String()
}

func rates(l fairlead.Loan) []object {
	out := []object{}
	for _, r := range l.Rates {
		period := "AA"
		if r.Period == "month" {
			period = "AM"
		}
		out = append(out, object{{"taxPeriodicity", period}, {"preFixedRate", first(decimal(r.Nominal), decimal(r.Effective))}})
	}
	return out
}

func fees(l fairlead.Loan) []object {
	out := []object{}
	for _, f := range l.Fees {
		out = append(out, object{{"feeName", f.Name}, {"feeCode", first(f.Code)}, {"feeAmount", f.Amount.Amount.Round(4).String()}})
	}
	return out
}

// instalments sum a contract's up, with what is still to be paid.
func instalments(l fairlead.Loan) object {
	balloon := []object{}
	for _, n := range l.Schedule {
		if !n.Paid {
			balloon = append(balloon, object{{"number", n.Number}, {"dueDate", day(n.Due)}, {"amount", amount(&n.Amount)}})
		}
	}
	return object{
		either(l.Extra, "typeNumberOfInstalments", nil),
		{"totalNumberOfInstalments", l.Instalments.Total},
		either(l.Extra, "typeContractRemaining", nil),
		{"contractRemainingNumber", l.Instalments.Total - l.Instalments.Paid},
		{"paidInstalments", l.Instalments.Paid},
		{"dueInstalments", l.Instalments.Due},
		{"pastDueInstalments", l.Instalments.Overdue},
		{"instalmentAmount", amount(l.Instalments.Amount)},
		{"scheduledInstalments", balloon},
	}
}

func payments(l fairlead.Loan) object {
	releases := []object{}
	for _, p := range l.Payments {
		releases = append(releases, object{{"paymentId", p.Ref}, {"instalmentId", instalment(p.Number)}, {"paidDate", day(p.Day)}, {"paidAmount", amount(&p.Amount)}})
	}
	return object{
		{"paidInstalments", l.Instalments.Paid}, {"contractOutstandingBalance", amount(&l.Outstanding)}, {"releases", releases},
	}
}

// instalment identifies an instalment by its number, as text.
func instalment(n int) any {
	if n == 0 {
		return nil
	}
	return strconv.Itoa(n)
}

func warranties(l fairlead.Loan) []object {
	out := []object{}
	for _, g := range l.Guarantees {
		out = append(out, object{
			{"warrantyType", strings.ToUpper(g.Kind)}, {"warrantySubType", first(strings.ToUpper(g.Subtype))}, {"warrantyAmount", amount(&g.Amount)},
		})
	}
	return out
}
