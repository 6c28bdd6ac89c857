package native_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// TestLimitsHoldWhenSixteenAskAtOnce makes more keys and endpoints than an application may
// have, many at the same time: what is counted before it is written must still hold.
func TestLimitsHoldWhenSixteenAskAtOnce(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		a := apptest.Start(t, options...)
		app := apptest.List[struct{ ID string }](a, "/applications")[0].ID
		for path, c := range map[string]struct {
			most int
			body func(n int) any
		}{
			"/applications/" + app + "/keys": {20, func(int) any { return map[string]any{} }},
			"/webhook_endpoints":             {50, func(n int) any { return map[string]any{"url": fmt.Sprintf("https://hooks.example.com/%d", n)} }},
		} {
			for n := len(apptest.List[struct{ ID string }](a, path)); n < c.most-5; n++ {
				a.Call("POST", path, c.body(n), nil)
			}
			statuses := together(a, 16, func(n int) *http.Request { return a.Request("POST", "/v1"+path, c.body(1000+n)) })
			made := len(apptest.List[struct{ ID string }](a, path))
			if made > c.most || statuses[http.StatusCreated] != made-(c.most-5) || statuses[http.StatusCreated] == 0 {
				t.Errorf("%s: there are %d of at most %d; sixteen at once are answered %v", path, made, c.most, statuses)
			}
		}
	})
}

// together sends so many requests of the dev application at the same time and counts the statuses.
func together(a *apptest.App, n int, request func(n int) *http.Request) map[int]int {
	a.T.Helper()
	requests := make([]*http.Request, n)
	for i := range requests {
		requests[i] = request(i)
		requests[i].SetBasicAuth(access.DevClientID, access.DevSecret)
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	statuses, begin := map[int]int{}, make(chan struct{})
	for _, r := range requests {
		all.Go(func() {
			<-begin
			status := 0
			if answer, err := http.DefaultClient.Do(r); err == nil {
				answer.Body.Close()
				status = answer.StatusCode
			}
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	close(begin)
	all.Wait()
	return statuses
}
