package ofx

import "fmt"

// Limits on what is read. No real file comes near them.
const (
	MaxBytes    = 32 << 20 // of a whole file
	MaxDepth    = 48       // elements inside one another
	MaxText     = 16 << 10 // bytes of one element's text
	MaxRows     = 100_000  // transactions, positions, securities and accounts together
	maxElements = 100_000  // in memory at once, outside of rows
	maxWarnings = 50
)

// Kind says what is wrong with a file.
type Kind string

const (
	NotOFX    Kind = "not_ofx"   // some other kind of file
	TooLarge  Kind = "too_large" // over a limit
	Truncated Kind = "truncated" // ends in the middle
	Missing   Kind = "missing"   // an element without which nothing can be said
	BadValue  Kind = "bad_value" // an element that does not hold what it must
	Refused   Kind = "refused"   // the institution answered with an error status
	Empty     Kind = "empty"     // well formed, but without any account
	Unread    Kind = "unread"    // the reader failed; Err says how
)

// Error says where a file is wrong and why. It never holds what the file said,
// so that it may be shown and logged.
type Error struct {
	Line    int    // from 1; 0 where the whole file is meant
	Column  int    // in bytes, from 1
	Element string // "DTPOSTED"
	Kind    Kind
	Reason  string // a clause: "must be a date of the form YYYYMMDD"
	Status  int    // of Refused: the institution's status code
	Err     error  // of Unread
}

func (e *Error) Error() string {
	s := "ofx: "
	if e.Line > 0 {
		s += fmt.Sprintf("line %d, column %d: ", e.Line, e.Column)
	}
	if e.Element != "" {
		s += e.Element + " "
	}
	s += e.Reason
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// secret names the elements whose text is dropped while reading.
func secret(name string) bool {
	switch name {
	case "USERID", "USERPASS", "NEWUSERPASS", "USERKEY", "SESSCOOKIE", "ACCESSKEY", "ACCESSTOKEN", "AUTHTOKEN",
		"USERCRED1", "USERCRED2", "MFAPHRASEA", "CLIENTUID", "CLTCOOKIE", "INTU.USERID":
		return true
	}
	return false
}
