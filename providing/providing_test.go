package providing_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/bucket/filebucket"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/providing"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/vault/keyset"
)

// service is a connector whose service does what the test says.
type service struct {
	connector.Connector
	mu       sync.Mutex
	tries    int
	try      error
	report   connector.ProviderReport
	pages    map[string]connector.DirectoryPage // by cursor
	fail     map[string]error                   // by cursor
	read     []string                           // cursors of the pages that were read
	provider *connector.Provider
	endless  bool   // there is always another page
	during   func() // is done while keys are tried
}

func (s *service) Describe() connector.Description {
	return connector.Description{Name: "svc", Hosts: []string{"api.svc.example"}, Provider: &connector.ProviderSpec{
		Title: "Service", Console: "https://console.svc.example", Fields: []connector.ProviderField{
			{Name: "client_id", Kind: connector.ProviderText, Label: "Client id"},
			{Name: "secret", Kind: connector.ProviderSecret, Label: "Secret"},
			{Name: "pin", Kind: connector.ProviderSecret, Label: "Pin", Optional: true},
			{Name: "countries", Kind: connector.ProviderList, Label: "Countries", Choices: []string{"US", "CA"}, Default: "US"},
			{Name: "plan", Kind: connector.ProviderChoice, Label: "Plan", Choices: []string{"free", "paid"}, Optional: true},
			{Name: "limit", Kind: connector.ProviderNumber, Label: "Limit", Optional: true},
			{Name: "pem", Kind: connector.ProviderSecret, Label: "Key", Optional: true, Check: func(v string) error {
				if !strings.HasPrefix(v, "-----BEGIN") {
					return errors.New("must be a key in PEM")
				}
				return nil
			}},
		},
	}}
}

func (s *service) Try(_ context.Context, env connector.Env) (connector.ProviderReport, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries++
	s.provider = env.Provider
	if s.during != nil {
		s.during()
	}
	return s.report, s.try
}

func (s *service) Institutions(_ context.Context, _ connector.Env, after string) (connector.DirectoryPage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.read = append(s.read, after)
	if s.endless {
		return page(after+"n", "a"), nil
	}
	if err := s.fail[after]; err != nil {
		return connector.DirectoryPage{}, err
	}
	return s.pages[after], nil
}

func entry(id string) connector.DirectoryEntry {
	return connector.DirectoryEntry{Institution: fairlead.Institution{
		ID: fairlead.InstitutionID("svc_" + id), Ref: id, Name: "Bank " + id, Country: "US",
		Products: []fairlead.Product{fairlead.ProductAccounts}, Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
	}}
}

func page(next string, ids ...string) connector.DirectoryPage {
	p := connector.DirectoryPage{Cursor: next, More: next != ""}
	for _, id := range ids {
		p.Institutions = append(p.Institutions, entry(id))
	}
	return p
}

type subject struct {
	testing.TB
	*providing.Providing
	service *service
	store   store.Store
	tenant  fairlead.Tenant
	now     time.Time
}

// newSubject builds the verb on a database with one live tenant.
func newSubject(t testing.TB, baseURL string) *subject {
	t.Helper()
	f := &subject{TB: t, now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}
	f.service = &service{pages: map[string]connector.DirectoryPage{}, fail: map[string]error{}}
	var err error
	if f.store, err = sqlstore.Open(t.Context(), apptest.Store(t, t.TempDir()), sqlstore.Options{Migrate: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.store.Close() })
	blobs, err := filebucket.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	registry, err := connector.NewRegistry(f.service)
	if err != nil {
		t.Fatal(err)
	}
	f.Providing = providing.New(providing.Options{
		Store: f.store, Vault: keyset.Memory(), Bucket: blobs, Clock: func() time.Time { return f.now }, Registry: registry, BaseURL: baseURL, Pace: time.Nanosecond,
		Env: func(t fairlead.Tenant, _ string, p *connector.Provider) connector.Env {
			return connector.Env{Tenant: t.ID, Environment: t.Environment, Provider: p}
		},
		Reaches: func(_ fairlead.Environment, _, base string) error {
			if strings.Contains(base, "allowed.example") || strings.Contains(base, "127.0.0.1") {
				return nil
			}
			return errors.New("must be at a host that is allowed")
		},
		Download: func(_ context.Context, _ connector.Env, address string, _ int64) ([]byte, error) {
			return nil, fairlead.Errorf(fairlead.InstitutionDown, "%s", address)
		},
	})
	f.tenant = fairlead.Tenant{ID: "ten_1", Name: "acme", Environment: fairlead.Live, Created: f.now}
	f.update(func(tx *store.Tx) error { return tx.Tenants.Put(&f.tenant) })
	return f
}

func (f *subject) update(do func(*store.Tx) error) {
	f.Helper()
	if err := f.store.Update(f.Context(), do); err != nil {
		f.Fatal(err)
	}
}

func secrets(pairs ...string) map[string]fairlead.Secret {
	out := map[string]fairlead.Secret{}
	for n := 0; n < len(pairs); n += 2 {
		out[pairs[n]] = fairlead.NewSecret(pairs[n+1])
	}
	return out
}

func (f *subject) set(pairs ...string) (fairlead.Provider, error) {
	return f.Set(f.Context(), f.tenant.ID, providing.SetRequest{Connector: "svc", Fields: secrets(pairs...)})
}

// made is a provider with all that it must have.
func (f *subject) made() fairlead.Provider {
	f.Helper()
	p, err := f.set("client_id", "me", "secret", "0123456789abcdef")
	if err != nil {
		f.Fatal(err)
	}
	return p
}

func (f *subject) run(p fairlead.Provider) (store.WorkResult, error) {
	return f.Run(f.Context(), fairlead.Work{Kind: fairlead.RefreshWork, Key: string(p.ID), Tenant: f.tenant.ID})
}

func (f *subject) get(p fairlead.Provider) fairlead.Provider {
	f.Helper()
	got, err := f.Get(f.Context(), f.tenant.ID, p.ID)
	if err != nil {
		f.Fatal(err)
	}
	return got
}

// listed are the ids of the provider's institutions that are not gone, and those that are.
func (f *subject) listed(p fairlead.Provider) (there, gone []string) {
	f.Helper()
	err := f.store.View(f.Context(), func(tx *store.Tx) error {
		all, err := tx.Institutions.List(f.tenant.ID, p.ID, "", 1000)
		for _, i := range all {
			if i.Gone.IsZero() {
				there = append(there, i.Ref)
			} else {
				gone = append(gone, i.Ref)
			}
		}
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return there, gone
}

func TestAReadingThatIsInterruptedGoesOnAtItsPage(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a", "b"), "2": page("3", "c"), "3": page("", "d")}
	f.service.fail["3"] = fairlead.Errorf(fairlead.InstitutionDown, "It is away.")
	if _, err := f.run(p); !fairlead.Is(err, fairlead.InstitutionDown) {
		t.Fatalf("it ended with %v", err)
	}
	if got := f.get(p); got.Directory.Problem == nil || got.Directory.Cursor != "3" || !got.Directory.Refreshed.IsZero() {
		t.Errorf("the directory is %+v", got.Directory)
	}
	f.service.fail, f.service.read = nil, nil
	result, err := f.run(p)
	if err != nil || !result.Again.Equal(f.now.Add(24*time.Hour)) || !slices.Equal(f.service.read, []string{"3"}) {
		t.Errorf("it read %v, and is due again at %v: %v", f.service.read, result.Again, err)
	}
	if got := f.get(p); got.Directory.Problem != nil || got.Directory.Institutions != 4 || got.Directory.Cursor != "" || !got.Directory.Refreshed.Equal(f.now) {
		t.Errorf("the directory is %+v", got.Directory)
	}
	if there, gone := f.listed(p); strings.Join(there, "") != "abcd" || len(gone) != 0 {
		t.Errorf("there are %v and gone are %v", there, gone)
	}
}

func TestOnlyACompleteReadingMarksWhatVanished(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a", "b"), "2": page("", "c")}
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	f.now = f.now.Add(24 * time.Hour)
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a"), "2": page("", "c")}
	f.service.fail["2"] = fairlead.Errorf(fairlead.InstitutionDown, "It is away.")
	_, _ = f.run(p)
	if there, _ := f.listed(p); strings.Join(there, "") != "abc" {
		t.Errorf("after half a reading there are %v", there)
	}
	f.service.fail = nil
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	there, gone := f.listed(p)
	if strings.Join(there, "") != "ac" || strings.Join(gone, "") != "b" || f.get(p).Directory.Institutions != 2 {
		t.Errorf("there are %v and gone are %v", there, gone)
	}
	revision := f.get(p).Directory.Revision
	f.now = f.now.Add(24 * time.Hour)
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	if now := f.get(p).Directory.Revision; now != revision {
		t.Errorf("nothing changed, and the revision went from %d to %d", revision, now)
	}
	f.now = f.now.Add(24 * time.Hour)
	f.service.pages["2"] = page("", "c", "b")
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	if there, gone := f.listed(p); strings.Join(there, "") != "abc" || len(gone) != 0 || f.get(p).Directory.Revision == revision {
		t.Errorf("there are %v and gone are %v", there, gone)
	}
}

func TestADirectoryIsReadOnceADayOfRealTime(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages[""] = page("", "a")
	for range 3 {
		if _, err := f.run(p); err != nil {
			t.Fatal(err)
		}
		f.now = f.now.Add(time.Hour)
	}
	if len(f.service.read) != 1 {
		t.Errorf("it was read %d times", len(f.service.read))
	}
	if _, err := f.Refresh(t.Context(), f.tenant.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.run(p); err != nil || len(f.service.read) != 2 {
		t.Errorf("on request it was read %d times: %v", len(f.service.read), err)
	}
}

func TestAServiceThatAsksToWaitIsNotCalledBefore(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.fail[""] = &fairlead.Error{Kind: fairlead.SlowDown, RetryAfter: 30 * time.Minute}
	result, err := f.run(p)
	if want := f.now.Add(30 * time.Minute); err != nil || !result.Again.Equal(want) || !f.get(p).ResetsAt.Equal(want) {
		t.Errorf("it is due again at %v: %v", result.Again, err)
	}
	f.now = f.now.Add(10 * time.Minute)
	if result, err = f.run(p); err != nil || !result.Again.Equal(f.now.Add(20*time.Minute)) || len(f.service.read) != 1 {
		t.Errorf("it was called %d times, and is due again at %v: %v", len(f.service.read), result.Again, err)
	}
	f.now, f.service.fail = f.now.Add(20*time.Minute), nil
	f.service.pages[""] = page("", "a")
	if _, err = f.run(p); err != nil || len(f.service.read) != 2 {
		t.Errorf("it was called %d times: %v", len(f.service.read), err)
	}
}

func TestACursorThatTheServiceForgotBeginsTheReadingAnew(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a"), "2": page("", "b")}
	f.service.fail["2"] = fairlead.Errorf(fairlead.Gone, "The cursor has expired.")
	if result, err := f.run(p); err != nil || result.Again.After(f.now) {
		t.Errorf("it is due again at %v: %v", result.Again, err)
	}
	f.service.fail, f.service.read = nil, nil
	if _, err := f.run(p); err != nil || !slices.Equal(f.service.read, []string{"", "2"}) {
		t.Errorf("it read %v: %v", f.service.read, err)
	}
}

func TestAListWithoutAnEndIsRefused(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a"), "2": page("2", "b")}
	result, err := f.run(p)
	if got := f.get(p); err != nil || !result.Failed || !result.Again.Equal(f.now.Add(24*time.Hour)) || got.Directory.Problem == nil || got.Directory.Problem.Kind != fairlead.InstitutionDown {
		t.Errorf("it ended with %+v, %+v: %v", result, got.Directory, err)
	}
}

func TestAListWhoseCursorsNeverRepeatEndsTooHoweverManyAttemptsItTakes(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.endless = true
	before := f.get(p) // attempts before this one have read almost as much as may be
	before.Directory.Cursor, before.Directory.Pages = "n", 1998
	f.update(func(tx *store.Tx) error { put := before; return tx.Providers.Put(f.tenant.ID, &put) })
	result, err := f.run(p)
	if err != nil || !result.Failed || !result.Again.Equal(f.now.Add(24*time.Hour)) || len(f.service.read) > 3 {
		t.Errorf("it read %d pages more, and ended with %+v: %v", len(f.service.read), result, err)
	}
	f.service.endless, f.service.read, f.service.pages[""] = false, nil, page("", "a")
	f.now = f.now.Add(24 * time.Hour)
	if _, err := f.run(p); err != nil || !slices.Equal(f.service.read, []string{""}) {
		t.Errorf("on the next day it read %q: %v", f.service.read, err)
	}
	if there, _ := f.listed(p); strings.Join(there, "") != "a" {
		t.Errorf("there are %v", there)
	}
}

func TestAServiceThatForgetsEveryCursorIsNotReadRoundAndRound(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages = map[string]connector.DirectoryPage{"": page("2", "a")}
	f.service.fail["2"] = fairlead.Errorf(fairlead.Gone, "The cursor has expired.")
	var result store.WorkResult
	for n := range 10 {
		var err error
		if result, err = f.run(p); err != nil || result.Again.After(f.now) {
			if n > 4 || err != nil {
				t.Errorf("after %d attempts: %v", n, err)
			}
			break
		}
	}
	if !result.Failed || !result.Again.Equal(f.now.Add(24*time.Hour)) {
		t.Errorf("it is read again at once, %d times by now: %+v", len(f.service.read), result)
	}
	notes := 0
	f.update(func(tx *store.Tx) error {
		all, err := tx.Notes.List(f.tenant.ID, "providing", string(p.ID)+"/listed/", "", 100)
		notes = len(all)
		return err
	})
	if notes > 1 {
		t.Errorf("%d notes of readings that came to nothing are left", notes)
	}
}

func TestAPriorityThatIsSetWhileKeysAreTriedStays(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.during = func() {
		f.service.during = nil
		five := 5
		if _, err := f.Set(t.Context(), f.tenant.ID, providing.SetRequest{Connector: "svc", Priority: &five}); err != nil {
			t.Error(err)
		}
	}
	if _, err := f.TryAgain(t.Context(), f.tenant.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	if got := f.get(p).Priority; got != 5 {
		t.Errorf("the priority is %d", got)
	}
}

func TestKeysThatTheServiceRefusesAreNotStored(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	for kind, want := range map[fairlead.ErrorKind]fairlead.ErrorKind{
		fairlead.Unauthenticated: fairlead.Invalid, fairlead.Forbidden: fairlead.Invalid, fairlead.InstitutionDown: fairlead.InstitutionDown, fairlead.SlowDown: fairlead.SlowDown,
	} {
		f.service.try = &fairlead.Error{Kind: kind}
		_, err := f.set("client_id", "me", "secret", "0123456789abcdef")
		e, _ := errors.AsType[*fairlead.Error](err)
		if !fairlead.Is(err, want) || e.Detail == "" || !strings.Contains(e.Detail, "Service") {
			t.Errorf("%s became %v", kind, err)
		}
	}
	if all, err := f.List(t.Context(), f.tenant.ID, "", 10); err != nil || len(all) != 0 {
		t.Errorf("stored are %v: %v", all, err)
	}
	f.service.try = nil
	p := f.made()
	f.service.try = fairlead.Errorf(fairlead.Unauthenticated, "Wrong.")
	if _, err := f.set("secret", "fedcba9876543210"); err == nil {
		t.Error("new keys that are refused are taken")
	}
	if ends, err := f.LastFour(f.get(p)); err != nil || ends["secret"] != "cdef" {
		t.Errorf("the stored secret ends in %v: %v", ends, err)
	}
}

func TestEachWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	_, err := f.set("nobody", "x", "countries", "US,XX", "plan", "huge", "limit", "-1", "pem", "canary")
	e, _ := errors.AsType[*fairlead.Error](err)
	if e == nil || e.Kind != fairlead.Invalid {
		t.Fatalf("it ended with %v", err)
	}
	var got []string
	for _, field := range e.Fields {
		got = append(got, field.Name+" "+field.Code)
	}
	want := []string{
		"fields.nobody unknown", "fields.client_id required", "fields.secret required", "fields.countries unknown", "fields.plan unknown", "fields.limit format", "fields.pem format",
	}
	if !slices.Equal(got, want) || strings.Contains(err.Error(), "canary") || f.service.tries != 0 {
		t.Errorf("it names %q after %d calls", got, f.service.tries)
	}
}

func TestFieldsThatAreLeftOutStayAndEmptyOnesAreTakenBack(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p, err := f.set("client_id", " me\n", "secret", "0123456789abcdef", "pin", "1234", "plan", "paid", "countries", "US, CA,US")
	if err != nil || p.Settings["client_id"] != "me" || p.Settings["countries"] != "US,CA" {
		t.Fatalf("it is %+v: %v", p, err)
	}
	if p, err = f.set("plan", "", "countries", "", "pin", ""); err != nil || p.Settings["plan"] != "" {
		t.Fatalf("it is %+v: %v", p, err)
	}
	ends, err := f.LastFour(p)
	if err != nil || len(ends) != 1 || ends["secret"] != "cdef" {
		t.Errorf("the keys are %v: %v", ends, err)
	}
	if got := f.service.provider; got.Settings["countries"] != "US" || got.Keys["secret"].Reveal() != "0123456789abcdef" {
		t.Errorf("the connector was handed %+v", got)
	}
	tries := f.service.tries
	priority := 5
	if p, err = f.Set(t.Context(), f.tenant.ID, providing.SetRequest{Connector: "svc", Priority: &priority}); err != nil || p.Priority != 5 || f.service.tries != tries {
		t.Errorf("a priority calls the service: %+v, %v", p, err)
	}
}

func TestSlotsAreCountedOnceByName(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	f.service.report.Slots = 3
	p := f.made()
	for _, names := range [][]string{{"a"}, {"a", "b"}, nil, {"b", ""}} {
		f.update(func(tx *store.Tx) error { return lifecycle.SpendSlots(tx, f.tenant.ID, p.Connector, names) })
	}
	access, err := f.Access(t.Context(), f.tenant, "svc")
	if err != nil || access.SlotsLeft != 1 {
		t.Errorf("there are %+v left: %v", access, err)
	}
	if p, err = f.set("secret", "fedcba9876543210"); err != nil || p.Slots.Left() != 1 { // other keys of the same account
		t.Errorf("there are %d left: %v", p.Slots.Left(), err)
	}
}

func TestATenantWithoutAProviderIsSaidToBeTheOperatorsMatter(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	_, err := f.Access(t.Context(), f.tenant, "svc")
	problem := fairlead.NewProblem(err, "", f.now)
	if !fairlead.Is(err, fairlead.Unsupported) || problem.Actor != fairlead.ActorOperator || !strings.Contains(problem.Detail, "fairlead provider set svc") {
		t.Errorf("it is %+v of %v", problem, err)
	}
}

func TestABaseIsTakenOnlyWhereItMayBeCalled(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "https://connect.fairlead.dev")
	f.made()
	for base, want := range map[string]string{
		"https://sandbox.allowed.example/": "https://sandbox.allowed.example", "https://evil.example": "", "ftp://allowed.example": "", "allowed.example": "", "": "",
		"https://user:pass@allowed.example": "", "https://allowed.example/?x=1": "",
	} {
		p, err := f.Set(t.Context(), f.tenant.ID, providing.SetRequest{Connector: "svc", Base: &base})
		if (err == nil) != (want != "" || base == "") || err == nil && p.Base != want {
			t.Errorf("%q became %q: %v", base, p.Base, err)
		}
		if err != nil && !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("%q is refused with %v", base, err)
		}
	}
}

func TestAServiceThatCannotReachThisServerIsGivenNoAddressForWebhooks(t *testing.T) {
	t.Parallel()
	for own, want := range map[string][2]string{ // with the usual address of the service, and with a loopback one
		"https://connect.fairlead.dev": {"https://connect.fairlead.dev/hooks/ten_1/svc", "https://connect.fairlead.dev/hooks/ten_1/svc"},
		"http://127.0.0.1:8080":        {"", "http://127.0.0.1:8080/hooks/ten_1/svc"},
		"http://localhost:8080":        {"", "http://localhost:8080/hooks/ten_1/svc"},
		"https://192.168.1.7":          {"", "https://192.168.1.7/hooks/ten_1/svc"},
		"https://fairlead.local":       {"", "https://fairlead.local/hooks/ten_1/svc"},
		"https://nas":                  {"", "https://nas/hooks/ten_1/svc"},
	} {
		f := newSubject(t, own)
		f.made()
		for n, base := range []string{"", "http://127.0.0.1:9"} {
			if _, err := f.Set(t.Context(), f.tenant.ID, providing.SetRequest{Connector: "svc", Base: &base}); err != nil {
				t.Fatal(err)
			}
			access, err := f.Access(t.Context(), f.tenant, "svc")
			if err != nil || access.WebhookURL != want[n] {
				t.Errorf("at %s with %q it is %+v: %v", own, base, access, err)
			}
		}
	}
}

func TestALogoIsReencodedOrRefused(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	noise := image.NewNRGBA(image.Rect(0, 0, 300, 200))
	for n := range noise.Pix {
		noise.Pix[n] = uint8(rand.IntN(256)) //nolint:gosec // pixels
	}
	encoded := func(encode func(*bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	flat := image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.White, color.Black})
	wide := image.NewPaletted(image.Rect(0, 0, 5000, 2), color.Palette{color.White})
	list := page("")
	for name, body := range map[string][]byte{
		"png": encoded(func(b *bytes.Buffer) error { return png.Encode(b, noise) }), "gif": encoded(func(b *bytes.Buffer) error { return gif.Encode(b, flat, nil) }),
		"jpeg": encoded(func(b *bytes.Buffer) error { return jpeg.Encode(b, noise, nil) }), "svg": []byte("<svg onload='x'/>"),
		"wide": encoded(func(b *bytes.Buffer) error { return png.Encode(b, wide) }), "torn": encoded(func(b *bytes.Buffer) error { return png.Encode(b, noise) })[:2000],
		"large": make([]byte, 513<<10), "trailing": append(encoded(func(b *bytes.Buffer) error { return gif.Encode(b, flat, nil) }), "<script>"...),
	} {
		e := entry(name)
		e.LogoImage = body
		list.Institutions = append(list.Institutions, e)
	}
	f.service.pages[""] = list
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"png": "128x85", "jpeg": "128x85", "gif": "20x10", "trailing": "20x10", "svg": "", "wide": "", "torn": "", "large": ""} {
		var i fairlead.Institution
		err := f.store.View(t.Context(), func(tx *store.Tx) (err error) {
			i, err = tx.Institutions.Get(f.tenant.ID, fairlead.InstitutionID("svc_"+name))
			return err
		})
		if err != nil || (i.LogoHash != "") != (want != "") {
			t.Errorf("%s has the logo %q: %v", name, i.LogoHash, err)
			continue
		}
		if want == "" {
			continue
		}
		body, err := f.Logo(t.Context(), i.LogoHash)
		if err != nil || len(body) > 64<<10 || bytes.Contains(body, []byte("script")) {
			t.Errorf("%s: %d bytes, %v", name, len(body), err)
		}
		c, err := png.DecodeConfig(bytes.NewReader(body))
		if got := fmt.Sprintf("%dx%d", c.Width, c.Height); err != nil || got != want {
			t.Errorf("%s is %s: %v", name, got, err)
		}
	}
	for _, hash := range []string{"", "..", strings.Repeat("0", 64), strings.Repeat("A", 64), "../" + strings.Repeat("0", 61)} {
		if _, err := f.Logo(t.Context(), hash); !fairlead.Is(err, fairlead.NotFound) {
			t.Errorf("the logo %q is %v", hash, err)
		}
	}
}

func TestAnInstitutionUnderAnothersNameIsLeftOut(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	list := page("", "a")
	stranger := entry("x")
	stranger.ID = "ins_harbor"
	list.Institutions = append(list.Institutions, stranger)
	f.service.pages[""] = list
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	if there, _ := f.listed(p); strings.Join(there, "") != "a" {
		t.Errorf("there are %v", there)
	}
}

func TestWhatADeletedProviderListedIsErased(t *testing.T) {
	t.Parallel()
	f := newSubject(t, "")
	p := f.made()
	f.service.pages[""] = page("", "a", "b")
	if _, err := f.run(p); err != nil {
		t.Fatal(err)
	}
	conn := fairlead.Connection{ID: "con_1", Tenant: f.tenant.ID, Connector: "svc", Institution: "svc_a", Status: fairlead.ConnectionActive, Created: f.now}
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(f.tenant.ID, &conn) })
	if err := f.Delete(t.Context(), f.tenant.ID, p.ID); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("while a connection uses it: %v", err)
	}
	conn.Status = fairlead.ConnectionDisconnected
	f.update(func(tx *store.Tx) error { return tx.Connections.Put(f.tenant.ID, &conn) })
	if err := f.Delete(t.Context(), f.tenant.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	if result, err := f.run(p); err != nil || !result.Again.IsZero() {
		t.Errorf("the work ended with %+v: %v", result, err)
	}
	// What has ended is listed with the name of its bank, which nobody can link any more.
	if there, gone := f.listed(p); len(there) != 0 || !slices.Equal(gone, []string{"a"}) {
		t.Errorf("there are %v and gone are %v", there, gone)
	}
	if err := f.Delete(t.Context(), f.tenant.ID, p.ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("once more: %v", err)
	}
}
