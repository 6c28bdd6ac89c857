package server

import (
	"path/filepath"
	"testing"

	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

func TestAProcessThatIsSilentForFourLooksIsDeadForTheOthers(t *testing.T) {
	t.Parallel()
	db, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	a, b := newProcesses("a/1", db), newProcesses("b/1", db)
	for range 5 {
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
	if fresh := newProcesses("d/1", db); fresh.died("b/1") || fresh.died("c/1") {
		t.Error("one that has only begun to listen takes others for dead")
	}
	for range forgetLooks {
		if err := a.beat(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.known) != 1 {
		t.Errorf("%d processes are known an hour later", len(a.known))
	}
}
