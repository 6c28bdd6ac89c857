package native

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// ignored are events that only vendors' dialects publish.
var ignored = []fairlead.EventKind{fairlead.EventLinkCreated, fairlead.EventConsentFailed, fairlead.EventDataRequested, fairlead.EventDocumentArrived}

// eventKinds are the kinds of event that this API publishes.
func eventKinds() []fairlead.EventKind {
	return slices.DeleteFunc(fairlead.EventKinds(), func(k fairlead.EventKind) bool { return slices.Contains(ignored, k) })
}

// Needs is the event alone: what is sent is thin.
func (n *Native) Needs(e fairlead.Event) notifying.Load {
	if slices.Contains(ignored, e.Kind) {
		return notifying.Nothing
	}
	return notifying.EventAlone
}

// Route names every endpoint of the application that wants the kind.
func (n *Native) Route(h notifying.EventContext) []fairlead.Destination {
	if slices.Contains(ignored, h.Event.Kind) {
		return nil
	}
	var destinations []fairlead.Destination
	for _, e := range h.Endpoints {
		switch {
		case h.Event.Kind == fairlead.EventEndpointTest && h.Event.Endpoint != e.ID:
			continue
		case h.Event.Kind != fairlead.EventEndpointTest && len(e.Kinds) > 0 && !slices.Contains(e.Kinds, h.Event.Kind):
			continue
		}
		destinations = append(destinations, fairlead.Destination{
			Dialect: name, Address: e.Address, Endpoint: e.ID, Deterministic: true,
			Signing: fairlead.Signing{Scheme: fairlead.SignStandard, Endpoint: e.ID}, Retry: fairlead.StandardRetry(),
		})
	}
	return destinations
}

// Render is the event itself: thin, ids and statuses.
func (n *Native) Render(_ context.Context, h notifying.EventContext, _ fairlead.Delivery) ([]byte, error) {
	return json.Marshal(eventOf(h.Event))
}

type EventFilter struct {
	Paging
	Kind []fairlead.EventKind `query:"type" doc:"Only these types, comma-separated."`
	Wait int                  `query:"wait" minimum:"0" maximum:"60" doc:"Seconds to wait for an event before answering."`
}

type eventsInput struct {
	EventFilter
	Accept string `header:"Accept"`
	LastID string `header:"Last-Event-ID" maxLength:"100"`
}

// eventsPage is a piece of the feed; its next is always given.
type eventsPage struct {
	Data []eventBody `json:"data" nullable:"false"`
	Next string      `json:"next" doc:"Cursor for the next request; it never expires."`
}

// feedStart is the cursor before the first event.
const feedStart = "start"

// sequenceOf reads a cursor of the event feed.
func sequenceOf(after string) (int64, error) {
	if after == "" || after == feedStart {
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

// beginning is the sequence after which a page of the feed, or a stream of it, begins: a
// stream that is not said where to go on begins with what happens from now on.
func (n *Native) beginning(r request[eventsInput], streams bool) (int64, error) {
	if after := cmp.Or(r.in.LastID, r.in.After); after != "" || !streams {
		return sequenceOf(after)
	}
	return n.verbs.Notifying.Latest(r, r.tenant())
}

func eventCursor(sequence int64) string { return encodeCursor("e" + strconv.FormatInt(sequence, 10)) }

func (n *Native) followEvents(r request[eventsInput]) (func(huma.Context), error) {
	streams := strings.Contains(r.in.Accept, "text/event-stream")
	sequence, err := n.beginning(r, streams)
	if err != nil {
		return nil, err
	}
	kinds := r.in.Kind
	if len(kinds) == 0 {
		kinds = eventKinds()
	} else if err := checkKinds("type", kinds); err != nil {
		return nil, err
	}
	query := notifying.EventQuery{Wait: time.Duration(r.in.Wait) * time.Second}
	query.Pass = func(ctx context.Context) (func(), error) { return n.verbs.Access.Pass(ctx, r.tenant()) }
	query.Sequence, query.Application, query.Kinds, query.Limit = sequence, r.applicationID(), kinds, r.in.Limit
	release := func() {}
	if streams || query.Wait > 0 {
		if release, err = n.verbs.Access.Hold(r, r.caller, clientOf(r)); err != nil {
			return nil, err
		}
	}
	if streams {
		return func(h huma.Context) {
			defer release()
			n.follow(r, h, r.tenant(), query)
		}, nil
	}
	defer release()
	events, err := n.verbs.Notifying.Events(r, r.tenant(), query)
	if err != nil {
		return nil, err
	}
	next := eventsPage{listOf(events, "", eventOf).Data, eventCursor(sequence)}
	if len(events) > 0 {
		next.Next = eventCursor(events[len(events)-1].Sequence)
	}
	return func(h huma.Context) {
		h.SetHeader("Content-Type", "application/json")
		json.NewEncoder(h.BodyWriter()).Encode(next)
	}, nil
}

// clientOf is the address of whoever acts in a context.
func clientOf(ctx context.Context) string {
	_, from := fairlead.ActorIn(ctx)
	return from
}

// follow sends events as they commit, until the caller hangs up or is not let in
// any more; a comment each quarter of a minute keeps proxies from closing the connection.
func (n *Native) follow(ctx context.Context, h huma.Context, tenant fairlead.TenantID, query notifying.EventQuery) {
	out := newPieces(h, "text/event-stream")
	if _, err := io.WriteString(out, ": following\n\n"); err != nil {
		return
	}
	query.Wait = 15 * time.Second
	var page bytes.Buffer
	query.Shape = func(events []fairlead.Event) {
		for _, e := range events {
			body, _ := json.Marshal(eventOf(e))
			fmt.Fprintf(&page, "id: %s\nevent: %s\ndata: %s\n\n", eventCursor(e.Sequence), e.Kind, body)
		}
	}
	for ctx.Err() == nil {
		events, err := n.verbs.Notifying.Events(ctx, tenant, query)
		if err != nil || stillAdmitted(ctx) != nil {
			return
		}
		if len(events) == 0 {
			page.WriteString(": still here\n\n")
		} else {
			query.Sequence = events[len(events)-1].Sequence
		}
		if _, err := out.Write(page.Bytes()); err != nil {
			return
		}
		page.Reset()
	}
}

type resentBody struct {
	Deliveries int `json:"deliveries" doc:"How many new ones were made."`
}

func (n *Native) resendEvent(r request[ByID]) (resentBody, error) {
	id := fairlead.EventID(r.in.ID)
	e, err := n.verbs.Notifying.Event(r, r.tenant(), id)
	if err == nil && e.Application != r.applicationID() {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such event.")
	}
	if err != nil {
		return resentBody{}, err
	}
	count, err := n.verbs.Notifying.Resend(r, r.tenant(), id)
	return resentBody{count}, err
}

type resendRange struct {
	From       time.Time           `json:"from" doc:"Included."`
	To         time.Time           `json:"to" doc:"Not included."`
	EndpointID fairlead.EndpointID `json:"endpoint_id,omitempty" maxLength:"80" doc:"Only to this endpoint."`
	Address    string              `json:"url,omitempty" maxLength:"2000" doc:"Only to this address."`
}

func (n *Native) resendEvents(r request[withBody[resendRange]]) (resentBody, error) {
	b := r.in.Body
	if !b.From.Before(b.To) {
		return resentBody{}, fairlead.InvalidField("to", "range", "must be later than from")
	}
	count, err := n.verbs.Notifying.ResendMany(r, notifying.ResendRequest{
		Application: r.application(), From: b.From, To: b.To, Endpoint: b.EndpointID, Address: b.Address,
	})
	return resentBody{count}, err
}
