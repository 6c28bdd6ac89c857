package server

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

func TestAProcessThatIsSilentForFourLooksIsDeadForTheOthers(t *testing.T) {
	t.Parallel()
	db, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var now time.Duration
	clock := func() time.Duration { return now }
	a, b := newProcesses("a/1", db, clock), newProcesses("b/1", db, clock)
	for ; now < 20*time.Second; now += beatEvery {
		for _, p := range []*processes{a, b} {
			if err := p.beat(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if a.died("b/1") || b.died("a/1") || a.died("a/1") {
		t.Error("one that says that it lives counts as dead")
	}
	if !a.died("c/1") {
		t.Error("one that nobody has heard of lives")
	}
	now += time.Minute                  // an outage: nobody could say anything, nor look
	for n := 0; n <= silentLooks; n++ { // b is gone
		if a.died("b/1") {
			t.Fatalf("dead after %d looks", n)
		}
		if err := a.beat(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !a.died("b/1") {
		t.Error("it lives after four looks without a word")
	}
	if fresh := newProcesses("d/1", db, clock); fresh.died("b/1") || fresh.died("c/1") {
		t.Error("one that has only begun to listen takes others for dead")
	}
	if now += forgetAfter; a.beat(t.Context()) != nil || len(a.known) != 1 {
		t.Errorf("%d processes are known an hour later", len(a.known))
	}
}
