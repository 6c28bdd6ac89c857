package statementfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

// Fetch gives a page of the file: of the one uploaded to the connection now, or else of
// those it was linked with. Since is ignored, because a file may well bring what is older.
// Errors: Invalid and TooLarge with what is wrong with the file, Unavailable and Gone.
func (c *Connector) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	pager, served := pagers[req.Product]
	if !served {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "A statement file does not hold this.")
	}
	i, err := c.importOnce(ctx, s)
	if err != nil {
		return connector.Page{}, invalid(err)
	}
	page, next, err := pager(i, req.Cursor, req.Limit)
	if err != nil {
		return connector.Page{}, err
	}
	page.Cursor, page.More = next, next != ""
	if req.Cursor == "" {
		uploaded := i.Uploaded
		if req.Product == fairlead.ProductTransactions {
			uploaded.Covers = i.Claims
		}
		page.Uploaded, page.Secrets = &uploaded, i.Secrets
	}
	return page, nil
}

// imported is an import as far as the connection has its accounts, in its Refs.
type imported struct {
	Accounts     []fairlead.Account
	Transactions reader.Rows[fairlead.Transaction]
	Securities   reader.Rows[fairlead.Security]
	Holdings     reader.Rows[fairlead.Holding]
	Movements    reader.Rows[fairlead.InvestmentTransaction]
	Documents    []connector.Document
	Holds        []connector.Coverage // positions that are complete
	Pends        []connector.Coverage // pending rows that are complete
	Claims       []connector.Coverage // days that the file lists, for matching
	Uploaded     connector.Uploaded
	Secrets      map[string]fairlead.Secret // nil: nothing was learnt
}

// importOnce reads the files once for all pages of a collection, where the engine has a
// cache for that.
func (c *Connector) importOnce(ctx context.Context, s connector.Session) (*imported, error) {
	m, err := recall(s.Secrets)
	if err != nil {
		return nil, err
	}
	files := m.Files
	if s.File != nil {
		files = []fairlead.File{*s.File}
	}
	if s.Once == nil || len(files) == 0 {
		return c.importFiles(ctx, s, m, files)
	}
	v, err := s.Once("statement "+files[0].Blob, func() (any, error) { return c.importFiles(ctx, s, m, files) })
	i, _ := v.(*imported)
	return i, err
}

func (c *Connector) importFiles(ctx context.Context, s connector.Session, m memory, files []fairlead.File) (*imported, error) {
	imp, err := c.readKnown(ctx, s, m, files)
	if err != nil {
		return nil, err
	}
	b := binding{session: s, memory: m, imp: imp}
	return b.bind()
}

// Preview says what a file would bring to the connection.
func (c *Connector) Preview(ctx context.Context, s connector.Session) (fairlead.Preview, error) {
	m, err := recall(s.Secrets)
	if err != nil {
		return fairlead.Preview{}, err
	}
	imp, err := c.readKnown(ctx, s, m, []fairlead.File{*s.File})
	if err != nil {
		return fairlead.Preview{}, invalid(err)
	}
	b := binding{session: s, memory: m, imp: imp}
	all, err := b.resolve()
	if err != nil {
		return fairlead.Preview{}, err
	}
	return *previewOf(imp, all, func(f found) bool {
		return f.connection == here && !slices.Contains(b.out.Uploaded.Added, f.ref)
	}), nil
}

// readKnown reads files with what the connection remembers about their layouts.
func (c *Connector) readKnown(ctx context.Context, s connector.Session, m memory, files []fairlead.File) (*reader.Import, error) {
	imp, err := c.readFiles(ctx, s.Open, files, said{
		ofFile:   func(string) map[string]string { return nil },
		ofLayout: func(layout string) map[string]string { return m.Answers[layout] },
	})
	if question, is := err.(*open); is { //nolint:errorlint // it is never wrapped
		return nil, question.of
	}
	return imp, err
}

// pager cuts the page of one product out of an import.
type pager func(i *imported, cursor string, limit int) (connector.Page, string, error)

var pagers = map[fairlead.Product]pager{
	fairlead.ProductAccounts:               accounts,
	fairlead.ProductTransactions:           transactions,
	fairlead.ProductHoldings:               holdings,
	fairlead.ProductInvestmentTransactions: movements,
	fairlead.ProductStatements:             documents(false),
	fairlead.ProductTaxForms:               documents(true),
}

func accounts(i *imported, cursor string, limit int) (page connector.Page, next string, err error) {
	page.Accounts, next, err = kit.Page(i.Accounts, cursor, limit)
	return page, next, err
}

func transactions(i *imported, cursor string, limit int) (page connector.Page, next string, err error) {
	from, to, next, err := kit.Range(i.Transactions.Len(), cursor, limit)
	page.Transactions = values(i.Transactions, from, to)
	if err == nil && next == "" {
		page.Covers = i.Pends
	}
	return page, next, err
}

// holdings are positions, and movements what changed them. Securities come first, so that
// no row comes before what it names.
func holdings(i *imported, cursor string, limit int) (connector.Page, string, error) {
	page, from, to, next, err := securities(i, i.Holdings.Len(), cursor, limit)
	page.Holdings = values(i.Holdings, from, to)
	if err == nil && next == "" {
		page.Covers = i.Holds
	}
	return page, next, err
}

func movements(i *imported, cursor string, limit int) (connector.Page, string, error) {
	page, from, to, next, err := securities(i, i.Movements.Len(), cursor, limit)
	page.InvestmentTransactions = values(i.Movements, from, to)
	return page, next, err
}

// securities begins a page of securities and so many rows that name them, and says which
// of the rows are on it.
func securities(i *imported, rows int, cursor string, limit int) (page connector.Page, from, to int, next string, err error) {
	all := i.Securities.Len()
	from, to, next, err = kit.Range(all+rows, cursor, limit)
	page.Securities = values(i.Securities, from, min(to, all))
	return page, max(from-all, 0), max(to-all, 0), next, err
}

func values[T any](rows reader.Rows[T], from, to int) (all []T) {
	for _, row := range rows.At(from, to) {
		all = append(all, *row)
	}
	return all
}

// documents are the tax forms of an import, or its other papers.
func documents(tax bool) pager {
	return func(i *imported, cursor string, limit int) (page connector.Page, next string, err error) {
		var of []connector.Document
		for _, d := range i.Documents {
			if (d.Kind == "tax_form") == tax {
				of = append(of, d)
			}
		}
		page.Documents, next, err = kit.Page(of, cursor, limit)
		return page, next, err
	}
}

// paper is a document of an import on offer. Its Ref, where the file gives none, is a
// digest of its bytes: the same paper twice is one.
func paper(d *format.Document, refs []string) connector.Document {
	out := connector.Document{Document: d.Document}
	sum := sha256.Sum256(d.Data)
	if out.AccountRefs, out.Size = refs, int64(len(d.Data)); out.Ref == "" {
		out.Ref = hex.EncodeToString(sum[:])[:32]
	}
	data := d.Data
	out.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	return out
}

// errAmbiguous refuses to take a file for one account where it holds several.
func errAmbiguous(n int) error {
	return &fairlead.Error{
		Kind: fairlead.Invalid, Detail: fmt.Sprintf("This file holds %d accounts: it can't be taken for one.", n),
		Fields: []fairlead.Field{{Name: "account", Code: "exclusive", Reason: "must not be given for a file of several accounts"}},
	}
}

// errOtherAccount refuses to take a file for an account that it contradicts.
func errOtherAccount() error {
	return &fairlead.Error{
		Kind: fairlead.Invalid, Detail: "This file is of another account: its number or its currency is another one.",
		Fields: []fairlead.Field{{Name: "account", Code: "unknown", Reason: "must be the account that the file is of"}},
	}
}
