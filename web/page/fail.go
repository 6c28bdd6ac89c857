package page

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// failure of the page by kind: the status, and which message says it.
type saying struct {
	status  int
	message string
}

// sayings is the page's table of every kind of error.
func sayings() map[fairlead.ErrorKind]saying {
	internal := saying{http.StatusInternalServerError, "internal"}
	return map[fairlead.ErrorKind]saying{
		fairlead.Invalid:           {http.StatusBadRequest, "not_found"},
		fairlead.Unauthenticated:   {http.StatusUnauthorized, "no_session"},
		fairlead.Forbidden:         {http.StatusForbidden, "forbidden"},
		fairlead.NotFound:          {http.StatusNotFound, "not_found"},
		fairlead.Gone:              {http.StatusGone, "gone"},
		fairlead.Conflict:          {http.StatusConflict, "no_session"},
		fairlead.Duplicate:         {http.StatusConflict, "no_session"},
		fairlead.TooLarge:          {http.StatusRequestEntityTooLarge, "not_found"},
		fairlead.RateLimited:       {http.StatusTooManyRequests, "rate_limited"},
		fairlead.Unavailable:       {http.StatusServiceUnavailable, "internal"},
		fairlead.Internal:          internal,
		fairlead.RejectedLogin:     internal,
		fairlead.Locked:            internal,
		fairlead.RejectedChallenge: internal,
		fairlead.ChallengeExpired:  internal,
		fairlead.ConsentEnded:      internal,
		fairlead.ActionNeeded:      internal,
		fairlead.InstitutionDown:   internal,
		fairlead.SlowDown:          {http.StatusTooManyRequests, "rate_limited"},
		fairlead.NotReady:          {http.StatusServiceUnavailable, "internal"},
		fairlead.Unsupported:       internal,
	}
}

// fail writes the page of an error. Its text stays inside; the kind picks the words.
func (p *Page) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := fairlead.KindOf(err)
	s, ok := sayings()[kind]
	if kind == fairlead.Unauthenticated && p.held(r) {
		s.message = "elsewhere"
	}
	if !ok {
		s = sayings()[fairlead.Internal]
	}
	if s.status >= http.StatusInternalServerError {
		p.o.Log.ErrorContext(r.Context(), "page failed", "kind", kind, "error", err)
	}
	if e := fairlead.RetryAfter(err); e > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e))
	}
	m := p.plain(r, s.message)
	if r.URL.Path == "/f" {
		p.tellOpener(w, r, m, kind, err)
	} else if r.PathValue("session") != "" && inFrame(r) {
		p.stayFramed(w, r)
	}
	_ = p.render(w, r, s.status, m, message(m))
}

// stayFramed lets the page of an error be seen where the link's own pages are.
func (p *Page) stayFramed(w http.ResponseWriter, r *http.Request) {
	v, err := p.visitor(r)
	if err != nil {
		return
	}
	if s, err := p.screenNow(r.Context(), visitor{session: v.session}); err == nil {
		p.protect(w, s.Ancestors, "")
	}
}

// tellOpener lets the page that posted a token see and hear why it is no good:
// a page without a form and without a secret may be framed by whoever asked.
func (p *Page) tellOpener(w http.ResponseWriter, r *http.Request, m *view, kind fairlead.ErrorKind, err error) {
	origin := originOf(r.Header.Get("Origin"))
	if origin == "" {
		return
	}
	p.protect(w, []string{origin}, "")
	m.refused = &fairlead.Error{Kind: kind}
	if e, ok := errorOf(err); ok && kind != fairlead.Internal {
		m.refused.Detail = e.Detail
	}
}

// held tells whether this browser had a session at the link: it has moved to
// another device, or is over.
func (p *Page) held(r *http.Request) bool {
	_, err := r.Cookie(p.cookieName("link", r.PathValue("ref")))
	return err == nil || r.PathValue("session") != ""
}

// say writes a page that only says something.
func (p *Page) say(w http.ResponseWriter, r *http.Request, status int, what string) error {
	m := p.plain(r, what)
	return p.render(w, r, status, m, message(m))
}

func errorOf(err error) (*fairlead.Error, bool) { return errors.AsType[*fairlead.Error](err) }
