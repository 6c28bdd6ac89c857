package ratelimit

import "net/netip"

// Client is what counts as one client of an address, and as one site: an IPv4
// address is both; of IPv6 a client is the /64 that one network has, and a site the
// /48 that one customer of a provider may have, so that who has 65,536 networks has
// no more than a few clients' worth. What is no address is both as it stands.
func Client(from string) (client, site string) {
	ip, err := netip.ParseAddr(from)
	if err != nil {
		return from, from
	}
	if ip = ip.Unmap().WithZone(""); !ip.Is6() {
		return ip.String(), ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String(), netip.PrefixFrom(ip, 48).Masked().String()
}
