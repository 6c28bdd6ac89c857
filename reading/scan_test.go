package reading

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
)

// anyTransaction draws one with any of its fields set or not.
func anyTransaction() *rapid.Generator[fairlead.Transaction] {
	return rapid.Custom(func(t *rapid.T) fairlead.Transaction {
		text := func(name string) string { return rapid.OneOf(rapid.Just(""), rapid.String()).Draw(t, name) }
		money := func(name string) fairlead.Money {
			return fairlead.NewMoney(rapid.Int64().Draw(t, name), rapid.IntRange(0, 9).Draw(t, name+" scale"), "BRL")
		}
		some := func(name string) bool { return rapid.Bool().Draw(t, name) }
		x := fairlead.Transaction{
			AccountRef: text("account"), Ref: text("ref"), PendingRef: text("pending"), State: fairlead.TransactionState(text("state")), Amount: money("amount"),
			Booked: fairlead.Date{Year: 2026, Month: 2, Day: 28}, Description: text("description"), Original: text("original"), Kind: text("kind"), MCC: text("mcc"), Category: text("category"),
			Check: text("check"), CardMask: text("mask"), BillRef: text("bill"),
		}
		if some("value") {
			x.Value, x.Transacted = fairlead.Date{Year: 2024, Month: 2, Day: 29}, time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
		}
		if some("counterparty") {
			x.Counterparty = &fairlead.Counterparty{Name: text("name"), TaxID: text("tax"), Bank: text("bank"), Branch: text("branch"), Account: text("number"), IBAN: text("iban"), Kind: fairlead.PersonCompany}
		}
		if some("amounts") {
			balance, foreign, rate := money("balance"), money("foreign"), fairlead.NewDecimal(rapid.Int64().Draw(t, "rate"), 6)
			x.BalanceAfter, x.Foreign, x.Rate, x.Instalment = &balance, &foreign, &rate, &fairlead.Instalment{Number: 2, Of: 12}
		}
		if some("extra") {
			x.Extra = fairlead.Extra{"ofx." + text("key"): text("extra"), "list": []any{"a", map[string]any{"b": true}}}
		}
		return x
	})
}

func TestScanningReadsWhatDecodingReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body, err := json.Marshal(anyTransaction().Draw(t, "transaction"))
		if err != nil {
			t.Fatal(err)
		}
		var want fairlead.Transaction
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatal(err)
		}
		got, ok := scanTransaction(body)
		if !ok {
			t.Fatalf("not scanned: %s", body)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("scanned otherwise than decoded (-want +got):\n%s", diff)
		}
	})
}

func FuzzScanningNeverReadsOtherwise(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"ref":"1","amount":{"amount":"1.00","currency":"EUR"},"booked":"2026-01-02"}`, `{"ref":"a\"b","extra":{"x":[1,{"y":"}"}]}}`,
		`{"ref":"1"} `, `{"ref":null}`, `{"ref":"1",}`, `{"amount":{}}`, `{"instalment":`, `{"description":"\`, `{"booked":""}`, `[]`, ``, `{"REF":"x"}`, "{\"ref\":\"a\nb\"}", "{\"ref\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, ok := scanTransaction(body)
		if !ok {
			return // decoded the usual way
		}
		var want fairlead.Transaction
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("scanned what is not JSON: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("scanned otherwise than decoded (-want +got):\n%s", diff)
		}
	})
}

func TestScanningSpoiledBodiesNeverReadsOtherwise(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body, err := json.Marshal(anyTransaction().Draw(t, "transaction"))
		if err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 4).Draw(t, "spoils") {
			at := rapid.IntRange(0, len(body)-1).Draw(t, "at")
			switch rapid.IntRange(0, 2).Draw(t, "how") {
			case 0:
				body[at] = rapid.SampledFrom([]byte("\"\\{}[],:0 \xff\n")).Draw(t, "byte")
			case 1:
				body = append(body[:at:at], body[min(at+rapid.IntRange(1, 9).Draw(t, "cut"), len(body)):]...)
			case 2: // a member twice, or a value where another was
				part := body[at:min(at+rapid.IntRange(1, 40).Draw(t, "part"), len(body))]
				body = append(append(body[:at:at], part...), body[at:]...)
			}
			if len(body) == 0 {
				return
			}
		}
		got, ok := scanTransaction(body)
		if !ok {
			return
		}
		var want fairlead.Transaction
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("scanned what is not JSON: %v in %s", err, body)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("scanned otherwise than decoded (-want +got):\n%s", diff)
		}
	})
}
