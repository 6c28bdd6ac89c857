package ownpath

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestNoPathLiesOnAnotherOrigin(t *testing.T) {
	t.Parallel()
	base, err := url.Parse("https://connect.example/l/x")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		`../\evil.example`, `..`, `.`, ``, `\evil.example`, `/evil.example`, `//evil.example`, `https://evil.example`, "evil\r\nSet-Cookie: a=b",
		`%2f%2fevil.example`, `a/b`, `a?b`, `a#b`, "\tevil", `@evil.example`, `:evil`, `é`,
	} {
		for _, p := range []Path{
			Link(fairlead.LinkID(bad)), Frame(linking.Session{Token: bad}), Link("lnk_1").At(bad), Link("lnk_1").At("logo", bad), Link("lnk_1").With(bad, bad),
		} {
			w := httptest.NewRecorder()
			p.With("lang", bad).Redirect(w)
			to, err := base.Parse(strings.ReplaceAll(w.Header().Get("Location"), `\`, "/"))
			if err != nil || to.Host != "connect.example" || to.Scheme != "https" || !(strings.HasPrefix(to.Path, "/l") || strings.HasPrefix(to.Path, "/f")) {
				t.Errorf("%q leads to %q (%v)", bad, w.Header().Get("Location"), err)
			}
		}
	}
}

func TestAPathSaysWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]Path{
		"/l/lnk_1/theme.css?lang=es":      Link("lnk_1").At("theme.css").With("lang", "es"),
		"/f/abc?frame=1&note=moved":       Frame(linking.Session{Token: "abc"}).WithQuery("frame=1").With("note", "moved"),
		"/l/lnk_1/logo/ins_harbor":        Link("lnk_1").At("logo", "ins_harbor"),
		"/me":                             Portal().WithQuery(""),
		"/l/return?wrong=user%3Arequired": Return().With("wrong", "user:required"),
		"/path":                           Entry(linking.EntryURL{Path: "/path"}),
	} {
		if p.String() != want {
			t.Errorf("%s, want %s", p, want)
		}
	}
}
