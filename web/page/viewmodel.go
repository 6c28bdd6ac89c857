package page

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/style"
)

// view is what any part of a page may show: a screen of linking, in the person's
// language, at the addresses of the session.
type view struct {
	*translator
	screen    linking.Screen
	session   session // zero: there is no link behind the page
	assets    *style.Assets
	wrong     map[string]string // field → code of what is wrong with it
	wrongFile string            // name of the file that is wrong, where several were sent
	search    search
	behind    bool                                 // the address is of a step that was left behind
	canGoBack bool                                 // and the person can go back to it
	goBackTo  string                               // which that is
	imports   map[fairlead.ConnectionID][]imported // of the connections that are shown
	preview   url.Values                           // fields that a form must repeat: the page has no session yet
	leaveURL  string                               // address that a departure or an end leads to
	incident  string                               // by which the log has what went wrong on our side
	redirects bool                                 // it leads there at once
	sample    bool                                 // the page belongs to no link, and shows only how one looks
	operator  string                               // who runs this server
	host      string                               // its domain
}

// search is what the person looks for among the institutions, and what was found.
type search struct {
	text, country string
	found         []fairlead.Institution // the first of them
	total         int                    // that were found
	nearest       []fairlead.Institution // what a search may mean that finds nothing
	near          []string               // countries that are near to the person
}

// view begins a page about a screen.
func (p *Page) view(r *http.Request, s session, screen linking.Screen) *view {
	q := r.URL.Query()
	v := &view{
		translator: p.catalog.choose(q.Get("lang"), screen.Language, r.Header.Get("Accept-Language")),
		screen:     screen, session: s, assets: p.assets, wrong: wrongFields(q.Get("wrong")),
		search: search{found: screen.Institutions, total: screen.Choices}, redirects: q.Get("done") == "1",
		operator: cmp.Or(p.o.Operator, p.host()), host: p.host(),
	}
	if v.wrong != nil {
		v.wrongFile = p.wrongFileOf(r, screen.Link.ID)
	}
	if screen.Stage == fairlead.StageWelcome && screen.Update != nil && screen.Problem == nil {
		v.screen.Problem = screen.Update.Problem
	}
	v.search, v.goBackTo = v.listed(v.search), q.Get(positionField)
	if screen.Ended && screen.AppReturn != nil {
		v.leaveURL = screen.AppReturn.URL
	}
	return v
}

// wrongFields reads what wrongQuery wrote: "user:required,password:length".
func wrongFields(query string) map[string]string {
	if query == "" || len(query) >= 1000 {
		return nil
	}
	out := map[string]string{}
	for field := range strings.SplitSeq(query, ",") {
		name, code, _ := strings.Cut(field, ":")
		out[name] = code
	}
	return out
}

// wrongQuery says which fields were wrong and how, never what was typed.
func wrongQuery(e *fairlead.Error) string {
	var out []string
	for _, f := range e.Fields {
		out = append(out, strings.TrimPrefix(f.Name, "fields.")+":"+f.Code)
	}
	return strings.Join(out, ",")
}

// at is an address of this session, as templ wants it.
func (v *view) at(action string) templ.SafeURL { return templ.SafeURL(v.session.at(action).String()) }

func (v *view) asset(name string) string { return v.assets.Address(name) }

// standalone tells a page that has no link behind it.
func (v *view) standalone() bool { return v.session.home.IsZero() }

// unnamed tells a page of which it is not known whose it is.
func (v *view) unnamed() bool { return v.standalone() && v.screen.Company == "" }

// themed reports whether the session has an address for its colours.
func (v *view) themed() bool { return !v.standalone() && v.preview == nil }

// hasLogo reports whether the application's logo can be shown without fetching it elsewhere.
func (v *view) hasLogo() bool {
	_, _, ok := dataURI(v.screen.Theme.Logo)
	return ok && (v.themed() || v.sample)
}

// logoURL is where the application's logo is: in a sample inside the page itself.
func (v *view) logoURL() string {
	if v.sample {
		return v.screen.Theme.Logo
	}
	return v.session.at("logo").String()
}

func (v *view) company() string {
	return cmp.Or(v.screen.Presentation.CompanyName, v.screen.Company, v.text("company.unknown"))
}

// initial is the first letter of a name, for want of a logo.
func initial(name string) string {
	for _, c := range name {
		return strings.ToUpper(string(c))
	}
	return ""
}

// onlyFile tells an institution that has no login but a file that one brings.
func onlyFile(i *fairlead.Institution) bool {
	return i != nil && len(i.Logins) == 1 && i.Logins[0] == fairlead.LoginFile
}

// isStatementFile tells the institution that stands for files of any bank: its
// name is that of a way to connect, and is not said as if it were a bank's.
func isStatementFile(i *fairlead.Institution) bool { return onlyFile(i) && i.Country == "" }

// institutionName is the chosen institution's name in a sentence.
func (v *view) institutionName() string {
	switch i := v.screen.Institution; {
	case i == nil:
		return v.text("institution.unknown")
	case isStatementFile(i):
		return v.text("institution.file")
	default:
		return v.listedName(*i)
	}
}

// listedName is an institution's name in the list.
func (v *view) listedName(i fairlead.Institution) string {
	if i.ID == anyServer {
		return v.text("institution.simplefin")
	}
	return i.Name
}

// anyServer stands for SimpleFIN servers of anybody's: its name is a way to connect.
const anyServer fairlead.InstitutionID = "ins_simplefin_server"

// badgeName is an institution's name over a page about it.
func (v *view) badgeName(i fairlead.Institution) string {
	if isStatementFile(&i) {
		return v.text("institution.file.name")
	}
	return v.listedName(i)
}

// connectedName is an institution's name among what has been connected.
func (v *view) connectedName(i fairlead.Institution) string {
	if isStatementFile(&i) {
		return v.text("institution.file.made")
	}
	return v.listedName(i)
}

// institutionLogo is where an institution's logo is; a preview has no session
// that could fetch it.
func (v *view) institutionLogo(id fairlead.InstitutionID) string {
	if i := v.screen.Institution; v.preview != nil && i != nil && i.ID == id {
		return dataAddress(&fairlead.Image{Type: "image/svg+xml", Data: []byte(i.Logo)})
	}
	return v.session.at("logo", string(id)).String()
}

// phrase is a message about the institution and the company.
func (v *view) phrase(key string) string {
	return v.text(key, "institution", v.institutionName(), "company", v.company())
}

// filePhrase is phrase, in the message for files where the person brings one.
func (v *view) filePhrase(key string) string {
	if isStatementFile(v.screen.Institution) && v.has(key+".file") {
		key += ".file"
	}
	return v.phrase(key)
}

// mayTypePassword reports whether a password may be typed on these pages, as far as
// that is known.
func (v *view) mayTypePassword() bool {
	i := v.screen.Institution
	return i == nil || slices.Contains(i.Logins, fairlead.LoginPassword)
}

// ownWords has a form checked in the page's own words rather than in the browser's: by
// the script, and by the server.
func (v *view) ownWords() templ.Attributes {
	return templ.Attributes{
		"novalidate": true, "data-required": v.text("error.required"), "data-choose": v.text("error.unknown"), "data-file": v.text("error.file"),
		"data-format": v.text("error.format"), "data-length": v.text("error.length", "n", "%n%"),
	}
}

// describedBy lists the ids that describe a field, its error first.
func (v *view) describedBy(name, always string) string {
	if v.wrong[name] != "" {
		return name + "-error " + always
	}
	return always
}

// dataAddress is a picture inside the page.
func dataAddress(i *fairlead.Image) string {
	return "data:" + i.Type + ";base64," + base64.StdEncoding.EncodeToString(i.Data)
}
