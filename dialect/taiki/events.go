package taiki

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// failurePart is the delivery that tells that nothing came.
const failurePart = "failure"

// What a status says.
const (
	succeeded = "success"
	failed    = "failed"
)

// Needs is nothing of what is never sent.
func (t *Taiki) Needs(e fairlead.Event) notifying.Load {
	switch e.Kind {
	case fairlead.EventCollectionFinished, fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired:
		return notifying.LoadAll
	}
	return notifying.Nothing
}

// Route names the address of the token's request when a person's retrieval has
// ended. The vendor sends nothing else: no failure, no refresh. Failures go to an
// address of their own, where the application has set one.
func (t *Taiki) Route(h notifying.EventContext) (to []fairlead.Destination) {
	if h.Link == nil {
		return nil
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok {
		return nil
	}
	switch h.Event.Kind {
	case fairlead.EventCollectionFinished:
		if h.Connection == nil || !attended(h.Event) {
			return nil
		}
		to = append(to, posted(s.WebhookURL, ""))
	case fairlead.EventLinkFailed, fairlead.EventLinkExited, fairlead.EventLinkExpired:
		if h.Link.Opened.IsZero() || len(h.Link.Connections) > 0 {
			return nil // a token that nobody has used; one whose retrieval is told when it ends
		}
	default:
		return nil
	}
	var settings struct {
		Failures string `json:"failure_webhook_url"`
	}
	if h.Settings(name, &settings) == nil && settings.Failures != "" {
		to = append(to, posted(settings.Failures, failurePart))
	}
	return to
}

func posted(address, part string) fairlead.Destination {
	retry := fairlead.StandardRetry()
	retry.GoneDisable = false
	return fairlead.Destination{
		Dialect: name, Address: address, Part: part, Signing: fairlead.Signing{Scheme: fairlead.SignNone}, Retry: retry,
		Rerender: true, // each attempt carries addresses that are good for 15 minutes
	}
}

// attended reports whether a collection ran because the person was there.
func attended(e fairlead.Event) bool {
	return e.Cause == fairlead.CauseFirst || e.Cause == fairlead.CauseRelink
}

// Render lists every statement and tax form that the retrieval brought, with an
// address each, and what could not be fetched. Of several institutions the last one's
// lists those of all. Of what brought nothing only the failure is told.
func (t *Taiki) Render(ctx context.Context, h notifying.EventContext, d fairlead.Delivery) ([]byte, error) {
	if h.Link == nil {
		return nil, nil // erased since
	}
	s, ok := stateOf(h.Link.Origin)
	if !ok {
		return nil, nil
	}
	failure := d.Destination.Part == failurePart
	if h.Event.Kind != fairlead.EventCollectionFinished {
		if !failure {
			return nil, nil
		}
		return encode(newWebhook(h, s, failed, endedBy(h.Event)))
	}
	r, err := t.retrievalOf(ctx, h)
	if err != nil || r == nil || failure != (r.brought == 0) || failure && r.again {
		return nil, err
	}
	w := newWebhook(h, s, succeeded, "")
	if failure {
		w = newWebhook(h, s, failed, r.why())
	}
	if w.Files, err = t.files(ctx, h, r); err != nil {
		return nil, err
	}
	return encode(w)
}

// endedBy says why a modal came to its end before there was anything to retrieve.
func endedBy(e fairlead.Event) string {
	switch {
	case e.Kind == fairlead.EventLinkExpired:
		return expired
	case e.Why == "":
		return exited
	}
	return string(e.Why)
}

func newWebhook(h notifying.EventContext, s state, status, why string) webhook {
	w := webhook{
		Status: status, Files: []file{},
		Data: webhookData{
			ID: s.ID, ClientID: s.UserID, Metadata: asGiven(h.Link.Spec.Metadata), CreatedAt: h.Event.At.UTC().Format(time.RFC3339), Error: why,
		},
	}
	if w.Data.Metadata == nil {
		w.Data.Metadata = json.RawMessage("null")
	}
	return w
}

// encode writes JSON as the vendor's example has it: addresses stay readable.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
