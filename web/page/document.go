package page

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// content is the middle of a page: its title, and a body that shows it as the heading.
type content struct {
	title string
	body  templ.Component
}

// document is one page about to be written: its content, and what stands around it.
type document struct {
	*view
	content
	note    string          // a closed word: moved, large
	watches bool            // look whether the session is still here
	refused *fairlead.Error // why a frame shows nothing, for its opener
}

func newDocument(r *http.Request, v *view, c content) *document {
	d := &document{view: v, content: c}
	if note := r.URL.Query().Get("note"); !v.standalone() && v.has("note."+note) {
		d.note = note
	}
	if v.behind && !v.canGoBack && d.note == "" {
		d.note = "past"
	}
	return d
}

// windowTitle is what the page is, then whose.
func (d *document) windowTitle() string {
	if d.unnamed() {
		return d.title
	}
	return d.title + " · " + d.company()
}

// languages lists the other languages and where they are.
func (d *document) languages() []languageLink {
	var out []languageLink
	for _, code := range languageCodes() {
		q := url.Values{}
		for k, values := range d.preview {
			q[k] = values
		}
		if d.session.frame {
			q.Set("frame", "1")
		}
		if d.session.by != "" {
			q.Set("by", d.session.by)
		}
		q.Set("lang", code)
		out = append(out, languageLink{code: code, address: templ.SafeURL("?" + q.Encode()), current: code == d.language, name: d.text("language." + code)})
	}
	return out
}

type languageLink struct {
	code, name string
	address    templ.SafeURL
	current    bool
}

// steps places the stage on the way, for "step 2 of 4": at is under way, and those after
// it are still to come. Zero total: do not say.
func (d *document) steps() (at, total int) {
	counted := d.way()
	if n := slices.Index(counted, d.screen.Stage); n >= 0 && !d.screen.Ended && !d.standalone() {
		return n + 1, len(counted)
	}
	return 0, 0
}

// way is the stages that the person meets on this link, as far as that is known. A renewed
// connection has its own: its institution is chosen already.
func (d *document) way() (counted []fairlead.Stage) {
	spec := d.screen.Link.Spec
	stages := spec.Stages
	if len(stages) == 0 {
		stages = fairlead.DefaultStages()
	}
	for _, s := range []fairlead.Stage{
		fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation, fairlead.StageAccounts, fairlead.StageAcceptance,
	} {
		met := s == fairlead.StageConversation || slices.Contains(stages, s)
		switch s {
		case fairlead.StageInstitution:
			met = spec.Institution == "" && spec.Connection == ""
		case fairlead.StageAccounts:
			met = met && d.listsAccounts()
		}
		if met {
			counted = append(counted, s)
		}
	}
	return counted
}

// listsAccounts reports whether the person chooses accounts here, as far as that is known:
// where one signs in at the institution's own pages one chooses there.
func (d *document) listsAccounts() bool {
	i := d.screen.Institution
	return d.screen.Stage == fairlead.StageAccounts || i == nil || slices.ContainsFunc(i.Logins, func(l fairlead.LoginKind) bool { return l != fairlead.LoginRedirect })
}

func (d *document) stepText() string {
	at, total := d.steps()
	return d.text("step", "at", strconv.Itoa(at), "total", strconv.Itoa(total))
}

// leaveQuestion is when the page asks whether the person wants to leave: "always", or when
// something was "typed".
func (d *document) leaveQuestion() string {
	switch {
	case d.screen.Confirms:
		return "always"
	case d.formKind() != "":
		return "typed"
	}
	return ""
}

// atLink tells a page of a link that has not ended.
func (d *document) atLink() bool {
	return d.themed() && d.screen.Link.ID != "" && !d.screen.Ended
}

// canContinueOnDevice reports whether continuing on a phone makes sense here: before
// or in the middle of it, and not in a frame, whose page waits for the end.
func (d *document) canContinueOnDevice() bool {
	return d.atLink() && !d.session.frame && d.screen.Stage != fairlead.StageResult && d.leaveURL == ""
}

// polls is after how many seconds the script looks again; "" where nothing moves by itself.
func (d *document) polls() string {
	switch {
	case d.watches:
		return "2"
	case d.standalone() || d.preview != nil || !goesOn(d.screen):
		return ""
	}
	return strconv.Itoa(pollSeconds(d.screen))
}

// reloads is after how many seconds a browser without scripts looks again. A
// page that awaits the person, to type or to leave for the institution, is left
// alone.
func (d *document) reloads() string {
	step := d.screen.Step
	awaits := d.screen.Stage == fairlead.StageConversation && !d.screen.Busy && step != nil && (step.Send != nil || (step.Form != nil && typed(step.Form)))
	if d.watches || awaits {
		return ""
	}
	return d.polls()
}

func typed(f *fairlead.Form) bool {
	return slices.ContainsFunc(f.Fields, func(f fairlead.FormField) bool { return f.Kind != fairlead.FieldConfirm })
}

// formKind is the kind of the form that is shown; "": none is.
func (d *document) formKind() string {
	s := d.screen
	if s.Ended || s.Busy || s.Stage != fairlead.StageConversation || s.Step == nil || s.Step.Form == nil || loginFailed(s) {
		return ""
	}
	return s.Step.Form.Kind
}

// wide reports whether the page has tables that want more room than a form.
func (d *document) wide() bool { return d.formKind() == "mapping" || d.formKind() == "preview" }

// aboutFiles reports whether the page has what files.js hastens.
func (d *document) aboutFiles() bool {
	return d.formKind() == "mapping" || (d.formKind() != "" && form{d.view, d.screen.Step.Form}.takesSeveral())
}

// ofFiles reports whether the page takes files, or shows what they hold: files.css.
func (d *document) ofFiles() bool {
	if d.formKind() == "" {
		return false
	}
	f := form{d.view, d.screen.Step.Form}
	return d.wide() || f.hasFile() || f.Preview != nil
}

// hastens reports whether the page has what forms.js hastens: all but a welcome, a wait and an
// end, where nothing is typed and nothing needs an answer.
func (d *document) hastens() bool {
	portal := d.themed() && d.screen.Link.ID == ""
	return portal || d.formKind() != "" || d.leaveQuestion() != "" || d.screen.Stage == fairlead.StageInstitution && !d.screen.Ended
}

// attributes tell the script what this page is, and in a frame the opener how far
// the link has come.
func (d *document) attributes() templ.Attributes {
	out := templ.Attributes{"data-stage": string(d.screen.Stage)}
	if d.refused != nil {
		out["data-refused"], out["data-detail"] = string(d.refused.Kind), d.refused.Detail
	}
	if d.standalone() {
		return out
	}
	if seconds := d.polls(); seconds != "" {
		out["data-poll"], out["data-key"], out["data-state"] = seconds, stateKey(d.screen), d.session.at("state").String()
	}
	if d.screen.Position != "" && !d.behind {
		out["data-position"] = d.screen.Position
	}
	if !d.behind && d.screen.Earlier(d.goBackTo) {
		out["data-earlier"] = "1"
	}
	if d.behind && d.canGoBack {
		out["data-behind"] = "1"
	}
	if d.session.frame {
		describeLink(out, d.screen)
	}
	if d.tracks() {
		out["data-tracking"] = d.trackingJSON()
	}
	return out
}

func describeLink(out templ.Attributes, s linking.Screen) {
	out["data-session"] = string(s.Link.ID)
	out["data-turn"] = strconv.Itoa(s.Turn)
	out["data-connected"] = connectedJSON(s.Connected)
	out["data-problem"], out["data-outcome"], out["data-message"] = "", "", ""
	if s.Problem != nil {
		out["data-problem"] = string(s.Problem.Kind)
	}
	if s.Ended && s.Link.Status == fairlead.LinkFinished && !s.Elsewhere {
		out["data-outcome"] = "success"
	} else if s.Ended {
		out["data-outcome"] = "exit"
	}
	if s.AppReturn != nil {
		out["data-message"] = string(s.AppReturn.Message)
	}
	if s.Step != nil && s.Step.Form != nil {
		out["data-form"] = s.Step.Form.Kind
	}
	if s.Institution != nil {
		out["data-institution"], out["data-institution-name"] = string(s.Institution.ID), s.Institution.Name
	}
}

// connectedJSON is what has been linked so far, for the opener.
func connectedJSON(connected []linking.Connected) string {
	type entry struct {
		Connection  fairlead.ConnectionID  `json:"connection_id"`
		Institution fairlead.InstitutionID `json:"institution_id"`
	}
	out := []entry{}
	for _, c := range connected {
		out = append(out, entry{c.Connection.ID, c.Connection.Institution})
	}
	text, err := json.Marshal(out)
	if err != nil {
		return "[]"
	}
	return string(text)
}
