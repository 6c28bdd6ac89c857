package sealing_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
)

// recordNouns is a noun of each kind of record.
func recordNouns() map[fairlead.RecordKind]any {
	return map[fairlead.RecordKind]any{
		fairlead.AccountRecord: &fairlead.Account{}, fairlead.TransactionRecord: &fairlead.Transaction{}, fairlead.BillRecord: &fairlead.CardBill{},
		fairlead.LoanRecord: &fairlead.Loan{}, fairlead.SecurityRecord: &fairlead.Security{}, fairlead.HoldingRecord: &fairlead.Holding{},
		fairlead.InvestmentTransactionRecord: &fairlead.InvestmentTransaction{}, fairlead.IdentityRecord: &fairlead.Identity{},
		fairlead.DocumentRecord: &fairlead.Document{},
	}
}

func TestEveryTextOfARecordIsDeclaredPublicOrSealed(t *testing.T) {
	t.Parallel()
	nouns := recordNouns()
	for _, kind := range fairlead.RecordKinds() {
		if nouns[kind] == nil {
			t.Errorf("no noun of kind %s is looked at", kind)
			continue
		}
		undeclared(t, reflect.TypeOf(nouns[kind]).Elem(), false)
	}
}

// undeclared finds the fields that could hold anything and do not say whether they
// may lie open. In lists nothing is taken out, so all of it must be public.
func undeclared(t *testing.T, of reflect.Type, listed bool) {
	t.Helper()
	for n := range of.NumField() {
		f := of.Field(n)
		tag := f.Tag.Get("seal")
		switch tag {
		case "private", "text":
			if listed {
				t.Errorf("%s.%s is not sealed, because it stands in a list: declare the whole list", of, f.Name)
			}
			if tag == "text" && f.Type.Kind() != reflect.String {
				t.Errorf("%s.%s is declared a text and is none", of, f.Name)
			}
			continue
		case "public":
			continue
		case "":
		default:
			t.Errorf("%s.%s is declared %q, which means nothing", of, f.Name, tag)
		}
		in, isList := f.Type, listed
		for in.Kind() == reflect.Slice || in.Kind() == reflect.Pointer || in.Kind() == reflect.Array {
			isList = isList || in.Kind() == reflect.Slice
			in = in.Elem()
		}
		switch in {
		case reflect.TypeFor[time.Time](), reflect.TypeFor[fairlead.Date](), reflect.TypeFor[fairlead.Decimal](), reflect.TypeFor[fairlead.Money](),
			reflect.TypeFor[fairlead.Interval](), reflect.TypeFor[fairlead.Problem](): // of a form of their own, or ours
			continue
		}
		switch in.Kind() {
		case reflect.Struct:
			undeclared(t, in, isList)
		case reflect.String:
			if in == reflect.TypeFor[string]() {
				t.Errorf("%s.%s holds text and does not declare whether it is sealed", of, f.Name)
			}
		case reflect.Int, reflect.Int64, reflect.Bool:
		default:
			t.Errorf("%s.%s can hold anything and does not declare whether it is sealed", of, f.Name)
		}
	}
}

// filled fills every field with something of its own, so that none can hide.
func filled(v reflect.Value, name string) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)))
		return
	case v.Type() == reflect.TypeFor[fairlead.Date]():
		v.Set(reflect.ValueOf(fairlead.Date{Year: 2026, Month: 3, Day: 1}))
		return
	case v.Type() == reflect.TypeFor[fairlead.Decimal]():
		v.Set(reflect.ValueOf(fairlead.NewDecimal(1234, 2)))
		return
	case v.Type() == reflect.TypeFor[fairlead.Extra]():
		v.Set(reflect.ValueOf(fairlead.Extra{"ofb.partieCnpjCpf": name + "-canary", "ofb.nested": []any{map[string]any{"number": name + "-canary"}}}))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		filled(v.Elem(), name)
	case reflect.Struct:
		for n := range v.NumField() {
			if v.Type().Field(n).IsExported() {
				filled(v.Field(n), name+"."+v.Type().Field(n).Name)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		filled(v.Index(0), name+"[]")
		filled(v.Index(1), name+"[]")
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		value := reflect.New(v.Type().Elem()).Elem()
		filled(value, name)
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), value)
	case reflect.String:
		v.SetString(name + "-canary")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func TestWhatIsDividedIsJoinedAgain(t *testing.T) {
	t.Parallel()
	for kind, noun := range recordNouns() {
		whole := reflect.New(reflect.TypeOf(noun).Elem())
		filled(whole.Elem(), "")
		before, _ := json.Marshal(whole.Interface())
		open, private, err := sealing.Divide(whole.Interface())
		if err != nil {
			t.Fatal(err)
		}
		if after, _ := json.Marshal(whole.Interface()); string(after) != string(before) {
			t.Errorf("%s: dividing changed the noun", kind)
		}
		back := reflect.New(whole.Type().Elem())
		if err := json.Unmarshal(open, back.Interface()); err != nil {
			t.Fatal(err)
		}
		if err := sealing.Join(back.Interface(), private); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back.Interface(), whole.Interface()) {
			again, _ := json.Marshal(back.Interface())
			t.Errorf("%s: came back as\n%s\nnot\n%s", kind, again, before)
		}
	}
}

func TestNothingThatNamesSomebodyLiesOpen(t *testing.T) {
	t.Parallel()
	for kind, noun := range recordNouns() {
		whole := reflect.New(reflect.TypeOf(noun).Elem())
		filled(whole.Elem(), "")
		open, private, err := sealing.Divide(whole.Interface())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{
			".TaxID-", ".Branch-", ".Counterparty.Account-", ".IBAN-", ".Contract-", ".Extra-", `".Fields`, ".Numbers.", ".Emails[]", ".Phones[]",
			".Addresses[]", ".Documents[]", ".Names[]",
		} {
			if strings.Contains(string(open), name) {
				t.Errorf("%s: %s lies open: %s", kind, name, open)
			}
		}
		if kind == fairlead.DocumentRecord && !strings.Contains(string(private), `".Fields`) {
			t.Errorf("what was read from a document is not sealed: %s", private)
		}
		if (kind == fairlead.DocumentRecord || kind == fairlead.AccountRecord || kind == fairlead.IdentityRecord) && len(private) == 0 {
			t.Errorf("%s has nothing to seal", kind)
		}
	}
}

func TestAFreeTextIsSealedWhereItNamesSomebody(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"POS GROCERIES AND MORE 1234":               false,
		"CARD 5411 12/03 14.20 LISBOA":              true, // dates in a row look like a number: rather sealed than open
		"CARD 5411 12/03 LISBOA":                    false,
		"PIX ENVIADO 529.982.247-25":                true,
		"PIX ENVIADO 52998224725":                   true,
		"TED 12.345.678/0001-95":                    true,
		"TRANSFER +1 (202) 555-0143":                true,
		"SEPA ES91 2100 0418 4502 0005 1332":        true,
		"PIX ana@example.com":                       true,
		"PIX 123e4567-e89b-12d3-a456-426614174000":  true,
		"ACCOUNT 00123456":                          false,
		"TO ACCOUNT 77654 OF A FRIEND":              true, // the counterparty's
		"Coffee":                                    false,
		"":                                          false,
		"INVOICE 2026-03 CAFE DEADBEEF FACADE":      false,
		"TRANSFERENCIA PARA CONTA 77654 AGENCIA 12": true,
	} {
		noun := &fairlead.Transaction{Description: text, Counterparty: &fairlead.Counterparty{Account: "77654"}}
		open, private, err := sealing.Divide(noun)
		if err != nil {
			t.Fatal(err)
		}
		if sealed := text != "" && !strings.Contains(string(open), text); sealed != want {
			t.Errorf("%q is sealed: %v", text, sealed)
		}
		var back fairlead.Transaction
		if json.Unmarshal(open, &back) != nil || sealing.Join(&back, private) != nil || back.Description != text {
			t.Errorf("%q came back as %q", text, back.Description)
		}
	}
}

func TestARecordWithoutAnythingPrivateHasNothingSealed(t *testing.T) {
	t.Parallel()
	noun := &fairlead.Transaction{Ref: "T1", Description: "Coffee", Counterparty: &fairlead.Counterparty{Name: "Café"}}
	want, _ := json.Marshal(noun)
	open, private, err := sealing.Divide(noun)
	if err != nil || private != nil || string(open) != string(want) {
		t.Errorf("%s and %q: %v", open, private, err)
	}
}

func BenchmarkDivide(b *testing.B) {
	noun := &fairlead.Transaction{Ref: "T1", Description: "Coffee", Counterparty: &fairlead.Counterparty{Name: "Café", TaxID: "52998224725", Account: "1234567"}}
	b.Run("marshal", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(noun)
		}
	})
	b.Run("divide", func(b *testing.B) {
		for b.Loop() {
			_, _, _ = sealing.Divide(noun)
		}
	})
}
