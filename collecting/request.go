package collecting

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// maxUpload bounds an uploaded statement file.
const maxUpload = 16 << 20

// Request collects a connection now. Conflict: it is disconnected, it is fed by
// files, or the person must sign in again first. RateLimited: the institution
// said to come back later, and when.
func (c *Collecting) Request(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	now, err := c.time(ctx, tenant)
	if err != nil {
		return err
	}
	col := fairlead.Collection{ID: fairlead.CollectionID(fairlead.NewID("col", now)), Tenant: tenant, Connection: id, Cause: fairlead.CauseRequested}
	return c.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(tenant, string(id))
		if err == nil {
			err = conn.Found(ctx)
		}
		if err != nil {
			return err
		}
		switch p := conn.Problem; {
		case conn.Status == fairlead.ConnectionDisconnected:
			return fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
		case conn.Uploaded:
			return fairlead.Errorf(fairlead.Conflict, "The connection is fed by files: upload one.")
		case loginNeeded(conn):
			return fairlead.Errorf(fairlead.Conflict, "The person must sign in again before the connection can be collected.")
		case p != nil && p.Kind == fairlead.SlowDown && p.RetryAfter.After(now):
			return retryAt(p.RetryAfter, now)
		}
		until, err := resetOf(tx, conn, now, c.o.Clock())
		if err != nil {
			return err
		}
		if !until.IsZero() {
			return retryAt(until, now)
		}
		waits, err := requestWaits(tx, conn)
		if err != nil || waits {
			return err
		}
		put := col
		return enqueue(tx, &conn, &put, now)
	})
}

// loginNeeded reports whether nothing can be fetched until the person signs in again.
func loginNeeded(conn fairlead.Connection) bool {
	return conn.Status == fairlead.ConnectionNeedsAction && conn.Problem != nil && conn.Problem.Where == "link"
}

// requestWaits reports whether a collection that was requested waits already.
func requestWaits(tx *store.Tx, conn fairlead.Connection) (bool, error) {
	for _, id := range conn.Waiting {
		col, err := tx.Collections.Get(conn.Tenant, string(id))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return false, err
		}
		if err == nil && col.Cause == fairlead.CauseRequested && col.Started.IsZero() {
			return true, nil
		}
	}
	return false, nil
}

// Upload stores a statement file, sealed, and collects from it. What file says of it (its
// name, the record of its account, whether accounts are added, answers) goes with it.
// Conflict: the connection is disconnected. Unsupported: its institution takes no files.
// TooLarge: more than 16 MiB. Invalid: there is no such account, or the file is empty.
func (c *Collecting) Upload(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID, file fairlead.File, r io.Reader) (fairlead.Collection, error) {
	now, err := c.time(ctx, tenant)
	if err != nil {
		return fairlead.Collection{}, err
	}
	conn, err := c.takesFiles(ctx, tenant, id)
	if err != nil {
		return fairlead.Collection{}, err
	}
	if file.Account, err = c.accountRef(ctx, conn, file.Account); err != nil {
		return fairlead.Collection{}, err
	}
	col := fairlead.Collection{ID: fairlead.CollectionID(fairlead.NewID("col", now)), Tenant: tenant, Connection: id, Cause: fairlead.CauseUpload}
	blob := fmt.Sprintf("files/%s/%s/%s", tenant, id, col.ID)
	plain, err := c.sealer.PutBlob(ctx, sealing.ConnectionKey(conn), blob, r, maxUpload)
	if err != nil {
		return fairlead.Collection{}, err
	}
	if plain.Size == 0 {
		return fairlead.Collection{}, errors.Join(fairlead.InvalidField("file", "required", "must not be empty"), c.o.Bucket.Delete(ctx, blob))
	}
	file.Blob, file.Name, file.Size = blob, sealing.Masked(fileName(file.Name)), plain.Size
	col.File = &file
	var put fairlead.Collection
	err = c.o.Store.Update(ctx, func(tx *store.Tx) error {
		conn, err := tx.Connections.Get(tenant, string(id))
		if err != nil {
			return err
		}
		if conn.Status == fairlead.ConnectionDisconnected {
			return fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
		}
		put = col
		return enqueue(tx, &conn, &put, now)
	})
	if err != nil {
		return fairlead.Collection{}, errors.Join(err, c.o.Bucket.Delete(context.WithoutCancel(ctx), blob))
	}
	return put, nil
}

// accountRef is the institution's id of an account of the connection, which a file is said
// to be of; "" stays "".
func (c *Collecting) accountRef(ctx context.Context, conn fairlead.Connection, id string) (ref string, err error) {
	if id == "" {
		return "", nil
	}
	err = c.o.Store.View(ctx, func(tx *store.Tx) error {
		rec, err := tx.Records.Get(conn.Tenant, fairlead.RecordID(id))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if err != nil || rec.Connection != conn.ID || rec.Kind != fairlead.AccountRecord || rec.Removed {
			return fairlead.InvalidField("account", "unknown", "must be an account of this connection")
		}
		ref = rec.Ref
		return nil
	})
	return ref, err
}

// takesFiles returns a connection that files may be uploaded to.
func (c *Collecting) takesFiles(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) (conn fairlead.Connection, err error) {
	var t fairlead.Tenant
	err = c.o.Store.View(ctx, func(tx *store.Tx) error {
		if t, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		if conn, err = tx.Connections.Get(tenant, string(id)); err == nil {
			err = conn.Found(ctx)
		}
		return err
	})
	if err != nil {
		return fairlead.Connection{}, err
	}
	if conn.Status == fairlead.ConnectionDisconnected {
		return conn, fairlead.Errorf(fairlead.Conflict, "The connection has been disconnected.")
	}
	institution, err := c.o.Directory.Find(ctx, t, string(conn.Institution))
	if err != nil {
		return conn, err
	}
	if !slices.Contains(institution.Logins, fairlead.LoginFile) {
		return conn, fairlead.Errorf(fairlead.Unsupported, "This institution takes no files.")
	}
	return conn, nil
}

// enqueue makes a collection wait and writes its connection.
func enqueue(tx *store.Tx, conn *fairlead.Connection, col *fairlead.Collection, now time.Time) error {
	if err := lifecycle.EnqueueCollections(tx, conn, now, col); err != nil {
		return err
	}
	return tx.Connections.Put(conn.Tenant, conn)
}

// time is the tenant's.
func (c *Collecting) time(ctx context.Context, tenant fairlead.TenantID) (now time.Time, err error) {
	err = c.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		_, now, err = lifecycle.TenantNow(tx, tenant, c.o.Clock())
		return err
	})
	return now, err
}

// fileName is the last part of a name, for people to recognise.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return "file"
	}
	if len(name) > 200 {
		name = name[len(name)-200:]
	}
	return strings.ToValidUTF8(name, "")
}
