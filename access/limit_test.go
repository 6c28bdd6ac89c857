package access_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
)

// retryAfter is when a refusal says to come back; the test fails on any other outcome.
func retryAfter(t *testing.T, err error) time.Duration {
	t.Helper()
	e, ok := errors.AsType[*fairlead.Error](err)
	if !ok || e.Kind != fairlead.RateLimited || e.RetryAfter <= 0 {
		t.Fatalf("got %v, want rate_limited with a time to come back", err)
	}
	return e.RetryAfter
}

func TestAnApplicationThatAsksTooMuchWaitsAndAnotherDoesNot(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{Limits: access.Limits{PerSecond: 2, AtOnce: 3}})
	as := func(app fairlead.ApplicationID) error {
		_, err := s.Admit(t.Context(), "192.0.2.1", func() (access.Caller, error) {
			return access.Caller{Tenant: fairlead.Tenant{ID: "ten_1"}, Application: fairlead.Application{ID: app}}, nil
		})
		return err
	}
	for range 3 {
		if err := as("app_busy"); err != nil {
			t.Fatal(err)
		}
	}
	wait := retryAfter(t, as("app_busy"))
	if err := as("app_quiet"); err != nil {
		t.Errorf("another application of the same address was refused: %v", err)
	}
	s.wait(wait)
	if err := as("app_busy"); err != nil {
		t.Errorf("after %s it was still refused: %v", wait, err)
	}
}

func TestAnApplicationWaitsForSoManyAnswersAtOnceAndItsTenantForTwiceAsMany(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{Limits: access.Limits{UnderWay: 3}})
	begin := func(tenant fairlead.TenantID, app fairlead.ApplicationID) (end func(), err error) {
		ctx, cancel := context.WithCancel(t.Context())
		t.Cleanup(cancel)
		_, err = s.Admit(ctx, "192.0.2.1", func() (access.Caller, error) {
			return access.Caller{Tenant: fairlead.Tenant{ID: tenant}, Application: fairlead.Application{ID: app}}, nil
		})
		return cancel, err
	}
	var ends []func()
	for _, app := range []fairlead.ApplicationID{"app_1", "app_1", "app_1", "app_2", "app_2", "app_2"} {
		end, err := begin("ten_1", app)
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	_, err := begin("ten_1", "app_1")
	retryAfter(t, err)
	if _, err = begin("ten_1", "app_3"); err == nil {
		t.Error("an application whose tenant waits for twice as many was let in")
	}
	if _, err = begin("ten_2", "app_4"); err != nil {
		t.Errorf("another tenant was refused: %v", err)
	}
	ends[0]()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, err = begin("ten_1", "app_1"); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after an answer it was still refused: %v", err)
		}
		time.Sleep(time.Millisecond)
	}
}

func TestAnAddressThatShowsNoCredentialsMakesAFewThings(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{Limits: access.Limits{UnknownAtOnce: 2}})
	for range 2 {
		if err := s.Allow(t.Context(), "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	wait := retryAfter(t, s.Allow(t.Context(), "192.0.2.1"))
	if err := s.Allow(t.Context(), "192.0.2.2"); err != nil {
		t.Errorf("another address was refused: %v", err)
	}
	s.wait(wait)
	if err := s.Allow(t.Context(), "192.0.2.1"); err != nil {
		t.Errorf("after %s it was still refused: %v", wait, err)
	}
}

func TestAnAddressThatShowsWrongCredentialsIsRefusedUnheard(t *testing.T) {
	t.Parallel()
	s := newServer(t, access.Options{Limits: access.Limits{WrongAtOnce: 3}})
	heard := 0
	wrong := func(from string) error {
		_, err := s.Admit(t.Context(), from, func() (access.Caller, error) {
			heard++
			return s.ByClient(t.Context(), "nobody", fairlead.NewSecret("not a secret"))
		})
		return err
	}
	for n := range 3 {
		// One customer has a whole /64: other addresses in it are no others.
		if err := wrong(fmt.Sprintf("2001:db8::%d", n+1)); !fairlead.Is(err, fairlead.Unauthenticated) {
			t.Fatal(err)
		}
	}
	wait := retryAfter(t, wrong("2001:db8::99"))
	if heard != 3 {
		t.Errorf("credentials were looked at %d times, want 3", heard)
	}
	if err := wrong("192.0.2.7"); !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("another address got %v", err)
	}
	s.wait(wait)
	if err := wrong("2001:db8::99"); !fairlead.Is(err, fairlead.Unauthenticated) {
		t.Errorf("after %s it got %v", wait, err)
	}
}
