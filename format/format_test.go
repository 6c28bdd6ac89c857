package format_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/fairlead-dev/fairlead/format"
)

func TestAnAmountIsReadAsItsWriterMeantIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		decimal  byte
		currency string
		want     string
	}{
		{"12.50", 0, "EUR", "12.50"},
		{"-12.50", 0, "EUR", "-12.50"},
		{"+5", 0, "EUR", "5"},
		{"-.50", 0, "USD", "-0.50"},
		{",50", 0, "EUR", "0.50"},
		{"50.", 0, "EUR", "50"},
		{"1,650", 0, "GBP", "1650"},
		{"1.650", 0, "EUR", "1650"},
		{"1,650", 0, "JPY", "1650"},
		{"1,650", 0, "TND", "1.650"},
		{"1.650", '.', "GBP", "1.650"},
		{"1,650", '.', "GBP", "1650"},
		{"1.650", ',', "EUR", "1650"},
		{"0.125", 0, "USD", "0.125"},
		{"1234.567", 0, "USD", "1234.567"},
		{"1.650,00", 0, "BRL", "1650.00"},
		{"1,650.00", 0, "USD", "1650.00"},
		{"R$ 5.326,43", 0, "BRL", "5326.43"},
		{"R$5.326,43", '.', "BRL", "5326.43"},
		{"-R$ 7,10", 0, "BRL", "-7.10"},
		{"R$ -7,10", 0, "BRL", "-7.10"},
		{"$1,234.50", 0, "MXN", "1234.50"},
		{"1'234.50", 0, "CHF", "1234.50"},
		{"1’234’567.50", 0, "CHF", "1234567.50"},
		{"1 234,56 €", 0, "EUR", "1234.56"},
		{"1\u202f234,56\u00a0EUR", 0, "EUR", "1234.56"},
		{"12,30-", 0, "EUR", "-12.30"},
		{"\u221212,30", 0, "EUR", "-12.30"},
		{"(1,234.00)", 0, "USD", "-1234.00"},
		{"1.234,56D", 0, "BRL", "-1234.56"},
		{"1.234,56 C", 0, "BRL", "1234.56"},
		{"1,234.56 DR", 0, "INR", "-1234.56"},
		{"12,34,567.80", 0, "INR", "1234567.80"},
		{"1.234.567", 0, "EUR", "1234567"},
		{"100 kr", 0, "SEK", "100"},
		{"1 650", 0, "SEK", "1650"},
		{"98.7", 0, "", "98.7"},
		{"10,123", ',', "", "10.123"},
		{strings.Repeat("9", 40) + ".01", 0, "USD", strings.Repeat("9", 40) + ".01"},
	} {
		got, err := format.ParseAmount(c.text, c.decimal, c.currency)
		if err != nil || got.String() != c.want {
			t.Errorf("%q with %q in %q: got %v, %v, want %s", c.text, c.decimal, c.currency, got, err, c.want)
		}
	}
}

func TestWhatIsNoAmountIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", "-", ".", ",", "1E6", "0x10", "12,34,56", "1,2345,678", "1.2.3,4", ",1,", "1,234.5,6", "NaN", "--1", "-1-", "(-1)", "((1))", "1 0", "1 00", "1234 567", "12:30",
		"1,234,56", "1.234.56", "1'23", "€ 5,00", "EUR 5,00", "R$", "CR", strings.Repeat("9", 200), "１２",
	} {
		if got, err := format.ParseAmount(text, 0, "USD"); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	if _, err := format.ParseAmount("1,650", 0, ""); !errors.Is(err, format.ErrUnclear) {
		t.Errorf("a mark that nobody can know: %v", err)
	}
}

func TestOtherAmountsShowWhichMarkIsTheDecimalOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		texts string
		want  byte
	}{
		{"1.650 12.50", '.'},
		{"1.650 12,50", ','},
		{"1.650 1.650.000", ','},
		{"1,650,000", '.'},
		{"1.650", 0},
		{"12.50 12,50", 0},
		{"7 100", 0},
	} {
		var d format.Decimals
		for text := range strings.FieldsSeq(c.texts) {
			d.Note(text)
		}
		if got := d.Mark(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.texts, got, c.want)
		}
	}
}

func TestTextIsDecodedByWhatItIsAndThenByWhatIsDeclared(t *testing.T) {
	t.Parallel()
	encoded := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, c := range []struct{ data, declared, want string }{
		{"plain", "", "plain"},
		{"\xef\xbb\xbfé", "1252", "é"},
		{"GOOGLE é", "1252", "GOOGLE é"},
		{"caf\xe9 \x80", "1252", "café €"},
		{"caf\xe9", "", "café"},
		{"caf\xe9", "UTF-8", "café"},
		{encoded(charmap.Windows1251, "Магазин Радуга"), "1251", "Магазин Радуга"},
		{encoded(charmap.Windows1250, "Řeřicha žluťoučký"), "1250", "Řeřicha žluťoučký"},
		{encoded(charmap.ISO8859_15, "5 € à Šport"), "ISO-8859-15", "5 € à Šport"},
		{encoded(charmap.ISO8859_2, "Zażółć"), "8859-2", "Zażółć"},
		{encoded(charmap.CodePage850, "Ação"), "cp850", "Ação"},
		{encoded(charmap.Windows1253, "Αθήνα"), "WINDOWS-1253", "Αθήνα"},
		{encoded(le, "<OFX> Šport"), "1252", "<OFX> Šport"},
		{encoded(be, "OFXHEADER é"), "", "OFXHEADER é"},
		{"\xff\xfe" + encoded(le, "日本"), "", "日本"},
		{"\xfe\xff" + encoded(be, "日本"), "", "日本"},
		{"S\xc3\xa3o Jo\xc3\xa3o \xc3", "1252", "São João \ufffd"},
		{"caf\xe9", "no-such-set", "café"},
	} {
		got, err := format.DecodeText([]byte(c.data), c.declared)
		if err != nil || got != c.want {
			t.Errorf("%q as %q: got %q, %v, want %q", c.data, c.declared, got, err, c.want)
		}
	}
}

func TestABalanceAmongTheRowsIsDistinguishedFromAPayment(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"Saldo Anterior", "Saldo do dia", "SALDO DIA", "Saldo em 31/01/2024", "S A L D O", "SALDO TOTAL DISPONÍVEL DIA", "saldo anterior 01/02/2024", "Saldo final R$",
		"Opening balance", "Balance brought forward", "BALANCE AS OF 31 JAN 2024", "Kontostand am 31.01.2024", "Anfangssaldo", "Solde précédent", "SOLDE AU 31/01/2024", "Saldo inicial", "Saldo actual",
	} {
		if !format.BalanceRow(s) {
			t.Errorf("%q is taken for a payment", s)
		}
	}
	for _, s := range []string{
		"", "Saldo", "Saldo Fatura", "Pagamento saldo devedor", "Saldo de fatura anterior", "Balance", "Balance transfer", "New Balance Store 12", "Solde de tout compte", "Compra saldo dia", "Saldo Silva",
		"Übertrag", "Quitação saldo anterior fatura", "Opening balance fee", "31/01/2024",
	} {
		if format.BalanceRow(s) {
			t.Errorf("%q is taken for a balance", s)
		}
	}
}

func TestASentenceAdvisesFewerDaysOnlyWhereTheyHelp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  *format.Error
		want string
	}{
		{&format.Error{Kind: format.TooLarge, Line: 9, Reason: "holds more than 100000 rows"}, "This file is too large: it holds more than 100000 rows. Please pick a shorter period."},
		{&format.Error{Kind: format.TooLarge, Field: "TxDtls", Reason: "is one of more rows than can be read"}, "This file is too large: TxDtls is one of more rows than can be read. Please pick a shorter period."},
		{(&format.Error{Kind: format.TooLarge, Line: 3, Reason: "nests elements more than 48 deep"}).OfShape(), "This file can't be read at line 3: it nests elements more than 48 deep. Please pick another one."},
		{(&format.Error{Kind: format.TooLarge, Line: 7, Field: ":86:", Reason: "is longer than 16 KiB"}).OfShape(), "This file can't be read at line 7: :86: is longer than 16 KiB. Please pick another one."},
		{&format.Error{Kind: format.BadValue, Reason: "must be text"}, "This file can't be read: it must be text. Please pick another one."},
		{&format.Error{Kind: format.BadValue, Line: 2, Field: "DTPOSTED", Reason: "must be a day"}, "This file can't be read at line 2: DTPOSTED must be a day. Please pick another one."},
	} {
		if got := format.Sentence(c.err); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}
