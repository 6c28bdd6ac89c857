package browsertest

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/web/console"
)

// TestTheConsoleIsUsedFromEndToEnd has a developer make an application, a key and a link, connect
// a bank, receive a webhook, and come by every page of the console at three sizes.
func TestTheConsoleIsUsedFromEndToEnd(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	receiver, broken := apptest.NewReceiver(t), apptest.NewReceiver(t)
	broken.Answer(http.StatusInternalServerError)
	a.Linked("ins_harbor", "good", "good")
	run(t, "console.mjs", map[string]any{"name": "a developer", "address": a.URL, "receiver": receiver.URL + "/hook", "broken": broken.URL + "/hook"})
	if len(receiver.Got()) == 0 {
		t.Error("nothing was delivered")
	}
}

// TestAnOperatorSignsInByPasskeyAndByPassword has the first operator come by the invitation.
func TestAnOperatorSignsInByPasskeyAndByPassword(t *testing.T) {
	t.Parallel()
	need(t)
	a := apptest.Start(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	base, v := "http://localhost:"+port, a.Server.Verbs // a passkey is of a name
	signing := operating.New(operating.Options{Store: a.Server.Store, Vault: a.Server.Vault, Clock: fairlead.RealClock, BaseURL: base})
	pages, err := console.New(console.Options{
		Access: v.Access, Linking: v.Linking, Consenting: v.Consenting, Erasing: v.Erasing, Collecting: v.Collecting, Reading: v.Reading,
		Notifying: v.Notifying, Simulating: v.Simulating, Notes: v.Notes, Providing: v.Providing, Measuring: a.Server.Measuring, Operating: signing, BaseURL: base,
	})
	if err != nil {
		t.Fatal(err)
	}
	pages.Mount(mux)
	invitation, err := signing.FirstInvitation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	run(t, "operator.mjs", map[string]any{"name": "an operator", "address": base, "invitation": invitation})
}
