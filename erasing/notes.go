package erasing

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// eraseNotes deletes what dialects have noted of a connection's data.
func (x *Erasing) eraseNotes(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	for _, dialect := range x.notes {
		err := sweep(ctx, x.o.Store, func(tx *store.Tx, after string) (next string, err error) {
			page, err := tx.Notes.List(tenant, dialect, fairlead.NotesOf(id), after, eraseBatch)
			for _, note := range page {
				if next = note.Key; err == nil {
					err = tx.Notes.Delete(tenant, dialect, note.Key)
				}
			}
			return next, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
