package kit

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// ReadRecording reads what a Recorder has written.
func ReadRecording(r io.Reader) (all []Exchange, err error) {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxRecording)
	for n := 1; scanner.Scan(); n++ {
		if strings.TrimSpace(scanner.Text()) == "" {
			continue
		}
		var e Exchange
		if err := json.Unmarshal(scanner.Bytes(), &e); err != nil || e.Method == "" || e.URL == "" {
			return nil, fmt.Errorf("kit: line %d of the recording is no exchange", n)
		}
		all = append(all, e)
	}
	return all, scanner.Err()
}

// Replayer is a transport that answers from a recording and dials nothing. A request is the
// recorded one when method, address and body are the same once both are blanked; hosts may
// differ. It is safe for concurrent use.
type Replayer struct {
	mu         sync.Mutex
	exchanges  []Exchange
	keys       []string
	inOrder    bool
	used       []int // how often each exchange has answered
	scrub      *scrubber
	unrecorded []string
}

// ReplayInOrder wants the requests in the order of the recording, each once.
func ReplayInOrder(exchanges []Exchange, secrets ...fairlead.Secret) *Replayer {
	return newReplayer(exchanges, true, secrets)
}

// ReplayByRequest answers each request with what was recorded for it, in whatever order: of
// several one after the other, and then the last again.
func ReplayByRequest(exchanges []Exchange, secrets ...fairlead.Secret) *Replayer {
	return newReplayer(exchanges, false, secrets)
}

func newReplayer(exchanges []Exchange, inOrder bool, secrets []fairlead.Secret) *Replayer {
	r := &Replayer{exchanges: exchanges, inOrder: inOrder, used: make([]int, len(exchanges)), scrub: newScrubber()}
	for _, s := range secrets {
		r.scrub.learn(s.Reveal())
	}
	for _, e := range exchanges {
		r.keys = append(r.keys, requestKey(e.Method, e.URL, e.Body))
	}
	return r
}

// RoundTrip answers from the recording. A request that is not in it fails, and is listed.
func (r *Replayer) RoundTrip(req *http.Request) (*http.Response, error) {
	var sent []byte
	if req.Body != nil {
		var err error
		sent, err = io.ReadAll(io.LimitReader(req.Body, maxRecordedBody))
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	address, body := r.request(req, sent)
	key := requestKey(req.Method, address, body)
	i := r.find(key)
	if i < 0 {
		r.unrecorded = append(r.unrecorded, req.Method+" "+address)
		return nil, fmt.Errorf("kit: %s %s was not recorded", req.Method, address)
	}
	r.used[i]++
	e := r.exchanges[i]
	if e.Status == 0 {
		return nil, fmt.Errorf("kit: as recorded: %s", e.Failure)
	}
	header := http.Header{}
	for name, value := range e.Answer {
		if value != Blank {
			header.Set(name, value)
		}
	}
	return &http.Response{
		Status: http.StatusText(e.Status), StatusCode: e.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: req,
		Body: io.NopCloser(strings.NewReader(e.Content)), ContentLength: int64(len(e.Content)),
	}, nil
}

// request is a request as a recording has it. Numbers are left as they are: a connector
// knows them from the recording, where they are masked already.
func (r *Replayer) request(req *http.Request, sent []byte) (address, body string) {
	plain := &scrubber{salt: r.scrub.salt, secrets: r.scrub.secrets, numbers: map[string]bool{}, blanked: map[string]int{}, asIs: true}
	body, _ = plain.body(req.Header.Get("Content-Type"), sent, false)
	return plain.address(req.URL), body
}

// find is the exchange that answers a request; -1: none.
func (r *Replayer) find(key string) int {
	if r.inOrder {
		next := slices.Index(r.used, 0)
		if next < 0 || r.keys[next] != key {
			return -1
		}
		return next
	}
	last := -1
	for i, k := range r.keys {
		if k != key {
			continue
		}
		if last = i; r.used[i] == 0 {
			break
		}
	}
	return last
}

// Unrecorded lists the requests that were not in the recording.
func (r *Replayer) Unrecorded() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.unrecorded)
}

// Left lists the recorded requests that nobody has made.
func (r *Replayer) Left() (left []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, e := range r.exchanges {
		if r.used[i] == 0 {
			left = append(left, e.Method+" "+e.URL)
		}
	}
	return left
}

// requestKey is what two requests have in common that are the same: the order of a query
// and the host do not count.
func requestKey(method, address, body string) string {
	u, err := url.Parse(address)
	if err != nil {
		return method + " " + address + "\n" + body
	}
	return method + " " + u.EscapedPath() + "?" + u.Query().Encode() + "\n" + body
}
