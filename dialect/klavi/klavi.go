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
// package report makes them; finish.go leads the browser back. Below are who the
// person is, what a link remembers (state.go), the vendor's structs (wire.go)
// and its errors.
// README.md lists what is served, where it differs, and what was chosen where
// the vendor is silent.
package klavi

import (
	"net/url"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
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
	_ notifying.Router     = (*Klavi)(nil)
	_ notifying.LoadHint   = (*Klavi)(nil)
	_ dialect.Configurable = (*Klavi)(nil)
	_ dialect.HasEntryURLs = (*Klavi)(nil)
)

// EntryURLs are the hosted page's address and a consent's, which goes straight on to
// the bank.
func (k *Klavi) EntryURLs() []dialect.EntryURL {
	entry := func(depart bool) func(url.Values) (linking.Entry, error) {
		return func(q url.Values) (linking.Entry, error) {
			if q.Get("v") == "" {
				return linking.Entry{}, fairlead.Errorf(fairlead.NotFound, "The address is not complete.")
			}
			return linking.Entry{Token: q.Get("v"), Depart: depart}, nil
		}
	}
	return []dialect.EntryURL{{Path: "/path", Visit: entry(false)}, {Path: "/path/consent", Visit: entry(true)}}
}

// Settings is what is set in the vendor's console.
func (k *Klavi) Settings() []notes.Setting {
	address := func(app fairlead.Application, value string) error { return app.CallbackAllowed(value, k.verbs.Dev) }
	return []notes.Setting{
		{Name: "events_url", Kind: notes.URL, Help: "Where events are posted; empty: nowhere.", Check: address},
		{Name: "event_body", Kind: notes.Choice, Choices: []string{"array", "object"}, Help: "Whether an event is posted as a list of one, as documented, or as the object itself."},
		{Name: "delivery", Kind: notes.Choice, Choices: []string{"automatic", "manual"}, Help: "Whether reports are sent by themselves once the data is there, or only when they are requested."},
		{Name: "products", Kind: notes.List, Choices: report.Names(), Help: "The products that \"all\" means; empty: every one."},
		{Name: "reports_url", Kind: notes.URL, Help: "Where reports go for which neither the request nor the link names an address; empty: nowhere.", Check: address},
	}
}

// settings are what an application has set in the vendor's console.
type settings struct {
	events, reports string
	object, manual  bool
	products        []string // of both levels, in order
}

func (k *Klavi) settings(app fairlead.Application) (settings, error) {
	v, err := k.verbs.Notes.Settings(app, name)
	if err != nil {
		return settings{}, err
	}
	chosen := v.List("products")
	if len(chosen) == 0 {
		chosen = report.Names()
	}
	return settings{
		events: v.Text("events_url"), reports: v.Text("reports_url"),
		object: v.Text("event_body") == "object", manual: v.Text("delivery") == "manual",
		products: append(report.Person.Select(chosen), report.Company.Select(chosen)...),
	}, nil
}
