package ratelimit

import "testing"

func TestACustomersWholeNetworkIsOneClient(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "not one": "not one",
	} {
		if got := Network(address); got != want {
			t.Errorf("%s counts as %s, want %s", address, got, want)
		}
	}
}
