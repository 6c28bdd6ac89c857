package docs

import (
	"bytes"
	"html"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// markdown reads and renders the guides. HTML in them is left out: they are ours,
// and have none.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(blocks{}, 100))),
)

// heading is one of a page's, with the text below it for the search.
type heading struct {
	Level     int
	ID, Title string
	text      strings.Builder
}

// render makes HTML of a guide and lists its headings. link and image say where a link or a picture of
// the file leads on these pages.
func render(source []byte, link, image func(string) string) (string, []*heading, error) {
	context := parser.NewContext(parser.WithIDs(&anchors{seen: map[string]int{}}))
	root := markdown.Parser().Parse(text.NewReader(source), parser.WithContext(context))
	var headings []*heading
	err := ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			n.Destination = []byte(link(string(n.Destination)))
		case *ast.Image:
			n.Destination = []byte(image(string(n.Destination)))
		case *ast.Heading:
			id, _ := n.AttributeString("id")
			name, _ := id.([]byte)
			headings = append(headings, &heading{Level: n.Level, ID: string(name), Title: plain(n, source)})
			return ast.WalkSkipChildren, nil
		case *ast.FencedCodeBlock:
			if len(headings) > 0 {
				headings[len(headings)-1].text.WriteString(" " + fenceOf(n, source).Code)
			}
		case *ast.Paragraph, *ast.TextBlock, *east.TableCell:
			if len(headings) > 0 {
				h := headings[len(headings)-1]
				h.text.WriteString(" " + plain(n, source))
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", nil, err
	}
	var out bytes.Buffer
	if err := markdown.Renderer().Render(&out, source, root); err != nil {
		return "", nil, err
	}
	// A heading of a column without words is none.
	return strings.ReplaceAll(out.String(), "<th></th>", "<td></td>"), headings, nil
}

// plain is the text of a node without its marks.
func plain(n ast.Node, source []byte) string {
	var out strings.Builder
	ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			switch n := n.(type) {
			case *ast.Text:
				out.Write(n.Segment.Value(source))
				if n.SoftLineBreak() || n.HardLineBreak() {
					out.WriteByte(' ')
				}
			case *ast.String:
				out.Write(n.Value)
			}
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// anchors names headings as forges do: letters and digits in lower case, hyphens for
// spaces, and a number behind a name that there is already.
type anchors struct{ seen map[string]int }

func (a *anchors) Generate(value []byte, _ ast.NodeKind) []byte {
	name := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(string(value)))
	n := a.seen[name]
	a.seen[name]++
	if n > 0 {
		name += "-" + strconv.Itoa(n)
	}
	return []byte(name)
}

func (a *anchors) Put(value []byte) { a.seen[string(value)]++ }

// blocks renders code with tabs, tables that scroll by themselves, and headings with
// an address to share.
type blocks struct{}

func (b blocks) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindFencedCodeBlock, b.fence)
	r.Register(ast.KindHeading, b.heading)
	r.Register(east.KindTable, b.table)
}

func (blocks) heading(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	h := n.(*ast.Heading)
	level := strconv.Itoa(h.Level)
	id, _ := h.AttributeString("id")
	name, _ := id.([]byte)
	if entering {
		w.WriteString("<h" + level + ` id="` + html.EscapeString(string(name)) + `">`)
		return ast.WalkContinue, nil
	}
	if h.Level > 1 {
		w.WriteString(` <a class="anchor" href="#` + html.EscapeString(string(name)) + `" aria-label="Link to ` + html.EscapeString(plain(h, source)) + `">#</a>`)
	}
	w.WriteString("</h" + level + ">\n")
	return ast.WalkContinue, nil
}

func (blocks) table(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString(`<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>` + "\n")
	} else {
		w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func (blocks) fence(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	f := fenceOf(n.(*ast.FencedCodeBlock), source)
	label := f.Info["tab"]
	if label == "" {
		w.WriteString(codeHTML(f.Language, f.Info["file"], f.Code))
		return ast.WalkSkipChildren, nil
	}
	if tabOf(n.PreviousSibling(), source) == "" {
		w.WriteString(`<div class="tabs">`)
	}
	w.WriteString(tabHTML(label, codeHTML(f.Language, f.Info["file"], f.Code)))
	if tabOf(n.NextSibling(), source) == "" {
		w.WriteString("</div>\n")
	}
	return ast.WalkSkipChildren, nil
}

// tabOf is the tab that a block belongs to, or nothing.
func tabOf(n ast.Node, source []byte) string {
	if block, ok := n.(*ast.FencedCodeBlock); ok {
		return fenceOf(block, source).Info["tab"]
	}
	return ""
}

func tabHTML(label, code string) string {
	return `<div class="tab" data-tab="` + html.EscapeString(label) + `"><p class="tab-name">` + html.EscapeString(label) + `</p>` + code + `</div>`
}

func codeHTML(language, title, code string) string {
	caption := ""
	if title != "" {
		caption = `<figcaption>` + html.EscapeString(title) + `</figcaption>`
	}
	return `<figure class="code">` + caption + `<pre tabindex="0"><code>` + highlighted(language, strings.TrimRight(code, "\n")) + "</code></pre></figure>\n"
}

// resolved is the path of a file in the tree that a link of another leads to.
func resolved(from, to string) string { return path.Join(path.Dir(from), to) }
