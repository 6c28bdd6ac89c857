package fairlead

import "encoding/json"

// Note is an entry of a dialect's private key-value store. The core never reads it.
type Note struct {
	Tenant  TenantID        `json:"tenant"`
	Dialect string          `json:"dialect"`
	Key     string          `json:"key"`
	Value   json.RawMessage `json:"value"`
	Version int64           `json:"-"`
}

// NotesOf is what the keys begin with of what a dialect notes about a connection's
// data: it is erased with the data.
func NotesOf(c ConnectionID) string { return "of/" + string(c) + "/" }
