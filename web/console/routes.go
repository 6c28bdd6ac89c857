package console

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// route is one address of the console: who may come there, and what answers.
type route struct {
	pattern string // as http.ServeMux has it
	needs   fairlead.Permission
	handle  func(*view) error
}

// tenantPath begins the address of every page of a tenant.
const tenantPath = "/console/t/{tenant}"

// routes is every address of the console but its static files.
func (c *Console) routes() []route {
	return slices.Concat(
		c.signInRoutes(),
		c.operatorRoutes(),
		c.overviewRoutes(),
		c.applicationRoutes(),
		c.templateRoutes(),
		c.endpointRoutes(),
		c.providerRoutes(),
		c.institutionRoutes(),
		c.eventRoutes(),
		c.auditRoutes(),
		c.linkRoutes(),
		c.connectionRoutes(),
		c.recordRoutes(),
		c.searchRoutes(),
		c.sandboxRoutes(),
	)
}
