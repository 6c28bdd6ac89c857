// Package flanks speaks the API of Flanks: reusable links whose code is exchanged
// for a credentials_token, a status to poll, and reads of what was collected.
//
// It owns Flanks' words, shapes and addresses. The flow: a link is a template
// (links.go); its page is /link (entry_url.go); the code of its end is exchanged and
// the status polled (credentials.go); data is read (aggregation.go). The newer
// generation, Connect v2 and Aggregation v2, has sessions in place of links, and lists
// over all connections (v2_*.go). errors.go holds every error that the vendor knows.
// README.md lists what is served, where it differs, and what was chosen where the
// vendor is silent.
package flanks

import "github.com/fairlead-dev/fairlead/dialect"

const name = "flanks"

// Flanks is the dialect.
type Flanks struct{ verbs dialect.Verbs }

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Flanks { return &Flanks{verbs: v} }

// Name is "flanks".
func (f *Flanks) Name() string { return name }

var (
	_ dialect.Dialect      = (*Flanks)(nil)
	_ dialect.HasEntryURLs = (*Flanks)(nil)
)
