package camt

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead/format"
)

// maxDepth bounds nesting. The deepest path of any version has about twenty levels.
const maxDepth = 64

// eventKind is what the scanner met.
type eventKind int

const (
	eventEnd eventKind = iota // of the file
	eventOpen
	eventClose
)

// event is a tag. Names are local: prefixes are cut off and name spaces ignored.
type event struct {
	kind eventKind
	name string
	ccy  string // attribute Ccy of an opening tag
	text string // of a closing tag: what stood since the last tag before it, trimmed
	line int
}

// scanner cuts XML into tags. It goes over each byte a constant number of times, and
// what it gives is sliced from the source wherever nothing has to be decoded.
type scanner struct {
	src     string
	pos     int
	line    int // of counted
	counted int
	open    []string // names of the elements that are open
	empty   bool     // the last opening tag was <a/>: its closing tag comes next
	text    string   // since the last tag
	joined  []byte   // the same, where it has several pieces
	pieces  int
}

func newScanner(src string) *scanner { return &scanner{src: src, line: 1} }

func (s *scanner) lineAt(pos int) int {
	s.line += strings.Count(s.src[s.counted:pos], "\n")
	s.counted = pos
	return s.line
}

func (s *scanner) fail(kind format.Kind, field, reason string) *format.Error {
	return &format.Error{Line: s.lineAt(max(s.counted, min(s.pos, len(s.src)))), Field: field, Kind: kind, Reason: reason}
}

// next gives the next opening or closing tag.
func (s *scanner) next() (event, error) {
	if s.empty {
		s.empty = false
		return s.close(s.open[len(s.open)-1])
	}
	for {
		i := strings.IndexByte(s.src[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.src)
			if len(s.open) > 0 {
				return event{}, s.fail(format.Truncated, "", "ends inside an element")
			}
			return event{kind: eventEnd}, nil
		}
		s.addText(s.src[s.pos:s.pos+i], true)
		s.pos += i
		rest := s.src[s.pos:]
		switch {
		case strings.HasPrefix(rest, "</"):
			return s.closing(rest)
		case strings.HasPrefix(rest, "<!--"):
			if err := s.skip("-->", 4); err != nil {
				return event{}, err
			}
		case strings.HasPrefix(rest, "<![CDATA["):
			start := s.pos + 9
			if err := s.skip("]]>", 9); err != nil {
				return event{}, err
			}
			s.addText(s.src[start:s.pos-3], false)
		case strings.HasPrefix(rest, "<?"):
			if err := s.skip("?>", 2); err != nil {
				return event{}, err
			}
		case strings.HasPrefix(rest, "<!"):
			return event{}, s.fail(format.BadValue, "", "must not declare a document type or entities")
		default:
			return s.opening()
		}
	}
}

// skip goes on behind the end mark.
func (s *scanner) skip(end string, from int) error {
	i := strings.Index(s.src[s.pos+from:], end)
	if i < 0 {
		return s.fail(format.Truncated, "", "ends inside a comment or the like")
	}
	s.pos += from + i + len(end)
	return nil
}

func (s *scanner) addText(t string, escaped bool) {
	if t == "" || len(s.open) == 0 {
		return
	}
	if escaped && strings.IndexByte(t, '&') >= 0 {
		t = unescape(t)
	}
	s.pieces++
	if s.pieces == 1 {
		s.text = t
		return
	}
	if s.pieces == 2 {
		s.joined = append(s.joined[:0], s.text...)
	}
	s.joined = append(s.joined, t...)
}

func (s *scanner) takeText() string {
	t := s.text
	if s.pieces > 1 {
		t = string(s.joined)
	}
	s.text, s.pieces = "", 0
	return strings.TrimSpace(t)
}

func (s *scanner) closing(rest string) (event, error) {
	i := strings.IndexByte(rest, '>')
	if i < 0 {
		return event{}, s.fail(format.Truncated, "", "ends inside a tag")
	}
	name := local(strings.TrimSpace(rest[2:i]))
	if len(s.open) == 0 || s.open[len(s.open)-1] != name {
		return event{}, s.fail(format.BadValue, "", "closes an element that is not the one that was opened last")
	}
	s.pos += i + 1
	return s.close(name)
}

func (s *scanner) close(name string) (event, error) {
	s.open = s.open[:len(s.open)-1]
	e := event{kind: eventClose, name: name, text: s.takeText()}
	if len(e.text) > format.MaxText {
		return event{}, s.fail(format.TooLarge, "", "has a value over 16 KiB").OfShape()
	}
	return e, nil
}

func (s *scanner) opening() (event, error) {
	s.text, s.pieces = "", 0
	e := event{kind: eventOpen, line: s.lineAt(s.pos)}
	p := s.pos + 1
	start := p
	for p < len(s.src) && !isBlank(s.src[p]) && s.src[p] != '>' && s.src[p] != '/' {
		p++
	}
	e.name = local(s.src[start:p])
	if e.name == "" {
		return event{}, s.fail(format.BadValue, "", "has a tag without a name")
	}
	for {
		for p < len(s.src) && (isBlank(s.src[p]) || s.src[p] == '/') {
			p++
		}
		if p >= len(s.src) {
			return event{}, s.fail(format.Truncated, "", "ends inside a tag")
		}
		if s.src[p] == '>' {
			break
		}
		name, value, end := attribute(s.src, p)
		if end < 0 {
			return event{}, s.fail(format.BadValue, "", "has a tag with something that is no attribute")
		}
		if name == "Ccy" {
			e.ccy = value
		}
		p = end
	}
	s.empty = s.src[p-1] == '/'
	s.pos = p + 1
	if len(s.open) >= maxDepth {
		return event{}, s.fail(format.TooLarge, "", "nests elements too deeply").OfShape()
	}
	s.open = append(s.open, e.name)
	return e, nil
}

// attribute reads name="value"; end is negative where there is none.
func attribute(src string, p int) (name, value string, end int) {
	start := p
	for p < len(src) && src[p] != '=' && src[p] != '>' && src[p] != '<' && !isBlank(src[p]) {
		p++
	}
	name = local(src[start:p])
	for p < len(src) && (isBlank(src[p]) || src[p] == '=') {
		p++
	}
	if p >= len(src) || src[p] != '"' && src[p] != '\'' {
		return "", "", -1
	}
	i := strings.IndexByte(src[p+1:], src[p])
	if i < 0 {
		return "", "", -1
	}
	return name, src[p+1 : p+1+i], p + i + 2
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func local(name string) string { return name[strings.LastIndexByte(name, ':')+1:] }

// unescape puts the five entities of XML and numbered characters in. What is none of
// them stands for itself: nothing is ever looked up.
func unescape(t string) string {
	var b strings.Builder
	b.Grow(len(t))
	for {
		i := strings.IndexByte(t, '&')
		if i < 0 {
			b.WriteString(t)
			return b.String()
		}
		b.WriteString(t[:i])
		t = t[i:]
		end := strings.IndexByte(t[:min(len(t), 12)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = entity(t[1:end])
		}
		if !ok {
			b.WriteByte('&')
			t = t[1:]
			continue
		}
		b.WriteRune(r)
		t = t[end+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	if !ok {
		return 0, false
	}
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0, false
	}
	if n < ' ' && n != '\t' && n != '\n' && n != '\r' || !utf8.ValidRune(rune(n)) {
		return utf8.RuneError, true
	}
	return rune(n), true
}
