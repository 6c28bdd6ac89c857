package bai2

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

const (
	name     = "bai2"
	maxLines = 10_000 // of one record with those that it goes on in
)

// Format is BAI2.
var Format = format.Format{
	Name:    name,
	Title:   "BAI2",
	Endings: []string{".bai", ".bai2", ".btrs", ".txt"},
	Detect:  detect,
	Read:    read,
}

// detect goes by the header: its code, a date, a time, and the version as the last field.
func detect(head []byte) bool {
	s, err := format.DecodeText(head[:min(len(head), 1024)], "")
	if err != nil {
		return false
	}
	for r := range format.Records(s, len(s)+1) {
		fields := strings.Split(strings.TrimSuffix(strings.TrimSpace(r.Text), "/"), ",")
		if len(fields) < 6 || len(fields) > 9 || strings.TrimSpace(fields[0]) != "01" {
			return false
		}
		date, version := strings.TrimSpace(fields[3]), strings.TrimSpace(fields[len(fields)-1])
		return (len(date) == 6 || len(date) == 8) && format.Digits(date) && (len(fields) < 9 || version == "2" || version == "3" || version == "")
	}
	return false
}

func read(in format.Input, take func(format.Item) error) error {
	text, err := format.DecodeText(in.Data, "")
	if err != nil {
		return &format.Error{Kind: format.BadValue, Reason: "must be text"}
	}
	r := &reader{take: take, answers: in.Answers}
	if err := r.lines(text); err != nil {
		return err
	}
	return r.end()
}

// lines puts the records together that go on in records 88.
func (r *reader) lines(text string) error {
	var rec record
	for l := range format.Records(text, len(text)+1) {
		code, rest, _ := strings.Cut(l.Text, ",")
		full := r.width > 0 && len(strings.TrimRight(l.Text, " \t")) >= r.width
		code = strings.TrimRight(strings.TrimSpace(code), "/ ")
		if code == "88" && rec.code != "" {
			if rec.lines++; rec.lines > maxLines {
				return wrong(rec, "", format.TooLarge, "goes on in more than "+strconv.Itoa(maxLines)+" records 88").OfShape()
			}
			rec.add(rest, full)
			continue
		}
		if err := r.record(rec); err != nil {
			return err
		}
		rec = record{code: code, line: l.Line, lines: 1, segments: rec.segments[:0]}
		rec.add(rest, full)
	}
	return r.record(rec)
}

func wrong(rec record, field string, kind format.Kind, reason string) *format.Error {
	return &format.Error{Line: rec.line, Field: field, Kind: kind, Reason: reason}
}
