package console_test

import (
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

func TestTheAuditTrailIsShownCheckedAndExported(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "good")
	d.shows(d.get("/audit"), "application.create", connection)
	d.shows(d.post("/audit/check", nil), "entries is whole")
	exported := d.post("/audit/export", nil)
	d.shows(exported, `"action":"application.create"`)
	lines := strings.Split(strings.TrimSpace(exported.page), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, `"action":"audit.export"`) || !strings.Contains(last, `"actor":"operator"`) {
		t.Errorf("the export ends with %s", last)
	}
}

func TestConsentsAreShownWithTheirHistory(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "good")
	all := d.get("/consents")
	d.shows(all, "authorised", "ins_harbor")
	d.shows(d.get("/consents/"+first(t, all, "consents", "cns")), "authorised", connection, "transactions")
	if got := d.get("/consents?person=nobody"); strings.Contains(got.page, "ins_harbor") {
		t.Errorf("another person's consents are shown:\n%s", got.page)
	}
}
