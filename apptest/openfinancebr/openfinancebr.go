// Package openfinancebr holds values to the official definitions of Open Finance
// Brasil: types, enumerations, patterns, formats, lengths and what must be there.
//
// The definitions are the YAML files of ../shared/data/openfinancebr beside the
// checkout (OpenAPI 3.0, without oneOf and its like). It is for tests.
package openfinancebr

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Definitions are those of all APIs.
type Definitions map[string]API

// API is one definition, by the name of its file without the version ("accounts").
type API struct {
	name string
	root map[string]any
}

// Open reads them. Where there are none the test is skipped, and fails in CI.
func Open(t testing.TB) Definitions {
	t.Helper()
	files := find()
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the definitions of Open Finance Brasil are missing")
		}
		t.Skip("no definitions of Open Finance Brasil beside the repository")
	}
	out := Definitions{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := API{name: regexp.MustCompile(`-\d.*`).ReplaceAllString(filepath.Base(file), "")}
		if err := yaml.Unmarshal(raw, &a.root); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[a.name] = a
	}
	return out
}

// find looks beside every folder above.
func find() []string {
	for dir, _ := filepath.Abs("."); ; dir = filepath.Dir(dir) {
		if files, _ := filepath.Glob(filepath.Join(dir, "shared/data/openfinancebr/*.yml")); len(files) > 0 {
			return files
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// Schema is a part of a definition that values are held to.
type Schema struct {
	api  API
	node map[string]any
}

// Schema is a component of an API ("accounts", "AccountBalancesData").
func (d Definitions) Schema(t testing.TB, api, component string) Schema {
	t.Helper()
	a, ok := d[api]
	node := a.at("components", "schemas", component)
	if !ok || node == nil {
		t.Fatalf("openfinancebr: %s has no schema %s", api, component)
	}
	return Schema{a, node}
}

// Answer is what a GET of an API's path is answered with ("accounts", "/accounts/{accountId}/balances").
func (d Definitions) Answer(t testing.TB, api, path string) Schema {
	t.Helper()
	a := d[api]
	response := a.resolve(a.at("paths", path, "get", "responses", "200"))
	content, _ := response["content"].(map[string]any)
	for _, media := range content {
		if node, ok := media.(map[string]any)["schema"].(map[string]any); ok {
			return Schema{a, a.resolve(node)}
		}
	}
	t.Fatalf("openfinancebr: %s has no answer of GET %s", api, path)
	return Schema{}
}

// Field is the schema of a property by its dotted path, through lists too.
func (s Schema) Field(t testing.TB, path string) Schema {
	t.Helper()
	at := s
	for step := range strings.SplitSeq(path, ".") {
		for at.node["type"] == "array" {
			at = at.child(at.node["items"])
		}
		properties, _ := at.node["properties"].(map[string]any)
		if properties[step] == nil {
			t.Fatalf("openfinancebr: there is no %s of %s", step, path)
		}
		at = at.child(properties[step])
	}
	for at.node["type"] == "array" {
		at = at.child(at.node["items"])
	}
	return at
}

// Names are the properties of an object.
func (s Schema) Names() (names []string) {
	properties, _ := s.node["properties"].(map[string]any)
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (a API) at(path ...string) map[string]any {
	node := a.root
	for _, step := range path {
		node, _ = node[step].(map[string]any)
	}
	return node
}

// resolve follows a reference.
func (a API) resolve(node map[string]any) map[string]any {
	for {
		ref, ok := node["$ref"].(string)
		if !ok {
			return node
		}
		node = a.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
	}
}

func (s Schema) child(node any) Schema {
	m, _ := node.(map[string]any)
	return Schema{s.api, s.api.resolve(m)}
}

// Check holds a whole value to the schema: what is required must be there, and
// nothing else. A value is what encoding/json makes of JSON with UseNumber; anything
// else is encoded first. It returns the faults, each with where it is.
func (s Schema) Check(v any) []string { return s.check(v, false) }

// CheckFields holds to the schema what a value has of it: other fields are passed
// over, what is missing or null is not known.
func (s Schema) CheckFields(v any) []string { return s.check(v, true) }

func (s Schema) check(v any, partial bool) []string {
	c := &checker{partial: partial}
	c.value("", s, plain(v))
	return c.faults
}

// plain is a value as encoding/json reads it.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return v
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	var out any
	if d.Decode(&out) != nil {
		return v
	}
	return out
}

type checker struct {
	partial bool
	faults  []string
}

func (c *checker) fault(path, format string, args ...any) {
	c.faults = append(c.faults, strings.TrimPrefix(path, ".")+": "+fmt.Sprintf(format, args...))
}

func (c *checker) value(path string, s Schema, v any) {
	if v == nil {
		if !c.partial && s.node["nullable"] != true {
			c.fault(path, "is null")
		}
		return
	}
	kind, _ := s.node["type"].(string)
	if kind == "" && s.node["properties"] != nil {
		kind = "object"
	}
	switch v := v.(type) {
	case map[string]any:
		if kind != "object" {
			c.fault(path, "is an object, not %s", kind)
			return
		}
		c.object(path, s, v)
	case []any:
		if kind != "array" {
			c.fault(path, "is a list, not %s", kind)
			return
		}
		c.between(path, "items", len(v), s.node["minItems"], s.node["maxItems"])
		for n, item := range v {
			c.value(fmt.Sprintf("%s[%d]", path, n), s.child(s.node["items"]), item)
		}
	case string:
		if kind != "string" {
			c.fault(path, "is the text %q, not %s", v, kind)
			return
		}
		c.text(path, s, v)
	case json.Number:
		c.number(path, kind, s, v)
	case bool:
		if kind != "boolean" {
			c.fault(path, "is %v, not %s", v, kind)
		}
	}
}

func (c *checker) object(path string, s Schema, v map[string]any) {
	properties, _ := s.node["properties"].(map[string]any)
	for name, of := range properties {
		if inner, ok := v[name]; ok {
			c.value(path+"."+name, s.child(of), inner)
		}
	}
	if c.partial {
		return
	}
	required, _ := s.node["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			c.fault(path, "has no %s", name)
		}
	}
	for name := range v {
		if properties != nil && properties[name] == nil {
			c.fault(path, "has %s, which is not defined", name)
		}
	}
}

// dates are the formats of text that are times.
var dates = map[string]string{"date": time.DateOnly, "date-time": time.RFC3339}

// patterns are those that were compiled already: a report has thousands of values of one.
var patterns sync.Map

func compiled(pattern string) *regexp.Regexp {
	if known, ok := patterns.Load(pattern); ok {
		return known.(*regexp.Regexp)
	}
	made := regexp.MustCompile(pattern)
	patterns.Store(pattern, made)
	return made
}

func (c *checker) text(path string, s Schema, v string) {
	if enum, ok := s.node["enum"].([]any); ok && !slices.Contains(enum, any(v)) {
		c.fault(path, "%q is not one of its values", v)
	}
	if pattern, ok := s.node["pattern"].(string); ok && !compiled(pattern).MatchString(v) {
		c.fault(path, "%q does not match %s", v, pattern)
	}
	c.between(path, "characters", utf8.RuneCountInString(v), s.node["minLength"], s.node["maxLength"])
	format, _ := s.node["format"].(string)
	if layout := dates[format]; layout != "" {
		if _, err := time.Parse(layout, v); err != nil {
			c.fault(path, "%q is no %s", v, format)
		}
	}
}

func (c *checker) number(path, kind string, s Schema, v json.Number) {
	if kind != "number" && kind != "integer" {
		c.fault(path, "is the number %s, not %s", v, kind)
		return
	}
	if _, err := v.Int64(); kind == "integer" && err != nil {
		c.fault(path, "%s is no integer", v)
	}
	f, _ := v.Float64()
	if low, ok := numberOf(s.node["minimum"]); ok && f < low {
		c.fault(path, "%s is below %v", v, low)
	}
	if high, ok := numberOf(s.node["maximum"]); ok && f > high {
		c.fault(path, "%s is above %v", v, high)
	}
	if enum, ok := s.node["enum"].([]any); ok && !slices.ContainsFunc(enum, func(e any) bool { return fmt.Sprint(e) == v.String() }) {
		c.fault(path, "%s is not one of its values", v)
	}
}

func (c *checker) between(path, what string, n int, low, high any) {
	if least, ok := numberOf(low); ok && float64(n) < least {
		c.fault(path, "has %d %s, at least %v must be there", n, what, least)
	}
	if most, ok := numberOf(high); ok && float64(n) > most {
		c.fault(path, "has %d %s, at most %v may be there", n, what, most)
	}
}

func numberOf(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
