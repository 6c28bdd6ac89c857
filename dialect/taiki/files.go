package taiki

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// typeOf is what a file is called by its product.
var typeOf = map[fairlead.Product]string{fairlead.ProductStatements: "bank_statement", fairlead.ProductTaxForms: "tax_form"}

// paper is a document with what names it.
type paper struct {
	fairlead.Document
	institution fairlead.Institution
	accounts    []fairlead.Account
}

// files lists what is there of the institutions of which something came, newest first and
// each with its name and an address, and then what could not be fetched of all.
func (t *Taiki) files(ctx context.Context, h notifying.EventContext, r *retrieval) ([]file, error) {
	files := []file{}
	var papers []paper
	for _, p := range r.parts {
		i, err := t.verbs.Reading.Institution(ctx, p.connection.Tenant, string(p.connection.Institution))
		if err != nil { // its connector is gone
			i = fairlead.Institution{ID: p.connection.Institution, Name: string(p.connection.Institution)}
		}
		for _, f := range p.failed {
			files = append(files, failedFile(i, f))
		}
		if p.brought {
			if papers, err = t.papers(ctx, p.connection, i, papers); err != nil {
				return nil, err
			}
		}
	}
	slices.SortStableFunc(papers, func(a, b paper) int { return b.Issued.Compare(a.Issued) })
	listed := make([]file, len(papers))
	for i, p := range papers {
		f := fileOf(p)
		if p.Blob != "" {
			a, err := t.verbs.Reading.AddressAs(ctx, h.Tenant.ID, p.ID, reading.MaxAddressLife, string(h.Application.ID), f.FileName)
			if err != nil {
				return nil, fmt.Errorf("taiki: an address for a document: %w", err)
			}
			f.Status, f.DownloadURL, f.Size = succeeded, a.URL, p.Size
		}
		listed[i] = f
	}
	return append(listed, files...), nil
}

// fileOf describes a paper, as one that could not be fetched.
func fileOf(p paper) file {
	f := file{
		Status: failed, FileName: nameOf(p), Type: typeOf[fairlead.ProductStatements],
		Institution: &institution{p.institution.ID, p.institution.Name}, TaxYear: p.TaxYear,
	}
	if p.Kind == "tax_form" {
		f.Type = typeOf[fairlead.ProductTaxForms]
	}
	for _, a := range p.accounts {
		f.Accounts = append(f.Accounts, account{a.ID, a.Name, a.Mask})
	}
	if !p.Period.To.IsZero() {
		f.Period = &period{To: p.Period.To.String()}
		if !p.Period.From.IsZero() {
			f.Period.From = p.Period.From.String()
		}
	}
	if p.Blob == "" {
		f.Error = string(fairlead.InstitutionDown)
		if p.Failed != nil {
			f.Error = string(p.Failed.Kind)
		}
	}
	return f
}

// failedFile stands for all documents of a kind, of which not even the list could be read.
func failedFile(i fairlead.Institution, k failedKind) file {
	kind := typeOf[k.product]
	return file{
		Status: failed, FileName: strings.ToUpper(kind) + "S" + suffix(nameOfInstitution(i.ID)), Type: kind, Institution: &institution{i.ID, i.Name}, Error: string(k.why),
	}
}

// papers adds all of a connection's statements and tax forms, newest first, with their
// accounts: a paper stays that of an account which the institution lists no more.
func (t *Taiki) papers(ctx context.Context, c fairlead.Connection, i fairlead.Institution, to []paper) ([]paper, error) {
	accounts := map[fairlead.RecordID]fairlead.Account{}
	for d, err := range dialect.All(ctx, c.Tenant, reading.Query{Connection: c.ID}, t.verbs.Reading.Documents) {
		if err != nil {
			return nil, fmt.Errorf("taiki: listing documents: %w", err)
		}
		if d.Kind != "statement" && d.Kind != "tax_form" {
			continue
		}
		p := paper{Document: d, institution: i}
		for _, id := range d.Accounts {
			a, ok := accounts[id]
			if !ok {
				if a, err = t.verbs.Reading.Account(ctx, c.Tenant, id, false); err != nil {
					return nil, fmt.Errorf("taiki: reading an account: %w", err)
				}
				accounts[id] = a
			}
			p.accounts = append(p.accounts, a)
		}
		slices.SortFunc(p.accounts, func(a, b fairlead.Account) int { return cmp.Compare(a.ID, b.ID) })
		to = append(to, p)
	}
	return to, nil
}
