package format_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"
	_ "time/tzdata" // a machine may have none

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// unusual has what no row of a format has today.
type unusual struct {
	Text   string
	Any    any
	Map    map[string][]int
	Float  float64
	Flag   bool
	Small  uint8
	Func   func() int
	Array  [2]int
	hidden int
}

func huge(t *testing.T, s string) fairlead.Decimal {
	t.Helper()
	d, err := fairlead.ParseDecimal(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWhatIsPackedComesBackEqual(t *testing.T) {
	t.Parallel()
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 3, 31, 1, 2, 3, 4, time.UTC)
	long := huge(t, "-12345678901234567890123456789.01")
	longer := long.Mul(long).Mul(long)
	rows := []fairlead.Transaction{
		{},
		{AccountRef: "a", Ref: "r", State: fairlead.TransactionPending, Amount: fairlead.NewMoney(-1230, 2, "EUR"), Booked: fairlead.DateOf(at), Transacted: at},
		{Amount: fairlead.Money{Amount: long}, Rate: &longer, Transacted: at.In(time.FixedZone("", -3*3600)), Changed: at.In(time.FixedZone("BRT", -3*3600))},
		{Amount: fairlead.Money{Amount: fairlead.NewDecimal(5, -3)}, Transacted: at.In(lisbon), Changed: time.Time{}.In(lisbon)},
		{Amount: fairlead.Money{Amount: fairlead.NewDecimal(-9_223_372_036_854_775_808, 5)}, Booked: fairlead.Date{Year: -1, Month: 14, Day: 99}},
		{Description: "ação\x00\xff", Counterparty: &fairlead.Counterparty{}, Instalment: &fairlead.Instalment{Number: -1, Of: 12}, Extra: fairlead.Extra{}},
		{Extra: fairlead.Extra{
			"text": "x", "empty": "", "nil": nil, "int": -3, "float": 0.5, "flag": true, "list": []string{"a", ""}, "none": []string(nil), "any": []any{1, "x", nil},
			"map": map[string]any{"a": []fairlead.Extra{{"b": "c"}}}, "money": fairlead.NewMoney(1, 2, "USD"), "pointer": &fairlead.Counterparty{Name: "N"}, "at": at,
			"hidden": unusual{hidden: 7},
		}},
	}
	var p format.Packed[fairlead.Transaction]
	const times = 300
	for range times {
		for i := range rows {
			p.Add(&rows[i])
		}
	}
	p.Pack()
	if p.Len() != times*len(rows) {
		t.Fatalf("%d values", p.Len())
	}
	for _, first := range []int{0, 1, 255, 256, 257, p.Len() - 1, p.Len()} {
		n := first
		for i, got := range p.From(first) {
			if want := &rows[i%len(rows)]; i != n || !reflect.DeepEqual(got, want) {
				t.Fatalf("value %d from %d on is number %d:\n%+v\nwant\n%+v", n, first, i, got, want)
			}
			n++
		}
		if n != p.Len() {
			t.Errorf("from %d on come values up to %d", first, n)
		}
	}
}

func TestValuesOfAnyTypeArePacked(t *testing.T) {
	t.Parallel()
	type public struct {
		Text  string
		Any   any
		Map   map[string][]int
		Float float64
		Flag  bool
		Small uint8
		Array [2]int
	}
	in := public{"x", unusual{hidden: 3, Text: "t"}, map[string][]int{"a": {1, -2}, "b": nil, "c": {}}, -0.25, true, 255, [2]int{1, 2}}
	if got := format.Cloned(&in); !reflect.DeepEqual(got, in) {
		t.Errorf("%+v", got)
	}
	f := unusual{Func: func() int { return 7 }}
	if got := format.Cloned(&f); got.Func() != 7 {
		t.Error("a function is another")
	}
}

func TestALongValueIsPackedAmongShortOnes(t *testing.T) {
	t.Parallel()
	var p format.Packed[fairlead.Security]
	long := make([]byte, 200_000)
	for i := range long {
		long[i] = byte(i * i >> 3)
	}
	for i := range 1000 {
		s := fairlead.Security{Ref: fmt.Sprint(i)}
		if i%300 == 0 {
			s.Name = string(long)
		}
		p.Add(&s)
	}
	p.Pack()
	for i, s := range p.From(0) {
		if s.Ref != fmt.Sprint(i) || (i%300 == 0) != (s.Name == string(long)) {
			t.Fatalf("value %d is %s with %d bytes", i, s.Ref, len(s.Name))
		}
	}
}
