package server

import (
	"net/http"
	"net/netip"
	"testing"
)

func TestAClientCannotChooseTheAddressThatItIsKnownBy(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for what, c := range map[string]struct {
		from string
		said []string // X-Forwarded-For, line by line
		want string
	}{
		"nobody says anything":                       {"203.0.113.9:1234", nil, "203.0.113.9"},
		"a stranger says who they are":               {"203.0.113.9:1234", []string{"198.51.100.1"}, "203.0.113.9"},
		"a stranger says that they are the proxy":    {"203.0.113.9:1234", []string{"10.0.0.1"}, "203.0.113.9"},
		"the proxy says who came":                    {"10.0.0.1:80", []string{"203.0.113.9"}, "203.0.113.9"},
		"the client made up the hops before":         {"10.0.0.1:80", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		"the client made up a proxy before":          {"10.0.0.1:80", []string{"198.51.100.1, 10.0.0.7, 203.0.113.9"}, "203.0.113.9"},
		"the client sent a line of its own":          {"10.0.0.1:80", []string{"198.51.100.1", "203.0.113.9"}, "203.0.113.9"},
		"two proxies of ours":                        {"127.0.0.1:80", []string{"203.0.113.9, 10.0.0.1"}, "203.0.113.9"},
		"a proxy of ours by its IPv6 address":        {"[fd00::1]:80", []string{"2001:db8::9"}, "2001:db8::9"},
		"a proxy of ours in an IPv6 socket":          {"[::ffff:10.0.0.1]:80", []string{"203.0.113.9"}, "203.0.113.9"},
		"what the proxy passed on is no address":     {"10.0.0.1:80", []string{"the client"}, "10.0.0.1"},
		"behind the client's own is something wrong": {"10.0.0.1:80", []string{"198.51.100.1, , 10.0.0.2"}, "10.0.0.2"},
	} {
		r := &http.Request{RemoteAddr: c.from, Header: http.Header{"X-Forwarded-For": c.said}}
		for _, other := range []string{"X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip"} {
			r.Header.Set(other, "198.51.100.1")
		}
		if got := clientAddress(r, trusted); got != c.want {
			t.Errorf("%s: %s", what, got)
		}
	}
}
