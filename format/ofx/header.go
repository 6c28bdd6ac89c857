package ofx

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Header is what a file says about itself before the first element.
type Header struct {
	Version  string // "102", "211"; "" where there is no header
	XML      bool   // has an XML declaration or an <?OFX …?> header
	Encoding string // as declared: "USASCII", "UTF-8", "UNICODE"
	Charset  string // as declared: "1252", "ISO-8859-1", "NONE"
}

// headerKeys are the names of the OFX 1 header. Some banks write it in one line,
// with or without blanks between, so a value ends where a blank or the next name begins.
var headerKeys = [...]string{
	"OFXHEADER:", "DATA:", "VERSION:", "SECURITY:", "ENCODING:", "CHARSET:", "COMPRESSION:", "OLDFILEUID:", "NEWFILEUID:",
}

// maxHeader bounds what may stand before the first element.
const maxHeader = 8 << 10

// readHeader reads what comes before <OFX>. start is the offset of the first '<'.
func readHeader(src []byte) (h Header, start int, err *Error) {
	start = bytes.IndexByte(src, '<')
	if start < 0 || start > maxHeader {
		return h, 0, &Error{Line: 1, Column: 1, Kind: NotOFX, Reason: "the file holds no <OFX> element"}
	}
	head := string(src[:start])
	h.Version = headerValue(head, "VERSION:")
	h.Encoding = strings.ToUpper(headerValue(head, "ENCODING:"))
	h.Charset = strings.ToUpper(headerValue(head, "CHARSET:"))
	rest := src[start:min(len(src), start+maxHeader)]
	if xml := instruction(rest, "<?xml"); xml != "" {
		h.XML = true
		h.Encoding = strings.ToUpper(attribute(xml, "encoding"))
	}
	if pi := instruction(rest, "<?OFX"); pi != "" {
		h.XML = true
		h.Version = attribute(pi, "VERSION")
	}
	return h, start, nil
}

func headerValue(head, key string) string {
	at := strings.Index(head, key)
	if at < 0 {
		return ""
	}
	value := strings.TrimLeft(head[at+len(key):], " \t")
	if end := strings.IndexAny(value, " \t\r\n"); end >= 0 {
		value = value[:end]
	}
	for _, other := range headerKeys {
		if end := strings.Index(value, other); end >= 0 {
			value = value[:end]
		}
	}
	return value
}

// instruction returns the processing instruction that begins with name, or "".
func instruction(src []byte, name string) string {
	at := bytes.Index(src, []byte(name))
	if at < 0 {
		return ""
	}
	end := bytes.IndexByte(src[at:], '>')
	if end < 0 {
		return ""
	}
	return string(src[at : at+end])
}

func attribute(tag, name string) string {
	at := strings.Index(tag, " "+name+"=")
	if at < 0 {
		return ""
	}
	value := tag[at+len(name)+2:]
	if value == "" || (value[0] != '"' && value[0] != '\'') {
		return ""
	}
	if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
		return value[1 : 1+end]
	}
	return ""
}

// plain turns UTF-16 with a byte order mark into UTF-8, and drops the mark of UTF-8.
func plain(src []byte) []byte {
	switch {
	case bytes.HasPrefix(src, []byte("\xef\xbb\xbf")):
		return src[3:]
	case bytes.HasPrefix(src, []byte("\xff\xfe")):
		return fromUTF16(src[2:], binary.LittleEndian)
	case bytes.HasPrefix(src, []byte("\xfe\xff")):
		return fromUTF16(src[2:], binary.BigEndian)
	}
	return src
}

func fromUTF16(src []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(src)/2)
	for i := 0; i+1 < len(src); i += 2 {
		r := rune(order.Uint16(src[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(src) {
			r = utf16.DecodeRune(r, rune(order.Uint16(src[i+2:])))
			i += 2
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// looksUTF8 decides how bytes above ASCII are read. What a header declares is not
// asked: files that declare 1252 and hold UTF-8 are as common as the reverse, and
// text of one is all but never valid as the other. A single letter cut in half
// at the end of a fixed-width field does not turn a UTF-8 file into 1252.
func looksUTF8(src []byte) bool {
	if utf8.Valid(src) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(src); {
		if src[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good > bad
}

// windows1252 holds the letters of 0x80 to 0x9f; elsewhere the set is ISO 8859-1,
// so that files of either read the same.
var windows1252 = [32]rune{
	'€', utf8.RuneError, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', utf8.RuneError, 'Ž', utf8.RuneError,
	utf8.RuneError, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', utf8.RuneError, 'ž', 'Ÿ',
}

// decode turns the bytes of one text into valid UTF-8.
func decode(src []byte, isUTF8 bool) string {
	if isUTF8 {
		return strings.ToValidUTF8(string(src), "�")
	}
	var b strings.Builder
	b.Grow(len(src) + len(src)/8)
	for _, c := range src {
		switch {
		case c >= 0x80 && c < 0xa0:
			b.WriteRune(windows1252[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String()
}
