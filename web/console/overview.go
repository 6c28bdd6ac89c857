package console

import (
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/measuring"
	"github.com/fairlead-dev/fairlead/notifying"
)

func (c *Console) overviewRoutes() []route {
	return []route{
		{"GET /console", fairlead.PermissionView, c.start},
		{"POST /console/tenants", fairlead.PermissionOperate, c.createTenant},
		{"GET " + tenantPath, fairlead.PermissionView, c.overview},
	}
}

// start leads to the one tenant that there is, or shows those to choose from.
func (c *Console) start(v *view) error {
	if len(v.tenants) == 1 && v.query("all") == "" {
		v.w.Header().Set("Location", join("t", v.tenants[0].Name))
		v.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return v.page("", "Tenants", tenants(v))
}

func (c *Console) createTenant(v *view) error {
	t, err := c.o.Access.CreateTenant(v.ctx, v.form("name"), fairlead.Environment(v.form("environment")), "")
	if v.again(err) {
		return v.page("", "Tenants", tenants(v))
	}
	if err != nil {
		return err
	}
	return v.done("created", join("t", t.Name))
}

// recentEvents and recentFailures are how many the overview shows.
const recentEvents, recentFailures = 10, 5

// summary is what the overview shows of a tenant.
type summary struct {
	lookback lookback
	hours    []measuring.Hour
	total    measuring.Counts
	apps     applications
	events   []fairlead.Event
	failed   []fairlead.Delivery
}

func (c *Console) overview(v *view) error {
	s := summary{lookback: lookbackOf(v.query("period"))}
	var err error
	if s.hours, err = c.o.Measuring.Hours(v.ctx, v.tenant.ID, v.now, s.lookback.hours); err != nil {
		return err
	}
	for _, h := range s.hours {
		s.total.Add(h.Counts)
	}
	if s.apps, err = c.applicationNames(v); err != nil {
		return err
	}
	var q notifying.EventQuery
	q.Newest, q.Limit = true, recentEvents
	if s.events, err = c.o.Notifying.Events(v.ctx, v.tenant.ID, q); err != nil {
		return err
	}
	s.failed, err = c.o.Notifying.Deliveries(v.ctx, v.tenant.ID, notifying.DeliveryQuery{Failed: true, Limit: recentFailures})
	if err != nil {
		return err
	}
	return v.page("", "Overview", overview(v, s))
}

// lookback is how far back the overview looks.
type lookback struct {
	name, title string
	hours       int
	bars        int // of a chart: hours are put together so that there are so many
}

var lookbacks = []lookback{{"day", "24 hours", 24, 24}, {"week", "7 days", 7 * 24, 28}, {"month", "30 days", 30 * 24, 30}}

func lookbackOf(name string) lookback {
	for _, s := range lookbacks {
		if s.name == name {
			return s
		}
	}
	return lookbacks[0]
}

// bars puts the hours together for a chart.
func (s summary) bars() (out []bar) {
	each := len(s.hours) / s.lookback.bars
	for i := 0; i+each <= len(s.hours); i += each {
		var c measuring.Counts
		for _, h := range s.hours[i : i+each] {
			c.Add(h.Counts)
		}
		at := s.hours[i].At
		label := at.Format("15:04")
		if each > 1 {
			label = at.Format("2 Jan 15:04")
		}
		out = append(out, bar{label, c.Finished, c.Failed + c.Exited + c.Expired})
	}
	return out
}

// funnel is where people who opened a link are now: how many of them came as far as each
// stage, and how many left there.
func (s summary) funnel() (out []step) {
	var ended int64
	for _, n := range s.total.Left {
		ended += n
	}
	still := ended + s.total.Finished
	for _, stage := range fairlead.DefaultStages() {
		left := s.total.Left[stage]
		out = append(out, step{words(stage), still, left})
		still -= left
	}
	return out
}

// step is one stage of the funnel.
type step struct {
	stage      string
	came, left int64
}
