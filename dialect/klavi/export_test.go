package klavi

import (
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notes"
)

// What the tests outside the package look at.
var (
	Rows    = rows
	Ignored = ignored
)

// Routing is the dialect with what routing needs: its settings.
func Routing() (*Klavi, error) {
	k := New(dialect.Verbs{Notes: notes.New(nil), Dev: true})
	return k, k.verbs.Notes.Declare(name, k.Settings())
}

// StatusOf is the vendor's word for a consent.
var StatusOf = consentStatus
