package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead"
)

const (
	forwardWait  = 10 * time.Second
	refusedPause = time.Second     // before the second try
	refusedMost  = 5 * time.Second // between tries, while nobody answers
	refusedTries = 6               // of an event that the receiver answers and refuses
)

// forwarder posts events to a local address, signed as webhooks are and under the same id,
// in their order. What cannot be delivered because nobody answers is tried again until
// somebody does, and what comes meanwhile waits behind it; what is answered and refused is
// tried again beside those that follow, as a webhook is.
type forwarder struct {
	to     string
	signer *standardwebhooks.Webhook
	say    func(format string, args ...any)
	events chan shownBody
	again  sync.WaitGroup
}

// shownBody is an event and the bytes that the server gave.
type shownBody struct {
	shownEvent
	body []byte
}

func newForwarder(to, secret string, say func(format string, args ...any)) (*forwarder, error) {
	if u, err := url.Parse(to); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("--forward must be an address like http://localhost:3000/webhook")
	}
	signer, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return nil, errors.New("--signing-secret must be whsec_ and standard base64 after it")
	}
	return &forwarder{to: to, signer: signer, say: say, events: make(chan shownBody, 10_000)}, nil
}

// run forwards until ctx ends or the channel is closed.
func (f *forwarder) run(ctx context.Context) {
	defer f.again.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case e, ok := <-f.events:
			if !ok {
				return
			}
			f.first(ctx, e)
		}
	}
}

// first delivers an event, waiting for a receiver to be there.
func (f *forwarder) first(ctx context.Context, e shownBody) {
	for try, pause := 1, refusedPause; ; try, pause = try+1, min(2*pause, refusedMost) {
		status, err := f.post(ctx, e)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && status < 300:
			f.delivered(e, status, try)
			return
		case err == nil && status == http.StatusGone:
			f.say("→ 410 Gone: %s is not sent again", e.Type)
			return
		case err == nil:
			f.say("→ %d %s for %s; it is tried again", status, http.StatusText(status), e.Type)
			f.again.Go(func() { f.refused(ctx, e) })
			return
		case try == 1:
			f.say("→ %s: %s; it is tried again until it is delivered", f.to, reasonOf(err))
		}
		if !sleep(ctx, pause) {
			return
		}
	}
}

// refused tries an event again that the receiver has refused.
func (f *forwarder) refused(ctx context.Context, e shownBody) {
	pause := 5 * refusedPause
	for try := 2; try <= refusedTries; try++ {
		if !sleep(ctx, pause) {
			return
		}
		pause = min(2*pause, refusedMost)
		if status, err := f.post(ctx, e); err == nil && status < 300 {
			f.delivered(e, status, try)
			return
		}
	}
	f.say("→ %s %s was refused %d times and is given up; send it again with POST /v1/events/%s/resend", e.Type, e.ID, refusedTries, e.ID)
}

func (f *forwarder) delivered(e shownBody, status, try int) {
	if try > 1 {
		f.say("→ %d %s for %s, try %d", status, http.StatusText(status), e.Type, try)
		return
	}
	f.say("→ %d %s", status, http.StatusText(status))
}

func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// reasonOf is why nobody answered, without the address, which is said already.
func reasonOf(err error) string {
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "dial":
		return "nobody answers there"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no answer within %s", forwardWait)
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	return err.Error()
}

// post sends an event once.
func (f *forwarder) post(ctx context.Context, e shownBody) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, forwardWait)
	defer cancel()
	now := time.Now()
	signature, err := f.signer.Sign(e.ID, now, e.body)
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.to, bytes.NewReader(e.body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("webhook-id", e.ID)
	r.Header.Set("webhook-timestamp", fmt.Sprint(now.Unix()))
	r.Header.Set("webhook-signature", signature)
	response, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.StatusCode, nil
}

// signingSecret is what listen signs with: the same at every start, so that the receiver's
// configuration stays right. It lies beside dev.json, or in the user's own configuration
// where the server is elsewhere.
func (a *api) signingSecret() (string, error) {
	file := filepath.Join(a.Data, "listen.secret")
	if _, err := os.Stat(filepath.Join(a.Data, "dev.json")); err != nil {
		folder, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("there is no folder to store the signing secret in: give one with --signing-secret (%w)", err)
		}
		of := sha256.Sum256([]byte(a.URL + "\n" + a.Client))
		file = filepath.Join(folder, "fairlead", "listen-"+hex.EncodeToString(of[:8])+".secret")
	}
	stored, err := os.ReadFile(file)
	if secret := strings.TrimSpace(string(stored)); err == nil && strings.HasPrefix(secret, "whsec_") {
		return secret, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("reading the signing secret: %w", err)
	}
	secret := "whsec_" + base64.StdEncoding.EncodeToString([]byte(fairlead.NewToken())[:32])
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("storing the signing secret: %w", err)
	}
	if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("storing the signing secret: %w", err)
	}
	return secret, nil
}
