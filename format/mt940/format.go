package mt940

import (
	"bytes"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Format reads MT940 files and their relatives.
var Format = format.Format{
	Name:    "mt940",
	Title:   "MT940",
	Endings: []string{".sta", ".940", ".942", ".mt940", ".mt942", ".swi", ".swift", ".fin", ".txt"},
	Detect:  detect,
	Read:    read,
}

// detect wants two different fields of a statement at the start of lines, or one of those
// that only a statement has: a fragment may have lost all others.
func detect(head []byte) bool {
	head = bytes.ReplaceAll(head, []byte{0}, nil)
	found := make(map[string]bool, 4)
	for len(head) > 0 && len(found) < 2 {
		var line []byte
		end := bytes.IndexAny(head, "\r\n")
		if end < 0 {
			end = len(head) - 1
		}
		line, head = head[:end+1], head[end+1:]
		line = bytes.TrimLeft(line, " \t\ufeff\x01\x02")
		if i := bytes.Index(line, []byte("{4:")); i >= 0 {
			line = bytes.TrimLeft(line[i+3:], " ")
		}
		tag, _, ok := cutTag(string(line[:min(len(line), 8)]))
		if tag == "61" || tag == "86" {
			return true
		}
		if ok {
			found[tag] = true
		}
	}
	return len(found) >= 2 && (found["25"] || found["25P"] || found["60F"] || found["60M"] || found["28C"])
}

func read(in format.Input, take func(format.Item) error) error {
	src, err := format.DecodeText(in.Data, charsetOf(in.Data))
	if err != nil {
		return &format.Error{Line: 1, Kind: format.BadValue, Reason: "is in a character set that can't be read"}
	}
	f := &file{take: take, accounts: make(map[accountKey]*account), currency: in.Answers[format.AskCurrency]}
	if !fairlead.ValidCurrency(f.currency) {
		f.currency = ""
	}
	if err := f.messages(newReader(src)); err != nil {
		return err
	}
	return f.finish()
}
