package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// NewKey is a key with the only copy of its secret.
type NewKey struct {
	Key      fairlead.Key `json:"key"`
	ClientID string       `json:"client_id"`
	Secret   string       `json:"secret"`
}

// keySpec is a key with the scopes that a command names; none: all.
func keySpec(p Params) (access.KeySpec, error) {
	spec := access.KeySpec{KeepForSigning: true}
	if p.Scopes == "" {
		return spec, nil
	}
	scopes, ok := fairlead.ParseAccessScopes(p.Scopes)
	if !ok {
		return spec, fairlead.InvalidField("scopes", "unknown", "must be among read, link, collect, manage, erase")
	}
	spec.Scopes = scopes
	return spec, nil
}

func (s *Server) keyCreate(ctx context.Context, p Params) (any, error) {
	spec, err := keySpec(p)
	if err != nil {
		return nil, err
	}
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	k, secret, err := s.Verbs.Access.CreateKey(ctx, a.Tenant, a.ID, spec)
	return NewKey{shown(k), a.ClientID, secret.Reveal()}, err
}

func (s *Server) keyList(ctx context.Context, p Params) (any, error) {
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	keys, err := s.Verbs.Access.Keys(ctx, a.Tenant, a.ID)
	for i := range keys {
		keys[i] = shown(keys[i])
	}
	return keys, err
}

// shown is a key without what only the server needs of it.
func shown(k fairlead.Key) fairlead.Key {
	k.Hash, k.Signing = "", nil
	return k
}

func (s *Server) keyRevoke(ctx context.Context, p Params) (any, error) {
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	return a, s.Verbs.Access.RevokeKey(ctx, a.Tenant, a.ID, fairlead.KeyID(p.Key))
}

// tenantSet says whose connections a tenant's applications see.
func (s *Server) tenantSet(ctx context.Context, p Params) (any, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	return s.Verbs.Access.ShareConnections(ctx, t.ID, p.Sharing)
}
