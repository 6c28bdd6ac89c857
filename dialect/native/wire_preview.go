package native

import "github.com/fairlead-dev/fairlead"

// previewBody is what an upload would bring.
type previewBody struct {
	Files        []previewFileBody    `json:"files" nullable:"false" doc:"The file, or each of an archive."`
	Accounts     []previewAccountBody `json:"accounts" nullable:"false"`
	Warnings     []fileWarningBody    `json:"warnings,omitempty" doc:"What would be left out or is in doubt."`
	MoreWarnings int                  `json:"more_warnings,omitempty"`
	Rows         []previewRowBody     `json:"rows,omitempty" doc:"The first few transactions."`
}

type previewFileBody struct {
	Name   string `json:"name"`
	Format string `json:"format,omitempty" doc:"What people call it." example:"CAMT"`
	Detail string `json:"detail,omitempty" doc:"Why it can't be read."`
}

type previewAccountBody struct {
	Ref          string               `json:"ref" doc:"The ref that the account has or would have."`
	Name         string               `json:"name,omitempty"`
	Mask         string               `json:"mask,omitempty"`
	Kind         fairlead.AccountKind `json:"type"`
	Currency     string               `json:"currency,omitempty"`
	Known        bool                 `json:"known" doc:"Whether the connection has it already."`
	From         *string              `json:"from,omitempty"`
	To           *string              `json:"to,omitempty"`
	Transactions int                  `json:"transactions"`
	Holdings     int                  `json:"holdings,omitempty"`
	Movements    int                  `json:"investment_transactions,omitempty"`
	Documents    int                  `json:"documents,omitempty"`
	In           *money               `json:"in,omitempty" doc:"What comes in, in all."`
	Out          *money               `json:"out,omitempty" doc:"What goes out, in all; negative."`
	Balance      *money               `json:"balance,omitempty"`
	BalanceAsOf  *string              `json:"balance_on,omitempty"`
}

type previewRowBody struct {
	AccountRef  string  `json:"account_ref"`
	Date        *string `json:"booked_on"`
	Amount      money   `json:"amount"`
	Description string  `json:"description"`
}

func previewOf(p fairlead.Preview) previewBody {
	b := previewBody{Files: []previewFileBody{}, Accounts: []previewAccountBody{}, MoreWarnings: p.MoreWarnings}
	for _, f := range p.Files {
		b.Files = append(b.Files, previewFileBody{f.Name, f.Format, f.Refused})
	}
	for _, a := range p.Accounts {
		b.Accounts = append(b.Accounts, previewAccountBody{
			a.Ref, a.Name, a.Mask, a.Kind, a.Currency, a.Known, datePtr(a.From), datePtr(a.To),
			a.Transactions, a.Holdings, a.Movements, a.Documents, moneyPtr(a.In), moneyPtr(a.Out), moneyPtr(a.Balance), datePtr(a.BalanceAsOf),
		})
	}
	for _, w := range p.Warnings {
		b.Warnings = append(b.Warnings, fileWarningOf(w))
	}
	for _, r := range p.Rows {
		b.Rows = append(b.Rows, previewRowBody{r.AccountRef, datePtr(r.Day), moneyOf(r.Amount), r.Description})
	}
	return b
}
