package server

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/guard"
)

// service is a connector that declares hosts and does nothing.
type service struct {
	connector.Connector
	d connector.Description
}

func (s service) Describe() connector.Description { return s.d }

// outside is a server that serves nothing, with connectors of some hosts.
func outside(t *testing.T, c Config, all ...connector.Description) *Server {
	t.Helper()
	var connectors []connector.Connector
	for _, d := range all {
		connectors = append(connectors, service{d: d})
	}
	registry, err := connector.NewRegistry(connectors...)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c.Log = slog.New(slog.DiscardHandler)
	c.URL = "https://connect.example.com"
	return &Server{Config: c, registry: registry, listener: l, loop: refuse{}}
}

// service and sandboxes that a connector of Plaid's kind declares.
func aggregator() connector.Description {
	return connector.Description{Name: "agg", Provider: &connector.ProviderSpec{Title: "Aggregator", Hosts: map[fairlead.Environment][]string{
		fairlead.Live: {"production.agg.invalid"}, fairlead.Sandbox: {"sandbox.agg.invalid"},
	}}}
}

func TestARequestMayTakeAsLongAsItsConnectorDeclares(t *testing.T) {
	t.Parallel()
	s := outside(t, Config{}, connector.Description{Name: "slow", Hosts: []string{"*"}, Patience: 125 * time.Second}, connector.Description{Name: "usual"})
	for name, want := range map[string]time.Duration{"slow": 125 * time.Second, "usual": time.Minute, "unknown": time.Minute} {
		if got := s.client(fairlead.Live, name, "").Timeout; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestAConnectorReachesTheHostsOfItsTenantsEnvironmentOnly(t *testing.T) {
	t.Parallel()
	pasted := connector.Description{Name: "pasted", Hosts: []string{"*"}, SandboxHosts: []string{"*"}}
	banks := connector.Description{Name: "banks"}
	s := outside(t, Config{Allow: []string{"bridge.internal"}}, aggregator(), pasted, banks)
	for _, c := range []struct {
		env             fairlead.Environment
		connector, base string
		address         string
		refused         bool
	}{
		{fairlead.Live, "agg", "", "https://production.agg.invalid/x", false},
		{fairlead.Live, "agg", "", "https://sandbox.agg.invalid/x", true},
		{fairlead.Live, "agg", "", "http://production.agg.invalid/x", true}, // in plain text
		{fairlead.Live, "agg", "", "https://evil.invalid/x", true},
		{fairlead.Live, "agg", "", "https://127.0.0.1:1/x", true},
		{fairlead.Live, "agg", "https://mirror.invalid", "https://mirror.invalid/x", false},
		{fairlead.Live, "agg", "http://bridge.internal", "http://bridge.internal/x", false},
		{fairlead.Sandbox, "agg", "", "https://sandbox.agg.invalid/x", false},
		{fairlead.Sandbox, "agg", "", "https://production.agg.invalid/x", true},
		{fairlead.Sandbox, "agg", "", "https://127.0.0.1:1/x", true},
		{fairlead.Live, "pasted", "", "https://anybody.invalid/x", false},
		{fairlead.Live, "pasted", "", "http://anybody.invalid/x", true},
		{fairlead.Live, "pasted", "", "https://169.254.169.254/x", true},
		{fairlead.Live, "pasted", "", "https://10.0.0.1/x", true},
		{fairlead.Live, "banks", "", "https://anybody.invalid/x", true},
		{fairlead.Sandbox, "banks", "", "https://anybody.invalid/x", true},
		{fairlead.Live, "nobody", "", "https://anybody.invalid/x", true},
	} {
		r, err := s.client(c.env, c.connector, c.base).Get(c.address)
		if err == nil {
			r.Body.Close()
		}
		if err == nil || errors.Is(err, guard.ErrRefused) != c.refused {
			t.Errorf("%s %s %q at %s: %v", c.env, c.connector, c.base, c.address, err)
		}
	}
}

func TestADevServersConnectorsReachLoopbackAddresses(t *testing.T) {
	t.Parallel()
	near := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("here")) }))
	t.Cleanup(near.Close)
	banks := connector.Description{Name: "banks"}
	dev, serve := outside(t, Config{Dev: true}, aggregator(), banks), outside(t, Config{}, aggregator(), banks)
	for _, c := range []struct {
		server    *Server
		connector string
		reached   bool
	}{{dev, "agg", true}, {dev, "banks", false}, {serve, "agg", false}, {serve, "banks", false}} {
		r, err := c.server.client(fairlead.Sandbox, c.connector, near.URL).Get(near.URL)
		if err == nil {
			r.Body.Close()
		}
		if (err == nil) != c.reached {
			t.Errorf("%s: %v", c.connector, err)
		}
	}
}

func TestABaseAddressIsTakenInServeOnlyWhereTheOperatorAllowsIt(t *testing.T) {
	t.Parallel()
	serve := outside(t, Config{Allow: []string{"bridge.internal", "10.1.0.0/16"}}, aggregator())
	dev := outside(t, Config{Dev: true}, aggregator())
	for _, c := range []struct {
		server *Server
		base   string
		says   string
	}{
		{serve, "https://production.agg.invalid", ""},
		{serve, "http://production.agg.invalid", "https"},
		{serve, "https://sandbox.agg.invalid", "--allow"},
		{serve, "https://bridge.internal", ""},
		{serve, "http://bridge.internal:8080/plaid", ""},
		{serve, "http://10.1.2.3", ""},
		{serve, "https://10.2.2.3", "--allow"},
		{serve, "http://127.0.0.1:8080", "https"},
		{dev, "http://127.0.0.1:8080/plaid", ""},
		{dev, "http://localhost:8080/plaid", ""},
		{dev, "https://elsewhere.invalid", "--allow"},
	} {
		err := c.server.reaches(fairlead.Live, "agg", c.base)
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.base, err)
		}
	}
}
