package sealing

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// The nouns that are stored as records declare at each field of theirs, in the tag
// `seal`, what may lie open in a database:
//
//	public   it may
//	private  it is sealed: a number by which somebody, or an account or contract of
//	         theirs, is known to the world, a contact, and all that is not ours to judge
//	text     free text: sealed where it holds a number that may be one of those
//
// A field of another type than text (an amount, a day, a closed list's word) is
// public unless it says otherwise; one of text that says nothing fails a test.

// Divide encodes a noun as two JSON texts: what may lie open, and what is to be
// sealed beside it, nil where there is nothing of the kind. noun is a pointer to a
// struct, and is left as it is.
func Divide(noun any) (open, private []byte, err error) {
	whole := reflect.ValueOf(noun).Elem()
	p := planOf(whole.Type())
	if len(p.parts) == 0 {
		open, err = json.Marshal(noun)
		return open, nil, encoded(err)
	}
	rest := reflect.New(p.whole)
	rest.Elem().Set(whole)
	taken := reflect.New(p.private)
	var t taking
	t.private(p, rest.Elem(), taken.Elem())
	t.text(p, rest.Elem(), taken.Elem())
	if t.any {
		if private, err = json.Marshal(taken.Interface()); err != nil {
			return nil, nil, encoded(err)
		}
	}
	open, err = json.Marshal(rest.Interface())
	return open, private, encoded(err)
}

// encoded is an error that does not quote what could not be encoded.
func encoded(err error) error {
	if err == nil {
		return nil
	}
	return fairlead.Errorf(fairlead.Internal, "sealing: a record can't be encoded")
}

// Join puts what Divide took out back into the noun that was decoded from the rest.
func Join(noun any, private []byte) error {
	whole := reflect.ValueOf(noun).Elem()
	p := planOf(whole.Type())
	if len(private) == 0 || len(p.parts) == 0 {
		return nil
	}
	taken := reflect.New(p.private)
	if json.Unmarshal(private, taken.Interface()) != nil { // its error would quote what it could not read
		return fairlead.Errorf(fairlead.Internal, "sealing: what was sealed can't be read")
	}
	p.give(whole, taken.Elem())
	return nil
}

// plan is how values of a struct type are divided.
type plan struct {
	whole   reflect.Type
	private reflect.Type // a struct of the parts, in their order, all omitted where empty
	parts   []part
}

// part is a field that holds something to seal.
type part struct {
	field  int
	text   bool
	nested *plan // of a struct, or a pointer to one, that holds some
}

var plans sync.Map // reflect.Type → *plan

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan)
	}
	p := &plan{whole: t}
	var fields []reflect.StructField
	for n := range t.NumField() {
		f := t.Field(n)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "" {
			name = strings.ToLower(f.Name)
		}
		of, part := f.Type, part{field: n}
		switch tag := f.Tag.Get("seal"); tag {
		case "private":
		case "text":
			part.text = true
		case "public":
			continue
		default:
			nested := structOf(f.Type)
			if nested == nil {
				continue
			}
			if part.nested = planOf(nested); len(part.nested.parts) == 0 {
				continue
			}
			of = reflect.PointerTo(part.nested.private)
		}
		p.parts = append(p.parts, part)
		fields = append(fields, reflect.StructField{
			Name: f.Name, Type: of, Tag: reflect.StructTag(fmt.Sprintf(`json:"%s,omitempty,omitzero"`, name)),
		})
	}
	p.private = reflect.StructOf(fields)
	known, _ := plans.LoadOrStore(t, p)
	return known.(*plan)
}

// structOf is the struct that a field is or points to, if it is to be looked into:
// what encodes itself is one value.
func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	marshaler := reflect.TypeFor[json.Marshaler]()
	if t.Kind() != reflect.Struct || t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler) {
		return nil
	}
	return t
}

// taking moves parts of one noun to where they will be sealed.
type taking struct {
	any   bool
	names []string // numbers that were taken: a text that repeats one goes with it
}

// shortestName is how long a number is at least that is looked for in texts: a
// branch of four digits may stand anywhere.
const shortestName = 5

// private takes the private fields.
func (t *taking) private(p *plan, from, to reflect.Value) {
	for n, part := range p.parts {
		f := from.Field(part.field)
		if part.text || f.IsZero() {
			continue
		}
		if part.nested == nil {
			if f.Kind() == reflect.String && f.Len() >= shortestName {
				t.names = append(t.names, f.String())
			}
			t.move(f, to.Field(n))
			continue
		}
		if f.Kind() == reflect.Pointer { // it is somebody else's too
			own := reflect.New(part.nested.whole)
			own.Elem().Set(f.Elem())
			f.Set(own)
			f = own.Elem()
		}
		before := t.any
		t.any = false
		nested := reflect.New(part.nested.private)
		t.private(part.nested, f, nested.Elem())
		if t.any {
			to.Field(n).Set(nested)
		}
		t.any = t.any || before
	}
}

func (t *taking) move(from, to reflect.Value) {
	to.Set(from)
	from.SetZero()
	t.any = true
}

// text takes the texts that name something.
func (t *taking) text(p *plan, from, to reflect.Value) {
	for n, part := range p.parts {
		if f := from.Field(part.field); part.text && t.naming(f.String()) {
			t.move(f, to.Field(n))
		}
	}
}

func (t *taking) naming(text string) bool {
	if naming(text) {
		return true
	}
	for _, name := range t.names {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}

// give puts what is in a private struct where it came from.
func (p *plan) give(to, from reflect.Value) {
	for n, part := range p.parts {
		f, value := to.Field(part.field), from.Field(n)
		switch {
		case value.IsZero():
		case part.nested == nil:
			f.Set(value)
		default:
			if f.Kind() == reflect.Pointer {
				if f.IsNil() {
					f.Set(reflect.New(part.nested.whole))
				}
				f = f.Elem()
			}
			part.nested.give(f, value.Elem())
		}
	}
}

const (
	manyDigits = 9  // as many as the shortest tax id, and most numbers of accounts and phones
	manyHex    = 32 // a random key of an instant payment
)

// naming reports whether a text may hold a number by which somebody is known: many
// digits with no more than punctuation between them, an e-mail address, a random key.
func naming(text string) bool {
	digits, hex := 0, 0
	for n := range len(text) {
		c := text[n]
		switch {
		case c == '@':
			return true
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c == '-':
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			hex++
			digits = 0
		case c == ' ', c == '.', c == '/', c == '(', c == ')', c == '+':
			hex = 0
		default:
			digits, hex = 0, 0
		}
		if digits >= manyDigits || hex >= manyHex {
			return true
		}
	}
	return false
}
