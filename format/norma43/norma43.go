package norma43

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

const (
	name  = "norma43"
	width = 80 // columns of a record
)

// Format is Norma 43.
var Format = format.Format{
	Name:    name,
	Title:   "Norma 43",
	Endings: []string{".n43", ".q43", ".c43", ".aeb", ".txt"},
	Detect:  detect,
	Read:    read,
}

// detect goes by the first record 11: its code, one date of its two, the key of its balance
// and the balance itself.
func detect(head []byte) bool {
	text, err := format.DecodeRecords(head[:min(len(head), 1024)])
	if err != nil {
		return false
	}
	for r := range format.Records(text, width) {
		switch r.Columns(1, 2) {
		case "00": // a header that some banks write before the first account
			continue
		case "11":
			_, from := day(r.Columns(21, 26))
			_, to := day(r.Columns(27, 32))
			return (from || to) && format.Digits(r.Columns(34, 47)) && strings.Contains("12", r.Columns(33, 33)) &&
				len(r.Columns(1, 47)) >= 47 && strings.Trim(r.Columns(3, 20), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ") == ""
		}
		return false
	}
	return false
}

func read(in format.Input, take func(format.Item) error) error {
	text, err := format.DecodeRecords(in.Data)
	if err != nil {
		return &format.Error{Kind: format.BadValue, Reason: "must be text"}
	}
	r := &reader{take: take, answers: in.Answers}
	for rec := range format.Records(text, width) {
		if err := r.record(rec); err != nil {
			return err
		}
	}
	return r.end()
}

func wrong(rec format.Record, field string, kind format.Kind, reason string) *format.Error {
	return &format.Error{Line: rec.Line, Field: field, Kind: kind, Reason: reason}
}
