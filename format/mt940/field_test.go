package mt940_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/formattest"
	"github.com/fairlead-dev/fairlead/format/mt940"
)

func TestAnAccountIsReadFromEveryFormOfItsNumber(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]struct {
		names   format.Names
		numbers fairlead.AccountNumbers
	}{
		"37040044/0532013000": {format.Names{Bank: "37040044", Number: "0532013000"}, fairlead.AccountNumbers{Number: "0532013000", Routing: "37040044"}},
		"37040044/0532013000EUR": {
			format.Names{Bank: "37040044", Number: "0532013000"}, fairlead.AccountNumbers{Number: "0532013000", Routing: "37040044"},
		},
		"DE89370400440532013000":    {format.Names{Number: "DE89370400440532013000"}, fairlead.AccountNumbers{IBAN: "DE89370400440532013000"}},
		"DE89370400440532013000EUR": {format.Names{Number: "DE89370400440532013000"}, fairlead.AccountNumbers{IBAN: "DE89370400440532013000"}},
		"NL91 ABNA 0417 1643 00 EUR": {
			format.Names{Number: "NL91ABNA0417164300"}, fairlead.AccountNumbers{IBAN: "NL91ABNA0417164300"},
		},
		"/PL61109010140000071219812874": {
			format.Names{Number: "PL61109010140000071219812874"}, fairlead.AccountNumbers{IBAN: "PL61109010140000071219812874"},
		},
		"COBADEFFXXX/DE89370400440532013000": {
			format.Names{Bank: "COBADEFFXXX", Number: "DE89370400440532013000"}, fairlead.AccountNumbers{IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"},
		},
		"UBRTHUHB/123456789150/EUR": {
			format.Names{Bank: "UBRTHUHB", Number: "123456789150"}, fairlead.AccountNumbers{Number: "123456789150", BIC: "UBRTHUHB"},
		},
		"TRIODOSBANK/0390123456": {format.Names{Bank: "TRIODOSBANK", Number: "0390123456"}, fairlead.AccountNumbers{Number: "0390123456"}},
		"27-1234560297/0100":     {format.Names{Bank: "0100", Number: "27-1234560297"}, fairlead.AccountNumbers{Number: "27-1234560297"}},
		"123456":                 {format.Names{Number: "123456"}, fairlead.AccountNumbers{Number: "123456"}},
		// A number that ends in letters of no currency, and one with wrong check digits.
		"12345678USD":            {format.Names{Number: "12345678USD"}, fairlead.AccountNumbers{Number: "12345678USD"}},
		"DE88370400440532013000": {format.Names{Number: "DE88370400440532013000"}, fairlead.AccountNumbers{Number: "DE88370400440532013000"}},
	} {
		items := formattest.Items(t, mt940.Format, format.Input{Data: []byte(":20:X\n:25:" + field + "\n:60F:C240101EUR0,00\n:62F:C240101EUR0,00\n-\n")})
		want.names.Scheme, want.names.Currency = "bank", "EUR"
		a := items[0].Account
		if diff := cmp.Diff(want.names, a.Names); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
		if diff := cmp.Diff(want.numbers, a.Numbers); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

func TestARowIsReadFromEveryFormOfItsLine(t *testing.T) {
	t.Parallel()
	const posted, pending = fairlead.TransactionPosted, fairlead.TransactionPending
	for field, want := range map[string]struct {
		amount, booked, value string
		state                 fairlead.TransactionState
		ref                   string
	}{
		"2401020103C12,5NTRFNONREF":                    {"12.5", "2024-01-03", "2024-01-02", posted, ""},
		"2401020103D12,NTRFNONREF//AB24010200000017":   {"-12", "2024-01-03", "2024-01-02", posted, "AB24010200000017"},
		"240102CR300,NMSCNONREF":                       {"300", "2024-01-02", "2024-01-02", posted, ""},
		"2401020102RC12,00NMSCNONREF":                  {"-12.00", "2024-01-02", "2024-01-02", posted, ""},
		"2401020102RCR12,00NMSCNONREF":                 {"-12.00", "2024-01-02", "2024-01-02", posted, ""},
		"2401020102RD12,00NMSCNONREF":                  {"12.00", "2024-01-02", "2024-01-02", posted, ""},
		"2401020102RDR12,00NMSCNONREF":                 {"12.00", "2024-01-02", "2024-01-02", posted, ""},
		"240102EC12,00NMSCNONREF":                      {"12.00", "2024-01-02", "2024-01-02", pending, ""},
		"240102ED12,00NMSCNONREF":                      {"-12.00", "2024-01-02", "2024-01-02", pending, ""},
		"2312310102C1,00NMSCNONREF":                    {"1.00", "2024-01-02", "2023-12-31", posted, ""},
		"2401021231C1,00NMSCNONREF":                    {"1.00", "2023-12-31", "2024-01-02", posted, ""},
		"2302300301C1,00NMSCNONREF":                    {"1.00", "2023-03-01", "2023-02-28", posted, ""},
		"9912311231C1,00NMSCNONREF":                    {"1.00", "1999-12-31", "1999-12-31", posted, ""},
		"240102C,50NMSCNONREF":                         {"0.50", "2024-01-02", "2024-01-02", posted, ""},
		"240102C0000000000001,50S103NONREF":            {"1.50", "2024-01-02", "2024-01-02", posted, ""},
		"240102C1.50FMSCNONREF":                        {"1.50", "2024-01-02", "2024-01-02", posted, ""},
		"240102C1,00":                                  {"1.00", "2024-01-02", "2024-01-02", posted, ""},
		"240102C123456789012,34NTRF//0000017":          {"123456789012.34", "2024-01-02", "2024-01-02", posted, ""},
		"240102C1,00N\n//not a reference in this line": {"1.00", "2024-01-02", "2024-01-02", posted, ""},
		"2401020102C\n1,00NTRFNONREF":                  {"1.00", "2024-01-02", "2024-01-02", posted, ""},
	} {
		items := formattest.Items(t, mt940.Format, format.Input{Data: []byte(":20:X\n:25:1234567890\n:60F:C240101EUR0,00\n:61:" + field + "\n-\n")})
		if len(items) != 2 {
			t.Errorf("%s: %d items", field, len(items))
			continue
		}
		r := items[1].Transaction
		if r == nil || r.Amount.String() != want.amount+" EUR" || r.Booked.String() != want.booked || r.Value.String() != want.value || r.State != want.state || r.Ref != want.ref {
			t.Errorf("%s: %+v, want %+v", field, r, want)
		}
	}
}

func TestAnAmountThatIsInDoubtIsNotGuessed(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"240102C1.234NTRF", "240102C1.234,50NTRF", "240102C1,234,50NTRF", "240102CNTRF", "240102C-1,00NTRF", "240102C" + "12345678901234567890123456789012345678901,00NTRF"} {
		items := formattest.Items(t, mt940.Format, format.Input{Data: []byte(":20:X\n:25:1234567890\n:60F:C240101EUR0,00\n:61:" + field + "\n:62F:C240101EUR5,00\n-\n")})
		if len(items) != 2 || items[0].Warning == nil || items[0].Warning.Line != 4 || items[0].Warning.Kind != format.BadValue || items[1].Account == nil {
			t.Errorf("%s: %+v", field, items)
		}
	}
}
