package fairlead

import (
	"net/netip"
	"strconv"
	"strings"
)

// specialPurpose is every range of addresses that is not the public Internet's, or
// is a way around into one that is not. Sources: IANA's registries of special-purpose
// addresses for IPv4 and IPv6, and of multicast and reserved ones.
var specialPurpose = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),         // this network
	netip.MustParsePrefix("10.0.0.0/8"),        // private
	netip.MustParsePrefix("100.64.0.0/10"),     // shared by a carrier's customers
	netip.MustParsePrefix("127.0.0.0/8"),       // loopback
	netip.MustParsePrefix("169.254.0.0/16"),    // of one wire; clouds' metadata
	netip.MustParsePrefix("172.16.0.0/12"),     // private
	netip.MustParsePrefix("192.0.0.0/24"),      // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),      // documentation
	netip.MustParsePrefix("192.31.196.0/24"),   // AS112
	netip.MustParsePrefix("192.52.193.0/24"),   // AMT
	netip.MustParsePrefix("192.88.99.0/24"),    // 6to4 relays
	netip.MustParsePrefix("192.168.0.0/16"),    // private
	netip.MustParsePrefix("192.175.48.0/24"),   // AS112
	netip.MustParsePrefix("198.18.0.0/15"),     // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"),   // documentation
	netip.MustParsePrefix("203.0.113.0/24"),    // documentation
	netip.MustParsePrefix("224.0.0.0/4"),       // multicast
	netip.MustParsePrefix("240.0.0.0/4"),       // reserved, broadcast
	netip.MustParsePrefix("2001::/23"),         // protocol assignments, Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),     // documentation
	netip.MustParsePrefix("2002::/16"),         // 6to4: holds an IPv4 address
	netip.MustParsePrefix("2620:4f:8000::/48"), // AS112
	netip.MustParsePrefix("3fff::/20"),         // documentation
}

// globalUnicast is all of IPv6 that is given out to the Internet. What lies outside
// needs no naming: loopback, unique local, link-local, multicast, NAT64, IPv4 in IPv6.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// PublicAddress reports whether an IP address is one of the public Internet. It is
// the one list: what may be registered, and what may be dialled.
func PublicAddress(ip netip.Addr) bool {
	ip = ip.Unmap()
	if !ip.IsValid() || ip.Zone() != "" || ip.Is6() && !globalUnicast.Contains(ip) {
		return false
	}
	for _, p := range specialPurpose {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// private reports whether a host is not on the public Internet by its form alone. A
// name whose last label is a number is an IPv4 address in some spelling (WHATWG URL,
// "ends in a number"): only the usual one is read here. Names of other scripts come
// as xn--, because a browser and a resolver may read the letters differently.
func private(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if ip, err := netip.ParseAddr(host); err == nil {
		return !PublicAddress(ip)
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if Loopback(host) || last == host || endsInNumber(last) || strings.ContainsFunc(host, func(c rune) bool { return c > '~' || c <= ' ' || c == '%' }) {
		return true
	}
	for _, suffix := range []string{".local", ".internal", ".home.arpa", ".lan", ".intranet"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// endsInNumber reports whether a host's last label makes it an IPv4 address.
func endsInNumber(label string) bool {
	if label == "" {
		return true
	}
	if strings.Trim(label, "0123456789") == "" {
		return true
	}
	hex, found := strings.CutPrefix(label, "0x")
	if !found {
		return false
	}
	_, err := strconv.ParseUint(hex, 16, 64)
	return err == nil || hex == ""
}
