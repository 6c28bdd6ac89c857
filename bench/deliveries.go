package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fairlead-dev/fairlead/access"
)

const (
	// publishing is how long events are published in a round, and steady how many a second
	// where it is measured how long each takes.
	publishing = 4 * time.Second
	steady     = 100
)

// deliveries measures the built binary from outside: events that an application causes by
// requests, and what arrives of them at one endpoint.
func deliveries(ctx context.Context, s settings) error {
	const all, calm = "%d publishers: receipt of acceptance", "100 events a second: request → receipt"
	if !s.only.MatchString("event "+all) && !s.only.MatchString("event "+calm) {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o, err := startOutside(ctx, s)
	if err != nil {
		return err
	}
	defer o.stop()
	for _, publishers := range []int{16, 64} {
		var accepted, received []measured
		for n := range s.rounds + 1 {
			a, r, err := o.flood(ctx, publishers)
			if err != nil {
				return err
			}
			if n > 0 {
				accepted, received = append(accepted, a), append(received, r)
			}
		}
		ratio, ofRounds := ratios(received, accepted, measured.perSecond)
		printRow(fmt.Sprintf("event "+all, publishers), rate(accepted), rate(received), ratio, ofRounds, "", cpu(received), "", "", "≥ 0.95")
	}
	took, err := o.pace(ctx, steady, time.Duration(max(2, s.rounds))*publishing/2)
	if err != nil {
		return err
	}
	for _, percent := range []int{50, 95, 99} {
		goal := ""
		if percent == 50 {
			goal = "≤ 2 ms"
		}
		printRow(fmt.Sprintf("event "+calm+", p%d", percent), "", duration(percentile(took, percent)), "", "", "", "", "", "", goal)
	}
	return nil
}

// outside is a server in a process of its own, with an endpoint that leads here.
type outside struct {
	*process
	endpoint string
	client   *http.Client
	arrivals *arrivals
}

// arrivals notes when each event came.
type arrivals struct {
	mu  sync.Mutex
	at  map[string]time.Time
	got atomic.Int64
}

func (a *arrivals) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	io.Copy(io.Discard, r.Body)
	a.mu.Lock()
	if id := r.Header.Get("Webhook-Id"); a.at[id].IsZero() {
		a.at[id] = now
		a.got.Add(1)
	}
	a.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

func startOutside(ctx context.Context, s settings) (*outside, error) {
	binary, err := buildBinary(ctx, s)
	if err != nil {
		return nil, err
	}
	data, err := os.MkdirTemp(s.folder, "data-")
	if err != nil {
		return nil, err
	}
	o := &outside{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute}, arrivals: &arrivals{at: map[string]time.Time{}}}
	receiver, err := serve(ctx, o.arrivals)
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	if o.process, err = launch(ctx, exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", data), address, "/readyz"); err != nil {
		return nil, err
	}
	var made struct{ ID string }
	if err = o.call(ctx, "/webhook_endpoints", fmt.Sprintf(`{"url": %q}`, receiver), &made); err != nil {
		o.stop()
		return nil, err
	}
	o.endpoint = made.ID
	return o, nil
}

func (o *outside) call(ctx context.Context, path, body string, answer any) error {
	r, err := http.NewRequest(http.MethodPost, o.url+"/v1"+path, nil)
	if err != nil {
		return err
	}
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Content-Type", "application/json")
	text, err := send(ctx, o.client, http.MethodPost, r.URL.String(), r.Header, []byte(body))
	if err != nil {
		return err
	}
	return json.Unmarshal(text, answer)
}

// publish causes one event and returns its id.
func (o *outside) publish(ctx context.Context) (string, error) {
	var event struct{ ID string }
	err := o.call(ctx, "/webhook_endpoints/"+o.endpoint+"/test", "", &event)
	return event.ID, err
}

// flood publishes for a while, and waits until all has come. The processor's time is that of
// the server.
func (o *outside) flood(ctx context.Context, publishers int) (accepted, received measured, err error) {
	var callers sync.WaitGroup
	var sent atomic.Int64
	failed := make(chan error, publishers)
	before, watch := o.arrivals.got.Load(), startWatchOf(o.cpu)
	for range publishers {
		callers.Go(func() {
			for time.Since(watch.began) < publishing {
				if _, err := o.publish(ctx); err != nil {
					failed <- err
					return
				}
				sent.Add(1)
			}
		})
	}
	callers.Wait()
	close(failed)
	if err := <-failed; err != nil {
		return accepted, received, err
	}
	accepted = watch.took(int(sent.Load()))
	for o.arrivals.got.Load()-before < sent.Load() {
		if time.Since(watch.began) > 2*time.Minute {
			return accepted, received, fmt.Errorf("%d of %d events came", o.arrivals.got.Load()-before, sent.Load())
		}
		time.Sleep(time.Millisecond)
	}
	return accepted, watch.took(int(sent.Load())), nil
}

// pace publishes so many a second, each for itself, and tells how long each took from its
// request to its receipt.
func (o *outside) pace(ctx context.Context, perSecond int, lasts time.Duration) (took []time.Duration, err error) {
	var callers sync.WaitGroup
	var mu sync.Mutex
	began := map[string]time.Time{}
	due := time.NewTicker(time.Second / time.Duration(perSecond))
	defer due.Stop()
	for range int(lasts.Seconds() * float64(perSecond)) {
		<-due.C
		callers.Go(func() {
			at := time.Now()
			id, failure := o.publish(ctx)
			mu.Lock()
			defer mu.Unlock()
			if began[id] = at; failure != nil {
				err = failure
			}
		})
	}
	callers.Wait()
	time.Sleep(500 * time.Millisecond)
	o.arrivals.mu.Lock()
	defer o.arrivals.mu.Unlock()
	for id, at := range began {
		came, ok := o.arrivals.at[id]
		if !ok && err == nil {
			err = fmt.Errorf("the event %s did not come", id)
		}
		took = append(took, came.Sub(at))
	}
	return took, err
}
