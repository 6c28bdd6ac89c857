package page

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/page/ownpath"
)

// vendorTracker names a moment by its page, what it is and the institution.
type vendorTracker struct{}

func (vendorTracker) Track(m linking.PageMoment) linking.PageMessage {
	text := string(m.Page) + " " + string(m.What)
	if m.Institution != nil {
		text += " " + string(m.Institution.ID)
	}
	out := linking.PageMessage{Body: []byte(toJSON(map[string]string{"my": text}))}
	if m.What == linking.TrackSearch {
		out.Fill = []string{"typed"}
	}
	return out
}

// shownIn is a page of states() as a frame, or a window, shows it.
func shownIn(t *testing.T, screen linking.Screen, frame bool) string {
	t.Helper()
	p, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/f/x", nil)
	v := p.view(r, session{frame: frame, home: ownpath.Frame(linking.Session{Token: "x"}), query: "frame=1"}, screen)
	w := httptest.NewRecorder()
	if err := p.render(w, r, 200, newDocument(r, v, choosePage(v))); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(w.Body.String(), "&#34;", `"`)
}

func TestAFrameOfADialectThatTracksSaysWhatIsToBeTold(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"welcome": {
			`"loaded":{"body":{"my":"welcome loaded"}}`, `"shown":[{"body":{"my":"welcome shown"}}`, `"left":{"body":{"my":"welcome left"}}`,
			`data-track="{"body":{"my":"welcome continue"}}"`, `data-track="{"body":{"my":"welcome exit"}}"`,
		},
		"institution":  {`data-track="{"body":{"my":"institution search"},"fill":["typed"]}"`, `data-track="{"body":{"my":"institution choose ins_`},
		"consent":      {`data-track="{"body":{"my":"consent continue ins_`, `data-track="{"body":{"my":"consent validity ins_`},
		"success":      {`{"body":{"my":"result outcome ins_`, `data-track="{"body":{"my":"result finish ins_`},
		"refused-push": {`{"body":{"my":"failed outcome`},
	} {
		screen, known := states()[name]
		if !known {
			t.Fatalf("there is no state %q", name)
		}
		screen.Tracker, screen.Ancestors = vendorTracker{}, []string{"https://app.example"}
		page := shownIn(t, screen, true)
		for _, part := range append(want, `"origins":["https://app.example"]`, "/l/static/tracking.") {
			if !strings.Contains(page, part) {
				t.Errorf("%s has no %s in\n%s", name, part, page)
			}
		}
		window := shownIn(t, screen, false)
		screen.Tracker = nil
		for where, quiet := range map[string]string{"a window": window, "a dialect that tells nothing": shownIn(t, screen, true)} {
			if strings.Contains(quiet, "track") {
				t.Errorf("%s: %s tracks", name, where)
			}
		}
	}
}

func TestThePageThatIsToldOfIsTheOneThatIsShown(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]fairlead.Stage{
		"welcome": fairlead.StageWelcome, "login": fairlead.StageConversation, "login-again": fairlead.StageConversation, "busy": fairlead.StageConversation,
		"refused-push": linking.PageFailed, "paused": linking.PageFailed, "success": fairlead.StageResult, "ended-finished": linking.PageEnded, "ended-failed": linking.PageEnded,
	} {
		v := &view{screen: states()[name]}
		if got := v.pageShown(); got != want {
			t.Errorf("%s is told of as %s, want %s", name, got, want)
		}
	}
}
