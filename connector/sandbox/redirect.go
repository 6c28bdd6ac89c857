package sandbox

import (
	"context"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/connector/sandbox/bank"
)

// Logins at pages of the institution's own: at banks whose whole login is there, and
// the second factor SCA_LINK.

// Mount serves the banks' pages and interfaces under /sandbox/.
func (s *Sandbox) Mount(mux *http.ServeMux) {
	for _, i := range s.institutions {
		if i.redirect != "" {
			s.server(i).Mount(mux)
		}
	}
	s.external().Mount(mux)
}

// server is the bank's own.
func (s *Sandbox) server(i institution) *bank.Server {
	return &bank.Server{Institution: i.Institution, Path: i.redirect, Memory: s.memory, Login: s, Time: s.options.Time}
}

func (s *Sandbox) external() bank.External {
	return bank.External{Memory: s.memory, Time: s.options.Time, Institution: func(id fairlead.InstitutionID) (fairlead.Institution, error) {
		i, err := s.institution(id)
		return i.Institution, err
	}}
}

// SignIn begins the login conversation of every bank.
func (*Sandbox) SignIn() (connector.Turn, error) {
	return turn(kit.Login(kit.User("field.user"), kit.Password("field.password")), loginState{})
}

// Offer lists the accounts that a person may share.
func (s *Sandbox) Offer(ctx context.Context, start connector.Start, user string, triggers []string) ([]fairlead.AccountOffer, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return nil, err
	}
	return s.offer(ctx, start.Env, i, user, triggers, start.Hints)
}

// client is the tenant's at a bank, which knows it from now on.
func (s *Sandbox) client(ctx context.Context, at connector.Env, i institution) (bank.Client, error) {
	c := bank.NewClient(at, i.redirect)
	return c, s.server(i).Register(ctx, c)
}

// depart makes a consent at the bank and sends the person there.
func (s *Sandbox) depart(ctx context.Context, start connector.Start, i institution) (connector.Turn, error) {
	c, err := s.client(ctx, start.Env, i)
	if err != nil {
		return connector.Turn{}, err
	}
	v, err := c.Depart(ctx, start)
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(v.Step(), loginState{Bank: v})
}

// arrive ends the login with what the person brought back from the bank.
func (s *Sandbox) arrive(ctx context.Context, start connector.Start, t loginState, a fairlead.Answer) (connector.Turn, error) {
	i, err := s.institution(start.Institution.ID)
	if err != nil {
		return connector.Turn{}, err
	}
	v := t.Bank
	switch {
	case len(a.Return) == 0 && start.Now.Before(v.Expires):
		return turn(v.Step(), t)
	case !start.Now.Before(v.Expires):
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The visit to the institution took too long.")
	}
	granted, err := bank.NewClient(start.Env, i.redirect).Return(ctx, v, a.Return)
	if err != nil {
		return connector.Turn{}, err
	}
	holder, err := s.holder(ctx, start, i, granted.User)
	if err != nil {
		return connector.Turn{}, err
	}
	return turn(fairlead.Step{Done: &fairlead.Done{
		Secrets: granted.Secrets, Holder: holder, Identity: fairlead.NewSecret(granted.User), Consent: granted.Consent,
	}}, loginState{})
}

// Renew refreshes a connection's access token. Fetch does the same by itself when it must.
func (s *Sandbox) Renew(ctx context.Context, session connector.Session) (map[string]fairlead.Secret, time.Time, error) {
	i, err := s.institution(session.Institution.ID)
	if err != nil || i.redirect == "" {
		return session.Secrets, time.Time{}, err
	}
	secrets, err := bank.NewClient(session.Env, i.redirect).Renew(ctx, session.Secrets)
	return secrets, time.Time{}, err
}

// Revoke ends a consent at the bank. Banks without consents have none to end.
func (s *Sandbox) Revoke(ctx context.Context, session connector.Session, ref string) error {
	i, err := s.institution(session.Institution.ID)
	if err != nil || i.redirect == "" || ref == "" {
		return err
	}
	c, err := s.client(ctx, session.Env, i)
	if err != nil {
		return err
	}
	return c.Revoke(ctx, ref)
}

// openExternal sends the person to a page to confirm on.
func (s *Sandbox) openExternal(ctx context.Context, start connector.Start, t loginState) (connector.Turn, error) {
	token, err := s.external().Open(ctx, start, t.Until)
	if err != nil {
		return connector.Turn{}, err
	}
	t.Visit = token
	return turn(s.external().Step(start, token, t.Until), t)
}

// closeExternal reads whether the person confirmed.
func (s *Sandbox) closeExternal(ctx context.Context, start connector.Start, t loginState, a fairlead.Answer) (connector.Turn, error) {
	confirmed, err := s.external().Confirmed(ctx, start.Tenant, t.Visit)
	switch {
	case err != nil:
		return connector.Turn{}, err
	case !confirmed:
		return turn(s.external().Step(start, t.Visit, t.Until), t)
	case a.Return["visit"] != "" && a.Return["visit"] != "done":
		return connector.Turn{}, fairlead.Errorf(fairlead.RejectedChallenge, "The person did not confirm at the institution.")
	}
	if err := s.external().Close(ctx, start.Tenant, t.Visit); err != nil {
		return connector.Turn{}, err
	}
	return s.passed(ctx, start, t)
}

// Visit plays the person at a bank's own pages.
func (s *Sandbox) Visit(ctx context.Context, at connector.Env, user, password, address string) (map[string]string, error) {
	return bank.Browse(ctx, s, at, user, password, address)
}
