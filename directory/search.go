package directory

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Search says which institutions are wanted. Accents, case, the order of words and small
// typing errors are forgiven.
type Search struct {
	Text     string
	Country  string             // ISO 3166 alpha-2; those that are everywhere are found too
	Product  fairlead.Product   // that offer it
	Products []fairlead.Product // that offer one of them at least
	Spec     *fairlead.Spec     // that a link of the spec lets the person choose; nil: all
	Near     []string           // countries whose institutions come first among equals
	After    fairlead.InstitutionID
	Skip     int // so many of what is found (after After) are left out
	Limit    int // 0: 50, at most 500
}

const defaultResults, maxResults = 50, 500

// Found is a page of a search.
type Found struct {
	Institutions []fairlead.Institution
	Total        int  // that the search finds, on all pages
	More         bool // there is a page after this one
	// Nearest are a few that the text may mean, where the search finds nothing.
	Nearest []fairlead.Institution
}

// Search finds institutions that the tenant offers, a page of them: the best match first;
// of equals those of a near country, then those that the tenant's persons have connected
// most often, then the popular ones, then by name. A bank that several providers reach is
// there once, by the one that comes first in their Priority.
//
// After is the last institution of the page before (one that is offered no longer does
// too). Errors: Invalid where it is none of the search.
func (d *Directory) Search(tx *store.Tx, tenant fairlead.Tenant, s Search) (Found, error) {
	snap, err := d.snapshot(tx, tenant)
	if err != nil {
		return Found{}, err
	}
	memory := searchMemories.Get().(*searchMemory)
	defer searchMemories.Put(memory)
	keys, err := snap.find(s, memory)
	if err != nil {
		return Found{}, err
	}
	total := len(keys.all)
	rest := keys.all[keys.begin:]
	rest = rest[min(max(s.Skip, 0), len(rest)):]
	limit := min(s.Limit, maxResults)
	if limit <= 0 {
		limit = defaultResults
	}
	out := Found{Total: total, More: len(rest) > limit}
	for _, key := range rest[:min(limit, len(rest))] {
		out.Institutions = append(out.Institutions, snap.institution(key.entry()))
	}
	if total == 0 && strings.TrimSpace(s.Text) != "" {
		out.Nearest = snap.nearest(s, memory)
	}
	return out, nil
}

// sortKey orders results: by score, near country, uses (the highest first), and then as
// entries are ordered. The entry itself is its lowest part.
type sortKey uint64

const (
	usesBits = 21
	maxUses  = 1<<usesBits - 1
)

func newSortKey(score int, near bool, uses int, entry int32) sortKey {
	k := uint64(score)<<(33+usesBits) | uint64(min(uses, maxUses))<<32
	if near {
		k |= 1 << (32 + usesBits)
	}
	return sortKey(^k&^math.MaxUint32 | uint64(entry))
}

func (k sortKey) entry() int32 { return int32(k & math.MaxUint32) }

// results are all that a search finds, in order, and where its page begins.
type results struct {
	all   []sortKey
	begin int
}

// find runs a search on the index. What it returns is good until the memory is used again.
func (s *snapshot) find(q Search, memory *searchMemory) (results, error) {
	f := s.index.filter(q)
	hits := s.index.match(q.Text, memory)
	grouped := map[int32]int{} // score of a bank that several sources have
	out := results{all: memory.keys[:0]}
	for entry, score := range hits.each() {
		if g := s.index.entries[entry].group; g >= 0 {
			grouped[g] = max(grouped[g], score)
		} else if f.passes(entry) {
			out.all = append(out.all, s.sortKey(f, entry, score))
		}
	}
	for g, score := range grouped {
		if entry, ok := f.first(g); ok {
			out.all = append(out.all, s.sortKey(f, entry, score))
		}
	}
	slices.Sort(out.all)
	memory.keys = out.all
	if q.After == "" {
		return out, nil
	}
	last, known := s.index.byID[q.After]
	if !known {
		return out, unknownCursor()
	}
	score, hit := hits.score(last)
	if g := s.index.entries[last].group; g >= 0 {
		score, hit = grouped[g]
	}
	if !hit {
		return out, unknownCursor()
	}
	out.begin, _ = slices.BinarySearch(out.all, s.sortKey(f, last, score)+1)
	return out, nil
}

func unknownCursor() error {
	return fairlead.InvalidField("after", "unknown", "must be the cursor of a page of the same search")
}

// sortKey is the order of an entry: uses count for the bank, whichever way it was reached.
func (s *snapshot) sortKey(f filter, entry int32, score int) sortKey {
	e := s.index.entries[entry]
	uses := s.uses[entry]
	if e.group >= 0 && len(s.uses) > 0 {
		uses = 0
		for _, member := range s.index.groups[e.group] {
			uses += s.uses[member]
		}
	}
	return newSortKey(score, f.isNear(e.country), uses, entry)
}

// filter is what an institution must be like, whatever it is called.
type filter struct {
	index     *index
	country   string
	product   productSet // all of them
	products  productSet // one of them at least; 0: any
	near      []string
	countries []string       // of a spec
	listed    map[int32]bool // of a spec; nil: all
	noFiles   bool           // of a spec
	wanted    productSet     // of a spec: one of them at least; 0: any
	essential productSet     // of a spec: likewise
	none      bool           // nothing passes
}

func (x *index) filter(q Search) filter {
	f := filter{index: x, country: strings.ToUpper(q.Country), near: q.Near}
	var known bool
	if q.Product != "" {
		f.product, known = productsOf([]fairlead.Product{q.Product})
		f.none = !known
	}
	if len(q.Products) > 0 {
		f.products, known = productsOf(q.Products)
		f.none = f.none || !known
	}
	if q.Spec == nil {
		return f
	}
	f.countries, f.noFiles = q.Spec.Countries, q.Spec.NoFiles
	if len(q.Spec.Products) > 0 {
		f.wanted, known = productsOf(q.Spec.Products)
		f.none = f.none || !known
	}
	if len(q.Spec.Essential) > 0 {
		f.essential, known = productsOf(q.Spec.Essential)
		f.none = f.none || !known
	}
	if len(q.Spec.Institutions) > 0 {
		f.listed = make(map[int32]bool, len(q.Spec.Institutions))
		for _, id := range q.Spec.Institutions {
			if entry, ok := x.byID[id]; ok {
				f.listed[entry] = true
			}
		}
	}
	return f
}

func (f *filter) passes(entry int32) bool {
	e := &f.index.entries[entry]
	return !e.gone && !f.none &&
		(f.country == "" || e.country == "" || e.country == f.country) &&
		e.products&f.product == f.product && (f.products == 0 || e.products&f.products != 0) &&
		(f.wanted == 0 || e.products&f.wanted != 0) && (f.essential == 0 || e.products&f.essential != 0) &&
		(f.listed == nil || f.listed[entry]) &&
		(len(f.countries) == 0 || e.country == "" || slices.Contains(f.countries, e.country)) &&
		!(f.noFiles && e.files)
}

// first is the way to a bank that comes first of those that pass.
func (f *filter) first(group int32) (int32, bool) {
	for _, entry := range f.index.groups[group] {
		if f.passes(entry) {
			return entry, true
		}
	}
	return 0, false
}

func (f *filter) isNear(country string) bool {
	return len(f.near) > 0 && (country == "" || slices.Contains(f.near, country))
}

// productSet has a bit for each product.
type productSet uint32

// productsOf is the set of products; false: none of them is known.
func productsOf(list []fairlead.Product) (set productSet, known bool) {
	for n, p := range fairlead.Products() {
		if slices.Contains(list, p) {
			set |= 1 << n
		}
	}
	return set, set != 0
}

// Countries are those that a link of the spec lets the person choose institutions of, the
// one with the most first.
func (d *Directory) Countries(tx *store.Tx, tenant fairlead.Tenant, spec fairlead.Spec) ([]string, error) {
	snap, err := d.snapshot(tx, tenant)
	if err != nil {
		return nil, err
	}
	f := snap.index.filter(Search{Spec: &spec})
	counts := map[string]int{}
	var out []string
	for _, c := range snap.index.countries {
		for _, entry := range c.entries {
			if f.passes(entry) {
				counts[c.code]++
			}
		}
		if counts[c.code] > 0 {
			out = append(out, c.code)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return out, nil
}

// several reports whether a link of the spec offers two banks at least.
func (s *snapshot) several(spec fairlead.Spec) bool {
	f := s.index.filter(Search{Spec: &spec})
	found := int32(-1)
	for n := range int32(len(s.index.entries)) {
		entry := n
		if !f.passes(entry) {
			continue
		}
		if g := s.index.entries[n].group; g >= 0 {
			entry, _ = f.first(g)
		}
		if found >= 0 && found != entry {
			return true
		}
		found = entry
	}
	return false
}

// named is the one bank that is offered under a short name or code.
func (x *index) named(name string) (int32, bool) {
	all := x.filter(Search{})
	found := int32(-1)
	for _, key := range []string{name, strings.ToLower(name)} {
		for _, entry := range x.byName[key] {
			if x.entries[entry].gone {
				continue
			}
			if g := x.entries[entry].group; g >= 0 {
				entry, _ = all.first(g)
			}
			if found >= 0 && found != entry {
				return 0, false
			}
			found = entry
		}
	}
	return found, found >= 0
}
