package sealing

import "strings"

// Masked is a text that lies open though a person wrote it, such as the name of a file: where
// it may hold a number by which somebody is known, all digits but the last four of it are
// masked, and of an e-mail address what comes before its sign.
func Masked(text string) string {
	if !naming(text) {
		return text
	}
	at, digits, key := strings.LastIndexByte(text, '@'), 0, isHexKey(text)
	for n := range len(text) {
		if text[n] >= '0' && text[n] <= '9' {
			digits++
		}
	}
	var b strings.Builder
	for n, c := range text {
		isDigit := c >= '0' && c <= '9'
		if isDigit {
			digits--
		}
		switch {
		case n < at, isDigit && digits >= 4, key && c != '.' && c != '-':
			b.WriteRune('•')
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// isHexKey reports whether a text may hold a random key.
func isHexKey(text string) bool {
	hex := 0
	for n := range len(text) {
		switch c := text[n]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			if hex++; hex >= manyHex {
				return true
			}
		case c == '-':
		default:
			hex = 0
		}
	}
	return false
}
