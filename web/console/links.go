package console

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/notifying"
	"github.com/fairlead-dev/fairlead/reading"
)

// listed is how many rows a page of a list has.
const listed = 50

func (c *Console) linkRoutes() []route {
	return []route{
		{"GET " + tenantPath + "/links", fairlead.PermissionView, c.links},
		{"GET " + tenantPath + "/links/{link}", fairlead.PermissionView, c.link},
		{"GET " + tenantPath + "/links/{link}/cancel", fairlead.PermissionManage, c.cancelLinkForm},
		{"POST " + tenantPath + "/links/{link}/cancel", fairlead.PermissionManage, c.cancelLink},
	}
}

// filters is what a list is narrowed by, and what there is to choose from.
type filters struct {
	applications applications
	person       fairlead.PersonID
	nobody       bool // the reference names nobody
}

// filters reads what the page's query narrows a list by.
func (v *view) filters() (f filters, err error) {
	if f.applications, err = v.c.applicationNames(v); err != nil {
		return f, err
	}
	if name := v.query("person"); name != "" {
		p, err := v.c.o.Reading.Person(v.ctx, v.tenant.ID, name)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return f, err
		}
		f.person, f.nobody = p.ID, err != nil
	}
	return f, nil
}

func (c *Console) links(v *view) error {
	f, err := v.filters()
	if err != nil {
		return err
	}
	var page []fairlead.Link
	if !f.nobody {
		page, err = c.o.Linking.Newest(v.ctx, v.tenant.ID, linking.ListQuery{
			Application: fairlead.ApplicationID(v.query("application")), Person: f.person, After: fairlead.LinkID(v.query("after")), Limit: listed + 1,
		})
		if err != nil {
			return err
		}
	}
	after := ""
	if len(page) > listed {
		page = page[:listed]
		after = string(page[listed-1].ID)
	}
	return v.page("links", "Links", links(v, f, page, after))
}

// linkPage is what the page of a link shows.
type linkPage struct {
	link        fairlead.Link
	connections []fairlead.Connection
	consents    []fairlead.Consent
	moments     []happened
}

// happened is a line of a timeline.
type happened struct {
	at     time.Time
	icon   string
	what   string
	detail string
	mood   mood          // "": no more to say
	status string        // beside the mood
	took   time.Duration // 0: it had no length
	ids    []string      // what it is about
	order  int           // of what was at one instant
}

func (c *Console) readLink(v *view) (p linkPage, err error) {
	if p.link, err = c.o.Linking.Link(v.ctx, v.tenant.ID, fairlead.LinkID(v.r.PathValue("link"))); err != nil {
		return p, err
	}
	for _, id := range p.link.Connections {
		conn, err := c.o.Reading.Connection(v.ctx, v.tenant.ID, id)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return p, err
		}
		if err == nil {
			p.connections = append(p.connections, conn)
		}
	}
	consents, err := c.o.Reading.Consents(v.ctx, v.tenant.ID, reading.ListQuery{Link: p.link.ID, Newest: true, Limit: listed})
	p.consents = consents.Data
	return p, err
}

func (c *Console) link(v *view) error {
	p, err := c.readLink(v)
	if err != nil {
		return err
	}
	events, err := c.linkEvents(v, p.link)
	if err != nil {
		return err
	}
	p.moments = v.timeline(p.link, events)
	return v.page("links", "Link", linkDetail(v, p))
}

// linkEvents are the link's own events, and those of what it connected while it was open.
func (c *Console) linkEvents(v *view, link fairlead.Link) (all []fairlead.Event, err error) {
	until := time.Time{}
	if !link.Ended.IsZero() {
		until = link.Ended.Add(time.Hour)
	}
	subjects := []string{string(link.ID)}
	for _, id := range link.Connections {
		subjects = append(subjects, string(id))
	}
	for _, subject := range subjects[:min(len(subjects), 20)] {
		var q notifying.EventQuery
		q.Subject, q.From, q.To, q.Limit = subject, link.Created, until, 100
		page, err := c.o.Notifying.Events(v.ctx, v.tenant.ID, q)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if e.Link == link.ID {
				all = append(all, e)
			}
		}
	}
	return all, nil
}

// stages says where a link stands, and icons with what it is shown.
var (
	stages = map[fairlead.Stage]string{
		fairlead.StageWelcome: "Welcome page", fairlead.StageInstitution: "Choice of an institution", fairlead.StageConsent: "Consent page",
		fairlead.StageConversation: "Conversation with the institution", fairlead.StageAccounts: "Choice of accounts",
		fairlead.StageAcceptance: "Acceptance page", fairlead.StageRetrieving: "The first data is collected", fairlead.StageResult: "Result page",
	}
	stageIcons = map[fairlead.Stage]string{
		fairlead.StageWelcome: "user", fairlead.StageInstitution: "bank", fairlead.StageConsent: "shield", fairlead.StageConversation: "key",
		fairlead.StageAccounts: "product-accounts", fairlead.StageAcceptance: "shield", fairlead.StageRetrieving: "refresh", fairlead.StageResult: "check",
	}
	// steps says what a conversation wants of the person.
	steps = map[string]string{
		"login": "Login form", "token": "Form for a token", "code": "Form for a one-time code", "questions": "Security questions", "choice": "A choice",
		"coordinates": "Form for coordinates of a card", "qr": "QR code", "image": "Picture", "reader": "Card reader", "file": "Form for files",
		fairlead.StepSend: "At the institution's own pages", fairlead.StepWait: "Waiting for an approval or the institution",
		fairlead.StepTurn: "The institution answers",
	}
	// eventIcons are of the events that a timeline shows.
	eventIcons = map[fairlead.EventKind]string{
		fairlead.EventConnectionLinked: "check", fairlead.EventConsentGranted: "shield", fairlead.EventConsentFailed: "alert",
		fairlead.EventConsentRevoked: "shield", fairlead.EventInstitutionRequested: "search",
	}
	eventNames = map[fairlead.EventKind]string{
		fairlead.EventConnectionLinked: "Connected", fairlead.EventConsentGranted: "Consent granted", fairlead.EventConsentFailed: "The consent came to nothing",
		fairlead.EventConsentRevoked: "Consent revoked", fairlead.EventInstitutionRequested: "Looked for an institution that the list does not have",
	}
)

// timeline tells what became of a link: where it stood and for how long, and what was
// published of it.
func (v *view) timeline(link fairlead.Link, events []fairlead.Event) []happened {
	all := []happened{{at: link.Created, icon: "key", what: "Link made", detail: "by " + v.application(link.Application)}}
	if !link.Opened.IsZero() {
		all = append(all, happened{at: link.Opened, icon: "globe", what: "Opened for the first time", order: 1})
	}
	for n, m := range link.Trail {
		h := happened{at: m.At, icon: stageIcons[m.Stage], what: stages[m.Stage], order: 2 + n}
		if m.Step != "" {
			h.what = cmp.Or(steps[m.Step], words(m.Step))
		}
		if m.Step == fairlead.StepTurn {
			h.icon = "bank"
		}
		if m.Institution != "" && (n == 0 || link.Trail[n-1].Institution != m.Institution) {
			h.detail = v.institution(m.Institution)
		}
		if m.Again {
			h.mood, h.status = warm, "shown again"
		}
		if m.Problem != "" {
			h.mood, h.status, h.detail = bad, words(m.Problem), meanings[m.Problem]
		}
		until := link.Ended
		if n+1 < len(link.Trail) {
			until = link.Trail[n+1].At
		} else if until.IsZero() {
			until = v.now
		}
		h.took = max(until.Sub(m.At), 0)
		all = append(all, h)
	}
	for _, e := range events {
		if name := eventNames[e.Kind]; name != "" {
			h := happened{at: e.At, icon: eventIcons[e.Kind], what: name, order: 200}
			if e.Why != "" {
				h.mood, h.status = bad, words(e.Why)
			}
			switch {
			case e.Consent != "" && e.Kind != fairlead.EventConnectionLinked:
				h.ids = []string{string(e.Consent)}
			case e.Connection != "":
				h.ids = []string{string(e.Connection)}
			}
			all = append(all, h)
		}
	}
	if !link.Ended.IsZero() {
		h := happened{at: link.Ended, icon: "exit", what: endings(link), order: 300}
		if link.Reason != "" {
			h.mood, h.status, h.detail = linkMoods[link.Status], words(link.Reason), meanings[link.Reason]
		}
		all = append(all, h)
	}
	slices.SortStableFunc(all, func(a, b happened) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.order, b.order)) })
	return all
}

// clock writes when something of a timeline was: its day too, where that is another than
// the first one's.
func (h happened) clock(first happened) string {
	if h.at.UTC().Format(time.DateOnly) == first.at.UTC().Format(time.DateOnly) {
		return h.at.UTC().Format(time.TimeOnly)
	}
	return h.at.UTC().Format(time.DateTime)
}

// endings says how a link has ended.
func endings(link fairlead.Link) string {
	switch link.Status {
	case fairlead.LinkFinished:
		return "Finished"
	case fairlead.LinkFailed:
		return "Failed"
	case fairlead.LinkExpired:
		return "Its time was over"
	}
	if link.Withdrawn {
		return "Cancelled"
	}
	return "The person left"
}

func (c *Console) cancelLinkForm(v *view) error {
	link, err := c.o.Linking.Link(v.ctx, v.tenant.ID, fairlead.LinkID(v.r.PathValue("link")))
	if err != nil {
		return err
	}
	return v.page("links", "Cancel the link", certain(v, certainty{
		title: "Cancel the link", does: "The person's page says that the link has ended, and what they had begun is forgotten. This can't be undone.",
		what: string(link.ID), action: v.at("links", string(link.ID), "cancel"), button: "Cancel the link", back: v.at("links", string(link.ID)),
	}))
}

func (c *Console) cancelLink(v *view) error {
	id := fairlead.LinkID(v.r.PathValue("link"))
	if _, err := c.o.Linking.Link(v.ctx, v.tenant.ID, id); err != nil {
		return err
	}
	if _, err := c.o.Linking.Cancel(v.ctx, v.tenant.ID, id); err != nil {
		return err
	}
	return v.done("cancelled", v.at("links", string(id)))
}

// certainty is a page that has somebody make sure before something ends.
type certainty struct {
	title, does, what, action, button, back string
	points                                  []string // what it does, one by one
}

// redirect leads to another page of the console.
func (v *view) redirect(address string) error {
	v.w.Header().Set("Location", address)
	v.w.WriteHeader(http.StatusSeeOther)
	return nil
}
