package linking

import (
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestNothingCameWhereNoneOfWhatALinkIsForCame(t *testing.T) {
	t.Parallel()
	const accounts, statements, forms = fairlead.ProductAccounts, fairlead.ProductStatements, fairlead.ProductTaxForms
	begun := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	ready := fairlead.ProductState{Status: fairlead.ProductReady, LastGood: begun.Add(time.Minute)}
	older := fairlead.ProductState{Status: fairlead.ProductReady, LastGood: begun.Add(-24 * time.Hour)}
	missing := fairlead.ProductState{Status: fairlead.ProductUnavailable}
	broken := fairlead.ProductState{Status: fairlead.ProductFailed, Problem: &fairlead.Problem{Kind: fairlead.InstitutionDown}}
	type states = map[fairlead.Product]fairlead.ProductState
	for name, c := range map[string]struct {
		essential []fairlead.Product
		states    states
		refused   bool // the login
		want      fairlead.ErrorKind
	}{
		"all came":                     {nil, states{accounts: ready, statements: ready}, false, ""},
		"some came":                    {nil, states{accounts: ready, statements: broken}, false, ""},
		"none came":                    {nil, states{accounts: broken, statements: broken}, false, fairlead.InstitutionDown},
		"only what it is not for came": {[]fairlead.Product{statements, forms}, states{accounts: ready, statements: broken, forms: broken}, false, fairlead.InstitutionDown},
		"one that it is for came":      {[]fairlead.Product{statements, forms}, states{accounts: broken, statements: broken, forms: ready}, false, ""},
		"one failed, the person has not the other":       {[]fairlead.Product{statements, forms}, states{accounts: ready, statements: broken, forms: missing}, false, fairlead.InstitutionDown},
		"the person has none of it":                      {[]fairlead.Product{statements, forms}, states{accounts: ready, statements: missing, forms: missing}, false, ""},
		"the login is refused":                           {nil, states{accounts: older, statements: older}, true, fairlead.RejectedLogin},
		"the login is refused halfway":                   {nil, states{accounts: ready, statements: older}, true, ""},
		"the login is refused before all that it is for": {[]fairlead.Product{statements}, states{accounts: ready, statements: older}, true, fairlead.RejectedLogin},
	} {
		conn := fairlead.Connection{Status: fairlead.ConnectionActive, Products: c.states}
		if c.refused {
			conn.Status, conn.Problem = fairlead.ConnectionNeedsAction, &fairlead.Problem{Kind: fairlead.RejectedLogin}
		}
		why := whyNothing(conn, fairlead.Link{Created: begun, Spec: fairlead.Spec{Essential: c.essential}})
		if (why == nil) != (c.want == "") || why != nil && why.Kind != c.want {
			t.Errorf("%s: %+v, want %q", name, why, c.want)
		}
	}
}
