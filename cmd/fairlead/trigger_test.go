package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// pain: there is no trigger: one must combine a password word and a clock move.
func TestAnEventIsMadeToHappenByItsName(t *testing.T) {
	t.Parallel()
	app, folder := devIn(t)
	receiver := apptest.NewReceiver(t)
	app.Call("POST", "/webhook_endpoints", map[string]any{"url": receiver.URL + "/hook"}, nil)
	// The others go by the code of these.
	for _, event := range []fairlead.EventKind{
		fairlead.EventLinkOpened, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired,
		fairlead.EventConnectionRecovered, fairlead.EventConnectionDisconnected, fairlead.EventDocumentsAvailable, fairlead.EventEndpointTest,
	} {
		code, out, errOut := command(t, "trigger", string(event), "--data", folder)
		if code != 0 || !strings.Contains(out, "  "+string(event)+" ") {
			t.Fatalf("%s answered %d\n%s%s", event, code, out, errOut)
		}
		app.Until("a webhook of "+string(event), func() bool {
			return slices.ContainsFunc(receiver.Got(), func(got apptest.Received) bool {
				return strings.Contains(string(got.Body), `"`+string(event)+`"`)
			})
		})
	}
}

func TestATriggeredEventIsPrintedAsJSONAlone(t *testing.T) {
	t.Parallel()
	_, folder := devIn(t)
	code, out, errOut := command(t, "trigger", "link.exited", "--json", "--data", folder)
	if code != 0 || !strings.HasPrefix(out, `{"`) || strings.Count(out, "\n") != 1 || !strings.Contains(out, `"link.exited"`) {
		t.Errorf("it answered %d %s%s", code, out, errOut)
	}
}

// Every event of the native API can be triggered, but those that say so.
func TestEveryEventHasARecipeOrIsNamedAsHavingNone(t *testing.T) {
	t.Parallel()
	known := map[fairlead.EventKind]bool{
		fairlead.EventInstitutionDegraded: true, fairlead.EventInstitutionRecovered: true, fairlead.EventDataRequested: true,
		fairlead.EventInstitutionRequested: true,
	}
	for _, r := range recipes() {
		known[r.event] = true
	}
	for _, k := range fairlead.EventKinds() {
		if !known[k] && !k.ForDialects() {
			t.Errorf("%s has no recipe", k)
		}
	}
}
