package browsertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest/looptest"
)

// TestAServerFollowsAnotherThroughHostedLinkInABrowser has a person go through the pages of
// both servers, to link a bank and to repair its login.
func TestAServerFollowsAnotherThroughHostedLinkInABrowser(t *testing.T) {
	t.Parallel()
	need(t)
	s := looptest.Start(t)
	var ended string // where the application was told that the link has ended
	application := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			ended = "http://" + r.Host + r.URL.RequestURI()
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Application</title><p id="application">Back at the application</p></html>`)
	}))
	t.Cleanup(application.Close)
	s.Before, s.After = 2, 3 // the month is in the server's own tests: here it is the pages that matter
	s.Returns = application.URL + "/back"
	names := []string{"a person links a bank through the other server", "a person repairs its login there"}
	s.Plaid(func(address string) string {
		ended = ""
		run(t, "loop.mjs", map[string]any{
			"name": names[0], "address": address, "ends": s.Returns, "servers": []string{s.First.URL, s.Second.URL},
			"user": looptest.User, "password": looptest.Password, "app": application.URL,
		})
		names = names[1:]
		return ended
	})
}
