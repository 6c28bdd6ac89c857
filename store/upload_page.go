package store

import (
	"fmt"

	"github.com/fairlead-dev/fairlead"
)

// UploadPage is what an uploaded file said of the records that one transaction met. All of
// an upload's, in the order of their ids, are what it takes to undo it. They go with their
// collection.
type UploadPage struct {
	ID      string            `json:"id"` // UploadPageID
	Tenant  fairlead.TenantID `json:"tenant"`
	Sealed  fairlead.Sealed   `json:"sealed"` // under the connection's key
	Version int64             `json:"-"`
}

// Row is where it is stored, as with every noun.
func (p *UploadPage) Row() (fairlead.TenantID, string, *int64) { return p.Tenant, p.ID, &p.Version }

// UploadPageID names the n-th page of an upload, from 0; in the order of numbers.
func UploadPageID(id fairlead.CollectionID, n int) string { return fmt.Sprintf("%s/%06d", id, n) }
