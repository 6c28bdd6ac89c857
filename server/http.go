package server

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/web/download"
	"github.com/fairlead-dev/fairlead/web/page"
	"github.com/fairlead-dev/fairlead/web/sdk"
)

// serveHTTP builds the servers; they listen in Run.
func (s *Server) serveHTTP() error {
	mux := s.newMux()
	var entries []linking.EntryURL
	for _, d := range s.dialects {
		d.Mount(mux)
		if vendor, ok := d.(dialect.HasEntryURLs); ok {
			entries = append(entries, vendor.EntryURLs()...)
		}
		if scripted, ok := d.(dialect.HasScripts); ok {
			for _, script := range scripted.Scripts() {
				sdk.MountShim(mux, script.Path, script.Source)
			}
		}
	}
	hosted, err := page.New(page.Options{
		Linking: s.Verbs.Linking, Consenting: s.Verbs.Consenting, Reading: s.Verbs.Reading,
		Uploads: uploads{s.Verbs.Reading, s.Verbs.Collecting}, BaseURL: s.Config.URL, Dev: s.Config.Dev,
		Secure: strings.HasPrefix(s.Config.URL, "https://"), EntryURLs: entries, Log: s.Config.Log, Operator: s.Config.Operator,
	})
	if err != nil {
		return err
	}
	hosted.Mount(mux)
	if err := s.mountConsole(mux, hosted, entries); err != nil {
		return err
	}
	s.mountDocs(mux)
	sdk.Mount(mux)
	download.Mount(mux, s.Verbs.Reading, s.Config.Log)
	s.mountBanks(mux)
	mux.HandleFunc("GET /logos/{file}", s.logo)
	s.mountHooks(mux)
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, 200, map[string]string{"status": "ok"}) })
	mux.HandleFunc("GET /readyz", s.ready)
	// Browsers ask for it by themselves wherever a page names no icon.
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=86400")
		w.WriteHeader(http.StatusNoContent)
	})
	if s.Config.Dev {
		mux.Handle("GET /metrics", s.metrics.handler())
		s.mountDev(mux)
	} else if s.Config.Admin != "" {
		admin := s.newMux()
		admin.Handle("GET /metrics", s.metrics.handler())
		s.admin = timed(&http.Server{Addr: s.Config.Admin, Handler: withHeaders(paced(admin, usualPace), false)})
	}
	trusted, err := prefixes(s.Config.Proxies)
	if err != nil {
		return err
	}
	requests, hangUp := context.WithCancel(context.Background())
	s.hangUp = hangUp
	s.http = timed(&http.Server{
		BaseContext: func(net.Listener) context.Context { return requests },
		Handler:     withHeaders(paced(s.around(s.watched(mux), trusted), usualPace), strings.HasPrefix(s.Config.URL, "https://")),
		ErrorLog:    slog.NewLogLogger(s.Config.Log.Handler(), slog.LevelDebug),
	})
	s.mountSocket()
	return nil
}

// writeTimeout is how long an answer may take.
const writeTimeout = 150 * time.Second

// newMux makes a mux that is known to hold routes of this server: the tests that
// walk all of them ask for its patterns.
func (s *Server) newMux() *http.ServeMux {
	mux := http.NewServeMux()
	s.muxes = append(s.muxes, mux)
	return mux
}

// timed gives every server the limits that keep a slow client from holding it.
// Long polls and event streams set their own write deadline, and bodies have a
// stricter one of their own (body.go).
func timed(h *http.Server) *http.Server {
	h.ReadHeaderTimeout = 10 * time.Second
	h.ReadTimeout = 60 * time.Second
	h.WriteTimeout = writeTimeout
	h.IdleTimeout = 120 * time.Second
	h.MaxHeaderBytes = 32 << 10
	return h
}

func writeJSON(w http.ResponseWriter, code int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(body)
}

// around is what every request goes through: who it comes from, the Host check
// of dev, counting, and a panic that harms nobody else.
func (s *Server) around(next http.Handler, trusted []netip.Prefix) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Config.Dev && !fairlead.Loopback(hostOnly(r.Host)) {
			http.Error(w, "This is a development server: it answers loopback names only.", http.StatusMisdirectedRequest)
			return
		}
		r.RemoteAddr = clientAddress(r, trusted)
		began := time.Now()
		counted, broken := &counting{ResponseWriter: w}, false
		defer func() {
			if p := recover(); p != nil && p != http.ErrAbortHandler {
				s.Config.Log.ErrorContext(r.Context(), "a handler panicked", "path", route(r), "panic", p, "stack", string(debug.Stack()))
				if counted.status == 0 {
					writeJSON(counted, http.StatusInternalServerError, map[string]string{"error": "Internal Error"})
				} else {
					broken = true
				}
			} else if p != nil {
				broken = true
			}
			s.metrics.request(route(r), cmp.Or(counted.status, http.StatusOK), time.Since(began))
			s.health.request(route(r), counted.status)
			s.reportFailure(r, counted)
			if broken { // what was begun must not look whole
				panic(http.ErrAbortHandler)
			}
		}()
		next.ServeHTTP(counted, r)
	})
}

// route is the pattern that matched: an address itself may hold a token.
func route(r *http.Request) string {
	if r.Pattern == "" {
		return "none"
	}
	return r.Pattern
}

// counting remembers the status.
type counting struct {
	http.ResponseWriter
	status int
}

func (c *counting) WriteHeader(code int) {
	if c.status == 0 {
		c.status = code
	}
	c.ResponseWriter.WriteHeader(code)
}

func (c *counting) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = http.StatusOK
	}
	return c.ResponseWriter.Write(b)
}

func (c *counting) Flush() {
	if f, ok := c.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (c *counting) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return strings.Trim(hostport, "[]")
}

// clientAddress is where the request came from: the last hop that no trusted
// proxy added.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	address := hostOnly(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && inside(address, trusted); i-- {
		hop := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(hop); err != nil {
			break
		}
		address = hop
	}
	return address
}

func inside(address string, networks []netip.Prefix) bool {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range networks {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

func prefixes(cidrs []string) (out []netip.Prefix, err error) {
	for _, c := range cidrs {
		p, err := netip.ParsePrefix(c)
		if err != nil {
			a, err2 := netip.ParseAddr(c)
			if err2 != nil {
				return nil, err
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p)
	}
	return out, nil
}
