package ofx

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is what the scanner met.
type tokenKind int

const (
	tokenEnd   tokenKind = iota // of the file
	tokenOpen                   // <NAME>
	tokenClose                  // </NAME>
	tokenEmpty                  // <NAME/>
	tokenText
)

type token struct {
	kind      tokenKind
	name      string // upper case, without a name space
	raw       []byte // of a text
	verbatim  bool   // the text came from CDATA: & stands for itself
	line, col int
}

// scanner cuts a file into tokens. It goes over each byte a constant number of times.
type scanner struct {
	src     []byte
	pos     int
	newline byte // '\r' in files that know no '\n'
	line    int  // of counted
	start   int  // offset of the line's first byte
	counted int
	names   map[string]string
}

func newScanner(src []byte, pos int) *scanner {
	s := &scanner{src: src, pos: pos, newline: '\n', line: 1, names: make(map[string]string, 128)}
	if bytes.IndexByte(src, '\n') < 0 {
		s.newline = '\r'
	}
	return s
}

// position counts lines up to an offset. Offsets only grow.
func (s *scanner) position(offset int) (line, col int) {
	for {
		i := bytes.IndexByte(s.src[s.counted:offset], s.newline)
		if i < 0 {
			break
		}
		s.counted += i + 1
		s.line, s.start = s.line+1, s.counted
	}
	s.counted = offset
	return s.line, offset - s.start + 1
}

func (s *scanner) next() (token, *Error) {
	for s.pos < len(s.src) {
		at := s.pos
		line, col := s.position(at)
		if s.src[at] != '<' || !s.markup(at) {
			s.pos = s.textEnd(at + 1)
			return token{kind: tokenText, raw: s.src[at:s.pos], line: line, col: col}, nil
		}
		rest := s.src[at:]
		switch {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			end := bytes.Index(rest, []byte("]]>"))
			if end < 0 {
				return token{}, &Error{Line: line, Column: col, Kind: Truncated, Reason: "a CDATA section has no end"}
			}
			s.pos = at + end + 3
			return token{kind: tokenText, raw: rest[9:end], verbatim: true, line: line, col: col}, nil
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return token{}, &Error{Line: line, Column: col, Kind: Truncated, Reason: "a comment has no end"}
			}
			s.pos = at + end + 3
		case rest[1] == '?' || rest[1] == '!':
			end := bytes.IndexByte(rest, '>')
			if end < 0 {
				return token{}, &Error{Line: line, Column: col, Kind: Truncated, Reason: "a declaration has no end"}
			}
			s.pos = at + end + 1
		default:
			t := s.tag(at)
			t.line, t.col = line, col
			return t, nil
		}
	}
	line, col := s.position(len(s.src))
	return token{kind: tokenEnd, line: line, col: col}, nil
}

// textEnd finds the next '<' that begins markup; others stand for themselves,
// because banks don't escape them.
func (s *scanner) textEnd(from int) int {
	for {
		i := bytes.IndexByte(s.src[from:], '<')
		if i < 0 {
			return len(s.src)
		}
		if from += i; s.markup(from) {
			return from
		}
		from++
	}
}

// maxTag bounds what stands between '<' and '>', attributes included.
const maxTag = 512

// markup reports whether the '<' at an offset begins a tag, a comment or a declaration.
func (s *scanner) markup(at int) bool {
	rest := s.src[at:min(len(s.src), at+maxTag)]
	if len(rest) < 3 {
		return false
	}
	if rest[1] == '?' || bytes.HasPrefix(rest, []byte("<!--")) || bytes.HasPrefix(rest, []byte("<![CDATA[")) || bytes.HasPrefix(rest, []byte("<!DOCTYPE")) {
		return true
	}
	i := 1
	if rest[1] == '/' {
		i = 2
	}
	first := i
	for i < len(rest) && nameByte(rest[i]) {
		i++
	}
	if i == first || i == len(rest) || !letter(rest[first]) {
		return false
	}
	end := bytes.IndexByte(rest[i:], '>')
	if end < 0 {
		return false
	}
	between := rest[i : i+end]
	return len(between) == 0 || bytes.IndexByte(between, '<') < 0 && strings.IndexByte(" /\t\r\n", between[0]) >= 0
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func nameByte(c byte) bool {
	return letter(c) || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-' || c == ':'
}

// tag reads the tag at an offset where markup said that there is one.
func (s *scanner) tag(at int) token {
	end := at + bytes.IndexByte(s.src[at:], '>')
	inner := s.src[at+1 : end]
	s.pos = end + 1
	t := token{kind: tokenOpen}
	switch {
	case inner[0] == '/':
		t.kind, inner = tokenClose, inner[1:]
	case inner[len(inner)-1] == '/':
		t.kind = tokenEmpty
	}
	i := 0
	for i < len(inner) && nameByte(inner[i]) {
		i++
	}
	t.name = s.name(inner[:i])
	return t
}

// name makes each element name once.
func (s *scanner) name(raw []byte) string {
	if n, ok := s.names[string(raw)]; ok {
		return n
	}
	n := strings.ToUpper(string(raw))
	if colon := strings.LastIndexByte(n, ':'); colon >= 0 {
		n = n[colon+1:]
	}
	if len(s.names) < 4096 {
		s.names[string(raw)] = n
	}
	return n
}

// clean makes text of raw bytes: decoded, entities resolved, blanks at the ends
// cut, line ends and control characters inside turned into one blank.
func clean(raw []byte, isUTF8, verbatim bool) string {
	raw = bytes.TrimSpace(raw)
	simple := true
	for _, c := range raw {
		if c < ' ' || c >= 0x7f || c == '&' {
			simple = false
			break
		}
	}
	if simple {
		return string(raw)
	}
	text := decode(raw, isUTF8)
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

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " "}

// unescape resolves the entities of OFX and numeric ones; any other '&' stands for itself.
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
	if s, ok := entities[name]; ok {
		return s, true
	}
	if !strings.HasPrefix(name, "#") {
		return "", false
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
