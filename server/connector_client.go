package server

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/guard"
)

// clientOf names one of the ways out that connectors have.
type clientOf struct {
	env             fairlead.Environment
	connector, base string
}

// client is what a connector may dial with: for a sandbox tenant this server's own
// make-believe banks and the hosts of a service's sandbox that the connector declares, for
// a live tenant the hosts that it declares; and that of the provider's base address. No
// private address is reached but those that the operator allows, and in dev loopback ones.
func (s *Server) client(env fairlead.Environment, name, base string) *http.Client {
	s.clientsMu.Lock()
	defer s.clientsMu.Unlock()
	key := clientOf{env, name, base}
	if c, ok := s.clients[key]; ok {
		return c
	}
	if s.clients == nil || len(s.clients) >= maxClients {
		s.clients = map[clientOf]*http.Client{}
	}
	var d connector.Description
	if c, err := s.registry.Connector(name); err == nil {
		d = c.Describe()
	}
	c := &http.Client{Transport: s.wayOut(env, name, base), Timeout: d.CallTime(), CheckRedirect: refuseRedirects}
	s.clients[key] = c
	return c
}

// maxClients bounds those that are remembered: a base address is an operator's to choose.
const maxClients = 256

// wayOut builds the transport of a client.
func (s *Server) wayOut(env fairlead.Environment, name, base string) http.RoundTripper {
	out := outward{banks: refuse{}, near: refuse{}, far: refuse{}}
	if env == fairlead.Sandbox {
		out.banks = s.toSelf()
	}
	c, err := s.registry.Connector(name)
	if err != nil {
		return out
	}
	hosts := hostsOf(c.Describe(), env)
	if len(hosts) == 0 && c.Describe().Provider == nil && !slices.Contains(c.Describe().Hosts, "*") {
		return out // else dev lets it reach this machine: by a base, or by an address that a person brings
	}
	policy := guard.Policy{Hosts: hosts, Allow: s.Config.Allow}
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		policy.Hosts = append(policy.Hosts, u.Hostname())
	}
	if s.Config.Dev {
		if near, err := guard.Transport(guard.Policy{Loopback: true}); err == nil {
			out.near = near
		}
	}
	if len(policy.Hosts) == 0 {
		return out
	}
	far, err := guard.Transport(policy)
	if err != nil {
		s.Config.Log.Error("a connector gets no way out", "connector", name, "error", err)
		return out
	}
	out.far, out.plain = far, policy.Allowed
	return out
}

// hostsOf are the hosts that a connector declares for tenants of an environment.
func hostsOf(d connector.Description, env fairlead.Environment) []string {
	hosts := d.Hosts
	if env == fairlead.Sandbox {
		hosts = d.SandboxHosts
	}
	if d.Provider != nil && len(d.Provider.Hosts[env]) > 0 {
		if env != fairlead.Sandbox {
			hosts = nil
		}
		hosts = append(slices.Clone(hosts), d.Provider.Hosts[env]...)
	}
	return slices.Clone(hosts)
}

// reaches says why a connector may not call a base address: in serve it must be a host
// that the connector declares, or one that the operator allows.
func (s *Server) reaches(env fairlead.Environment, name, base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return errors.New("is not an address")
	}
	if s.Config.Dev && fairlead.Loopback(u.Hostname()) {
		return nil
	}
	if env == fairlead.Sandbox && strings.HasPrefix(base, s.Config.URL+"/sandbox/") && !strings.Contains(base, "..") {
		return nil
	}
	allowed := guard.Policy{Allow: s.Config.Allow}.Allowed(u.Hostname())
	if u.Scheme != "https" && !allowed {
		return errors.New("must be an https address; plain http is only for hosts that --allow names")
	}
	if c, err := s.registry.Connector(name); err == nil && slices.Contains(hostsOf(c.Describe(), env), u.Hostname()) {
		return nil
	}
	if !allowed {
		return errors.New("must be at a host that the server's --allow (FAIRLEAD_ALLOW) names")
	}
	return nil
}

// outward sorts a connector's requests: to this server's own banks, to loopback addresses
// in dev, and to everywhere else that it may call, by https only.
type outward struct {
	banks, near, far http.RoundTripper
	plain            func(host string) bool // where plain http is tolerated
}

func (o outward) RoundTrip(r *http.Request) (*http.Response, error) {
	if answer, err := o.banks.RoundTrip(r); !errors.Is(err, guard.ErrRefused) {
		return answer, err
	}
	host := r.URL.Hostname()
	if _, refused := o.near.(refuse); !refused && fairlead.Loopback(host) {
		return o.near.RoundTrip(r)
	}
	if r.URL.Scheme != "https" && (o.plain == nil || !o.plain(host)) {
		return nil, guard.ErrRefused
	}
	return o.far.RoundTrip(r)
}

// plainHTTP reports whether a connector may call a host without TLS.
func (s *Server) plainHTTP(host string) bool {
	return s.Config.Dev && fairlead.Loopback(host) || guard.Policy{Allow: s.Config.Allow}.Allowed(host)
}

// refuseRedirects leaves it to a connector what a redirect means.
func refuseRedirects(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// refuse dials nothing.
type refuse struct{}

func (refuse) RoundTrip(*http.Request) (*http.Response, error) { return nil, guard.ErrRefused }

// self reaches this server's own /sandbox/ by its listener, whatever name it has
// outside: a make-believe bank is real HTTP, but never leaves the machine.
type self struct {
	base    *url.URL
	address string
	next    http.RoundTripper
}

func (s *Server) toSelf() http.RoundTripper {
	base, err := url.Parse(s.Config.URL)
	if err != nil || s.listener == nil { // a command of the operator serves nothing
		return refuse{}
	}
	return self{base, s.listener.Addr().String(), s.loop}
}

func (t self) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != t.base.Host || r.URL.Scheme != t.base.Scheme || !strings.HasPrefix(r.URL.Path, "/sandbox/") || strings.Contains(r.URL.Path, "..") {
		return nil, guard.ErrRefused
	}
	out := r.Clone(r.Context())
	out.Host = r.URL.Host
	out.URL.Scheme, out.URL.Host = "http", t.address
	return t.next.RoundTrip(out)
}
