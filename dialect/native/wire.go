package native

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/simulated"
)

// money is an exact amount: decimal text, positive is money in.
type money struct {
	Amount   string `json:"amount" format:"decimal" example:"12.30"`
	Currency string `json:"currency" example:"BRL" doc:"ISO 4217"`
}

func moneyOf(m fairlead.Money) money { return money{m.Amount.String(), m.Currency} }

func moneyPtr(m *fairlead.Money) *money {
	if m == nil {
		return nil
	}
	out := moneyOf(*m)
	return &out
}

func decimalPtr(d *fairlead.Decimal) *string {
	if d == nil {
		return nil
	}
	s := d.String()
	return &s
}

func timePtr(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func datePtr(d fairlead.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

// problemBody is what is wrong and who must act.
type problemBody struct {
	Kind       fairlead.ErrorKind   `json:"kind"`
	Product    fairlead.Product     `json:"product,omitempty"`
	Actor      fairlead.Actor       `json:"actor" doc:"Who must act: person, application, operator, institution, nobody."`
	Where      string               `json:"where,omitempty" doc:"link: a new link for this connection; institution: at the institution's own site."`
	Since      time.Time            `json:"started_at"`
	RetryAfter *time.Time           `json:"retry_at,omitempty"`
	Code       string               `json:"code,omitempty" doc:"A finer word of the connector's, where there is one."`
	AccountIDs *[]fairlead.RecordID `json:"account_ids,omitempty" doc:"The accounts that it concerns, as far as they are stored. Absent: all."`
	Detail     string               `json:"detail,omitempty" doc:"A sentence for people, where there is one: what the institution says of a part that is missing, or what is wrong with an uploaded file."`
	File       *fileWarningBody     `json:"file,omitempty" doc:"Where an uploaded file is wrong."`
	Fields     []fairlead.Field     `json:"fields,omitempty" doc:"Which answers an uploaded file needs: upload it again with them."`
}

// fileWarningBody says where a file is in doubt, and repeats nothing of it.
type fileWarningBody struct {
	Kind   string `json:"kind,omitempty" doc:"Which words say it in other languages: missing, bad_value, truncated and others."`
	File   string `json:"file,omitempty" doc:"The name of the file, where several came in an archive."`
	Line   int    `json:"line,omitempty" doc:"From 1."`
	Field  string `json:"field,omitempty" doc:"As the format calls it."`
	Reason string `json:"reason"`
}

func fileWarningOf(w fairlead.FileWarning) fileWarningBody {
	return fileWarningBody{w.Kind, w.File, w.Line, w.Field, w.Reason}
}

func problemPtr(p *fairlead.Problem) *problemBody {
	if p == nil {
		return nil
	}
	b := &problemBody{
		Kind: p.Kind, Product: p.Product, Actor: p.Actor, Where: p.Where, Since: p.Since, RetryAfter: timePtr(p.RetryAfter),
		Code: p.Code, Detail: p.Detail, Fields: p.Fields,
	}
	if p.File != nil {
		w := fileWarningOf(*p.File)
		b.File = &w
	}
	return b
}

// accountIDs are our ids of accounts by the institution's.
type accountIDs map[string]fairlead.RecordID

// problem is one that may concern some accounts only.
func (ids accountIDs) problem(p *fairlead.Problem) *problemBody {
	b := problemPtr(p)
	if b != nil && len(p.Accounts) > 0 {
		b.AccountIDs = &[]fairlead.RecordID{}
		for _, ref := range p.Accounts {
			if id, stored := ids[ref]; stored {
				*b.AccountIDs = append(*b.AccountIDs, id)
			}
		}
	}
	return b
}

func (ids accountIDs) problems(all []fairlead.Problem) (out []problemBody) {
	for i := range all {
		out = append(out, *ids.problem(&all[i]))
	}
	return out
}

type linkBody struct {
	ID            fairlead.LinkID         `json:"id"`
	Person        string                  `json:"person"`
	Status        fairlead.LinkStatus     `json:"status"`
	Stage         fairlead.Stage          `json:"stage"`
	Reason        fairlead.ErrorKind      `json:"reason,omitempty" doc:"Why it failed or what went wrong before the person left."`
	Problem       *problemBody            `json:"problem,omitempty"`
	InstitutionID fairlead.InstitutionID  `json:"institution_id,omitempty"`
	ConnectionIDs []fairlead.ConnectionID `json:"connection_ids" nullable:"false"`
	Metadata      any                     `json:"metadata,omitempty"`
	CreatedAt     time.Time               `json:"created_at"`
	OpenedAt      *time.Time              `json:"opened_at,omitempty"`
	ExpiresAt     time.Time               `json:"expires_at"`
	EndedAt       *time.Time              `json:"ended_at,omitempty"`
}

func linkOf(l fairlead.Link) linkBody {
	b := linkBody{
		ID: l.ID, Person: l.Reference, Status: l.Status, Stage: l.Stage, Reason: l.Reason, Problem: problemPtr(l.Problem),
		InstitutionID: l.Institution, ConnectionIDs: l.Connections, Metadata: raw(l.Spec.Metadata),
		CreatedAt: l.Created, OpenedAt: timePtr(l.Opened), ExpiresAt: l.Expires, EndedAt: timePtr(l.Ended),
	}
	if b.ConnectionIDs == nil {
		b.ConnectionIDs = []fairlead.ConnectionID{}
	}
	return b
}

// createdLink is a link with the only copy of its token.
type createdLink struct {
	ID        fairlead.LinkID     `json:"id"`
	Token     string              `json:"token" doc:"For link.js; shown once."`
	URL       string              `json:"url" doc:"The hosted page."`
	ExpiresAt time.Time           `json:"expires_at"`
	Status    fairlead.LinkStatus `json:"status"`
}

type institutionBody struct {
	ID        fairlead.InstitutionID `json:"id"`
	ShortName string                 `json:"short_name,omitempty"`
	Name      string                 `json:"name"`
	Country   string                 `json:"country,omitempty"`
	Codes     []fairlead.Code        `json:"codes,omitempty"`
	Products  []fairlead.Product     `json:"products" nullable:"false"`
	Logins    []fairlead.LoginKind   `json:"logins" nullable:"false"`
	Colour    string                 `json:"colour,omitempty"`
	Website   string                 `json:"website,omitempty"`
	Logo      string                 `json:"logo,omitempty" doc:"SVG text."`
	LogoURL   string                 `json:"logo_url,omitempty" doc:"A PNG on this server, where there is no SVG."`
	Health    fairlead.Health        `json:"health"`
	Provider  fairlead.ProviderID    `json:"provider_id,omitempty" doc:"Which of the tenant's providers reaches it."`
	GoneAt    *time.Time             `json:"gone_at,omitempty" doc:"Since when its provider lists it no more: it can't be linked, and what is linked stays."`
}

func (n *Native) institution(i fairlead.Institution) institutionBody {
	out := institutionBody{
		ID: i.ID, ShortName: i.ShortName, Name: i.Name, Country: i.Country, Codes: i.Codes, Products: i.Products, Logins: i.Logins,
		Colour: i.Colour, Website: i.Website, Logo: i.Logo, Health: cmp.Or(i.Health, fairlead.HealthGood), Provider: i.Provider,
	}
	if out.Products == nil {
		out.Products = []fairlead.Product{}
	}
	if out.Logins == nil {
		out.Logins = []fairlead.LoginKind{}
	}
	if i.Logo == "" && i.LogoHash != "" {
		out.LogoURL = n.verbs.BaseURL + "/logos/" + i.LogoHash + ".png"
	}
	if !i.Gone.IsZero() {
		out.GoneAt = &i.Gone
	}
	return out
}

type personBody struct {
	ID        fairlead.PersonID `json:"id"`
	Person    string            `json:"person" doc:"Your own reference."`
	CreatedAt time.Time         `json:"created_at"`
}

func personOf(p fairlead.Person) personBody { return personBody{p.ID, p.Reference, p.Created} }

type productBody struct {
	Status      fairlead.ProductStatus `json:"status"`
	DataAsOf    *time.Time             `json:"data_as_of,omitempty" doc:"How old the institution says that the data is. Absent: it does not say."`
	CollectedAt *time.Time             `json:"collected_at,omitempty" doc:"When it was last collected to its end."`
	Problem     *problemBody           `json:"problem,omitempty"`
	Missing     []problemBody          `json:"missing,omitempty" doc:"What of the last collection is missing although the rest came, and who must act."`
	From        *string                `json:"from,omitempty" doc:"Complete history: first day."`
	To          *string                `json:"to,omitempty"`
	WantedFrom  *string                `json:"wanted_from,omitempty" doc:"From when on history was requested. Absent: all there is."`
	ServedFrom  *string                `json:"served_from,omitempty" doc:"From when on the institution gave it. Absent: it does not say."`
}

type connectionBody struct {
	ID            fairlead.ConnectionID            `json:"id"`
	Person        string                           `json:"person"`
	PersonID      fairlead.PersonID                `json:"person_id"`
	ApplicationID fairlead.ApplicationID           `json:"application_id"`
	InstitutionID fairlead.InstitutionID           `json:"institution_id"`
	LinkID        fairlead.LinkID                  `json:"link_id,omitempty"`
	ConsentID     fairlead.ConsentID               `json:"consent_id,omitempty"`
	Status        fairlead.ConnectionStatus        `json:"status"`
	Problem       *problemBody                     `json:"problem,omitempty"`
	Products      map[fairlead.Product]productBody `json:"products"`
	CreatedAt     time.Time                        `json:"created_at"`
	DataAsOf      *time.Time                       `json:"data_as_of,omitempty" doc:"The oldest of its products'."`
	CollectedAt   *time.Time                       `json:"collected_at,omitempty" doc:"The oldest of its products'."`
	RefreshedAt   *time.Time                       `json:"refreshed_at,omitempty" doc:"When a collection last brought anything new."`
	NextRunAt     *time.Time                       `json:"next_run_at,omitempty"`
	ResetsAt      *time.Time                       `json:"resets_at,omitempty" doc:"Until then the institution takes no more requests for this connection."`
	EndedAt       *time.Time                       `json:"ended_at,omitempty"`
}

func connectionOf(c fairlead.Connection, ids accountIDs) connectionBody {
	b := connectionBody{
		ID: c.ID, Person: c.Reference, PersonID: c.Person, ApplicationID: c.Application, InstitutionID: c.Institution,
		LinkID: c.Link, ConsentID: c.Consent, Status: c.Status, Problem: problemPtr(c.Problem), Products: map[fairlead.Product]productBody{},
		CreatedAt: c.Created, RefreshedAt: timePtr(c.Refreshed), NextRunAt: timePtr(c.NextRun), ResetsAt: timePtr(c.ResetsAt), EndedAt: timePtr(c.Ended),
	}
	if c.Problem == nil {
		b.Problem = ids.problem(c.InPart())
	}
	for p, s := range c.Products {
		b.Products[p] = productBody{
			Status: s.Status, DataAsOf: timePtr(s.AsOf), CollectedAt: timePtr(s.LastGood), Problem: problemPtr(s.Problem), Missing: ids.problems(s.Partial),
			From: datePtr(s.Covered.From), To: datePtr(s.Covered.To), WantedFrom: datePtr(s.Wanted), ServedFrom: datePtr(s.ServedFrom),
		}
		b.DataAsOf, b.CollectedAt = oldest(b.DataAsOf, s.AsOf), oldest(b.CollectedAt, s.LastGood)
	}
	return b
}

// oldest is the earlier of two times; one that is not known does not count.
func oldest(a *time.Time, b time.Time) *time.Time {
	if b.IsZero() || a != nil && a.Before(b) {
		return a
	}
	return &b
}

// missingRefs are the institution's ids of the accounts of which something is missing.
func missingRefs(c fairlead.Connection) (refs []string) {
	for _, s := range c.Products {
		for _, p := range s.Partial {
			refs = append(refs, p.Accounts...)
		}
	}
	return refs
}

type consentBody struct {
	ID            fairlead.ConsentID       `json:"id"`
	ConnectionID  fairlead.ConnectionID    `json:"connection_id,omitempty"`
	LinkID        fairlead.LinkID          `json:"link_id"`
	InstitutionID fairlead.InstitutionID   `json:"institution_id"`
	Status        fairlead.ConsentStatus   `json:"status"`
	Reason        fairlead.ErrorKind       `json:"reason,omitempty"`
	Products      []fairlead.Product       `json:"products" nullable:"false"`
	Granted       []fairlead.Product       `json:"granted,omitempty"`
	Purpose       string                   `json:"purpose,omitempty"`
	History       []fairlead.ConsentChange `json:"history" nullable:"false"`
	CreatedAt     time.Time                `json:"created_at"`
	GrantedAt     *time.Time               `json:"granted_at,omitempty"`
	ExpiresAt     *time.Time               `json:"expires_at,omitempty" doc:"Absent: until revoked."`
}

func consentOf(c fairlead.Consent) consentBody {
	return consentBody{
		c.ID, c.Connection, c.Link, c.Institution, c.Status, c.Reason, orEmpty(c.Products), c.Granted, c.Purpose, orEmpty(c.History),
		c.Created, timePtr(c.GrantedAt), timePtr(c.Expires),
	}
}

type countsBody struct {
	Pages   int           `json:"pages"`
	Added   int           `json:"added"`
	Changed int           `json:"changed"`
	Removed int           `json:"removed"`
	From    *string       `json:"from,omitempty"`
	To      *string       `json:"to,omitempty"`
	Problem *problemBody  `json:"problem,omitempty"`
	Missing []problemBody `json:"missing,omitempty" doc:"What is missing although the rest came."`
	Ended   bool          `json:"ended"`
}

type collectionBody struct {
	ID           fairlead.CollectionID           `json:"id"`
	ConnectionID fairlead.ConnectionID           `json:"connection_id"`
	Cause        fairlead.Cause                  `json:"cause"`
	Products     map[fairlead.Product]countsBody `json:"products"`
	StartedAt    *time.Time                      `json:"started_at,omitempty" doc:"Absent while it waits."`
	EndedAt      *time.Time                      `json:"ended_at,omitempty"`
	FileName     string                          `json:"file_name,omitempty" doc:"Of an upload."`
	Warnings     []fileWarningBody               `json:"warnings,omitempty" doc:"Of an upload: what of the file was left out or is in doubt."`
	Offered      []offeredBody                   `json:"offered,omitempty" doc:"Of an upload: accounts of the file that the connection does not have. Uploaded with add_accounts=true they are added."`
	UndoneBy     fairlead.CollectionID           `json:"undone_by_id,omitempty" doc:"Of an upload: the collection that undoes it."`
	Undoes       fairlead.CollectionID           `json:"undoes_id,omitempty" doc:"Of an undo: the upload."`
}

// offeredBody is an account that a file has and the connection does not.
type offeredBody struct {
	Mask         string               `json:"mask,omitempty"`
	Kind         fairlead.AccountKind `json:"type"`
	Currency     string               `json:"currency,omitempty"`
	From         *string              `json:"from,omitempty"`
	To           *string              `json:"to,omitempty"`
	Transactions int                  `json:"transactions"`
	Holdings     int                  `json:"holdings,omitempty"`
	Movements    int                  `json:"investment_transactions,omitempty"`
}

func collectionOf(c fairlead.Collection, ids accountIDs) collectionBody {
	b := collectionBody{
		ID: c.ID, ConnectionID: c.Connection, Cause: c.Cause, Products: map[fairlead.Product]countsBody{},
		StartedAt: timePtr(c.Started), EndedAt: timePtr(c.Ended), UndoneBy: c.Undone, Undoes: c.Undoes,
	}
	if c.File != nil {
		b.FileName = c.File.Name
	}
	for _, w := range c.Warnings {
		b.Warnings = append(b.Warnings, fileWarningOf(w))
	}
	for _, a := range c.Offered {
		b.Offered = append(b.Offered, offeredBody{a.Mask, a.Kind, a.Currency, datePtr(a.From), datePtr(a.To), a.Transactions, a.Holdings, a.Movements})
	}
	for p, t := range c.Products {
		b.Products[p] = countsBody{
			t.Pages, t.Added, t.Changed, t.Removed, datePtr(t.Covered.From), datePtr(t.Covered.To), problemPtr(t.Problem), ids.problems(t.Partial), t.Ended,
		}
	}
	return b
}

type eventBody struct {
	ID            fairlead.EventID       `json:"id"`
	Type          fairlead.EventKind     `json:"type"`
	Timestamp     time.Time              `json:"timestamp"`
	Sequence      int64                  `json:"sequence"`
	ApplicationID fairlead.ApplicationID `json:"application_id"`
	Data          eventData              `json:"data"`
}

// eventData is thin: ids and statuses. What changed is read through the API.
type eventData struct {
	LinkID        fairlead.LinkID        `json:"link_id,omitempty"`
	ConnectionID  fairlead.ConnectionID  `json:"connection_id,omitempty"`
	ConsentID     fairlead.ConsentID     `json:"consent_id,omitempty"`
	CollectionID  fairlead.CollectionID  `json:"collection_id,omitempty"`
	DocumentID    fairlead.DocumentID    `json:"document_id,omitempty"`
	InstitutionID fairlead.InstitutionID `json:"institution_id,omitempty"`
	Person        string                 `json:"person,omitempty"`
	Status        string                 `json:"status,omitempty"`
	Reason        fairlead.ErrorKind     `json:"reason,omitempty"`
	Actor         fairlead.Actor         `json:"actor,omitempty"`
	Cause         fairlead.Cause         `json:"cause,omitempty"`
	Counts        map[string]int         `json:"counts,omitempty"`
	Name          string                 `json:"name,omitempty" doc:"Of institution.requested: the institution's name, as the person typed it."`
	Country       string                 `json:"country,omitempty" doc:"Of institution.requested: where it is, ISO 3166 alpha-2."`
}

func eventOf(e fairlead.Event) eventBody {
	return eventBody{e.ID, e.Kind, e.At, e.Sequence, e.Application, eventData{
		e.Link, e.Connection, e.Consent, e.Collection, e.Document, e.Institution, e.Reference,
		e.Status, e.Why, e.Actor, e.Cause, e.Counts, e.Name, e.Country,
	}}
}

type EndpointBody struct {
	ID        fairlead.EndpointID  `json:"id"`
	URL       string               `json:"url"`
	Kinds     []fairlead.EventKind `json:"types" nullable:"false" doc:"Empty: all."`
	Status    string               `json:"status" doc:"active, failing or disabled."`
	Disabled  string               `json:"disabled_because,omitempty"`
	CreatedAt time.Time            `json:"created_at"`
}

func endpointOf(e fairlead.Endpoint) EndpointBody {
	b := EndpointBody{e.ID, e.Address, e.Kinds, "active", e.Disabled, e.Created}
	if b.Kinds == nil {
		b.Kinds = []fairlead.EventKind{}
	}
	switch {
	case e.Disabled != "":
		b.Status = "disabled"
	case !e.Failing.IsZero():
		b.Status = "failing"
	}
	return b
}

// endpointWithSecret is shown once, when a secret is made.
type endpointWithSecret struct {
	EndpointBody
	Secret string `json:"secret" doc:"Signs what is sent (Standard Webhooks). Shown once."`
}

type attemptBody struct {
	At         time.Time `json:"at"`
	Status     int       `json:"status_code,omitempty"`
	Excerpt    string    `json:"excerpt,omitempty"`
	Error      string    `json:"error,omitempty"`
	DurationMS int64     `json:"duration_ms"`
}

type deliveryBody struct {
	ID       fairlead.DeliveryID    `json:"id" doc:"Its own: an event that is sent again has another delivery."`
	EventID  fairlead.EventID       `json:"event_id" doc:"Sent as webhook-id, the same on every retry, and where the event is sent again."`
	URL      string                 `json:"url"`
	State    fairlead.DeliveryState `json:"status"`
	Attempts []attemptBody          `json:"attempts" nullable:"false"`
	NextAt   *time.Time             `json:"next_at,omitempty"`
}

func deliveryOf(d fairlead.Delivery) deliveryBody {
	b := deliveryBody{ID: d.ID, EventID: d.Event, URL: d.Destination.Address, State: d.State, Attempts: []attemptBody{}, NextAt: timePtr(d.Next)}
	for _, a := range d.Attempts {
		b.Attempts = append(b.Attempts, attemptBody{a.At, a.Status, a.Excerpt, a.Error, a.Duration.Milliseconds()})
	}
	return b
}

type applicationBody struct {
	ID            fairlead.ApplicationID     `json:"id"`
	ClientID      string                     `json:"client_id"`
	Name          string                     `json:"name"`
	CompanyName   string                     `json:"company_name"`
	Origins       []string                   `json:"origins" nullable:"false"`
	RedirectHosts []string                   `json:"redirect_hosts" nullable:"false"`
	CallbackHosts []string                   `json:"callback_hosts" nullable:"false"`
	Logo          string                     `json:"logo,omitempty"`
	Accent        string                     `json:"accent,omitempty"`
	TermsURL      string                     `json:"terms_url,omitempty" doc:"Your terms of use, shown to people before they begin."`
	PrivacyURL    string                     `json:"privacy_url,omitempty" doc:"Your privacy notice, likewise."`
	Settings      map[string]json.RawMessage `json:"settings,omitempty"`
	CreatedAt     time.Time                  `json:"created_at"`
}

func applicationOf(a fairlead.Application) applicationBody {
	return applicationBody{
		a.ID, a.ClientID, a.Name, a.CompanyName, orEmpty(a.Origins), orEmpty(a.RedirectHosts), orEmpty(a.CallbackHosts),
		a.Theme.Logo, a.Theme.Accent, a.TermsURL, a.PrivacyURL, a.Settings, a.Created,
	}
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

type KeyBody struct {
	ID          fairlead.KeyID         `json:"id"`
	LastFour    string                 `json:"last_four"`
	Scopes      []fairlead.AccessScope `json:"scopes" nullable:"false" doc:"What it may be used for."`
	CreatedAt   time.Time              `json:"created_at"`
	ExpiresAt   *time.Time             `json:"expires_at,omitempty"`
	FirstUsedAt *time.Time             `json:"first_used_at,omitempty"`
}

func keyOf(k fairlead.Key) KeyBody {
	b := KeyBody{k.ID, k.LastFour, k.Scopes, k.Created, timePtr(k.Expires), timePtr(k.FirstUsed)}
	if b.Scopes == nil {
		b.Scopes = []fairlead.AccessScope{}
	}
	return b
}

// keyWithSecret is shown once, when the key is made.
type keyWithSecret struct {
	KeyBody
	Secret string `json:"secret" doc:"Shown once."`
}

// approvalBody waits for somebody to say yes on another device.
type approvalBody struct {
	ID            string                 `json:"id"`
	InstitutionID fairlead.InstitutionID `json:"institution_id"`
	User          string                 `json:"user"`
	What          string                 `json:"what"`
	RequestedAt   time.Time              `json:"requested_at"`
}

func approvalOf(a simulated.Approval) approvalBody {
	return approvalBody{a.ID, a.Institution, a.User, a.What, a.Requested}
}
