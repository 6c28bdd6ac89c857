// Package dialect is the port behind which published APIs are spoken.
//
// It owns the contract. A dialect decodes a vendor's request, makes one or two
// calls to the verbs and encodes the answer; it names the destinations of an
// event and renders their bodies; it says where a link's end leads. It holds no SQL,
// no goroutine, no retry and no clock, and is handed the verbs and nothing else.
// The native API is one more dialect, without privileges. Package
// dialect/dialecttest is the specification.
package dialect

import (
	"log/slog"
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/consenting"
	"github.com/fairlead-dev/fairlead/erasing"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/providing"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/simulating"
)

// Dialect is one published API. One that sends webhooks is a notifying.Router too.
type Dialect interface {
	Name() string
	// Mount adds the inbound routes. Each dialect has paths of its own.
	Mount(mux *http.ServeMux)
	// Scopes is every route that Mount adds below the dialect's API, with the scope that
	// a caller's key must have to be let in; "" where none is needed, because the route
	// itself is how one shows who one is, or takes another kind of token.
	Scopes() map[string]fairlead.AccessScope
	linking.Finisher
}

// Verbs is all that a dialect is handed.
type Verbs struct {
	Access     *access.Access
	Linking    *linking.Linking
	Consenting *consenting.Consenting
	Erasing    *erasing.Erasing
	Collecting *collecting.Collecting
	Reading    *reading.Reading
	Notifying  *notifying.Notifying
	Simulating *simulating.Simulating
	Notes      *notes.Notes
	Providing  *providing.Providing
	Clock      fairlead.Clock // real time, for headers and limits; never for deciding what is due
	BaseURL    string         // public address, no slash at the end
	Dev        bool
	Log        *slog.Logger
	Security   *securitylog.Log // nil: nobody looks
}

// Configurable is the optional power to have settings per application.
type Configurable interface {
	Settings() []notes.Setting
}

// HasEntryURLs is the optional power to spell addresses of the hosted page in the
// vendor's way.
type HasEntryURLs interface {
	EntryURLs() []linking.EntryURL
}

// Script is a vendor's own name for our link.js: the source of a small shim that
// is served at Path with link.js before it.
type Script struct {
	Path   string
	Source string
}

// HasScripts is the optional power to have such scripts.
type HasScripts interface {
	Scripts() []Script
}

// Word is one of a closed set with what it means, for a reference.
type Word struct {
	Name, Words, Title string
	Status             int // of an error, as the API answers it
}

// Described is the optional power to describe the API for the reference at /docs:
// as OpenAPI 3.1 in JSON, and its types of event and kinds of error in words.
type Described interface {
	Description() ([]byte, error)
	Words() (events, errors []Word)
}
