// Package apptest is the whole application for tests: what is wired for real, on
// a temporary database, with the sandbox banks instead of mocks.
//
// Start runs it on a loopback port until the test ends. An App is used as a
// customer uses a server: by its API (Call), by its pages (Person), by receiving
// its webhooks (Receiver), and by moving its clock (Advance).
package apptest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops a database per test

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest/described"
	"github.com/fairlead-dev/fairlead/server"
)

// deadline bounds every wait of a test.
const deadline = 5 * time.Minute

// App is a running application.
type App struct {
	T      testing.TB
	Server *server.Server
	URL    string
	Log    *Log
	stop   context.CancelFunc
	ended  chan error
	once   sync.Once
}

// Option changes what is started.
type Option func(*server.Config)

// Frozen makes the sandbox clock stand at an instant: for golden files.
func Frozen(at time.Time) Option { return func(c *server.Config) { c.Frozen = at } }

// Seed chooses another world.
func Seed(seed string) Option { return func(c *server.Config) { c.Seed = seed } }

// Estuary sets up the sandbox's own provider, as fairlead dev does.
func Estuary() Option { return func(c *server.Config) { c.Estuary = true } }

// Data stores everything in a folder that outlives the App: for restarts.
func Data(dir string) Option { return func(c *server.Config) { c.Data = dir } }

// On puts the store on a database: see Postgres.
func On(storeURL string) Option { return func(c *server.Config) { c.Store = storeURL } }

// Beside makes another node of a running application on PostgreSQL: the same
// database, keys and documents, and a data folder of its own.
func Beside(other *App, node string) Option {
	return func(c *server.Config) {
		shared := other.Server.Config
		c.Store, c.Vault, c.Blobs, c.Seed, c.Frozen, c.Node = shared.Store, shared.Vault, shared.Blobs, shared.Seed, shared.Frozen, node
	}
}

// Start runs the application until the test ends.
func Start(t testing.TB, options ...Option) *App {
	t.Helper()
	log := &Log{}
	c := server.Config{Dev: true, Addr: "127.0.0.1:0", Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, o := range options {
		o(&c)
	}
	if c.Data == "" {
		c.Data = t.TempDir()
	}
	ctx, stop := context.WithCancel(context.Background())
	s, err := server.Open(ctx, c)
	if err != nil {
		stop()
		t.Fatalf("starting the application: %v", err)
	}
	a := &App{T: t, Server: s, URL: s.URL(), Log: log, stop: stop, ended: make(chan error, 1)}
	go func() { a.ended <- s.Run(ctx) }()
	t.Cleanup(a.Stop)
	return a
}

// Stop ends the application, in order. It may be called more than once.
func (a *App) Stop() {
	a.once.Do(func() {
		a.stop()
		select {
		case err := <-a.ended:
			if err != nil {
				a.T.Errorf("the application ended with: %v", err)
			}
		case <-time.After(deadline):
			a.T.Error("the application did not stop")
		}
	})
}

// Postgres makes an empty database on the server that FAIRLEAD_TEST_POSTGRES
// names, drops it when the test ends, and returns its address.
func Postgres(t testing.TB) string {
	t.Helper()
	base := os.Getenv("FAIRLEAD_TEST_POSTGRES")
	if base == "" {
		if Full() {
			t.Fatal("FAIRLEAD_TEST_POSTGRES names no server, and nothing may be skipped here")
		}
		t.Skip("skipped: FAIRLEAD_TEST_POSTGRES names no PostgreSQL server (make test starts one)")
	}
	db, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	name := "app_" + strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(fairlead.NewToken()[:16]))
	if _, err := db.Exec("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("dropping the test's database: %v", err)
		}
		db.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// onPostgres names the variable under which a package's tests run on PostgreSQL.
const onPostgres = "FAIRLEAD_TEST_ON_POSTGRES"

// OnPostgres reports whether this run is the one that AgainOnPostgres began.
func OnPostgres() bool { return os.Getenv(onPostgres) != "" }

// Store is the address of a new, empty database for a test: a file in its folder,
// or in the run that AgainOnPostgres began one on PostgreSQL.
func Store(t testing.TB, folder string) string {
	t.Helper()
	if OnPostgres() {
		return Postgres(t)
	}
	return "sqlite://" + filepath.Join(folder, "fairlead.db")
}

// AgainOnPostgres runs all tests of the package once more, with Store giving them
// databases on PostgreSQL.
func AgainOnPostgres(t *testing.T) {
	t.Helper()
	if OnPostgres() {
		return // this is that
	}
	Postgres(t) // skips where there is none
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.timeout=10m", "-test.parallel=4")
	again.Env = append(os.Environ(), onPostgres+"=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}

// Full reports whether nothing may be skipped: in CI, and under make test.
func Full() bool { return os.Getenv("CI") == "true" || os.Getenv("FAIRLEAD_TEST_FULL") == "1" }

// Stores runs a test on each database: SQLite always, PostgreSQL where there is one.
func Stores(t *testing.T, run func(t *testing.T, options ...Option)) {
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); run(t) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); run(t, On(Postgres(t))) })
}

// Call calls the native API as the dev application and decodes the answer into
// answer (nil: ignored). It fails the test on a status of 300 and more.
func (a *App) Call(method, path string, body, answer any) {
	a.T.Helper()
	status, content := a.Raw(method, path, body)
	if status >= 300 {
		a.T.Fatalf("%s %s answered %d: %s", method, path, status, content)
	}
	if answer != nil {
		if err := json.Unmarshal(content, answer); err != nil {
			a.T.Fatalf("%s %s answered %s: %v", method, path, content, err)
		}
	}
}

// Raw calls the native API as the dev application and returns whatever it answers.
func (a *App) Raw(method, path string, body any) (int, []byte) {
	a.T.Helper()
	r := a.Request(method, "/v1"+path, body)
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	return a.Do(r)
}

// Request builds a request to the application: body as JSON, or as it is when []byte or string.
func (a *App) Request(method, path string, body any) *http.Request {
	a.T.Helper()
	var content []byte
	switch b := body.(type) {
	case nil:
	case []byte:
		content = b
	case string:
		content = []byte(b)
	default:
		var err error
		if content, err = json.Marshal(b); err != nil {
			a.T.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	a.T.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, method, a.URL+path, bytes.NewReader(content))
	if err != nil {
		a.T.Fatal(err)
	}
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// Do sends a request, follows no redirect, and returns status and body. An answer of the
// native API that is not as described fails the test.
func (a *App) Do(r *http.Request) (int, []byte) {
	a.T.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		a.T.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		a.T.Fatal(err)
	}
	for _, wrong := range described.Answer(r.Method, r.URL.Path, response.StatusCode, response.Header.Get("Content-Type"), content) {
		a.T.Error(wrong)
	}
	return response.StatusCode, content
}

// Link links a persona headlessly and returns its connection's id.
func (a *App) Link(institution, user, password string) string {
	a.T.Helper()
	var linked struct {
		ConnectionID string `json:"connection_id"`
		Status       string
		Error        string
	}
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": institution, "user": user, "password": password}, &linked)
	if linked.ConnectionID == "" {
		a.T.Fatalf("linking %s at %s ended as %s: %s", user, institution, linked.Status, linked.Error)
	}
	return linked.ConnectionID
}

// Linked links a persona and waits until its first collection has ended.
func (a *App) Linked(institution, user, password string) string {
	a.T.Helper()
	id := a.Link(institution, user, password)
	a.Until("the first collection has ended", func() bool {
		var c struct{ Status string }
		a.Call("GET", "/connections/"+id, nil, &c)
		return c.Status != string(fairlead.ConnectionCollecting)
	})
	return id
}

// Advance lets a duration like "30d" pass in the sandbox.
func (a *App) Advance(by string) {
	a.T.Helper()
	a.Call("POST", "/sandbox/clock/advance", map[string]string{"by": by}, nil)
}

// Until waits for a condition, trying it every few milliseconds.
func (a *App) Until(what string, holds func() bool) {
	a.T.Helper()
	for end := time.Now().Add(deadline); time.Now().Before(end); time.Sleep(15 * time.Millisecond) {
		if holds() {
			return
		}
	}
	a.T.Fatalf("waited %s in vain until %s", deadline, what)
}

// Log collects what the application logs, so that a test can look for what must
// not be there.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// List reads all pages of a list of the native API; of one that goes on for ever
// (events, changes) what is there by now.
func List[T any](a *App, path string) []T {
	a.T.Helper()
	var all []T
	after := ""
	for {
		var page struct {
			Data []T
			Next *string
		}
		separator := "?"
		if strings.Contains(path, "?") {
			separator = "&"
		}
		a.Call("GET", fmt.Sprintf("%s%slimit=500&after=%s", path, separator, url.QueryEscape(after)), nil, &page)
		all = append(all, page.Data...)
		if page.Next == nil || len(page.Data) == 0 || *page.Next == after {
			return all
		}
		after = *page.Next
	}
}
