package klavi

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// creditPapers are fixed incomes whose debtor is not a bank.
var creditPapers = []string{"DEBENTURES", "CRI", "CRA"}

// paper is the type of a fixed income in Open Finance Brasil's words.
func paper(h fairlead.Holding) string {
	if t, ok := extra(h.Extra, "investmentType").(string); ok {
		return t
	}
	return strings.ToUpper(h.Subtype)
}

func bankFixedIncome(h fairlead.Holding) bool {
	return h.Kind == "fixed_income" && !slices.Contains(creditPapers, paper(h))
}

func creditFixedIncome(h fairlead.Holding) bool {
	return h.Kind == "fixed_income" && slices.Contains(creditPapers, paper(h))
}

func variableIncome(h fairlead.Holding) bool {
	return slices.Contains([]string{"equity", "etf", "derivative", "variable_income"}, h.Kind)
}

func treasureTitle(h fairlead.Holding) bool { return h.Kind == "treasury" }
func fund(h fairlead.Holding) bool          { return h.Kind == "fund" }

// investments reports positions of one of the five kinds under the product's own name.
func investments(fit func(fairlead.Holding) bool) func(*builder, *report) error {
	return func(b *builder, r *report) error {
		list := []object{}
		for _, f := range b.from {
			securities, err := b.securities(f)
			if err != nil {
				return err
			}
			err = pages(reading.Query{Connection: f.connection.ID}, func(a reading.Query) (reading.Page[fairlead.Holding], error) {
				return b.reading.Holdings(b.ctx, b.tenant, a)
			}, func(h fairlead.Holding) bool {
				if fit(h) {
					list = append(list, position(f, h, securities[h.Security]))
				}
				return true
			})
			if err != nil {
				return err
			}
		}
		r.arrays = append(r.arrays, field{r.product, list})
		return nil
	}
}

func (b *builder) securities(f source) (map[fairlead.RecordID]fairlead.Security, error) {
	out := map[fairlead.RecordID]fairlead.Security{}
	err := pages(reading.Query{Connection: f.connection.ID}, func(a reading.Query) (reading.Page[fairlead.Security], error) {
		return b.reading.Securities(b.ctx, b.tenant, a)
	}, func(s fairlead.Security) bool {
		out[s.ID] = s
		return true
	})
	return out, err
}

// position is one holding in the words of Open Finance Brasil: what all kinds
// have, then what the source says of its own kind.
func position(f source, h fairlead.Holding, s fairlead.Security) object {
	e := h.Extra
	gross, net := h.Gross, h.Net
	if gross == nil {
		gross = &h.Value
	}
	if net == nil {
		net = gross
	}
	out := object{
		either(e, "investmentId", h.Ref), either(e, "brandName", f.institution.Name), either(e, "companyCnpj", nil),
		either(e, "investmentType", strings.ToUpper(h.Subtype)), either(e, "productName", s.Name), either(e, "isinCode", s.ISIN),
		either(e, "ticker", s.Ticker), either(e, "issuerInstitutionCnpjNumber", nil),
		either(e, "purchaseDate", day(h.Acquired)), either(e, "issueDate", nil), either(e, "dueDate", day(h.Matures)),
		either(e, "issueUnitPrice", nil), either(e, "updatedUnitPrice", amount(h.UnitPrice)),
		either(e, "referenceDateTime", day(h.PriceDate)),
		{"quantity", h.Quantity.String()},
		{"balance", amount(&h.Value)},
		{"amount", amount(&h.Value)},
		{"grossAmount", amount(gross)},
		{"netAmount", amount(net)},
	}
	for _, own := range []string{
		"incomeTax", "financialTransactionTax", "blockedBalance", "purchaseUnitPrice", "gracePeriodDate", "remuneration", "voucherPaymentIndicator",
		"taxExemptProduct", "debtorName", "debtorCnpjNumber", "name", "cnpjNumber", "anbimaCategory", "anbimaClass", "anbimaSubclass",
		"quotaQuantity", "quotaGrossPriceValue", "incomeTaxProvision", "financialTransactionTaxProvision", "blockedAmount", "closingPrice", "priceFactor",
	} {
		if v := extra(e, own); v != nil {
			out = append(out, field{own, v})
		}
	}
	return out
}
