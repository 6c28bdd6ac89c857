package console

import (
	"net/http"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

func (c *Console) overviewRoutes() []route {
	return []route{
		{"GET /console", fairlead.PermissionView, c.start},
		{"GET " + tenantPath, fairlead.PermissionView, c.overview},
	}
}

// start leads to the one tenant that there is, or shows those to choose from.
func (c *Console) start(v *view) error {
	if len(v.tenants) == 1 {
		v.w.Header().Set("Location", join("t", v.tenants[0].Name))
		v.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return v.page("", "Tenants", tenants(v))
}

// recentEvents and recentFailures are how many the overview shows.
const recentEvents, recentFailures = 10, 5

// summary is what the overview shows of a tenant.
type summary struct {
	apps   applications
	events []fairlead.Event
	failed []fairlead.Delivery
}

func (c *Console) overview(v *view) error {
	var s summary
	var err error
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
