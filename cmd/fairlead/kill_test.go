package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// binary builds the program once per test run.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "fairlead")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "fairlead")
	out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// victim is a dev server that is killed and started again on the same data.
type victim struct {
	t     *testing.T
	data  string
	args  []string
	url   string
	cmd   *exec.Cmd
	errs  *said
	alive chan struct{}
	ready time.Duration // how long the last start took
}

func newVictim(t *testing.T, extra ...string) *victim {
	t.Helper()
	if _, err := binary(); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	data := t.TempDir()
	v := &victim{t: t, data: data, url: "http://" + address, args: append([]string{"dev", "--data", data, "--addr", address}, extra...)}
	t.Cleanup(v.kill)
	return v
}

// launch starts it without waiting.
func (v *victim) launch() {
	v.t.Helper()
	path, _ := binary()
	v.cmd, v.errs, v.alive = exec.Command(path, v.args...), &said{}, make(chan struct{})
	v.cmd.Stderr = v.errs
	if err := v.cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	cmd, alive := v.cmd, v.alive
	go func() { cmd.Wait(); close(alive) }()
}

// said is what a process writes, which may be read meanwhile.
type said struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

func (v *victim) start() {
	v.t.Helper()
	v.launch()
	began := time.Now()
	for time.Since(began) < 30*time.Second {
		time.Sleep(5 * time.Millisecond)
		if r, err := http.Get(v.url + "/readyz"); err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				v.ready = time.Since(began)
				return
			}
		}
		select {
		case <-v.alive:
			v.t.Fatalf("the server ended: %s", v.errs)
		default:
		}
	}
	v.t.Fatalf("the server was not ready: %s", v.errs)
}

// kill is kill -9.
func (v *victim) kill() {
	if v.cmd != nil && v.cmd.Process != nil {
		v.cmd.Process.Kill()
		<-v.alive
	}
}

// call calls the API; ok reports whether an answer of success arrived whole.
func (v *victim) call(method, path string, body, answer any) (ok bool) {
	var sent io.Reader
	if body != nil {
		encoded, _ := json.Marshal(body)
		sent = bytes.NewReader(encoded)
	}
	r, err := http.NewRequest(method, v.url+"/v1"+path, sent)
	if err != nil {
		return false
	}
	r.SetBasicAuth("dev", "dev-secret")
	r.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		return false
	}
	return answer == nil || json.Unmarshal(content, answer) == nil
}

// beginning is where a page begins, as a query has it: nothing for the first.
func beginning(after string) string {
	if after == "" {
		return ""
	}
	return "&after=" + url.QueryEscape(after)
}

// acknowledged is what the server said it had done.
type acknowledged struct {
	mu          sync.Mutex
	links       []string
	connections []string
}

func (a *acknowledged) add(list *[]string, id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*list = append(*list, id)
}

func (a *acknowledged) count() (links, connections int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.links), len(a.connections)
}

// load makes links and connections from several clients until it is stopped.
func (v *victim) load(round, many int, a *acknowledged, stop chan struct{}) *sync.WaitGroup {
	var clients sync.WaitGroup
	for client := range many {
		clients.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				person := fmt.Sprintf("p-%d-%d-%d", round, client, n)
				var link struct{ ID string }
				if v.call("POST", "/links", map[string]string{"person": person}, &link) {
					a.add(&a.links, link.ID)
				}
				var made struct {
					ConnectionID string `json:"connection_id"`
				}
				if (n+client)%12 == 0 && v.call("POST", "/sandbox/links", map[string]string{"institution_id": "harbor", "user": "good", "person": person}, &made) &&
					made.ConnectionID != "" {
					a.add(&a.connections, made.ConnectionID)
				}
			}
		})
	}
	return &clients
}

// soak asks for the whole of what a bounded part runs otherwise.
func soak() bool { return os.Getenv("FAIRLEAD_SOAK") != "" }

// storm is how often a server is killed, and how it is loaded.
type storm struct {
	kills, clients int
	duplicates     int // a kill, at most
}

func TestNothingAcknowledgedIsLostWhenTheServerIsKilled(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); storm{3, 4, 4}.run(t) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); storm{3, 4, 4}.run(t, "--store", apptest.Postgres(t)) })
}

// TestSoakAStormOfKills is the whole: its figures are in docs/reliability.md. A number
// above one is how many kills it is instead.
func TestSoakAStormOfKills(t *testing.T) {
	if !soak() {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	sqlite, postgres := 60, 30
	if n, _ := strconv.Atoi(os.Getenv("FAIRLEAD_SOAK")); n > 1 {
		sqlite, postgres = n, n
	}
	t.Run("SQLite", func(t *testing.T) { storm{sqlite, 10, 2}.run(t) })
	t.Run("PostgreSQL", func(t *testing.T) { storm{postgres, 10, 2}.run(t, "--store", apptest.Postgres(t)) })
}

func (s storm) run(t *testing.T, extra ...string) {
	v := newVictim(t, extra...)
	receiver := apptest.NewReceiver(t)
	v.start()
	if !v.call("POST", "/webhook_endpoints", map[string]string{"url": receiver.URL}, nil) {
		t.Fatal("no endpoint")
	}
	dice := rand.New(rand.NewPCG(1, uint64(s.kills))) // when it is killed: the same in every run
	var a acknowledged
	var starts []time.Duration
	for round := range s.kills {
		stop := make(chan struct{})
		clients := v.load(round, s.clients, &a, stop)
		// Killed in the middle of whatever it does.
		links, connections := a.count()
		until(t, "there is enough to lose", func() string {
			l, c := a.count()
			if l < links+8 || c < connections+1 {
				return fmt.Sprintf("%d links and %d connections were made", l-links, c-connections)
			}
			return ""
		})
		time.Sleep(time.Duration(dice.Int64N(int64(time.Second))))
		v.kill()
		close(stop)
		clients.Wait()
		v.start()
		starts = append(starts, v.ready)
	}
	restarted := time.Now()
	for _, id := range a.links {
		if !v.call("GET", "/links/"+id, nil, nil) {
			t.Errorf("link %s was acknowledged and is lost", id)
		}
	}
	until(t, "every acknowledged connection is active", func() (left string) {
		for _, id := range a.connections {
			var c struct{ Status string }
			if !v.call("GET", "/connections/"+id, nil, &c) || c.Status != "active" {
				return id + " " + c.Status
			}
		}
		return ""
	})
	until(t, "every event was delivered", func() string { return v.undelivered(receiver) })
	took := time.Since(restarted)
	duplicates := duplicatesOf(t, receiver)
	slices.Sort(starts)
	t.Logf("%d kills: %d links, %d connections, none lost; %d posts, %d of them duplicates (%.1f a kill); ready after %s (median), %s (most); all delivered %s after the last start",
		s.kills, len(a.links), len(a.connections), len(receiver.Got()), duplicates, float64(duplicates)/float64(s.kills),
		starts[len(starts)/2].Round(time.Millisecond), starts[len(starts)-1].Round(time.Millisecond), took.Round(time.Millisecond))
	if duplicates > s.duplicates*s.kills {
		t.Errorf("%d duplicates of %d kills, want at most %d a kill", duplicates, s.kills, s.duplicates)
	}
}

// duplicatesOf counts what arrived more than once, which must be equal to the byte.
func duplicatesOf(t *testing.T, receiver *apptest.Receiver) (n int) {
	t.Helper()
	bodies := map[string]string{}
	for _, r := range receiver.Got() {
		id := r.Header.Get("webhook-id")
		first, again := bodies[id]
		if again {
			n++
		}
		if again && first != string(r.Body) {
			t.Errorf("%s arrived a second time as something else", id)
		}
		bodies[id] = string(r.Body)
	}
	return n
}

// undelivered is the first event of the feed that the receiver did not get.
func (v *victim) undelivered(receiver *apptest.Receiver) string {
	got := map[string]bool{}
	for _, r := range receiver.Got() {
		var e struct{ ID string }
		if json.Unmarshal(r.Body, &e) == nil {
			got[e.ID] = true
		}
	}
	after := ""
	for {
		var page struct {
			Data []struct{ ID, Type string }
			Next string
		}
		if !v.call("GET", "/events?limit=500"+beginning(after), nil, &page) {
			return "the feed did not answer"
		}
		for _, e := range page.Data {
			if !got[e.ID] {
				return e.ID + " " + e.Type
			}
		}
		if len(page.Data) == 0 {
			return ""
		}
		after = page.Next
	}
}

// until waits for a condition that says what is left.
func until(t *testing.T, what string, left func() string) {
	t.Helper()
	rest, patience := "", 3*time.Minute
	if soak() { // hundreds of connections are collected anew
		patience = 15 * time.Minute
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if rest = left(); rest == "" {
			return
		}
	}
	t.Errorf("waited in vain until %s; left: %s", what, rest)
}
