package taiki

import "github.com/fairlead-dev/fairlead"

// What the external tests look into.
var (
	Status  = status
	NameAll = nameAll
	AsGiven = asGiven
)

// Paper is a document of an institution with its accounts.
func Paper(d fairlead.Document, i fairlead.Institution, accounts ...fairlead.Account) paper {
	return paper{d, i, accounts}
}

type Papers = []paper
