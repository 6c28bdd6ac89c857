package page

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// departFromFrame begins a visit to the institution from inside a frame. The
// form opens a window of its own and carries the frame's session in its body;
// from here on that window has a first-party cookie.
func (p *Page) departFromFrame(w http.ResponseWriter, r *http.Request) error {
	token := r.PostFormValue("session")
	if token == "" { // the page's own form, from a browser that posts
		s, _, err := p.openWindow(r)
		if err != nil {
			return err
		}
		return seeOther(w, s.at("go"))
	}
	s := session{Session: linking.Session{Kind: fairlead.FrameToken, Token: token, Client: p.o.Client(r)}}
	s, link, err := p.openSession(r, s, fairlead.LinkID(r.PathValue("ref")))
	if err != nil {
		return err
	}
	keepWindow(w)
	p.setCookie(w, "window", string(link.ID()), token)
	return seeOther(w, s.home.At("go").WithQuery(p.languageQuery(r)))
}

// depart leads to the institution. A redirect would do for a link; it is a page
// because a form leads here, and browsers hold a redirect after a form against
// the form's policy.
func (p *Page) depart(w http.ResponseWriter, r *http.Request) error {
	s, link, err := p.openWindow(r)
	if err != nil {
		return err
	}
	if s.Kind == fairlead.FrameToken {
		keepWindow(w)
	}
	screen, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	if screen.Ended || screen.Step == nil || screen.Step.Send == nil {
		return seeOther(w, s.at()) // the visit is over: back to where the link stands
	}
	address, state, err := link.Depart(r.Context())
	if fairlead.Is(err, fairlead.Gone) {
		return seeOther(w, s.at()) // too late: the link's page says so, and what can be done
	}
	if err != nil {
		return fmt.Errorf("page: depart: %w", err)
	}
	use := "go"
	if s.Kind == fairlead.FrameToken {
		use = "gow"
	}
	p.setCookie(w, use, string(screen.Link.ID), state)
	v := p.view(r, s, screen)
	v.leaveURL, v.redirects = address, true
	title := v.phrase("go.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, departure(v, title)}))
}

// returnFromInstitution takes the person back. Without the cookie that
// this browser got when leaving, nothing is finished before the person says so:
// else a forwarded address of a bank could link a victim to somebody else.
func (p *Page) returnFromInstitution(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	state := query.Get("state")
	link, err := p.o.Linking.OpenReturn(r.Context(), state, p.o.Client(r))
	if err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	screen, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	if app := p.appURL(r, screen); app != "" {
		w.Header().Set("Location", app) // the one redirect off this origin: an address that was registered
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	window := p.hasCookie(r, "gow", state)
	if window {
		keepWindow(w)
	}
	if !window && !p.hasCookie(r, "go", state) {
		return p.showConfirmation(w, r, screen)
	}
	if err := link.Return(r.Context(), firstValues(query)); err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	return p.afterReturn(w, r, link.ID(), window)
}

// viaApp marks a return that has come through the application's app. No institution
// has a parameter of that name.
const viaApp = "fairlead_via"

// appURL is the address of the application's app, where the link wants returns to
// go through it: a bank's app comes back to some browser, but the session is in
// the app's own view. The app is handed the address at which that goes on.
func (p *Page) appURL(r *http.Request, screen linking.Screen) string {
	spec := screen.Link.Spec
	if r.URL.Query().Has(viaApp) || spec.AppLink == "" || spec.AppLinkKey == "" || screen.Ended {
		return ""
	}
	continueURL := p.o.BaseURL + "/l/return?" + r.URL.RawQuery + "&" + viaApp + "=app"
	return fairlead.SetQuery(spec.AppLink, []string{spec.AppLinkKey}, [2]string{spec.AppLinkKey, continueURL})
}

// afterReturn goes on: on the link's page, or, in a window of a frame, with the
// message that this window may be closed.
func (p *Page) afterReturn(w http.ResponseWriter, r *http.Request, id fairlead.LinkID, window bool) error {
	p.deleteCookie(w, "go", string(id))
	if !window {
		return seeOther(w, ownpath.Link(id).WithQuery(p.languageQuery(r)))
	}
	p.deleteCookie(w, "gow", string(id))
	p.deleteCookie(w, "window", string(id))
	return p.render(w, r, http.StatusOK, p.message(r, "returned", true))
}

// showConfirmation lets the person say whether it was them who left.
func (p *Page) showConfirmation(w http.ResponseWriter, r *http.Request, screen linking.Screen) error {
	v := p.view(r, session{home: ownpath.Return()}, screen)
	v.preview = r.URL.Query()
	title := v.phrase("return.title")
	return p.render(w, r, http.StatusOK, newDocument(r, v, content{title, confirmation(v, title)}))
}

// confirmReturn goes on with a return that the person has said yes to.
func (p *Page) confirmReturn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	if err := p.limits.allow(p.o.Client(r), "return"); err != nil {
		return err
	}
	if r.URL.Query().Has(gaveUp) {
		return p.render(w, r, http.StatusOK, p.message(r, "refused", false))
	}
	link, err := p.o.Linking.OpenReturn(r.Context(), r.PostForm.Get("state"), p.o.Client(r))
	if err == nil {
		err = link.Return(r.Context(), firstValues(r.PostForm))
	}
	if err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	_, err = r.Cookie(p.cookieName("link", string(link.ID())))
	return p.afterReturn(w, r, link.ID(), err != nil)
}

// firstValues is the first value of each name.
func firstValues(q url.Values) map[string]string {
	out := make(map[string]string, len(q))
	for name, values := range q {
		if len(values) > 0 && name != "lang" && name != viaApp {
			out[name] = values[0]
		}
	}
	return out
}
