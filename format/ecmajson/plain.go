package ecmajson

import (
	"bytes"
	"slices"
)

// plain copies valid JSON of which JSON.stringify would change nothing but white space and
// how numbers are written: most texts are so. It gives up on an escape, a key that comes
// twice or is an array index, and an object of many keys.
type plain struct {
	in, out []byte
	at      int
}

// maxPlainKeys is how many keys of an object are compared with one another.
const maxPlainKeys = 32

// value copies a value, and reports whether it could.
func (p *plain) value() bool {
	p.skipSpace()
	switch c := p.in[p.at]; c {
	case '{', '[':
		return p.members(c == '{')
	case '"':
		_, ok := p.text()
		return ok
	case 't', 'n':
		p.copy(len("true"))
	case 'f':
		p.copy(len("false"))
	default:
		p.number()
	}
	return true
}

func (p *plain) members(object bool) bool {
	end := p.in[p.at] + 2 // of { and [ in ASCII
	p.copy(1)
	var keys [][]byte
	for n := 0; ; n++ {
		if p.skipSpace(); p.in[p.at] == end {
			p.copy(1)
			return true
		}
		if n > 0 {
			p.copy(len(","))
			p.skipSpace()
		}
		if object {
			key, ok := p.text()
			if !ok || n == maxPlainKeys || arrayIndex(string(key)) >= 0 || slices.ContainsFunc(keys, func(k []byte) bool { return bytes.Equal(k, key) }) {
				return false
			}
			keys = append(keys, key)
			p.skipSpace()
			p.copy(len(":"))
		}
		if !p.value() {
			return false
		}
	}
}

// text copies a string without escapes, and returns what is between its quotes.
func (p *plain) text() ([]byte, bool) {
	inside := p.in[p.at+1:]
	n := bytes.IndexByte(inside, '"')
	if bytes.IndexByte(inside[:n], '\\') >= 0 {
		return nil, false
	}
	p.copy(n + len(`""`))
	return inside[:n], true
}

func (p *plain) number() {
	n := p.at
	for n < len(p.in) && bytes.IndexByte([]byte("+-.0123456789eE"), p.in[n]) >= 0 {
		n++
	}
	p.out = number(p.out, string(p.in[p.at:n]))
	p.at = n
}

func (p *plain) copy(n int) {
	p.out = append(p.out, p.in[p.at:p.at+n]...)
	p.at += n
}

func (p *plain) skipSpace() {
	for p.at < len(p.in) && bytes.IndexByte([]byte(" \t\r\n"), p.in[p.at]) >= 0 {
		p.at++
	}
}
