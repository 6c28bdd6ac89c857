package fairlead

import (
	"context"
	"slices"
	"strings"
)

// AccessScope is one thing that a key, or a token issued for it, may be used for.
// The list is closed: each operation of each dialect needs one of them, or none.
type AccessScope string

const (
	AccessScopeRead    AccessScope = "read"    // data, documents, events, and what the application itself has
	AccessScopeLink    AccessScope = "link"    // links, codes and portals, and the application's own record, settings, keys and endpoints
	AccessScopeCollect AccessScope = "collect" // collections and uploads, and a sandbox's clock and banks
	AccessScopeManage  AccessScope = "manage"  // the other applications of the tenant, and its providers
	AccessScopeErase   AccessScope = "erase"   // disconnecting, and erasing persons
)

// AccessScopes is the closed list, in the order in which it is written.
func AccessScopes() []AccessScope {
	return []AccessScope{AccessScopeRead, AccessScopeLink, AccessScopeCollect, AccessScopeManage, AccessScopeErase}
}

// ParseAccessScopes reads scopes with spaces between (RFC 6749, section 3.3), in
// whatever order and however often. ok is false where one is unknown, or none is
// named.
func ParseAccessScopes(text string) (scopes []AccessScope, ok bool) {
	named := strings.Fields(text)
	for _, s := range AccessScopes() {
		if slices.Contains(named, string(s)) {
			scopes = append(scopes, s)
		}
	}
	known := !slices.ContainsFunc(named, func(name string) bool { return !slices.Contains(scopes, AccessScope(name)) })
	return scopes, known && len(scopes) > 0
}

// FormatAccessScopes writes scopes as ParseAccessScopes reads them.
func FormatAccessScopes(scopes []AccessScope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, " ")
}

// Sharing says whose connections an application of a tenant reads, collects,
// disconnects and erases.
type Sharing string

const (
	SharingTenant      Sharing = "shared" // the whole tenant's; so does an empty one
	SharingApplication Sharing = "own"    // those that its own links made
)

// holderKey is where a context has whose connections alone may be touched.
type holderKey struct{}

// WithHolder returns a context in which only the connections that one application's
// links made are found: all others are NotFound. Access derives it for callers of a
// tenant whose Sharing says so.
func WithHolder(ctx context.Context, app ApplicationID) context.Context {
	return context.WithValue(ctx, holderKey{}, app)
}

// HolderIn is whose connections alone may be touched in a context; "": the tenant's.
func HolderIn(ctx context.Context) ApplicationID {
	app, _ := ctx.Value(holderKey{}).(ApplicationID)
	return app
}

// Found is nil where the connection may be touched in a context, else NotFound.
func (c Connection) Found(ctx context.Context) error {
	if app := HolderIn(ctx); app != "" && app != c.Application {
		return Errorf(NotFound, "There is no such connection.")
	}
	return nil
}
