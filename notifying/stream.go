package notifying

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// memory is the name under which this package keeps its lines of waiting notices
// among the notes. No dialect has it.
const memory = "notifying"

// streamPrefix begins the keys of streams; a notice's own begins with "ntc_".
const streamPrefix = "first:"

// stream is a line of notices that wait for their first attempt: those of one
// connection (or link, where there is no connection yet) to one address.
//
// Each waiting notice has a note, keyed by the stream and a number from a counter
// that is taken in the event's transaction, so that the line is in the order of
// commit. The work row of the stream makes the first attempts from its head, one
// after another; as there is one row, no two nodes can overtake one another. An
// attempt, whatever became of it, takes the note away in the transaction that
// records it: a notice that must be tried again is a work row of its own from
// then on, and the line moves on.
type stream struct {
	tenant fairlead.TenantID
	key    string
	lane   string // bounds how many posts one receiver meets at once
}

func streamOf(e fairlead.Event, t fairlead.Target) stream {
	about := string(e.Connection)
	if about == "" {
		about = string(e.Link)
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{string(e.Application), about, string(t.Endpoint), t.Address}, "\x00")))
	return stream{tenant: e.Tenant, key: streamPrefix + hex.EncodeToString(sum[:16]), lane: laneOf(t)}
}

// laneOf is the endpoint, or the host of an address that a vendor's request
// brought: a sick receiver fills its own lane and no other.
func laneOf(t fairlead.Target) string {
	if t.Endpoint != "" {
		return string(t.Endpoint)
	}
	if u, err := url.Parse(t.Address); err == nil && u.Host != "" {
		return strings.ToLower(u.Host)
	}
	return "unreadable"
}

// add puts a notice at the end and makes the stream due.
func (s stream) add(tx *store.Tx, notice fairlead.Notice) error {
	place, err := tx.Notes.Next(s.tenant, memory, s.key)
	if err != nil {
		return err
	}
	value, err := json.Marshal(notice.ID)
	if err != nil {
		return fmt.Errorf("notifying: writing a place in a line: %w", err)
	}
	note := fairlead.Note{Tenant: s.tenant, Dialect: memory, Key: fmt.Sprintf("%s/%016x", s.key, place), Value: value}
	if err := tx.Notes.Put(&note); err != nil {
		return err
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.DeliverWork, Key: s.key, Tenant: s.tenant, Lane: s.lane, Due: notice.Created})
}

// head is the notice whose turn it is and the key of its note, or "" when the
// line is empty.
func head(tx *store.Tx, tenant fairlead.TenantID, key string) (id fairlead.NoticeID, place string, err error) {
	line, err := tx.Notes.List(tenant, memory, key+"/", "", 1)
	if err != nil || len(line) == 0 {
		return "", "", err
	}
	if err := json.Unmarshal(line[0].Value, &id); err != nil {
		return "", "", fmt.Errorf("notifying: reading a place in a line: %w", err)
	}
	return id, line[0].Key, nil
}

// leave takes a notice out of its line.
func leave(tx *store.Tx, tenant fairlead.TenantID, place string) error {
	if place == "" {
		return nil
	}
	return tx.Notes.Delete(tenant, memory, place)
}
