package docs

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"
)

// relative is a link of Markdown.
var relative = regexp.MustCompile(`\]\([^)\s]+\)`)

// addReference makes the pages of the API: its overview, a page for each tag, and
// those of its words.
func (d *Docs) addReference(spec *description, sections []*section) error {
	g := group{Name: "API"}
	overview := &apiPage{BaseURL: d.opts.BaseURL, Title: "API reference", Sections: sections}
	if err := d.addAPI(&g, "api", "Overview", "overview", overview); err != nil {
		return err
	}
	for _, s := range sections {
		if err := d.addAPI(&g, "api/"+s.Slug, s.Name, "section", &apiPage{BaseURL: d.opts.BaseURL, Title: s.Name, Section: s}); err != nil {
			return err
		}
	}
	types := &apiPage{BaseURL: d.opts.BaseURL, Title: "Event types", Words: d.opts.Events, Hooks: spec.hooks()}
	if err := d.addAPI(&g, "api/event_types", "Event types", "events", types); err != nil {
		return err
	}
	d.groups = append(d.groups, g)
	return nil
}

// apiPage is what the templates of the reference read.
type apiPage struct {
	BaseURL, Title string
	Sections       []*section
	Section        *section
	Words          []Word
	Hooks          map[string]hook
}

// hook is the body of an event as webhooks carry it: the fields are those of its data.
type hook struct {
	Words   string
	Fields  []field
	Example string
}

// hooks are the bodies of webhooks by their type, where the description has them.
func (d *description) hooks() map[string]hook {
	all := map[string]hook{}
	for _, name := range d.Webhooks.names {
		post := d.Webhooks.of[name].Post
		if post == nil || post.Body == nil || len(post.Body.Content.names) == 0 {
			continue
		}
		m := post.Body.Content.of[preferred(post.Body.Content.names)]
		words := post.Description
		if words == "" {
			words = post.Summary
		}
		h := hook{Words: words, Example: d.example(m, "evt", false)}
		for _, f := range d.fields(m.Schema, false, 0) {
			if f.Name == "data" {
				h.Fields = f.Fields
			}
		}
		all[name] = h
	}
	return all
}

func (d *Docs) addAPI(g *group, slug, name, part string, data *apiPage) error {
	var body, text bytes.Buffer
	if err := templates.ExecuteTemplate(&body, part, data); err != nil {
		return fmt.Errorf("docs: %s: %w", slug, err)
	}
	if err := markdownPages.ExecuteTemplate(&text, part, data); err != nil {
		return fmt.Errorf("docs: %s: %w", slug, err)
	}
	p := &page{Slug: slug, Title: data.Title, Group: "API", Body: template.HTML(body.String()), Markdown: text.Bytes(), Wide: part == "section"} //nolint:gosec // escaped by its template
	p.Headings = append(p.Headings, &heading{Level: 1, Title: data.Title})
	if data.Section != nil {
		for _, op := range data.Section.Operations {
			h := &heading{Level: 3, ID: op.Anchor, Title: op.Summary}
			h.text.WriteString(op.Method + " " + op.Path + " " + op.Description + names(op.Parameters) + names(op.Body))
			p.Headings = append(p.Headings, h)
		}
	}
	for _, w := range data.Words {
		h := &heading{Level: 3, ID: "event-" + w.Name, Title: w.Name}
		h.text.WriteString(w.Words)
		p.Headings = append(p.Headings, h)
	}
	d.add(p)
	g.Pages = append(g.Pages, entry{Slug: slug, Name: name})
	return nil
}

func names(fields []field) string {
	var out strings.Builder
	for _, f := range fields {
		out.WriteString(" " + f.Name + " " + f.Doc)
	}
	return out.String()
}

// addHome makes the first page. It explains every kind of error: the `type` of an
// error is an address in it.
func (d *Docs) addHome(sections []*section) error {
	data := struct {
		BaseURL  string
		Groups   []group
		Sections []*section
		Errors   []Word
	}{d.opts.BaseURL, d.groups, sections, d.opts.Errors}
	var body, text bytes.Buffer
	if err := templates.ExecuteTemplate(&body, "home", data); err != nil {
		return err
	}
	if err := markdownPages.ExecuteTemplate(&text, "home", data); err != nil {
		return err
	}
	p := &page{Title: "Fairlead documentation", Body: template.HTML(body.String()), Markdown: text.Bytes()} //nolint:gosec // escaped by its template
	for _, w := range d.opts.Errors {
		h := &heading{Level: 3, ID: "error-" + w.Name, Title: w.Name}
		h.text.WriteString(w.Title + " " + w.Words)
		p.Headings = append(p.Headings, h)
	}
	d.pages[""] = p
	d.order = append([]*page{p}, d.order...)
	return nil
}

var span = regexp.MustCompile("`([^`]+)`|\\[([^\\]]+)\\]\\((/[^)\\s]*|#[^)\\s]*|https://[^)\\s]*)\\)|\\*\\*([^*]+)\\*\\*")

// prose renders a sentence of the API's description: code, links and emphasis.
func prose(text string) template.HTML {
	var out strings.Builder
	last := 0
	for _, m := range span.FindAllStringSubmatchIndex(text, -1) {
		out.WriteString(html.EscapeString(text[last:m[0]]))
		switch {
		case m[2] >= 0:
			out.WriteString("<code>" + html.EscapeString(text[m[2]:m[3]]) + "</code>")
		case m[4] >= 0:
			out.WriteString(`<a href="` + html.EscapeString(text[m[6]:m[7]]) + `">` + html.EscapeString(text[m[4]:m[5]]) + "</a>")
		default:
			out.WriteString("<strong>" + html.EscapeString(text[m[8]:m[9]]) + "</strong>")
		}
		last = m[1]
	}
	out.WriteString(html.EscapeString(text[last:]))
	return template.HTML(out.String()) //nolint:gosec // every part is escaped above
}

// row is a field as an item of a Markdown list, with the fields in it below.
func row(f field) string { return item(f, "") }

func item(f field, indent string) string {
	out := indent + "- `" + f.Name + "` (" + f.Type
	if f.Where != "" {
		out += ", " + f.Where
	}
	if f.Range != "" {
		out += ", " + f.Range
	}
	if f.Required {
		out += ", required"
	}
	out += ")"
	if f.Doc != "" {
		out += ": " + strings.ReplaceAll(f.Doc, "\n", " ")
	}
	if len(f.Values) > 0 {
		out += " One of `" + strings.Join(f.Values, "`, `") + "`."
	}
	if f.Default != "" {
		out += " Default `" + f.Default + "`."
	}
	if f.Shown {
		out += " Fields of `" + f.Shape + "`, as above."
	}
	for _, inner := range f.Fields {
		out += "\n" + item(inner, indent+"  ")
	}
	return out
}
