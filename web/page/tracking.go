package page

import (
	"encoding/json"
	"slices"

	"github.com/a-h/templ"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// tracking is what tracking.js needs to tell the embedding page of this one. What is
// pressed stands at what is pressed (track).
type tracking struct {
	Origins []string              `json:"origins"` // that may frame the page, as its policy has them
	Loaded  linking.PageMessage   `json:"loaded"`
	Shown   []linking.PageMessage `json:"shown"`
	Left    linking.PageMessage   `json:"left"`
}

// tracks reports whether the page tells what happens on it: in a frame, at a link of
// a dialect that does.
func (v *view) tracks() bool {
	return v.session.frame && !v.standalone() && v.screen.Tracker != nil
}

// trackingJSON is the tracking of a page.
func (v *view) trackingJSON() string {
	t := tracking{Origins: v.screen.Ancestors, Loaded: v.pageMessage(linking.TrackLoaded, nil), Left: v.pageMessage(linking.TrackLeft, nil)}
	if v.session.by != "" && !slices.Contains(t.Origins, v.session.by) { // for browsers that do not say who embeds
		t.Origins = append(slices.Clone(t.Origins), v.session.by)
	}
	for _, what := range []linking.Tracked{linking.TrackShown, linking.TrackOutcome} {
		if e := v.pageMessage(what, v.concerned()); e.Body != nil {
			t.Shown = append(t.Shown, e)
		}
	}
	return toJSON(t)
}

// track marks what can be pressed with what that is called.
func (v *view) track(what linking.Tracked) templ.Attributes { return v.trackOf(what, v.concerned()) }

// trackOf is track, of one of several institutions.
func (v *view) trackOf(what linking.Tracked, i *fairlead.Institution) templ.Attributes {
	if !v.tracks() {
		return nil
	}
	e := v.pageMessage(what, i)
	if e.Body == nil {
		return nil
	}
	return templ.Attributes{"data-track": toJSON(e)}
}

func (v *view) pageMessage(what linking.Tracked, i *fairlead.Institution) linking.PageMessage {
	return v.screen.Tracker.Track(linking.PageMoment{Page: v.pageShown(), What: what, Institution: i})
}

// pageShown is the page that choosePage chooses.
func (v *view) pageShown() fairlead.Stage {
	s := v.screen
	switch {
	case s.Ended:
		return linking.PageEnded
	case s.Stage == fairlead.StageConversation && loginFailed(s), s.Stage == fairlead.StageResult && (s.Problem != nil || len(s.Connected) == 0):
		return linking.PageFailed
	}
	return s.Stage
}

// concerned is the institution that the page is about: on the last page the one that
// was connected last.
func (v *view) concerned() *fairlead.Institution {
	if n := len(v.screen.Connected); n > 0 && v.screen.Stage == fairlead.StageResult && v.screen.Problem == nil {
		return &v.screen.Connected[n-1].Institution
	}
	return v.screen.Institution
}

// toJSON writes what can always be written.
func toJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(text)
}
