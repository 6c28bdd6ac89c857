package connectortest_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
)

// hosted is a sound connector behind a provider, whose login is on the service's pages.
// Each fault spoils one thing.
type hosted struct {
	bank
	spec    func(*connector.ProviderSpec)
	try     func(connector.Env) error
	list    func(cursor string, p *connector.DirectoryPage)
	receive func() ([]connector.ProviderUpdate, error)
	polled  func(*connector.Turn) error
}

const providerKey = "canary-provider-key"

func (h hosted) Describe() connector.Description {
	spec := connector.ProviderSpec{Title: "Hosted", Fields: []connector.ProviderField{
		{Name: "client", Kind: connector.ProviderText, Label: "Client"},
		{Name: "key", Kind: connector.ProviderSecret, Label: "Key"},
		{Name: "plan", Kind: connector.ProviderChoice, Label: "Plan", Choices: []string{"trial", "pay"}, Default: "trial"},
	}}
	if h.spec != nil {
		h.spec(&spec)
	}
	return connector.Description{Name: "hosted", Provider: &spec}
}

func (h hosted) Try(_ context.Context, env connector.Env) (connector.ProviderReport, error) {
	if h.try != nil {
		return connector.ProviderReport{}, h.try(env)
	}
	if env.Provider.Keys["key"].Reveal() != providerKey {
		return connector.ProviderReport{}, fairlead.Errorf(fairlead.Unauthenticated, "The key is wrong.")
	}
	return connector.ProviderReport{}, nil
}

func entry(n int) connector.DirectoryEntry {
	return connector.DirectoryEntry{Institution: fairlead.Institution{
		ID: fairlead.InstitutionID("hosted_" + strconv.Itoa(n)), Name: "Bank", Country: "US", Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions},
		Logins: []fairlead.LoginKind{fairlead.LoginRedirect}, Environments: []fairlead.Environment{fairlead.Sandbox},
	}}
}

func (h hosted) Institutions(_ context.Context, _ connector.Env, cursor string) (connector.DirectoryPage, error) {
	n, _ := strconv.Atoi(cursor)
	p := connector.DirectoryPage{Institutions: []connector.DirectoryEntry{entry(n)}, Cursor: strconv.Itoa(n + 1), More: n < 3}
	if h.list != nil {
		h.list(cursor, &p)
	}
	return p, nil
}

func (h hosted) Receive(context.Context, connector.Env, connector.Received) ([]connector.ProviderUpdate, error) {
	if h.receive != nil {
		return h.receive()
	}
	return nil, fairlead.Errorf(fairlead.Unauthenticated, "The signature does not verify.")
}

func (h hosted) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return connector.Turn{Step: fairlead.Step{Send: &fairlead.Send{URL: "https://hosted.example/1", Visit: "1", Poll: 5}}, State: []byte("1")}, nil
}

func (h hosted) Resume(ctx context.Context, s connector.Start, state []byte, a fairlead.Answer) (connector.Turn, error) {
	if string(state) != "1" {
		return connector.Turn{}, fairlead.Errorf(fairlead.ChallengeExpired, "The login has to begin anew.")
	}
	if a.Return != nil {
		return connector.Turn{Slots: []string{"item"}, Step: fairlead.Step{Done: &fairlead.Done{Identity: fairlead.NewSecret("alice"), Upstream: "item"}}}, nil
	}
	t, err := h.Begin(ctx, s)
	if h.polled != nil {
		err = h.polled(&t)
	}
	return t, err
}

func hostedCase(h hosted) connectortest.Case {
	provider := connector.Provider{Keys: map[string]fairlead.Secret{"key": fairlead.NewSecret(providerKey)}, SlotsLeft: -1}
	i := entry(1).Institution
	return connectortest.Case{
		New:      func() connector.Connector { return h },
		Start:    connector.Start{Env: connector.Env{Provider: &provider}, Institution: i},
		Answers:  []fairlead.Answer{{Return: map[string]string{"state": "x"}}},
		Canaries: []string{providerKey},
	}
}

func TestASoundConnectorBehindAProviderPasses(t *testing.T) {
	t.Parallel()
	result := connectortest.Run(t, hostedCase(hosted{}))
	if len(result.Steps) != 2 || result.Steps[0].Send == nil {
		t.Errorf("the steps are %+v", result.Steps)
	}
}

func TestEachFaultBehindAProviderIsFound(t *testing.T) {
	t.Parallel()
	calls := 0
	for name, c := range map[string]struct {
		hosted hosted
		wants  string
	}{
		"no title":        {hosted{spec: func(s *connector.ProviderSpec) { s.Title = "" }}, "no title"},
		"one field twice": {hosted{spec: func(s *connector.ProviderSpec) { s.Fields = append(s.Fields, s.Fields[0]) }}, "taken"},
		"default of no choice": {hosted{spec: func(s *connector.ProviderSpec) {
			s.Fields = slices.Clone(s.Fields)
			s.Fields[2].Default = "gratis"
		}}, "none of its choices"},
		"keys that are refused":   {hosted{try: func(connector.Env) error { return fairlead.Errorf(fairlead.Unauthenticated, "No.") }}, "refuses the case's keys"},
		"keys that nobody checks": {hosted{try: func(connector.Env) error { return nil }}, "wrong keys"},
		"key in an error": {hosted{try: func(e connector.Env) error {
			return fairlead.Errorf(fairlead.Unauthenticated, "%s is wrong", e.Provider.Keys["key"].Reveal())
		}}, "quotes a key"},
		"institution of another":   {hosted{list: func(_ string, p *connector.DirectoryPage) { p.Institutions[0].ID = "ins_1" }}, "the service's own"},
		"institution listed twice": {hosted{list: func(_ string, p *connector.DirectoryPage) { p.Institutions[0].ID = "hosted_1" }}, "listed twice"},
		"list that stays":          {hosted{list: func(cursor string, p *connector.DirectoryPage) { p.Cursor, p.More = cursor, true }}, "does not go on"},
		"list that changes": {hosted{list: func(_ string, p *connector.DirectoryPage) {
			calls++
			p.Institutions[0].Popular = calls
		}}, "second time"},
		"empty list":                 {hosted{list: func(_ string, p *connector.DirectoryPage) { *p = connector.DirectoryPage{} }}, "reaches no institution"},
		"webhook that nobody signed": {hosted{receive: func() ([]connector.ProviderUpdate, error) { return nil, nil }}, "without a signature"},
		"poll that fails":            {hosted{polled: func(*connector.Turn) error { return errors.New("oops") }}, "while the person is away"},
		"poll that sends elsewhere":  {hosted{polled: func(t *connector.Turn) error { t.Step.Send.URL += "2"; return nil }}, "another address"},
		"poll without a pause":       {hosted{polled: func(t *connector.Turn) error { t.Step.Send.Poll = -1; return nil }}, "every -1 seconds"},
	} {
		if got := complaintsAbout(t, hostedCase(c.hosted)); !strings.Contains(got, c.wants) {
			t.Errorf("%s: wanted a complaint about %q, got %q", name, c.wants, got)
		}
	}
}
