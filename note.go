package fairlead

import "encoding/json"

// Note is a dialect's private keyed memory. The core never reads it.
type Note struct {
	Tenant  TenantID        `json:"tenant"`
	Dialect string          `json:"dialect"`
	Key     string          `json:"key"`
	Value   json.RawMessage `json:"value"`
	Version int64           `json:"-"`
}
