package statementfile

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// How much of an import a preview shows.
const (
	previewAccounts = 20
	previewFiles    = 40
	previewRows     = 5
	previewText     = 200 // bytes of a description
)

// previewOf says what was understood of an import, in the Refs of its accounts here.
func previewOf(imp *reader.Import, all []found, known func(found) bool) *fairlead.Preview {
	p := &fairlead.Preview{Files: filesOf(imp), MoreWarnings: imp.MoreWarnings}
	p.Accounts = accountsOf(imp, all, known)
	if more := len(p.Accounts) - previewAccounts; more > 0 {
		p.Accounts = p.Accounts[:previewAccounts]
		p.Warnings = append(p.Warnings, fairlead.FileWarning{
			Kind: fairlead.FileMoreAccounts, Count: more, Reason: fmt.Sprintf("%d more accounts are not shown here", more),
		})
	}
	for _, w := range imp.Warnings[:min(len(imp.Warnings), format.MaxWarnings)] {
		p.Warnings = append(p.Warnings, *warning(w))
	}
	refs := map[string]string{}
	for _, f := range all {
		refs[f.in.Ref] = f.ref
	}
	for _, t := range firstRows(imp.Transactions.All()) {
		p.Rows = append(p.Rows, fairlead.PreviewRow{
			AccountRef: refs[t.AccountRef], Day: t.Booked, Amount: t.Amount, Description: cut(t.Description, previewText),
		})
	}
	return p
}

// firstRows are the first few transactions by day, the earliest first, of all files together;
// those of one day in the order of the files. Those without a day come last.
func firstRows(all iter.Seq[*fairlead.Transaction]) []*fairlead.Transaction {
	first := make([]*fairlead.Transaction, 0, previewRows+1)
	for t := range all {
		n := len(first)
		for n > 0 && earlier(t.Booked, first[n-1].Booked) {
			n--
		}
		if n < previewRows {
			first = slices.Insert(first, n, t)
			first = first[:min(len(first), previewRows)]
		}
	}
	return first
}

// earlier reports whether a day comes before another; none comes after all.
func earlier(a, b fairlead.Date) bool {
	return !a.IsZero() && (b.IsZero() || a.Before(b))
}

// filesOf are the files of an import, each with why it could not be read.
func filesOf(imp *reader.Import) []fairlead.PreviewFile {
	out := []fairlead.PreviewFile{}
	for _, f := range imp.Files[:min(len(imp.Files), previewFiles)] {
		file := fairlead.PreviewFile{Name: f.Name, Format: title(f.Format)}
		if f.Error != nil {
			file.Refused, file.Error = format.Sentence(f.Error), warning(f.Error)
		}
		out = append(out, file)
	}
	return out
}

// title is what people call a format; "": nobody knows which it is.
func title(format string) string {
	if format == "" {
		return ""
	}
	return reader.Title(format)
}

// cut shortens a text for a preview.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// accountsOf sums up the accounts of an import, whose rows have its own Refs yet.
func accountsOf(imp *reader.Import, all []found, known func(found) bool) []fairlead.PreviewAccount {
	sums := map[string]reader.Summary{}
	for _, s := range imp.Summaries() {
		sums[s.Account.Ref] = s
	}
	papers := map[string]int{}
	for _, d := range imp.Documents {
		for _, ref := range d.AccountRefs {
			papers[ref]++
		}
	}
	out := make([]fairlead.PreviewAccount, 0, len(all))
	for _, f := range all {
		a, s := f.in, sums[f.in.Ref]
		shown := fairlead.PreviewAccount{
			Ref: f.ref, Name: cut(a.Name, previewText), Mask: a.Mask, Kind: a.Kind, Currency: a.Currency, Known: known(f),
			From: s.From, To: s.To, Transactions: s.Rows + s.Pending, Holdings: s.Holdings, Movements: s.Movements, Documents: papers[a.Ref],
			In: s.In, Out: s.Out, Balance: a.Balances.Current, BalanceAsOf: dayOf(a.Balances.AsOf),
		}
		if shown.Balance == nil {
			shown.Balance = a.Balances.Available
		}
		out = append(out, shown)
	}
	return out
}

func dayOf(t time.Time) fairlead.Date {
	if t.IsZero() {
		return fairlead.Date{}
	}
	return fairlead.DateOf(t)
}
