package fairlead

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Application is who calls us, inside a tenant.
type Application struct {
	ID            ApplicationID `json:"id"`
	Tenant        TenantID      `json:"tenant"`
	ClientID      string        `json:"client_id"` // public; equals ID unless chosen ("dev")
	Name          string        `json:"name"`      // unique in the tenant
	CompanyName   string        `json:"company_name"`
	Origins       []string      `json:"origins,omitempty"`        // exact origins whose pages may frame a link
	RedirectHosts []string      `json:"redirect_hosts,omitempty"` // hosts, and whole addresses, that a redirect or app link may lead to
	CallbackHosts []string      `json:"callback_hosts,omitempty"` // hosts a webhook may be posted to; empty: any public one
	Theme         Theme         `json:"theme,omitzero"`
	TermsURL      string        `json:"terms_url,omitempty"`   // https page, of links that name no other
	PrivacyURL    string        `json:"privacy_url,omitempty"` // likewise
	// Settings are what a vendor's console would configure: dialect name → the
	// typed fields that dialect declares. The core never reads them.
	Settings map[string]json.RawMessage `json:"settings,omitempty"`
	Created  time.Time                  `json:"created"`
	Version  int64                      `json:"-"`
}

// Theme is how the hosted page looks for an application or a link.
type Theme struct {
	Logo   string `json:"logo,omitempty"`   // data: URI of an image
	Accent string `json:"accent,omitempty"` // #rrggbb; the page keeps contrast AA whatever it is
}

// WebPage reports whether text is the address of a page that people may be led to: https,
// of at most 2048 bytes, without a name or password in it.
func WebPage(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && len(text) <= maxPageAddress &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

const maxPageAddress = 2048

// register ends a refusal with how the address becomes allowed.
const register = ": add it with \"fairlead app set NAME %[1]ss=…\", or to the application's %[1]s_hosts."

// RedirectAllowed reports whether a link may lead to the address: an https address
// on one of the application's RedirectHosts ("app.example.com", with a port
// where it is not 443), or an app's scheme that is listed with its colon
// ("com.example.app:"). An entry that is an address itself
// ("https://app.example.com/done") allows exactly that one. In dev, loopback
// addresses are allowed too, by http or https.
func (a Application) RedirectAllowed(address string, dev bool) error {
	u, err := plainURL(address)
	if err != nil {
		return err
	}
	if dev && webScheme(u.Scheme) && Loopback(u.Hostname()) {
		return nil
	}
	if u.Scheme == "http" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	registered := slices.ContainsFunc(a.RedirectHosts, func(entry string) bool {
		switch {
		case isWhole(entry):
			return entry == address
		case u.Scheme != "https":
			return strings.EqualFold(strings.TrimSuffix(entry, "//"), u.Scheme+":")
		}
		return sameHost(entry, u)
	})
	switch {
	case registered:
		return nil
	case u.Scheme != "https":
		return Errorf(Invalid, "The address's scheme is not registered for the application"+register, "redirect")
	}
	return Errorf(Invalid, "The address, or its host, is not registered for the application"+register, "redirect")
}

// isWhole tells an address among an application's redirects from a host or a scheme.
func isWhole(entry string) bool {
	_, rest, found := strings.Cut(entry, ":")
	return found && strings.Contains(strings.TrimPrefix(rest, "//"), "/")
}

// CallbackAllowed reports whether a webhook may be posted to the address: https, on
// one of the application's CallbackHosts where it has any, else on any host that
// is not plainly private (what a name resolves to is judged when it is dialled).
// In dev, loopback addresses are allowed too, by http or https.
func (a Application) CallbackAllowed(address string, dev bool) error {
	u, err := plainURL(address)
	if err != nil {
		return err
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	if strings.Contains(address, "#") {
		return Errorf(Invalid, "The address must not have a fragment.")
	}
	if dev && Loopback(u.Hostname()) {
		return nil
	}
	if u.Scheme != "https" {
		return Errorf(Invalid, "The address must begin with https.")
	}
	if len(a.CallbackHosts) > 0 {
		if !slices.ContainsFunc(a.CallbackHosts, func(h string) bool { return sameHost(h, u) }) {
			return Errorf(Invalid, "The address's host is not registered for the application"+register, "callback")
		}
		return nil
	}
	if private(u.Hostname()) {
		return Errorf(Invalid, "The address must be a public one.")
	}
	return nil
}

// OriginAllowed reports whether pages of the origin ("https://app.example.com") may
// frame a link and call from a browser: exactly one of the application's
// Origins. In dev, loopback origins are allowed too.
func (a Application) OriginAllowed(origin string, dev bool) bool {
	u, err := plainURL(origin)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Scheme+"://"+u.Host != strings.ToLower(origin) {
		return false
	}
	if dev && Loopback(u.Hostname()) {
		return true
	}
	return slices.ContainsFunc(a.Origins, func(o string) bool { return strings.EqualFold(o, origin) })
}
