package klavi

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

// claiming is the dialect on a database of its own, with a clock that the test sets.
func claiming(t *testing.T) (k *Klavi, now *time.Time, c access.Caller) {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "store.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	k = New(dialect.Verbs{Notes: notes.New(s), Clock: func() time.Time { return at }})
	return k, &at, access.Caller{Tenant: fairlead.Tenant{ID: "ten_1"}, Application: fairlead.Application{ID: "app_1"}}
}

func TestAPlaceWhoseRequestWasCutOffIsFreeAgainAfterAnHour(t *testing.T) {
	t.Parallel()
	k, now, c := claiming(t)
	settled := map[string]bool{}
	for n := range maxConsents {
		track, slot, err := k.claimConsent(t.Context(), c, "lnk_1", fmt.Sprint("track ", n))
		if err != nil {
			t.Fatalf("place %d: %v", n, err)
		}
		if n%2 == 0 { // every other request is cut off here
			continue
		}
		if err := k.settle(t.Context(), c.Tenant.ID, "lnk_own", track, slot); err != nil {
			t.Fatal(err)
		}
		settled[slot] = true
	}
	full := func(when string) {
		t.Helper()
		var e *businessError
		if _, _, err := k.claimConsent(t.Context(), c, "lnk_1", "one more"); !errors.As(err, &e) || e.code != tooManyConsents {
			t.Errorf("%s: %v, want that there are too many", when, err)
		}
	}
	full("at once")
	if _, _, err := k.claimConsent(t.Context(), c, "lnk_2", "track 0"); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("a track id that is in use: %v", err)
	}
	*now = now.Add(59 * time.Minute)
	full("before the hour is over")
	*now = now.Add(2 * time.Minute)
	for n := range maxConsents / 2 { // with the ids of those that were cut off
		_, slot, err := k.claimConsent(t.Context(), c, "lnk_1", fmt.Sprint("track ", 2*n))
		if err != nil || settled[slot] {
			t.Fatalf("after an hour %q is claimed with %v", slot, err)
		}
	}
	full("when all are taken again")
	if _, _, err := k.claimConsent(t.Context(), c, "lnk_2", "track 1"); !fairlead.Is(err, fairlead.Conflict) {
		t.Errorf("the track id of a consent, after an hour: %v", err)
	}
}

func TestWhatComesToNothingGivesPlaceAndTrackIDBack(t *testing.T) {
	t.Parallel()
	k, _, c := claiming(t)
	for range 2 * maxConsents {
		gone, leave := context.WithCancel(t.Context())
		track, slot, err := k.claimConsent(gone, c, "lnk_1", "the same")
		if err != nil {
			t.Fatal(err)
		}
		leave() // whoever asked is gone
		why := errors.New("the institution does not answer")
		if err := k.release(gone, c.Tenant.ID, why, track, slot); !errors.Is(err, why) {
			t.Fatalf("giving back for %v: %v", why, err)
		}
	}
}
