package dialect

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
)

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

// walkJSON holds JSON that is valid to the type that it was decoded into.
func walkJSON(data []byte, k keys, t reflect.Type) error {
	s := scanner{data: data, keys: k}
	err := s.all(t)
	if _, deep := errors.AsType[*Malformed](err); deep {
		return s.field("range", "must not be nested so deep")
	}
	return err
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
