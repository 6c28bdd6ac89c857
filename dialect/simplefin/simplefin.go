// Package simplefin speaks SimpleFIN: a program that has been given a setup token exchanges
// it for an address with credentials, and reads there what the person shares.
//
// It owns the protocol's words, shapes and addresses, in both of its versions. The flow: a
// setup token is made by package consenting and claimed here (routes.go); accounts are
// gathered (gather.go), what needs attention is put into words (attention.go), and all is
// written account by account (stream.go, wire.go). README.md lists what is served, where it
// differs, and what was chosen where the protocol is silent.
package simplefin

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
)

const (
	name = "simplefin"
	root = "/simplefin"
)

// SimpleFIN is the dialect.
type SimpleFIN struct{ verbs dialect.Verbs }

// New builds the dialect over the verbs.
func New(v dialect.Verbs) *SimpleFIN { return &SimpleFIN{verbs: v} }

// Name is "simplefin".
func (s *SimpleFIN) Name() string { return name }

var _ dialect.Dialect = (*SimpleFIN)(nil)

// Finish leads nowhere: no link begins here.
func (s *SimpleFIN) Finish(context.Context, linking.LinkResult) (linking.AppReturn, error) {
	return linking.AppReturn{}, fairlead.Errorf(fairlead.Unsupported, "No link begins by SimpleFIN.")
}
