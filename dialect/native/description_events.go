package native

import (
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/fairlead-dev/fairlead"
)

// eventFields are the fields of data that every event of a type has, by the beginning of
// its name. It may have others.
var eventFields = map[string][]string{
	"link.":               {"link_id", "person", "status"},
	"link.finished":       {"connection_id", "counts"},
	"connection.":         {"connection_id", "institution_id", "person", "status"},
	"consent.":            {"consent_id", "institution_id", "person", "status"},
	"collection.finished": {"collection_id", "connection_id", "institution_id", "person", "cause", "status"},
	"records.changed":     {"collection_id", "connection_id", "institution_id", "person", "cause", "counts"},
	"document":            {"collection_id", "connection_id", "institution_id", "person", "cause"},
	"document.":           {"document_id"},
	"documents.":          {"counts"},
}

// describeEvents adds the webhooks and the stream of events: one shape for each type.
func (d describer) describeEvents() {
	d.Webhooks = map[string]*huma.PathItem{}
	event := d.shape(reflect.TypeFor[eventBody]())
	for _, kind := range eventKinds() {
		name := eventShape(kind)
		d.shapes()[name] = d.eventOf(kind, event)
		d.Webhooks[string(kind)] = &huma.PathItem{Post: d.webhook(kind, name)}
	}
	d.describeStream(event)
}

// eventOf is the shape of one type of event.
func (d describer) eventOf(kind fairlead.EventKind, event *huma.Schema) *huma.Schema {
	data := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}, Description: "What every event of this type is about. It may have further fields of EventData."}
	of := d.shapes()[schemaName(reflect.TypeFor[eventData](), "")]
	for prefix, fields := range eventFields {
		for _, field := range fields {
			if strings.HasPrefix(string(kind), prefix) {
				data.Properties[field] = of.Properties[field]
				data.Required = append(data.Required, field)
			}
		}
	}
	slices.Sort(data.Required)
	own := &huma.Schema{
		Type: huma.TypeObject, Required: []string{"type"},
		Properties: map[string]*huma.Schema{"type": {
			Type: huma.TypeString, Const: string(kind), Description: "Always `" + string(kind) + "`.",
		}},
	}
	if len(data.Required) > 0 {
		own.Properties["data"], own.Required = data, []string{"type", "data"}
	}
	return &huma.Schema{AllOf: []*huma.Schema{event, own}, Description: eventWords[kind]}
}

// eventShape is the name of the shape of a type of event: LinkOpenedEvent.
func eventShape(kind fairlead.EventKind) string {
	var name strings.Builder
	for word := range strings.FieldsFuncSeq(string(kind), func(r rune) bool { return r == '.' || r == '_' }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String() + "Event"
}

// webhook is the post of one type of event to an endpoint.
func (d describer) webhook(kind fairlead.EventKind, shape string) *huma.Operation {
	text := func(name, words, example string) *huma.Param {
		return &huma.Param{
			Name: name, In: "header", Required: true, Description: words,
			Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{example}},
		}
	}
	return &huma.Operation{
		OperationID: "on" + strings.TrimSuffix(shape, "Event"), Tags: []string{"Webhook endpoints"}, Summary: string(kind), Description: eventWords[kind],
		Security: []map[string][]string{{}},
		Parameters: []*huma.Param{
			text("webhook-id", "The event's id, the same on every retry and when it is sent again: skip one that you have seen.", "evt_06gzhn0zj1xvx5vtb5xd0gkwrg"),
			text("webhook-timestamp", "When this attempt was sent, in seconds since 1970. Refuse one that is more than five minutes off.", "1795780800"),
			text("webhook-signature", "`v1,` and the base64 of the HMAC-SHA-256 of `{webhook-id}.{webhook-timestamp}.{body}` under the endpoint's secret "+
				"(the base64 after `whsec_`); for 24 hours after a rotation two of them, with a space between. Compare the bytes of the body as they came.",
				"v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Ref: schemaPrefix + shape}}}},
		Responses: map[string]*huma.Response{
			"2XX": {Description: "Received. Answer within 10 seconds and do the work afterwards."},
			"410": {Description: "The endpoint is gone: it is disabled, and nothing more is sent."},
			"default": {Description: "Anything else, redirects included, fails: it is sent again after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then daily up to 3 days. " +
				"`Retry-After` is honoured."},
		},
	}
}

// describeStream describes the feed as server-sent events beside its pages.
func (d describer) describeStream(event *huma.Schema) {
	d.shapes()["EventMessage"] = &huma.Schema{
		Type: huma.TypeObject, Required: []string{"id", "event", "data"},
		Description: "One message of a stream of server-sent events, which has no end. Lines that begin with a colon are comments, sent after 15 seconds without an event.",
		Properties: map[string]*huma.Schema{
			"id":    {Type: huma.TypeString, Description: "Cursor: as `Last-Event-ID` (or `after`) the stream goes on behind this event. It never expires.", Examples: []any{"ZTQy"}},
			"event": {Ref: schemaPrefix + "EventType", Description: "The event's type."},
			"data": {Type: huma.TypeString, Description: "The event as one line of JSON.", Extensions: map[string]any{
				"contentMediaType": "application/json", "contentSchema": map[string]any{"$ref": event.Ref},
			}},
		},
		Extensions: map[string]any{orderKey: []string{"id", "event", "data"}},
	}
	response := d.Paths["/v1/events"].Get.Responses["200"]
	response.Content["text/event-stream"] = &huma.MediaType{Schema: &huma.Schema{Ref: schemaPrefix + "EventMessage"}}
}
