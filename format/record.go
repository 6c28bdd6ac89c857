package format

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// Record is one line of a file whose values stand in fixed columns.
type Record struct {
	Line  int    // from 1
	Text  string // without its line ending
	plain bool   // the columns that matter are ASCII: one byte is one column
}

// Records gives the records of a text with lines of a width in characters. Blank lines
// are left out, and so is the end-of-file letter of CP/M (0x1A). A text without a line ending is cut at the
// width, as hosts write files of fixed record length.
func Records(text string, width int) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		bare := !strings.ContainsAny(text[:min(len(text), 4*width)], "\r\n")
		for number := 1; text != ""; number++ {
			var s string
			if bare {
				s, text = cutColumns(text, width)
			} else {
				s, text = cutLine(text)
			}
			if strings.Trim(s, " \t\x1a\ufeff") == "" {
				continue
			}
			s = strings.TrimPrefix(s, "\ufeff")
			if !yield(Record{Line: number, Text: s, plain: plain(s[:min(len(s), 4*width)])}) {
				return
			}
		}
	}
}

// cutLine cuts after the first of \n, \r\n and \r.
func cutLine(text string) (line, rest string) {
	i := strings.IndexAny(text, "\r\n")
	switch {
	case i < 0:
		return text, ""
	case text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n':
		return text[:i], text[i+2:]
	}
	return text[:i], text[i+1:]
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Columns are the characters from one column to another, counted from 1 and both
// included: fewer, or none, where the line is shorter.
func (r Record) Columns(from, to int) string {
	s := r.Text
	if r.plain {
		return s[min(from-1, len(s)):min(to, len(s))]
	}
	_, s = cutColumns(s, from-1)
	s, _ = cutColumns(s, to-from+1)
	return s
}

// Value is Columns without the blanks around.
func (r Record) Value(from, to int) string { return strings.TrimSpace(r.Columns(from, to)) }

// Filled is a value that is neither blank nor only zeros, which is how an empty field is
// filled up; else "".
func Filled(s string) string {
	s = strings.TrimSpace(s)
	if strings.Trim(s, "0 ") == "" {
		return ""
	}
	return s
}

// Words has one blank between words: the columns that texts are filled up to say nothing.
func Words(s string) string { return strings.Join(strings.Fields(s), " ") }

// cutColumns cuts after n characters.
func cutColumns(s string, n int) (before, after string) {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return s[:i], s[i:]
}

// DecodeRecords turns the bytes of such a file into UTF-8. These formats declare no character
// set: hosts write Latin-1 or its windows-1252, and older programs code page 850, which is
// seen by its letters.
func DecodeRecords(data []byte) (string, error) {
	latin, dos := 0, 0
	for _, c := range data {
		switch {
		case c < utf8.RuneSelf:
		case strings.IndexByte(dosLetters, c) >= 0:
			dos++
		case strings.IndexByte(latinLetters, c) >= 0:
			latin++
		}
	}
	if dos > latin && !mostlyUTF8(data) {
		return DecodeText(data, "cp850")
	}
	return DecodeText(data, "")
}

// Letters of Spanish and Portuguese in one set that are none in the other.
const (
	dosLetters   = "\x81\x82\x83\x87\x88\x90\x93\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xb5\xb6\xb7\xc6" // ü é â ç ê É ô í ó ú ñ Ñ ª º Á Â À ã
	latinLetters = "\xaa\xba\xc1\xc2\xc3\xc7\xc9\xca\xcd\xd1\xd3\xd4\xd5\xda\xdc\xe1\xe2\xe3\xe7\xea\xed\xf1\xf3\xf4\xf5\xfa\xfc"
)
