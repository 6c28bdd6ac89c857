package sandbox

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/fairlead-dev/fairlead"
)

// statement is what a monthly statement says.
type statement struct {
	Institution fairlead.Institution
	Holder      string
	Address     fairlead.Address
	Account     fairlead.Account
	Period      fairlead.Interval
	Issued      fairlead.Date
	Opening     fairlead.Money
	Closing     fairlead.Money
	Lines       []statementLine
}

type statementLine struct {
	Day     fairlead.Date
	Text    string
	Amount  fairlead.Money
	Balance fairlead.Money
}

// paper makes the PDF of a statement: the same bytes for the same statement.
func (st statement) paper() ([]byte, error) {
	p := fpdf.New("P", "mm", "A4", "")
	tr := p.UnicodeTranslatorFromDescriptor("")
	p.SetCatalogSort(true)
	issued := st.Issued.Time().Add(6 * time.Hour)
	p.SetCreationDate(issued)
	p.SetModificationDate(issued)
	p.SetTitle("Statement", true)
	p.SetHeaderFunc(func() {
		p.SetFont("Helvetica", "B", 9)
		p.SetTextColor(180, 30, 30)
		p.CellFormat(0, 6, "SAMPLE - a make-believe bank", "", 1, "R", false, 0, "")
		p.SetTextColor(0, 0, 0)
	})
	p.AddPage()
	p.SetFont("Helvetica", "B", 16)
	p.CellFormat(0, 10, tr(st.Institution.Name), "", 1, "L", false, 0, "")
	p.SetFont("Helvetica", "", 10)
	for _, line := range []string{st.Holder, fmt.Sprintf("%s  ...%s", st.Account.Name, st.Account.Mask), fmt.Sprintf("Statement period %s to %s", st.Period.From, st.Period.To),
		"Opening balance " + st.Opening.String(), "Closing balance " + st.Closing.String()} {
		p.CellFormat(0, 6, tr(line), "", 1, "L", false, 0, "")
	}
	p.Ln(4)
	p.SetFont("Helvetica", "", 8)
	for _, l := range st.Lines {
		p.CellFormat(22, 5, l.Day.String(), "", 0, "L", false, 0, "")
		p.CellFormat(98, 5, tr(l.Text), "", 0, "L", false, 0, "")
		p.CellFormat(34, 5, l.Amount.Amount.String(), "", 0, "R", false, 0, "")
		p.CellFormat(34, 5, l.Balance.Amount.String(), "", 1, "R", false, 0, "")
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("sandbox: writing a statement: %w", err)
	}
	return out.Bytes(), nil
}
