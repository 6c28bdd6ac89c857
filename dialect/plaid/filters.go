package plaid

import (
	"encoding/json"
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// filters are the accounts that a link lets through: the vendor's subtypes by the vendor's
// types, of which one that is not there lets nothing through. Nil: all pass.
type filters map[string][]string

// allSubtypes is the vendor's word for every subtype of a type.
const allSubtypes = "all"

// readFilters reads account_filters as a request has them.
func readFilters(raw json.RawMessage) (filters, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	var given map[string]*struct {
		Subtypes []string `json:"account_subtypes"`
	}
	if json.Unmarshal(raw, &given) != nil {
		return nil, invalidField("account_filters", "must be an object of account types, each with a list account_subtypes")
	}
	out := filters{}
	for kind, of := range given {
		switch {
		case !slices.Contains([]string{"depository", "credit", "loan", "investment", "other"}, kind):
			return nil, invalidField("account_filters", "must name depository, credit, loan, investment or other")
		case of == nil: // as if it were not there
			continue
		case len(of.Subtypes) == 0:
			return nil, invalidField("account_filters."+kind+".account_subtypes", "must name at least one subtype, or all")
		}
		out[kind] = of.Subtypes
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}

// pass reports whether an account is let through.
func (f filters) pass(a fairlead.Account) bool {
	if f == nil {
		return true
	}
	of := f[typesOf[a.Kind]]
	return slices.Contains(of, allSubtypes) || slices.Contains(of, deref(subtypeOf(a)))
}

// filters are those of a link's account_filters.
func (s state) filters() filters {
	f, err := readFilters(s.Filters)
	if err != nil {
		return nil // it was checked when the link was made
	}
	return f
}
