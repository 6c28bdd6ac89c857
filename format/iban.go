package format

// ibanParts are where a country's IBANs have the bank, the branch and the number of
// an account; offsets count from behind the two check digits (ISO 13616 registry).
type ibanParts struct {
	length                          int // of the whole IBAN
	bank, branch, number, key, tail int // how many letters and digits each has, in this order
	check                           int // digits between branch and number (Spain)
	lead                            int // letters before the bank (Italy)
}

var ibanCountries = map[string]ibanParts{
	"AT": {length: 20, bank: 5, number: 11},
	"BE": {length: 16, bank: 3, number: 7, key: 2},
	"BR": {length: 29, bank: 8, branch: 5, number: 10, tail: 2},
	"CH": {length: 21, bank: 5, number: 12},
	"CZ": {length: 24, bank: 4, number: 16},
	"DE": {length: 22, bank: 8, number: 10},
	"DK": {length: 18, bank: 4, number: 10},
	"EE": {length: 20, bank: 2, number: 14},
	"ES": {length: 24, bank: 4, branch: 4, check: 2, number: 10},
	"FI": {length: 18, bank: 3, number: 11},
	"FR": {length: 27, bank: 5, branch: 5, number: 11, key: 2},
	"GB": {length: 22, bank: 4, branch: 6, number: 8},
	"IE": {length: 22, bank: 4, branch: 6, number: 8},
	"IT": {length: 27, lead: 1, bank: 5, branch: 5, number: 12},
	"LI": {length: 21, bank: 5, number: 12},
	"LU": {length: 20, bank: 3, number: 13},
	"MC": {length: 27, bank: 5, branch: 5, number: 11, key: 2},
	"NL": {length: 18, bank: 4, number: 10},
	"NO": {length: 15, bank: 4, number: 7},
	"PL": {length: 28, bank: 8, number: 16},
	"PT": {length: 25, bank: 4, branch: 4, number: 11, key: 2},
	"SE": {length: 24, bank: 3, number: 17},
	"SK": {length: 24, bank: 4, number: 16},
	"SM": {length: 27, lead: 1, bank: 5, branch: 5, number: 12},
}

// validIBAN reports whether capitals and digits are an IBAN: length of the country,
// check digits by ISO 7064 (97-10).
func validIBAN(s string) bool {
	if len(s) < 15 || len(s) > 34 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'A' || s[1] > 'Z' || !Digits(s[2:4]) {
		return false
	}
	if c, known := ibanCountries[s[:2]]; known && len(s) != c.length {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			rest = (rest*10 + int(r-'0')) % 97
		case r >= 'A' && r <= 'Z':
			rest = (rest*100 + int(r-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// ibanWays are how the number within an IBAN is written in its country: apart, and as
// everything behind the check digits.
func ibanWays(iban string) []way {
	body := iban[4:]
	ways := []way{{number: trimZeros(body)}}
	c, known := ibanCountries[iban[:2]]
	if !known {
		return ways
	}
	next := func(n int) string {
		s := body[:n]
		body = body[n:]
		return s
	}
	next(c.lead)
	w := way{bank: bankCode(next(c.bank)), branch: trimZeros(next(c.branch))}
	ways[0].bank = w.bank
	next(c.check)
	w.number, w.key = trimZeros(next(c.number)), next(c.key)
	if iban[:2] == "GB" || iban[:2] == "IE" { // the sort code names the bank, too
		ways = append(ways, way{bank: w.branch, number: w.number})
	}
	return append(ways, w, way{bank: w.bank, number: trimZeros(iban[4+c.lead+c.bank : len(iban)-c.tail])})
}
