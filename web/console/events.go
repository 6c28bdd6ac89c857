package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

const (
	// eventsPage is how many events or deliveries a page shows.
	eventsPage = 50
	// eventsDepth is how many events a filter by type looks through for one page: no index
	// leads to the types of a whole tenant.
	eventsDepth = 20_000
)

func (c *Console) eventRoutes() []route {
	return []route{
		{"GET " + tenantPath + "/events", fairlead.PermissionView, c.events},
		{"GET " + tenantPath + "/events/{event}", fairlead.PermissionView, c.event},
		{"POST " + tenantPath + "/events/{event}/resend", fairlead.PermissionCollect, c.resendEvent},
		{"GET " + tenantPath + "/resend", fairlead.PermissionCollect, c.resendForm},
		{"POST " + tenantPath + "/resend", fairlead.PermissionCollect, c.resend},
		{"GET " + tenantPath + "/deliveries", fairlead.PermissionView, c.deliveries},
		{"GET " + tenantPath + "/deliveries/{delivery}", fairlead.PermissionView, c.delivery},
		{"POST " + tenantPath + "/deliveries/{delivery}/body", fairlead.PermissionReveal, c.deliveryBody},
	}
}

// eventList is a page of events, the newest first.
type eventList struct {
	events  []fairlead.Event
	kind    fairlead.EventKind
	subject string
	apps    applications
	older   string // where the next page begins; "": there is none
	floor   int64  // of what a filter by type looked through; 0: all
}

func (c *Console) events(v *view) error {
	l := eventList{kind: fairlead.EventKind(v.query("type")), subject: v.query("subject")}
	before, _ := strconv.ParseInt(v.query("after"), 10, 64)
	var q notifying.EventQuery
	q.Newest, q.Sequence, q.Limit = true, max(0, before), eventsPage
	q.Application, q.Subject = fairlead.ApplicationID(v.query("application")), l.subject
	if l.kind != "" {
		q.Kinds = []fairlead.EventKind{l.kind}
		if before <= 0 {
			newest, err := c.o.Notifying.Latest(v.ctx, v.tenant.ID)
			if err != nil {
				return err
			}
			before = newest + 1
		}
		l.floor = max(1, before-eventsDepth)
		q.Floor = l.floor
	}
	var err error
	if l.events, err = c.o.Notifying.Events(v.ctx, v.tenant.ID, q); err != nil {
		return err
	}
	switch n := len(l.events); {
	case n == eventsPage:
		l.older = strconv.FormatInt(l.events[n-1].Sequence, 10)
	case l.floor > 1:
		l.older = strconv.FormatInt(l.floor, 10)
	}
	if l.apps, err = c.applicationNames(v); err != nil {
		return err
	}
	return v.page("events", "Events", events(v, l))
}

// applications are the names of a tenant's applications, the first 100.
type applications []fairlead.Application

func (c *Console) applicationNames(v *view) (applications, error) {
	return c.o.Access.Applications(v.ctx, v.tenant.ID, "", 100)
}

// name is what an application is called; its id where it is not among them.
func (a applications) name(id fairlead.ApplicationID) string {
	for _, app := range a {
		if app.ID == id {
			return app.Name
		}
	}
	return string(id)
}

func (c *Console) event(v *view) error {
	e, err := c.o.Notifying.Event(v.ctx, v.tenant.ID, fairlead.EventID(v.r.PathValue("event")))
	if err != nil {
		return err
	}
	deliveries, err := c.o.Notifying.Deliveries(v.ctx, v.tenant.ID, notifying.DeliveryQuery{Event: e.ID, Limit: eventsPage})
	if err != nil {
		return err
	}
	apps, err := c.applicationNames(v)
	if err != nil {
		return err
	}
	return v.page("events", string(e.Kind), eventPage(v, e, deliveries, apps))
}

func (c *Console) resendEvent(v *view) error {
	e, err := c.o.Notifying.Event(v.ctx, v.tenant.ID, fairlead.EventID(v.r.PathValue("event")))
	if err != nil {
		return err
	}
	n, err := c.o.Notifying.Resend(v.ctx, v.tenant.ID, e.ID)
	if err != nil {
		return err
	}
	return v.done(resentWord(n), v.at("events", string(e.ID)))
}

// resentWord says whether anybody was named to deliver to.
func resentWord(n int) string {
	if n == 0 {
		return "nobody"
	}
	return "resent"
}

// resending is the form by which many events are delivered again.
type resending struct {
	apps      applications
	app       fairlead.Application
	endpoints []fairlead.Endpoint
	events    []fairlead.EventID // chosen; none: a span
}

func (c *Console) resendForm(v *view) error {
	f, err := c.readResending(v, v.query("application"), v.r.URL.Query()["event"])
	if err != nil {
		return err
	}
	return v.page("events", "Resend events", resendPage(v, f))
}

// readResending reads what the form offers: of the application that it names, or of the
// first event's, or of the only one.
func (c *Console) readResending(v *view, app string, events []string) (f resending, err error) {
	for _, e := range events {
		f.events = append(f.events, fairlead.EventID(e))
	}
	if len(f.events) > 0 && app == "" {
		first, err := c.o.Notifying.Event(v.ctx, v.tenant.ID, f.events[0])
		if err != nil {
			return f, err
		}
		app = string(first.Application)
	}
	if f.apps, err = c.applicationNames(v); err != nil {
		return f, err
	}
	if app == "" && len(f.apps) == 1 {
		app = string(f.apps[0].ID)
	}
	if app == "" {
		return f, nil
	}
	if f.app, err = c.o.Access.Application(v.ctx, v.tenant.ID, fairlead.ApplicationID(app)); err != nil {
		return f, err
	}
	f.endpoints, err = c.o.Notifying.Endpoints(v.ctx, f.app)
	return f, err
}

func (c *Console) resend(v *view) error {
	f, err := c.readResending(v, v.form("application"), v.r.PostForm["event"])
	if err != nil {
		return err
	}
	r := notifying.ResendRequest{Application: f.app, Events: f.events, Endpoint: fairlead.EndpointID(v.form("endpoint")), Instead: v.form("instead")}
	if err = v.span(&r.From, &r.To, len(f.events) > 0); err == nil && f.app.ID == "" {
		err = fairlead.InvalidField("application", "required", "must be chosen")
	}
	n := 0
	if err == nil {
		n, err = c.o.Notifying.ResendMany(v.ctx, r)
	}
	if v.again(err) {
		return v.page("events", "Resend events", resendPage(v, f))
	}
	if err != nil {
		return err
	}
	return v.done(resentWord(n), v.at("deliveries"))
}

// span reads the fields from and to of a form, in UTC.
func (v *view) span(from, to *time.Time, optional bool) error {
	if optional {
		return nil
	}
	for name, at := range map[string]*time.Time{"from": from, "to": to} {
		text := v.form(name)
		t, err := time.Parse("2006-01-02T15:04", text)
		if err != nil {
			t, err = time.Parse("2006-01-02T15:04:05", text)
		}
		if err != nil {
			return fairlead.InvalidField(name, "format", "must be a day and a time, like 2026-03-01T09:30")
		}
		*at = t
	}
	if !from.Before(*to) {
		return fairlead.InvalidField("to", "range", "must be later than the beginning")
	}
	return nil
}

// deliveryList is a page of deliveries, the newest first.
type deliveryList struct {
	deliveries []fairlead.Delivery
	endpoint   fairlead.EndpointID
	failed     bool
	apps       applications
	older      string
}

func (c *Console) deliveries(v *view) error {
	l := deliveryList{endpoint: fairlead.EndpointID(v.query("endpoint")), failed: v.query("status") == string(fairlead.DeliveryFailed)}
	var err error
	l.deliveries, err = c.o.Notifying.Deliveries(v.ctx, v.tenant.ID, notifying.DeliveryQuery{
		Endpoint: l.endpoint, Failed: l.failed, After: fairlead.DeliveryID(v.query("after")), Limit: eventsPage,
	})
	if err != nil {
		return err
	}
	if n := len(l.deliveries); n == eventsPage {
		l.older = string(l.deliveries[n-1].ID)
	}
	if l.apps, err = c.applicationNames(v); err != nil {
		return err
	}
	return v.page("events", "Deliveries", deliveries(v, l))
}

func (c *Console) delivery(v *view) error { return c.showDelivery(v, nil) }

// deliveryBody shows what the delivery posts. That is on the audit trail.
func (c *Console) deliveryBody(v *view) error {
	body, err := c.o.Notifying.Body(v.ctx, v.tenant.ID, fairlead.DeliveryID(v.r.PathValue("delivery")))
	if err != nil {
		return err
	}
	if body == nil {
		body = []byte("There is nothing to post any more.")
	}
	return c.showDelivery(v, body)
}

func (c *Console) showDelivery(v *view, body []byte) error {
	d, err := c.o.Notifying.Delivery(v.ctx, v.tenant.ID, fairlead.DeliveryID(v.r.PathValue("delivery")))
	if err != nil {
		return err
	}
	apps, err := c.applicationNames(v)
	if err != nil {
		return err
	}
	return v.page("events", "Delivery", deliveryPage(v, d, apps, indented(body)))
}

// indented writes JSON over several lines; what is none stays as it is.
func indented(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return string(body)
	}
	return b.String()
}

// deliveryMood is the colour of a delivery's state.
func deliveryMood(s fairlead.DeliveryState) mood {
	switch s {
	case fairlead.DeliveryDelivered:
		return good
	case fairlead.DeliveryFailed:
		return bad
	case fairlead.DeliveryWaiting:
		return warm
	}
	return calm
}

// eventMood is the colour of a kind of event: what went wrong stands out.
func eventMood(k fairlead.EventKind) mood {
	switch k {
	case fairlead.EventLinkFailed, fairlead.EventConsentFailed, fairlead.EventInstitutionDegraded:
		return bad
	case fairlead.EventConnectionNeedsAction, fairlead.EventConsentExpiring, fairlead.EventConsentExpired, fairlead.EventLinkExpired, fairlead.EventLinkExited:
		return warm
	case fairlead.EventLinkFinished, fairlead.EventConnectionLinked, fairlead.EventConsentGranted, fairlead.EventConnectionRecovered, fairlead.EventInstitutionRecovered:
		return good
	}
	return calm
}

// outcome is what an attempt came to.
func outcome(a fairlead.Attempt) string {
	if a.Status != 0 {
		return strconv.Itoa(a.Status)
	}
	return a.Error
}

// counted writes an event's counts: "3 transactions, 1 accounts".
func counted(e fairlead.Event) (out []string) {
	for _, kind := range sortedKeys(e.Counts) {
		out = append(out, fmt.Sprintf("%s: %d", words(kind), e.Counts[kind]))
	}
	return out
}
