package directory

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// listing are the institutions of one source: what connectors describe, or what one provider
// reaches. Tenants whose providers reach the same share one.
type listing struct {
	digest       [sha256.Size]byte
	institutions []fairlead.Institution // without Provider, which each tenant has of its own
	bytes        int                    // about
}

// pageSize is how many institutions are read at once.
const pageSize = 1000

// readListing reads what a provider reaches, page by page.
func readListing(tx *store.Tx, p fairlead.Provider) (*listing, error) {
	l := &listing{}
	sum := sha256.New()
	encoder := json.NewEncoder(sum)
	texts, sets := interned{}, internedSets{}
	var after fairlead.InstitutionID
	for {
		page, err := tx.Institutions.List(p.Tenant, p.ID, after, pageSize)
		if err != nil {
			return nil, err
		}
		l.institutions = slices.Grow(l.institutions, len(page))
		for _, i := range page {
			i.Provider, i.Connector = "", p.Connector
			if err := encoder.Encode(i); err != nil {
				return nil, err
			}
			texts.intern(&i)
			sets.intern(&i)
			l.bytes += weight(&i)
			l.institutions = append(l.institutions, i)
		}
		if len(page) < pageSize {
			sum.Sum(l.digest[:0])
			return l, nil
		}
		after = page[len(page)-1].ID
	}
}

// weight is about how many bytes an institution takes, without what is interned.
func weight(i *fairlead.Institution) int {
	n := 420 + 2*len(i.ID) + len(i.ShortName) + len(i.Name) + len(i.Logo) + len(i.Website) + len(i.Ref) + len(i.LogoHash)
	for _, c := range i.Codes {
		n += 40 + len(c.Value)
	}
	for _, name := range i.OtherNames {
		n += 20 + len(name)
	}
	return n
}

// interned are texts that thousands of institutions have, each once.
type interned map[string]string

func (in interned) intern(i *fairlead.Institution) {
	for _, s := range []*string{&i.Country, &i.Connector, &i.Colour, &i.Currency} {
		if same, ok := in[*s]; ok {
			*s = same
		} else {
			in[*s] = *s
		}
	}
	for n := range i.Codes {
		c := &i.Codes[n]
		if same, ok := in[c.Scheme]; ok {
			c.Scheme = same
		} else {
			in[c.Scheme] = c.Scheme
		}
	}
}

// internedSets are lists that thousands of institutions have, each once.
type internedSets struct {
	products     map[string][]fairlead.Product
	logins       map[string][]fairlead.LoginKind
	persons      map[string][]fairlead.PersonKind
	environments map[string][]fairlead.Environment
}

func (in *internedSets) intern(i *fairlead.Institution) {
	i.Products = internSet(&in.products, i.Products)
	i.Logins = internSet(&in.logins, i.Logins)
	i.Persons = internSet(&in.persons, i.Persons)
	i.Environments = internSet(&in.environments, i.Environments)
}

func internSet[T ~string](sets *map[string][]T, set []T) []T {
	if len(set) == 0 {
		return nil
	}
	var key strings.Builder
	for _, v := range set {
		key.WriteString(string(v))
		key.WriteByte(' ')
	}
	if same, ok := (*sets)[key.String()]; ok {
		return same
	}
	if *sets == nil {
		*sets = map[string][]T{}
	}
	(*sets)[key.String()] = slices.Clip(set)
	return set
}
