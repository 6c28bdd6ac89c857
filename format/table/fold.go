package table

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold writes a header so that headers can be compared: small letters without accents,
// one blank between words, signs of currencies as codes.
func fold(s string) string {
	if len(s) > 200 {
		s = s[:200]
	}
	var b strings.Builder
	blank := false
	for _, r := range signCodes.Replace(s) {
		switch {
		case r >= utf8.RuneSelf:
			for _, part := range norm.NFD.String(string(unlettered(r))) {
				if unicode.IsLetter(part) || unicode.IsDigit(part) {
					b.WriteRune(unicode.ToLower(part))
					blank = true
				} else if !unicode.Is(unicode.Mn, part) && blank {
					b.WriteByte(' ')
					blank = false
				}
			}
		case r >= 'A' && r <= 'Z':
			b.WriteRune(r + 'a' - 'A')
			blank = true
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
			blank = true
		case blank:
			b.WriteByte(' ')
			blank = false
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

var signCodes = strings.NewReplacer("R$", " brl ", "US$", " usd ", "€", " eur ", "£", " gbp ")

// unlettered writes letters that no accent can be taken off.
func unlettered(r rune) rune {
	switch r {
	case 'ł', 'Ł':
		return 'l'
	case 'ß':
		return 's'
	case 'ø', 'Ø':
		return 'o'
	case 'đ', 'Đ':
		return 'd'
	}
	return r
}
