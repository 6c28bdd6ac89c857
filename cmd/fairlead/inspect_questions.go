package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead/format"
)

// wrongAnswer is an answer to a question that is none.
type wrongAnswer struct {
	Name   string `json:"name"`
	Reason string `json:"reason"` // a clause whose subject is the answer
}

// wrongAnswers are those that the questions still open were answered with.
func wrongAnswers(open []format.Question, answers map[string]string) (all []wrongAnswer) {
	for _, q := range open {
		answer, given := answers[q.Name]
		switch {
		case !given:
		case len(q.Choices) > 0 && !slices.Contains(q.Choices, answer):
			all = append(all, wrongAnswer{q.Name, "is none of the choices"})
		case q.Name == format.AskCurrency && format.Currency(answer) == "":
			all = append(all, wrongAnswer{q.Name, "is no currency of ISO 4217"})
		}
	}
	return all
}

// questions prints what is open, and how it is answered.
func (r inspection) questions(w *env) error {
	if len(r.Questions) == 0 {
		return nil
	}
	var roles []string // that a column may have
	err := section(w, []string{"QUESTION", "NEEDED", "CHOICES", "TAKEN", "HEADER", "SAMPLE"}, r.Questions, func(q format.Question) []string {
		needed, choices := "no", strings.Join(q.Choices, ",")
		if q.Needed {
			needed = "yes"
		}
		if ofColumn(q) {
			roles, choices = q.Choices, "see below"
		}
		return []string{q.Name, needed, cmp.Or(choices, "-"), cmp.Or(q.Value, "-"), cmp.Or(printable(q.Header), "-"), cmp.Or(printable(strings.Join(q.Sample, " | ")), "-")}
	})
	err = cmp.Or(err, section(w, []string{"ANSWER", "PROBLEM"}, r.WrongAnswers, func(a wrongAnswer) []string {
		return []string{a.Name, a.Reason}
	}))
	if len(roles) > 0 {
		fmt.Fprintf(w.out, "\nA column is one of: %s.\n", strings.Join(roles, ", "))
	}
	if advice := settling(r.Questions, r.answers); advice != "" {
		fmt.Fprintf(w.out, "\n%s\n", advice)
	}
	fmt.Fprintln(w.out, "\nAnswer with --answer NAME=VALUE.")
	return err
}

func ofColumn(q format.Question) bool {
	return strings.HasPrefix(q.Name, format.AskColumn) && len(q.Choices) > 0
}

// settling says which answers about columns would do, where none is needed by itself.
func settling(open []format.Question, answers map[string]string) string {
	first, answered := "", false
	has := map[string]bool{}
	for _, q := range open {
		if !ofColumn(q) {
			continue
		}
		if q.Needed {
			return ""
		}
		has[q.Value] = true
		answered = answered || slices.Contains(q.Choices, answers[q.Name])
		if first == "" || q.Value == "date" {
			first = q.Name + "=" + q.Value
		}
	}
	var missing []string
	if !has["date"] {
		missing = append(missing, "date")
	}
	if !has["amount"] && !has["money_in"] && !has["money_out"] {
		missing = append(missing, "amount (or money_in and money_out)")
	}
	switch {
	case first == "":
		return ""
	case len(missing) > 0:
		return "Say which column is: " + strings.Join(missing, ", ") + "."
	case answered:
		return ""
	}
	return "If the columns are what they are taken for, --answer " + first + " confirms all of them."
}
