package format_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/format"
)

type names = format.Names

var samePairs = []struct {
	what string
	a, b names
	want format.Likeness
}{
	{"the very same", names{Scheme: "bank", Bank: "0237", Number: "567890", Type: "CHECKING", Currency: "BRL"}, names{Scheme: "bank", Bank: "0237", Number: "567890", Type: "CHECKING", Currency: "BRL"}, format.Certain},
	{"a short number that is the very same", names{Scheme: "bank", Number: "123"}, names{Scheme: "bank", Number: "123"}, format.Certain},
	{"blanks and dashes", names{Bank: "B", Number: "12 345-678"}, names{Bank: "B", Number: "12345678"}, format.Certain},
	{"dots", names{Number: "12.345.678"}, names{Number: "12345678"}, format.Certain},
	{"leading zeros", names{Number: "0000345678"}, names{Number: "345678"}, format.Certain},
	{"zeros before a bank", names{Bank: "0237", Number: "345678"}, names{Bank: "237", Number: "345678"}, format.Certain},
	{"another number", names{Number: "345678"}, names{Number: "345679"}, format.Different},
	{"another number of the same length and end", names{Number: "11345678"}, names{Number: "22345678"}, format.Different},

	{"bank in one only", names{Bank: "0237", Number: "345678"}, names{Number: "345678"}, format.Certain},
	{"institution's id as bank in one only, card", names{Scheme: "card", Bank: "4321", Number: "4111111111111111"}, names{Scheme: "card", Number: "4111111111111111"}, format.Certain},
	{"another bank", names{Bank: "0237", Number: "345678"}, names{Bank: "0341", Number: "345678"}, format.Different},
	{"another routing number", names{Bank: "021000021", Number: "345678"}, names{Bank: "021000089", Number: "345678"}, format.Different},
	{"a routing number and a short id", names{Bank: "021000021", Number: "345678"}, names{Bank: "10898", Number: "345678"}, format.Possible},
	{"a BIC and a number of a bank", names{Bank: "DEUTDEFF", Number: "345678"}, names{Bank: "50070010", Number: "345678"}, format.Possible},
	{"a BIC with and without its head branch", names{Bank: "DEUTDEFFXXX", Number: "345678"}, names{Bank: "DEUTDEFF", Number: "345678"}, format.Certain},
	{"another BIC", names{Bank: "DEUTDEFF", Number: "345678"}, names{Bank: "COBADEFF", Number: "345678"}, format.Different},
	{"another broker", names{Scheme: "investment", Bank: "fidelity.com", Number: "345678"}, names{Scheme: "investment", Bank: "vanguard.com", Number: "345678"}, format.Different},
	{"a broker in capitals", names{Scheme: "investment", Bank: "VANGUARD.COM", Number: "345678"}, names{Scheme: "investment", Bank: "vanguard.com", Number: "345678"}, format.Certain},

	{"branch in one only", names{Bank: "1", Branch: "1234", Number: "345678"}, names{Bank: "1", Number: "345678"}, format.Certain},
	{"another branch", names{Bank: "1", Branch: "1234", Number: "345678"}, names{Bank: "1", Branch: "1235", Number: "345678"}, format.Different},
	{"zeros before a branch", names{Branch: "0012", Number: "345678"}, names{Branch: "12", Number: "345678"}, format.Certain},

	{"type in one only", names{Number: "345678", Type: "CHECKING"}, names{Number: "345678"}, format.Certain},
	{"another type", names{Number: "345678", Type: "CHECKING"}, names{Number: "345678", Type: "SAVINGS"}, format.Different},
	{"scheme in one only", names{Scheme: "bank", Number: "345678"}, names{Number: "345678"}, format.Certain},
	{"another scheme", names{Scheme: "bank", Number: "345678"}, names{Scheme: "card", Number: "345678"}, format.Different},
	{"currency in one only", names{Number: "345678", Currency: "EUR"}, names{Number: "345678"}, format.Certain},
	{"another currency", names{Bank: "1", Number: "345678", Currency: "EUR"}, names{Bank: "1", Number: "345678", Currency: "USD"}, format.Different},
	{"a short number with the type in one only", names{Bank: "B", Number: "12345", Type: "CHECKING"}, names{Bank: "B", Number: "12345"}, format.Possible},
	{"a short number of a branch with the type in one only", names{Bank: "B", Branch: "1234", Number: "12345", Type: "CHECKING"}, names{Bank: "B", Branch: "1234", Number: "12345"}, format.Certain},

	// How Brazilian banks write one account.
	{"branch before the number, behind a stroke", names{Scheme: "bank", Bank: "0237", Number: "1234/567890", Type: "CHECKING", Currency: "BRL"}, names{Scheme: "bank", Bank: "0237", Branch: "1234", Number: "567890", Type: "CHECKING", Currency: "BRL"}, format.Certain},
	{"branch before the number, branch in one only", names{Bank: "0237", Number: "1234/567890"}, names{Bank: "0237", Number: "567890"}, format.Certain},
	{"another branch before the number", names{Bank: "0237", Number: "1234/567890"}, names{Bank: "0237", Branch: "9999", Number: "567890"}, format.Different},
	{"branch, number and digit", names{Bank: "237", Number: "1234-56789-0"}, names{Bank: "237", Branch: "1234", Number: "56789-0"}, format.Certain},
	{"branch, number and digit, all together", names{Bank: "341", Number: "1234567890"}, names{Bank: "341", Branch: "1234", Number: "56789-0"}, format.Certain},
	{"branch and number with and without strokes", names{Bank: "341", Number: "1234/56789-0"}, names{Bank: "341", Number: "1234567890"}, format.Certain},
	{"branch in the number of one that has it apart as well", names{Bank: "341", Branch: "1234", Number: "1234567890"}, names{Bank: "341", Branch: "1234", Number: "567890"}, format.Certain},
	{"number and digit, with and without the dash", names{Bank: "1", Number: "56789-0"}, names{Bank: "1", Number: "567890"}, format.Certain},
	{"check digit apart", names{Bank: "1", Number: "56789", Key: "0"}, names{Bank: "1", Number: "567890"}, format.Certain},
	{"check digit apart and behind a dash", names{Bank: "1", Number: "56789", Key: "0"}, names{Bank: "1", Number: "56789-0"}, format.Certain},
	{"check digit X", names{Bank: "1", Branch: "1234", Number: "12345-X"}, names{Bank: "1", Branch: "1234", Number: "12345", Key: "x"}, format.Certain},
	{"another check digit", names{Bank: "1", Number: "56789", Key: "0"}, names{Bank: "1", Number: "56789", Key: "1"}, format.Different},
	{"perhaps a check digit", names{Bank: "1", Number: "567890"}, names{Bank: "1", Number: "56789"}, format.Possible},
	{"perhaps a branch", names{Bank: "1", Number: "1234567890"}, names{Bank: "1", Number: "567890"}, format.Possible},
	{"a check digit that one leaves out", names{Bank: "1", Number: "567890", Key: "3"}, names{Bank: "1", Number: "567890"}, format.Certain},
	{"a COMPE code and an ISPB", names{Bank: "237", Number: "567890"}, names{Bank: "60746948", Number: "567890"}, format.Possible},

	// Covered numbers.
	{"a card covered by stars", names{Scheme: "card", Bank: "4321", Number: "************1234"}, names{Scheme: "card", Bank: "4321", Number: "4111111111111234"}, format.Possible},
	{"a card covered by X", names{Scheme: "card", Bank: "4321", Number: "XXXX-1234"}, names{Scheme: "card", Bank: "4321", Number: "4111111111111234"}, format.Possible},
	{"a card covered in two ways", names{Scheme: "card", Number: "************1234"}, names{Scheme: "card", Number: "XXXX-1234"}, format.Possible},
	{"a card covered in one way, written in two", names{Scheme: "card", Number: "XXXX-XXXX-XXXX-1234"}, names{Scheme: "card", Number: "************1234"}, format.Certain},
	{"a covered card that ends otherwise", names{Scheme: "card", Number: "************1234"}, names{Scheme: "card", Number: "4111111111111235"}, format.Different},
	{"a covered card that begins otherwise", names{Scheme: "card", Number: "5500********1234"}, names{Scheme: "card", Number: "4111111111111234"}, format.Different},
	{"a covered card of another bank", names{Scheme: "card", Bank: "4321", Number: "****1234"}, names{Scheme: "card", Bank: "8765", Number: "4111111111111234"}, format.Different},
	{"bullets", names{Number: "••••1234"}, names{Number: "99991234"}, format.Possible},

	// IBANs.
	{"an IBAN with and without blanks", names{Number: "DE89 3704 0044 0532 0130 00"}, names{Number: "DE89370400440532013000"}, format.Certain},
	{"another IBAN", names{Number: "DE89370400440532013000"}, names{Number: "GB82WEST12345698765432"}, format.Different},
	{"an IBAN and its number", names{Number: "DE89370400440532013000"}, names{Bank: "37040044", Number: "532013000"}, format.Certain},
	{"an IBAN and its number without a bank", names{Number: "DE89370400440532013000", Currency: "EUR"}, names{Number: "0532013000", Currency: "EUR"}, format.Certain},
	{"an IBAN and its number at another bank", names{Number: "DE89370400440532013000"}, names{Bank: "50070010", Number: "532013000"}, format.Different},
	{"an IBAN and all that is in it", names{Number: "DE89370400440532013000"}, names{Number: "37040044/0532013000"}, format.Certain},
	{"an IBAN in another currency", names{Number: "DE89370400440532013000", Currency: "EUR"}, names{Number: "DE89370400440532013000", Currency: "USD"}, format.Different},
	{"an IBAN and a Spanish account", names{Number: "ES9121000418450200051332"}, names{Bank: "2100", Branch: "0418", Number: "0200051332"}, format.Certain},
	{"an IBAN and a Spanish account of another branch", names{Number: "ES9121000418450200051332"}, names{Bank: "2100", Branch: "0419", Number: "0200051332"}, format.Different},
	{"an IBAN and a French account with its key", names{Number: "FR1420041010050500013M02606"}, names{Bank: "20041", Branch: "01005", Number: "0500013M026", Key: "06"}, format.Certain},
	{"an IBAN and a British account by its sort code", names{Number: "GB82WEST12345698765432"}, names{Bank: "12-34-56", Number: "98765432"}, format.Certain},
	{"an IBAN and a Dutch account by its BIC", names{Number: "NL91ABNA0417164300"}, names{Bank: "ABNANL2A", Number: "417164300"}, format.Certain},

	{"no number in one", names{Bank: "1", Number: "567890"}, names{Bank: "1"}, format.Possible},
	{"no number in one of another bank", names{Bank: "1", Number: "567890"}, names{Bank: "237"}, format.Different},
	{"nothing in both", names{}, names{}, format.Possible},
}

func TestNamesOfOneAccountAreTheSameOnlyWhereThatIsCertain(t *testing.T) {
	t.Parallel()
	for _, c := range samePairs {
		if got := c.a.Same(c.b); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
		if got := c.b.Same(c.a); got != c.want {
			t.Errorf("%s, the other way round: %v, want %v", c.what, got, c.want)
		}
	}
}

// written is one account in a way that some bank writes it: with the digit that the
// bank has, as every way of one bank has it or none has.
func written(r *rand.Rand, branch, number, digit string) names {
	n := names{Scheme: "bank", Bank: "0237", Branch: branch, Number: number + digit, Type: "CHECKING", Currency: "BRL"}
	switch r.IntN(6) {
	case 0:
		n.Branch, n.Number = "", branch+"/"+number+digit
	case 1:
		n.Branch, n.Number = "", branch+"-"+number+"-"+digit
	case 2:
		n.Number = number + "-" + digit
	case 3:
		n.Number, n.Key = number, digit
	case 4:
		n.Number = "000" + number + digit
	}
	for _, leave := range []*string{&n.Scheme, &n.Bank, &n.Type, &n.Currency} {
		if r.IntN(4) == 0 {
			*leave = ""
		}
	}
	if n.Bank != "" && r.IntN(2) == 0 {
		n.Bank = "237"
	}
	return n
}

func TestCertaintyCarriesOverAllWritingsOfOneAccount(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		branch := fmt.Sprintf("%04d", 1000+r.IntN(9000))
		number, digit := fmt.Sprint(10000+r.IntN(9_000_000)), fmt.Sprint(r.IntN(10))
		all := make([]names, 5)
		for i := range all {
			all[i] = written(r, branch, number, digit)
		}
		for _, a := range all {
			for _, b := range all {
				for _, c := range all {
					if a.Same(b) == format.Certain && b.Same(c) == format.Certain && a.Same(c) != format.Certain {
						t.Fatalf("not carried over:\n%+v\n%+v\n%+v", a, b, c)
					}
				}
			}
			if a.Same(all[0]) != format.Certain {
				t.Fatalf("one account is two:\n%+v\n%+v", a, all[0])
			}
		}
	}
}

func TestLikenessIsSymmetricWhateverIsWritten(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	any := func() names {
		return names{
			Scheme: pick("", "bank", "card"), Bank: pick("", "1", "237", "DEUTDEFF", "DEUTDEFF500", "37040044", "ABNA"), Branch: pick("", "1234", "12"),
			Number: pick("", "12", "567890", "56789", "56789-0", "1234/567890", "1234-56789-0", "1234567890", "0012345678", "****7890", "XX7890", "DE89370400440532013000", "532013000", "NL91ABNA0417164300", "é", "--", "*"),
			Type:   pick("", "SAVINGS"), Key: pick("", "0", "1", "X"), Currency: pick("", "EUR"),
		}
	}
	for range 50_000 {
		a, b := any(), any()
		if a.Same(b) != b.Same(a) {
			t.Fatalf("%v and %v:\n%+v\n%+v", a.Same(b), b.Same(a), a, b)
		}
		if a.Digest() == b.Digest() && a.Number != "" && strings.Trim(a.Number, "-") != "" && a.Same(b) != format.Certain {
			t.Fatalf("one digest, but %v:\n%+v\n%+v", a.Same(b), a, b)
		}
	}
}

func FuzzSameNeverPanicsAndIsSymmetric(f *testing.F) {
	for _, c := range samePairs {
		f.Add(c.a.Bank, c.a.Branch, c.a.Number, c.a.Key, c.b.Bank, c.b.Branch, c.b.Number, c.b.Key)
	}
	f.Fuzz(func(t *testing.T, bank, branch, number, key, bank2, branch2, number2, key2 string) {
		a, b := names{Bank: bank, Branch: branch, Number: number, Key: key}, names{Bank: bank2, Branch: branch2, Number: number2, Key: key2}
		if a.Same(b) != b.Same(a) {
			t.Fatalf("%+v and %+v", a, b)
		}
		if l := a.Same(a); a.Number != "" && l == format.Different {
			t.Fatalf("%+v is not itself", a)
		}
	})
}
