package lifecycle

import (
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// FindPerson finds a person by id, or by the application's own reference, or is
// a new one, who is not written (Version 0). Without either it is an anonymous
// new one, whose reference is the id. NotFound: there is nobody of that id.
func FindPerson(tx *store.Tx, t fairlead.Tenant, wall time.Time, id fairlead.PersonID, reference string) (fairlead.Person, error) {
	switch {
	case id != "":
		return tx.Persons.Get(t.ID, string(id))
	case reference != "":
		p, err := tx.Persons.Find(t.ID, store.By(store.ByReference, reference))
		if !fairlead.Is(err, fairlead.NotFound) {
			return p, err
		}
	}
	return newPerson(tx, t, wall, reference)
}

// newPerson is a person not known before. The id of an erased one is not given again.
func newPerson(tx *store.Tx, t fairlead.Tenant, wall time.Time, reference string) (fairlead.Person, error) {
	p := fairlead.Person{Tenant: t.ID, Reference: reference}
	if reference == "" {
		p.ID = fairlead.PersonID(fairlead.NewID("per", wall))
		p.Reference = string(p.ID)
		return p, nil
	}
	parts := []string{reference}
	for n := 1; ; n++ {
		p.ID = fairlead.PersonID(t.IDFor("per", wall, parts...))
		used, err := tx.Links.List(t.ID, store.Query{Where: []store.Match{store.By(store.ByPerson, string(p.ID))}, Limit: 1})
		if err != nil || len(used) == 0 {
			return p, err
		}
		parts = []string{reference, strconv.Itoa(n)}
	}
}
