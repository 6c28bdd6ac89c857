package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/server"
)

// app is the whole application, as `fairlead dev` runs it.
type app struct {
	*server.Server
	data  string
	stop  context.CancelFunc
	ended chan error
}

// open starts the application on a database of its own.
func open(ctx context.Context, s settings) (*app, error) { return openOn(ctx, s, "") }

// openOn starts it on a database that is there; "": on one of its own.
func openOn(ctx context.Context, s settings, address string) (*app, error) {
	data, err := os.MkdirTemp(s.folder, "app-")
	if err != nil {
		return nil, err
	}
	opened, err := server.Open(ctx, server.Config{Dev: true, Addr: "127.0.0.1:0", Data: data, Store: address, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(ctx)
	h := &app{Server: opened, data: data, stop: stop, ended: make(chan error, 1)}
	go func() { h.ended <- opened.Run(running) }()
	return h, nil
}

func (a *app) close() error {
	a.stop()
	return <-a.ended
}

// caller is who calls: with connections that are kept, as an application has.
func caller(s settings) *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: s.callers, DisableCompression: true},
		Timeout:   time.Minute,
	}
}

// send sends a request and returns the answer's body; an answer of 300 and more is an error.
func send(ctx context.Context, c *http.Client, method, address string, header http.Header, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	response, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = fmt.Errorf("%s %s answered %d: %s", method, r.URL.Path, response.StatusCode, answer)
	}
	return answer, err
}

// call asks the native API as the dev application and decodes the answer.
func (a *app) call(ctx context.Context, c *http.Client, method, path string, body, answer any) error {
	var content []byte
	if body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return err
		}
	}
	r, err := http.NewRequest(method, a.URL()+"/v1"+path, nil)
	if err != nil {
		return err
	}
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Content-Type", "application/json")
	text, err := send(ctx, c, method, r.URL.String(), r.Header, content)
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(text, answer)
}

// serve serves a floor's handler until the context ends, and returns its address.
func serve(ctx context.Context, handler http.Handler) (address string, err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	floor := &http.Server{Handler: handler}
	go func() {
		if err := floor.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "bench: a floor's server ended:", err)
		}
	}()
	context.AfterFunc(ctx, func() { floor.Close() })
	return "http://" + listener.Addr().String(), nil
}
