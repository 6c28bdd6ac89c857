package directory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

const (
	// usesLife is how long counted uses are good for ranking.
	usesLife = 5 * time.Minute
	// readingLife is how long an index is good while the service's list is being read, page
	// by page: it would be built anew for each.
	readingLife = 30 * time.Second
)

// snapshot is what one tenant offers, as an index and what is the tenant's own. It is
// never changed.
type snapshot struct {
	index       *index
	environment fairlead.Environment
	providers   []fairlead.ProviderID // of the index's sources; "": what connectors describe
	revisions   []revision            // that it was built of
	listings    []*listing
	key         string // of the index, in the cache
	built       time.Time
	uses        map[int32]int // connections by entry
	counted     time.Time     // uses
}

// revision is one state of a provider's directory.
type revision struct {
	provider fairlead.ProviderID
	priority int
	number   int64
	reading  bool // it is being read anew
}

// institution is an entry as the tenant has it.
func (s *snapshot) institution(entry int32) fairlead.Institution {
	e := s.index.entries[entry]
	i := *e.institution
	if i.Provider = s.providers[e.source]; i.Provider != "" && len(i.Environments) == 0 {
		i.Environments = []fairlead.Environment{s.environment}
	}
	return i
}

// snapshot is the present one of a tenant. It reads the tenant's providers, and all that
// they reach where that has changed; it must not run in a transaction that changes them.
func (d *Directory) snapshot(tx *store.Tx, tenant fairlead.Tenant) (*snapshot, error) {
	providers, err := d.providers(tx, tenant)
	if err != nil {
		return nil, err
	}
	r := d.cache.resident(tenant.ID)
	r.Lock()
	defer r.Unlock()
	now := d.now()
	snap := r.snapshot
	if snap == nil || !snap.serves(tenant.Environment, providers, now) {
		if snap, err = d.build(tx, tenant, providers, snap); err != nil {
			return nil, err
		}
	} else if now.Sub(snap.counted) >= usesLife {
		again := *snap
		snap = &again
	}
	if snap == r.snapshot {
		return snap, nil
	}
	if err := snap.count(tx, tenant.ID, now); err != nil {
		return nil, err
	}
	r.snapshot = snap
	d.cache.store(r, snap)
	return snap, nil
}

// providers are those of the tenant whose institutions can be linked, the preferred first.
func (d *Directory) providers(tx *store.Tx, tenant fairlead.Tenant) ([]fairlead.Provider, error) {
	list, err := tx.Providers.List(tenant.ID, store.Query{Limit: 1000})
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(p fairlead.Provider) bool {
		_, err := d.Connector(p.Connector)
		return err != nil || p.Environment != tenant.Environment
	})
	slices.SortFunc(list, func(a, b fairlead.Provider) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// serves reports whether the snapshot is of the present revisions, or near enough.
func (s *snapshot) serves(env fairlead.Environment, providers []fairlead.Provider, now time.Time) bool {
	if s.environment != env || len(s.revisions) != len(providers) {
		return false
	}
	for n, p := range providers {
		was := s.revisions[n]
		if was.provider != p.ID || was.priority != p.Priority {
			return false
		}
		if was.number != p.Directory.Revision && (p.Directory.Started.IsZero() || !was.reading || now.Sub(s.built) >= readingLife) {
			return false
		}
	}
	return true
}

// build makes a snapshot; what has not changed since the one before is taken from it.
func (d *Directory) build(tx *store.Tx, tenant fairlead.Tenant, providers []fairlead.Provider, before *snapshot) (*snapshot, error) {
	s := &snapshot{environment: tenant.Environment, built: d.now()}
	described := d.described(tenant.Environment).listings[0]
	key := []string{string(tenant.Environment)}
	add := func(l *listing, p fairlead.ProviderID) {
		s.listings, s.providers = append(s.listings, l), append(s.providers, p)
		key = append(key, fmt.Sprintf("%x", l.digest))
	}
	static := false
	for _, p := range providers {
		if !static && p.Priority >= 0 {
			add(described, "")
			static = true
		}
		l, err := d.listingOf(tx, p, before)
		if err != nil {
			return nil, err
		}
		add(l, p.ID)
		s.revisions = append(s.revisions, revision{p.ID, p.Priority, p.Directory.Revision, !p.Directory.Started.IsZero()})
	}
	if !static {
		add(described, "")
	}
	if len(providers) == 0 {
		s.key, s.index = key[0], d.described(tenant.Environment).index
		return s, nil
	}
	s.key = strings.Join(key, " ")
	s.index = d.cache.index(s.key, func() *index { return newIndex(s.listings) })
	return s, nil
}

// listingOf is what a provider reaches: the one before where nothing has changed, or one that
// another tenant has just so, or a new one.
func (d *Directory) listingOf(tx *store.Tx, p fairlead.Provider, before *snapshot) (*listing, error) {
	if before != nil {
		for n, was := range before.revisions {
			if was.provider == p.ID && was.number == p.Directory.Revision {
				return before.listingOf(before.revisions[n].provider), nil
			}
		}
	}
	l, err := readListing(tx, p)
	if err != nil {
		return nil, err
	}
	return d.cache.listing(l), nil
}

func (s *snapshot) listingOf(p fairlead.ProviderID) *listing {
	return s.listings[slices.Index(s.providers, p)]
}

// count counts which institutions the tenant's persons have connected.
func (s *snapshot) count(tx *store.Tx, tenant fairlead.TenantID, now time.Time) error {
	uses, err := tx.Institutions.Uses(tenant)
	if err != nil {
		return err
	}
	s.uses, s.counted = make(map[int32]int, len(uses)), now
	for id, n := range uses {
		if entry, ok := s.index.byID[id]; ok {
			s.uses[entry] = n
		}
	}
	return nil
}
