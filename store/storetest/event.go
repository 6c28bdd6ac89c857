package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func eventTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"EventsAreNumberedPerTenantInTheirOrder":     eventsAreNumbered,
		"EventsAreFilteredAndPaged":                  eventsAreFiltered,
		"NoReaderSeesALaterEventBeforeAnEarlierOne":  eventOrderIsCommitOrder,
		"NoReaderSeesALaterChangeBeforeAnEarlierOne": changeOrderIsCommitOrder,
		"ARedactedEventForgetsItsPersonAndStays":     eventForgets,
		"AFailedTransactionUsesNoSequence":           failedUsesNoSequence,
		"AnEventAppendedTwiceFailsAlone":             appendedTwice,
	}
}

func event(id string, tenant fairlead.TenantID) fairlead.Event {
	return fairlead.Event{ID: fairlead.EventID(id), Tenant: tenant, Application: "app_1", Kind: fairlead.EventLinkOpened, At: noon}
}

func eventID(e fairlead.Event) string { return string(e.ID) }

func (f *fixture) append(list ...fairlead.Event) {
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
	f.append(event("evt_b", ours), event("evt_x", theirs), event("evt_a", ours))
	f.append(event("evt_c", ours))
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

func appendedTwice(t *testing.T, f *fixture) {
	f.append(event("evt_00", ours))
	atOnce(20, func(i int) {
		id := fmt.Sprintf("evt_%02d", i)
		err := f.Update(t.Context(), func(tx *store.Tx) error { return tx.Events.Append(event(id, ours)) })
		if i == 0 && !fairlead.Is(err, fairlead.Internal) || i > 0 && err != nil {
			t.Errorf("appending %s gave %v", id, err)
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
		f.append(e)
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
	same(t, "the newest first", count(store.EventQuery{Newest: true, Limit: 3}), "3 from evt_29 to evt_27")
	same(t, "those before one", count(store.EventQuery{Newest: true, Sequence: 4}), "3 from evt_02 to evt_00")
	same(t, "the newest of a connection, as far as a floor", count(store.EventQuery{Newest: true, Floor: 20, Subject: "con_2"}), "4 from evt_29 to evt_20")
	same(t, "an application's", count(store.EventQuery{Application: "app_1"}), "15 from evt_01 to evt_29")
	same(t, "a connection's", count(store.EventQuery{Subject: "con_2"}), "10 from evt_02 to evt_29")
	same(t, "of a kind", count(store.EventQuery{Kinds: []fairlead.EventKind{fairlead.EventRecordsChanged}}), "10 from evt_20 to evt_29")
	both := []fairlead.EventKind{fairlead.EventRecordsChanged, fairlead.EventLinkOpened}
	same(t, "of two kinds", count(store.EventQuery{Kinds: both}), "30 from evt_00 to evt_29")
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
	about.Name = "Alice's own bank"
	other := event("evt_b", ours)
	other.Person, other.Reference = "per_2", "bob"
	f.append(about, other, event("evt_c", ours))
	query := store.EventQuery{Subject: "per_1"}
	same(t, "a person's", ids(f.eventsAfter(ours, query), eventID), "[evt_a]")
	same(t, "theirs", ids(f.eventsAfter(theirs, query), eventID), "[]")
	f.update(func(tx *store.Tx) error {
		if err := tx.Events.Redact(theirs, "evt_a"); err != nil {
			return err
		}
		return tx.Events.Redact(ours, "evt_none")
	})
	same(t, "after another tenant's Redact", f.eventsAfter(ours, query)[0].Reference, "alice")
	f.update(func(tx *store.Tx) error { return tx.Events.Redact(ours, "evt_a") })
	left := f.eventsAfter(ours, store.EventQuery{})
	same(t, "all", ids(left, func(e fairlead.Event) string {
		return fmt.Sprint(e.Sequence, e.ID, e.Reference, string(e.Request), e.Name)
	}), "[1evt_a 2evt_bbob 3evt_c]")
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
	at, last := int64(0), false
	for {
		select {
		case <-ended:
			last = true
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
		if last && len(page) == 0 {
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
	f.append(event("evt_2", ours))
	same(t, "the first sequence", f.eventsAfter(ours, store.EventQuery{})[0].Sequence, 1)
	// An id that is there already is our mistake and leaves nothing.
	f.refuses(fairlead.Internal, func(tx *store.Tx) error { return tx.Events.Append(event("evt_2", ours)) })
	same(t, "the events", len(f.eventsAfter(ours, store.EventQuery{})), 1)
}
