package collecting

import (
	"context"
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// What of a file is stored with its collection, at most.
const (
	maxWarnings = 100
	maxOffered  = 100
)

// uploaded is what a file holds besides its rows, as a collection shows it.
type uploaded struct {
	warnings []fairlead.FileWarning
	offered  []fairlead.PreviewAccount
}

// uploadedOf takes what a page says of its file. Of accounts that the connection does not
// hold, nothing that is private is stored.
func uploadedOf(u *connector.Uploaded) (out uploaded) {
	if u == nil {
		return out
	}
	for _, w := range u.Warnings[:min(len(u.Warnings), maxWarnings)] {
		w.File = sealing.Masked(w.File)
		out.warnings = append(out.warnings, w)
	}
	for _, a := range u.Offered[:min(len(u.Offered), maxOffered)] {
		a.Name, a.In, a.Out, a.Balance = "", nil, nil, nil
		out.offered = append(out.offered, a)
	}
	return out
}

// apply notes it in the collection, unless a product before has said it.
func (u uploaded) apply(col *fairlead.Collection) {
	if len(col.Warnings) == 0 && len(col.Offered) == 0 {
		col.Warnings, col.Offered = u.warnings, u.offered
	}
}

// isOfFile reports whether a problem is of the whole file: no other product can be read either,
// and trying again does not help.
func isOfFile(p fairlead.Problem) bool {
	return p.File != nil || p.Kind == fairlead.Invalid || p.Kind == fairlead.TooLarge
}

// fileError is what is wrong with a file that the connector could not say itself.
func fileError(kind fairlead.ErrorKind, sentence, reason string, err error) error {
	word := "bad_value" // of format.Kind, which a verb does not know
	if kind == fairlead.TooLarge {
		word = string(kind)
	}
	return &fairlead.Error{Kind: kind, Detail: sentence, File: &fairlead.FileWarning{Kind: word, Reason: reason}, Err: err}
}

// fetchPage requests a page. A file that makes its reader panic would do so each time.
func (s *source) fetchPage(ctx context.Context, req connector.FetchRequest) (page connector.Page, err error) {
	if s.uploaded {
		defer func() {
			if p := recover(); p != nil {
				err = fileError(fairlead.Invalid, "This file can't be read. Please pick another one.", "can't be read", fmt.Errorf("collecting: the reader panicked: %v", p))
			}
		}()
	}
	return s.connector.Fetch(ctx, s.session, req)
}

// failAll lets all products that were never read say what is wrong with the file.
func failAll(conn *fairlead.Connection, p *fairlead.Problem) {
	for product, state := range conn.Products {
		if state.LastGood.IsZero() && state.Status != fairlead.ProductUnavailable {
			state.Problem, state.Status = p, fairlead.ProductFailed
			conn.Products[product] = state
		}
	}
}

// sayNothing warns where a file held nothing of the connection's accounts.
func (r *run) sayNothing(ctx context.Context) error {
	if !r.conn.Uploaded || r.col.Cause != fairlead.CauseUpload || r.convert.seen.n > 0 || len(r.col.Offered) > 0 {
		return nil
	}
	for _, p := range r.unsaved {
		if len(p.uploaded.offered) > 0 {
			return nil
		}
	}
	return r.update(ctx, nil, func(_ *store.Tx, _ *fairlead.Connection, col *fairlead.Collection) ([]fairlead.Event, error) {
		col.Warnings = append(col.Warnings[:len(col.Warnings):len(col.Warnings)], fairlead.FileWarning{
			Kind: fairlead.FileOtherAccounts, Reason: "holds nothing of the accounts of this connection",
		})
		return nil, nil
	})
}
