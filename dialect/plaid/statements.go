package plaid

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/reading"
)

type statementAccount struct {
	ID           string      `json:"account_id"`
	Mask         string      `json:"account_mask"`
	Name         string      `json:"account_name"`
	OfficialName string      `json:"account_official_name"`
	Subtype      string      `json:"account_subtype"`
	Type         string      `json:"account_type"`
	Statements   []statement `json:"statements"`
}

type statement struct {
	ID     string  `json:"statement_id"`
	Posted *string `json:"date_posted"`
	Month  int     `json:"month"`
	Year   int     `json:"year"`
}

// statementsOf are an Item's statements whose bytes are there, newest first.
func (p *Plaid) statementsOf(c call, conn fairlead.Connection) ([]fairlead.Document, error) {
	documents, err := all(c.Context(), conn, reading.Query{}, p.verbs.Reading.Documents)
	return slices.DeleteFunc(documents, func(d fairlead.Document) bool {
		return d.Kind != "statement" || d.SHA256 == "" || d.MediaType != "application/pdf"
	}), err
}

// maxSpans bounds how many spans of statements are remembered: the oldest give way.
const maxSpans = 50

// addStatements adds days whose statements are asked for.
func (n *item) addStatements(span fairlead.Interval) {
	if !slices.Contains(n.Statements, span) {
		n.Statements = append(n.Statements, span)
		n.Statements = n.Statements[max(0, len(n.Statements)-maxSpans):]
	}
}

// wants reports whether a statement is of the days that were asked for.
func (n item) wants(d fairlead.Document) bool {
	from, to := d.Period.From, d.Period.To
	if to.IsZero() {
		from, to = d.Issued, d.Issued
	}
	if from.IsZero() {
		from = to
	}
	return len(n.Statements) == 0 || to.IsZero() || slices.ContainsFunc(n.Statements, func(i fairlead.Interval) bool {
		return !to.Before(i.From) && !from.After(i.To)
	})
}

// listStatements lists the statements of the days that were asked for, by account.
func (p *Plaid) listStatements(c call) (any, error) {
	conn, note, err := p.namedAccounts(c)
	if err == nil {
		err = product(conn, fairlead.ProductStatements)
	}
	if err != nil {
		return nil, err
	}
	found, err := p.accounts(c.Context(), conn, note.Filters, nil, false)
	if err != nil {
		return nil, err
	}
	documents, err := p.statementsOf(c, conn)
	if err != nil {
		return nil, err
	}
	wanted := slices.DeleteFunc(slices.Clone(documents), func(d fairlead.Document) bool { return !note.wants(d) })
	if len(wanted) > 0 || c.Tenant.Environment != fairlead.Sandbox { // a make-believe bank answers for days before it has any
		documents = wanted
	}
	i, err := p.verbs.Reading.Institution(c.Context(), c.Tenant.ID, string(conn.Institution))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return nil, err
	}
	accounts := []statementAccount{}
	for _, a := range found {
		of := accountOf(a)
		row := statementAccount{
			ID: of.ID, Mask: a.Mask, Name: of.Name, OfficialName: a.Official, Subtype: deref(of.Subtype), Type: of.Type, Statements: []statement{},
		}
		for _, d := range documents {
			if slices.Contains(d.Accounts, a.ID) {
				row.Statements = append(row.Statements, statementOf(d))
			}
		}
		if len(row.Statements) > 0 {
			accounts = append(accounts, row)
		}
	}
	return map[string]any{
		"accounts": accounts, "institution_id": institutionID(conn.Institution), "institution_name": i.Name, "item_id": string(conn.ID),
	}, nil
}

// statementOf is a statement by the month in which its period ends, or it was issued.
func statementOf(d fairlead.Document) statement {
	end := d.Period.To
	if end.IsZero() {
		end = d.Issued
	}
	return statement{ID: string(d.ID), Posted: orNull(d.Issued.String()), Month: int(end.Month), Year: end.Year}
}

// downloadStatement answers a statement's bytes, with the hash that they were stored under.
func (p *Plaid) downloadStatement(c call) (any, error) {
	var b struct {
		accessBody
		Statement string `json:"statement_id"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	conn, note, err := p.opened(c, b.AccessToken)
	if err != nil {
		return nil, err
	}
	if b.Statement == "" {
		return nil, missing("statement_id")
	}
	unknown := newError(invalidInput, "INVALID_STATEMENT_ID", "the Item has no statement of this statement_id")
	d, content, err := p.verbs.Reading.Content(c.Context(), c.Tenant.ID, fairlead.DocumentID(b.Statement), string(c.Application.ID), c.RemoteAddr)
	if fairlead.Is(err, fairlead.NotFound) || fairlead.Is(err, fairlead.Conflict) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	defer content.Close()
	found, err := p.accounts(c.Context(), conn, note.Filters, nil, false)
	if err != nil {
		return nil, err
	}
	if d.Connection != conn.ID || d.Kind != "statement" || !slices.ContainsFunc(d.Accounts, func(id fairlead.RecordID) bool { return among(found, id) }) {
		return nil, unknown
	}
	var all bytes.Buffer
	if _, err := io.Copy(&all, content); err != nil {
		return nil, fmt.Errorf("plaid: reading a statement: %w", err)
	}
	return file{d.MediaType, d.SHA256, all.Bytes()}, nil
}

// refreshStatements has the institution asked again for what it has; a webhook tells when
// that has been done.
func (p *Plaid) refreshStatements(c call) (any, error) {
	var b struct {
		accessBody
		Start string `json:"start_date"`
		End   string `json:"end_date"`
	}
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	conn, note, err := p.opened(c, b.AccessToken)
	if err == nil {
		err = product(conn, fairlead.ProductStatements)
	}
	var span fairlead.Interval
	if err == nil {
		span, err = days(b.Start, b.End)
	}
	if err == nil && len(note.Statements) > 0 {
		_, err = notes.Change(c.Context(), p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
			n.addStatements(span)
			return nil
		})
	}
	if err == nil {
		err = p.verbs.Collecting.Request(c.Context(), c.Tenant.ID, conn.ID)
	}
	return struct{}{}, err
}
