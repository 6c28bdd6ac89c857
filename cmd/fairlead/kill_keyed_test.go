package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/apptest"
)

// keyedPost is a request under an Idempotency-Key whose answer did not arrive.
type keyedPost struct {
	path, key string
	body      any
}

// post sends it; status 0: no whole answer arrived.
func (v *victim) post(p keyedPost) (status int, answer []byte) {
	encoded, _ := json.Marshal(p.body)
	r, err := http.NewRequest("POST", v.url+"/v1"+p.path, bytes.NewReader(encoded))
	if err != nil {
		return 0, nil
	}
	r.SetBasicAuth("dev", "dev-secret")
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", p.key)
	response, err := (&http.Client{Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return 0, nil
	}
	defer response.Body.Close()
	if answer, err = io.ReadAll(response.Body); err != nil {
		return 0, nil
	}
	return response.StatusCode, answer
}

// keyedLoad sends keyed requests from several clients until the server dies, and
// returns those that got no answer.
func (v *victim) keyedLoad(round, many int, sent func()) (cut func() []keyedPost) {
	var clients sync.WaitGroup
	var mu sync.Mutex
	var lost []keyedPost
	for client := range many {
		clients.Go(func() {
			for n := 0; ; n++ {
				person := fmt.Sprintf("k-%d-%d-%d", round, client, n)
				p := keyedPost{"/links", person, map[string]any{"person": person, "hints": map[string]string{"email": "a@b.example"}}}
				if n%10 == 9 {
					var made struct{ Code string }
					if !v.call("POST", "/sandbox/links", map[string]string{"institution_id": "harbor", "person": "x" + person}, &made) {
						return
					}
					p = keyedPost{"/links/exchange", person, map[string]string{"code": made.Code}}
				}
				if status, _ := v.post(p); status == 0 {
					mu.Lock()
					lost = append(lost, p)
					mu.Unlock()
					return
				}
				sent()
			}
		})
	}
	return func() []keyedPost { clients.Wait(); return lost }
}

func TestAKeyHasOneEffectAndIsAnsweredAtOnceAfterAKill(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { t.Parallel(); keyedStorm(t, 4, 8) })
	t.Run("PostgreSQL", func(t *testing.T) { t.Parallel(); keyedStorm(t, 3, 8, "--store", apptest.Postgres(t)) })
}

func TestSoakKilledUnderKeyedRequests(t *testing.T) {
	if !soak() {
		t.Skip("set FAIRLEAD_SOAK=1")
	}
	kills := 60
	if n, _ := strconv.Atoi(os.Getenv("FAIRLEAD_SOAK")); n > 1 {
		kills = n
	}
	t.Run("SQLite", func(t *testing.T) { keyedStorm(t, kills, 16) })
	t.Run("PostgreSQL", func(t *testing.T) { keyedStorm(t, kills/2, 16, "--store", apptest.Postgres(t)) })
}

// keyedStorm kills a server under requests with an Idempotency-Key, each of which is
// then sent again.
func keyedStorm(t *testing.T, kills, clients int, extra ...string) {
	v := newVictim(t, extra...)
	v.start()
	dice := rand.New(rand.NewPCG(7, uint64(kills)))
	interrupted, slowest := 0, time.Duration(0)
	for round := range kills {
		enough := make(chan struct{})
		var mu sync.Mutex
		n := 0
		cut := v.keyedLoad(round, clients, func() {
			mu.Lock()
			defer mu.Unlock()
			if n++; n == 20 {
				close(enough)
			}
		})
		select {
		case <-enough:
		case <-time.After(time.Minute):
			t.Fatal("the server answers too slowly to be killed")
		}
		time.Sleep(time.Duration(dice.Int64N(int64(200 * time.Millisecond))))
		v.kill()
		lost := cut()
		v.start()
		for _, p := range lost {
			began := time.Now()
			status, answer := v.post(p)
			slowest = max(slowest, time.Since(began))
			if status >= 300 {
				t.Errorf("%s under %s, after the kill: %d %s", p.path, p.key, status, answer)
			}
			if _, again := v.post(p); string(again) != string(answer) {
				t.Errorf("%s under %s is answered with %s, and then with %s", p.path, p.key, answer, again)
			}
		}
		interrupted += len(lost)
	}
	made := map[string]int{}
	for after := ""; ; {
		var page struct {
			Data []struct{ ID, Person string }
			Next *string
		}
		if !v.call("GET", "/links?limit=500"+beginning(after), nil, &page) {
			t.Fatal("the links cannot be read")
		}
		for _, l := range page.Data {
			made[l.Person]++
		}
		if page.Next == nil {
			break
		}
		after = *page.Next
	}
	for person, n := range made {
		if n > 1 {
			t.Errorf("%d links were made under the key %s", n, person)
		}
	}
	t.Logf("%d kills, %d requests interrupted, %d links: none made twice; the slowest second request took %s", kills, interrupted, len(made), slowest.Round(time.Millisecond))
	if slowest > 20*time.Second {
		t.Errorf("a key was answered only after %s", slowest)
	}
}
