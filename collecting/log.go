package collecting

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/store"
)

// maxLogged is how many claims one page of an upload's log holds at most.
const maxLogged = 2000

// claim is what a file said of one record. What it said is the content of a version of the
// record, or, where that is more, written out.
type claim struct {
	Record  fairlead.RecordID   `json:"r,omitempty"` // "": nothing is stored of it, because a later file says otherwise
	Kind    fairlead.RecordKind `json:"k"`
	Before  int                 `json:"b,omitempty"` // the version that was stored before; 0: it was new
	Version int                 `json:"v,omitempty"`
	// Of what may leave a list: which list, and its account.
	List    string            `json:"l,omitempty"`
	Account fairlead.RecordID `json:"a,omitempty"`
	Day     time.Time         `json:"d,omitzero"`  // of the file
	Nth     int               `json:"n,omitempty"` // where nothing is stored: which of those of its ref on lists of the file
	Ref     string            `json:"f,omitempty"`
	Body    json.RawMessage   `json:"o,omitempty"`
	Private json.RawMessage   `json:"p,omitempty"`
}

// listed says that a file has all of an account's pending rows, or positions.
type listed struct {
	List    string            `json:"l"`
	Account fairlead.RecordID `json:"a"`
	Day     time.Time         `json:"d,omitzero"`
}

// uploadLog is what an upload said, or a page of it.
type uploadLog struct {
	Claims []claim              `json:"claims,omitempty"`
	Lists  []listed             `json:"lists,omitempty"`
	Days   map[string]time.Time `json:"days,omitempty"`
	Added  []string             `json:"added,omitempty"` // refs of accounts that the connection got by the file
}

func (l *uploadLog) isEmpty() bool {
	return len(l.Claims) == 0 && len(l.Lists) == 0 && len(l.Days) == 0 && len(l.Added) == 0
}

// listOf is the list that a record is on; "": none.
func listOf(kind fairlead.RecordKind, state string) string {
	switch {
	case kind == fairlead.HoldingRecord:
		return holdingDay
	case kind == fairlead.TransactionRecord && state == string(fairlead.TransactionPending):
		return pendingDay
	}
	return ""
}

// said is what came, before it is merged with what is stored.
type said struct {
	body, private []byte
	ref, state    string
}

func saidBy(a *incoming) said { return said{a.record.Body, a.private, a.record.Ref, a.record.State} }

// claim logs what a file said of a record that is stored now.
func (c *converter) claim(a *incoming, s said, p pairing, rec fairlead.Record) {
	if !c.conn.Uploaded {
		return
	}
	made := claim{Record: rec.ID, Kind: rec.Kind, List: listOf(rec.Kind, s.state)}
	if made.List != "" {
		made.Account, made.Day = rec.Account, c.dayOf(rec.Kind, rec.Account)
		c.listed[refKey{rec.Account, string(rec.Kind) + " " + rec.Ref}]++
	}
	if p.stored != nil {
		made.Before = p.stored.record.Version
	}
	if bytes.Equal(rec.Body, s.body) && bytes.Equal(a.private, s.private) {
		made.Version = rec.Version
	} else {
		made.Ref, made.Body, made.Private = s.ref, s.body, s.private
	}
	c.log.Claims = append(c.log.Claims, made)
}

// refuse logs what a file said that is older than what is stored.
func (c *converter) refuse(a *incoming) error {
	if !c.conn.Uploaded {
		return nil
	}
	if a.record.Body == nil {
		if err := a.encode(); err != nil {
			return err
		}
	}
	c.keyRef(a)
	made := claim{
		Kind: a.record.Kind, List: listOf(a.record.Kind, a.record.State), Account: a.record.Account, Ref: a.record.Ref, Body: a.record.Body, Private: a.private,
		Day: c.dayOf(a.record.Kind, a.record.Account),
	}
	key := refKey{made.Account, string(made.Kind) + " " + made.Ref}
	made.Nth = c.listed[key]
	c.listed[key]++
	c.log.Claims = append(c.log.Claims, made)
	return nil
}

// sealLog seals what was logged since the last transaction.
func (r *run) sealLog() (pages []store.UploadPage, err error) {
	log := &r.convert.log
	log.Days = r.convert.newDays
	if r.col.Number == 0 || log.isEmpty() {
		return nil, nil
	}
	for first := true; first || len(log.Claims) > 0; first = false {
		part := uploadLog{Claims: log.Claims[:min(len(log.Claims), maxLogged)]}
		if first {
			part.Lists, part.Days, part.Added = log.Lists, log.Days, log.Added
		}
		log.Claims = log.Claims[len(part.Claims):]
		id := store.UploadPageID(r.col.ID, r.logged+len(pages))
		sealed, err := r.sealer.SealJSON(sealing.ConnectionKey(r.conn), id, sealing.UploadPart, part)
		if err != nil {
			return nil, fmt.Errorf("collecting: sealing what an upload said: %w", err)
		}
		pages = append(pages, store.UploadPage{ID: id, Tenant: r.tenant.ID, Sealed: sealed})
	}
	*log = uploadLog{}
	return pages, nil
}

// readLog hands on the pages of an upload's log, one in memory at a time.
func (r *run) readLog(ctx context.Context, id fairlead.CollectionID, page func(uploadLog)) error {
	for n := 0; ; n++ {
		var p store.UploadPage
		err := r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			p, err = tx.UploadPages.Get(r.tenant.ID, store.UploadPageID(id, n))
			return err
		})
		if fairlead.Is(err, fairlead.NotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("collecting: reading what an upload said: %w", err)
		}
		var log uploadLog
		if err := r.sealer.OpenJSON(sealing.ConnectionKey(r.conn), p.ID, sealing.UploadPart, p.Sealed, &log); err != nil {
			return fmt.Errorf("collecting: opening what an upload said: %w", err)
		}
		page(log)
	}
}
