package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
)

// chart is what work costs at several sizes: a picture, and the table behind it.
type chart struct {
	name  string // of its files
	title string
	x     string // what grows
	unit  string // what one unit of work is
	note  string // how it was measured
	sizes []int
	lines []line
}

// line is one kind of work, with what a unit of it cost at each size.
type line struct {
	name   string
	points []measured
}

// write writes NAME.svg and NAME.md into a folder.
func (c chart) write(folder string) error {
	picture, err := c.svg()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, c.name+".svg"), []byte(picture), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, c.name+".md"), []byte(c.table()), 0o644)
}

// table is the figures as Markdown: for each line the processor's time a unit, how much that is
// of the smallest size's, and how many units a second came of it.
func (c chart) table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n![%s](%s.svg)\n\n%s\n\n| %s |", c.title, c.title, c.name, c.note, c.x)
	for _, l := range c.lines {
		fmt.Fprintf(&b, " %s: CPU | of the first | a second |", l.name)
	}
	b.WriteString("\n|--:" + strings.Repeat("|--:|--:|--:", len(c.lines)) + "|\n")
	for n, size := range c.sizes {
		fmt.Fprintf(&b, "| %s |", grouped(size))
		for _, l := range c.lines {
			p := l.points[n]
			fmt.Fprintf(&b, " %s | %.2f | %s |", duration(p.cpuPerUnit()), p.cpuPerUnit()/l.points[0].cpuPerUnit(), grouped(int(p.perSecond())))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// grouped writes a count with its thousands apart.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// short writes a size for an axis.
func short(n int) string {
	switch {
	case n >= 1e6 && n%1e5 == 0:
		return fmt.Sprintf("%g M", float64(n)/1e6)
	case n >= 1e3 && n%1e2 == 0:
		return fmt.Sprintf("%g k", float64(n)/1e3)
	default:
		return fmt.Sprint(n)
	}
}

// The picture's measures, in its own units.
const (
	width, height            = 760, 360
	left, right, top, bottom = 64, 560, 76, 300
	apart                    = 18 // of two names beside each other
)

// svg draws the lines from zero: sizes to the right, each as far from the last as it is times larger.
func (c chart) svg() (string, error) {
	most := 0.0
	for _, l := range c.lines {
		for _, p := range l.points {
			most = max(most, p.cpuPerUnit())
		}
	}
	scale, unit := 1e6, "µs"
	if most >= 10e-3 {
		scale, unit = 1e3, "ms"
	}
	step := stepOf(most * scale)
	ceiling := max(step, math.Ceil(most*scale/step)*step)
	first, last := math.Log(float64(c.sizes[0])), math.Log(float64(c.sizes[len(c.sizes)-1]))
	x := func(size int) float64 {
		if first == last {
			return (left + right) / 2
		}
		return left + 16 + (math.Log(float64(size))-first)/(last-first)*(right-left-32)
	}
	y := func(value float64) float64 { return bottom - value/ceiling*(bottom-top) }

	type tick struct {
		At   float64
		Text string
	}
	type mark struct {
		X, Y float64
		Text string
	}
	type drawn struct {
		Class, Name, Path string
		Marks             []mark
		NameY, EndX, EndY float64
		Shape             string
	}
	data := struct {
		Name, Title, X, Work                  string
		Width, Height, Left, Right, Top, Base int
		Unit                                  string
		Xs, Ys                                []tick
		Lines                                 []drawn
	}{Name: c.name, Title: c.title, X: c.x, Work: c.unit, Width: width, Height: height, Left: left, Right: right, Top: top, Base: bottom, Unit: unit}
	for n, size := range c.sizes {
		if n == 0 || x(size)-data.Xs[len(data.Xs)-1].At >= 40 { // else the names would lie upon each other
			data.Xs = append(data.Xs, tick{x(size), short(size)})
		}
	}
	for value := 0.0; value <= ceiling+step/2; value += step {
		data.Ys = append(data.Ys, tick{y(value), fmt.Sprintf("%g", math.Round(value*1000)/1000)})
	}
	for n, l := range c.lines {
		d := drawn{Class: string(rune('a' + n%3)), Name: l.name, Shape: []string{"circle", "square", "diamond"}[n%3]}
		for i, p := range l.points {
			at := mark{x(c.sizes[i]), y(p.cpuPerUnit() * scale), fmt.Sprintf("%s %s: %s", grouped(c.sizes[i]), c.x, duration(p.cpuPerUnit()))}
			d.Path += fmt.Sprintf("%s%.1f %.1f", []string{"L", "M"}[min(1, max(0, 1-i))], at.X, at.Y)
			d.Marks = append(d.Marks, at)
			d.EndX, d.EndY, d.NameY = at.X, at.Y, at.Y
		}
		data.Lines = append(data.Lines, d)
	}
	// Names stand at the ends of their lines, the lowest first, and never upon each other.
	byHeight := make([]*drawn, len(data.Lines))
	for n := range data.Lines {
		byHeight[n] = &data.Lines[n]
	}
	slices.SortFunc(byHeight, func(a, b *drawn) int { return cmp.Compare(b.EndY, a.EndY) })
	for n := 1; n < len(byHeight); n++ {
		byHeight[n].NameY = min(byHeight[n].NameY, byHeight[n-1].NameY-apart)
	}
	var b strings.Builder
	err := picture.Execute(&b, data)
	return b.String(), err
}

// stepOf is a round step that makes four to eight of a range.
func stepOf(most float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(most/4)))
	for _, times := range []float64{1, 2, 2.5, 5} {
		if most/(power*times) <= 6 {
			return power * times
		}
	}
	return power * 10
}

// picture has its own paper, so that it reads the same wherever it is shown.
var picture = template.Must(template.New("").Funcs(template.FuncMap{
	"minus": func(a, b float64) float64 { return a - b },
	"plus":  func(a, b float64) float64 { return a + b },
}).Parse(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{.Width}} {{.Height}}" width="{{.Width}}" height="{{.Height}}" role="img" aria-labelledby="title desc">
<title id="title">{{html .Title}}</title>
<desc id="desc">The processor's time of {{html .Work}}, against {{html .X}}. The table is in {{.Name}}.md.</desc>
<style>
svg { --paper: #fff; --edge: #d1d9e0; --ink: #1f2328; --muted: #59636e; --grid: #eaeef2; --a: #0969da; --b: #bc4c00; --c: #1a7f37; }
@media (prefers-color-scheme: dark) { svg { --paper: #151b23; --edge: #3d444d; --ink: #f0f6fc; --muted: #9198a1; --grid: #262c36; --a: #4493f8; --b: #f0883e; --c: #3fb950; } }
text { font: 13px system-ui, -apple-system, "Segoe UI", Inter, sans-serif; fill: var(--muted); }
.name { font-weight: 600; font-size: 16px; fill: var(--ink); } .label { fill: var(--ink); }
.paper { fill: var(--paper); stroke: var(--edge); } .grid { stroke: var(--grid); } .axis { stroke: var(--muted); }
.y { text-anchor: end; } .x { text-anchor: middle; } .line { fill: none; stroke-width: 2; stroke-linejoin: round; } .mark { stroke: var(--paper); stroke-width: 2; }
.a { stroke: var(--a); } .b { stroke: var(--b); } .c { stroke: var(--c); } .mark.a { fill: var(--a); stroke: var(--paper); } .mark.b { fill: var(--b); stroke: var(--paper); } .mark.c { fill: var(--c); stroke: var(--paper); }
</style>
<rect class="paper" x=".5" y=".5" width="{{.Width}}" height="{{.Height}}" rx="6" style="width: calc(100% - 1px); height: calc(100% - 1px)"/>
<text class="name" x="20" y="32">{{html .Title}}</text>
<text x="20" y="54">Processor time of {{html .Work}}, {{.Unit}}</text>
{{range .Ys}}<line class="grid" x1="{{$.Left}}" x2="{{$.Right}}" y1="{{printf "%.1f" .At}}" y2="{{printf "%.1f" .At}}"/><text class="y" x="{{minus 56 0}}" y="{{printf "%.1f" (plus .At 4)}}">{{.Text}}</text>
{{end}}<line class="axis" x1="{{.Left}}" x2="{{.Right}}" y1="{{.Base}}" y2="{{.Base}}"/>
{{range .Xs}}<text class="x" x="{{printf "%.1f" .At}}" y="320">{{.Text}}</text>
{{end}}<text class="x" x="312" y="344">{{html .X}}</text>
{{range .Lines}}{{$line := .}}<path class="line {{.Class}}" d="{{.Path}}"/>
{{range .Marks}}{{if eq $line.Shape "circle"}}<circle class="mark {{$line.Class}}" cx="{{printf "%.1f" .X}}" cy="{{printf "%.1f" .Y}}" r="5"{{else}}<rect class="mark {{$line.Class}}" x="{{printf "%.1f" (minus .X 4.5)}}" y="{{printf "%.1f" (minus .Y 4.5)}}" width="9" height="9"{{if eq $line.Shape "diamond"}} transform="rotate(45 {{printf "%.1f %.1f" .X .Y}})"{{end}}{{end}}><title>{{html .Text}}</title></{{if eq $line.Shape "circle"}}circle{{else}}rect{{end}}>
{{end}}<text class="label" x="{{printf "%.1f" (plus .EndX 12)}}" y="{{printf "%.1f" (plus .NameY 4)}}">{{html .Name}}</text>
{{end}}</svg>
`))
