package plaid

import (
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
)

// state is what this dialect remembers of a link, in its Origin.
type state struct {
	Nonce    string   `json:"nonce,omitempty"` // of its link token, which is not stored; "": made without one
	Webhook  string   `json:"webhook,omitempty"`
	Products []string `json:"products,omitempty"` // the vendor's words
	Hosted   bool     `json:"hosted,omitempty"`
	Update   bool     `json:"update,omitempty"`
	// Statements are the days whose statements were asked for; nil: all.
	Statements *fairlead.Interval `json:"statements,omitempty"`
	// What link/token/get gives back.
	Countries []string        `json:"countries,omitempty"`
	Language  string          `json:"language,omitempty"`
	Client    string          `json:"client,omitempty"`
	Redirect  string          `json:"redirect,omitempty"`
	Filters   json.RawMessage `json:"filters,omitempty"`
}

func stateOf(o fairlead.Origin) (s state) {
	if o.Dialect != name || json.Unmarshal(o.State, &s) != nil {
		return state{}
	}
	return s
}
