package fairlead

import (
	"errors"
	"fmt"
	"time"
)

// ErrorKind is what went wrong, from a closed list. Each edge has one table that maps
// every kind to its own status and body; a test proves the table complete.
type ErrorKind string

// What a caller did or met.
const (
	Invalid         ErrorKind = "invalid"         // a field of the request is wrong; Fields say which
	Unauthenticated ErrorKind = "unauthenticated" // no or wrong credentials
	Forbidden       ErrorKind = "forbidden"       // known caller, not allowed
	NotFound        ErrorKind = "not_found"       // does not exist, or belongs to another tenant
	Gone            ErrorKind = "gone"            // existed and has expired, ended or been erased
	Conflict        ErrorKind = "conflict"        // the state of the thing does not allow it
	Duplicate       ErrorKind = "duplicate"       // exists already and the caller asked to be refused
	TooLarge        ErrorKind = "too_large"       // body, file or page over its cap
	RateLimited     ErrorKind = "rate_limited"    // RetryAfter says when to come back
	Unavailable     ErrorKind = "unavailable"     // this server cannot do it now
	StorageFull     ErrorKind = "storage_full"    // there is no room to store it; what only reads goes on
	Internal        ErrorKind = "internal"        // our mistake; its text stays inside
)

// What a connector met at an institution. The engine, not the connector, decides
// on retry and on what the person reads.
const (
	RejectedLogin     ErrorKind = "rejected_login"     // user name or password wrong
	Locked            ErrorKind = "locked"             // the institution locked the login
	RejectedChallenge ErrorKind = "rejected_challenge" // second factor wrong
	ChallengeExpired  ErrorKind = "challenge_expired"  // second factor came too late
	ConsentEnded      ErrorKind = "consent_ended"      // expired, refused or revoked
	ActionNeeded      ErrorKind = "action_needed"      // the person must do something at the institution
	InstitutionDown   ErrorKind = "institution_down"   // unreachable, HTML for JSON, torn answers
	SlowDown          ErrorKind = "slow_down"          // quota; RetryAfter says when
	NotReady          ErrorKind = "not_ready"          // data is not there yet; RetryAfter says when
	Unsupported       ErrorKind = "unsupported"        // this institution can't do that
)

// ErrorKinds is the closed list, for completeness tests.
func ErrorKinds() []ErrorKind {
	return []ErrorKind{
		Invalid, Unauthenticated, Forbidden, NotFound, Gone, Conflict, Duplicate, TooLarge, RateLimited, Unavailable, StorageFull, Internal,
		RejectedLogin, Locked, RejectedChallenge, ChallengeExpired, ConsentEnded, ActionNeeded, InstitutionDown, SlowDown, NotReady, Unsupported,
	}
}

// Field names one wrong field of a request and says what is expected, never
// what was submitted.
type Field struct {
	Name   string `json:"name"`   // dotted path as the caller wrote it
	Reason string `json:"reason"` // "must be an https address"
	Code   string `json:"code"`   // machine word: required, format, range, unknown, exclusive
}

// Error is the one error type that crosses a package border with a meaning.
// Detail is a sentence that may be shown to the caller; Err stays inside.
type Error struct {
	Kind       ErrorKind
	Detail     string
	Fields     []Field
	Actor      Actor // who must act, where it is not whom ActorFor names; Detail then says it to them
	RetryAfter time.Duration
	Provider   bool         // of SlowDown: the provider's keys are used up, so that every connection through them waits
	File       *FileWarning // of an uploaded file that can't be read: where and why
	Code       string       // a finer word, stable: Problem.Code
	Err        error
}

func (e *Error) Error() string {
	s := string(e.Kind)
	if e.Detail != "" {
		s += ": " + e.Detail
	}
	for _, f := range e.Fields {
		s += fmt.Sprintf(" [%s %s]", f.Name, f.Reason)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a kind with a sentence for the caller.
func Errorf(kind ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// InvalidField refuses one field of a request.
func InvalidField(name, code, reason string) *Error {
	return &Error{Kind: Invalid, Detail: "A field of the request is wrong.", Fields: []Field{{Name: name, Code: code, Reason: reason}}}
}

// KindOf classifies any error; what nobody classified is Internal.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind ErrorKind) bool { return err != nil && KindOf(err) == kind }

// MaxRetryAfter bounds for how long an institution or a service is taken to refuse calls:
// what says more is wrong, and nobody could take it back.
const MaxRetryAfter = 31 * 24 * time.Hour

// RetryAfter is after how many whole seconds it may be worth trying again, as the
// header of that name says it; 0: the error does not know.
func RetryAfter(err error) int {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.RetryAfter <= 0 {
		return 0
	}
	return int((e.RetryAfter + time.Second - 1) / time.Second)
}
