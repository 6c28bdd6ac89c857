package native

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/sealing"
)

// fill gives a value contents by chance: nothing at all, what has to be escaped, what is sealed.
func fill(r *rand.Rand, v reflect.Value) {
	texts := []string{"", "café", `a "quote" \ <b> & more`, "line\nend\u2028", "ID 12.345.678-90", `\u0026`, "x@example.com", "{", "[,"}
	switch into := v.Addr().Interface().(type) {
	case *fairlead.Date:
		if r.IntN(3) > 0 {
			*into = fairlead.Date{Year: 2020 + r.IntN(9), Month: time.Month(1 + r.IntN(12)), Day: 1 + r.IntN(28)}
		}
		return
	case *time.Time:
		if r.IntN(3) > 0 {
			*into = time.Date(2026, 1, 2, r.IntN(24), 4, 5, r.IntN(2)*500, time.FixedZone("", r.IntN(2)*3600))
		}
		return
	case *fairlead.Decimal:
		*into = fairlead.NewDecimal(r.Int64N(1e6)-5e5, r.IntN(4))
		return
	case *fairlead.Extra:
		if r.IntN(2) > 0 {
			*into = fairlead.Extra{"a.b": texts[r.IntN(len(texts))], "c": map[string]any{"d": []any{1.0, nil, true, texts[r.IntN(len(texts))]}}}
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[r.IntN(len(texts))])
	case reflect.Int:
		v.SetInt(r.Int64N(3))
	case reflect.Pointer:
		if r.IntN(2) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Struct:
		for n := range v.NumField() {
			fill(r, v.Field(n))
		}
	}
}

func TestATransactionIsWrittenFromWhatIsStoredAsItIsFromItsNoun(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 1))
	sealed := 0
	for range 5000 {
		var x fairlead.Transaction
		fill(r, reflect.ValueOf(&x).Elem())
		rec := fairlead.Record{
			ID: x.ID, Connection: x.Connection, Account: x.Account, State: string(x.State), Version: 1 + x.Version, Changed: x.Changed, Removed: r.IntN(9) == 0,
		}
		stored := x
		stored.ID, stored.Connection, stored.Account, stored.Version, stored.Changed = "", "", "", 0, time.Time{}
		open, private, err := sealing.Divide(&stored)
		if err != nil {
			t.Fatal(err)
		}
		rec.Body = open
		x.Version = rec.Version
		if rec.Removed {
			x.State = fairlead.TransactionRemoved
		}
		if private != nil {
			sealed++
		}
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		if err := e.Encode(transactionOf(x)); err != nil {
			t.Fatal(err)
		}
		got, err := appendTransaction(nil, reading.Encoded{Record: rec, Private: private})
		if err != nil || string(got) != strings.TrimSuffix(want.String(), "\n") {
			t.Fatalf("of %s and %s (%v):\n%s\n%s", open, private, err, got, want.String())
		}
	}
	if sealed < 1000 {
		t.Errorf("%d of 5000 had anything sealed", sealed)
	}
}

func TestAPageWithoutTransactionsIsAnEmptyList(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]string{"": `{"data":[],"next":null}`, "x": `{"data":[],"next":"x"}`} {
		l, err := writtenTransactions(reading.Page[reading.Encoded]{Next: next})
		if err != nil || string(l.text) != want+"\n" {
			t.Errorf("%s (%v), want %s", l.text, err, want)
		}
	}
}
