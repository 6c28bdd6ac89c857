package page

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// departFromFrame begins a visit to the institution from inside a frame. The
// form opens a window of its own and carries the frame's session in its body;
// from here on that window has a first-party cookie.
func (p *Page) departFromFrame(w http.ResponseWriter, r *http.Request) error {
	id, token := r.PathValue("ref"), r.PostFormValue("session")
	if token == "" {
		return see(w, r, r.URL.String()) // the page's own form, from a browser that posts
	}
	session := linking.Session{Kind: fairlead.FrameToken, Token: token, Client: p.o.Client(r)}
	s, err := p.screenNow(r.Context(), visitor{session: session})
	if err != nil {
		return err
	}
	if string(s.Link.ID) != id {
		return fairlead.Errorf(fairlead.NotFound, "The session is not one of this link.")
	}
	p.setCookie(w, "window", id, token)
	return see(w, r, withQuery("/l/"+id+"/go", p.languageQuery(r)))
}

// depart leads to the institution. A redirect would do for a link; it is a page
// because a form leads here, and browsers hold a redirect after a form against
// the form's policy.
func (p *Page) depart(w http.ResponseWriter, r *http.Request) error {
	v, err := p.traveller(r)
	if err != nil {
		return err
	}
	link, err := p.open(r.Context(), v)
	if err != nil {
		return err
	}
	s, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	if s.Ended || s.Step == nil || s.Step.Send == nil {
		return see(w, r, v.at("")) // the visit is over: back to where the link stands
	}
	address, state, err := link.Depart(r.Context())
	if fairlead.Is(err, fairlead.Gone) {
		return see(w, r, v.at("")) // too late: the link's page says so, and what can be done
	}
	if err != nil {
		return fmt.Errorf("page: depart: %w", err)
	}
	use := "go"
	if v.session.Kind == fairlead.FrameToken {
		use = "gow"
	}
	p.setCookie(w, use, string(s.Link.ID), state)
	m := p.view(r, v, s)
	m.heading, m.leadTo, m.refresh = m.t("go.title", "institution", m.institutionName()), address, true
	return p.render(w, r, http.StatusOK, m, departure(m))
}

// traveller is the visitor of a top-level window: of the link's own page, or of
// the window that a frame opened.
func (p *Page) traveller(r *http.Request) (visitor, error) {
	v, err := p.visitor(r)
	if err == nil {
		return v, nil
	}
	c, cookieErr := r.Cookie(p.cookieName("window", r.PathValue("ref")))
	if cookieErr != nil {
		return v, err
	}
	v.session.Kind, v.session.Token = fairlead.FrameToken, c.Value
	return v, nil
}

// comeBack takes the person back from an institution. Without the cookie that
// this browser got when leaving, nothing is finished before the person says so:
// else a forwarded address of a bank could link a victim to somebody else.
func (p *Page) comeBack(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	state := query.Get("state")
	link, err := p.o.Linking.OpenReturn(r.Context(), state)
	if err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	s, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	if app := p.appOf(r, s); app != "" {
		return see(w, r, app)
	}
	_, own := p.cookieHolding(r, "go", state)
	_, window := p.cookieHolding(r, "gow", state)
	if !own && !window {
		return p.askReturn(w, r, s)
	}
	if err := link.Return(r.Context(), flat(query)); err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	return p.returned(w, r, s.Link.ID, window)
}

// viaApp marks a return that has come through the application's app.
const viaApp = "via"

// appOf is the address of the application's app, where the link wants returns to
// go through it: a bank's app comes back to some browser, but the session is in
// the app's own view. The app is handed the address at which that goes on.
func (p *Page) appOf(r *http.Request, s linking.Screen) string {
	spec := s.Link.Spec
	if r.URL.Query().Has(viaApp) || spec.AppLink == "" || spec.AppLinkKey == "" || s.Ended {
		return ""
	}
	onward := p.o.BaseURL + "/l/return?" + r.URL.RawQuery + "&" + viaApp + "=app"
	return withQuery(spec.AppLink, url.Values{spec.AppLinkKey: {onward}}.Encode())
}

// returned goes on: on the link's page, or, in a window of a frame, with the
// words that this window may be closed.
func (p *Page) returned(w http.ResponseWriter, r *http.Request, id fairlead.LinkID, window bool) error {
	p.dropCookie(w, "go", string(id))
	if !window {
		return see(w, r, withQuery("/l/"+string(id), p.languageQuery(r)))
	}
	p.dropCookie(w, "gow", string(id))
	p.dropCookie(w, "window", string(id))
	m := p.plain(r, "returned")
	m.closes = true
	return p.render(w, r, http.StatusOK, m, message(m))
}

func (p *Page) askReturn(w http.ResponseWriter, r *http.Request, s linking.Screen) error {
	m := p.view(r, visitor{base: "/l/return"}, s)
	m.preview = r.URL.Query()
	m.heading = m.t("return.title", "company", m.company())
	return p.render(w, r, http.StatusOK, m, confirmation(m))
}

// confirmReturn goes on with a return that the person has said yes to.
func (p *Page) confirmReturn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	if err := p.answers.allow(p.o.Client(r), "return"); err != nil {
		return err
	}
	if r.PostForm.Has("cancel") {
		return p.say(w, r, http.StatusOK, "refused")
	}
	state := r.PostForm.Get("state")
	link, err := p.o.Linking.OpenReturn(r.Context(), state)
	if err == nil {
		err = link.Return(r.Context(), flat(r.PostForm))
	}
	if err != nil {
		return fmt.Errorf("page: return: %w", err)
	}
	id := link.ID()
	if _, err := r.Cookie(p.cookieName("link", string(id))); err == nil {
		return p.returned(w, r, id, false)
	}
	return p.returned(w, r, id, true)
}

// phone shows an address that moves the session to another device. It is the
// one POST that answers with a page: the address must stand in no other address,
// and making another one is harmless.
func (p *Page) phone(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	if err := p.answers.allow(v.session.Client, v.base); err != nil {
		return err
	}
	link, err := p.open(r.Context(), v)
	if err != nil {
		return err
	}
	s, err := screenOf(r.Context(), link)
	if err != nil {
		return err
	}
	address, err := link.ContinueOnDevice(r.Context())
	if fairlead.Is(err, fairlead.Gone) {
		return see(w, r, v.at(""))
	}
	if err != nil {
		return fmt.Errorf("page: phone: %w", err)
	}
	code, err := qrOf(address)
	if err != nil {
		return err
	}
	m := p.view(r, v, s)
	m.heading, m.leadTo, m.watches = m.t("phone.title"), address, true
	return p.render(w, r, http.StatusOK, m, handover(m, &fairlead.Image{Type: "image/svg+xml", Data: []byte(code.svg())}))
}

// flat keeps the first value of each name.
func flat(q url.Values) map[string]string {
	out := make(map[string]string, len(q))
	for name, values := range q {
		if len(values) > 0 && name != "lang" && name != viaApp {
			out[name] = values[0]
		}
	}
	return out
}
