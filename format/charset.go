package format

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// DecodeText turns the bytes of a file into UTF-8.
//
// A byte order mark counts first, then NULs that give UTF-16 away. What is declared
// ("1251", "ISO-8859-15", "UTF-8", "cp850") is obeyed, except that bytes above ASCII
// that are all UTF-8 are so whatever single-byte set is declared: text of one is all
// but never valid as the other, and files that declare 1252 and hold UTF-8 are as
// common as the reverse. A letter cut in half at the end of a field of fixed width does
// not turn UTF-8 into something else. Undeclared and no UTF-8 is windows-1252. Bytes
// that stand for nothing become U+FFFD.
func DecodeText(data []byte, declared string) (string, error) {
	if e, skip := utf16Or32(data); e != nil {
		return decoded(e, data[skip:])
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	e := charset(declared)
	if e == nil || e == charmap.Windows1252 || e == charmap.ISO8859_1 || e == unicode.UTF8 {
		if mostlyUTF8(data) {
			return strings.ToValidUTF8(string(data), "\ufffd"), nil
		}
		e = charmap.Windows1252
	}
	if _, single := e.(*charmap.Charmap); single && utf8.Valid(data) {
		return string(data), nil
	}
	return decoded(e, data)
}

// decoded is text in an encoding. It is decoded once to know its size: it takes no more
// memory than that.
func decoded(e encoding.Encoding, data []byte) (string, error) {
	var size counter
	if _, err := io.Copy(&size, e.NewDecoder().Reader(bytes.NewReader(data))); err != nil {
		return "", err
	}
	var text strings.Builder
	text.Grow(int(size))
	_, err := io.Copy(&text, e.NewDecoder().Reader(bytes.NewReader(data)))
	return text.String(), err
}

// counter counts what is written.
type counter int

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// utf16Or32 says which of these encodings the bytes begin in, and how long the mark is. A
// file of text begins in ASCII, so that every second byte is NUL.
func utf16Or32(data []byte) (e encoding.Encoding, mark int) {
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return little, 2
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return big, 2
	}
	head := data[:min(len(data), 256)&^1]
	var nulAt [2]int
	for i, c := range head {
		if c == 0 {
			nulAt[i&1]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 2:
	case nulAt[1] > half*3/4 && nulAt[0] == 0:
		return little, 0
	case nulAt[0] > half*3/4 && nulAt[1] == 0:
		return big, 0
	}
	return nil, 0
}

// charset finds the encoding of a name, or nil for none and for names that say nothing.
func charset(name string) encoding.Encoding {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\"'"))
	bare := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "windows-"), "cp"), "ibm")
	switch bare {
	case "", "none", "usascii", "us-ascii", "ascii", "unicode", "ansi":
		return nil
	case "437":
		return charmap.CodePage437
	case "850":
		return charmap.CodePage850
	case "852":
		return charmap.CodePage852
	case "858":
		return charmap.CodePage858
	case "860":
		return charmap.CodePage860
	case "863":
		return charmap.CodePage863
	case "865":
		return charmap.CodePage865
	case "932":
		bare = "shift_jis"
	case "936":
		bare = "gbk"
	case "949":
		bare = "euc-kr"
	case "950":
		bare = "big5"
	case "65001":
		bare = "utf-8"
	case "28591", "28592", "28605":
		bare = map[string]string{"28591": "iso-8859-1", "28592": "iso-8859-2", "28605": "iso-8859-15"}[bare]
	}
	switch {
	case len(bare) == 4 && strings.HasPrefix(bare, "125") || bare == "874":
		bare = "windows-" + bare
	case strings.HasPrefix(bare, "8859"):
		bare = "iso-" + bare
	}
	e, err := htmlindex.Get(bare)
	if err != nil {
		return nil
	}
	if n, _ := htmlindex.Name(e); strings.HasPrefix(n, "utf-16") {
		return nil // it has neither mark nor NULs: a wrong name
	}
	return e
}

// mostlyUTF8 reports whether the bytes above ASCII are UTF-8 but for few.
func mostlyUTF8(data []byte) bool {
	if utf8.Valid(data) {
		return true
	}
	good, bad := 0, 0
	for i := 0; i < len(data); {
		if i+8 <= len(data) && binary.LittleEndian.Uint64(data[i:])&0x8080808080808080 == 0 {
			i += 8
			continue
		}
		if data[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good > bad
}
