package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/examples/demo"
	"github.com/fairlead-dev/fairlead/server"
)

// storage is where things are stored; every command that opens them has it.
type storage struct {
	Data        string `default:"./fairlead-data" env:"FAIRLEAD_DATA" placeholder:"DIR" help:"Data folder: database and documents, unless they are elsewhere."`
	Store       string `env:"FAIRLEAD_STORE" placeholder:"URL" help:"sqlite:///path or postgres://…; default: SQLite in the data folder."`
	Blobs       string `env:"FAIRLEAD_BLOBS" placeholder:"URL" help:"file:///path or s3://bucket; default: in the data folder."`
	Connections int    `name:"database-connections" env:"FAIRLEAD_DATABASE_CONNECTIONS" placeholder:"N" help:"PostgreSQL connections of this node at most, beside one that listens (default 16)."`
	Vault       string `env:"FAIRLEAD_VAULT" placeholder:"URL" help:"file:///path/keyset.json, outside the data folder (fairlead keys create)."`
}

func (s storage) config() server.Config {
	return server.Config{Data: s.Data, Store: s.Store, Blobs: s.Blobs, Vault: s.Vault, Connections: s.Connections}
}

// devCommand runs the main job on the embedded default.
type devCommand struct {
	storage
	Addr  string `default:"127.0.0.1:8080" env:"FAIRLEAD_ADDR" help:"Loopback address to listen on."`
	Seed  string `default:"dev" help:"What the make-believe world derives from; a new one needs a new data folder."`
	Clock string `placeholder:"TIME" help:"Freeze the sandbox clock at an RFC 3339 time (counts when the data folder is new)."`
	Debug bool   `help:"Log everything."`
}

func (d devCommand) Run(w *env) error {
	c := d.config()
	c.Dev, c.Estuary, c.Addr, c.Seed = true, true, d.Addr, d.Seed
	if d.Clock != "" {
		at, err := time.Parse(time.RFC3339, d.Clock)
		if err != nil {
			return fmt.Errorf("--clock must be a time like 2026-06-01T09:00:00Z")
		}
		c.Frozen = at.UTC()
	}
	level := slog.LevelWarn
	if d.Debug {
		level = slog.LevelDebug
	}
	c.Log = slog.New(slog.NewTextHandler(w.err, &slog.HandlerOptions{Level: level}))
	c.Demo = func(f server.DevFile, log *slog.Logger) http.Handler {
		return demo.New(demo.Options{API: f.BaseURL, Home: f.Demo, ClientID: f.ClientID, ClientSecret: f.ClientSecret, Log: log})
	}
	lines := &devLines{to: w.out}
	c.Failed = lines.failed
	s, err := server.Open(w, c)
	if err != nil {
		return err
	}
	if err := s.WriteDevFile(); errors.Is(err, syscall.ENOSPC) {
		c.Log.Error("there is no room for dev.json, which tells programs of this server", "error", err)
	} else if err != nil {
		return err
	}
	welcome(w, s)
	go func() {
		if err := s.FollowEvents(w, lines.event); err != nil && w.Err() == nil {
			c.Log.Warn("events are not printed any more", "error", err)
		}
	}()
	return s.Run(w)
}

// devLines prints what happens, a short line each.
type devLines struct {
	mu sync.Mutex
	to io.Writer
}

func (l *devLines) event(e fairlead.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.to, shownOf(e).line(time.Now()))
}

// failed prints a request that was refused or went wrong, with the id that its answer has.
func (l *devLines) failed(f server.RequestFailure) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := fmt.Sprintf("%s  %-24s %d %s", clockWords(f.At, f.At), f.Method+" "+f.Route, f.Status, http.StatusText(f.Status))
	if f.RequestID != "" {
		line += "  " + f.RequestID
	}
	fmt.Fprintln(l.to, line)
}

// welcome is what to do next, in ten lines.
func welcome(w *env, s *server.Server) {
	f := s.DevFile()
	fmt.Fprintf(w.out, `Fairlead is running: %[1]s (sandbox, data in %[2]s)

  Try it       %[1]s/demo
  API          %[1]s/docs
  Credentials  %[3]s / %[4]s

  curl -u %[3]s:%[4]s %[1]s/v1/links -H 'Content-Type: application/json' -d '{"person":"anna"}'
  curl -u %[3]s:%[4]s %[1]s/v1/connections

Webhooks go to loopback addresses. fairlead trigger makes events happen.
Each event is a line below. Stop with Ctrl-C; the data stays.

`, f.BaseURL, s.Config.Data, f.ClientID, f.ClientSecret)
}

// serveCommand runs for real.
type serveCommand struct {
	storage
	Addr     string   `default:"127.0.0.1:8080" env:"FAIRLEAD_ADDR" help:"Address to listen on (plain HTTP: end TLS in front)."`
	Admin    string   `name:"admin-addr" env:"FAIRLEAD_ADMIN_ADDR" placeholder:"ADDR" help:"Serve /metrics here, apart from the public address."`
	URL      string   `name:"url" env:"FAIRLEAD_URL" help:"Public address of this server, https://…"`
	Operator string   `name:"operator-name" env:"FAIRLEAD_OPERATOR_NAME" placeholder:"NAME" help:"Who runs this server, as people read it; default: the host of its public address."`
	Issuer   string   `name:"oidc-issuer" env:"FAIRLEAD_OIDC_ISSUER" placeholder:"URL" help:"OpenID Connect provider by which operators sign in to the console; its redirect address is URL/console/oidc."`
	ClientID string   `name:"oidc-client-id" env:"FAIRLEAD_OIDC_CLIENT_ID" placeholder:"ID" help:"Client id of this server there."`
	Secret   string   `name:"oidc-client-secret" env:"FAIRLEAD_OIDC_CLIENT_SECRET" placeholder:"SECRET" help:"Client secret of this server there: better in the environment than on the command line."`
	TLS      bool     `name:"tls-ended-by-proxy" env:"FAIRLEAD_TLS_ENDED" help:"A proxy in front ends TLS."`
	Proxies  []string `name:"trusted-proxies" env:"FAIRLEAD_TRUSTED_PROXIES" placeholder:"CIDR" help:"Proxies whose X-Forwarded-For is believed; default, where a proxy ends TLS: those on this machine."`
	Allow    []string `env:"FAIRLEAD_ALLOW" placeholder:"HOST" help:"Hosts or CIDRs inside that webhooks and connectors may reach."`
	Node     string   `env:"FAIRLEAD_NODE" help:"Name of this node, unique among nodes."`
	Workers  int      `env:"FAIRLEAD_WORKERS" help:"Pieces of work at once."`
	Streams  int      `env:"FAIRLEAD_STREAMS" help:"Streams of events and long polls that one application holds open, on this node (default 100)."`
	Clients  int      `name:"connections-per-client" env:"FAIRLEAD_CONNECTIONS_PER_CLIENT" help:"Connections that one client address holds open; trusted proxies are exempt (default 256)."`
	Rate     int      `env:"FAIRLEAD_RATE" help:"Requests a second of one application, on this node (default 100)."`
}

func (c serveCommand) full() server.Config {
	s := c.config()
	s.Addr, s.Admin, s.URL, s.TLSEnded, s.Proxies = c.Addr, c.Admin, c.URL, c.TLS, c.Proxies
	s.Allow, s.Node, s.Workers, s.Rate = c.Allow, c.Node, c.Workers, c.Rate
	s.Streams, s.PerClient, s.Operator = c.Streams, c.Clients, c.Operator
	s.OIDC = server.OIDC{Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: fairlead.NewSecret(c.Secret)}
	return s
}

func (c serveCommand) Run(w *env) error {
	s := c.full()
	s.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	running, err := server.Open(w, s)
	if err != nil {
		return err
	}
	s.Log.Info("serving", "address", running.URL(), "listening", c.Addr, "version", version())
	invitation, err := running.FirstInvitation(w)
	switch {
	case err != nil: // no reason not to serve: the next start tries again
		s.Log.Warn("the first operator could not be invited", "error", err)
	case invitation != "":
		fmt.Fprintf(w.out, "Nobody can sign in to the console yet. Whoever opens this address within 24 hours becomes its owner, once:\n  %s\n", invitation)
	}
	return running.Run(w)
}
