package server

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/rewrapping"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// Params is what an operator's command takes; each uses the fields it needs.
type Params struct {
	Tenant      string                     `json:"tenant,omitempty"` // name
	Application string                     `json:"application,omitempty"`
	Environment fairlead.Environment       `json:"environment,omitempty"`
	Seed        string                     `json:"seed,omitempty"`
	Company     string                     `json:"company,omitempty"`
	Origins     []string                   `json:"origins,omitempty"`
	Redirects   []string                   `json:"redirects,omitempty"`
	Callbacks   []string                   `json:"callbacks,omitempty"`
	Accent      *string                    `json:"accent,omitempty"`
	Logo        *string                    `json:"logo,omitempty"`
	Terms       *string                    `json:"terms,omitempty"`   // address of a page
	Privacy     *string                    `json:"privacy,omitempty"` // address of a page
	Dialect     string                     `json:"dialect,omitempty"`
	Settings    map[string]json.RawMessage `json:"settings,omitempty"`
	Overlap     time.Duration              `json:"overlap,omitempty"`
	Scopes      string                     `json:"scopes,omitempty"` // with spaces between; empty: all
	Key         string                     `json:"key,omitempty"`    // id
	Sharing     fairlead.Sharing           `json:"sharing,omitempty"`
	Work        WorkSelection              `json:"work,omitzero"`
	Person      string                     `json:"person,omitempty"` // id or reference
	Name        string                     `json:"name,omitempty"`   // of a program
	Connections []fairlead.ConnectionID    `json:"connections,omitempty"`
	Provider    ProviderParams             `json:"provider,omitzero"`
	Operator    OperatorParams             `json:"operator,omitzero"`
	Connection  string                     `json:"connection,omitempty"`
	Link        string                     `json:"link,omitempty"`
	After       int64                      `json:"after,omitempty"` // sequence of the audit entry to go on after
	Anchors     []fairlead.AuditAnchor     `json:"anchors,omitempty"`
}

// Made is an application with the only copy of a new secret.
type Made struct {
	Application fairlead.Application `json:"application"`
	ClientID    string               `json:"client_id"`
	Secret      string               `json:"secret,omitempty"`
}

// commands is what an operator can have a server do, running or not.
var commands = map[string]func(*Server, context.Context, Params) (any, error){
	"tenant.create": (*Server).tenantCreate,
	"tenant.list":   (*Server).tenantList,
	"tenant.set":    (*Server).tenantSet,
	"tenant.count":  (*Server).tenantCount,
	"tenant.delete": (*Server).tenantDelete,

	"connection.list": (*Server).connectionList,
	"person.erase":    (*Server).personErase,
	"link.show":       (*Server).linkShow,

	"app.key.create": (*Server).keyCreate,
	"app.key.list":   (*Server).keyList,
	"app.key.revoke": (*Server).keyRevoke,
	"app.create":     (*Server).appCreate,
	"app.list":       (*Server).appList,
	"app.rotate":     (*Server).appRotate,
	"app.set":        (*Server).appSet,
	"app.show":       (*Server).appShow,
	"app.delete":     (*Server).appDelete,
	"audit.trail":    (*Server).auditTrail,
	"audit.check":    (*Server).auditCheck,
	"work.list":      (*Server).workList,

	"provider.fields":  (*Server).providerFields,
	"provider.set":     (*Server).providerSet,
	"provider.list":    (*Server).providerList,
	"provider.check":   (*Server).providerCheck,
	"provider.show":    (*Server).providerShow,
	"provider.try":     (*Server).providerTry,
	"provider.refresh": (*Server).providerRefresh,
	"provider.delete":  (*Server).providerDelete,
	"record":           (*Server).record,

	"simplefin.token.create": (*Server).simplefinTokenCreate,
	"simplefin.token.list":   (*Server).simplefinTokenList,
	"simplefin.token.revoke": (*Server).simplefinTokenRevoke,

	"operator.invite":  (*Server).operatorInvite,
	"operator.list":    (*Server).operatorList,
	"operator.disable": (*Server).operatorDisable,
	"operator.reset":   (*Server).operatorReset,

	"work.retry":  (*Server).workRetry,
	"keys.rewrap": (*Server).rewrap,
	"health":      (*Server).healthNow,
}

// Command runs one command of an operator.
func (s *Server) Command(ctx context.Context, name string, body []byte) (any, error) {
	run, ok := commands[name]
	if !ok {
		return nil, fmt.Errorf("there is no command %q", name)
	}
	var p Params
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, fmt.Errorf("the parameters could not be read: %w", err)
	}
	return run(s, fairlead.WithActor(ctx, "operator", ""), p)
}

// unknown names what an operator mistyped.
func unknown(what, name string, err error) error {
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Errorf(fairlead.NotFound, "There is no %s named %q.", what, name)
	}
	return err
}

func (s *Server) tenantCreate(ctx context.Context, p Params) (any, error) {
	return s.Verbs.Access.CreateTenant(ctx, p.Tenant, p.Environment, p.Seed)
}

func (s *Server) tenantList(ctx context.Context, _ Params) (any, error) {
	standing := []fairlead.Tenant{}
	for t, err := range s.Verbs.Access.AllTenants(ctx) {
		if err != nil {
			return nil, err
		}
		if t.Deleted.IsZero() {
			standing = append(standing, t)
		}
	}
	return standing, nil
}

func (s *Server) appCreate(ctx context.Context, p Params) (any, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	spec, err := keySpec(p)
	if err != nil {
		return nil, err
	}
	a, err := s.Verbs.Access.CreateApplication(ctx, t.ID, access.ApplicationSpec{
		Name: p.Application, CompanyName: p.Company, Origins: p.Origins, RedirectHosts: p.Redirects, CallbackHosts: p.Callbacks,
	})
	if err != nil {
		return nil, err
	}
	_, secret, err := s.Verbs.Access.CreateKey(ctx, t.ID, a.ID, spec)
	return Made{a, a.ClientID, secret.Reveal()}, err
}

func (s *Server) appList(ctx context.Context, p Params) (any, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return nil, unknown("tenant", p.Tenant, err)
	}
	return s.Verbs.Access.Applications(ctx, t.ID, "", 1000)
}

// application finds an application by its name in a tenant.
func (s *Server) application(ctx context.Context, p Params) (fairlead.Application, error) {
	t, err := s.Verbs.Access.TenantNamed(ctx, p.Tenant)
	if err != nil {
		return fairlead.Application{}, unknown("tenant", p.Tenant, err)
	}
	a, err := s.Verbs.Access.ApplicationNamed(ctx, t.ID, p.Application)
	if err != nil {
		return a, unknown("application", p.Application, err)
	}
	return a, nil
}

func (s *Server) appShow(ctx context.Context, p Params) (any, error) { return s.application(ctx, p) }

func (s *Server) appRotate(ctx context.Context, p Params) (any, error) {
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	_, secret, err := s.Verbs.Access.RotateKey(ctx, a.Tenant, a.ID, p.Overlap)
	return Made{a, a.ClientID, secret.Reveal()}, err
}

// appSet changes what is given: addresses of the application, or settings of a dialect.
func (s *Server) appSet(ctx context.Context, p Params) (any, error) {
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	if p.Dialect != "" {
		if err := s.Verbs.Notes.Change(ctx, a.Tenant, a.ID, p.Dialect, p.Settings); err != nil {
			return nil, err
		}
		return s.application(ctx, p)
	}
	return s.Verbs.Access.UpdateApplication(ctx, a.Tenant, a.ID, func(a *fairlead.Application) error {
		for _, f := range []struct {
			into *[]string
			from []string
		}{{&a.Origins, p.Origins}, {&a.RedirectHosts, p.Redirects}, {&a.CallbackHosts, p.Callbacks}} {
			if f.from != nil {
				*f.into = f.from
			}
		}
		if p.Company != "" {
			a.CompanyName = p.Company
		}
		for _, f := range []struct{ into, from *string }{
			{&a.Theme.Accent, p.Accent}, {&a.Theme.Logo, p.Logo}, {&a.TermsURL, p.Terms}, {&a.PrivacyURL, p.Privacy},
		} {
			if f.from != nil {
				*f.into = *f.from
			}
		}
		return nil
	})
}

// appDelete deletes an application; the links it has open end with what they
// keep sealed. What it connected stays the tenant's.
func (s *Server) appDelete(ctx context.Context, p Params) (any, error) {
	a, err := s.application(ctx, p)
	if err != nil {
		return nil, err
	}
	return a, s.deleteApplication(ctx, a)
}

func (s *Server) deleteApplication(ctx context.Context, a fairlead.Application) error {
	return s.Verbs.Access.DeleteApplication(ctx, a.Tenant, a.ID, func(ctx context.Context) error { return s.cancelLinks(ctx, a) })
}

// cancelLinks ends an application's open links.
func (s *Server) cancelLinks(ctx context.Context, a fairlead.Application) error {
	for after := fairlead.LinkID(""); ; {
		page, err := s.Verbs.Linking.Links(ctx, a.Tenant, a.ID, after, 500)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, link := range page {
			after = link.ID
			if link.Status != fairlead.LinkOpen {
				continue
			}
			if _, err := s.Verbs.Linking.Cancel(ctx, a.Tenant, link.ID); err != nil {
				return err
			}
		}
	}
}

// auditTrail is a page of a tenant's trail, up to 1000 entries.
func (s *Server) auditTrail(ctx context.Context, p Params) (any, error) {
	t, err := s.auditedTenant(ctx, p.Tenant)
	if err != nil {
		return nil, err
	}
	return s.Verbs.Access.AuditTrail(ctx, t.ID, p.After, 1000)
}

// rewrap brings everything sealed under the keyset's primary key.
func (s *Server) rewrap(ctx context.Context, _ Params) (any, error) {
	verb := rewrapping.New(s.Store, s.Vault)
	total, err := verb.Server(ctx)
	if err != nil {
		return total, err
	}
	err = s.eachTenant(ctx, func(t fairlead.Tenant) error {
		counts, err := verb.Tenant(ctx, t.ID)
		total.Seen += counts.Seen
		total.Changed += counts.Changed
		return err
	})
	if err == nil {
		err = s.resealCanary(ctx)
	}
	if err == nil {
		err = s.Verbs.Access.ResealRequestKeys(ctx)
	}
	return total, err
}

// Health is what a running server says of what it stores.
type Health struct {
	Wrong  string `json:"wrong,omitempty"`  // what is, and why
	Canary []byte `json:"canary,omitempty"` // sealed; see CheckCanary
	Dev    string `json:"dev,omitempty"`    // where a dev server is reached; empty of serve
}

func (s *Server) healthNow(ctx context.Context, _ Params) (any, error) {
	var h Health
	if what, why := s.unready(ctx); what != "" {
		h.Wrong = what + ": " + CommandError(why)
	}
	h.Canary, _ = storedCanary(ctx, s.Store)
	if s.Config.Dev {
		h.Dev = s.URL()
	}
	return h, nil
}

// OpenFor opens what a command of the operator needs, serving nothing: no
// listener, no work. Close it.
func OpenFor(ctx context.Context, c Config) (*Server, error) {
	if err := c.Paths(); err != nil {
		return nil, err
	}
	s := &Server{Config: c}
	var err error
	if s.Store, err = openStore(ctx, c, sqlstore.Options{AuditMAC: s.auditMAC}); err != nil {
		return nil, err
	}
	if err := s.openSealed(ctx); err != nil {
		s.close()
		return nil, err
	}
	if err := s.wire(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// Close gives back what OpenFor took.
func (s *Server) Close() { s.close() }
