package page

import (
	"net/http/httptest"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// TestAFrameSaysHowFarTheLinkHasCome holds what page.js reports to the opener,
// and that a page of its own says none of it.
func TestAFrameSaysHowFarTheLinkHasCome(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	connection := fairlead.Connection{ID: "con_1", Institution: "ins_harbor"}
	for name, want := range map[string]map[string]string{
		"login":          {"data-stage": "conversation", "data-turn": "1", "data-form": "login", "data-institution-name": "Harbor Bank", "data-outcome": "", "data-connected": "[]"},
		"login-again":    {"data-problem": "rejected_login", "data-outcome": ""},
		"ended-finished": {"data-outcome": "success", "data-connected": `[{"connection_id":"con_1","institution_id":"ins_harbor"}]`, "data-message": `{"code":"1"}`},
		"ended-failed":   {"data-outcome": "exit"},
		"wait":           {"data-poll": "2", "data-state": "/f/x/state?frame=1"},
	} {
		screen := states()[name]
		if len(screen.Connected) > 0 {
			screen.Connected = []linking.Connected{{Connection: connection}}
			screen.AppReturn.Message = []byte(`{"code":"1"}`)
		}
		r := httptest.NewRequest("GET", "/f/x", nil)
		v := p.view(r, session{frame: true, home: ownpath.Frame(linking.Session{Token: "x"}), query: "frame=1"}, screen)
		got := newDocument(r, v, choosePage(v)).attributes()
		want["data-session"] = "lnk_state"
		for key, value := range want {
			if got[key] != value {
				t.Errorf("%s: %s is %q, want %q", name, key, got[key], value)
			}
		}
		v.session.frame = false
		if got := newDocument(r, v, choosePage(v)).attributes(); got["data-session"] != nil || got["data-connected"] != nil {
			t.Errorf("%s: a page of its own says %v", name, got)
		}
	}
}

func TestAPageThatAwaitsThePersonDoesNotReloadUnderTheirHands(t *testing.T) {
	t.Parallel()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{ // for the script; without one
		"login": {"", ""}, "send": {"2", ""}, "qr": {"10", "10"}, "wait": {"2", "2"}, "busy": {"2", "2"}, "success": {"", ""}, "retrieving": {"2", "2"},
	} {
		r := httptest.NewRequest("GET", "/l/x", nil)
		v := p.view(r, session{home: ownpath.Link("x")}, states()[name])
		d := newDocument(r, v, choosePage(v))
		if got := [2]string{d.polls(), d.reloads()}; got != want {
			t.Errorf("%s: polls and reloads after %q, want %q", name, got, want)
		}
	}
}
