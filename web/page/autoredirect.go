package page

import (
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// autoRedirects reports whether to lead the browser to the application at once: the
// first time that it is shown how a link came out, whatever led there — a button,
// an answer that was the last one, waiting. Afterwards the page stays, or the
// back button would be a trap; a cookie remembers.
func (p *Page) autoRedirects(w http.ResponseWriter, r *http.Request, s session, screen linking.Screen) bool {
	status := screen.Link.Status
	if !screen.Ended || (status != fairlead.LinkFinished && status != fairlead.LinkFailed) {
		return false
	}
	if s.frame || screen.AppReturn == nil || screen.AppReturn.URL == "" {
		return false
	}
	if _, err := r.Cookie(p.cookieName("led", string(screen.Link.ID))); err == nil {
		return false
	}
	p.setCookie(w, "led", string(screen.Link.ID), "1")
	return true
}
