package plaid

import "github.com/fairlead-dev/fairlead"

// Status is the table of errors, for its completeness.
var Status = status

// InstitutionID and OurInstitution are the two ways of an institution's id.
func InstitutionID(id fairlead.InstitutionID) string  { return institutionID(id) }
func OurInstitution(id string) fairlead.InstitutionID { return ourInstitution(id) }

// ItemKey is where the note of a connection is.
func ItemKey(id fairlead.ConnectionID, app fairlead.ApplicationID) string { return itemKey(id, app) }
