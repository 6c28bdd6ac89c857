package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// published is how many events a round publishes, each of a connection of its own.
	published = 4000
	// causes is how many times the callers publish at once. The floor has its bodies
	// ready; this line measures the way of an event, not how long the cause of one
	// waits for the disk before it makes the next. (Each waits for its own commit.)
	causes = 4
	// atOnce is how many posts one receiver meets at once: the product's own bound.
	atOnce = 16
)

// sink is a receiver that reads what it is sent and counts.
type sink struct {
	got  atomic.Int64
	want atomic.Int64
	all  chan struct{}
}

func (k *sink) expect(n int64) { k.want.Store(k.got.Load() + n) }

func (k *sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.WriteHeader(http.StatusNoContent)
	if k.got.Add(1) == k.want.Load() {
		k.all <- struct{}{}
	}
}

func (k *sink) wait(ctx context.Context) error {
	select {
	case <-k.all:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(2 * time.Minute):
		return fmt.Errorf("%d of %d deliveries came", k.got.Load(), k.want.Load())
	}
}

// receipts compares events published by the product, from the commit of their cause
// to their receipt, with bare signed posts of bodies as large.
func receipts(ctx context.Context, s settings) error {
	const name = "event → receipt at a local sink"
	if !s.only.MatchString(name) {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer h.close()
	receiver := &sink{all: make(chan struct{}, 1)}
	address, err := serve(ctx, receiver)
	if err != nil {
		return err
	}
	c := caller(s)
	if err := h.call(ctx, c, http.MethodPost, "/webhook_endpoints", map[string]string{"url": address}, nil); err != nil {
		return err
	}
	who, err := h.Verbs.Access.ByClient(ctx, access.DevClientID, fairlead.NewSecret(access.DevSecret))
	if err != nil {
		return err
	}
	product := func(ctx context.Context) (measured, error) {
		receiver.expect(published)
		watch := startWatch()
		if err := h.publish(ctx, s, who); err != nil {
			return measured{}, err
		}
		err := receiver.wait(ctx)
		return watch.took(published), err
	}
	floor := func(ctx context.Context) (measured, error) {
		receiver.expect(published)
		watch := startWatch()
		if err := post(ctx, c, address); err != nil {
			return measured{}, err
		}
		err := receiver.wait(ctx)
		return watch.took(published), err
	}
	return comparison{name, "0.45", floor, product}.measure(ctx, s)
}

// happened is the event that a round publishes.
func happened(who access.Caller) fairlead.Event {
	now := time.Now()
	return fairlead.Event{
		Tenant: who.Tenant.ID, Application: who.Application.ID, Kind: fairlead.EventConnectionRecovered, At: who.Tenant.Time(now),
		Connection: fairlead.ConnectionID(fairlead.NewID("con", now)), Institution: "ins_harbor", Status: "ready", Reference: "person-1",
	}
}

// publish publishes events as their causes do: each in a transaction of its own.
func (h *app) publish(ctx context.Context, s settings, who access.Caller) error {
	var callers sync.WaitGroup
	var n atomic.Int64
	failed := make(chan error, causes*s.callers)
	for range causes * s.callers {
		callers.Go(func() {
			for n.Add(1) <= published {
				err := h.Store.Update(ctx, func(tx *store.Tx) error { return h.Verbs.Notifying.Publish(tx, happened(who)) })
				if err != nil {
					failed <- err
					return
				}
			}
		})
	}
	callers.Wait()
	close(failed)
	return <-failed
}

// post is the floor: encode, sign, post, read the answer.
func post(ctx context.Context, c *http.Client, address string) error {
	signer, err := standardwebhooks.NewWebhook("whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	if err != nil {
		return err
	}
	var posts sync.WaitGroup
	var n atomic.Int64
	errs := make(chan error, atOnce)
	for range atOnce {
		posts.Go(func() {
			for n.Add(1) <= published {
				if err := postOne(ctx, c, signer, address); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	posts.Wait()
	close(errs)
	return <-errs
}

func postOne(ctx context.Context, c *http.Client, signer *standardwebhooks.Webhook, address string) error {
	now := time.Now()
	id := fairlead.NewID("dlv", now)
	body, err := json.Marshal(map[string]any{
		"id": fairlead.NewID("evt", now), "type": fairlead.EventConnectionRecovered, "timestamp": now, "sequence": now.Unix(), "application_id": fairlead.NewID("app", now),
		"data": map[string]any{"connection_id": fairlead.NewID("con", now), "institution_id": "ins_harbor", "person": "person-1", "status": "ready"},
	})
	if err != nil {
		return err
	}
	signature, err := signer.Sign(id, now, body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Webhook-Id", id)
	r.Header.Set("Webhook-Timestamp", strconv.FormatInt(now.Unix(), 10))
	r.Header.Set("Webhook-Signature", signature)
	answer, err := c.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return errors.New("the sink refused")
	}
	return nil
}
