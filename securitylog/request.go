package securitylog

import (
	"cmp"
	"context"
	"sync"
)

// Request is what is known of a request while it is answered: whoever comes to know
// more adds it, and who answered last reports what nobody did.
type Request struct {
	mu       sync.Mutex
	known    Entry
	reported bool
}

type requestKey struct{}

// WithRequest returns a context whose events are one request's, from a client's
// address.
func WithRequest(ctx context.Context, from string) (context.Context, *Request) {
	r := &Request{known: Entry{From: from}}
	return context.WithValue(ctx, requestKey{}, r), r
}

func requestIn(ctx context.Context) *Request {
	r, _ := ctx.Value(requestKey{}).(*Request)
	return r
}

// Know adds to what is known of the request that a context has, if it has one.
func Know(ctx context.Context, e Entry) {
	r := requestIn(ctx)
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = merged(e, r.known)
}

// Known is what is known, and whether an event of the request was reported.
func (r *Request) Known() (e Entry, reported bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.known, r.reported
}

// complete fills an entry, and remembers that something was reported.
func (r *Request) complete(e Entry) Entry {
	if r == nil {
		return e
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reported = true
	return merged(e, r.known)
}

// merged is an entry with what it leaves empty from another.
func merged(e, other Entry) Entry {
	return Entry{
		From: cmp.Or(e.From, other.From), Tenant: cmp.Or(e.Tenant, other.Tenant), Application: cmp.Or(e.Application, other.Application),
		Key: cmp.Or(e.Key, other.Key), Subject: cmp.Or(e.Subject, other.Subject), RequestID: cmp.Or(e.RequestID, other.RequestID),
		Route: cmp.Or(e.Route, other.Route), Scope: cmp.Or(e.Scope, other.Scope), Limit: cmp.Or(e.Limit, other.Limit),
		Status: cmp.Or(e.Status, other.Status),
	}
}
