package paper

import (
	"strconv"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Head is what every tax form says before its boxes.
type Head struct {
	Ref       string // the form's own id
	Bank      Bank   // who furnishes it
	Payer     Party
	Recipient Party
	Account   string // as printed: masked
	TaxYear   int
	Issued    fairlead.Date
	Corrected bool
}

// State is the state's part of a form.
type State struct {
	Code     string // NY
	PayerID  string // the payer's number there
	Withheld *fairlead.Money
	Income   *fairlead.Money
	Local    *Local
}

// Local is the part of a city or county.
type Local struct {
	Name     string
	Withheld *fairlead.Money
	Income   *fairlead.Money
}

// form is a tax form as a table of boxes: what is printed and what FDX calls it.
type form struct {
	Head
	number string // 1099-INT
	title  string // Interest Income
	omb    string // the number of its approval
	fdx    string // tax1099Int
	// account is the FDX name of the account number, where it is an unusual one.
	account string
	who     sides
	rows    [][]box // right, under one another
	left    [][]box // under the account number
	state   *State
	states  stateBoxes
	sales   []Sale
	legend  string         // what the law has the recipient told
	hints   []string       // what the boxes mean, in our words
	more    map[string]any // members of FDX that are no box
}

// sides are what a form calls those on it, and whose copy it is. The zero value is
// that of the 1099 forms.
type sides struct {
	payer, payerTIN, recipient, recipientTIN, account, copy string
	uncorrected                                             bool // its correction is another form, and it names no telephone
}

func (s sides) captions() sides {
	const whole = "name, street address, city or town, state or province, country, ZIP or foreign postal code"
	set := func(text *string, usual string) {
		if *text == "" {
			*text = usual
		}
	}
	set(&s.payer, "PAYER'S")
	set(&s.recipient, "RECIPIENT'S")
	set(&s.payerTIN, s.payer+" TIN")
	set(&s.recipientTIN, s.recipient+" TIN")
	set(&s.account, "Account number (see instructions)")
	set(&s.copy, "Copy B  For Recipient")
	if strings.HasSuffix(s.payer, "S") {
		s.payer, s.recipient = s.payer+" "+whole+", and telephone no.", s.recipient+" "+whole
	}
	return s
}

// box is one numbered box. Exactly one of its values counts, by kind.
type box struct {
	number, label, fdx string
	kind               boxKind
	amount             *fairlead.Money
	text               string
	codes              []string
	set                bool
	day                fairlead.Date
}

type boxKind int

const (
	amountBox boxKind = iota
	textBox
	codesBox
	checkBox
	dateBox
	emptyBox // printed, never filled
)

func amount(number, label, fdx string, m *fairlead.Money) box {
	return box{number: number, label: label, fdx: fdx, amount: m}
}

func text(number, label, fdx, value string) box {
	return box{number: number, label: label, fdx: fdx, kind: textBox, text: value}
}

func check(number, label, fdx string, set bool) box {
	return box{number: number, label: label, fdx: fdx, kind: checkBox, set: set}
}

func codes(number, label, fdx string, values []string) box {
	return box{number: number, label: label, fdx: fdx, kind: codesBox, codes: values}
}

func date(number, label, fdx string, day fairlead.Date) box {
	return box{number: number, label: label, fdx: fdx, kind: dateBox, day: day}
}

func empty(number, label string) box { return box{number: number, label: label, kind: emptyBox} }

// display is what a box shows.
func (b box) display(l Language) string {
	switch b.kind {
	case amountBox:
		return l.maybe(b.amount)
	case codesBox:
		return strings.Join(b.codes, " ")
	case dateBox:
		return l.day(b.day)
	}
	return b.text
}

// check refuses amounts that are not dollars.
func (f form) check() error {
	var amounts []fairlead.Money
	for _, row := range f.rows {
		for _, b := range row {
			if b.amount != nil {
				amounts = append(amounts, *b.amount)
			}
		}
	}
	for _, s := range f.sales {
		amounts = append(amounts, s.Proceeds, s.Cost)
		if s.Disallowed != nil {
			amounts = append(amounts, *s.Disallowed)
		}
	}
	if s := f.state; s != nil {
		parts := []*fairlead.Money{s.Withheld, s.Income}
		if s.Local != nil {
			parts = append(parts, s.Local.Withheld, s.Local.Income)
		}
		for _, m := range parts {
			if m != nil {
				amounts = append(amounts, *m)
			}
		}
	}
	return oneCurrency("USD", amounts...)
}

// taxPaper is one or more forms under one head.
type taxPaper struct {
	Head
	title string
	forms []form
	whole bool // consolidated, even of one part
}

// one is a form on a paper of its own.
func (f form) one() taxPaper { return taxPaper{f.Head, "Form " + f.number, []form{f}, false} }

func (w taxPaper) check() error {
	if w.TaxYear < 1990 || w.TaxYear > 2100 {
		return fairlead.Errorf(fairlead.Invalid, "A tax form needs its year.")
	}
	for _, f := range w.forms {
		if err := f.check(); err != nil {
			return err
		}
	}
	return nil
}

func (w taxPaper) render() ([]byte, error) {
	body, err := w.fdx()
	if err != nil {
		return nil, err
	}
	if w.Corrected {
		w.title += " CORRECTED"
	}
	p, err := newPage(English, w.Bank, strconv.Itoa(w.TaxYear)+" "+w.title, w.Issued)
	if err != nil {
		return nil, err
	}
	if w.whole {
		w.consolidate(p)
	} else {
		w.forms[0].draw(p)
	}
	return p.bytes(property{"fdxVersion", FDXVersion}, property{"fdxSoftwareId", SoftwareID}, property{"fdxJson", string(body)})
}

// draw lays out the recipient's copy of one form on a page of its own.
func (f form) draw(p *page) {
	p.again = func() { f.continued(p) }
	y := p.letterhead()
	f.titleBlock(p)
	y = f.correctedLine(p, y+3)
	f.parties(p, y)
	f.boxes(p, p.right-f.boxWidth(p), y, f.boxWidth(p))
	p.frame(margin, y, p.width(), f.height(), ink, 0.5)
	y = f.foot(p, y+f.height()+0.8)
	y = f.notes(p, y+2)
	f.saleTables(p, y+2)
}

func (f form) boxWidth(p *page) float64 { return p.width() * 0.56 }

// titleBlock stands at the right of the letterhead, as on the official form:
// its number, its name and its year.
func (f form) titleBlock(p *page) {
	p.font("", 7.5, muted)
	p.put(p.right-70, 8, 70, 4, "R", "OMB No. "+f.omb)
	p.font("B", 15, ink)
	p.put(p.right-70, 11.6, 70, 7, "R", "Form "+f.number+"   "+strconv.Itoa(f.TaxYear))
	p.font("B", 9.5, ink)
	p.put(p.right-80, 18.4, 80, 5, "R", f.title)
}

// correctedLine is the checkbox above the grid and whose copy this is.
func (f form) correctedLine(p *page, y float64) float64 {
	if !f.who.uncorrected {
		p.checkbox(p.right-f.boxWidth(p), y+1.2, f.Corrected)
		p.font("B", 9, ink)
		if f.Corrected {
			p.font("B", 11, red)
		}
		p.put(p.right-f.boxWidth(p)+5, y, 40, 6, "L", "CORRECTED")
		p.font("", 7, muted)
		p.put(p.right-f.boxWidth(p)+31, y, 30, 6, "L", "(if checked)")
	}
	p.font("B", 9, ink)
	p.put(p.right-58, y, 58, 6, "R", f.who.captions().copy)
	p.font("", 7.5, muted)
	p.put(margin, y, 80, 6, "L", "Issued "+p.long(f.Issued))
	return y + 8
}

func (p *page) checkbox(x, y float64, set bool) {
	p.frame(x, y, 3.4, 3.4, ink, 0.3)
	if set {
		p.font("B", 10, ink)
		p.put(x-0.6, y-0.4, 4.6, 4.2, "C", "X")
	}
}

// Heights of the grid's cells, in millimetres.
const (
	boxHeight    = 11.4 // at least
	payerHeight  = 32.0
	smallHeight  = 11.0
	personHeight = 30.0 // at least
)

// height is that of the whole grid: the taller of its halves.
func (f form) height() float64 {
	return max(payerHeight+float64(3+len(f.left))*smallHeight+personHeight, float64(len(f.right()))*boxHeight)
}

// right are the rows of the right half, the state's last.
func (f form) right() [][]box {
	return append(f.rows[:len(f.rows):len(f.rows)], f.states.rows(f.state)...)
}

// parties fills the left half: who paid, who was paid, and the account.
func (f form) parties(p *page, y float64) {
	w := p.width() - f.boxWidth(p)
	payer := f.Payer.lines()
	if f.Payer.Phone != "" && !f.who.uncorrected {
		payer = append(payer, f.Payer.Phone)
	}
	end, who := y+f.height(), f.who.captions()
	y = p.cell(margin, y, w, payerHeight, who.payer, payer...)
	p.cell(margin, y, w/2, smallHeight, who.payerTIN, ein(f.Payer.TaxID))
	y = p.cell(margin+w/2, y, w/2, smallHeight, who.recipientTIN, maskedTIN(f.Recipient))
	y = p.cell(margin, y, w, end-y-float64(2+len(f.left))*smallHeight, who.recipient, f.Recipient.lines()...)
	y = p.cell(margin, y, w, smallHeight, who.account, f.Account)
	p.grid(margin, y, w, smallHeight, f.left)
	p.cell(margin, end-smallHeight, w, smallHeight, "Document identifier", f.Ref)
}

// grid draws rows of boxes, each row as wide as the whole.
func (p *page) grid(x, y, w, h float64, rows [][]box) {
	for _, row := range rows {
		each := w / float64(len(row))
		for i, b := range row {
			b.draw(p, x+float64(i)*each, y, each, h)
		}
		y += h
	}
}

// cell is a framed caption with lines under it; it gives the y below.
func (p *page) cell(x, y, w, h float64, caption string, lines ...string) float64 {
	p.frame(x, y, w, h, ink, 0.2)
	p.font("", 6.2, muted)
	below := p.prose(x+1.2, y+0.8, w-2.4, 2.6, caption)
	p.font("", 9.5, ink)
	p.block(x+2, below+0.8, w-4, 4.4, lines...)
	return y + h
}

// boxes fills the right half.
func (f form) boxes(p *page, x, y, w float64) {
	rows := f.right()
	p.grid(x, y, w, f.height()/float64(len(rows)), rows)
}

// stateBoxes says how a form numbers the state's part: the first number, the name of
// the income where it has one (its tax comes first then), and whether cities and
// counties have a part too. The zero value: the form has no such part, or an unusual one.
type stateBoxes struct {
	first  int
	income string
	local  bool
}

func (n stateBoxes) rows(s *State) [][]box {
	if n.first == 0 {
		return nil
	}
	if s == nil {
		s = &State{}
	}
	no := func(i int) string { return strconv.Itoa(n.first + i) }
	if n.income == "" {
		return [][]box{{
			text(no(0), "State", "", s.Code), text(no(1), "State identification no.", "", s.PayerID), amount(no(2), "State tax withheld", "", s.Withheld),
		}}
	}
	rows := [][]box{{
		amount(no(0), "State tax withheld", "", s.Withheld), text(no(1), "State/Payer's state no.", "", join(" ", s.Code, s.PayerID)),
		amount(no(2), n.income, "", s.Income),
	}}
	if n.local {
		l := s.Local
		if l == nil {
			l = &Local{}
		}
		rows = append(rows, []box{
			amount(no(3), "Local tax withheld", "", l.Withheld), text(no(4), "Name of locality", "", l.Name), amount(no(5), "Local distribution", "", l.Income),
		})
	}
	return rows
}

func (b box) draw(p *page, x, y, w, h float64) {
	p.frame(x, y, w, h, ink, 0.2)
	at := x + 1.2
	if b.number != "" {
		p.font("B", 7.5, ink)
		p.put(at, y+0.9, 6, 3, "L", b.number)
		at += p.GetStringWidth(b.number) + 1.6
	}
	if b.kind == checkBox {
		p.checkbox(x+w-5.4, y+h-5, b.set)
		w -= 6
	}
	p.font("", 6.6, ink)
	p.prose(at, y+1, x+w-at-1, 2.7, b.label)
	if text := b.display(English); text != "" {
		p.font("B", 10, ink)
		p.put(x+2, y+h-5.4, w-4, 4.6, "R", text)
	}
}

// foot is the line under the grid: the form once more, where it is explained, and
// whose form it is.
func (f form) foot(p *page, y float64) float64 {
	p.font("B", 7, ink)
	p.put(margin, y, 40, 3.4, "L", "Form "+f.number)
	p.font("", 7, ink)
	p.put(margin+40, y, p.width()-120, 3.4, "C", "(keep for your records)   www.irs.gov/Form"+strings.ReplaceAll(f.number, "-", ""))
	p.put(p.right-80, y, 80, 3.4, "R", "Department of the Treasury - Internal Revenue Service")
	return y + 3.4
}

// notes says below the grid what the recipient must know.
func (f form) notes(p *page, y float64) float64 {
	if f.legend != "" {
		y = p.noticed(y, f.legend)
	}
	p.font("", 7.5, muted)
	lines := append(f.hints[:len(f.hints):len(f.hints)],
		"Keep this copy for your records. For your protection only the last four digits of your taxpayer identification number are shown.")
	if f.Payer.Name != f.Bank.Official && f.Payer.Name != f.Bank.Name {
		lines = append(lines, "Furnished through "+f.Bank.Official+" on behalf of the payer.")
	}
	if f.Corrected {
		lines = append(lines, "This form replaces the one issued to you before for the same account and year.")
	}
	for _, l := range lines {
		y = p.prose(margin, y, p.width(), 3.6, l)
	}
	return y
}

// noticed frames what the recipient must be told, and gives the y below it.
func (p *page) noticed(y float64, text string) float64 {
	p.font("B", 8, ink)
	end := p.prose(margin+3, y+1.6, p.width()-6, 3.8, text)
	p.frame(margin, y, p.width(), end-y+1.6, ink, 0.3)
	return end + 4
}

func (f form) continued(p *page) {
	p.fill(0, 0, p.right+margin, 3.2, p.brand)
	p.font("B", 9, p.brand)
	p.put(margin, 8, 60, 5, "L", p.bank.Name)
	p.font("", 8, muted)
	p.put(margin+60, 8, p.width()-60, 5, "R", join("  ·  ", "Form "+f.number+" "+strconv.Itoa(f.TaxYear), f.Recipient.Name, f.Account))
	p.SetXY(margin, 17)
}
