// Package native speaks Fairlead's own API under /v1.
//
// It owns the shapes of /v1, its OpenAPI description and reference page, its
// webhook bodies and what a link's end sends the browser. It is a dialect like
// any other: it is handed the verbs and has no privileges. README.md lists what
// is served.
//
// Read downwards: frame.go surrounds every request, routes.go lists them all;
// their handlers stand in the files of the chapters' names; operation.go is what
// they share, wire.go and wire_records.go what they answer. events.go says which
// events are sent, finish.go where a link's end leads.
package native

//go:generate go run ./write ../../docs/openapi.json

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notifying"
)

// name is how origins, tokens and settings remember this dialect.
const name = "native"

// Native is the dialect.
type Native struct {
	verbs    dialect.Verbs
	advances advances
	spec     *huma.OpenAPI    // the description of the API, once it is mounted
	inputs   map[string]input // what each route takes, by its pattern
}

var (
	_ dialect.Dialect    = (*Native)(nil)
	_ notifying.Router   = (*Native)(nil)
	_ notifying.LoadHint = (*Native)(nil)
)

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *Native { return &Native{verbs: v} }

// Name is "native".
func (n *Native) Name() string { return name }
