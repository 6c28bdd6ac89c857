package page

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

func TestTheAppIsHandedWhereToGoOnInEveryAddress(t *testing.T) {
	t.Parallel()
	p, err := New(Options{BaseURL: "https://link.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"https://h.example/app?z=1#route", "https://h.example:8443/app#/a?z=1", "https://h.example", "https://h.example/app?", "com.example.app:", "com.example.app://back?z=1",
	} {
		for _, key := range []string{"cb", "go on&#"} {
			var s linking.Screen
			s.Link.Spec = fairlead.Spec{AppLink: address, AppLinkKey: key}
			got := p.appURL(httptest.NewRequest("GET", "/l/return?state=s%20t&code=c%26d&via=bank", nil), s)
			u, err := url.Parse(got)
			if err != nil {
				t.Fatal(err)
			}
			before, fragment, _ := strings.Cut(address, "#")
			on, err := url.Parse(u.Query().Get(key))
			if err != nil || !strings.HasPrefix(got, before) || u.EscapedFragment() != fragment && u.Fragment != fragment ||
				on.Query().Get("state") != "s t" || on.Query().Get("code") != "c&d" || !on.Query().Has(viaApp) || on.Query().Get("via") != "bank" || on.Host != "link.example.com" {
				t.Errorf("%s becomes %s", address, got)
			}
		}
	}
}
