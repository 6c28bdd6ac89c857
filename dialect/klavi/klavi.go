// Package klavi speaks the API of Klavi: Open Finance Brasil by a hosted page or
// by the partner's own, consents, signed event webhooks and product reports.
//
// It owns Klavi's words, shapes and addresses. A Klavi link is a link; a consent
// made through the API alone is a link of its own that remembers the one whose
// token asked for it. A report is a notice whose Part names the product.
// README.md lists what is served, where it differs, and what was chosen where
// the vendor is silent.
package klavi

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
)

const (
	name   = "klavi"
	prefix = "/data/v1"

	tokenLife  = 30 * time.Minute // access tokens, links and their tokens
	visitOpens = 60 * time.Second // until a consent's address is opened
	visitLasts = 60 * time.Minute // until the person is back from the bank
	maxBody    = 128 << 10
)

// Klavi is the dialect.
type Klavi struct{ verbs dialect.Verbs }

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Klavi { return &Klavi{verbs: v} }

// Name is "klavi".
func (k *Klavi) Name() string { return name }

var (
	_ dialect.Dialect      = (*Klavi)(nil)
	_ dialect.Configurable = (*Klavi)(nil)
	_ dialect.HasEntryURLs = (*Klavi)(nil)
)

// Mount adds /data/v1/*.
func (k *Klavi) Mount(mux *http.ServeMux) {
	routes := map[string]func(http.ResponseWriter, *http.Request) (any, error){
		"POST /auth":                          k.auth,
		"GET /refresh":                        k.refresh,
		"POST /links":                         k.createLink,
		"GET /links/{linkId}":                 k.readLink,
		"GET /links/institutions":             k.institutions,
		"GET /institutions":                   k.institutions,
		"POST /consents":                      k.createConsent,
		"GET /consents":                       k.listConsents,
		"GET /consents/{consentId}":           k.readConsent,
		"DELETE /consents/{consentId}":        k.revokeConsent,
		"DELETE /consents/{consentId}/revoke": k.revokeConsent,
		"POST /personal/institution-data":     k.request(person, true),
		"POST /personal/user-data":            k.request(person, false),
		"POST /business/institution-data":     k.request(company, true),
		"POST /business/user-data":            k.request(company, false),
		"GET /basic-links/{appId}":            k.basicLink,
	}
	inner := http.NewServeMux()
	for pattern, handle := range routes {
		method, path, _ := strings.Cut(pattern, " ")
		inner.HandleFunc(method+" "+prefix+path, k.handler(handle))
	}
	for _, path := range []string{"/links/institutions", "/institutions", "/consents"} {
		inner.HandleFunc("OPTIONS "+prefix+path, preflight)
	}
	inner.HandleFunc(prefix+"/", k.handler(func(http.ResponseWriter, *http.Request) (any, error) {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such address in this API.")
	}))
	mux.Handle(prefix+"/", inner)
}

// EntryURLs are the hosted page's address and a consent's, which goes straight on to
// the bank.
func (k *Klavi) EntryURLs() []linking.EntryURL {
	door := func(depart bool) func(url.Values) (linking.Entry, error) {
		return func(q url.Values) (linking.Entry, error) {
			if q.Get("v") == "" {
				return linking.Entry{}, fairlead.Errorf(fairlead.NotFound, "The address is not complete.")
			}
			return linking.Entry{Token: q.Get("v"), Depart: depart}, nil
		}
	}
	return []linking.EntryURL{{Path: "/path", Entry: door(false)}, {Path: "/path/consent", Entry: door(true)}}
}

// Settings is what the vendor's console holds.
func (k *Klavi) Settings() []notes.Setting {
	address := func(app fairlead.Application, value string) error { return app.CallbackAllowed(value, k.verbs.Dev) }
	return []notes.Setting{
		{Name: "events_url", Kind: notes.URL, Help: "Where events are posted; empty: nowhere.", Check: address},
		{Name: "event_body", Kind: notes.Choice, Choices: []string{"array", "object"}, Help: "Whether an event is posted as a list of one, as documented, or as the object itself."},
		{Name: "delivery", Kind: notes.Choice, Choices: []string{"automatic", "manual"}, Help: "Whether reports are sent by themselves once the data is there, or only when they are requested."},
		{Name: "products", Kind: notes.List, Choices: productNames(), Help: "The products that \"all\" means; empty: every one."},
		{Name: "reports_url", Kind: notes.URL, Help: "Where reports go for which neither the request nor the link names an address; empty: nowhere.", Check: address},
	}
}
