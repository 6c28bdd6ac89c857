package reading_test

import (
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
)

func TestWhatIsRevealedIsOnTheAuditTrail(t *testing.T) {
	t.Parallel()
	h := open(t)
	ctx := fairlead.WithActor(t.Context(), "ope_1", "192.0.2.1")
	for _, numbers := range []bool{false, true} {
		if err := h.reading.Reveal(ctx, h.tenant, h.connection, numbers); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.reading.Reveal(ctx, h.tenant, "con_nothing", false); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("revealing what there is not: %v", err)
	}
	var entries []fairlead.AuditEntry
	err := h.store.View(t.Context(), func(tx *store.Tx) (err error) {
		entries, err = tx.Audit.After(h.tenant, 0, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range entries {
		if e.Subject == string(h.connection) && e.Actor == "ope_1" && e.From == "192.0.2.1" {
			actions = append(actions, e.Action)
		}
	}
	if len(actions) != 2 || actions[0] != "connection.reveal" || actions[1] != "connection.reveal_numbers" {
		t.Errorf("the trail has %q", actions)
	}
}

func TestARecordAndACollectionLeadToTheirConnection(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.write(0, 1)
	p, err := h.reading.Transactions(t.Context(), h.tenant, reading.Query{Connection: h.connection})
	if err != nil || len(p.Data) != 1 {
		t.Fatalf("%d transactions (%v)", len(p.Data), err)
	}
	if of, err := h.reading.ConnectionOf(t.Context(), h.tenant, p.Data[0].ID); err != nil || of != h.connection {
		t.Errorf("the transaction is of %q (%v)", of, err)
	}
	if of, err := h.reading.ConnectionOf(t.Context(), "ten_other", p.Data[0].ID); !fairlead.Is(err, fairlead.NotFound) || of != "" {
		t.Errorf("the transaction is another tenant's: %q (%v)", of, err)
	}
	h.collect()
	runs, err := h.reading.Collections(t.Context(), h.tenant, h.connection, "", 1)
	if err != nil || len(runs.Data) != 1 {
		t.Fatalf("%d collections (%v)", len(runs.Data), err)
	}
	if col, err := h.reading.Collection(t.Context(), h.tenant, runs.Data[0].ID); err != nil || col.Connection != h.connection {
		t.Errorf("the collection is of %q (%v)", col.Connection, err)
	}
	if _, err := h.reading.Collection(t.Context(), "ten_other", runs.Data[0].ID); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("the collection is another tenant's: %v", err)
	}
}

func TestConnectionsAreListedByStatusNewestFirst(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.update(func(tx *store.Tx) error {
		for _, id := range []fairlead.ConnectionID{"con_zz1", "con_zz2", "con_zz3"} {
			if err := tx.Connections.Put(h.tenant, &fairlead.Connection{ID: id, Tenant: h.tenant, Status: fairlead.ConnectionNeedsAction}); err != nil {
				return err
			}
		}
		return nil
	})
	q := reading.ListQuery{Status: fairlead.ConnectionNeedsAction, Newest: true, Limit: 2}
	var got []fairlead.ConnectionID
	for {
		page, err := h.reading.Connections(t.Context(), h.tenant, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Data {
			got = append(got, c.ID)
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if len(got) != 3 || got[0] != "con_zz3" || got[2] != "con_zz1" {
		t.Errorf("listed %v", got)
	}
}
