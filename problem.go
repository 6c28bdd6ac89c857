package fairlead

import (
	"errors"
	"time"
)

// Actor is who must do something for a problem to go away.
type Actor string

const (
	ActorPerson      Actor = "person"
	ActorApplication Actor = "application"
	ActorOperator    Actor = "operator"
	ActorInstitution Actor = "institution"
	ActorNobody      Actor = "nobody" // it passes by itself
)

// Problem is what is wrong and who must act.
type Problem struct {
	Kind       ErrorKind `json:"kind"`
	Product    Product   `json:"product,omitempty"`
	Actor      Actor     `json:"actor"`
	Where      string    `json:"where,omitempty"` // "link": reconnect; "institution": at the bank's own site; an address
	Since      time.Time `json:"since"`
	RetryAfter time.Time `json:"retry_after,omitzero"`
	Code       string    `json:"code,omitempty"` // a finer word of the connector's, stable, for dialects to map
	// Of an uploaded file: a sentence for who brought it, where the file is wrong, and which
	// answers it needs (File.Answers).
	Detail   string       `json:"detail,omitempty"`
	File     *FileWarning `json:"file,omitempty"`
	Accounts []string     `json:"accounts,omitempty"` // refs of the accounts that it concerns; empty: all
	Fields   []Field      `json:"fields,omitempty"`
}

// ActorFor is the table of who must act on each kind of problem.
func ActorFor(k ErrorKind) Actor {
	switch k {
	case RejectedLogin, Locked, RejectedChallenge, ChallengeExpired, ConsentEnded, ActionNeeded:
		return ActorPerson
	case InstitutionDown:
		return ActorInstitution
	case SlowDown, NotReady, RateLimited, Unavailable:
		return ActorNobody
	case Unsupported, Invalid, Forbidden, Conflict, Duplicate, NotFound, Gone, TooLarge:
		return ActorApplication
	}
	return ActorOperator
}

// NewProblem describes an error met at an institution, or in a file, which only the person
// can bring anew.
func NewProblem(err error, product Product, now time.Time) Problem {
	kind := KindOf(err)
	p := Problem{Kind: kind, Product: product, Actor: ActorFor(kind), Since: now}
	switch kind {
	case RejectedLogin, RejectedChallenge, ChallengeExpired, ConsentEnded:
		p.Where = "link"
	case Locked, ActionNeeded:
		p.Where = "institution"
	}
	e, ok := errors.AsType[*Error](err)
	if ok {
		p.Code = e.Code
	}
	if ok && e.Actor != "" {
		p.Actor, p.Detail = e.Actor, e.Detail
	}
	if ok && e.File != nil {
		p.Detail, p.File, p.Fields, p.Actor = e.Detail, e.File, e.Fields, ActorPerson
	}
	return p
}

// Passing reports whether trying again later, without anybody acting, may help. A
// rejected login is never tried again by a schedule: it locks people out.
func (p Problem) Passing() bool {
	switch p.Kind {
	case InstitutionDown, SlowDown, NotReady, Unavailable, Internal:
		return true
	}
	return false
}
