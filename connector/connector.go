// Package connector is the port behind which institutions are talked to.
//
// It owns the contract: describe institutions, lead a login as Steps, fetch
// Pages. A connector has no memory of its own, so that any node can serve the
// next turn: what it must remember between turns is the state it returns, which
// linking seals and hands back. It does not decide on retry, storing, sealing
// or deduplication: the engine does, once, for all connectors. It classifies
// what went wrong by returning *fairlead.Error of a kind from the closed list.
//
// To add a bank: CONTRIBUTING.md names three ways. Package
// connector/connectortest is the specification that every connector passes.
package connector

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Connector talks to one or more institutions.
type Connector interface {
	// Describe says what there is: always the same, without I/O.
	Describe() Description
	// Begin starts a login conversation.
	Begin(ctx context.Context, s Start) (Turn, error)
	// Resume goes on with the state that the turn before returned.
	Resume(ctx context.Context, s Start, state []byte, a fairlead.Answer) (Turn, error)
	// Fetch returns one page of one product. It stores nothing between pages but
	// the cursor it returns; called again with the same cursor it gives the same page.
	Fetch(ctx context.Context, s Session, req FetchRequest) (Page, error)
}

// Description is what a connector is.
type Description struct {
	Name         string // of the folder: "sandbox", "statementfile"
	Institutions []fairlead.Institution
	// Hosts are those that it may call for live tenants ("*": any public one, where a person
	// brings the address); a sandbox tenant's calls reach this server, and SandboxHosts.
	Hosts        []string
	SandboxHosts []string
	Provider     *ProviderSpec // the account at a service that it needs; nil: none (Provided goes with it)
	Quota        *Quota        // nil: calls are not counted
	// Patience is how long one call of Fetch or Renew, and one request in it, may take where
	// the service is slow; 0: a minute; at most three.
	Patience time.Duration
}

const usualPatience, maxPatience = time.Minute, 3 * time.Minute

// CallTime bounds one call of Fetch or Renew and each of its requests, in real time.
func (d Description) CallTime() time.Duration {
	if d.Patience <= 0 {
		return usualPatience
	}
	return min(d.Patience, maxPatience)
}

// Env are what every call is handed: the engine's guarded client, the
// tenant's time, and what the make-believe world derives from.
type Env struct {
	Tenant      fairlead.TenantID
	Environment fairlead.Environment
	Seed        string       // of the tenant (sandbox)
	Now         time.Time    // tenant time
	Client      *http.Client // may dial Description.Hosts only
	BaseURL     string       // the server's public address, without a slash at the end
	Language    string       // BCP 47 of the person, "" if unknown
	// PlainHTTP reports whether a host may be called by plain http: in development one on
	// this machine, else one that the operator allows by name. nil: none may.
	PlainHTTP func(host string) bool
	// Digest names something without telling it, in at least 64 hex digits: the same for
	// the same parts in a tenant. An account that an institution knows by its number only
	// has a digest for a Ref, because refs are stored in the open. nil: ids may be plain
	// (a sandbox, where all is make-believe).
	Digest func(parts ...string) string
	// Provider is the account at the outside service; nil: the connector declares none.
	Provider *Provider
}

// Start is what a login begins with.
type Start struct {
	Env
	Institution  fairlead.Institution
	Products     []fairlead.Product
	Person       fairlead.PersonID
	Reference    string                 // the person's
	Hints        fairlead.PersonDetails // tax ids, e-mail, phone, as the application gave them
	Conversation string                 // id of this attempt
	ReturnURL    string                 // where a Send must come back to; carries our state parameter
	Consent      ConsentRequest
	// Saved are the secrets of the connection that is being renewed (update
	// mode, returning person); nil for a new one.
	Saved map[string]fairlead.Secret
	// Update says what is wrong with the connection being renewed, if known.
	Update *fairlead.Problem
	// Open opens an uploaded file of the answer.
	Open func(fairlead.File) (io.ReadCloser, error)
	// Renewed is the connection that is being renewed; "": none.
	Renewed fairlead.ConnectionID
	// Interrupted says that this turn was begun before, from the same state, and that nothing
	// is known of how it ended: the server stopped in the middle. What it sent may have arrived.
	Interrupted bool
	// Known reads the connections that the person has at this institution, that which is
	// renewed too: for logins that are no names, such as files. nil: there are none.
	Known func() ([]KnownConnection, error)
}

// KnownConnection is a connection that a login may go on with (Done.Connection).
type KnownConnection struct {
	ID       fairlead.ConnectionID
	Accounts []string // refs that the person chose; empty: all
	Secrets  map[string]fairlead.Secret
}

// ConsentRequest is the consent that the person agreed to on our page.
type ConsentRequest struct {
	ID       fairlead.ConsentID
	Products []fairlead.Product
	Expires  time.Time // zero: until revoked
	// Opens and Lasts bound the visit to the institution; 0: the connector's own choice.
	Opens, Lasts time.Duration
}

// Turn is a Step with the connector's memory of it.
type Turn struct {
	Step  fairlead.Step
	State []byte // sealed by the engine; at most 64 KiB
	// Slots names what this turn used up of the provider's slots (Provider.Slots), by the
	// service's own names, so that none is counted twice.
	Slots []string
}

// Session is a connection to fetch from.
type Session struct {
	Env
	Institution fairlead.Institution
	Person      fairlead.PersonID
	Reference   string
	Hints       fairlead.PersonDetails
	Connection  fairlead.ConnectionID
	Identity    string                     // the connection's, stable over relinking
	Accounts    []string                   // refs that the person chose; empty: all
	Secrets     map[string]fairlead.Secret // as Done gave them
	Created     time.Time                  // of the connection, tenant time
	File        *fairlead.File             // of an upload
	Open        func(fairlead.File) (io.ReadCloser, error)
	// Once makes a value the first time in a collection and returns the same again:
	// the engine's cache of what is expensive and follows from the session alone (a
	// parsed file). nil: there is none. A value is not to be changed.
	Once func(name string, produce func() (any, error)) (any, error)
	// Attended says that a person asked for this and waits; else it runs by the schedule.
	Attended bool
	// Count counts one call against Description.Quota before it is made, so that a crash
	// never forgets it. Where an unattended call would exceed it: SlowDown, with the time
	// until it may be made. nil: calls are not counted.
	Count func(ctx context.Context) error
}

// FetchRequest is what to fetch.
type FetchRequest struct {
	Product fairlead.Product
	Cursor  string                        // "" for the first page
	Since   fairlead.Date                 // complete up to here already; zero: everything there is
	Limit   int                           // records wanted on a page
	Have    func(documentRef string) bool // whether its bytes are stored; from Fetch only, not from Open
	// Tag is the Page.Tag of the last time that the product was read to its end; "": all is
	// wanted. Only with the first page.
	Tag string
}

// MaxTag bounds Page.Tag, in bytes.
const MaxTag = 200

// Page is one page of one product. Records hang on accounts by AccountRef.
type Page struct {
	Accounts               []fairlead.Account
	Transactions           []fairlead.Transaction
	Bills                  []fairlead.CardBill
	Loans                  []fairlead.Loan
	Securities             []fairlead.Security
	Holdings               []fairlead.Holding
	InvestmentTransactions []fairlead.InvestmentTransaction
	Identities             []fairlead.Identity
	Documents              []Document
	// Covers says which spans are complete once this page is
	// stored. Only inside it may absence mean removal. Say it on the last page of
	// the span it covers.
	Covers []Coverage
	// Uploaded says what an upload holds besides its rows; on the first page of a product.
	Uploaded *Uploaded
	Cursor   string // of the next page
	More     bool
	// AsOf is how old the institution says that the page's data is; zero: it does not say.
	AsOf time.Time
	// ServedFrom is from when on the institution gives history; zero: it does not say. On the
	// last page of a product.
	ServedFrom fairlead.Date
	// Partial is what is missing although the rest came.
	Partial []PartialProblem
	// Renumbered are accounts that the institution has under another ref now, by the old
	// one: found again by the connector beyond doubt.
	Renumbered map[string]string
	// Delta says that the page has only what changed since the last collection: that
	// something is not on it means nothing.
	Delta bool
	// Tag, on the last page, names all that the product has at the institution, as an ETag
	// does: while it is the same, nothing is new. It is no secret and at most MaxTag bytes; "":
	// the institution has no such thing.
	Tag string
	// Unchanged says that the product is as it was when the request's Tag was given. The page
	// has nothing else of it, and what is stored stands.
	Unchanged bool
	// Secrets, if not nil, replace the connection's (a token was refreshed).
	Secrets map[string]fairlead.Secret
}

// Uploaded is what an uploaded file holds besides its rows.
type Uploaded struct {
	Warnings []fairlead.FileWarning
	Offered  []fairlead.PreviewAccount // accounts that the connection does not hold
	Added    []string                  // refs of accounts that it gets by the file, though the person never chose them
	// Covers are spans of which the file's own rows are all there is, for matching alone: a
	// row of an earlier upload inside of them that is not here is not removed by that.
	Covers []Coverage
}

// Coverage is a span in which all of one account's records are listed. For accounts,
// holdings, loans and others without days, Days is zero and means all of them.
type Coverage struct {
	AccountRef string // "": the product's records that hang on no account (accounts themselves, loans …)
	Days       fairlead.Interval
	// Pending narrows it to the pending ones: every pending transaction of the account is
	// listed, and of those that are booked nothing is said.
	Pending bool `json:",omitempty"`
}

// Document is a document on offer and how to get its bytes. Open is called at
// once, during the same collection, and only for documents that are not stored; those of
// several documents are called side by side.
type Document struct {
	fairlead.Document
	Open func(ctx context.Context) (io.ReadCloser, error)
}

// Renewer is the optional power to refresh a connection's secrets before they expire.
type Renewer interface {
	// Renew returns new secrets, and when to renew again (zero: never).
	Renew(ctx context.Context, s Session) (map[string]fairlead.Secret, time.Time, error)
}

// Previewer is the optional power to say what an uploaded file holds before anything of it
// is stored.
type Previewer interface {
	// Preview reads the session's File, which Open opens. Errors are those of Fetch.
	Preview(ctx context.Context, s Session) (fairlead.Preview, error)
}

// Revoker is the optional power to end a consent at the institution.
type Revoker interface {
	Revoke(ctx context.Context, s Session, ref string) error
}
