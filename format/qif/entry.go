package qif

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// maxFields bounds the lines of one entry: a row with all its splits.
const maxFields = 10_000

// section is what entries are of.
type section string

const (
	none     section = ""
	bank     section = "bank"
	cash     section = "cash"
	card     section = "ccard"
	asset    section = "oth a"
	debt     section = "oth l"
	invest   section = "invst"
	accounts section = "account"
	security section = "security"
	other    section = "other" // without accounts' rows: categories, prices …
	unknown  section = "unknown"
)

// entry is what stands before a "^", or a line with "!".
type entry struct {
	section section
	begins  bool // the line that begins the section
	line    int
	fields  []field
	cut     bool // the file ends in the middle of its last line
}

type field struct {
	code byte
	text string
	line int
}

// get is the text of the first field of a letter.
func (e *entry) get(code byte) string {
	for _, f := range e.fields {
		if f.code == code {
			return f.text
		}
	}
	return ""
}

// sectionOf reads what stands behind "!", and what the T of an account says.
func sectionOf(s string) section {
	switch s = strings.ToLower(strings.Join(strings.Fields(s), " ")); s {
	case "bank", "cash", "ccard", "oth a", "oth l", "invst":
		return section(s)
	case "otha":
		return asset
	case "othl":
		return debt
	case "creditcard", "credit card":
		return card
	case "port", "mutual", "401(k)/403(b)", "401k", "investment":
		return invest
	case "security":
		return security
	case "cat", "class", "memorized", "prices", "budget", "tag", "template", "invitem", "invoice", "bill", "tax":
		return other
	}
	return unknown
}

// entries calls do with every entry of a file. The entry's fields are only good until it
// returns.
func entries(text string, do func(*entry) error) error {
	e := &entry{}
	hand := func() error {
		if len(e.fields) == 0 {
			return nil
		}
		err := do(e)
		e.fields = e.fields[:0]
		return err
	}
	for r := range format.Records(text, len(text)+1) {
		s := strings.TrimRight(r.Text, " \t\x1a")
		switch {
		case s == "":
		case s[0] == '^':
			if err := hand(); err != nil {
				return err
			}
		case s[0] == '!':
			if err := hand(); err != nil {
				return err
			}
			if err := e.begin(s[1:], r.Line, do); err != nil {
				return err
			}
		default:
			s = strings.TrimLeft(s, " \t")
			if len(e.fields) == 0 {
				e.line = r.Line
			}
			if len(e.fields) >= maxFields {
				return (&format.Error{Line: r.Line, Kind: format.TooLarge, Reason: "holds an entry of more than " + strconv.Itoa(maxFields) + " lines"}).OfShape()
			}
			e.fields = append(e.fields, field{s[0], strings.TrimSpace(s[1:]), r.Line})
		}
	}
	e.cut = text != "" && text[len(text)-1] != '\n' && text[len(text)-1] != '\r'
	return hand()
}

// begin reads a line with "!". Options switch nothing that matters here.
func (e *entry) begin(s string, line int, do func(*entry) error) error {
	name, kind, _ := strings.Cut(s, ":")
	switch strings.ToLower(strings.TrimSpace(name)) {
	case "account":
		e.section = accounts
	case "type":
		e.section = sectionOf(kind)
	default:
		return nil
	}
	e.begins, e.line = true, line
	err := do(e)
	e.begins = false
	return err
}
