package linking

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	eraseBatch = 200       // how much one transaction erases
	eventBatch = 50        // events, each with its notices
	lastWords  = time.Hour // how long a dialect's memory is kept to tell of the end, in tenant time
)

// ErasePerson erases everything about a person: open links end, connections are
// disconnected, and in the background their records are emptied, leaving
// tombstones in the change feeds. by is who asked. The person is NotFound from
// here on; the same reference makes a new one.
func (l *Linking) ErasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	if _, err := l.Person(ctx, tenant, string(id)); err != nil {
		return err
	}
	var err error
	for range attempts {
		if err = l.endAll(ctx, tenant, id, by); err != nil {
			break
		}
		if err = l.forget(ctx, tenant, id, by); !fairlead.Is(err, fairlead.Conflict) {
			break
		}
	}
	return in("erasing a person", err)
}

// endAll ends the person's open links and standing connections.
func (l *Linking) endAll(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	links, connections, err := l.standing(ctx, tenant, id)
	if err != nil {
		return err
	}
	for _, link := range links {
		if _, err := l.Cancel(ctx, tenant, link); err != nil {
			return err
		}
	}
	for _, c := range connections {
		if err := l.Disconnect(ctx, tenant, c, by, fairlead.ConsentErased); err != nil {
			return err
		}
	}
	return nil
}

// standing lists what of a person has not ended.
func (l *Linking) standing(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (links []fairlead.LinkID, connections []fairlead.ConnectionID, err error) {
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		links, connections, err = standing(tx, tenant, id)
		return err
	})
	return links, connections, err
}

func standing(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) (links []fairlead.LinkID, connections []fairlead.ConnectionID, err error) {
	err = each(tx.Links, tenant, id, func(n fairlead.Link) string { return string(n.ID) }, func(n fairlead.Link) {
		if n.Status == fairlead.LinkOpen {
			links = append(links, n.ID)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	err = each(tx.Connections, tenant, id, func(n fairlead.Connection) string { return string(n.ID) }, func(n fairlead.Connection) {
		if n.Status != fairlead.ConnectionDisconnected {
			connections = append(connections, n.ID)
		}
	})
	return links, connections, err
}

// each walks all nouns of a person.
func each[T any](d store.Table[T], tenant fairlead.TenantID, person fairlead.PersonID, id func(T) string, do func(T)) error {
	for after := ""; ; {
		page, err := d.List(tenant, store.Query{Where: []store.Match{store.By(store.ByPerson, string(person))}, After: after, Limit: 1000})
		if err != nil {
			return err
		}
		for _, n := range page {
			do(n)
		}
		if len(page) < 1000 {
			return nil
		}
		after = id(page[len(page)-1])
	}
}

// forget deletes the person, if nothing of theirs stands, and makes the rest due.
func (l *Linking) forget(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	wall := l.o.Clock()
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		links, connections, err := standing(tx, tenant, id)
		if err != nil {
			return err
		}
		if len(links)+len(connections) > 0 {
			return fairlead.Errorf(fairlead.Conflict, "The person has just begun something new.")
		}
		if err := dropTokens(tx, tenant, string(id), fairlead.PortalToken); err != nil {
			return err
		}
		if err := tx.Persons.Delete(tenant, string(id)); err != nil {
			return err
		}
		if err := tx.Work.Due(fairlead.Work{Kind: fairlead.EraseWork, Key: string(id), Tenant: tenant, Due: t.Time(wall)}); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, by, "person.erase", string(id), "")
	})
}

// Erase is the handler of EraseWork; the key is a disconnected connection, whose
// files go, or an erased person, of whom everything goes. It may be repeated.
func (l *Linking) Erase(ctx context.Context, w fairlead.Work) (out store.WorkResult, err error) {
	switch {
	case strings.HasPrefix(w.Key, "con_"):
		err = l.eraseFiles(ctx, w.Tenant, fairlead.ConnectionID(w.Key))
	case strings.HasPrefix(w.Key, "per_"):
		out.Again, err = l.erasePerson(ctx, w.Tenant, fairlead.PersonID(w.Key))
	}
	return out, in("erasing", err)
}

// eraseFiles deletes the blobs of a connection's documents and uploads. Without
// the connection's key they could not be read any more anyway.
func (l *Linking) eraseFiles(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	q := store.RecordQuery{Connection: id, Kind: fairlead.DocumentRecord, Limit: 1000}
	for {
		var page []fairlead.Record
		err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Records.List(tenant, q)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range page {
			var d fairlead.Document
			if json.Unmarshal(r.Body, &d) != nil || d.Blob == "" {
				continue
			}
			if err := l.o.Bucket.Delete(ctx, d.Blob); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return l.eraseUploads(ctx, tenant, id)
		}
		q.AfterDay, q.After = page[len(page)-1].Day, page[len(page)-1].ID
	}
}

func (l *Linking) eraseUploads(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	for after := ""; ; {
		var page []fairlead.Collection
		err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Collections.List(tenant, store.Query{
				Where: []store.Match{store.By(store.ByConnection, string(id))}, After: after, Limit: eraseBatch,
			})
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		for _, c := range page {
			after = string(c.ID)
			if c.File == nil {
				continue
			}
			if err := l.o.Bucket.Delete(ctx, c.File.Blob); err != nil {
				return err
			}
		}
	}
}

// remains are what an erased person left: only what has ended, because the same
// reference may have begun anew.
type remains struct {
	connections []fairlead.ConnectionID
	links       []fairlead.LinkID
	ended       time.Time // the last of them
}

func (r *remains) note(ended time.Time) {
	if ended.After(r.ended) {
		r.ended = ended
	}
}

func remainsOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) (r remains, err error) {
	err = each(tx.Connections, tenant, id, func(n fairlead.Connection) string { return string(n.ID) }, func(n fairlead.Connection) {
		if n.Status == fairlead.ConnectionDisconnected {
			r.connections = append(r.connections, n.ID)
			r.note(n.Ended)
		}
	})
	if err != nil {
		return r, err
	}
	err = each(tx.Links, tenant, id, func(n fairlead.Link) string { return string(n.ID) }, func(n fairlead.Link) {
		if n.Status != fairlead.LinkOpen {
			r.links = append(r.links, n.ID)
			r.note(n.Ended)
		}
	})
	return r, err
}

// erasePerson erases what was collected and sealed at once, and what the notices
// of the end are made of when they have been made: again says when.
func (l *Linking) erasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (again time.Time, err error) {
	t, err := l.tenantOf(ctx, tenant)
	if err != nil {
		return again, err
	}
	var left remains
	err = l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		left, err = remainsOf(tx, tenant, id)
		return err
	})
	if err != nil {
		return again, err
	}
	for _, c := range left.connections {
		if err := l.eraseRecords(ctx, tenant, c); err != nil {
			return again, err
		}
	}
	for _, link := range left.links {
		if err := l.eraseLink(ctx, tenant, link); err != nil {
			return again, err
		}
	}
	if scrub := left.ended.Add(lastWords); t.Time(l.o.Clock()).Before(scrub) {
		return scrub, nil
	}
	for _, c := range left.connections {
		if err := l.scrubConnection(ctx, tenant, c); err != nil {
			return again, err
		}
	}
	for _, link := range left.links {
		if err := l.scrubLink(ctx, tenant, link); err != nil {
			return again, err
		}
	}
	subjects := []string{string(id)}
	for _, c := range left.connections {
		subjects = append(subjects, string(c))
	}
	for _, link := range left.links {
		subjects = append(subjects, string(link))
	}
	for _, subject := range subjects {
		if err := l.scrubEvents(ctx, tenant, subject); err != nil {
			return again, err
		}
	}
	return again, nil
}

// scrubEvents takes the person out of the events that tell of something of theirs,
// and deletes the notices of these that have been told.
func (l *Linking) scrubEvents(ctx context.Context, tenant fairlead.TenantID, subject string) error {
	for q := (store.EventQuery{Subject: subject, Limit: eventBatch}); ; {
		var page []fairlead.Event
		err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Events.After(tenant, q)
			return err
		})
		if err != nil || len(page) == 0 {
			return in("taking a person out of events", err)
		}
		for _, e := range page {
			if err := l.dropTold(ctx, tenant, e.ID); err != nil {
				return in("taking a person out of events", err)
			}
		}
		err = l.o.Store.Update(ctx, func(tx *store.Tx) error {
			for _, e := range page {
				if err := tx.Events.Redact(tenant, e.ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return in("taking a person out of events", err)
		}
		q.Sequence = page[len(page)-1].Sequence
	}
}

// dropTold deletes the notices of an event, however often it was told, but those
// that still wait: they tell of the end itself.
func (l *Linking) dropTold(ctx context.Context, tenant fairlead.TenantID, event fairlead.EventID) error {
	return sweep(ctx, l.o.Store, func(tx *store.Tx, after string) (next string, err error) {
		told, err := tx.Deliveries.List(tenant, store.Query{
			Where: []store.Match{store.By(store.ByEvent, string(event))}, After: after, Limit: eraseBatch,
		})
		for _, n := range told {
			if next = string(n.ID); err == nil && n.State != fairlead.DeliveryWaiting {
				err = tx.Deliveries.Delete(tenant, next)
			}
		}
		return next, err
	})
}

// eraseRecords empties a connection's records and deletes its files.
func (l *Linking) eraseRecords(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	if err := l.eraseFiles(ctx, tenant, id); err != nil {
		return err
	}
	for n := 1; n > 0; {
		err := l.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
			n, err = tx.Records.Erase(tenant, id, eraseBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// scrubConnection deletes a connection's collections, and empties what in its own
// row is personal.
func (l *Linking) scrubConnection(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	of := []store.Match{store.By(store.ByConnection, string(id))}
	err := sweep(ctx, l.o.Store, func(tx *store.Tx, after string) (next string, err error) {
		page, err := tx.Collections.List(tenant, store.Query{Where: of, After: after, Limit: eraseBatch})
		for _, c := range page {
			if next = string(c.ID); err == nil {
				err = tx.Collections.Delete(tenant, next)
			}
		}
		return next, err
	})
	if err != nil {
		return err
	}
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Connections.Get(tenant, string(id))
		if err != nil {
			return err
		}
		c.Reference, c.Holder, c.Identity, c.Login = "", "", "", ""
		c.Accounts, c.Origin.State = nil, nil
		return tx.Connections.Put(tenant, &c)
	})
}

// sweep repeats a bounded transaction, each after the id that the one before reached.
func sweep(ctx context.Context, s store.Store, step func(tx *store.Tx, after string) (next string, err error)) error {
	for after := ""; ; {
		var next string
		err := s.Update(ctx, func(tx *store.Tx) (err error) {
			next, err = step(tx, after)
			return err
		})
		if err != nil || next == "" {
			return err
		}
		after = next
	}
}

// eraseLink deletes what an ended link keeps sealed, its files and its tokens.
func (l *Linking) eraseLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) error {
	link, err := l.Link(ctx, tenant, id)
	if err != nil {
		return err
	}
	for _, blob := range link.Uploads {
		if err := l.o.Bucket.Delete(ctx, blob); err != nil {
			return err
		}
	}
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		link, err := tx.Links.Get(tenant, string(id))
		if err != nil {
			return err
		}
		link.Key, link.Hints, link.Result, link.Conversation, link.Uploads = nil, nil, nil, nil, nil
		if err := tx.Links.Put(tenant, &link); err != nil {
			return err
		}
		return dropTokens(tx, tenant, string(id), append(linkTokens(), fairlead.CodeToken)...)
	})
}

// scrubLink empties what in a link and its consents names the person.
func (l *Linking) scrubLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) error {
	wall := l.o.Clock()
	return l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		link, err := tx.Links.Get(tenant, string(id))
		if err != nil {
			return err
		}
		link.Reference, link.Origin.State, link.Spec.Metadata = "", nil, nil
		if err := tx.Links.Put(tenant, &link); err != nil {
			return err
		}
		consents, err := tx.Consents.List(tenant, store.Query{Where: []store.Match{store.By(store.ByLink, string(id))}, Limit: eraseBatch})
		if err != nil {
			return err
		}
		for _, c := range consents {
			c.Become(fairlead.ConsentErased, t.Time(wall))
			c.Accounts, c.Ref, c.Origin.State = nil, "", nil
			if err := tx.Consents.Put(tenant, &c); err != nil {
				return err
			}
		}
		return nil
	})
}
