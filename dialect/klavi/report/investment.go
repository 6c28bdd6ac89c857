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
		list, left := []object{}, b.most
		for n, s := range b.Sources {
			securities, err := b.securities(s)
			if err != nil {
				return err
			}
			trades, moved, count, err := b.trades(s, left/(len(b.Sources)-n))
			if err != nil {
				return err
			}
			left -= count
			present := map[tradeKey]bool{}
			for h, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.Holdings) {
				if err != nil {
					return err
				}
				if fit(h) {
					list = append(list, append(position(s, h, securities[h.Security]), field{"transactions", details(trades[tradeKey{h.Account, h.Security}])}))
				}
				present[tradeKey{h.Account, h.Security}] = true
			}
			// What was moved and is held no more.
			for _, key := range moved {
				if h := sold(securities[key.security]); !present[key] && fit(h) {
					list = append(list, append(position(s, h, securities[key.security]), field{"transactions", details(trades[key])}))
				}
			}
		}
		b.arrays = append(b.arrays, field{b.product, list})
		return nil
	}
}

// tradeKey is what movements are listed with: a security in an account.
type tradeKey struct{ account, security fairlead.RecordID }

// trades reads a source's movements of securities, newest first and at most so many,
// and what they are of in the order in which it was moved last.
func (b *builder) trades(s Source, most int) (of map[tradeKey][]object, order []tradeKey, count int, err error) {
	of = map[tradeKey][]object{}
	for t, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.InvestmentTransactions) {
		switch {
		case err != nil:
			return nil, nil, 0, err
		case t.Security == "": // of the account's cash
			continue
		case count >= most:
			b.truncated = true
			return of, order, count, nil
		}
		count++
		key := tradeKey{t.Account, t.Security}
		if of[key] == nil {
			order = append(order, key)
		}
		of[key] = append(of[key], b.trade(t))
	}
	return of, order, count, nil
}

// tradeKinds are Open Finance Brasil's types of a movement by ours.
var tradeKinds = map[string]string{"buy": "COMPRA", "sell": "VENDA", "dividend": "DIVIDENDOS", "interest": "PAGAMENTO_JUROS"}

// trade is one movement in the words of the definitions: each kind of investment has
// some of its own, which stand as the source gave them.
func (b *builder) trade(t fairlead.InvestmentTransaction) object {
	e := t.Extra
	way := "ENTRADA"
	if t.Amount.Amount.Sign() > 0 { // the money came back
		way = "SAIDA"
	}
	net := fairlead.Money{Amount: t.Amount.Amount.Abs(), Currency: t.Amount.Currency}
	out := object{
		{"transactionId", first(t.Ref, string(t.ID))},
		either(e, "type", way),
		{"transactionType", b.tradeType(first(extra(e, "transactionType"), tradeKinds[t.Kind], "OUTROS"))},
		either(e, "transactionDate", day(t.Traded)), either(e, "transactionGrossValue", amount(&net)), either(e, "transactionNetValue", amount(&net)),
	}
	own := slices.DeleteFunc(slices.Sorted(maps.Keys(e)), func(key string) bool {
		name, ofb := strings.CutPrefix(key, "ofb.")
		return !ofb || slices.ContainsFunc(out, func(f field) bool { return f.key == name })
	})
	for _, key := range own {
		name := strings.TrimPrefix(key, "ofb.")
		out = append(out, field{name, definedTrade(name, e[key])})
	}
	return out
}

// tradeType is a movement's type in the words of the product's definition: deposits and
// quotas are applied and redeemed, papers and shares are bought and sold.
func (b *builder) tradeType(kind any) any {
	words := map[string]string{"APLICACAO": "COMPRA", "RESGATE": "VENDA"}
	if strings.HasSuffix(b.product, "_bank_fixed_incomes") || strings.HasSuffix(b.product, "_funds") {
		words = map[string]string{"COMPRA": "APLICACAO", "VENDA": "RESGATE"}
	}
	text, _ := kind.(string) // the source may have given anything
	return first(words[text], kind)
}

// definedTrade writes a movement's own value with the decimals that the definitions have.
func definedTrade(name string, v any) any {
	switch name {
	case "transactionQuantity", "transactionQuotaQuantity":
		return decimals(v, 2, 8)
	case "remunerationTransactionRate", "indexerPercentage":
		return decimals(v, 6, 6)
	}
	return v
}

// sold is a position in what is held no more.
func sold(s fairlead.Security) fairlead.Holding {
	none := fairlead.Money{Currency: s.Currency}
	return fairlead.Holding{Ref: s.Ref, Kind: s.Kind, Subtype: s.Subtype, Value: none, Extra: s.Extra}
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
