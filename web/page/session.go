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

// session is a person's session at a link, and the address under which it goes on.
type session struct {
	linking.Session
	link  fairlead.LinkID // "" in a frame: the token says it
	frame bool
	base  string // "/l/lnk_…" or "/f/…"
	query string // carried by every address of this session: language, frame flag
}

// session recognises the caller by cookie or frame address. Without a session it
// answers Unauthenticated.
func (p *Page) session(r *http.Request) (session, error) {
	query := url.Values{}
	if tag := r.URL.Query().Get("lang"); p.catalog.has(tag) {
		query.Set("lang", tag)
	}
	s := session{Session: linking.Session{Client: p.o.Client(r)}}
	if token := r.PathValue("session"); token != "" {
		query.Set("frame", "1")
		s.frame, s.base = true, "/f/"+token
		s.Kind, s.Token = fairlead.FrameToken, token
	} else {
		s.link = fairlead.LinkID(r.PathValue("ref"))
		s.base = "/l/" + string(s.link)
		c, err := r.Cookie(p.cookieName("link", string(s.link)))
		if err != nil {
			return s, fairlead.Errorf(fairlead.Unauthenticated, "This browser has no session at this link.")
		}
		s.Kind, s.Token = fairlead.PageToken, c.Value
	}
	s.query = query.Encode()
	return s, nil
}

// windowSession is the session of a top-level window: of the link's own page, or
// of the window that a frame opened.
func (p *Page) windowSession(r *http.Request) (session, error) {
	s, err := p.session(r)
	if err == nil {
		return s, nil
	}
	c, cookieErr := r.Cookie(p.cookieName("window", r.PathValue("ref")))
	if cookieErr != nil {
		return s, err
	}
	s.Kind, s.Token = fairlead.FrameToken, c.Value
	return s, nil
}

// hadSession reports whether this browser had a session at the link: it has moved
// to another device, or is over.
func (p *Page) hadSession(r *http.Request) bool {
	_, err := r.Cookie(p.cookieName("link", r.PathValue("ref")))
	return err == nil || r.PathValue("session") != ""
}

// at is an address of this session.
func (s session) at(action string) string {
	address := s.base
	if action != "" {
		address += "/" + action
	}
	return withQuery(address, s.query)
}

// with is the session's own address with one thing more to say.
func (s session) with(key, value string) string {
	return withQuery(s.at(""), url.Values{key: {value}}.Encode())
}

func (s session) hasLanguage() bool { return strings.Contains(s.query, "lang=") }

// languageQuery carries the language that the request names.
func (p *Page) languageQuery(r *http.Request) string {
	if tag := r.FormValue("lang"); p.catalog.has(tag) {
		return url.Values{"lang": {tag}}.Encode()
	}
	return ""
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

// setCookie stores a value in this browser, for this host, until it is closed.
func (p *Page) setCookie(w http.ResponseWriter, use, id, value string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(use, id), Value: value, Path: "/", Secure: p.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

func (p *Page) deleteCookie(w http.ResponseWriter, use, id string) {
	http.SetCookie(w, &http.Cookie{
		Name: p.cookieName(use, id), Path: "/", MaxAge: -1, Secure: p.o.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// hasCookie reports whether any cookie of a use has the value.
func (p *Page) hasCookie(r *http.Request, use, value string) bool {
	prefix := p.cookieName(use, "")
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, prefix) && value != "" && subtle.ConstantTimeCompare([]byte(c.Value), []byte(value)) == 1 {
			return true
		}
	}
	return false
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
