package ofx

import (
	"crypto/sha256"
	"encoding/base32"
	"math/big"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// namesOf reads BANKACCTFROM, CCACCTFROM, INVACCTFROM, LOANACCTFROM and OFC's ACCTFROM.
func (r *reader) namesOf(i int) format.Names {
	var n format.Names
	for c := i + 1; i >= 0 && c < r.nodes[i].end; c = r.nodes[c].end {
		text := r.nodes[c].text
		switch r.nodes[c].tag.name {
		case "BANKID", "BROKERID":
			n.Bank = text
		case "BRANCHID":
			n.Branch = text
		case "ACCTID", "LOANACCTID":
			n.Number = text
		case "ACCTTYPE", "LOANACCTTYPE":
			n.Type = strings.ToUpper(text)
		case "ACCTKEY":
			n.Key = text
		}
	}
	if iban := strings.ToUpper(strings.ReplaceAll(n.Number, " ", "")); isIBAN(iban) {
		n.Number = iban
	}
	return n
}

// isIBAN checks the shape and the check digits.
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !letter(s[0]) || !letter(s[1]) {
		return false
	}
	var digits strings.Builder
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			digits.WriteByte(c)
		case c >= 'A' && c <= 'Z':
			digits.WriteString([]string{"1", "2", "3"}[(c-'A')/10])
			digits.WriteByte('0' + (c-'A')%10)
		default:
			return false
		}
	}
	v, ok := new(big.Int).SetString(digits.String(), 10)
	return ok && new(big.Int).Mod(v, big.NewInt(97)).Int64() == 1
}

// identityOf digests what names an account, whatever its currency. The type is part of
// it, because credit unions give a member's accounts one number.
func identityOf(scheme string, n format.Names) string {
	return digest(scheme, n.Bank, n.Branch, n.Number, n.Type, n.Key)
}

// keyOf names an account in its file: one number in several currencies is several.
func keyOf(scheme string, n format.Names, currency string) string {
	return digest(scheme, n.Bank, n.Branch, n.Number, n.Type, n.Key, currency)
}

// digest is a short name for parts, each with its length so that none runs into the next.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		n := len(p)
		h.Write([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(p))
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)[:15]))
}

func newAccount(scheme string, n format.Names, currency string) format.Account {
	var a format.Account
	a.Key, a.Names, a.Currency, a.Mask = keyOf(scheme, n, currency), n, currency, mask(n.Number)
	a.Names.Scheme, a.Names.Currency = scheme, currency
	noun := ""
	switch scheme {
	case "card":
		a.Kind, a.Subtype, noun = fairlead.AccountCard, "credit", "Card"
		if cardNumber(n.Number) {
			a.Names.Number = cardName(n.Number)
			a.Numbers.PAN = maskedCard(n.Number)
		} else {
			a.Numbers.Number = n.Number
		}
	case "investment":
		a.Kind, a.Subtype, noun = fairlead.AccountInvestment, "brokerage", "Investments"
		a.Numbers.Number = n.Number
		a.Extra = put(a.Extra, "ofx.BROKERID", n.Bank)
	case "loan":
		a.Kind, a.Subtype, noun = fairlead.AccountLoan, "loan", "Loan"
		if n.Type == "MORTGAGE" || n.Type == "HOMEEQUITY" {
			a.Subtype, noun = "mortgage", "Mortgage"
		}
		a.Numbers.Number = n.Number
		a.Extra = put(a.Extra, "ofx.LOANACCTTYPE", n.Type)
	default:
		a.Kind, a.Subtype, noun = bankKind(n.Type)
		a.Numbers = bankNumbers(n, currency)
		a.Extra = put(a.Extra, "ofx.BANKID", n.Bank)
		a.Extra = put(a.Extra, "ofx.ACCTTYPE", n.Type)
	}
	a.Name = strings.TrimSpace(noun + " " + a.Mask)
	return a
}

// bankKind goes by ACCTTYPE: a word of OFX or a number of OFC.
func bankKind(t string) (kind fairlead.AccountKind, subtype, noun string) {
	switch t {
	case "SAVINGS", "1":
		return fairlead.AccountDepository, "savings", "Savings"
	case "MONEYMRKT", "3":
		return fairlead.AccountDepository, "money_market", "Money market"
	case "CD":
		return fairlead.AccountDepository, "cd", "Certificate of deposit"
	case "CREDITLINE", "4":
		return fairlead.AccountLoan, "line_of_credit", "Credit line"
	case "CHECKING", "0":
		return fairlead.AccountDepository, "checking", "Checking"
	}
	return fairlead.AccountDepository, "", "Account"
}

// bankNumbers puts BANKID where its country has it; the currency gives the country.
func bankNumbers(from format.Names, currency string) fairlead.AccountNumbers {
	n := fairlead.AccountNumbers{Number: from.Number, Branch: from.Branch, CheckDigit: from.Key}
	if isIBAN(from.Number) {
		n.Number, n.IBAN = "", from.Number
	}
	bank := from.Bank
	switch {
	case !format.Digits(bank):
	case currency == "BRL" && len(bank) <= 4:
		n.COMPE = strings.Repeat("0", max(0, 3-len(bank))) + bank
		if len(bank) == 4 && bank[0] == '0' {
			n.COMPE = bank[1:]
		}
	case currency == "GBP" && len(bank) == 6:
		n.SortCode = bank
	case currency == "USD" && len(bank) == 9:
		n.Routing = bank
	}
	return n
}

// cardNumber reports whether an account id is the whole number of a card, which is
// stored nowhere.
func cardNumber(id string) bool {
	bare := bareNumber(id)
	return format.Digits(bare) && len(bare) >= 13 && len(bare) <= 19
}

func bareNumber(id string) string { return strings.NewReplacer(" ", "", "-", "").Replace(id) }

// cardName names a card by as much of its number as may be stored: the last four digits
// alone would make one card of all that end in them.
func cardName(id string) string {
	bare := bareNumber(id)
	return bare[:6] + "******" + bare[len(bare)-4:]
}

func maskedCard(id string) string { return "************" + mask(id) }

// mask is the last four letters or digits.
func mask(id string) string {
	var last []byte
	for i := len(id) - 1; i >= 0 && len(last) < 4; i-- {
		if c := id[i]; letter(c) || c >= '0' && c <= '9' {
			last = append([]byte{c}, last...)
		}
	}
	return string(last)
}

// listedAccount is an account of ACCTINFO.
type listedAccount struct {
	scheme, identity string
	names            format.Names
	description      string
	status           string // SVCSTATUS: AVAIL, PEND, ACTIVE
	product          string // USPRODUCTTYPE: 401K, IRA …
}

// list reads ACCTINFO, which may hold one account under several services.
func (r *reader) list(i int) error {
	description := r.value(i, "DESC")
	for c := i + 1; c < r.nodes[i].end; c = r.nodes[c].end {
		l := listedAccount{description: description}
		from := ""
		switch r.nodes[c].tag.name {
		case "BANKACCTINFO":
			l.scheme, from = "bank", "BANKACCTFROM"
		case "CCACCTINFO":
			l.scheme, from = "card", "CCACCTFROM"
		case "INVACCTINFO":
			l.scheme, from = "investment", "INVACCTFROM"
		case "LOANACCTINFO":
			l.scheme, from = "loan", "LOANACCTFROM"
		default:
			continue
		}
		if l.names = r.namesOf(r.child(c, from)); l.names.Number == "" {
			continue
		}
		l.identity = identityOf(l.scheme, l.names)
		if r.listedAs == nil {
			r.listedAs = make(map[string]bool)
		}
		if r.listedAs[l.identity] {
			continue
		}
		if len(r.accounts)+len(r.listed) >= format.MaxAccounts {
			return r.tooManyAccounts()
		}
		r.listedAs[l.identity] = true
		l.status, l.product = strings.ToUpper(r.value(c, "SVCSTATUS")), strings.ToUpper(r.value(c, "USPRODUCTTYPE"))
		r.listed = append(r.listed, l)
	}
	return nil
}

// handListed gives the accounts of the list: what it knows of those that have a
// statement, in each of their currencies, and the others alone.
func (r *reader) handListed() error {
	statements := make(map[string][]*accountState, len(r.order))
	for _, s := range r.order {
		statements[s.identity] = append(statements[s.identity], s)
	}
	for _, l := range r.listed {
		for _, s := range statements[l.identity] {
			var a format.Account
			a.Key = s.key
			l.describe(&a)
			if a.Name == "" && a.Status == "" && a.Subtype == "" {
				continue
			}
			if err := r.hand(format.Item{Account: &a}); err != nil {
				return err
			}
		}
		if len(statements[l.identity]) > 0 {
			continue
		}
		a := newAccount(l.scheme, l.names, "")
		a.Listed, a.Bank = true, r.bank
		l.describe(&a)
		if err := r.hand(format.Item{Account: &a}); err != nil {
			return err
		}
	}
	return nil
}

func (l listedAccount) describe(a *format.Account) {
	if l.description != "" {
		a.Name, a.Official = l.description, l.description
	}
	if l.status == "ACTIVE" {
		a.Status = "open"
	}
	if l.scheme == "investment" && l.product != "" {
		a.Subtype = strings.ToLower(l.product)
	}
}
