package camt

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/format"
)

// message is the kind of one.
type message int

const (
	report       message = iota // camt.052
	statement                   // camt.053
	notification                // camt.054
)

// messageOf goes by the element below Document; the first versions have V01 behind it.
func messageOf(name string) (message, bool) {
	switch {
	case strings.HasPrefix(name, "BkToCstmrStmt"):
		return statement, true
	case strings.HasPrefix(name, "BkToCstmrAcctRpt"):
		return report, true
	case strings.HasPrefix(name, "BkToCstmrDbtCdtNtfctn"):
		return notification, true
	}
	return 0, false
}

// file is one that is being read.
type file struct {
	scan     *scanner
	take     func(format.Item) error
	divide   bool // batches with a reference too
	kind     message
	met      bool // a message
	part     tree // of a statement's head or of an entry
	details  tree // of one transaction of an entry
	now      *section
	txs      []*detail       // of the entry that is being read
	seen     map[string]bool // statements, to know copies
	rows     format.Referenced
	warnings int
	parts    int // transactions of entries
	accounts map[accountKey]*account
	order    []*account
}

var errTooMany = &format.Error{Kind: format.TooLarge, Reason: "has more rows than can be read"}

// row is a transaction with what decides about its Ref once all are known.
type row struct {
	*fairlead.Transaction
	account *account
	ref     string // a candidate
	field   string // where it is from
}

// messages reads to the end of the file, which may hold several documents.
func (f *file) messages() error {
	for {
		e, err := f.scan.next()
		if err != nil {
			return err
		}
		if e.kind == eventEnd {
			break
		}
		if e.kind == eventClose {
			continue
		}
		if kind, ok := messageOf(e.name); ok {
			f.kind, f.met = kind, true
			continue
		}
		switch e.name {
		case "Stmt", "Rpt", "Ntfctn":
			if err := f.section(e); err != nil {
				return err
			}
		case "GrpHdr", "AppHdr", "SplmtryData":
			if err := f.scan.pass(); err != nil {
				return err
			}
		}
	}
	if !f.met {
		return &format.Error{Kind: format.Unknown, Reason: "is no message of bank to customer"}
	}
	return nil
}

// warn hands a warning on.
func (f *file) warn(line int, field string, kind format.Kind, reason string) error {
	if f.warnings++; f.warnings > format.MaxRows {
		return errTooMany
	}
	return f.take(format.Item{Warning: &format.Error{Line: line, Field: field, Kind: kind, Reason: reason}})
}

// finish hands on what could only be known at the end: which references name one row,
// and the accounts.
func (f *file) finish() error {
	if len(f.order) == 0 {
		return &format.Error{Kind: format.Empty, Reason: "holds no account"}
	}
	for _, a := range f.order {
		if err := f.take(format.Item{Account: a.noun(f.kind)}); err != nil {
			return err
		}
	}
	return f.rows.Hand(f.take)
}

// add counts a row against the limit of the port.
func (f *file) add(r *row) error {
	if f.rows.Len() >= format.MaxRows {
		return errTooMany
	}
	f.rows.Add(r.Transaction, r.account.index, r.ref, extraPrefix+r.field)
	return nil
}

// extraPrefix is what the names of Extra begin with.
const extraPrefix = "camt."

// put adds what is not empty to Extra.
func put(x *fairlead.Extra, name, value string) {
	if value == "" {
		return
	}
	if *x == nil {
		*x = make(fairlead.Extra)
	}
	(*x)[extraPrefix+name] = value
}
