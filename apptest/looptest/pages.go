package looptest

import (
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// Pages goes through the pages with apptest's own browser.
func (s *Servers) Pages(address string) (end string) {
	s.T.Helper()
	p := s.Second.Visit(address)
	for n := 0; n < 4; n++ { // there, back, and out
		through(s.T, p, "plaid_"+Bank)
		switch {
		case !p.Left:
			s.T.Fatalf("the second server's page at %s does not lead on:\n%s", p.At, p.Text())
		case strings.HasPrefix(p.ReturnURL(), s.First.URL+"/"):
			there := s.First.Visit(p.ReturnURL())
			through(s.T, there, Bank)
			if back := there.ReturnURL(); !strings.HasPrefix(back, s.Second.URL+"/") {
				s.T.Fatalf("the first server's page at %s leads to %q:\n%s", there.At, back, there.Text())
			}
			p.Left = false
			p.Go(there.ReturnURL())
		default:
			return p.ReturnURL()
		}
	}
	s.T.Fatalf("the pages lead in a circle: %s", p.At)
	return ""
}

// through fills and sends one page after the other until one leads out.
func through(t testing.TB, p *apptest.Browser, institution string) {
	t.Helper()
	for range 12 {
		forms := p.Forms()
		has := func(field string) bool {
			return slices.ContainsFunc(forms, func(f apptest.Form) bool { return f.Values.Has(field) })
		}
		switch {
		case p.Left:
			return
		case has("password"):
			p.Submit("user", User, "password", Password)
		case has("institution"):
			p.Press("choose", "institution", institution)
		case slices.ContainsFunc(forms, apptest.Form.Main):
			p.Submit()
		default:
			t.Fatalf("the page at %s goes nowhere:\n%s", p.At, p.Text())
		}
	}
}
