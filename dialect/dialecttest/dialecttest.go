// Package dialecttest is the specification of dialects, as tests.
//
// It owns three things. Transcripts (RunTranscripts): files that hold a request
// and the exact answer, so that adding a case needs no Go. Completeness
// (EveryKind, EveryEvent): no error and no event is forgotten. The one story
// (RunStory) that every dialect goes through: create a link, link with a second
// factor, be notified, read, open a document before and after its address expires, revoke; and
// again with a product that fails, and with a consent that the person takes back. The same
// facts must arrive whatever the dialect.
//
// Everything runs on apptest: the whole application, no mocks. It is for
// external test packages (package x_test): the application imports every dialect.
package dialecttest

import (
	"slices"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// EveryKind proves a dialect's table of errors complete: a kind without a row
// would be answered by accident.
func EveryKind[Row any](t *testing.T, table map[fairlead.ErrorKind]Row) {
	t.Helper()
	for _, k := range fairlead.ErrorKinds() {
		if _, ok := table[k]; !ok {
			t.Errorf("the table of errors has no row for %q", k)
		}
	}
	for k := range table {
		if !slices.Contains(fairlead.ErrorKinds(), k) {
			t.Errorf("the table of errors has a row for %q, which is no kind", k)
		}
	}
}

// EveryEvent proves that each kind of event is either published or listed as ignored.
// contextOf makes what the dialect publishes of the kind, if it does at all. A
// dialect with a LoadHint must name the same destinations of no more than it needs.
func EveryEvent(t *testing.T, p notifying.Router, ignored []fairlead.EventKind, contextOf func(fairlead.EventKind) notifying.EventContext) {
	t.Helper()
	for _, k := range fairlead.EventKinds() {
		h := contextOf(k)
		h.Event.Kind = k
		published := len(p.Route(h)) > 0
		if f, ok := p.(notifying.LoadHint); ok && published != publishedOf(p, h, f.Needs(h.Event)) {
			t.Errorf("of %s the dialect says that it needs less than it does", k)
		}
		switch listed := slices.Contains(ignored, k); {
		case published && listed:
			t.Errorf("%s is listed as ignored and published", k)
		case !published && !listed:
			t.Errorf("%s is neither published nor listed as ignored", k)
		}
	}
}

// publishedOf reports whether an event is published when only what is needed of it is given.
func publishedOf(p notifying.Router, h notifying.EventContext, need notifying.Load) bool {
	if need < notifying.LoadAll {
		h.Link, h.Connection, h.Consent = nil, nil, nil
	}
	return need > notifying.Nothing && len(p.Route(h)) > 0
}
