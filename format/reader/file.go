package reader

import (
	"bytes"
	"cmp"
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// headSize is how much of a file its kind is recognised by.
const headSize = 64 << 10

var (
	errRows     = &format.Error{Kind: format.TooLarge, Reason: "has more than 100,000 rows, all files together"}
	errAccounts = (&format.Error{Kind: format.TooLarge, Reason: "has more than 500 accounts, all files together"}).OfShape()
)

// file is one file with what its format said.
type file struct {
	File
	accounts     []*format.Account
	byKey        map[string]*format.Account
	rows         bundles
	securities   format.Packed[fairlead.Security]
	documents    []*format.Document
	warnings     []*format.Error
	moreWarnings int
}

// read reads one file that is no archive. Only the context's error is returned; any
// other is the file's.
func (r *run) read(in format.Input) error {
	f := &file{File: File{Name: in.Name}, byKey: map[string]*format.Account{}}
	r.files = append(r.files, f)
	if blank(in.Data) {
		f.refuse(&format.Error{Kind: format.Empty, Reason: format.Blank})
		return nil
	}
	of := r.detect(in.Data)
	if of == nil {
		f.refuse(&format.Error{Kind: format.Unknown, Reason: "must be a statement of a known format"})
		return nil
	}
	f.Format = of.Name
	rows, accounts := r.rows, r.accounts
	in.Answers = answersOf(in.Answers)
	err := of.Read(in, func(it format.Item) error { return r.take(f, it) })
	if done := r.ctx.Err(); done != nil {
		return done
	}
	if err != nil {
		f.refuse(asError(err))
		r.rows, r.accounts = rows, accounts
		return nil
	}
	byKey := make(map[string]*format.Account, len(f.accounts))
	for _, a := range f.accounts {
		*a = format.Cloned(a)
		byKey[a.Key] = a
		f.Layout = cmp.Or(f.Layout, a.Layout)
	}
	f.byKey = byKey
	f.Rows = f.rows.pack()
	f.securities.Pack()
	return nil
}

// blank reports whether a file has nothing but blanks, which have a zero beside them in
// UTF-16. Zeros alone are no text.
func blank(data []byte) bool {
	blanks := " \t\r\n\f\v\x1a"
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		data, blanks = data[2:], blanks+"\x00"
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	return len(bytes.TrimLeft(data, blanks)) == 0
}

// answersOf are answers with a currency that there is; what is none is no answer.
func answersOf(given map[string]string) map[string]string {
	said, ok := given[format.AskCurrency]
	if !ok {
		return given
	}
	answers := maps.Clone(given)
	if answers[format.AskCurrency] = format.Currency(said); answers[format.AskCurrency] == "" {
		delete(answers, format.AskCurrency)
	}
	return answers
}

func (r *run) detect(data []byte) *format.Format {
	head := data[:min(len(data), headSize)]
	for i := range r.formats {
		if r.formats[i].Detect(head) {
			return &r.formats[i]
		}
	}
	return nil
}

// refuse lets go of what was read and says why.
func (f *file) refuse(e *format.Error) {
	named := *e
	named.File = f.Name
	if named.Format == "" {
		named.Format = f.Format
	}
	*f = file{File: File{Name: f.Name, Format: f.Format, Layout: cmp.Or(e.Layout, f.Layout), Error: &named}}
}

// take adds one item to a file.
func (r *run) take(f *file, it format.Item) error {
	if err := r.alive(); err != nil {
		return err
	}
	if it.Account == nil && it.Warning == nil {
		if r.rows++; r.rows > format.MaxRows {
			return errRows
		}
	}
	switch {
	case it.Account != nil:
		return r.takeAccount(f, it.Account)
	case it.Transaction != nil:
		t := it.Transaction
		t.Description, t.Original = clean(t.Description), clean(t.Original)
		if c := t.Counterparty; c != nil {
			c.Name = clean(c.Name)
		}
		return f.rows.transaction(t)
	case it.Security != nil:
		it.Security.Name = clean(it.Security.Name)
		f.securities.Add(it.Security)
	case it.Holding != nil:
		return f.rows.holding(it.Holding)
	case it.Movement != nil:
		it.Movement.Description = clean(it.Movement.Description)
		return f.rows.movement(it.Movement)
	case it.Document != nil:
		f.documents = append(f.documents, it.Document)
	case it.Warning != nil:
		f.warn(it.Warning)
	}
	return nil
}

func (f *file) warn(w *format.Error) {
	if len(f.warnings) == format.MaxWarnings {
		f.moreWarnings++
		return
	}
	named := *w
	named.File = f.Name
	if named.Format == "" {
		named.Format = f.Format
	}
	f.warnings = append(f.warnings, &named)
}

func (r *run) takeAccount(f *file, a *format.Account) error {
	if old := f.byKey[a.Key]; old != nil {
		update(old, a)
		return nil
	}
	if r.accounts++; r.accounts > format.MaxAccounts {
		return errAccounts
	}
	own := *a
	own.Name, own.Official = clean(own.Name), clean(own.Official)
	f.byKey[a.Key] = &own
	f.accounts = append(f.accounts, &own)
	return nil
}

// clean is a text without characters that deceive: controls become blanks; marks of
// direction and of no width go; what is no UTF-8 is replaced.
func clean(s string) string {
	sound := true
	for _, c := range s {
		if c == utf8.RuneError || c < ' ' || c >= 0x7f && deceives(c) {
			sound = false
			break
		}
	}
	if sound {
		return s
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == '\t' || c == '\n' || c == '\r' || unicode.IsControl(c):
			return ' '
		case deceives(c):
			return -1
		}
		return c
	}, s))
}

// deceives reports whether a character shows nothing itself and may change how others
// show.
func deceives(c rune) bool {
	switch {
	case c >= 0x7f && c <= 0x9f, // controls
		c == 0x00ad, c == 0x061c, c == 0x180e, // soft hyphen, Arabic mark, Mongolian separator
		c >= 0x200b && c <= 0x200f, // no width, marks of direction
		c >= 0x2028 && c <= 0x202e, // separators, embeddings, overrides
		c >= 0x2060 && c <= 0x206f, // word joiner, isolates
		c == 0xfeff, c >= 0xfff9 && c <= 0xfffb,
		c >= 0xe0000 && c <= 0xe007f: // tags
		return true
	}
	return false
}
