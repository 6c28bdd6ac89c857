package simulating_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/simulated"
	"github.com/fairlead-dev/fairlead/simulating"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
	"github.com/fairlead-dev/fairlead/working"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// bank is a connector with approvals in memory; only what simulating uses does anything.
type bank struct {
	connector.Connector
	name    string
	waiting map[string]time.Time
	decided map[string]bool
	broken  error
}

func (b *bank) Describe() connector.Description { return connector.Description{Name: b.name} }

func (b *bank) Headless(string, string, fairlead.Step) (fairlead.Answer, error) {
	return fairlead.Answer{}, fairlead.Errorf(fairlead.Unsupported, "It has no personas.")
}

func (b *bank) Personas() []simulated.Persona {
	return []simulated.Persona{{User: "good", Life: "A salary."}}
}

func (b *bank) Triggers() []simulated.Trigger { return nil }

func (b *bank) Visit(context.Context, connector.Env, string, string, string) (map[string]string, error) {
	return nil, fairlead.Errorf(fairlead.Unsupported, "It is not visited.")
}

func (b *bank) Approvals(context.Context, fairlead.TenantID) (list []simulated.Approval, err error) {
	for id, requested := range b.waiting {
		list = append(list, simulated.Approval{ID: id, Requested: requested})
	}
	return list, b.broken
}

func (b *bank) Decide(_ context.Context, _ fairlead.TenantID, id string, approve bool) error {
	if _, ok := b.waiting[id]; !ok {
		return fairlead.Errorf(fairlead.NotFound, "There is no such approval.")
	}
	delete(b.waiting, id)
	b.decided[id] = approve
	return b.broken
}

// mute is a connector that can't be simulated.
type mute struct{ connector.Connector }

func (mute) Describe() connector.Description { return connector.Description{Name: "mute"} }

type stage struct {
	simulating *simulating.Simulating
	working    *working.Working
	store      store.Store
	one, two   *bank
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), "sqlite://"+filepath.Join(t.TempDir(), "test.db"), sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		for _, tenant := range []fairlead.Tenant{
			{ID: "ten_frozen", Name: "frozen", Environment: fairlead.Sandbox, Frozen: start, Created: start},
			{ID: "ten_flowing", Name: "flowing", Environment: fairlead.Sandbox, Created: start},
			{ID: "ten_live", Name: "live", Environment: fairlead.Live, Created: start},
		} {
			if err := tx.Tenants.Put(&tenant); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{
		store:   s,
		working: working.New(working.Options{Store: s, Owner: "node"}),
		one:     &bank{name: "one", waiting: map[string]time.Time{"b": start.Add(time.Minute), "d": start}, decided: map[string]bool{}},
		two:     &bank{name: "two", waiting: map[string]time.Time{"a": start.Add(time.Minute), "c": start.Add(time.Hour)}, decided: map[string]bool{}},
	}
	registry, err := connector.NewRegistry(st.one, mute{}, st.two)
	if err != nil {
		t.Fatal(err)
	}
	st.simulating = simulating.New(simulating.Options{Store: s, Registry: registry, Advancer: st.working})
	return st
}

func TestAClockIsReadAndAdvanced(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	c, err := st.simulating.Clock(t.Context(), "ten_frozen")
	if err != nil || !c.Frozen || !c.Now.Equal(start) {
		t.Fatalf("Clock = %+v, %v", c, err)
	}
	runs := 0
	st.working.Handle(fairlead.CollectWork, func(_ context.Context, w fairlead.Work) (store.WorkResult, error) {
		runs++
		return store.WorkResult{Again: w.Due.Add(24 * time.Hour)}, nil
	})
	err = st.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.Work.Due(fairlead.Work{Kind: fairlead.CollectWork, Key: "con_1", Tenant: "ten_frozen", Due: start.Add(time.Hour)})
	})
	if err != nil {
		t.Fatal(err)
	}
	now, done, err := st.simulating.Advance(t.Context(), "ten_frozen", 48*time.Hour)
	if err != nil || !now.Equal(start.Add(48*time.Hour)) || done != 2 || runs != 2 {
		t.Errorf("Advance = %s, %d, %v", now, done, err)
	}
	now, done, err = st.simulating.AdvanceTo(t.Context(), "ten_frozen", start.Add(49*time.Hour))
	if err != nil || !now.Equal(start.Add(49*time.Hour)) || done != 1 {
		t.Errorf("AdvanceTo = %s, %d, %v", now, done, err)
	}
	if c, err := st.simulating.Clock(t.Context(), "ten_flowing"); err != nil || c.Frozen || time.Since(c.Now).Abs() > time.Hour {
		t.Errorf("a clock that flows reads %+v, %v", c, err)
	}
}

func TestAClockIsNotMovedBackNorFarNorByNothing(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	for _, by := range []time.Duration{-time.Hour, 0, time.Millisecond, 21 * 365 * 24 * time.Hour} {
		if _, _, err := st.simulating.Advance(t.Context(), "ten_frozen", by); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("by %s: %v, want Invalid", by, err)
		}
	}
	for _, to := range []time.Time{start.Add(-time.Second), start.AddDate(21, 0, 0), {}} {
		if _, _, err := st.simulating.AdvanceTo(t.Context(), "ten_frozen", to); !fairlead.Is(err, fairlead.Invalid) {
			t.Errorf("to %s: %v, want Invalid", to, err)
		}
	}
	if c, _ := st.simulating.Clock(t.Context(), "ten_frozen"); !c.Now.Equal(start) {
		t.Errorf("the clock moved to %s", c.Now)
	}
}

func TestALiveTenantIsNotRehearsed(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	for tenant, want := range map[fairlead.TenantID]fairlead.ErrorKind{"ten_live": fairlead.Forbidden, "ten_none": fairlead.NotFound} {
		_, clock := st.simulating.Clock(t.Context(), tenant)
		_, _, by := st.simulating.Advance(t.Context(), tenant, time.Hour)
		_, _, to := st.simulating.AdvanceTo(t.Context(), tenant, time.Now().Add(time.Hour))
		_, approvals := st.simulating.Approvals(t.Context(), tenant)
		decide := st.simulating.Decide(t.Context(), tenant, "a", true)
		for name, err := range map[string]error{"Clock": clock, "Advance": by, "AdvanceTo": to, "Approvals": approvals, "Decide": decide} {
			if !fairlead.Is(err, want) {
				t.Errorf("%s of %s: %v, want %s", name, tenant, err, want)
			}
		}
	}
	if len(st.two.decided) != 0 {
		t.Error("an approval was decided")
	}
}

func TestApprovalsOfAllBanksAreListedOldestFirst(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	list, err := st.simulating.Approvals(t.Context(), "ten_frozen")
	if err != nil {
		t.Fatal(err)
	}
	order := ""
	for _, a := range list {
		order += a.ID
	}
	if order != "dabc" {
		t.Errorf("listed %q, want dabc", order)
	}
	st.two.broken = errors.New("out of order")
	if _, err := st.simulating.Approvals(t.Context(), "ten_frozen"); err == nil {
		t.Error("a bank's error was swallowed")
	}
}

func TestAnApprovalIsDecidedWhereItWaits(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	if err := st.simulating.Decide(t.Context(), "ten_frozen", "c", false); err != nil {
		t.Fatal(err)
	}
	if approved, ok := st.two.decided["c"]; !ok || approved || len(st.one.decided) != 0 {
		t.Errorf("decided %v and %v", st.one.decided, st.two.decided)
	}
	if err := st.simulating.Decide(t.Context(), "ten_frozen", "c", true); !fairlead.Is(err, fairlead.NotFound) {
		t.Errorf("once more: %v, want NotFound", err)
	}
}

func TestWhoCanBePlayedIsListedForASandboxOnly(t *testing.T) {
	t.Parallel()
	st := newStage(t)
	banks, err := st.simulating.Banks(t.Context(), "ten_frozen")
	if err != nil || len(banks) != 2 || banks[0].Connector > banks[1].Connector || banks[0].Personas[0].User != "good" {
		t.Errorf("listed %+v (%v)", banks, err)
	}
	if _, err := st.simulating.Banks(t.Context(), "ten_live"); !fairlead.Is(err, fairlead.Forbidden) {
		t.Errorf("a live tenant has make-believe persons: %v", err)
	}
}
