// Package server is the whole application, put together.
//
// It owns wiring: which connectors and dialects there are (wire.go, one line
// each), how the parts are given to one another, the HTTP surface around them,
// and starting and stopping. It holds no rule of the product. cmd/fairlead runs
// it, and apptest runs it in tests, so that what is tested is what is run.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/bucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/guard"
	"github.com/fairlead-dev/fairlead/measuring"
	"github.com/fairlead-dev/fairlead/operating"
	"github.com/fairlead-dev/fairlead/securitylog"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault"
	"github.com/fairlead-dev/fairlead/vault/keyset"
	"github.com/fairlead-dev/fairlead/working"
)

// Config is all that can be configured. Every zero value is usable in dev.
type Config struct {
	Dev       bool
	Data      string   // data folder: database, blobs, and in dev the keyset
	Addr      string   // to listen on; "127.0.0.1:8080"
	Admin     string   // serve: /metrics and nothing else; "": not served
	URL       string   // public address; dev derives it from Addr
	Operator  string   // who runs this server, as people read it; "": the host of URL
	Store     string   // sqlite:///… or postgres://…; "": in Data
	Blobs     string   // file:///… or s3://…; "": in Data
	Vault     string   // file:///…/keyset.json; "": in Data (dev only)
	Proxies   []string // CIDRs whose X-Forwarded-For is believed; none, where a proxy ends TLS: this machine's
	TLSEnded  bool     // a proxy in front ends TLS
	Allow     []string // hosts or CIDRs inside that webhooks and connectors may reach
	Seed      string   // dev: of the sandbox world
	Frozen    time.Time
	Workers   int
	Rate      int    // requests a second of one application, on this node; 0: 100
	OIDC      OIDC   // by which operators sign in to the console; zero: by password and passkey alone
	Streams   int    // streams of events and long polls that one application holds open; 0: 100, in dev no bound
	PerClient int    // connections that one client address holds open; 0: 256, in dev no bound
	Node      string // name of this node, unique among nodes; "": the machine's and the data folder's
	// Connections bounds those to PostgreSQL; 0: 16.
	Connections int
	Log         *slog.Logger

	// WrapStore stands between the verbs and the database; nil: nothing does. Tests
	// cut requests off with it.
	WrapStore func(store.Store) store.Store `json:"-"`

	// Connectors are some besides those of wire.go, for tests.
	Connectors []connector.Connector `json:"-"`

	// Estuary sets up the sandbox's own provider for the dev tenant.
	Estuary bool `json:"-"`

	// Failed is called with each request of the dev server that was answered with an error;
	// nil: nobody is.
	Failed func(RequestFailure) `json:"-"`

	// Demo makes the application that a dev server shows at /demo; nil: none.
	Demo func(DevFile, *slog.Logger) http.Handler `json:"-"`
}

// Server is a running application.
type Server struct {
	Config    Config
	Verbs     dialect.Verbs
	Working   *working.Working
	Measuring *measuring.Measuring
	// Operating is who operates the server: no business of a dialect's, and so none of Verbs.
	Operating *operating.Operating
	Store     store.Store
	Vault     vault.Full
	Version   string

	health       *health
	clock        *steadyClock
	folder       io.Closer // its lock
	bucket       bucket.Bucket
	registry     *connector.Registry
	metrics      *metrics
	security     *securitylog.Log
	loop         http.RoundTripper // to this server's own listener
	listener     net.Listener
	processes    *processes // over the same database
	clockDoubted bool       // the machine's clock was far behind the stored time at the start
	http         *http.Server
	muxes        []*http.ServeMux
	admin        *http.Server
	socket       *http.Server
	hangUp       func() // ends every request's context
	dialects     []dialect.Dialect

	sandboxed sandboxed
	recorders recorders
	clientsMu sync.Mutex
	clients   map[clientOf]*http.Client // of connectors
}

// Open opens the store, the vault and the bucket, wires everything and listens.
// It serves nothing before Run.
func Open(ctx context.Context, c Config) (_ *Server, err error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	s := &Server{Config: c}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.listener, err = net.Listen("tcp", c.Addr); err != nil {
		return nil, fmt.Errorf("cannot listen on %s (set another with --addr): %w", c.Addr, err)
	}
	if s.Config.URL == "" {
		s.Config.URL = "http://" + s.listener.Addr().String()
	}
	if s.Store, err = openStore(ctx, s.Config, sqlstore.Options{Migrate: c.Dev, AuditMAC: s.auditMAC}); err != nil {
		return nil, err
	}
	if s.folder, err = lockFolder(s.Config.Data); err != nil {
		return nil, err
	}
	if err := s.openSealed(ctx); err != nil {
		return nil, err
	}
	if c.WrapStore != nil {
		s.Store = c.WrapStore(s.Store)
	}
	s.loop = &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second}
	if err := s.wire(); err != nil {
		return nil, err
	}
	if c.Dev {
		err = s.ensureDev(ctx)
	} else {
		err = s.refuseDev(ctx)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// openStore opens the store, whose every transaction the server's health follows.
func openStore(ctx context.Context, c Config, opts sqlstore.Options) (store.Store, error) {
	opts.Connections = c.Connections
	opened, err := sqlstore.Open(ctx, c.Store, opts)
	if err != nil {
		return nil, err
	}
	return watched{opened, newHealth(c.Log)}, nil
}

// openSealed opens what needs the store: the keyset, which must be the data's, and the
// bucket.
func (s *Server) openSealed(ctx context.Context) (err error) {
	s.health = s.Store.(watched).health
	if s.Vault, err = openVault(ctx, s.Store, s.Config); err != nil {
		return err
	}
	if err := s.checkKeys(ctx, true); err != nil {
		return err
	}
	s.bucket, err = OpenBucket(s.Config.Blobs)
	return err
}

// ensureDev makes what a dev server begins with. The make-believe world of another
// seed is refused: its ids derive from the seed.
func (s *Server) ensureDev(ctx context.Context) error {
	who, err := s.Verbs.Access.EnsureDev(ctx)
	if err != nil {
		return err
	}
	if seed := s.Config.Seed; seed != "" && who.Tenant.Seed != seed {
		return fairlead.Errorf(fairlead.Conflict, "The data in %s was made with --seed %s. Start with that seed, or with another --data folder.", s.Config.Data, who.Tenant.Seed)
	}
	return nil
}

// refuseDev keeps the well-known credentials of a dev server out of production.
func (s *Server) refuseDev(ctx context.Context) error {
	_, err := s.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	switch {
	case err == nil:
		return errors.New("this database was made by fairlead dev: its application has well-known credentials. Start serve with a database of its own")
	case fairlead.Is(err, fairlead.Unauthenticated):
		return nil
	}
	return err
}

// complete fills what was left empty and refuses what is not safe.
func (c *Config) complete() error {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:8080"
	}
	if err := c.Paths(); err != nil {
		return err
	}
	if c.Node == "" {
		c.Node = nodeName(*c)
	}
	if c.Dev {
		return c.checkDev()
	}
	return c.CheckServe()
}

// Paths completes where things are stored, and makes the data folder.
func (c *Config) Paths() error {
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Data == "" {
		c.Data = "fairlead-data"
	}
	data, err := filepath.Abs(c.Data)
	if err != nil {
		return err
	}
	c.Data = data
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("cannot make the data folder (set another with --data): %w", err)
	}
	if c.Store == "" {
		c.Store = "sqlite://" + filepath.Join(c.Data, "fairlead.db")
	}
	if c.Blobs == "" {
		c.Blobs = "file://" + filepath.Join(c.Data, "blobs")
	}
	if c.Vault == "" {
		// A dev server's keyset lies in its data folder; serve refuses that.
		if inData := filepath.Join(c.Data, "keyset.json"); c.Dev || exists(inData) {
			c.Vault = "file://" + inData
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// checkDev keeps the fixed credentials of dev on this machine.
func (c *Config) checkDev() error {
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("--addr must be host:port: %w", err)
	}
	if !fairlead.Loopback(host) {
		return errors.New("dev has well-known credentials and listens on loopback addresses only (use fairlead serve for others)")
	}
	return nil
}

// CheckServe names everything that production needs, all at once.
func (c *Config) CheckServe() error {
	var wrong []error
	if c.Vault == "" {
		wrong = append(wrong, errors.New("FAIRLEAD_VAULT is not set: make a keyset outside the data folder with `fairlead keys create PATH`, "+
			"then set FAIRLEAD_VAULT=file:///PATH"))
	} else if path, ok := strings.CutPrefix(c.Vault, "file://"); ok && within(path, c.Data) {
		wrong = append(wrong, errors.New("FAIRLEAD_VAULT lies inside the data folder: a backup of it would hold the keys beside what they lock"))
	}
	switch u, err := url.Parse(c.URL); {
	case c.URL == "":
		wrong = append(wrong, errors.New("FAIRLEAD_URL is not set: it is the address under which people and applications reach this server"))
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.TrimSuffix(u.Path, "/") != "":
		wrong = append(wrong, errors.New("FAIRLEAD_URL must look like https://connect.example.com"))
	case u.Scheme == "http" && !fairlead.Loopback(u.Hostname()):
		wrong = append(wrong, errors.New("FAIRLEAD_URL is plain http: people type bank passwords here. End TLS in front of this server and give the https address"))
	case u.Scheme == "https" && !c.TLSEnded:
		wrong = append(wrong, errors.New("this server speaks plain HTTP: say with --tls-ended-by-proxy (FAIRLEAD_TLS_ENDED=true) that a proxy in front ends TLS"))
	}
	c.URL = strings.TrimSuffix(c.URL, "/")
	if c.TLSEnded && len(c.Proxies) == 0 {
		// Else everybody would be one client, whose wrong answers and limits all share.
		c.Proxies = []string{"127.0.0.0/8", "::1"}
	}
	if _, err := prefixes(c.Proxies); err != nil {
		wrong = append(wrong, fmt.Errorf("FAIRLEAD_TRUSTED_PROXIES must be addresses or CIDRs like 10.0.0.0/8: %w", err))
	}
	if min(c.Rate, c.Workers, c.Streams, c.PerClient, c.Connections) < 0 {
		wrong = append(wrong, errors.New("FAIRLEAD_RATE, FAIRLEAD_WORKERS, FAIRLEAD_STREAMS, FAIRLEAD_CONNECTIONS_PER_CLIENT and FAIRLEAD_DATABASE_CONNECTIONS must not be negative"))
	}
	if len(c.Operator) > 100 || !utf8.ValidString(c.Operator) || strings.ContainsFunc(c.Operator, unicode.IsControl) {
		wrong = append(wrong, errors.New("FAIRLEAD_OPERATOR_NAME must be printable text of at most 100 bytes"))
	}
	wrong = append(wrong, c.OIDC.check()...)
	if _, err := guard.Transport(guard.Policy{Allow: c.Allow}); err != nil {
		wrong = append(wrong, fmt.Errorf("FAIRLEAD_ALLOW: %w", err))
	}
	return errors.Join(wrong...)
}

// limits are far above what a test does on a dev server, where all requests and
// all wrong credentials come from one address.
func (c *Config) limits() access.Limits {
	if c.Dev {
		const plenty = 1_000_000
		return access.Limits{
			PerSecond: plenty, AtOnce: plenty, WrongAtOnce: plenty, UnknownAtOnce: plenty, Streams: cmp.Or(c.Streams, plenty), UnderWay: plenty,
		}
	}
	return access.Limits{PerSecond: float64(c.Rate), AtOnce: 10 * c.Rate, Streams: c.Streams}
}

// openVault opens the keyset; dev makes one where there is none, and no data.
func openVault(ctx context.Context, s store.Store, c Config) (vault.Full, error) {
	path, ok := strings.CutPrefix(c.Vault, "file://")
	if _, err := os.Stat(path); ok && c.Dev && errors.Is(err, os.ErrNotExist) {
		if err := missingKeys(ctx, s, c, path); err != nil {
			return nil, err
		}
		return keyset.Create(path)
	}
	return keyset.Open(c.Vault)
}

// URL is the public address, without a slash at the end.
func (s *Server) URL() string { return s.Config.URL }

// Dialects is every API that is served.
func (s *Server) Dialects() []dialect.Dialect { return s.dialects }

// Listening is the address that the server listens on.
func (s *Server) Listening() string { return s.listener.Addr().String() }

// Run serves until ctx ends, then stops in order: no new requests, work handed
// back, connections closed.
func (s *Server) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 5)
	var running parts
	start := func(what string, run func() error) {
		running.Go(what, func() {
			if err := run(); err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, context.Canceled) {
				failed <- fmt.Errorf("%s: %w", what, err)
				stop()
			}
		})
	}
	start("working", func() error { return s.Working.Run(ctx) })
	start("security log", func() error { return s.security.Run(ctx) })
	start("pruning", func() error { return s.prune(ctx) })
	running.Go("storing the last use of keys", func() { s.storeUses(ctx) })
	running.Go("reading the database through", func() { s.readThrough(ctx) })
	running.Go("looking for room", func() { s.watchRoom(ctx) })
	running.Go("storing the clock", func() { s.storeClock(ctx) })
	if !strings.HasPrefix(s.Config.Store, "sqlite:") {
		running.Go("this process's sign of life", func() { s.keepBeating(ctx) })
	}
	running.Go("scrubbing", func() { s.scrub(ctx) })
	start("measuring", func() error { return s.Measuring.Run(ctx) })
	if !s.Config.Dev {
		running.Go("audit anchors", func() { s.logAnchors(ctx) })
	}
	if s.Config.Dev && s.Config.Estuary {
		running.Go("setting up the sandbox's own provider", func() { s.ensureEstuary(ctx) })
	}
	start("http", func() error { return s.http.Serve(s.bounded()) })
	if s.admin != nil {
		start("admin", s.admin.ListenAndServe)
	}
	start("admin socket", s.serveSocket)
	<-ctx.Done()
	stopped := make(chan error, 1)
	running.Go("requests and turns of links", func() { s.quiet(ctx) })
	go func() {
		running.Wait()
		running.Go("closing the store", s.close)
		running.Wait()
		close(failed)
		stopped <- <-failed
	}()
	select {
	case err := <-stopped:
		return err
	case <-time.After(hardStop): // something hangs: what was acknowledged is stored, the rest is done again
		return fmt.Errorf("%s of the stop were not enough, and this was broken off: %s", hardStop, running.left())
	}
}

// parts are what a server runs side by side.
type parts struct {
	sync.WaitGroup
	mu    sync.Mutex
	names []string
}

// Go runs a part.
func (p *parts) Go(name string, run func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.names = append(p.names, name)
	p.WaitGroup.Go(func() {
		defer p.ended(name)
		run()
	})
}

func (p *parts) ended(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.names, name)
	p.names = slices.Delete(p.names, i, i+1)
}

// left names the parts that run.
func (p *parts) left() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.names, ", ")
}

const (
	stopTime  = 10 * time.Second // for requests to be answered, and for turns at a bank to be saved
	pollGrace = 2 * time.Second  // of it, after which long polls and streams are ended
	hardStop  = 14 * time.Second // for everything
)

// quiet takes no new requests and waits for those there are, and for the turns
// that outlive theirs: what a bank has answered is saved before the store closes.
func (s *Server) quiet(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
	defer cancel()
	defer time.AfterFunc(pollGrace, s.hangUp).Stop()
	for _, h := range []*http.Server{s.http, s.admin, s.socket} {
		if h != nil && h.Shutdown(ctx) != nil {
			h.Close()
		}
	}
	s.hangUp()
	if err := s.Verbs.Linking.Close(ctx); err != nil {
		s.Config.Log.Error("turns of links were still under way at the stop", "error", err)
	}
}

// close gives back what Open took.
func (s *Server) close() {
	if s.listener != nil {
		s.listener.Close()
	}
	if s.Store != nil {
		if err := s.Store.Close(); err != nil {
			s.Config.Log.Error("closing the store", "error", err)
		}
	}
	if s.bucket != nil {
		s.bucket.Close()
	}
	if s.folder != nil {
		s.folder.Close()
	}
}

// connectorEnv is what a connector's call is handed. Where the connector needs a provider
// and the tenant has none, it is Unsupported.
func (s *Server) connectorEnv(ctx context.Context, t fairlead.Tenant, name string) (connector.Env, error) {
	provider, err := s.Verbs.Providing.Access(ctx, t, name)
	if err != nil {
		return connector.Env{}, err
	}
	return s.envWith(t, name, provider), nil
}

// envWith is that of a provider, which need not be stored.
func (s *Server) envWith(t fairlead.Tenant, name string, provider *connector.Provider) connector.Env {
	if t.Environment == fairlead.Sandbox {
		s.sandboxed.known.Store(true)
	}
	base := ""
	if provider != nil {
		base = provider.Base
	}
	env := connector.Env{
		Tenant: t.ID, Environment: t.Environment, Seed: t.Seed, Now: t.Time(fairlead.RealClock()),
		Client: s.client(t.Environment, name, base), BaseURL: s.Config.URL, Provider: provider, PlainHTTP: s.plainHTTP,
	}
	if t.Environment != fairlead.Sandbox { // there ids hang on what is make-believe
		env.Digest = func(parts ...string) string { return s.Vault.MAC(t.ID, "connector "+name, parts...) }
	}
	return env
}
