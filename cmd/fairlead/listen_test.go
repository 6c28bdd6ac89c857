package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead/apptest"
)

// listening is `fairlead listen` while it runs.
type listening struct {
	out, err safeBuffer
	stop     context.CancelFunc
	done     chan int
}

func listen(t *testing.T, app *apptest.App, args ...string) *listening {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	l := &listening{stop: stop, done: make(chan int, 1)}
	go func() { l.done <- run(ctx, append([]string{"listen"}, args...), &l.out, &l.err) }()
	app.Until("it follows", func() bool { return strings.Contains(l.out.String()+l.err.String(), "Following") })
	return l
}

func (l *listening) end(t *testing.T) {
	t.Helper()
	l.stop()
	if code := <-l.done; code != 0 {
		t.Errorf("it ended with %d: %s", code, l.err.String())
	}
}

// devIn starts a dev server whose dev.json commands find.
func devIn(t *testing.T) (*apptest.App, string) {
	t.Helper()
	folder := t.TempDir()
	app := apptest.Start(t, apptest.Data(folder))
	if err := app.Server.WriteDevFile(); err != nil {
		t.Fatal(err)
	}
	return app, folder
}

var secretWords = regexp.MustCompile(`signed with (whsec_\S+)`)

// pain: webhook-id is another one in listen than in production, and the secret another at each start.
func TestListenSignsWithOneSecretAndUsesTheIDsOfWebhooks(t *testing.T) {
	t.Parallel()
	app, folder := devIn(t)
	webhooks, forwarded := apptest.NewReceiver(t), apptest.NewReceiver(t)
	var endpoint struct{ Secret string }
	app.Call("POST", "/webhook_endpoints", map[string]string{"url": webhooks.URL + "/hook"}, &endpoint)
	secrets := map[string]bool{}
	for _, user := range []string{"good", "good+bea"} {
		l := listen(t, app, "--data", folder, "--forward", forwarded.URL+"/x")
		found := secretWords.FindStringSubmatch(l.out.String())
		if found == nil {
			t.Fatalf("it does not say what it signs with:\n%s", l.out.String())
		}
		secrets[found[1]] = true
		before := len(forwarded.Got())
		app.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "user": user, "wait": 60}, nil)
		app.Until("it is forwarded", func() bool {
			return strings.Contains(l.out.String(), "records.changed") && len(forwarded.Got()) > before+3
		})
		l.end(t)
	}
	if info, err := os.Stat(filepath.Join(folder, "listen.secret")); len(secrets) != 1 || err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it signed with %d secrets, stored as %v (%v)", len(secrets), info, err)
	}
	for secret := range secrets {
		verifyAll(t, secret, forwarded.Got())
	}
	app.Until("the webhooks have come too", func() bool { return len(webhooks.Got()) >= len(forwarded.Got()) })
	verifyAll(t, endpoint.Secret, webhooks.Got())
	ids := map[string]string{}
	for _, got := range webhooks.Got() {
		ids[got.Header.Get("webhook-id")] = string(got.Body)
	}
	for _, got := range forwarded.Got() {
		id := got.Header.Get("webhook-id")
		if !strings.HasPrefix(id, "evt_") || ids[id] != string(got.Body) {
			t.Errorf("%s was forwarded, and its webhook had %q", id, ids[id])
		}
	}
}

func verifyAll(t *testing.T, secret string, all []apptest.Received) {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	for _, got := range all {
		var e struct{ ID string }
		if err := verifier.Verify(got.Body, http.Header(got.Header)); err != nil || json.Unmarshal(got.Body, &e) != nil || e.ID != got.Header.Get("webhook-id") {
			t.Errorf("%s under the id %s: %v", got.Body, got.Header.Get("webhook-id"), err)
		}
	}
}

// pain: a refused connection is skipped, so that events are lost to who restarts an application.
func TestARefusedForwardIsTriedAgainInItsOrder(t *testing.T) {
	t.Parallel()
	app, folder := devIn(t)
	free, err := net.Listen("tcp", "127.0.0.7:0") // of this address no connection takes a port meanwhile
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	l := listen(t, app, "--data", folder, "--forward", "http://"+address+"/hook", "--types", "link.exited")
	defer l.end(t)
	var want []string
	for range 3 {
		var link struct{ ID string }
		app.Call("POST", "/links", map[string]string{"person": "anna"}, &link)
		app.Call("POST", "/links/"+link.ID+"/cancel", nil, nil)
		want = append(want, link.ID)
	}
	app.Until("it says that nobody answers", func() bool { return strings.Contains(l.out.String(), "nobody answers there; it is tried again") })
	bodies := make(chan []byte, 10)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	var first atomic.Bool
	receiver := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if first.CompareAndSwap(false, true) { // it answers, and refuses the first
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		bodies <- body
	})}
	go receiver.Serve(listener)
	t.Cleanup(func() { receiver.Close() })
	var got [][]byte
	for range 3 {
		got = append(got, <-bodies)
	}
	for i, id := range []string{want[1], want[2], want[0]} { // the refused one beside those behind it
		if !bytes.Contains(got[i], []byte(id)) {
			t.Errorf("post %d is %s, want the end of %s", i+1, got[i], id)
		}
	}
	app.Until("it says so", func() bool {
		return strings.Contains(l.out.String(), "503 Service Unavailable for link.exited") && strings.Contains(l.out.String(), "for link.exited, try 2")
	})
}

// pain: a hundred lines of JSON bury the rest.
func TestListenPrintsAShortLineForEachEventOrJSON(t *testing.T) {
	t.Parallel()
	app, folder := devIn(t)
	words, machine := listen(t, app, "--data", folder), listen(t, app, "--data", folder, "--json")
	app.Call("POST", "/sandbox/links", map[string]any{"institution_id": "harbor", "user": "good", "person": "anna", "wait": 60}, nil)
	app.Until("both printed all", func() bool {
		return strings.Contains(words.out.String(), "records.changed") && strings.Contains(machine.out.String(), "records.changed")
	})
	words.end(t)
	machine.end(t)
	lines := strings.Split(strings.TrimSpace(words.out.String()), "\n")[1:]
	if len(lines) > 10 || !strings.Contains(words.out.String(), "documents.available") {
		t.Errorf("one link is %d lines:\n%s", len(lines), words.out.String())
	}
	for _, line := range lines {
		if len(line) > 160 || strings.ContainsAny(line, "{}\"") || !strings.Contains(line, "anna") {
			t.Errorf("the line is not short: %s", line)
		}
	}
	for line := range strings.Lines(machine.out.String()) {
		var e struct{ ID, Type string }
		if json.Unmarshal([]byte(line), &e) != nil || e.ID == "" || e.Type == "" {
			t.Errorf("%s is not an event", line)
		}
	}
}

func TestAForwardThatCannotBeIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	_, folder := devIn(t)
	for _, c := range []struct{ flag, value, says string }{
		{"--forward", "localhost:3000", "must be an address like"},
		{"--signing-secret", "hunter2", "whsec_"},
	} {
		args := []string{"listen", "--data", folder, "--forward", "http://127.0.0.1:1/x", c.flag, c.value}
		if code, _, errOut := command(t, args...); code != 1 || !strings.Contains(errOut, c.says) {
			t.Errorf("%s %s answered %d %s", c.flag, c.value, code, errOut)
		}
	}
}
