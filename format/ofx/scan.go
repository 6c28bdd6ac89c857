package ofx

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
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

// scanner cuts a file into tokens. It goes over each byte a constant number of times.
// The fields from kind on are the token that next met.
type scanner struct {
	text string
	pos  int
	tags map[string]*tag

	kind     tokenKind
	at       int    // offset of its first byte
	tag      *tag   // of a tag
	raw      string // of a text
	verbatim bool   // the text came from CDATA: & stands for itself
}

func newScanner(text string, pos int) scanner {
	return scanner{text: text, pos: pos, tags: make(map[string]*tag, 64)}
}

// next reads one token.
func (s *scanner) next() (reason string) {
	for s.pos < len(s.text) {
		s.at, s.verbatim = s.pos, false
		if s.text[s.at] != '<' {
			s.toText(s.at)
			return ""
		}
		if s.plainTag() {
			return ""
		}
		if !s.markup(s.at) {
			s.toText(s.at + 1)
			return ""
		}
		rest := s.text[s.at:]
		switch {
		case strings.HasPrefix(rest, "<![CDATA["):
			end := strings.Index(rest, "]]>")
			if end < 0 {
				return "a CDATA section has no end"
			}
			s.pos, s.kind, s.raw, s.verbatim = s.at+end+3, tokenText, rest[9:end], true
			return ""
		case strings.HasPrefix(rest, "<!--"):
			end := strings.Index(rest, "-->")
			if end < 0 {
				return "a comment has no end"
			}
			s.pos = s.at + end + 3
		case rest[1] == '?' || rest[1] == '!':
			end := strings.IndexByte(rest, '>')
			if end < 0 {
				return "a declaration has no end"
			}
			s.pos = s.at + end + 1
		default:
			s.oddTag()
			return ""
		}
	}
	s.at, s.kind = len(s.text), tokenEnd
	return ""
}

// plainTag reads a tag that is a name in brackets, with or without the mark of an end.
func (s *scanner) plainTag() bool {
	i, kind := s.at+1, tokenOpen
	if i < len(s.text) && s.text[i] == '/' {
		i, kind = i+1, tokenClose
	}
	first := i
	for i < len(s.text) && nameBytes[s.text[i]] {
		i++
	}
	if i == first || i == len(s.text) || s.text[i] != '>' || !letter(s.text[first]) && s.text[first:i] != "2NDTINNOT" {
		return false
	}
	s.kind, s.tag, s.pos = kind, s.named(s.text[first:i]), i+1
	return true
}

// toText makes a text of all up to the next markup.
func (s *scanner) toText(from int) {
	s.pos = s.textEnd(from)
	s.kind, s.raw = tokenText, s.text[s.at:s.pos]
}

// textEnd finds the next '<' that begins markup; others stand for themselves,
// because banks don't escape them.
func (s *scanner) textEnd(from int) int {
	for {
		i := strings.IndexByte(s.text[from:], '<')
		if i < 0 {
			return len(s.text)
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
	rest := s.text[at:min(len(s.text), at+maxTag)]
	if len(rest) < 3 {
		return false
	}
	if rest[1] == '?' || rest[1] == '!' && (strings.HasPrefix(rest, "<!--") || strings.HasPrefix(rest, "<![CDATA[") || strings.HasPrefix(rest, "<!DOCTYPE")) {
		return true
	}
	i := 1
	if rest[1] == '/' {
		i = 2
	}
	first := i
	for i < len(rest) && nameBytes[rest[i]] {
		i++
	}
	if i == first || i == len(rest) || !letter(rest[first]) && rest[first:i] != "2NDTINNOT" {
		return false
	}
	end := strings.IndexByte(rest[i:], '>')
	if end < 0 {
		return false
	}
	between := rest[i : i+end]
	return between == "" || strings.IndexByte(between, '<') < 0 && strings.IndexByte(" /\t\r\n", between[0]) >= 0
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// nameBytes are what a name is made of.
var nameBytes = func() (set [256]bool) {
	for c := range set {
		set[c] = letter(byte(c)) || c >= '0' && c <= '9' || strings.IndexByte("._-:", byte(c)) >= 0
	}
	return set
}()

// oddTag reads the tag at s.at where markup said that there is one.
func (s *scanner) oddTag() {
	end := s.at + strings.IndexByte(s.text[s.at:], '>')
	inner := s.text[s.at+1 : end]
	s.pos, s.kind = end+1, tokenOpen
	switch {
	case inner[0] == '/':
		s.kind, inner = tokenClose, inner[1:]
	case inner[len(inner)-1] == '/':
		s.kind = tokenEmpty
	}
	i := 0
	for i < len(inner) && nameBytes[inner[i]] {
		i++
	}
	s.tag = s.named(inner[:i])
}

// named finds the tag of a name: what the specification knows, or one of its own.
func (s *scanner) named(raw string) *tag {
	if t, ok := known[raw]; ok {
		return t
	}
	if t, ok := s.tags[raw]; ok {
		return t
	}
	name := strings.ToUpper(raw)
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 {
		name = name[colon+1:]
	}
	t, ok := known[name]
	if !ok {
		t = &tag{name: name, extra: "ofx." + name, single: len(s.tags) >= maxNames}
	}
	if len(s.tags) < maxNames {
		s.tags[raw] = t
	}
	return t
}

// maxNames bounds how many names that nobody knows are made once.
const maxNames = 4096

// spot counts lines. Offsets mostly grow, and what goes back does so by a row.
type spot struct {
	newline byte // '\r' in files that know no '\n'
	offset  int
	line    int
	start   int // offset of the line's first byte
}

func (s *spot) of(text string, offset int) (line, column int) {
	if s.line == 0 {
		s.line, s.newline = 1, '\n'
		if strings.IndexByte(text, '\n') < 0 {
			s.newline = '\r'
		}
	}
	if offset < s.offset {
		back := strings.Count(text[offset:s.offset], string(rune(s.newline)))
		if back == 0 {
			return s.line, offset - s.start + 1
		}
		from := max(0, offset-maxHeader)
		if at := strings.LastIndexByte(text[from:offset], s.newline); at >= 0 {
			column = offset - from - at
		}
		return s.line - back, column
	}
	for {
		i := strings.IndexByte(text[s.offset:offset], s.newline)
		if i < 0 {
			break
		}
		s.offset += i + 1
		s.line, s.start = s.line+1, s.offset
	}
	s.offset = offset
	return s.line, offset - s.start + 1
}

// wrong makes an error about the element at an offset.
func (r *reader) wrong(kind format.Kind, offset int, field, reason string) *format.Error {
	line, column := r.spot.of(r.text, offset)
	return &format.Error{Line: line, Column: column, Field: field, Kind: kind, Reason: reason}
}
