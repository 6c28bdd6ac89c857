package access

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// maxAddress bounds an address, as browsers and mail programs do.
const maxAddress = 2048

// ownSchemes never leave the browser for somebody's app: an address of one runs
// as a script, or shows something of the person's own machine.
var ownSchemes = []string{"about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "jar", "resource", "vbscript", "view-source", "ws", "wss"}

// RedirectAllowed tells whether a link may lead the browser to an address: https
// at a listed host, or an app's own scheme listed as "myapp:". With devLoopback
// any loopback address and any app's scheme will do. Invalid, field "redirect", if not.
func RedirectAllowed(app fairlead.Application, address string, devLoopback bool) error {
	const field = "redirect"
	u, err := parseAddress(field, address)
	if err != nil {
		return err
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		if devLoopback || slices.ContainsFunc(app.RedirectHosts, func(h string) bool { return strings.EqualFold(h, u.Scheme+":") }) {
			return nil
		}
		return fairlead.InvalidField(field, "unknown", "must have a scheme that is listed among the application's redirect hosts")
	case u.Host == "":
		return fairlead.InvalidField(field, "format", "must be a complete address")
	case devLoopback && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fairlead.InvalidField(field, "format", "must be an https address")
	case !listed(app.RedirectHosts, u):
		return fairlead.InvalidField(field, "unknown", "must lead to a host that is listed among the application's redirect hosts")
	}
	return nil
}

// CallbackAllowed tells whether notices may be posted to an address: https, no
// fragment, at a listed host (where none is listed: any but one of a private
// network). With devLoopback any loopback address will do. Invalid, field
// "callback", if not. What a name resolves to is judged when it is dialled.
func CallbackAllowed(app fairlead.Application, address string, devLoopback bool) error {
	const field = "callback"
	u, err := parseAddress(field, address)
	if err != nil {
		return err
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http", u.Host == "":
		return fairlead.InvalidField(field, "format", "must be an https address")
	case u.Fragment != "" || strings.Contains(address, "#"):
		return fairlead.InvalidField(field, "format", "must not have a fragment")
	case devLoopback && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fairlead.InvalidField(field, "format", "must be an https address")
	case len(app.CallbackHosts) > 0 && !listed(app.CallbackHosts, u):
		return fairlead.InvalidField(field, "unknown", "must be at a host that is listed among the application's callback hosts")
	case len(app.CallbackHosts) == 0 && isPrivate(u.Hostname()):
		return fairlead.InvalidField(field, "range", "must be a public address")
	}
	return nil
}

// OriginAllowed tells whether pages of an origin may frame a link: exactly one
// that is listed, over https. With devLoopback any loopback origin will do.
// Invalid, field "origin", if not.
func OriginAllowed(app fairlead.Application, origin string, devLoopback bool) error {
	const field = "origin"
	u, err := parseOrigin(field, origin)
	if err != nil {
		return err
	}
	switch {
	case devLoopback && isLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return fairlead.InvalidField(field, "format", "must be an https origin")
	}
	same := func(entry string) bool {
		other, err := parseOrigin(field, entry)
		return err == nil && other.Scheme == u.Scheme && sameHost(other, u)
	}
	if !slices.ContainsFunc(app.Origins, same) {
		return fairlead.InvalidField(field, "unknown", "must be one of the application's origins")
	}
	return nil
}

// parseAddress reads an absolute address the way a browser would, or refuses it.
func parseAddress(field, address string) (*url.URL, error) {
	wrong := fairlead.InvalidField(field, "format", "must be a complete address")
	if address == "" || len(address) > maxAddress {
		return nil, wrong
	}
	// Browsers drop white space and read a backslash as a slash: what they would see is not what is checked here.
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return nil, wrong
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || slices.Contains(ownSchemes, u.Scheme) {
		return nil, wrong
	}
	if u.User != nil {
		return nil, fairlead.InvalidField(field, "format", "must not have a user name or password")
	}
	if strings.ContainsFunc(u.Host, func(r rune) bool { return r > 0x7e || r == '%' }) {
		return nil, fairlead.InvalidField(field, "format", "must have its host in ASCII")
	}
	return u, nil
}

// parseOrigin reads scheme://host[:port] and nothing more.
func parseOrigin(field, origin string) (*url.URL, error) {
	u, err := parseAddress(field, origin)
	if err != nil {
		return nil, err
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.Scheme+"://"+strings.ToLower(u.Host) != strings.ToLower(origin) {
		return nil, fairlead.InvalidField(field, "format", "must be an origin of the form https://host")
	}
	return u, nil
}

// listed tells whether an address is at one of the hosts; an entry without a
// port means the usual one.
func listed(hosts []string, u *url.URL) bool {
	return slices.ContainsFunc(hosts, func(h string) bool { return sameHost(&url.URL{Scheme: u.Scheme, Host: h}, u) })
}

// sameHost compares host and port; an absent port is the scheme's own.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// port is the address's port.
func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}

// isLoopback tells whether a host name means this machine.
func isLoopback(host string) bool {
	host = strings.ToLower(host)
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// isPrivate tells whether a host is literally one of a private network.
func isPrivate(host string) bool {
	if isLoopback(host) {
		return true
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	ip = ip.Unmap()
	return ip.IsPrivate() || ip.IsUnspecified() || ip.IsMulticast() || ip.IsLinkLocalUnicast()
}
