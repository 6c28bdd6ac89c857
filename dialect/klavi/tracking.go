package klavi

import (
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

// Track is the vendor's "web tracking events": the names and payloads of its list.
// page and duration are our own additions, without which nobody could tell one
// page_view from the other.
func (k *Klavi) Track(m linking.PageMoment) linking.PageMessage {
	page := map[string]any{"page": pageNames()[m.Page]}
	switch m.What {
	case linking.TrackLoaded:
		return linking.PageMessage{Name: "app_loaded"}
	case linking.TrackShown:
		return linking.PageMessage{Name: "page_view", Payload: page}
	case linking.TrackLeft:
		return linking.PageMessage{Name: "page_duration", Payload: page}
	}
	out := linking.PageMessage{Name: clickNames()[m.Page][m.What]}
	if m.What == linking.TrackOutcome && (m.Page == fairlead.StageResult || m.Page == linking.PageFailed) {
		out.Name = pageNames()[m.Page]
	}
	if i := m.Institution; i != nil && out.Name != "" && names(m) {
		out.Payload = map[string]any{"institutionCode": code(*i), "institutionName": i.Name}
		if m.What == linking.TrackOutcome {
			out.Payload["institutionType"] = institutionType(*i)
		}
	}
	return out
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
