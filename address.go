package fairlead

import (
	"net/netip"
	"net/url"
	"slices"
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

// WithQuery adds parameters to an address, in order and after those that it has. All
// else of the address stays letter for letter: whatever its scheme, what it says
// already, however that is written, and its fragment, which stays last.
func WithQuery(address string, query ...[2]string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	separator := "?"
	if _, already, ok := strings.Cut(address, "?"); ok {
		if separator = "&"; already == "" || strings.HasSuffix(already, "&") {
			separator = ""
		}
	}
	for _, q := range query {
		address += separator + component(q[0]) + "=" + component(q[1])
		separator = "&"
	}
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// SetQuery is WithQuery for parameters that are told by their names. Those of ours are
// said by us alone: whatever the address has of them goes, also where there is nothing to
// say now, so that no address says in our name what we do not. Of the others the address
// has the first word: where it has a parameter of that name, it stays as it is.
func SetQuery(address string, ours []string, query ...[2]string) string {
	address, fragment, hasFragment := strings.Cut(address, "#")
	said := map[string]bool{}
	if before, already, ok := strings.Cut(address, "?"); ok {
		var remaining []string
		for parameter := range strings.SplitSeq(already, "&") {
			name, _, _ := strings.Cut(parameter, "=")
			if plain, err := url.QueryUnescape(name); err == nil {
				name = plain
			}
			if !slices.Contains(ours, name) {
				remaining, said[name] = append(remaining, parameter), true
			}
		}
		if address = before; len(remaining) > 0 {
			address += "?" + strings.Join(remaining, "&")
		}
	}
	if hasFragment {
		address += "#" + fragment
	}
	return WithQuery(address, slices.DeleteFunc(slices.Clone(query), func(q [2]string) bool { return said[q[0]] })...)
}

// component is a text as encodeURIComponent writes it: a space is %20, never a plus.
func component(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
