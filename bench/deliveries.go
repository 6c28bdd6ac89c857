package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	process  *exec.Cmd
	base     string // of the API
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
	binary := filepath.Join(s.folder, "fairlead-outside")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/fairlead")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("building: %w: %s", err, out)
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	o.base = "http://" + address
	o.process = exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", data)
	if err := o.process.Start(); err != nil {
		return nil, err
	}
	for began := time.Now(); ; {
		if answer, err := http.Get(o.base + "/readyz"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		if time.Since(began) > 30*time.Second {
			o.stop()
			return nil, fmt.Errorf("%s is not ready after 30 seconds", binary)
		}
		time.Sleep(5 * time.Millisecond)
	}
	var made struct{ ID string }
	if err = o.call(ctx, "/webhook_endpoints", fmt.Sprintf(`{"url": %q}`, receiver), &made); err != nil {
		o.stop()
		return nil, err
	}
	o.endpoint = made.ID
	return o, nil
}

func (o *outside) stop() {
	o.process.Process.Kill()
	o.process.Wait()
}

func (o *outside) call(ctx context.Context, path, body string, answer any) error {
	r, err := http.NewRequest(http.MethodPost, o.base+"/v1"+path, nil)
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
	before, used, began := o.arrivals.got.Load(), o.used(), time.Now()
	for range publishers {
		callers.Go(func() {
			for time.Since(began) < publishing {
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
	accepted = measured{units: float64(sent.Load()), lasted: time.Since(began)}
	for o.arrivals.got.Load()-before < sent.Load() {
		if time.Since(began) > 2*time.Minute {
			return accepted, received, fmt.Errorf("%d of %d events came", o.arrivals.got.Load()-before, sent.Load())
		}
		time.Sleep(time.Millisecond)
	}
	return accepted, measured{float64(sent.Load()), time.Since(began), o.used() - used}, nil
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

// used is the processor's time of the server, from /proc in hundredths of a second.
func (o *outside) used() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", o.process.Process.Pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	var user, system int64
	if fields := strings.Fields(rest); len(fields) > 12 {
		fmt.Sscan(fields[11], &user)
		fmt.Sscan(fields[12], &system)
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
