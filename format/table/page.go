package table

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/fairlead-dev/fairlead/format"
)

// isPage reports whether the bytes are HTML with a table in it.
func isPage(data []byte) bool {
	if !format.HasPrefixFold(data, "<!doctype html", "<html", "<head", "<meta", "<body", "<table", "<style", "<div", "<center", "<font", "<title", "<?xml", "<!--", "<tr") {
		return false
	}
	lower := bytes.ToLower(data[:min(len(data), 64<<10)])
	return bytes.Contains(lower, []byte("<table")) || bytes.Contains(lower, []byte("office:excel")) && bytes.Contains(lower, []byte("<html"))
}

var charsetPattern = regexp.MustCompile(`(?i)(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)`)

// declaredCharset is what a page says it is encoded in.
func declaredCharset(data []byte) string {
	if !isPage(data) {
		return ""
	}
	if m := charsetPattern.FindSubmatch(data[:min(len(data), 4<<10)]); m != nil {
		return string(m[1])
	}
	return ""
}

// maxTables bounds the tables of a page, nested or not.
const maxTables = 64

// pageTable is a table of a page while it is read.
type pageTable struct {
	out  strings.Builder
	text strings.Builder // of the cell
	cell bool
	row  bool
	at   int
	span int
	num  string // of the cell, as Excel stores it beside what it shows
}

// readPage gives a grid of each table. One inside another is a table of its own.
func readPage(text string) ([]*grid, error) {
	z := html.NewTokenizer(strings.NewReader(text))
	z.SetMaxBuf(maxTag)
	p := &page{line: 1}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break // the end, or what no tokenizer reads: the tables before it are good
		}
		raw := z.Raw()
		switch kind {
		case html.TextToken:
			p.words(z)
		case html.StartTagToken, html.SelfClosingTagToken:
			p.start(z)
		case html.EndTagToken:
			name, _ := z.TagName()
			p.end(string(name))
		}
		p.line += bytes.Count(raw, []byte{'\n'})
	}
	for len(p.open) > 0 {
		p.close()
	}
	return p.grids, nil
}

type page struct {
	grids  []*grid
	open   []*pageTable
	line   int
	hidden string // the element whose text nobody sees
}

func (p *page) top() *pageTable {
	if len(p.open) == 0 {
		return nil
	}
	return p.open[len(p.open)-1]
}

func (p *page) words(z *html.Tokenizer) {
	if t := p.top(); t != nil && t.cell && p.hidden == "" {
		t.text.Write(z.Text())
	}
}

func (p *page) start(z *html.Tokenizer) {
	name, more := z.TagName()
	tag := string(name)
	t := p.top()
	switch tag {
	case "script", "style":
		p.hidden = tag
	case "table":
		if len(p.open)+len(p.grids) < maxTables {
			p.open = append(p.open, &pageTable{})
		}
	case "tr":
		if t != nil {
			t.endRow()
			t.out.WriteString(strconv.Itoa(p.line))
			t.row = true
		}
	case "td", "th":
		if t != nil && t.row {
			t.endCell()
			t.begin(z, more)
		}
	case "br", "p", "div":
		if t != nil && t.cell {
			t.text.WriteByte(' ')
		}
	}
}

func (p *page) end(tag string) {
	if tag == p.hidden {
		p.hidden = ""
	}
	t := p.top()
	if t == nil {
		return
	}
	switch tag {
	case "td", "th":
		t.endCell()
	case "tr":
		t.endRow()
	case "table":
		p.close()
	}
}

// close ends the innermost table.
func (p *page) close() {
	t := p.top()
	t.endRow()
	p.open = p.open[:len(p.open)-1]
	if t.out.Len() > 0 {
		p.grids = append(p.grids, &grid{text: t.out.String(), sep: ownSeparator})
	}
}

func (t *pageTable) begin(z *html.Tokenizer, more bool) {
	t.cell, t.span, t.num = true, 1, ""
	t.text.Reset()
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "colspan":
			if n, err := strconv.Atoi(string(value)); err == nil && n > 1 {
				t.span = min(n, 64)
			}
		case "x:num":
			t.num = string(value)
		}
	}
}

func (t *pageTable) endCell() {
	if !t.cell {
		return
	}
	t.cell = false
	if t.at > maxColumns {
		return
	}
	text := strings.Join(strings.Fields(printable(t.text.String())), " ")
	if n, ok := shown(t.num); ok && isAmount(text) {
		text = numberMark + n
	}
	t.out.WriteByte(ownSeparator)
	t.out.WriteString(text)
	for range t.span - 1 { // what goes over several columns stands in the first
		t.out.WriteByte(ownSeparator)
	}
	t.at += t.span
}

func (t *pageTable) endRow() {
	t.endCell()
	if t.row {
		t.out.WriteByte('\n')
	}
	t.row, t.at = false, 0
}
