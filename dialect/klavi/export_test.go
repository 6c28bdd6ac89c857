package klavi

import (
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notes"
)

// What the tests outside the package hold to account.
var (
	Rows    = rows
	Ignored = ignored
	Rewrite = rewrite
)

// Planning is the dialect with what planning needs: its settings.
func Planning() (*Klavi, error) {
	k := New(dialect.Verbs{Notes: notes.New(nil), Dev: true})
	return k, k.verbs.Notes.Declare(name, k.Settings())
}

// StatusOf is the vendor's word for a consent.
var StatusOf = consentStatus
