package store

import (
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// CollectionPage is what a collection met on the pages that one transaction wrote. All
// of a collection's, in the order of their ids, are what a run that goes on from the
// cursor must know of the runs before it. They go when the collection ends.
type CollectionPage struct {
	ID         string                       `json:"id"` // CollectionPageID
	Tenant     fairlead.TenantID            `json:"tenant"`
	Seen       []byte                       `json:"seen,omitempty"`       // 8 bytes a thing that was met: the beginning of its digest
	Accounts   map[string]fairlead.RecordID `json:"accounts,omitempty"`   // by the institution's id, as far as they were new to the run
	Securities map[string]fairlead.RecordID `json:"securities,omitempty"` // likewise
	Empty      []string                     `json:"empty,omitempty"`      // kinds and accounts that had nothing stored before the collection
	Days       map[string]time.Time         `json:"days,omitempty"`       // of an uploaded file: the day of which it speaks, by what and account
	Version    int64                        `json:"-"`
}

// Row is where it is stored, as with every noun.
func (p *CollectionPage) Row() (fairlead.TenantID, string, *int64) { return p.Tenant, p.ID, &p.Version }

// CollectionPageID names the n-th page of a collection, from 0; in the order of
// numbers.
func CollectionPageID(id fairlead.CollectionID, n int) string { return fmt.Sprintf("%s/%06d", id, n) }
