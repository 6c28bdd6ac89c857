package sandbox

import (
	"bytes"
	"context"
	"io"
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
		at.Month = historyStart(at.Now).Month()
	}
	for ; !at.Now.Before((at.Month + 1).Day(2).Time().Add(issuedHour)); at.Month++ {
		if len(f.page.Documents) >= f.ask.Limit {
			f.more(at)
			return
		}
		for _, a := range f.customer.Accounts {
			if f.moves(a) && a.Opened.Month() < at.Month {
				f.page.Documents = append(f.page.Documents, f.statement(a, at.Month))
			}
		}
	}
}

func (f *fetching) statement(a world.Account, m world.Month) connector.Document {
	period := fairlead.Interval{From: m.First().Date(), To: m.Last().Date()}
	return connector.Document{
		Document: fairlead.Document{Ref: "S" + a.Ref[1:] + "-" + m.String(), AccountRefs: []string{a.Ref}, Kind: "statement", Period: period, Issued: (m + 1).Day(2).Date(),
			FileName: f.at.ShortName + "-" + strings.ToLower(strings.ReplaceAll(a.Name, " ", "-")) + "-" + a.Mask + "-" + m.String() + ".pdf", MediaType: "application/pdf"},
		Open: func(context.Context) (io.ReadCloser, error) {
			b, err := f.statementOf(a, m).paper()
			return io.NopCloser(bytes.NewReader(b)), err
		},
	}
}

// statementOf reads a month from the ledger.
func (f *fetching) statementOf(a world.Account, m world.Month) statement {
	st := statement{Institution: f.at.Institution, Holder: f.customer.Person.Name, Address: f.customer.Person.Address, Account: f.account(a),
		Period: fairlead.Interval{From: m.First().Date(), To: m.Last().Date()}, Issued: (m + 1).Day(2).Date(),
		Opening: f.money(f.customer.Opening(a.Index, m)), Closing: f.money(f.customer.Opening(a.Index, m+1))}
	for _, e := range f.customer.Month(a.Index, m) {
		if !e.Void {
			st.Lines = append(st.Lines, statementLine{Day: e.Posted.Date(), Text: e.Text, Amount: f.money(e.Cents), Balance: f.money(e.Balance)})
		}
	}
	return st
}
