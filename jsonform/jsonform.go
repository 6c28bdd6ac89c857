// Package jsonform writes stored JSON in the form in which it is answered, without
// decoding it: members are found in the text and copied under their other names.
//
// It owns the two walks that this takes: Values finds members of an object by name,
// and a Form, made of the two struct types, writes an object of the one as encoding/json
// would write the other (without escaping HTML). It trusts what it reads as far as this
// is JSON that encoding/json has written; what is not becomes ErrBroken or is copied as it is.
package jsonform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// ErrBroken says that a stored text is no JSON object. It quotes nothing of it.
var ErrBroken = errors.New("jsonform: not a JSON object")

// Values finds members of an object: values[n] is the text of the member names[n], nil
// where the object has none.
func Values(object []byte, names []string, values [][]byte) error {
	clear(values)
	at, err := begin(object)
	for at > 0 && err == nil {
		var name, value []byte
		if name, value, at, err = next(object, at); err != nil {
			break
		}
		for n := range names {
			if names[n] == string(name) {
				values[n] = value
			}
		}
	}
	return err
}

// Form is how an object that is stored as one struct type is written as another.
type Form struct {
	members []member
	index   map[string]int // of members, by their names in the stored object
	same    bool           // both types are written alike
}

// most is how many members a form can have.
const most = 40

type member struct {
	prefix []byte // `,"name":`
	from   string // its name in the stored object
	omit   bool   // where there is none, or null
	blank  bool   // omit it where it is empty, too
	unset  bool   // a text without characters says that there is none: it is a pointer
	absent []byte // what is written where the stored object has none
	inner  *Form  // of an object
	listed bool   // it is a list of such objects
}

// New makes the form of what is stored as stored and answered as answered, two struct
// types. A member is found by its name, or by the one in the tag `from`; `from:"-"` leaves it
// out. New panics where a member has no counterpart: that is a mistake of whoever wrote the types.
func New(stored, answered reflect.Type) *Form {
	known := membersOf(stored)
	f := &Form{index: map[string]int{}, same: true}
	left := len(known)
	for n := range answered.NumField() {
		field := answered.Field(n)
		name, omit := nameOf(field)
		from := name
		if tag, ok := field.Tag.Lookup("from"); ok {
			from = tag
		}
		if from == "-" {
			f.same = false
			continue
		}
		source, ok := known[from]
		if !ok {
			panic(fmt.Sprintf("jsonform: %s has no %q for %s.%s", stored, from, answered, field.Name))
		}
		pointer := field.Type.Kind() == reflect.Pointer
		m := member{
			prefix: []byte(`,"` + name + `":`), from: from, omit: omit, blank: omit && !pointer,
			unset: pointer && source.Type.Kind() != reflect.Pointer, absent: absentOf(field),
		}
		m.inner, m.listed = innerOf(source.Type, field.Type)
		_, sourceOmits := nameOf(source)
		f.same = f.same && name == from && len(f.members) == source.Index[0] && omit == sourceOmits && !m.unset && (m.inner == nil || m.inner.same)
		f.index[from] = len(f.members)
		f.members = append(f.members, m)
		left--
	}
	f.same = f.same && left == 0
	if len(f.members) > most {
		panic(fmt.Sprintf("jsonform: %s has more than %d members", answered, most))
	}
	return f
}

// innerOf is the form of a field that is an object, or a list of some, of two types.
func innerOf(stored, answered reflect.Type) (inner *Form, listed bool) {
	if stored == answered {
		return nil, false
	}
	if listed = answered.Kind() == reflect.Slice && stored.Kind() == reflect.Slice; listed {
		stored, answered = stored.Elem(), answered.Elem()
	}
	for stored.Kind() == reflect.Pointer {
		stored = stored.Elem()
	}
	for answered.Kind() == reflect.Pointer {
		answered = answered.Elem()
	}
	if stored.Kind() != reflect.Struct || answered.Kind() != reflect.Struct || stored == answered {
		return nil, false
	}
	return New(stored, answered), listed
}

func membersOf(t reflect.Type) map[string]reflect.StructField {
	all := map[string]reflect.StructField{}
	for n := range t.NumField() {
		if name, _ := nameOf(t.Field(n)); name != "" {
			all[name] = t.Field(n)
		}
	}
	return all
}

// nameOf is a field's name in JSON, and whether it is left out where it is empty. What is
// kept out of JSON may be stored elsewhere, by its name in small letters.
func nameOf(f reflect.StructField) (name string, omit bool) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" || name == "-" {
		name = strings.ToLower(f.Name)
	}
	return name, strings.Contains(options, "omit")
}

// absentOf is what is written where a member is not stored.
func absentOf(f reflect.StructField) []byte {
	if f.Type.Kind() == reflect.Slice && f.Tag.Get("nullable") == "false" {
		return []byte("[]")
	}
	text, err := json.Marshal(reflect.Zero(f.Type).Interface())
	if err != nil {
		panic(fmt.Sprintf("jsonform: %s: %v", f.Name, err))
	}
	return text
}

// Append writes the members of a stored object, each with a comma before it. private, where
// it is not empty, is an object of what was taken out of the stored one: it goes before.
func (f *Form) Append(dst, stored, private []byte) ([]byte, error) {
	from := len(dst)
	dst, err := f.append(dst, stored, private)
	if err != nil {
		return dst[:from], err
	}
	return plainHTML(dst, from), nil
}

func (f *Form) append(dst, stored, private []byte) ([]byte, error) {
	var open, sealed [most][]byte
	if err := f.find(stored, &open); err != nil {
		return dst, err
	}
	if len(private) > 0 {
		if err := f.find(private, &sealed); err != nil {
			return dst, err
		}
	}
	var err error
	for n := range f.members {
		m := &f.members[n]
		if dst, err = m.append(dst, open[n], sealed[n]); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func (m *member) append(dst, stored, private []byte) ([]byte, error) {
	if m.inner == nil {
		value := stored
		if private != nil {
			value = private
		}
		switch {
		case isNull(value) || m.unset && string(value) == `""`:
			value = m.absent
			if m.omit {
				return dst, nil
			}
		case m.blank && isEmpty(value):
			return dst, nil
		}
		return append(append(dst, m.prefix...), value...), nil
	}
	if m.listed {
		return m.appendList(dst, stored, private)
	}
	if isNull(stored) && isNull(private) {
		if m.omit {
			return dst, nil
		}
		return append(append(dst, m.prefix...), m.absent...), nil
	}
	return m.inner.appendObject(append(dst, m.prefix...), stored, private)
}

// appendList writes a list; one that was sealed was sealed whole.
func (m *member) appendList(dst, list, private []byte) ([]byte, error) {
	if private != nil {
		list = private
	}
	if isNull(list) || string(list) == "[]" {
		if m.omit {
			return dst, nil
		}
		return append(append(dst, m.prefix...), m.absent...), nil
	}
	if list[0] != '[' {
		return dst, ErrBroken
	}
	dst = append(append(dst, m.prefix...), '[')
	for at := 1; ; {
		at = space(list, at)
		end := valueEnd(list, at)
		if end < 0 || end >= len(list) {
			return dst, ErrBroken
		}
		var err error
		if dst, err = m.inner.appendObject(dst, list[at:end], nil); err != nil {
			return dst, err
		}
		switch at = space(list, end); {
		case at < len(list) && list[at] == ',':
			dst = append(dst, ',')
			at++
		case at < len(list) && list[at] == ']':
			return append(dst, ']'), nil
		default:
			return dst, ErrBroken
		}
	}
}

func (f *Form) appendObject(dst, stored, private []byte) ([]byte, error) {
	if f.same && private == nil {
		return append(dst, stored...), nil
	}
	if isNull(stored) {
		stored = []byte("{}")
	}
	from := len(dst)
	dst, err := f.append(dst, stored, private)
	if len(dst) == from {
		dst = append(dst, '{')
	} else {
		dst[from] = '{' // the first member's comma
	}
	return append(dst, '}'), err
}

// find notes where the members of an object are.
func (f *Form) find(object []byte, values *[most][]byte) error {
	at, err := begin(object)
	for guess := 0; at > 0 && err == nil; {
		var name, value []byte
		if name, value, at, err = next(object, at); err != nil {
			break
		}
		if guess >= len(f.members) || f.members[guess].from != string(name) {
			n, ok := f.index[string(name)]
			if !ok {
				continue
			}
			guess = n
		}
		values[guess] = value
		guess++
	}
	return err
}

func isNull(value []byte) bool { return len(value) == 0 || string(value) == "null" }

// isEmpty reports what encoding/json leaves out with omitempty.
func isEmpty(value []byte) bool {
	switch string(value) {
	case `""`, "0", "false", "[]", "{}":
		return true
	}
	return false
}

// begin is where an object's first member is; 0: it has none.
func begin(object []byte) (at int, err error) {
	at = space(object, 0)
	if at >= len(object) || object[at] != '{' {
		return 0, ErrBroken
	}
	at = space(object, at+1)
	if at < len(object) && object[at] == '}' {
		return 0, nil
	}
	return at, nil
}

// next reads a member, and is where the one after it is; 0: there is none.
func next(object []byte, at int) (name, value []byte, after int, err error) {
	end := -1
	if at < len(object) && object[at] == '"' {
		end = stringEnd(object, at)
	}
	if end < 0 {
		return nil, nil, 0, ErrBroken
	}
	name = object[at+1 : end-1]
	if at = space(object, end); at >= len(object) || object[at] != ':' {
		return nil, nil, 0, ErrBroken
	}
	at = space(object, at+1)
	if end = valueEnd(object, at); end < 0 {
		return nil, nil, 0, ErrBroken
	}
	value = object[at:end]
	switch at = space(object, end); {
	case at < len(object) && object[at] == ',':
		return name, value, space(object, at+1), nil
	case at < len(object) && object[at] == '}':
		return name, value, 0, nil
	}
	return nil, nil, 0, ErrBroken
}

func space(text []byte, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	return at
}

// valueEnd is where a value ends; -1: nowhere.
func valueEnd(text []byte, at int) int {
	if at >= len(text) {
		return -1
	}
	switch text[at] {
	case '"':
		return stringEnd(text, at)
	case '{', '[':
		for depth := 0; at < len(text); at++ {
			switch text[at] {
			case '"':
				if at = stringEnd(text, at) - 1; at < 0 {
					return -1
				}
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return at + 1
				}
			}
		}
		return -1
	}
	from := at
	for at < len(text) && text[at] != ',' && text[at] != '}' && text[at] != ']' && text[at] > ' ' {
		at++
	}
	if at == from {
		return -1
	}
	return at
}

func stringEnd(text []byte, at int) int {
	for at++; at < len(text); at++ {
		switch text[at] {
		case '"':
			return at + 1
		case '\\':
			at++
		}
	}
	return -1
}

// plainHTML writes the three characters that encoding/json escapes for HTML as they are,
// from a place of the text on.
func plainHTML(text []byte, from int) []byte {
	at := bytes.IndexByte(text[from:], '\\')
	if at < 0 {
		return text
	}
	at += from
	to := at
	for at < len(text) {
		if text[at] != '\\' || at+1 == len(text) {
			text[to] = text[at]
			at, to = at+1, to+1
			continue
		}
		if at+6 <= len(text) && string(text[at+1:at+4]) == "u00" {
			c := byte(0)
			switch string(text[at+4 : at+6]) {
			case "26":
				c = '&'
			case "3c":
				c = '<'
			case "3e":
				c = '>'
			}
			if c != 0 {
				text[to] = c
				at, to = at+6, to+1
				continue
			}
		}
		text[to], text[to+1] = text[at], text[at+1]
		at, to = at+2, to+2
	}
	return text[:to]
}
