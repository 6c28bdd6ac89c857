package storetest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func leaseTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ALeaseThatEndsIsClaimedByAnother":      leaseEnds,
		"ANodeWhoseClockIsWrongStealsNoWork":    clocksDiffer,
		"ALostLeaseCannotFinishOrRenew":         lostLeaseIsFenced,
		"RenewExtendsALease":                    renewExtends,
		"ReleaseFreesAnOwnersLeasesOnly":        releaseFrees,
		"AnEnqueuedRerunSurvivesADeadNode":      rerunSurvives,
		"ManyClaimersNeverShareARow":            claimersNeverShare,
		"ManyClaimersRespectTheBoundOfAKey":     claimersRespectBounds,
		"EnqueueingDuringFinishIsNeverLost":     enqueueIsNeverLost,
		"AClaimWithoutAnOwnerOrALeaseIsRefused": incompleteClaim,
	}
}

// short is the lease of a node that is soon dead.
const short = 50 * time.Millisecond

// claimShortly claims one row and dies.
func (f *fixture) claimShortly(owner string) fairlead.Work {
	f.t.Helper()
	r := claimOf(owner, noon)
	r.Lease = short
	return f.claimOne(r)
}

// afterLease waits until a short lease has ended.
func afterLease() { time.Sleep(3 * short) }

func leaseEnds(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	first := f.claimOne(claimOf("n", noon))
	same(t, "while it is leased", len(f.claim(claimOf("m", noon))), 0)
	f.finish(first, store.WorkResult{Again: noon})
	f.claimShortly("n")
	afterLease()
	again := f.claimOne(claimOf("m", noon))
	same(t, "the attempt", fmt.Sprint(again.Owner, again.Attempt), "m3")
}

// clocksDiffer: a node whose clock is ahead, or that was just set forward, steals no
// work; one whose clock is behind keeps none for longer.
func clocksDiffer(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	f.claimOne(claimOf("n", noon))
	same(t, "for a node that is a day ahead", len(f.claim(claimOf("m", noon.AddDate(0, 0, 1)))), 0)
	f.enqueue(task("b", noon.AddDate(0, 0, -1)))
	r := claimOf("behind", noon.AddDate(0, 0, -1))
	r.Lease = short
	f.claimOne(r)
	afterLease()
	same(t, "of a node that is a day behind", f.claimOne(claimOf("m", noon)).Key, "b")
}

func lostLeaseIsFenced(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	old := f.claimShortly("n")
	afterLease()
	same(t, "the same node's next attempt", f.claimShortly("n").Attempt, 2)
	if err := f.Queue().Finish(t.Context(), old, store.WorkResult{}); !fairlead.Is(err, fairlead.Conflict) {
		t.Fatalf("Finish gave %v", err)
	}
	renewed, err := f.Queue().Renew(t.Context(), "n", []fairlead.Work{old}, time.Hour)
	same(t, "what was renewed", fmt.Sprint(len(renewed), err), "0 <nil>")
	afterLease()
	same(t, "after the next lease", f.claimOne(claimOf("m", noon)).Attempt, 3)
}

func renewExtends(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	w := f.claimShortly("n")
	renewed, err := f.Queue().Renew(t.Context(), "n", []fairlead.Work{w}, time.Minute)
	if err != nil || len(renewed) != 1 {
		t.Fatalf("Renew gave %d, %v", len(renewed), err)
	}
	if more := renewed[0].Lease.Sub(w.Lease); more < 50*time.Second {
		t.Errorf("the lease is %s longer", more)
	}
	afterLease()
	same(t, "after the first lease", len(f.claim(claimOf("m", noon))), 0)
	f.finish(renewed[0], store.WorkResult{})
	renewed, err = f.Queue().Renew(t.Context(), "n", renewed, time.Hour)
	same(t, "what is finished", fmt.Sprint(len(renewed), err), "0 <nil>")
}

func releaseFrees(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	mine := f.claimOne(claimOf("n", noon))
	f.enqueue(task("b", noon))
	others := f.claimOne(claimOf("m", noon))
	if err := f.Queue().Release(t.Context(), "n"); err != nil {
		t.Fatal(err)
	}
	same(t, "what is free", f.claimOne(claimOf("o", noon)).Key, "a")
	if err := f.Queue().Finish(t.Context(), mine, store.WorkResult{}); !fairlead.Is(err, fairlead.Conflict) {
		t.Fatalf("Finish gave %v", err)
	}
	f.finish(others, store.WorkResult{})
}

func rerunSurvives(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	f.claimShortly("n")
	f.enqueue(task("a", noon.Add(time.Hour)))
	afterLease()
	f.finish(f.claimOne(claimOf("m", noon)), store.WorkResult{})
	f.claimOne(claimOf("m", noon.Add(time.Hour)))
}

func claimersNeverShare(t *testing.T, f *fixture) {
	const rows = 120
	var list []fairlead.Work
	for i := range rows {
		list = append(list, task(fmt.Sprintf("%03d", i), noon))
	}
	f.enqueue(list...)
	claims := make([][]fairlead.Work, 6)
	atOnce(len(claims), func(i int) {
		r := claimOf(fmt.Sprint("node-", i), noon)
		r.Limit = 7
		for misses := 0; misses < 20; {
			got, err := f.Queue().Claim(t.Context(), r)
			if err != nil {
				t.Errorf("Claim: %v", err)
				return
			}
			if len(got) == 0 {
				misses++ // what others have locked is skipped
			}
			claims[i] = append(claims[i], got...)
		}
	})
	seen := map[string]bool{}
	for _, mine := range claims {
		for _, w := range mine {
			if seen[w.Key] {
				t.Errorf("%s was claimed twice", w.Key)
			}
			seen[w.Key] = true
		}
	}
	for _, w := range f.claim(store.ClaimRequest{Owner: "last", Now: noon, Lease: time.Minute, Limit: 500}) {
		seen[w.Key] = true
	}
	same(t, "what was claimed", len(seen), rows)
}

func claimersRespectBounds(t *testing.T, f *fixture) {
	var list []fairlead.Work
	for i := range 60 {
		list = append(list, keyedTask(fmt.Sprintf("%02d", i), fmt.Sprint("key-", i%3), noon))
	}
	f.enqueue(list...)
	var claimed atomic.Int64
	atOnce(6, func(i int) {
		r := claimOf(fmt.Sprint("node-", i), noon)
		r.PerConcurrencyKey = 4
		for range 5 {
			got, err := f.Queue().Claim(t.Context(), r)
			if err != nil {
				t.Errorf("Claim: %v", err)
			}
			claimed.Add(int64(len(got)))
		}
	})
	if n := claimed.Load(); n > 12 || n == 0 {
		t.Fatalf("%d run of three keys with room for four", n)
	}
}

// enqueueIsNeverLost finishes and enqueues side by side: in whatever order they come,
// one run follows what was enqueued last.
func enqueueIsNeverLost(t *testing.T, f *fixture) {
	for range 20 {
		f.enqueue(task("a", noon))
		w := f.claimOne(claimOf("n", noon))
		atOnce(2, func(i int) {
			var err error
			if i == 0 {
				err = f.Queue().Finish(t.Context(), w, store.WorkResult{})
			} else {
				err = f.Update(t.Context(), func(tx *store.Tx) error { return tx.Work.Due(task("a", noon)) })
			}
			if err != nil {
				t.Errorf("side by side: %v", err)
			}
		})
		f.finish(f.claimOne(claimOf("n", noon)), store.WorkResult{})
	}
}

func incompleteClaim(t *testing.T, f *fixture) {
	for _, r := range []store.ClaimRequest{{Owner: "n", Now: noon}, {Now: noon, Lease: time.Second}} {
		if _, err := f.Queue().Claim(t.Context(), r); !fairlead.Is(err, fairlead.Internal) {
			t.Errorf("Claim gave %v", err)
		}
	}
}
