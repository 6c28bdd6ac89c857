package cnab240

import (
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

const (
	name  = "cnab240"
	width = 240 // columns of a record
)

// Format is CNAB240 of statements. Detect knows its other services and CNAB400 too, so that
// a person is given the reason why those are refused.
var Format = format.Format{
	Name:    name,
	Title:   "CNAB240",
	Endings: []string{".ret", ".cnab", ".txt"},
	Detect:  detect,
	Read:    read,
}

// detect goes by the header: bank, lot 0000, type 0 and the tax id's kind and digits.
func detect(head []byte) bool {
	text, err := format.DecodeRecords(head[:min(len(head), 1024)])
	if err != nil {
		return false
	}
	for r := range format.Records(text, width) {
		return fileHeader(r) || is400(r.Text)
	}
	return false
}

func fileHeader(r format.Record) bool {
	return format.Digits(r.Columns(1, 3)) && r.Columns(4, 8) == "00000" && len(r.Text) > 142 &&
		strings.Trim(r.Columns(9, 17), " 0") == "" && strings.Trim(r.Columns(18, 18), " 01239") == ""
}

// is400 reports whether a file of 400 columns begins with the record.
func is400(s string) bool {
	for _, header := range []string{"01REMESSA", "02RETORNO", "01RETORNO"} {
		if strings.HasPrefix(s, header) {
			return true
		}
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
		if r.records == 0 && is400(rec.Text) {
			return wrong(rec, "", format.BadValue, "is a file of CNAB400, which carries boletos and payments: no statement of an account")
		}
		if err := r.record(rec); err != nil {
			return err
		}
	}
	return r.end()
}

func wrong(rec format.Record, field string, kind format.Kind, reason string) *format.Error {
	return &format.Error{Line: rec.Line, Field: field, Kind: kind, Reason: reason}
}
