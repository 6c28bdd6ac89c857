package ratelimit

import "net/netip"

// Network is what counts as one client by its address: an IPv4 address, or the /64
// that one customer of a provider has for itself.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is6() {
		if p, err := ip.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}
