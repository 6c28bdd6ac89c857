package page

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// maxListed is how many institutions a page lists at once: more are found by name.
const maxListed = 60

// choosePage picks the page of the stored state.
func choosePage(v *view) content {
	if v.screen.Ended {
		title := v.text("ended." + v.endedStatus() + ".title")
		return content{title, ended(v, title)}
	}
	switch v.screen.Stage {
	case fairlead.StageWelcome:
		title := cmp.Or(v.screen.Presentation.Title, v.phrase("welcome.title"))
		if v.screen.Update != nil {
			title = v.filePhrase("update.title")
		}
		return content{title, welcome(v, title)}
	case fairlead.StageInstitution:
		title := v.text("institution.title")
		return content{title, institutions(v, title)}
	case fairlead.StageConsent:
		title := v.phrase("consent.title")
		if len(v.shared()) > 0 {
			title = v.phrase("consent.title.update")
		}
		if onlyFile(v.screen.Institution) {
			title = v.text("consent.title.file")
		}
		return content{title, consent(v, title)}
	case fairlead.StageConversation:
		return chooseStep(v)
	case fairlead.StageAccounts:
		title := v.text("accounts.title")
		return content{title, accounts(v, title)}
	case fairlead.StageAcceptance:
		title := v.text("acceptance.title")
		return content{title, acceptance(v, title)}
	case fairlead.StageRetrieving:
		title := v.text("retrieving.title")
		return content{title, waiting(v, title, v.filePhrase("retrieving.text"))}
	}
	return chooseResult(v)
}

// chooseStep picks the page of a login conversation.
func chooseStep(v *view) content {
	switch step := v.screen.Step; {
	case loginFailed(v.screen):
		title := v.problemText("title")
		return content{title, failure(v, title)}
	case v.screen.Busy || step == nil:
		title := v.filePhrase("busy.title")
		return content{title, waiting(v, title, v.text("busy.text"))}
	case step.Send != nil:
		title := v.phrase("send.title")
		return content{title, send(v, title)}
	case step.Wait != nil:
		title := v.phrase("wait.title")
		if key := step.Wait.Sentence + ".title"; v.has(key) {
			title = v.phrase(key)
		}
		return content{title, waiting(v, title, v.waitText(*step.Wait))}
	default:
		return chooseForm(form{v, step.Form})
	}
}

// chooseForm picks the page of a form by its kind.
func chooseForm(f form) content {
	title := f.wording("title", f.Title)
	switch f.Kind {
	case "mapping":
		title = f.mappingTitle()
		return content{title, mapping(f, title)}
	case "preview":
		return content{title, preview(f, title)}
	}
	return content{title, formPage(f, title)}
}

func chooseResult(v *view) content {
	title := v.text("failure.title")
	switch {
	case v.screen.Problem != nil:
		title = v.problemText("title")
	case v.screen.Nothing():
		title = v.text("nothing.title")
		return content{title, nothing(v, title)}
	case len(v.screen.Connected) > 0:
		title = v.text("result.title")
		return content{title, success(v, title)}
	}
	return content{title, failure(v, title)}
}

// loginFailed reports whether the conversation has come to an end that no answer to
// the present step can mend.
func loginFailed(s linking.Screen) bool {
	if s.Problem == nil || s.Busy {
		return false
	}
	return s.Step == nil || s.Step.Form == nil || !s.Step.Form.Again || s.Problem.Kind == fairlead.Internal
}

// waitText is what the institution says of a wait, or what the page says of every one.
func (v *view) waitText(w fairlead.Wait) string {
	switch {
	case v.has(w.Sentence):
		return v.phrase(w.Sentence)
	case strings.Contains(w.Sentence, " "):
		return w.Sentence
	}
	return v.phrase("wait.text")
}

// timeLeft says how long a wait may still take; "": unsaid.
func (v *view) timeLeft() string {
	step, c, now := v.screen.Step, v.screen.Link.Conversation, v.screen.Now
	if v.screen.Busy || step == nil || step.Wait == nil || now.IsZero() {
		return ""
	}
	if step.Wait.Approval != "" || c == nil {
		if left := step.Wait.Expires.Sub(now); left > 0 {
			return v.text("wait.confirm", "duration", v.duration(left))
		}
		return ""
	}
	if left := c.Next.Sub(now); left > 0 {
		return v.text("wait.left", "duration", v.duration(left))
	}
	return ""
}

// beginURL is where the welcome's button leads: to the vendor's address, where
// there is no link yet.
func (v *view) beginURL() templ.SafeURL {
	if v.preview != nil {
		return templ.SafeURL(v.session.home.String())
	}
	return v.at("begin")
}

func (v *view) welcomeText() string {
	if v.screen.Update != nil {
		return v.filePhrase("update.text")
	}
	return cmp.Or(v.screen.Presentation.Subtitle, v.phrase("welcome.text"))
}

// passwordText is what becomes of a password.
func (v *view) passwordText() string {
	if v.screen.Institution == nil {
		return v.phrase("welcome.point.password.any")
	}
	return v.phrase("welcome.point.password.text")
}

// hasTerm reports whether the welcome can say for how long.
func (v *view) hasTerm() bool { return v.screen.Endless || v.screen.Validity > 0 }

// term says how long the consent is proposed to last.
func (v *view) term() string {
	s := v.screen
	switch {
	case s.Endless || (s.Validity == 0 && s.Until.IsZero()):
		return v.text("consent.endless")
	case !s.Until.IsZero() && s.Validity > 0:
		return v.text("consent.until", "period", v.period(s.Validity), "date", v.date(s.Until))
	case s.Until.IsZero():
		return v.text("consent.for", "period", v.period(s.Validity))
	}
	return v.text("consent.until_date", "date", v.date(s.Until))
}

// shared is what of the wanted products a connection that is renewed has already; addedProducts are the rest.
func (v *view) shared() (out []fairlead.Product) {
	if v.screen.Update == nil {
		return nil
	}
	for _, p := range v.screen.Products {
		if _, has := v.screen.Update.Products[p]; has {
			out = append(out, p)
		}
	}
	return out
}

func (v *view) addedProducts() []fairlead.Product {
	already := v.shared()
	return slices.DeleteFunc(slices.Clone(v.screen.Products), func(p fairlead.Product) bool { return slices.Contains(already, p) })
}

// shorterTerms are the months that a person may choose instead of the proposed
// ones: fewer, never more.
func (v *view) shorterTerms() []int {
	var out []int
	for _, months := range []int{3, 6, 12, 24} {
		if v.screen.Endless || months < v.screen.Validity {
			out = append(out, months)
		}
	}
	return out
}

// upload takes the file of a bank that is not found; nil where that is not to be chosen.
func (v *view) upload() *fairlead.Institution {
	if v.screen.Ended || v.screen.Stage != fairlead.StageInstitution {
		return nil
	}
	return v.screen.Upload
}

// listed is a search without the institution that is offered below what it found.
func (v *view) listed(s search) search {
	s.total = max(s.total, len(s.found))
	if below := v.upload(); below != nil {
		all := len(s.found)
		s.found = slices.DeleteFunc(slices.Clone(s.found), func(i fairlead.Institution) bool { return i.ID == below.ID })
		s.total -= all - len(s.found)
	}
	return s
}

// institutionDetail is what stands under an institution's name: country, and the website
// where many have one name, or trouble.
func (v *view) institutionDetail(i fairlead.Institution) string {
	switch {
	case i.Health == fairlead.HealthDown:
		return v.text("institution.down")
	case i.Health == fairlead.HealthDegraded:
		return v.text("institution.degraded")
	}
	var out []string
	if i.Country != "" {
		out = append(out, v.country(i.Country))
	}
	if host := websiteHost(i.Website); host != "" && i.Provider != "" {
		out = append(out, host)
	}
	return strings.Join(out, " · ")
}

// websiteHost is a website as people know it: "chase.com".
func websiteHost(website string) string {
	u, err := url.Parse(website)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// missing are the products that could not be fetched of what has been connected, where
// that has been tried already.
func (v *view) missing() (out []fairlead.Product) {
	for _, p := range fairlead.Products() {
		if slices.ContainsFunc(v.screen.Connected, func(c linking.Connected) bool {
			return len(c.Connection.Waiting) == 0 && c.Connection.Missed(p, v.screen.Link.Created) != nil
		}) {
			out = append(out, p)
		}
	}
	return out
}

// endedStatus names how the link ended: finished (empty where nothing was there to be
// fetched yet, nothing where there is none), failed, exited, withdrawn, expired; or, to whoever is not to know, that it did.
func (v *view) endedStatus() string {
	switch l := v.screen.Link; {
	case l.Withdrawn:
		return "withdrawn"
	case l.Status == fairlead.LinkOpen || l.Status == "":
		return string(fairlead.LinkExpired)
	case v.screen.Elsewhere && l.Status != fairlead.LinkExpired:
		return "elsewhere"
	case cameToNothing(l):
		return "empty"
	case l.Status == fairlead.LinkFinished && v.screen.Nothing():
		return "nothing"
	default:
		return string(l.Status)
	}
}

// cameToNothing reports whether a link has connected and nothing could be fetched.
func cameToNothing(l fairlead.Link) bool {
	return l.Status == fairlead.LinkFinished && l.Stage == fairlead.StageResult && l.Problem != nil
}

// endedIcon and endedMood say how the link ended to the eye. Whoever left has done nothing wrong.
func endedIcon(v *view) string {
	switch v.endedStatus() {
	case string(fairlead.LinkFinished):
		return "check"
	case string(fairlead.LinkExpired), "elsewhere":
		return "clock"
	case string(fairlead.LinkExited), "withdrawn":
		return "close"
	}
	return "alert"
}

func endedMood(v *view) string {
	if v.endedStatus() == string(fairlead.LinkFinished) {
		return "good"
	}
	return "calm"
}

func messageIcon(name string) string {
	switch name {
	case "returned":
		return "check"
	case "gone", "rate_limited", "paused":
		return "clock"
	case "left", "withdrawn", "used":
		return "close"
	}
	return "alert"
}
