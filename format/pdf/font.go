package pdf

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// maxCodes bounds what a font maps.
const maxCodes = 1 << 16

// font is how the codes of a text are letters, and how wide they are.
type font struct {
	wide    bool // codes have two bytes
	letters map[int]string
	widths  map[int]float64 // thousandths of the size
	width   float64         // of codes that have none
	base    *charmap.Charmap
}

// newFont reads a font's dictionary.
func (f *file) newFont(d dict) *font {
	o := &font{letters: map[int]string{}, widths: map[int]float64{}, width: 500, base: charmap.Windows1252}
	o.wide = f.get(d["Subtype"]) == name("Type0")
	if r, ok := d["ToUnicode"].(ref); ok {
		f.toUnicode(o, f.stream(int(r)))
	}
	if o.wide {
		if below := f.array(d["DescendantFonts"]); len(below) > 0 {
			f.wideWidths(o, f.dict(below[0]))
		}
		return o
	}
	first := f.int(d["FirstChar"])
	for i, w := range f.array(d["Widths"]) {
		if i < 256 {
			o.widths[first+i] = f.float(w)
		}
	}
	encoding := f.get(d["Encoding"])
	if e, ok := encoding.(dict); ok {
		f.differences(o, f.array(e["Differences"]))
		encoding = f.get(e["BaseEncoding"])
	}
	if encoding == name("MacRomanEncoding") {
		o.base = charmap.Macintosh
	}
	return o
}

// wideWidths reads the widths of a font whose codes have two bytes: "first [w w]" and
// "first last w".
func (f *file) wideWidths(o *font, d dict) {
	o.width = 1000
	if w, ok := f.get(d["DW"]).(float64); ok {
		o.width = w
	}
	all := f.array(d["W"])
	for i := 0; i+1 < len(all) && len(o.widths) < maxCodes; {
		first := f.int(all[i])
		if list := f.array(all[i+1]); list != nil {
			for j, w := range list {
				o.widths[first+j] = f.float(w)
			}
			i += 2
			continue
		}
		if i+2 >= len(all) {
			return
		}
		last, w := f.int(all[i+1]), f.float(all[i+2])
		if !f.spend(6 * max(min(last, maxCodes)-first, 0)) { // what a width costs
			return
		}
		for code := first; code <= last && code < maxCodes && len(o.widths) < maxCodes; code++ {
			o.widths[code] = w
		}
		i += 3
	}
}

// differences reads an encoding's list of codes and names of letters.
func (f *file) differences(o *font, list array) {
	code := 0
	for _, v := range list {
		switch v := f.get(v).(type) {
		case float64:
			code = int(v)
		case name:
			if _, mapped := o.letters[code]; !mapped && code < 256 {
				if s := letter(string(v)); s != "" {
					o.letters[code] = s
				}
			}
			code++
		}
	}
}

// toUnicode reads a map of codes to letters (ISO 32000-1, 9.10.3).
func (f *file) toUnicode(o *font, cmap []byte) {
	if !f.spend(len(cmap)) {
		return
	}
	l := lexer{b: cmap}
	var before []any
	for {
		v, ok := l.next(0, false)
		if !ok {
			return
		}
		switch v {
		case keyword("endbfchar"):
			for i := 0; i+1 < len(before) && len(o.letters) < maxCodes; i += 2 {
				from, _ := before[i].(text)
				to, _ := before[i+1].(text)
				o.letters[code(from)] = fromUTF16(to)
			}
		case keyword("endbfrange"):
			for i := 0; i+2 < len(before); i += 3 {
				f.bfRange(o, before[i], before[i+1], before[i+2])
			}
		}
		if _, operator := v.(keyword); operator {
			before = before[:0]
			continue
		}
		before = append(before, v)
	}
}

func (f *file) bfRange(o *font, a, b, to any) {
	from, _ := a.(text)
	until, _ := b.(text)
	first, last := code(from), code(until)
	switch to := to.(type) {
	case text:
		units := []rune(fromUTF16(to))
		if len(units) == 0 || !f.spend((max(last-first, 0)+1)*(len(units)+16)) { // what a letter costs
			return
		}
		for c := first; c <= last && len(o.letters) < maxCodes; c++ {
			next := append([]rune(nil), units...)
			next[len(next)-1] += rune(c - first)
			o.letters[c] = string(next)
		}
	case array:
		for i, v := range to {
			if s, ok := v.(text); ok && first+i <= last && len(o.letters) < maxCodes {
				o.letters[first+i] = fromUTF16(s)
			}
		}
	}
}

func code(s text) int {
	n := 0
	for i := range min(len(s), 2) {
		n = n<<8 | int(s[i])
	}
	return n
}

func fromUTF16(s text) string {
	units := make([]uint16, 0, len(s)/2)
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}

// each gives the letters of a text with the width of each, and whether it is a blank
// that word spacing widens.
func (o *font) each(s text, do func(letters string, width float64, blank bool)) {
	step := 1
	if o.wide {
		step = 2
	}
	for i := 0; i+step <= len(s); i += step {
		c := int(s[i])
		if o.wide {
			c = c<<8 | int(s[i+1])
		}
		width, known := o.widths[c]
		if !known {
			width = o.width
		}
		letters, mapped := o.letters[c]
		if !mapped && !o.wide {
			letters = string(o.base.DecodeByte(byte(c)))
		}
		do(letters, width, !o.wide && c == ' ')
	}
}

// letter is the letter of a glyph's name: "A", "eacute", "uni00E9", "hyphen".
func letter(glyph string) string {
	glyph, _, _ = strings.Cut(glyph, ".")
	if len(glyph) == 1 {
		return glyph
	}
	if s, ok := glyphs[glyph]; ok {
		return s
	}
	for _, prefix := range []string{"uni", "u"} {
		if hex, ok := strings.CutPrefix(glyph, prefix); ok && len(hex) >= 4 && len(hex) <= 6 {
			if n, err := strconv.ParseUint(hex, 16, 32); err == nil && n < 0x110000 {
				return string(rune(n))
			}
		}
	}
	if mark, ok := accents[glyph[1:]]; ok && (glyph[0]|32) >= 'a' && (glyph[0]|32) <= 'z' {
		return norm.NFC.String(glyph[:1] + mark)
	}
	return ""
}

var accents = map[string]string{
	"acute": "\u0301", "grave": "\u0300", "circumflex": "\u0302", "tilde": "\u0303", "dieresis": "\u0308",
	"cedilla": "\u0327", "ring": "\u030a", "caron": "\u030c", "ogonek": "\u0328", "macron": "\u0304", "dotaccent": "\u0307",
}

// glyphs are the names of letters in the standard Latin sets (ISO 32000-1, annex D).
var glyphs = map[string]string{
	"space": " ", "exclam": "!", "quotedbl": `"`, "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&", "quotesingle": "'",
	"quoteright": "’", "quoteleft": "‘", "parenleft": "(", "parenright": ")", "asterisk": "*", "plus": "+", "comma": ",", "hyphen": "-",
	"minus": "−", "period": ".", "slash": "/", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
	"seven": "7", "eight": "8", "nine": "9", "colon": ":", "semicolon": ";", "less": "<", "equal": "=", "greater": ">", "question": "?",
	"at": "@", "bracketleft": "[", "backslash": `\`, "bracketright": "]", "underscore": "_", "braceleft": "{", "bar": "|", "braceright": "}",
	"quotedblleft": "“", "quotedblright": "”", "bullet": "•", "endash": "–", "emdash": "—", "ellipsis": "…", "Euro": "€", "sterling": "£",
	"yen": "¥", "cent": "¢", "section": "§", "degree": "°", "ordmasculine": "º", "ordfeminine": "ª", "exclamdown": "¡", "questiondown": "¿",
	"germandbls": "ß", "ae": "æ", "AE": "Æ", "oslash": "ø", "Oslash": "Ø", "lslash": "ł", "Lslash": "Ł", "dotlessi": "ı", "fi": "fi", "fl": "fl",
	"copyright": "©", "registered": "®", "trademark": "™", "periodcentered": "·", "multiply": "×", "guillemotleft": "«", "guillemotright": "»",
	"nbspace": " ", "sfthyphen": "-",
}
