package table

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// readAbove reads what stands above the header: the account's number and the period.
func (r *resolver) readAbove() {
	if r.layout != nil {
		r.number = r.label("account")
		if r.layout.Kind == string(fairlead.AccountCard) { // "Visa 4930 •••• •••• 1234"
			r.number = strings.ReplaceAll(r.number[max(0, strings.IndexAny(r.number, "0123456789")):], "•", "*")
		}
		r.branch = r.label("branch")
		r.balanceAbove()
	}
	if r.number == "" {
		r.number = onlyIBAN(r.above)
	}
	r.period = r.periodAbove()
}

// label finds the value of a label: in its own cell behind a colon, or in the next that is
// filled.
func (r *resolver) label(name string) string {
	for _, label := range r.layout.Above[name] {
		want := fold(label)
		for _, cells := range r.above {
			for i, c := range cells {
				if v, ok := labelled(plain(c), want, cells[i+1:]); ok {
					return v
				}
			}
		}
	}
	return ""
}

// balanceAbove reads a balance above the header, where its label says of which day it is.
func (r *resolver) balanceAbove() {
	for _, label := range r.layout.Above["balance"] {
		want := fold(label)
		for _, cells := range r.above {
			for i, c := range cells {
				if !strings.HasPrefix(fold(c), want) || i+1 >= len(cells) {
					continue
				}
				day := fairlead.Date{}
				for f := range strings.FieldsSeq(strings.TrimRight(c, ":")) {
					if w, ok := readDay(f); ok {
						day, _ = w.in(r.order)
					}
				}
				if d, err := readAmount(cells[i+1], r.decimal); err == nil && !day.IsZero() {
					r.balance, r.balanceDay = &d, day
					return
				}
			}
		}
	}
}

func labelled(cell, want string, next []string) (string, bool) {
	if len(cell) > 200 {
		return "", false
	}
	for part := range strings.SplitSeq(strings.ReplaceAll(cell, " / ", "|"), "|") {
		before, behind, colon := strings.Cut(part, ":")
		// "Extrato de: Ag: 1234" has two.
		for colon && fold(before) != want {
			before, behind, colon = strings.Cut(behind, ":")
		}
		if colon && strings.TrimSpace(behind) != "" {
			return accountNumber(behind), true
		}
	}
	if fold(cell) == want || strings.HasPrefix(fold(cell), want+" ") && strings.HasSuffix(cell, ":") {
		for _, n := range next {
			if strings.ContainsAny(n, "0123456789") {
				return accountNumber(plain(n)), true
			}
		}
	}
	return "", false
}

// accountNumber writes a number as it is compared: an IBAN, card or account without
// blanks and without the account's kind behind a slash.
func accountNumber(s string) string {
	s, _, _ = strings.Cut(s, " / ")
	s = strings.ToUpper(strings.Join(strings.Fields(s), ""))
	return strings.Trim(s, "'\"")
}

// onlyIBAN is the one IBAN that stands above a header.
func onlyIBAN(above [][]string) string {
	found := ""
	for _, cells := range above {
		for _, c := range cells {
			for part := range strings.SplitSeq(c, ":") {
				n := accountNumber(part)
				if !isIBAN(n) {
					continue
				}
				if found != "" && found != n {
					return ""
				}
				found = n
			}
		}
	}
	return found
}

// isIBAN checks the shape and the check digits of ISO 13616.
func isIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' {
		return false
	}
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// periodAbove is the span between the two days of the one row above the header that has
// exactly two.
func (r *resolver) periodAbove() (period fairlead.Interval) {
	for _, cells := range r.above {
		var days []fairlead.Date
		for _, c := range cells {
			for f := range strings.FieldsFuncSeq(plain(c), func(c rune) bool { return c == ' ' || c == ':' || c == '(' || c == ')' }) {
				if w, ok := readDay(f); ok && strings.ContainsAny(f, "/.-") && len(f) >= 8 {
					if d, ok := w.in(r.order); ok {
						days = append(days, d)
					}
				}
			}
		}
		if len(days) != 2 || days[1].Before(days[0]) {
			continue
		}
		if !period.From.IsZero() && (period.From != days[0] || period.To != days[1]) {
			return fairlead.Interval{}
		}
		period = fairlead.Interval{From: days[0], To: days[1]}
	}
	return period
}
