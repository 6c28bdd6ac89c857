package paper

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/fairlead-dev/fairlead"
)

type rgb [3]int

var (
	ink   = rgb{28, 32, 36}
	muted = rgb{96, 104, 112}
	faint = rgb{226, 230, 233}
	white = rgb{255, 255, 255}
	red   = rgb{176, 32, 32}
)

// Measures of a page, in millimetres.
const (
	margin = 16.0
	footer = 16.0 // kept free at the foot
	logoMM = 13.0
)

// page is what every paper of this package is drawn on.
type page struct {
	*fpdf.Fpdf
	Language
	bank   Bank
	brand  rgb
	latin  func(string) string
	title  string
	issued fairlead.Date
	right  float64 // the x of the right margin
	bottom float64
	again  func() // draws the head of every page after the first
}

// pageCount stands for the number of pages until it is known. No text of a
// caller can hold it.
const pageCount = "\x01"

// printable replaces what paper cannot show.
func printable(r rune) rune {
	if r < ' ' && r != '\n' || r == 0x7f {
		return ' '
	}
	return r
}

// newPage begins a paper: Letter in English, A4 elsewhere.
func newPage(l Language, bank Bank, title string, issued fairlead.Date) (*page, error) {
	if issued.IsZero() || issued.Month < time.January || issued.Month > time.December {
		return nil, fairlead.Errorf(fairlead.Invalid, "A paper needs the day of its issue.")
	}
	size := "A4"
	if l == English {
		size = "Letter"
	}
	p := &page{Fpdf: fpdf.New("P", "mm", size, ""), Language: l, bank: bank, brand: colour(bank.Colour), title: title, issued: issued}
	translate := p.UnicodeTranslatorFromDescriptor("")
	p.latin = func(s string) string { return translate(strings.Map(printable, s)) }
	p.SetCatalogSort(true)
	p.SetCreationDate(issuedAt(issued))
	p.SetModificationDate(issuedAt(issued))
	p.SetLang(l.tag())
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0)
	p.AliasNbPages(pageCount)
	width, height := p.GetPageSize()
	p.right, p.bottom = width-margin, height-footer
	p.SetFooterFunc(p.mark)
	p.SetHeaderFunc(func() {
		if p.PageNo() > 1 && p.again != nil {
			p.again()
		}
	})
	p.AddPage()
	return p, nil
}

func (p *page) width() float64 { return p.right - margin }

// sampleMark is the word SAMPLE as strokes, a hundred high. It is a drawing and
// not text so that a paper's text reads in its order, without stray letters.
const sampleMark = "M60 16C48 -6 8 -4 8 24C8 54 62 44 62 76C62 106 16 106 4 80" +
	"M92 100L126 0L160 100M104 68L148 68" +
	"M190 100L190 0L234 70L278 0L278 100" +
	"M316 100L316 0L352 0C394 0 394 56 352 56L316 56" +
	"M422 0L422 100L474 100" +
	"M568 0L508 0L508 100L568 100M508 48L558 48"

// mark says on a finished page what it is: SAMPLE across it and at its foot.
func (p *page) mark() {
	width, height := p.GetPageSize()
	p.SetAlpha(0.10, "Normal")
	p.SetDrawColor(red[0], red[1], red[2])
	p.SetLineWidth(7)
	p.SetLineCapStyle("round")
	p.SetLineJoinStyle("round")
	p.TransformBegin()
	p.TransformRotate(52, width/2, height/2)
	d := drawing{page: p, x: width/2 - 97, y: height/2 - 17, scale: 0.34}
	d.path(sampleMark)
	d.DrawPath("D")
	p.TransformEnd()
	p.SetLineCapStyle("butt")
	p.SetLineJoinStyle("miter")
	p.SetAlpha(1, "Normal")
	p.line(margin, height-13, p.right, height-13, faint, 0.2)
	p.font("B", 7.5, red)
	p.put(margin, height-12, 90, 5, "L", "SAMPLE — not a real document")
	p.font("", 7.5, muted)
	p.put(margin+60, height-12, p.width()-100, 5, "C", p.bank.Official)
	p.putEncoded(p.right-39, height-12, 38, 5, "R", p.latin(fmt.Sprintf(p.caption("page"), p.PageNo()))+pageCount)
}

func (p *page) font(style string, size float64, c rgb) {
	p.SetFont("Helvetica", style, size)
	p.SetTextColor(c[0], c[1], c[2])
}

// put writes one line of text in a box, smaller where it would not fit.
func (p *page) put(x, y, w, h float64, align, text string) {
	p.putEncoded(x, y, w, h, align, strings.ReplaceAll(p.latin(text), "\n", " "))
}

// putEncoded writes what is in the font's encoding already.
func (p *page) putEncoded(x, y, w, h float64, align, text string) {
	size, _ := p.GetFontSize()
	if wide := p.GetStringWidth(text) + 0.6; wide > w && wide > 0 {
		p.SetFontSize(max(size*w/wide, size*0.55))
	}
	p.SetCellMargin(0.2)
	p.SetXY(x, y)
	p.CellFormat(w, h, text, "", 0, align+"M", false, 0, "")
	p.SetFontSize(size)
}

// block writes lines one under another and gives the y below them.
func (p *page) block(x, y, w, h float64, lines ...string) float64 {
	for _, l := range lines {
		p.put(x, y, w, h, "L", l)
		y += h
	}
	return y
}

// prose writes a paragraph and gives the y below it.
func (p *page) prose(x, y, w, h float64, text string) float64 {
	for _, l := range p.wrap(text, w) {
		p.SetXY(x, y)
		p.CellFormat(w, h, l, "", 0, "LM", false, 0, "")
		y += h
	}
	return y
}

// wrap breaks a text into lines of the current font, already in its encoding.
func (p *page) wrap(text string, w float64) []string {
	p.SetCellMargin(0.2)
	var out []string
	for _, l := range p.SplitLines([]byte(p.latin(text)), w) {
		out = append(out, string(l))
	}
	if len(out) == 0 {
		out = []string{""}
	}
	return out
}

func (p *page) line(x1, y1, x2, y2 float64, c rgb, thick float64) {
	p.SetDrawColor(c[0], c[1], c[2])
	p.SetLineWidth(thick)
	p.Line(x1, y1, x2, y2)
}

func (p *page) fill(x, y, w, h float64, c rgb) {
	p.SetFillColor(c[0], c[1], c[2])
	p.Rect(x, y, w, h, "F")
}

func (p *page) frame(x, y, w, h float64, c rgb, thick float64) {
	p.SetDrawColor(c[0], c[1], c[2])
	p.SetLineWidth(thick)
	p.Rect(x, y, w, h, "D")
}

// wash is the bank's colour, nearly white.
func (p *page) wash() rgb {
	var out rgb
	for i, c := range p.brand {
		out[i] = 255 - (255-c)/12
	}
	return out
}

// letterhead draws the bank's head and gives the y below it.
func (p *page) letterhead() float64 {
	p.fill(0, 0, p.right+margin, 3.2, p.brand)
	y := 9.0
	p.logo(margin, y, logoMM)
	p.font("B", 15, p.brand)
	p.put(margin+logoMM+3.5, y+0.6, 85, 7, "L", p.bank.Name)
	p.font("", 7.5, muted)
	p.put(margin+logoMM+3.5, y+7.3, 85, 4, "L", join("  ·  ", p.bank.Official, p.bank.Website))
	return y + logoMM + 4
}

// bytes finishes the paper.
func (p *page) bytes(properties ...property) ([]byte, error) {
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("paper: writing a paper: %w", err)
	}
	head := []property{
		{"Title", p.title},
		{"Author", p.bank.Official},
		{"Subject", "SAMPLE, not a real document"},
		{"Creator", "Fairlead"},
		{"Producer", "Fairlead"},
	}
	return describe(out.Bytes(), issuedAt(p.issued), append(head, properties...))
}
