package kit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

func TestPagesPutTogetherAreTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		items := rapid.SliceOfN(rapid.Int(), 0, 60).Draw(t, "items")
		limit := rapid.IntRange(1, 20).Draw(t, "limit")
		var all []int
		for cursor, pages := "", 0; ; pages++ {
			page, next, err := kit.Page(items, cursor, limit)
			if err != nil || len(page) > limit || pages > len(items) {
				t.Fatalf("page of %d, %v", len(page), err)
			}
			all = append(all, page...)
			if next == "" {
				break
			}
			cursor = next
		}
		if !slices.Equal(all, items) {
			t.Fatalf("got %v", all)
		}
	})
}

func TestACursorThatWasNeverGivenIsRefused(t *testing.T) {
	t.Parallel()
	for _, cursor := range []string{"x", "-1", "4", "1.5", "99999999999999999999"} {
		if _, _, err := kit.Page([]int{1, 2, 3}, cursor, 1); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%q: got %v", cursor, err)
		}
	}
}

type memory struct{ Word string }

func TestStateComesBackAsItWas(t *testing.T) {
	t.Parallel()
	state, err := kit.EncodeState(3, memory{"hello"})
	if err != nil {
		t.Fatal(err)
	}
	var got memory
	if err := kit.DecodeState(state, 3, &got); err != nil || got.Word != "hello" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, bad := range [][]byte{nil, []byte("{"), []byte(`{"v":3,"d":"text"}`), state[:len(state)-1]} {
		if err := kit.DecodeState(bad, 3, &got); !fairlead.Is(err, fairlead.ChallengeExpired) {
			t.Errorf("%q: got %v", bad, err)
		}
	}
	if err := kit.DecodeState(state, 4, &got); !fairlead.Is(err, fairlead.ChallengeExpired) {
		t.Errorf("a state of another version: got %v", err)
	}
}

func TestAStateOverTheLimitIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := kit.EncodeState(1, memory{strings.Repeat("a", kit.MaxState)}); err == nil {
		t.Error("it was accepted")
	}
}

func TestAskingAgainLeavesTheFirstQuestionAsItWas(t *testing.T) {
	t.Parallel()
	first := kit.Login(kit.User("User"), kit.Password("Password"))
	again := kit.Again(first, "That was wrong.")
	if first.Form.Again || first.Form.Text != "" || !again.Form.Again || again.Form.Text != "That was wrong." || len(again.Form.Fields) != 2 {
		t.Errorf("first %+v, again %+v", first.Form, again.Form)
	}
}

// answering is an institution that always answers the same.
func answering(t *testing.T, status int, header map[string]string, body string) (*httptest.Server, kit.API) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s, kit.API{Client: s.Client()}
}

func TestEveryFailureHasItsKind(t *testing.T) {
	t.Parallel()
	jsonType := map[string]string{"Content-Type": "application/json"}
	for name, c := range map[string]struct {
		status int
		header map[string]string
		body   string
		kind   fairlead.ErrorKind
		after  time.Duration
	}{
		"HTML for JSON":          {200, map[string]string{"Content-Type": "text/html"}, "<html>", fairlead.InstitutionDown, 0},
		"HTML called JSON":       {200, jsonType, " <!doctype html>", fairlead.InstitutionDown, 0},
		"torn JSON":              {200, jsonType, `{"word":"canary`, fairlead.InstitutionDown, 0},
		"no JSON at all":         {200, jsonType, "", fairlead.InstitutionDown, 0},
		"JSON of another shape":  {200, jsonType, `{"word":["canary"]}`, fairlead.InstitutionDown, 0},
		"two answers in one":     {200, jsonType, `{"word":"a"}{"word":"canary"}`, fairlead.InstitutionDown, 0},
		"too large":              {200, jsonType, `{"word":"` + strings.Repeat("canary", 1<<20) + `"}`, fairlead.InstitutionDown, 0},
		"unauthorised":           {401, jsonType, `{"error":"canary"}`, fairlead.ConsentEnded, 0},
		"forbidden":              {403, jsonType, `{"error":"canary"}`, fairlead.ConsentEnded, 0},
		"forbidden by a gateway": {403, map[string]string{"Content-Type": "text/html"}, "<html>canary", fairlead.InstitutionDown, 0},
		"not understood":         {400, jsonType, `{"error":"canary"}`, fairlead.Internal, 0},
		"slow down":              {429, map[string]string{"Retry-After": "120"}, "", fairlead.SlowDown, 2 * time.Minute},
		"slow down until":        {429, map[string]string{"Date": "Mon, 02 Jan 2006 15:04:05 GMT", "Retry-After": "Mon, 02 Jan 2006 15:05:05 GMT"}, "", fairlead.SlowDown, time.Minute},
		"slow down for years":    {429, map[string]string{"Retry-After": "999999999999"}, "", fairlead.SlowDown, 24 * time.Hour},
		"slow down, no number":   {429, map[string]string{"Retry-After": "soon"}, "", fairlead.SlowDown, 0},
		"broken":                 {500, jsonType, `{"error":"canary"}`, fairlead.InstitutionDown, 0},
		"closed":                 {503, map[string]string{"Retry-After": "30"}, "", fairlead.InstitutionDown, 30 * time.Second},
	} {
		s, api := answering(t, c.status, c.header, c.body)
		api.MaxBytes = 1 << 20
		var v memory
		err := api.Get(t.Context(), s.URL+"/accounts?token=canary", http.Header{"Authorization": {"Bearer canary"}}, &v)
		e, ok := errors.AsType[*fairlead.Error](err)
		if !ok || e.Kind != c.kind || e.RetryAfter != c.after {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: the error holds what passed by: %v", name, err)
		}
	}
}

func TestAConnectorSaysWhatAStatusMeansAndLooksIntoTheBody(t *testing.T) {
	t.Parallel()
	s, api := answering(t, 401, nil, `{"code":"wrong"}`)
	api.Unauthorised = fairlead.RejectedLogin
	err := api.Get(t.Context(), s.URL, nil, nil)
	r, ok := errors.AsType[*kit.Refusal](err)
	if !fairlead.Is(err, fairlead.RejectedLogin) || !ok || r.Status != 401 || string(r.Body) != `{"code":"wrong"}` {
		t.Errorf("got %v, %+v", err, r)
	}
	s, api = answering(t, 404, nil, "")
	api.Kinds = map[int]fairlead.ErrorKind{404: fairlead.Unsupported}
	if err := api.Get(t.Context(), s.URL, nil, nil); !fairlead.Is(err, fairlead.Unsupported) {
		t.Errorf("got %v", err)
	}
}

func TestAnInstitutionThatCannotBeReachedIsDown(t *testing.T) {
	t.Parallel()
	s, api := answering(t, 200, nil, "{}")
	s.Close()
	err := api.Get(t.Context(), s.URL+"/?token=canary", nil, nil)
	if !fairlead.Is(err, fairlead.InstitutionDown) || strings.Contains(err.Error(), "canary") {
		t.Errorf("got %v", err)
	}
	if err := api.Get(t.Context(), "http://user:canary@%zz", nil, nil); !fairlead.Is(err, fairlead.Internal) || strings.Contains(err.Error(), "canary") {
		t.Errorf("a malformed address: got %v", err)
	}
}

func TestAnInstitutionThatDoesNotAnswerIsDownAndACallerThatLeavesIsNot(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(release) })
	api := kit.API{Client: s.Client(), Timeout: time.Millisecond}
	var v memory
	if err := api.Get(t.Context(), s.URL, nil, &v); !fairlead.Is(err, fairlead.InstitutionDown) {
		t.Errorf("a silent institution: got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := api.Get(ctx, s.URL, nil, &v); !fairlead.Is(err, fairlead.Unavailable) {
		t.Errorf("a caller that left: got %v", err)
	}
}

func TestWhatIsSentArrives(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		fmt.Fprintf(w, `{"word":"%s %s %s %s"}`, r.Method, r.Header.Get("Content-Type"), r.Header.Get("X-Key"), r.PostForm.Get("grant"))
	}))
	t.Cleanup(s.Close)
	api := kit.API{Client: s.Client()}
	header := http.Header{"X-Key": {"k"}}
	var v memory
	if err := api.PostForm(t.Context(), s.URL, header, url.Values{"grant": {"code"}}, &v); err != nil || v.Word != "POST application/x-www-form-urlencoded k code" {
		t.Errorf("form: got %q, %v", v.Word, err)
	}
	if err := api.Post(t.Context(), s.URL, header, map[string]int{"a": 1}, &v); err != nil || v.Word != "POST application/json k " {
		t.Errorf("JSON: got %q, %v", v.Word, err)
	}
	if err := api.Get(t.Context(), s.URL, header, &v); err != nil || v.Word != "GET  k " {
		t.Errorf("got %q, %v", v.Word, err)
	}
	if len(header) != 1 {
		t.Errorf("the caller's header was changed: %v", header)
	}
}
