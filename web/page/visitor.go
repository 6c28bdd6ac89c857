package page

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// shortestToken is 256 bits in base 64; a dated one is a little longer. A link id
// is shorter.
const shortestToken, longestToken = 43, 64

// visitor is who asks: a session, and the address under which it goes on.
type visitor struct {
	session linking.Session
	link    fairlead.LinkID // "" in a frame: the session says it
	frame   bool
	base    string // "/l/lnk_…" or "/f/…"
	keep    string // query that every address of this visit carries: language, frame flag
}

// visitor recognises the caller by cookie or frame address. Without a session it
// answers Unauthenticated.
func (p *Page) visitor(r *http.Request) (visitor, error) {
	keep := url.Values{}
	if tag := r.URL.Query().Get("lang"); p.words.has(tag) {
		keep.Set("lang", tag)
	}
	v := visitor{session: linking.Session{Client: p.o.Client(r)}}
	if token := r.PathValue("session"); token != "" {
		keep.Set("frame", "1")
		v.frame, v.base = true, "/f/"+token
		v.session.Kind, v.session.Token = fairlead.FrameToken, token
	} else {
		v.link = fairlead.LinkID(r.PathValue("ref"))
		v.base = "/l/" + string(v.link)
		c, err := r.Cookie(p.cookieName("link", string(v.link)))
		if err != nil {
			return v, fairlead.Errorf(fairlead.Unauthenticated, "This browser has no session at this link.")
		}
		v.session.Kind, v.session.Token = fairlead.PageToken, c.Value
	}
	v.keep = keep.Encode()
	return v, nil
}

// at is an address of this visit.
func (v visitor) at(action string) string {
	address := v.base
	if action != "" {
		address += "/" + action
	}
	return withQuery(address, v.keep)
}

// with is the visit's own address with one thing more to say.
func (v visitor) with(key, value string) string {
	return withQuery(v.at(""), url.Values{key: {value}}.Encode())
}

// withQuery appends an encoded query to an address that may have one.
func withQuery(address, query string) string {
	switch {
	case query == "":
		return address
	case strings.Contains(address, "?"):
		return address + "&" + query
	}
	return address + "?" + query
}

// cookieName names a cookie of a link: one per link and use, so that two tabs
// with two links do not fight.
func (p *Page) cookieName(use, id string) string {
	name := "fl-" + use + "-" + id
	if p.o.Secure {
		return "__Host-" + name
	}
	return name
}

// setCookie keeps a value in this browser, for this host, until it is closed.
func (p *Page) setCookie(w http.ResponseWriter, use, id, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(use, id), Value: value, Path: "/", Secure: p.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (p *Page) dropCookie(w http.ResponseWriter, use, id string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(use, id), Path: "/", MaxAge: -1, Secure: p.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// cookieHolding finds the cookie of a use whose value equals want, and the id in its name.
func (p *Page) cookieHolding(r *http.Request, use, want string) (id string, found bool) {
	prefix := p.cookieName(use, "")
	for _, c := range r.Cookies() {
		rest, ok := strings.CutPrefix(c.Name, prefix)
		if ok && want != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(want)) == 1 {
			return rest, true
		}
	}
	return "", false
}

// isToken tells a token from an id by its length and alphabet.
func isToken(ref string) bool {
	if len(ref) < shortestToken || len(ref) > longestToken {
		return false
	}
	for _, c := range ref {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
