package fairlead

import "time"

// Conversation is the memory between two turns of a login.
type Conversation struct {
	ID      string    `json:"id"`                // changes with each attempt; natural keys of a waiting approval hang on it
	Step    Step      `json:"step"`              // what the page shows (never Done)
	Shown   Sealed    `json:"shown,omitempty"`   // of a form about the person's files: all of it; Step has what answers are checked by
	State   Sealed    `json:"state,omitempty"`   // the connector's own memory
	Turn    int       `json:"turn"`              // a form carries it, so that a stale tab is refused
	Busy    time.Time `json:"busy,omitzero"`     // real time until which a turn is in flight
	Process string    `json:"process,omitempty"` // that runs the turn in flight: node/start
	Next    time.Time `json:"next,omitzero"`     // the connector is asked again, not before
	// Of a Send whose end the service tells of, and of the Waits after it: the connector is
	// asked whether a page is open or not.
	Sent       time.Time `json:"sent,omitzero"`      // since when the step, or another of its kind, stands; zero: nothing is done without a page
	Failing    time.Time `json:"failing,omitzero"`   // since when asking has failed for reasons that pass
	Polling    bool      `json:"polling,omitempty"`  // the turn in flight only asks whether the visit has ended
	Answered   bool      `json:"answered,omitempty"` // the person has answered a form of it
	Again      bool      `json:"again,omitempty"`    // the service reported news of the visit while a turn was in flight
	Left       bool      `json:"left,omitempty"`     // the person left the service's pages without finishing: no problem
	OAuthState string    `json:"oauth_state,omitempty"`
	Logins     Sealed    `json:"logins,omitempty"` // fields marked Login, until Done

	// What is left once the institution is done with the person.
	Done     bool     `json:"done,omitempty"`
	Pending  Sealed   `json:"pending,omitempty"`  // what it brought, while accounts or acceptance are waited for
	Choice   bool     `json:"choice,omitempty"`   // there are accounts to choose from
	Accounts []string `json:"accounts,omitempty"` // chosen
	Accepted bool     `json:"accepted,omitempty"`
}
