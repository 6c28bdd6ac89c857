package mt940

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// describe takes a row's text apart.
func (r *row) describe(a *account) {
	if len(r.texts) > 0 {
		f := field{text: strings.Join(r.texts, "\n"), lines: 2}
		if prefix, sep, ok := subfieldStyle(f.start()); ok {
			r.subfields(f.all(), prefix, sep)
		} else if whole := joinLines(f); dutch(whole) {
			r.keywords(whole, a)
		} else {
			r.Description = whole
		}
		r.texts = nil
	}
	if x, ok := r.Extra["mt940.supplementary"].(string); ok {
		r.foreign(x)
		words := strings.Fields(x)
		switch iban := likeIBAN(words[0]); {
		case iban && r.Counterparty == nil:
			r.Counterparty = &fairlead.Counterparty{IBAN: words[0]}
		case iban && r.Counterparty.IBAN == "":
			r.Counterparty.IBAN = words[0]
		case !iban && r.Description == "" && x[0] != '/':
			r.Description = strings.Join(words, " ")
		}
	}
	if r.Description == "" && r.Counterparty != nil {
		r.Description = r.Counterparty.Name
	}
	if r.Description == "" {
		if x, ok := r.Extra["mt940.posting_text"].(string); ok {
			r.Description = x
		}
	}
	if c := r.Counterparty; c != nil && *c == (fairlead.Counterparty{}) {
		r.Counterparty = nil
	}
}

// fullLine is how many letters a line has that is cut because it is full.
const fullLine = 65

// joinLines puts the lines of a text without structure together: words that are cut at the
// end of a full line become one again.
func joinLines(f field) string {
	first := f.first()
	if len(first) == len(f.text) {
		return strings.TrimSpace(first)
	}
	var b strings.Builder
	b.Grow(len(f.text))
	full := true
	f.eachLine(func(line string) {
		if b.Len() > 0 && !full && line != "" {
			b.WriteByte(' ')
		}
		n := len([]rune(line))
		if b.Len() == 0 {
			n += len(":86:")
		}
		full = n >= fullLine
		if !full {
			line = strings.TrimRight(line, " \t")
		}
		b.WriteString(line)
	})
	return strings.TrimSpace(b.String())
}

// subfieldStyle reports whether a text has numbered fields: a code of up to four letters and
// digits and a mark before two digits. German files have ?, others <, >, ^ or ~.
func subfieldStyle(first string) (prefix string, sep byte, ok bool) {
	i := 0
	for i < len(first) && i < 5 && (isDigit(first[i]) || isCapital(first[i])) {
		i++
	}
	if i > 4 || i+2 >= len(first) || !isDigit(first[i+1]) || !isDigit(first[i+2]) {
		return "", 0, false
	}
	switch sep = first[i]; sep {
	case '?', '<', '>', '^', '~':
		return first[:i], sep, true
	}
	return "", 0, false
}

// chunk is how many letters a numbered field of a text has that is cut because it is full.
const chunk = 27

// joiner puts fields together that were cut at a fixed length.
type joiner struct {
	b    strings.Builder
	full bool
}

func (j *joiner) add(s string) {
	if s == "" {
		return
	}
	if j.b.Len() > 0 && !j.full && s[0] != ' ' {
		j.b.WriteByte(' ')
	}
	j.full = len([]rune(s)) >= chunk
	if !j.full {
		s = strings.TrimRight(s, " ")
	}
	j.b.WriteString(s)
}

func (j *joiner) String() string { return strings.TrimSpace(j.b.String()) }

// subfields takes a text of numbered fields apart.
func (r *row) subfields(text, prefix string, sep byte) {
	r.Original = text
	put(&r.Extra, "code", prefix)
	if k := kindOfCode(prefix, sep); k != "" {
		r.Kind = k
	}
	var purpose, name, own joiner
	var c fairlead.Counterparty
	iban := ""
	for rest := text[len(prefix):]; rest != ""; {
		number, value, after := cutSubfield(rest, sep)
		rest = after
		switch {
		case sep != '?' && number >= 27 && number <= 29: // Poland: the other party's name and address
			own.add(value)
		case number >= 20 && number <= 29, number >= 60 && number <= 65:
			purpose.add(value)
		case number == 32 || number == 33:
			name.add(value)
		case number == 0:
			put(&r.Extra, "posting_text", strings.TrimSpace(value))
		case number == 10:
			put(&r.Extra, "primanota", strings.TrimSpace(value))
		case number == 30:
			c.Bank = strings.TrimSpace(value)
		case number == 31:
			c.Account = strings.Join(strings.Fields(value), "")
		case number == 38:
			iban = strings.Join(strings.Fields(value), "")
		default:
			put(&r.Extra, "86."+twoDigits(number), strings.TrimSpace(value))
		}
	}
	c.Name = strings.Join(strings.Fields(name.String()), " ")
	if c.Name == "" {
		c.Name = strings.Join(strings.Fields(own.String()), " ")
	} else {
		put(&r.Extra, "name", own.String())
	}
	if likeIBAN(c.Account) {
		c.Account, iban = "", c.Account
	}
	if likeIBAN(iban) {
		c.IBAN = iban
	} else if c.Account == "" {
		c.Account = iban
	}
	r.Counterparty = &c
	r.purpose(purpose.String())
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// cutSubfield cuts the first numbered field off a text that begins with its mark.
func cutSubfield(s string, sep byte) (number int, value, rest string) {
	number, _ = digits(s[1:3])
	s = s[3:]
	for i := 0; i+2 < len(s); i++ {
		if s[i] == sep && isDigit(s[i+1]) && isDigit(s[i+2]) {
			return number, s[:i], s[i:]
		}
	}
	return number, s, ""
}

// sepaKeywords are what German banks put into a payment's purpose.
var sepaKeywords = [...]string{
	"EREF", "KREF", "MREF", "CRED", "DEBT", "COAM", "OAMT", "SVWZ", "ABWA", "ABWE", "BREF", "RREF", "RTRN", "PURP", "IBAN", "BIC", "ANAM",
}

// purpose writes the purpose of a payment into a row: what stands behind SVWZ+ is the
// description, what stands behind other keywords is in Extra.
func (r *row) purpose(s string) {
	r.Description = s
	if strings.IndexByte(s, '+') < 0 {
		return
	}
	bare, remittance, found := strings.Builder{}, "", false
	key := ""
	for s != "" {
		at, next := nextKeyword(s)
		value := strings.TrimSpace(s[:at])
		switch {
		case value == "":
		case key == "":
			bare.WriteString(value)
		case key == "SVWZ":
			remittance, found = value, true
		default:
			r.keyword(key, value)
		}
		if next == "" {
			break
		}
		key, s = next, s[at+len(next)+1:]
	}
	if found {
		if bare.Len() > 0 {
			bare.WriteByte(' ')
		}
		bare.WriteString(remittance)
		r.Description = bare.String()
	}
}

// keyword takes in the value of one keyword.
func (r *row) keyword(key, value string) {
	switch {
	case noReference(value):
	case key == "IBAN" && r.Counterparty.IBAN == "" && likeIBAN(value):
		r.Counterparty.IBAN = value
	case key == "BIC" && r.Counterparty.Bank == "":
		r.Counterparty.Bank = value
	default:
		put(&r.Extra, key, value)
	}
}

// nextKeyword finds the next keyword with its plus; at is the end of the text where there
// is none.
func nextKeyword(s string) (at int, key string) {
	for i := 0; ; {
		plus := strings.IndexByte(s[i:], '+')
		if plus < 0 {
			return len(s), ""
		}
		plus += i
		for _, k := range sepaKeywords {
			if from := plus - len(k); from >= 0 && s[from:plus] == k && (from == 0 || !isCapital(s[from-1])) {
				return from, k
			}
		}
		i = plus + 1
	}
}
