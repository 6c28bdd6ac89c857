package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/providing"
)

// ProviderParams is what commands about a tenant's provider take.
type ProviderParams struct {
	Connector string            `json:"connector,omitempty"`
	Fields    map[string]string `json:"fields,omitempty"` // secret ones too
	Base      *string           `json:"base,omitempty"`
	Priority  *int              `json:"priority,omitempty"`
}

// ShownProvider is a provider as an operator sees it: without its keys.
type ShownProvider struct {
	fairlead.Provider
	TenantName string            `json:"tenant_name"`
	Title      string            `json:"title"`
	LastFour   map[string]string `json:"last_four"` // of each key
}

// ShownField is a field of a connector's provider.
type ShownField struct {
	Name     string                      `json:"name"`
	Kind     connector.ProviderFieldKind `json:"kind"`
	Label    string                      `json:"label"`
	Help     string                      `json:"help,omitempty"`
	Default  string                      `json:"default,omitempty"`
	Choices  []string                    `json:"choices,omitempty"`
	Optional bool                        `json:"optional,omitempty"`
}

// ShownConnector is a connector that takes a provider.
type ShownConnector struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Console string       `json:"console,omitempty"`
	Fields  []ShownField `json:"fields"`
}

func (s *Server) shownProvider(t fairlead.Tenant, p fairlead.Provider) (ShownProvider, error) {
	ends, err := s.Verbs.Providing.LastFour(p)
	shown := ShownProvider{Provider: p, TenantName: t.Name, Title: p.Connector, LastFour: ends}
	shown.Keys = nil
	if c, found := s.registry.Connector(p.Connector); found == nil && c.Describe().Provider != nil {
		shown.Title = c.Describe().Provider.Title
	}
	return shown, err
}

// tenantNamed finds the tenant of a command.
func (s *Server) tenantNamed(ctx context.Context, p Params) (fairlead.Tenant, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	return t, unknown("tenant", p.Tenant, err)
}

// provider finds the provider of a command.
func (s *Server) provider(ctx context.Context, p Params) (fairlead.Tenant, fairlead.Provider, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return t, fairlead.Provider{}, err
	}
	if known, err := s.registry.Connector(p.Provider.Connector); err != nil || known.Describe().Provider == nil {
		return t, fairlead.Provider{}, fairlead.Errorf(fairlead.NotFound, "No connector that takes a provider is named %q: `fairlead provider fields` lists them.", p.Provider.Connector)
	}
	found, err := s.Verbs.Providing.Of(ctx, t.ID, p.Provider.Connector)
	if fairlead.Is(err, fairlead.NotFound) {
		err = fairlead.Errorf(fairlead.NotFound, "The tenant %s has no provider of %s. `fairlead provider set %s --tenant %s` makes one.",
			t.Name, p.Provider.Connector, p.Provider.Connector, t.Name)
	}
	return t, found, err
}

func (s *Server) providerFields(_ context.Context, p Params) (any, error) {
	environments := []fairlead.Environment{fairlead.Sandbox, fairlead.Live}
	out := []ShownConnector{}
	seen := map[string]bool{}
	for _, e := range environments {
		for _, c := range s.Verbs.Providing.Connectors(e) {
			if seen[c.Name] || p.Provider.Connector != "" && p.Provider.Connector != c.Name {
				continue
			}
			seen[c.Name] = true
			shown := ShownConnector{Name: c.Name, Title: c.Spec.Title, Console: c.Spec.Console, Fields: []ShownField{}}
			for _, f := range c.Spec.Fields {
				shown.Fields = append(shown.Fields, ShownField{f.Name, f.Kind, f.Label, f.Help, f.Default, f.Choices, f.Optional})
			}
			out = append(out, shown)
		}
	}
	if p.Provider.Connector != "" && len(out) == 0 {
		return nil, fairlead.Errorf(fairlead.NotFound, "No connector that takes a provider is named %q: `fairlead provider fields` lists them.", p.Provider.Connector)
	}
	return out, nil
}

func (s *Server) providerSet(ctx context.Context, p Params) (any, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	request := providing.SetRequest{Connector: p.Provider.Connector, Base: p.Provider.Base, Priority: p.Provider.Priority, Fields: map[string]fairlead.Secret{}}
	for name, value := range p.Provider.Fields {
		request.Fields[name] = fairlead.NewSecret(value)
	}
	set, err := s.Verbs.Providing.Set(ctx, t.ID, request)
	if err != nil {
		return nil, err
	}
	return s.shownProvider(t, set)
}

// providerList lists the providers of a tenant, or of all.
func (s *Server) providerList(ctx context.Context, p Params) (any, error) {
	return s.eachProvider(ctx, p, func(_ context.Context, _ fairlead.Tenant, of fairlead.Provider) (fairlead.Provider, error) {
		return of, nil
	})
}

// providerCheck tries all providers of a tenant, or of all.
func (s *Server) providerCheck(ctx context.Context, p Params) (any, error) {
	return s.eachProvider(ctx, p, func(ctx context.Context, t fairlead.Tenant, of fairlead.Provider) (fairlead.Provider, error) {
		return s.Verbs.Providing.TryAgain(ctx, t.ID, of.ID)
	})
}

func (s *Server) eachProvider(ctx context.Context, p Params, do func(context.Context, fairlead.Tenant, fairlead.Provider) (fairlead.Provider, error)) (any, error) {
	out := []ShownProvider{}
	known := p.Tenant == ""
	err := s.eachTenant(ctx, func(t fairlead.Tenant) error {
		if p.Tenant != "" && p.Tenant != t.Name {
			return nil
		}
		known = true
		all, err := s.Verbs.Providing.List(ctx, t.ID, "", 1000)
		for _, of := range all {
			if err == nil {
				of, err = do(ctx, t, of)
			}
			var shown ShownProvider
			if err == nil {
				shown, err = s.shownProvider(t, of)
				out = append(out, shown)
			}
		}
		return err
	})
	if err == nil && !known {
		err = unknown("tenant", p.Tenant, fairlead.Errorf(fairlead.NotFound, ""))
	}
	return out, err
}

func (s *Server) providerShow(ctx context.Context, p Params) (any, error) {
	t, found, err := s.provider(ctx, p)
	if err != nil {
		return nil, err
	}
	return s.shownProvider(t, found)
}

func (s *Server) providerTry(ctx context.Context, p Params) (any, error) {
	t, found, err := s.provider(ctx, p)
	if err == nil {
		found, err = s.Verbs.Providing.TryAgain(ctx, t.ID, found.ID)
	}
	if err != nil {
		return nil, err
	}
	return s.shownProvider(t, found)
}

func (s *Server) providerRefresh(ctx context.Context, p Params) (any, error) {
	t, found, err := s.provider(ctx, p)
	if err == nil {
		found, err = s.Verbs.Providing.Refresh(ctx, t.ID, found.ID)
	}
	if err != nil {
		return nil, err
	}
	return s.shownProvider(t, found)
}

func (s *Server) providerDelete(ctx context.Context, p Params) (any, error) {
	t, found, err := s.provider(ctx, p)
	if err == nil {
		err = s.Verbs.Providing.Delete(ctx, t.ID, found.ID)
	}
	if err != nil {
		return nil, err
	}
	return s.shownProvider(t, found)
}
