// Package guard keeps outgoing connections away from addresses that nobody
// outside should reach through this server.
//
// It owns the check itself: every connection is judged after DNS has answered,
// by the address that is really dialled, so that a name which resolves to
// somewhere inside, or changes its mind between two look-ups, gains nothing. No
// proxy of the environment is used. It owns the rule for redirects too. It does
// not know who calls or why: notifying posts through it, and connectors fetch
// through it.
package guard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"code.dny.dev/ssrf"

	"github.com/fairlead-dev/fairlead"
)

// ErrRefused is what every refusal wraps.
var ErrRefused = errors.New("guard: the address is not allowed")

// Policy says where connections may lead. The zero value is: any public address.
type Policy struct {
	Loopback bool     // dev: loopback addresses only (and what Allow names)
	Allow    []string // host names, addresses or CIDRs inside that the operator allows
	Hosts    []string // the only hosts that may be called, "*.bank.example" with what is below; empty: any
}

// Time-outs and caps of a guarded transport. The caller bounds the whole
// request by its context.
const (
	dialTimeout    = 10 * time.Second
	headerCap      = 64 << 10
	idleTimeout    = 30 * time.Second
	idlePerAddress = 4
)

// sentinel holds a parsed policy and the two ways to dial.
type sentinel struct {
	loopback bool
	names    map[string]bool // host names the operator allows
	prefixes []netip.Prefix  // networks the operator allows
	hosts    []string
	public   *ssrf.Guardian
	guarded  net.Dialer
	plain    net.Dialer
}

// Transport returns a transport that obeys the policy. An Allow that is neither
// a host name, an address nor a CIDR is Invalid.
func Transport(p Policy) (*http.Transport, error) {
	s, err := newSentinel(p)
	if err != nil {
		return nil, err
	}
	return s.transport(), nil
}

func (s *sentinel) transport() *http.Transport {
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            s.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    dialTimeout,
		MaxResponseHeaderBytes: headerCap,
		DisableCompression:     true, // a compressed answer could burst its cap
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           256,
		MaxIdleConnsPerHost:    idlePerAddress,
		IdleConnTimeout:        idleTimeout,
	}
}

func newSentinel(p Policy) (*sentinel, error) {
	names, prefixes, err := parseAllow(p.Allow)
	if err != nil {
		return nil, err
	}
	s := &sentinel{
		loopback: p.Loopback, names: names, prefixes: prefixes,
		public: ssrf.New(ssrf.WithAnyPort()),
		plain:  net.Dialer{Timeout: dialTimeout},
	}
	for _, h := range p.Hosts {
		s.hosts = append(s.hosts, canonical(h))
	}
	s.guarded = net.Dialer{Timeout: dialTimeout, Control: s.control}
	return s, nil
}

// dial refuses a host that the policy does not name, and lets control judge the
// addresses of all others but those whose very name the operator allows.
func (s *sentinel) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("%w: not a host and port", ErrRefused)
	}
	host = canonical(host)
	if !s.named(host) {
		return nil, fmt.Errorf("%w: this host is not among those that may be called", ErrRefused)
	}
	if s.names[host] {
		return s.plain.DialContext(ctx, network, address)
	}
	return s.guarded.DialContext(ctx, network, address)
}

// control runs after DNS, once for each address that is about to be dialled.
func (s *sentinel) control(network, address string, c syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: not an address and port", ErrRefused)
	}
	plain := to.Addr().Unmap()
	for _, p := range s.prefixes {
		if p.Contains(plain) {
			return nil
		}
	}
	if s.loopback {
		if plain.IsLoopback() {
			return nil
		}
		return fmt.Errorf("%w: only loopback addresses are, in development", ErrRefused)
	}
	if !fairlead.PublicAddress(plain) {
		return fmt.Errorf("%w: it is not a public one", ErrRefused)
	}
	if err := s.public.Safe(network, address, c); err != nil { // somebody else's list, should ours lag behind
		return fmt.Errorf("%w: it is not a public one", ErrRefused)
	}
	return nil
}

// named reports whether the policy's Hosts have the host.
func (s *sentinel) named(host string) bool {
	if len(s.hosts) == 0 {
		return true
	}
	for _, h := range s.hosts {
		if below, ok := strings.CutPrefix(h, "*"); ok && strings.HasSuffix(host, below) || h == host {
			return true
		}
	}
	return false
}

// Allowed reports whether Allow names the host of an address, or its network when
// the host is a literal address: plain http is tolerated there.
func (p Policy) Allowed(host string) bool {
	names, prefixes, err := parseAllow(p.Allow)
	if err != nil {
		return false
	}
	host = canonical(host)
	if names[host] {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, prefix := range prefixes {
		if prefix.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// parseAllow sorts an operator's list into host names and networks.
func parseAllow(allow []string) (map[string]bool, []netip.Prefix, error) {
	names := map[string]bool{}
	var prefixes []netip.Prefix
	for _, entry := range allow {
		entry = strings.TrimSpace(entry)
		if prefix, err := netip.ParsePrefix(entry); err == nil {
			prefixes = append(prefixes, prefix.Masked())
			continue
		}
		if ip, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		if entry == "" || strings.ContainsAny(entry, "/:*@ ") {
			return nil, nil, fmt.Errorf("guard: %q is neither a host name, an address nor a CIDR", entry)
		}
		names[canonical(entry)] = true
	}
	return names, prefixes, nil
}

// canonical is the form in which host names are compared.
func canonical(host string) string {
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// Hop judges one redirect: only http and https, no user name in it, and never
// from https down to http.
func Hop(from, to *url.URL) error {
	switch {
	case to.Scheme != "http" && to.Scheme != "https", to.Host == "":
		return fmt.Errorf("%w: a redirect to something that is not a web address", ErrRefused)
	case to.User != nil:
		return fmt.Errorf("%w: a redirect to an address with a user name", ErrRefused)
	case from.Scheme == "https" && to.Scheme == "http":
		return fmt.Errorf("%w: a redirect from https to http", ErrRefused)
	}
	return nil
}

// Redirects is an http.Client's CheckRedirect that follows at most so many hops, each
// judged by Hop; 0 hands the 3xx answer back. The transport judges where each
// leads.
func Redirects(hops int) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, via []*http.Request) error {
		switch {
		case hops == 0:
			return http.ErrUseLastResponse
		case len(via) > hops:
			return fmt.Errorf("%w: more than %d redirects", ErrRefused, hops)
		}
		return Hop(via[len(via)-1].URL, next.URL)
	}
}
