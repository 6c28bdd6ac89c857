package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/reading"
)

// TenantCount is how much there is of a tenant, for who is about to delete it.
type TenantCount struct {
	Name         string `json:"name"`
	Applications int    `json:"applications"`
	Persons      int    `json:"persons"`
	Connections  int    `json:"connections"` // that have not ended
	Providers    int    `json:"providers"`
}

// auditedTenant finds the tenant whose audit trail is read: also a deleted one, by its id,
// and the server's own.
func (s *Server) auditedTenant(ctx context.Context, named string) (fairlead.Tenant, error) {
	if named == string(fairlead.ServerTenant) {
		return fairlead.Tenant{ID: fairlead.ServerTenant}, nil
	}
	t, err := s.Verbs.Access.TenantNamed(ctx, named)
	if fairlead.Is(err, fairlead.NotFound) {
		t, err = s.Verbs.Access.Tenant(ctx, fairlead.TenantID(named))
	}
	return t, unknown("tenant", named, err)
}

func (s *Server) tenantCount(ctx context.Context, p Params) (any, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	count := TenantCount{Name: t.Name}
	steps := []func() error{
		func() error {
			return s.eachApplication(ctx, t.ID, func(fairlead.Application) error { count.Applications++; return nil })
		},
		func() error {
			return s.eachPerson(ctx, t.ID, func(fairlead.Person) error { count.Persons++; return nil })
		},
		func() error {
			return s.eachConnection(ctx, t.ID, "", func(c fairlead.Connection) error {
				if c.Status != fairlead.ConnectionDisconnected {
					count.Connections++
				}
				return nil
			})
		},
		func() error {
			return s.providersOf(ctx, t.ID, func(fairlead.Provider) error { count.Providers++; return nil })
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return count, nil
}

// tenantDelete deletes a tenant: its applications end with their keys, so that nothing new
// begins; its persons are erased, which ends their connections, at the institutions where
// that can be done; its providers go with their keys. What is interrupted is done by the
// same command once more.
func (s *Server) tenantDelete(ctx context.Context, p Params) (any, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	if t.Name == access.DevTenant && t.Environment == fairlead.Sandbox {
		return nil, fairlead.Errorf(fairlead.Conflict, "The tenant %s belongs to fairlead dev: delete the data folder instead, or start with another.", t.Name)
	}
	err = s.eachApplication(ctx, t.ID, func(a fairlead.Application) error {
		return s.deleteApplication(ctx, a)
	})
	if err != nil {
		return nil, err
	}
	err = s.eachPerson(ctx, t.ID, func(person fairlead.Person) error {
		return s.Verbs.Erasing.ErasePerson(ctx, t.ID, person.ID, "operator")
	})
	if err != nil {
		return nil, err
	}
	err = s.providersOf(ctx, t.ID, func(provider fairlead.Provider) error {
		return s.Verbs.Providing.Delete(ctx, t.ID, provider.ID)
	})
	if err != nil {
		return nil, err
	}
	return t, s.Verbs.Access.EndTenant(ctx, t.ID)
}

// eachApplication walks a tenant's applications, which may be deleted on the way.
func (s *Server) eachApplication(ctx context.Context, tenant fairlead.TenantID, do func(fairlead.Application) error) error {
	for after := fairlead.ApplicationID(""); ; {
		page, err := s.Verbs.Access.Applications(ctx, tenant, after, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, a := range page {
			if after = a.ID; err == nil {
				err = do(a)
			}
		}
		if err != nil {
			return err
		}
	}
}

// eachPerson walks a tenant's persons, who may be erased on the way.
func (s *Server) eachPerson(ctx context.Context, tenant fairlead.TenantID, do func(fairlead.Person) error) error {
	for after := ""; ; {
		page, err := s.Verbs.Reading.Persons(ctx, tenant, after, 100)
		if err != nil {
			return err
		}
		for _, person := range page.Data {
			if err := do(person); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return nil
		}
	}
}

// providersOf walks a tenant's providers, which may be deleted on the way.
func (s *Server) providersOf(ctx context.Context, tenant fairlead.TenantID, do func(fairlead.Provider) error) error {
	for after := fairlead.ProviderID(""); ; {
		page, err := s.Verbs.Providing.List(ctx, tenant, after, 100)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, provider := range page {
			if after = provider.ID; err == nil {
				err = do(provider)
			}
		}
		if err != nil {
			return err
		}
	}
}

// eachConnection walks the connections of a tenant, or of one of its persons.
func (s *Server) eachConnection(
	ctx context.Context, tenant fairlead.TenantID, person fairlead.PersonID, do func(fairlead.Connection) error,
) error {
	for q := (reading.ListQuery{Person: person, Limit: 100}); ; {
		page, err := s.Verbs.Reading.Connections(ctx, tenant, q)
		if err != nil {
			return err
		}
		for _, c := range page.Data {
			if err := do(c); err != nil {
				return err
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
