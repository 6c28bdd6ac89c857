package statementfile

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// unread is the preview of a file that can't be read yet.
func unread(why []fairlead.FileWarning) *fairlead.Preview {
	return &fairlead.Preview{Files: []fairlead.PreviewFile{}, Accounts: []fairlead.PreviewAccount{}, Warnings: why}
}

// lacking says what has to be answered, beyond these values, before anything can be read: a
// warning of kind open each. Its Field is "date" or "amount" where no column is, "column N" of
// a column that has to be answered, or else the question's name.
func lacking(open *format.Error, values map[string]string) (out []fairlead.FileWarning) {
	add := func(field, reason string) {
		out = append(out, fairlead.FileWarning{Kind: string(format.Open), Field: field, Reason: reason})
	}
	columns, undecided, roles := false, false, map[string]bool{}
	for _, q := range open.Questions {
		if strings.HasPrefix(q.Name, format.AskColumn) {
			columns, undecided = true, undecided || q.Needed && values[q.Name] == ""
			roles[values[q.Name]] = true
		}
	}
	if columns && !roles["date"] {
		add("date", "must be one of the columns")
	}
	if columns && !undecided && !roles["amount"] && !roles["money_in"] && !roles["money_out"] {
		add("amount", "must be one of the columns")
	}
	for _, q := range open.Questions {
		if q.Needed && values[q.Name] == "" {
			add(strings.Replace(q.Name, format.AskColumn, "column ", 1), "must be answered")
		}
	}
	if len(out) == 0 {
		add(open.Field, open.Reason)
	}
	return out
}
