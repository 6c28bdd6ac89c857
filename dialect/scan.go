package dialect

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// maxDepth is how deep a body may be nested.
const maxDepth = 200

// Malformed is a body that is no JSON. It says where, and repeats nothing of it.
type Malformed struct {
	Offset, Line, Column int // of the byte; a line and a column count from 1
	Reason               string
}

func (m *Malformed) Error() string {
	return fmt.Sprintf("line %d, column %d (byte %d): %s", m.Line, m.Column, m.Offset, m.Reason)
}

// Scan goes once over a body: *Malformed where it is no JSON, or is nested too deep;
// Invalid, with the Field's dotted path, where a key is given twice or a text has what is
// no character (bytes that are not UTF-8, half of a surrogate pair) or a NUL, which no
// database stores.
func Scan(data []byte) error {
	return (&scanner{data: data, keys: keys{text: true}}).all(nil)
}

// keys is how the keys of a body are held to its fields.
type keys struct {
	exact  bool // as the field is written
	known  bool // those of a field alone
	folded bool // two that differ in case alone are one
	text   bool // no NUL in a text
}

// scanner goes over JSON beside the type that it is decoded into, without a copy of it.
type scanner struct {
	data []byte
	at   int
	keys keys
	path []string
}

// all scans one value and nothing behind it.
func (s *scanner) all(t reflect.Type) error {
	if s.space(); s.at == len(s.data) {
		return s.malformed("there is nothing")
	}
	if err := s.value(t, 0); err != nil {
		return err
	}
	if s.space(); s.at < len(s.data) {
		return s.malformed("there is text behind the end of the value")
	}
	return nil
}

func (s *scanner) malformed(reason string) error {
	before := s.data[:min(s.at, len(s.data))]
	line := bytes.LastIndexByte(before, '\n')
	return &Malformed{len(before), bytes.Count(before, []byte("\n")) + 1, len(before) - line, reason}
}

// field is a refusal of the field that is being scanned.
func (s *scanner) field(code, reason string) error {
	name := strings.Join(s.path, ".")
	if name == "" {
		name = "body"
	}
	return fairlead.InvalidField(name, code, reason)
}

func (s *scanner) space() {
	for s.at < len(s.data) {
		switch s.data[s.at] {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return
		}
	}
}

// next is the byte that comes after space; 0: there is none.
func (s *scanner) next() byte {
	if s.space(); s.at < len(s.data) {
		return s.data[s.at]
	}
	return 0
}

func (s *scanner) value(t reflect.Type, depth int) error {
	if depth > maxDepth {
		return s.malformed(fmt.Sprintf("it is nested deeper than %d levels", maxDepth))
	}
	switch c := s.next(); {
	case c == '{':
		return s.object(t, depth)
	case c == '[':
		return s.list(t, depth)
	case c == '"':
		_, err := s.skipText()
		return err
	case c == '-' || '0' <= c && c <= '9':
		return s.number()
	}
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(s.data[s.at:], []byte(word)) {
			s.at += len(word)
			return nil
		}
	}
	return s.malformed("a value is expected")
}

func (s *scanner) list(t reflect.Type, depth int) error {
	s.at++
	if s.next() == ']' {
		s.at++
		return nil
	}
	for under := elementOf(t); ; {
		if err := s.value(under, depth+1); err != nil {
			return err
		}
		switch s.next() {
		case ',':
			s.at++
		case ']':
			s.at++
			return nil
		default:
			return s.malformed("a comma or ] is expected")
		}
	}
}

func (s *scanner) object(t reflect.Type, depth int) error {
	s.at++
	if s.next() == '}' {
		s.at++
		return nil
	}
	fields := fieldsOf(t)
	var seen given
	for {
		if s.next() != '"' {
			return s.malformed(`a key in " is expected`)
		}
		begin := s.at
		escaped, err := s.skipText()
		if err != nil {
			return err
		}
		key, err := s.plain(begin, escaped)
		if err != nil {
			return err
		}
		if s.next() != ':' {
			return s.malformed("a colon is expected")
		}
		s.at++
		s.path = append(s.path, key)
		under, err := s.key(key, fields, t, &seen)
		if err != nil {
			return err
		}
		if err := s.value(under, depth+1); err != nil {
			return err
		}
		s.path = s.path[:len(s.path)-1]
		switch s.next() {
		case ',':
			s.at++
		case '}':
			s.at++
			return nil
		default:
			return s.malformed("a comma or } is expected")
		}
	}
}

// key holds a key to the fields that there are, and says of which type its value is.
func (s *scanner) key(key string, fields map[string]reflect.Type, t reflect.Type, seen *given) (reflect.Type, error) {
	same := key
	if s.keys.folded {
		same = strings.ToLower(key)
	}
	if seen.again(same) {
		return nil, s.field("exclusive", "must not be given twice")
	}
	under, exact := fields[key]
	if exact {
		return under, nil
	}
	if s.keys.exact {
		for known := range fields {
			if strings.EqualFold(known, key) {
				return nil, s.field("unknown", "must be written "+known)
			}
		}
	}
	if s.keys.known && fields != nil {
		return nil, s.field("unknown", "must be one of "+strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
	}
	return elementOf(t), nil
}

// given are the keys of one object: a few of them are compared, many are looked up.
type given struct {
	few  [16]string
	n    int
	many map[string]bool
}

// again notes a key and reports whether it was there before.
func (g *given) again(key string) bool {
	if g.many == nil {
		if slices.Contains(g.few[:g.n], key) {
			return true
		}
		if g.n < len(g.few) {
			g.few[g.n] = key
			g.n++
			return false
		}
		g.many = map[string]bool{}
		for _, k := range g.few {
			g.many[k] = true
		}
	}
	before := g.many[key]
	g.many[key] = true
	return before
}

// skipText scans a string and reports whether it has escapes.
func (s *scanner) skipText() (escaped bool, err error) {
	for s.at++; ; {
		if s.at >= len(s.data) {
			return escaped, s.malformed("a string is not closed")
		}
		switch c := s.data[s.at]; {
		case c == '"':
			s.at++
			return escaped, nil
		case c == '\\':
			escaped = true
			if err := s.escape(); err != nil {
				return escaped, err
			}
		case c < ' ':
			return escaped, s.malformed("a control character in a string is not escaped")
		case c < utf8.RuneSelf:
			s.at++
		default:
			r, size := utf8.DecodeRune(s.data[s.at:])
			if r == utf8.RuneError && size == 1 {
				return escaped, s.field("format", "must be in UTF-8")
			}
			s.at += size
		}
	}
}

// plain is a scanned string without its quotes.
func (s *scanner) plain(begin int, escaped bool) (text string, err error) {
	if !escaped {
		return string(s.data[begin+1 : s.at-1]), nil
	}
	err = json.Unmarshal(s.data[begin:s.at], &text)
	return text, err
}

func (s *scanner) escape() error {
	if s.at+1 >= len(s.data) {
		return s.malformed("a string is not closed")
	}
	if s.data[s.at+1] != 'u' {
		if !strings.ContainsRune(`"\/bfnrt`, rune(s.data[s.at+1])) {
			return s.malformed("there is no such escape")
		}
		s.at += 2
		return nil
	}
	r := escapedRune(s.data[s.at:])
	switch {
	case r < 0:
		return s.malformed(`\u is followed by four hexadecimal digits`)
	case r == 0 && s.keys.text:
		return s.field("format", "must not have the character NUL")
	case !utf16.IsSurrogate(r):
		s.at += 6
		return nil
	case utf16.DecodeRune(r, escapedRune(s.data[s.at+6:])) == utf8.RuneError:
		return s.field("format", "must not have half of a surrogate pair, which is no character")
	}
	s.at += 12
	return nil
}

// escapedRune is the character of an escape in hexadecimal digits that data begins with; -1: none.
func escapedRune(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

func (s *scanner) number() error {
	if s.data[s.at] == '-' {
		s.at++
	}
	switch {
	case s.at < len(s.data) && s.data[s.at] == '0':
		s.at++
	case !s.digits():
		return s.malformed("a digit is expected")
	}
	if s.at < len(s.data) && s.data[s.at] == '.' {
		if s.at++; !s.digits() {
			return s.malformed("a digit is expected behind the point")
		}
	}
	if s.at < len(s.data) && (s.data[s.at] == 'e' || s.data[s.at] == 'E') {
		if s.at++; s.at < len(s.data) && (s.data[s.at] == '+' || s.data[s.at] == '-') {
			s.at++
		}
		if !s.digits() {
			return s.malformed("a digit is expected in the exponent")
		}
	}
	return nil
}

// digits reports whether there was at least one.
func (s *scanner) digits() bool {
	begin := s.at
	for s.at < len(s.data) && '0' <= s.data[s.at] && s.data[s.at] <= '9' {
		s.at++
	}
	return s.at > begin
}
