package statementfile_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/connectortest"
	"github.com/fairlead-dev/fairlead/connector/statementfile"
)

// person brings files, and has the connections that came of them, as linking would.
type person struct {
	*testing.T
	files   map[string][]byte // the bucket
	known   []connector.KnownConnection
	renewed fairlead.ConnectionID
}

func newPerson(t *testing.T) *person { return &person{T: t, files: map[string][]byte{}} }

func (p *person) open(f fairlead.File) (io.ReadCloser, error) {
	b, ok := p.files[f.Blob]
	if !ok {
		return nil, fairlead.Errorf(fairlead.NotFound, "There is no such blob.")
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// put lays a file into the bucket.
func (p *person) put(name string, b []byte) fairlead.File {
	blob := fmt.Sprintf("blob/%d", len(p.files))
	p.files[blob] = b
	return fairlead.File{Blob: blob, Name: name, Size: int64(len(b))}
}

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte("key\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

func (p *person) start() connector.Start {
	s := connector.Start{
		Env:  connector.Env{Environment: fairlead.Live, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Digest: digest},
		Open: p.open, Renewed: p.renewed,
		Known: func() ([]connector.KnownConnection, error) { return p.known, nil },
	}
	return s
}

// login is a conversation at one of its steps.
type login struct {
	*person
	step  fairlead.Step
	state []byte
}

func (p *person) begin() *login {
	p.Helper()
	turn, err := statementfile.New().Begin(p.Context(), p.start())
	if err != nil {
		p.Fatal(err)
	}
	return p.at(turn)
}

func (p *person) at(turn connector.Turn) *login {
	p.Helper()
	for _, complaint := range connectortest.CheckStep(turn.Step) {
		p.Error(complaint)
	}
	if len(turn.State) > 64<<10 {
		p.Errorf("a state of %d bytes", len(turn.State))
	}
	return &login{p, turn.Step, turn.State}
}

func (l *login) answer(a fairlead.Answer) *login {
	l.Helper()
	turn, err := statementfile.New().Resume(l.Context(), l.start(), l.state, a)
	if err != nil {
		l.Fatal(err)
	}
	return l.at(turn)
}

// bring answers with files.
func (l *login) bring(files ...fairlead.File) *login {
	l.Helper()
	a := fairlead.Answer{Files: map[string]fairlead.File{}}
	for n, f := range files {
		a.Files[fairlead.FileName("file", n+1)] = f
	}
	return l.answer(a)
}

// say answers with fields: name, value, name, value …
func (l *login) say(pairs ...string) *login {
	l.Helper()
	a := fairlead.Answer{Fields: map[string]fairlead.Secret{}}
	for n := 0; n < len(pairs); n += 2 {
		a.Fields[pairs[n]] = fairlead.NewSecret(pairs[n+1])
	}
	return l.answer(a)
}

// form is the form of a kind that is shown.
func (l *login) form(kind string) *fairlead.Form {
	l.Helper()
	if l.step.Form == nil || l.step.Form.Kind != kind {
		l.Fatalf("%s is shown, not %s", shown(l.step), kind)
	}
	return l.step.Form
}

func shown(s fairlead.Step) string {
	if s.Form == nil {
		return fmt.Sprintf("%+v", s)
	}
	return fmt.Sprintf("form %s (%q)", s.Form.Kind, s.Form.Text)
}

// imports presses the button of the preview, and has the connection from then on.
func (l *login) imports() (*fairlead.Done, connector.KnownConnection) {
	l.Helper()
	l.form("preview")
	done := l.say("import", "yes").step.Done
	if done == nil {
		l.Fatal("it is not done")
	}
	return done, l.connect(done, nil)
}

// connect makes or renews the connection of a login, with the accounts that were picked.
func (p *person) connect(done *fairlead.Done, picked []string) connector.KnownConnection {
	for n := range p.known {
		if p.known[n].ID == done.Connection {
			p.known[n].Secrets = done.Secrets
			if len(p.known[n].Accounts) > 0 || len(picked) > 0 {
				p.known[n].Accounts = append(append(p.known[n].Accounts, done.Joined...), picked...)
			}
			return p.known[n]
		}
	}
	c := connector.KnownConnection{ID: fairlead.ConnectionID(fmt.Sprintf("con_%d", len(p.known))), Accounts: picked, Secrets: done.Secrets}
	p.known = append(p.known, c)
	return c
}

// link brings files and imports them, where nothing is asked.
func (p *person) link(files ...fairlead.File) (*fairlead.Done, connector.KnownConnection) {
	p.Helper()
	return p.begin().bring(files...).imports()
}

// fetch reads all of a product of a connection.
func (p *person) fetch(c connector.KnownConnection, product fairlead.Product, file *fairlead.File) connector.Page {
	p.Helper()
	page, err := p.tryFetch(c, product, file)
	if err != nil {
		p.Fatal(err)
	}
	return page
}

func (p *person) tryFetch(c connector.KnownConnection, product fairlead.Product, file *fairlead.File) (connector.Page, error) {
	s := connector.Session{Env: p.start().Env, Connection: c.ID, Secrets: c.Secrets, File: file, Open: p.open}
	return statementfile.New().Fetch(p.Context(), s, connector.FetchRequest{Product: product, Limit: 100_000})
}

// file reads a file of another package's test data.
func file(t testing.TB, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func norma43(t testing.TB, name string) []byte {
	return file(t, "..", "..", "format", "norma43", "testdata", name)
}
