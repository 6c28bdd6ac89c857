package server

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/guard"
)

// connectorTimeout bounds one request of a connector.
const connectorTimeout = 60 * time.Second

// client is what a connector may dial with: a sandbox tenant's reaches this
// server's own make-believe banks and nothing else; a live tenant's only the
// hosts that the connector declares, and no private address.
func (s *Server) client(env fairlead.Environment, name string) *http.Client {
	if env == fairlead.Sandbox {
		return &http.Client{Transport: s.toSelf(), Timeout: connectorTimeout, CheckRedirect: refuseRedirects}
	}
	s.clientsOnce.Do(s.makeClients)
	if c, ok := s.clients[name]; ok {
		return c
	}
	return &http.Client{Transport: refuse{}}
}

// makeClients gives each connector that names hosts a guarded client of its own.
func (s *Server) makeClients() {
	s.clients = map[string]*http.Client{}
	for _, c := range s.registry.All() {
		d := c.Describe()
		if len(d.Hosts) == 0 {
			continue
		}
		transport, err := guard.Transport(guard.Policy{Hosts: d.Hosts, Allow: s.Config.Allow})
		if err != nil {
			s.Config.Log.Error("a connector gets no way out", "connector", d.Name, "error", err)
			continue
		}
		s.clients[d.Name] = &http.Client{Transport: transport, Timeout: connectorTimeout, CheckRedirect: refuseRedirects}
	}
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
	if err != nil {
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
