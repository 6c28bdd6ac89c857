package simplefin

import (
	"encoding/base64"
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// maxAddress bounds a claim or access address, in bytes.
const maxAddress = 2 << 10

var (
	errMalformed = errors.New("simplefin: no setup token and no access address")
	errInsecure  = errors.New("simplefin: the address has no TLS")
)

// pasted is what a person brought: an address to claim at, or one that was claimed before.
type pasted struct {
	claim  string
	access string
}

// readPasted reads a setup token, which is the Base64 of a claim address, in either
// alphabet, with or without padding, whatever white space a copy brought along; or an
// access address in clear. plain says to which hosts plain http is allowed. Errors:
// errMalformed, errInsecure.
func readPasted(text string, plain func(string) bool) (pasted, error) {
	text = strings.Join(strings.Fields(strings.Trim(text, "\ufeff\"'`<> \t\r\n")), "")
	if text == "" || len(text) > 2*maxAddress {
		return pasted{}, errMalformed
	}
	if strings.Contains(text, "://") {
		u, err := readAddress(text, plain)
		switch {
		case err != nil:
			return pasted{}, err
		case !hasLogin(u):
			return pasted{}, errMalformed // a claim address in clear, or that of a page
		}
		return pasted{access: u.String()}, nil
	}
	text = strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	b, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return pasted{}, errMalformed
	}
	u, err := readAddress(strings.TrimSpace(string(b)), plain)
	switch {
	case err != nil:
		return pasted{}, err
	case hasLogin(u): // some people encode what they have
		return pasted{access: u.String()}, nil
	case u.User != nil:
		return pasted{}, errMalformed
	}
	return pasted{claim: u.String()}, nil
}

// readAddress reads an address of the web. It is the one rule for which may be called,
// besides what the engine's client refuses to dial.
func readAddress(text string, plain func(string) bool) (*url.URL, error) {
	if len(text) > maxAddress || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return nil, errMalformed
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Opaque != "" {
		return nil, errMalformed
	}
	u.Fragment = ""
	return u, allowedScheme(u, plain)
}

func allowedScheme(u *url.URL, plain func(string) bool) error {
	switch {
	case u.Scheme == "https":
		return nil
	case u.Scheme != "http":
		return errMalformed
	case plain == nil || !plain(u.Hostname()):
		return errInsecure
	}
	return nil
}

// hasLogin reports whether an address holds both a user and a password.
func hasLogin(u *url.URL) bool {
	if u.User == nil || u.User.Username() == "" {
		return false
	}
	password, ok := u.User.Password()
	return ok && password != ""
}

// readAccess reads the access address that a claim brought. It may be of another host than
// the claim's only below the same registered domain: else one server would send us to
// another that the person never named.
func readAccess(body, claim string, plain func(string) bool) (string, error) {
	u, err := readAddress(strings.Trim(strings.TrimSpace(body), `"`), plain)
	if err != nil {
		return "", err
	}
	from, err := url.Parse(claim)
	if err != nil || !hasLogin(u) || !related(from.Hostname(), u.Hostname()) || from.Scheme == "https" && u.Scheme != "https" {
		return "", errMalformed
	}
	return u.String(), nil
}

// related reports whether two hosts are the same, or under one registered domain.
func related(a, b string) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	if a == b {
		return true
	}
	for _, host := range []string{a, b} {
		if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") {
			return false
		}
	}
	x, err := publicsuffix.EffectiveTLDPlusOne(a)
	y, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && err2 == nil && x == y
}

// split takes an access address apart: the address without credentials and a slash at the
// end, and the credentials, decoded.
func split(access string) (base *url.URL, user, password string, err error) {
	u, err := url.Parse(access)
	if err != nil || !hasLogin(u) {
		return nil, "", "", errMalformed
	}
	user = u.User.Username()
	password, _ = u.User.Password()
	bare := *u
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	bare.Path, bare.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return &bare, user, password, nil
}
