// Package format is the port behind which files of banks are read: OFX, CAMT,
// MT940, tables, PDF and others, each a package below this one.
//
// A format turns bytes into items: accounts and what hangs on them, as nouns of
// Fairlead. It does no I/O, calls nobody, keeps nothing between two files and never
// repeats in an error what a file said. It does not know connections: that two
// files speak of one account is for package reader and for whoever stores them to see.
//
// To add a format: a package with a Format, a line in package reader's list, and a
// folder of cases that format/formattest reads.
package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Limits on what is read, in every format. No real file comes near them.
const (
	MaxBytes    = 16 << 20 // of a file, and of what an archive unpacks to
	MaxRows     = 100_000  // of everything that is handed on, together
	MaxAccounts = 500      // in a file
	MaxWarnings = 50       // that are handed on; the rest is counted
	MaxText     = 16 << 10 // bytes of one value
)

// Format is one kind of file.
type Format struct {
	Name    string   // of the package: "ofx"
	Title   string   // what people call it: "OFX"
	Endings []string // of file names, for a file chooser: ".ofx"
	// Detect reports whether the bytes, the first 64 KiB of a file, are of this kind. It
	// goes by content, never by the name.
	Detect func(head []byte) bool
	// Read hands everything the file says to take, in the order in which it is met, and
	// stops with the error that take returns. Other errors are *Error. What is wrong with
	// one row is an Item's Warning, and the others are read.
	Read func(in Input, take func(Item) error) error
}

// Input is one file with what is known of it besides.
type Input struct {
	Name string // of the file; "" unknown. Only people read it
	Data []byte // of the whole file; not to be changed, nor held after Read
	// Answers are to Questions, by name: what the file leaves open, or what it is to be
	// read as whatever it says. An answer to what nobody asks is ignored.
	Answers map[string]string
}

// Item is one thing that a file says: exactly one field is set.
type Item struct {
	Account     *Account
	Transaction *fairlead.Transaction
	Security    *fairlead.Security
	Holding     *fairlead.Holding
	Movement    *fairlead.InvestmentTransaction
	Document    *Document
	Warning     *Error // what was left out or is in doubt, and where
}

// Account is an account that a file has a statement of. It may come before or after
// its rows, and again: values that are set replace earlier ones. Rows name it by Key as
// their AccountRef.
//
// The Ref of the embedded account is not a format's to set.
type Account struct {
	fairlead.Account
	Key    string            // names it in this file alone
	Names  Names             // by which institutions name it
	Bank   Bank              // whose it is, as far as the file says
	Period fairlead.Interval // that the rows claim to cover; zero: unsaid
	Listed bool              // it is named in a list of accounts, without a statement
	// Layout is how a table was read: a bank's layout by name, or a digest of the header
	// that answers may be remembered by.
	Layout string `json:"layout,omitempty"`
	// Complete says which lists are complete by nature, so that absence means removal.
	Complete struct {
		Holdings bool // every position of the account is listed
		Pending  bool // every pending row of the account is listed
	}
}

// Bank is the institution that wrote a file, as far as it says.
type Bank struct {
	Name string
	ID   string // FID, BIC, COMPE code …
}

// Names are what an institution names an account by. Files of one account may have
// more or less of them.
type Names struct {
	Scheme   string // bank, card, investment, loan, wallet
	Bank     string // BANKID, BROKERID, BIC, COMPE …
	Branch   string
	Number   string // of the account; an IBAN in capitals without spaces
	Type     string // CHECKING, SAVINGS … of OFX
	Key      string // check digit
	Currency string // ISO 4217
}

// Document is a paper with its bytes, which whoever reads may store.
type Document struct {
	fairlead.Document
	AccountKey string // the account it belongs to; "": unsaid
	Data       []byte
}

// Question is what a file leaves open and a person can say.
type Question struct {
	Name    string   `json:"name"`              // "currency", "dates", "decimal", "column.3"
	Choices []string `json:"choices,omitempty"` // one of these; none: a text, such as a currency
	Value   string   `json:"value,omitempty"`   // what would be taken unless another is said
	Needed  bool     `json:"needed,omitempty"`  // nothing can be read without it
	Header  string   `json:"header,omitempty"`  // of a column: what the file calls it
	Sample  []string `json:"sample,omitempty"`  // of a column: what the first rows have there
}

// Names of questions that several formats have.
const (
	AskCurrency = "currency" // ISO 4217
	AskDates    = "dates"    // one of DatesDayFirst …
	AskDecimal  = "decimal"  // one of "," and "."
	AskColumn   = "column."  // and the column's number from 1
)

// Orders of a day's parts.
const (
	DatesDayFirst   = "day_first"
	DatesMonthFirst = "month_first"
	DatesYearFirst  = "year_first"
)

// Kind says what is wrong with a file.
type Kind string

const (
	Unknown   Kind = "unknown"   // no format that is read
	TooLarge  Kind = "too_large" // over a limit
	Truncated Kind = "truncated" // ends in the middle
	Missing   Kind = "missing"   // something without which nothing can be said
	BadValue  Kind = "bad_value" // a value that is not what it must be
	Refused   Kind = "refused"   // the institution answered with an error instead of a statement
	Empty     Kind = "empty"     // well formed, but nothing in it
	Locked    Kind = "locked"    // behind a password
	Open      Kind = "open"      // it can be read once Questions are answered
	Differs   Kind = "differs"   // of a warning: two things in the file don't agree
	Unread    Kind = "unread"    // reading failed, not the file: Err says how
)

// Kinds is the closed list, for tables of words.
func Kinds() []Kind {
	return []Kind{Unknown, TooLarge, Truncated, Missing, BadValue, Refused, Empty, Locked, Open, Differs, Unread}
}

// Blank is the Reason, of kind Empty, of a file without a byte or with blanks alone.
const Blank = "is empty"

// Error says where a file is wrong and why. It never holds what the file said, so
// that it may be shown and logged.
type Error struct {
	Format    string // of the package; package reader sets it
	File      string // name of the file, where several were read; package reader sets it
	Line      int    // from 1; 0 where the whole file is meant
	Column    int    // in bytes from 1, or of a table; 0: the whole line
	Field     string // as the format calls it: "DTPOSTED", ":61:", "Ntry/Amt", "column 3"
	Kind      Kind
	Reason    string // a clause whose subject is the field, or else the file: "must be a date of the form YYYYMMDD"
	Status    int    // of Refused: the institution's status code
	Questions []Question
	Shape     bool   `json:"-"`          // of TooLarge: one thing in the file is, so that a file of fewer days is no better
	Layout    string `json:",omitempty"` // of Open: what answers may be remembered under; "": they are of this file alone
	Err       error  // of Unread
}

func (e *Error) Error() string {
	var s strings.Builder
	if e.Format != "" {
		s.WriteString(e.Format + ": ")
	}
	if e.Line > 0 {
		fmt.Fprintf(&s, "line %d: ", e.Line)
	}
	if e.Field != "" {
		s.WriteString(e.Field + " ")
	}
	s.WriteString(e.Reason)
	if e.Err != nil {
		s.WriteString(": " + e.Err.Error())
	}
	return s.String()
}

func (e *Error) Unwrap() error { return e.Err }

// OfShape marks an error of kind TooLarge as one that no shorter period mends: elements
// that are nested too deeply, a value that is too long, too many accounts.
func (e *Error) OfShape() *Error {
	e.Shape = true
	return e
}

// Sentence says for a person what is wrong and what they can do.
func Sentence(e *Error) string {
	switch e.Kind {
	case Unknown:
		return "This is no statement that can be read. Please pick one of the files that your bank offers for download: " +
			"OFX, QIF, CSV, Excel, CAMT, MT940 or PDF."
	case Empty:
		if e.Reason == Blank {
			return "This file is empty. Please download it again, or pick another one."
		}
		return "This file holds no account. Please pick another one."
	case Refused:
		return fmt.Sprintf("This file holds no statement: the institution answered with error %d. Please download it again.", e.Status)
	case Truncated:
		if e.Line > 0 {
			return fmt.Sprintf("This file is cut off at line %d. Please download it again.", e.Line)
		}
		return "This file is cut off. Please download it again."
	case Locked:
		return "This file is behind a password. Please save it without one, and pick it again."
	case Open:
		return "Some things about this file have to be answered before it can be read."
	}
	subject, where := "it", ""
	if e.Field != "" {
		subject = e.Field
	}
	if e.Kind == TooLarge && !e.Shape {
		return fmt.Sprintf("This file is too large: %s %s. Please pick a shorter period.", subject, e.Reason)
	}
	if e.Line > 0 {
		where = fmt.Sprintf(" at line %d", e.Line)
	}
	return fmt.Sprintf("This file can't be read%s: %s %s. Please pick another one.", where, subject, e.Reason)
}

// HasPrefixFold reports whether the text after blanks and a byte order mark begins
// with one of the prefixes, in small or capital letters.
func HasPrefixFold(head []byte, prefixes ...string) bool {
	head = head[:min(len(head), 512)]
	s := strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n")
	return slices.ContainsFunc(prefixes, func(p string) bool { return len(s) >= len(p) && strings.EqualFold(s[:len(p)], p) })
}
