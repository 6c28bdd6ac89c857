package paper

import "strconv"

// Consolidated1099 is a broker's one paper for a year: the forms that apply,
// one after another behind a summary.
type Consolidated1099 struct {
	Head
	INT  *Form1099INT
	DIV  *Form1099DIV
	MISC *Form1099MISC
	B    *Form1099B
}

// forms are its parts, under its own head.
func (c Consolidated1099) forms() []form {
	var out []form
	if c.DIV != nil {
		out = append(out, c.DIV.form())
	}
	if c.INT != nil {
		out = append(out, c.INT.form())
	}
	if c.MISC != nil {
		out = append(out, c.MISC.form())
	}
	if c.B != nil {
		out = append(out, c.B.form())
	}
	for i := range out {
		out[i].Head = c.Head
	}
	return out
}

// Render writes the whole paper.
func (c Consolidated1099) Render() ([]byte, error) {
	return taxPaper{c.Head, "Consolidated Form 1099", c.forms(), true}.render()
}

// FDX gives the forms as FDX JSON, with a consolidated statement beside them.
func (c Consolidated1099) FDX() ([]byte, error) {
	return taxPaper{c.Head, "", c.forms(), true}.fdx()
}

// consolidate lays out the parts: their boxes side by side, then every sale.
func (w taxPaper) consolidate(p *page) {
	p.again = func() { w.continued(p) }
	y := p.letterhead()
	p.font("B", 15, ink)
	p.put(p.right-90, 9.6, 90, 7, "R", strconv.Itoa(w.TaxYear)+" Consolidated Form 1099")
	p.font("", 8.5, muted)
	p.put(p.right-90, 16.4, 90, 4, "R", "Copy B  For Recipient  ·  Issued "+p.long(w.Issued))
	y = w.parties(p, w.banner(p, y+3))
	gap := 5.0
	half := (p.width() - gap) / 2
	column := [2]float64{y + 5, y + 5}
	for _, f := range w.forms {
		i := 0
		if column[1] < column[0] {
			i = 1
		}
		column[i] = f.panel(p, margin+float64(i)*(half+gap), column[i], half) + 4
	}
	y = max(column[0], column[1])
	y = p.noticed(y, ifTaxable)
	p.font("", 7.5, muted)
	y = p.prose(margin, y, p.width(), 3.6, "Boxes without an entry are not shown. For your protection only the last four digits of your taxpayer identification number are shown.")
	for _, f := range w.forms {
		y = f.saleTables(p, y+3)
	}
}

// banner says that the paper replaces another one.
func (w taxPaper) banner(p *page, y float64) float64 {
	if !w.Corrected {
		return y
	}
	p.frame(margin, y, p.width(), 8, red, 0.5)
	p.checkbox(margin+3, y+2.3, true)
	p.font("B", 11, red)
	p.put(margin+8, y, 40, 8, "L", "CORRECTED")
	p.font("", 8, ink)
	p.put(margin+40, y, p.width()-44, 8, "R", "Replaces the consolidated form issued to you before for this account and year.")
	return y + 10
}

func (w taxPaper) parties(p *page, y float64) float64 {
	half := p.width() / 2
	p.cell(margin, y, half, 25, sides{}.captions().payer, append(w.Payer.lines(), w.Payer.Phone)...)
	p.cell(margin+half, y, half, 25, sides{}.captions().recipient, w.Recipient.lines()...)
	y += 25
	third := p.width() / 4
	p.cell(margin, y, third, 10.5, "PAYER'S TIN", ein(w.Payer.TaxID))
	p.cell(margin+third, y, third, 10.5, "RECIPIENT'S TIN", maskedTIN(w.Recipient))
	p.cell(margin+2*third, y, third, 10.5, "Account number", w.Account)
	return p.cell(margin+3*third, y, third, 10.5, "Document identifier", w.Ref)
}

// panel lists the filled boxes of one form and gives the y below.
func (f form) panel(p *page, x, y, w float64) float64 {
	p.fill(x, y, w, 9.5, p.brand)
	p.font("B", 9, white)
	p.put(x+2, y+0.6, w-4, 4.6, "L", "Form "+f.number)
	p.font("", 7, white)
	p.put(x+2, y+0.6, w-4, 4.6, "R", "OMB No. "+f.omb)
	p.put(x+2, y+4.8, w-4, 4, "L", f.title)
	y += 10
	for _, row := range f.rows {
		for _, b := range row {
			text := b.display(English)
			if text == "" {
				continue
			}
			p.font("B", 7.5, ink)
			p.put(x+1.5, y, 7, 5, "L", b.number)
			p.font("", 7.5, ink)
			p.put(x+9, y, w-37, 5, "L", b.label)
			p.font("B", 8.5, ink)
			p.put(x+w-28, y, 26.5, 5, "R", text)
			y += 5
			p.line(x, y, x+w, y, faint, 0.15)
		}
	}
	return y
}

func (w taxPaper) continued(p *page) {
	p.fill(0, 0, p.right+margin, 3.2, p.brand)
	p.font("B", 9, p.brand)
	p.put(margin, 8, 60, 5, "L", p.bank.Name)
	p.font("", 8, muted)
	p.put(margin+60, 8, p.width()-60, 5, "R", join("  ·  ", strconv.Itoa(w.TaxYear)+" "+w.title, w.Recipient.Name, w.Account))
	p.SetXY(margin, 17)
}
