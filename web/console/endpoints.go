package console

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

const endpointPath = appPath + "/endpoints/{endpoint}"

func (c *Console) endpointRoutes() []route {
	return []route{
		{"GET " + appPath + "/endpoints", fairlead.PermissionView, c.ofApplication(c.endpoints)},
		{"POST " + appPath + "/endpoints", fairlead.PermissionManage, c.ofApplication(c.createEndpoint)},
		{"GET " + endpointPath, fairlead.PermissionView, c.ofApplication(c.endpoint)},
		{"POST " + endpointPath, fairlead.PermissionManage, c.ofApplication(c.changeEndpoint)},
		{"POST " + endpointPath + "/test", fairlead.PermissionManage, c.ofApplication(c.testEndpoint)},
		{"POST " + endpointPath + "/rotate", fairlead.PermissionManage, c.ofApplication(c.rotateEndpoint)},
		{"POST " + endpointPath + "/delete", fairlead.PermissionManage, c.ofApplication(c.deleteEndpoint)},
	}
}

func (c *Console) endpoints(v *view, a fairlead.Application) error {
	all, err := c.o.Notifying.Endpoints(v.ctx, a)
	if err != nil {
		return err
	}
	return v.page("applications", "Webhooks of "+a.Name, endpointList(v, a, all))
}

func (c *Console) createEndpoint(v *view, a fairlead.Application) error {
	made, err := c.o.Notifying.CreateEndpoint(v.ctx, a, v.form("address"), v.kinds())
	if v.again(err) {
		return c.endpoints(v, a)
	}
	if err != nil {
		return err
	}
	return v.page("applications", "Endpoint", endpointPage(v, a, made.Endpoint, nil, &made))
}

// kinds are the types of events that a form names; none means all.
func (v *view) kinds() (kinds []fairlead.EventKind) {
	for _, k := range v.r.PostForm["kind"] {
		kinds = append(kinds, fairlead.EventKind(k))
	}
	return kinds
}

// deliverable are the types that an endpoint can have.
func deliverable() []fairlead.EventKind {
	return slices.DeleteFunc(fairlead.EventKinds(), fairlead.EventKind.ForDialects)
}

func (c *Console) endpoint(v *view, a fairlead.Application) error {
	e, err := c.o.Notifying.Endpoint(v.ctx, a, fairlead.EndpointID(v.r.PathValue("endpoint")))
	if err != nil {
		return err
	}
	last, err := c.o.Notifying.Deliveries(v.ctx, v.tenant.ID, notifying.DeliveryQuery{Endpoint: e.ID, Limit: 10})
	if err != nil {
		return err
	}
	return v.page("applications", "Endpoint", endpointPage(v, a, e, last, nil))
}

func (c *Console) changeEndpoint(v *view, a fairlead.Application) error {
	id := fairlead.EndpointID(v.r.PathValue("endpoint"))
	_, err := c.o.Notifying.ChangeEndpoint(v.ctx, a, id, func(e *fairlead.Endpoint) error {
		e.Address, e.Kinds, e.Disabled = v.form("address"), v.kinds(), ""
		if v.form("paused") != "" {
			e.Disabled = "requested"
		}
		return nil
	})
	if v.again(err) {
		return c.endpoint(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("saved", v.app(a, "endpoints", string(id)))
}

// testEndpoint publishes a test, and leads to it.
func (c *Console) testEndpoint(v *view, a fairlead.Application) error {
	e, err := c.o.Notifying.TestEndpoint(v.ctx, a, fairlead.EndpointID(v.r.PathValue("endpoint")))
	if v.again(err) {
		return c.endpoint(v, a)
	}
	if err != nil {
		return err
	}
	return v.done("tested", v.at("events", string(e.ID)))
}

func (c *Console) rotateEndpoint(v *view, a fairlead.Application) error {
	made, err := c.o.Notifying.RotateEndpoint(v.ctx, a, fairlead.EndpointID(v.r.PathValue("endpoint")))
	if v.again(err) {
		return c.endpoint(v, a)
	}
	if err != nil {
		return err
	}
	return v.page("applications", "Endpoint", endpointPage(v, a, made.Endpoint, nil, &made))
}

func (c *Console) deleteEndpoint(v *view, a fairlead.Application) error {
	if err := c.o.Notifying.DeleteEndpoint(v.ctx, a, fairlead.EndpointID(v.r.PathValue("endpoint"))); err != nil {
		return err
	}
	return v.done("deleted", v.app(a, "endpoints"))
}

// endpointState says how an endpoint does.
func endpointState(e fairlead.Endpoint) (mood, string) {
	switch {
	case e.Disabled == "gone":
		return bad, "switched off: it answered that it is gone"
	case e.Disabled != "":
		return calm, "paused"
	case !e.Failing.IsZero():
		return warm, "failing"
	}
	return good, "fine"
}
