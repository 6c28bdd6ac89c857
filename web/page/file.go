package page

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
)

// onlyFile tells an institution that has no login but a file that one brings.
func onlyFile(i *fairlead.Institution) bool {
	return i != nil && len(i.Logins) == 1 && i.Logins[0] == fairlead.LoginFile
}

// broughtFile tells the institution that stands for files of any bank: its name
// is that of a way to connect, and is not said as if it were a bank's.
func broughtFile(i *fairlead.Institution) bool { return onlyFile(i) && i.Country == "" }

// badgeName is an institution's name over a page about it.
func (m *view) badgeName(i fairlead.Institution) string {
	if broughtFile(&i) {
		return m.t("institution.file.name")
	}
	return i.Name
}

// shownName is an institution's name among what was made.
func (m *view) shownName(i fairlead.Institution) string {
	if broughtFile(&i) {
		return m.t("institution.file.made")
	}
	return i.Name
}

// word is a message about the institution, in the words for files where the
// person brings one.
func (m *view) word(key string) string {
	if broughtFile(m.s.Institution) && m.l.has(key+".file") {
		key += ".file"
	}
	return m.t(key, "institution", m.institutionName(), "company", m.company())
}

// fileText says where to get the file, and of which kinds it may be.
func (m *view) fileText(a *fairlead.Form) string {
	for _, f := range a.Fields {
		if kinds := fileKinds(f.Accept); len(kinds) > 0 {
			return m.t("ask.file.text", "kinds", strings.Join(kinds, m.t("ask.file.or")))
		}
	}
	return m.t("ask.file.text.any")
}

// fileKinds are the endings of an accept list as people call them: ".ofx" is OFX.
func fileKinds(accept string) []string {
	var out []string
	for ending := range strings.SplitSeq(accept, ",") {
		if kind, ok := strings.CutPrefix(strings.TrimSpace(ending), "."); ok {
			out = append(out, strings.ToUpper(kind))
		}
	}
	return out
}

// fileHint says which files are taken and how large they may be; "": unsaid.
func (m *view) fileHint(f fairlead.FormField) string {
	var out []string
	if f.Accept != "" {
		endings := strings.Split(f.Accept, ",")
		for n := range endings {
			endings[n] = strings.TrimSpace(endings[n])
		}
		out = append(out, m.t("ask.file.accept", "endings", strings.Join(endings, ", ")))
	}
	if f.MaxBytes > 0 {
		out = append(out, m.t("ask.file.size", "size", m.size(f.MaxBytes)))
	}
	return strings.Join(out, ", ")
}

// fileLimit lets the script refuse a file before it is sent.
func (m *view) fileLimit(f fairlead.FormField) templ.Attributes {
	out := templ.Attributes{"data-empty": m.t("error.empty")}
	if f.MaxBytes > 0 {
		out["data-max"], out["data-large"] = strconv.FormatInt(f.MaxBytes, 10), m.t("error.large.limit", "size", m.size(f.MaxBytes))
	}
	return out
}

// size is a limit in the largest unit that says it whole.
func (m *view) size(bytes int64) string {
	if bytes >= 1<<20 && bytes%(1<<20) == 0 {
		return strconv.FormatInt(bytes>>20, 10) + " MB"
	}
	return strconv.FormatInt(max(bytes>>10, 1), 10) + " KB"
}

// typesPassword tells whether a password may be typed on these pages; sure is
// false while the institution is not known.
func (m *view) typesPassword() (may, sure bool) {
	if m.s.Institution == nil {
		return true, false
	}
	return slices.Contains(m.s.Institution.Logins, fairlead.LoginPassword), true
}

// passwordText is what becomes of a password.
func (m *view) passwordText() string {
	if _, sure := m.typesPassword(); !sure {
		return m.t("welcome.point.password.any", "company", m.company())
	}
	return m.t("welcome.point.password.text", "company", m.company())
}
