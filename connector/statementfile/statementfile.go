// Package statementfile is the connector for files that people download from their bank
// and bring along: whatever package format/reader reads.
//
// It owns one institution, "Upload a statement": a login that is a form for files, and
// fetches that read them. The files themselves lie sealed in the bucket; the secrets of
// the connection hold their handles, what files have called its accounts, and what the
// person answered about their layouts.
//
// The flow of a login (Resume is the dispatcher; each form knows which answers it takes):
//
//	file ──→ mapping ⇄ try      where something must be answered before a file can be read
//	  ↑  ╲      │
//	  │   ╲     ↓
//	  ├────→ preview            what was understood; nothing is saved yet
//	another     │ import
//	            ↓
//	          Done              goes on with a connection of the person's that has one of the
//	                            accounts, or with a new one
//
// Files that can't be read are requested again with a sentence that says where they are
// wrong. Nothing that was read lies in the state: it is read again in each turn.
//
// Accounts are the same where their names say so for certain (format.Names.Same). Where
// they may be the same the person is asked, and the answer is remembered. A fetch has
// nobody to ask: rows of an account that the connection does not have, or perhaps does
// not have, are left out and the account is offered (connector.Uploaded).
//
// A file never removes transactions. It claims days, but banks put rows into the next
// download that were missing in this one, and an older file may come after a newer:
// absence in an upload says nothing. Hence no page covers days. Only lists that are
// complete by nature, positions and pending rows, cover.
package statementfile

import (
	"context"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
	"github.com/fairlead-dev/fairlead/format"
	"github.com/fairlead-dev/fairlead/format/reader"
)

const name = "statementfile"

// Connector reads uploaded statements.
type Connector struct {
	workers chan struct{} // one for each import that is being read
	read    func(ctx context.Context, files ...format.Input) (*reader.Import, error)
}

var _ connector.Connector = (*Connector)(nil)

// New makes the connector.
func New() *Connector { return &Connector{workers: make(chan struct{}, atOnce), read: reader.Read} }

// Describe names the one institution.
func (*Connector) Describe() connector.Description {
	return connector.Description{
		Name: name,
		Institutions: []fairlead.Institution{{
			ID:         "ins_statement",
			Connector:  name,
			ShortName:  "statement",
			Name:       "Upload a statement",
			OtherNames: []string{"OFX", "QFX", "CSV", "CAMT", "MT940", "PDF", "Statement file", "Extrato", "Extracto"},
			Logo:       logo,
			Colour:     "#3f5b76",
			Products: []fairlead.Product{
				fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions,
				fairlead.ProductStatements, fairlead.ProductTaxForms,
			},
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

// Forms that the login shows, and the fields that lead on from them.
const (
	atFile    = "file"
	atMapping = "mapping"
	atPreview = "preview"

	fieldTry     = "try"
	fieldNext    = "next"
	fieldImport  = "import"
	fieldAnother = "another"
	accountField = "account." // and the Ref that the account would have as a new one
)

// state is what goes from one turn to the next. Nothing of what files hold is in it.
type state struct {
	At      string                       `json:"at"` // the form that was shown
	Files   []fairlead.File              `json:"files,omitempty"`
	Subject subject                      `json:"subject,omitzero"`
	Layouts answers                      `json:"layouts,omitempty"` // what was said about layouts
	Blobs   map[string]map[string]string `json:"blobs,omitempty"`   // and about files without one
	Choices map[string]string            `json:"choices,omitempty"` // which account of the person's one is
}

// subject is what a mapping form is about.
type subject struct {
	Blob   string `json:"blob,omitempty"`
	Layout string `json:"layout,omitempty"`
}

const stateVersion = 2

// turn shows a form.
func turn(st state, step fairlead.Step) (connector.Turn, error) {
	st.At = step.Form.Kind
	s, err := kit.EncodeState(stateVersion, st)
	if err != nil && st.At != atFile { // more was answered than can be remembered between two turns
		return turn(state{}, filesAgain(ofKind(fairlead.FileTooOpen, "These files leave too much open. Please bring fewer of them at once.")))
	}
	return connector.Turn{Step: step, State: s}, err
}

func fileForm() fairlead.Step {
	return kit.UploadMany("Statement file", accept(), maxBytes, maxFiles)
}

// accept are the endings that a file chooser offers. It is the content that decides.
func accept() string { return strings.Join(reader.Endings(), ",") }

// Begin shows the form for files.
func (*Connector) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return turn(state{}, fileForm())
}

// Resume goes on from the form that was shown.
func (c *Connector) Resume(ctx context.Context, s connector.Start, remembered []byte, a fairlead.Answer) (connector.Turn, error) {
	l := login{c: c, start: s}
	if err := kit.DecodeState(remembered, stateVersion, &l.state); err != nil {
		return connector.Turn{}, err
	}
	if err := l.recall(); err != nil {
		return connector.Turn{}, err
	}
	_, another := kit.Answered(a, fieldAnother)
	switch {
	case another:
		return turn(state{}, fileForm())
	case l.At == atMapping:
		return l.mapped(ctx, a)
	case l.At == atPreview:
		return l.previewed(ctx, a)
	}
	files := kit.AnsweredFiles(a, kit.FileField)
	if len(files) == 0 {
		return turn(state{}, fileForm())
	}
	l.state = state{Files: files}
	return l.read(ctx)
}

// login is one turn of a login.
type login struct {
	c     *Connector
	start connector.Start
	state
	known []known
}

// known is a connection of the person's with what it remembers.
type known struct {
	connector.KnownConnection
	memory
}

// recall reads what the connections of the person remember.
func (l *login) recall() error {
	if l.start.Known == nil {
		return nil
	}
	all, err := l.start.Known()
	if err != nil {
		return err
	}
	for _, k := range all {
		m, err := recall(k.Secrets)
		if err != nil {
			return err
		}
		l.known = append(l.known, known{k, m})
	}
	return nil
}

// said are the answers that the person gave, here and for earlier files.
func (l *login) said() said {
	return said{
		ofFile: func(blob string) map[string]string { return l.Blobs[blob] },
		ofLayout: func(layout string) map[string]string {
			if given := l.Layouts[layout]; layout == "" || given != nil {
				return given
			}
			for _, k := range l.known {
				if given := k.Answers[layout]; given != nil {
					return given
				}
			}
			return nil
		},
	}
}

// read reads the files and shows what comes next: a question, the preview, or the form
// for files again.
func (l *login) read(ctx context.Context) (connector.Turn, error) {
	imp, err := l.c.readFiles(ctx, l.start.Open, l.Files, l.said())
	if question, ok := err.(*open); ok { //nolint:errorlint // it is never wrapped
		return l.inquire(ctx, question)
	}
	if w, refused := refusal(err); refused {
		step := filesAgain(w)
		if imp != nil && len(imp.Files) > 1 { // which reason is whose
			step.Form.Preview = &fairlead.Preview{Files: filesOf(imp)}
		}
		return turn(state{}, step)
	}
	if err != nil {
		return connector.Turn{}, err
	}
	return l.show(imp, nil)
}
