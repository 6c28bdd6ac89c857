// Package plaidtest is a stand-in for Plaid: an HTTP server with a memory, for tests of
// the connector and for a person who wants to see a bank linked without Plaid.
//
// It owns what Plaid is seen to do: link tokens with a hosted page that one can click
// through, Items that use up slots and break, transactions as a feed with a cursor,
// statements with hashes, signed webhooks, outages. It does not own Plaid's data model:
// what it answers is held to Plaid's published description by the tests beside it.
//
// The flow: New → an http.Handler → /link/token/create … /transactions/sync, while its
// methods (Break, Post, Remove, Fail …) change the world in between.
package plaidtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Keys that the server knows, of its one environment.
const (
	ClientID = "5f0000000000000000000001"
	Secret   = "0123456789abcdef0123456789abcd"
)

// Object is a JSON object.
type Object = map[string]any

// Server is the stand-in.
type Server struct {
	URL         string // public address of it, without a slash at the end
	Environment string // sandbox, production
	Clock       func() time.Time
	Slots       int  // Items that can be made; 0: any number
	NoHosted    bool // hosted_link_url is left out, as for keys without it
	TextPDF     bool // statements of plain ASCII, for what passes them on as text

	mutex        sync.Mutex
	links        map[string]*Link // by token
	public       map[string]*Item // by public token, until exchanged
	items        []*Item
	made         int // Items ever
	keys         []signingKey
	failures     map[string][]func(w http.ResponseWriter) bool
	calls        map[string]int
	requests     map[string][]Object
	recorded     []Answer
	institutions []Object
	client       *http.Client
}

// Answer is one that was given, for holding it to types.
type Answer struct {
	Path string
	Body []byte
}

// Link is a link token.
type Link struct {
	Token    string
	Request  Object
	Created  time.Time
	Expires  time.Time
	Sessions []Object
	Item     *Item // of update mode
}

type signingKey struct {
	id      string
	key     *ecdsa.PrivateKey
	created time.Time
	expired time.Time
}

// New makes a server that is reached at url.
func New(url string) *Server {
	s := &Server{
		URL: url, Environment: "sandbox", Clock: time.Now, client: &http.Client{Timeout: 10 * time.Second},
		links: map[string]*Link{}, public: map[string]*Item{}, failures: map[string][]func(http.ResponseWriter) bool{},
		calls: map[string]int{}, requests: map[string][]Object{}, institutions: institutions(),
	}
	s.RotateKey()
	return s
}

// Start runs a server for a test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := New("")
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// id is random, as Plaid's are.
func id(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func (s *Server) token(kind string) string {
	h := id(16)
	return fmt.Sprintf("%s-%s-%s-%s-%s-%s-%s", kind, s.Environment, h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}

// Calls counts the requests of a path.
func (s *Server) Calls(path string) int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.calls[path]
}

// Last is the latest request of a path; nil: there was none.
func (s *Server) Last(path string) Object {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if list := s.requests[path]; len(list) > 0 {
		return list[len(list)-1]
	}
	return nil
}

// Recorded are the answers without an error, in order.
func (s *Server) Recorded() []Answer {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]Answer(nil), s.recorded...)
}

// Fail lets the next calls of a path fail with an error of Plaid's.
func (s *Server) Fail(path string, times, status int, kind, code, message string) {
	s.Answer(path, times, func(w http.ResponseWriter) { s.refuse(w, status, kind, code, message) })
}

// Answer lets the next calls of a path be answered by answer alone.
func (s *Server) Answer(path string, times int, answer func(w http.ResponseWriter)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for range times {
		s.failures[path] = append(s.failures[path], func(w http.ResponseWriter) bool { answer(w); return true })
	}
}

// Items are those there are, removed ones too.
func (s *Server) Items() []*Item {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]*Item(nil), s.items...)
}

// Change does something to the world between two requests.
func (s *Server) Change(do func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	do()
}

// RotateKey makes a new verification key; the ones before sign no more.
func (s *Server) RotateKey() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err) // it is out of randomness
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	now := s.Clock()
	for i := range s.keys {
		if s.keys[i].expired.IsZero() {
			s.keys[i].expired = now
		}
	}
	h := id(16)
	s.keys = append(s.keys, signingKey{id: h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:], key: key, created: now})
}

// request is one call with what it is about.
type request struct {
	body Object
	item *Item
}

func (r request) text(name string) string {
	text, _ := r.body[name].(string)
	return text
}

func (r request) object(name string) Object {
	o, _ := r.body[name].(Object)
	return o
}

func (r request) number(name string, missing int) int {
	if n, ok := r.body[name].(json.Number); ok {
		if v, err := n.Int64(); err == nil {
			return int(v)
		}
	}
	return missing
}

// problem is an error of Plaid's.
type problem struct{ kind, code, message string }

func (p *problem) Error() string { return p.code }

func invalid(code, message string) error { return &problem{"INVALID_INPUT", code, message} }

// ServeHTTP answers the API and the hosted page.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet || r.URL.Path == "/hosted" {
		s.page(w, r)
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var body Object
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		s.refuse(w, http.StatusBadRequest, "INVALID_REQUEST", "INVALID_BODY", "body could not be parsed as JSON")
		return
	}
	path := r.URL.Path
	s.calls[path]++
	s.requests[path] = append(s.requests[path], body)
	if list := s.failures[path]; len(list) > 0 {
		s.failures[path] = list[1:]
		if list[0](w) {
			return
		}
	}
	if !s.known(r, body) {
		s.refuse(w, http.StatusBadRequest, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided")
		return
	}
	s.dispatch(w, path, request{body: body})
}

func (s *Server) known(r *http.Request, body Object) bool {
	given := func(header, field string) string {
		if v := r.Header.Get(header); v != "" {
			return v
		}
		v, _ := body[field].(string)
		return v
	}
	return given("Plaid-Client-Id", "client_id") == ClientID && given("Plaid-Secret", "secret") == Secret
}

func (s *Server) dispatch(w http.ResponseWriter, path string, r request) {
	if path == "/statements/download" {
		s.download(w, r)
		return
	}
	handlers := map[string]func(request) (Object, error){
		"/link/token/create": s.createLink, "/link/token/get": s.getLink, "/item/public_token/exchange": s.exchange,
		"/institutions/get": s.listInstitutions, "/institutions/get_by_id": s.getInstitution, "/webhook_verification_key/get": s.getKey,
	}
	ofItems := map[string]func(request) (Object, error){
		"/item/get": s.getItem, "/item/remove": s.removeItem, "/accounts/get": s.getAccounts, "/accounts/balance/get": s.getAccounts,
		"/identity/get": s.getIdentity, "/transactions/sync": s.sync, "/transactions/refresh": s.refresh, "/liabilities/get": s.getLiabilities,
		"/investments/holdings/get": s.getHoldings, "/investments/transactions/get": s.getMovements, "/statements/list": s.listStatements,
		"/investments/refresh": s.refreshInvestments, "/statements/refresh": s.refreshStatements,
	}
	handle, ok := handlers[path]
	if !ok {
		handle, ok = ofItems[path]
		if !ok {
			s.refuse(w, http.StatusNotFound, "INVALID_REQUEST", "NOT_FOUND", "no such endpoint")
			return
		}
		var err error
		if r.item, err = s.itemOf(r, path); err != nil {
			s.answer(w, path, nil, err)
			return
		}
	}
	out, err := handle(r)
	s.answer(w, path, out, err)
}

// itemOf is the Item of an access token, unless it is broken.
func (s *Server) itemOf(r request, path string) (*Item, error) {
	for _, i := range s.items {
		if i.Token == "" || i.Token != r.text("access_token") {
			continue
		}
		if i.removed {
			return nil, &problem{"ITEM_ERROR", "ITEM_NOT_FOUND", "the Item you requested cannot be found"}
		}
		if i.Error != "" && path != "/item/get" && path != "/item/remove" {
			return nil, &problem{"ITEM_ERROR", i.Error, "the login details of this item have changed"}
		}
		return i, nil
	}
	return nil, invalid("INVALID_ACCESS_TOKEN", "could not find matching access token")
}

func (s *Server) answer(w http.ResponseWriter, path string, out Object, err error) {
	if err != nil {
		p, ok := err.(*problem)
		if !ok {
			p = &problem{"API_ERROR", "INTERNAL_SERVER_ERROR", "an unexpected error occurred"}
		}
		s.refuse(w, http.StatusBadRequest, p.kind, p.code, p.message)
		return
	}
	out["request_id"] = id(8)
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // it is texts and numbers
	}
	s.recorded = append(s.recorded, Answer{path, b})
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(b)
}

// refuse writes an error object.
func (s *Server) refuse(w http.ResponseWriter, status int, kind, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	var b bytes.Buffer
	_ = json.NewEncoder(&b).Encode(Object{
		"error_type": kind, "error_code": code, "error_message": message, "display_message": nil, "request_id": id(8),
		"documentation_url": "https://plaid.com/docs/errors/", "suggested_action": nil,
	})
	_, _ = w.Write(b.Bytes())
}
