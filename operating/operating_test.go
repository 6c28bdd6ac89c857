package operating_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

const baseURL = "https://connect.example.com"

// from is where operators are in tests.
var from = operating.Client{From: "203.0.113.7", Agent: "Mozilla/5.0 (Test)"}

// server is an Operating on a database of its own, with a clock that is moved by hand.
type server struct {
	*operating.Operating
	t      *testing.T
	store  store.Store
	keys   *keyset.Vault
	folder string
	log    bytes.Buffer

	mu      sync.Mutex
	now     time.Time
	counted map[securitylog.Event]int
}

func newServer(t *testing.T, change ...func(*operating.Options)) *server {
	t.Helper()
	s := &server{t: t, folder: t.TempDir(), keys: keyset.Memory(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), counted: map[securitylog.Event]int{}}
	db, err := sqlstore.Open(t.Context(), apptest.Store(t, s.folder), sqlstore.Options{
		Migrate: true, AuditMAC: func(e fairlead.AuditEntry) string { return access.AuditMAC(s.keys, e) },
	})
	must(t, err)
	t.Cleanup(func() { db.Close() })
	s.store = db
	log := slog.New(slog.NewTextHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o := operating.Options{
		Store: db, Vault: s.keys, Clock: s.clock, BaseURL: baseURL, Log: log,
		Security: securitylog.New(securitylog.Options{Log: log, Clock: s.clock, Observe: func(e securitylog.Event) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.counted[e]++
		}}),
	}
	for _, c := range change {
		c(&o)
	}
	s.Operating = operating.New(o)
	return s
}

func (s *server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// wait lets time pass.
func (s *server) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *server) count(e securitylog.Event) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counted[e]
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fairlead.ErrorKind) {
	t.Helper()
	if !fairlead.Is(err, kind) {
		t.Errorf("got %v, want %s", err, kind)
	}
}

// wantField wants an error that names a field.
func wantField(t *testing.T, err error, name string) {
	t.Helper()
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Name != name {
		t.Errorf("got %v, want the field %s", err, name)
	}
}

func secret(text string) fairlead.Secret { return fairlead.NewSecret(text) }

// goodPassword is one that nobody else has.
const goodPassword = "hunter2 walks the dog"

// person is an operator with all that they know and have.
type person struct {
	s        *server
	id       fairlead.OperatorID
	email    string
	password string
	app      string // secret of the authenticator app
	recovery []string
	signedIn operating.SignedIn
}

// code is what the app shows now.
func (p *person) code() fairlead.Secret { return p.s.codeOf(p.app) }

func (s *server) codeOf(app string) fairlead.Secret {
	code, err := totp.GenerateCode(app, s.clock())
	must(s.t, err)
	return secret(code)
}

func tokenOf(t *testing.T, address string) fairlead.Secret {
	t.Helper()
	token, ok := strings.CutPrefix(address, baseURL+operating.InvitationPath)
	if !ok || len(token) != 43 {
		t.Fatalf("the address is %q", address)
	}
	return secret(token)
}

// accept accepts an invitation with a password and an app.
func (s *server) accept(address, email string) *person {
	s.t.Helper()
	token := tokenOf(s.t, address)
	i, err := s.Invitation(s.t.Context(), token, from)
	must(s.t, err)
	e, err := s.Enrol(i.Operator)
	must(s.t, err)
	p := &person{s: s, email: email, password: goodPassword, app: strings.ReplaceAll(e.Secret, " ", "")}
	p.signedIn, p.recovery, err = s.Accept(s.t.Context(), token, operating.Acceptance{
		Email: email, Password: operating.NewPassword{Password: secret(p.password), Enrolment: e.Sealed, Code: s.codeOf(p.app)},
	}, from)
	must(s.t, err)
	p.id, p.email = p.signedIn.Session.Operator.ID, p.signedIn.Session.Operator.Email
	s.wait(time.Minute) // so that the code of the app is another one
	return p
}

// owner is the first operator.
func (s *server) owner() *person {
	s.t.Helper()
	address, err := s.FirstInvitation(s.t.Context())
	must(s.t, err)
	return s.accept(address, "owner@example.com")
}

// tenant makes a tenant.
func (s *server) tenant(name string) fairlead.TenantID {
	s.t.Helper()
	t, err := access.New(s.store, s.keys, s.clock, access.Options{}).CreateTenant(s.t.Context(), name, fairlead.Sandbox, "")
	must(s.t, err)
	return t.ID
}

// invite invites somebody in the owner's name.
func (s *server) invite(by *person, spec operating.Spec) (fairlead.Operator, string) {
	s.t.Helper()
	op, address, err := s.Invite(by.ctx(), spec)
	must(s.t, err)
	return op, address
}

// ctx is a context in the name of the operator.
func (p *person) ctx() context.Context {
	return fairlead.WithActor(p.s.t.Context(), string(p.id), from.From)
}

func (p *person) credentials() operating.Credentials {
	return operating.Credentials{Email: p.email, Password: secret(p.password), Code: p.code()}
}

// signIn signs in by password.
func (p *person) signIn() operating.SignedIn {
	p.s.t.Helper()
	made, err := p.s.SignIn(p.s.t.Context(), p.credentials(), from)
	must(p.s.t, err)
	p.s.wait(time.Minute)
	return made
}

func (s *server) session(token fairlead.Secret) operating.Session {
	s.t.Helper()
	session, _, err := s.Session(s.t.Context(), token)
	must(s.t, err)
	return session
}

func (s *server) ended(token fairlead.Secret) {
	s.t.Helper()
	_, _, err := s.Session(s.t.Context(), token)
	wantKind(s.t, err, fairlead.Unauthenticated)
}

// trail is the actions of the server's own audit trail, with who did each.
func (s *server) trail() (entries []fairlead.AuditEntry) {
	s.t.Helper()
	must(s.t, s.store.View(s.t.Context(), func(tx *store.Tx) (err error) {
		entries, err = tx.Audit.After(fairlead.ServerTenant, 0, 1000)
		return err
	}))
	return entries
}

func (s *server) audited(action string, actor, subject fairlead.OperatorID) {
	s.t.Helper()
	for _, e := range s.trail() {
		if e.Action == action && e.Actor == string(actor) && e.Subject == string(subject) {
			return
		}
	}
	s.t.Errorf("the trail has no %s of %s by %s", action, subject, actor)
}

func TestAgainOnPostgres(t *testing.T) { apptest.AgainOnPostgres(t) }

// tokens is how many tokens of the server's own there are that expire: none is left when
// each was pruned.
func (s *server) tokens() (n int) {
	s.t.Helper()
	undone := errors.New("undone")
	err := s.store.Update(s.t.Context(), func(tx *store.Tx) (err error) {
		if n, err = tx.Tokens.Prune(fairlead.ServerTenant, s.clock().Add(1000*time.Hour), 500); err == nil {
			err = undone
		}
		return err
	})
	if !errors.Is(err, undone) {
		s.t.Fatal(err)
	}
	return n
}
