package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/server"
)

// stream opens a stream of events and returns what ends it.
func stream(app *apptest.App, client, secret string) (status int, again string, end func()) {
	app.T.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := app.Request("GET", "/v1/events", nil).WithContext(ctx)
	r.SetBasicAuth(client, secret)
	r.Header.Set("Accept", "text/event-stream")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		cancel()
		app.T.Fatal(err)
	}
	app.T.Cleanup(cancel)
	return response.StatusCode, response.Header.Get("Retry-After"), func() {
		cancel()
		response.Body.Close()
	}
}

func TestAnApplicationHoldsAsManyStreamsAsItMayAndNoMore(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, func(c *server.Config) { c.Streams = 2 })
	other, _, secret := second(app)
	_, _, end := stream(app, access.DevClientID, access.DevSecret)
	stream(app, access.DevClientID, access.DevSecret)
	if status, again, _ := stream(app, access.DevClientID, access.DevSecret); status != http.StatusTooManyRequests || again == "" {
		t.Errorf("the third stream answered %d, Retry-After %q", status, again)
	}
	status, body := app.Raw("GET", "/events?wait=1&after=", nil)
	var p refusedRequest
	if err := json.Unmarshal(body, &p); err != nil || status != http.StatusTooManyRequests || p.Kind != string(fairlead.RateLimited) {
		t.Errorf("a long poll answered %d %s", status, body)
	}
	if status, body := app.Raw("GET", "/events", nil); status != 200 {
		t.Errorf("a plain read answered %d %s", status, body)
	}
	for range 2 { // the tenant has four
		if status, _, _ := stream(app, other, secret); status != 200 {
			t.Errorf("another application's stream answered %d", status)
		}
	}
	end()
	app.Until("the place of the stream that ended is free", func() bool {
		status, _, end := stream(app, access.DevClientID, access.DevSecret)
		if status != 200 {
			end()
		}
		return status == 200
	})
	if !strings.Contains(lineOf(app.Log.String(), "limit_reached"), "security.limit=streams") {
		t.Error("the security log does not say which limit was reached")
	}
}

// refusedRequest is a problem's body.
type refusedRequest struct{ Kind string }

// dial opens a connection and reports what is said to it at once, if anything is.
func dial(t *testing.T, app *apptest.App) (said string) {
	t.Helper()
	conn, err := net.Dial("tcp", app.Server.Listening())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	text, _ := io.ReadAll(conn)
	return string(text)
}

func TestAClientHoldsAsManyConnectionsAsItMayAndProxiesAnyNumber(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, func(c *server.Config) { c.PerClient = 3 })
	for n := range 3 {
		if said := dial(t, app); said != "" {
			t.Errorf("connection %d is told %s", n, said)
		}
	}
	said := dial(t, app)
	response, err := http.ReadResponse(bufio.NewReader(strings.NewReader(said)), nil)
	if err != nil {
		t.Fatalf("the fourth is told %q: %v", said, err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusServiceUnavailable || response.Header.Get("Retry-After") == "" || !json.Valid(body) {
		t.Errorf("the fourth is told %d %v %s (%v)", response.StatusCode, response.Header, body, err)
	}
	behind := apptest.Start(t, func(c *server.Config) { c.PerClient, c.Proxies = 1, []string{"127.0.0.0/8"} })
	for n := range 5 {
		if said := dial(t, behind); said != "" {
			t.Errorf("connection %d of a trusted proxy is told %s", n, said)
		}
	}
}

func TestReadersOfEventsWaitInTurnAndNobodyElseWaitsForThem(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	client, secret := other(t, app)
	var leave []func()
	for range max(runtime.GOMAXPROCS(0)/2, 1) { // as many as read at once
		l, err := app.Server.Verbs.Access.Pass(t.Context(), "ten_greedy")
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, l)
	}
	answered := make(chan int, 1)
	go func() {
		status, _ := app.Raw("GET", "/events", nil)
		answered <- status
	}()
	r := app.Request("GET", "/v1/links?limit=1", nil)
	r.SetBasicAuth(client, secret)
	if status, body := app.Do(r); status != 200 {
		t.Errorf("another tenant's read answered %d %s", status, body)
	}
	select {
	case status := <-answered:
		t.Errorf("events were read out of turn: %d", status)
	case <-time.After(100 * time.Millisecond):
	}
	for _, l := range leave {
		l()
	}
	if status := <-answered; status != 200 {
		t.Errorf("in turn it answered %d", status)
	}
}
