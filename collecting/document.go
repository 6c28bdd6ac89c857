package collecting

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/vault"
)

// documentsOf fetches the bytes of documents that are not held yet. One whose
// bytes cannot be had is kept with its problem, and asked for again by the next
// collection.
func (r *run) documentsOf(ctx context.Context, page connector.Page, _ *written) ([]*arrival, error) {
	var out []*arrival
	for _, d := range page.Documents {
		if len(d.AccountRefs) > 0 && !r.anyChosen(d.AccountRefs) {
			continue
		}
		a := documentArrival(d, r.accounts)
		noun := a.noun.(*fairlead.Document)
		if noun.ReplacesRef != "" {
			noun.Replaces = r.documents[noun.ReplacesRef].ID
		}
		noun.Size, noun.SHA256, noun.Blob, noun.Failed = 0, "", "", nil
		if held, ok := r.documents[a.record.Ref]; ok && r.have(a.record.Ref) {
			noun.Size, noun.SHA256, noun.Blob = held.Size, held.SHA256, held.Blob
			if noun.Fields == nil {
				noun.Fields = held.Fields
			}
		} else if err := r.download(ctx, a, noun); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (r *run) anyChosen(refs []string) bool {
	for _, ref := range refs {
		if r.chosen(ref) {
			return true
		}
	}
	return false
}

// download seals a document into the bucket and notes what came. Its blob is
// named by what the document is, so that a download repeated after a crash
// replaces what the first one left.
func (r *run) download(ctx context.Context, a *arrival, noun *fairlead.Document) error {
	digest := sha256.Sum256([]byte(a.record.Ref))
	blob := fmt.Sprintf("documents/%s/%s/%s", r.tenant.ID, r.conn.ID, hex.EncodeToString(digest[:16]))
	size, sum, err := r.store(ctx, blob, a.document)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		p := fairlead.NewProblem(err, "", r.now)
		if held := r.documents[a.record.Ref].Failed; held != nil && held.Kind == p.Kind {
			p.Since = held.Since
		}
		noun.Failed = &p
		r.o.Log.WarnContext(ctx, "a document could not be fetched", "connection", r.conn.ID, "kind", p.Kind)
		return nil
	}
	noun.Size, noun.SHA256, noun.Blob = size, sum, blob
	return nil
}

func (r *run) store(ctx context.Context, blob string, d *connector.Document) (size int64, sum string, err error) {
	if d.Open == nil {
		return 0, "", fairlead.Errorf(fairlead.Unsupported, "The institution offers no bytes of this document.")
	}
	bounded, cancel := context.WithTimeout(ctx, documentTime)
	defer cancel()
	plain, err := d.Open(bounded)
	if err != nil {
		return 0, "", err
	}
	defer plain.Close()
	return pourSealed(bounded, r.Collecting, r.conn.Key, r.owner(), blob, plain, maxDocument)
}

// pourSealed streams plain bytes, sealed, into the bucket and tells their size and
// SHA-256. More than limit bytes are TooLarge, and nothing is kept.
func pourSealed(ctx context.Context, c *Collecting, key vault.WrappedKey, owner vault.Owner, blob string, plain io.Reader, limit int64) (int64, string, error) {
	reader, writer := io.Pipe()
	hash := sha256.New()
	var size int64
	var readErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		size, readErr = pour(c.o.Vault.Streams(), key, owner, writer, io.TeeReader(plain, hash), limit)
		writer.CloseWithError(readErr)
	}()
	err := c.o.Bucket.Put(ctx, blob, reader)
	reader.CloseWithError(err)
	<-done
	if readErr != nil && err != nil {
		return 0, "", readErr // the reason that the bucket was told
	}
	if err != nil {
		return 0, "", fmt.Errorf("collecting: keeping a file: %w", err)
	}
	return size, hex.EncodeToString(hash.Sum(nil)), nil
}

func pour(s vault.Streams, key vault.WrappedKey, owner vault.Owner, to io.Writer, plain io.Reader, limit int64) (int64, error) {
	sealed, err := s.Seal(key, owner, to)
	if err != nil {
		return 0, fmt.Errorf("collecting: sealing a file: %w", err)
	}
	size, err := io.Copy(sealed, io.LimitReader(plain, limit+1))
	if err != nil {
		return 0, err
	}
	if size > limit {
		return 0, fairlead.Errorf(fairlead.TooLarge, "The file is larger than %d MiB.", limit>>20)
	}
	if err := sealed.Close(); err != nil {
		return 0, fmt.Errorf("collecting: sealing a file: %w", err)
	}
	return size, nil
}

// announce adds the event of a document whose bytes have come.
func (r *run) announce(a *arrival, rec fairlead.Record, held *known, w *written) {
	noun := *a.noun.(*fairlead.Document)
	noun.ID = fairlead.DocumentID(rec.ID)
	had := r.have(rec.Ref)
	r.documents[rec.Ref], r.shelved[rec.Ref] = noun, rec // the institution may list it once more
	if noun.Failed != nil || (had && held != nil) {
		return
	}
	kind := fairlead.EventDocumentAvailable
	if noun.Revision > 0 || noun.ReplacesRef != "" {
		kind = fairlead.EventDocumentRevised
	}
	w.events = append(w.events, fairlead.Event{Kind: kind, Document: noun.ID, Status: noun.Kind})
}

// documentOf reads a document as it is held.
func documentOf(rec fairlead.Record) (fairlead.Document, error) {
	var d fairlead.Document
	if err := json.Unmarshal(rec.Body, &d); err != nil {
		return d, fmt.Errorf("collecting: reading a document: %w", err)
	}
	d.ID = fairlead.DocumentID(rec.ID)
	return d, nil
}
