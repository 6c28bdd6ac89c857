package page

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// shortestToken is 256 bits in base 64; a dated one is a little longer. A link id
// is shorter.
const shortestToken, longestToken = 43, 64

// session is a person's session at a link, and the place where it goes on.
type session struct {
	linking.Session
	frame bool
	home  ownpath.Path // /l/lnk_… or /f/…
	query string       // carried by every address of this session: language, frame flag, by
	by    string       // origin that frames it, by a pattern of the policy; "" where the policy names it, or nobody knows
}

// open finds the session of a request, by cookie or frame address, and the link
// that it is of. It comes before everything else: before there is a session no
// body is read, nothing is limited or remembered, and nothing is led anywhere.
// Without one it answers Unauthenticated.
func (p *Page) open(r *http.Request) (session, *linking.Visit, error) {
	s := session{Session: linking.Session{Client: p.o.Client(r)}}
	var id fairlead.LinkID // "" in a frame: the token says it
	if token := r.PathValue("session"); token != "" {
		s.frame = true
		s.Kind, s.Token = fairlead.FrameToken, token
	} else {
		id = fairlead.LinkID(r.PathValue("ref"))
		c, err := r.Cookie(p.cookieName("link", string(id)))
		if err != nil {
			return s, nil, fairlead.Errorf(fairlead.Unauthenticated, "This browser has no session at this link.")
		}
		s.Kind, s.Token = fairlead.PageToken, c.Value
	}
	return p.openSession(r, s, id)
}

// openWindow finds the session of a top-level window: of the link's own page, or
// of the window that a frame opened.
func (p *Page) openWindow(r *http.Request) (session, *linking.Visit, error) {
	s, link, err := p.open(r)
	if err == nil {
		return s, link, nil
	}
	c, cookieErr := r.Cookie(p.cookieName("window", r.PathValue("ref")))
	if cookieErr != nil {
		return s, nil, err
	}
	s.Kind, s.Token = fairlead.FrameToken, c.Value
	return p.openSession(r, s, fairlead.LinkID(r.PathValue("ref")))
}

// openSession reads the link of a session and says where that goes on.
func (p *Page) openSession(r *http.Request, s session, id fairlead.LinkID) (session, *linking.Visit, error) {
	if !isToken(s.Token) {
		return s, nil, fairlead.Errorf(fairlead.Unauthenticated, "This browser has no session at this link.")
	}
	link, err := p.o.Linking.Open(r.Context(), s.Session, id)
	if err != nil {
		return s, nil, fmt.Errorf("page: open: %w", err)
	}
	query := url.Values{}
	if tag := r.URL.Query().Get("lang"); p.catalog.has(tag) {
		query.Set("lang", tag)
	}
	s.home = ownpath.Link(link.ID())
	if s.frame {
		query.Set("frame", "1")
		if by := originOf(r.URL.Query().Get("by")); p.loopback(by) != "" {
			s.by = by
			query.Set("by", by)
		}
		s.home = ownpath.Frame(s.Session)
	}
	s.query = query.Encode()
	return s, link, nil
}

// hadSession reports whether this browser had a session at the link: it has moved
// to another device, or is over.
func (p *Page) hadSession(r *http.Request) bool {
	_, err := r.Cookie(p.cookieName("link", r.PathValue("ref")))
	return err == nil || r.PathValue("session") != ""
}

// at is a place of this session: its page, or what lies below that.
func (s session) at(parts ...string) ownpath.Path { return s.home.At(parts...).WithQuery(s.query) }

func (s session) hasLanguage() bool { return strings.Contains(s.query, "lang=") }

// languageQuery carries the language that the request names.
func (p *Page) languageQuery(r *http.Request) string {
	if tag := r.FormValue("lang"); p.catalog.has(tag) {
		return url.Values{"lang": {tag}}.Encode()
	}
	return ""
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

// hasAnyCookie reports whether this browser has any cookie of a use.
func (p *Page) hasAnyCookie(r *http.Request, use string) bool {
	prefix := p.cookieName(use, "")
	return slices.ContainsFunc(r.Cookies(), func(c *http.Cookie) bool { return strings.HasPrefix(c.Name, prefix) })
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
