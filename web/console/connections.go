package console

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/collecting"
	"github.com/fairlead-dev/fairlead/linking"
	"github.com/fairlead-dev/fairlead/reading"
)

func (c *Console) connectionRoutes() []route {
	const one = tenantPath + "/connections/{connection}"
	return []route{
		{"GET " + tenantPath + "/connections", fairlead.PermissionView, c.connections},
		{"GET " + one, fairlead.PermissionView, c.connection},
		{"POST " + one + "/collect", fairlead.PermissionCollect, c.collect},
		{"GET " + one + "/disconnect", fairlead.PermissionErase, c.disconnectForm},
		{"POST " + one + "/disconnect", fairlead.PermissionErase, c.disconnect},
		{"GET " + tenantPath + "/collections/{collection}", fairlead.PermissionView, c.collection},
		{"GET " + tenantPath + "/people/{person}", fairlead.PermissionView, c.person},
		{"GET " + tenantPath + "/people/{person}/erase", fairlead.PermissionErase, c.erasePersonForm},
		{"POST " + tenantPath + "/people/{person}/erase", fairlead.PermissionErase, c.erasePerson},
	}
}

// connectionStatuses is the order in which they are offered to choose from.
var connectionStatuses = []fairlead.ConnectionStatus{
	fairlead.ConnectionNeedsAction, fairlead.ConnectionActive, fairlead.ConnectionCollecting, fairlead.ConnectionDisconnected,
}

func (c *Console) connections(v *view) error {
	f, err := v.filters()
	if err != nil {
		return err
	}
	institution, nowhere := fairlead.InstitutionID(""), false
	if name := v.query("institution"); name != "" {
		i, err := c.o.Reading.Institution(v.ctx, v.tenant.ID, name)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		institution, nowhere = i.ID, err != nil
	}
	var page reading.Page[fairlead.Connection]
	if !f.nobody && !nowhere {
		page, err = c.o.Reading.Connections(v.ctx, v.tenant.ID, reading.ListQuery{
			Application: fairlead.ApplicationID(v.query("application")), Person: f.person, Institution: institution,
			Status: fairlead.ConnectionStatus(v.query("status")), Newest: true, After: v.query("after"), Limit: listed,
		})
		if err != nil {
			return err
		}
	}
	// A sandbox derives ids, which say nothing of when: there a page at least is in order.
	slices.SortStableFunc(page.Data, func(a, b fairlead.Connection) int { return b.Created.Compare(a.Created) })
	return v.page("connections", "Connections", connections(v, f, page.Data, page.Next))
}

// connectionPage is what the page of a connection shows.
type connectionPage struct {
	connection  fairlead.Connection
	consent     fairlead.Consent // zero: it has none
	allowance   collecting.Allowance
	collections []fairlead.Collection
	next        string
}

func (v *view) connectionID() fairlead.ConnectionID {
	return fairlead.ConnectionID(v.r.PathValue("connection"))
}

func (c *Console) connection(v *view) error {
	p, err := c.readConnection(v)
	if err != nil {
		return err
	}
	return v.page("connections", "Connection", connectionDetail(v, p))
}

func (c *Console) readConnection(v *view) (p connectionPage, err error) {
	if p.connection, err = c.o.Reading.Connection(v.ctx, v.tenant.ID, v.connectionID()); err != nil {
		return p, err
	}
	if p.connection.Consent != "" {
		p.consent, err = c.o.Reading.Consent(v.ctx, v.tenant.ID, p.connection.Consent)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return p, err
		}
	}
	if p.allowance, err = c.o.Collecting.Allowance(v.ctx, v.tenant.ID, p.connection.ID); err != nil {
		return p, err
	}
	runs, err := c.o.Reading.Collections(v.ctx, v.tenant.ID, p.connection.ID, v.query("after"), 20)
	p.collections, p.next = runs.Data, runs.Next
	return p, err
}

// state is one product of a connection.
type state struct {
	product fairlead.Product
	fairlead.ProductState
}

// states are a connection's products, in the order in which they are collected.
func states(conn fairlead.Connection) (all []state) {
	for _, p := range fairlead.Products() {
		if s, wanted := conn.Products[p]; wanted {
			all = append(all, state{p, s})
		}
	}
	return all
}

// sums adds up what a collection did, over its products.
func sums(col fairlead.Collection) (out fairlead.ProductCounts) {
	for _, p := range fairlead.Products() {
		n, read := col.Products[p]
		if !read {
			continue
		}
		out.Pages, out.Added, out.Changed, out.Removed = out.Pages+n.Pages, out.Added+n.Added, out.Changed+n.Changed, out.Removed+n.Removed
		if out.Problem == nil {
			out.Problem = n.Problem
		}
	}
	return out
}

// took is how long a collection ran, or has run.
func (v *view) took(col fairlead.Collection) string {
	switch {
	case col.Started.IsZero():
		return "waits"
	case col.Ended.IsZero():
		return span(max(v.now.Sub(col.Started), 0)) + " so far"
	}
	return span(col.Ended.Sub(col.Started))
}

// period writes a span of days.
func period(i fairlead.Interval) string {
	switch {
	case i.From.IsZero() && i.To.IsZero():
		return "—"
	case i.From.IsZero():
		return "until " + i.To.String()
	}
	return i.From.String() + " – " + cmp.Or(i.To.String(), "now")
}

// left writes a quota in a sentence.
func (v *view) left(a collecting.Allowance) string {
	if a.Calls == 0 {
		return "not counted"
	}
	return fmt.Sprintf("%d of %d calls in %s", a.Left, a.Calls, span(a.Every))
}

// busy reports whether the page of a connection changes by itself.
func busy(conn fairlead.Connection) bool {
	return conn.Status == fairlead.ConnectionCollecting || len(conn.Waiting) > 0
}

func (c *Console) collect(v *view) error {
	err := c.o.Collecting.Request(v.ctx, v.tenant.ID, v.connectionID())
	if fairlead.Is(err, fairlead.RateLimited) || fairlead.Is(err, fairlead.Conflict) {
		v.refuse(err)
		return c.connection(v)
	}
	if err != nil {
		return err
	}
	return v.done("collecting", v.at("connections", string(v.connectionID())))
}

func (c *Console) disconnectForm(v *view) error {
	conn, err := c.o.Reading.Connection(v.ctx, v.tenant.ID, v.connectionID())
	if err != nil {
		return err
	}
	return v.page("connections", "Disconnect", certain(v, certainty{
		title: "Disconnect", what: v.belongs(v.institution(conn.Institution), conn.Reference),
		does: "This ends the connection, and can't be undone. To connect again, the person needs a new link.",
		points: []string{
			"The consent is revoked at the institution, where that can be done.", "The login and the key of this connection are erased: its documents and account numbers can't be opened any more.",
			"Records that were collected stay readable until the person is erased.", "The application is told by an event.",
		},
		action: v.at("connections", string(conn.ID), "disconnect"), button: "Disconnect", back: v.at("connections", string(conn.ID)),
	}))
}

func (c *Console) disconnect(v *view) error {
	id := v.connectionID()
	err := c.o.Consenting.Disconnect(v.ctx, v.tenant.ID, id, string(v.operator.ID), fairlead.ConsentRevokedByApplication)
	if err != nil {
		return err
	}
	return v.done("disconnected", v.at("connections", string(id)))
}

func (c *Console) collection(v *view) error {
	col, err := c.o.Reading.Collection(v.ctx, v.tenant.ID, fairlead.CollectionID(v.r.PathValue("collection")))
	if err != nil {
		return err
	}
	conn, err := c.o.Reading.Connection(v.ctx, v.tenant.ID, col.Connection)
	if err != nil {
		return err
	}
	return v.page("connections", "Collection", collectionDetail(v, conn, col))
}

// productRun is what a collection did with one product.
type productRun struct {
	product fairlead.Product
	fairlead.ProductCounts
}

func runs(col fairlead.Collection) (all []productRun) {
	for _, p := range fairlead.Products() {
		if n, read := col.Products[p]; read {
			all = append(all, productRun{p, n})
		}
	}
	return all
}

// personPage is what the page of a person shows.
type personPage struct {
	person      fairlead.Person
	connections reading.Page[fairlead.Connection]
	links       []fairlead.Link
	consents    reading.Page[fairlead.Consent]
}

func (c *Console) person(v *view) error {
	p, err := c.readPerson(v)
	if err != nil {
		return err
	}
	return v.page("connections", p.person.Reference, personDetail(v, p))
}

// refuse has the page say why something was not done.
func (v *view) refuse(err error) {
	e := &fairlead.Error{Kind: fairlead.KindOf(err), Detail: "That was not done."}
	if of, ok := errors.AsType[*fairlead.Error](err); ok && of.Kind != fairlead.Internal {
		e.Detail = of.Detail
	}
	v.problem = e
}

func (c *Console) readPerson(v *view) (p personPage, err error) {
	if p.person, err = c.o.Reading.Person(v.ctx, v.tenant.ID, v.r.PathValue("person")); err != nil {
		return p, err
	}
	q := reading.ListQuery{Person: p.person.ID, Newest: true, Limit: listed}
	if p.consents, err = c.o.Reading.Consents(v.ctx, v.tenant.ID, q); err != nil {
		return p, err
	}
	if p.links, err = c.o.Linking.Newest(v.ctx, v.tenant.ID, linking.ListQuery{Person: p.person.ID, Limit: 10}); err != nil {
		return p, err
	}
	q.After = v.query("after")
	p.connections, err = c.o.Reading.Connections(v.ctx, v.tenant.ID, q)
	return p, err
}

func (c *Console) erasePersonForm(v *view) error {
	p, err := c.o.Reading.Person(v.ctx, v.tenant.ID, v.r.PathValue("person"))
	if err != nil {
		return err
	}
	return v.page("connections", "Erase the person", certain(v, certainty{
		title: "Erase the person", what: p.Reference, does: "This erases everything about " + p.Reference + " in this tenant, and can't be undone.",
		points: []string{
			"Their open links end, and their connections are disconnected.",
			"Accounts, transactions, documents and all else that institutions gave is erased in the background. Applications see in their feeds that it was removed.",
			"Their name is taken out of events and deliveries.", "The audit trail stays: it names ids only.",
		},
		action: v.at("people", string(p.ID), "erase"), button: "Erase " + p.Reference, back: v.at("people", string(p.ID)),
	}))
}

func (c *Console) erasePerson(v *view) error {
	p, err := c.o.Reading.Person(v.ctx, v.tenant.ID, v.r.PathValue("person"))
	if err == nil {
		err = c.o.Erasing.ErasePerson(v.ctx, v.tenant.ID, p.ID, string(v.operator.ID))
	}
	if err != nil {
		return err
	}
	return v.done("erased", v.at("connections"))
}
