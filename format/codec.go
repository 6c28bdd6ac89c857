package format

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Types that are written in a way of their own.
var (
	decimalType = reflect.TypeFor[fairlead.Decimal]()
	timeType    = reflect.TypeFor[time.Time]()
	extraType   = reflect.TypeFor[fairlead.Extra]()
)

// apart is what one list has of values that bytes can't say: types behind interfaces, and
// values of unusual types, which stay as they are.
type apart struct {
	types  []reflect.Type
	number map[reflect.Type]int // of types
	values []reflect.Value
}

// typeNumber is a type's index.
func (a *apart) typeNumber(t reflect.Type) int {
	if n, known := a.number[t]; known {
		return n
	}
	if a.number == nil {
		a.number = map[reflect.Type]int{}
	}
	n := len(a.types)
	a.types, a.number[t] = append(a.types, t), n
	return n
}

// Ways in which a value of an unusual type, or a nil, is written.
const (
	wayNone  = iota // nil
	wayApart        // in apart.values
	wayPlain
	wayZoned            // of a time: in a zone that has one offset
	wayText  = wayZoned // of a value of an Extra
	wayBits  = 2
)

// encoder appends values to bytes.
type encoder struct {
	b     []byte
	apart *apart
}

func (e *encoder) uint(n uint64)   { e.b = binary.AppendUvarint(e.b, n) }
func (e *encoder) int(n int64)     { e.b = binary.AppendVarint(e.b, n) }
func (e *encoder) string(s string) { e.uint(uint64(len(s))); e.b = append(e.b, s...) }

// other puts a value aside.
func (e *encoder) other(v reflect.Value) {
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	e.uint(wayApart)
	e.uint(uint64(len(e.apart.values)))
	e.apart.values = append(e.apart.values, own)
}

// value appends a value so that decoder.value makes an equal one of it.
func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.string(v.String())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.uint(v.Uint())
	case reflect.Bool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		e.uint(n)
	case reflect.Float32, reflect.Float64:
		e.uint(math.Float64bits(v.Float()))
	case reflect.Struct:
		e.structure(v)
	default:
		e.nilable(v)
	}
}

func (e *encoder) structure(v reflect.Value) {
	switch v.Type() {
	case decimalType:
		e.decimal(v, valueOf[fairlead.Decimal](v))
		return
	case timeType:
		e.time(v, valueOf[time.Time](v))
		return
	}
	if !openFields(v.Type()) {
		e.other(v)
		return
	}
	n, set := v.NumField(), uint64(0) // fields that are not zero; only they are written
	for i := range n {
		if !v.Field(i).IsZero() {
			set |= 1 << i
		}
	}
	e.uint(set<<wayBits | wayPlain)
	for i := range n {
		if set&(1<<i) != 0 {
			e.value(v.Field(i))
		}
	}
}

// maxFields is how many fields a struct has that is written field by field.
const maxFields = 60

// opened are the structs that openFields has seen.
var opened sync.Map // reflect.Type → bool

// openFields reports whether all fields of a struct are exported, and not too many.
func openFields(t reflect.Type) bool {
	if is, known := opened.Load(t); known {
		return is.(bool)
	}
	is := t.NumField() <= maxFields
	for i := range t.NumField() {
		is = is && t.Field(i).IsExported()
	}
	opened.Store(t, is)
	return is
}

// extra appends an Extra, which every row has. Most values of it are text.
func (e *encoder) extra(x fairlead.Extra) {
	if x == nil {
		e.uint(wayNone)
		return
	}
	e.uint(wayPlain)
	e.uint(uint64(len(x)))
	for name, v := range x {
		e.string(name)
		if s, is := v.(string); is {
			e.uint(wayText)
			e.string(s)
		} else {
			e.value(reflect.ValueOf(&v).Elem())
		}
	}
}

// nilable appends what may be nil.
func (e *encoder) nilable(v reflect.Value) {
	switch v.Kind() {
	case reflect.Map:
		if v.Type() == extraType {
			e.extra(valueOf[fairlead.Extra](v))
			return
		}
	case reflect.Pointer, reflect.Interface, reflect.Slice:
	default: // functions, channels …
		e.other(v)
		return
	}
	if v.IsNil() {
		e.uint(wayNone)
		return
	}
	e.uint(wayPlain)
	switch v.Kind() {
	case reflect.Interface:
		e.uint(uint64(e.apart.typeNumber(v.Elem().Type())))
		e.value(v.Elem())
	case reflect.Pointer:
		e.value(v.Elem())
	case reflect.Slice:
		e.uint(uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Map:
		e.uint(uint64(v.Len()))
		for i := v.MapRange(); i.Next(); {
			e.value(i.Key())
			e.value(i.Value())
		}
	}
}

// smallDigits are so few that an int64 has them.
const smallDigits = 18

func (e *encoder) decimal(v reflect.Value, d fairlead.Decimal) {
	whole, fraction, _ := strings.Cut(d.String(), ".")
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if len(whole)+len(fraction) > smallDigits || d.Scale() < 0 || err != nil {
		e.other(v)
		return
	}
	e.uint(wayPlain + uint64(d.Scale()))
	e.int(n)
}

func (e *encoder) time(v reflect.Value, t time.Time) {
	if t != t.Round(0) { //nolint:staticcheck // the very value, with or without a monotonic clock
		e.other(v)
		return
	}
	name, offset := t.Zone()
	switch {
	case t.Location() == time.UTC:
		e.uint(wayPlain)
	case reflect.DeepEqual(t.Location(), time.FixedZone(name, offset)):
		e.uint(wayZoned)
		e.string(name)
		e.int(int64(offset))
	default:
		e.other(v)
		return
	}
	e.int(t.Unix())
	e.uint(uint64(t.Nanosecond()))
}

// valueOf is what a value of a known type holds.
func valueOf[T any](v reflect.Value) T {
	if v.CanAddr() {
		return *v.Addr().Interface().(*T)
	}
	return v.Interface().(T)
}

// decoder reads what an encoder has appended. Strings are slices of its text.
type decoder struct {
	s     string
	apart *apart
}

func (d *decoder) uint() (n uint64) {
	for shift := 0; ; shift += 7 {
		c := d.s[0]
		d.s = d.s[1:]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
	}
}

func (d *decoder) int() int64 {
	n := d.uint()
	if n&1 != 0 {
		return ^int64(n >> 1)
	}
	return int64(n >> 1)
}

func (d *decoder) string() string {
	n := d.uint()
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}

func (d *decoder) other(into reflect.Value) { into.Set(d.apart.values[d.uint()]) }

// value reads a value into one of its type that is zero.
func (d *decoder) value(into reflect.Value) {
	switch into.Kind() {
	case reflect.String:
		into.SetString(d.string())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		into.SetInt(d.int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		into.SetUint(d.uint())
	case reflect.Bool:
		into.SetBool(d.uint() == 1)
	case reflect.Float32, reflect.Float64:
		into.SetFloat(math.Float64frombits(d.uint()))
	case reflect.Struct:
		d.structure(into)
	default:
		d.nilable(into)
	}
}

func (d *decoder) structure(into reflect.Value) {
	way := d.uint()
	if way == wayApart {
		d.other(into)
		return
	}
	switch into.Type() {
	case decimalType:
		*into.Addr().Interface().(*fairlead.Decimal) = fairlead.NewDecimal(d.int(), int(way-wayPlain))
	case timeType:
		zone := time.UTC
		if way == wayZoned {
			name := d.string()
			zone = time.FixedZone(name, int(d.int()))
		}
		seconds := d.int()
		*into.Addr().Interface().(*time.Time) = time.Unix(seconds, int64(d.uint())).In(zone)
	default:
		for set := way >> wayBits; set != 0; set &= set - 1 {
			d.value(into.Field(bits.TrailingZeros64(set)))
		}
	}
}

func (d *decoder) nilable(into reflect.Value) {
	switch d.uint() {
	case wayNone:
		return
	case wayApart:
		d.other(into)
		return
	}
	switch t := into.Type(); into.Kind() {
	case reflect.Interface:
		v := reflect.New(d.apart.types[d.uint()]).Elem()
		d.value(v)
		into.Set(v)
	case reflect.Pointer:
		v := reflect.New(t.Elem())
		d.value(v.Elem())
		into.Set(v)
	case reflect.Slice:
		n := int(d.uint())
		all := reflect.MakeSlice(t, n, n)
		for i := range n {
			d.value(all.Index(i))
		}
		into.Set(all)
	case reflect.Map:
		n := int(d.uint())
		if t == extraType {
			*into.Addr().Interface().(*fairlead.Extra) = d.extra(n)
			return
		}
		all := reflect.MakeMapWithSize(t, n)
		for range n {
			k, v := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
			d.value(k)
			d.value(v)
			all.SetMapIndex(k, v)
		}
		into.Set(all)
	default:
		panic(fmt.Sprintf("format: a %s is written as if it could be nil", t))
	}
}

func (d *decoder) extra(n int) fairlead.Extra {
	x := make(fairlead.Extra, n)
	for range n {
		name := d.string()
		if d.s[0] == wayText {
			d.s = d.s[1:]
			x[name] = d.string()
			continue
		}
		var v any
		d.value(reflect.ValueOf(&v).Elem())
		x[name] = v
	}
	return x
}

// Cloned is a value of its own, of which no text is a part of a longer one.
func Cloned[T any](v *T) (own T) {
	e := encoder{apart: &apart{}}
	e.value(reflect.ValueOf(v).Elem())
	d := decoder{string(e.b), e.apart}
	d.value(reflect.ValueOf(&own).Elem())
	return own
}
