package qif

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

const name = "qif"

// Format is QIF.
var Format = format.Format{
	Name:    name,
	Title:   "QIF",
	Endings: []string{".qif"},
	Detect: func(head []byte) bool {
		text, err := format.DecodeText(head[:min(len(head), 512)&^1], "")
		return err == nil && format.HasPrefixFold([]byte(text), "!type:", "!account", "!option:", "!clear:")
	},
	Read: read,
}

// read goes over the entries twice: what dates and amounts mean shows only in all of
// them.
func read(in format.Input, take func(format.Item) error) error {
	text, err := format.DecodeText(in.Data, "")
	if err != nil {
		return &format.Error{Kind: format.BadValue, Reason: "must be text"}
	}
	seen := &evidence{}
	if err := entries(text, seen.add); err != nil {
		return err
	}
	style, err := seen.style(in.Answers)
	if err != nil {
		return err
	}
	r := &reader{take: take, style: style, securities: seen.securities, named: make(map[string]bool), known: make(map[string]*account), seen: make(map[string]int)}
	if err := entries(text, r.entry); err != nil {
		return err
	}
	return r.end()
}

// style is how a file writes what can be written in several ways.
type style struct {
	currency string
	decimal  byte // mark of decimals; 0: each amount shows it
	order    string
}

// style finds the style of a file, or says what has to be asked.
func (e *evidence) style(answers map[string]string) (style, error) {
	s := style{currency: strings.ToUpper(strings.TrimSpace(answers[format.AskCurrency])), decimal: e.decimals.Mark()}
	var questions []format.Question
	if !fairlead.ValidCurrency(s.currency) {
		questions = append(questions, format.Question{Name: format.AskCurrency, Needed: true})
	}
	switch said := answers[format.AskDates]; said {
	case format.DatesDayFirst, format.DatesMonthFirst, format.DatesYearFirst:
		s.order = said
	default:
		if s.order = e.dates.order(); s.order == "" {
			questions = append(questions, format.Question{
				Name: format.AskDates, Choices: []string{format.DatesDayFirst, format.DatesMonthFirst}, Needed: true,
			})
		}
	}
	switch said := answers[format.AskDecimal]; {
	case said == "," || said == ".":
		s.decimal = said[0]
	case s.decimal == 0 && e.unclear:
		questions = append(questions, format.Question{Name: format.AskDecimal, Choices: []string{",", "."}, Value: ".", Needed: true})
	}
	switch {
	case e.accounts == 0:
		return s, &format.Error{Kind: format.Empty, Reason: "holds no rows of an account"}
	case len(questions) > 0:
		return s, &format.Error{Kind: format.Open, Reason: "leaves open what has to be answered first", Questions: questions}
	}
	return s, nil
}
