package flanks_test

import (
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestWhoGivesUpOnTheFirstPageComesBackAsAborted(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	p := c.app.Visit(c.app.URL + "/link?token=" + c.link() + "&external_id=customer-1&plan=gold&cancel=1")
	p.Press("link") // the way out is the first form of the page
	end := returned(t, p)
	if end.Get("error") != "ABORTED_BY_USER" || end.Has("code") || end.Get("plan") != "gold" || end.Get("cancel") != "1" || end.Get("mine") != "1" {
		t.Errorf("who gave up came back with %v", end)
	}
	p = c.app.Visit(c.app.URL + "/link?token=" + c.link() + "&cancel=1")
	p.Submit() // going on is no giving up, whatever the address says
	open := slices.ContainsFunc(apptest.List[struct{ Status string }](c.app, "/links"), func(l struct{ Status string }) bool { return l.Status == "open" })
	if p.Left || !open {
		t.Errorf("who went on is at %s", p.At)
	}
}
