package qif

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// action is what N of a movement means.
type action struct {
	kind     string
	money    int // 1: T is money in, -1: out, 0: what shares are worth, and no money moves
	quantity int // 1: shares in, -1: out
}

// actions are the words of N, in small letters and without the X of those that take the
// money from another account, or give it there.
var actions = map[string]action{
	"buy":      {"buy", -1, 1},
	"cvrshrt":  {"buy", -1, 1},
	"sell":     {"sell", 1, -1},
	"shtsell":  {"sell", 1, -1},
	"div":      {"dividend", 1, 0},
	"cglong":   {"dividend", 1, 0},
	"cgmid":    {"dividend", 1, 0},
	"cgshort":  {"dividend", 1, 0},
	"intinc":   {"interest", 1, 0},
	"margint":  {"interest", -1, 0},
	"miscinc":  {"other", 1, 0},
	"miscexp":  {"other", -1, 0},
	"rtrncap":  {"other", 1, 0},
	"shrsin":   {"transfer", 0, 1},
	"shrsout":  {"transfer", 0, -1},
	"stksplit": {"split", 0, 0},
	"xin":      {"transfer", 1, 0},
	"xout":     {"transfer", -1, 0},
	"contrib":  {"contribution", 1, 0},
	"withdrw":  {"withdrawal", -1, 0},
	"cash":     {"other", 1, 0},
	// What is reinvested is income that buys: the row is the buy, as REINVEST of OFX is.
	"reinvdiv":  {"buy", -1, 1},
	"reinvint":  {"buy", -1, 1},
	"reinvlg":   {"buy", -1, 1},
	"reinvmd":   {"buy", -1, 1},
	"reinvsh":   {"buy", -1, 1},
	"addshares": {"transfer", 0, 1},
}

// actionOf finds an action. A row without one is of cash alone, and a reminder is none.
func actionOf(word string) (a action, found bool) {
	word = strings.ToLower(word)
	if word == "" {
		word = "cash"
	}
	if a, found = actions[word]; !found {
		a, found = actions[strings.TrimSuffix(word, "x")]
	}
	return a, found
}

// movement reads a row of an investment account.
func (r *reader) movement(e *entry) error {
	word := e.get('N')
	if strings.EqualFold(word, "reminder") {
		return nil
	}
	traded, amount, problem := r.basics(e)
	if problem != nil {
		return r.warn(problem)
	}
	a, found := actionOf(word)
	if !found {
		return r.warn(&format.Error{Line: e.at('N'), Field: "N", Kind: format.BadValue, Reason: "is no action that is known: the row is left out"})
	}
	payee := e.joined('P', " ")
	if format.BalanceRow(payee) && e.get('Y') == "" {
		return r.balance(e)
	}
	m := &fairlead.InvestmentTransaction{AccountRef: r.open.Key, Kind: a.kind, Traded: traded, Amount: r.money(fairlead.NewDecimal(0, amount.Scale()))}
	switch {
	case a.money == 0 && e.get('T')+e.get('U') != "":
		note(&m.Extra, "value", amount.String())
	case a.money != 0 && e.get('T')+e.get('U') == "":
		return r.warn(&format.Error{Line: e.line, Field: "T", Kind: format.Missing, Reason: "is missing"})
	case a.money > 0:
		m.Amount.Amount = amount
	case a.money < 0:
		m.Amount.Amount = amount.Neg()
	}
	if problem := r.numbers(m, e, a); problem != nil {
		return r.warn(problem)
	}
	m.Description = strings.TrimSpace(payee + " " + e.joined('M', " "))
	if len(m.Description) > format.MaxText {
		return (&format.Error{Line: e.line, Field: "P, M", Kind: format.TooLarge, Reason: "holds a text of more than " + strconv.Itoa(format.MaxText) + " bytes"}).OfShape()
	}
	c := e.category()
	if c.account != "" && m.Kind == "other" {
		m.Kind = "transfer"
	}
	note(&m.Extra, "action", word)
	note(&m.Extra, "category", c.name)
	called, _ := numberOf(card, c.account)
	note(&m.Extra, "transfer_account", called)
	note(&m.Extra, "cleared", cleared[strings.ToUpper(e.get('C'))])
	if err := r.security(m, e.get('Y')); err != nil {
		return err
	}
	r.identify(m)
	return r.take(format.Item{Movement: m})
}

func (r *reader) money(d fairlead.Decimal) fairlead.Money {
	return fairlead.Money{Amount: d, Currency: r.style.currency}
}

// numbers reads price, quantity and commission.
func (r *reader) numbers(m *fairlead.InvestmentTransaction, e *entry, a action) *format.Error {
	read := func(letter string) (d fairlead.Decimal, given bool, problem *format.Error) {
		text := e.get(letter[0])
		if text == "" {
			return d, false, nil
		}
		d, err := r.amount(text)
		if err != nil {
			return d, false, &format.Error{Line: e.at(letter[0]), Field: letter, Kind: format.BadValue, Reason: "must be a number"}
		}
		return d, true, nil
	}
	price, priced, problem := read("I")
	if problem != nil {
		return problem
	}
	quantity, counted, problem := read("Q")
	if problem != nil {
		return problem
	}
	fee, charged, problem := read("O")
	if problem != nil {
		return problem
	}
	if priced {
		v := r.money(price)
		m.Price = &v
	}
	if charged && !fee.IsZero() {
		v := r.money(fee)
		m.Fees = &v
	}
	switch {
	case counted && a.kind == "split":
		note(&m.Extra, "shares_for_ten", quantity.String()) // Quicken writes a split of 2 for 1 as 20
	case counted && a.quantity < 0:
		quantity = quantity.Neg()
		m.Quantity = &quantity
	case counted && a.quantity > 0:
		m.Quantity = &quantity
	}
	return nil
}

// security names a movement's security, and hands it on where it is the first that does.
func (r *reader) security(m *fairlead.InvestmentTransaction, called string) error {
	if called == "" {
		return nil
	}
	m.SecurityRef = called
	if r.named[called] {
		return nil
	}
	r.named[called] = true
	l := r.securities[called]
	s := &fairlead.Security{Ref: called, Name: called, Kind: kinds[strings.ToLower(l.kind)], Currency: r.style.currency}
	if s.Kind == "" {
		s.Kind = "other"
	}
	if isin(l.symbol) {
		s.ISIN = l.symbol
	} else {
		s.Ticker = l.symbol
	}
	return r.take(format.Item{Security: s})
}

var kinds = map[string]string{
	"stock": "equity", "mutual fund": "fund", "bond": "fixed_income", "cd": "fixed_income", "u.s. savings bond": "fixed_income", "option": "derivative", "etf": "etf",
}

// isin reports whether a symbol is an ISIN: ISO 6166, whose last digit checks the others
// (Luhn, with letters as 10 to 35).
func isin(s string) bool {
	if len(s) != 12 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' || s[11] < '0' || s[11] > '9' {
		return false
	}
	sum, double := 0, false
	for i := len(s) - 1; i >= 0; i-- {
		v := 0
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		default:
			return false
		}
		for first := true; first || v > 0; first = false {
			d := v % 10
			if double {
				d *= 2
			}
			sum += d/10 + d%10
			double, v = !double, v/10
		}
	}
	return sum%10 == 0
}

// identify gives a movement a Ref of what it says: QIF has no ids. Movements that differ
// in nothing are numbered.
func (r *reader) identify(m *fairlead.InvestmentTransaction) {
	h := sha256.New()
	for _, s := range []string{m.AccountRef, m.Kind, m.Traded.String(), m.SecurityRef, decimal(m.Quantity), m.Amount.String(), m.Description} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	key := "~" + hex.EncodeToString(h.Sum(nil)[:12])
	r.seen[key]++
	if n := r.seen[key]; n > 1 {
		key += "-" + strconv.Itoa(n)
	}
	m.Ref = key
}

func decimal(d *fairlead.Decimal) string {
	if d == nil {
		return ""
	}
	return d.String()
}
