// Package table reads statements that are tables: separated values, workbooks of Excel,
// and pages with a table in them that banks call a workbook.
//
// What a table means is said by a layout, one small file a bank below layouts/, or is
// found out: a table that is called and filled so that only one reading is left is read,
// of any other the questions are returned that a person can answer in a minute.
//
// A file goes through four steps: its bytes become grids (grid.go, workbook.go, page.go);
// in each the header is found (locate.go); all its rows are seen once for what they show
// of days, marks and signs (evidence.go, plan.go, question.go); then they are read
// (convert.go, account.go).
package table

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead/format"
)

// Format is tables.
var Format = format.Format{
	Name:    "table",
	Title:   "CSV, Excel",
	Endings: []string{".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xls"},
	Detect:  detect,
	Read:    read,
}

// detect reports whether the bytes are a workbook, a page with a table, or lines of which
// some have a day and an amount, or a header that is known.
func detect(head []byte) bool {
	switch {
	case isOldWorkbook(head), isWorkbook(head), isXMLWorkbook(head), isPage(head):
		return true
	case bytes.HasPrefix(head, []byte("PK")) || bytes.HasPrefix(head, []byte("%PDF")):
		return false
	}
	text, err := format.DecodeText(head, centralEuropean(head))
	if err != nil || binary(text) {
		return false
	}
	g, ok := separated(text)
	if !ok {
		return false
	}
	_, ok = locate(g)
	return ok
}

// binary reports whether a text has bytes that no text has.
func binary(text string) bool {
	for i := range min(len(text), 4<<10) {
		if c := text[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1a {
			return true
		}
	}
	return false
}

// printable writes blanks for bytes that no text has: they would be taken for marks of ours.
func printable(text string) string {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return strings.ToValidUTF8(strings.Map(func(r rune) rune {
				if r < ' ' && r != '\t' && r != '\n' && r != '\r' {
					return ' '
				}
				return r
			}, text), "\ufffd")
		}
	}
	return text
}

func read(in format.Input, take func(format.Item) error) error {
	if len(in.Data) > format.MaxBytes {
		return &format.Error{Kind: format.TooLarge, Reason: "has more than 16 MiB"}
	}
	grids, err := open(in.Data)
	if err != nil {
		return err
	}
	tables := statements(grids)
	if len(tables) == 0 {
		return &format.Error{Kind: format.Missing, Reason: "has no table with days and amounts"}
	}
	c := newConverter(take, len(tables) > 1)
	for _, t := range tables {
		p, err := resolve(t, in.Answers)
		if err != nil {
			return err
		}
		if err := c.table(p); err != nil {
			return err
		}
	}
	return c.finish()
}

// open turns bytes into grids.
func open(data []byte) ([]*grid, error) {
	switch {
	case isOldWorkbook(data):
		return nil, oldWorkbook(data)
	case isWorkbook(data):
		return readWorkbook(data)
	}
	text, err := format.DecodeText(data, cmp.Or(declaredCharset(data), centralEuropean(data)))
	if err != nil {
		return nil, &format.Error{Kind: format.BadValue, Reason: "must be text"}
	}
	if binary(text) {
		return nil, &format.Error{Kind: format.Unknown, Reason: "is no text"}
	}
	text = printable(text)
	if isXMLWorkbook(data) {
		return readXMLWorkbook(text)
	}
	if isPage(data) {
		return readPage(text)
	}
	if g, ok := separated(text); ok {
		return []*grid{g}, nil
	}
	return nil, nil
}

// centralEuropean is windows-1250 where the bytes are Polish in it and signs inside words in
// windows-1252: nothing declares what a table is encoded in.
func centralEuropean(data []byte) string {
	if utf8.Valid(data) {
		return ""
	}
	central, western := 0, 0
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case 0xb9, 0xb3, 0xbf, 0xaf, 0xa3, 0x9c, 0x9f: // ą ł ż Ż Ł ś ź
			if c := data[i-1] | 0x20; c >= 'a' && c <= 'z' {
				central++
			}
		case 0xe3, 0xe9, 0xe8, 0xe0, 0xe5, 0xf5, 0xf1, 0xf8, 0xdf: // ã é è à å õ ñ ø ß
			western++
		}
	}
	if central > western {
		return "windows-1250"
	}
	return ""
}

// statements are the tables to read: all of one layout, or else the one with most rows.
func statements(grids []*grid) (all []*table) {
	var best *table
	var before [][]string // the tables of a page that are only labels and values
	for _, g := range grids {
		t, ok := locate(g)
		if !ok {
			if g.name == "" && len(before) < sampleRows {
				before = append(before, t.above...)
			}
			continue
		}
		t.above = append(slices.Clip(before), t.above...)
		if t.layout != nil {
			if len(all) == 0 || all[0].layout == t.layout {
				all = append(all, t)
			}
			continue
		}
		if best == nil || t.rows > best.rows {
			best = t
		}
	}
	if len(all) == 0 && best != nil {
		all = append(all, best)
	}
	return all
}
