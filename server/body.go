package server

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// pace is how fast the body of a request must come. A connection costs memory and
// a place, whoever holds it.
type pace struct {
	whole   time.Duration // a body that is no file: all of it
	silence time.Duration // a file: until the next bytes
	rate    int64         // a file: bytes a second over all of it, after a first silence
	answer  time.Duration // to write the answer, once a file has come

	unwanted time.Duration // the rest of a body that was answered before it was read
}

// usualPace lets 16 MB come over a line of 128 kbit/s.
var usualPace = pace{whole: 10 * time.Second, silence: 10 * time.Second, rate: 16 << 10, answer: writeTimeout, unwanted: time.Second}

// isUpload reports whether a body is a file: on the hosted page, in a frame, and by
// the native API. Whoever has no session or key is answered before any of it is read.
func isUpload(r *http.Request) bool {
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/l/"), strings.HasPrefix(path, "/f/"):
		return strings.HasSuffix(path, "/upload")
	}
	return strings.HasPrefix(path, "/v1/connections/") && strings.HasSuffix(path, "/files")
}

// paced holds every body to a pace, whatever reads it.
func paced(next http.Handler, p pace) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, outer *http.Request) {
		control := http.NewResponseController(w)
		if outer.Body == nil || outer.Body == http.NoBody {
			// The server's own time-out is one of reading: a stream of events that only
			// writes must not end by it.
			control.SetReadDeadline(time.Time{})
			next.ServeHTTP(w, outer)
			return
		}
		r := outer.WithContext(outer.Context()) // its body stays what the server knows how to close
		body := &pacedBody{ReadCloser: outer.Body, control: control, pace: p, began: time.Now(), file: isUpload(outer)}
		r.Body = body
		control.SetReadDeadline(body.began.Add(p.whole))
		next.ServeHTTP(&hasty{ResponseWriter: w, body: body}, r)
		if !body.ended { // the server reads on to its end, before the next request
			control.SetReadDeadline(time.Now().Add(p.unwanted))
		}
	})
}

// pacedBody is a body that must come in time. A file has to keep moving: each of
// its bytes buys a little more.
type pacedBody struct {
	io.ReadCloser
	control  *http.ResponseController
	pace     pace
	began    time.Time
	file     bool
	received int64
	ended    bool // all of it has been read
	slow     bool // it did not come in time
}

func (b *pacedBody) Read(p []byte) (int, error) {
	if b.file && !b.ended {
		now := time.Now()
		due := b.began.Add(b.pace.silence + time.Duration(b.received)*time.Second/time.Duration(b.pace.rate))
		if quiet := now.Add(b.pace.silence); quiet.Before(due) {
			due = quiet
		}
		b.control.SetReadDeadline(due)
	}
	n, err := b.ReadCloser.Read(p)
	b.received += int64(n)
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.slow = true
	case errors.Is(err, io.EOF) && !b.ended:
		b.ended = true
		b.control.SetReadDeadline(time.Time{}) // from here on it would only end the request
		if b.file {
			b.control.SetWriteDeadline(time.Now().Add(b.pace.answer))
		}
	}
	return n, err
}

// hasty closes the connection after an answer to somebody unknown, or too slow: the
// rest of what they send is not waited for.
type hasty struct {
	http.ResponseWriter
	body    *pacedBody
	written bool
}

func (h *hasty) WriteHeader(code int) {
	if !h.written && code >= http.StatusOK {
		h.written = true
		if !h.body.ended && (code == http.StatusUnauthorized || h.body.slow) {
			h.Header().Set("Connection", "close")
		}
	}
	h.ResponseWriter.WriteHeader(code)
}

func (h *hasty) Write(b []byte) (int, error) {
	h.written = true
	return h.ResponseWriter.Write(b)
}

func (h *hasty) Flush() {
	if f, ok := h.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

func (h *hasty) Unwrap() http.ResponseWriter { return h.ResponseWriter }
