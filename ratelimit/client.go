package ratelimit

import "net/netip"

// Client is what counts as one client of an address (Network), and as one site: of
// IPv6 the /48 that one customer of a provider may have, so that who has 65,536
// networks has no more than a few clients' worth. Else the two are the same.
func Client(address string) (client, site string) {
	client = Network(address)
	ip, err := netip.ParseAddr(address)
	if err != nil || !ip.Unmap().Is6() {
		return client, client
	}
	return client, netip.PrefixFrom(ip.WithZone(""), 48).Masked().String()
}
