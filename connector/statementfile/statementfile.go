// Package statementfile is the connector for files that people download from
// their bank and bring along: OFX of any age, which Quicken calls QFX.
//
// It owns one institution, "Upload a statement": a login that is a form for a file, and
// fetches that read it. The file itself lies sealed in the bucket; the secrets of
// the connection hold its handle. Every page reads the file anew.
//
// The flow: show a form for a file → read it whole; one that can't be read is requested
// again with a sentence that says where it is wrong → Done, with the institution
// and the account numbers as identity, so that next month's file of the same
// accounts finds the same connection.
//
// A file never removes. It claims days, but banks put rows into the next download
// that were missing in this one, and an older file may come after a newer: absence
// in an upload says nothing. Hence no page covers transactions. Only a list of
// positions is complete by nature, and covers the account's holdings.
package statementfile

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const (
	name     = "statementfile"
	accept   = ".ofx,.qfx"
	maxBytes = 16 << 20
)

// Connector reads uploaded statements.
type Connector struct{}

var _ connector.Connector = (*Connector)(nil)

// New makes the connector.
func New() *Connector { return &Connector{} }

// Describe names the one institution.
func (*Connector) Describe() connector.Description {
	return connector.Description{
		Name: name,
		Institutions: []fairlead.Institution{{
			ID:           "ins_statement",
			Connector:    name,
			ShortName:    "statement",
			Name:         "Upload a statement",
			OtherNames:   []string{"OFX", "QFX", "Statement file", "Extrato", "Extracto"},
			Logo:         logo,
			Colour:       "#3f5b76",
			Products:     []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions},
			Logins:       []fairlead.LoginKind{fairlead.LoginFile},
			Environments: []fairlead.Environment{fairlead.Sandbox, fairlead.Live},
			Health:       fairlead.HealthGood,
		}},
	}
}

// logo is a sheet with an arrow upwards.
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#3f5b76"/>` +
	`<path d="M20 12h17l9 9v31H20z" fill="#fff"/><path d="M37 12v9h9" fill="#c9d4de"/>` +
	`<path d="M33 46V30m-7 7 7-7 7 7" fill="none" stroke="#3f5b76" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`

// state is all that goes from one turn to the next: that a file was requested.
type state struct {
	Requested bool `json:"requested"`
}

const stateVersion = 1

func question() fairlead.Step { return kit.Upload("Statement file", accept, maxBytes) }

// Begin shows the form for a file.
func (*Connector) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return turn(question())
}

func turn(step fairlead.Step) (connector.Turn, error) {
	s, err := kit.EncodeState(stateVersion, state{Requested: true})
	return connector.Turn{Step: step, State: s}, err
}

// Resume reads the file that was brought.
func (*Connector) Resume(_ context.Context, s connector.Start, remembered []byte, a fairlead.Answer) (connector.Turn, error) {
	var st state
	if err := kit.DecodeState(remembered, stateVersion, &st); err != nil {
		return connector.Turn{}, err
	}
	file, ok := a.Files[kit.FileField]
	if !ok {
		return turn(question())
	}
	imported, err := read(s.Digest, s.Open, file)
	if sentence, refused := refusal(err); refused {
		return turn(kit.Again(question(), sentence))
	}
	if err != nil {
		return connector.Turn{}, err
	}
	return connector.Turn{Step: fairlead.Step{Done: &fairlead.Done{
		Secrets:  remember(file),
		Identity: identity(imported),
		Accounts: offers(imported),
	}}}, nil
}

func offers(i imported) []fairlead.AccountOffer {
	out := make([]fairlead.AccountOffer, len(i.Accounts))
	for n, a := range i.Accounts {
		out[n] = fairlead.AccountOffer{Ref: a.Ref, Name: a.Name, Mask: a.Mask}
	}
	return out
}
