package linking

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// Tracker is what a Finisher may be, too: the pages of its links tell the page that
// embeds them what the person sees and does, in the vendor's words.
type Tracker interface {
	// Track is what a page says of a moment; the zero PageMessage where the vendor has no
	// name for it. It goes to a page of the application's in a browser: no secret and
	// nothing that names the person belongs in it.
	Track(PageMoment) PageMessage
}

// PageMoment is what happens on a link's page.
type PageMoment struct {
	Page        fairlead.Stage // or PageFailed, PageEnded
	What        Tracked
	Institution *fairlead.Institution // that it is about; nil: none
}

// Pages that are no stage of their own.
const (
	PageFailed fairlead.Stage = "failed" // an attempt came to nothing
	PageEnded  fairlead.Stage = "ended"
)

// Tracked is a kind of moment.
type Tracked string

// What there is to tell: of pages, of attempts, and of what is pressed.
const (
	TrackLoaded   Tracked = "loaded"   // the first page of a session
	TrackShown    Tracked = "shown"    // a page
	TrackLeft     Tracked = "left"     // the page goes; the page fills in after how many milliseconds
	TrackOutcome  Tracked = "outcome"  // how the attempt came out that this page shows the end of
	TrackContinue Tracked = "continue" // the page's main button
	TrackBack     Tracked = "back"
	TrackExit     Tracked = "exit"
	TrackTerms    Tracked = "terms"
	TrackPrivacy  Tracked = "privacy"
	TrackSearch   Tracked = "search" // the page fills in what was typed
	TrackChoose   Tracked = "choose" // an institution of the list
	TrackValidity Tracked = "validity"
	TrackAnother  Tracked = "another"
	TrackFinish   Tracked = "finish"
)

// PageMessage is what is posted: a vendor's JSON, which nobody here reads.
type PageMessage struct {
	Body json.RawMessage `json:"body"`           // an object; null: nothing is posted
	Fill []string        `json:"fill,omitempty"` // way to the member of the body's objects that the page fills in, where the moment has one
}
