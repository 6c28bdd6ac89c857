package native

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

const (
	schemaPrefix = "#/components/schemas/"
	// orderKey is where a schema and the whole description remember, until they are
	// written, in which order their parts are.
	orderKey = "x-order"
)

// Description is the OpenAPI description of the API as it is published, with the
// server's address in it; "" is that of fairlead dev.
func (n *Native) Description() ([]byte, error) { return writeDescription(n.described()) }

// described makes the published description. It has its own copy of every shape:
// those that requests are validated against stay as they are.
func (n *Native) described() *huma.OpenAPI {
	d := describer{
		OpenAPI: n.describe(http.NewServeMux()).OpenAPI(),
		sets:    map[reflect.Type]string{},
	}
	d.about(n.verbs.BaseURL)
	for _, set := range closedSets() {
		if set.of != nil {
			d.sets[set.of] = set.name
		}
		d.shapes()[set.name] = set.schema()
	}
	d.parts()
	d.describeShapes()
	d.describeEvents()
	d.describeOperations()
	d.Extensions = map[string]any{orderKey: d.order()}
	return d.OpenAPI
}

// describer makes the published description of the one that is validated against.
type describer struct {
	*huma.OpenAPI
	sets map[reflect.Type]string // the names of closed sets, by their types
}

// shapes are all schemas, by name.
func (d describer) shapes() map[string]*huma.Schema { return d.Components.Schemas.Map() }

// shape refers to the schema of a type.
func (d describer) shape(t reflect.Type) *huma.Schema {
	return d.Components.Schemas.Schema(t, true, "")
}

// describeShapes goes through every schema that is made of a type.
func (d describer) describeShapes() {
	requests := d.reachable(true)
	for name, s := range d.shapes() {
		t := d.Components.Schemas.TypeFromRef(schemaPrefix + name)
		if t == nil || s.Type != huma.TypeObject {
			continue
		}
		s.Description = shapeWords(name)
		var order []string
		for _, f := range wireFields(t) {
			p := s.Properties[f.name]
			if p == nil {
				continue
			}
			order = append(order, f.name)
			d.name(p, f.Type)
			d.describeField(p, name, f)
		}
		s.Extensions = map[string]any{orderKey: order}
		slices.SortFunc(s.Required, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
		if !requests[name] {
			s.AdditionalProperties = nil // an answer may get further fields
		}
	}
}

// shapeWords say what a shape is; a page is of what its name says.
func shapeWords(name string) string {
	if text, ok := words[name][""]; ok {
		return text
	}
	if item, ok := strings.CutSuffix(name, "List"); ok && words[item] != nil {
		return "A page of a list, each item of the shape " + item + "."
	}
	return ""
}

// describeField says what one property is.
func (d describer) describeField(p *huma.Schema, shape string, f wireField) {
	text, ok := words[shape][f.name]
	if !ok {
		text = commonWords[f.name]
	}
	if text != "" {
		p.Description = text
	}
	if id, ok := idExamples[base(f.Type)]; ok && len(p.Examples) == 0 && p.Type == huma.TypeString {
		p.Examples = []any{id}
	}
	p.PatternDescription = "" // no keyword of JSON Schema
	if p.Items != nil {
		p.Items.PatternDescription = ""
	}
	if p.Type == huma.TypeString && p.Format == "" && isDay(f.name) {
		p.Format = "date"
	}
	if decimals[shape+"."+f.name] {
		p.Format, p.Pattern = "decimal", `^-?[0-9]+(\.[0-9]+)?$`
		if len(p.Examples) == 0 {
			p.Examples = []any{"0.0199"}
		}
	}
	if set, ok := fieldSets[shape+"."+f.name]; ok {
		p.Ref, p.Type = schemaPrefix+set, ""
	}
	if strings.Contains(f.Tag.Get("json"), ",omit") {
		p.Nullable = false // absent instead
	}
}

// decimals are the fields that are exact decimal text.
var decimals = map[string]bool{
	"Money.amount": true, "Transaction.rate": true, "TransactionWithVersions.rate": true, "Loan.total_cost": true, "LoanRate.nominal": true,
	"LoanRate.effective": true, "Holding.quantity": true, "InvestmentTransaction.quantity": true,
}

// fieldSets are the closed sets of fields that are plain text in Go.
var fieldSets = map[string]string{
	"Change.type": "RecordType", "Change.change": "ChangeType", "FileWarning.kind": "FileWarningKind", "WebhookEndpoint.status": "WebhookEndpointStatus",
	"WebhookEndpointWithSecret.status": "WebhookEndpointStatus",
}

// isDay reports whether a field of this name is a calendar date.
func isDay(name string) bool { return strings.HasSuffix(name, "_on") || slices.Contains(days, name) }

var days = []string{"from", "to", "period_from", "period_to", "wanted_from", "served_from", "birth_date", "day", "date"}

// base is what a pointer or list is of.
func base(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t
}

// name makes a property whose type is a closed set refer to it.
func (d describer) name(p *huma.Schema, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name, ok := d.sets[t]; ok {
		p.Ref, p.Type, p.Enum = schemaPrefix+name, "", nil
		return
	}
	switch t.Kind() {
	case reflect.Slice:
		if p.Items != nil {
			d.name(p.Items, t.Elem())
		}
	case reflect.Map:
		if values, ok := p.AdditionalProperties.(*huma.Schema); ok {
			d.name(values, t.Elem())
		}
		if name, ok := d.sets[t.Key()]; ok {
			p.Extensions = map[string]any{"propertyNames": map[string]any{"$ref": schemaPrefix + name}}
		}
	}
}

// wireField is a field of a shape by the name that it has in JSON.
type wireField struct {
	name string
	reflect.StructField
}

// wireFields are the fields of a shape in the order in which they are declared.
func wireFields(t reflect.Type) (out []wireField) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			out = append(out, wireFields(embedded)...)
		case f.IsExported() && name != "-":
			out = append(out, wireField{name, f})
		}
	}
	return out
}

// order is how paths and webhooks are written: by chapter.
func (d describer) order() []string {
	out := d.paths()
	for _, kind := range eventKinds() {
		out = append(out, string(kind))
	}
	return out
}

// paths are all paths, by chapter.
func (d describer) paths() []string {
	chapter := func(path string) int { return slices.Index(tags(), methods(d.Paths[path])[0].op.Tags[0]) }
	return slices.SortedFunc(maps.Keys(d.Paths), func(a, b string) int { return cmp.Or(chapter(a)-chapter(b), cmp.Compare(a, b)) })
}

// each goes through all operations, chapter by chapter.
func (d describer) each(visit func(pattern string, op *huma.Operation)) {
	for _, path := range d.paths() {
		item := d.Paths[path]
		for _, m := range methods(item) {
			visit(m.method+" "+strings.TrimPrefix(path, "/v1"), m.op)
		}
	}
}

type methodOperation struct {
	method string
	op     *huma.Operation
}

// methods are the operations of a path.
func methods(item *huma.PathItem) []methodOperation {
	all := []methodOperation{
		{http.MethodGet, item.Get},
		{http.MethodPost, item.Post},
		{http.MethodPatch, item.Patch},
		{http.MethodPut, item.Put},
		{http.MethodDelete, item.Delete},
	}
	return slices.DeleteFunc(all, func(m methodOperation) bool { return m.op == nil })
}

// reachable are the names of the schemas that requests (or answers) are made of.
func (d describer) reachable(requests bool) map[string]bool {
	seen := map[string]bool{}
	var visit func(s *huma.Schema)
	visit = func(s *huma.Schema) {
		if s == nil {
			return
		}
		if name, ok := strings.CutPrefix(s.Ref, schemaPrefix); ok {
			if seen[name] {
				return
			}
			seen[name] = true
			s = d.shapes()[name]
		}
		for _, p := range s.Properties {
			visit(p)
		}
		visit(s.Items)
		if values, ok := s.AdditionalProperties.(*huma.Schema); ok {
			visit(values)
		}
	}
	d.each(func(_ string, op *huma.Operation) {
		if requests && op.RequestBody != nil {
			for _, content := range op.RequestBody.Content {
				visit(content.Schema)
			}
		}
		for _, response := range op.Responses {
			for _, content := range response.Content {
				if !requests {
					visit(content.Schema)
				}
			}
		}
	})
	return seen
}

// writeDescription writes a description as indented JSON: what belongs together in the
// order in which one reads it.
func writeDescription(spec *huma.OpenAPI) ([]byte, error) {
	text, err := json.Marshal(spec)
	if err != nil {
		return nil, fmt.Errorf("native: encoding the description of the API: %w", err)
	}
	return ordered(text)
}

// policy is what a client may rely on under v1.
const policy = "## Versions\n\n" +
	"The version is in the path. Under `/v1` nothing is taken away or given another meaning: no operation, parameter, field, value or status. " +
	"What may be added at any time: operations, optional parameters and request fields, fields of answers and events, types of events, " +
	"values of the listed sets in answers, and headers. So ignore fields and events that you do not know, and treat a value that you do not know as none of those that you do. " +
	"What is to go is marked `deprecated` here and named in the changelog, is answered with a `Deprecation` header, and stays for at least 12 months; " +
	"what cannot be had otherwise comes as `/v2` beside `/v1`.\n"

// about describes the API as a whole.
func (d describer) about(base string) {
	d.Info = &huma.Info{
		Title: "Fairlead API", Version: "1",
		Description: "Links a person's financial accounts to your application and keeps the data flowing.\n\n" + policy,
		License:     &huma.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
	}
	d.Servers = []*huma.Server{{URL: "http://127.0.0.1:8080", Description: "fairlead dev"}}
	if base != "" {
		d.Servers = []*huma.Server{{URL: base}}
	}
	for _, tag := range d.Tags {
		tag.Description = tagWords[tag.Name]
	}
}
