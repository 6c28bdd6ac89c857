package flanks

import "github.com/fairlead-dev/fairlead"

// newerRoutes is every call of Connect v2 and Aggregation v2. The vendor's page about
// filters makes a session at an address of its own; both are served.
func (f *Flanks) newerRoutes() map[string]route {
	const (
		read = fairlead.AccessScopeRead
		link = fairlead.AccessScopeLink
		// Labels are the application's own words about data: whoever may have data fetched may set them.
		collect = fairlead.AccessScopeCollect
	)
	return map[string]route{
		"POST /connect/v2/connectors/list-connectors": {read, f.listConnectors, connectRefusal},
		"POST /connect/v2/sessions/create-session":    {link, f.createSession, connectRefusal},
		"POST /v2/connect/sessions":                   {link, f.createSession, connectRefusal},
		"POST /connect/v2/sessions/list-sessions":     {read, f.listSessions, connectRefusal},
		"POST /aggregation/v2/list-products":          {read, f.listProducts, connectRefusal},
		"POST /aggregation/v2/list-transactions":      {read, f.listTransactions, connectRefusal},
		"POST /aggregation/v2/set-product-labels":     {collect, f.setProductLabels, connectRefusal},
		"POST /aggregation/v2/set-transaction-labels": {collect, f.setTransactionLabels, connectRefusal},
	}
}
