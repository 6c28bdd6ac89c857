package reader

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// plainText is a format of these tests alone: a line each, "account NUMBER CURRENCY",
// "day DAY AMOUNT REF TEXT =BALANCE", "pending …", "balance DAY AMOUNT", "complete", "warn",
// "ask", "bad".
var plainText = format.Format{
	Name:   "plain",
	Detect: func(head []byte) bool { return bytes.HasPrefix(head, []byte("plain")) },
	Read: func(in format.Input, take func(format.Item) error) error {
		var a format.Account
		for n, l := range strings.Split(string(in.Data), "\n") {
			f := strings.SplitN(l, " ", 5)
			var it format.Item
			switch f[0] {
			case "account":
				a = format.Account{Key: l, Names: format.Names{Scheme: "bank", Number: f[1], Currency: f[2]}, Account: fairlead.Account{Currency: f[2]}}
				own := a
				it.Account = &own
			case "balance":
				day, _ := fairlead.ParseDate(f[1])
				m, _ := fairlead.ParseMoney(f[2], a.Currency)
				own := a
				own.Balances = fairlead.Balances{Current: &m, AsOf: day.Time()}
				it.Account = &own
			case "complete":
				own := a
				own.Complete.Pending = true
				it.Account = &own
			case "day", "pending":
				day, _ := fairlead.ParseDate(f[1])
				amount, currency, _ := strings.Cut(f[2], "/")
				m, err := fairlead.ParseMoney(amount, cmp.Or(currency, a.Currency))
				if err != nil {
					return &format.Error{Line: n + 1, Kind: format.BadValue, Reason: "must be an amount"}
				}
				state := fairlead.TransactionPosted
				if f[0] == "pending" {
					state = fairlead.TransactionPending
				}
				description, balance, _ := strings.Cut(f[4], " =")
				it.Transaction = &fairlead.Transaction{AccountRef: a.Key, Booked: day, Amount: m, Ref: strings.Trim(f[3], "-"), Description: description, State: state}
				if after, err := fairlead.ParseMoney(balance, a.Currency); err == nil {
					it.Transaction.BalanceAfter = &after
				}
			case "warn":
				it.Warning = &format.Error{Line: n + 1, Kind: format.Differs, Reason: "differs"}
			case "ask":
				if in.Answers["currency"] == "" {
					return &format.Error{Kind: format.Open, Reason: "leaves the currency open", Questions: []format.Question{{Name: "currency", Needed: true}}}
				}
				continue
			case "bad":
				return &format.Error{Line: n + 1, Kind: format.BadValue, Reason: "is bad"}
			default:
				continue
			}
			if err := take(it); err != nil {
				return err
			}
		}
		return nil
	},
}

func text(name string, lines ...string) format.Input {
	return format.Input{Name: name, Data: []byte("plain\n" + strings.Join(lines, "\n"))}
}

func readPlain(t *testing.T, in ...format.Input) (*Import, error) {
	t.Helper()
	return readAll(t.Context(), []format.Format{plainText}, in)
}

func mustRead(t *testing.T, in ...format.Input) *Import {
	t.Helper()
	imp, err := readPlain(t, in...)
	if err != nil {
		t.Fatal(err)
	}
	return imp
}

// rowsOf are the rows of an import in words.
func rowsOf(imp *Import) (all []string) {
	for t := range imp.Transactions.All() {
		all = append(all, fmt.Sprintf("%s %s %s %s", t.Booked, t.Amount.Amount, t.Description, t.State))
	}
	return all
}

func wantRows(t *testing.T, imp *Import, want ...string) {
	t.Helper()
	if got := rowsOf(imp); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("rows\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRowsOfTwoFilesThatOverlapComeOnce(t *testing.T) {
	t.Parallel()
	t.Run("with ids", func(t *testing.T) {
		t.Parallel()
		wantRows(t, mustRead(t,
			text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 r1 COFFEE", "day 2024-01-01 -1.00 r2 COFFEE", "day 2024-01-02 -5.00 r3 TRAIN"),
			text("b", "account 12345678 EUR", "day 2024-01-01 -1.00 r2 COFFEE", "day 2024-01-01 -1.00 r9 COFFEE", "day 2024-01-02 -5 r3 TRAIN", "day 2024-01-03 -7.00 r3 TRAIN")),
			"2024-01-01 -1.00 COFFEE posted", "2024-01-01 -1.00 COFFEE posted", "2024-01-02 -5.00 TRAIN posted", "2024-01-01 -1.00 COFFEE posted", "2024-01-03 -7.00 TRAIN posted")
	})
	t.Run("without ids", func(t *testing.T) {
		t.Parallel()
		wantRows(t, mustRead(t,
			text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 - COFFEE", "day 2024-01-02 -5.00 - TRAIN"),
			text("b", "account 12345678 EUR", "day 2024-01-01 -1.00 - COFFEE", "day 2024-01-01 -1.00 - COFFEE"),
			text("c", "account 12345678 EUR", "day 2024-01-01 -1.00 - COFFEE", "day 2024-01-01 -1.00 - COFFEE")),
			"2024-01-01 -1.00 COFFEE posted", "2024-01-02 -5.00 TRAIN posted", "2024-01-01 -1.00 COFFEE posted")
	})
	t.Run("with ids made anew", func(t *testing.T) {
		t.Parallel()
		wantRows(t, mustRead(t,
			text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 1 COFFEE", "day 2024-01-01 -1.00 2 COFFEE", "day 2024-01-02 -5.00 3 TRAIN"),
			text("b", "account 12345678 EUR", "day 2024-01-02 -5.00 77 TRAIN", "day 2024-01-03 -7.00 78 TRAIN")),
			"2024-01-01 -1.00 COFFEE posted", "2024-01-01 -1.00 COFFEE posted", "2024-01-02 -5.00 TRAIN posted", "2024-01-03 -7.00 TRAIN posted")
	})
	t.Run("one with ids, one without", func(t *testing.T) {
		t.Parallel()
		wantRows(t, mustRead(t,
			text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 1 COFFEE"),
			text("b", "account 12345678 EUR", "day 2024-01-01 -1.00 - COFFEE", "day 2024-01-01 -1.00 - COFFEE")),
			"2024-01-01 -1.00 COFFEE posted", "2024-01-01 -1.00 COFFEE posted")
	})
	t.Run("never of two accounts", func(t *testing.T) {
		t.Parallel()
		imp := mustRead(t,
			text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 1 COFFEE"),
			text("b", "account 12345678 USD", "day 2024-01-01 -1.00 1 COFFEE"))
		if len(imp.Accounts) != 2 || imp.Transactions.Len() != 2 || imp.Accounts[0].Ref == imp.Accounts[1].Ref {
			t.Errorf("%+v", imp)
		}
	})
}

func TestOneNumberInThreeCurrenciesIsThreeAccountsWhateverAFourthLeavesOut(t *testing.T) {
	t.Parallel()
	all := []format.Input{
		text("eur", "account 12345678 EUR", "day 2024-01-01 -1.00 1 A"), text("usd", "account 12345678 USD", "day 2024-01-01 -1.00 1 A"),
		text("brl", "account 12345678 BRL", "day 2024-01-01 -1.00 1 A"), text("unsaid", "account 12345678 "),
	}
	for i := range all {
		in := append(append([]format.Input{}, all[i:]...), all[:i]...)
		if imp := mustRead(t, in...); len(imp.Accounts) != 4 {
			t.Errorf("%d accounts, want one of each currency and one that may be any of them", len(imp.Accounts))
		}
	}
	if imp := mustRead(t, all[0], all[3]); len(imp.Accounts) != 1 || imp.Accounts[0].Currency != "EUR" {
		t.Errorf("%+v", imp.Accounts)
	}
}

func TestMoneyOfSeveralCurrenciesIsNotSummedUp(t *testing.T) {
	t.Parallel()
	imp := mustRead(t, text("eur", "account 12345678 EUR", "day 2024-01-01 -1.00 1 A", "day 2024-01-02 3.00 2 B"))
	if s := imp.Summaries()[0]; s.In == nil || s.In.Amount.String() != "3.00" || s.Out.Amount.String() != "-1.00" {
		t.Errorf("of one currency: %v and %v", s.In, s.Out)
	}
	imp = mustRead(t, text("two", "account 12345678 EUR", "day 2024-01-01 -1.00 1 A", "day 2024-01-02 3.00/USD 2 B"))
	if s := imp.Summaries()[0]; s.In != nil || s.Out != nil || s.Rows != 2 {
		t.Errorf("of two currencies: %v and %v of %d rows", s.In, s.Out, s.Rows)
	}
}

func TestTheBalanceOfTheNewestDayStands(t *testing.T) {
	t.Parallel()
	march := text("march", "account 12345678 EUR", "balance 2024-03-31 900.00")
	january := text("january", "account 12345678 EUR", "balance 2024-01-31 111.00")
	for _, in := range [][]format.Input{{march, january}, {january, march}} {
		b := mustRead(t, in...).Accounts[0].Balances
		if b.Current.String() != "900.00 EUR" || fairlead.DateOf(b.AsOf) != (fairlead.Date{Year: 2024, Month: time.March, Day: 31}) {
			t.Errorf("%v of %v", b.Current, b.AsOf)
		}
	}
}

func TestPendingRowsAreThoseOfTheNewestCompleteList(t *testing.T) {
	t.Parallel()
	older := text("older", "account 12345678 EUR", "balance 2024-01-31 1.00", "complete", "pending 2024-01-30 -42.00 - BOOKS", "pending 2024-01-30 -9.00 - HOTEL")
	newer := text("newer", "account 12345678 EUR", "balance 2024-02-05 1.00", "complete", "day 2024-02-01 -42.00 B77 BOOKS", "pending 2024-02-04 -3.00 - TEA")
	for _, in := range [][]format.Input{{older, newer}, {newer, older}} {
		wantRows(t, mustRead(t, in...), "2024-02-01 -42.00 BOOKS posted", "2024-02-04 -3.00 TEA pending")
	}
}

func TestAPendingRowThatAnotherFileHasBookedGoes(t *testing.T) {
	t.Parallel()
	wantRows(t, mustRead(t,
		text("a", "account 12345678 EUR", "pending 2024-01-30 -42.00 - BOOKS", "pending 2024-01-30 -42.00 - BOOKS"),
		text("b", "account 12345678 EUR", "day 2024-02-01 -42.00 B77 BOOKS")),
		"2024-01-30 -42.00 BOOKS pending", "2024-02-01 -42.00 BOOKS posted")
}

func TestARefusedFileStandsBesideThoseRead(t *testing.T) {
	t.Parallel()
	imp := mustRead(t, text("good", "account 12345678 EUR", "day 2024-01-01 -1.00 1 A"), text("wrong", "account 12345678 EUR", "day 2024-01-01 -1.00 1 A", "bad"), format.Input{Name: "odd", Data: []byte("?")})
	if len(imp.Files) != 3 || imp.Transactions.Len() != 1 || imp.Files[0].Error != nil || imp.Files[0].Rows != 1 {
		t.Fatalf("%+v", imp)
	}
	if e := imp.Files[1].Error; e == nil || e.Kind != format.BadValue || e.File != "wrong" || e.Format != "plain" || e.Line != 4 {
		t.Errorf("%+v", e)
	}
	if e := imp.Files[2].Error; e == nil || e.Kind != format.Unknown || e.File != "odd" {
		t.Errorf("%+v", e)
	}
}

func TestWhereNothingCanBeReadTheFirstErrorIsReturned(t *testing.T) {
	t.Parallel()
	imp, err := readPlain(t, format.Input{Name: "odd", Data: []byte("?")}, text("wrong", "bad"))
	if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Unknown || e.File != "odd" || len(imp.Files) != 2 {
		t.Errorf("%v %+v", err, imp)
	}
	if _, err := readPlain(t); err == nil {
		t.Error("no file at all is an import")
	}
}

func TestAQuestionOfOneFileIsReturnedUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	good, open := text("good", "account 12345678 EUR"), text("open", "ask", "account 12345678 EUR")
	_, err := readPlain(t, good, open)
	if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != format.Open || e.File != "open" || len(e.Questions) != 1 {
		t.Errorf("%v", err)
	}
	open.Answers = map[string]string{"currency": "EUR"}
	mustRead(t, good, open)
}

// zipped is an archive of names and what they hold, in turns.
func zipped(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err == nil {
			_, err = w.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func gzipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(data); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return b.Bytes()
}

const january = "plain\naccount 12345678 EUR\nday 2024-01-01 -1.00 1 A"

func fileNames(imp *Import) (all []string) {
	for _, f := range imp.Files {
		s := f.Name
		if f.Error != nil {
			s += " " + string(f.Error.Kind)
		}
		all = append(all, s)
	}
	return all
}

func TestArchivesAreReadMemberByMember(t *testing.T) {
	t.Parallel()
	february := strings.Replace(january, "2024-01", "2024-02", 1)
	cases := []struct {
		what string
		in   format.Input
		want string
		rows int
	}{
		{"two files", format.Input{Name: "y.zip", Data: zipped(t, "jan.txt", january, "feb.txt", february)}, "y.zip/jan.txt y.zip/feb.txt", 2},
		{"what a computer adds", format.Input{Name: "y.zip", Data: zipped(t, "in/", "", "in/jan.txt", january, "__MACOSX/in/._jan.txt", "x", "in/.DS_Store", "x")}, "y.zip/in/jan.txt", 1},
		{"a file that is none", format.Input{Name: "y.zip", Data: zipped(t, "jan.txt", january, "read.me", "?")}, "y.zip/jan.txt y.zip/read.me unknown", 1},
		{"an archive in one", format.Input{Name: "y.zip", Data: zipped(t, "q1.zip", string(zipped(t, "jan.txt", january)))}, "y.zip/q1.zip/jan.txt", 1},
		{"an archive too deep", format.Input{Name: "y.zip", Data: zipped(t, "jan.txt", january, "q.zip", string(zipped(t, "m.zip", string(zipped(t, "feb.txt", february)))))}, "y.zip/jan.txt y.zip/q.zip/m.zip unknown", 1},
		{"gz", format.Input{Name: "jan.txt.gz", Data: gzipped(t, []byte(january))}, "jan.txt", 1},
		{"gz of a zip", format.Input{Name: "y.zip.gz", Data: gzipped(t, zipped(t, "jan.txt", january))}, "y.zip/jan.txt", 1},
		{"gz in a zip", format.Input{Name: "y.zip", Data: zipped(t, "jan.gz", string(gzipped(t, []byte(january))))}, "y.zip/jan", 1},
	}
	for _, c := range cases {
		imp := mustRead(t, c.in)
		if got := strings.Join(fileNames(imp), " "); got != c.want || imp.Transactions.Len() != c.rows {
			t.Errorf("%s: %s with %d rows, want %s with %d", c.what, got, imp.Transactions.Len(), c.want, c.rows)
		}
	}
}

func TestAnArchiveThatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	locked := zipped(t, "jan.txt", january)
	for _, at := range []string{"PK\x03\x04", "PK\x01\x02"} { // the flag stands in both headers
		i := bytes.Index(locked, []byte(at))
		locked[i+6+2*(int(at[2])&1)] |= 1
	}
	cut := zipped(t, "jan.txt", january)
	zeros := strings.Repeat("\x00", 9<<20)
	many := make([]string, 0, 2*101)
	for i := range 101 {
		many = append(many, fmt.Sprint(i), "?")
	}
	for what, c := range map[string]struct {
		data []byte
		want format.Kind
	}{
		"locked":          {locked, format.Locked},
		"cut off":         {cut[:len(cut)-30], format.Truncated},
		"gz cut off":      {gzipped(t, []byte(january))[:30], format.Truncated},
		"empty":           {zipped(t), format.Empty},
		"only folders":    {zipped(t, "a/", ""), format.Empty},
		"a bomb":          {gzipped(t, []byte(strings.Repeat(zeros, 2))), format.TooLarge},
		"a bomb in parts": {zipped(t, "a", zeros, "b", zeros), format.Unknown},
	} {
		_, err := readPlain(t, format.Input{Name: "x", Data: c.data})
		if e, ok := errors.AsType[*format.Error](err); !ok || e.Kind != c.want {
			t.Errorf("%s: %v, want %s", what, err, c.want)
		}
	}
	imp, _ := readPlain(t, format.Input{Name: "x", Data: zipped(t, "a", zeros, "b", zeros, "c", january)})
	if got := strings.Join(fileNames(imp), " "); got != "x/a unknown x/b too_large x/c" {
		t.Errorf("the parts of a bomb are %s", got)
	}
	imp, _ = readPlain(t, format.Input{Name: "x", Data: zipped(t, many...)})
	if last := imp.Files[len(imp.Files)-1].Error; last.Kind != format.TooLarge || len(imp.Files) > maxMembers {
		t.Errorf("%d files, and %v", len(imp.Files), last)
	}
}

func TestLimitsCountOverAllFilesTogether(t *testing.T) {
	t.Parallel()
	rows := func(name, number string, n int) format.Input {
		var b strings.Builder
		fmt.Fprintf(&b, "plain\naccount %s EUR\n", number)
		for i := range n {
			fmt.Fprintf(&b, "day 2024-01-01 -1.00 %d A\n", i)
		}
		return format.Input{Name: name, Data: []byte(b.String())}
	}
	imp := mustRead(t, rows("a", "12345678", 60_000), rows("b", "22345678", 60_000), rows("c", "32345678", 10))
	if got := strings.Join(fileNames(imp), " "); got != "a b too_large c" || imp.Transactions.Len() != 60_010 {
		t.Errorf("%s with %d rows", got, imp.Transactions.Len())
	}
	accounts := func(name string, from, n int) format.Input {
		var b strings.Builder
		b.WriteString("plain\n")
		for i := range n {
			fmt.Fprintf(&b, "account %d EUR\n", 10_000_000+from+i)
		}
		return format.Input{Name: name, Data: []byte(b.String())}
	}
	imp = mustRead(t, accounts("a", 0, 300), accounts("b", 300, 201), accounts("c", 600, 200))
	if got := strings.Join(fileNames(imp), " "); got != "a b too_large c" || len(imp.Accounts) != 500 {
		t.Errorf("%s with %d accounts", got, len(imp.Accounts))
	}
	imp = mustRead(t, text("a", "account 12345678 EUR"), format.Input{Name: "b", Data: make([]byte, format.MaxBytes-10)})
	if got := strings.Join(fileNames(imp), " "); got != "a b too_large" {
		t.Error(got)
	}
}

func TestWarningsBeyondTheLimitAreCounted(t *testing.T) {
	t.Parallel()
	lines := append([]string{"account 12345678 EUR"}, strings.Split(strings.Repeat("warn\n", 70), "\n")...)
	imp := mustRead(t, text("a", lines...), text("b", lines...))
	if len(imp.Warnings) != format.MaxWarnings || imp.MoreWarnings != 140-format.MaxWarnings {
		t.Errorf("%d warnings and %d more", len(imp.Warnings), imp.MoreWarnings)
	}
	if w := imp.Warnings[0]; w.File != "a" || w.Format != "plain" || w.Line != 3 {
		t.Errorf("%+v", w)
	}
}

func TestReadingStopsWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	endless := format.Format{
		Name: "endless", Detect: func([]byte) bool { return true },
		Read: func(_ format.Input, take func(format.Item) error) error {
			for i := 0; ; i++ {
				if i == 5000 {
					cancel()
				}
				if i == 7000 {
					t.Error("1,000 items after its end the context is not obeyed")
				}
				if err := take(format.Item{Warning: &format.Error{Kind: format.Differs, Reason: "differs"}}); err != nil {
					return err
				}
			}
		},
	}
	if imp, err := readAll(ctx, []format.Format{endless}, []format.Input{{Data: []byte("x")}}); !errors.Is(err, context.Canceled) || imp != nil {
		t.Errorf("%v", err)
	}
}

func TestTextsOfRowsHaveNoCharactersThatDeceive(t *testing.T) {
	t.Parallel()
	imp := mustRead(t, text("a", "account 12345678 EUR", "day 2024-01-01 -1.00 1 PAY\u202eLAP\u202c\u200b CAFÉ\x00 \x1bX\ufeff e\u0301 \xff ok"))
	if got, want := imp.Transactions.At(0, 1)[0].Description, "PAYLAP CAFÉ   X e\u0301 \ufffd ok"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFilesThatNameNoAccountAreOneWhereTheirRowsSaySo(t *testing.T) {
	t.Parallel()
	with := func(name string, lines ...string) format.Input {
		return text(name, append([]string{"account  EUR"}, lines...)...)
	}
	for _, c := range []struct {
		what     string
		a, b     format.Input
		accounts int
		rows     int
	}{
		{"the same file twice", with("a", "day 2024-01-01 -1.00 - A"), with("b", "day 2024-01-01 -1.00 - A"), 1, 1},
		{"one within another", with("a", "day 2024-01-01 -1.00 - A", "day 2024-01-02 -2.00 - B"), with("b", "day 2024-01-02 -2.00 - B"), 1, 2},
		{"months one after the other, without a balance", with("a", "day 2024-01-01 -1.00 - A"), with("b", "day 2024-02-01 -1.00 - A"), 2, 2},
		{"months of which the balance goes on", with("a", "day 2024-01-01 -1.00 - A =9.00"), with("b", "day 2024-02-01 -1.00 - A =8.00"), 1, 2},
		{"months of which the balance does not go on", with("a", "day 2024-01-01 -1.00 - A =9.00"), with("b", "day 2024-02-01 -1.00 - A =7.00"), 2, 2},
		{"one row alike among others", with("a", "day 2024-01-01 -1.00 - FEE", "day 2024-01-01 -2.00 - B"), with("b", "day 2024-01-01 -1.00 - FEE", "day 2024-01-01 -3.00 - C"), 2, 4},
		{
			"several rows alike, and more on other days", with("a", "day 2024-01-01 -1.00 - A", "day 2024-01-02 -2.00 - B", "day 2024-01-02 -3.00 - C", "day 2024-01-01 -7.00 - Z"),
			with("b", "day 2024-01-02 -2.00 - B", "day 2024-01-02 -3.00 - C", "day 2024-01-01 -1.00 - A", "day 2024-01-04 -4.00 - D"), 1, 5,
		},
	} {
		if imp := mustRead(t, c.a, c.b); len(imp.Accounts) != c.accounts || imp.Transactions.Len() != c.rows {
			t.Errorf("%s: %d accounts with %d rows, want %d with %d", c.what, len(imp.Accounts), imp.Transactions.Len(), c.accounts, c.rows)
		}
	}
}
