package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// description is what is read of an OpenAPI 3.1 description.
type description struct {
	Tags       []tag                     `json:"tags"`
	Paths      ordered[ordered[rawItem]] `json:"paths"`
	Webhooks   ordered[webhook]          `json:"webhooks"`
	Components struct {
		Schemas    map[string]*schema    `json:"schemas"`
		Parameters map[string]*parameter `json:"parameters"`
		Responses  map[string]*response  `json:"responses"`
	} `json:"components"`

	shown map[string]bool // the shapes whose fields the page that is being made has
}

type tag struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// rawItem is an entry of a path: an operation below a method, or something else.
type rawItem = json.RawMessage

type operation struct {
	ID          string                `json:"operationId"`
	Summary     string                `json:"summary"`
	Description string                `json:"description"`
	Tags        []string              `json:"tags"`
	Parameters  []*parameter          `json:"parameters"`
	Body        *body                 `json:"requestBody"`
	Responses   ordered[*response]    `json:"responses"`
	Security    []map[string][]string `json:"security"`
}

type parameter struct {
	Ref         string  `json:"$ref"`
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Description string  `json:"description"`
	Required    bool    `json:"required"`
	Schema      *schema `json:"schema"`
	Example     any     `json:"example"`
}

type body struct {
	Required bool            `json:"required"`
	Content  ordered[*media] `json:"content"`
}

type response struct {
	Ref         string          `json:"$ref"`
	Description string          `json:"description"`
	Content     ordered[*media] `json:"content"`
}

type media struct {
	Schema   *schema         `json:"schema"`
	Example  json.RawMessage `json:"example"`
	Examples ordered[struct {
		Value json.RawMessage `json:"value"`
	}] `json:"examples"`
}

type webhook struct {
	Post *operation `json:"post"`
}

// schema is a JSON schema as OpenAPI 3.1 has it.
type schema struct {
	Ref         string            `json:"$ref"`
	Type        types             `json:"type"`
	Format      string            `json:"format"`
	Description string            `json:"description"`
	Enum        []any             `json:"enum"`
	Const       any               `json:"const"`
	Items       *schema           `json:"items"`
	Properties  ordered[*schema]  `json:"properties"`
	Required    []string          `json:"required"`
	Additional  json.RawMessage   `json:"additionalProperties"`
	Default     json.RawMessage   `json:"default"`
	Example     json.RawMessage   `json:"example"`
	Examples    []json.RawMessage `json:"examples"`
	Minimum     *json.Number      `json:"minimum"`
	Maximum     *json.Number      `json:"maximum"`
	MaxLength   *int              `json:"maxLength"`
	AllOf       []*schema         `json:"allOf"`
	OneOf       []*schema         `json:"oneOf"`
	AnyOf       []*schema         `json:"anyOf"`
}

// types is the one type of a value: "null" beside it says no more than that the
// value may be absent.
type types string

func (t *types) UnmarshalJSON(b []byte) error {
	var many []string
	if err := json.Unmarshal(b, &many); err != nil {
		var one string
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		many = []string{one}
	}
	many = slices.DeleteFunc(many, func(s string) bool { return s == "null" })
	*t = types(strings.Join(many, " or "))
	return nil
}

// ordered is an object whose names stay in the order of the text.
type ordered[T any] struct {
	names []string
	of    map[string]T
}

func (o *ordered[T]) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t == nil {
		return err
	} else if t != json.Delim('{') {
		return fmt.Errorf("docs: an object was expected, not %v", t)
	}
	o.of = map[string]T{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value T
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("%v: %w", name, err)
		}
		o.names = append(o.names, name.(string))
		o.of[name.(string)] = value
	}
	return nil
}

// parse reads the description of an API.
func parse(text []byte) (*description, error) {
	var d description
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("docs: the API's description: %w", err)
	}
	return &d, nil
}

// resolve follows references, and takes what is one choice with null for the choice.
func (d *description) resolve(s *schema) *schema {
	for range 8 {
		switch {
		case s == nil:
			return nil
		case s.Ref != "":
			s = d.Components.Schemas[s.Ref[strings.LastIndex(s.Ref, "/")+1:]]
		case len(s.AllOf) == 1 && s.Properties.names == nil:
			s = s.AllOf[0]
		case s.Type == "" && len(notNull(s.OneOf)) == 1:
			s = notNull(s.OneOf)[0]
		case s.Type == "" && len(notNull(s.AnyOf)) == 1:
			s = notNull(s.AnyOf)[0]
		default:
			return s
		}
	}
	return s
}

func notNull(all []*schema) []*schema {
	return slices.DeleteFunc(slices.Clone(all), func(s *schema) bool {
		return s.Ref == "" && s.Type == "" && s.Properties.names == nil && len(s.Enum) == 0 && s.Const == nil
	})
}

// words describes the value: of its own, or of what it refers to.
func (d *description) words(s *schema) string {
	if s == nil {
		return ""
	}
	if s.Description != "" {
		return s.Description
	}
	if r := d.resolve(s); r != nil && r != s && r.Type != "object" {
		return r.Description
	}
	return ""
}

// additional is the schema of an object's values that have no names of their own.
func (s *schema) additional() *schema {
	var values schema
	if len(s.Additional) == 0 || s.Additional[0] != '{' || json.Unmarshal(s.Additional, &values) != nil {
		return nil
	}
	return &values
}
