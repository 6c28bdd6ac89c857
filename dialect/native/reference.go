package native

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

//go:embed reference.html
var referenceHTML string

//go:embed reference.css
var referenceCSS []byte

// mountReference serves the description of the API and a page made of it. Both
// come from the binary: nothing is loaded from elsewhere.
func (n *Native) mountReference(mux *http.ServeMux, api huma.API) {
	spec := sync.OnceValue(func() []byte {
		text, err := json.Marshal(api.OpenAPI())
		if err != nil {
			panic("native: the API's description does not encode: " + err.Error()) // a mistake of the build
		}
		return text
	})
	page := sync.OnceValue(func() []byte {
		var page bytes.Buffer
		if err := template.Must(template.New("reference").Parse(referenceHTML)).Execute(&page, referenceOf(api.OpenAPI(), n.verbs.BaseURL)); err != nil {
			panic("native: the reference page does not render: " + err.Error())
		}
		return page.Bytes()
	})
	serve := func(media string, body func() []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			h := w.Header()
			h.Set("Content-Type", media)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
			w.Write(body())
		}
	}
	mux.HandleFunc("GET /v1/openapi.json", serve("application/json", spec))
	mux.HandleFunc("GET /docs", serve("text/html; charset=utf-8", page))
	mux.HandleFunc("GET /docs/reference.css", serve("text/css; charset=utf-8", func() []byte { return referenceCSS }))
}

type referencePage struct {
	BaseURL string
	Tags    []referenceTag
	Events  []referenceWord
	Errors  []referenceWord
}

type referenceTag struct {
	Name       string
	Anchor     string
	Operations []referenceOperation
}

type referenceOperation struct {
	Anchor, Method, Path, Summary, Description string
	Parameters                                 []referenceField
	Body                                       []referenceField
	Answer                                     []referenceField
	Status                                     string
	BodyExample, AnswerExample                 string
}

type referenceField struct {
	Name, Type, Where, Doc string
	Required               bool
}

// referenceOf orders the operations by tag, in the order of their paths.
func referenceOf(spec *huma.OpenAPI, base string) referencePage {
	page := referencePage{BaseURL: base, Events: referenceEvents(), Errors: referenceErrors()}
	paths := make([]string, 0, len(spec.Paths))
	for p := range spec.Paths {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for _, p := range paths {
		item := spec.Paths[p]
		for _, m := range []struct {
			method string
			op     *huma.Operation
		}{{"GET", item.Get}, {"POST", item.Post}, {"PATCH", item.Patch}, {"PUT", item.Put}, {"DELETE", item.Delete}} {
			if m.op != nil {
				page.add(m.op.Tags[0], operationReference(spec, m.method, p, m.op))
			}
		}
	}
	order := tags()
	slices.SortStableFunc(page.Tags, func(a, b referenceTag) int { return slices.Index(order, a.Name) - slices.Index(order, b.Name) })
	return page
}

func (p *referencePage) add(tag string, op referenceOperation) {
	for i := range p.Tags {
		if p.Tags[i].Name == tag {
			p.Tags[i].Operations = append(p.Tags[i].Operations, op)
			return
		}
	}
	p.Tags = append(p.Tags, referenceTag{tag, strings.ReplaceAll(strings.ToLower(tag), " ", "-"), []referenceOperation{op}})
}

func operationReference(spec *huma.OpenAPI, method, path string, op *huma.Operation) referenceOperation {
	r := referenceOperation{Anchor: op.OperationID, Method: method, Path: path, Summary: op.Summary, Description: op.Description}
	for _, p := range op.Parameters {
		if p.In == "header" && p.Name == "Accept" {
			continue
		}
		r.Parameters = append(r.Parameters, referenceField{p.Name, typeName(spec, p.Schema), p.In, firstOf(p.Description, p.Schema.Description), p.Required})
	}
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Content {
			r.Body = fieldsOf(spec, content.Schema, "", 0)
			r.BodyExample = exampleOf(spec, path, content.Schema, true)
			if len(r.Body) == 0 {
				r.Body = []referenceField{{Name: "(body)", Type: media, Required: true}}
			}
		}
	}
	for status, response := range op.Responses {
		if strings.HasPrefix(status, "2") {
			r.Status = status
			if content, ok := response.Content["application/json"]; ok {
				r.Answer = fieldsOf(spec, content.Schema, "", 0)
				r.AnswerExample = exampleOf(spec, path, content.Schema, false)
			}
		}
	}
	return r
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// resolve follows a reference to its schema.
func resolve(spec *huma.OpenAPI, s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return spec.Components.Schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// fieldsOf lists the properties of an object, and of the objects in it, as dotted
// names; "[]" marks the items of a list.
func fieldsOf(spec *huma.OpenAPI, s *huma.Schema, prefix string, depth int) []referenceField {
	s = resolve(spec, s)
	if s == nil || depth > exampleDepth {
		return nil
	}
	var out []referenceField
	for _, n := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[n]
		kind := typeName(spec, p)
		out = append(out, referenceField{prefix + n, kind, "", p.Description, slices.Contains(s.Required, n)})
		if kind == "money" {
			continue
		}
		name, inner := prefix+n, resolve(spec, p)
		if inner != nil && inner.Type == huma.TypeArray {
			name, inner = name+"[]", resolve(spec, inner.Items)
		}
		if inner != nil && inner.Type == huma.TypeObject && typeName(spec, inner) != "money" {
			out = append(out, fieldsOf(spec, inner, name+".", depth+1)...)
		}
	}
	return out
}

func typeName(spec *huma.OpenAPI, s *huma.Schema) string {
	r := resolve(spec, s)
	switch {
	case r == nil:
		return ""
	case r.Type == huma.TypeArray:
		return "list of " + typeName(spec, r.Items)
	case r.Properties["amount"] != nil && r.Properties["currency"] != nil && len(r.Properties) == 2:
		return "money"
	case r.Format != "":
		return r.Format
	case r.Type == "":
		return "any"
	case len(r.Enum) > 0 && len(r.Enum) <= 12:
		words := make([]string, len(r.Enum))
		for i, v := range r.Enum {
			words[i] = fmt.Sprint(v)
		}
		return "one of " + strings.Join(words, ", ")
	}
	return r.Type
}
