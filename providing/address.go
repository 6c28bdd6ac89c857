package providing

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// public reports whether the Internet may find a host: a name with a dot that is not of a
// network of one's own, or a public address.
func public(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return fairlead.PublicAddress(ip.Unmap())
	}
	if fairlead.Loopback(host) || !strings.Contains(host, ".") {
		return false
	}
	for _, own := range []string{".local", ".localhost", ".internal", ".lan", ".home.arpa", ".test", ".example", ".invalid"} {
		if strings.HasSuffix(host, own) {
			return false
		}
	}
	return true
}

// checkBase refuses a base address that is none, and brings it into its usual form.
func checkBase(base string) (string, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil, u.Host == "", u.Scheme != "https" && u.Scheme != "http":
		return "", fairlead.InvalidField("base", "format", "must be an address like https://sandbox.example.com")
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return "", fairlead.InvalidField("base", "format", "must be an address without a user name, query or fragment")
	}
	return strings.TrimRight(base, "/"), nil
}
