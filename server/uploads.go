package server

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/web/page"
)

// uploads are the imports of files, for the hosted page.
type uploads struct {
	reading    *reading.Reading
	collecting *collecting.Collecting
}

var _ page.Uploads = uploads{}

// maxUploads is how many collections are searched for imports, newest first.
const maxUploads = 100

// List gives the imports of a connection that can be undone.
func (u uploads) List(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID) ([]fairlead.Collection, error) {
	found, err := u.reading.Collections(ctx, tenant, connection, "", maxUploads)
	var out []fairlead.Collection
	for _, c := range found.Data {
		if c.File != nil && c.Number > 0 && c.Undone == "" && !c.Ended.IsZero() {
			out = append(out, c)
		}
	}
	return out, err
}

// Undo takes an import back.
func (u uploads) Undo(ctx context.Context, tenant fairlead.TenantID, connection fairlead.ConnectionID, collection fairlead.CollectionID) error {
	_, err := u.collecting.Undo(ctx, tenant, connection, collection)
	return err
}
