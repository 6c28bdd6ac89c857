package linking

import (
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// warning is how long before its end a consent is told to be ending.
const warning = 7 * 24 * time.Hour

// Agree takes the person's consent: for so many months, or until revoked. months
// 0 and not endless means what the page proposed. Then the conversation begins.
func (l *Linking) Agree(ctx context.Context, s Session, months int, endless bool) error {
	p, err := l.locate(ctx, s)
	if err != nil {
		return err
	}
	return l.agree(ctx, p, months, endless)
}

func (l *Linking) agree(ctx context.Context, p place, months int, endless bool) error {
	if months < 0 || months > maxMonths {
		return fairlead.InvalidField("months", "range", "must be between 1 and 60")
	}
	sc, err := l.change(ctx, p, func(tx *store.Tx, sc *scene) error {
		if sc.link.Stage != fairlead.StageConsent || sc.link.Institution == "" {
			return moved()
		}
		if months == 0 && !endless {
			months, endless = sc.link.Spec.Validity, sc.link.Spec.Endless
		}
		// Agreeing anew, after coming back, is another consent.
		if err := l.dropConsent(tx, sc, fairlead.ConsentRejected, ""); err != nil {
			return err
		}
		if _, err := l.addConsent(tx, sc, until(sc.now, months, endless)); err != nil {
			return err
		}
		sc.link.Stage = onward(sc.link, fairlead.StageConsent)
		return nil
	})
	return l.arrive(ctx, sc, err)
}

// until is when a consent ends; zero: when it is revoked.
func until(now time.Time, months int, endless bool) time.Time {
	if endless || months == 0 {
		return time.Time{}
	}
	day := fairlead.DateOf(now).AddMonths(months)
	return day.Time().Add(now.Sub(fairlead.DateOf(now).Time()))
}

// addConsent writes what the person has just agreed to.
func (l *Linking) addConsent(tx *store.Tx, sc *scene, expires time.Time) (fairlead.Consent, error) {
	i, err := l.o.Registry.Institution(sc.tenant.Environment, string(sc.link.Institution))
	if err != nil {
		return fairlead.Consent{}, err
	}
	c := fairlead.Consent{
		ID: fairlead.ConsentID(fairlead.NewID("cns", sc.real)), Tenant: sc.tenant.ID, Application: sc.link.Application,
		Person: sc.link.Person, Link: sc.link.ID, Institution: i.ID, Products: asked(sc.link.Spec, i),
		Purpose: sc.link.Spec.Presentation.Purpose, Created: sc.now, Expires: expires, Origin: sc.link.Origin,
	}
	c.Become(fairlead.ConsentStarted, sc.now)
	sc.link.Consent = c.ID
	return c, tx.Consents.Put(sc.tenant.ID, &c)
}

// asked is what a link asks of an institution, in the order of collection. What
// the institution does not have is asked too where the application named it: it
// is told unavailable rather than left out.
func asked(spec fairlead.Spec, i fairlead.Institution) []fairlead.Product {
	var out []fairlead.Product
	for _, p := range fairlead.Products() {
		if slices.Contains(spec.Products, p) || (len(spec.Products) == 0 && i.Offers(p)) {
			out = append(out, p)
		}
	}
	return out
}

// standingConsent returns the consent of the conversation that is to begin: the
// one just agreed to, or — where that has ended, or the link shows no such
// stage — a new one on the same terms.
func (l *Linking) standingConsent(tx *store.Tx, sc *scene) (fairlead.Consent, error) {
	expires := until(sc.now, sc.link.Spec.Validity, sc.link.Spec.Endless)
	if sc.link.Consent != "" {
		c, err := tx.Consents.Get(sc.tenant.ID, string(sc.link.Consent))
		if err != nil {
			return c, err
		}
		if !c.Status.Ended() && c.Status != fairlead.ConsentAuthorised && c.Institution == sc.link.Institution {
			return c, nil
		}
		if c.Institution == sc.link.Institution {
			expires = c.Expires
		}
	}
	return l.addConsent(tx, sc, expires)
}

// dropConsent ends the consent of the conversation under way, if there is one
// that has not ended, and tells it.
func (l *Linking) dropConsent(tx *store.Tx, sc *scene, status fairlead.ConsentStatus, why fairlead.ErrorKind) error {
	if sc.link.Consent == "" {
		return nil
	}
	c, err := tx.Consents.Get(sc.tenant.ID, string(sc.link.Consent))
	if err != nil {
		return err
	}
	if c.Status == fairlead.ConsentAuthorised || !c.Become(status, sc.now) {
		return nil
	}
	c.Reason = why
	if err := tx.Consents.Put(sc.tenant.ID, &c); err != nil {
		return err
	}
	e := sc.event(fairlead.EventConsentFailed)
	e.Consent, e.Status, e.Why = c.ID, string(c.Status), why
	if why != "" {
		e.Actor = fairlead.ActorFor(why)
	}
	return l.o.Publisher.Publish(tx, e)
}

// RevokeConsent ends a consent. One that its connection stands on ends the
// connection too. by is who asked: app_…, "person" or "operator".
func (l *Linking) RevokeConsent(ctx context.Context, tenant fairlead.TenantID, id fairlead.ConsentID, by string, status fairlead.ConsentStatus) error {
	var c fairlead.Consent
	var stands bool
	err := l.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if c, err = tx.Consents.Get(tenant, string(id)); err != nil || c.Connection == "" {
			return err
		}
		conn, err := tx.Connections.Get(tenant, string(c.Connection))
		stands = conn.Consent == c.ID && conn.Status != fairlead.ConnectionDisconnected
		return err
	})
	if err != nil {
		return in("revoking a consent", err)
	}
	if c.Status.Ended() {
		return fairlead.Errorf(fairlead.Conflict, "This consent has ended.")
	}
	if stands {
		return l.Disconnect(ctx, tenant, c.Connection, by, status)
	}
	wall := l.o.Clock()
	return in("revoking a consent", l.o.Store.Update(ctx, func(tx *store.Tx) error {
		t, err := tx.Tenants.Get(tenant)
		if err != nil {
			return err
		}
		c, err := tx.Consents.Get(tenant, string(id))
		if err != nil {
			return err
		}
		if !c.Become(status, t.Time(wall)) {
			return fairlead.Errorf(fairlead.Conflict, "This consent has ended.")
		}
		if err := tx.Consents.Put(tenant, &c); err != nil {
			return err
		}
		if err := l.tellConsent(tx, c, fairlead.EventConsentRevoked, t.Time(wall)); err != nil {
			return err
		}
		if err := tx.Work.Cancel(tenant, fairlead.ExpireWork, string(c.ID)); err != nil {
			return err
		}
		return audit(ctx, tx, tenant, wall, by, "consent.revoke", string(c.ID), "")
	}))
}

// tellConsent tells a fact about a consent.
func (l *Linking) tellConsent(tx *store.Tx, c fairlead.Consent, kind fairlead.EventKind, at time.Time) error {
	person, err := tx.Persons.Get(c.Tenant, string(c.Person))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return err
	}
	return l.o.Publisher.Publish(tx, fairlead.Event{
		Tenant: c.Tenant, Application: c.Application, Kind: kind, At: at, Link: c.Link, Connection: c.Connection, Consent: c.ID,
		Institution: c.Institution, Person: c.Person, Reference: person.Reference, Status: string(c.Status), Why: c.Reason,
	})
}
