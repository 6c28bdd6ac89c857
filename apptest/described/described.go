// Package described holds answers of the native API to its OpenAPI description, more
// strictly than a client may: a field that is not described is a mistake too.
package described

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

type schema struct {
	Ref                  string `json:"$ref"`
	Type                 any
	Properties           map[string]*schema
	Required             []string
	Items                *schema
	AdditionalProperties json.RawMessage
	PropertyNames        *schema
	Enum                 []any
	Const                any
	AllOf                []*schema
	Format, Pattern      string
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct {
		Schema  *schema
		Example json.RawMessage
	}
}

type operation struct {
	RequestBody struct {
		Content map[string]struct {
			Schema  *schema
			Example json.RawMessage
		}
	}
	Responses map[string]*response
}

type document struct {
	Paths    map[string]map[string]*operation
	Webhooks map[string]map[string]struct {
		RequestBody struct {
			Content map[string]struct{ Schema *schema }
		}
	}
	Components struct {
		Schemas   map[string]*schema
		Responses map[string]*response
	}
}

var parsed = sync.OnceValue(func() *document {
	text, err := native.New(dialect.Verbs{}).Description()
	d := &document{}
	if err == nil {
		err = json.Unmarshal(text, d)
	}
	if err != nil {
		panic(err)
	}
	return d
})

// Answer says what of an answer is not as it is described. What answers outside of any
// operation (a wrong path or method) is not looked at.
func Answer(method, path string, status int, contentType string, body []byte) []string {
	d := parsed()
	op := d.operation(method, path)
	if op == nil || status == 405 {
		return nil
	}
	r, ok := op.Responses[strconv.Itoa(status)]
	if !ok {
		return []string{fmt.Sprintf("%s %s: the status %d is not described", method, path, status)}
	}
	if name, ok := strings.CutPrefix(r.Ref, "#/components/responses/"); ok {
		r = d.Components.Responses[name]
	}
	media, _, _ := mime.ParseMediaType(contentType)
	content, ok := r.Content[media]
	if !ok {
		_, ok = r.Content["*/*"]
		if ok || len(r.Content) == 0 && len(body) == 0 {
			return nil
		}
		return []string{fmt.Sprintf("%s %s: %d with the media type %q is not described", method, path, status, media)}
	}
	if media != "application/json" && media != "application/problem+json" {
		return nil
	}
	return d.judge(fmt.Sprintf("%s %s: %d: ", method, path, status), content.Schema, body)
}

// unexampled are good answers that no run of a sandbox without files has.
var unexampled = map[string]bool{
	"post /v1/connections/{id}/files 200":                         true,
	"post /v1/connections/{id}/files 202":                         true,
	"post /v1/connections/{id}/collections/{collection}/undo 202": true,
	"get /v1/persons/{id}/export 200":                             true,
}

// Examples says which examples of requests and good answers are not of the shape that they
// are examples of, which good answers have none, and how many examples there are.
func Examples() (wrong []string, count int) {
	d := parsed()
	for path, methods := range d.Paths {
		for method, op := range methods {
			for _, content := range op.RequestBody.Content {
				if len(content.Example) > 0 {
					count++
					wrong = append(wrong, d.judge(method+" "+path+": ", content.Schema, content.Example)...)
				}
			}
			for status, answer := range op.Responses {
				content, ok := answer.Content["application/json"]
				what := method + " " + path + " " + status
				if !ok || status[0] != '2' {
					continue
				}
				switch {
				case len(content.Example) > 0:
					count++
					wrong = append(wrong, d.judge(what+": ", content.Schema, content.Example)...)
				case !unexampled[what]:
					wrong = append(wrong, what+" has no example")
				}
			}
		}
	}
	return wrong, count
}

// Webhook says what of a webhook's body is not as it is described.
func Webhook(body []byte) []string {
	var event struct{ Type string }
	if err := json.Unmarshal(body, &event); err != nil {
		return []string{err.Error()}
	}
	d := parsed()
	hook, ok := d.Webhooks[event.Type]["post"]
	if !ok {
		return []string{"the webhook " + event.Type + " is not described"}
	}
	return d.judge("webhook "+event.Type+": ", hook.RequestBody.Content["application/json"].Schema, body)
}

func (d *document) judge(what string, s *schema, body []byte) []string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return []string{what + err.Error()}
	}
	j := judge{d: d, what: what}
	j.value("", s, value)
	return j.wrong
}

// operation is the one that a path belongs to: a name goes before a parameter.
func (d *document) operation(method, path string) *operation {
	given := strings.Split(path, "/")
	best, found := "", (*operation)(nil)
	for _, template := range slices.Sorted(maps.Keys(d.Paths)) {
		parts := strings.Split(template, "/")
		fits := len(parts) == len(given)
		for i := 0; fits && i < len(parts); i++ {
			fits = parts[i] == given[i] || strings.HasPrefix(parts[i], "{") && given[i] != ""
		}
		if op := d.Paths[template][strings.ToLower(method)]; fits && op != nil && (best == "" || template < best) {
			best, found = template, op // a brace comes behind every letter
		}
	}
	return found
}

// judge collects what is wrong with a value.
type judge struct {
	d     *document
	what  string
	wrong []string
}

func (j *judge) say(at, format string, args ...any) {
	j.wrong = append(j.wrong, j.what+at+" "+fmt.Sprintf(format, args...))
}

func (j *judge) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = j.d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	return s
}

// fields are all properties and required names of a shape, those of its parts included.
func (j *judge) fields(s *schema) (properties map[string]*schema, required []string) {
	properties = map[string]*schema{}
	for _, part := range slices.Backward(s.AllOf) { // the first has all fields
		p, r := j.fields(j.resolve(part))
		maps.Copy(properties, p)
		required = append(required, r...)
	}
	maps.Copy(properties, s.Properties)
	return properties, append(required, s.Required...)
}

func (j *judge) value(at string, s *schema, value any) {
	s = j.resolve(s)
	if s == nil || s.Type == nil && len(s.AllOf) == 0 && s.Enum == nil {
		return // anything
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		j.say(at, "is %v, which is not listed", value)
	}
	if s.Const != nil && s.Const != value {
		j.say(at, "is %v, not %v", value, s.Const)
	}
	if of := typeOf(value); s.Type != nil && !slices.Contains(types(s.Type), of) && (of != "integer" || !slices.Contains(types(s.Type), "number")) {
		j.say(at, "is of the type %s, not %v", of, s.Type)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		j.object(at, s, v)
	case []any:
		for i, item := range v {
			j.value(fmt.Sprintf("%s[%d]", at, i), s.Items, item)
		}
	case string:
		j.text(at, s, v)
	}
}

func (j *judge) object(at string, s *schema, object map[string]any) {
	properties, required := j.fields(s)
	for _, name := range required {
		if _, ok := object[name]; !ok {
			j.say(at+"."+name, "is missing")
		}
	}
	var values *schema
	if len(s.AdditionalProperties) > 0 && s.AdditionalProperties[0] == '{' {
		if err := json.Unmarshal(s.AdditionalProperties, &values); err != nil {
			j.say(at, "%v", err)
		}
	}
	open := values != nil || string(s.AdditionalProperties) == "true"
	for _, part := range s.AllOf { // what a part says more strictly of a field
		part = j.resolve(part)
		for name, p := range part.Properties {
			if value, ok := object[name].(map[string]any); ok {
				for _, field := range p.Required {
					if _, ok := value[field]; !ok {
						j.say(at+"."+name+"."+field, "is missing")
					}
				}
			}
		}
	}
	for name, value := range object {
		p, ok := properties[name]
		switch {
		case ok:
			j.value(at+"."+name, p, value)
		case !open:
			j.say(at+"."+name, "is not described")
		case values != nil:
			j.value(at+"."+name, values, value)
			if s.PropertyNames != nil {
				j.value(at+" (name)", s.PropertyNames, name)
			}
		}
	}
}

func (j *judge) text(at string, s *schema, text string) {
	var err error
	switch s.Format {
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		_, err = time.Parse(time.RFC3339, text)
	}
	if err == nil && s.Pattern != "" {
		var fits bool
		if fits, err = regexp.MatchString(s.Pattern, text); err == nil && !fits {
			err = fmt.Errorf("does not match %s", s.Pattern)
		}
	}
	if err != nil {
		j.say(at, "is %q: %v", text, err)
	}
}

func types(of any) []string {
	switch of := of.(type) {
	case string:
		return []string{of}
	case []any:
		var out []string
		for _, t := range of {
			out = append(out, fmt.Sprint(t))
		}
		return out
	}
	return nil
}

func typeOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	}
	return "object"
}
