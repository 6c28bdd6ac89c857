package collecting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// fingerprint is what a record is recognised by when no id says which it is: for a
// transaction the day, the amount and the text.
type fingerprint struct {
	day    fairlead.Date
	amount string // value and currency, without the scale it came with
	text   string // capitals, single spaces
}

// fingerprintPrefix begins a Ref that is a fingerprint, not an id of the institution's.
const fingerprintPrefix = "~"

// ref is the Ref of a record whose institution gives no ids.
func (f fingerprint) ref() string {
	sum := sha256.Sum256([]byte(f.day.String() + "\x00" + f.amount + "\x00" + f.text))
	return fingerprintPrefix + hex.EncodeToString(sum[:12])
}

func isFingerprint(ref string) bool { return strings.HasPrefix(ref, fingerprintPrefix) }

// normalNumber brings an amount to one form: 12.30 and 12.3 are the same.
func normalNumber(d fairlead.Decimal) string {
	s := d.String()
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func normalMoney(m fairlead.Money) string { return normalNumber(m.Amount) + m.Currency }

// normalText brings texts to one form: institutions change case and spacing.
func normalText(parts ...string) string {
	return strings.Join(strings.Fields(strings.ToUpper(strings.Join(parts, " "))), " ")
}

func transactionFingerprint(t fairlead.Transaction) fingerprint {
	text := t.Original
	if text == "" {
		text = t.Description
	}
	return fingerprint{bookingDay(t), normalMoney(t.Amount), normalText(text)}
}

func investmentFingerprint(t fairlead.InvestmentTransaction) fingerprint {
	quantity := ""
	if t.Quantity != nil {
		quantity = normalNumber(*t.Quantity)
	}
	return fingerprint{t.Traded, normalMoney(t.Amount), normalText(t.Kind, t.SecurityRef, quantity, t.Description)}
}

// accountFingerprint is empty for an account that nothing distinguishes from another.
func accountFingerprint(a fairlead.Account) fingerprint {
	if a.Mask == "" {
		return fingerprint{}
	}
	return fingerprint{text: normalText(string(a.Kind), a.Subtype, a.Currency, a.Mask, a.Name)}
}

func billFingerprint(b fairlead.CardBill) fingerprint {
	return fingerprint{day: b.Closes, text: "BILL"}
}

func loanFingerprint(l fairlead.Loan) fingerprint {
	lent := ""
	if l.Amount != nil {
		lent = normalMoney(*l.Amount)
	}
	return fingerprint{day: l.Contracted, amount: lent, text: normalText(l.Kind, l.Contract, l.Name)}
}

func securityFingerprint(s fairlead.Security) fingerprint {
	return fingerprint{text: normalText(s.ISIN, s.CUSIP, s.Ticker, s.Name)}
}

func holdingFingerprint(h fairlead.Holding) fingerprint {
	return fingerprint{day: h.Acquired, text: normalText(h.SecurityRef, h.Kind, h.Subtype)}
}

func documentFingerprint(d fairlead.Document) fingerprint {
	return fingerprint{d.Issued, "", normalText(d.Kind, d.Form, d.Period.From.String(), d.Period.To.String(), d.FileName, strings.Join(d.AccountRefs, " "))}
}

func identityFingerprint(i fairlead.Identity) fingerprint {
	return fingerprint{text: normalText(string(i.Kind))}
}

// fingerprintOf is that of a stored record, and of what is sealed beside it; empty where
// these cannot be read.
func fingerprintOf(r fairlead.Record, private []byte) fingerprint {
	switch r.Kind {
	case fairlead.TransactionRecord:
		return ofBody(r, private, transactionFingerprint)
	case fairlead.InvestmentTransactionRecord:
		return ofBody(r, private, investmentFingerprint)
	case fairlead.AccountRecord:
		return ofBody(r, private, accountFingerprint)
	case fairlead.BillRecord:
		return ofBody(r, private, billFingerprint)
	case fairlead.LoanRecord:
		return ofBody(r, private, loanFingerprint)
	case fairlead.HoldingRecord:
		return ofBody(r, private, holdingFingerprint)
	case fairlead.SecurityRecord:
		return ofBody(r, private, securityFingerprint)
	}
	return fingerprint{}
}

func ofBody[T any](r fairlead.Record, private []byte, compute func(T) fingerprint) fingerprint {
	var noun T
	if json.Unmarshal(r.Body, &noun) != nil || sealing.Join(&noun, private) != nil {
		return fingerprint{}
	}
	return compute(noun)
}
