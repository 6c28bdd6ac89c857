package table_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

// proposed is what is proposed for the columns of a table.
func proposed(e *format.Error) string {
	var all []string
	for _, q := range e.Questions {
		if strings.HasPrefix(q.Name, format.AskColumn) {
			all = append(all, q.Value)
		}
	}
	return strings.Join(all, ",")
}

func TestTwoColumnsThatRowsFillInTurnAreMoneyInAndOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"by words": {
			"When;What;Paid;Got\n13.01.2024;Coffee;4,20;\n14.01.2024;Salary;;1650,00\n15.01.2024;Rent;900,00;\n", "date,description,money_out,money_in",
		},
		"by words of German": {
			"Wann;Was;Rein;Raus\n13.01.2024;Kaffee;;4,20\n14.01.2024;Lohn;1650,00;\n", "date,description,money_in,money_out",
		},
		"zeros stand for nothing": {
			"Wann;Was;Raus;Rein\n13.01.2024;Kaffee;4,20;0,00\n14.01.2024;Lohn;0,00;1650,00\n", "date,description,money_out,money_in",
		},
		"by balances": {
			"Wann;Was;A;B;Saldo\n13.01.2024;Kaffee;;4,20;95,80\n14.01.2024;Lohn;1650,00;;1745,80\n15.01.2024;Miete;;900,00;845,80\n16.01.2024;Tee;;5,80;840,00\n",
			"date,description,money_in,money_out,balance",
		},
		"balances against words": {
			"Wann;Was;Rein;Raus;Saldo\n13.01.2024;Kaffee;4,20;;95,80\n14.01.2024;Lohn;;1650,00;1745,80\n15.01.2024;Miete;900,00;;845,80\n16.01.2024;Tee;5,80;;840,00\n",
			"date,description,,,balance",
		},
		"balances of a card": {
			"Wann;Karte;A;B;Saldo\n13.01.2024;Kaffee;;4,20;95,80\n14.01.2024;Lohn;1650,00;;1745,80\n15.01.2024;Miete;;900,00;845,80\n16.01.2024;Tee;;5,80;840,00\n",
			"date,description,,,balance",
		},
		"by signs":     {"Wann;Was;A;B\n13.01.2024;Kaffee;;-4,20\n14.01.2024;Lohn;1650,00;\n", "date,description,money_in,money_out"},
		"by the other": {"Wann;Was;Zz;Debit\n13.01.2024;Kaffee;;4,20\n14.01.2024;Lohn;1650,00;\n", "date,description,money_in,money_out"},
		"by nothing":   {"Wann;Was;A;B\n13.01.2024;Kaffee;;4,20\n14.01.2024;Lohn;1650,00;\n", "date,description,,"},
		"a row has both": {
			"Wann;Was;Raus;Rein\n13.01.2024;Kaffee;4,20;1,00\n14.01.2024;Lohn;;1650,00\n15.01.2024;Miete;900,00;\n", "date,description,amount,ignore",
		},
	} {
		if got := proposed(open(t, c.text, nil)); got != c.want {
			t.Errorf("%s: it proposes %s, not %s", name, got, c.want)
		}
	}
}

func TestWhichColumnIsMoneyInMustBeAnswered(t *testing.T) {
	t.Parallel()
	text := "Wann;Was;A;B\n13.01.2024;Kaffee;;4,20\n14.01.2024;Lohn;1650,00;\n"
	first := open(t, text, nil)
	if got, want := names(first), []string{"column.1", "column.2", "column.3", "column.4", "currency"}; !slices.Equal(got, want) {
		t.Errorf("the questions are %v, not %v", got, want)
	}
	for i, q := range first.Questions[:4] {
		if q.Needed != (i >= 2) {
			t.Errorf("that %s is needed is %t", q.Name, q.Needed)
		}
	}
	open(t, text, map[string]string{"column.1": "date", "column.3": "money_in", "currency": "EUR"})
	items := formattest.Items(t, table.Format, format.Input{Data: []byte(text), Answers: map[string]string{
		"column.3": "money_out", "column.4": "money_in", "currency": "EUR",
	}})
	if got := items[0].Transaction.Amount.String() + " " + items[1].Transaction.Amount.String(); got != "4.20 EUR -1650.00 EUR" {
		t.Errorf("the amounts are %s", got)
	}
}

func TestAColumnOfCurrenciesIsKnownByItsHeader(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"Ccy", "CCY", "Cur", "Cur.", "Moeda", "Divisa", "Valuta", "Currency"} {
		filled := "Date;What;Zz;" + header + "\n13.01.2024;Coffee;-4,20;EUR\n14.01.2024;Salary;1650,00;USD\n"
		e := open(t, filled, nil)
		if got := proposed(e); got != "date,description,amount,currency" || slices.Contains(names(e), "currency") {
			t.Errorf("%s: it proposes %s and asks %v", header, got, names(e))
		}
		e = open(t, strings.NewReplacer(";EUR", ";", ";USD", ";").Replace(filled), nil)
		if got := proposed(e); got != "date,description,amount,currency" || !slices.Contains(names(e), "currency") {
			t.Errorf("%s above nothing: it proposes %s and asks %v", header, got, names(e))
		}
		items := formattest.Items(t, table.Format, format.Input{
			Data:    []byte(strings.NewReplacer(";EUR", ";", ";USD", ";").Replace(filled)),
			Answers: map[string]string{"column.3": "amount", "sign": "as_is", "currency": "CHF"},
		})
		if got := items[0].Transaction.Amount.String(); got != "-4.20 CHF" {
			t.Errorf("%s above nothing: the amount is %s", header, got)
		}
	}
	days := "Datum;Was;Zz;Valuta\n13.01.2024;Kaffee;-4,20;14.01.2024\n14.01.2024;Lohn;1650,00;15.01.2024\n"
	if got := proposed(open(t, days, nil)); got != "date,description,amount,value_date" {
		t.Errorf("of days it proposes %s", got)
	}
}
