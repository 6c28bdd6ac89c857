// Package directory is which institutions a tenant can choose from: those that
// connectors describe, and those that its providers reach.
//
// It owns finding one, searching, which way to a bank is shown where several lead there,
// and what a link of a spec offers. What the services list is a copy in the store;
// searching goes by an index in memory (index.go), which is read anew when the revision of
// a provider's directory has changed: one small read per search finds that out. It calls
// no service: package providing refreshes the copy.
package directory

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// Directory is safe for concurrent use.
type Directory struct {
	*connector.Registry
	store store.Store
	cache *cache
	now   func() time.Time // real time

	mutex  sync.Mutex
	static map[fairlead.Environment]*snapshot
}

// New builds the directory on what connectors describe.
func New(registry *connector.Registry, s store.Store) *Directory {
	return &Directory{Registry: registry, store: s, cache: newCache(maxBytes), now: time.Now, static: map[fairlead.Environment]*snapshot{}}
}

// described is what connectors describe for an environment.
func (d *Directory) described(env fairlead.Environment) *snapshot {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if s, ok := d.static[env]; ok {
		return s
	}
	l := &listing{institutions: d.Institutions(env), digest: sha256.Sum256([]byte(env))}
	for n := range l.institutions {
		l.bytes += weight(&l.institutions[n])
	}
	s := &snapshot{environment: env, providers: []fairlead.ProviderID{""}, listings: []*listing{l}}
	s.index = newIndex(s.listings)
	d.static[env] = s
	return s
}

// Institution finds by id, short name, or, where it is the only one, by a public code
// (COMPE, BIC …), or answers NotFound. By its id one is found that is Gone, and one that
// is not shown because another provider reaches the same bank.
func (d *Directory) Institution(tx *store.Tx, tenant fairlead.Tenant, name string) (fairlead.Institution, error) {
	i, err := d.Registry.Institution(tenant.Environment, name)
	if !fairlead.Is(err, fairlead.NotFound) {
		return i, err
	}
	if i, err = tx.Institutions.Get(tenant.ID, fairlead.InstitutionID(name)); !fairlead.Is(err, fairlead.NotFound) {
		return i, err
	}
	snap, failed := d.snapshot(tx, tenant)
	if failed != nil {
		return i, failed
	}
	if entry, ok := snap.index.named(name); ok {
		return snap.institution(entry), nil
	}
	return i, err
}

// Find is Institution in a transaction of its own.
func (d *Directory) Find(ctx context.Context, tenant fairlead.Tenant, name string) (i fairlead.Institution, err error) {
	if i, err = d.Registry.Institution(tenant.Environment, name); !fairlead.Is(err, fairlead.NotFound) {
		return i, err
	}
	err = d.store.View(ctx, func(tx *store.Tx) (err error) {
		i, err = d.Institution(tx, tenant, name)
		return err
	})
	return i, err
}

// Allows reports whether a link of the spec lets the person choose an institution, which
// is one of the tenant's (as Institution gives it). One that is not shown because another
// provider reaches the same bank may be chosen, too.
func (d *Directory) Allows(tx *store.Tx, tenant fairlead.Tenant, spec fairlead.Spec, i fairlead.Institution) (bool, error) {
	listed := len(spec.Institutions) == 0 || slices.Contains(spec.Institutions, i.ID)
	country := len(spec.Countries) == 0 || i.Country == "" || slices.Contains(spec.Countries, i.Country)
	offers := (len(spec.Products) == 0 || slices.ContainsFunc(spec.Products, i.Offers)) &&
		(len(spec.Essential) == 0 || slices.ContainsFunc(spec.Essential, i.Offers))
	switch {
	case i.ID == "", !listed, !country, !offers, spec.NoFiles && i.OnlyFiles(), !i.Gone.IsZero():
		return false, nil
	case i.Provider == "":
		return i.Serves(tenant.Environment), nil
	}
	p, err := tx.Providers.Get(tenant.ID, string(i.Provider))
	if fairlead.Is(err, fairlead.NotFound) {
		return false, nil
	}
	return err == nil && p.Environment == tenant.Environment, err
}

// Several reports whether a link of the spec leaves the person a choice.
func (d *Directory) Several(tx *store.Tx, tenant fairlead.Tenant, spec fairlead.Spec) (bool, error) {
	snap, err := d.snapshot(tx, tenant)
	if err != nil {
		return false, err
	}
	return snap.several(spec), nil
}

// Upload is the institution to which files are brought and nothing else, of those that a
// link of the spec lets the person choose; nil: there is none.
func (d *Directory) Upload(tenant fairlead.Tenant, spec fairlead.Spec) *fairlead.Institution {
	snap := d.described(tenant.Environment)
	f := snap.index.filter(Search{Spec: &spec})
	for n := range snap.index.entries {
		if f.passes(int32(n)) && snap.index.entries[n].files {
			i := snap.institution(int32(n))
			return &i
		}
	}
	return nil
}
