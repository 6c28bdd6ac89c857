package console

import (
	"net/http"

	"github.com/fairlead-dev/fairlead"
)

func (c *Console) overviewRoutes() []route {
	return []route{
		{"GET /console", fairlead.PermissionView, c.start},
		{"GET " + tenantPath, fairlead.PermissionView, c.overview},
	}
}

// start leads to the one tenant that there is, or shows those to choose from.
func (c *Console) start(v *view) error {
	if len(v.tenants) == 1 {
		v.w.Header().Set("Location", join("t", v.tenants[0].Name))
		v.w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return v.page("", "Tenants", tenants(v))
}

func (c *Console) overview(v *view) error { return v.page("", "Overview", overview(v)) }
