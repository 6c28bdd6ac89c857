package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

func deliveryTests() map[string]func(*testing.T, *fixture) {
	return map[string]func(*testing.T, *fixture){
		"ADeliveryWaitsInTheOrderOfItsEvent":          deliveriesWaitInOrder,
		"ADeliveryThatWasTriedWaitsForItsNextAttempt": deliveriesWaitForRetries,
	}
}

// delivery is one that waits in a queue.
func delivery(id string, e fairlead.EventID) fairlead.Delivery {
	return fairlead.Delivery{ID: fairlead.DeliveryID(id), Tenant: ours, Event: e, Queue: "whe_1", State: fairlead.DeliveryWaiting, Next: noon}
}

func deliveryID(d fairlead.Delivery) string { return string(d.ID) }

func (f *fixture) queued(after fairlead.Delivery) []fairlead.Delivery {
	f.t.Helper()
	return read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
		return tx.Deliveries.FirstAttempts(ours, "whe_1", after, 10)
	})
}

func deliveriesWaitInOrder(t *testing.T, f *fixture) {
	publish := func(id string, deliveries ...string) {
		f.update(func(tx *store.Tx) error {
			if err := tx.Events.Append(event("evt_"+id, ours)); err != nil {
				return err
			}
			for _, name := range deliveries {
				d := delivery("ntc_"+name, fairlead.EventID("evt_"+id))
				if err := tx.Deliveries.Put(ours, &d); err != nil {
					return err
				}
				same(t, "the version", d.Version, 1)
			}
			return nil
		})
	}
	publish("1", "z", "y")
	publish("2", "a")
	publish("3", "m")
	queue := f.queued(fairlead.Delivery{})
	same(t, "the queue", ids(queue, func(d fairlead.Delivery) string { return fmt.Sprint(d.Sequence, d.ID, d.Version) }), "[1ntc_y1 1ntc_z1 2ntc_a1 3ntc_m1]")
	same(t, "behind one", ids(f.queued(queue[0]), deliveryID), "[ntc_z ntc_a ntc_m]")
	again := delivery("ntc_again", "evt_2")
	again.Sequence = 2
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(ours, &again) })
	same(t, "with one that is sent again", ids(f.queued(queue[1]), deliveryID), "[ntc_a ntc_again ntc_m]")
	f.update(func(tx *store.Tx) error {
		d, err := tx.Deliveries.Get(ours, "ntc_a")
		if err != nil {
			return err
		}
		d.State, d.First = fairlead.DeliveryDelivered, noon
		if err := tx.Deliveries.Put(ours, &d); err != nil {
			return err
		}
		return tx.Deliveries.Delete(ours, "ntc_again")
	})
	same(t, "when one is delivered and one is gone", ids(f.queued(queue[1]), deliveryID), "[ntc_m]")
	others := read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
		return tx.Deliveries.FirstAttempts(theirs, "whe_1", fairlead.Delivery{}, 10)
	})
	same(t, "the other tenant's", len(others), 0)
	if err := f.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Events.Append(event("evt_4", ours)); err != nil {
			return err
		}
		d := delivery("ntc_4", "evt_4")
		if err := tx.Deliveries.Put(ours, &d); err != nil {
			return err
		}
		return fairlead.Errorf(fairlead.Gone, "No.")
	}); !fairlead.Is(err, fairlead.Gone) {
		t.Fatalf("Update gave %v", err)
	}
	same(t, "after one that failed", ids(f.queued(queue[1]), deliveryID), "[ntc_m]")
}

func deliveriesWaitForRetries(t *testing.T, f *fixture) {
	f.append(event("evt_1", ours))
	for i, minutes := range []int{30, 5, 60} {
		d := delivery(fmt.Sprint("ntc_", i), "evt_1")
		d.First, d.Next = noon, noon.Add(time.Duration(minutes)*time.Minute)
		f.update(func(tx *store.Tx) error { return tx.Deliveries.Put(ours, &d) })
	}
	same(t, "the queue", len(f.queued(fairlead.Delivery{})), 0)
	due := func(minutes int) []string {
		return ids(read(f, func(tx *store.Tx) ([]fairlead.Delivery, error) {
			return tx.Deliveries.Retries(ours, "whe_1", noon.Add(time.Duration(minutes)*time.Minute), 10)
		}), deliveryID)
	}
	next := func() time.Time {
		return read(f, func(tx *store.Tx) (time.Time, error) { return tx.Deliveries.NextRetry(ours, "whe_1") })
	}
	same(t, "too early", due(4), "[]")
	same(t, "what is due", due(30), "[ntc_1 ntc_0]")
	same(t, "the next", next(), noon.Add(5*time.Minute))
	f.update(func(tx *store.Tx) error {
		for _, id := range []string{"ntc_0", "ntc_1"} {
			d, err := tx.Deliveries.Get(ours, id)
			if err != nil {
				return err
			}
			d.State = fairlead.DeliveryFailed
			if err := tx.Deliveries.Put(ours, &d); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "what is due when two have ended", due(60), "[ntc_2]")
	f.update(func(tx *store.Tx) error { return tx.Deliveries.Delete(ours, "ntc_2") })
	same(t, "the next when there is none", next(), time.Time{})
}
