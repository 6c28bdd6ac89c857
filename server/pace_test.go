package server

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// quick is a pace for tests: a file must bring 1000 bytes a second.
var quick = pace{whole: 200 * time.Millisecond, silence: 200 * time.Millisecond, rate: 1000, answer: time.Second, unwanted: 20 * time.Millisecond}

// send posts pieces of a body, one each so often, and returns the status, or 0.
func send(t *testing.T, path string, piece int, every time.Duration, pieces int) int {
	t.Helper()
	server := httptest.NewServer(paced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	}), quick))
	defer server.Close()
	reader, writer := io.Pipe()
	go func() {
		for range pieces {
			if _, err := writer.Write(make([]byte, piece)); err != nil {
				return
			}
			time.Sleep(every)
		}
		writer.Close()
	}()
	response, err := http.Post(server.URL+path, "application/octet-stream", reader)
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

func TestAFileMayTakeAsLongAsItMoves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		path          string
		piece, pieces int
		every         time.Duration
		want          bool
	}{
		"a file that moves":          {"/l/x/upload", 100, 12, 50 * time.Millisecond, true},
		"a file that drips":          {"/l/x/upload", 1, 12, 50 * time.Millisecond, false},
		"a file that pauses":         {"/l/x/upload", 1000, 2, 500 * time.Millisecond, false},
		"a form that moves":          {"/l/x/answer", 100, 12, 50 * time.Millisecond, false},
		"a form that comes at once":  {"/l/x/answer", 100, 2, 0, true},
		"a statement by the API":     {"/v1/connections/x/files", 100, 12, 50 * time.Millisecond, true},
		"what is only called upload": {"/v1/upload", 100, 12, 50 * time.Millisecond, false},
	} {
		if got := send(t, c.path, c.piece, c.every, c.pieces) == http.StatusOK; got != c.want {
			t.Errorf("%s was taken: %v", name, got)
		}
	}
}
