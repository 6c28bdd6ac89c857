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
	File       *File                     `json:"file,omitempty"`     // of an upload
	Warnings   []FileWarning             `json:"warnings,omitempty"` // of an upload: what of the file was left out or is in doubt
	Offered    []PreviewAccount          `json:"offered,omitempty"`  // of an upload: accounts of the file that the connection does not hold
	Number     int                       `json:"number,omitempty"`   // of an upload: counts those of the connection, in the order in which they were read
	Undoes     CollectionID              `json:"undoes,omitempty"`   // of an undo: the upload
	Undone     CollectionID              `json:"undone,omitempty"`   // of an upload: the collection that takes it back
	Version    int64                     `json:"-"`
}

// Cause is why a collection ran.
type Cause string

const (
	CauseFirst     Cause = "first"
	CauseSchedule  Cause = "schedule"
	CauseRequested Cause = "requested"
	CauseUpload    Cause = "upload"
	CauseRelink    Cause = "relink"  // the person came back through a link
	CauseUndo      Cause = "undo"    // an upload is taken back
	CauseUpdated   Cause = "updated" // the provider's webhook said that there is something new
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
	// Documents are those of a product's first run that EventDocumentsAvailable has yet to
	// count, by their type.
	Documents map[string]int `json:"documents,omitempty"`
	// What its pages said of the data, until the last of them makes it the product's.
	AsOf       time.Time `json:"as_of,omitzero"`
	ServedFrom Date      `json:"served_from,omitzero"`
	Partial    []Problem `json:"partial,omitempty"` // what is missing although the rest came
}
