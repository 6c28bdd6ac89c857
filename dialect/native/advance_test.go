package native_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

func TestAnAdvanceSaysHowFarItIsAndEndsWhereItIsCancelled(t *testing.T) {
	t.Parallel()
	a := apptest.Start(t, apptest.Frozen(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)))
	a.Link("harbor", "student", "good")
	r := a.Request("POST", "/v1/sandbox/clock/advance", map[string]string{"by": "3000d"})
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	r.Header.Set("Accept", "application/x-ndjson")
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	type line struct {
		Now       time.Time
		To        *time.Time
		Cancelled bool
	}
	var last line
	progress := 0
	for lines := json.NewDecoder(response.Body); ; {
		last = line{}
		if err := lines.Decode(&last); err != nil {
			t.Fatal(err)
		}
		if last.To == nil {
			break
		}
		if progress++; progress == 2 {
			var cancelled struct{ Cancelled int }
			if a.Call("DELETE", "/sandbox/clock/advance", nil, &cancelled); cancelled.Cancelled != 1 {
				t.Errorf("%d advances were cancelled, want one", cancelled.Cancelled)
			}
		}
	}
	var clock struct{ Now time.Time }
	a.Call("GET", "/sandbox/clock", nil, &clock)
	if progress < 2 || !last.Cancelled || !last.Now.Equal(clock.Now) || last.Now.Year() > 2030 {
		t.Errorf("after %d lines of progress the answer is %+v, and the clock stands at %s", progress, last, clock.Now)
	}
	a.Advance("1d") // it goes on from there
}
