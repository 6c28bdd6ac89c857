package klavi

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/notes"
)

// Settings is what is set in the vendor's console.
func (k *Klavi) Settings() []notes.Setting {
	address := func(app fairlead.Application, value string) error { return app.CallbackAllowed(value, k.verbs.Dev) }
	return []notes.Setting{
		{Name: "events_url", Kind: notes.URL, Help: "Where events are posted; empty: nowhere.", Check: address},
		{
			Name: "event_body", Kind: notes.Choice, Choices: []string{"array", "object"},
			Help: "Whether an event is posted as a list of one, as documented, or as the object itself.",
		},
		{
			Name: "delivery", Kind: notes.Choice, Choices: []string{"automatic", "manual"},
			Help: "Whether reports are sent by themselves once the data is there, or only when they are requested.",
		},
		{Name: "products", Kind: notes.List, Choices: report.Names(), Help: "The products that \"all\" means; empty: every one."},
		{
			Name: "consent_event", Kind: notes.Choice, Choices: []string{"each", "link_action_status"},
			Help: "Whether each thing that becomes of a consent is an event of its own, or all are link_action_status, as banks have it (For FI).",
		},
		{
			Name: "encryption", Kind: notes.Choice, Choices: []string{"none", "aes-256-cbc"},
			Help: "Whether reports have the fields that name people encrypted: base64 of IV and ciphertext, the key is the SHA-256 of the secretKey.",
		},
		{
			Name: "categories", Kind: notes.List, Check: func(_ fairlead.Application, rule string) error { return report.CheckRule(rule) },
			Help: "Rules of your own for categorised reports, before the built-in ones: \"out, text academia => Saúde / Bem-estar / Academia\".",
		},
		{Name: "reports_url", Kind: notes.URL, Help: "Where reports go for which neither the request nor the link names an address; empty: nowhere.", Check: address},
	}
}

// settings are what an application has set in the vendor's console. They are shared
// (notes.Parsed): nobody changes what is in them.
type settings struct {
	events, reports string
	object, manual  bool
	oneEvent        bool // of consents: link_action_status
	encrypted       bool
	rules           []string
	products        []string                            // of both levels, in order
	needs           map[report.Level][]fairlead.Product // of the products of a level
}

func (k *Klavi) settings(app fairlead.Application) (settings, error) {
	return k.parsed.Of(k.verbs.Notes, app, name, settingsOf)
}

func settingsOf(v notes.Values) settings {
	chosen := v.List("products")
	if len(chosen) == 0 {
		chosen = report.Names()
	}
	s := settings{
		events: v.Text("events_url"), reports: v.Text("reports_url"),
		object: v.Text("event_body") == "object", manual: v.Text("delivery") == "manual",
		oneEvent: v.Text("consent_event") == "link_action_status", encrypted: v.Text("encryption") == "aes-256-cbc", rules: v.List("categories"),
		needs: map[report.Level][]fairlead.Product{},
	}
	for _, l := range []report.Level{report.Person, report.Company} {
		ofLevel := l.Select(chosen)
		s.products = append(s.products, ofLevel...)
		s.needs[l] = report.Needs(ofLevel)
	}
	return s
}

// spec is the part of a link's spec that all of this dialect's links share.
func (k *Klavi) spec(c access.Caller, l report.Level) (fairlead.Spec, error) {
	s, err := k.settings(c.Application)
	return fairlead.Spec{
		Products: slices.Clone(s.needs[l]), Countries: []string{"BR"}, NoFiles: true, Code: fairlead.CodePolicy{None: true},
		OnDuplicate: fairlead.OnDuplicateReuse, Scope: fairlead.ScopePerson, Validity: 12, VisitLasts: visitLasts,
	}, err
}
