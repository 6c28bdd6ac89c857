package native

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

type createEndpointBody struct {
	URL   string               `json:"url" maxLength:"2000" doc:"https, and public."`
	Kinds []fairlead.EventKind `json:"types,omitempty" maxItems:"50" doc:"Empty: all."`
}

type endpointChange struct {
	URL      *string               `json:"url,omitempty" maxLength:"2000" doc:"https, and public."`
	Kinds    *[]fairlead.EventKind `json:"types,omitempty" doc:"Empty: all."`
	Disabled *bool                 `json:"disabled,omitempty" doc:"Nothing is sent while it is."`
}

// apply changes an endpoint as requested.
func (c endpointChange) apply(e *fairlead.Endpoint) error {
	if c.URL != nil {
		e.Address = *c.URL
	}
	if c.Kinds != nil {
		if err := checkKinds("types", *c.Kinds); err != nil {
			return err
		}
		e.Kinds = *c.Kinds
	}
	if c.Disabled != nil {
		e.Disabled = ""
		if *c.Disabled {
			e.Disabled = "requested"
		}
	}
	return nil
}

func checkKinds(field string, kinds []fairlead.EventKind) error {
	for _, k := range kinds {
		if !slices.Contains(eventKinds(), k) {
			return fairlead.InvalidField(field, "unknown", "must be one of "+listed(eventKinds()))
		}
	}
	return nil
}

func (n *Native) createEndpoint(r request[withBody[createEndpointBody]]) (endpointWithSecret, error) {
	if err := checkKinds("types", r.in.Body.Kinds); err != nil {
		return endpointWithSecret{}, err
	}
	c, err := n.verbs.Notifying.CreateEndpoint(r, r.application(), r.in.Body.URL, r.in.Body.Kinds)
	return endpointWithSecret{endpointOf(c.Endpoint), c.Secret.Reveal()}, renamed(renamed(err, "address", "url"), "kinds", "types")
}

func (n *Native) listEndpoints(r request[Paging]) (list[EndpointBody], error) {
	es, err := n.verbs.Notifying.Endpoints(r, r.application())
	if err != nil {
		return list[EndpointBody]{}, err
	}
	return pageOf(es, r.in, func(e fairlead.Endpoint) fairlead.EndpointID { return e.ID }, endpointOf)
}

func (n *Native) readEndpoint(r request[ByID]) (EndpointBody, error) {
	e, err := n.verbs.Notifying.Endpoint(r, r.application(), fairlead.EndpointID(r.in.ID))
	return endpointOf(e), err
}

func (n *Native) changeEndpoint(r request[withID[endpointChange]]) (EndpointBody, error) {
	e, err := n.verbs.Notifying.ChangeEndpoint(r, r.application(), fairlead.EndpointID(r.in.ID), r.in.Body.apply)
	return endpointOf(e), renamed(renamed(err, "address", "url"), "kinds", "types")
}

func (n *Native) deleteEndpoint(r request[ByID]) error {
	return n.verbs.Notifying.DeleteEndpoint(r, r.application(), fairlead.EndpointID(r.in.ID))
}

func (n *Native) rotateEndpoint(r request[ByID]) (endpointWithSecret, error) {
	c, err := n.verbs.Notifying.RotateEndpoint(r, r.application(), fairlead.EndpointID(r.in.ID))
	return endpointWithSecret{endpointOf(c.Endpoint), c.Secret.Reveal()}, err
}

func (n *Native) testEndpoint(r request[ByID]) (eventBody, error) {
	var e fairlead.Event
	id, err := n.verbs.Access.Effect(r, func(ctx context.Context) (_ string, err error) {
		e, err = n.verbs.Notifying.TestEndpoint(ctx, r.application(), fairlead.EndpointID(r.in.ID))
		return string(e.ID), err
	})
	if err != nil || e.Sequence > 0 {
		return eventOf(e), err
	}
	e, err = n.verbs.Notifying.Event(r, r.tenant(), fairlead.EventID(id))
	return eventOf(e), err
}

type ofEndpoint struct {
	Paging
	ID fairlead.EndpointID `path:"id" maxLength:"80"`
}

func (n *Native) listDeliveries(r request[ofEndpoint]) (list[deliveryBody], error) {
	if _, err := n.verbs.Notifying.Endpoint(r, r.application(), r.in.ID); err != nil {
		return list[deliveryBody]{}, err
	}
	query := notifying.DeliveryQuery{Endpoint: r.in.ID, After: fairlead.DeliveryID(r.in.After), Limit: r.in.Limit}
	ds, err := n.verbs.Notifying.Deliveries(r, r.tenant(), query)
	next := nextID(ds, r.in.Limit, func(d fairlead.Delivery) fairlead.DeliveryID { return d.ID })
	return listOf(ds, next, deliveryOf), err
}
