package simplefintest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page is what the create page shows.
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Make a setup token</title>
<h1>Make a setup token</h1><p>Copy it into the app. It works once.</p><textarea id="token" rows="4" cols="60" readonly>%s</textarea></html>`

const gateway = "<html><head><title>504 Gateway Time-out</title></head><body><h1>504</h1></body></html>"

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _, authorised := r.BasicAuth()
	s.mu.Lock()
	s.logged = append(s.logged, Call{r.Method, r.URL.Path, r.URL.RawQuery, authorised})
	takes, silent := s.Takes, s.tooWide(r)
	s.mu.Unlock()
	if silent {
		<-r.Context().Done() // until the client gives up
		return
	}
	time.Sleep(takes)
	s.mu.Lock()
	defer s.mu.Unlock()
	path, ours := strings.CutPrefix(r.URL.Path, "/simplefin")
	token, claiming := strings.CutPrefix(path, "/claim/")
	switch {
	case !ours:
		http.NotFound(w, r)
	case path == "/create" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, page, s.token())
	case path == "/info" && r.Method == http.MethodGet:
		versions := []string{"1.0", "2.0"}
		if s.Version1 {
			versions = versions[:1]
		}
		write(w, map[string]any{"versions": versions})
	case claiming && r.Method == http.MethodPost:
		s.claim(w, r, token)
	case path == "/accounts" && r.Method == http.MethodGet:
		s.accounts(w, r)
	default:
		http.Error(w, "Not found", http.StatusNotFound)
	}
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) //nolint:errchkjson // whoever hung up wants no answer
}

// claim gives the access address once.
func (s *Server) claim(w http.ResponseWriter, r *http.Request, token string) {
	g := s.tokens[token]
	if g == nil || g.claimed || g.disabled {
		s.fault(w, r, Forbidden)
		return
	}
	g.claimed = true
	if s.fault(w, r, s.Claims) {
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	fmt.Fprint(w, s.accessOf(g))
}

// fault answers as a fault does, and reports whether there is one.
func (s *Server) fault(w http.ResponseWriter, r *http.Request, f Fault) bool {
	switch f {
	case None:
		return false
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusGatewayTimeout)
		fmt.Fprint(w, gateway)
	case HTMLFine:
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, gateway)
	case Torn:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"errlist":[],"accounts":[{"id":"ACT-1","name":"Every`)
	case Shapeless:
		write(w, map[string]any{"status": "ok", "data": []int{}})
	case Forbidden:
		http.Error(w, "Forbidden", http.StatusForbidden)
	case Payment:
		http.Error(w, "Payment required", http.StatusPaymentRequired)
	case TooMany:
		w.Header().Set("Retry-After", "7200")
		http.Error(w, "Too many requests", http.StatusTooManyRequests)
	case BadDates:
		http.Error(w, "Bad start-date", http.StatusBadRequest)
	case Elsewhere:
		http.Redirect(w, r, strings.Replace(s.server.URL, "127.0.0.1", "localhost", 1)+"/elsewhere", http.StatusFound)
	case Around:
		http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
	case Lost:
		panic(http.ErrAbortHandler)
	case Endless:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"accounts":[{"id":"`)
		for range 40 << 10 {
			if _, err := fmt.Fprint(w, strings.Repeat("0123456789abcdef", 64)); err != nil {
				return true
			}
		}
	case SoftNo:
		fmt.Fprint(w, "Forbidden")
	}
	return true
}

// grantOf finds whose the credentials of a request are.
func (s *Server) grantOf(r *http.Request) *grant {
	user, password, _ := r.BasicAuth()
	for _, g := range s.tokens {
		if g.claimed && !g.disabled && g.user == user && g.password == password {
			return g
		}
	}
	return nil
}

// accounts answers with what a request wants.
func (s *Server) accounts(w http.ResponseWriter, r *http.Request) {
	g := s.grantOf(r)
	if g == nil {
		s.fault(w, r, Forbidden)
		return
	}
	now := s.Now()
	g.calls = slices.DeleteFunc(g.calls, func(t time.Time) bool { return now.Sub(t) >= 24*time.Hour })
	g.calls = append(g.calls, now)
	if s.Quota > 0 && len(g.calls) > 2*s.Quota {
		s.fault(w, r, TooMany)
		return
	}
	f := s.Fault
	if len(s.Faults) > 0 {
		f, s.Faults = s.Faults[0], s.Faults[1:]
	}
	if s.fault(w, r, f) {
		return
	}
	if s.Body != "" {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, s.Body)
		return
	}
	want := s.wanted(r, now)
	errors := slices.Clone(s.Errors)
	if s.Quota > 0 && len(g.calls) > s.Quota {
		errors = append(errors, Error{Code: "gen.", Msg: "You have made too many requests. Please make fewer requests."})
	}
	if span := time.Duration(s.MaxDays) * 24 * time.Hour; span > 0 && want.span() > span {
		errors = append(errors, Error{Code: "gen.", Msg: "The range was cut to the longest that is served."})
		want.from = want.end().Add(-span)
	}
	write(w, s.answer(want, errors))
}

// wanted reads what a request wants.
func (s *Server) wanted(r *http.Request, now time.Time) wanted {
	q := r.URL.Query()
	return wanted{
		from: seconds(q.Get("start-date")), to: seconds(q.Get("end-date")), now: now,
		pending: q.Has("pending"), balances: q.Get("balances-only") == "1", accounts: q["account"],
		second: q.Get("version") == "2" && !s.Version1,
	}
}

// tooWide reports whether a request wants more days than the server ever gets together.
func (s *Server) tooWide(r *http.Request) bool {
	want := s.wanted(r, s.Now())
	return s.Widest > 0 && strings.HasSuffix(r.URL.Path, "/accounts") && !want.balances &&
		(want.from.IsZero() || want.span() > time.Duration(s.Widest)*24*time.Hour)
}

func seconds(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
