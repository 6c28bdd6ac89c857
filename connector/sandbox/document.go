package sandbox

import (
	"bytes"
	"context"
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
	at := f.place
	if at.Month == 0 {
		at.Month = f.history().Month()
	}
	for ; !at.Now.Before((at.Month + 1).Day(2).Time().Add(issuedHour)); at.Month++ {
		if len(f.page.Documents) >= f.ask.Limit {
			f.more(at)
			return
		}
		for _, a := range f.customer.Accounts {
			if (f.moves(a) || a.Shelf > 0 && f.sees(a)) && a.Opened.Month() < at.Month {
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
			b, err := f.statementOf(a, m).paper()
			return io.NopCloser(bytes.NewReader(b)), err
		},
	}
}

// statementOf reads a month from the ledger.
func (f *fetching) statementOf(a world.Account, m world.Month) statement {
	st := statement{
		Institution: f.at.Institution, Holder: f.customer.Person.Name, Address: f.customer.Person.Address, Account: a.Name, Mask: a.Mask,
		Period: fairlead.Interval{From: m.First().Date(), To: m.Last().Date()}, Issued: (m + 1).Day(2).Date(),
	}
	if a.Shelf > 0 {
		f.custodyStatement(&st, a, m)
		return st
	}
	st.Opening, st.Closing = f.money(f.customer.Opening(a.Index, m)), f.money(f.customer.Opening(a.Index, m+1))
	for _, e := range f.customer.Month(a.Index, m) {
		if !e.Void {
			st.Lines = append(st.Lines, statementLine{Day: e.Posted.Date(), Text: e.Text, Amount: f.money(e.Cents), Balance: f.money(e.Balance)})
		}
	}
	return st
}

// custodyStatement tells what an investment account was worth at the month's
// beginning and end, what happened between, and what it holds.
func (f *fetching) custodyStatement(st *statement, a world.Account, m world.Month) {
	begin, end := m.First().Time(), (m + 1).First().Time()
	worth := func(at time.Time) int64 {
		total := f.customer.Cash(a.Index, at)
		for _, p := range f.customer.Positions(a.Index, at) {
			total += p.Value
		}
		return total
	}
	st.Opening, st.Closing = f.money(worth(begin)), f.money(worth(end))
	cash := f.customer.Cash(a.Index, begin)
	for _, t := range f.customer.Custody(a.Index, m.Year()).Trades {
		if t.At().Before(begin) || !t.At().Before(end) {
			continue
		}
		cash += t.Cents
		line := statementLine{Day: t.Day.Date(), Text: t.Text, Amount: f.money(t.Cents)}
		if f.at.bank.Shelves[a.Shelf-1].Cash {
			line.Balance = f.money(cash)
		}
		st.Lines = append(st.Lines, line)
	}
	for _, p := range f.customer.Positions(a.Index, end) {
		st.Positions = append(st.Positions, statementPosition{Name: p.Security.Name, Quantity: quantity(p.Quantity), Price: *f.price(p.Price), Value: f.money(p.Value)})
	}
}

// taxForms offers the forms of every year of the history that are out.
func (f *fetching) taxForms() {
	now := f.place.Now
	for year := f.history().Month().Year(); year < now.UTC().Year(); year++ {
		for _, t := range f.customer.TaxForms(year, now) {
			f.page.Documents = append(f.page.Documents, f.taxForm(t))
		}
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
	return connector.Document{Document: d, Open: func(context.Context) (io.ReadCloser, error) {
		b, err := f.taxPaper(t).paper()
		return io.NopCloser(bytes.NewReader(b)), err
	}}
}

// taxPaper is what the form says.
func (f *fetching) taxPaper(t world.TaxForm) taxPaper {
	p := f.customer.Person
	out := taxPaper{
		Institution: f.at.Institution, Official: f.at.official, Form: t.Form, Year: t.Year, Revision: t.Revision, Issued: t.Issued.Date(), Payer: t.Payer.Name, PayerTaxID: t.Payer.TaxID,
		Recipient: p.Name, RecipientTaxID: p.TaxID, Address: p.Address,
	}
	if out.Payer == "" {
		out.Payer, out.PayerTaxID = f.at.official, f.at.taxID
	}
	for _, b := range t.Boxes {
		out.Boxes = append(out.Boxes, taxBox{Name: b.Name, Label: b.Label, Amount: f.money(b.Cents)})
	}
	for _, s := range t.Sales {
		out.Sales = append(out.Sales, taxSale{
			Text: fairlead.NewDecimal(s.Quantity, 4).String() + " " + s.Security.Name, ISIN: s.Security.ISIN, Bought: s.Bought.Date(), Sold: s.Sold.Date(),
			Proceeds: f.money(s.Proceeds), Cost: f.money(s.Cost), Long: s.Long,
		})
	}
	return out
}
