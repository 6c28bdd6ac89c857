package native_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/native"
)

// keyed posts a body under an Idempotency-Key.
func keyed(a *apptest.App, path, key, body string) (status int, answer string) {
	a.T.Helper()
	r := a.Request("POST", "/v1"+path, body)
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Idempotency-Key", key)
	status, content := a.Do(r)
	return status, string(content)
}

// Pain: "a 422 burns the key for a day (the mended body gets 409)."
func TestAMendedRequestDoesNotHitItsOwnKey(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	own := apptest.List[struct{ ID string }](a, "/applications")[0].ID
	for _, c := range []struct{ path, wrong, mended string }{
		{"/links", `{"person":"ana","language":"fr"}`, `{"person":"ana"}`},
		{"/links", `{"person":"ana","institution_id":"nowhere"}`, `{"person":"ana"}`},
		{"/links", `{"person":"ana"`, `{"person":"ana"}`},
		{"/webhook_endpoints", `{"url":"ftp://x"}`, `{"url":"https://hooks.example.com/"}`},
		{"/applications", `{"name":""}`, `{"name":"Mended"}`},
		{"/applications/" + own + "/keys", `{"scopes":["all"]}`, `{"scopes":["read"]}`},
		{"/simplefin_tokens", `{"person":"nobody"}`, `{"person":"ana"}`},
		{"/sandbox/links", `{"institution_id":"nowhere"}`, `{"institution_id":"harbor","user":"student"}`},
		{"/sandbox/clock/advance", `{"by":"never"}`, `{"by":"1h"}`},
	} {
		key := c.path + " " + c.wrong
		first, answer := keyed(a, c.path, key, c.wrong)
		again, repeated := keyed(a, c.path, key, c.wrong)
		if first < 400 || first >= 500 || again != first {
			t.Errorf("%s: the wrong request is answered %d %s, and again %d", c.path, first, answer, again)
		}
		if one, two := idOf(t, answer), idOf(t, repeated); one == "" || one == two {
			t.Errorf("%s: two answers have the ids %q and %q", c.path, one, two)
		}
		status, answer := keyed(a, c.path, key, c.mended)
		if status >= 300 {
			t.Errorf("%s: the mended request is answered %d %s", c.path, status, answer)
			continue
		}
		if again, repeated := keyed(a, c.path, key, c.mended); again != status || repeated != answer {
			t.Errorf("%s: answered %s, and again %s", c.path, answer, repeated)
		}
		if status, _ := keyed(a, c.path, key, c.wrong); status != http.StatusConflict && status != http.StatusBadRequest {
			t.Errorf("%s: another body under a key that is used is answered %d", c.path, status)
		}
	}
}

func idOf(t *testing.T, answer string) string {
	t.Helper()
	var p struct {
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(answer), &p); err != nil {
		t.Fatal(err)
	}
	return p.RequestID
}

// A stream that is not said where to go on would begin with all of history.
func TestAStreamOfEventsBeginsNowUnlessItIsSaidWhere(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t)
	a.Linked("harbor", "student", "good")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	first := func(path, last string) chan string {
		r := a.Request("GET", "/v1/events"+path, nil).WithContext(ctx)
		r.SetBasicAuth(access.DevClientID, access.DevSecret)
		r.Header.Set("Accept", "text/event-stream")
		if last != "" {
			r.Header.Set("Last-Event-ID", last)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil || response.StatusCode != http.StatusOK {
			t.Fatalf("%v, %v", response, err)
		}
		found, following := make(chan string, 1), make(chan bool)
		go func() {
			defer response.Body.Close()
			for lines := bufio.NewScanner(response.Body); lines.Scan(); {
				if lines.Text() == ": following" {
					close(following)
				}
				if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
					found <- event
					return
				}
			}
			close(found)
		}()
		<-following
		return found
	}
	fromNow, fromStart := first("", ""), first("?after=start", "")
	a.Call("POST", "/links", map[string]any{"person": "ana", "institution_id": "harbor"}, nil)
	var endpoint struct{ ID string }
	a.Call("POST", "/webhook_endpoints", map[string]any{"url": apptest.NewReceiver(t).URL}, &endpoint)
	a.Call("POST", "/webhook_endpoints/"+endpoint.ID+"/test", nil, nil)
	if got := <-fromNow; got != "endpoint.test" {
		t.Errorf("the stream begins with %q", got)
	}
	var page struct{ Data []struct{ Type string } }
	a.Call("GET", "/events?after=start", nil, &page)
	if got := <-fromStart; len(page.Data) == 0 || got != page.Data[0].Type {
		t.Errorf("from the start it begins with %q, the feed with %+v", got, page.Data)
	}
}

func TestTheLanguagesThatAreSpokenAreThoseOfThePage(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "web", "page", "messages", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var languages []string
	for _, f := range files {
		if info, err := os.Stat(f); err == nil && !info.IsDir() {
			languages = append(languages, strings.TrimSuffix(filepath.Base(f), ".json"))
		}
	}
	slices.Sort(languages)
	if !slices.Equal(languages, native.Spoken()) {
		t.Errorf("the page speaks %v, and links may be in %v", languages, native.Spoken())
	}
	a := apptest.Start(t)
	for _, tag := range append(languages, "en-GB", "es-MX", "pt") {
		a.Call("POST", "/links", map[string]any{"person": "ana", "language": tag}, nil)
	}
}
