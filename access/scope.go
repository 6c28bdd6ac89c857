package access

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// May is nil where the caller's key or token has a scope, else Forbidden with the
// scope's name: in the sentence, and as the one Field.
func (c Caller) May(scope fairlead.AccessScope) error {
	if c.Operator || slices.Contains(c.Scopes, scope) {
		return nil
	}
	return &fairlead.Error{
		Kind: fairlead.Forbidden, Detail: "The key or token has not the scope " + string(scope) + ".",
		Fields: []fairlead.Field{{Name: ScopeField, Code: "required", Reason: mustInclude + string(scope)}},
	}
}

// ScopeField is the Field of the Error that says which scope is missing, and of
// the one that refuses scopes which the caller has not.
const ScopeField = "scope"

const mustInclude = "must include "

// Challenge is what RFC 6750 has an answer say in WWW-Authenticate where a scope is
// missing; "" for any other error.
func Challenge(err error) string {
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.Forbidden || len(e.Fields) != 1 || e.Fields[0].Name != ScopeField {
		return ""
	}
	scope := strings.TrimPrefix(e.Fields[0].Reason, mustInclude)
	return `Bearer realm="fairlead", error="insufficient_scope", scope="` + scope + `"`
}

// Narrowed is the caller with fewer scopes. Invalid, with ScopeField, where one is
// unknown or more than the caller has.
func (c Caller) Narrowed(scopes []fairlead.AccessScope) (Caller, error) {
	if len(scopes) == 0 || !subset(scopes, c.Scopes) {
		return c, fairlead.InvalidField(ScopeField, "range", "must be scopes that the key has")
	}
	c.Scopes = scopes
	return c, nil
}

// In is a context in which the caller acts, from a client's address: audit entries
// are in its name, and where the tenant says that each application has its own
// connections, others' are not found.
func (c Caller) In(ctx context.Context, from string) context.Context {
	ctx = fairlead.WithActor(ctx, string(c.Application.ID), from)
	if c.Tenant.Sharing == fairlead.SharingApplication {
		ctx = fairlead.WithHolder(ctx, c.Application.ID)
	}
	return ctx
}

// subset reports whether all scopes are among others.
func subset(scopes, among []fairlead.AccessScope) bool {
	return !slices.ContainsFunc(scopes, func(s fairlead.AccessScope) bool { return !slices.Contains(among, s) })
}

// both are the scopes that are in two lists.
func both(scopes, among []fairlead.AccessScope) []fairlead.AccessScope {
	return slices.DeleteFunc(slices.Clone(scopes), func(s fairlead.AccessScope) bool { return !slices.Contains(among, s) })
}

// checkScopes refuses scopes that do not exist, or that are named twice.
func checkScopes(scopes []fairlead.AccessScope) error {
	for i, s := range scopes {
		if !slices.Contains(fairlead.AccessScopes(), s) || slices.Contains(scopes[:i], s) {
			return fairlead.InvalidField("scopes", "unknown", "must be scopes of the list in the reference, each once")
		}
	}
	return nil
}
