package collecting

import (
	"reflect"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestADigestIsOfEveryFieldOfANoun(t *testing.T) {
	t.Parallel()
	d := testDigests("key")
	for _, kind := range fairlead.RecordKinds() {
		seen := map[uint64]string{}
		of := func(path string, noun any) {
			a := &incoming{noun: noun}
			a.record.Kind = kind
			digest := d.of(a)
			if digest != d.of(a) {
				t.Errorf("%s %s: two digests of one thing", kind, path)
			}
			if other, taken := seen[digest]; taken {
				t.Errorf("%s: %s and %s have one digest", kind, path, other)
			}
			seen[digest] = path
		}
		of("nothing", nounOf(kind))
		eachField(reflect.TypeOf(nounOf(kind)).Elem(), "", func(path string, set func(reflect.Value)) {
			noun := nounOf(kind)
			set(reflect.ValueOf(noun).Elem())
			of(path, noun)
		})
	}
}

// eachField hands on each field of a struct, and of those in it, with what sets it.
func eachField(of reflect.Type, path string, field func(string, func(reflect.Value))) {
	for i := range of.NumField() {
		f := of.Field(i)
		name := path + "." + f.Name
		at := func(set func(reflect.Value)) func(reflect.Value) {
			return func(v reflect.Value) { set(v.Field(i)) }
		}
		switch t := f.Type; {
		case t == reflect.TypeFor[time.Time]():
			field(name, at(func(v reflect.Value) { v.Set(reflect.ValueOf(time.Unix(1, 0).UTC())) }))
		case t == reflect.TypeFor[fairlead.Decimal]():
			field(name, at(func(v reflect.Value) { v.Set(reflect.ValueOf(fairlead.NewDecimal(7, 2))) }))
		case t.Kind() == reflect.Struct:
			eachField(t, name, func(path string, set func(reflect.Value)) { field(path, at(set)) })
		case t.Kind() == reflect.Pointer:
			field(name, at(func(v reflect.Value) { v.Set(reflect.New(t.Elem())) }))
		case t.Kind() == reflect.Slice:
			field(name, at(func(v reflect.Value) { v.Set(reflect.MakeSlice(t, 1, 1)) }))
		case t.Kind() == reflect.Map:
			field(name, at(func(v reflect.Value) {
				m := reflect.MakeMap(t)
				m.SetMapIndex(reflect.ValueOf("a").Convert(t.Key()), reflect.Zero(t.Elem()))
				v.Set(m)
			}))
		case t.Kind() == reflect.String:
			field(name, at(func(v reflect.Value) { v.SetString("x") }))
		case t.Kind() == reflect.Bool:
			field(name, at(func(v reflect.Value) { v.SetBool(true) }))
		default:
			field(name, at(func(v reflect.Value) { v.SetInt(5) }))
		}
	}
}

func TestADigestTellsNothingWithoutTheKey(t *testing.T) {
	t.Parallel()
	a := &incoming{noun: &fairlead.Identity{Names: []string{"Ada"}}}
	if testDigests("one").of(a) == testDigests("another").of(a) {
		t.Error("two keys give one digest")
	}
}

func TestTheScaleOfAnAmountIsPartOfADigest(t *testing.T) {
	t.Parallel()
	d := testDigests("key")
	of := func(n int64, scale int) uint64 {
		return d.of(&incoming{noun: &fairlead.Transaction{Amount: fairlead.Money{Amount: fairlead.NewDecimal(n, scale), Currency: "EUR"}}})
	}
	if of(120, 1) == of(1200, 2) {
		t.Error("12.0 and 12.00 have one digest")
	}
}
