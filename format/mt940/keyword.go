package mt940

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// dutchKeywords are the keywords of texts such as /TRTP/SEPA OVERBOEKING/IBAN/…/REMI/…
var dutchKeywords = map[string]bool{
	"TRTP": true, "IBAN": true, "BIC": true, "NAME": true, "REMI": true, "EREF": true, "MARF": true, "CSID": true, "PREF": true,
	"ORDP": true, "BENM": true, "ADDR": true, "TRCD": true, "RTRN": true, "PURP": true, "ISDT": true, "CHGS": true, "EXCH": true,
	"OCMT": true, "ULTC": true, "ULTB": true, "ULTD": true, "CNTP": true, "BO": true, "SVCL": true, "PVAL": true, "IREF": true, "SUBID": true,
	"NRTX": true, "CREF": true, "ID": true, "RREF": true, "IACC": true, "OREF": true,
}

// dutch reports whether a text begins with one of the keywords between slashes.
func dutch(s string) bool {
	_, key, _ := cutKeyword(s)
	return len(s) > 0 && s[0] == '/' && key != "" && strings.HasPrefix(s, "/"+key+"/")
}

// cutKeyword finds the next keyword. before is what stands in front of it.
func cutKeyword(s string) (before, key, rest string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '/' {
			continue
		}
		end := strings.IndexByte(s[i+1:min(len(s), i+8)], '/')
		if end > 0 && dutchKeywords[s[i+1:i+1+end]] {
			return s[:i], s[i+1 : i+1+end], s[i+2+end:]
		}
	}
	return s, "", ""
}

// keywords takes a Dutch text apart.
func (r *row) keywords(text string, a *account) {
	r.Original = text
	c := &fairlead.Counterparty{}
	r.Counterparty = c
	_, key, rest := cutKeyword(text)
	for key != "" {
		value, next, after := cutKeyword(rest)
		value = strings.TrimSpace(strings.Trim(value, "/"))
		switch {
		case value == "" || noReference(value):
		case key == "NAME" && c.Name == "":
			c.Name = value
		case key == "IBAN" && c.IBAN == "" && likeIBAN(value):
			c.IBAN = value
		case key == "BIC" && c.Bank == "":
			c.Bank = value
		case key == "REMI":
			value = strings.TrimPrefix(strings.TrimPrefix(value, "USTD//"), "STRD/CUR/")
			if r.Description != "" {
				value = r.Description + " " + value
			}
			r.Description = value
		case key == "CNTP":
			counterparty(c, value)
		case key == "TRTP":
			put(&r.Extra, "posting_text", value)
			if k := kindOfDutch(value); k != "" {
				r.Kind = k
			}
		default:
			put(&r.Extra, key, value)
		}
		key, rest = next, after
	}
	if c.IBAN == a.number {
		c.IBAN = ""
	}
	r.foreign(text)
}

// counterparty reads what stands behind /CNTP/: account, BIC, name and town.
func counterparty(c *fairlead.Counterparty, s string) {
	parts := strings.Split(s, "/")
	if likeIBAN(parts[0]) {
		c.IBAN = parts[0]
	} else {
		c.Account = parts[0]
	}
	if len(parts) > 1 {
		c.Bank = parts[1]
	}
	if len(parts) > 2 {
		c.Name = strings.TrimSpace(parts[2])
	}
}

// foreign reads /OCMT/USD100,00/: the amount in the currency of the order.
func (r *row) foreign(s string) {
	_, rest, ok := strings.Cut(s, "/OCMT/")
	if !ok || len(rest) < 4 || !fairlead.ValidCurrency(rest[:3]) || rest[:3] == r.Amount.Currency {
		return
	}
	amount, ok := readAmount(rest[3 : 3+amountLength(rest[3:])])
	if !ok {
		return
	}
	if r.Amount.Amount.Sign() < 0 {
		amount = amount.Neg()
	}
	r.Foreign = &fairlead.Money{Amount: amount, Currency: rest[:3]}
}
