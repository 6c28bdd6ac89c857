package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func feedTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"EventsAreNumberedPerTenantInTheOrderTold":         eventsAreNumbered,
		"EventsAreFilteredAndPaged":                        eventsAreFiltered,
		"NoReaderSeesALaterEventBeforeAnEarlierOne":        eventOrderIsCommitOrder,
		"NoReaderSeesALaterChangeBeforeAnEarlierOne":       changeOrderIsCommitOrder,
		"AnEventForgetsItsPersonAndStays":                  eventForgets,
		"AFailedTransactionUsesNoSequence":                 failedUsesNoSequence,
		"ANoticeWaitsInTheOrderOfItsEvent":                 noticesWaitInOrder,
		"ANoticeThatWasTriedWaitsForItsNextAttempt":        noticesWaitForRetries,
		"AnEventToldTwiceFailsAlone":                       toldTwice,
		"TheAuditTrailIsChained":                           auditIsChained,
		"TheAuditTrailStaysOneChainUnderConcurrentWriters": auditUnderConcurrency,
	}
}

func event(id string, tenant fairlead.TenantID) fairlead.Event {
	return fairlead.Event{ID: fairlead.EventID(id), Tenant: tenant, Application: "app_1", Kind: fairlead.EventLinkOpened, At: noon}
}

func eventID(e fairlead.Event) string { return string(e.ID) }

func (f *fixture) tell(list ...fairlead.Event) {
	f.t.Helper()
	f.update(func(tx *store.Tx) error {
		for _, e := range list {
			if err := tx.Events.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *fixture) eventsAfter(tenant fairlead.TenantID, q store.EventQuery) []fairlead.Event {
	f.t.Helper()
	return read(f, func(tx *store.Tx) ([]fairlead.Event, error) { return tx.Events.After(tenant, q) })
}

func eventsAreNumbered(t *testing.T, f *fixture) {
	f.tell(event("evt_b", ours), event("evt_x", theirs), event("evt_a", ours))
	f.tell(event("evt_c", ours))
	got := f.eventsAfter(ours, store.EventQuery{})
	same(t, "ours", ids(got, func(e fairlead.Event) string { return fmt.Sprint(e.Sequence, e.ID) }), "[1evt_b 2evt_a 3evt_c]")
	same(t, "theirs", ids(f.eventsAfter(theirs, store.EventQuery{}), eventID), "[evt_x]")
	one := read(f, func(tx *store.Tx) (fairlead.Event, error) { return tx.Events.Get(ours, "evt_a") })
	same(t, "the sequence", one.Sequence, 2)
	f.refuses(fairlead.NotFound, func(tx *store.Tx) error {
		_, err := tx.Events.Get(theirs, "evt_a")
		return err
	})
}

// notice is one that waits in a lane.
func notice(id string, e fairlead.EventID) fairlead.Delivery {
	return fairlead.Delivery{ID: fairlead.DeliveryID(id), Tenant: ours, Event: e, Queue: "whe_1", State: fairlead.DeliveryWaiting, Next: noon}
}

func noticeID(n fairlead.Delivery) string { return string(n.ID) }

func (f *fixture) inLine(after fairlead.Delivery) []fairlead.Delivery {
	f.t.Helper()
	return read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
		return tx.Deliveries.FirstAttempts(ours, "whe_1", after, 10)
	})
}

func noticesWaitInOrder(t *testing.T, f *fixture) {
	told := func(id string, notices ...string) {
		f.update(func(tx *store.Tx) error {
			if err := tx.Events.Append(event("evt_"+id, ours)); err != nil {
				return err
			}
			for _, name := range notices {
				n := notice("ntc_"+name, fairlead.EventID("evt_"+id))
				if err := tx.Deliveries.Put(ours, &n); err != nil {
					return err
				}
				same(t, "the version", n.Version, 1)
			}
			return nil
		})
	}
	told("1", "z", "y")
	told("2", "a")
	told("3", "m")
	line := f.inLine(fairlead.Delivery{})
	same(t, "the line", ids(line, func(n fairlead.Delivery) string { return fmt.Sprint(n.Sequence, n.ID, n.Version) }), "[1ntc_y1 1ntc_z1 2ntc_a1 3ntc_m1]")
	same(t, "behind one", ids(f.inLine(line[0]), noticeID), "[ntc_z ntc_a ntc_m]")
	again := notice("ntc_again", "evt_2")
	again.Sequence = 2
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(ours, &again) })
	same(t, "with one that is told again", ids(f.inLine(line[1]), noticeID), "[ntc_a ntc_again ntc_m]")
	f.update(func(tx *store.Tx) error {
		n, err := tx.Deliveries.Get(ours, "ntc_a")
		if err != nil {
			return err
		}
		n.State, n.First = fairlead.DeliveryDelivered, noon
		if err := tx.Deliveries.Put(ours, &n); err != nil {
			return err
		}
		return tx.Deliveries.Delete(ours, "ntc_again")
	})
	same(t, "when one is told and one is gone", ids(f.inLine(line[1]), noticeID), "[ntc_m]")
	others := read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
		return tx.Deliveries.FirstAttempts(theirs, "whe_1", fairlead.Delivery{}, 10)
	})
	same(t, "the other tenant's", len(others), 0)
	if err := f.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Events.Append(event("evt_4", ours)); err != nil {
			return err
		}
		n := notice("ntc_4", "evt_4")
		if err := tx.Deliveries.Put(ours, &n); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	}); !fairlead.Is(err, fairlead.Gone) {
		t.Fatalf("Update gave %v", err)
	}
	same(t, "after one that failed", ids(f.inLine(line[1]), noticeID), "[ntc_m]")
}

func noticesWaitForRetries(t *testing.T, f *fixture) {
	f.tell(event("evt_1", ours))
	for i, minutes := range []int{30, 5, 60} {
		n := notice(fmt.Sprint("ntc_", i), "evt_1")
		n.First, n.Next = noon, noon.Add(time.Duration(minutes)*time.Minute)
		f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(ours, &n) })
	}
	same(t, "the line", len(f.inLine(fairlead.Delivery{})), 0)
	due := func(minutes int) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
			return tx.Deliveries.Retries(ours, "whe_1", noon.Add(time.Duration(minutes)*time.Minute), 10)
		}), noticeID)
	}
	next := func() time.Time {
		return read(f, func(tx *store.Tx) (time.Time, error) { return tx.Deliveries.NextRetry(ours, "whe_1") })
	}
	same(t, "too early", due(4), "[]")
	same(t, "what is due", due(30), "[ntc_1 ntc_0]")
	same(t, "the next", next(), noon.Add(5*time.Minute))
	f.update(func(tx *store.Tx) error {
		for _, id := range []string{"ntc_0", "ntc_1"} {
			n, err := tx.Deliveries.Get(ours, id)
			if err != nil {
				return err
			}
			n.State = fairlead.DeliveryFailed
			if err := tx.Deliveries.Put(ours, &n); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "what is due when two have ended", due(60), "[ntc_2]")
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Delete(ours, "ntc_2") })
	same(t, "the next when there is none", next(), time.Time{})
}

func toldTwice(t *testing.T, f *fixture) {
	f.tell(event("evt_00", ours))
	atOnce(20, func(i int) {
		id := fmt.Sprintf("evt_%02d", i)
		err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Events.Append(event(id, ours)) })
		if i == 0 && !fairlead.Is(err, fairlead.Internal) || i > 0 && err != nil {
			t.Errorf("telling %s gave %v", id, err)
		}
	})
	got := f.eventsAfter(ours, store.EventQuery{})
	same(t, "the events", len(got), 20)
	same(t, "the last sequence", got[19].Sequence, 20)
}

func eventsAreFiltered(t *testing.T, f *fixture) {
	for i := range 30 {
		e := event(fmt.Sprintf("evt_%02d", i), ours)
		e.At = noon.Add(time.Duration(i) * time.Minute)
		e.Application = fairlead.ApplicationID(fmt.Sprint("app_", i%2))
		e.Connection = fairlead.ConnectionID([]string{"", "con_1", "con_2"}[i%3])
		e.Kind = []fairlead.EventKind{fairlead.EventLinkOpened, fairlead.EventRecordsChanged}[i/20]
		f.tell(e)
	}
	count := func(q store.EventQuery) string {
		list := f.eventsAfter(ours, q)
		if len(list) == 0 {
			return "none"
		}
		return fmt.Sprint(len(list), " from ", list[0].ID, " to ", list[len(list)-1].ID)
	}
	same(t, "all", count(store.EventQuery{}), "30 from evt_00 to evt_29")
	same(t, "a page", count(store.EventQuery{Sequence: 10, Limit: 5}), "5 from evt_10 to evt_14")
	same(t, "an application's", count(store.EventQuery{Application: "app_1"}), "15 from evt_01 to evt_29")
	same(t, "a connection's", count(store.EventQuery{Subject: "con_2"}), "10 from evt_02 to evt_29")
	same(t, "of a kind", count(store.EventQuery{Kinds: []fairlead.EventKind{fairlead.EventRecordsChanged}}), "10 from evt_20 to evt_29")
	same(t, "of two kinds", count(store.EventQuery{Kinds: []fairlead.EventKind{fairlead.EventRecordsChanged, fairlead.EventLinkOpened}}), "30 from evt_00 to evt_29")
	same(t, "of a time", count(store.EventQuery{From: noon.Add(5 * time.Minute), To: noon.Add(8 * time.Minute)}), "3 from evt_05 to evt_07")
	same(t, "since", count(store.EventQuery{From: noon.Add(28 * time.Minute)}), "2 from evt_28 to evt_29")
	same(t, "until", count(store.EventQuery{To: noon.Add(2 * time.Minute)}), "2 from evt_00 to evt_01")
	same(t, "never", count(store.EventQuery{From: noon.AddDate(1, 0, 0)}), "none")
	same(t, "everything at once", count(store.EventQuery{
		Sequence: 3, Application: "app_0", Subject: "con_1", Kinds: []fairlead.EventKind{fairlead.EventLinkOpened},
		From: noon, To: noon.Add(time.Hour), Limit: 2,
	}), "2 from evt_04 to evt_10")
}

func eventForgets(t *testing.T, f *fixture) {
	about := event("evt_a", ours)
	about.Person, about.Reference, about.Request = "per_1", "alice", []byte(`{"who":"alice"}`)
	other := event("evt_b", ours)
	other.Person, other.Reference = "per_2", "bob"
	f.tell(about, other, event("evt_c", ours))
	query := store.EventQuery{Subject: "per_1"}
	same(t, "a person's", ids(f.eventsAfter(ours, query), eventID), "[evt_a]")
	same(t, "theirs", ids(f.eventsAfter(theirs, query), eventID), "[]")
	f.update(func(tx *store.Tx) error {
		if err := tx.Events.Redact(theirs, "evt_a"); err != nil {
			return err
		}
		return tx.Events.Redact(ours, "evt_none")
	})
	same(t, "another tenant's forgetting", f.eventsAfter(ours, query)[0].Reference, "alice")
	f.update(func(tx *store.Tx) error { return tx.Events.Redact(ours, "evt_a") })
	left := f.eventsAfter(ours, store.EventQuery{})
	same(t, "all", ids(left, func(e fairlead.Event) string { return fmt.Sprint(e.Sequence, e.ID, e.Reference, string(e.Request)) }), "[1evt_a 2evt_bbob 3evt_c]")
}

// inOrder reads a feed while writers write it: whatever has been seen, nothing
// may appear before it afterwards.
func inOrder(t *testing.T, f *fixture, writers int, write func(writer, n int) error, next func(after int64) ([]int64, error)) {
	const each = 15
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() {
			for n := range each {
				if err := write(i, n); err != nil {
					t.Errorf("writing: %v", err)
					return
				}
			}
		})
	}
	ended := make(chan struct{})
	go func() {
		writing.Wait()
		close(ended)
	}()
	at, over := int64(0), false
	for {
		select {
		case <-ended:
			over = true
		default:
		}
		page, err := next(at)
		if err != nil {
			t.Fatalf("reading: %v", err)
		}
		for _, position := range page {
			if position != at+1 {
				t.Fatalf("after %d comes %d: what lies between was not there yet", at, position)
			}
			at = position
		}
		if over && len(page) == 0 {
			break
		}
	}
	same(t, "what was read", at, writers*each)
}

func eventOrderIsCommitOrder(t *testing.T, f *fixture) {
	inOrder(t, f, 6, func(writer, n int) error {
		return f.Update(t.Context(), func(tx *store.Tx) error {
			p := person(fmt.Sprintf("per_%d_%d", writer, n), fmt.Sprintf("%d-%d", writer, n))
			if err := tx.Events.Append(event(fmt.Sprintf("evt_%d_%d", writer, n), ours)); err != nil {
				return err
			}
			return tx.Persons.Put(ours, &p)
		})
	}, func(after int64) ([]int64, error) {
		var page []int64
		err := f.View(t.Context(), func(tx *store.Tx) error {
			list, err := tx.Events.After(ours, store.EventQuery{Sequence: after})
			for _, e := range list {
				page = append(page, e.Sequence)
			}
			return err
		})
		return page, err
	})
}

func changeOrderIsCommitOrder(t *testing.T, f *fixture) {
	inOrder(t, f, 6, func(writer, n int) error {
		r := record(100*writer + n)
		return f.Update(t.Context(), func(tx *store.Tx) error {
			if err := tx.Records.Upsert(ours, "con_1", []fairlead.Record{r}); err != nil {
				return err
			}
			_, err := tx.Records.Get(ours, r.ID)
			return err
		})
	}, func(after int64) ([]int64, error) {
		var page []int64
		err := f.View(t.Context(), func(tx *store.Tx) error {
			list, err := tx.Records.Changes(ours, "con_1", after, 0)
			for _, r := range list {
				page = append(page, r.Position)
			}
			return err
		})
		return page, err
	})
}

func failedUsesNoSequence(t *testing.T, f *fixture) {
	f.refuses(fairlead.Gone, func(tx *store.Tx) error {
		if err := tx.Events.Append(event("evt_1", ours)); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	})
	f.tell(event("evt_2", ours))
	same(t, "the first sequence", f.eventsAfter(ours, store.EventQuery{})[0].Sequence, 1)
	// An id told twice is our mistake and leaves nothing.
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Events.Append(event("evt_2", ours)) })
	same(t, "the events", len(f.eventsAfter(ours, store.EventQuery{})), 1)
}

func entry(tenant fairlead.TenantID, action string) fairlead.AuditEntry {
	return fairlead.AuditEntry{ID: fairlead.AuditID("aud_" + action), Tenant: tenant, At: noon, Actor: "app_1", Action: action, Subject: "con_1"}
}

// checkChain reads a trail page by page and checks every link of it.
func checkChain(t *testing.T, f *fixture, tenant fairlead.TenantID, want int) []fairlead.AuditEntry {
	t.Helper()
	var trail []fairlead.AuditEntry
	previous := ""
	for {
		page := read(f, func(tx *store.Tx) ([]fairlead.AuditEntry, error) {
			return tx.Audit.After(tenant, int64(len(trail)), 7)
		})
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			trail = append(trail, e)
			if e.Sequence != int64(len(trail)) || e.Previous != previous {
				t.Fatalf("entry %d has sequence %d and follows %q, not %q", len(trail), e.Sequence, e.Previous, previous)
			}
			previous = e.Hash()
		}
	}
	same(t, "the length of the trail", len(trail), want)
	return trail
}

func auditIsChained(t *testing.T, f *fixture) {
	f.update(func(tx *store.Tx) error {
		for _, e := range []fairlead.AuditEntry{entry(ours, "one"), entry(theirs, "other"), entry(ours, "two")} {
			if err := tx.Audit.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	f.update(func(tx *store.Tx) error { return tx.Audit.Append(entry(ours, "three")) })
	trail := checkChain(t, f, ours, 3)
	same(t, "the actions", ids(trail, func(e fairlead.AuditEntry) string { return e.Action }), "[one two three]")
	checkChain(t, f, theirs, 1)
}

func auditUnderConcurrency(t *testing.T, f *fixture) {
	atOnce(8, func(i int) {
		for n := range 5 {
			tenants := []fairlead.TenantID{ours, theirs}
			if i%2 == 0 {
				tenants = []fairlead.TenantID{theirs, ours}
			}
			if err := f.Update(t.Context(), func(tx *store.Tx) error {
				for _, tenant := range tenants {
					if err := tx.Audit.Append(entry(tenant, fmt.Sprint(i, n))); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Errorf("Update: %v", err)
			}
		}
	})
	checkChain(t, f, ours, 40)
	checkChain(t, f, theirs, 40)
}
