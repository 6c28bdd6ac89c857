// Package linking leads a person from an invitation to a connection.
//
// It owns links, their stages, login conversations, consents, codes and the end
// of a connection. It does not own how a page looks (web/page), what a vendor
// calls things (dialect), nor fetching (collecting): when a conversation is done
// it enqueues that work in the transaction that makes the connection.
//
// The flow: Create mints a link and its token; Enter turns the token into a page
// session; Visit says what to show; the actions (Begin, Choose, Agree, Answer …)
// move the stored stage; the last stage asks the origin's Finisher where to go.
package linking

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Linking works with.
type Options struct {
	Store        store.Store
	Vault        vault.Full
	Bucket       bucket.Bucket
	Clock        fairlead.Clock
	Registry     *connector.Registry
	ConnectorEnv func(fairlead.Tenant, string) connector.Env // for a tenant and connector name: guarded client, base address
	Publisher    Publisher
	BaseURL      string // public address, no slash at the end
	Dev          bool   // loopback addresses are accepted as redirects and origins
	Log          *slog.Logger
	MaxUpload    int64 // bytes of an uploaded file; 0: 16 MiB
}

// Linking is the verb. It is safe for concurrent use, once wired.
type Linking struct {
	o         Options
	finishers map[string]Finisher
	limits    limits
	flights   sync.WaitGroup // turns that outlive their request
}

// New builds the verb on its ports.
func New(o Options) *Linking {
	if o.MaxUpload == 0 {
		o.MaxUpload = 16 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Linking{o: o, finishers: map[string]Finisher{}}
}

// Finishes registers who says where the links of a dialect lead. It is called
// while wiring, before anything is served.
func (l *Linking) Finishes(dialect string, f Finisher) { l.finishers[dialect] = f }

// Publisher tells an event in the transaction of its cause (notifying.Publish).
type Publisher interface {
	Publish(tx *store.Tx, e fairlead.Event) error
}

// Finisher says where a person goes when a link has ended: the dialect that made it.
type Finisher interface {
	Finish(ctx context.Context, o LinkResult) (AppReturn, error)
}

// LinkResult is how a link ended.
type LinkResult struct {
	Link        fairlead.Link
	Application fairlead.Application
	Connections []fairlead.Connection
	Consents    []fairlead.Consent
	Code        string            // to be exchanged; "" when the spec wants none or nothing was linked
	Problem     *fairlead.Problem // why it failed, or the last problem before the person left
}

// AppReturn is where the browser goes, or what the frame tells its opener.
type AppReturn struct {
	URL     string          `json:"url,omitempty"`     // "": stays on the page's own last words
	Message json.RawMessage `json:"message,omitempty"` // posted by the frame to its opener's exact origin
}

// CreateRequest is all that makes a link.
type CreateRequest struct {
	Reference string // the application's own name for the person; "": an anonymous new one
	Person    fairlead.PersonID
	Spec      fairlead.Spec
	Hints     fairlead.PersonDetails
	Origin    fairlead.Origin
	Life      time.Duration // 0: 30 minutes
	// Token is the link's token where a vendor's has a form of its own. It must
	// hold at least 120 random bits; "": one is minted.
	Token string
}

// Created is a link and the only copy of its token.
type Created struct {
	Link  fairlead.Link
	Token string
	URL   string // hosted page
}

// Entry is a way to a link's page: the token of a link, or of a template with
// what its address brought along.
type Entry struct {
	Token       string          // a link's
	Template    string          // a template's
	Institution string          // preselected: id, short name or code
	Reference   string          // the person, as an unauthenticated address claims it
	State       json.RawMessage // replaces Origin.State of the minted link
	ExitOn      []fairlead.ErrorKind
	Connection  fairlead.ConnectionID // update mode
	Renewal     string                // update mode, by a token of Renewal: unlike Connection, an address may bring it
	Again       url.Values            // the query to keep in the form of the preview
	Depart      bool                  // straight on to the institution, where it awaits the person
	Metadata    json.RawMessage       // what the opener's script gave along (untrusted, at most 4 KiB): kept as the spec's
}

// Session is what the browser holds: a cookie's or a frame address's token.
type Session struct {
	Kind  fairlead.TokenKind // PageToken or FrameToken
	Token string
	// Client is where the request came from, for limits and audit.
	Client string
}

// Screen is what to show now.
type Screen struct {
	Link         fairlead.Link
	Stage        fairlead.Stage
	Company      string // who asks
	Sandbox      bool   // the banks are make-believe
	Presentation fairlead.Presentation
	Theme        fairlead.Theme
	Ancestors    []string               // origins that may frame the page
	Language     string                 // asked by the link; "" : the browser's
	Products     []fairlead.Product     // asked for
	Institutions []fairlead.Institution // StageInstitution: what can be chosen
	Institution  *fairlead.Institution  // chosen
	Countries    []string
	Validity     int                     // months proposed; 0 with Endless
	Endless      bool                    //
	Until        time.Time               // of the consent; zero: until revoked
	Step         *fairlead.Step          // StageConversation
	Turn         int                     // forms carry it
	Busy         bool                    // a turn is in flight: show waiting, come back
	WaitFor      int                     // seconds until it is worth asking again
	Accounts     []fairlead.AccountOffer // StageAccounts
	Problem      *fairlead.Problem       // what went wrong just now
	CanRetry     bool
	CanBack      bool
	CanAnother   bool
	Update       *fairlead.Connection // update mode: what is renewed, and its Problem
	Saved        bool                 // returning person: "sign in with what is saved" is offered
	Connected    []Connected          // made so far
	Ended        bool
	Destination  *AppReturn // when Ended, or at StageResult: where "finish" goes
	Now          time.Time  // tenant time
}

// Connected is one connection made by the link, for the page.
type Connected struct {
	Connection  fairlead.Connection
	Institution fairlead.Institution
	Accounts    int
}

// Grant is what a code is exchanged for.
type Grant struct {
	Link        fairlead.Link
	Connections []fairlead.Connection
}

// Code is an unused, listable code.
type Code struct {
	Value    string
	Link     fairlead.LinkID
	Template fairlead.TemplateID
	Origin   fairlead.Origin // of the link
}

// HeadlessRequest links a persona without a page (sandbox only).
type HeadlessRequest struct {
	CreateRequest
	Institution string // id, short name or code
	User        string
	Password    string // "": same as User
}

// TemplateRequest makes or changes a template.
type TemplateRequest struct {
	Name   string
	Spec   fairlead.Spec
	Origin fairlead.Origin
}

// Portal is the person's own page: what is shared, with whom, until when.
type Portal struct {
	Sandbox     bool // the banks are make-believe
	Application fairlead.Application
	Person      fairlead.Person
	Connections []PortalConnection
	Expires     time.Time // of the address, tenant time
	Now         time.Time // tenant time
}

// PortalConnection is one connection on the person's own page.
type PortalConnection struct {
	Connection  fairlead.Connection
	Institution fairlead.Institution
	Consent     *fairlead.Consent // in force, or the last one
	Application fairlead.Application
	Accounts    int
}
