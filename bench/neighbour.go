package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/server"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	greedyStreams = 950  // that one application opens, over and over, from the beginning
	feedEvents    = 5000 // that each of them reads
	neighbourName = "another tenant's read beside one application's worst"
)

// neighbours compares a small read of one tenant with the same read while an
// application of another tenant does the worst that the usual limits let it do: it
// follows its events from the beginning by as many streams as it can open, and
// opens each again as soon as it has caught up. One caller reads, so that the ratio
// is of how long an answer takes.
func neighbours(ctx context.Context, s settings) error {
	if !s.only.MatchString(neighbourName) {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := openLimited(ctx, s)
	if err != nil {
		return err
	}
	defer h.close()
	defer cancel()
	greedy, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return err
	}
	if err := h.fill(ctx, greedy); err != nil {
		return err
	}
	header, err := h.neighbour(ctx)
	if err != nil {
		return err
	}
	s.callers = 1
	c := caller(s)
	read := many(s, func(ctx context.Context, _ int64) error {
		_, err := send(ctx, c, http.MethodGet, h.URL()+"/v1/links?limit=1", header, nil)
		return err
	})
	beside := func(ctx context.Context) (measured, error) {
		loud, hush := context.WithCancel(ctx)
		defer hush()
		var streams sync.WaitGroup
		client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: greedyStreams, DisableCompression: true}}
		for range greedyStreams {
			streams.Go(func() { h.follow(loud, client) })
		}
		time.Sleep(time.Second) // until all that are let in are open
		took, err := read(ctx)
		hush()
		streams.Wait()
		client.CloseIdleConnections()
		return took, err
	}
	return comparison{neighbourName, "0.5", read, beside}.measure(ctx, s)
}

// openLimited starts the application with as few streams of one application as `fairlead serve`.
func openLimited(ctx context.Context, s settings) (*app, error) {
	data, err := os.MkdirTemp(s.folder, "app-")
	if err != nil {
		return nil, err
	}
	opened, err := server.Open(ctx, server.Config{
		Dev: true, Addr: "127.0.0.1:0", Data: data, Streams: 100, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	h := &app{Server: opened, data: data, stop: stop, ended: make(chan error, 1)}
	go func() { h.ended <- opened.Run(running) }()
	return h, nil
}

// fill publishes events of an application.
func (a *app) fill(ctx context.Context, c access.Caller) error {
	now := time.Now()
	for first := 0; first < feedEvents; first += 500 {
		err := a.Store.Update(ctx, func(tx *store.Tx) error {
			for range 500 {
				err := tx.Events.Append(fairlead.Event{
					ID: fairlead.EventID(fairlead.NewID("evt", now)), Tenant: c.Tenant.ID, Application: c.Application.ID,
					Kind: fairlead.EventLinkFinished, At: now, Link: "lnk_1", Reference: "person",
				})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// neighbour makes another tenant with one link, and returns its credentials.
func (a *app) neighbour(ctx context.Context) (http.Header, error) {
	callers := a.Verbs.Access
	t, err := callers.CreateTenant(ctx, "neighbour", fairlead.Sandbox, "neighbour")
	if err != nil {
		return nil, err
	}
	made, err := callers.CreateApplication(ctx, t.ID, access.ApplicationSpec{Name: "neighbour"})
	if err != nil {
		return nil, err
	}
	_, secret, err := callers.CreateKey(ctx, t.ID, made.ID, access.KeySpec{})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL(), nil)
	if err != nil {
		return nil, err
	}
	r.SetBasicAuth(made.ClientID, secret.Reveal())
	r.Header.Set("Content-Type", "application/json")
	_, err = send(ctx, http.DefaultClient, http.MethodPost, a.URL()+"/v1/links", r.Header, []byte(`{"person":"anna"}`))
	return r.Header, err
}

// follow opens a stream from the beginning, reads what there is, and opens it again.
func (a *app) follow(ctx context.Context, c *http.Client) {
	for ctx.Err() == nil {
		if wait := a.followOnce(ctx, c); wait > 0 {
			select {
			case <-ctx.Done():
			case <-time.After(wait):
			}
		}
	}
}

// followOnce reads a stream until it has caught up, or says when to try again.
func (a *app) followOnce(ctx context.Context, c *http.Client) (wait time.Duration) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL()+"/v1/events", nil)
	if err != nil {
		return time.Second
	}
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Accept", "text/event-stream")
	response, err := c.Do(r)
	if err != nil {
		return time.Second
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		io.Copy(io.Discard, response.Body)
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return time.Duration(max(seconds, 1)) * time.Second
	}
	buffer, read := make([]byte, 64<<10), 0
	for read < feedEvents*minEvent {
		n, err := response.Body.Read(buffer)
		if read += n; err != nil {
			return 0
		}
	}
	return 0
}

// minEvent is less than an event is long in the stream.
const minEvent = 250
