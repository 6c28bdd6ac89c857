package sandbox

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/fairlead-dev/fairlead"
)

// statement is what a monthly statement says.
type statement struct {
	Institution fairlead.Institution
	Holder      string
	Address     fairlead.Address
	Account     string
	Mask        string
	Period      fairlead.Interval
	Issued      fairlead.Date
	Opening     fairlead.Money // balance, or what an investment account was worth
	Closing     fairlead.Money
	Lines       []statementLine
	Positions   []statementPosition // of an investment account, at the end
}

type statementPosition struct {
	Name     string
	Quantity fairlead.Decimal
	Price    fairlead.Money
	Value    fairlead.Money
}

type statementLine struct {
	Day     fairlead.Date
	Text    string
	Amount  fairlead.Money
	Balance fairlead.Money // zero value: the account keeps no money
}

// taxPaper is what a tax form says.
type taxPaper struct {
	Institution    fairlead.Institution
	Official       string
	Form           string
	Year, Revision int
	Issued         fairlead.Date
	Payer          string
	PayerTaxID     string
	Recipient      string
	RecipientTaxID string
	Address        fairlead.Address
	Boxes          []taxBox
	Sales          []taxSale
}

type taxBox struct {
	Name, Label string
	Amount      fairlead.Money
}

type taxSale struct {
	Text, ISIN   string
	Bought, Sold fairlead.Date
	Proceeds     fairlead.Money
	Cost         fairlead.Money
	Long         bool
}

// sheet is a PDF being written: the same bytes for the same calls.
type sheet struct {
	*fpdf.Fpdf
	latin func(string) string
}

func newSheet(title string, issued fairlead.Date) sheet {
	p := sheet{Fpdf: fpdf.New("P", "mm", "A4", "")}
	p.latin = p.UnicodeTranslatorFromDescriptor("")
	p.SetCatalogSort(true)
	at := issued.Time().Add(issuedHour)
	p.SetCreationDate(at)
	p.SetModificationDate(at)
	p.SetTitle(title, true)
	p.SetHeaderFunc(func() {
		p.SetFont("Helvetica", "B", 9)
		p.SetTextColor(180, 30, 30)
		p.CellFormat(0, 6, "SAMPLE - issued by a make-believe institution", "", 1, "R", false, 0, "")
		p.SetTextColor(0, 0, 0)
	})
	p.AddPage()
	p.SetFont("Helvetica", "B", 15)
	p.line(title)
	p.SetFont("Helvetica", "", 10)
	return p
}

func (p sheet) line(text string) { p.CellFormat(0, 7, p.latin(text), "", 1, "L", false, 0, "") }

// row prints columns of the given widths; those after the first two are numbers.
func (p sheet) row(widths []float64, cells ...string) {
	for i, c := range cells {
		align := "L"
		if i > 1 {
			align = "R"
		}
		p.CellFormat(widths[i], 5, p.latin(c), "", 0, align, false, 0, "")
	}
	p.Ln(5)
}

func (p sheet) bytes() ([]byte, error) {
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("sandbox: writing a document: %w", err)
	}
	return out.Bytes(), nil
}

// paper makes the PDF of a statement.
func (st statement) paper() ([]byte, error) {
	p := newSheet(st.Institution.Name, st.Issued)
	p.line(st.Holder)
	p.line(st.Account + "  ..." + st.Mask)
	p.line(fmt.Sprintf("%s - %s", st.Period.From, st.Period.To))
	p.line("Opening balance " + st.Opening.String())
	p.line("Closing balance " + st.Closing.String())
	p.Ln(3)
	p.SetFont("Helvetica", "", 8)
	for _, l := range st.Lines {
		p.row([]float64{22, 98, 34, 34}, l.Day.String(), l.Text, l.Amount.Amount.String(), l.Balance.Amount.String())
	}
	for _, h := range st.Positions {
		p.row([]float64{98, 22, 34, 34}, h.Name, h.Quantity.String(), h.Price.Amount.String(), h.Value.Amount.String())
	}
	return p.bytes()
}

// paper makes the PDF of a tax form.
func (t taxPaper) paper() ([]byte, error) {
	title := t.Form + " " + strconv.Itoa(t.Year)
	if t.Revision > 0 {
		title += " CORRECTED"
	}
	p := newSheet(title, t.Issued)
	p.line("Payer: " + t.Payer + "  " + t.PayerTaxID)
	p.line("Recipient: " + t.Recipient + "  " + masked(t.RecipientTaxID))
	p.line("Issued: " + t.Issued.Time().Format(time.DateOnly))
	p.Ln(3)
	for _, b := range t.Boxes {
		p.row([]float64{120, 10, 50}, b.Label, "", b.Amount.String())
	}
	p.Ln(3)
	p.SetFont("Helvetica", "", 8)
	for _, s := range t.Sales {
		p.row([]float64{80, 44, 30, 30}, s.Text, s.Bought.String()+" - "+s.Sold.String(), s.Proceeds.Amount.String(), s.Cost.Amount.String())
	}
	return p.bytes()
}

// masked shows the last four characters of a tax id, as printed forms do.
func masked(id string) string {
	if len(id) <= 4 {
		return id
	}
	return "***" + id[len(id)-4:]
}
