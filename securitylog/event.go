package securitylog

import "log/slog"

// Event is what happened, from a closed list. docs/security-log.md explains each.
type Event string

const (
	AuthenticationFailed Event = "authentication_failed" // wrong, expired or revoked credentials
	ScopeMissing         Event = "scope_missing"         // a key or token was used for what it may not do
	AccessRefused        Event = "access_refused"        // another application of the tenant, or a request that is not allowed
	UnknownID            Event = "unknown_id"            // a known caller named what is not theirs, or is not
	LimitReached         Event = "limit_reached"         // too much was asked, or held open
	KeyFirstUsed         Event = "key_first_used"
	KeyCreated           Event = "key_created"
	KeyRotated           Event = "key_rotated"
	KeyRevoked           Event = "key_revoked"
	TokenRevoked         Event = "token_revoked"
	CodeReplayed         Event = "code_replayed"            // a code was shown a second time: it is revoked
	IdempotencyReplayed  Event = "idempotency_key_replayed" // a stored answer was given again
	StateRefused         Event = "state_refused"            // a return from an institution whose state leads nowhere, or no more
	OperatorSignedIn     Event = "operator_signed_in"
	OperatorLocked       Event = "operator_locked"  // after wrong passwords or codes
	OperatorChanged      Event = "operator_changed" // invited, disabled, another role, or another way to sign in
	ServerError          Event = "server_error"     // 5xx
)

// Events is the closed list.
func Events() []Event {
	return []Event{
		AuthenticationFailed, ScopeMissing, AccessRefused, UnknownID, LimitReached, KeyFirstUsed, KeyCreated, KeyRotated, KeyRevoked,
		TokenRevoked, CodeReplayed, IdempotencyReplayed, StateRefused,
		OperatorSignedIn, OperatorLocked, OperatorChanged, ServerError,
	}
}

// level is INFO for what happens in the course of things, WARN for what should not.
func (e Event) level() slog.Level {
	switch e {
	case UnknownID, KeyFirstUsed, KeyCreated, KeyRotated, KeyRevoked, TokenRevoked, IdempotencyReplayed,
		OperatorSignedIn, OperatorChanged:
		return slog.LevelInfo
	}
	return slog.LevelWarn
}

// Entry is who and what an event is about: ids, names of routes and addresses of
// clients, never a value that somebody sent or that opens anything. What is not
// known is empty.
type Entry struct {
	From        string // client's address
	Tenant      string // id
	Application string // id
	Key         string // id
	Subject     string // id of what was acted on
	RequestID   string
	Route       string // the pattern, not the address
	Scope       string // that is missing
	Limit       string // which one: credentials, application, streams …
	Status      int    // of the answer
}

// attributes are those that are known, in the order of docs/security-log.md.
func (e Entry) attributes(event Event) []any {
	out := []any{slog.String("event", string(event))}
	for _, f := range []struct{ name, value string }{
		{"from", e.From},
		{"tenant", e.Tenant},
		{"application", e.Application},
		{"key", e.Key},
		{"subject", e.Subject},
		{"route", e.Route},
		{"scope", e.Scope},
		{"limit", e.Limit},
		{"request_id", e.RequestID},
	} {
		if f.value != "" {
			out = append(out, slog.String(f.name, f.value))
		}
	}
	if e.Status != 0 {
		out = append(out, slog.Int("status", e.Status))
	}
	return out
}
