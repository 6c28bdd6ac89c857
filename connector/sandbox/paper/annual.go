package paper

import (
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// Annual is what the yearly reports of Brazil and Spain say before their figures.
type Annual struct {
	Ref       string // the report's own id
	Bank      Bank
	Holder    Party
	Year      int // the calendar year reported on
	Issued    fairlead.Date
	Corrected bool
}

// Income is one kind of income with what was withheld from it.
type Income struct {
	Code     string // as the tax return numbers it; may be empty
	Text     string
	Amount   fairlead.Money // gross
	Withheld *fairlead.Money
}

// YearEnd is what an account held, or a debt came to, at the ends of two years.
type YearEnd struct {
	Code   string // as the tax return numbers it; may be empty
	Text   string
	Number string          // branch and account, IBAN; may be empty
	Before *fairlead.Money // on 31 December of the year before
	After  *fairlead.Money // on 31 December of the year
}

// check refuses a report without a year or with foreign money.
func (a Annual) check(currency string, amounts ...*fairlead.Money) error {
	if a.Year < 1990 || a.Year > 2100 {
		return fairlead.Errorf(fairlead.Invalid, "A tax report needs its year.")
	}
	for _, m := range amounts {
		if m == nil {
			continue
		}
		if err := oneCurrency(currency, *m); err != nil {
			return err
		}
	}
	return nil
}

func amountsOf(income []Income, ends ...YearEnd) []*fairlead.Money {
	var out []*fairlead.Money
	for _, i := range income {
		out = append(out, &i.Amount, i.Withheld)
	}
	for _, e := range ends {
		out = append(out, e.Before, e.After)
	}
	return out
}

// annualHead is the texts of a report's head.
type annualHead struct{ title, subtitle, corrected, replaces string }

// begin opens the report and gives the y below its title.
func (a Annual) begin(l Language, h annualHead) (*page, float64, error) {
	name := h.title + " " + strconv.Itoa(a.Year)
	if a.Corrected {
		name += " " + h.corrected
	}
	p, err := newPage(l, a.Bank, name, a.Issued)
	if err != nil {
		return nil, 0, err
	}
	p.again = func() {
		p.fill(0, 0, p.right+margin, 3.2, p.brand)
		p.font("B", 9, p.brand)
		p.put(margin, 8, 60, 5, "L", p.bank.Name)
		p.font("", 8, muted)
		p.put(margin+60, 8, p.width()-60, 5, "R", join("  ·  ", h.title+" "+strconv.Itoa(a.Year), a.Holder.Name))
		p.SetXY(margin, 17)
	}
	y := p.letterhead()
	p.font("", 8, muted)
	p.put(p.right-80, 9.6, 80, 4, "R", p.long(a.Issued))
	p.put(p.right-80, 14, 80, 4, "R", a.Ref)
	y += 2
	p.font("B", 15, ink)
	p.put(margin, y, p.width()-45, 8, "L", h.title)
	p.font("", 9, muted)
	p.put(margin, y+7.6, p.width()-45, 5, "L", h.subtitle)
	p.fill(p.right-42, y, 42, 13, p.brand)
	p.font("B", 20, white)
	p.put(p.right-42, y, 42, 13, "C", strconv.Itoa(a.Year))
	y += 16
	if a.Corrected {
		p.frame(margin, y, p.width(), 8, red, 0.5)
		p.font("B", 10.5, red)
		p.put(margin+3, y, 45, 8, "L", h.corrected)
		p.font("", 8, ink)
		p.put(margin+48, y, p.width()-51, 8, "R", h.replaces)
		y += 11
	}
	return p, y, nil
}

// numbered heads a section as official forms do: 3. Rendimentos isentos …
func (p *page) numbered(y float64, n int, text string) float64 {
	if y+26 > p.bottom {
		p.AddPage()
		y = p.GetY()
	}
	p.fill(margin, y, p.width(), 6.4, p.wash())
	p.fill(margin, y, 1.4, 6.4, p.brand)
	p.font("B", 9, ink)
	p.put(margin+3.5, y, p.width()-5, 6.4, "L", fmt.Sprintf("%d.  %s", n, text))
	return y + 7.4
}

// pairs are captioned cells side by side with the given widths; 0 takes the rest.
func (p *page) pairs(y float64, widths []float64, facts ...fact) float64 {
	rest := p.width()
	for _, w := range widths {
		rest -= w
	}
	x := margin
	for i, f := range facts {
		w := widths[i]
		if w == 0 {
			w = rest
		}
		p.cell(x, y, w, 10.5, f.label, f.value)
		x += w
	}
	return y + 10.5
}
