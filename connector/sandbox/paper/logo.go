package paper

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// svg is what a logo may hold: paths and circles in a square.
type svg struct {
	ViewBox string     `xml:"viewBox,attr"`
	Shapes  []svgShape `xml:",any"`
}

type svgShape struct {
	XMLName xml.Name
	D       string  `xml:"d,attr"`
	X       float64 `xml:"x,attr"`
	Y       float64 `xml:"y,attr"`
	W       float64 `xml:"width,attr"`
	H       float64 `xml:"height,attr"`
	RX      float64 `xml:"rx,attr"`
	CX      float64 `xml:"cx,attr"`
	CY      float64 `xml:"cy,attr"`
	R       float64 `xml:"r,attr"`
	Fill    string  `xml:"fill,attr"`
	Stroke  string  `xml:"stroke,attr"`
	Width   float64 `xml:"stroke-width,attr"`
}

// logo draws the bank's sign in a square; without one that can be drawn, its initial.
func (p *page) logo(x, y, side float64) {
	var in svg
	if err := xml.Unmarshal([]byte(p.bank.Logo), &in); err != nil || len(in.Shapes) == 0 {
		p.initial(x, y, side)
		return
	}
	box := strings.Fields(in.ViewBox)
	size := 64.0
	if len(box) == 4 {
		if n, err := strconv.ParseFloat(box[2], 64); err == nil && n > 0 {
			size = n
		}
	}
	d := drawing{page: p, x: x, y: y, scale: side / size}
	p.SetLineCapStyle("round")
	p.SetLineJoinStyle("round")
	for _, s := range in.Shapes {
		d.shape(s)
	}
	p.SetLineCapStyle("butt")
	p.SetLineJoinStyle("miter")
}

func (p *page) initial(x, y, side float64) {
	p.SetFillColor(p.brand[0], p.brand[1], p.brand[2])
	p.RoundedRect(x, y, side, side, 2.5, "1234", "F")
	p.font("B", side*1.9, white)
	first := []rune(p.bank.Name + " ")[:1]
	p.put(x, y, side, side, "C", string(first))
}

type drawing struct {
	*page
	x, y, scale float64
	atX, atY    float64
}

func (d *drawing) shape(s svgShape) {
	style := ""
	if s.Fill != "none" {
		c := svgColour(s.Fill)
		d.SetFillColor(c[0], c[1], c[2])
		style = "F"
	}
	if s.Stroke != "" && s.Stroke != "none" {
		c := svgColour(s.Stroke)
		d.SetDrawColor(c[0], c[1], c[2])
		d.SetLineWidth(max(s.Width, 1) * d.scale)
		style += "D"
	}
	switch {
	case style == "":
	case s.XMLName.Local == "circle":
		d.Circle(d.x+s.CX*d.scale, d.y+s.CY*d.scale, s.R*d.scale, style)
	case s.XMLName.Local == "rect":
		d.RoundedRect(d.x+s.X*d.scale, d.y+s.Y*d.scale, s.W*d.scale, s.H*d.scale, s.RX*d.scale, "1234", style)
	case s.XMLName.Local == "path":
		d.path(s.D)
		d.DrawPath(style)
	}
}

func svgColour(s string) rgb {
	if len(s) == 4 && s[0] == '#' {
		s = "#" + strings.Repeat(s[1:2], 2) + strings.Repeat(s[2:3], 2) + strings.Repeat(s[3:4], 2)
	}
	if s == "" {
		return rgb{}
	}
	return colour(s)
}

// path follows the commands M, L, H, V, C and Z, absolute or relative, and A as a
// straight line (logos have arcs for small corners); at any other it stops.
func (d *drawing) path(text string) {
	var startX, startY float64
	for text != "" {
		op := text[0]
		end := strings.IndexAny(text[1:], "MmLlHhVvCcZzSsQqTtAa") + 1
		if end == 0 {
			end = len(text)
		}
		n := svgNumbers(text[1:end])
		text = text[end:]
		for first := true; first || len(n) > 0; first = false {
			if n = d.step(op, n); n == nil {
				break
			}
			if first && (op == 'M' || op == 'm') {
				startX, startY = d.atX, d.atY
				op = op - 'M' + 'L'
			}
		}
		if op == 'Z' || op == 'z' {
			d.ClosePath()
			d.atX, d.atY = startX, startY
		}
	}
}

// step takes one command's numbers and gives what is left; nil: it can't go on.
func (d *drawing) step(op byte, n []float64) []float64 {
	var x0, y0 float64
	if op >= 'a' {
		x0, y0 = d.atX, d.atY
	}
	need := map[byte]int{'m': 2, 'l': 2, 'h': 1, 'v': 1, 'c': 6, 'a': 7}[op|32]
	if need == 0 || len(n) < need {
		return nil
	}
	switch op | 32 {
	case 'h':
		d.atX = x0 + n[0]
	case 'v':
		d.atY = y0 + n[0]
	default:
		d.atX, d.atY = x0+n[need-2], y0+n[need-1]
	}
	at := func(x, y float64) (float64, float64) { return d.x + x*d.scale, d.y + y*d.scale }
	toX, toY := at(d.atX, d.atY)
	switch op | 32 {
	case 'm':
		d.MoveTo(toX, toY)
	case 'c':
		ax, ay := at(x0+n[0], y0+n[1])
		bx, by := at(x0+n[2], y0+n[3])
		d.CurveBezierCubicTo(ax, ay, bx, by, toX, toY)
	default:
		d.LineTo(toX, toY)
	}
	return n[need:]
}

// svgNumbers reads numbers parted by spaces, commas or the next one's sign.
func svgNumbers(s string) []float64 {
	var out []float64
	for _, f := range strings.Fields(strings.ReplaceAll(strings.ReplaceAll(s, "-", " -"), ",", " ")) {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil {
			return out
		}
		out = append(out, n)
	}
	return out
}
