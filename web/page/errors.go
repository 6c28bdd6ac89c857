package page

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// errorPage is how an error is shown: the status, and the name of its message.
type errorPage struct {
	status  int
	message string
}

// errorPages is the page's table of every kind of error.
func errorPages() map[fairlead.ErrorKind]errorPage {
	internal := errorPage{http.StatusInternalServerError, "internal"}
	return map[fairlead.ErrorKind]errorPage{
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
		fairlead.StorageFull:       {http.StatusInsufficientStorage, "internal"},
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

// writeError writes the page of an error. Its text stays inside; the kind picks the message.
func (p *Page) writeError(w http.ResponseWriter, r *http.Request, err error) {
	kind := fairlead.KindOf(err)
	page, ok := errorPages()[kind]
	if !ok {
		page = errorPages()[fairlead.Internal]
	}
	switch {
	case kind == fairlead.Unauthenticated && p.hadSession(r):
		page.message = "elsewhere"
	case errors.Is(err, linking.ErrOpenedElsewhere):
		page.message = "opened"
	}
	ended, _ := errors.AsType[*linking.EndedError](err)
	if ended != nil {
		page.message = endedMessage(ended.Link)
	}
	if page.status >= http.StatusInternalServerError {
		p.o.Log.ErrorContext(r.Context(), "page failed", "kind", kind, "error", err)
	}
	if seconds := fairlead.RetryAfter(err); seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	d := p.message(r, page.message, false)
	if ended != nil {
		d = p.endedDocument(r, page.message, *ended)
	}
	if page.status >= http.StatusInternalServerError {
		d.incident = w.Header().Get("Fairlead-Request-Id")
	}
	if r.URL.Path == "/f" {
		d.refused = p.allowOpener(w, r, err)
	} else if r.PathValue("session") != "" && inFrame(r) {
		p.allowFramers(w, r)
	}
	_ = p.render(w, r, page.status, d)
}

// endedMessage names what is said of a link that has ended, to whoever opens its address:
// nothing of what came of it.
func endedMessage(link fairlead.Link) string {
	switch {
	case link.Withdrawn:
		return "withdrawn"
	case link.Status == fairlead.LinkFinished:
		return "used"
	case link.Status == fairlead.LinkExited:
		return "left"
	case link.Status == fairlead.LinkFailed:
		return "ended"
	}
	return "gone"
}

// endedDocument says that a link has ended, in its application's name, with the way back there.
func (p *Page) endedDocument(r *http.Request, name string, e linking.EndedError) *document {
	v := p.view(r, session{}, linking.Screen{Company: e.Company, Theme: e.Theme, Language: e.Link.Spec.Language})
	v.leaveURL = homeOf(e.Link.Spec.Redirect)
	title := v.phrase("message." + name + ".title")
	return newDocument(r, v, content{title, message(v, title, name, false)})
}

// homeOf is the front page of the site that an address is of; "" where it is none of the web.
func homeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.Scheme + "://" + u.Host + "/"
}

// allowFramers lets the page of an error be seen where the link's own pages are.
func (p *Page) allowFramers(w http.ResponseWriter, r *http.Request) {
	if _, screen, err := p.load(r); err == nil {
		p.setHeaders(w, screen.Ancestors)
	}
}

// allowOpener lets the page that posted a token see why it is no good: a page
// without a form and without a secret may be framed by whoever posted. Without an
// origin it returns nil.
func (p *Page) allowOpener(w http.ResponseWriter, r *http.Request, err error) *fairlead.Error {
	origin := originOf(r.Header.Get("Origin"))
	if origin == "" {
		return nil
	}
	p.setHeaders(w, []string{origin})
	refused := &fairlead.Error{Kind: fairlead.KindOf(err)}
	if e, ok := errorOf(err); ok && refused.Kind != fairlead.Internal {
		refused.Detail = e.Detail
		for _, f := range e.Fields {
			refused.Detail += " " + f.Name + " " + f.Reason + "."
		}
	}
	return refused
}

func errorOf(err error) (*fairlead.Error, bool) { return errors.AsType[*fairlead.Error](err) }
