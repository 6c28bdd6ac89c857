package pdf

import (
	"math"
	"slices"
	"strings"
)

// Limits on text.
const (
	maxFragments = 50_000 // of a page
	maxTextSize  = 256 << 10
	maxForms     = 5 // drawings in drawings
)

// fragment is a run of letters on a page.
type fragment struct {
	x, y, end, size float64
	letters         string
}

// matrix is [a b c d e f] of ISO 32000-1, 8.3.4.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// state is what operators set.
type state struct {
	ctm                              matrix
	font                             *font
	size, leading, char, word, scale float64
}

// drawing interprets the operators of a page for their text.
type drawing struct {
	file      *file
	fonts     map[ref]*font
	fragments []fragment
}

// text is what the first pages print: their lines from top to bottom, a line each.
func (f *file) text() []string {
	var lines []string
	size := 0
	fonts := map[ref]*font{}
	for _, page := range f.pages() {
		d := &drawing{file: f, fonts: fonts}
		d.run(f.contents(page), f.dict(page["Resources"]), state{ctm: identity, scale: 1}, 0)
		for _, l := range d.lines() {
			if size += len(l); size > maxTextSize {
				return lines
			}
			lines = append(lines, l)
		}
		if f.budget <= 0 {
			break
		}
	}
	return lines
}

// run interprets operators.
func (d *drawing) run(operators []byte, resources dict, s state, depth int) {
	if depth > maxForms || !d.file.spend(len(operators)) {
		return
	}
	l := lexer{b: operators}
	var stack []state
	var operands []any
	t := textState{}
	for len(d.fragments) < maxFragments {
		v, ok := l.next(0, false)
		if !ok {
			return
		}
		op, isOperator := v.(keyword)
		if !isOperator {
			if _, stray := v.(closing); !stray && len(operands) < 64 {
				operands = append(operands, v)
			}
			continue
		}
		n := numbers(operands)
		switch op {
		case "q":
			if len(stack) < 64 {
				stack = append(stack, s)
			}
		case "Q":
			if len(stack) > 0 {
				s, stack = stack[len(stack)-1], stack[:len(stack)-1]
			}
		case "cm":
			if len(n) == 6 {
				s.ctm = matrix(n).times(s.ctm)
			}
		case "Do":
			d.form(operands, resources, s, depth)
		case "BI": // a picture in line: its bytes are no operators
			l.skipPicture()
		case "Tf":
			d.setFont(operands, resources, &s)
		default:
			d.textOperator(op, operands, n, &s, &t)
		}
		operands = operands[:0]
	}
}

// skipPicture goes on behind the operator EI.
func (l *lexer) skipPicture() {
	for {
		v, ok := l.next(0, false)
		if !ok || v == keyword("EI") {
			return
		}
	}
}

func numbers(operands []any) []float64 {
	var n []float64
	for _, o := range operands {
		if f, ok := o.(float64); ok {
			n = append(n, f)
		}
	}
	return n
}

// form draws what is stored apart, such as a page in a page.
func (d *drawing) form(operands []any, resources dict, s state, depth int) {
	if len(operands) == 0 {
		return
	}
	which, _ := operands[0].(name)
	r, ok := d.file.dict(resources["XObject"])[which].(ref)
	if !ok {
		return
	}
	x := d.file.dict(r)
	if d.file.get(x["Subtype"]) != name("Form") {
		return
	}
	if m := numbers(d.file.array(x["Matrix"])); len(m) == 6 {
		s.ctm = matrix(m).times(s.ctm)
	}
	if own := d.file.dict(x["Resources"]); own != nil {
		resources = own
	}
	d.run(d.file.stream(int(r)), resources, s, depth+1)
}

func (d *drawing) setFont(operands []any, resources dict, s *state) {
	if len(operands) != 2 {
		return
	}
	which, _ := operands[0].(name)
	s.size, _ = operands[1].(float64)
	v := d.file.dict(resources["Font"])[which]
	r, isRef := v.(ref)
	if isRef && d.fonts[r] != nil {
		s.font = d.fonts[r]
		return
	}
	s.font = nil
	if of := d.file.dict(v); of != nil && d.file.budget > 0 {
		d.file.spend(1024)
		s.font = d.file.newFont(of)
		if isRef {
			d.fonts[r] = s.font
		}
	}
}

// textState is where the next letter goes.
type textState struct{ now, line matrix }

func (d *drawing) textOperator(op keyword, operands []any, n []float64, s *state, t *textState) {
	next := func(x, y float64) {
		t.line = matrix{1, 0, 0, 1, x, y}.times(t.line)
		t.now = t.line
	}
	one := func(to *float64, unit float64) {
		if len(n) == 1 {
			*to = n[0] * unit
		}
	}
	switch op {
	case "BT":
		t.now, t.line = identity, identity
	case "Tc":
		one(&s.char, 1)
	case "Tw":
		one(&s.word, 1)
	case "Tz":
		one(&s.scale, 0.01)
	case "TL":
		one(&s.leading, 1)
	case "Td", "TD":
		if len(n) == 2 {
			if op == "TD" {
				s.leading = -n[1]
			}
			next(n[0], n[1])
		}
	case "Tm":
		if len(n) == 6 {
			t.line = matrix(n)
			t.now = t.line
		}
	case "T*":
		next(0, -s.leading)
	case "'", "\"":
		if op == "\"" && len(n) == 2 {
			s.word, s.char = n[0], n[1]
		}
		next(0, -s.leading)
		d.show(operands, s, t)
	case "Tj":
		d.show(operands, s, t)
	case "TJ":
		if len(operands) == 1 {
			list, _ := operands[0].(array)
			d.show(list, s, t)
		}
	}
}

// show draws texts; numbers between them move back by thousandths of the size.
func (d *drawing) show(parts []any, s *state, t *textState) {
	if s.font == nil {
		return
	}
	for _, p := range parts {
		switch p := p.(type) {
		case float64:
			t.now = matrix{1, 0, 0, 1, -p / 1000 * s.size * s.scale, 0}.times(t.now)
		case text:
			at := matrix{s.size * s.scale, 0, 0, s.size, 0, 0}.times(t.now).times(s.ctm)
			var letters strings.Builder
			wide := 0.0
			s.font.each(p, func(l string, width float64, blank bool) {
				letters.WriteString(l)
				wide += width/1000*s.size + s.char
				if blank {
					wide += s.word
				}
			})
			t.now = matrix{1, 0, 0, 1, wide * s.scale, 0}.times(t.now)
			end := t.now.times(s.ctm)
			if math.Abs(at[1]) > math.Abs(at[0]) { // upright, as along a margin
				continue
			}
			if l := letters.String(); l != "" && len(d.fragments) < maxFragments {
				d.fragments = append(d.fragments, fragment{at[4], at[5], end[4], math.Hypot(at[2], at[3]), l})
			}
		}
	}
}

// lines puts fragments of one height together, from left to right.
func (d *drawing) lines() []string {
	all := d.fragments
	slices.SortStableFunc(all, func(a, b fragment) int {
		switch {
		case a.y > b.y:
			return -1
		case a.y < b.y:
			return 1
		}
		return 0
	})
	var lines []string
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[0].y-all[n].y <= max(all[0].size, all[n].size)*0.3 {
			n++
		}
		if l := joinLine(all[:n]); l != "" {
			lines = append(lines, l)
		}
		all = all[n:]
	}
	return lines
}

// joinLine joins fragments; a gap wider than part of a letter is a blank.
func joinLine(all []fragment) string {
	slices.SortStableFunc(all, func(a, b fragment) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	var l strings.Builder
	for i, f := range all {
		if i > 0 && f.x-all[i-1].end > 0.15*f.size {
			l.WriteByte(' ')
		}
		l.WriteString(f.letters)
	}
	return strings.Join(strings.Fields(strings.ToValidUTF8(l.String(), "")), " ")
}
