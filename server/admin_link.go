package server

import (
	"cmp"
	"context"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notifying"
)

// ListedConnection is a connection as an operator sees it: how it stands, and no data.
type ListedConnection struct {
	ID          fairlead.ConnectionID     `json:"id"`
	Person      string                    `json:"person"` // the application's reference; of an erased one the id
	Institution string                    `json:"institution"`
	Status      fairlead.ConnectionStatus `json:"status"`
	Problem     *fairlead.Problem         `json:"problem,omitempty"`
	Created     time.Time                 `json:"created"`
	Refreshed   time.Time                 `json:"refreshed,omitzero"`
}

func (s *Server) connectionList(ctx context.Context, p Params) (any, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	of := fairlead.PersonID("")
	if p.Person != "" {
		person, err := s.Verbs.Reading.Person(ctx, t.ID, p.Person)
		if err != nil {
			return nil, unknown("person", p.Person, err)
		}
		of = person.ID
	}
	out := []ListedConnection{}
	err = s.eachConnection(ctx, t.ID, of, func(c fairlead.Connection) error {
		out = append(out, ListedConnection{
			c.ID, cmp.Or(c.Reference, string(c.Person)), s.institutionName(ctx, t.ID, c.Institution), c.Status, bare(c.Problem), c.Created, c.Refreshed,
		})
		return nil
	})
	return out, err
}

// bare is a problem without what it says of a file, whose name is the person's.
func bare(p *fairlead.Problem) *fairlead.Problem {
	if p == nil {
		return nil
	}
	out := *p
	out.File, out.Fields, out.Accounts = nil, nil, nil
	return &out
}

// institutionName is an institution's name, or its id where it is not known any more.
func (s *Server) institutionName(ctx context.Context, tenant fairlead.TenantID, id fairlead.InstitutionID) string {
	if id == "" {
		return ""
	}
	i, err := s.Verbs.Reading.Institution(ctx, tenant, string(id))
	if err != nil {
		return string(id)
	}
	return i.Name
}

func (s *Server) personErase(ctx context.Context, p Params) (any, error) {
	t, err := s.tenantNamed(ctx, p)
	if err != nil {
		return nil, err
	}
	person, err := s.Verbs.Reading.Person(ctx, t.ID, p.Person)
	if err != nil {
		return nil, unknown("person", p.Person, err)
	}
	return person, s.Verbs.Erasing.ErasePerson(ctx, t.ID, person.ID, "operator")
}

// ShownLink is a link as an operator who looks for what went wrong sees it. What the person
// typed is no part of it.
type ShownLink struct {
	ID          fairlead.LinkID         `json:"id"`
	Tenant      string                  `json:"tenant"`
	Application string                  `json:"application"`
	Person      string                  `json:"person"`
	Status      fairlead.LinkStatus     `json:"status"`
	Stage       fairlead.Stage          `json:"stage"`
	Step        string                  `json:"step,omitempty"` // of a login: form, send or wait
	Rounds      int                     `json:"rounds"`         // of its logins
	Wrong       int                     `json:"wrong"`          // answers that were refused
	Institution string                  `json:"institution,omitempty"`
	Reason      fairlead.ErrorKind      `json:"reason,omitempty"`
	Problem     *fairlead.Problem       `json:"problem,omitempty"`
	Connections []fairlead.ConnectionID `json:"connections"`
	Created     time.Time               `json:"created"`
	Opened      time.Time               `json:"opened,omitzero"`
	Expires     time.Time               `json:"expires"`
	Ended       time.Time               `json:"ended,omitzero"`
	Events      []ShownEvent            `json:"events"`
}

// ShownEvent is an event of a link.
type ShownEvent struct {
	ID     fairlead.EventID   `json:"id"`
	Type   fairlead.EventKind `json:"type"`
	At     time.Time          `json:"at"`
	Status string             `json:"status,omitempty"`
	Reason fairlead.ErrorKind `json:"reason,omitempty"`
}

// linkShow finds a link by its id, whosever it is: a page shows the id as the reference of a
// failure, and who reads it to the operator does not know the tenant.
func (s *Server) linkShow(ctx context.Context, p Params) (any, error) {
	for t, err := range s.Verbs.Access.AllTenants(ctx) {
		if err != nil {
			return nil, err
		}
		link, err := s.Verbs.Linking.Link(ctx, t.ID, fairlead.LinkID(p.Link))
		if fairlead.Is(err, fairlead.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return s.shownLink(ctx, t, link)
	}
	return nil, fairlead.Errorf(fairlead.NotFound, "There is no link %s. A link's id begins with lnk_; the reference on a page is one.", p.Link)
}

func (s *Server) shownLink(ctx context.Context, t fairlead.Tenant, l fairlead.Link) (ShownLink, error) {
	out := ShownLink{
		ID: l.ID, Tenant: t.Name, Application: string(l.Application), Person: cmp.Or(l.Reference, string(l.Person)), Status: l.Status, Stage: l.Stage,
		Rounds: l.Turns, Wrong: l.Wrong, Institution: s.institutionName(ctx, t.ID, l.Institution), Reason: l.Reason, Problem: bare(l.Problem),
		Connections: append([]fairlead.ConnectionID{}, l.Connections...), Created: l.Created, Opened: l.Opened, Expires: l.Expires, Ended: l.Ended,
		Events: []ShownEvent{},
	}
	if a, err := s.Verbs.Access.Application(ctx, t.ID, l.Application); err == nil {
		out.Application = a.Name
	}
	if c := l.Conversation; c != nil && !c.Done {
		out.Step = stepName(c.Step)
	}
	for _, subject := range append([]string{string(l.ID)}, connectionIDs(l)...) {
		q := notifying.EventQuery{}
		q.Subject, q.Limit = subject, 200
		events, err := s.Verbs.Notifying.Events(ctx, t.ID, q)
		if err != nil {
			return out, err
		}
		for _, e := range events {
			if e.Link == l.ID && !e.Kind.ForDialects() {
				out.Events = append(out.Events, ShownEvent{e.ID, e.Kind, e.At, e.Status, e.Why})
			}
		}
	}
	return out, nil
}

func connectionIDs(l fairlead.Link) (out []string) {
	for _, id := range l.Connections {
		out = append(out, string(id))
	}
	return out
}

// stepName is what kind of step a login stands at.
func stepName(s fairlead.Step) string {
	switch {
	case s.Form != nil:
		return "form"
	case s.Send != nil:
		return "send"
	case s.Wait != nil:
		return "wait"
	}
	return ""
}
