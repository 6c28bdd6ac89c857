package fairlead

import (
	"net/netip"
	"net/url"
	"strings"
)

// Loopback reports whether a host name means this machine by its form alone:
// localhost, names under it, and loopback IP addresses.
func Loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// plainURL parses an absolute address without credentials and control characters.
func plainURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil, len(address) > 2048, strings.ContainsAny(address, "\\ \t\r\n"):
		return nil, Errorf(Invalid, "The address can't be read.")
	case u.User != nil:
		return nil, Errorf(Invalid, "The address must not hold credentials.")
	case webScheme(u.Scheme) && u.Hostname() == "", u.Scheme == "":
		return nil, Errorf(Invalid, "The address must be a full one.")
	case !webScheme(u.Scheme) && !appScheme(u.Scheme):
		return nil, Errorf(Invalid, "The address must begin with https, or with an app's scheme of the form com.example.app:.")
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
