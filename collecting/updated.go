package collecting

import (
	"context"
	"fmt"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// updateDelay is how long a collection waits for further webhooks: services send several.
	updateDelay = 5 * time.Second
	// updateEvery is how far apart collections are that webhooks cause.
	updateEvery = time.Minute
)

// Updated takes what a service says of a connection, which it names by the HMAC of its own
// name of it (Connection.Upstream). NotFound: there is no such connection, or it has ended.
func (c *Collecting) Updated(ctx context.Context, tenant fairlead.TenantID, upstream string, u connector.ProviderUpdate) error {
	if upstream == "" {
		return fairlead.Errorf(fairlead.NotFound, "There is no such connection.")
	}
	wall := c.o.Clock()
	err := c.o.Store.Update(ctx, func(tx *store.Tx) error {
		_, now, err := lifecycle.TenantNow(tx, tenant, wall)
		if err != nil {
			return err
		}
		conn, err := tx.Connections.Find(tenant, store.By(store.ByUpstream, upstream))
		if err != nil {
			return err
		}
		if conn.Status == fairlead.ConnectionDisconnected {
			return fairlead.Errorf(fairlead.NotFound, "There is no such connection.")
		}
		switch u.Kind {
		case connector.UpdatedData:
			if loginNeeded(conn) {
				return nil // it is not to be tried again until the person signs in
			}
			return collectUpdated(tx, &conn, now)
		case connector.UpdatedRepaired:
			if err := endAsAgreed(tx, conn); err != nil {
				return err
			}
			return collectUpdated(tx, &conn, now)
		case connector.UpdatedProblem:
			return c.updatedProblem(tx, &conn, u.Err, now, wall)
		case connector.UpdatedEnding:
			return endEarlier(tx, conn, u.Ends)
		}
		return nil // of a visit, which linking takes
	})
	if err != nil {
		return fmt.Errorf("collecting: taking an update: %w", err)
	}
	return nil
}

// collectUpdated makes an unattended collection due. One that waits is enough for however
// many updates.
func collectUpdated(tx *store.Tx, conn *fairlead.Connection, now time.Time) error {
	at := now.Add(updateDelay)
	for _, id := range conn.Waiting {
		col, err := tx.Collections.Get(conn.Tenant, string(id))
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		if err == nil && col.Started.IsZero() && col.Cause != fairlead.CauseUpload && col.Cause != fairlead.CauseUndo {
			return nil // it has not begun, so that it will read what is new
		}
	}
	for _, state := range conn.Products {
		at = latest(at, state.LastGood.Add(updateEvery))
	}
	at = latest(at, conn.ResetsAt).Truncate(time.Microsecond) // as finely as work knows its due
	conn.NextRun = at
	if len(conn.Waiting) == 0 && cause(*conn, at) == fairlead.CauseFirst {
		if err := due(tx, *conn, at); err != nil { // the first one is yet to come, or to come again
			return err
		}
		return tx.Connections.Put(conn.Tenant, conn)
	}
	col := fairlead.Collection{
		ID: fairlead.CollectionID(fairlead.NewID("col", now)), Tenant: conn.Tenant, Connection: conn.ID, Cause: fairlead.CauseUpdated,
	}
	return enqueue(tx, conn, &col, at)
}

// updatedProblem writes what a service says is wrong with a connection. What the login is
// stopped by needs somebody; what passes waits for the next collection, which will tell.
func (c *Collecting) updatedProblem(tx *store.Tx, conn *fairlead.Connection, failure error, now, wall time.Time) error {
	p := fairlead.NewProblem(failure, "", now)
	p.Detail = shownDetail(p.Detail)
	var until resets
	until.note(failure, now, wall)
	if err := until.apply(tx, conn); err != nil {
		return err
	}
	if until.connection.After(now) {
		p.RetryAfter = until.connection
	}
	var events []fairlead.Event
	var err error
	switch {
	case stopsAll(p.Kind):
		if events, err = lifecycle.NeedAction(tx, conn, p); err != nil {
			return err
		}
		conn.Failures = 0
	case conn.Status == fairlead.ConnectionNeedsAction: // which is worse
	case conn.Problem == nil || conn.Problem.Kind != p.Kind:
		conn.Problem = &p
	}
	if err := tx.Connections.Put(conn.Tenant, conn); err != nil {
		return err
	}
	return lifecycle.Publish(tx, c.o.Publisher, events...)
}

// endEarlier moves the end of the consent to that which the institution has announced, so
// that the person is told in time. It is never later than the person has agreed to.
func endEarlier(tx *store.Tx, conn fairlead.Connection, ends time.Time) error {
	if ends.IsZero() {
		return nil
	}
	consent, err := standing(tx, conn)
	if err != nil || consent.ID == "" {
		return err
	}
	agreed := consent.Expires
	if consent.Agreed != nil {
		agreed = *consent.Agreed
	}
	if !agreed.IsZero() && ends.After(agreed) {
		ends = agreed // the institution would allow more than the person has agreed to
	}
	if consent.Expires.Equal(ends) {
		return nil
	}
	consent.Agreed = &agreed
	return moveEnd(tx, consent, ends)
}

// endAsAgreed takes an announced end back.
func endAsAgreed(tx *store.Tx, conn fairlead.Connection) error {
	consent, err := standing(tx, conn)
	if err != nil || consent.ID == "" || consent.Agreed == nil {
		return err
	}
	ends := *consent.Agreed
	consent.Agreed = nil
	return moveEnd(tx, consent, ends)
}

// standing is the consent that a connection stands on; without an id: there is none.
func standing(tx *store.Tx, conn fairlead.Connection) (consent fairlead.Consent, err error) {
	if conn.Consent == "" {
		return consent, nil
	}
	consent, err = tx.Consents.Get(conn.Tenant, string(conn.Consent))
	if fairlead.Is(err, fairlead.NotFound) || err == nil && consent.Status != fairlead.ConsentAuthorised {
		return fairlead.Consent{}, nil
	}
	return consent, err
}

func moveEnd(tx *store.Tx, consent fairlead.Consent, ends time.Time) error {
	consent.Expires, consent.Warned = ends, time.Time{}
	if err := tx.Consents.Put(consent.Tenant, &consent); err != nil {
		return err
	}
	if err := tx.Work.Cancel(consent.Tenant, fairlead.ExpireWork, string(consent.ID)); err != nil {
		return err
	}
	return lifecycle.WatchConsent(tx, consent)
}
