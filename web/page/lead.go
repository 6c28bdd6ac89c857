package page

import (
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// leads tells whether to lead the browser to the application at once: the first
// time that it is shown how a link came out, whatever led there — a button, an
// answer that was the last one, waiting. Afterwards the page stays, or the back
// button would be a trap; a cookie remembers.
func (p *Page) leads(w http.ResponseWriter, r *http.Request, v visitor, s linking.Screen) bool {
	out := s.Link.Status == fairlead.LinkFinished || s.Link.Status == fairlead.LinkFailed
	if !out || !s.Ended || v.frame || s.AppReturn == nil || s.AppReturn.URL == "" {
		return false
	}
	if _, err := r.Cookie(p.cookieName("led", string(s.Link.ID))); err == nil {
		return false
	}
	p.setCookie(w, "led", string(s.Link.ID), "1")
	return true
}
