package paper

// column is one column of a table.
type column struct {
	title string
	width float64
	right bool // numbers
}

// table draws rows under their heads, and the heads again on every page it reaches.
type table struct {
	p       *page
	columns []column
	size    float64 // points; 0: 8.5
	x, y    float64
}

const rowPad = 1.5

func (p *page) table(y float64, size float64, columns ...column) *table {
	t := &table{p: p, columns: columns, size: size, x: margin, y: y}
	spare, open := p.width(), -1
	for i, c := range columns {
		spare -= c.width
		if c.width == 0 {
			open = i
		}
	}
	if open >= 0 {
		t.columns[open].width = spare
	}
	t.room(12)
	t.head()
	return t
}

func (t *table) head() {
	t.p.fill(t.x, t.y, t.p.width(), 6, t.p.brand)
	t.p.font("B", 7.5, white)
	x := t.x
	for _, c := range t.columns {
		t.p.put(x+1.2, t.y, c.width-2.4, 6, c.align(), c.title)
		x += c.width
	}
	t.y += 6
}

func (c column) align() string {
	if c.right {
		return "R"
	}
	return "L"
}

// room turns the page where less than h is left of it.
func (t *table) room(h float64) bool {
	if t.y+h <= t.p.bottom-3 {
		return false
	}
	t.p.AddPage()
	t.y = t.p.GetY()
	return true
}

// together turns the page where a row and what must stand with it do not fit.
func (t *table) together(after float64, cells ...string) {
	if t.room(t.height(cells) + after) {
		t.head()
	}
}

// row draws one row. Words wrap; numbers stand on the first line.
func (t *table) row(cells ...string) { t.draw("", ink, cells) }

// total draws a row that sums up others.
func (t *table) total(cells ...string) {
	t.room(8)
	t.p.fill(t.x, t.y, t.p.width(), t.height([]string{""}), t.p.wash())
	t.draw("B", ink, cells)
}

func (t *table) height(cells []string) float64 {
	lines := 1
	for i, text := range cells {
		if !t.columns[i].right {
			lines = max(lines, len(t.p.wrap(text, t.columns[i].width-2.4)))
		}
	}
	return float64(lines)*t.size*0.42 + rowPad
}

func (t *table) draw(style string, c rgb, cells []string) {
	t.p.font(style, t.size, c)
	h := t.height(cells)
	if t.room(h) {
		t.head()
		t.p.font(style, t.size, c)
	}
	x := t.x
	for i, text := range cells {
		w := t.columns[i].width
		if t.columns[i].right {
			t.p.put(x+1.2, t.y+rowPad/2, w-2.4, t.size*0.42, "R", text)
		} else {
			t.p.prose(x+1.2, t.y+rowPad/2, w-2.4, t.size*0.42, text)
		}
		x += w
	}
	t.y += h
	t.p.line(t.x, t.y, t.x+t.p.width(), t.y, faint, 0.15)
}
