package mt940

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// accountKey names an account in a file.
type accountKey struct{ bank, number, currency string }

func (k accountKey) String() string {
	if k.bank == "" {
		return k.number + " " + k.currency
	}
	return k.bank + "/" + k.number + " " + k.currency
}

// account is what a file says of one.
type account struct {
	accountKey
	index     int // in the order of the file
	iban      bool
	owner     string
	text      string // of the last message that has one
	current   *balance
	available *balance
}

// identification is a :25: taken apart.
type identification struct {
	bank, number, currency string
	iban                   bool
}

// readNumber reads the forms that a :25: has: a German bank code and number, a BIC and
// number, an IBAN, each with or without the currency behind it.
func readNumber(s, currency string) (id identification) {
	s = strings.ReplaceAll(s, "\"", "")
	s = strings.Trim(strings.TrimSpace(s), "/")
	if i := strings.LastIndexByte(s, '/'); i >= 0 && fairlead.ValidCurrency(strings.TrimSpace(s[i+1:])) {
		id.currency = strings.TrimSpace(s[i+1:])
		s = s[:i]
	}
	if i := strings.IndexByte(s, '/'); i >= 0 {
		id.bank, s = strings.TrimSpace(s[:i]), s[i+1:]
		// Czech and Slovak numbers have the bank's code behind them.
		if _, code := digits(s); code && len(s) == 4 && len(id.bank) != 4 && len(id.bank) != 8 && strings.Trim(id.bank, "0123456789-") == "" {
			id.bank, s = s, id.bank
		}
		if len(id.bank) == 1 { // a code of the party identifier
			id.bank = ""
		}
	}
	number := strings.TrimSpace(s)
	if i := strings.LastIndexByte(number, ' '); i > 0 && fairlead.ValidCurrency(number[i+1:]) {
		id.currency, number = number[i+1:], number[:i]
	}
	compact := strings.ToUpper(strings.Join(strings.Fields(number), ""))
	if id.currency == "" && len(compact) > 6 {
		if tail := compact[len(compact)-3:]; fairlead.ValidCurrency(tail) && isDigit(compact[len(compact)-4]) && (currency == "" || tail == currency) {
			id.currency, compact = tail, compact[:len(compact)-3]
		}
	}
	id.number = compact
	id.iban = likeIBAN(compact)
	return id
}

// likeIBAN reports whether a number is an IBAN: by its form and its check digits.
func likeIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || !isCapital(s[0]) || !isCapital(s[1]) || !isDigit(s[2]) || !isDigit(s[3]) {
		return false
	}
	rest := 0
	for _, part := range [...]string{s[4:], s[:4]} {
		for i := range len(part) {
			switch c := part[i]; {
			case isDigit(c):
				rest = (rest*10 + int(c-'0')) % 97
			case isCapital(c):
				rest = (rest*100 + int(c-'A') + 10) % 97
			default:
				return false
			}
		}
	}
	return rest == 1
}

// countries are those whose banks are known to write these files. A bank's name may have
// the form of a BIC, but hardly with one of them in the middle.
const countries = " AD AE AT AU BA BE BG BH BR CA CH CN CY CZ DE DK EE ES FI FR GB GR HK HR HU IE IL IN IS IT JP KR LI LT LU LV MC MT MX NL NO NZ PL PT RO RS SE SG SI SK SM TR UA US ZA "

// isBIC reports whether a code is a BIC.
func isBIC(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	for i := range len(s) {
		if !isCapital(s[i]) && (i < 6 || !isDigit(s[i])) {
			return false
		}
	}
	return strings.Contains(countries, " "+s[4:6]+" ")
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

// account is the one of an identification and a currency, made where there is none yet.
func (f *file) account(id identification, currency string) (*account, error) {
	key := accountKey{id.bank, id.number, currency}
	if a := f.accounts[key]; a != nil {
		return a, nil
	}
	if len(f.order) >= format.MaxAccounts {
		return nil, (&format.Error{Field: ":25:", Kind: format.TooLarge, Reason: "is one of more accounts than can be read"}).OfShape()
	}
	a := &account{accountKey: key, index: len(f.order), iban: id.iban}
	f.accounts[key] = a
	f.order = append(f.order, a)
	return a, nil
}

// add takes over what a message says of the account.
func (a *account) add(m *message) {
	if a.owner == "" {
		a.owner = m.owner
	}
	if m.text != "" {
		a.text = m.text
	}
	if m.closing != nil && m.final && (a.current == nil || !m.closing.day.Before(a.current.day)) {
		a.current = m.closing
	}
	if m.available != nil && (a.available == nil || !m.available.day.Before(a.available.day)) {
		a.available = m.available
	}
}

// noun is the account as the port has it.
func (a *account) noun() *format.Account {
	out := &format.Account{
		Key:   a.String(),
		Names: format.Names{Scheme: "bank", Bank: a.bank, Number: a.number, Currency: a.currency},
		Bank:  format.Bank{ID: a.bank},
	}
	out.Kind, out.Currency, out.Name = fairlead.AccountDepository, a.currency, "Account"
	if n := len(a.number); n >= 4 {
		out.Mask = a.number[n-4:]
		out.Name += " " + out.Mask
	}
	if a.iban {
		out.Numbers.IBAN = a.number
	} else {
		out.Numbers.Number = a.number
	}
	if _, number := digits(a.bank); number && len(a.bank) == 8 {
		out.Numbers.Routing = a.bank // the German bank code
	} else if isBIC(a.bank) {
		out.Numbers.BIC = a.bank
	}
	put(&out.Extra, "86", a.text)
	if a.owner != "" {
		out.Holders = []fairlead.Holder{{Name: a.owner, Role: "owner"}}
	}
	if b := a.current; b != nil {
		out.Balances.Current, out.Balances.AsOf = &b.Money, b.day.Time()
	}
	if b := a.available; b != nil && (a.current == nil || !b.day.Before(a.current.day)) {
		out.Balances.Available = &b.Money
		if a.current == nil {
			out.Balances.AsOf = b.day.Time()
		}
	}
	return out
}
