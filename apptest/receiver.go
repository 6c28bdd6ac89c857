package apptest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/described"
)

// Receiver is a webhook receiver of a customer: it records what arrives.
type Receiver struct {
	URL    string
	mu     sync.Mutex
	posts  []Received
	status int
}

// Received is one post.
type Received struct {
	Path   string
	Header http.Header
	Body   []byte
}

// NewReceiver starts a receiver on loopback until the test ends. An event of the native API
// that is not as described fails the test.
func NewReceiver(t testing.TB) *Receiver {
	r := &Receiver{status: http.StatusNoContent}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		r.mu.Lock()
		status := r.status
		if err == nil {
			r.posts = append(r.posts, Received{q.URL.Path, q.Header.Clone(), body})
		}
		r.mu.Unlock()
		if q.Header.Get("Webhook-Id") != "" && bytes.Contains(body, []byte(`"sequence":`)) { // the native API's
			for _, wrong := range described.Webhook(body) {
				t.Error(wrong)
			}
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	r.URL = s.URL
	return r
}

// Answer sets the status that posts get from now on.
func (r *Receiver) Answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// Got returns what has arrived so far.
func (r *Receiver) Got() []Received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Received(nil), r.posts...)
}
