package connector

import (
	"context"
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// ProviderSpec declares the account at an outside service that a connector needs, as
// typed fields. The API, the command line and the console render it.
type ProviderSpec struct {
	Title   string // of the service, as people read it
	Console string // address where an operator finds the keys
	Fields  []ProviderField
	// Hosts are those that the connector may call with keys of each environment, instead
	// of Description.Hosts.
	Hosts map[fairlead.Environment][]string
}

// ProviderFieldKind says what a field holds.
type ProviderFieldKind string

const (
	ProviderText   ProviderFieldKind = "text"
	ProviderSecret ProviderFieldKind = "secret" // sealed, never shown
	ProviderChoice ProviderFieldKind = "choice" // one of Choices
	ProviderList   ProviderFieldKind = "list"   // texts with commas between, of Choices where there are any
	ProviderNumber ProviderFieldKind = "number" // a whole one, not negative
)

// ProviderField is one thing to fill in.
type ProviderField struct {
	Name     string // "client_id"
	Kind     ProviderFieldKind
	Label    string // as the service's own pages call it
	Help     string // one sentence
	Default  string
	Choices  []string
	Optional bool
	// Check refuses a value beyond what the kind demands; nil: none is. The error's text is
	// shown to whoever sets it and must not quote the value.
	Check func(value string) error
}

// Provider is the account at the outside service, as a connector is handed it (Env.Provider).
type Provider struct {
	ID          fairlead.ProviderID
	Environment fairlead.Environment
	Settings    map[string]string          // declared fields that are not secret, defaults filled in
	Keys        map[string]fairlead.Secret // the secret ones
	Base        string                     // of the service, without a slash at the end; "": the usual one
	SlotsLeft   int                        // -1: no limit is known
	WebhookURL  string                     // where the service may post webhooks; "": it can't reach this server
}

// Provided is the power of a connector that needs a provider (Description.Provider).
type Provided interface {
	// Try calls the service once with env.Provider's keys and says what it learns of them.
	// Errors: Unauthenticated (wrong keys), Forbidden (right keys, wrong environment or not
	// enabled), InstitutionDown …, each with a Detail that names who must act and where.
	Try(ctx context.Context, env Env) (ProviderReport, error)
	// Institutions lists what the provider reaches, a page after a cursor ("" is the first).
	Institutions(ctx context.Context, env Env, cursor string) (DirectoryPage, error)
}

// ProviderReport is what a service says of an account.
type ProviderReport struct {
	Slots      int       // limit of slots; 0: none is known
	KeysExpire time.Time // zero: never, or not said
	Redirect   string    // "registered", "missing": our return address; "": it does not say
}

// DirectoryPage is a page of a provider's institutions. Their ids begin with the
// connector's name ("example_ins_3"), and never change.
type DirectoryPage struct {
	Institutions []DirectoryEntry
	Cursor       string
	More         bool
}

// DirectoryEntry is an institution with its logo, as an image or as the address of one.
type DirectoryEntry struct {
	fairlead.Institution
	LogoImage []byte // PNG, JPEG or GIF; at most 512 KiB
	LogoURL   string // fetched once, through the guarded client
}

// Received is a webhook that the service posted to Provider.WebhookURL.
type Received struct {
	Header http.Header
	Body   []byte
}

// Receiver is the optional power of a Provided connector to take webhooks.
type Receiver interface {
	// Receive verifies and reads a webhook. A signature that does not verify is
	// Unauthenticated; what is of no concern gives none.
	Receive(ctx context.Context, env Env, r Received) ([]ProviderUpdate, error)
}

// ProviderUpdateKind says what an update is about.
type ProviderUpdateKind string

const (
	UpdatedVisit    ProviderUpdateKind = "visit"    // a visit (ProviderUpdate.Visit) has ended, or the person goes on: ask the connector now
	UpdatedData     ProviderUpdateKind = "data"     // there is something new: collect
	UpdatedProblem  ProviderUpdateKind = "problem"  // Err says what is wrong with the connection
	UpdatedRepaired ProviderUpdateKind = "repaired" // it is well again: collect
	UpdatedEnding   ProviderUpdateKind = "ending"   // access ends at Ends unless the person renews it
)

// ProviderUpdate is what a service tells of one visit or connection.
type ProviderUpdate struct {
	Kind     ProviderUpdateKind
	Visit    string // as in Send.Visit
	Upstream string // as in Done.Upstream
	Ends     time.Time
	Err      error
}

// Quota is how often an institution may be called for one connection while nobody is
// there. Session.Count is held to it.
type Quota struct {
	Calls int           // unattended ones
	Every time.Duration // in any span of this length
	// Attended says that calls with a person there use it up too. They are never refused.
	Attended bool
}

// PartialProblem is what of a page is missing although the rest came.
type PartialProblem struct {
	AccountRefs []string // that it concerns; empty: all
	// Err is of a kind from the closed list. Its Detail, a sentence of ours or one that the
	// institution gave (cut of control characters, at most 300 bytes), is shown to the person.
	Err error
}

// ErrLeft is what Resume returns when the service says that the person left its pages
// without finishing. It is no problem of the link: the person may try again, with a new
// conversation.
var ErrLeft = &fairlead.Error{Kind: fairlead.ConsentEnded, Code: "left", Detail: "The person left the service's pages."}

// NoSlots refuses a login that would use up a slot where the provider has none left.
// Title is the service's. The linking engine refuses by itself a login for which no known
// connection can be gone on with; a connector that finds out later returns the same.
func NoSlots(title string) error {
	return &fairlead.Error{
		Kind: fairlead.Unavailable, Code: "no_slots", Actor: fairlead.ActorOperator,
		Detail: title + " gives no more connections under the operator's plan: the operator must extend the plan there.",
	}
}
