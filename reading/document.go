package reading

import (
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
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// addressOwner is what every document's address is sealed for. The tenant is
// inside: an address shows nothing.
func addressOwner() vault.Owner { return vault.Owner{ID: "document-address"} }

// grant is what an address holds.
type grant struct {
	Tenant   fairlead.TenantID   `json:"t"`
	Document fairlead.DocumentID `json:"d"`
	Expires  time.Time           `json:"e"` // tenant time
	By       string              `json:"b"` // who asked for it
}

// Address makes an address at which the document can be downloaded without
// further credentials until it expires. ttl 0 means MaxAddressLife, which is
// also the most. Conflict: the document's bytes could not be fetched yet.
func (r *Reading) Address(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID, ttl time.Duration, by string) (Address, error) {
	if ttl == 0 {
		ttl = MaxAddressLife
	}
	if ttl < time.Second || ttl > MaxAddressLife {
		return Address{}, fairlead.InvalidField("ttl", "range", "must be between 1 and 900 seconds")
	}
	held, err := r.held(ctx, tenant, id)
	if err != nil {
		return Address{}, err
	}
	g := grant{tenant, id, held.now.Add(ttl).Truncate(time.Microsecond), by}
	plain, err := json.Marshal(g)
	if err != nil {
		return Address{}, fmt.Errorf("reading: writing an address: %w", err)
	}
	sealed, err := r.o.Vault.SealRoot(addressOwner(), plain)
	if err != nil {
		return Address{}, fmt.Errorf("reading: sealing an address: %w", err)
	}
	return Address{URL: r.o.BaseURL + "/d/" + base64.RawURLEncoding.EncodeToString(sealed), Expires: g.Expires}, nil
}

// Download opens the document that an address leads to. Gone: its time is over.
// NotFound: the address was tampered with, or the document or its connection is
// no more. The caller closes the reader, whose last read tells whether the bytes
// are those that were stored.
func (r *Reading) Download(ctx context.Context, token, client string) (fairlead.Document, io.ReadCloser, error) {
	g, err := r.openAddress(token)
	if err != nil {
		return fairlead.Document{}, nil, err
	}
	held, err := r.held(ctx, g.Tenant, g.Document)
	switch {
	case err != nil && (fairlead.Is(err, fairlead.Gone) || fairlead.Is(err, fairlead.Conflict)):
		return fairlead.Document{}, nil, errNoAddress()
	case err != nil:
		return fairlead.Document{}, nil, err
	case !held.now.Before(g.Expires):
		return fairlead.Document{}, nil, fairlead.Errorf(fairlead.Gone, "The address has expired.")
	}
	return r.openHeld(ctx, held, g.By, client)
}

// Content opens a document for an authenticated caller.
func (r *Reading) Content(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID, by, client string) (fairlead.Document, io.ReadCloser, error) {
	held, err := r.held(ctx, tenant, id)
	if err != nil {
		return fairlead.Document{}, nil, err
	}
	return r.openHeld(ctx, held, by, client)
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
	plain, err := r.o.Vault.OpenRoot(addressOwner(), sealed)
	if err != nil || json.Unmarshal(plain, &g) != nil || g.Document == "" {
		return grant{}, errNoAddress()
	}
	return g, nil
}

// heldDocument is a document with what opens it.
type heldDocument struct {
	document   fairlead.Document
	connection fairlead.Connection
	now        time.Time // tenant time
}

// held reads a document whose bytes can be had. NotFound: there is none, or its
// connection was disconnected. Conflict: its bytes are not there.
func (r *Reading) held(ctx context.Context, tenant fairlead.TenantID, id fairlead.DocumentID) (h heldDocument, err error) {
	var rec fairlead.Record
	err = r.o.Store.View(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		h.now = t.Time(r.o.Clock())
		if rec, err = find(tx, tenant, fairlead.RecordID(id), fairlead.DocumentRecord); err != nil {
			return err
		}
		h.connection, err = tx.Connections.Get(tenant, string(rec.Connection))
		return err
	})
	if err != nil {
		return h, err
	}
	if rec.Removed || h.connection.Status == fairlead.ConnectionDisconnected || len(h.connection.Key) == 0 {
		return h, errNoAddress()
	}
	if h.document, err = document(rec); err != nil {
		return h, err
	}
	if h.document.Blob == "" {
		return h, fairlead.Errorf(fairlead.Conflict, "The document could not be fetched from the institution yet.")
	}
	return h, nil
}

// openHeld opens the bytes and writes who opened them into the audit trail first:
// a download that is not recorded does not happen.
func (r *Reading) openHeld(ctx context.Context, h heldDocument, by, client string) (fairlead.Document, io.ReadCloser, error) {
	tenant := h.connection.Tenant
	blob, err := r.o.Bucket.Get(ctx, h.document.Blob)
	if err != nil {
		return fairlead.Document{}, nil, fmt.Errorf("reading: opening a document: %w", err)
	}
	plain, err := r.o.Vault.Streams().Open(h.connection.Key, vault.Owner{Tenant: tenant, ID: string(h.connection.ID)}, blob)
	if err != nil {
		return fairlead.Document{}, nil, errors.Join(fmt.Errorf("reading: opening a document: %w", err), blob.Close())
	}
	if err := r.record(fairlead.WithActor(ctx, by, client), tenant, "document.download", string(h.document.ID)); err != nil {
		return fairlead.Document{}, nil, errors.Join(err, blob.Close())
	}
	return h.document, &checked{plain: plain, blob: blob, hash: sha256.New(), size: h.document.Size, sum: h.document.SHA256}, nil
}

// checked reads a document and, at its end, compares size and digest with what
// was stored: a reader that sees io.EOF has the whole document.
type checked struct {
	plain io.Reader
	blob  io.Closer
	hash  hash.Hash
	read  int64
	size  int64
	sum   string
}

func (c *checked) Read(p []byte) (int, error) {
	n, err := c.plain.Read(p)
	c.hash.Write(p[:n])
	c.read += int64(n)
	if err == io.EOF && (c.read != c.size || hex.EncodeToString(c.hash.Sum(nil)) != c.sum) {
		return n, fairlead.Errorf(fairlead.Internal, "The document's bytes are not those that were stored.")
	}
	if c.read > c.size {
		return n, fairlead.Errorf(fairlead.Internal, "The document's bytes are not those that were stored.")
	}
	return n, err
}

func (c *checked) Close() error { return c.blob.Close() }
