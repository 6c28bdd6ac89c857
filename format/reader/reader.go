// Package reader reads files of any format: it finds out which one it is, opens
// archives, and puts what several files say of one account together.
//
// It holds every limit that counts over formats and files. It knows no
// connection; package connector/statementfile does.
//
// A file goes through unpack.go (what is in it), file.go (what its format says) and
// merge.go (what all files say together).
package reader

import (
	"context"
	"errors"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// Import is what files say, as nouns of Fairlead. Rows have the Ref of their account
// as AccountRef.
type Import struct {
	Files                  []File // each that was read or refused; those of an archive one by one
	Accounts               []format.Account
	Transactions           Rows[fairlead.Transaction]
	Securities             Rows[fairlead.Security]
	Holdings               Rows[fairlead.Holding]
	InvestmentTransactions Rows[fairlead.InvestmentTransaction]
	Documents              []*format.Document
	Warnings               []*format.Error // at most format.MaxWarnings
	MoreWarnings           int             // beyond those
}

// File is one file that was read, or why it could not be.
type File struct {
	Name   string // "march.zip/statement.ofx" of one in an archive
	Format string // name of the format; "" unknown
	Layout string // of a table: the layout it was read by, or a digest of its header that answers may be remembered under
	Rows   int
	Error  *format.Error // nil: it was read
}

// Read reads files as one import. A file that can't be read is a File with an Error
// and the others are read; an error is returned where none can, or where a question
// must be answered first (*format.Error of kind Open): the import then has what could be
// read of the others. When the context ends, its error is returned and no import.
//
// What several files say of one account comes once: rows that two files both have,
// the balances of the newest day, and of lists that are complete the newest.
func Read(ctx context.Context, files ...format.Input) (*Import, error) {
	return readAll(ctx, formats, files)
}

func readAll(ctx context.Context, of []format.Format, inputs []format.Input) (*Import, error) {
	r := &run{ctx: ctx, formats: of, budget: format.MaxBytes}
	if err := r.unpack(inputs); err != nil {
		return nil, err
	}
	imp := &Import{}
	if err := r.merge(imp); err != nil {
		return nil, err
	}
	var first, open *format.Error
	read := 0
	for _, f := range r.files {
		imp.Files = append(imp.Files, f.File)
		switch {
		case f.Error == nil:
			read++
		case f.Error.Kind == format.Open && open == nil:
			open = f.Error
		}
		if f.Error != nil && first == nil {
			first = f.Error
		}
	}
	switch {
	case open != nil:
		return imp, open
	case read == 0 && first != nil:
		return imp, first
	case read == 0:
		return imp, &format.Error{Kind: format.Empty, Reason: "has no file in it"}
	}
	return imp, nil
}

// run is one import on its way.
type run struct {
	ctx      context.Context
	formats  []format.Format
	budget   int // bytes that may still be unpacked or read
	rows     int // of all files
	accounts int // of all files
	items    int // since the context was last checked
	files    []*file
}

// checkEvery is how many items are taken between two checks of the context.
const checkEvery = 1000

// alive is the context's error, checked every so many calls.
func (r *run) alive() error {
	if r.items++; r.items%checkEvery != 0 {
		return nil
	}
	return r.ctx.Err()
}

// asError is an error of a format as the type that says where.
func asError(err error) *format.Error {
	if e, ok := errors.AsType[*format.Error](err); ok {
		return e
	}
	return &format.Error{Kind: format.Unread, Reason: "could not be read", Err: err}
}
