package access_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/store"
)

// posted is a POST /v1/links under a key.
func posted(key, body string) access.IdempotentRequest {
	return access.IdempotentRequest{Method: "POST", Path: "/v1/links", Key: key, Body: []byte(body)}
}

// make makes a person, named name, in the request of a context, and answers.
func (s *server) make(c access.Caller, name string, status int, answer string) func(context.Context) access.Answer {
	return func(ctx context.Context) access.Answer {
		if err := s.person(ctx, c, name); err != nil {
			return access.Answer{Status: 500}
		}
		return access.Answer{Status: status, Header: map[string][]string{"Location": {"/v1/links/1"}, "Secret": {"s"}}, Body: []byte(answer)}
	}
}

func (s *server) person(ctx context.Context, c access.Caller, name string) error {
	return s.store.Update(ctx, func(tx *store.Tx) error {
		p := fairlead.Person{ID: fairlead.PersonID(fairlead.NewID("per", s.clock())), Tenant: c.Tenant.ID, Reference: name}
		return tx.Persons.Put(c.Tenant.ID, &p)
	})
}

// made reports whether there is a person of a name.
func (s *server) made(t *testing.T, c access.Caller, name string) bool {
	t.Helper()
	err := s.store.View(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Persons.Find(c.Tenant.ID, store.By(store.ByReference, name))
		return err
	})
	if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		t.Fatal(err)
	}
	return err == nil
}

// once runs a request that may run, and answers it.
func (s *server) once(t *testing.T, c access.Caller, r access.IdempotentRequest, answer string) access.Answer {
	t.Helper()
	got, err := s.Once(t.Context(), c, r, func(context.Context) access.Answer { return access.Answer{Status: 201, Body: []byte(answer)} })
	must(t, err)
	return got
}

func never(t *testing.T) func(context.Context) access.Answer {
	return func(context.Context) access.Answer {
		t.Error("it ran again")
		return access.Answer{Status: 200}
	}
}

func TestAnAnswerIsGivenAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	first, err := s.Once(t.Context(), c, posted("k", "body"), s.make(c, "ada", 201, "answer"))
	must(t, err)
	if first.Replayed || first.Status != 201 || first.Header["Secret"] == nil {
		t.Errorf("first answered %+v", first)
	}
	for range 2 {
		again, err := s.Once(t.Context(), c, posted("k", "body"), never(t))
		must(t, err)
		if !again.Replayed || again.Status != 201 || string(again.Body) != "answer" || again.Header["Location"][0] != "/v1/links/1" {
			t.Errorf("given again as %+v", again)
		}
		s.wait(23 * time.Hour / 2)
	}
}

func TestAnEmptyAnswerIsGivenAgainToo(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	_, err := s.Once(t.Context(), c, posted("k", ""), func(context.Context) access.Answer { return access.Answer{Status: 204} })
	must(t, err)
	if again, err := s.Once(t.Context(), c, posted("k", ""), never(t)); err != nil || again.Status != 204 || len(again.Body) != 0 {
		t.Errorf("given again as %+v, %v", again, err)
	}
}

func TestAKeyWithAnotherBodyIsAConflict(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.once(t, c, posted("k", "body"), "answer")
	_, err := s.Once(t.Context(), c, posted("k", "another body"), never(t))
	wantKind(t, err, fairlead.Conflict)
}

func TestWhatARequestDoesAndItsAnswerAreStoredTogether(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	_, err := s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
		answer := s.make(c, "ada", 201, "answer")(ctx)
		if s.made(t, c, "ada") {
			t.Error("others see a person whose answer is not stored")
		}
		err := s.store.View(ctx, func(tx *store.Tx) error {
			_, err := tx.Persons.Find(c.Tenant.ID, store.By(store.ByReference, "ada"))
			return err
		})
		if err != nil {
			t.Errorf("the request does not see what it wrote: %v", err)
		}
		return answer
	})
	must(t, err)
	if !s.made(t, c, "ada") {
		t.Error("the person is missing")
	}
}

func TestWhatIsNoAnswerLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	for what, answer := range map[string]access.Answer{
		"a failure": {Status: 503}, "a refusal": {Status: 422}, "come again": {Status: 429, Header: map[string][]string{"Retry-After": {"1"}}},
	} {
		got, err := s.Once(t.Context(), c, posted(what, ""), func(ctx context.Context) access.Answer {
			must(t, s.person(ctx, c, "ada"))
			return answer
		})
		if err != nil || got.Status != answer.Status || s.made(t, c, "ada") {
			t.Errorf("%s: %+v, %v, the person is there: %v", what, got, err, s.made(t, c, "ada"))
		}
		s.once(t, c, posted(what, "another body"), "answer")
	}
}

func TestARequestThatPanicsLeavesNothingBehindAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	func() {
		defer func() { recover() }()
		s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
			must(t, s.person(ctx, c, "ada"))
			panic("no")
		})
	}()
	must(t, s.person(t.Context(), c, "bob"))
	if s.made(t, c, "ada") {
		t.Error("the person is there")
	}
	s.once(t, c, posted("k", ""), "answer")
}

func TestARefusalAfterAWriteWritesNothingAndLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	refused := fairlead.Errorf(fairlead.Gone, "No.")
	_, err := s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
		must(t, s.person(ctx, c, "ada"))
		if err := s.store.Update(ctx, func(*store.Tx) error { return refused }); !errors.Is(err, refused) {
			t.Errorf("refused with %v", err)
		}
		return access.Answer{Status: 410, Body: []byte("gone")}
	})
	must(t, err)
	if s.made(t, c, "ada") {
		t.Error("the person is there")
	}
	s.once(t, c, posted("k", "mended"), "answer")
	_, err = s.Once(t.Context(), c, posted("praised", ""), func(ctx context.Context) access.Answer {
		must(t, s.person(ctx, c, "ada"))
		s.store.Update(ctx, func(*store.Tx) error { return refused })
		return access.Answer{Status: 201}
	})
	if err == nil || s.made(t, c, "ada") {
		t.Errorf("an answer that praises what was rolled back: %v", err)
	}
}

func TestARequestThatLosesARaceRunsAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	runs := 0
	got, err := s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
		runs++
		must(t, s.person(ctx, c, fmt.Sprint("ada ", runs)))
		err := store.Retry(ctx, s.store, func() error {
			return s.store.Update(ctx, func(*store.Tx) error {
				if runs < 3 {
					return fmt.Errorf("faster: %w", store.ErrStale)
				}
				return nil
			})
		})
		if err != nil {
			return access.Answer{Status: 409}
		}
		return access.Answer{Status: 201}
	})
	if err != nil || got.Status != 201 || runs != 3 || s.made(t, c, "ada 2") || !s.made(t, c, "ada 3") {
		t.Errorf("%+v, %v after %d runs", got, err, runs)
	}
}

func TestAnAnswerIsForgottenAfterADay(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.once(t, c, posted("k", "body"), "first")
	s.wait(24 * time.Hour)
	s.once(t, c, posted("k", "another body"), "second")
	if got := s.once(t, c, posted("k", "another body"), ""); string(got.Body) != "second" {
		t.Errorf("given again: %q", got.Body)
	}
}

func TestAKeyIsScopedToApplicationMethodAndPath(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	s.once(t, c, posted("k", "body"), "answer")
	_, otherSecret := s.key(t, s.application(t, c.Tenant, "other"), access.KeySpec{})
	other := s.caller(t, otherSecret)
	for what, got := range map[string]access.Answer{
		"application": s.once(t, other, posted("k", "body"), ""),
		"method":      s.once(t, c, access.IdempotentRequest{Method: "PUT", Path: "/v1/links", Key: "k", Body: []byte("body")}, ""),
		"path":        s.once(t, c, access.IdempotentRequest{Method: "POST", Path: "/v1/link", Key: "sk", Body: []byte("body")}, ""),
		"key":         s.once(t, c, posted("K", "body"), ""),
	} {
		if got.Replayed {
			t.Errorf("another %s got its answer", what)
		}
	}
}

func TestOfManyAtOnceExactlyOneRunsAndAllGetItsAnswer(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	var all sync.WaitGroup
	var mu sync.Mutex
	ran := 0
	for range 64 {
		all.Go(func() {
			got, err := s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
				mu.Lock()
				ran++
				mu.Unlock()
				return s.make(c, "ada", 201, "answer")(ctx)
			})
			if err != nil || got.Status != 201 || string(got.Body) != "answer" {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	all.Wait()
	if ran != 1 {
		t.Errorf("%d ran", ran)
	}
}

func TestOfManyNodesAtOnceOneIsAnsweredByAndNothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	beside := s.beside() // another node: it does not know what is under way here
	var names []string
	got, err := s.Once(t.Context(), c, posted("k", ""), func(ctx context.Context) access.Answer {
		names = append(names, fmt.Sprint("ada ", len(names)))
		if len(names) == 1 { // the other is faster
			_, err := beside.Once(t.Context(), c, posted("k", ""), s.make(c, "bob", 201, "bob"))
			must(t, err)
		}
		return s.make(c, names[len(names)-1], 201, "ada")(ctx)
	})
	if err != nil || string(got.Body) != "bob" || !got.Replayed {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, name := range names {
		if s.made(t, c, name) {
			t.Errorf("%s was made beside bob", name)
		}
	}
}

func TestWhoWaitsTooLongForTheFirstIsToldToComeBack(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	running, end := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		s.Once(t.Context(), c, posted("k", ""), func(context.Context) access.Answer {
			close(running)
			<-end
			return access.Answer{Status: 201}
		})
	})
	<-running
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := s.Once(ctx, c, posted("k", ""), never(t))
	wantKind(t, err, fairlead.Unavailable)
	close(end)
	first.Wait()
	if got, err := s.Once(t.Context(), c, posted("k", ""), never(t)); err != nil || got.Status != 201 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestALongRequestThatWasCutOffGoesOnFromItsEffect(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	long := posted("k", "")
	long.How = access.InSteps
	effects := 0
	effect := func(ctx context.Context) string {
		id, err := s.Effect(ctx, func(ctx context.Context) (string, error) {
			effects++
			return "per_1", s.person(ctx, c, fmt.Sprint("ada ", effects))
		})
		must(t, err)
		return id
	}
	cut, err := s.Once(t.Context(), c, long, func(ctx context.Context) access.Answer {
		effect(ctx)
		return access.Answer{Status: 503}
	})
	if err != nil || cut.Status != 503 || !s.made(t, c, "ada 1") {
		t.Fatalf("cut off as %+v, %v", cut, err)
	}
	for range 2 {
		got, err := s.Once(t.Context(), c, long, func(ctx context.Context) access.Answer {
			return access.Answer{Status: 201, Body: []byte(effect(ctx))}
		})
		if err != nil || got.Status != 201 || string(got.Body) != "per_1" || effects != 1 {
			t.Errorf("got %+v, %v after %d effects", got, err, effects)
		}
	}
	if effect(t.Context()); effects != 2 {
		t.Error("outside of such a request an effect did not happen")
	}
}

func TestWhatKnowsItsOwnReplaysRunsEachTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	r := posted("k", "code")
	r.How = access.ByItself
	for _, answer := range []string{"first", "second", "third"} {
		if got := s.once(t, c, r, answer); string(got.Body) != answer || got.Replayed {
			t.Errorf("got %+v", got)
		}
	}
	r.Body = []byte("another code")
	_, err := s.Once(t.Context(), c, r, never(t))
	wantKind(t, err, fairlead.Conflict)
}

func TestAKeyThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	_, err := s.Once(t.Context(), s.caller(t, secret), posted(strings.Repeat("k", 256), "body"), never(t))
	wantField(t, err, "Idempotency-Key")
}

func TestAnAnswerTooLargeToKeepIsRefusedWithItsEffect(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{})
	_, _, secret := s.shop(t)
	c := s.caller(t, secret)
	_, err := s.Once(t.Context(), c, posted("k", ""), s.make(c, "ada", 200, string(bytes.Repeat([]byte("x"), 5<<20))))
	wantKind(t, err, fairlead.TooLarge)
	if s.made(t, c, "ada") {
		t.Error("the person is there")
	}
	s.once(t, c, posted("k", "body"), "answer")
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
		s.once(t, c, posted(fmt.Sprint("old ", n), ""), "answer")
	}
	s.wait(23 * time.Hour)
	live, _, err := s.IssueToken(t.Context(), c, "native", 2*time.Hour)
	must(t, err)
	s.once(t, c, posted("young", ""), "answer")
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
	if got := s.once(t, c, posted("young", ""), ""); !got.Replayed {
		t.Errorf("the young answer: %+v", got)
	}
}
