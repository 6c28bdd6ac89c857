package collecting

import (
	"bytes"
	"context"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Preview says what Upload would bring of a file, and stores nothing. Errors are those of
// Upload, Invalid with the reason where the file can't be read, and Unavailable while
// others are made.
func (c *Collecting) Preview(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, file fairlead.File, r io.Reader) (fairlead.Preview, error) {
	conn, err := c.takesFiles(ctx, tenant, id)
	if err != nil {
		return fairlead.Preview{}, err
	}
	if file.Account, err = c.accountRef(ctx, conn, file.Account); err != nil {
		return fairlead.Preview{}, err
	}
	select {
	case c.previews <- struct{}{}:
		defer func() { <-c.previews }()
	default:
		return fairlead.Preview{}, &fairlead.Error{Kind: fairlead.Unavailable, Detail: "Other files are being read. Please try again.", RetryAfter: time.Second}
	}
	data, err := io.ReadAll(io.LimitReader(r, maxUpload+1))
	switch {
	case err != nil:
		return fairlead.Preview{}, err
	case len(data) > maxUpload:
		return fairlead.Preview{}, fairlead.Errorf(fairlead.TooLarge, "A file may have 16 MiB. Please upload a shorter period.")
	case len(data) == 0:
		return fairlead.Preview{}, fairlead.InvalidField("file", "required", "must not be empty")
	}
	file.Blob, file.Name, file.Size = "preview", fileName(file.Name), int64(len(data))
	src, err := c.previewSource(ctx, conn, &file)
	if err != nil {
		return fairlead.Preview{}, err
	}
	reads, ok := src.connector.(connector.Previewer)
	if !ok {
		return fairlead.Preview{}, fairlead.Errorf(fairlead.Unsupported, "This institution's files can't be previewed.")
	}
	src.session.Open = func(fairlead.File) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	bounded, cancel := context.WithTimeout(ctx, previewTime)
	defer cancel()
	return reads.Preview(bounded, src.session)
}

func (c *Collecting) previewSource(ctx context.Context, conn fairlead.Connection, file *fairlead.File) (s source, err error) {
	var t fairlead.Tenant
	var now time.Time
	var person fairlead.Person
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if t, now, err = lifecycle.TenantNow(tx, conn.Tenant, c.o.Clock()); err != nil {
			return err
		}
		person, err = tx.Persons.Get(conn.Tenant, string(conn.Person))
		return err
	})
	if err != nil {
		return s, err
	}
	return c.sourceOf(ctx, t, conn, person, now, file)
}
