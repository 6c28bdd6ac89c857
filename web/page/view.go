package page

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/linking"
)

// view is one page about to be written: the screen, the visit, the language.
type view struct {
	s            linking.Screen
	v            visitor
	l            *speech
	assets       *assets
	heading      string
	note         string            // a closed word: moved, large
	wrong        map[string]string // field → code of what is wrong with it
	query        string            // institution search
	country      string
	institutions []fairlead.Institution
	preview      url.Values      // fields that a form must repeat: the page has no session yet
	leadTo       string          // address that a departure or an end leads to
	refresh      bool            // lead there at once
	watches      bool            // look whether the session is still here
	closes       bool            // this window may close itself
	refused      *fairlead.Error // why a frame shows nothing, for its opener
	bare         bool            // there is no link behind the page
	portal       *consenting.Portal
	documents    map[fairlead.ConnectionID]int
}

// listed is how many institutions a page lists at once: more are found by name.
const listed = 60

// view begins a page about a screen.
func (p *Page) view(r *http.Request, v visitor, s linking.Screen) *view {
	q := r.URL.Query()
	m := &view{s: s, v: v, assets: p.assets, institutions: s.Institutions}
	m.l = p.words.choose(q.Get("lang"), s.Language, r.Header.Get("Accept-Language"))
	if note := q.Get("note"); m.l.has("note." + note) {
		m.note = note
	}
	if wrong := q.Get("wrong"); wrong != "" && len(wrong) < 1000 {
		m.wrong = map[string]string{}
		for _, part := range strings.Split(wrong, ",") {
			name, code, _ := strings.Cut(part, ":")
			m.wrong[name] = code
		}
	}
	m.refresh = q.Get("done") == "1"
	if s.Stage == fairlead.StageWelcome && s.Update != nil && s.Problem == nil {
		m.s.Problem = s.Update.Problem
	}
	if s.Ended && s.AppReturn != nil {
		m.leadTo = s.AppReturn.URL
	}
	return m
}

// plain begins a page that has no link behind it: a sentence and its heading,
// message.<name>.title and .text.
func (p *Page) plain(r *http.Request, name string) *view {
	m := p.view(r, visitor{}, linking.Screen{})
	m.bare, m.note, m.query = true, "", name
	m.heading = m.t("message." + name + ".title")
	return m
}

func (m *view) t(key string, places ...string) string { return m.l.text(key, places...) }

// said is an institution's text or message key, in the person's language.
func (m *view) said(s string) string { return m.l.said(s) }

// at is an address of this visit, as templ wants it.
func (m *view) at(action string) templ.SafeURL { return templ.SafeURL(m.v.at(action)) }

func (m *view) asset(name string) string { return m.assets.address(name) }

func (m *view) company() string {
	return cmp.Or(m.s.Presentation.CompanyName, m.s.Company, m.t("company.unknown"))
}

func (m *view) initial() string { return initial(m.company()) }

// initial is the first letter of a name, for want of a logo.
func initial(name string) string {
	for _, c := range name {
		return strings.ToUpper(string(c))
	}
	return ""
}

func (m *view) institutionName() string {
	if m.s.Institution == nil {
		return m.t("institution.unknown")
	}
	if broughtFile(m.s.Institution) {
		return m.t("institution.file")
	}
	return m.s.Institution.Name
}

// hasLogo tells whether the application's logo can be shown without asking anybody else.
func (m *view) hasLogo() bool {
	_, _, ok := dataURI(m.s.Theme.Logo)
	return ok && !m.bare && m.preview == nil
}

// institutionLogo is where an institution's logo is; a preview has no session
// that could fetch it.
func (m *view) institutionLogo(id fairlead.InstitutionID) string {
	if i := m.s.Institution; m.preview != nil && i != nil && i.ID == id {
		return dataAddress(&fairlead.Image{Type: "image/svg+xml", Data: []byte(i.Logo)})
	}
	return m.v.at("logo/" + string(id))
}

// themed tells whether the visit has an address for its colours.
func (m *view) themed() bool { return !m.bare && m.preview == nil && m.v.base != "" }

// title is the document's: what the page is, then who asks.
func (m *view) title() string {
	if m.bare {
		return m.heading
	}
	return m.heading + " · " + m.company()
}

// languages lists the other languages and where they are.
func (m *view) languages() []languageLink {
	var out []languageLink
	for _, code := range spoken() {
		q := url.Values{}
		for k, v := range m.preview {
			q[k] = v
		}
		if m.v.frame {
			q.Set("frame", "1")
		}
		q.Set("lang", code)
		out = append(out, languageLink{code: code, address: templ.SafeURL("?" + q.Encode()), current: code == m.l.code, name: m.t("language." + code)})
	}
	return out
}

type languageLink struct {
	code, name string
	address    templ.SafeURL
	current    bool
}

// steps places the stage on the way, for "step 2 of 4". Zero total: do not say.
func (m *view) steps() (at, total int) {
	way := m.s.Link.Spec.Stages
	if len(way) == 0 {
		way = fairlead.DefaultStages()
	}
	seen := []fairlead.Stage{}
	for _, s := range []fairlead.Stage{fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation} {
		if s == fairlead.StageConversation || slices.Contains(way, s) {
			seen = append(seen, s)
		}
	}
	if n := slices.Index(seen, m.s.Stage); n >= 0 && !m.s.Ended {
		return n + 1, len(seen)
	}
	return 0, 0
}

func (m *view) stepText() string {
	at, total := m.steps()
	return m.t("step", "at", strconv.Itoa(at), "total", strconv.Itoa(total))
}

// polls is after how many seconds the script looks again; "" where nothing moves by itself.
func (m *view) polls() string {
	if m.watches {
		return "2"
	}
	if m.bare || m.preview != nil || !waits(m.s) {
		return ""
	}
	return strconv.Itoa(waitFor(m.s))
}

// reloads is after how many seconds a browser without scripts looks again. A
// page that awaits the person, to type or to leave for the institution, is left
// alone.
func (m *view) reloads() string {
	step := m.s.Step
	awaits := m.s.Stage == fairlead.StageConversation && !m.s.Busy && step != nil && (step.Send != nil || (step.Form != nil && typed(step.Form)))
	if m.watches || awaits {
		return ""
	}
	return m.polls()
}

func typed(a *fairlead.Form) bool {
	return slices.ContainsFunc(a.Fields, func(f fairlead.FormField) bool { return f.Kind != fairlead.FieldConfirm })
}

// dataAddress is a picture inside the page.
func dataAddress(i *fairlead.Image) string {
	return "data:" + i.Type + ";base64," + base64.StdEncoding.EncodeToString(i.Data)
}

// connected tells the opener what has been linked so far, as JSON.
func (m *view) connected() string {
	type made struct {
		Connection  fairlead.ConnectionID  `json:"connection_id"`
		Institution fairlead.InstitutionID `json:"institution_id"`
	}
	out := []made{}
	for _, c := range m.s.Connected {
		out = append(out, made{c.Connection.ID, c.Connection.Institution})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "[]"
	}
	return string(text)
}

// outcome is how the link ended, for the opener: success, exit, or "" while it is open.
func (m *view) outcome() string {
	switch {
	case !m.s.Ended:
		return ""
	case m.s.Link.Status == fairlead.LinkFinished:
		return "success"
	}
	return "exit"
}

func (m *view) destinationMessage() string {
	if m.s.AppReturn == nil {
		return ""
	}
	return string(m.s.AppReturn.Message)
}

func (m *view) problemKind() string {
	if m.s.Problem == nil {
		return ""
	}
	return string(m.s.Problem.Kind)
}

// popularFirst orders institutions for somebody who has typed nothing yet.
func popularFirst(all []fairlead.Institution) []fairlead.Institution {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b fairlead.Institution) int { return cmp.Compare(b.Popular, a.Popular) })
	return out
}

// among keeps what was found and may be chosen, in the order of the search.
func among(found, allowed []fairlead.Institution) []fairlead.Institution {
	var out []fairlead.Institution
	for _, i := range found {
		if slices.ContainsFunc(allowed, func(a fairlead.Institution) bool { return a.ID == i.ID }) {
			out = append(out, i)
		}
	}
	return out
}

// validities are the spans a person may choose instead of the proposed one:
// shorter, never longer.
func (m *view) validities() []int {
	var out []int
	for _, months := range []int{3, 6, 12, 24} {
		if m.s.Endless || months < m.s.Validity {
			out = append(out, months)
		}
	}
	return out
}

// lasting says how long the consent is proposed to last.
func (m *view) lasting() string {
	switch {
	case m.s.Endless || (m.s.Validity == 0 && m.s.Until.IsZero()):
		return m.t("consent.endless")
	case !m.s.Until.IsZero() && m.s.Validity > 0:
		return m.t("consent.until", "period", m.l.period(m.s.Validity), "date", m.l.date(m.s.Until))
	case m.s.Until.IsZero():
		return m.t("consent.for", "period", m.l.period(m.s.Validity))
	}
	return m.t("consent.until_date", "date", m.l.date(m.s.Until))
}
