// Package demo is a small application as a customer would write it: an ordinary
// client of the native API and of link.js, with its own signed webhook receiver.
//
// It owns nothing of the server and knows only its public address and a client's
// credentials. `fairlead dev` serves it at /demo; reading it is the shortest
// way to see what an integration takes.
package demo

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead"
)

//go:embed index.html app.css app.js
var files embed.FS

const (
	cookie  = "demo_person"
	shown   = 100     // webhooks shown
	maxBody = 1 << 20 // of anything read
)

// Options is what the demo needs to know.
type Options struct {
	API          string // base address of the server
	Home         string // where this application is reached
	ClientID     string
	ClientSecret string
	Log          *slog.Logger
}

// Demo is the application.
type Demo struct {
	options Options
	client  *http.Client
	mux     *http.ServeMux

	mu       sync.Mutex
	secret   string // of our webhook endpoint, once registered
	received []json.RawMessage
	watchers map[chan struct{}]bool
}

// New makes the application. It calls the server only when somebody uses it.
func New(o Options) *Demo {
	d := &Demo{
		options: o, client: &http.Client{Timeout: 30 * time.Second}, mux: http.NewServeMux(),
		watchers: map[chan struct{}]bool{},
	}
	d.mux.HandleFunc("GET /demo", d.home)
	d.mux.Handle("GET /demo/static/", http.StripPrefix("/demo/static/", http.FileServerFS(files)))
	d.mux.HandleFunc("POST /demo/link", d.link)
	d.mux.HandleFunc("POST /demo/exchange", d.exchange)
	d.mux.HandleFunc("GET /demo/connections", d.connections)
	d.mux.HandleFunc("GET /demo/connections/{id}/{what}", d.records)
	d.mux.HandleFunc("GET /demo/documents/{id}", d.document)
	d.mux.HandleFunc("POST /demo/webhook", d.webhook)
	d.mux.HandleFunc("GET /demo/webhooks", d.webhooks)
	return d
}

func (d *Demo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	http.NewCrossOriginProtection().Handler(d.mux).ServeHTTP(w, r)
}

// home serves the page. Its policy allows scripts and frames of the server and
// nothing else: link.js works under a strict one.
func (d *Demo) home(w http.ResponseWriter, r *http.Request) {
	d.person(w, r)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+d.options.API+"; "+
		"style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src "+d.options.API+"; "+
		"form-action 'self' "+d.options.API+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "strict-origin-when-cross-origin")     // the frame's form says who posts it
	h.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups") // the frame opens a window for the bank
	h.Set("Cache-Control", "no-store")
	page, err := files.ReadFile("index.html")
	if err != nil {
		http.Error(w, "the page is missing", http.StatusInternalServerError)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	w.Write(bytes.ReplaceAll(page, []byte("{{API}}"), []byte(d.options.API)))
}

// person is this application's user: here, whoever holds the browser.
func (d *Demo) person(w http.ResponseWriter, r *http.Request) string {
	if c, err := r.Cookie(cookie); err == nil && strings.HasPrefix(c.Value, "demo-") && len(c.Value) < 64 {
		return c.Value
	}
	p := "demo-" + fairlead.NewToken()[:12]
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: p, Path: "/demo", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 30 * 24 * 3600})
	return p
}

// call calls the API and decodes its answer.
func (d *Demo) call(ctx context.Context, method, path string, body, answer any) error {
	var reader io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, d.options.API+"/v1"+path, reader)
	if err != nil {
		return err
	}
	request.SetBasicAuth(d.options.ClientID, d.options.ClientSecret)
	request.Header.Set("Content-Type", "application/json")
	response, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(io.LimitReader(response.Body, 8*maxBody))
	if err != nil {
		return err
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s answered %s: %s", method, path, response.Status, content)
	}
	if answer == nil || len(content) == 0 {
		return nil
	}
	return json.Unmarshal(content, answer)
}

func (d *Demo) answer(w http.ResponseWriter, r *http.Request, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err != nil {
		d.options.Log.WarnContext(r.Context(), "demo", "error", err)
		w.WriteHeader(http.StatusBadGateway)
		body = map[string]string{"error": err.Error()}
	}
	json.NewEncoder(w).Encode(body)
}

// link makes a link: what a backend does when its user clicks Connect.
func (d *Demo) link(w http.ResponseWriter, r *http.Request) {
	var link struct {
		Token string `json:"token"`
	}
	err := d.listen(r.Context())
	if err == nil {
		err = d.call(r.Context(), http.MethodPost, "/links", map[string]any{
			"person": d.person(w, r), "mode": "frame", "purpose": "To show you how Fairlead works.",
		}, &link)
	}
	d.answer(w, r, link, err)
}

// exchange turns the code that the page got into connections.
func (d *Demo) exchange(w http.ResponseWriter, r *http.Request) {
	var code struct {
		Code string `json:"code"`
	}
	var answer json.RawMessage
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&code)
	if err == nil {
		err = d.call(r.Context(), http.MethodPost, "/links/exchange", code, &answer)
	}
	d.answer(w, r, answer, err)
}

// connections lists what this person has connected.
func (d *Demo) connections(w http.ResponseWriter, r *http.Request) {
	var answer json.RawMessage
	err := d.call(r.Context(), http.MethodGet, "/connections?person="+url.QueryEscape(d.person(w, r)), nil, &answer)
	d.answer(w, r, answer, err)
}

// own refuses a connection of somebody else: the API would give it to this
// application, but this user has no business with it.
func (d *Demo) own(w http.ResponseWriter, r *http.Request, id string) error {
	var c struct {
		Person string `json:"person"`
	}
	if err := d.call(r.Context(), http.MethodGet, "/connections/"+url.PathEscape(id), nil, &c); err != nil {
		return err
	}
	if c.Person != d.person(w, r) {
		return fmt.Errorf("that connection is somebody else's")
	}
	return nil
}

func (d *Demo) records(w http.ResponseWriter, r *http.Request) {
	id, what := r.PathValue("id"), r.PathValue("what")
	var answer json.RawMessage
	err := d.own(w, r, id)
	if err == nil {
		switch what {
		case "accounts", "transactions", "documents", "holdings":
			err = d.call(r.Context(), http.MethodGet, "/connections/"+url.PathEscape(id)+"/"+what+"?limit=50", nil, &answer)
		default:
			err = fmt.Errorf("nothing is called %q", what)
		}
	}
	d.answer(w, r, answer, err)
}

// document leads to a fresh address: it lives 15 minutes.
func (d *Demo) document(w http.ResponseWriter, r *http.Request) {
	var doc struct {
		ConnectionID string `json:"connection_id"`
		URL          string `json:"url"`
	}
	err := d.call(r.Context(), http.MethodGet, "/documents/"+url.PathEscape(r.PathValue("id")), nil, &doc)
	if err == nil {
		err = d.own(w, r, doc.ConnectionID)
	}
	if err != nil {
		d.answer(w, r, nil, err)
		return
	}
	http.Redirect(w, r, doc.URL, http.StatusSeeOther)
}

// listen registers our webhook endpoint, once. An endpoint of an earlier life,
// whose secret is forgotten, is replaced.
func (d *Demo) listen(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.secret != "" {
		return nil
	}
	address := d.options.Home + "/webhook"
	var all struct {
		Data []struct{ ID, URL string }
	}
	if err := d.call(ctx, http.MethodGet, "/webhook_endpoints", nil, &all); err != nil {
		return err
	}
	for _, e := range all.Data {
		if e.URL == address {
			if err := d.call(ctx, http.MethodDelete, "/webhook_endpoints/"+e.ID, nil, nil); err != nil {
				return err
			}
		}
	}
	var made struct{ Secret string }
	if err := d.call(ctx, http.MethodPost, "/webhook_endpoints", map[string]any{"url": address}, &made); err != nil {
		return err
	}
	d.secret = made.Secret
	return nil
}

// webhook takes what the server posts: verified first, over the exact bytes. Until
// there is an endpoint that we know the secret of, what comes is for one of an
// earlier life: 410 ends it, for nobody would ever take its deliveries.
func (d *Demo) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if d.secret == "" {
		w.WriteHeader(http.StatusGone)
		return
	}
	verifier, err := standardwebhooks.NewWebhook(d.secret)
	if err != nil || verifier.Verify(body, r.Header) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	d.received = append(d.received, body)
	if len(d.received) > shown {
		d.received = d.received[len(d.received)-shown:]
	}
	for watcher := range d.watchers {
		select {
		case watcher <- struct{}{}:
		default:
		}
	}
	w.WriteHeader(http.StatusNoContent)
}

// webhooks streams what was received to the page, live.
func (d *Demo) webhooks(w http.ResponseWriter, r *http.Request) {
	watcher := make(chan struct{}, 1)
	d.mu.Lock()
	d.watchers[watcher] = true
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		delete(d.watchers, watcher)
		d.mu.Unlock()
	}()
	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	last := ""
	for {
		d.mu.Lock()
		fresh := since(d.received, last)
		d.mu.Unlock()
		for _, body := range fresh {
			fmt.Fprintf(w, "data: %s\n\n", body)
			last = string(body)
		}
		if len(fresh) == 0 {
			io.WriteString(w, ": here\n\n")
		}
		if control.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-watcher:
		case <-time.After(20 * time.Second):
		}
	}
}

// since returns what came after the last one that was sent.
func since(all []json.RawMessage, last string) []json.RawMessage {
	for i := len(all) - 1; i >= 0; i-- {
		if string(all[i]) == last {
			return append([]json.RawMessage(nil), all[i+1:]...)
		}
	}
	return append([]json.RawMessage(nil), all...)
}
