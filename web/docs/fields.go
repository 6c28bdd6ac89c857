package docs

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// fieldDepth bounds how deep fields are shown: schemas may name themselves.
const fieldDepth = 5

// field is one field or parameter as the reference shows it.
type field struct {
	Name, Type, Where, Doc string
	Required               bool
	Values                 []string // the closed set, where there is one
	Default, Range         string
	Fields                 []field // of an object, or of each of a list's objects
	Shape                  string  // the name of what the fields are
	Shown                  bool    // the page has the fields of the shape already
}

// fields are those of an object. Of what is sent the required ones come first;
// otherwise the order is the description's.
func (d *description) fields(s *schema, sent bool, depth int) (out []field) {
	s = d.resolve(s)
	if s == nil || depth > fieldDepth {
		return nil
	}
	for _, part := range s.AllOf {
		out = append(out, d.fields(part, sent, depth)...)
	}
	for _, name := range s.Properties.names {
		p := s.Properties.of[name]
		f := d.field(name, p)
		f.Required = slices.Contains(s.Required, name)
		inner := d.resolve(p)
		if inner != nil && inner.Type == "array" {
			inner = d.resolve(inner.Items)
		}
		if inner != nil && !isMoney(inner) {
			if !sent && depth < fieldDepth { // deeper ones are not shown
				f.Shape, f.Shown = d.seen(p)
			}
			if !f.Shown {
				f.Fields = d.fields(inner, sent, depth+1)
			}
		}
		out = append(out, f)
	}
	if sent {
		slices.SortStableFunc(out, func(a, b field) int { return cmp.Compare(rank(a.Required), rank(b.Required)) })
	}
	return out
}

// shape is the name of the object that a value is, or is a list of.
func (d *description) shape(s *schema) string {
	for range 4 {
		switch {
		case s == nil:
			return ""
		case s.Ref != "" && d.resolve(s) != nil && d.resolve(s).Type != "array":
			return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		case s.Type == "array":
			s = s.Items
		case len(s.AllOf) == 1:
			s = s.AllOf[0]
		case len(notNull(s.OneOf)) == 1:
			s = notNull(s.OneOf)[0]
		case len(notNull(s.AnyOf)) == 1:
			s = notNull(s.AnyOf)[0]
		default:
			return ""
		}
	}
	return ""
}

// seen is the name of an object of several fields, and whether the page that is being
// made has shown them before. Others have none: their fields are shown everywhere.
func (d *description) seen(value *schema) (shape string, before bool) {
	shape = d.shape(value)
	s := d.Components.Schemas[shape]
	if s == nil || len(s.Properties.names) < 4 || d.shown == nil {
		return "", false
	}
	before = d.shown[shape]
	d.shown[shape] = true
	return shape, before
}

func rank(required bool) int {
	if required {
		return 0
	}
	return 1
}

// field describes one value, without the fields in it.
func (d *description) field(name string, s *schema) field {
	f := field{Name: name, Type: d.typeName(s), Doc: d.words(s)}
	r := d.resolve(s)
	if r == nil {
		return f
	}
	set := r
	if r.Type == "array" {
		if items := d.resolve(r.Items); items != nil {
			set = items
		}
	}
	for _, v := range set.Enum {
		if v != nil {
			f.Values = append(f.Values, fmt.Sprint(v))
		}
	}
	if set.Const != nil {
		f.Values = []string{fmt.Sprint(set.Const)}
	}
	if len(r.Default) > 0 {
		f.Default = strings.Trim(string(r.Default), `"`)
	}
	f.Range = bounds(r)
	return f
}

func bounds(s *schema) string {
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return fmt.Sprintf("%s to %s", *s.Minimum, *s.Maximum)
	case s.Minimum != nil:
		return fmt.Sprintf("at least %s", *s.Minimum)
	case s.Maximum != nil:
		return fmt.Sprintf("at most %s", *s.Maximum)
	case s.MaxLength != nil:
		return fmt.Sprintf("at most %d characters", *s.MaxLength)
	}
	return ""
}

// isMoney reports whether the object is an exact amount with its currency.
func isMoney(s *schema) bool {
	return len(s.Properties.names) == 2 && s.Properties.of["amount"] != nil && s.Properties.of["currency"] != nil
}

// formats are the names of formats as people say them.
var formats = map[string]string{"date-time": "time", "date": "date", "uri": "address", "binary": "bytes", "byte": "base64", "int32": "integer", "int64": "integer"}

func (d *description) typeName(s *schema) string {
	r := d.resolve(s)
	switch {
	case r == nil:
		return "any"
	case r.Type == "array":
		return "list of " + d.typeName(r.Items)
	case isMoney(r):
		return "money"
	case r.Format != "":
		return cmp.Or(formats[r.Format], r.Format)
	case r.Type == "object" && len(r.Properties.names) == 0 && r.additional() != nil:
		return "object of " + d.typeName(r.additional())
	case r.Type == "" && len(r.Properties.names) > 0:
		return "object"
	case r.Type == "" && len(r.Enum) > 0:
		return "string"
	case r.Type == "":
		return "any"
	}
	return string(r.Type)
}

// example writes what a value may look like, indented: of what is sent no more than
// must be given (of a body where nothing must, its first field), of an answer everything.
func (d *description) example(m *media, noun string, sent bool) string {
	if m == nil {
		return ""
	}
	text := m.Example
	for _, name := range m.Examples.names {
		if len(text) == 0 {
			text = m.Examples.of[name].Value
		}
	}
	if len(text) == 0 {
		text = sampler{d, noun, sent}.value("", m.Schema, 0)
	}
	return indented(text)
}

func indented(text json.RawMessage) string {
	var v any
	if len(text) == 0 || json.Unmarshal(text, &v) != nil || v == nil {
		return ""
	}
	return pretty(text)
}
