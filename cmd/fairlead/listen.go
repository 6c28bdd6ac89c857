package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

type listenCommand struct {
	api
	Forward string   `placeholder:"URL" help:"Post each event to this local address, signed as a webhook is and under the same webhook-id."`
	Types   []string `help:"Only these types of event, with commas between." placeholder:"TYPE"`
	Since   string   `placeholder:"CURSOR" help:"Begin after this cursor; default: now."`
	Secret_ string   `name:"signing-secret" env:"FAIRLEAD_SIGNING_SECRET" placeholder:"whsec_…" help:"Sign what is forwarded with this secret; default: one that stays the same, printed at the start."`
	JSON    bool     `name:"json" help:"Print each event as one line of JSON, and nothing else."`
}

// followed is one event of the stream.
type followed struct {
	cursor string
	body   []byte
}

func (c listenCommand) Run(w *env) error {
	if err := c.complete(); err != nil {
		return err
	}
	var lines sync.Mutex // an event's line and what becomes of its forwarding are written by two
	say := func(format string, args ...any) {
		lines.Lock()
		defer lines.Unlock()
		to := w.out
		if c.JSON {
			to = w.err
		}
		fmt.Fprintf(to, format+"\n", args...)
	}
	forward, err := c.forwarder(say)
	if err != nil {
		return err
	}
	cursor := c.Since
	if cursor == "" {
		if cursor, err = c.now(w); err != nil {
			return err
		}
	}
	say("Following %s. Stop with Ctrl-C.", c.URL)
	if forward != nil {
		var running sync.WaitGroup
		defer running.Wait()
		running.Go(func() { forward.run(w) })
	}
	for pause := time.Second; w.Err() == nil; {
		err := c.follow(w, &cursor, func(e followed) {
			pause = time.Second
			c.show(w, &lines, forward, e)
		})
		if w.Err() != nil {
			return nil
		}
		say("The stream broke off (%v); trying again in %s.", err, pause)
		sleep(w, pause)
		pause = min(2*pause, 30*time.Second)
	}
	return nil
}

func (c listenCommand) forwarder(say func(string, ...any)) (*forwarder, error) {
	if c.Forward == "" {
		return nil, nil
	}
	secret := c.Secret_
	if secret == "" {
		var err error
		if secret, err = c.signingSecret(); err != nil {
			return nil, err
		}
	}
	f, err := newForwarder(c.Forward, secret, func(format string, args ...any) { say("          "+format, args...) })
	if err == nil {
		say("Forwarding to %s, signed with %s", c.Forward, secret)
	}
	return f, err
}

// now is the cursor after the last event there is.
func (c listenCommand) now(ctx context.Context) (string, error) {
	cursor := ""
	for {
		var page struct {
			Data []json.RawMessage
			Next string
		}
		if err := c.call(ctx, "GET", "/events?limit=500&after="+url.QueryEscape(cursor), nil, &page); err != nil {
			return "", err
		}
		cursor = page.Next
		if len(page.Data) < 500 {
			return cursor, nil
		}
	}
}

// follow reads the event stream until it ends.
func (c listenCommand) follow(ctx context.Context, cursor *string, show func(followed)) error {
	path := "/events"
	if len(c.Types) > 0 {
		path += "?type=" + url.QueryEscape(strings.Join(c.Types, ","))
	}
	r, err := c.request(ctx, "GET", path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	if *cursor != "" {
		r.Header.Set("Last-Event-ID", *cursor)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
		return refusal(response.Status, body)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	var e followed
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "id: "):
			e.cursor = line[4:]
		case strings.HasPrefix(line, "data: "):
			e.body = []byte(line[6:])
		case line == "" && e.body != nil:
			show(e)
			*cursor, e = e.cursor, followed{}
		}
	}
	if lines.Err() != nil {
		return lines.Err()
	}
	return io.ErrUnexpectedEOF
}

// show prints an event, and has it forwarded.
func (c listenCommand) show(w *env, lines *sync.Mutex, forward *forwarder, e followed) {
	event := shownBody{body: e.body}
	if json.Unmarshal(e.body, &event.shownEvent) != nil {
		return
	}
	lines.Lock()
	if c.JSON {
		fmt.Fprintf(w.out, "%s\n", e.body)
	} else {
		fmt.Fprintln(w.out, event.line(time.Now()))
	}
	lines.Unlock()
	if forward == nil {
		return
	}
	select {
	case forward.events <- event:
	case <-w.Done():
	}
}
