package page

import (
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// entryOrScreen serves /l/{ref}: a token is moved out of the address, a link id
// shows the link's screen.
func (p *Page) entryOrScreen(w http.ResponseWriter, r *http.Request) error {
	if isToken(r.PathValue("ref")) {
		return p.enter(w, r, linking.Entry{Token: r.PathValue("ref")})
	}
	return p.showScreen(w, r)
}

// enter begins a session in this browser and goes to the link's own address. A
// program that only looks whether the address is there gets no session: some
// links may be visited once.
func (p *Page) enter(w http.ResponseWriter, r *http.Request, entry linking.Entry) error {
	if onlyLooks(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	var at fairlead.Stage
	id, here := p.entered(r, entry)
	if !here {
		link, s, err := p.o.Linking.Enter(r.Context(), entry, fairlead.PageToken, p.o.Client(r))
		if ended, ok := errors.AsType[*linking.EndedError](err); ok && p.opens(r, ended.Link.ID) {
			return seeOther(w, ownpath.Link(ended.Link.ID).WithQuery(p.languageQuery(r))) // it says how it ended
		}
		if err != nil {
			return fmt.Errorf("page: enter: %w", err)
		}
		if id = link.ID; link.Conversation == nil {
			at = link.Stage
		}
		p.setCookie(w, "link", string(id), s.Token)
	}
	to := ownpath.Link(id)
	if entry.Depart {
		to = to.At("go")
	} else if at != "" {
		to = to.With(positionField, string(at))
	}
	return seeOther(w, to.WithQuery(p.languageQuery(r)))
}

// onlyLooks tells a program that only looks whether an address is there.
func onlyLooks(r *http.Request) bool {
	return r.Method == http.MethodHead || strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch")
}

// entered reports whether this browser has a session of the link that a token opens:
// whoever comes by its address again goes on with that, and no other is made.
func (p *Page) entered(r *http.Request, entry linking.Entry) (fairlead.LinkID, bool) {
	if entry.Token == "" || !p.hasAnyCookie(r, "link") {
		return "", false
	}
	link, err := p.o.Linking.LinkByToken(r.Context(), entry.Token)
	if err != nil {
		return "", false // it has ended, or leads nowhere, or moves a session: Enter says so
	}
	return link.ID, p.opens(r, link.ID)
}

// opens reports whether this browser has a session of a link.
func (p *Page) opens(r *http.Request, id fairlead.LinkID) bool {
	c, err := r.Cookie(p.cookieName("link", string(id)))
	if err != nil {
		return false
	}
	_, err = p.o.Linking.Open(r.Context(), linking.Session{Kind: fairlead.PageToken, Token: c.Value, Client: p.o.Client(r)}, id)
	return err == nil
}

// enterFrame takes the token that link.js posts into its frame.
func (p *Page) enterFrame(w http.ResponseWriter, r *http.Request) error {
	token := r.PostFormValue("token")
	if len(token) < 36 || len(token) > 1<<10 { // a vendor's tokens may be UUIDs or JWTs
		return fairlead.Errorf(fairlead.NotFound, "The token is not one of a link.")
	}
	entry := linking.Entry{Token: token}
	if m := r.PostFormValue("metadata"); m != "" {
		if len(m) > linking.MaxOpenerMetadata || !utf8.ValidString(m) || !json.Valid([]byte(m)) {
			return fairlead.InvalidField("metadata", "format", "must be JSON in UTF-8, of at most 4096 bytes")
		}
		entry.Metadata = json.RawMessage(m)
	}
	framers, err := p.o.Linking.Framers(r.Context(), token)
	if err != nil {
		return fmt.Errorf("page: enter frame: %w", err)
	}
	if !p.mayFrame(r.Header.Get("Origin"), framers) {
		return fairlead.Errorf(fairlead.Forbidden, "The page that opened this frame is not one of the application's origins.")
	}
	return p.beginFrame(w, r, entry, "")
}

// enterFrameByURL begins at an address that the application's page frames. Unlike the
// post of link.js that does not say which page it is: a Referer that names another is
// refused before anything is spent, and where there is none the browser holds the
// page to its policy.
func (p *Page) enterFrameByURL(w http.ResponseWriter, r *http.Request, entry linking.Entry) error {
	framers, err := p.o.Linking.Framers(r.Context(), entry.Token)
	if err != nil {
		return fmt.Errorf("page: enter frame: %w", err)
	}
	by := originOf(r.Referer())
	if by == originOf(p.o.BaseURL) { // a page of ours leads here
		by = ""
	}
	if by != "" && !p.mayFrame(by, framers) {
		return fairlead.Errorf(fairlead.Forbidden, "The page that opened this frame is not one of the application's origins.")
	}
	p.setHeaders(w, framers) // a link that has ended says so in the frame
	return p.beginFrame(w, r, entry, by)
}

// beginFrame begins a session whose place is its address, in a frame of a page of an
// origin ("": the browser does not say which).
func (p *Page) beginFrame(w http.ResponseWriter, r *http.Request, entry linking.Entry, by string) error {
	_, s, err := p.o.Linking.Enter(r.Context(), entry, fairlead.FrameToken, p.o.Client(r))
	if err != nil {
		return fmt.Errorf("page: enter frame: %w", err)
	}
	to := ownpath.Frame(s).WithQuery("frame=1").WithQuery(p.languageQuery(r))
	if by = p.loopback(by); by != "" {
		to = to.With("by", by)
	}
	return seeOther(w, to)
}

// showScreen shows where the link stands.
func (p *Page) showScreen(w http.ResponseWriter, r *http.Request) error {
	s, screen, err := p.loadNext(r)
	if err != nil {
		return err
	}
	p.setHeaders(w, screen.Ancestors)
	v := p.view(r, s, screen)
	v.behind, v.canGoBack = screen.Behind(r.URL.Query().Get(positionField))
	if p.autoRedirects(w, r, s, screen) {
		v.redirects = true
	}
	if screen.Stage == fairlead.StageInstitution && !screen.Ended {
		if v.search, err = p.searchInstitutions(r, screen); err != nil {
			return err
		}
		v.search = v.listed(v.search)
	}
	p.readImports(r.Context(), v)
	return p.render(w, r, http.StatusOK, newDocument(r, v, choosePage(v)))
}

// positionField is the parameter of a page's address that names where its link stood when
// the page was shown: browsers make an entry of their history of each.
const positionField = "at"

// searchInstitutions narrows those that can be chosen by what the person typed.
// Somebody who has typed nothing yet sees those first that are near and well known.
func (p *Page) searchInstitutions(r *http.Request, screen linking.Screen) (search, error) {
	q := r.URL.Query()
	out := search{text: strings.TrimSpace(q.Get("q")), country: q.Get("country")}
	if len(out.text) > 100 {
		out.text = ""
	}
	if len(out.country) > 2 {
		out.country = ""
	}
	near := near(q.Get("lang"), screen.Language, r.Header.Get("Accept-Language"))
	out.near = near
	if out.text == "" && out.country == "" && (near == nil || screen.Choices <= len(screen.Institutions)) {
		out.found, out.total = screen.Institutions, screen.Choices
		return out, nil
	}
	found, err := p.o.Reading.SearchInstitutions(r.Context(), screen.Link.Tenant, reading.Search{
		Text: out.text, Country: out.country, Spec: &screen.Link.Spec, Near: near, Limit: maxListed,
	})
	if err != nil {
		return out, fmt.Errorf("page: search: %w", err)
	}
	out.found, out.total, out.nearest = found.Institutions, found.Total, found.Nearest
	return out, nil
}

// render writes a page.
func (p *Page) render(w http.ResponseWriter, r *http.Request, status int, d *document) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", d.language)
	var out io.Writer = w
	// Only a page that holds no secret is compressed: its length would tell of it.
	if d.screen.Stage == fairlead.StageWelcome && !d.session.frame && d.preview == nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Add("Vary", "Accept-Encoding")
		z := gzip.NewWriter(w)
		defer z.Close()
		out = z
	}
	w.WriteHeader(status)
	if err := layout(d).Render(r.Context(), out); err != nil {
		p.o.Log.DebugContext(r.Context(), "page: writing stopped", "error", err)
	}
	return nil
}

// message is a page that only says something: message.<name>. A window that says
// it may close itself.
func (p *Page) message(r *http.Request, name string, closes bool) *document {
	v := p.view(r, session{}, linking.Screen{})
	title := v.text("message." + name + ".title")
	return newDocument(r, v, content{title, message(v, title, name, closes)})
}

// part serves what belongs to one link's page: state, theme, logo, departure.
func (p *Page) part(w http.ResponseWriter, r *http.Request) error {
	switch r.PathValue("part") {
	case "search":
		return p.showScreen(w, r)
	case "state":
		return p.state(w, r)
	case "theme.css":
		return p.serveTheme(p.linkTheme)(w, r)
	case "logo":
		return p.serveLogo(p.linkTheme)(w, r)
	case "go":
		return p.depart(w, r)
	case "undo":
		return p.confirmUndo(w, r)
	case "leave":
		return p.confirmLeave(w, r)
	}
	s, _, err := p.open(r)
	if err != nil {
		return err
	}
	return seeOther(w, s.at()) // an action's address, loaded anew
}

// themeOf finds the theme of the page that a request belongs to: a link's, or the
// person's own.
type themeOf func(r *http.Request) (fairlead.Theme, error)

// linkTheme is for the window that a frame opened, too: it shows a page on its way out.
func (p *Page) linkTheme(r *http.Request) (fairlead.Theme, error) {
	_, link, err := p.openWindow(r)
	if err != nil {
		return fairlead.Theme{}, err
	}
	screen, err := screenOf(r.Context(), link)
	return screen.Theme, err
}

// serveTheme serves the colours of the application.
func (p *Page) serveTheme(of themeOf) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		theme, err := of(r)
		if err != nil {
			return err
		}
		writeTheme(w, theme)
		return nil
	}
}

func writeTheme(w http.ResponseWriter, t fairlead.Theme) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=300")
	w.Write([]byte(themeCSS(t.Accent)))
}

// serveLogo serves the application's logo, which its theme holds as a data: URI.
// An address elsewhere is not fetched and not shown: the page involves nobody else.
func (p *Page) serveLogo(of themeOf) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		theme, err := of(r)
		if err != nil {
			return err
		}
		mediaType, data, ok := dataURI(theme.Logo)
		if !ok {
			return fairlead.Errorf(fairlead.NotFound, "There is no logo.")
		}
		writeImage(w, mediaType, data)
		return nil
	}
}

func (p *Page) institutionLogo(w http.ResponseWriter, r *http.Request) error {
	_, screen, err := p.load(r)
	if err != nil {
		return err
	}
	i, err := p.o.Reading.Institution(r.Context(), screen.Link.Tenant, r.PathValue("institution"))
	if err != nil || i.Logo == "" {
		return fairlead.Errorf(fairlead.NotFound, "There is no logo.")
	}
	writeImage(w, "image/svg+xml", []byte(i.Logo))
	return nil
}

// writeImage serves a picture that somebody gave us: as a picture only, also
// when its address is opened by itself.
func writeImage(w http.ResponseWriter, mediaType string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600")
	w.Write(data)
}

// dataURI reads a data: URI of a picture.
func dataURI(s string) (mediaType string, data []byte, ok bool) {
	rest, found := strings.CutPrefix(s, "data:")
	if !found {
		return "", nil, false
	}
	head, body, found := strings.Cut(rest, ",")
	mediaType, _, _ = strings.Cut(head, ";")
	switch mediaType {
	case "image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif":
	default:
		return "", nil, false
	}
	if !found {
		return "", nil, false
	}
	if strings.HasSuffix(head, ";base64") {
		data, err := base64.StdEncoding.DecodeString(body)
		return mediaType, data, err == nil
	}
	text, err := url.PathUnescape(body)
	return mediaType, []byte(text), err == nil
}
