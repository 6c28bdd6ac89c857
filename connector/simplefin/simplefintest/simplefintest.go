// Package simplefintest is a stand-in for a server of the SimpleFIN protocol: an HTTP
// server with state, for tests and for a person who tries things out.
//
// It owns what servers do that a client must bear: a page that makes tokens which are
// claimed once, answers in both versions, several banks and accounts, rows that are
// pending and come again under another id, rows that come late, accounts that get new ids,
// errors per bank and account, a quota with sentences and 429, spans that are capped or never
// answered, and answers that are none. It owns no test: what a client makes of it is that client's.
//
// The flow: a test changes the server's fields through Change, and calls it at URL.
package simplefintest

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Server is a stand-in. Its fields are changed through Change once it is called.
type Server struct {
	URL string // without a slash at the end; of the root of the protocol

	Now      func() time.Time
	Version1 bool   // it knows the first version only
	Banks    []Bank //
	Errors   []Error
	MaxDays  int           // of one request's span; longer ones are cut, with a notice. 0: any
	Widest   int           // days of one request's span; longer ones are never answered. 0: any
	Quota    int           // calls in a day without a notice; twice as many are refused. 0: any
	Takes    time.Duration // of an answer
	Fault    Fault         // of /accounts, until it is changed
	Faults   []Fault       // of the next calls of /accounts, each once
	Body     string        // of /accounts, as it is; "": an answer
	Claims   Fault         // of the next claims, until it is changed
	Access   string        // what a claim answers; "": an address of this server

	mu     sync.Mutex
	server *httptest.Server
	tokens map[string]*grant
	logged []Call
}

// Fault is a way in which an answer is none, or not as one expects.
type Fault string

const (
	None      Fault = ""
	HTML      Fault = "html"      // 504 with a page of a gateway
	HTMLFine  Fault = "html-200"  // 200 with a page
	Torn      Fault = "torn"      // 200 with half of the JSON
	Shapeless Fault = "shapeless" // 200 with JSON of another shape
	Forbidden Fault = "forbidden" // 403
	Payment   Fault = "payment"   // 402
	TooMany   Fault = "too-many"  // 429 with Retry-After of two hours
	BadDates  Fault = "bad-dates" // 400
	Elsewhere Fault = "elsewhere" // a redirect to another origin that answers with what it was sent
	Around    Fault = "around"    // redirects without an end
	Lost      Fault = "lost"      // the connection is cut before the answer
	Endless   Fault = "endless"   // JSON without an end
	SoftNo    Fault = "soft-no"   // 200 with the word Forbidden: of a claim
)

// Error is one of "errlist", and of "errors" in the first version.
type Error struct{ Code, Msg, Conn, Account string }

// Bank is a connection at the server.
type Bank struct {
	Conn     string // id of the connection
	Org      string // id or domain of the bank
	Name     string
	Accounts []*Account
}

// Account is one account. Texts are sent as they are; a text of "-" is left out.
type Account struct {
	ID, Name, Currency string
	Balance, Available string
	BalanceDate        time.Time // zero: a quarter of an hour ago
	NoDate             bool      // the balance has no date: epoch 0
	Rows               []Row
	Holdings           []map[string]any // nil: no such key
	Extra              map[string]any
	NoRows             bool // the list of transactions is left out
	Hidden             bool // the account is left out
}

// Row is one movement. Where it Posts later than it happens, it is pending until then,
// under PendingID, and has ID afterwards.
type Row struct {
	ID, PendingID                     string
	Amount, Description, Payee, MCC   string
	Currency                          string
	At                                time.Time // it happens; zero: no time is sent at all
	Posts                             time.Time // zero: at once
	Appears                           time.Time // it is not listed before; zero: as soon as it happens
	Gone                              time.Time // it is not listed from then on; zero: it stays
	Posted, TransactedAt, PendingFlag *string   // sent instead of what follows from the above
}

// Call is one that was received.
type Call struct {
	Method, Path, Query string
	Authorised          bool
}

type grant struct {
	claimed, disabled bool
	user, password    string
	calls             []time.Time
}

// Start runs a stand-in until Close.
func Start() *Server {
	s := &Server{Now: time.Now, tokens: map[string]*grant{}}
	s.server = httptest.NewServer(s)
	s.URL = s.server.URL + "/simplefin"
	return s
}

// StartTLS is Start with a certificate that nobody vouches for.
func StartTLS() *Server {
	s := &Server{Now: time.Now, tokens: map[string]*grant{}}
	s.server = httptest.NewTLSServer(s)
	s.URL = s.server.URL + "/simplefin"
	return s
}

// Close ends it.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Client trusts the server's certificate.
func (s *Server) Client() *http.Client { return s.server.Client() }

// Change changes the server between two calls.
func (s *Server) Change(f func(*Server)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// Account finds an account by id, for Change.
func (s *Server) Account(id string) *Account {
	for _, b := range s.Banks {
		for _, a := range b.Accounts {
			if a.ID == id {
				return a
			}
		}
	}
	return nil
}

// Calls are those that were received so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.logged...)
}

// Token makes a setup token.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token()
}

func (s *Server) token() string {
	t := fairlead.NewToken()
	s.tokens[t] = &grant{user: "user-" + fairlead.NewToken()[:10], password: "secret-" + fairlead.NewToken()}
	return base64.StdEncoding.EncodeToString([]byte(s.URL + "/claim/" + t))
}

// Disable ends all access that was given so far.
func (s *Server) Disable() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.tokens {
		g.disabled = true
	}
}

// Secrets are all user names and passwords that were given, and the tokens: what must
// never be seen anywhere.
func (s *Server) Secrets() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, g := range s.tokens {
		all = append(all, t, g.user, g.password)
	}
	return all
}

// accessOf is the access address of a grant.
func (s *Server) accessOf(g *grant) string {
	if s.Access != "" {
		return s.Access
	}
	scheme, rest, _ := strings.Cut(s.URL, "://")
	return scheme + "://" + g.user + ":" + g.password + "@" + rest
}
