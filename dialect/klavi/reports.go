package klavi

import (
	"context"
	"encoding/json"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/notifying"
)

// reportRequestOf is what an event makes reports of: a person's data that came
// in, or a request of this dialect's.
func reportRequestOf(h notifying.EventContext, s settings) (q reportRequest, ok bool) {
	if h.Event.Kind == fairlead.EventCollectionFinished {
		return automatic(h, s)
	}
	return storedRequest(h)
}

// storedRequest is what a request of this dialect's has stored with its event.
func storedRequest(h notifying.EventContext) (q reportRequest, ok bool) {
	return q, h.Event.Dialect == name && json.Unmarshal(h.Event.Request, &q) == nil
}

// automatic is what is reported after a collection that a person or the application
// caused: every product of the application, whether the institution gave it or not.
func automatic(h notifying.EventContext, s settings) (q reportRequest, ok bool) {
	if h.Connection == nil || h.Event.Cause == fairlead.CauseSchedule {
		return q, false
	}
	of, ours := stateOf(h.Connection.Origin)
	if !ours {
		return q, false
	}
	q = reportRequest{
		Level: of.Level, Link: of.Callbacks, ExternalInfo: of.ExternalInfo,
		Connections: []fairlead.ConnectionID{h.Connection.ID}, Institution: h.Connection.Institution,
	}
	q.Products = of.Level.Select(s.products)
	return q, true
}

// reports loads what an event's reports are made of: the connections that are not
// disconnected.
func (k *Klavi) reports(ctx context.Context, h notifying.EventContext, s settings, q reportRequest) (*report.Reports, error) {
	r := &report.Reports{Reading: k.verbs.Reading, Tenant: h.Tenant.ID, Event: h.Event, ExternalInfo: q.ExternalInfo, Rules: s.rules}
	if s.encrypted {
		secrets, err := k.verbs.Access.Signing(ctx, h.Tenant.ID, h.Application.ID)
		if err != nil {
			return nil, err
		}
		if len(secrets) == 0 { // never in plain text because there is no key
			return nil, fairlead.Errorf(fairlead.Unavailable, "The application has no key to encrypt reports with.")
		}
		r.Secret = secrets[0]
	}
	if len(r.ExternalInfo) == 0 {
		r.ExternalInfo = json.RawMessage("{}")
	}
	var who fairlead.PersonID
	for _, id := range q.Connections {
		conn, err := r.Reading.Connection(ctx, r.Tenant, id)
		if fairlead.Is(err, fairlead.NotFound) || conn.Status == fairlead.ConnectionDisconnected {
			continue
		}
		if err != nil {
			return nil, err
		}
		consent, err := r.Reading.Consent(ctx, r.Tenant, conn.Consent)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return nil, err
		}
		i, err := k.verbs.Reading.Institution(ctx, r.Tenant, string(conn.Institution))
		if err != nil {
			i = fairlead.Institution{ID: conn.Institution, Name: string(conn.Institution)}
		}
		link := linkOf(consent)
		if consent.ID == "" {
			link = conn.Link
		}
		r.Sources = append(r.Sources, report.Source{
			Connection: conn, Link: link, Consent: consent.ID, ConsentStatus: consentStatus(consent), Institution: i, Code: code(i),
			Requested: consent.Products, Granted: grantedProducts(consent),
		})
		who = conn.Person
	}
	var err error
	r.Person, err = k.details(ctx, r.Tenant, who)
	return r, err
}
