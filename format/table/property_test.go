package table_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/table"
)

// style is how a bank writes a table.
type style struct {
	separator, end   string
	decimal, groups  string
	quoted, preamble bool
	layout           string // of days
}

func styles(t *rapid.T) style {
	s := style{
		separator: rapid.SampledFrom([]string{";", ",", "\t", "|"}).Draw(t, "separator"),
		end:       rapid.SampledFrom([]string{"\n", "\r\n", "\r"}).Draw(t, "end"),
		decimal:   rapid.SampledFrom([]string{",", "."}).Draw(t, "decimal"),
		quoted:    rapid.Bool().Draw(t, "quoted"),
		preamble:  rapid.Bool().Draw(t, "preamble"),
		layout:    rapid.SampledFrom([]string{"2006-01-02", "02.01.2006", "2.1.2006", "20060102", "2 Jan 2006", "02-Jan-06", "Jan 2, 2006"}).Draw(t, "days"),
	}
	if rapid.Bool().Draw(t, "grouped") {
		s.groups = map[string]string{",": ".", ".": ","}[s.decimal]
	}
	return s
}

func (s style) cell(text string) string {
	if s.quoted || strings.Contains(text, s.separator) || strings.Contains(text, `"`) {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}

func (s style) row(cells ...string) string {
	for i, c := range cells {
		cells[i] = s.cell(c)
	}
	return strings.Join(cells, s.separator) + s.end
}

// amount writes cents in the style.
func (s style) amount(cents int64) string {
	if cents == 0 {
		return ""
	}
	whole, sign := fmt.Sprint(cents/100), ""
	if cents < 0 {
		whole, sign, cents = fmt.Sprint(-cents/100), "-", -cents
	}
	for i := len(whole) - 3; i > 0 && s.groups != ""; i -= 3 {
		whole = whole[:i] + s.groups + whole[i:]
	}
	return fmt.Sprintf("%s%s%s%02d", sign, whole, s.decimal, cents%100)
}

func TestATableSaysTheSameInEveryStyle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := styles(t)
		var b strings.Builder
		if s.preamble {
			b.WriteString("Statement of an account" + s.end + s.end)
		}
		b.WriteString(s.row("Date", "Description", "Debit", "Credit", "Balance", "Currency"))
		day := fairlead.Date{Year: 2024, Month: 1, Day: 1}
		balance := int64(0)
		type want struct {
			day   fairlead.Date
			cents int64
			text  string
		}
		var wants []want
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			day = day.AddDays(rapid.IntRange(0, 20).Draw(t, "step"))
			cents := rapid.Int64Range(1, 10_000_000).Draw(t, "cents")
			text := rapid.SampledFrom([]string{"a", "b; c, d", `say "x"`, "tab|pipe", "Ünïcode"}).Draw(t, "text")
			in, out := s.amount(cents), ""
			if rapid.Bool().Draw(t, "out") {
				in, out, cents = "", in, -cents
			}
			balance += cents
			b.WriteString(s.row(day.Time().Format(s.layout), text, out, in, s.amount(balance), "EUR"))
			wants = append(wants, want{day, cents, text})
		}
		if !table.Format.Detect([]byte(b.String())) {
			t.Fatalf("it is no table:\n%s", b.String())
		}
		items, err := formattest.Read(table.Format, format.Input{Data: []byte(b.String())})
		if err != nil {
			t.Fatalf("%v:\n%s", err, b.String())
		}
		n := 0
		for _, it := range items {
			if it.Warning != nil {
				t.Fatalf("a warning: %v\n%s", it.Warning, b.String())
			}
			if tx := it.Transaction; tx != nil {
				w := wants[n]
				if n++; tx.Booked != w.day || !tx.Amount.Amount.Equal(fairlead.NewDecimal(w.cents, 2)) || tx.Description != w.text {
					t.Fatalf("row %d is %v %v %q, not %v:\n%s", n, tx.Booked, tx.Amount, tx.Description, w, b.String())
				}
			}
			if a := it.Account; a != nil && a.Balances.Current != nil && !a.Balances.Current.Amount.Equal(fairlead.NewDecimal(balance, 2)) {
				t.Fatalf("the balance is %v, not %d:\n%s", a.Balances.Current, balance, b.String())
			}
		}
		if n != len(wants) {
			t.Fatalf("%d rows of %d:\n%s", n, len(wants), b.String())
		}
	})
}

func TestEveryAmountIsARowABalanceOrNamedInAWarning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("Data Lançamento;Histórico;Descrição;Valor;Saldo\n")
		rows, warned := map[string]int{}, map[int]bool{}
		for i := range rapid.IntRange(1, 40).Draw(t, "rows") {
			line := i + 2
			amount := fmt.Sprintf("-%d.%02d", 1+i, rapid.IntRange(0, 99).Draw(t, "cents"))
			written := strings.Replace(amount, ".", ",", 1)
			switch rapid.SampledFrom([]string{"row", "row", "no day", "no such day", "no number", "nothing", "balance", "words"}).Draw(t, "kind") {
			case "row":
				fmt.Fprintf(&b, "0%d/01/2024;Pix;x;%s;\n", 1+i%9, written)
				rows[amount]++
			case "no day":
				fmt.Fprintf(&b, ";Pix;x;%s;\n", written)
				warned[line] = true
			case "no such day":
				fmt.Fprintf(&b, "31/02/2024;Pix;x;%s;\n", written)
				warned[line] = true
			case "no number":
				b.WriteString("01/01/2024;Pix;x;n/a;\n")
				warned[line] = true
			case "nothing":
				b.WriteString("01/01/2024;Pix;x;;\n")
				warned[line] = true
			case "balance":
				fmt.Fprintf(&b, "01/01/2024;Saldo do dia;;;%s\n", written)
			case "words":
				b.WriteString("Os dados acima podem mudar;;;;\n")
			}
		}
		items, err := formattest.Read(table.Format, format.Input{Data: []byte(b.String())})
		if err != nil && len(rows) > 0 {
			t.Fatalf("%v:\n%s", err, b.String())
		}
		for _, it := range items {
			if tx := it.Transaction; tx != nil {
				rows[tx.Amount.Amount.String()]--
			}
			if w := it.Warning; w != nil && !warned[w.Line] {
				t.Fatalf("a warning of line %d: %v\n%s", w.Line, w, b.String())
			} else if w != nil {
				delete(warned, w.Line)
			}
		}
		for amount, n := range rows {
			if n != 0 {
				t.Fatalf("%s: %d too few\n%s", amount, n, b.String())
			}
		}
		if len(warned) > 0 {
			t.Fatalf("no warning of lines %v:\n%s", warned, b.String())
		}
	})
}
