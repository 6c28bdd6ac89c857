package docs

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
)

//go:embed static/docs.css static/docs.js
var static embed.FS

// asset is a style sheet or script, at an address that changes with it.
type asset struct {
	address, media string
	data           []byte
}

func newAssets() map[string]asset {
	all := map[string]asset{}
	for name, media := range map[string]string{"docs.css": "text/css; charset=utf-8", "docs.js": "text/javascript; charset=utf-8"} {
		data, err := static.ReadFile("static/" + name)
		if err != nil {
			panic("docs: " + err.Error()) // a mistake of the build
		}
		all[name] = asset{"/docs/assets/" + name + "?v=" + sum(data), media, data}
	}
	return all
}

func sum(data []byte) string {
	s := sha256.Sum256(data)
	return hex.EncodeToString(s[:6])
}

// policy lets a page load its own style and script, search, and nothing else.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func send(w http.ResponseWriter, r *http.Request, media string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Security-Policy", policy)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	tag := `"` + sum(data) + `"`
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(data)
}

const (
	mediaHTML     = "text/html; charset=utf-8"
	mediaMarkdown = "text/markdown; charset=utf-8"
)

// serve answers with a page, as Markdown where its address ends in .md or the
// request prefers that.
func (d *Docs) serve(w http.ResponseWriter, r *http.Request) {
	name, asMarkdown := slug(r.PathValue("page"))
	p, ok := d.pages[name]
	switch {
	case !ok:
		d.missing(w)
	case asMarkdown || strings.HasPrefix(r.Header.Get("Accept"), "text/markdown"):
		w.Header().Set("Vary", "Accept")
		send(w, r, mediaMarkdown, p.Markdown)
	case r.URL.Path != p.Address():
		http.Redirect(w, r, p.Address(), http.StatusMovedPermanently)
	default:
		w.Header().Set("Vary", "Accept")
		send(w, r, mediaHTML, p.whole)
	}
}

// missing says that there is no such page, and leads to the search.
func (d *Docs) missing(w http.ResponseWriter) {
	p := &page{Slug: "search", Title: "There is no such page", Body: `<h1>There is no such page</h1><p>It may have moved: search for it above, or begin at <a href="/docs">the first page</a>.</p>`}
	whole, err := d.layout(p)
	if err != nil {
		http.Error(w, "There is no such page.", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", mediaHTML)
	w.Header().Set("Content-Security-Policy", policy)
	w.WriteHeader(http.StatusNotFound)
	w.Write(whole)
}

func (d *Docs) asset(w http.ResponseWriter, r *http.Request) {
	a, ok := d.assets[r.PathValue("file")]
	if !ok {
		d.missing(w)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=86400")
	send(w, r, a.media, a.data)
}

func plainText(text []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { send(w, r, "text/plain; charset=utf-8", text) }
}

// queryLimit is how much of a query is read.
const queryLimit = 100

// search answers what is found: as JSON for the page's script, as a page otherwise.
func (d *Docs) search(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query().Get("q")
	if len(query) > queryLimit {
		query = query[:queryLimit]
	}
	query = strings.ToValidUTF8(query, "")
	found := d.index.search(query)
	if strings.HasPrefix(r.Header.Get("Accept"), "application/json") {
		body, err := json.Marshal(found)
		if err != nil {
			http.Error(w, "The search failed.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Vary", "Accept")
		send(w, r, "application/json", body)
		return
	}
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, "found", struct {
		Query string
		Found []result
	}{query, found}); err != nil {
		http.Error(w, "The search failed.", http.StatusInternalServerError)
		return
	}
	p := &page{Slug: "search", Title: "Search", Body: template.HTML(body.String())} //nolint:gosec // escaped by its template
	whole, err := d.layout(p)
	if err != nil {
		http.Error(w, "The search failed.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Vary", "Accept")
	send(w, r, mediaHTML, whole)
}

// short is llms.txt: what there is, and where it can be read as Markdown.
func (d *Docs) short() []byte {
	var out bytes.Buffer
	out.WriteString("# Fairlead\n\n> A self-hosted open-finance server: it links a person's bank and brokerage accounts to an application and keeps the data flowing.\n\n" +
		"The API's OpenAPI 3.1 description: " + d.opts.BaseURL + "/v1/openapi.json. Everything below in one file: " + d.opts.BaseURL + "/llms-full.txt\n")
	for _, g := range d.groups {
		out.WriteString("\n## " + g.Name + "\n\n")
		for _, e := range g.Pages {
			out.WriteString("- [" + d.pages[e.Slug].Title + "](" + d.opts.BaseURL + d.pages[e.Slug].MarkdownAddress() + ")\n")
		}
	}
	return out.Bytes()
}

// full is every page as Markdown, one after another.
func (d *Docs) full() []byte {
	var out bytes.Buffer
	for _, p := range d.order {
		out.WriteString("<!-- " + d.opts.BaseURL + p.MarkdownAddress() + " -->\n\n")
		out.Write(bytes.TrimSpace(p.Markdown))
		out.WriteString("\n\n")
	}
	return out.Bytes()
}
