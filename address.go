package fairlead

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// RedirectAllowed tells whether a link may lead to the address: an https address
// on one of the application's RedirectHosts ("app.example.com", with a port
// where it is not 443), or a custom scheme that is listed with its colon
// ("myapp:"). In dev, loopback addresses are allowed too, by http or https.
func (a Application) RedirectAllowed(address string, dev bool) error {
	u, err := plainURL(address)
	if err != nil {
		return err
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		if slices.ContainsFunc(a.RedirectHosts, func(h string) bool { return strings.EqualFold(strings.TrimSuffix(h, "//"), u.Scheme+":") }) {
			return nil
		}
		return Errorf(Invalid, "The address's scheme is not registered for the application.")
	}
	if dev && Loopback(u.Hostname()) {
		return nil
	}
	if u.Scheme != "https" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	if !slices.ContainsFunc(a.RedirectHosts, func(h string) bool { return sameHost(h, u) }) {
		return Errorf(Invalid, "The address's host is not registered for the application.")
	}
	return nil
}

// CallbackAllowed tells whether a webhook may be posted to the address: https, on
// one of the application's CallbackHosts where it has any, else on any host that
// is not plainly private (what a name resolves to is judged when it is dialled).
// In dev, loopback addresses are allowed too, by http or https.
func (a Application) CallbackAllowed(address string, dev bool) error {
	u, err := plainURL(address)
	if err != nil {
		return err
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	if strings.Contains(address, "#") {
		return Errorf(Invalid, "The address must not have a fragment.")
	}
	if dev && Loopback(u.Hostname()) {
		return nil
	}
	if u.Scheme != "https" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	if len(a.CallbackHosts) > 0 {
		if !slices.ContainsFunc(a.CallbackHosts, func(h string) bool { return sameHost(h, u) }) {
			return Errorf(Invalid, "The address's host is not registered for the application.")
		}
		return nil
	}
	if private(u.Hostname()) {
		return Errorf(Invalid, "The address must be a public one.")
	}
	return nil
}

// OriginAllowed tells whether pages of the origin ("https://app.example.com") may
// frame a link and call from a browser: exactly one of the application's
// Origins. In dev, loopback origins are allowed too.
func (a Application) OriginAllowed(origin string, dev bool) bool {
	u, err := plainURL(origin)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Scheme+"://"+u.Host != strings.ToLower(origin) {
		return false
	}
	if dev && Loopback(u.Hostname()) {
		return true
	}
	return slices.ContainsFunc(a.Origins, func(o string) bool { return strings.EqualFold(o, origin) })
}

// Loopback tells whether a host name means this machine by its form alone:
// localhost, names under it, and loopback IP addresses.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// private tells whether a host is not on the public Internet by its form alone.
func private(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		ip = ip.Unmap()
		return !ip.IsGlobalUnicast() || ip.IsPrivate()
	}
	if Loopback(host) || !strings.Contains(host, ".") {
		return true
	}
	for _, suffix := range []string{".local", ".internal", ".home.arpa", ".lan", ".intranet"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// plainURL parses an absolute address without credentials and control characters.
func plainURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, len(address) > 2048, strings.ContainsAny(address, "\\ \t\r\n"):
		return nil, Errorf(Invalid, "The address can't be read.")
	case u.User != nil:
		return nil, Errorf(Invalid, "The address must not hold credentials.")
	case (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() == "", u.Scheme == "":
		return nil, Errorf(Invalid, "The address must be a full one.")
	case slices.Contains([]string{"javascript", "data", "vbscript", "file", "blob", "about"}, u.Scheme):
		return nil, Errorf(Invalid, "The address must begin with https.")
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// sameHost compares a registered host, with or without its port, with an https address's.
func sameHost(registered string, u *url.URL) bool {
	registered = strings.ToLower(registered)
	return registered == u.Host || registered == strings.TrimSuffix(u.Host, ":443") || strings.TrimSuffix(registered, ":443") == u.Host
}

// WithQuery adds parameters to an address, in order and after those that it has.
func WithQuery(address string, query ...[2]string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	separator := "?"
	if strings.Contains(address, "?") {
		separator = "&"
	}
	for _, q := range query {
		// As encodeURIComponent: a space is %20, never a plus.
		address += separator + q[0] + "=" + strings.ReplaceAll(url.QueryEscape(q[1]), "+", "%20")
		separator = "&"
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}
