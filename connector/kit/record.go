package kit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// Exchange is one recorded request with its response, as a line of a recording.
type Exchange struct {
	Method  string            `json:"method"`
	URL     string            `json:"url"`
	Header  map[string]string `json:"header,omitempty"`
	Body    string            `json:"body,omitempty"`
	Status  int               `json:"status,omitempty"` // 0: there was no response
	Failure string            `json:"failure,omitempty"`
	Answer  map[string]string `json:"answer_header,omitempty"`
	Content string            `json:"content,omitempty"`
	// Omitted says why a body is not, or not wholly, there: its type and how large it was.
	Omitted string `json:"omitted,omitempty"`
}

// Limits of a recording.
const (
	maxRecordedBody = 1 << 20 // of one body; more is cut
	maxRecording    = 6 << 20 // of all lines; what comes after is counted, not written
)

// Recorder is a transport that writes every exchange as a line of JSON, with what is
// secret blanked: credentials in headers, cookies, addresses and bodies, by their names and
// by their values; numbers of accounts are masked. It changes nothing of what goes through.
// It is safe for concurrent use.
type Recorder struct {
	next  http.RoundTripper
	mu    sync.Mutex
	out   io.Writer
	scrub *scrubber
	done  Recorded
	bytes int
	err   error
}

// Recorded is what a Recorder has done.
type Recorded struct {
	Exchanges int            `json:"exchanges"`
	Dropped   int            `json:"dropped"` // exchanges that were too many
	Cut       int            `json:"cut"`     // bodies that are not there wholly
	Blanked   map[string]int `json:"blanked"` // how often, by what
}

// NewRecorder records what goes through a transport. secrets are values that must not be in
// the recording wherever they occur; of an address with credentials, these too.
func NewRecorder(next http.RoundTripper, out io.Writer, secrets ...fairlead.Secret) *Recorder {
	if next == nil {
		next = http.DefaultTransport
	}
	r := &Recorder{next: next, out: out, scrub: newScrubber()}
	r.Secret(secrets...)
	return r
}

// Secret declares further values that must not be in the recording.
func (r *Recorder) Secret(secrets ...fairlead.Secret) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		r.scrub.learn(s.Reveal())
	}
}

// Through is the recorder in front of another transport: clients of one recording may dial
// in different ways.
func (r *Recorder) Through(next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return through{r, next}
}

type through struct {
	recorder *Recorder
	next     http.RoundTripper
}

func (t through) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.recorder.exchange(req, t.next)
}

// RoundTrip sends a request and records what became of it.
func (r *Recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	return r.exchange(req, r.next)
}

// Recorded is what was done until now, and the first failure to write.
func (r *Recorder) Recorded() (Recorded, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	done := r.done
	done.Blanked = map[string]int{}
	for what, n := range r.scrub.blanked {
		done.Blanked[what] = n
	}
	return done, r.err
}

func (r *Recorder) exchange(req *http.Request, next http.RoundTripper) (*http.Response, error) {
	var sent []byte
	sentCut := false
	if req.Body != nil && req.Body != http.NoBody {
		var err error
		if sent, sentCut, req, err = peekRequest(req); err != nil {
			return nil, err
		}
	}
	resp, err := next.RoundTrip(req)
	if err != nil {
		r.write(req, sent, sentCut, nil, nil, false, err)
		return nil, err
	}
	head, cut, body := peek(resp.Body)
	resp.Body = body
	r.write(req, sent, sentCut, resp, head, cut, nil)
	return resp, nil
}

// peekRequest reads the beginning of what a request sends; a transport may not change its
// request, so that it goes on as a copy.
func peekRequest(req *http.Request) (head []byte, cut bool, out *http.Request, err error) {
	out = req.Clone(req.Context())
	head, cut, out.Body = peek(req.Body)
	return head, cut, out, nil
}

// peek reads the beginning of a body, and returns a body that has all of it.
func peek(body io.ReadCloser) (head []byte, cut bool, whole io.ReadCloser) {
	head, err := io.ReadAll(io.LimitReader(body, maxRecordedBody+1))
	rest := io.Reader(body)
	if err != nil {
		rest = broken{err}
	}
	whole = rejoined{io.MultiReader(bytes.NewReader(head), rest), body}
	if cut = len(head) > maxRecordedBody; cut {
		head = head[:maxRecordedBody]
	}
	return head, cut, whole
}

// rejoined is a body whose beginning was read before.
type rejoined struct {
	io.Reader
	io.Closer
}

// broken fails as the body did that it stands for.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// write adds a line.
func (r *Recorder) write(req *http.Request, sent []byte, sentCut bool, resp *http.Response, got []byte, gotCut bool, failure error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := Exchange{Method: req.Method}
	// The response first: what it says of secrets may stand in the request as well.
	var omitted []string
	if resp != nil {
		e.Status, e.Answer = resp.StatusCode, r.scrub.header(resp.Header)
		var left string
		e.Content, left = r.scrub.body(resp.Header.Get("Content-Type"), got, gotCut)
		omitted = appendIf(omitted, left)
	} else {
		e.Failure = r.scrub.failure(failure)
	}
	var left string
	e.Body, left = r.scrub.body(req.Header.Get("Content-Type"), sent, sentCut)
	omitted = appendIf(omitted, left)
	e.Header, e.URL = r.scrub.header(req.Header), r.scrub.address(req.URL)
	e.Omitted = strings.Join(omitted, "; ")
	r.done.Cut += len(omitted)
	encoded, err := encodeLine(e)
	if err == nil && r.bytes+len(encoded) > maxRecording {
		r.done.Dropped++
		return
	}
	if err == nil {
		_, err = r.out.Write(encoded)
	}
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.bytes += len(encoded)
	r.done.Exchanges++
}

func appendIf(list []string, text string) []string {
	if text == "" {
		return list
	}
	return append(list, text)
}

func encodeLine(e Exchange) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(e)
	return b.Bytes(), err
}

// textual reports whether a body of a content type is recorded: papers and pictures are not.
func textual(contentType string, body []byte) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = http.DetectContentType(body)
	}
	switch {
	case strings.HasPrefix(kind, "text/"), strings.HasSuffix(kind, "json"), strings.HasSuffix(kind, "xml"), kind == formType, strings.HasSuffix(kind, "javascript"):
		return true
	}
	return false
}

const formType = "application/x-www-form-urlencoded"

// isForm reports whether a body is a form.
func isForm(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == formType
}

// parts are the values of an address that are secret: its credentials.
func parts(value string) (all []string) {
	u, err := url.Parse(value)
	if err != nil || u.User == nil {
		return nil
	}
	all = append(all, u.User.Username())
	if password, ok := u.User.Password(); ok {
		all = append(all, password)
	}
	return all
}
