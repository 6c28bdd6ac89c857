package ofx

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf8"
)

// clean makes text of what stands between tags: entities resolved, blanks at the ends
// cut, line ends and control characters inside turned into one blank. It returns a
// slice of raw where that will do.
func clean(raw string, verbatim bool) string {
	raw = trim(raw)
	for i := range len(raw) {
		if c := raw[i]; c < ' ' || c >= 0x7f || c == '&' {
			return cleanRest(raw, verbatim)
		}
	}
	return raw
}

func trim(s string) string {
	for s != "" && (s[0] <= ' ') {
		s = s[1:]
	}
	for s != "" && s[len(s)-1] <= ' ' {
		s = s[:len(s)-1]
	}
	return s
}

func cleanRest(text string, verbatim bool) string {
	if !verbatim && strings.IndexByte(text, '&') >= 0 {
		text = unescape(text)
	}
	return strings.TrimSpace(oneLine(text))
}

func oneLine(text string) string {
	if strings.IndexFunc(text, control) < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	gap, last := false, ' '
	for _, r := range text {
		switch {
		case control(r):
			gap = true
			continue
		case gap && r == ' ':
			continue
		case gap && last != ' ':
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		gap, last = false, r
	}
	return b.String()
}

func control(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }

// unescape resolves the entities of OFX, those of HTML and numeric ones; any other '&' stands for itself.
func unescape(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := strings.IndexByte(text, '&')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		text = text[i:]
		end := strings.IndexByte(text[:min(len(text), 12)], ';')
		if end > 0 {
			if s, ok := entity(text[1:end]); ok {
				b.WriteString(s)
				text = text[end+1:]
				continue
			}
		}
		b.WriteByte('&')
		text = text[1:]
	}
}

func entity(name string) (string, bool) {
	switch name {
	case "amp":
		return "&", true
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "nbsp":
		return " ", true
	}
	if !strings.HasPrefix(name, "#") {
		whole := "&" + name + ";"
		text := html.UnescapeString(whole)
		return text, text != whole && !strings.HasSuffix(text, ";")
	}
	digits, base := name[1:], 10
	if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}
