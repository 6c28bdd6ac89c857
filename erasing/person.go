package erasing

import (
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

const (
	eraseBatch     = 200       // how much one transaction erases
	eventBatch     = 50        // events, each with its deliveries
	deliveryPeriod = time.Hour // how long a dialect's memory stays to publish the end, in tenant time
)

// ErasePerson erases everything about a person: open links end, connections are
// disconnected, and in the background their records are emptied, leaving
// tombstones in the change feeds. by is who wants it. The person is NotFound from
// here on; the same reference makes a new one.
func (x *Erasing) ErasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	return in("erasing a person", store.Retry(ctx, x.o.Store, func() error {
		if err := x.endAll(ctx, tenant, id, by); err != nil {
			return err
		}
		return x.deletePerson(ctx, tenant, id, by)
	}))
}

// endAll ends the person's open links and standing connections.
func (x *Erasing) endAll(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	var s standing
	err := x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, err = tx.Persons.Get(tenant, string(id)); err == nil {
			err = alone(ctx, tx, tenant, id)
		}
		if err == nil {
			s, err = standingOf(tx, tenant, id)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, link := range s.links {
		if _, err := x.o.Ender.Cancel(ctx, tenant, link); err != nil {
			return err
		}
	}
	for _, conn := range s.connections {
		if err := x.o.Ender.Disconnect(ctx, tenant, conn, by, fairlead.ConsentErased); err != nil {
			return err
		}
	}
	return nil
}

// standing is what of a person has not ended.
type standing struct {
	links       []fairlead.LinkID
	connections []fairlead.ConnectionID
}

func standingOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) (s standing, err error) {
	for link, err := range linksOf(tx, tenant, id) {
		if err != nil {
			return s, err
		}
		if link.Status == fairlead.LinkOpen {
			s.links = append(s.links, link.ID)
		}
	}
	for conn, err := range connectionsOf(tx, tenant, id) {
		if err != nil {
			return s, err
		}
		if conn.Status != fairlead.ConnectionDisconnected {
			s.connections = append(s.connections, conn.ID)
		}
	}
	return s, nil
}

func linksOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) iter.Seq2[fairlead.Link, error] {
	q := store.Query{Where: []store.Match{store.By(store.ByPerson, string(id))}}
	return store.All(tx.Links, tenant, q)
}

func connectionsOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) iter.Seq2[fairlead.Connection, error] {
	q := store.Query{Where: []store.Match{store.By(store.ByPerson, string(id))}}
	return store.All(tx.Connections, tenant, q)
}

// deletePerson deletes the person, if nothing of theirs stands, and makes the rest due.
func (x *Erasing) deletePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID, by string) error {
	wall := x.o.Clock()
	return x.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return err
		}
		s, err := standingOf(tx, tenant, id)
		if err != nil {
			return err
		}
		if len(s.links)+len(s.connections) > 0 {
			return &fairlead.Error{Kind: fairlead.Conflict, Detail: "The person has just begun something new.", Err: store.ErrStale}
		}
		if err := lifecycle.DropTokens(tx, tenant, string(id), fairlead.PortalToken, fairlead.PortalSessionToken); err != nil {
			return err
		}
		if err := lifecycle.DeleteSetupTokens(tx, tenant, id); err != nil {
			return err
		}
		if err := tx.Persons.Delete(tenant, string(id)); err != nil {
			return err
		}
		if err := tx.Work.Due(fairlead.Work{Kind: fairlead.EraseWork, Key: string(id), Tenant: tenant, Due: now}); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: wall, Actor: by, Action: "person.erase", Subject: string(id)})
	})
}

// eraseFiles deletes the blobs of a connection's documents and uploads. Without
// the connection's key they could not be read any more anyway.
func (x *Erasing) eraseFiles(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	q := store.RecordQuery{Connection: id, Kind: fairlead.DocumentRecord, Limit: 1000}
	for {
		var page []fairlead.Record
		err := x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
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
			if err := x.o.Bucket.Delete(ctx, d.Blob); err != nil {
				return err
			}
		}
		if len(page) < q.Limit {
			return x.eraseUploads(ctx, tenant, id)
		}
		q.AfterDay, q.After = page[len(page)-1].Day, page[len(page)-1].ID
	}
}

func (x *Erasing) eraseUploads(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	q := store.Query{Where: []store.Match{store.By(store.ByConnection, string(id))}, Limit: eraseBatch}
	collections := func(tx *store.Tx) store.Table[fairlead.Collection] { return tx.Collections }
	for page, err := range store.Pages(ctx, x.o.Store, collections, tenant, q) {
		if err != nil {
			return err
		}
		for _, c := range page {
			if c.File == nil {
				continue
			}
			if err := x.o.Bucket.Delete(ctx, c.File.Blob); err != nil {
				return err
			}
			if err := x.eraseUploadPages(ctx, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// eraseUploadPages deletes what an upload said of records.
func (x *Erasing) eraseUploadPages(ctx context.Context, c fairlead.Collection) error {
	var pages []store.UploadPage
	err := x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		pages, err = lifecycle.UploadPages(tx, c.Tenant, c.ID)
		return err
	})
	for part := range slices.Chunk(pages, eraseBatch) {
		if err == nil {
			err = x.o.Store.Update(ctx, func(tx *store.Tx) error {
				for _, p := range part {
					if err := tx.UploadPages.Delete(c.Tenant, p.ID); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	return err
}

// leftovers are what an erased person left: only what has ended, because the same
// reference may have begun anew.
type leftovers struct {
	connections []fairlead.ConnectionID
	links       []fairlead.LinkID
	ended       time.Time // the last of them
}

func leftoversOf(tx *store.Tx, tenant fairlead.TenantID, id fairlead.PersonID) (o leftovers, err error) {
	for conn, err := range connectionsOf(tx, tenant, id) {
		if err != nil {
			return o, err
		}
		if conn.Status == fairlead.ConnectionDisconnected {
			o.connections = append(o.connections, conn.ID)
			o.ended = later(o.ended, conn.Ended)
		}
	}
	for link, err := range linksOf(tx, tenant, id) {
		if err != nil {
			return o, err
		}
		if link.Status != fairlead.LinkOpen {
			o.links = append(o.links, link.ID)
			o.ended = later(o.ended, link.Ended)
		}
	}
	return o, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// erasePerson erases what was collected and sealed at once, and what the deliveries
// of the end are made of when they have been made: again says when.
func (x *Erasing) erasePerson(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (again time.Time, err error) {
	wall := x.o.Clock()
	var now time.Time
	var left leftovers
	err = x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if _, now, err = lifecycle.TenantNow(tx, tenant, wall); err == nil {
			left, err = leftoversOf(tx, tenant, id)
		}
		return err
	})
	if err != nil {
		return again, err
	}
	for _, c := range left.connections {
		if err := x.eraseRecords(ctx, tenant, c); err != nil {
			return again, err
		}
	}
	for _, link := range left.links {
		if err := x.eraseLink(ctx, tenant, link); err != nil {
			return again, err
		}
	}
	if scrub := left.ended.Add(deliveryPeriod); now.Before(scrub) {
		return scrub, nil
	}
	for _, c := range left.connections {
		if err := x.scrubConnection(ctx, tenant, c); err != nil {
			return again, err
		}
	}
	for _, link := range left.links {
		if err := x.scrubLink(ctx, tenant, link); err != nil {
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
		if err := x.scrubEvents(ctx, tenant, subject); err != nil {
			return again, err
		}
	}
	return again, nil
}

// scrubEvents takes the person out of the events about something of theirs, and
// deletes the deliveries of these that are over.
func (x *Erasing) scrubEvents(ctx context.Context, tenant fairlead.TenantID, subject string) error {
	for q := (store.EventQuery{Subject: subject, Limit: eventBatch}); ; {
		var page []fairlead.Event
		err := x.o.Store.View(ctx, func(tx *store.Tx) (err error) {
			page, err = tx.Events.After(tenant, q)
			return err
		})
		if err != nil || len(page) == 0 {
			return in("taking a person out of events", err)
		}
		for _, e := range page {
			if err := x.dropDelivered(ctx, tenant, e.ID); err != nil {
				return in("taking a person out of events", err)
			}
		}
		err = x.o.Store.Update(ctx, func(tx *store.Tx) error {
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

// dropDelivered deletes the deliveries of an event, however many there were, but
// those that still wait: they are about the end itself.
func (x *Erasing) dropDelivered(ctx context.Context, tenant fairlead.TenantID, event fairlead.EventID) error {
	return sweep(ctx, x.o.Store, func(tx *store.Tx, after string) (next string, err error) {
		delivered, err := tx.Deliveries.List(tenant, store.Query{
			Where: []store.Match{store.By(store.ByEvent, string(event))}, After: after, Limit: eraseBatch,
		})
		for _, n := range delivered {
			if next = string(n.ID); err == nil && n.State != fairlead.DeliveryWaiting {
				err = tx.Deliveries.Delete(tenant, next)
			}
		}
		return next, err
	})
}

// eraseRecords empties a connection's records and deletes its files, and what dialects
// have noted of them.
func (x *Erasing) eraseRecords(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	if err := x.eraseFiles(ctx, tenant, id); err != nil {
		return err
	}
	if err := x.eraseNotes(ctx, tenant, id); err != nil {
		return err
	}
	for n := 1; n > 0; {
		err := x.o.Store.Update(ctx, func(tx *store.Tx) (err error) {
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
func (x *Erasing) scrubConnection(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConnectionID) error {
	of := []store.Match{store.By(store.ByConnection, string(id))}
	err := sweep(ctx, x.o.Store, func(tx *store.Tx, after string) (next string, err error) {
		page, err := tx.Collections.List(tenant, store.Query{Where: of, After: after, Limit: eraseBatch})
		for _, c := range page {
			if next = string(c.ID); err == nil {
				err = lifecycle.DeleteCollection(tx, c)
			}
		}
		return next, err
	})
	if err != nil {
		return err
	}
	return x.o.Store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.Connections.Get(tenant, string(id))
		if err != nil {
			return err
		}
		c.Reference, c.Holder, c.Identity, c.Login = "", "", "", ""
		c.Accounts, c.Origin.State, c.Newest, c.Upstream = nil, nil, nil, ""
		c.Problem = ofNoFile(c.Problem)
		for product, state := range c.Products {
			state.Problem = ofNoFile(state.Problem)
			c.Products[product] = state
		}
		return tx.Connections.Put(tenant, &c)
	})
}

// ofNoFile is a problem without what it says of a file, whose name is the person's.
func ofNoFile(p *fairlead.Problem) *fairlead.Problem {
	if p == nil {
		return nil
	}
	bare := *p
	bare.Detail, bare.File, bare.Fields = "", nil, nil
	return &bare
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

// eraseLink deletes what an ended link has sealed, its files and its tokens.
func (x *Erasing) eraseLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) error {
	link, err := x.link(ctx, tenant, id)
	if err != nil {
		return err
	}
	if err := x.deleteBlobs(ctx, link.Uploads); err != nil {
		return err
	}
	err = x.o.Store.Update(ctx, func(tx *store.Tx) error {
		link, err := tx.Links.Get(tenant, string(id))
		if err != nil {
			return err
		}
		link.Key, link.Hints, link.Result, link.Conversation, link.Uploads = nil, nil, nil, nil, nil
		if err := tx.Links.Put(tenant, &link); err != nil {
			return err
		}
		return lifecycle.DropLinkTokens(tx, link, append(linkTokens(), fairlead.CodeToken)...)
	})
	x.o.Vault.Forget(vault.Owner{Tenant: tenant, ID: string(id)})
	return err
}

// scrubLink empties what in a link and its consents names the person.
func (x *Erasing) scrubLink(ctx context.Context, tenant fairlead.TenantID, id fairlead.LinkID) error {
	wall := x.o.Clock()
	return x.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
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
			c.Become(fairlead.ConsentErased, now)
			c.Accounts, c.Ref, c.Origin.State = nil, "", nil
			if err := tx.Consents.Put(tenant, &c); err != nil {
				return err
			}
		}
		return nil
	})
}
