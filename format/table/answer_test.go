package table_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

const unclear = "When,What,How much\n01/02/2024,Lunch,12.50\n03/04/2024,Train,7.10\n"

// open reads a table that must leave something open.
func open(t *testing.T, text string, answers map[string]string) *format.Error {
	t.Helper()
	_, err := formattest.Read(table.Format, format.Input{Data: []byte(text), Answers: answers})
	e, ok := errors.AsType[*format.Error](err)
	if !ok || e.Kind != format.Open || len(e.Questions) == 0 {
		t.Fatalf("it is not open: %v", err)
	}
	return e
}

func names(e *format.Error) (all []string) {
	for _, q := range e.Questions {
		all = append(all, q.Name)
	}
	return all
}

func TestAnswersAreRememberedByTheHeaderAlone(t *testing.T) {
	t.Parallel()
	first := open(t, unclear, nil)
	other := open(t, strings.ReplaceAll("Printed yesterday\n\n"+unclear, "12.50", "99.00"), nil)
	if first.Layout != other.Layout || !strings.HasPrefix(first.Layout, "table:") || strings.Contains(first.Layout, "When") {
		t.Errorf("one header is %q and %q", first.Layout, other.Layout)
	}
	if renamed := open(t, strings.Replace(unclear, "What", "Why", 1), nil); renamed.Layout == first.Layout {
		t.Error("another header has the same digest")
	}
	answers := map[string]string{
		"column.1": "date", "column.2": "description", "column.3": "amount", "dates": "month_first", "sign": "as_is", "currency": "EUR",
	}
	for _, it := range formattest.Items(t, table.Format, format.Input{Data: []byte(unclear), Answers: answers}) {
		if it.Account != nil && it.Account.Layout != first.Layout {
			t.Errorf("the account's layout is %q, the question's %q", it.Account.Layout, first.Layout)
		}
		if tx := it.Transaction; tx != nil && tx.Booked.Day != 2 && tx.Booked.Day != 4 {
			t.Errorf("the day is %s", tx.Booked)
		}
	}
}

func TestAccountsOfPayeesAreNoAccountsOfTheFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, column, want string }{
		"empty in a row": {
			"Buchungstag;Auftraggeber;Verwendungszweck;Kontonummer;Betrag (EUR)\n31.03.2026;Stadtwerke;Strom;DE02120300000000202051;-84,00\n" +
				"30.03.2026;Laden;Karte;;-10,10\n27.03.2026;Arbeit;Lohn;DE02500105170137075030;3.100,55\n", "column.4", "ignore",
		},
		"next to the payee": {
			"Buchungstag;Name;IBAN;Verwendungszweck;Betrag (EUR)\n31.03.2026;Stadtwerke;DE02120300000000202051;Strom;-84,00\n" +
				"27.03.2026;Arbeit;DE02500105170137075030;Lohn;3.100,55\n", "column.3", "ignore",
		},
		"another in each row": {
			"Buchungstag;IBAN;Text;Betrag (EUR)\n31.03.2026;DE02120300000000202051;Strom;-84,00\n" +
				"30.03.2026;DE02100100100006820101;Gas;-10,10\n27.03.2026;DE02500105170137075030;Lohn;3.100,55\n", "column.2", "account",
		},
	} {
		questions := open(t, c.text, nil).Questions
		if n := slices.IndexFunc(questions, func(q format.Question) bool { return q.Name == c.column }); n < 0 || questions[n].Value != c.want {
			t.Errorf("%s: it asks %+v", name, questions)
		}
	}
}

func TestOnlyWhatIsOpenIsAQuestion(t *testing.T) {
	t.Parallel()
	if got, want := names(open(t, unclear, nil)), []string{"column.1", "column.2", "column.3", "dates", "sign", "currency"}; !slices.Equal(got, want) {
		t.Errorf("the questions are %v, not %v", got, want)
	}
	answers := map[string]string{"column.1": "date", "column.2": "description", "column.3": "amount", "dates": "day_first", "currency": "EUR"}
	if got := names(open(t, unclear, answers)); !slices.Contains(got, "sign") || slices.Contains(got, "dates") || slices.Contains(got, "currency") {
		t.Errorf("the questions are %v", got)
	}
}

func TestAnAnswerThatIsNoneLeavesTheQuestionOpen(t *testing.T) {
	t.Parallel()
	answers := map[string]string{"column.1": "colour", "dates": "backwards", "sign": "maybe", "currency": "Euro", "column.99": "date", "nothing": "x"}
	if got, want := names(open(t, unclear, answers)), names(open(t, unclear, nil)); !slices.Equal(got, want) {
		t.Errorf("the questions are %v, not %v", got, want)
	}
}

func TestAnAnswerOverrulesTheLayout(t *testing.T) {
	t.Parallel()
	text := "date,title,amount\n2024-02-03,Mercado,84.35\n"
	items := formattest.Items(t, table.Format, format.Input{Data: []byte(text), Answers: map[string]string{"sign": "as_is", "currency": "USD"}})
	if got := items[0].Transaction.Amount.String(); got != "84.35 USD" {
		t.Errorf("the amount is %s", got)
	}
}

func TestNoTextHasBytesThatNoTextHas(t *testing.T) {
	t.Parallel()
	text := "Data,Valor,Identificador,Descrição\n" + strings.Repeat("01/02/2024,-1.00,a,Pão\n", 300) + "02/02/2024,\x01-2.00,\x00b,\x02c\x1f\x00d\n"
	for _, it := range formattest.Items(t, table.Format, format.Input{Data: []byte(text)}) {
		if tx := it.Transaction; tx != nil && strings.ContainsAny(tx.Description+tx.Ref, "\x00\x01\x02\x1f") {
			t.Errorf("the text is %q, the id %q", tx.Description, tx.Ref)
		}
	}
}
