package page

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/fairlead-dev/fairlead"
)

// body picks the page of the stored state, and its heading.
func body(m *view) templ.Component {
	company, institution := m.company(), m.institutionName()
	if m.s.Ended {
		m.heading = m.t("ended." + m.endedAs() + ".title")
		return ended(m)
	}
	switch m.s.Stage {
	case fairlead.StageWelcome:
		m.heading = cmp.Or(m.s.Presentation.Title, m.t("welcome.title", "company", company))
		if m.s.Update != nil {
			m.heading = m.word("update.title")
		}
		return welcome(m)
	case fairlead.StageInstitution:
		m.heading = m.t("institution.title")
		return institutions(m)
	case fairlead.StageConsent:
		m.heading = m.t("consent.title", "institution", institution)
		if onlyFile(m.s.Institution) {
			m.heading = m.t("consent.title.file")
		}
		return consent(m)
	case fairlead.StageConversation:
		return conversation(m)
	case fairlead.StageAccounts:
		m.heading = m.t("accounts.title")
		return accounts(m)
	case fairlead.StageAcceptance:
		m.heading = m.t("acceptance.title")
		return acceptance(m)
	case fairlead.StageRetrieving:
		m.heading = m.t("retrieving.title")
		return waiting(m, m.word("retrieving.text"))
	}
	return result(m)
}

func conversation(m *view) templ.Component {
	institution := m.institutionName()
	switch step := m.s.Step; {
	case m.failed():
		m.heading = m.problem("title")
		return failure(m)
	case m.s.Busy || step == nil:
		m.heading = m.word("busy.title")
		return waiting(m, m.t("busy.text"))
	case step.Send != nil:
		m.heading = m.t("send.title", "institution", institution)
		return send(m)
	case step.Wait != nil:
		key := step.Wait.Sentence
		m.heading = m.t("wait.title")
		if m.l.has(key + ".title") {
			m.heading = m.t(key+".title", "institution", institution)
		}
		text := m.t("wait.text", "institution", institution)
		if m.l.has(key) {
			text = m.t(key, "institution", institution)
		} else if strings.Contains(key, " ") {
			text = key
		}
		return waiting(m, text)
	default:
		a := step.Form
		m.heading = m.askWord(a, "title", a.Title)
		return ask(m, a)
	}
}

// failed tells whether the conversation has come to an end that no answer to
// the present step can mend.
func (m *view) failed() bool {
	if m.s.Problem == nil || m.s.Busy {
		return false
	}
	step := m.s.Step
	return step == nil || step.Form == nil || !step.Form.Again || m.s.Problem.Kind == fairlead.Internal
}

func result(m *view) templ.Component {
	if m.s.Problem == nil && m.made() {
		m.heading = m.t("result.title")
		return success(m)
	}
	m.heading = m.t("failure.title")
	if m.s.Problem != nil {
		m.heading = m.problem("title")
	}
	return failure(m)
}

func (m *view) made() bool { return len(m.s.Connected) > 0 }

// begin is where the welcome's button leads: to the door, where there is no link yet.
func (m *view) begin() templ.SafeURL {
	if m.preview != nil {
		return templ.SafeURL(m.v.base)
	}
	return m.at("begin")
}

func (m *view) welcomeText() string {
	if m.s.Update != nil {
		return m.word("update.text")
	}
	return cmp.Or(m.s.Presentation.Subtitle, m.t("welcome.text", "company", m.company()))
}

// hasTerm tells whether the welcome can say for how long.
func (m *view) hasTerm() bool { return m.s.Endless || m.s.Validity > 0 }

func (m *view) productNames() string { return m.names(m.s.Products) }

// names lists products in a sentence's manner.
func (m *view) names(products []fairlead.Product) string {
	var out []string
	for _, p := range products {
		out = append(out, m.t("product."+string(p)))
	}
	return strings.Join(out, " · ")
}

// countryName is the name of a country by CLDR.
func (m *view) countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(language.Make(m.l.code)).Name(region); name != "" {
		return name
	}
	return code
}

// institutionDetail is the line under an institution's name: country or trouble.
func (m *view) institutionDetail(i fairlead.Institution) string {
	switch i.Health {
	case fairlead.HealthDown:
		return m.t("institution.down")
	case fairlead.HealthDegraded:
		return m.t("institution.degraded")
	}
	if i.Country == "" {
		return ""
	}
	return m.countryName(i.Country)
}

func (v visitor) keepsLanguage() bool { return strings.Contains(v.keep, "lang=") }

// askWord is a word of an Ask: the institution's own where it said something,
// else the page's for the kind.
func (m *view) askWord(a *fairlead.Form, word, own string) string {
	places := []string{"institution", m.institutionName(), "company", m.company(), "device", a.Device}
	if own != "" && m.l.has(own) {
		return m.t(own, places...)
	}
	if own != "" && !isKey(own) {
		return own
	}
	if key := "ask." + a.Kind + "." + word; m.l.has(key) {
		return m.t(key, places...)
	}
	return m.t("ask.other."+word, places...)
}

// isKey tells a message key ("ask.code.title") from an institution's text.
func isKey(s string) bool {
	return strings.Contains(s, ".") && !strings.ContainsAny(s, " \t\n?!,") && s == strings.ToLower(s)
}

func (m *view) askText(a *fairlead.Form) string {
	if a.Kind == "file" && a.Text == "" {
		return m.fileText(a)
	}
	if a.Text == "" && a.Device != "" {
		return m.t("ask.code.sent", "institution", m.institutionName(), "device", a.Device)
	}
	return m.askWord(a, "text", a.Text)
}

// refusedBy tells whether the institution's own text says what was wrong with
// the answer before.
func (m *view) refusedBy(a *fairlead.Form) bool { return a.Again && m.s.Problem == nil && a.Text != "" }

// minutesLeft is how many minutes an answer may take; 0: unsaid.
func (m *view) minutesLeft(a *fairlead.Form) int {
	if a.Expires.IsZero() || m.s.Now.IsZero() {
		return 0
	}
	return int(a.Expires.Sub(m.s.Now).Minutes())
}

// canMove tells whether continuing on a phone makes sense here: before or in the
// middle of it, and not in a frame, whose page waits for the end.
func (m *view) canMove() bool {
	return m.themed() && !m.v.frame && !m.s.Ended && m.s.Link.ID != "" && m.portal == nil && m.s.Stage != fairlead.StageResult && m.leadTo == ""
}

// askButton is the one main action. A lone field to confirm says it in its own words.
func (m *view) askButton(a *fairlead.Form) string {
	if len(a.Fields) == 1 && a.Fields[0].Kind == fairlead.FieldConfirm {
		if label := a.Fields[0].Label; label != "" && (m.l.has(label) || !isKey(label)) {
			return m.said(label)
		}
	}
	return m.askWord(a, "button", "")
}

func (m *view) askAction(a *fairlead.Form) string {
	if hasFile(a) {
		return "upload"
	}
	return "answer"
}

func hasFile(a *fairlead.Form) bool {
	return slices.ContainsFunc(a.Fields, func(f fairlead.FormField) bool { return f.Kind == fairlead.FieldFile })
}

func (m *view) encoding(a *fairlead.Form) templ.Attributes {
	if hasFile(a) {
		return templ.Attributes{"enctype": "multipart/form-data"}
	}
	return templ.Attributes{"autocomplete": "on"}
}

func (m *view) fieldLabel(f fairlead.FormField) string {
	switch {
	case f.Label != "" && (m.l.has(f.Label) || !isKey(f.Label)):
		return m.said(f.Label)
	case m.l.has("field." + f.Name):
		return m.t("field." + f.Name)
	}
	return m.t("field." + string(f.Kind))
}

// typing says how a field is typed: keypad, autofill, and what a browser must forget.
func (m *view) typing(a *fairlead.Form, f fairlead.FormField) templ.Attributes {
	out := templ.Attributes{"type": "text", "autocapitalize": "none", "spellcheck": "false", "autocomplete": "off", "maxlength": "65536"}
	switch f.Kind {
	case fairlead.FieldPassword:
		out["type"], out["autocomplete"] = "password", "off"
		if a.Kind == "login" {
			out["autocomplete"] = "current-password"
		}
	case fairlead.FieldCode:
		out["autocomplete"] = "one-time-code"
	case fairlead.FieldText:
		if a.Kind == "login" && f.Login {
			out["autocomplete"] = "username"
		}
	}
	if f.Digits {
		out["inputmode"] = "numeric"
	}
	if f.Length > 0 {
		out["maxlength"], out["minlength"] = strconv.Itoa(f.Length), strconv.Itoa(f.Length)
		out["class"] = "exact"
	}
	return out
}

// invalid ties a field to what is wrong with it.
func (m *view) invalid(a *fairlead.Form, f fairlead.FormField, id string, first bool) templ.Attributes {
	out := templ.Attributes{}
	var described []string
	if m.wrong[f.Name] != "" {
		out["aria-invalid"] = "true"
		described = append(described, id+"-error")
	} else if a.Again && (m.s.Problem != nil || m.refusedBy(a)) {
		out["aria-invalid"] = "true"
		described = append(described, "problem")
	}
	if f.Kind == fairlead.FieldFile && m.fileHint(f) != "" {
		described = append(described, id+"-hint")
	}
	if first && m.askText(a) != "" && !m.refusedBy(a) {
		described = append(described, "ask-text")
	}
	if len(described) > 0 {
		out["aria-describedby"] = strings.Join(described, " ")
	}
	if f.Kind == fairlead.FieldChoice {
		delete(out, "aria-invalid") // not a state of a group; the error is part of its description
	}
	return out
}

// describe lists the ids that describe a field, its error first.
func (m *view) describe(name, always string) string {
	if m.wrong[name] != "" {
		return name + "-error " + always
	}
	return always
}

func (m *view) wrongText(f fairlead.FormField) string {
	code, ok := m.wrong[f.Name]
	if !ok {
		return ""
	}
	if code == "large" && f.MaxBytes > 0 {
		return m.t("error.large.limit", "size", m.size(f.MaxBytes))
	}
	if key := "error." + code; m.l.has(key) {
		return m.t(key)
	}
	return m.t("error.other")
}

// problem is the title or text of the screen's problem.
func (m *view) problem(word string) string {
	kind := fairlead.Internal
	if m.s.Problem != nil {
		kind = m.s.Problem.Kind
	}
	key := "problem." + string(kind) + "." + word
	if special := m.problemSpecial(); special != "" && m.l.has("problem."+special+"."+word) {
		key = "problem." + special + "." + word
	}
	if m.s.Problem != nil && m.l.has("problem."+m.s.Problem.Code+"."+word) {
		key = "problem." + m.s.Problem.Code + "." + word
	}
	return m.t(key, "institution", m.institutionName(), "company", m.company())
}

// turn says whose turn it is.
func (m *view) turn() string {
	if m.s.Problem == nil || m.s.Problem.Actor == "" {
		return ""
	}
	switch m.s.Problem.Kind {
	case fairlead.Duplicate, fairlead.TooLarge, fairlead.Unsupported:
		return "" // nobody has to mend anything: another file or institution may do
	}
	return m.t("turn."+string(m.s.Problem.Actor), "institution", m.institutionName(), "company", m.company())
}

// endedAs names how the link ended: finished, failed, exited, expired.
func (m *view) endedAs() string {
	if m.s.Link.Status == fairlead.LinkOpen || m.s.Link.Status == "" {
		return string(fairlead.LinkExpired)
	}
	return string(m.s.Link.Status)
}

func (m *view) endedMood() string {
	if m.s.Link.Status == fairlead.LinkFinished {
		return "good"
	}
	return "calm"
}

func (m *view) endedIcon() string {
	switch m.s.Link.Status {
	case fairlead.LinkFinished:
		return "check"
	case fairlead.LinkExpired, fairlead.LinkOpen:
		return "clock"
	}
	return "alert"
}

func (m *view) messageIcon() string {
	switch m.query {
	case "returned":
		return "check"
	case "gone", "rate_limited", "paused":
		return "clock"
	}
	return "alert"
}

// attributes tell the script what this page is.
func (m *view) attributes() templ.Attributes {
	out := templ.Attributes{"data-stage": string(m.s.Stage)}
	if m.refused != nil {
		out["data-refused"], out["data-detail"] = string(m.refused.Kind), m.refused.Detail
	}
	if m.bare {
		return out
	}
	if seconds := m.polls(); seconds != "" {
		out["data-poll"], out["data-key"], out["data-state"] = seconds, stateKey(m.s), m.v.at("state")
	}
	if !m.v.frame {
		return out
	}
	out["data-session"] = string(m.s.Link.ID)
	out["data-turn"] = strconv.Itoa(m.s.Turn)
	out["data-problem"] = m.problemKind()
	out["data-connected"] = m.connected()
	out["data-outcome"] = m.outcome()
	out["data-message"] = m.destinationMessage()
	if m.s.Step != nil && m.s.Step.Form != nil {
		out["data-ask"] = m.s.Step.Form.Kind
	}
	if m.s.Institution != nil {
		out["data-institution"], out["data-institution-name"] = string(m.s.Institution.ID), m.s.Institution.Name
	}
	return out
}
