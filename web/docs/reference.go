package docs

import (
	"encoding/json"
	"slices"
	"strings"
)

// section is one page of the reference: the operations of a tag.
type section struct {
	Name, Slug, Intro string
	Operations        []*endpoint
}

// endpoint is one operation as the reference shows it.
type endpoint struct {
	Anchor, Method, Path, Summary, Description string
	Parameters, Body                           []field
	Media                                      string // of the body
	Snippets                                   []snippet
	Answers                                    []answer
	Failures                                   []answer
}

// answer is what one status comes with.
type answer struct {
	Status, Words, Media string
	Fields               []field
	Shape                string // the name of what the fields are
	Shown                bool   // the page has the fields of the shape already
	Example              string
}

var methods = []string{"post", "get", "patch", "put", "delete"}

// sections orders the operations by tag; in a tag the description's order stays,
// and of one path making comes before reading, changing and deleting.
func (d *description) sections(base string) []*section {
	var all []*section
	at := map[string]*section{}
	shown := map[string]map[string]bool{} // by page
	for _, t := range d.Tags {
		at[t.Name] = &section{Name: t.Name, Slug: slugOf(t.Name), Intro: t.Description}
		all = append(all, at[t.Name])
	}
	for _, path := range d.Paths.names {
		item := d.Paths.of[path]
		var shared []*parameter
		if text, ok := item.of["parameters"]; ok && json.Unmarshal(text, &shared) != nil {
			continue
		}
		for _, method := range methods {
			var op operation
			if text, ok := item.of[method]; !ok || json.Unmarshal(text, &op) != nil {
				continue
			}
			op.Parameters = append(slices.Clone(shared), op.Parameters...)
			name := "Other"
			if len(op.Tags) > 0 {
				name = op.Tags[0]
			}
			if at[name] == nil {
				at[name] = &section{Name: name, Slug: slugOf(name)}
				all = append(all, at[name])
			}
			if shown[name] == nil {
				shown[name] = map[string]bool{}
			}
			d.shown = shown[name]
			at[name].Operations = append(at[name].Operations, d.endpoint(base, method, path, &op))
		}
	}
	d.shown = nil
	return slices.DeleteFunc(all, func(s *section) bool { return len(s.Operations) == 0 })
}

// endpoint describes one operation.
func (d *description) endpoint(base, method, path string, op *operation) *endpoint {
	e := &endpoint{Anchor: op.ID, Method: strings.ToUpper(method), Path: path, Summary: op.Summary, Description: op.Description}
	call := call{base: base, method: e.Method, path: path, operation: op.ID}
	for _, p := range op.Parameters {
		if p = d.parameter(p); p == nil || p.In == "header" && p.Name == "Accept" {
			continue
		}
		f := d.field(p.Name, p.Schema)
		f.Where, f.Required = p.In, p.Required
		if p.Description != "" {
			f.Doc = p.Description
		}
		e.Parameters = append(e.Parameters, f)
		call.parameter(d, p)
	}
	slices.SortStableFunc(e.Parameters, func(a, b field) int { return rank(a.Required) - rank(b.Required) })
	if op.Body != nil && len(op.Body.Content.names) > 0 {
		e.Media = preferred(op.Body.Content.names)
		m := op.Body.Content.of[e.Media]
		e.Body = d.fields(m.Schema, true, 0)
		call.media = e.Media
		if strings.HasSuffix(e.Media, "json") || strings.HasSuffix(e.Media, "urlencoded") {
			call.body = d.example(m, noun(path), true)
		}
	}
	for _, status := range op.Responses.names {
		r := d.response(op.Responses.of[status])
		if r == nil {
			continue
		}
		good := strings.HasPrefix(status, "2") // the page of errors has the fields of the others
		a := answer{Status: status, Words: r.Description}
		if names := r.Content.names; len(names) > 0 {
			a.Media = strings.Join(names, ", ")
			// The fields of errors are the same everywhere: their own page has them.
			if m := r.Content.of[preferred(names)]; m != nil && strings.HasPrefix(status, "2") && strings.HasSuffix(preferred(names), "json") {
				a.Example = d.example(m, noun(path), false)
				if good {
					a.Shape, a.Shown = d.seen(m.Schema)
				}
				if good && !a.Shown {
					a.Fields = d.fields(m.Schema, false, 0)
				}
			}
		}
		if good {
			e.Answers = append(e.Answers, a)
		} else {
			e.Failures = append(e.Failures, a)
		}
	}
	e.Snippets = call.snippets()
	return e
}

// preferred is the media type that is shown: JSON where there is any.
func preferred(names []string) string {
	for _, n := range names {
		if n == "application/json" {
			return n
		}
	}
	return names[0]
}

func (d *description) parameter(p *parameter) *parameter {
	if p != nil && p.Ref != "" {
		return d.Components.Parameters[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]
	}
	return p
}

func (d *description) response(r *response) *response {
	if r != nil && r.Ref != "" {
		return d.Components.Responses[r.Ref[strings.LastIndex(r.Ref, "/")+1:]]
	}
	return r
}

// slugOf is a name as an address has it.
func slugOf(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		case r >= 'A' && r <= 'Z':
			return r + ('a' - 'A')
		case r == ' ':
			return '_'
		}
		return -1
	}, name), "-")
}
