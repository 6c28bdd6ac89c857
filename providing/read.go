package providing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/lifecycle"
	"github.com/fairlead-dev/fairlead/store"
)

// Specified is a connector that takes a provider.
type Specified struct {
	Name string
	Spec connector.ProviderSpec
}

// Connectors lists those that take a provider of an environment, in the order of their names.
func (p *Providing) Connectors(e fairlead.Environment) []Specified {
	var out []Specified
	for _, c := range p.o.Registry.All() {
		if d := c.Describe(); d.Provider != nil && serves(d, e) {
			out = append(out, Specified{d.Name, *d.Provider})
		}
	}
	slices.SortFunc(out, func(a, b Specified) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Get reads a provider, or NotFound.
func (p *Providing) Get(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) (fairlead.Provider, error) {
	_, stored, err := p.read(ctx, tenant, id)
	return stored, in("reading a provider", err)
}

// Of reads a tenant's provider of a connector, or NotFound.
func (p *Providing) Of(ctx context.Context, tenant fairlead.TenantID, name string) (out fairlead.Provider, err error) {
	err = p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Providers.Find(tenant, store.By(store.ByConnector, name))
		return err
	})
	return out, in("reading a provider", found(err))
}

// List reads a page of a tenant's providers, in the order of ids.
func (p *Providing) List(ctx context.Context, tenant fairlead.TenantID, after fairlead.ProviderID, limit int) (out []fairlead.Provider, err error) {
	err = p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		out, err = tx.Providers.List(tenant, store.Query{After: string(after), Limit: limit})
		return err
	})
	return out, in("listing providers", err)
}

func (p *Providing) read(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) (t fairlead.Tenant, stored fairlead.Provider, err error) {
	err = p.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		if t, err = tx.Tenants.Get(tenant); err != nil {
			return err
		}
		stored, err = tx.Providers.Get(tenant, string(id))
		return err
	})
	return t, stored, found(err)
}

// found says in words that there is no such provider.
func found(err error) error {
	if fairlead.Is(err, fairlead.NotFound) {
		return fairlead.Errorf(fairlead.NotFound, "There is no such provider.")
	}
	return err
}

// shownOf is from how many characters on the last ones of a secret may be shown.
const shownOf = 12

// LastFour is the end of each key of a provider, by field; "" where a key is too short to
// show any of it.
func (p *Providing) LastFour(of fairlead.Provider) (map[string]string, error) {
	keys, err := p.keys(of)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(keys))
	for name, secret := range keys {
		out[name] = ""
		if text := []rune(strings.TrimSpace(secret.Reveal())); len(text) >= shownOf && !strings.Contains(string(text), "-----") {
			out[name] = string(text[len(text)-4:])
		}
	}
	return out, nil
}

// Delete ends a provider with its keys and the copy of its directory. While connections
// use it, it is a Conflict: they are disconnected first, each with its consent.
func (p *Providing) Delete(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) error {
	instant := p.o.Clock()
	err := p.o.Store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.Providers.Get(tenant, string(id))
		if err != nil {
			return found(err)
		}
		using, err := p.using(tx, stored)
		if err != nil {
			return err
		}
		if using > 0 {
			return fairlead.Errorf(fairlead.Conflict, "%s of this tenant %s this provider. Disconnect %s first: without it nothing more can be collected there.",
				count(using), verb(using), pronoun(using))
		}
		_, now, err := lifecycle.TenantNow(tx, tenant, instant)
		if err != nil {
			return err
		}
		if err := tx.Providers.Delete(tenant, string(id)); err != nil {
			return err
		}
		if err := tx.Work.Due(refreshWork(stored, now)); err != nil { // which erases what is left of it
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: instant, Action: "provider.delete", Subject: string(id)})
	})
	return in("deleting a provider", err)
}

// using counts the connections that have not ended and are read through a provider.
func (p *Providing) using(tx *store.Tx, of fairlead.Provider) (n int, err error) {
	uses, err := tx.Institutions.Uses(of.Tenant)
	for id, connections := range uses {
		described, unknown := p.o.Registry.Institution(of.Environment, string(id))
		if strings.HasPrefix(string(id), of.Connector+"_") || unknown == nil && described.Connector == of.Connector {
			n += connections
		}
	}
	return n, err
}

func count(n int) string {
	if n == 1 {
		return "A connection"
	}
	return fmt.Sprintf("%d connections", n)
}

func verb(n int) string {
	if n == 1 {
		return "uses"
	}
	return "use"
}

func pronoun(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// Refresh has the directory read anew at once.
func (p *Providing) Refresh(ctx context.Context, tenant fairlead.TenantID, id fairlead.ProviderID) (out fairlead.Provider, err error) {
	instant := p.o.Clock()
	err = p.o.Store.Update(ctx, func(tx *store.Tx) error {
		stored, err := tx.Providers.Get(tenant, string(id))
		if err != nil {
			return found(err)
		}
		_, now, err := lifecycle.TenantNow(tx, tenant, instant)
		if err != nil {
			return err
		}
		if stored.Directory.Started.IsZero() {
			stored.Directory.Begin(instant)
			if err := tx.Providers.Put(tenant, &stored); err != nil {
				return err
			}
		}
		out = stored
		if err := tx.Work.Due(refreshWork(stored, now)); err != nil {
			return err
		}
		return lifecycle.Audit(ctx, tx, fairlead.AuditEntry{Tenant: tenant, At: instant, Action: "provider.refresh", Subject: string(id)})
	})
	return out, in("refreshing a directory", err)
}
