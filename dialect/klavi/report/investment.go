package report

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
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

func fund(h fairlead.Holding) bool { return h.Kind == "fund" }

// investments reports positions of one of the five kinds under the product's own name.
func investments(fit func(fairlead.Holding) bool) func(*builder) error {
	return func(b *builder) error {
		list := []object{}
		for _, s := range b.Sources {
			securities, err := b.securities(s)
			if err != nil {
				return err
			}
			for h, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.Holdings) {
				if err != nil {
					return err
				}
				if fit(h) {
					list = append(list, position(s, h, securities[h.Security]))
				}
			}
		}
		b.arrays = append(b.arrays, field{b.product, list})
		return nil
	}
}

func (b *builder) securities(s Source) (map[fairlead.RecordID]fairlead.Security, error) {
	out := map[fairlead.RecordID]fairlead.Security{}
	for security, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.Securities) {
		if err != nil {
			return nil, err
		}
		out[security.ID] = security
	}
	return out, nil
}

// position is one holding in the words of Open Finance Brasil: what all kinds
// have, then what the source says of its own kind.
func position(source Source, h fairlead.Holding, s fairlead.Security) object {
	e := h.Extra
	gross, net := h.Gross, h.Net
	if gross == nil {
		gross = &h.Value
	}
	if net == nil {
		net = gross
	}
	out := object{
		either(e, "investmentId", h.Ref), either(e, "brandName", source.Institution.Name), either(e, "companyCnpj", nil),
		either(e, "investmentType", strings.ToUpper(h.Subtype)), either(e, "productName", s.Name), either(e, "isinCode", s.ISIN),
		either(e, "ticker", s.Ticker), either(e, "issuerInstitutionCnpjNumber", nil),
		either(e, "purchaseDate", day(h.Acquired)), either(e, "issueDate", nil), either(e, "dueDate", day(h.Matures)),
		either(e, "issueUnitPrice", nil), either(e, "updatedUnitPrice", amount(h.UnitPrice)),
		either(e, "referenceDateTime", midnight(h.PriceDate)), either(e, "referenceDate", day(h.PriceDate)),
		{"quantity", decimals(h.Quantity.String(), 2, 8)},
		{"balance", amount(&h.Value)},
		{"amount", amount(&h.Value)},
		{"grossAmount", amount(gross)},
		{"netAmount", amount(net)},
	}
	for _, name := range []string{
		"incomeTax", "financialTransactionTax", "blockedBalance", "purchaseUnitPrice", "gracePeriodDate", "remuneration", "voucherPaymentIndicator",
		"taxExemptProduct", "debtorName", "debtorCnpjNumber", "name", "cnpjNumber", "anbimaCategory", "anbimaClass", "anbimaSubclass",
		"quotaQuantity", "quotaGrossPriceValue", "incomeTaxProvision", "financialTransactionTaxProvision", "blockedAmount", "closingPrice", "priceFactor",
	} {
		if v := extra(e, name); v != nil {
			out = append(out, field{name, defined(name, v)})
		}
	}
	return out
}

// defined writes a source's own value with the decimals that the definitions have.
func defined(name string, v any) any {
	switch name {
	case "quotaQuantity", "priceFactor":
		return decimals(v, 2, 8)
	case "remuneration":
		if m, ok := v.(map[string]any); ok {
			m = maps.Clone(m)
			for _, rate := range []string{"preFixedRate", "postFixedIndexerPercentage"} {
				if m[rate] != nil {
					m[rate] = decimals(m[rate], 6, 6)
				}
			}
			return m
		}
	}
	return v
}

// midnight is a day as a time of the definitions' investments, which have no milliseconds.
func midnight(d fairlead.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.Time().Format(time.RFC3339)
}
