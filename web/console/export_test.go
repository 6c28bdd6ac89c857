package console

import "github.com/fairlead-dev/fairlead"

// Route is one row of the table of routes.
type Route struct {
	Pattern string
	Needs   fairlead.Permission
}

// Routes is the table of routes.
func (c *Console) Routes() (out []Route) {
	for _, r := range c.routes() {
		out = append(out, Route{r.pattern, r.needs})
	}
	return out
}
