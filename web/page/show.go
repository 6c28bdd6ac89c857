package page

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// firstOrScreen serves /l/{ref}: a token is moved out of the address, a link id
// shows the link's screen.
func (p *Page) firstOrScreen(w http.ResponseWriter, r *http.Request) error {
	if isToken(r.PathValue("ref")) {
		return p.enter(w, r, linking.Entry{Token: r.PathValue("ref")})
	}
	return p.screen(w, r)
}

// enter begins a session in this browser and goes to the link's own address. A
// program that only looks whether the address is there gets no session: some
// links may be visited once.
func (p *Page) enter(w http.ResponseWriter, r *http.Request, visit linking.Entry) error {
	if r.Method == http.MethodHead || strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	link, session, err := p.o.Linking.Enter(r.Context(), visit, fairlead.PageToken, p.o.Client(r))
	if err != nil {
		return fmt.Errorf("page: enter: %w", err)
	}
	p.setCookie(w, "link", string(link.ID), session.Token)
	address := "/l/" + string(link.ID)
	if visit.Depart {
		address += "/go"
	}
	return see(w, r, withQuery(address, p.languageQuery(r)))
}

// languageQuery carries the language that the visit asked for.
func (p *Page) languageQuery(r *http.Request) string {
	if tag := r.FormValue("lang"); p.words.has(tag) {
		return url.Values{"lang": {tag}}.Encode()
	}
	return ""
}

// enterFrame takes the token that link.js posts into its frame.
func (p *Page) enterFrame(w http.ResponseWriter, r *http.Request) error {
	origin := r.Header.Get("Origin")
	token := r.PostFormValue("token")
	if len(token) < 36 || len(token) > 1<<10 { // a vendor's tokens may be UUIDs or JWTs
		return fairlead.Errorf(fairlead.NotFound, "The token is not one of a link.")
	}
	visit := linking.Entry{Token: token}
	if m := r.PostFormValue("metadata"); m != "" {
		if len(m) > 4<<10 || !json.Valid([]byte(m)) {
			return fairlead.InvalidField("metadata", "format", "must be JSON of at most 4 KiB")
		}
		visit.Metadata = json.RawMessage(m)
	}
	framers, err := p.o.Linking.Framers(r.Context(), token)
	if err != nil {
		return fmt.Errorf("page: enter frame: %w", err)
	}
	if !p.mayFrame(origin, framers) {
		return fairlead.Errorf(fairlead.Forbidden, "The page that opened this frame is not one of the application's origins.")
	}
	_, session, err := p.o.Linking.Enter(r.Context(), visit, fairlead.FrameToken, p.o.Client(r))
	if err != nil {
		return fmt.Errorf("page: enter frame: %w", err)
	}
	query := url.Values{"frame": {"1"}}
	if tag := r.PostFormValue("lang"); p.words.has(tag) {
		query.Set("lang", tag)
	}
	return see(w, r, "/f/"+session.Token+"?"+query.Encode())
}

// screen shows where the link stands.
func (p *Page) screen(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	s, err := p.visit(r.Context(), v)
	if err != nil {
		return err
	}
	p.protect(w, s.Ancestors, "")
	m := p.view(r, v, s)
	if p.leads(w, r, v, s) {
		m.refresh = true
	}
	if s.Stage == fairlead.StageInstitution && !s.Ended {
		if err := p.find(r, m); err != nil {
			return err
		}
	}
	return p.render(w, r, http.StatusOK, m, body(m))
}

// find narrows the institutions that can be chosen by what the person typed.
func (p *Page) find(r *http.Request, m *view) error {
	m.query = strings.TrimSpace(r.URL.Query().Get("q"))
	m.country = r.URL.Query().Get("country")
	if len(m.query) > 100 {
		m.query = ""
	}
	if m.query == "" && m.country == "" {
		m.institutions = popularFirst(m.s.Institutions)
		return nil
	}
	found, err := p.o.Linking.Institutions(r.Context(), m.s.Link.Tenant, linking.Search{Text: m.query, Country: m.country, Limit: 500})
	if err != nil {
		return fmt.Errorf("page: search: %w", err)
	}
	m.institutions = among(found, m.s.Institutions)
	return nil
}

// render writes a page.
func (p *Page) render(w http.ResponseWriter, r *http.Request, status int, m *view, content templ.Component) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", m.l.code)
	w.WriteHeader(status)
	if err := document(m, content).Render(r.Context(), w); err != nil {
		p.o.Log.DebugContext(r.Context(), "page: writing stopped", "error", err)
	}
	return nil
}

// part serves what belongs to one link's page: state, theme, logo, departure.
func (p *Page) part(w http.ResponseWriter, r *http.Request) error {
	switch r.PathValue("part") {
	case "search":
		return p.screen(w, r)
	case "state":
		return p.state(w, r)
	case "theme.css":
		return p.theme(w, r)
	case "logo":
		return p.logo(w, r)
	case "go":
		return p.depart(w, r)
	}
	return see(w, r, strings.TrimSuffix(r.URL.Path, "/"+r.PathValue("part")))
}

// state tells the script whether what it shows is still so.
func (p *Page) state(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	s, err := p.visit(r.Context(), v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(map[string]any{"key": stateKey(s), "wait": waitFor(s), "left": p.view(r, v, s).timeLeft()})
}

// stateKey changes when there is something else to show.
func stateKey(s linking.Screen) string {
	h := sha256.New()
	fmt.Fprintln(h, s.Link.ID, s.Stage, s.Turn, s.Busy, s.Ended, s.Link.Status, len(s.Connected), s.Institution != nil)
	if s.Problem != nil {
		fmt.Fprintln(h, s.Problem.Kind, s.Problem.Since)
	}
	if s.Step != nil && s.Step.Form != nil && s.Step.Form.Image != nil {
		h.Write(s.Step.Form.Image.Data)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// waitFor is after how many seconds the page asks again.
func waitFor(s linking.Screen) int {
	if s.Step != nil && s.Step.Form != nil && s.Step.Form.Refresh > 0 && s.WaitFor == 0 {
		return s.Step.Form.Refresh
	}
	return min(max(s.WaitFor, 2), 15)
}

// theme serves the colours of the link's application.
func (p *Page) theme(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	s, err := p.screenNow(r.Context(), v)
	if err != nil {
		return fmt.Errorf("page: theme: %w", err)
	}
	return writeTheme(w, s.Theme)
}

func writeTheme(w http.ResponseWriter, t fairlead.Theme) error {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "private, max-age=300")
	_, err := w.Write([]byte(themeCSS(t.Accent)))
	if err != nil {
		return nil //nolint:nilerr // the browser went away
	}
	return nil
}

// logo serves the application's logo, which its theme holds as a data: URI. An
// address elsewhere is not fetched and not shown: the page asks nobody else.
func (p *Page) logo(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	s, err := p.screenNow(r.Context(), v)
	if err != nil {
		return fmt.Errorf("page: logo: %w", err)
	}
	return writeLogo(w, s.Theme)
}

func writeLogo(w http.ResponseWriter, t fairlead.Theme) error {
	kind, data, ok := dataURI(t.Logo)
	if !ok {
		return fairlead.Errorf(fairlead.NotFound, "There is no logo.")
	}
	writeImage(w, kind, data)
	return nil
}

func (p *Page) institutionLogo(w http.ResponseWriter, r *http.Request) error {
	v, err := p.visitor(r)
	if err != nil {
		return err
	}
	s, err := p.screenNow(r.Context(), v)
	if err != nil {
		return fmt.Errorf("page: logo: %w", err)
	}
	i, err := p.o.Linking.Institution(r.Context(), s.Link.Tenant, r.PathValue("institution"))
	if err != nil || i.Logo == "" {
		return fairlead.Errorf(fairlead.NotFound, "There is no logo.")
	}
	writeImage(w, "image/svg+xml", []byte(i.Logo))
	return nil
}

// writeImage serves a picture that somebody gave us: as a picture only, also
// when its address is opened by itself.
func writeImage(w http.ResponseWriter, kind string, data []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "private, max-age=3600")
	w.Write(data)
}

// dataURI reads a data: URI of a picture.
func dataURI(s string) (kind string, data []byte, ok bool) {
	rest, found := strings.CutPrefix(s, "data:")
	if !found {
		return "", nil, false
	}
	head, body, found := strings.Cut(rest, ",")
	kind, _, _ = strings.Cut(head, ";")
	switch kind {
	case "image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif":
	default:
		return "", nil, false
	}
	if !found {
		return "", nil, false
	}
	if strings.HasSuffix(head, ";base64") {
		data, err := base64.StdEncoding.DecodeString(body)
		return kind, data, err == nil
	}
	text, err := url.PathUnescape(body)
	return kind, []byte(text), err == nil
}
