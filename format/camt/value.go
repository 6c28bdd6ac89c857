package camt

import (
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// money is a number of the schema (digits and a point, no sign) in its currency.
func money(text, ccy string) (fairlead.Money, bool) {
	text = strings.TrimPrefix(text, "+")
	if text == "" || text[0] == '-' || !fairlead.ValidCurrency(ccy) {
		return fairlead.Money{}, false
	}
	d, err := fairlead.ParseDecimal(text)
	if err != nil {
		return fairlead.Money{}, false
	}
	return fairlead.Money{Amount: d, Currency: ccy}, true
}

// money is the amount at a path, without a direction.
func (t *tree) money(from int, path string) (fairlead.Money, bool) {
	i := t.at(from, path)
	if i == 0 {
		return fairlead.Money{}, false
	}
	return money(t.nodes[i].text, t.nodes[i].ccy)
}

// signed gives money the direction that CdtDbtInd says.
func signed(m fairlead.Money, direction string) (fairlead.Money, bool) {
	switch direction {
	case "CRDT":
		return m, true
	case "DBIT":
		return m.Neg(), true
	}
	return m, false
}

// day is the civil day of a date or time as it is written, whatever the zone.
func day(text string) fairlead.Date {
	if len(text) < 10 {
		return fairlead.Date{}
	}
	if len(text) > 10 && text[10] != 'T' && text[10] != 'Z' && text[10] != '+' && text[10] != '-' && text[10] != ' ' {
		return fairlead.Date{}
	}
	d, err := fairlead.ParseDate(text[:10])
	if err != nil {
		return fairlead.Date{}
	}
	return d
}

// day is the day of an element with Dt or DtTm, or with a text of its own.
func (t *tree) day(from int, path string) fairlead.Date {
	i := t.at(from, path)
	if i == 0 {
		return fairlead.Date{}
	}
	return day(t.get(i, "Dt", "DtTm", ""))
}

// instant is a time with a zone.
func instant(text string) (time.Time, bool) {
	v, err := time.Parse(time.RFC3339, text)
	return v.UTC(), err == nil
}

// generic reports whether a reference is one of those that say there is none.
func generic(ref string) bool {
	switch strings.ToUpper(ref) {
	case "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NONE", "N/A", "NA", "UNKNOWN":
		return true
	}
	return strings.Trim(ref, "0-. ") == ""
}

// counter reports whether a reference is a small number with nothing but a prefix, which
// begins anew in the next file: "17", "0001", "TRN-3".
func counter(ref string) bool {
	prefix := strings.TrimRight(ref, "0123456789")
	number := strings.TrimLeft(ref[len(prefix):], "0")
	return len(number) <= 6 && !strings.ContainsAny(prefix, "0123456789")
}

// compact takes blanks out of a number of an account and writes it in capitals.
func compact(number string) string {
	if strings.ContainsAny(number, " \t\r\n") {
		number = strings.Join(strings.Fields(number), "")
	}
	return strings.ToUpper(number)
}
