package fairlead

import "encoding/json"

// Origin is the name of the dialect that made a thing plus that dialect's own
// memory, which the core carries and never reads.
type Origin struct {
	Dialect string          `json:"dialect"`
	State   json.RawMessage `json:"state,omitempty"`
}
