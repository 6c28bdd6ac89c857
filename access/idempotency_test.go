package access_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// begin begins POST /v1/links under a key.
func (s *server) begin(t *testing.T, c access.Caller, key, body string) (access.IdempotentRequest, error) {
	t.Helper()
	return s.Begin(t.Context(), c, "POST", "/v1/links", key, []byte(body))
}

// answered begins and finishes a request.
func (s *server) answered(t *testing.T, c access.Caller, key, body, answer string) access.IdempotentRequest {
	t.Helper()
	r, err := s.begin(t, c, key, body)
	must(t, err)
	if r.Done() {
		t.Fatal("it was answered before")
	}
	must(t, r.Finish(t.Context(), 201, map[string][]string{"Location": {"/v1/links/1"}}, []byte(answer)))
	return r
}

func TestAnAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.answered(t, c, "k", "body", "answer")
	for range 2 {
		r, err := s.begin(t, c, "k", "body")
		must(t, err)
		if !r.Done() || r.Status != 201 || string(r.Body) != "answer" || r.Header["Location"][0] != "/v1/links/1" {
			t.Errorf("given again as %d %q %v", r.Status, r.Body, r.Header)
		}
		s.wait(23 * time.Hour / 2)
	}
}

func TestAnEmptyAnswerIsGivenAgainToo(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	r, err := s.begin(t, c, "k", "")
	must(t, err)
	must(t, r.Finish(t.Context(), 204, nil, nil))
	if r, err = s.begin(t, c, "k", ""); err != nil || !r.Done() || r.Status != 204 || len(r.Body) != 0 {
		t.Errorf("given again as %d %q, %v", r.Status, r.Body, err)
	}
}

func TestAKeyWithAnotherBodyIsAConflict(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.answered(t, c, "k", "body", "answer")
	_, err := s.begin(t, c, "k", "another body")
	wantKind(t, err, fairlead.Conflict)
	if _, err := s.begin(t, c, "running", "body"); err != nil {
		t.Fatal(err)
	}
	s.wait(time.Hour)
	_, err = s.begin(t, c, "running", "another body")
	wantKind(t, err, fairlead.Conflict)
}

func TestWhileTheFirstRunsTheSecondIsToldToComeBack(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	_, err := s.begin(t, c, "k", "body")
	must(t, err)
	s.wait(59 * time.Second)
	_, err = s.begin(t, c, "k", "body")
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.Conflict || e.RetryAfter <= 0 {
		t.Errorf("got %v", err)
	}
}

func TestAFirstRequestThatCrashedMayRunAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	slow, err := s.begin(t, c, "k", "body")
	must(t, err)
	s.wait(time.Minute)
	second, err := s.begin(t, c, "k", "body")
	must(t, err)
	if second.Done() {
		t.Error("there is an answer from nowhere")
	}
	_, err = s.begin(t, c, "k", "body")
	wantKind(t, err, fairlead.Conflict)
	// The first was only slow. Its answer does not take the second's place.
	wantKind(t, slow.Finish(t.Context(), 200, nil, []byte("first")), fairlead.Conflict)
	must(t, slow.Abandon(t.Context()))
	must(t, second.Finish(t.Context(), 200, nil, []byte("second")))
	if r, err := s.begin(t, c, "k", "body"); err != nil || string(r.Body) != "second" {
		t.Errorf("given again: %q, %v", r.Body, err)
	}
}

func TestAnAnswerIsForgottenAfterADay(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.answered(t, c, "k", "body", "first")
	s.wait(24 * time.Hour)
	s.answered(t, c, "k", "another body", "second")
	if r, err := s.begin(t, c, "k", "another body"); err != nil || string(r.Body) != "second" {
		t.Errorf("given again: %q, %v", r.Body, err)
	}
}

func TestAKeyIsScopedToApplicationMethodAndPath(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.answered(t, c, "k", "body", "answer")
	_, otherSecret := s.key(t, s.application(t, c.Tenant, "other"), access.KeySpec{})
	other := s.caller(t, otherSecret)
	for what, begin := range map[string]func() (access.IdempotentRequest, error){
		"application": func() (access.IdempotentRequest, error) { return s.begin(t, other, "k", "body") },
		"method": func() (access.IdempotentRequest, error) {
			return s.Begin(t.Context(), c, "PUT", "/v1/links", "k", []byte("body"))
		},
		"path": func() (access.IdempotentRequest, error) {
			return s.Begin(t.Context(), c, "POST", "/v1/link", "sk", []byte("body"))
		},
		"key": func() (access.IdempotentRequest, error) { return s.begin(t, c, "K", "body") },
	} {
		if r, err := begin(); err != nil || r.Done() {
			t.Errorf("another %s: done %v, %v", what, r.Done(), err)
		}
	}
}

func TestOfManyAtOnceExactlyOneRuns(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	var all sync.WaitGroup
	var mu sync.Mutex
	ran := 0
	for range 10 {
		all.Go(func() {
			r, err := s.Begin(t.Context(), c, "POST", "/v1/links", "k", nil)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && !r.Done():
				ran++
			case !fairlead.Is(err, fairlead.Conflict):
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if ran != 1 {
		t.Errorf("%d ran", ran)
	}
}

func TestAnAbandonedRequestMayRunAgainAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	r, err := s.begin(t, c, "k", "body")
	must(t, err)
	must(t, r.Abandon(t.Context()))
	must(t, r.Abandon(t.Context()))
	s.answered(t, c, "k", "another body", "answer")
}

func TestARequestWithoutAKeyAlwaysRuns(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	for range 2 {
		s.answered(t, c, "", "body", "answer")
	}
	_, err := s.begin(t, c, strings.Repeat("k", 256), "body")
	wantField(t, err, "Idempotency-Key")
}

func TestAnAnswerTooLargeToKeepFreesItsKey(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	r, err := s.begin(t, c, "k", "body")
	must(t, err)
	wantKind(t, r.Finish(t.Context(), 200, nil, bytes.Repeat([]byte("x"), 5<<20)), fairlead.TooLarge)
	s.answered(t, c, "k", "body", "answer")
}

func TestPruningRemovesWhatIsOverAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	app, _, secret := s.shop(t)
	c := s.caller(t, secret)
	dying, dyingSecret := s.key(t, app, access.KeySpec{})
	for range 210 {
		_, _, err := s.IssueToken(t.Context(), c, "native", time.Minute)
		must(t, err)
	}
	orphan, _, err := s.IssueToken(t.Context(), s.caller(t, dyingSecret), "native", 48*time.Hour)
	must(t, err)
	must(t, s.RevokeKey(t.Context(), app.Tenant, app.ID, dying.ID))
	for n := range 205 {
		s.answered(t, c, fmt.Sprint("old ", n), "", "answer")
	}
	s.wait(23 * time.Hour)
	live, _, err := s.IssueToken(t.Context(), c, "native", 2*time.Hour)
	must(t, err)
	s.answered(t, c, "young", "", "answer")
	s.wait(time.Hour)

	must(t, s.Prune(t.Context(), app.Tenant))
	tokens, replies := s.count(t, app)
	if tokens != 1 || replies != 1 {
		t.Errorf("%d tokens and %d answers are left", tokens, replies)
	}
	_, err = s.ByToken(t.Context(), live, "native")
	must(t, err)
	_, err = s.ByToken(t.Context(), orphan, "native")
	wantKind(t, err, fairlead.Unauthenticated)
	if r, err := s.begin(t, c, "young", ""); err != nil || !r.Done() {
		t.Errorf("the young answer: done %v, %v", r.Done(), err)
	}
}
