package sandbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// issuedHour is when on its day of issue a document is there.
const issuedHour = 6 * time.Hour

// statements offers one statement a month and account, a month a page step:
// month by month, oldest first. Each is issued on the second of the next month.
func (f *fetching) statements() {
	at := f.cursor
	if at.Month == 0 {
		at.Month = f.history().Month()
	}
	first, accounts := f.history().Month(), []string{}
	for _, a := range f.customer.Accounts {
		if f.moves(a) || a.Portfolio > 0 && f.sees(a) {
			accounts = append(accounts, a.Ref)
		}
	}
	until := world.DayOf(at.Now.Add(-issuedHour).AddDate(0, 0, -1)).Month() // of which there is none yet
	if f.isKnown(fmt.Sprint(f.customer.Persona.Name, " ", first, " ", until, " ", accounts)) {
		return
	}
	for ; at.Month < until; at.Month++ {
		if len(f.page.Documents) >= f.req.Limit {
			f.more(at)
			return
		}
		for _, a := range f.customer.Accounts {
			if (f.moves(a) || a.Portfolio > 0 && f.sees(a)) && a.Opened.Month() < at.Month {
				f.page.Documents = append(f.page.Documents, f.statement(a, at.Month))
			}
		}
	}
}

func (f *fetching) statement(a world.Account, m world.Month) connector.Document {
	period := fairlead.Interval{From: m.First().Date(), To: m.Last().Date()}
	return connector.Document{
		Document: fairlead.Document{
			Ref: "S" + a.Ref[1:] + "-" + m.String(), AccountRefs: []string{a.Ref}, Kind: "statement", Period: period, Issued: (m + 1).Day(2).Date(),
			FileName: f.at.ShortName + "-" + strings.ToLower(strings.ReplaceAll(a.Name, " ", "-")) + "-" + a.Mask + "-" + m.String() + ".pdf", MediaType: "application/pdf",
		},
		Open: func(context.Context) (io.ReadCloser, error) {
			return open(f.statementOf(a, m))
		},
	}
}

// isKnown names all papers there are by what they follow from, and reports whether that is
// what the engine knows already. What a trigger alters has no name.
func (f *fetching) isKnown(state string) bool {
	if f.triggered {
		return false
	}
	sum := sha256.Sum256([]byte(state))
	f.page.Tag = hex.EncodeToString(sum[:16])
	f.page.Unchanged = f.req.Tag == f.page.Tag
	return f.page.Unchanged
}

// taxForms offers the forms of every year of the history that are out.
func (f *fetching) taxForms() {
	now := f.cursor.Now
	var forms []world.TaxForm
	var refs []string
	for year := f.history().Month().Year(); year < now.UTC().Year(); year++ {
		for _, t := range f.customer.TaxForms(year, now) {
			forms, refs = append(forms, t), append(refs, t.Ref)
		}
	}
	for _, a := range f.customer.Accounts {
		if f.sees(a) {
			refs = append(refs, a.Ref)
		}
	}
	if f.isKnown(fmt.Sprint(f.customer.Persona.Name, refs)) {
		return
	}
	for _, t := range forms {
		f.page.Documents = append(f.page.Documents, f.taxForm(t))
	}
}

func (f *fetching) taxForm(t world.TaxForm) connector.Document {
	d := fairlead.Document{
		Ref: t.Ref, Kind: "tax_form", Form: t.Form, TaxYear: t.Year, Issued: t.Issued.Date(), Revision: t.Revision, ReplacesRef: t.Replaces, MediaType: "application/pdf",
		Period:   fairlead.Interval{From: world.MonthOf(t.Year, time.January).First().Date(), To: world.MonthOf(t.Year, time.December).Last().Date()},
		FileName: f.at.ShortName + "-" + strings.ToLower(t.Form) + "-" + strconv.Itoa(t.Year) + "-" + t.Ref[1:5], Fields: map[string]fairlead.Parsed{},
	}
	if t.Revision > 0 {
		d.FileName += "-corrected"
	}
	d.FileName += ".pdf"
	for _, a := range t.Accounts {
		if !f.sees(f.customer.Accounts[a]) {
			continue
		}
		d.AccountRefs = append(d.AccountRefs, f.customer.Accounts[a].Ref)
	}
	for _, b := range t.Boxes {
		d.Fields[b.Name] = fairlead.Parsed{Value: f.money(b.Cents).Amount.String(), Certainty: 100}
	}
	for name, value := range t.Facts {
		d.Fields[name] = fairlead.Parsed{Value: value, Certainty: 100}
	}
	return connector.Document{Document: d, Open: func(context.Context) (io.ReadCloser, error) {
		return open(f.taxPaper(t))
	}}
}

// open writes a paper: the same bytes each time.
func open(p renderer) (io.ReadCloser, error) {
	b, err := p.Render()
	if err != nil {
		return nil, fmt.Errorf("sandbox: writing a paper: %w", err)
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}
