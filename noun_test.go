package fairlead_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	const canary = "canary-5f2c"
	s := fairlead.NewSecret(canary)
	holder := struct {
		S fairlead.Secret
		M map[string]fairlead.Secret
	}{s, map[string]fairlead.Secret{"password": s}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "holder", holder)
	encoded, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x", s, s, s, s, s, s), fmt.Sprintf("%v %+v %#v", holder, holder, holder),
		fmt.Errorf("wrapped: %v", s).Error(), string(encoded), log.String(),
	} {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("the secret is in %q", text)
		}
	}
	if s.Reveal() != canary {
		t.Error("Reveal does not give the value")
	}
}

func TestRandomIDsSortByTheirBirth(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var ids []string
	for i := range 200 {
		ids = append(ids, fairlead.NewID("lnk", start.Add(time.Duration(i)*time.Millisecond)))
	}
	if !slices.IsSorted(ids) {
		t.Error("ids minted a millisecond apart do not sort by time")
	}
	if !fairlead.HasPrefix(fairlead.LinkID(ids[0]), "lnk") || fairlead.HasPrefix(fairlead.LinkID(ids[0]), "con") {
		t.Error("the prefix is wrong")
	}
}

func TestDerivedIDsDependOnEveryPartAndOnNothingElse(t *testing.T) {
	t.Parallel()
	base := fairlead.DerivedID("acc", "seed", "a", "bc")
	if base != fairlead.DerivedID("acc", "seed", "a", "bc") {
		t.Error("the same parts gave another id")
	}
	for _, other := range []string{
		fairlead.DerivedID("txn", "seed", "a", "bc"), fairlead.DerivedID("acc", "seed2", "a", "bc"),
		fairlead.DerivedID("acc", "seed", "ab", "c"), fairlead.DerivedID("acc", "seed", "a", "bc", ""),
	} {
		if other[3:] == base[3:] {
			t.Errorf("%s was given twice", base)
		}
	}
}

func TestASandboxClockRunsAheadOrStandsStill(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	running := fairlead.Tenant{Environment: fairlead.Sandbox}
	if err := running.Move(now.Add(48*time.Hour), now); err != nil {
		t.Fatal(err)
	}
	if got := running.Time(now.Add(time.Hour)); !got.Equal(now.Add(49 * time.Hour)) {
		t.Errorf("an hour later it is %s", got)
	}
	if err := running.Move(now, now); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("going back answered %v", err)
	}
	frozen := fairlead.Tenant{Environment: fairlead.Sandbox, Frozen: now}
	if got := frozen.Time(now.Add(time.Hour)); !got.Equal(now) {
		t.Errorf("the frozen clock moved to %s", got)
	}
	live := fairlead.Tenant{Environment: fairlead.Live, Offset: time.Hour, Frozen: now}
	if got := live.Time(now.Add(time.Minute)); !got.Equal(now.Add(time.Minute)) {
		t.Errorf("a live tenant's time is %s", got)
	}
	if err := live.Move(now.Add(time.Hour), now); !fairlead.Is(err, fairlead.Forbidden) {
		t.Errorf("moving a live clock answered %v", err)
	}
}

func TestAMonthLaterStaysInsideTheMonth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		n    int
		want string
	}{{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-12-15", 1, "2027-01-15"}} {
		d, err := fairlead.ParseDate(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestAConsentThatEndedIsOnlyErased(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var c fairlead.Consent
	for _, step := range []struct {
		to   fairlead.ConsentStatus
		want bool
	}{
		{fairlead.ConsentStarted, true},
		{fairlead.ConsentAuthorised, true},
		{fairlead.ConsentAuthorised, false},
		{fairlead.ConsentExpired, true},
		{fairlead.ConsentAuthorised, false},
		{fairlead.ConsentErased, true},
	} {
		if got := c.Become(step.to, at); got != step.want {
			t.Errorf("becoming %s answered %v", step.to, got)
		}
	}
	if len(c.History) != 4 || c.GrantedAt.IsZero() {
		t.Errorf("the history is %v, granted %s", c.History, c.GrantedAt)
	}
}

func TestARejectedLoginIsNeverPassing(t *testing.T) {
	t.Parallel()
	for _, k := range fairlead.ErrorKinds() {
		p := fairlead.NewProblem(&fairlead.Error{Kind: k}, fairlead.ProductAccounts, time.Now())
		if p.Actor == fairlead.ActorPerson && p.Passing() {
			t.Errorf("%s waits for the person and would be tried again by itself", k)
		}
	}
	if p := fairlead.NewProblem(errors.New("?"), "", time.Now()); p.Kind != fairlead.Internal || p.Actor != fairlead.ActorOperator {
		t.Errorf("an unclassified error became %+v", p)
	}
}

func TestWhatIsChainedCoversEveryFieldOfAnAuditEntry(t *testing.T) {
	t.Parallel()
	e := fairlead.AuditEntry{ID: "aud_1", Tenant: "ten_1", Sequence: 1, At: time.Unix(0, 0), Actor: "a", Action: "b", Subject: "c", From: "d", Previous: "e"}
	for name, change := range map[string]func(*fairlead.AuditEntry){
		"actor": func(e *fairlead.AuditEntry) { e.Actor = "x" }, "action": func(e *fairlead.AuditEntry) { e.Action = "x" },
		"subject": func(e *fairlead.AuditEntry) { e.Subject = "x" }, "previous": func(e *fairlead.AuditEntry) { e.Previous = "x" },
		"time": func(e *fairlead.AuditEntry) { e.At = time.Unix(1, 0) }, "sequence": func(e *fairlead.AuditEntry) { e.Sequence = 2 },
	} {
		other := e
		change(&other)
		if other.Text() == e.Text() {
			t.Errorf("changing the %s does not change what is chained", name)
		}
	}
}
