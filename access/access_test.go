package access_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// server is an Access on a database of its own, with a clock that is moved by hand.
type server struct {
	*access.Access
	store  store.Store
	folder string
	keys   *keyset.Vault

	mu  sync.Mutex
	now time.Time
}

// begin is when every test begins.
var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newServer(t *testing.T, options access.Options) *server {
	t.Helper()
	s := &server{folder: t.TempDir(), now: begin}
	db, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(s.folder, "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	s.store = db
	s.keys = keyset.Memory()
	s.Access = access.New(db, s.keys, s.clock, options)
	return s
}

// beside is another node on the same database.
func (s *server) beside() *access.Access {
	return access.New(s.store, s.keys, s.clock, access.Options{})
}

func (s *server) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// wait lets real time pass.
func (s *server) wait(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// advance moves a sandbox tenant's clock.
func (s *server) advance(t *testing.T, id fairlead.TenantID, by time.Duration) {
	t.Helper()
	must(t, s.store.Update(t.Context(), func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(id)
		if err != nil {
			return err
		}
		if err := tenant.Move(tenant.Time(s.clock()).Add(by), s.clock()); err != nil {
			return err
		}
		return tx.Tenants.Put(&tenant)
	}))
}

func (s *server) tenant(t *testing.T, name string, env fairlead.Environment) fairlead.Tenant {
	t.Helper()
	tenant, err := s.CreateTenant(t.Context(), name, env, "")
	must(t, err)
	return tenant
}

func (s *server) application(t *testing.T, tenant fairlead.Tenant, name string) fairlead.Application {
	t.Helper()
	app, err := s.CreateApplication(t.Context(), tenant.ID, access.ApplicationSpec{Name: name})
	must(t, err)
	return app
}

func (s *server) key(t *testing.T, app fairlead.Application, spec access.KeySpec) (fairlead.Key, fairlead.Secret) {
	t.Helper()
	key, secret, err := s.CreateKey(t.Context(), app.Tenant, app.ID, spec)
	must(t, err)
	return key, secret
}

// shop is a live tenant's application with one key.
func (s *server) shop(t *testing.T) (fairlead.Application, fairlead.Key, fairlead.Secret) {
	t.Helper()
	app := s.application(t, s.tenant(t, "acme", fairlead.Live), "shop")
	key, secret := s.key(t, app, access.KeySpec{})
	return app, key, secret
}

func (s *server) caller(t *testing.T, secret fairlead.Secret) access.Caller {
	t.Helper()
	c, err := s.BySecret(t.Context(), secret)
	must(t, err)
	return c
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

// wantField wants Invalid or Conflict that names a field.
func wantField(t *testing.T, err error, name string) {
	t.Helper()
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Name != name {
		t.Errorf("got %v, want the field %s", err, name)
	}
}

func TestAKeyAdmitsItsApplication(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	byClient, err := s.ByClient(t.Context(), app.ClientID, secret)
	must(t, err)
	for _, c := range []access.Caller{byClient, s.caller(t, secret)} {
		if c.Tenant.ID != app.Tenant || c.Application.ID != app.ID || c.Key != key.ID || c.Operator || c.Dialect != "" {
			t.Errorf("admitted as %+v", c)
		}
	}
}

func TestWrongCredentialsAllGetOneAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	_, otherSecret := s.key(t, s.application(t, s.tenant(t, "other", fairlead.Live), "shop"), access.KeySpec{})
	revoked, revokedSecret := s.key(t, app, access.KeySpec{})
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, revoked.ID))
	_, expiredSecret := s.key(t, app, access.KeySpec{Expires: begin.Add(time.Hour)})
	s.wait(time.Hour)
	token, _, err := s.IssueToken(t.Context(), s.caller(t, secret), "native", time.Hour)
	must(t, err)

	good := secret.Reveal()
	answers := map[string]bool{}
	for what, pair := range map[string][2]string{
		"unknown id": {"nobody", good}, "wrong secret": {app.ClientID, fairlead.NewToken()}, "both wrong": {"nobody", "nothing"},
		"another's secret": {app.ClientID, otherSecret.Reveal()}, "no id": {"", good}, "no secret": {app.ClientID, ""},
		"huge id": {strings.Repeat("x", 1<<20), good}, "huge secret": {app.ClientID, strings.Repeat("x", 1<<20)},
		"the hash": {app.ClientID, key.Hash}, "the key's id": {app.ClientID, string(key.ID)}, "revoked": {app.ClientID, revokedSecret.Reveal()},
		"expired": {app.ClientID, expiredSecret.Reveal()}, "a token": {app.ClientID, token}, "quotes": {"' OR 1=1 --", good}, "not text": {"\x00\xff", "\xff\x00"},
	} {
		_, err := s.ByClient(t.Context(), pair[0], fairlead.NewSecret(pair[1]))
		if !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Errorf("%s: %v", what, err)
			continue
		}
		answers[err.Error()] = true
		if pair[1] == good || pair[1] == otherSecret.Reveal() { // right by itself
			continue
		}
		_, err = s.BySecret(t.Context(), fairlead.NewSecret(pair[1]))
		wantKind(t, err, fairlead.Unauthenticated)
		if pair[1] != token {
			_, err = s.ByToken(t.Context(), pair[1], "native")
			wantKind(t, err, fairlead.Unauthenticated)
		}
	}
	_, err = s.ByToken(t.Context(), good, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	if len(answers) != 1 {
		t.Errorf("the answers differ: %v", answers)
	}
}

func TestATokenAdmitsWithItsScopesUntilItExpires(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	c := s.caller(t, secret)
	c.Scopes = []fairlead.AccessScope{fairlead.AccessScopeRead}
	token, expires, err := s.IssueToken(t.Context(), c, "native", 30*time.Minute)
	must(t, err)
	if !expires.Equal(begin.Add(30 * time.Minute)) {
		t.Errorf("it expires %s", expires)
	}
	s.wait(30*time.Minute - time.Second)
	got, err := s.ByToken(t.Context(), token, "native")
	must(t, err)
	if got.Application.ID != app.ID || got.Key != key.ID || got.Dialect != "native" || len(got.Scopes) != 1 || got.Scopes[0] != "read" {
		t.Errorf("admitted as %+v", got)
	}
	again, _, err := s.IssueToken(t.Context(), got, "native", 30*time.Minute) // a refresh
	must(t, err)
	s.wait(time.Second)
	_, err = s.ByToken(t.Context(), token, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	if got, err = s.ByToken(t.Context(), again, "native"); err != nil || len(got.Scopes) != 1 {
		t.Errorf("after a refresh: %+v, %v", got, err)
	}
}

func TestATokenFollowsTheTenantsOwnTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	tenant := s.tenant(t, "sandbox", fairlead.Sandbox)
	_, secret := s.key(t, s.application(t, tenant, "shop"), access.KeySpec{})
	s.advance(t, tenant.ID, 24*time.Hour)
	token, expires, err := s.IssueToken(t.Context(), s.caller(t, secret), "native", time.Hour)
	must(t, err)
	if !expires.Equal(begin.Add(25 * time.Hour)) {
		t.Errorf("it expires %s", expires)
	}
	_, err = s.ByToken(t.Context(), token, "native")
	must(t, err)
	s.advance(t, tenant.ID, time.Hour)
	_, err = s.ByToken(t.Context(), token, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	// A key does not: advancing a sandbox must not lock its application out.
	s.caller(t, secret)
}

func TestATokenOfOneDialectIsNoGoodInAnother(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	token, _, err := s.IssueToken(t.Context(), s.caller(t, secret), "klavi", time.Hour)
	must(t, err)
	for _, dialect := range []string{"flanks", "", "Klavi"} {
		_, err := s.ByToken(t.Context(), token, dialect)
		wantKind(t, err, fairlead.Unauthenticated)
	}
}

func TestRevokingAKeyEndsItsTokensAndNoOthers(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, key, secret := s.shop(t)
	_, secondSecret := s.key(t, app, access.KeySpec{})
	first, _, err := s.IssueToken(t.Context(), s.caller(t, secret), "native", time.Hour)
	must(t, err)
	second, _, err := s.IssueToken(t.Context(), s.caller(t, secondSecret), "native", time.Hour)
	must(t, err)
	shown := s.caller(t, secret)
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, key.ID))
	_, _, err = s.IssueToken(t.Context(), shown, "native", time.Hour)
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.ByToken(t.Context(), first, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	_, err = s.ByToken(t.Context(), second, "native")
	must(t, err)
}

func TestATokenIsIssuedOnlyForAKeyAndForSomeTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, secret := s.shop(t)
	public, err := s.ApplicationByClientID(t.Context(), app.ClientID)
	must(t, err)
	if public.Application.ID != app.ID || public.Key != "" {
		t.Errorf("found %+v", public)
	}
	_, _, err = s.IssueToken(t.Context(), public, "native", time.Hour)
	wantKind(t, err, fairlead.Forbidden)
	_, _, err = s.IssueToken(t.Context(), s.caller(t, secret), "native", 0)
	wantField(t, err, "expires_in")
	_, err = s.ApplicationByClientID(t.Context(), "nobody")
	wantKind(t, err, fairlead.NotFound)
}

func TestOnlyHashesOfSecretsReachTheDisk(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, secret := s.shop(t)
	_, signing := s.key(t, app, access.KeySpec{KeepForSigning: true})
	c := s.caller(t, secret)
	token, _, err := s.IssueToken(t.Context(), c, "native", time.Hour)
	must(t, err)
	_, err = s.Once(t.Context(), c, posted("once", "hunter2-in-the-body"), func(context.Context) access.Answer {
		return access.Answer{Status: 201, Header: map[string][]string{"Location": {"/l/hunter2-in-a-header"}}, Body: []byte("hunter2-in-the-answer")}
	})
	must(t, err)
	must(t, s.store.Close())

	files, err := filepath.Glob(filepath.Join(s.folder, "test.db*"))
	must(t, err)
	read := 0
	for _, f := range files {
		content, err := os.ReadFile(f)
		must(t, err)
		read += len(content)
		for what, text := range map[string]string{"secret": secret.Reveal(), "signing secret": signing.Reveal(), "token": token, "answer": "hunter2"} {
			if bytes.Contains(content, []byte(text)) {
				t.Errorf("%s holds the %s", filepath.Base(f), what)
			}
		}
	}
	if read == 0 {
		t.Error("there was nothing to look through")
	}
}
