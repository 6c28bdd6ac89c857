package reading

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// grant is what an address is sealed of.
type grant struct {
	Tenant   fairlead.TenantID   `json:"t"`
	Document fairlead.DocumentID `json:"d"`
	Expires  time.Time           `json:"e"` // tenant time
	By       string              `json:"b"` // who asked for it
	FileName string              `json:"f,omitempty"`
}

// Address makes an address at which the document can be downloaded without
// further credentials until it expires. ttl 0 means MaxAddressLife, which is
// also the most. Conflict: the document's bytes could not be fetched yet.
func (r *Reading) Address(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID, ttl time.Duration, by string) (Address, error) {
	return r.AddressAs(ctx, tenant, id, ttl, by, "")
}

// AddressAs is Address for a document that the application knows by another name than
// the institution's: its download has that.
func (r *Reading) AddressAs(
	ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID, ttl time.Duration, by, fileName string,
) (Address, error) {
	if ttl == 0 {
		ttl = MaxAddressLife
	}
	if ttl < time.Second || ttl > MaxAddressLife {
		return Address{}, fairlead.InvalidField("ttl", "range", "must be between 1 and 900 seconds")
	}
	d, err := r.available(ctx, tenant, id)
	if err != nil {
		return Address{}, err
	}
	g := grant{tenant, id, d.now.Add(ttl).Truncate(time.Microsecond), by, fileName}
	plain, err := json.Marshal(g)
	if err != nil {
		return Address{}, fmt.Errorf("reading: writing an address: %w", err)
	}
	sealed, err := r.o.Vault.SealRoot(sealing.AddressLocation(), plain)
	if err != nil {
		return Address{}, fmt.Errorf("reading: sealing an address: %w", err)
	}
	return Address{URL: r.o.BaseURL + "/d/" + base64.RawURLEncoding.EncodeToString(sealed), Expires: g.Expires}, nil
}

// Download opens the document that an address leads to. Gone: its time is over.
// NotFound: the address was tampered with, or the document or its connection is
// no more. The caller closes the reader, whose last read reports whether the bytes
// are those that were stored.
func (r *Reading) Download(ctx context.Context, token, client string) (fairlead.Document, io.ReadCloser, error) {
	g, err := r.openAddress(token)
	if err != nil {
		return fairlead.Document{}, nil, err
	}
	d, err := r.available(ctx, g.Tenant, g.Document)
	switch {
	case err != nil && (fairlead.Is(err, fairlead.Gone) || fairlead.Is(err, fairlead.Conflict)):
		return fairlead.Document{}, nil, errNoAddress()
	case err != nil:
		return fairlead.Document{}, nil, err
	case !d.now.Before(g.Expires):
		return fairlead.Document{}, nil, fairlead.Errorf(fairlead.Gone, "The address has expired.")
	}
	d.document.FileName = cmp.Or(g.FileName, d.document.FileName)
	return r.open(ctx, d, g.By, client)
}

// Content opens a document for an authenticated caller.
func (r *Reading) Content(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID, by, client string) (fairlead.Document, io.ReadCloser, error) {
	d, err := r.available(ctx, tenant, id)
	if err != nil {
		return fairlead.Document{}, nil, err
	}
	return r.open(ctx, d, by, client)
}

func errNoAddress() error {
	return fairlead.Errorf(fairlead.NotFound, "There is no such document.")
}

// openAddress reads a token. Anything but a token of ours is NotFound.
func (r *Reading) openAddress(token string) (g grant, err error) {
	if len(token) > 2048 {
		return g, errNoAddress()
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(sealed) == 0 {
		return g, errNoAddress()
	}
	plain, err := r.o.Vault.OpenRoot(sealing.AddressLocation(), sealed)
	if err != nil || json.Unmarshal(plain, &g) != nil || g.Document == "" {
		return grant{}, errNoAddress()
	}
	return g, nil
}

// availableDocument is a document with what opens it.
type availableDocument struct {
	document   fairlead.Document
	connection fairlead.Connection
	now        time.Time // tenant time
}

// available reads a document whose bytes are stored. NotFound: there is none, or its
// connection was disconnected. Conflict: its bytes are not there.
func (r *Reading) available(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID) (d availableDocument, err error) {
	var rec fairlead.Record
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		d.now = t.Time(r.o.Clock())
		if rec, err = find(ctx, tx, tenant, fairlead.RecordID(id), fairlead.DocumentRecord); err != nil {
			return err
		}
		d.connection, err = tx.Connections.Get(tenant, string(rec.Connection))
		return err
	})
	if err != nil {
		return d, err
	}
	if rec.Removed || d.connection.Status == fairlead.ConnectionDisconnected || len(d.connection.Key) == 0 {
		return d, errNoAddress()
	}
	o := r.opener()
	o.knows(d.connection)
	if d.document, err = document(o, rec); err != nil {
		return d, err
	}
	if d.document.Blob == "" {
		return d, fairlead.Errorf(fairlead.Conflict, "The document could not be fetched from the institution yet.")
	}
	return d, nil
}

// open opens the bytes and writes who opened them into the audit trail first:
// a download that is not recorded does not happen.
func (r *Reading) open(ctx context.Context, d availableDocument, by, client string) (fairlead.Document, io.ReadCloser, error) {
	plain, err := r.sealer.OpenBlob(ctx, sealing.ConnectionKey(d.connection), d.document.Blob)
	if err != nil {
		return fairlead.Document{}, nil, fmt.Errorf("reading: opening a document: %w", err)
	}
	if err := r.audit(fairlead.WithActor(ctx, by, client), d.connection.Tenant, "document.download", string(d.document.ID)); err != nil {
		return fairlead.Document{}, nil, errors.Join(err, plain.Close())
	}
	return d.document, &checked{ReadCloser: plain, hash: sha256.New(), size: d.document.Size, sum: d.document.SHA256}, nil
}

// audit writes into the trail what is about to be handed out.
func (r *Reading) audit(ctx context.Context, tenant fairlead.TenantID, action, subject string) error {
	now := r.o.Clock()
	err := r.o.Store.Update(ctx, func(tx *store.Tx) error {
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: now, Action: action, Subject: subject})
	})
	if err != nil {
		return fmt.Errorf("reading: recording %s: %w", action, err)
	}
	return nil
}

// checked reads a document and, at its end, compares size and digest with what
// was stored: a reader that sees io.EOF has the whole document.
type checked struct {
	io.ReadCloser
	hash hash.Hash
	read int64
	size int64
	sum  string
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.hash.Write(p[:n])
	c.read += int64(n)
	if c.read > c.size || err == io.EOF && (c.read < c.size || hex.EncodeToString(c.hash.Sum(nil)) != c.sum) {
		return n, fairlead.Errorf(fairlead.Internal, "The document's bytes are not those that were stored.")
	}
	return n, err
}
