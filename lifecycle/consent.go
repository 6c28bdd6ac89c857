package lifecycle

import (
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// endings is how each final status of a consent is published.
var endings = map[fairlead.ConsentStatus]fairlead.EventKind{
	fairlead.ConsentRejected:             fairlead.EventConsentFailed,
	fairlead.ConsentFailed:               fairlead.EventConsentFailed,
	fairlead.ConsentExpired:              fairlead.EventConsentExpired,
	fairlead.ConsentRevokedByPerson:      fairlead.EventConsentRevoked,
	fairlead.ConsentRevokedAtInstitution: fairlead.EventConsentRevoked,
	fairlead.ConsentRevokedByApplication: fairlead.EventConsentRevoked,
	fairlead.ConsentErased:               fairlead.EventConsentRevoked,
}

// EndConsent ends a consent, for a reason where there is one, and cancels the
// work that would have ended it by time. No event: it had ended before, and
// whoever ended it published that.
func EndConsent(tx *store.Tx, c *fairlead.Consent, status fairlead.ConsentStatus, why fairlead.ErrorKind, now time.Time) ([]fairlead.Event, error) {
	if ended, err := finish(tx, c, status, why, now); err != nil || !ended {
		return nil, err
	}
	e, err := ConsentEvent(tx, *c, endings[status], now)
	return []fairlead.Event{e}, err
}

// ReplaceConsent ends the consent that another has taken the place of: nothing
// has happened to the person's data, so nothing is published.
func ReplaceConsent(tx *store.Tx, c *fairlead.Consent, now time.Time) error {
	_, err := finish(tx, c, fairlead.ConsentExpired, "", now)
	return err
}

func finish(tx *store.Tx, c *fairlead.Consent, status fairlead.ConsentStatus, why fairlead.ErrorKind, now time.Time) (bool, error) {
	c.History = slices.Clone(c.History)
	if !c.Become(status, now) {
		return false, nil
	}
	c.Reason = why
	if err := tx.Consents.Put(c.Tenant, c); err != nil {
		return false, err
	}
	return true, tx.Work.Cancel(c.Tenant, fairlead.ExpireWork, string(c.ID))
}

// ConsentEvent is a fact about a consent.
func ConsentEvent(tx *store.Tx, c fairlead.Consent, kind fairlead.EventKind, at time.Time) (fairlead.Event, error) {
	person, err := tx.Persons.Get(c.Tenant, string(c.Person))
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Event{}, err
	}
	e := fairlead.Event{
		Tenant: c.Tenant, Application: c.Application, Kind: kind, At: at, Link: c.Link, Connection: c.Connection, Consent: c.ID,
		Institution: c.Institution, Person: c.Person, Reference: person.Reference, Status: string(c.Status), Why: c.Reason,
	}
	if c.Reason != "" {
		e.Actor = fairlead.ActorFor(c.Reason)
	}
	return e, nil
}

// ConsentWarning is how long before its end a consent is published to be ending.
const ConsentWarning = 7 * 24 * time.Hour

// WatchConsent makes due what warns before a consent's end and then ends it.
func WatchConsent(tx *store.Tx, c fairlead.Consent) error {
	if c.Expires.IsZero() {
		return nil
	}
	return tx.Work.Due(fairlead.Work{Kind: fairlead.ExpireWork, Key: string(c.ID), Tenant: c.Tenant, Due: c.Expires.Add(-ConsentWarning)})
}
