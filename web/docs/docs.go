// Package docs serves the guides and the reference of the API at /docs: everything
// from the binary, readable without scripts, and each page as Markdown too.
//
// It owns the pages, their search and their look. It does not own the texts: guides
// are the Markdown files of the tree (contents.go lists them), and the reference is
// made of the API's OpenAPI description. A new guide is a file and a row of guides().
package docs

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	texttemplate "text/template"
)

// Options are what the pages are made of.
type Options struct {
	BaseURL     string           // of the server, for examples
	Description []byte           // the API's OpenAPI description, as JSON
	Files       map[string]fs.FS // the texts, by the folder of the tree that each is
	Errors      []Word           // the kinds of error
	Events      []Word           // the types of event
}

// Word is one of a closed set with what it means.
type Word struct {
	Name, Words, Title string
	Status             int // of an error, as the API answers it
}

// Docs is all pages, rendered.
type Docs struct {
	opts   Options
	groups []group
	pages  map[string]*page // by slug; "" is the first
	order  []*page
	index  index
	assets map[string]asset
}

// page is one page: its HTML inside the layout, and its Markdown.
type page struct {
	Slug, Title, Group string
	Body               template.HTML
	Markdown           []byte
	Headings           []*heading
	Wide               bool // examples stand beside the words
	whole              []byte
}

// Address is the page's own.
func (p *page) Address() string {
	if p.Slug == "" {
		return "/docs"
	}
	return "/docs/" + p.Slug
}

// MarkdownAddress is that of the page as Markdown.
func (p *page) MarkdownAddress() string {
	if p.Slug == "" {
		return "/docs/index.md"
	}
	return "/docs/" + p.Slug + ".md"
}

// New renders every page. A missing file or a description that cannot be read is an error.
func New(o Options) (*Docs, error) {
	d := &Docs{opts: o, pages: map[string]*page{}, assets: newAssets()}
	spec, err := parse(o.Description)
	if err != nil {
		return nil, err
	}
	sections := spec.sections(o.BaseURL)
	for _, g := range guides() {
		for _, e := range g.Pages {
			if err := d.addGuide(g.Name, e); err != nil {
				return nil, err
			}
		}
		d.groups = append(d.groups, g)
		if g.Name == "Start" {
			if err := d.addReference(spec, sections); err != nil {
				return nil, err
			}
		}
	}
	if err := d.addHome(sections); err != nil {
		return nil, err
	}
	for _, p := range d.order {
		d.index.add(p)
		if p.whole, err = d.layout(p); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// read is a file of the tree.
func (d *Docs) read(name string) ([]byte, error) {
	for folder, files := range d.opts.Files {
		if rest, ok := strings.CutPrefix(name, folder+"/"); ok {
			if text, err := fs.ReadFile(files, rest); err == nil {
				return text, nil
			}
		}
	}
	return nil, fmt.Errorf("docs: %s is not among the files", name)
}

func (d *Docs) add(p *page) {
	d.pages[p.Slug] = p
	d.order = append(d.order, p)
}

func (d *Docs) addGuide(group string, e entry) error {
	source, err := d.read(e.File)
	if err != nil {
		return err
	}
	source = d.addressed(source)
	body, headings, err := render(source, func(to string) string { return d.link(e.File, to, "") }, func(of string) string { return d.picture(e.File, of) })
	if err != nil {
		return fmt.Errorf("docs: %s: %w", e.File, err)
	}
	title := e.Name
	if len(headings) > 0 {
		title = headings[0].Title
	}
	d.add(&page{Slug: e.Slug, Title: title, Group: group, Body: template.HTML(body), Markdown: d.linked(e.File, source), Headings: headings}) //nolint:gosec // rendered from files of the tree
	return nil
}

// exampleAddress is the server's in the texts: on the pages it is this server's own.
const exampleAddress = "http://127.0.0.1:8080"

func (d *Docs) addressed(source []byte) []byte {
	return bytes.ReplaceAll(source, []byte(exampleAddress), []byte(d.opts.BaseURL))
}

// repository is where the files of the tree that are not pages can be read.
const repository = "https://github.com/fairlead-dev/fairlead/blob/main/"

// link is where a link of a file leads: to a page, as Markdown where suffix says
// so, or to the file in the repository.
func (d *Docs) link(from, to, suffix string) string {
	if to == "" || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "/") || strings.Contains(to, ":") {
		return to
	}
	file, anchor, found := strings.Cut(to, "#")
	if found {
		anchor = "#" + anchor
	}
	file = resolved(from, file)
	for _, g := range guides() {
		for _, e := range g.Pages {
			if e.File == file {
				return "/docs/" + e.Slug + suffix + anchor
			}
		}
	}
	return repository + file + anchor
}

// picture is where a picture of a file is served from: here, if it is among the files.
func (d *Docs) picture(from, of string) string {
	data, err := d.read(resolved(from, of))
	if err != nil || path.Ext(of) != ".svg" {
		return d.link(from, of, "")
	}
	name := path.Base(of)
	a := asset{"/docs/assets/" + name + "?v=" + sum(data), "image/svg+xml", data}
	d.assets[name] = a
	return a.address
}

// linked is a guide's Markdown whose links lead to Markdown.
func (d *Docs) linked(from string, source []byte) []byte {
	return relative.ReplaceAllFunc(source, func(m []byte) []byte {
		to := string(m[2 : len(m)-1])
		return []byte("](" + d.link(from, to, ".md") + ")")
	})
}

// Paths are the routes that Handler serves.
func Paths() []string {
	return []string{"GET /docs", "GET /docs/{page...}", "GET /llms.txt", "GET /llms-full.txt"}
}

// Handler serves the pages.
func (d *Docs) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /docs", d.serve)
	mux.HandleFunc("GET /docs/{page...}", d.serve)
	mux.HandleFunc("GET /docs/search", d.search)
	mux.HandleFunc("GET /docs/assets/{file}", d.asset)
	short, full := plainText(d.short()), plainText(d.full())
	mux.HandleFunc("GET /llms.txt", short)
	mux.HandleFunc("GET /llms-full.txt", full)
	mux.HandleFunc("GET /docs/llms.txt", short)
	mux.HandleFunc("GET /docs/llms-full.txt", full)
	return mux
}

//go:embed layout.html
var layoutText string

//go:embed parts.html
var partsText string

//go:embed reference.md.tmpl
var referenceText string

var (
	templates = template.Must(template.New("parts").Funcs(template.FuncMap{
		"code": func(language, title, code string) template.HTML {
			return template.HTML(codeHTML(language, title, code))
		}, //nolint:gosec // escaped there
		"tab": func(s snippet) template.HTML {
			return template.HTML(tabHTML(s.Label, codeHTML(s.Language, "", s.Code)))
		}, //nolint:gosec // escaped there
		"join":  strings.Join,
		"prose": prose,
	}).Parse(partsText))
	layouts       = template.Must(template.Must(templates.Clone()).New("layout").Parse(layoutText))
	markdownPages = texttemplate.Must(texttemplate.New("reference").Funcs(texttemplate.FuncMap{"join": strings.Join, "row": row}).Parse(referenceText))
)

// layoutData is what the frame of every page is made of.
type layoutData struct {
	*page
	Groups      []group
	Contents    []*heading
	Styles      string
	Script      string
	Query       string
	Description string
	Previous    *page
	Next        *page
}

func (d *Docs) layout(p *page) ([]byte, error) {
	data := layoutData{page: p, Groups: d.groups, Styles: d.assets["docs.css"].address, Script: d.assets["docs.js"].address}
	for _, h := range p.Headings {
		if h.Level == 2 || h.Level == 3 && p.Wide {
			data.Contents = append(data.Contents, h)
		}
	}
	for i, other := range d.order {
		if other == p && p.Slug != "" {
			if i > 0 {
				data.Previous = d.order[i-1]
			}
			if i+1 < len(d.order) && d.order[i+1].Slug != "" {
				data.Next = d.order[i+1]
			}
		}
	}
	var out bytes.Buffer
	err := layouts.ExecuteTemplate(&out, "layout", data)
	return out.Bytes(), err
}

// slug is the page that an address asks for, and whether as Markdown.
func slug(address string) (name string, asMarkdown bool) {
	name = strings.Trim(path.Clean("/"+address), "/")
	name, asMarkdown = strings.CutSuffix(name, ".md")
	if name == "index" {
		name = ""
	}
	return name, asMarkdown
}
