package native

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// ignored are events that are told to vendors' dialects only.
var ignored = []fairlead.EventKind{fairlead.EventLinkCreated, fairlead.EventConsentFailed, fairlead.EventDataRequested}

// told is the kinds that this API tells.
func told() []fairlead.EventKind {
	return slices.DeleteFunc(fairlead.EventKinds(), func(k fairlead.EventKind) bool { return slices.Contains(ignored, k) })
}

// Needs is the event alone: what is told is thin.
func (n *Native) Needs(e fairlead.Event) notifying.Load {
	if slices.Contains(ignored, e.Kind) {
		return notifying.Nothing
	}
	return notifying.EventAlone
}

// Route tells every endpoint of the application that wants the kind.
func (n *Native) Route(h notifying.EventContext) []fairlead.Destination {
	if slices.Contains(ignored, h.Event.Kind) {
		return nil
	}
	var targets []fairlead.Destination
	for _, e := range h.Endpoints {
		switch {
		case h.Event.Kind == fairlead.EventEndpointTest && h.Event.Endpoint != e.ID:
			continue
		case h.Event.Kind != fairlead.EventEndpointTest && len(e.Kinds) > 0 && !slices.Contains(e.Kinds, h.Event.Kind):
			continue
		}
		targets = append(targets, fairlead.Destination{
			Dialect: name, Address: e.Address, Endpoint: e.ID, Deterministic: true,
			Signing: fairlead.Signing{Scheme: fairlead.SignStandard, Endpoint: e.ID}, Retry: fairlead.StandardRetry(),
		})
	}
	return targets
}

// Render is the event itself: thin, ids and states.
func (n *Native) Render(_ context.Context, h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
	return json.Marshal(eventOf(h.Event))
}

type EventFilter struct {
	Paging
	Kind []fairlead.EventKind `query:"kind" doc:"Only these kinds, comma-separated."`
	Wait int                  `query:"wait" minimum:"0" maximum:"60" doc:"Seconds to hold the answer until there is an event."`
}

// eventsPage is a piece of the feed; its next is always given.
type eventsPage struct {
	Data []eventBody `json:"data" nullable:"false"`
	Next string      `json:"next" doc:"Ask again after this; it never expires."`
}

// sequenceOf reads a cursor of the event feed.
func sequenceOf(after string) (int64, error) {
	if after == "" {
		return 0, nil
	}
	text, err := decodeCursor(after)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "e"), 10, 64)
	if err != nil || n < 0 || !strings.HasPrefix(text, "e") {
		return 0, fairlead.InvalidField("after", "format", "must be a cursor that this API gave")
	}
	return n, nil
}

func eventCursor(sequence int64) string { return encodeCursor("e" + strconv.FormatInt(sequence, 10)) }

func (n *Native) eventRoutes(api huma.API, mux *http.ServeMux) {
	const tag = "Events"
	op := operation(http.MethodGet, "/events", tag, "Follow events", "In the order of commit. Long-poll with wait, or ask for text/event-stream (resume with Last-Event-ID).")
	huma.Register(api, op, func(ctx contextAlias, input *struct {
		EventFilter
		Accept string `header:"Accept"`
		LastID string `header:"Last-Event-ID" maxLength:"100"`
	},
	) (*huma.StreamResponse, error) {
		c := callerOf(ctx)
		after := input.After
		if input.LastID != "" {
			after = input.LastID
		}
		sequence, err := sequenceOf(after)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		kinds := input.Kind
		if len(kinds) == 0 {
			kinds = told()
		} else if err := checkKinds(kinds); err != nil {
			return nil, problemOf(ctx, err)
		}
		ask := notifying.EventQuery{Wait: time.Duration(input.Wait) * time.Second}
		ask.Sequence, ask.Application, ask.Kinds, ask.Limit = sequence, c.Application.ID, kinds, input.Limit
		if strings.Contains(input.Accept, "text/event-stream") {
			return &huma.StreamResponse{Body: func(h huma.Context) { n.stream(ctx, h, c.Tenant.ID, ask) }}, nil
		}
		events, err := n.verbs.Notifying.Events(ctx, c.Tenant.ID, ask)
		if err != nil {
			return nil, problemOf(ctx, err)
		}
		page := eventsPage{listOf(events, "", eventOf).Data, eventCursor(sequence)}
		if len(events) > 0 {
			page.Next = eventCursor(events[len(events)-1].Sequence)
		}
		return &huma.StreamResponse{Body: func(h huma.Context) {
			h.SetHeader("Content-Type", "application/json")
			json.NewEncoder(h.BodyWriter()).Encode(page)
		}}, nil
	})
	describeResponse[eventsPage](api, "/v1/events", "A page of events")
	n.resendRoutes(api)
}

// lineTime is how long a stream's reader may leave what was sent untaken.
const lineTime = 30 * time.Second

// stream sends events as they commit, until the caller hangs up or is not let in
// any more; a comment each quarter of a minute keeps proxies from closing the line.
func (n *Native) stream(ctx context.Context, h huma.Context, tenant fairlead.TenantID, ask notifying.EventQuery) {
	h.SetHeader("Content-Type", "text/event-stream")
	w := h.BodyWriter()
	extend, flush := func() {}, func() {}
	if rw, ok := w.(http.ResponseWriter); ok {
		line := http.NewResponseController(rw)
		extend = func() { line.SetWriteDeadline(n.verbs.Clock().Add(lineTime)) }
		flush = func() { line.Flush() }
	}
	extend()
	io.WriteString(w, ": following\n\n")
	flush()
	ask.Wait = 15 * time.Second
	for ctx.Err() == nil {
		events, err := n.verbs.Notifying.Events(ctx, tenant, ask)
		if err != nil || stillAdmitted(ctx) != nil {
			return
		}
		extend()
		for _, e := range events {
			body, _ := json.Marshal(eventOf(e))
			if _, err := fmt.Fprintf(w, "id: %s\nevent: %s\ndata: %s\n\n", eventCursor(e.Sequence), e.Kind, body); err != nil {
				return
			}
			ask.Sequence = e.Sequence
		}
		if len(events) == 0 {
			if _, err := io.WriteString(w, ": still here\n\n"); err != nil {
				return
			}
		}
		flush()
	}
}

type resentBody struct {
	Notices int `json:"notices" doc:"How many were sent off anew."`
}

type resendRange struct {
	From       time.Time           `json:"from" doc:"Included."`
	To         time.Time           `json:"to" doc:"Not included."`
	EndpointID fairlead.EndpointID `json:"endpoint_id,omitempty" maxLength:"80" doc:"Only to this endpoint."`
	Address    string              `json:"address,omitempty" maxLength:"2000" doc:"Only to this address."`
}

func (n *Native) resendRoutes(api huma.API) {
	const tag = "Events"
	one := operation(http.MethodPost, "/events/{id}/resend", tag, "Tell an event again", "To every target it had.")
	one.DefaultStatus = http.StatusAccepted
	route(api, one, func(r in[ByID]) (resentBody, error) {
		id := fairlead.EventID(r.I.ID)
		e, err := n.verbs.Notifying.Event(r, r.tenant(), id)
		if err == nil && e.Application != r.applicationID() {
			err = fairlead.Errorf(fairlead.NotFound, "There is no such event.")
		}
		if err != nil {
			return resentBody{}, err
		}
		count, err := n.verbs.Notifying.Resend(r, r.tenant(), id)
		return resentBody{count}, err
	})
	many := operation(http.MethodPost, "/events/resend", tag, "Tell a range of events again", "Of a span of time, to one endpoint or address: what was lost while the receiver was down.")
	many.DefaultStatus = http.StatusAccepted
	route(api, many, func(r in[struct{ Body resendRange }]) (resentBody, error) {
		b := r.I.Body
		if !b.From.Before(b.To) {
			return resentBody{}, fairlead.InvalidField("to", "range", "must be later than from")
		}
		count, err := n.verbs.Notifying.ResendRange(r, r.tenant(), r.applicationID(), b.From, b.To, b.EndpointID, b.Address)
		return resentBody{count}, err
	})
}

type endpointAsk struct {
	URL   string               `json:"url" maxLength:"2000" doc:"https, and public."`
	Kinds []fairlead.EventKind `json:"kinds,omitempty" maxItems:"50" doc:"Empty: all."`
}

type endpointChange struct {
	URL      *string               `json:"url,omitempty" maxLength:"2000" doc:"https, and public."`
	Kinds    *[]fairlead.EventKind `json:"kinds,omitempty" doc:"Empty: all."`
	Disabled *bool                 `json:"disabled,omitempty" doc:"Nothing is told while it is."`
}

func checkKinds(kinds []fairlead.EventKind) error {
	for _, k := range kinds {
		if !slices.Contains(told(), k) {
			return fairlead.InvalidField("kind", "unknown", "must be kinds of the list in the reference")
		}
	}
	return nil
}

func (n *Native) endpointRoutes(api huma.API) {
	const tag, base = "Webhook endpoints", "/webhook_endpoints"
	create := operation(http.MethodPost, base, tag, "Create an endpoint", "Its secret is shown once.")
	create.DefaultStatus = http.StatusCreated
	route(api, create, func(r in[struct{ Body endpointAsk }]) (endpointWithSecret, error) {
		if err := checkKinds(r.I.Body.Kinds); err != nil {
			return endpointWithSecret{}, err
		}
		c, err := n.verbs.Notifying.CreateEndpoint(r, r.application(), r.I.Body.URL, r.I.Body.Kinds)
		err = renamed(err, "address", "url")
		return endpointWithSecret{endpointOf(c.Endpoint), c.Secret.Reveal()}, err
	})
	route(api, operation(http.MethodGet, base, tag, "List endpoints", ""), func(r in[Paging]) (list[EndpointBody], error) {
		es, err := n.verbs.Notifying.Endpoints(r, r.application())
		return listOf(es, "", endpointOf), err
	})
	route(api, operation(http.MethodGet, base+"/{id}", tag, "Read an endpoint", ""), func(r in[ByID]) (EndpointBody, error) {
		e, err := n.verbs.Notifying.Endpoint(r, r.application(), fairlead.EndpointID(r.I.ID))
		return endpointOf(e), err
	})
	route(api, operation(http.MethodPatch, base+"/{id}", tag, "Change an endpoint", ""), func(r in[struct {
		ByID
		Body endpointChange
	}],
	) (EndpointBody, error) {
		e, err := n.verbs.Notifying.ChangeEndpoint(r, r.application(), fairlead.EndpointID(r.I.ID), r.I.Body.apply)
		return endpointOf(e), renamed(err, "address", "url")
	})
	silent(api, operation(http.MethodDelete, base+"/{id}", tag, "Delete an endpoint", ""), func(r in[ByID]) error {
		return n.verbs.Notifying.DeleteEndpoint(r, r.application(), fairlead.EndpointID(r.I.ID))
	})
	route(api, operation(http.MethodPost, base+"/{id}/rotate", tag, "Rotate the secret", "The old one signs beside the new one for 24 hours."), func(r in[ByID]) (endpointWithSecret, error) {
		c, err := n.verbs.Notifying.RotateEndpoint(r, r.application(), fairlead.EndpointID(r.I.ID))
		return endpointWithSecret{endpointOf(c.Endpoint), c.Secret.Reveal()}, err
	})
	test := operation(http.MethodPost, base+"/{id}/test", tag, "Send a test event", "")
	test.DefaultStatus = http.StatusAccepted
	route(api, test, func(r in[ByID]) (eventBody, error) {
		e, err := n.verbs.Notifying.TestEndpoint(r, r.application(), fairlead.EndpointID(r.I.ID))
		return eventOf(e), err
	})
	route(api, operation(http.MethodGet, base+"/{id}/notices", tag, "List what was sent", "Each notice with its attempts."), func(r in[struct {
		Paging
		ID fairlead.EndpointID `path:"id" maxLength:"80"`
	}],
	) (list[noticeBody], error) {
		if _, err := n.verbs.Notifying.Endpoint(r, r.application(), r.I.ID); err != nil {
			return list[noticeBody]{}, err
		}
		ns, err := n.verbs.Notifying.Deliveries(r, r.tenant(), notifying.DeliveryQuery{Endpoint: r.I.ID, After: fairlead.DeliveryID(r.I.After), Limit: r.I.Limit})
		next := nextID(ns, r.I.Limit, func(n fairlead.Delivery) fairlead.DeliveryID { return n.ID })
		return listOf(ns, next, noticeOf), err
	})
}

// apply changes an endpoint as asked.
func (c endpointChange) apply(e *fairlead.Endpoint) error {
	if c.URL != nil {
		e.Address = *c.URL
	}
	if c.Kinds != nil {
		if err := checkKinds(*c.Kinds); err != nil {
			return err
		}
		e.Kinds = *c.Kinds
	}
	if c.Disabled != nil {
		e.Disabled = ""
		if *c.Disabled {
			e.Disabled = "asked"
		}
	}
	return nil
}
