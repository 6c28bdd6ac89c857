package format_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

func TestRecordsAreLinesHoweverTheyEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string // with line numbers
	}{
		{"", nil},
		{"one\ntwo\n", []string{"1 one", "2 two"}},
		{"one\r\ntwo\r\n\x1a", []string{"1 one", "2 two"}},
		{"one\rtwo\r", []string{"1 one", "2 two"}},
		{"one\r\rtwo\n\nthree", []string{"1 one", "3 two", "5 three"}},
		{"\ufeffone\n  \nthree ", []string{"1 one", "3 three "}},
		{"0123456789abcdef", []string{"1 01234567", "2 89abcdef"}},
		{"01é34567é9", []string{"1 01é34567", "2 é9"}},
	} {
		var got []string
		for r := range format.Records(c.text, 8) {
			got = append(got, fmt.Sprint(r.Line, " ", r.Text))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	for range format.Records("one\ntwo\n", 8) {
		break // the rest is not wanted
	}
}

func TestColumnsAreCharactersFromOne(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"abcdefgh", "áßçdéfgh", "a\xffcdefgh"} {
		for r := range format.Records(text+"\n", 8) {
			all := []rune(text)
			for from := 1; from <= 10; from++ {
				for to := from; to <= 10; to++ {
					want := string(all[min(from-1, len(all)):min(to, len(all))])
					if got := r.Columns(from, to); strings.ToValidUTF8(got, "\ufffd") != want {
						t.Errorf("%q %d-%d: got %q, want %q", text, from, to, got, want)
					}
				}
			}
		}
	}
	for r := range format.Records(" a b \n", 8) {
		if got := r.Value(1, 5); got != "a b" {
			t.Errorf("got %q", got)
		}
	}
}

func TestCodePage850IsSeenByItsLetters(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"PEÑA MUÑOZ", "São João, ação", "plain", "Ávila 3º izquierda", "débito automático água"} {
		for _, set := range []*charmap.Charmap{charmap.CodePage850, charmap.ISO8859_1, charmap.Windows1252} {
			data, err := set.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := format.DecodeRecords(data); err != nil || got != text {
				t.Errorf("%q in %s: got %q, %v", text, set, got, err)
			}
		}
		if got, err := format.DecodeRecords([]byte(text)); err != nil || got != text {
			t.Errorf("%q in UTF-8: got %q, %v", text, got, err)
		}
	}
}

func day(s string) fairlead.Date {
	d, err := fairlead.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// statement is an account with a balance of n as of the period's end.
func statement(key, from, to string, n int64) format.Account {
	a := format.Account{Key: key, Period: fairlead.Interval{From: day(from), To: day(to)}}
	a.Balances = fairlead.Balances{Current: &fairlead.Money{Amount: fairlead.NewDecimal(n, 0), Currency: "EUR"}, AsOf: day(to).Time()}
	return a
}

func TestTheLatestStatementSaysWhatAnAccountHolds(t *testing.T) {
	t.Parallel()
	january, february, march := statement("a", "2024-01-01", "2024-01-31", 1), statement("a", "2024-02-01", "2024-02-29", 2), statement("a", "2024-03-01", "2024-03-31", 3)
	cut := format.Account{Key: "a"}
	for _, c := range []struct {
		name     string
		added    []format.Account
		balance  string
		from, to string
	}{
		{"in order", []format.Account{january, february, march}, "3", "2024-01-01", "2024-03-31"},
		{"backwards", []format.Account{march, february, january}, "3", "2024-01-01", "2024-03-31"},
		{"with a gap", []format.Account{march, january}, "3", "2024-03-01", "2024-03-31"},
		{"the same twice", []format.Account{january, january}, "1", "2024-01-01", "2024-01-31"},
		{"one within another", []format.Account{statement("a", "2024-01-01", "2024-03-31", 3), february}, "3", "2024-01-01", "2024-03-31"},
		{"cut off at the end", []format.Account{january, cut}, "1", "2024-01-01", "2024-01-31"},
		{"cut off first", []format.Account{cut, january}, "1", "2024-01-01", "2024-01-31"},
	} {
		var s format.Statements
		for _, a := range c.added {
			if err := s.Add(a); err != nil {
				t.Fatal(err)
			}
		}
		var got []*format.Account
		if err := s.Hand(func(it format.Item) error { got = append(got, it.Account); return nil }); err != nil || len(got) != 1 || s.Len() != 1 {
			t.Fatalf("%s: %d accounts, %v", c.name, len(got), err)
		}
		if p := got[0].Period; got[0].Balances.Current.Amount.String() != c.balance || p.From.String() != c.from || p.To.String() != c.to {
			t.Errorf("%s: %v in %v", c.name, got[0].Balances.Current, p)
		}
	}
}

func TestAMaskIsTheLastFourLettersAndDigits(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{"": "", "12": "12", "0012-345 6": "3456", "ÄÖÜß": "ÄÖÜß", "--": ""} {
		if got := format.Mask(number); got != want {
			t.Errorf("%q: got %q, want %q", number, got, want)
		}
	}
}
