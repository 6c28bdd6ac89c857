package klavi

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
)

// pageNames are what page_view calls the pages. The vendor's list has no such names:
// these are those that its other events begin with, and more of the kind.
func pageNames() map[fairlead.Stage]string {
	return map[fairlead.Stage]string{
		fairlead.StageWelcome:      "landing",
		fairlead.StageInstitution:  "institution_list",
		fairlead.StageConsent:      "data_confirmation",
		fairlead.StageConversation: "authorise",
		fairlead.StageAccounts:     "accounts",
		fairlead.StageAcceptance:   "lgpd",
		fairlead.StageRetrieving:   "retrieving",
		fairlead.StageResult:       "authorise_success",
		linking.PageFailed:         "authorise_fail",
		linking.PageEnded:          "end",
	}
}

// clickNames are the vendor's names of what is pressed, by page. Its links to the citizen
// portal and to Klavi's own portal are on none of our pages.
func clickNames() map[fairlead.Stage]map[linking.Tracked]string {
	return map[fairlead.Stage]map[linking.Tracked]string{
		fairlead.StageWelcome: {
			linking.TrackContinue: "landing_continue_click", linking.TrackExit: "landing_exit_click",
			linking.TrackTerms: "landing_terms_click", linking.TrackPrivacy: "landing_privacy_policy_click",
		},
		fairlead.StageInstitution: {
			linking.TrackBack: "institution_list_back_click", linking.TrackExit: "institution_list_exit_click",
			linking.TrackSearch: "institution_list_search", linking.TrackChoose: "institution_click",
		},
		fairlead.StageConsent: {
			linking.TrackBack: "data_confirmation_back_click", linking.TrackExit: "data_confirmation_exit_click",
			linking.TrackContinue: "data_confirmation_continue_click", linking.TrackValidity: "data_confirmation_validity_click",
		},
		fairlead.StageResult: {
			linking.TrackAnother: "authorise_success_connect_more_click", linking.TrackFinish: "authorise_success_finish_click",
		},
	}
}

// pageEvent is one of the vendor's "web tracking events" as its page has them.
type pageEvent struct {
	Name    string       `json:"eventName"`
	Payload eventPayload `json:"payload"`
}

// eventPayload is what the vendor's list says of an event. page, and duration in
// milliseconds, are our own additions, without which nobody could tell one page_view
// from the other. The hosted page fills in duration, and the key that was searched.
type eventPayload struct {
	Page            string `json:"page,omitempty"`
	InstitutionCode string `json:"institutionCode,omitempty"`
	InstitutionName string `json:"institutionName,omitempty"`
	InstitutionType int    `json:"institutionType,omitempty"`
}

// Track is the event of a moment on a page.
func (k *Klavi) Track(m linking.PageMoment) linking.PageMessage {
	page := eventPayload{Page: pageNames()[m.Page]}
	switch m.What {
	case linking.TrackLoaded:
		return pageEvent{Name: "app_loaded"}.message()
	case linking.TrackShown:
		return pageEvent{"page_view", page}.message()
	case linking.TrackLeft:
		return pageEvent{"page_duration", page}.message("payload", "duration")
	}
	out := pageEvent{Name: clickNames()[m.Page][m.What]}
	if m.What == linking.TrackOutcome && (m.Page == fairlead.StageResult || m.Page == linking.PageFailed) {
		out.Name = pageNames()[m.Page]
	}
	if i := m.Institution; i != nil && names(m) {
		out.Payload = eventPayload{InstitutionCode: code(*i), InstitutionName: i.Name}
		if m.What == linking.TrackOutcome {
			out.Payload.InstitutionType = institutionType(*i)
		}
	}
	if m.What == linking.TrackSearch {
		return out.message("payload", "key")
	}
	return out.message()
}

// message is the event as the page posts it: none where the vendor has no name for the moment.
func (e pageEvent) message(fill ...string) linking.PageMessage {
	body, err := json.Marshal(e)
	if e.Name == "" || err != nil { // text can always be written
		return linking.PageMessage{}
	}
	return linking.PageMessage{Body: body, Fill: fill}
}

// names reports whether the vendor's event names the institution: none of the landing's
// does, nor of the list but the choice, nor any way out.
func names(m linking.PageMoment) bool {
	switch m.Page {
	case fairlead.StageWelcome:
		return false
	case fairlead.StageInstitution:
		return m.What == linking.TrackChoose
	}
	return m.What != linking.TrackExit
}
