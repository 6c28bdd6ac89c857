package statementfile_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
)

func TestAMappingThatReadsNothingSaysWhatIsLacking(t *testing.T) {
	t.Parallel()
	p := newPerson(t)
	text := "Wann;Was;A;B\n13.01.2024;Kaffee;;4,20\n14.01.2024;Lohn;1650,00;\n"
	l := p.begin().bring(p.put("january.csv", []byte(text)))
	lacks := func(form *fairlead.Form) string {
		if form.Preview == nil || len(form.Preview.Rows) > 0 {
			t.Fatalf("it shows %+v", form.Preview)
		}
		var all []string
		for _, w := range form.Preview.Warnings {
			if w.Kind != "open" || w.Reason == "" {
				t.Errorf("a warning is %+v", w)
			}
			all = append(all, w.Field)
		}
		return strings.Join(all, ",")
	}
	if got := lacks(l.form("mapping")); got != "column 3,column 4,currency" {
		t.Errorf("at first it lacks %s", got)
	}
	l = l.say("column.1", "ignore", "column.3", "ignore", "column.4", "ignore", "currency", "EUR", "try", "yes")
	if got := lacks(l.form("mapping")); got != "date,amount" {
		t.Errorf("of columns that are ignored it lacks %s", got)
	}
	l = l.say("column.1", "date", "column.3", "money_in", "column.4", "money_out", "try", "yes")
	if got := l.form("mapping").Preview; got == nil || len(got.Rows) != 2 || len(got.Warnings) != 0 || got.Rows[0].Amount.String() != "-4.20 EUR" {
		t.Errorf("with all of it it shows %+v", got)
	}
}
