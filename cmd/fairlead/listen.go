package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead"
)

type listenCommand struct {
	api
	Forward string   `placeholder:"URL" help:"Post each event to this local address, signed as a webhook is."`
	Kinds   []string `help:"Only these kinds."`
	Since   string   `placeholder:"CURSOR" help:"Begin after this cursor; default: now."`
	Secret_ string   `name:"signing-secret" placeholder:"whsec_…" help:"Sign what is forwarded with this secret; default: a new one, printed."`
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
	signer, err := c.signer(w)
	if err != nil {
		return err
	}
	cursor := c.Since
	if cursor == "" {
		if cursor, err = c.now(w); err != nil {
			return err
		}
	}
	fmt.Fprintf(w.out, "Following %s. Stop with Ctrl-C.\n", c.URL)
	for pause := time.Second; w.Err() == nil; {
		err := c.follow(w, &cursor, func(e followed) {
			pause = time.Second
			c.show(w, signer, e)
		})
		if w.Err() != nil {
			return nil
		}
		fmt.Fprintf(w.err, "The stream broke off (%v); trying again in %s.\n", err, pause)
		select {
		case <-w.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, 30*time.Second)
	}
	return nil
}

func (c listenCommand) signer(w *env) (*standardwebhooks.Webhook, error) {
	if c.Forward == "" {
		return nil, nil
	}
	if u, err := url.Parse(c.Forward); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, fmt.Errorf("--forward must be an address like http://localhost:3000/webhook")
	}
	secret := c.Secret_
	if secret == "" {
		secret = "whsec_" + base64.StdEncoding.EncodeToString([]byte(fairlead.NewToken())[:32])
		fmt.Fprintf(w.out, "What is forwarded is signed with %s\n", secret)
	}
	return standardwebhooks.NewWebhook(secret)
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
	if len(c.Kinds) > 0 {
		path += "?kind=" + url.QueryEscape(strings.Join(c.Kinds, ","))
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

// show prints an event, and forwards it.
func (c listenCommand) show(w *env, signer *standardwebhooks.Webhook, e followed) {
	var event struct {
		ID, Type  string
		Timestamp time.Time
		Data      json.RawMessage
	}
	if json.Unmarshal(e.body, &event) != nil {
		return
	}
	fmt.Fprintf(w.out, "%s  %-26s %s\n", event.Timestamp.Format("15:04:05"), event.Type, event.Data)
	if signer == nil {
		return
	}
	status, err := c.forward(w, signer, event.ID, e.body)
	if err != nil {
		fmt.Fprintf(w.err, "          → %v\n", err)
		return
	}
	fmt.Fprintf(w.out, "          → %s\n", status)
}

func (c listenCommand) forward(ctx context.Context, signer *standardwebhooks.Webhook, id string, body []byte) (string, error) {
	now := time.Now()
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Forward, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	r.Header.Set("webhook-signature", signature)
	response, err := (&http.Client{Timeout: 10 * time.Second}).Do(r)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.Status, nil
}
