package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func workTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"WorkExistsExactlyWhenItsCauseCommitted":                workFollowsItsCause,
		"OfTwoEnqueuedTheEarlierDueWins":                        earlierDueWins,
		"EnqueuedWhileRunningItRunsAgain":                       runsAgain,
		"ARerunAndARetryMeetAtTheEarlier":                       rerunMeetsRetry,
		"CancelRemovesWhatWaitsAndStopsWhatRunsFromComingAgain": cancels,
		"ParkedWorkIsSeenAndRevivedByANewCause":                 parks,
		"FailuresCountInARow":                                   failuresCount,
		"DueIsJudgedByEachTenantsOwnTime":                       twoClocks,
		"UpcomingListsWhatIsDueInItsOrderRunningNotParked":      upcoming,
		"AClaimAheadOfTheClockTakesWhatIsDueByThen":             claimAhead,
		"AClaimInATransactionIsUndoneWithIt":                    claimInTransaction,
		"AClaimIsFairBetweenTenants":                            fairBetweenTenants,
		"EveryTenantIsServedThoughThereAreMoreThanAClaimHolds":  everyTenantIsServed,
		"AConcurrencyKeyBoundsHowManyRun":                       keysBound,
		"AFullKeyHoldsNobodyElseBack":                           fullKeyHoldsNobodyBack,
		"AClaimMayNameKindsAndATenant":                          claimNarrows,
		"WakeComesAfterACommitThatEnqueued":                     wakes,
		"TheSameKeyInTwoTenantsIsTwoPiecesOfWork":               workIsIsolated,
	}
}

func task(key string, due time.Time) fairlead.Work {
	return fairlead.Work{Kind: fairlead.CollectWork, Key: key, Tenant: ours, Due: due}
}

// enqueue makes work due.
func (f *fixture) enqueue(list ...fairlead.Work) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error {
		for _, w := range list {
			if err := tx.Work.Due(w); err != nil {
				return err
			}
		}
		return nil
	})
}

func claimOf(owner string, now time.Time) store.ClaimRequest {
	return store.ClaimRequest{Owner: owner, Now: now, Lease: 15 * time.Second, Limit: 10}
}

// leased checks that a lease of claimOf has just begun, by the database's clock: it is
// on this machine.
func leased(t *testing.T, w fairlead.Work) {
	t.Helper()
	if left := time.Until(w.Lease); left < 5*time.Second || left > 15*time.Second {
		t.Errorf("the lease ends in %s", left)
	}
}

func (f *fixture) claim(r store.ClaimRequest) []fairlead.Work {
	f.t.Helper()
	list, err := f.Queue().Claim(f.t.Context(), r)
	if err != nil {
		f.t.Fatalf("Claim: %v", err)
	}
	return list
}

// claimOne expects exactly one.
func (f *fixture) claimOne(r store.ClaimRequest) fairlead.Work {
	f.t.Helper()
	list := f.claim(r)
	if len(list) != 1 {
		f.t.Fatalf("Claim gave %d, want one", len(list))
	}
	return list[0]
}

func (f *fixture) finish(w fairlead.Work, o store.WorkResult) {
	f.t.Helper()
	if err := f.Queue().Finish(f.t.Context(), w, o); err != nil {
		f.t.Fatalf("Finish: %v", err)
	}
}

func workKey(w fairlead.Work) string { return w.Key }

func workFollowsItsCause(t *testing.T, f *fixture) {
	f.refuses(fairlead.Gone, func(tx *store.Tx) error {
		if err := tx.Work.Due(task("a", noon)); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	})
	same(t, "after a failure", len(f.claim(claimOf("n", noon))), 0)
	f.enqueue(task("a", noon))
	w := f.claimOne(claimOf("n", noon))
	same(t, "the work", fmt.Sprint(w.Kind, " ", w.Key, " ", w.Tenant, " ", w.Attempt, " ", w.Owner), "collect a ten_ours 1 n")
	leased(t, w)
	same(t, "its due", w.Due, noon)
	f.finish(w, store.WorkResult{})
	same(t, "once done", len(f.claim(claimOf("n", noon.AddDate(1, 0, 0)))), 0)
}

func earlierDueWins(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon.Add(time.Hour)))
	f.enqueue(task("a", noon))
	f.enqueue(task("a", noon.Add(2*time.Hour)))
	f.finish(f.claimOne(claimOf("n", noon)), store.WorkResult{})
	same(t, "what is left", len(f.claim(claimOf("n", noon.AddDate(1, 0, 0)))), 0)
}

func runsAgain(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	w := f.claimOne(claimOf("n", noon))
	f.enqueue(task("a", noon.Add(time.Hour)), task("a", noon.Add(time.Minute)), task("a", noon.Add(2*time.Hour)))
	same(t, "while it runs", len(f.claim(claimOf("m", noon.Add(time.Second)))), 0)
	f.finish(w, store.WorkResult{})
	same(t, "before its due", len(f.claim(claimOf("n", noon))), 0)
	again := f.claimOne(claimOf("n", noon.Add(time.Minute)))
	same(t, "the attempt", again.Attempt, 2)
	f.finish(again, store.WorkResult{})
	same(t, "a third time", len(f.claim(claimOf("n", noon.AddDate(1, 0, 0)))), 0)
}

func rerunMeetsRetry(t *testing.T, f *fixture) {
	for _, rerun := range []time.Duration{time.Minute, time.Hour} {
		f.enqueue(task("a", noon))
		w := f.claimOne(claimOf("n", noon))
		f.enqueue(task("a", noon.Add(rerun)))
		f.finish(w, store.WorkResult{Again: noon.Add(30 * time.Minute), Failed: true})
		next := f.claimOne(claimOf("n", noon.AddDate(0, 0, 1)))
		same(t, "the next run", next.Due, noon.Add(min(rerun, 30*time.Minute)))
		f.finish(next, store.WorkResult{})
	}
}

func cancels(t *testing.T, f *fixture) {
	cancel := func(tenant fairlead.TenantID) {
		f.update(func(tx *store.Tx) error { return tx.Work.Cancel(tenant, fairlead.CollectWork, "a") })
	}
	f.enqueue(task("a", noon))
	cancel(ours)
	same(t, "a cancelled one that waited", len(f.claim(claimOf("n", noon))), 0)
	f.enqueue(task("a", noon))
	cancel(theirs)
	w := f.claimOne(claimOf("n", noon))
	f.enqueue(task("a", noon))
	cancel(ours)
	f.finish(w, store.WorkResult{Again: noon})
	same(t, "a cancelled one that ran", len(f.claim(claimOf("n", noon))), 0)
	// A cause after the cancel counts.
	f.enqueue(task("a", noon))
	w = f.claimOne(claimOf("n", noon))
	cancel(ours)
	f.enqueue(task("a", noon.Add(time.Minute)))
	f.finish(w, store.WorkResult{})
	r := claimOf("n", noon.Add(time.Minute))
	r.Lease = short
	f.claimOne(r)
	// One whose node died while it was cancelled does not come back.
	cancel(ours)
	afterLease()
	same(t, "a cancelled one whose lease ended", len(f.claim(claimOf("n", noon.Add(time.Hour)))), 0)
}

func parks(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	f.finish(f.claimOne(claimOf("n", noon)), store.WorkResult{Park: "it panicked", Failed: true})
	same(t, "parked work is claimed", len(f.claim(claimOf("n", noon.AddDate(1, 0, 0)))), 0)
	parked := func(tenant fairlead.TenantID) []fairlead.Work {
		return read(f, func(tx *store.Tx) ([]fairlead.Work, error) { return tx.Work.Parked(tenant, 10) })
	}
	list := parked(ours)
	listed := func(q store.WorkQuery) (keys string) {
		f.view(func(tx *store.Tx) error {
			list, err := tx.Work.List(ours, q)
			for _, w := range list {
				keys += w.Key + " "
			}
			return err
		})
		return keys
	}
	same(t, "failing work", listed(store.WorkQuery{Failing: true}), "a ")
	all := listed(store.WorkQuery{})
	first := listed(store.WorkQuery{Limit: 1})
	same(t, "page by page", first+listed(store.WorkQuery{After: fairlead.Work{Kind: fairlead.CollectWork, Key: strings.TrimSpace(first)}}), all)
	same(t, "the parked work", fmt.Sprint(len(list), list[0].Key, " ", list[0].Parked, " ", list[0].Failures), "1a it panicked 1")
	same(t, "of another tenant", len(parked(theirs)), 0)
	f.enqueue(task("a", noon.Add(time.Hour)))
	same(t, "still parked", len(parked(ours)), 0)
	w := f.claimOne(claimOf("n", noon.Add(time.Hour)))
	same(t, "its failures", w.Failures, 0)
}

func failuresCount(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	var failures []int
	for _, failed := range []bool{true, true, false, true} {
		w := f.claimOne(claimOf("n", noon))
		failures = append(failures, w.Failures)
		f.finish(w, store.WorkResult{Again: noon, Failed: failed})
	}
	failures = append(failures, f.claimOne(claimOf("n", noon)).Failures)
	same(t, "the failures", failures, "[0 1 2 0 1]")
}

// clock makes ours a sandbox with a clock.
func (f *fixture) clock(offset time.Duration, frozen time.Time) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error {
		tenant, err := tx.Tenants.Get(ours)
		if err != nil {
			return err
		}
		tenant.Environment, tenant.Offset, tenant.Frozen = fairlead.Sandbox, offset, frozen
		return tx.Tenants.Put(&tenant)
	})
}

func twoClocks(t *testing.T, f *fixture) {
	due := noon.AddDate(0, 0, 30)
	other := task("b", due)
	other.Tenant = theirs
	f.enqueue(task("a", due), other)
	same(t, "in real time", len(f.claim(claimOf("n", noon))), 0)
	f.clock(30*24*time.Hour-time.Second, time.Time{})
	same(t, "a second before", len(f.claim(claimOf("n", noon))), 0)
	w := f.claimOne(claimOf("n", noon.Add(time.Second)))
	same(t, "with an offset", w.Key, "a")
	leased(t, w) // in real time
	f.finish(w, store.WorkResult{Again: due.Add(time.Hour)})
	f.clock(0, due)
	same(t, "frozen before", len(f.claim(claimOf("n", noon.AddDate(0, 0, 29)))), 0)
	f.clock(0, due.Add(time.Hour))
	same(t, "frozen at it", f.claimOne(claimOf("n", noon)).Key, "a")
	r := claimOf("m", due)
	r.Tenant = theirs
	same(t, "the other tenant, in real time", f.claimOne(r).Key, "b")
}

func upcoming(t *testing.T, f *fixture) {
	other := task("theirs", noon)
	other.Tenant = theirs
	expire := task("b", noon)
	expire.Kind = fairlead.ExpireWork
	f.enqueue(task("poison", noon.Add(-time.Hour)))
	f.finish(f.claimOne(claimOf("n", noon)), store.WorkResult{Park: "poison"})
	f.enqueue(task("later", noon.Add(time.Hour)), expire, task("a", noon), task("too late", noon.Add(time.Hour+time.Microsecond)), other)
	r := claimOf("n", noon)
	r.Limit, r.Tenant = 1, ours
	f.claimOne(r)
	list := func(limit int) (list []fairlead.Work) {
		f.view(func(tx *store.Tx) (err error) {
			list, err = tx.Work.Upcoming(ours, noon.Add(time.Hour), limit)
			return err
		})
		return list
	}
	same(t, "what is due, that which runs too", ids(list(10), workKey), "[a b later]")
	same(t, "the first two", ids(list(2), workKey), "[a b]")
	f.view(func(tx *store.Tx) error {
		before, err := tx.Work.Upcoming(ours, noon.Add(-time.Second), 10)
		same(t, "before anything is due", len(before), 0)
		return err
	})
}

func claimAhead(t *testing.T, f *fixture) {
	f.clock(0, noon)
	f.enqueue(task("now", noon), task("ahead", noon.Add(time.Hour)), task("further", noon.Add(time.Hour+time.Microsecond)))
	r := claimOf("n", noon)
	r.Tenant, r.Until = ours, noon.Add(time.Hour)
	same(t, "what is due by then", ids(f.claim(r), workKey), "[now ahead]")
	r.Until = noon.Add(-time.Hour)
	f.clock(0, noon.Add(2*time.Hour))
	same(t, "by the clock, which is further", ids(f.claim(r), workKey), "[further]")
}

func claimInTransaction(t *testing.T, f *fixture) {
	f.enqueue(task("a", noon))
	r := claimOf("n", noon)
	r.Tenant = ours
	claim := func(tx *store.Tx) error {
		list, err := tx.Work.Claim(r)
		if err == nil {
			same(t, "in the transaction", ids(list, workKey), "[a]")
		}
		return err
	}
	f.refuses(fairlead.Gone, func(tx *store.Tx) error {
		if err := claim(tx); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	})
	f.update(claim)
	same(t, "once it is leased", len(f.claim(claimOf("m", noon))), 0)
	r.Tenant = ""
	f.refuses(fairlead.Internal, func(tx *store.Tx) error {
		_, err := tx.Work.Claim(r)
		return err
	})
}

func fairBetweenTenants(t *testing.T, f *fixture) {
	for i := range 50 {
		f.enqueue(task(fmt.Sprintf("ours-%02d", i), noon.Add(-time.Hour)))
	}
	for i := range 3 {
		w := task(fmt.Sprintf("theirs-%d", i), noon)
		w.Tenant = theirs
		f.enqueue(w)
	}
	counts := map[fairlead.TenantID]int{}
	for _, w := range f.claim(claimOf("n", noon)) {
		counts[w.Tenant]++
	}
	same(t, "a claim of ten", counts, "map[ten_ours:7 ten_theirs:3]")
}

func everyTenantIsServed(t *testing.T, f *fixture) {
	for i := range 9 {
		for n := range 5 {
			w := task(fmt.Sprint(n), noon.Add(time.Duration(-i)*time.Hour))
			w.Tenant = fairlead.TenantID(fmt.Sprintf("ten_%d", i))
			f.enqueue(w)
		}
	}
	served := map[fairlead.TenantID]bool{}
	r := claimOf("n", noon)
	r.Limit = 2
	for range 5 {
		for _, w := range f.claim(r) {
			served[w.Tenant] = true
		}
	}
	same(t, "tenants served by five claims of two", len(served), 9)
}

func keyedTask(key, concurrencyKey string, due time.Time) fairlead.Work {
	w := task(key, due)
	w.ConcurrencyKey = concurrencyKey
	return w
}

func keysBound(t *testing.T, f *fixture) {
	for i := range 5 {
		f.enqueue(keyedTask(fmt.Sprintf("bank-%d", i), "ins_1", noon), keyedTask(fmt.Sprintf("free-%d", i), "", noon))
	}
	other := keyedTask("theirs", "ins_1", noon.Add(-time.Hour))
	other.Tenant = theirs
	f.enqueue(other)
	r := claimOf("n", noon)
	r.PerConcurrencyKey, r.Limit = 2, 100
	first := f.claim(r)
	same(t, "the first claim", len(first), 7)
	r.Owner = "m"
	same(t, "another node's", len(f.claim(r)), 0)
	for _, w := range first {
		if w.ConcurrencyKey != "" {
			f.finish(w, store.WorkResult{})
			break
		}
	}
	same(t, "once there is room", len(f.claim(r)), 1)
	r.PerConcurrencyKey = 0
	same(t, "without a bound", len(f.claim(r)), 3)
}

func fullKeyHoldsNobodyBack(t *testing.T, f *fixture) {
	for i := range 300 {
		f.enqueue(keyedTask(fmt.Sprintf("crowd-%03d", i), "ins_crowd", noon.Add(-time.Hour)))
	}
	f.enqueue(keyedTask("b", "ins_b", noon), keyedTask("c", "", noon))
	r := claimOf("n", noon)
	r.PerConcurrencyKey = 1
	got := map[string]bool{}
	for _, w := range f.claim(r) {
		got[w.ConcurrencyKey] = true
	}
	same(t, "the keys of one claim", got, "map[:true ins_b:true ins_crowd:true]")
	same(t, "of the next", len(f.claim(r)), 0)
}

func claimNarrows(t *testing.T, f *fixture) {
	erase, other := task("b", noon), task("c", noon)
	erase.Kind, other.Tenant = fairlead.EraseWork, theirs
	f.enqueue(task("a", noon), erase, other)
	r := claimOf("n", noon)
	r.Kinds, r.Tenant = []fairlead.WorkKind{fairlead.EraseWork, fairlead.PruneWork}, theirs
	same(t, "a kind the tenant has not", len(f.claim(r)), 0)
	r.Tenant = ours
	same(t, "a kind", f.claimOne(r).Key, "b")
	r.Kinds = nil
	same(t, "a tenant", f.claimOne(r).Key, "a")
	r.Tenant = "ten_nobody"
	same(t, "nobody", len(f.claim(r)), 0)
}

func wakes(t *testing.T, f *fixture) {
	for { // what made the fixture may have signalled
		select {
		case <-f.Queue().Wake():
			continue
		default:
		}
		break
	}
	f.enqueue(task("a", noon))
	select {
	case <-f.Queue().Wake():
	case <-within(t).Done():
		t.Fatal("nobody was woken")
	}
	f.clock(time.Hour, time.Time{})
	select {
	case <-f.Queue().Wake():
	case <-within(t).Done():
		t.Fatal("nobody was woken when a clock moved")
	}
}

func workIsIsolated(t *testing.T, f *fixture) {
	other := task("a", noon)
	other.Tenant = theirs
	f.enqueue(task("a", noon), other)
	both := f.claim(claimOf("n", noon))
	same(t, "the claim", len(both), 2)
	f.finish(both[0], store.WorkResult{})
	renewed, err := f.Queue().Renew(t.Context(), "n", both, time.Minute)
	same(t, "what was renewed", fmt.Sprint(ids(renewed, workKey), renewed[0].Tenant == both[1].Tenant, err), "[a] true <nil>")
}
