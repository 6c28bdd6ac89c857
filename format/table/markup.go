package table

import (
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strconv"
	"strings"
)

var errMarkup = errors.New("table: not well formed")

// maxTag bounds the bytes of a tag and of a text between two tags.
const maxTag = 1 << 20

// markup reads the tags and texts of a workbook's parts one after the other. It knows
// what Office writes, which is UTF-8 without entities of its own; names are without
// their prefix.
type markup struct {
	r *bufio.Reader

	name   string // of the tag
	attrs  []byte // of a start tag, raw; good until the next call
	closed bool   // the tag ends an element, or is one without content
	open   bool   // the tag begins an element
	text   []byte // before the tag, raw
	rest   []byte
}

func newMarkup(r io.Reader) *markup { return &markup{r: bufio.NewReaderSize(r, 64<<10)} }

// next reads the text up to the next tag, and the tag. The end is io.EOF.
func (m *markup) next() error {
	m.text = m.text[:0]
	for {
		if err := m.until('<', &m.text); err != nil {
			if errors.Is(err, io.EOF) && len(bytes.TrimSpace(m.text)) > 0 {
				return errMarkup
			}
			return err
		}
		m.text = m.text[:len(m.text)-1]
		m.rest = m.rest[:0]
		if err := m.until('>', &m.rest); err != nil {
			return errMarkup
		}
		switch {
		case bytes.HasPrefix(m.rest, []byte("![CDATA[")):
			if err := m.upTo("]]>"); err != nil {
				return err
			}
			m.text = appendEscaped(m.text, m.rest[8:len(m.rest)-3])
		case bytes.HasPrefix(m.rest, []byte("!--")):
			if err := m.upTo("-->"); err != nil {
				return err
			}
		case m.rest[0] == '!' || m.rest[0] == '?':
		default:
			for bytes.Count(m.rest, []byte{'"'})%2 == 1 {
				if err := m.until('>', &m.rest); err != nil {
					return errMarkup
				}
			}
			return m.tag(m.rest[:len(m.rest)-1])
		}
	}
}

// until appends bytes up to and with a delimiter.
func (m *markup) until(delim byte, to *[]byte) error {
	for {
		part, err := m.r.ReadSlice(delim)
		*to = append(*to, part...)
		if err == nil {
			return nil
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if len(*to) > maxTag {
			return errMarkup
		}
	}
}

func (m *markup) upTo(end string) error {
	for !bytes.HasSuffix(m.rest, []byte(end)) {
		if err := m.until('>', &m.rest); err != nil || len(m.rest) > maxTag {
			return errMarkup
		}
	}
	return nil
}

func (m *markup) tag(tag []byte) error {
	m.open, m.closed = true, false
	if len(tag) > 0 && tag[0] == '/' {
		m.open, m.closed, tag = false, true, tag[1:]
	}
	if len(tag) > 0 && tag[len(tag)-1] == '/' {
		m.closed, tag = true, tag[:len(tag)-1]
	}
	name, attrs := tag, []byte(nil)
	if i := bytes.IndexAny(tag, " \t\r\n"); i >= 0 {
		name, attrs = tag[:i], tag[i:]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	if len(name) == 0 {
		return errMarkup
	}
	if m.name != string(name) {
		m.name = string(name)
	}
	m.attrs = attrs
	return nil
}

// starts reports whether the tag begins an element of the name.
func (m *markup) starts(name string) bool { return m.open && m.name == name }

// ends reports whether an element of the name ends with the tag.
func (m *markup) ends(name string) bool { return m.closed && m.name == name }

// attr is the value of an attribute; its name is with its prefix.
func (m *markup) attr(name string) string {
	for s := m.attrs; len(s) > 0; {
		s = bytes.TrimLeft(s, " \t\r\n")
		key, rest, ok := bytes.Cut(s, []byte{'='})
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if !ok || len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			return ""
		}
		value, after, _ := bytes.Cut(rest[1:], rest[:1])
		if string(bytes.TrimSpace(key)) == name {
			return unescape(value)
		}
		s = after
	}
	return ""
}

func appendEscaped(to, text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("&"), []byte("&amp;"))
	return append(to, text...)
}

// unescape replaces the entities that XML has, and Office's _x000D_ for what XML has not.
func unescape(text []byte) string {
	if bytes.IndexByte(text, '&') < 0 && !bytes.Contains(text, []byte("_x")) {
		return string(text)
	}
	var b strings.Builder
	for len(text) > 0 {
		i := bytes.IndexAny(text, "&_")
		if i < 0 {
			break
		}
		b.Write(text[:i])
		text = text[i:]
		s, n := entity(text)
		b.WriteString(s)
		text = text[n:]
	}
	b.Write(text)
	return b.String()
}

// entity reads what stands for one letter at the beginning of a text.
func entity(text []byte) (string, int) {
	if text[0] == '_' {
		if len(text) >= 7 && text[1] == 'x' && text[6] == '_' {
			if n, err := strconv.ParseUint(string(text[2:6]), 16, 16); err == nil && n > 0 {
				return string(rune(n)), 7
			}
		}
		return "_", 1
	}
	end := bytes.IndexByte(text[:min(len(text), 12)], ';')
	if end < 0 {
		return "&", 1
	}
	return html.UnescapeString(string(text[:end+1])), end + 1
}
