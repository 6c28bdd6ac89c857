package native

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
)

// fieldOf names a field that the framework refuses, and says what is expected of it:
// from the description of the API, never in the framework's words, which may quote
// what was sent.
func fieldOf(h huma.Context, d *huma.ErrorDetail) fairlead.Field {
	in, path := splitLocation(d.Location)
	f := fairlead.Field{Name: strings.Join(path, "."), Code: "format"}
	if f.Name == "" {
		f.Name = in
	}
	schema := schemaAt(h, in, path)
	switch m := d.Message; {
	case strings.HasPrefix(m, "expected required property "):
		path = append(path, strings.Fields(m)[3])
		f = fairlead.Field{Name: strings.Join(path, "."), Code: "required", Reason: "must be given"}
	case strings.HasPrefix(m, "required "):
		f.Code, f.Reason = "required", "must be given"
	case m == unknownInstitution:
		f.Code, f.Reason = "unknown", unknownInstitution
	case m == "unexpected property":
		f.Code, f.Reason = "unknown", unknownProperty(h, in, path)
	default:
		f.Code, f.Reason = refusalCode(m), expectation(schema)
	}
	return f
}

// splitLocation takes "body.products[0]" apart: where it is, and its path.
func splitLocation(location string) (in string, path []string) {
	location = strings.NewReplacer("[", ".", "]", "").Replace(location)
	in, rest, _ := strings.Cut(location, ".")
	if rest != "" {
		path = strings.Split(rest, ".")
	}
	return in, path
}

// schemaAt is how the description of the API describes a field; nil: not at all.
func schemaAt(h huma.Context, in string, path []string) *huma.Schema {
	if h == nil || h.Operation() == nil {
		return nil
	}
	n, _ := h.Context().Value(dialectKey{}).(*Native)
	op := h.Operation()
	if n == nil || n.spec == nil {
		return nil
	}
	var schema *huma.Schema
	if in == "body" {
		if op.RequestBody == nil || op.RequestBody.Content["application/json"] == nil {
			return nil
		}
		schema = op.RequestBody.Content["application/json"].Schema
	} else if len(path) > 0 {
		for _, p := range op.Parameters {
			if p.In == in && p.Name == path[0] {
				schema = p.Schema
			}
		}
		path = path[1:]
	}
	for _, name := range path {
		if schema = under(resolve(n.spec, schema), name); schema == nil {
			return nil
		}
	}
	return resolve(n.spec, schema)
}

// under is what a schema says of one of its fields or entries.
func under(s *huma.Schema, name string) *huma.Schema {
	if s == nil {
		return nil
	}
	if p, ok := s.Properties[name]; ok {
		return p
	}
	if s.Items != nil {
		return s.Items
	}
	more, _ := s.AdditionalProperties.(*huma.Schema)
	return more
}

func unknownProperty(h huma.Context, in string, path []string) string {
	if len(path) == 0 {
		return "is not a field of this request"
	}
	around := schemaAt(h, in, path[:len(path)-1])
	if around == nil || len(around.Properties) == 0 {
		return "is not a field of this request"
	}
	known := slices.Sorted(maps.Keys(around.Properties))
	for _, name := range known {
		if strings.EqualFold(name, path[len(path)-1]) {
			return "must be written " + name
		}
	}
	return "is not a field here; there are " + strings.Join(known, ", ")
}

// refusalCode is the code of what the framework has against a value.
func refusalCode(message string) string {
	for _, c := range []struct{ begin, code string }{
		{"expected number >", "range"},
		{"expected number <", "range"},
		{"expected length ", "range"},
		{"expected array length ", "range"},
		{"expected object with ", "range"},
		{"expected value to be one of", "unknown"},
	} {
		if strings.HasPrefix(message, c.begin) {
			return c.code
		}
	}
	return "format"
}

// expectation says what is expected of a value.
func expectation(s *huma.Schema) string {
	if s == nil {
		return "is not of the expected form"
	}
	if len(s.Enum) > 0 {
		return "must be one of " + wordsOf(s.Enum)
	}
	switch s.Type {
	case huma.TypeInteger, huma.TypeNumber:
		return "must be " + numbers(s)
	case huma.TypeBoolean:
		return "must be true or false"
	case huma.TypeArray:
		return "must be a list" + span(s.MinItems, s.MaxItems, " of ", " entries")
	case huma.TypeObject:
		return "must be an object"
	case huma.TypeString:
		return texts(s)
	}
	return "is not of the expected form"
}

func wordsOf(values []any) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprint(v)
	}
	return strings.Join(words, ", ")
}

func numbers(s *huma.Schema) string {
	plain := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	switch {
	case s.Minimum != nil && s.Maximum != nil:
		return plain(*s.Minimum) + " to " + plain(*s.Maximum)
	case s.Minimum != nil:
		return "at least " + plain(*s.Minimum)
	case s.Maximum != nil:
		return "at most " + plain(*s.Maximum)
	case s.Type == huma.TypeInteger:
		return "a whole number"
	}
	return "a number"
}

// span says how many there may be, in characters or entries.
func span(least, most *int, before, after string) string {
	switch {
	case least != nil && most != nil && *least > 0:
		return before + strconv.Itoa(*least) + " to " + strconv.Itoa(*most) + after
	case most != nil:
		return before + "at most " + strconv.Itoa(*most) + after
	case least != nil && *least > 0:
		return before + "at least " + strconv.Itoa(*least) + after
	}
	return ""
}

func texts(s *huma.Schema) string {
	switch {
	case s.Format == "date-time":
		return "must be an instant like 2026-01-31T12:00:00Z"
	case s.Format == "date":
		return "must be a day like 2026-01-31"
	case s.PatternDescription != "":
		return "must be " + s.PatternDescription
	case s.Pattern != "":
		return "must match " + s.Pattern
	}
	return "must be text" + span(s.MinLength, s.MaxLength, " of ", " characters")
}

// listed are the values of a closed set in a sentence.
func listed[T ~string](values []T) string {
	all := make([]string, len(values))
	for i, v := range values {
		all[i] = string(v)
	}
	return strings.Join(all, ", ")
}

// closeSets has requests validated against the closed sets that their fields are of.
func closeSets(spec *huma.OpenAPI) {
	sets := map[reflect.Type][]any{}
	for _, set := range closedSets() {
		for _, v := range set.values {
			sets[set.of] = append(sets[set.of], v.value)
		}
	}
	for name, schema := range spec.Components.Schemas.Map() {
		t := spec.Components.Schemas.TypeFromRef(schemaPrefix + name)
		if t == nil || t.Kind() != reflect.Struct {
			continue
		}
		for _, f := range wireFields(t) {
			p := schema.Properties[f.name]
			if p != nil && p.Type == huma.TypeArray {
				p = p.Items
			}
			if values := sets[base(f.Type)]; p != nil && values != nil && p.Type == huma.TypeString && len(p.Enum) == 0 {
				p.Enum = values
				p.PrecomputeMessages()
			}
		}
	}
}

// resolve follows a reference to a schema of the components.
func resolve(spec *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return spec.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}
