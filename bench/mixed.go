package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	mixedRate   = 300 // requests a second
	mixedRounds = 30  // of settings.round are they sent for
)

// share is what part of the mixture some request is.
type share struct {
	percent int
	send    func(m *mixture) (method, path string, body string)
}

// shares are what an application sends that is in the middle of its day.
var shares = []share{
	{20, func(m *mixture) (string, string, string) {
		return http.MethodPost, "/links", fmt.Sprintf(`{"person":"person-%d"}`, rand.IntN(persons))
	}},
	{5, func(*mixture) (string, string, string) {
		return http.MethodPost, "/oauth/token", tokenRequests["/v1/oauth/token"].body
	}},
	{25, func(m *mixture) (string, string, string) { return http.MethodGet, "/links/" + m.link, "" }},
	{15, func(m *mixture) (string, string, string) { return http.MethodGet, "/connections/" + m.connection, "" }},
	{15, func(m *mixture) (string, string, string) {
		return http.MethodGet, "/connections/" + m.connection + "/accounts", ""
	}},
	{13, func(m *mixture) (string, string, string) {
		return http.MethodGet, "/connections/" + m.connection + "/transactions?limit=100", ""
	}},
	{2, func(m *mixture) (string, string, string) {
		return http.MethodGet, "/connections/" + m.connection + "/transactions?limit=500", ""
	}},
	{5, func(*mixture) (string, string, string) { return http.MethodGet, "/events?limit=50", "" }},
}

// mixture is a running binary, and what of it is read.
type mixture struct {
	address    string // of the native API
	client     *http.Client
	link       string
	connection string
}

// mixed sends the built binary the mixture from outside, at a steady rate, whether answers
// come or not, and reads how much memory it had at most.
func mixed(ctx context.Context, s settings) error {
	if !s.only.MatchString("memory under mixed requests") {
		return nil
	}
	binary, err := buildBinary(ctx, s)
	if err != nil {
		return err
	}
	address, err := freeAddress()
	if err != nil {
		return err
	}
	p, err := launch(ctx, exec.CommandContext(ctx, binary, "dev", "--addr", address, "--data", filepath.Join(s.folder, "mixed")), address, "/readyz")
	if err != nil {
		return err
	}
	defer p.stop()
	m := &mixture{address: "http://" + address + "/v1", client: caller(s)}
	if err := m.prepare(ctx); err != nil {
		return err
	}
	before, err := memoryOf(p.pid(), "VmHWM")
	if err != nil {
		return err
	}
	took, failed := m.load(ctx, mixedRate, mixedRounds*s.round)
	if len(took) == 0 {
		return fmt.Errorf("of %d requests none was answered", failed)
	}
	peak, err := memoryOf(p.pid(), "VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("\n| %d mixed requests a second for %s | | goal |\n|---|---|---|\n", mixedRate, mixedRounds*s.round)
	fmt.Printf("| peak memory | %.1f MB (%.1f before) | ≤ 93 MB |\n", peak, before)
	fmt.Printf("| answered, not answered | %d, %d | |\n", len(took), failed)
	for _, percent := range []int{50, 95, 99} {
		fmt.Printf("| p%d | %s | |\n", percent, duration(percentile(took, percent)))
	}
	return nil
}

// prepare links a usual persona and waits until its first collection has ended.
func (m *mixture) prepare(ctx context.Context) error {
	var made struct {
		ID           string `json:"id"`
		ConnectionID string `json:"connection_id"`
	}
	if err := m.call(ctx, http.MethodPost, "/links", `{"person":"mixed"}`, &made); err != nil {
		return err
	}
	m.link = made.ID
	if err := m.call(ctx, http.MethodPost, "/sandbox/links", `{"person":"mixed","institution_id":"harbor","user":"good","password":"good"}`, &made); err != nil {
		return err
	}
	m.connection = made.ConnectionID
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var connection struct{ Status string }
		if err := m.call(ctx, http.MethodGet, "/connections/"+m.connection, "", &connection); err != nil {
			return err
		}
		if connection.Status != "collecting" {
			return nil
		}
	}
	return fmt.Errorf("the first collection does not end")
}

func (m *mixture) call(ctx context.Context, method, path, body string, answer any) error {
	r, err := http.NewRequestWithContext(ctx, method, m.address+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = basic()
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	response, err := m.client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if answer == nil {
		answer = new(json.RawMessage)
	}
	if response.StatusCode >= 300 {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("%s %s answered %d: %s", method, path, response.StatusCode, text)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// load sends requests for a while and tells how long each answer took, and how many came not.
func (m *mixture) load(ctx context.Context, rate int, lasting time.Duration) (took []time.Duration, failed int) {
	var mix []share
	for _, s := range shares {
		mix = append(mix, slices.Repeat([]share{s}, s.percent)...)
	}
	var sent sync.WaitGroup
	var mu sync.Mutex
	began := time.Now()
	for n := 0; time.Since(began) < lasting; n++ {
		due := began.Add(time.Duration(n) * time.Second / time.Duration(rate))
		time.Sleep(time.Until(due))
		method, path, body := mix[rand.IntN(len(mix))].send(m)
		sent.Go(func() {
			err := m.call(ctx, method, path, body, nil)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed++
				return
			}
			took = append(took, time.Since(due)) // a late sender makes no answer faster
		})
	}
	sent.Wait()
	return took, failed
}
