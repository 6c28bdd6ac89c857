package flanks

import "github.com/fairlead-dev/fairlead"

// newerRoutes is every call of Connect v2 and Aggregation v2. The vendor's page about
// filters makes a session at an address of its own; both are served.
func (f *Flanks) newerRoutes() map[string]route {
	const (
		read = fairlead.AccessScopeRead
		link = fairlead.AccessScopeLink
	)
	return map[string]route{
		"POST /connect/v2/connectors/list-connectors": {read, f.listConnectors, connectRefusal},
		"POST /connect/v2/sessions/create-session":    {link, f.createSession, connectRefusal},
		"POST /v2/connect/sessions":                   {link, f.createSession, connectRefusal},
		"POST /connect/v2/sessions/list-sessions":     {read, f.listSessions, connectRefusal},
	}
}
