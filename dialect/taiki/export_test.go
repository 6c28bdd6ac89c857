package taiki

import "github.com/fairlead-dev/fairlead"

// What the external tests look into.
var (
	Status  = status
	AsGiven = asGiven
)

// NameOf names a document of an institution with its accounts.
func NameOf(d fairlead.Document, i fairlead.InstitutionID, accounts ...fairlead.Account) string {
	for _, a := range accounts {
		d.AccountRefs = append(d.AccountRefs, a.Ref)
	}
	return nameOf(paper{d, fairlead.Institution{ID: i}, accounts})
}
