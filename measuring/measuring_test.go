package measuring_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/measuring"
	"github.com/fairlead-dev/fairlead/store"
	"github.com/fairlead-dev/fairlead/store/sqlstore"
)

const tenant, harbor = fairlead.TenantID("ten_1"), fairlead.InstitutionID("ins_harbor")

var noon = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

type fixture struct {
	*testing.T
	store.Store
	*measuring.Measuring
	events int
}

func newFixture(t *testing.T) *fixture {
	s, err := sqlstore.Open(t.Context(), "sqlite://"+t.TempDir()+"/m.db", sqlstore.Options{Migrate: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &fixture{T: t, Store: s, Measuring: measuring.New(measuring.Options{Store: s})}
}

// happens commits events.
func (f *fixture) happens(events ...fairlead.Event) {
	f.Helper()
	err := f.Update(f.Context(), func(tx *store.Tx) error {
		for _, e := range events {
			f.events++
			e.ID, e.Tenant = fairlead.EventID(fmt.Sprintf("evt_%05d", f.events)), tenant
			if err := tx.Events.Append(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

// hour is the counts of the hour of noon.
func (f *fixture) hour() measuring.Counts {
	f.Helper()
	if err := f.Count(f.Context(), tenant); err != nil {
		f.Fatal(err)
	}
	hours, err := f.Hours(f.Context(), tenant, noon, 3)
	if err != nil || len(hours) != 3 || !hours[2].At.Equal(noon.Truncate(time.Hour)) {
		f.Fatalf("the hours are %+v, %v", hours, err)
	}
	return hours[2].Counts
}

func TestEachEventCountsOnceInItsHourAndAtItsInstitution(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	opened := fairlead.Event{Kind: fairlead.EventLinkOpened, At: noon}
	var many []fairlead.Event
	for range 1203 { // more than are counted in one transaction
		many = append(many, opened)
	}
	f.happens(many...)
	f.happens(fairlead.Event{Kind: fairlead.EventConnectionLinked, At: noon, Institution: harbor}, fairlead.Event{Kind: fairlead.EventLinkOpened, At: noon.Add(-time.Hour)})
	for range 2 { // a second time changes nothing
		if c := f.hour(); c.Opened != 1203 || c.Linked != 1 {
			t.Fatalf("counted %+v", c)
		}
	}
	byDay, err := f.Day(t.Context(), tenant, noon)
	if err != nil || len(byDay) != 1 || byDay[harbor].Linked != 1 {
		t.Errorf("the day is %+v, %v", byDay, err)
	}
	f.happens(fairlead.Event{Kind: fairlead.EventConnectionNeedsAction, At: noon.AddDate(0, 0, 2), Institution: harbor})
	f.hour()
	span, err := f.Days(t.Context(), tenant, harbor, noon.AddDate(0, 0, 2), 3)
	if err != nil || len(span) != 3 || span[0].Linked != 1 || span[2].NeedsAction != 1 {
		t.Errorf("the days are %+v, %v", span, err)
	}
}

func TestLinksAreCountedWithWherePeopleLeaveAndHowLongTheyTake(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	links := []fairlead.Link{
		{ID: "lnk_1", Tenant: tenant, Stage: fairlead.StageResult, Opened: noon.Add(-time.Minute)},
		{ID: "lnk_2", Tenant: tenant, Stage: fairlead.StageConversation, Opened: noon.Add(-time.Hour)},
		{ID: "lnk_3", Tenant: tenant, Stage: fairlead.StageWelcome}, // nobody came
	}
	err := f.Update(t.Context(), func(tx *store.Tx) error {
		for _, l := range links {
			if err := tx.Links.Put(tenant, &l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	f.happens(
		fairlead.Event{Kind: fairlead.EventLinkFinished, At: noon, Link: "lnk_1"},
		fairlead.Event{Kind: fairlead.EventLinkFailed, At: noon, Link: "lnk_2", Why: fairlead.InstitutionDown},
		fairlead.Event{Kind: fairlead.EventLinkExpired, At: noon, Link: "lnk_3"},
	)
	c := f.hour()
	if c.Finished != 1 || c.Failed != 1 || c.Expired != 0 || c.Left[fairlead.StageConversation] != 1 || len(c.Left) != 1 || c.Why[fairlead.InstitutionDown] != 1 {
		t.Errorf("counted %+v", c)
	}
	if took := c.Took[measuring.PhaseLink].Quantile(0.5); took < time.Minute || took > 90*time.Second {
		t.Errorf("half of them took %s", took)
	}
	if share, ok := c.Success(); !ok || share != 0.5 {
		t.Errorf("the success is %v, %v", share, ok)
	}
}

func TestOldHoursAreForgotten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.happens(fairlead.Event{Kind: fairlead.EventLinkOpened, At: noon})
	f.hour()
	f.happens(fairlead.Event{Kind: fairlead.EventLinkOpened, At: noon.AddDate(0, 0, 101)})
	if c := f.hour(); c.Opened != 0 {
		t.Errorf("the hour is still %+v", c)
	}
}

func TestAQuantileIsRightWithinAHalf(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		took := rapid.SliceOfN(rapid.Int64Range(int64(10*time.Millisecond), int64(24*time.Hour)), 1, 50).Draw(t, "took")
		h := measuring.Histogram{}
		for _, d := range took {
			h.Observe(time.Duration(d))
		}
		q := rapid.SampledFrom([]float64{0.5, 0.95, 1}).Draw(t, "q")
		slices.Sort(took)
		want := float64(took[int(math.Ceil(q*float64(len(took))))-1])
		if got := float64(h.Quantile(q)); got < want*0.999 || got > want*1.501 {
			t.Fatalf("the quantile %v of %v is %v", q, took, got)
		}
	})
}
