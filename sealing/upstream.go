package sealing

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

// Upstream is Connection.Upstream: a keyed digest, bound to the tenant, of the name that a
// service has for a connection of a connector. "" for no name.
func Upstream(v vault.Vault, tenant fairlead.TenantID, connector, name string) string {
	if name == "" {
		return ""
	}
	return v.MAC(tenant, "upstream", connector, name)
}

// VisitName is the Token.Name of a visit (fairlead.VisitToken): a keyed digest, bound to
// the tenant, of the name that a service has for the visit.
func VisitName(v vault.Vault, tenant fairlead.TenantID, connector, name string) string {
	return v.MAC(tenant, "visit", connector, name)
}
