package console

import (
	"net/url"
	"path"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

func (c *Console) searchRoutes() []route {
	return []route{{"GET " + tenantPath + "/search", fairlead.PermissionView, c.search}}
}

// hits is what a search found.
type hits struct {
	person       *fairlead.Person
	application  *fairlead.Application
	institutions []fairlead.Institution
}

// maxSearch bounds what is searched for, in bytes: an address with a token fits.
const maxSearch = 500

// search leads to what an id, a token or an address names, or lists what a reference or a
// name may mean. Each is looked up by an index.
func (c *Console) search(v *view) error {
	q := strings.TrimSpace(v.query("q"))
	if q == "" || len(q) > maxSearch {
		return v.page("", "Search", search(v, q, hits{}))
	}
	if address, err := c.named(v, q); err != nil || address != "" {
		if err == nil {
			err = v.redirect(address)
		}
		return err
	}
	found, err := c.find(v, q)
	if err != nil {
		return err
	}
	if found.person != nil && found.application == nil && len(found.institutions) == 0 {
		return v.redirect(v.at("people", string(found.person.ID)))
	}
	return v.page("", "Search", search(v, q, found))
}

// named is the page of what q names alone: an id, a link's token, or an address with one;
// "": it names nothing.
func (c *Console) named(v *view, q string) (address string, err error) {
	if there, err := c.exists(v, q); there && err == nil {
		return v.pageOf(q), nil
	} else if err != nil && !fairlead.Is(err, fairlead.NotFound) {
		return "", err
	}
	token := q
	if u, err := url.Parse(q); err == nil && strings.Contains(u.Path, "/") {
		token = path.Base(u.Path)
		if there, err := c.exists(v, token); there && err == nil {
			return v.pageOf(token), nil
		}
	}
	link, err := c.o.Linking.OfToken(v.ctx, v.tenant.ID, token)
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return v.at("links", string(link.ID)), nil
}

// exists reports whether there is what an id names, and it has a page.
func (c *Console) exists(v *view, name string) (there bool, err error) {
	if v.pageOf(name) == "" {
		return false, nil
	}
	tenant := v.tenant.ID
	switch sectionOf(name) {
	case "links":
		_, err = c.o.Linking.Link(v.ctx, tenant, fairlead.LinkID(name))
	case "connections":
		_, err = c.o.Reading.Connection(v.ctx, tenant, fairlead.ConnectionID(name))
	case "people":
		_, err = c.o.Reading.Person(v.ctx, tenant, name)
	case "applications":
		_, err = c.o.Access.Application(v.ctx, tenant, fairlead.ApplicationID(name))
	case "collections":
		_, err = c.o.Reading.Collection(v.ctx, tenant, fairlead.CollectionID(name))
	case "consents":
		_, err = c.o.Reading.Consent(v.ctx, tenant, fairlead.ConsentID(name))
	case "events":
		_, err = c.o.Notifying.Event(v.ctx, tenant, fairlead.EventID(name))
	case "deliveries":
		_, err = c.o.Notifying.Delivery(v.ctx, tenant, fairlead.DeliveryID(name))
	default:
		_, err = c.o.Reading.ConnectionOf(v.ctx, tenant, fairlead.RecordID(name))
	}
	return err == nil, err
}

// find looks for who has a reference, and for what has a name.
func (c *Console) find(v *view, q string) (out hits, err error) {
	p, err := c.o.Reading.Person(v.ctx, v.tenant.ID, q)
	if err == nil {
		out.person = &p
	} else if !fairlead.Is(err, fairlead.NotFound) {
		return out, err
	}
	a, err := c.o.Access.ApplicationNamed(v.ctx, v.tenant.ID, q)
	if err == nil {
		out.application = &a
	} else if !fairlead.Is(err, fairlead.NotFound) {
		return out, err
	}
	i, err := c.o.Reading.Institution(v.ctx, v.tenant.ID, q)
	if err == nil {
		out.institutions = []fairlead.Institution{i}
		return out, nil
	}
	if !fairlead.Is(err, fairlead.NotFound) {
		return out, err
	}
	out.institutions, err = c.o.Reading.Institutions(v.ctx, v.tenant.ID, reading.Search{Text: q, Limit: 20})
	return out, err
}

// where tells an institution from others of its name.
func where(i fairlead.Institution) string {
	if i.Country == "" {
		return string(i.ID)
	}
	return string(i.ID) + ", " + i.Country
}
