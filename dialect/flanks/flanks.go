// Package flanks speaks the API of Flanks: reusable links whose code is exchanged
// for a credentials_token, a status to poll, and reads of what was collected.
//
// It owns Flanks' words, shapes and addresses. The flow: a link is a template
// (links.go); its page is /link (entry_url.go); the code of its end is exchanged and
// the status polled (credentials.go); data is read (aggregation.go). errors.go
// holds every error that the vendor knows. README.md lists what is served, where
// it differs, and what was chosen where the vendor is silent.
package flanks

import (
	"net/http"
	"time"

	"github.com/fairlead-dev/fairlead/dialect"
)

const (
	name      = "flanks"
	tokenLife = time.Hour
)

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

// Mount adds every address of the API; the page serves /link.
func (f *Flanks) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST /v0/token", f.token)
	mux.HandleFunc("/v0/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, refused{Error: "NOT_FOUND", Message: "There is no such endpoint."})
	})
	for path, h := range map[string]handler{
		"POST /v0/links/list-links":  f.listLinks,
		"POST /v0/links/create-link": f.createLink,
		"POST /v0/links/edit-link":   f.editLink,
		"POST /v0/links/delete-link": f.deleteLink,
		"POST /v0/links/pause-link":  f.activate(false),
		"POST /v0/links/resume-link": f.activate(true),
	} {
		mux.Handle(path, f.called(h, linkRefusal))
	}
	for path, h := range map[string]handler{
		"GET /v0/platform/link":              f.codes,
		"POST /v0/platform/link":             f.exchange,
		"GET /v0/bank/available":             f.available,
		"POST /v0/bank/credentials/status":   f.status,
		"PUT /v0/bank/credentials/status":    f.force,
		"POST /v0/bank/credentials/list":     f.list,
		"DELETE /v0/bank/credentials":        f.remove,
		"POST /v0/bank/credentials/auth":     f.identity,
		"POST /v0/bank/credentials/auth/{$}": f.identity,
	} {
		mux.Handle(path, f.called(h, refusal))
	}
	for _, read := range f.reads() {
		mux.Handle("POST /v0/bank/credentials/"+read.path, f.called(read.handler(f), refusal))
	}
}
