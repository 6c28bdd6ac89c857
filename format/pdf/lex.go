package pdf

import (
	"bytes"
	"strconv"
)

// The values of a file (ISO 32000-1, 7.3): nil, bool, float64, name, text, array,
// dict and ref; keyword is an operator.
type (
	name    string
	text    string
	array   []any
	dict    map[name]any
	ref     int // number of an object
	keyword string
)

// Limits on values.
const (
	maxDepth = 40
	maxInts  = 1 << 30
)

// lexer reads values from bytes.
type lexer struct {
	b  []byte
	at int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *lexer) skip() {
	for l.at < len(l.b) {
		switch c := l.b[l.at]; {
		case isSpace(c):
			l.at++
		case c == '%':
			n := bytes.IndexAny(l.b[l.at:], "\r\n")
			if n < 0 {
				l.at = len(l.b)
				return
			}
			l.at += n
		default:
			return
		}
	}
}

// end of what a value or a list is closed by.
type closing byte

// next is the next value; false at the end. References are values where refs are wanted.
func (l *lexer) next(depth int, refs bool) (any, bool) {
	l.skip()
	if l.at >= len(l.b) {
		return nil, false
	}
	c := l.b[l.at]
	switch {
	case c == '/':
		l.at++
		return l.name(), true
	case c == '(':
		l.at++
		return l.literal(), true
	case c == '<' && l.at+1 < len(l.b) && l.b[l.at+1] == '<':
		l.at += 2
		return l.dict(depth, refs), true
	case c == '<':
		l.at++
		return l.hex(), true
	case c == '[':
		l.at++
		return l.array(depth, refs), true
	case c == '>' && l.at+1 < len(l.b) && l.b[l.at+1] == '>':
		l.at += 2
		return closing('>'), true
	case c == ']' || c == '>' || c == ')' || c == '{' || c == '}':
		l.at++
		return closing(c), true
	}
	return l.word(refs), true
}

// word is a number, a reference or an operator.
func (l *lexer) word(refs bool) any {
	from := l.at
	for l.at < len(l.b) && !isSpace(l.b[l.at]) && !isDelimiter(l.b[l.at]) {
		l.at++
	}
	w := l.b[from:l.at]
	if c := w[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if refs {
			if r, ok := l.reference(w); ok {
				return r
			}
		}
		f, ok := number(w)
		if ok {
			return f
		}
	}
	switch string(w) {
	case "true":
		return true
	case "false":
		return false
	case "null":
		return nil
	}
	return keyword(w)
}

// reference reads on where a whole number may begin "12 0 R".
func (l *lexer) reference(w []byte) (ref, bool) {
	n, ok := whole(w)
	if !ok {
		return 0, false
	}
	at := l.at
	for at < len(l.b) && isSpace(l.b[at]) {
		at++
	}
	from := at
	for at < len(l.b) && l.b[at] >= '0' && l.b[at] <= '9' {
		at++
	}
	if from == at || at-from > 5 {
		return 0, false
	}
	from = at
	for at < len(l.b) && isSpace(l.b[at]) {
		at++
	}
	if from == at || at >= len(l.b) || l.b[at] != 'R' || at+1 < len(l.b) && !isSpace(l.b[at+1]) && !isDelimiter(l.b[at+1]) {
		return 0, false
	}
	l.at = at + 1
	return ref(n), true
}

func whole(w []byte) (int, bool) {
	if len(w) == 0 || len(w) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range w {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func number(w []byte) (float64, bool) {
	if n, ok := whole(w); ok {
		return float64(n), true
	}
	if len(w) > 40 {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(w), 64)
	if err != nil || f > maxInts || f < -maxInts || f != f {
		return 0, false
	}
	return f, true
}

func (l *lexer) name() name {
	from := l.at
	for l.at < len(l.b) && !isSpace(l.b[l.at]) && !isDelimiter(l.b[l.at]) {
		l.at++
	}
	w := l.b[from:l.at]
	if bytes.IndexByte(w, '#') < 0 {
		return name(w)
	}
	out := make([]byte, 0, len(w))
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) && unhex(w[i+1]) >= 0 && unhex(w[i+2]) >= 0 {
			out = append(out, byte(unhex(w[i+1])<<4|unhex(w[i+2])))
			i += 2
			continue
		}
		out = append(out, w[i])
	}
	return name(out)
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (l *lexer) hex() text {
	var out []byte
	high := -1
	for l.at < len(l.b) {
		c := l.b[l.at]
		l.at++
		if c == '>' {
			break
		}
		n := unhex(c)
		switch {
		case n < 0:
		case high < 0:
			high = n
		default:
			out = append(out, byte(high<<4|n))
			high = -1
		}
	}
	if high >= 0 {
		out = append(out, byte(high<<4))
	}
	return text(out)
}

func (l *lexer) literal() text {
	var out []byte
	depth := 1
	for l.at < len(l.b) {
		c := l.b[l.at]
		l.at++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return text(out)
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, c)
	}
	return text(out)
}

func (l *lexer) escape(out []byte) []byte {
	if l.at >= len(l.b) {
		return out
	}
	c := l.b[l.at]
	l.at++
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b':
		return append(out, '\b')
	case 'f':
		return append(out, '\f')
	case '\r':
		if l.at < len(l.b) && l.b[l.at] == '\n' {
			l.at++
		}
		return out
	case '\n':
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	n := int(c - '0')
	for i := 0; i < 2 && l.at < len(l.b) && l.b[l.at] >= '0' && l.b[l.at] <= '7'; i++ {
		n = n*8 + int(l.b[l.at]-'0')
		l.at++
	}
	return append(out, byte(n))
}

// array reads to its end. What is nested too deep is left out, not read on.
func (l *lexer) array(depth int, refs bool) any {
	a := array{}
	if depth > maxDepth {
		l.at = len(l.b)
		return a
	}
	for {
		v, ok := l.next(depth+1, refs)
		if !ok {
			return a
		}
		switch c := v.(type) {
		case closing:
			if c == ']' || c == '>' {
				return a
			}
			continue
		case keyword:
			if c == "endobj" || c == "stream" {
				return a
			}
		}
		a = append(a, v)
	}
}

func (l *lexer) dict(depth int, refs bool) any {
	d := dict{}
	if depth > maxDepth {
		l.at = len(l.b)
		return d
	}
	for {
		k, ok := l.next(depth+1, refs)
		if !ok {
			return d
		}
		switch c := k.(type) {
		case closing:
			if c == '>' {
				return d
			}
		case keyword:
			if c == "endobj" || c == "stream" {
				return d
			}
		case name:
			v, ok := l.next(depth+1, refs)
			if !ok {
				return d
			}
			if c2, closed := v.(closing); closed {
				if c2 == '>' {
					return d
				}
				continue
			}
			d[c] = v
		}
	}
}
