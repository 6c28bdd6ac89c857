package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
)

// NewSetupToken is a setup token with the only copy of what a person pastes.
type NewSetupToken struct {
	Token fairlead.SetupToken `json:"token"`
	Value string              `json:"value"`
}

// ListedSetupToken is a setup token as it stands.
type ListedSetupToken struct {
	fairlead.SetupToken
	Status fairlead.SetupTokenStatus `json:"status"`
}

// onlyApplication is the application that a command names, or the tenant's only one.
func (s *Server) onlyApplication(ctx context.Context, p Params) (a fairlead.Application, err error) {
	if p.Application != "" {
		return s.application(ctx, p)
	}
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return a, unknown("tenant", p.Tenant, err)
	}
	all, err := s.Verbs.Access.Applications(ctx, t.ID, "", 2)
	if err == nil && len(all) != 1 {
		err = fairlead.Errorf(fairlead.Invalid, "The tenant has not one application: say which with --app.")
	}
	if err != nil {
		return a, err
	}
	return all[0], nil
}

func (s *Server) simplefinTokenCreate(ctx context.Context, p Params) (any, error) {
	a, err := s.onlyApplication(ctx, p)
	if err != nil {
		return nil, err
	}
	person, err := s.Verbs.Reading.Person(ctx, a.Tenant, p.Person)
	if err != nil {
		return nil, unknown("person", p.Person, err)
	}
	if t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant); err == nil && t.Sharing == fairlead.SharingApplication {
		ctx = fairlead.WithHolder(ctx, a.ID)
	}
	made, value, err := s.Verbs.Consenting.CreateSetupToken(ctx, a, consenting.SetupTokenSpec{
		Person: person.ID, Name: p.Name, Connections: p.Connections, Life: p.Overlap,
	})
	return NewSetupToken{made, value.Reveal()}, err
}

func (s *Server) simplefinTokenList(ctx context.Context, p Params) (any, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	q := consenting.SetupTokenQuery{Limit: 500}
	if p.Person != "" {
		person, err := s.Verbs.Reading.Person(ctx, t.ID, p.Person)
		if err != nil {
			return nil, unknown("person", p.Person, err)
		}
		q.Person = person.ID
	}
	out := []ListedSetupToken{}
	for {
		page, now, err := s.Verbs.Consenting.SetupTokens(ctx, t.ID, q)
		if err != nil {
			return nil, err
		}
		for _, token := range page {
			out = append(out, ListedSetupToken{token, token.Status(now)})
			q.After = token.ID
		}
		if len(page) < q.Limit {
			return out, nil
		}
	}
}

func (s *Server) simplefinTokenRevoke(ctx context.Context, p Params) (any, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	id := fairlead.SetupTokenID(p.Key)
	if err := s.Verbs.Consenting.RevokeSetupToken(ctx, t.ID, id); err != nil {
		return nil, unknown("setup token", p.Key, err)
	}
	token, _, err := s.Verbs.Consenting.SetupToken(ctx, t.ID, id)
	return token, err
}
