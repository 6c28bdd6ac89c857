package plaid

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// How new statements come: Plaid fetches them on request only.
const (
	statementsDue   = 35 // days after the end of the newest one's month, when the next is there
	statementsEvery = 7  // days between two requests, which cost
)

// statements lists documents, newest first; an account without any is none the worse.
func (f *fetching) statements(ctx context.Context) (connector.Page, error) {
	var list statementList
	if err := f.post(ctx, "/statements/list", f.body(), &list); err != nil {
		return connector.Page{}, err
	}
	all := f.documents(list)
	limit := f.req.Limit
	documents, next, err := kit.Page(all, f.req.Cursor, limit)
	if err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{Documents: documents, Cursor: next, More: next != ""}
	if !page.More {
		f.requestStatements(ctx, all, &page)
	}
	return page, nil
}

// requestStatements has Plaid look for statements that there should be by now; a webhook or
// a later collection brings them. When that was requested is remembered with the secrets.
func (f *fetching) requestStatements(ctx context.Context, all []connector.Document, page *connector.Page) {
	today := fairlead.DateOf(f.s.Now)
	from := today.AddMonths(-24).AddDays(1) // the most that Plaid gives
	for _, d := range all {
		if next := d.Period.To.AddDays(1); next.After(from) {
			from = next
		}
	}
	newest, every := from, statementsEvery
	if len(all) == 0 { // Plaid looked once, after the bank was linked
		newest, every = fairlead.DateOf(f.s.Created), statementsDue
	}
	last, err := fairlead.ParseDate(f.s.Secrets[statementsRefreshed].Reveal())
	if err == nil && last.AddDays(every).After(today) || newest.AddDays(statementsDue).After(today) {
		return
	}
	body := f.body()
	body["start_date"], body["end_date"] = from.String(), today.String()
	var done answer
	if f.post(ctx, "/statements/refresh", body, &done) != nil {
		return // the list stands; it is requested again with the next collection
	}
	page.Secrets = maps.Clone(f.s.Secrets)
	page.Secrets[statementsRefreshed] = fairlead.NewSecret(today.String())
}

func (f *fetching) documents(list statementList) []connector.Document {
	var all []connector.Document
	at := map[string]int{}
	for _, a := range list.Accounts {
		if len(f.s.Accounts) > 0 && !slices.Contains(f.s.Accounts, a.ID) {
			continue
		}
		for _, s := range a.Statements {
			if s.ID == "" || s.Month < 1 || s.Month > 12 {
				continue
			}
			if n, known := at[s.ID]; known { // one paper of several accounts
				all[n].AccountRefs = append(all[n].AccountRefs, a.ID)
				continue
			}
			at[s.ID] = len(all)
			all = append(all, connector.Document{Document: s.convert(a), Open: func(ctx context.Context) (io.ReadCloser, error) { return f.download(ctx, s.ID) }})
		}
	}
	slices.SortStableFunc(all, func(a, b connector.Document) int {
		if c := b.Issued.Compare(a.Issued); c != 0 {
			return c
		}
		return strings.Compare(a.Ref, b.Ref)
	})
	return all
}

func (s statement) convert(a statementAccount) fairlead.Document {
	first := fairlead.Date{Year: s.Year, Month: time.Month(s.Month), Day: 1}
	last := first.AddMonths(1).AddDays(-1)
	issued := s.Posted.Date
	if issued.IsZero() {
		issued = last
	}
	file := fmt.Sprintf("statement-%04d-%02d.pdf", s.Year, s.Month)
	if a.Mask != "" && strings.Trim(a.Mask, "0123456789") == "" {
		file = fmt.Sprintf("statement-%s-%04d-%02d.pdf", a.Mask, s.Year, s.Month)
	}
	return fairlead.Document{
		Ref: s.ID, AccountRefs: []string{a.ID}, Kind: "statement", Period: fairlead.Interval{From: first, To: last}, Issued: issued,
		FileName: file, MediaType: "application/pdf",
	}
}

// download fetches the bytes of a statement and holds them to the hash that Plaid sends.
func (f *fetching) download(ctx context.Context, id string) (io.ReadCloser, error) {
	body := f.body()
	body["statement_id"] = id
	api := kit.API{Client: f.env.Client, Timeout: time.Minute}
	file, header, err := api.PostFile(ctx, f.base+"/statements/download", f.header, body)
	if err != nil {
		return nil, f.classify("/statements/download", err)
	}
	sum := sha256.Sum256(file)
	if said := strings.ToLower(header.Get("Plaid-Content-Hash")); said != "" && subtle.ConstantTimeCompare([]byte(said), []byte(hex.EncodeToString(sum[:]))) != 1 {
		return nil, torn(errors.New("plaid: a statement's bytes do not have the hash that was sent"))
	}
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		return nil, torn(errors.New("plaid: a statement is no PDF"))
	}
	return io.NopCloser(bytes.NewReader(file)), nil
}

func torn(err error) error {
	return &fairlead.Error{Kind: fairlead.InstitutionDown, Code: "torn_statement", Detail: "The statement did not arrive whole.", Err: err}
}
