// Package linking leads a person from an invitation to a connection.
//
// It owns links and what they are made of: templates, stages, login
// conversations, codes. It does not own how a page looks (web/page), what a
// vendor calls things (dialect), what becomes of a connection and its consent
// (consenting), nor fetching (collecting).
//
// The flow: Create mints a link and its token; Enter turns the token into a page
// session; Open reads the link of a session as a Visit. An action of the person
// (Proceed, Choose, Agree, Answer, Pick, Accept, Back, Retry, Another, Leave)
// changes the stored link in one transaction; then dispatch.go decides what comes
// next, and runs what needs no person:
//
//	welcome → institution → consent → conversation ⇄ problem     Back leads to the stage before,
//	                                   │      ↑                  Another to the institution,
//	                             begin │      │ Answer, Return   Retry to a new conversation
//	                            resume ↓      │
//	                                  turn → step (show)
//	                                   │ done
//	                                   ↓
//	                               accounts → acceptance → connect → retrieving → result → end
//
// A wait that is over resumes by itself. What becomes of a person at a service that tells
// of its visits is found out by work, whether a page is open or not (poll.go). Saved logins of a returning person lead
// from the welcome straight to retrieving. A problem that the spec names ends the
// link. An expired link ends wherever it stands. A stage that the spec does not want is
// passed by. The last step asks the origin's Finisher where the browser goes.
package linking

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"sync"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/directory"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/sealing"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/vault"
)

// Options is what Linking works with.
type Options struct {
	Store        store.Store
	Vault        vault.Full
	Bucket       bucket.Bucket
	Clock        fairlead.Clock
	Directory    *directory.Directory
	ConnectorEnv func(context.Context, fairlead.Tenant, string) (connector.Env, error) // for a tenant and connector name: guarded client, base address
	Publisher    lifecycle.Publisher
	// Revoke ends at the institution a consent that came to nothing here; nil: nothing does.
	Revoke func(ctx context.Context, conn fairlead.Connection, secrets map[string]fairlead.Secret, ref string) error
	// Process names this run of this node, as node/start: turns of the one before it were
	// interrupted. "": none is known to be.
	Process string
	// Died reports that a process of another node is gone, and its turns with it; nil: none is.
	Died      func(process string) bool
	BaseURL   string // public address, no slash at the end
	Dev       bool   // loopback addresses are accepted as redirects and origins
	Log       *slog.Logger
	MaxUpload int64            // bytes of an uploaded file; 0: 16 MiB
	Security  *securitylog.Log // where codes and returns shown twice are reported; nil: nowhere
}

// Linking is the verb. It is safe for concurrent use, once wired.
type Linking struct {
	o          Options
	finishers  map[string]Finisher
	sealer     sealing.Sealer
	inflight   sync.WaitGroup // turns that outlive their request
	remembered remembered
}

// New builds the verb on its ports.
func New(o Options) *Linking {
	if o.MaxUpload == 0 {
		o.MaxUpload = 16 << 20
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Linking{o: o, finishers: map[string]Finisher{}, sealer: sealing.Sealer{Vault: o.Vault, Bucket: o.Bucket}}
}

// Finishes registers who says where the links of a dialect lead. It is called
// while wiring, before anything is served.
func (l *Linking) Finishes(dialect string, f Finisher) { l.finishers[dialect] = f }

// Finisher says where a person goes when a link has ended: the dialect that made it.
type Finisher interface {
	Finish(ctx context.Context, r LinkResult) (AppReturn, error)
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

// AppReturn is where the browser goes, or what the frame posts to its opener.
type AppReturn struct {
	URL     string          `json:"url,omitempty"`     // "": it stays on the page, which says how the link ended
	Message json.RawMessage `json:"message,omitempty"` // posted by the frame to its opener's exact origin
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
	Renewal     string                // update mode, by a RenewalToken: unlike Connection, an address may bring it
	Again       url.Values            // the query to keep in the form of the preview
	Welcomed    bool                  // the person has read the welcome already
	Depart      bool                  // straight on to the institution, where it awaits the person
	Metadata    json.RawMessage       // what the opener's script gave along (untrusted, at most 4 KiB): stored as the spec's
}
