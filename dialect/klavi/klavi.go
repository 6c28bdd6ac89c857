// Package klavi speaks the API of Klavi: Open Finance Brasil by a hosted page or
// by the partner's own, consents, signed event webhooks and product reports.
//
// It owns Klavi's words, shapes and addresses. A Klavi link is a link; a consent
// made through the API alone is a link of its own that remembers the one whose
// token requested it. A report is a delivery whose Part names the product.
//
// Read downwards: routes.go lists the calls and says who makes them; links.go,
// consents.go, requests.go and institutions.go answer them; events.go says which
// events and reports are sent and where, reports.go what they are made of, and
// package report makes them; finish.go leads the browser back, tracking.go names what
// the pages tell the page that embeds them. Below are who the
// person is, the settings, what a link remembers (state.go), where reports go
// (callbacks.go), the vendor's errors and its structs (wire.go).
// README.md lists what is served, where it differs, and what was chosen where
// the vendor is silent.
package klavi

import (
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
)

const (
	name   = "klavi"
	prefix = "/data/v1"

	tokenLife  = 30 * time.Minute // access tokens, links and their tokens
	renewLife  = 24 * time.Hour   // after the first of them, access tokens are renewed no more
	visitOpens = 60 * time.Second // until a consent's address is opened
	visitLasts = 60 * time.Minute // until the person is back from the bank
	maxBody    = 128 << 10
)

// Klavi is the dialect.
type Klavi struct {
	verbs  dialect.Verbs
	parsed notes.Parsed[settings]
}

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Klavi { return &Klavi{verbs: v} }

// Name is "klavi".
func (k *Klavi) Name() string { return name }

var (
	_ dialect.Dialect      = (*Klavi)(nil)
	_ notifying.Router     = (*Klavi)(nil)
	_ notifying.LoadHint   = (*Klavi)(nil)
	_ dialect.Configurable = (*Klavi)(nil)
	_ dialect.HasEntryURLs = (*Klavi)(nil)
	_ linking.Tracker      = (*Klavi)(nil)
)

// EntryURLs are the hosted page's address, which a page of the partner's may frame, and
// a consent's, which goes straight on to the bank.
func (k *Klavi) EntryURLs() []linking.EntryURL {
	entry := func(depart bool) func(url.Values) (linking.Entry, error) {
		return func(q url.Values) (linking.Entry, error) {
			if q.Get("v") == "" {
				return linking.Entry{}, fairlead.Errorf(fairlead.NotFound, "The address is not complete.")
			}
			return linking.Entry{Token: q.Get("v"), Depart: depart}, nil
		}
	}
	return []linking.EntryURL{{Path: "/path", Entry: entry(false), Frames: true}, {Path: "/path/consent", Entry: entry(true)}}
}
