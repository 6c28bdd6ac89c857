package collecting

import "github.com/fairlead-dev/fairlead"

// Independent reports whether a collection touches nothing that those of other connections
// touch, so that it does not matter which of them runs first: nobody counts their calls
// together. The work's concurrency key is its institution.
func (c *Collecting) Independent(w fairlead.Work) bool {
	institution, err := c.o.Directory.Registry.Institution(fairlead.Sandbox, w.ConcurrencyKey)
	if err != nil {
		return false // a provider lists it, and the account there is one for all
	}
	connector, err := c.o.Directory.Connector(institution.Connector)
	if err != nil {
		return false
	}
	d := connector.Describe()
	return d.Provider == nil && d.Quota == nil
}
