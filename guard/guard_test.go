package guard

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// get asks through a policy and returns the error, the answer being of no interest.
func get(t *testing.T, p Policy, address string) error {
	t.Helper()
	transport, err := Transport(p)
	if err != nil {
		t.Fatal(err)
	}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport}).Get(address)
	if err == nil {
		resp.Body.Close()
	}
	return err
}

func server(t *testing.T) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(s.Close)
	return s
}

func TestNothingInsideIsDialled(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0.0.0.0/", "http://[::]/",
		"http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data",
		"http://100.64.0.1/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[fec0::1]/", "http://[::ffff:127.0.0.1]/",
		"http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[2001::1]/",
		"http://224.0.0.1/", "http://255.255.255.255/", "http://192.0.2.1/", "http://198.18.0.1/",
	} {
		if err := get(t, Policy{}, address); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", address, err)
		}
	}
}

func TestDevelopmentReachesLoopbackAndNothingElse(t *testing.T) {
	t.Parallel()
	if err := get(t, Policy{Loopback: true}, server(t).URL); err != nil {
		t.Errorf("loopback: %v", err)
	}
	for _, address := range []string{"http://10.0.0.1/", "http://192.0.2.1/", "http://8.8.8.8/", "http://[2606:4700::1111]/", "http://169.254.169.254/"} {
		if err := get(t, Policy{Loopback: true}, address); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v, want a refusal", address, err)
		}
	}
}

func TestTheOperatorAllowsWhatIsInside(t *testing.T) {
	t.Parallel()
	s := server(t)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	for _, c := range []struct {
		allow   []string
		address string
		ok      bool
	}{
		{[]string{"127.0.0.0/8"}, s.URL, true},
		{[]string{"127.0.0.1"}, s.URL, true},
		{[]string{"localhost"}, "http://LOCALHOST:" + port, true},
		{[]string{"localhost"}, s.URL, false}, // the name is allowed, not what it stands for
		{[]string{"10.0.0.0/8"}, s.URL, false},
	} {
		if err := get(t, Policy{Allow: c.allow}, c.address); (err == nil) != c.ok {
			t.Errorf("%v, %s: %v", c.allow, c.address, err)
		}
	}
	for _, bad := range []string{"http://receiver", "a b", "", "10.0.0.0/99", "host:80"} {
		if _, err := Transport(Policy{Allow: []string{bad}}); err == nil {
			t.Errorf("%q was taken as something to allow", bad)
		}
	}
	if !(Policy{Allow: []string{"hooks.internal", "10.0.0.0/8"}}).Allowed("Hooks.Internal") || (Policy{}).Allowed("hooks.internal") {
		t.Error("a host name is allowed exactly when the list has it")
	}
}

func TestOnlyTheHostsOfAListAreCalled(t *testing.T) {
	t.Parallel()
	s := server(t)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	if err := get(t, Policy{Loopback: true, Hosts: []string{"localhost"}}, "http://localhost:"+port); err != nil {
		t.Errorf("a listed host: %v", err)
	}
	if err := get(t, Policy{Loopback: true, Hosts: []string{"localhost"}}, s.URL); !errors.Is(err, ErrRefused) {
		t.Errorf("another host: %v, want a refusal", err)
	}
	below := &sentinel{hosts: []string{"*.bank.example"}}
	for host, want := range map[string]bool{"api.bank.example": true, "bank.example": false, "evilbank.example": false} {
		if below.named(host) != want {
			t.Errorf("named(%q) = %v", host, !want)
		}
	}
}

func TestAProxyOfTheEnvironmentIsNotUsed(t *testing.T) {
	t.Parallel()
	transport, err := Transport(Policy{})
	if err != nil {
		t.Fatal(err)
	}
	if transport.Proxy != nil {
		t.Error("a proxy would dial in our place, unguarded")
	}
}

// A name that is public when it is looked at and inside when it is dialled.
func TestANameThatChangesItsMindIsJudgedWhenItIsDialled(t *testing.T) {
	t.Parallel()
	s := server(t)
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	guarded, err := newSentinel(Policy{})
	if err != nil {
		t.Fatal(err)
	}
	var requested atomic.Int32
	names := &net.Resolver{PreferGo: true, Dial: fakeDNS(t, func() netip.Addr {
		if requested.Add(1) == 1 {
			return netip.MustParseAddr("93.184.216.34")
		}
		return netip.MustParseAddr("127.0.0.1")
	})}
	guarded.guarded.Resolver = names
	// The look that a check before dialling would take.
	looked, err := names.LookupNetIP(context.Background(), "ip4", "rebind.example.")
	if err != nil || len(looked) != 1 || looked[0].Unmap().IsLoopback() {
		t.Fatalf("first look: %v, %v", looked, err)
	}
	_, err = (&http.Client{Transport: guarded.transport()}).Get("http://rebind.example.:" + port + "/")
	if !errors.Is(err, ErrRefused) {
		t.Errorf("the second look led inside: %v, want a refusal", err)
	}
}

// fakeDNS answers every question for an IPv4 address, over a real socket.
func fakeDNS(t *testing.T, answer func() netip.Addr) func(context.Context, string, string) (net.Conn, error) {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { socket.Close() })
	go func() {
		for buf := make([]byte, 512); ; {
			n, from, err := socket.ReadFrom(buf)
			if err != nil {
				return
			}
			socket.WriteTo(reply(buf[:n], answer), from)
		}
	}()
	return func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}
}

// reply answers the one question of a DNS message: type A with an address, others
// with nothing.
func reply(query []byte, answer func() netip.Addr) []byte {
	end := 12
	for query[end] != 0 {
		end += int(query[end]) + 1
	}
	end += 5
	out := append([]byte{}, query[:end]...)
	binary.BigEndian.PutUint16(out[2:], 0x8180)
	for i := 6; i < 12; i++ {
		out[i] = 0
	}
	if binary.BigEndian.Uint16(query[end-4:]) != 1 {
		return out
	}
	out[7] = 1
	ip := answer().As4()
	return append(append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4), ip[:]...)
}

func TestRedirectsAreJudgedHopByHop(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"https://a.example/x", "https://b.example/y", true},
		{"http://a.example/", "https://a.example/", true},
		{"http://a.example/", "http://b.example/", true},
		{"https://a.example/", "http://a.example/", false},
		{"https://a.example/", "ftp://a.example/", false},
		{"https://a.example/", "file:///etc/passwd", false},
		{"https://a.example/", "https://user:pass@a.example/", false},
	} {
		from, _ := url.Parse(c.from)
		to, _ := url.Parse(c.to)
		if err := Hop(from, to); (err == nil) != c.ok {
			t.Errorf("%s → %s: %v", c.from, c.to, err)
		}
	}
}

func TestARedirectInsideIsRefused(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.TrimPrefix(r.URL.Path, "/to/"), http.StatusFound)
	}))
	t.Cleanup(s.Close)
	transport, err := Transport(Policy{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	follow := &http.Client{Transport: transport, CheckRedirect: Redirects(2)}
	if _, err := follow.Get(s.URL + "/to/http://169.254.169.254/"); !errors.Is(err, ErrRefused) {
		t.Errorf("a redirect inside: %v, want a refusal", err)
	}
	loop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/", http.StatusFound)
	}))
	t.Cleanup(loop.Close)
	if _, err := follow.Get(loop.URL); !errors.Is(err, ErrRefused) {
		t.Errorf("a loop: %v, want a refusal", err)
	}
	still := &http.Client{Transport: transport, CheckRedirect: Redirects(0)}
	resp, err := still.Get(loop.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound {
		t.Errorf("none followed: status %d, want 302", resp.StatusCode)
	}
}
