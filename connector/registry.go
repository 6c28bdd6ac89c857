package connector

import (
	"fmt"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// Registry knows which connector serves which institution. It is built once, at
// start, and never changes.
type Registry struct {
	connectors   map[string]Connector
	institutions []fairlead.Institution // in order of name
	byName       map[string]int         // id and short name → index in institutions
}

// NewRegistry lets every connector describe itself. Two institutions of one
// id or short name, or two connectors of one name, are a mistake of the build.
func NewRegistry(connectors ...Connector) (*Registry, error) {
	r := &Registry{connectors: map[string]Connector{}, byName: map[string]int{}}
	for _, c := range connectors {
		d := c.Describe()
		if _, taken := r.connectors[d.Name]; taken {
			return nil, fmt.Errorf("connector: two connectors are named %q", d.Name)
		}
		r.connectors[d.Name] = c
		for _, i := range d.Institutions {
			i.Connector = d.Name
			r.institutions = append(r.institutions, i)
		}
	}
	slices.SortStableFunc(r.institutions, func(a, b fairlead.Institution) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	for n, i := range r.institutions {
		for _, name := range []string{string(i.ID), i.ShortName} {
			if _, taken := r.byName[name]; taken && name != "" {
				return nil, fmt.Errorf("connector: two institutions are named %q", name)
			}
			r.byName[name] = n
		}
	}
	delete(r.byName, "")
	return r, nil
}

// Institutions lists all that exist in an environment, in order of name.
func (r *Registry) Institutions(env fairlead.Environment) []fairlead.Institution {
	var out []fairlead.Institution
	for _, i := range r.institutions {
		if i.Serves(env) {
			out = append(out, i)
		}
	}
	return out
}

// Institution finds by id, short name, or — where it is the only one — by a
// public code (COMPE, BIC …), or answers NotFound.
func (r *Registry) Institution(env fairlead.Environment, name string) (fairlead.Institution, error) {
	if n, ok := r.byName[name]; ok && r.institutions[n].Serves(env) {
		return r.institutions[n], nil
	}
	var found []fairlead.Institution
	for _, i := range r.institutions {
		if i.Serves(env) && i.HasCode(name) {
			found = append(found, i)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return fairlead.Institution{}, fairlead.Errorf(fairlead.NotFound, "There is no such institution.")
}

// Connector returns the connector of a name, or NotFound.
func (r *Registry) Connector(name string) (Connector, error) {
	if c, ok := r.connectors[name]; ok {
		return c, nil
	}
	return nil, fairlead.Errorf(fairlead.NotFound, "There is no such connector.")
}

// All returns every connector.
func (r *Registry) All() []Connector {
	var out []Connector
	for _, c := range r.connectors {
		out = append(out, c)
	}
	return out
}
