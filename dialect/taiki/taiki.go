// Package taiki speaks the API of Taiki: a temporary token for a modal, and a
// webhook with documents after retrieval.
//
// It owns Taiki's words, shapes and addresses. README.md lists what is served,
// where it differs, and what was chosen where the vendor is silent.
package taiki

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
)

const (
	name      = "taiki"
	tokenLife = time.Hour
)

// Taiki is the dialect.
type Taiki struct{ verbs dialect.Verbs }

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Taiki { return &Taiki{verbs: v} }

// Name is "taiki".
func (t *Taiki) Name() string { return name }

var (
	_ dialect.Dialect      = (*Taiki)(nil)
	_ notifying.Router     = (*Taiki)(nil)
	_ notifying.LoadHint   = (*Taiki)(nil)
	_ dialect.Configurable = (*Taiki)(nil)
	_ dialect.HasScripts   = (*Taiki)(nil)
)

// state is what this dialect remembers of a link, in its Origin.
type state struct {
	ID         int64  `json:"id"` // the vendor numbers what it makes
	WebhookURL string `json:"webhook_url"`
	UserID     string `json:"user_id"`
}

func stateOf(o fairlead.Origin) (s state, ok bool) {
	return s, o.Dialect == name && json.Unmarshal(o.State, &s) == nil
}

// documentProducts are the products of which a file can come.
func documentProducts() []fairlead.Product {
	return []fairlead.Product{fairlead.ProductStatements, fairlead.ProductTaxForms}
}

// spec is the modal: it stays until the documents are there, and ends there. Of
// those among whom the person chooses, each has documents: they are essential.
func spec(returning bool) fairlead.Spec {
	return fairlead.Spec{
		Mode:      fairlead.ModeFrame,
		NoFiles:   true,
		Products:  append([]fairlead.Product{fairlead.ProductAccounts}, documentProducts()...),
		Essential: documentProducts(),
		Stages: []fairlead.Stage{
			fairlead.StageWelcome, fairlead.StageInstitution, fairlead.StageConsent, fairlead.StageConversation, fairlead.StageAccounts,
			fairlead.StageRetrieving, fairlead.StageResult,
		},
		Code:        fairlead.CodePolicy{None: true},
		OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson, Limit: 1, OneVisit: true, Returning: returning,
	}
}

// finished is what onSuccess is called with.
type finished struct {
	Status   string          `json:"status"`
	ID       int64           `json:"id"`
	UserID   string          `json:"userId"`
	Metadata json.RawMessage `json:"metadata,omitempty"`
	Failed   []string        `json:"failed,omitempty"` // types of files that could not be fetched, where others could
	Error    string          `json:"error,omitempty"`
}

// Why a modal ends that has no problem.
const (
	exited  = "exited" // the person did not wait for the end
	expired = "expired"
)

// Finish messages the opener; a modal leads nowhere. A link that has a connection
// and a problem is one whose retrieval brought nothing.
func (t *Taiki) Finish(_ context.Context, o linking.LinkResult) (linking.AppReturn, error) {
	s, _ := stateOf(o.Link.Origin)
	f := finished{Status: succeeded, ID: s.ID, UserID: s.UserID, Metadata: o.Link.Spec.Metadata}
	switch {
	case o.Link.Problem != nil:
		f.Status, f.Error = "error", string(o.Link.Problem.Kind)
	case o.Link.Status == fairlead.LinkExpired:
		f.Status, f.Error = "error", expired
	case o.Link.Status != fairlead.LinkFinished || o.Link.Stage != fairlead.StageResult:
		f.Status, f.Error = "error", exited
	default:
		f.Failed = failedTypes(o)
	}
	message, err := json.Marshal(f)
	return linking.AppReturn{Message: message}, err
}

// failedTypes are the types of files that could not be fetched of some connection.
func failedTypes(o linking.LinkResult) (types []string) {
	for _, p := range documentProducts() {
		if slices.ContainsFunc(o.Connections, func(c fairlead.Connection) bool { return c.Missed(p, o.Link.Created) != nil }) {
			types = append(types, typeOf[p])
		}
	}
	return types
}

// shim renames link.js as the vendor's page has it.
//
//go:embed shim.js
var shim string

// Scripts is the vendor's name for link.js.
func (t *Taiki) Scripts() []dialect.Script {
	return []dialect.Script{{Path: "/link/link-initialize.js", Source: shim}}
}

// Settings is what the vendor arranges by e-mail.
func (t *Taiki) Settings() []notes.Setting {
	allowed := func(app fairlead.Application, value string) error { return app.CallbackAllowed(value, t.verbs.Dev) }
	return []notes.Setting{
		{Name: "webhook_url", Kind: notes.URL, Check: allowed, Help: "Where webhooks go for tokens of POST /api/token, which names no address."},
		{
			Name: "failure_webhook_url", Kind: notes.URL, Check: allowed,
			Help: "Where a modal that ended without any file is told of, whatever address its token names; empty: nowhere, as Taiki documents it.",
		},
	}
}
