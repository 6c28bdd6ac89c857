package collecting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// documents are a connection's: what is stored of them, and how bytes that are not
// get into the bucket.
type documents struct {
	sealer sealing.Sealer
	log    *slog.Logger
	now    time.Time
	conn   fairlead.Connection
	stored map[string]storedDocument // by the institution's id; empty until read
	read   bool
	// lacking says that a document of the product under way is to be read again.
	lacking bool
}

type storedDocument struct {
	fairlead.Document
	record fairlead.Record
}

// arrivedDocument is one whose bytes have come, to be published.
type arrivedDocument struct {
	id    fairlead.DocumentID
	kind  string
	event fairlead.EventKind
}

func newDocuments(s sealing.Sealer, log *slog.Logger, now time.Time, conn fairlead.Connection) documents {
	return documents{sealer: s, log: log, now: now, conn: conn, stored: map[string]storedDocument{}}
}

// index notes a stored document.
func (d *documents) index(rec fairlead.Record) error {
	s := storedDocument{record: rec}
	if err := json.Unmarshal(rec.Body, &s.Document); err != nil {
		return fmt.Errorf("collecting: reading a document: %w", err)
	}
	s.ID = fairlead.DocumentID(rec.ID)
	d.stored[rec.Ref] = s
	return nil
}

// has reports whether the bytes of a document are stored.
func (d *documents) has(ref string) bool {
	s, ok := d.stored[ref]
	return ok && s.Failed == nil && s.Blob != ""
}

// readDocuments reads what is stored of the connection's documents, once.
func (c *converter) readDocuments(ctx context.Context) error {
	if c.documents.read {
		return nil
	}
	err := c.keys.view(ctx, func(tx *store.Tx) error {
		clear(c.documents.stored)
		for rec, err := range store.AllRecords(tx.Records, c.tenant.ID, store.RecordQuery{Connection: c.conn.ID, Kind: fairlead.DocumentRecord}) {
			if err == nil {
				err = c.documents.index(rec)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	c.documents.read = err == nil
	return err
}

// documentsOf fetches the bytes of documents that are not stored yet. One whose
// bytes cannot be had is stored with its problem, and requested again by the next
// collection.
func (c *converter) documentsOf(ctx context.Context, page connector.Page, _ *batch) ([]*incoming, error) {
	var in []*incoming
	for _, d := range page.Documents {
		for _, ref := range d.AccountRefs {
			if id, known := c.accounts[ref]; known && id == "" || !known && c.selected(ref) {
				c.documents.lacking = true // once the account is known, the document belongs to it
			}
		}
		if len(d.AccountRefs) > 0 && !c.anySelected(d.AccountRefs) {
			continue
		}
		a := incomingDocument(d, c.accounts)
		c.keyRef(a)
		in = append(in, a)
	}
	out, err := c.setAsideDocuments(ctx, in)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	if err := c.readDocuments(ctx); err != nil {
		return nil, err
	}
	if err := c.documents.fillAll(ctx, out); err != nil {
		return nil, err
	}
	for _, a := range out {
		noun := a.noun.(*fairlead.Document)
		if noun.Failed != nil || noun.Blob == "" || noun.ReplacesRef != "" && noun.Replaces == "" {
			a.record.Digest, c.documents.lacking = 0, true // the next collection is to come back to it
		}
	}
	return c.dropUnchanged(replacedFirst(out))
}

// setAsideDocuments gives documents their digests and takes from them those that are stored
// just as they came, by their keys: years of them are listed at every collection.
func (c *converter) setAsideDocuments(ctx context.Context, in []*incoming) (rest []*incoming, err error) {
	if c.digests == nil || c.conn.Uploaded || len(in) == 0 {
		return in, nil
	}
	refs := make([]string, len(in))
	for i, a := range in {
		a.record.Digest, refs[i] = c.digests.of(a), a.record.Ref
	}
	type known struct{ hash, digest uint64 }
	stored := map[known]fairlead.RecordID{}
	err = c.keys.view(ctx, func(tx *store.Tx) error {
		for part := range slices.Chunk(refs, keyPage) {
			keys, err := tx.Records.KeysOf(c.tenant.ID, c.conn.ID, fairlead.DocumentRecord, "", part)
			if err != nil {
				return err
			}
			for _, k := range keys {
				stored[known{k.RefHash, k.Digest}] = k.ID
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, a := range in {
		rec := a.record
		rec.ID = stored[known{store.RefHash(c.tenant.ID, c.conn.ID, fairlead.DocumentRecord, "", rec.Ref), rec.Digest}]
		if rec.ID == "" {
			rest = append(rest, a)
			continue
		}
		c.met(a, rec)
	}
	return rest, nil
}

func (c *converter) anySelected(refs []string) bool {
	for _, ref := range refs {
		if c.selected(ref) {
			return true
		}
	}
	return false
}

// dropUnchanged drops the documents that are stored just as they came: an
// institution lists years of them at every collection.
func (c *converter) dropUnchanged(in []*incoming) ([]*incoming, error) {
	out := in[:0]
	for _, a := range in {
		stored, ok := c.documents.stored[a.record.Ref]
		if ok {
			if err := a.encode(); err != nil {
				return nil, err
			}
		}
		now := a.record
		if ok {
			now.ID = stored.record.ID
			if err := c.sealInto(&now, a.private, stored.record); err != nil {
				return nil, err
			}
		}
		if !ok || !same(now, stored.record) {
			out = append(out, a)
			continue
		}
		c.redigest(stored.record, a.record.Digest)
		c.claim(a, saidBy(a), pairing{stored: &known{record: stored.record}}, stored.record)
		c.met(a, stored.record)
	}
	return out, nil
}

// replacedFirst brings a paper that another of the page replaces before that one, which
// names it by its id.
func replacedFirst(in []*incoming) []*incoming {
	byRef := map[string]*incoming{}
	for _, a := range in {
		byRef[a.record.Ref] = a
	}
	out, placed := make([]*incoming, 0, len(in)), map[*incoming]bool{}
	for _, a := range in {
		chain := []*incoming{}
		for ; a != nil && !placed[a]; a = byRef[a.noun.(*fairlead.Document).ReplacesRef] {
			placed[a] = true // first, so that papers which replace each other end
			chain = append(chain, a)
		}
		slices.Reverse(chain)
		out = append(out, chain...)
	}
	return out
}

// link names what a document replaces by its id, where that came on the same page.
func (d *documents) link(a *incoming) error {
	noun, ok := a.noun.(*fairlead.Document)
	if !ok || noun.ReplacesRef == "" || noun.Replaces == d.stored[noun.ReplacesRef].ID {
		return nil
	}
	noun.Replaces = d.stored[noun.ReplacesRef].ID
	return a.encode()
}

// linkStored does so for documents that are stored, where what they replace has come
// on a later page.
func (d *documents) linkStored(b *batch) error {
	for _, ref := range slices.Sorted(maps.Keys(d.stored)) {
		s := d.stored[ref]
		if s.ReplacesRef == "" || s.Replaces != "" || d.stored[s.ReplacesRef].ID == "" {
			continue
		}
		var noun fairlead.Document
		err := json.Unmarshal(s.record.Body, &noun)
		noun.Replaces = d.stored[s.ReplacesRef].ID
		if err == nil {
			s.record.Body, err = json.Marshal(noun)
		}
		if err != nil {
			return fmt.Errorf("collecting: writing a document: %w", err)
		}
		s.record.Version++
		s.record.Changed, s.record.Reason, s.Replaces = d.now, "corrected", noun.Replaces
		d.stored[ref] = s
		b.add(s.record, true)
	}
	return nil
}

// fillAll fills the documents of a page, fetching several side by side, and returns when the
// bytes that were fetched are durable. One that is listed more than once is fetched in its
// order: the last bytes are those that its blob has.
func (d *documents) fillAll(ctx context.Context, in []*incoming) error {
	var lacking []string // refs
	byRef := map[string][]*incoming{}
	blobs := d.sealer.Batch()
	for _, a := range in {
		ref := a.record.Ref
		if d.has(ref) {
			if err := d.fill(ctx, blobs, a); err != nil {
				return err
			}
			continue
		}
		if len(byRef[ref]) == 0 {
			lacking = append(lacking, ref)
		}
		byRef[ref] = append(byRef[ref], a)
	}
	if len(lacking) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var downloads sync.WaitGroup
	slots, panicked := make(chan struct{}, downloadsAtOnce), make(chan any, len(lacking))
	for _, ref := range lacking {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		downloads.Go(func() {
			defer func() {
				if p := recover(); p != nil {
					panicked <- p
					cancel(nil)
				}
				<-slots
			}()
			for _, a := range byRef[ref] {
				if err := d.fill(ctx, blobs, a); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	downloads.Wait()
	if len(panicked) > 0 {
		panic(<-panicked) // here, where whoever runs the collection meets it
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return blobs.Sync(ctx)
}

// fill says what we know of a document: its bytes, stored already or fetched now.
func (d *documents) fill(ctx context.Context, blobs sealing.Batch, a *incoming) error {
	noun := a.noun.(*fairlead.Document)
	if noun.ReplacesRef != "" {
		noun.Replaces = d.stored[noun.ReplacesRef].ID
	}
	noun.Size, noun.SHA256, noun.Blob, noun.Failed = 0, "", "", nil
	if !d.has(a.record.Ref) {
		return d.download(ctx, blobs, a, noun)
	}
	stored := d.stored[a.record.Ref]
	noun.Size, noun.SHA256, noun.Blob = stored.Size, stored.SHA256, stored.Blob
	if noun.Fields == nil {
		return d.fillFields(noun, stored)
	}
	return nil
}

// fillFields brings over what was read from a document before, which is sealed.
func (d *documents) fillFields(noun *fairlead.Document, stored storedDocument) error {
	if len(stored.record.Sealed) > 0 {
		key := sealing.ConnectionKey(d.conn)
		plain, err := d.sealer.Vault.Open(key.Wrapped, key.At(string(stored.record.ID), sealing.RecordPart), stored.record.Sealed)
		if err == nil {
			err = sealing.Join(&stored.Document, plain)
		}
		if err != nil {
			return fmt.Errorf("collecting: opening a document: %w", err)
		}
	}
	noun.Fields = stored.Fields
	return nil
}

// download seals a document into the bucket and notes what came. Its blob is
// named by what the document is, so that a download repeated after a crash
// replaces what the first one left.
func (d *documents) download(ctx context.Context, blobs sealing.Batch, a *incoming, noun *fairlead.Document) error {
	digest := sha256.Sum256([]byte(a.record.Ref))
	name := fmt.Sprintf("documents/%s/%s/%s", d.conn.Tenant, d.conn.ID, hex.EncodeToString(digest[:16]))
	blob, err := d.put(ctx, blobs, name, a.document)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var ours *storageError
	if errors.As(err, &ours) {
		return fmt.Errorf("collecting: %w", ours.err) // not the document's problem: the page is tried again
	}
	if err != nil {
		p := fairlead.NewProblem(err, "", d.now)
		if before := d.stored[a.record.Ref].Failed; before != nil && before.Kind == p.Kind {
			p.Since = before.Since
		}
		noun.Failed = &p
		d.log.WarnContext(ctx, "a document could not be fetched", "connection", d.conn.ID, "kind", p.Kind)
		return nil
	}
	noun.Size, noun.SHA256, noun.Blob = blob.Size, blob.SHA256, name
	return nil
}

func (d *documents) put(ctx context.Context, blobs sealing.Batch, name string, doc *connector.Document) (sealing.Blob, error) {
	if doc.Open == nil {
		return sealing.Blob{}, fairlead.Errorf(fairlead.Unsupported, "The institution offers no bytes of this document.")
	}
	bounded, cancel := context.WithTimeout(ctx, documentTime)
	defer cancel()
	plain, err := doc.Open(bounded)
	if err != nil {
		return sealing.Blob{}, err
	}
	defer plain.Close()
	source := &sourceReader{Reader: plain}
	blob, err := blobs.PutBlob(bounded, sealing.ConnectionKey(d.conn), name, source, maxDocument)
	passes := fairlead.Is(err, fairlead.StorageFull) || fairlead.Is(err, fairlead.Unavailable)
	if passes && source.err == nil && bounded.Err() == nil {
		return blob, &storageError{err}
	}
	return blob, err
}

// storageError says that we could not store a document whose bytes were there, for a
// reason that passes: there is no room, or the bucket does not answer.
type storageError struct{ err error }

func (e *storageError) Error() string { return e.err.Error() }
func (e *storageError) Unwrap() error { return e.err }

// sourceReader remembers that the institution's bytes broke off.
type sourceReader struct {
	io.Reader
	err error // but for the end
}

func (r *sourceReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

// changed indexes a document that is written (the institution may list it once
// more), and has it published where its bytes have come.
func (d *documents) changed(a *incoming, rec fairlead.Record, known bool, b *batch) {
	noun := *a.noun.(*fairlead.Document)
	noun.ID = fairlead.DocumentID(rec.ID)
	had := d.has(rec.Ref)
	d.stored[rec.Ref] = storedDocument{noun, rec}
	if noun.Failed != nil || (had && known) {
		return
	}
	event := fairlead.EventDocumentAvailable
	if noun.Revision > 0 || noun.ReplacesRef != "" {
		event = fairlead.EventDocumentRevised
	}
	b.documents = append(b.documents, arrivedDocument{noun.ID, noun.Kind, event})
}
