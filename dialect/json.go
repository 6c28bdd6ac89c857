package dialect

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
)

// maxDepth is how deep a body may be nested.
const maxDepth = 200

// Unmarshal decodes a body as encoding/json does and then holds it to what that
// lets pass: Invalid where a key is given twice anywhere in it, or is written in
// another case than the field that it would fill. The Field names the key by its
// dotted path; no value is repeated. Text must be UTF-8 throughout, without escapes of
// half a character. What encoding/json refuses (text behind the value, too) comes as
// its own error.
func Unmarshal(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	return walkJSON(data, keys{exact: true}, reflect.TypeOf(into))
}

// UnmarshalKnown is Unmarshal that refuses what fills no field, too: a filter that is not
// understood must not look as if it had been applied. The Field says what there is.
func UnmarshalKnown(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	return walkJSON(data, keys{exact: true, known: true}, reflect.TypeOf(into))
}

// UnmarshalAnyCase is Unmarshal for a vendor whose keys may be written in any case;
// two that differ in nothing else are the same key.
func UnmarshalAnyCase(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	return walkJSON(data, keys{folded: true}, reflect.TypeOf(into))
}

// UniqueKeys refuses a body in which a key is given twice, whatever it fills, and one
// whose text has bytes or escapes that are no characters. What is no JSON passes: who
// decodes it says so.
func UniqueKeys(data []byte) error {
	if !json.Valid(data) {
		return nil
	}
	return walkJSON(data, keys{}, nil)
}

// keys is how the keys of a body are held to its fields.
type keys struct {
	exact  bool // as the field is written
	known  bool // those of a field alone
	folded bool // two that differ in case alone are one
}

func walkJSON(data []byte, k keys, t reflect.Type) error {
	if !utf8.Valid(data) {
		return fairlead.InvalidField("body", "format", "must be in UTF-8")
	}
	if halfSurrogate(data) {
		return fairlead.InvalidField("body", "format", "must not have half of a surrogate pair, which is no character")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := (&walker{decoder, k}).value("", t, 0); err != nil && err != io.EOF {
		return err
	}
	return nil
}

// halfSurrogate finds an escape of half a surrogate pair in valid JSON: encoding/json
// would put another character in its place, without saying so.
func halfSurrogate(data []byte) bool {
	for i := bytes.IndexByte(data, '\\'); i >= 0 && i+1 < len(data); {
		length := 2
		if r := escaped(data[i:]); r >= 0 {
			length = 6
			if utf16.IsSurrogate(r) {
				if utf16.DecodeRune(r, escaped(data[i+6:])) == utf8.RuneError {
					return true
				}
				length = 12
			}
		}
		next := bytes.IndexByte(data[i+length:], '\\')
		if next < 0 {
			return false
		}
		i += length + next
	}
	return false
}

// escaped is the character of an escape in hexadecimal digits that data begins with; -1: none.
func escaped(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}

// walker walks a body beside the type that it was decoded into.
type walker struct {
	*json.Decoder
	keys keys
}

func (w *walker) value(path string, t reflect.Type, depth int) error {
	if depth > maxDepth {
		return fairlead.InvalidField(path, "range", "must not be nested so deep")
	}
	token, err := w.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		err = w.object(path, t, depth)
	case json.Delim('['):
		for err == nil && w.More() {
			err = w.value(path, elementOf(t), depth+1)
		}
	default:
		return nil
	}
	if err == nil {
		_, err = w.Token() // its end
	}
	return err
}

func (w *walker) object(path string, t reflect.Type, depth int) error {
	seen := map[string]bool{}
	fields := fieldsOf(t)
	for w.More() {
		token, err := w.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		name := strings.TrimPrefix(path+"."+key, ".")
		same := key
		if w.keys.folded {
			same = strings.ToLower(key)
		}
		if seen[same] {
			return fairlead.InvalidField(name, "exclusive", "must not be given twice")
		}
		seen[same] = true
		under, exact := fields[key]
		if !exact && w.keys.exact {
			for known := range fields {
				if strings.EqualFold(known, key) {
					return fairlead.InvalidField(name, "unknown", "must be written "+known)
				}
			}
		}
		if !exact && w.keys.known && fields != nil {
			return fairlead.InvalidField(name, "unknown", "must be one of "+strings.Join(slices.Sorted(maps.Keys(fields)), ", "))
		}
		if !exact {
			under = elementOf(t)
		}
		if err := w.value(name, under, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// elementOf is what a list or map is of; nil: anything.
func elementOf(t reflect.Type) reflect.Type {
	if t = pointed(t); t != nil && t != reflect.TypeFor[json.RawMessage]() {
		switch t.Kind() {
		case reflect.Slice, reflect.Array, reflect.Map:
			return t.Elem()
		}
	}
	return nil
}

// fieldsOf are the keys that a struct takes, those of what it embeds among them.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	t = pointed(t)
	if t == nil || t.Kind() != reflect.Struct || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return nil
	}
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case name == "" && f.Anonymous:
			for name, of := range fieldsOf(f.Type) {
				fields[name] = of
			}
		case name == "":
			fields[f.Name] = f.Type
		default:
			fields[name] = f.Type
		}
	}
	return fields
}

// pointed follows pointers.
func pointed(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}
