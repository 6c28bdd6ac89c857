package fairlead

import "time"

// Collection is one run of fetching.
type Collection struct {
	ID         CollectionID              `json:"id"`
	Tenant     TenantID                  `json:"tenant"`
	Connection ConnectionID              `json:"connection"`
	Cause      Cause                     `json:"cause"`
	Products   map[Product]ProductCounts `json:"products"`
	Started    time.Time                 `json:"started"`
	Ended      time.Time                 `json:"ended,omitzero"`
	File       *File                     `json:"file,omitempty"` // of an upload
	Version    int64                     `json:"-"`
}

// Cause is why a collection ran.
type Cause string

const (
	CauseFirst     Cause = "first"
	CauseSchedule  Cause = "schedule"
	CauseRequested Cause = "requested"
	CauseUpload    Cause = "upload"
	CauseRelink    Cause = "relink" // the person came back through a link
)

// ProductCounts counts what one product's run did.
type ProductCounts struct {
	Pages   int      `json:"pages"`
	Added   int      `json:"added"`
	Changed int      `json:"changed"`
	Removed int      `json:"removed"`
	Covered Interval `json:"covered,omitzero"`
	Problem *Problem `json:"problem,omitempty"`
	Ended   bool     `json:"ended,omitempty"`
}
