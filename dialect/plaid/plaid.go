// Package plaid speaks the API of Plaid: link tokens for a page in the application's own
// or a hosted one, public tokens that are exchanged for access tokens, and reads of what
// an Item holds.
//
// It owns Plaid's words, shapes and addresses, all of them below /plaid. An Item is a
// connection; a link token is a link (link.go), whose end gives a public token
// (finish.go), for which an access token is issued (token.go). Reads have a file per
// product; sync.go makes Plaid's three lists of the connection's change feed. webhook.go
// says what is sent and where. errors.go holds every error that is answered.
// README.md lists what is served, where it differs, and what was chosen where the
// vendor is silent.
package plaid

import (
	_ "embed"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
)

const (
	name   = "plaid"
	prefix = "/plaid"

	linkLife   = 4 * time.Hour
	updateLife = 30 * time.Minute // of a link token of update mode
	publicLife = 30 * time.Minute
	maxBody    = 1 << 20
)

// Plaid is the dialect.
type Plaid struct{ verbs dialect.Verbs }

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Plaid { return &Plaid{verbs: v} }

// Name is "plaid".
func (p *Plaid) Name() string { return name }

var (
	_ dialect.Dialect    = (*Plaid)(nil)
	_ dialect.HasScripts = (*Plaid)(nil)
)

// shim names link.js as the vendor's pages have it.
//
//go:embed shim.js
var shim string

// Scripts is the vendor's name for link.js.
func (p *Plaid) Scripts() []dialect.Script {
	source := strings.ReplaceAll(shim, "{{SERVER}}", p.verbs.BaseURL)
	return []dialect.Script{{Path: prefix + "/link/v2/stable/link-initialize.js", Source: source}}
}

// environment is the word of a tenant's environment in tokens and webhooks.
func environment(t fairlead.Tenant) string {
	if t.Environment == fairlead.Sandbox {
		return "sandbox"
	}
	return "production"
}
