package fairlead

import (
	"slices"
	"time"
)

// ServerTenant is where the server's own rows are, which belong to no tenant: operators,
// their sessions, and the audit trail of what they do outside of any tenant.
const ServerTenant TenantID = "-"

// Role is what an operator may do. The list is closed.
type Role string

const (
	RoleOwner     Role = "owner"     // everything, in every tenant
	RoleDeveloper Role = "developer" // everything but the audit trail, in the tenants named
	RoleSupport   Role = "support"   // looks, and collects again, in the tenants named; no secrets, no bank data
	RoleAuditor   Role = "auditor"   // looks, and reads and exports consents and the audit trail, in the tenants named
)

// Roles is the closed list, most powerful first.
func Roles() []Role { return []Role{RoleOwner, RoleDeveloper, RoleSupport, RoleAuditor} }

// Permission is one thing that an operator may do in the console. The list is closed: each
// route of the console needs one of them.
type Permission string

const (
	PermissionView    Permission = "view"    // what there is and how it goes: no secrets, no bank data
	PermissionCollect Permission = "collect" // collect again, resend events
	PermissionManage  Permission = "manage"  // applications, keys, links, endpoints, providers, a sandbox's clock
	PermissionReveal  Permission = "reveal"  // what institutions gave, each time on the audit trail
	PermissionErase   Permission = "erase"   // disconnect, erase persons
	PermissionAudit   Permission = "audit"   // the audit trail and consents, and their export
	PermissionOperate Permission = "operate" // tenants, operators and the server itself
)

// Permissions is the closed list.
func Permissions() []Permission {
	return []Permission{
		PermissionView, PermissionCollect, PermissionManage, PermissionReveal, PermissionErase, PermissionAudit, PermissionOperate,
	}
}

// permitted is what each role may do.
var permitted = map[Role][]Permission{
	RoleOwner:     Permissions(),
	RoleDeveloper: {PermissionView, PermissionCollect, PermissionManage, PermissionReveal, PermissionErase},
	RoleSupport:   {PermissionView, PermissionCollect},
	RoleAuditor:   {PermissionView, PermissionAudit},
}

// May reports whether the role may do it.
func (r Role) May(p Permission) bool { return slices.Contains(permitted[r], p) }

// Operator is somebody who signs in to the console.
type Operator struct {
	ID       OperatorID `json:"id"`
	Email    string     `json:"email"` // lower case; unique on the server
	Name     string     `json:"name"`
	Role     Role       `json:"role"`
	Tenants  []TenantID `json:"tenants,omitempty"`  // in which the role counts; an owner's in all
	Password string     `json:"password,omitempty"` // argon2id, as PHC string
	// TOTP is the sealed secret of an authenticator app; TOTPStep is the newest step whose
	// code was used: none is good twice.
	TOTP     Sealed    `json:"totp,omitempty"`
	TOTPStep int64     `json:"totp_step,omitempty"`
	Recovery []string  `json:"recovery,omitempty"` // hashes of codes that stand in for an authenticator, once each
	Passkeys []Passkey `json:"passkeys,omitempty"`
	// Issuer and Subject name the account at the OpenID Connect provider with which the
	// operator signed in first.
	Issuer   string    `json:"issuer,omitempty"`
	Subject  string    `json:"subject,omitempty"`
	Failures int       `json:"failures,omitempty"`    // wrong passwords and codes since the last right one
	Locked   time.Time `json:"locked_until,omitzero"` // real time
	Created  time.Time `json:"created"`               // real time
	SignedIn time.Time `json:"signed_in,omitzero"`    // real time of the last one
	Disabled time.Time `json:"disabled,omitzero"`     // real time: signs in no more; the row stays for the audit trail
	Version  int64     `json:"-"`
}

// Passkey is a credential of an operator's by Web Authentication.
type Passkey struct {
	ID         []byte    `json:"id"`
	Name       string    `json:"name"`
	Credential []byte    `json:"credential"` // public key and counters, as the library that checks it stores them
	Created    time.Time `json:"created"`
	Used       time.Time `json:"used,omitzero"`
}

// Row is how the store knows an operator.
func (o *Operator) Row() (TenantID, string, *int64) { return ServerTenant, string(o.ID), &o.Version }

// Sees reports whether the operator's role counts in a tenant.
func (o Operator) Sees(tenant TenantID) bool {
	return o.Role == RoleOwner || slices.Contains(o.Tenants, tenant)
}

// May reports whether the operator may do it in a tenant. In ServerTenant, which is no
// tenant, only PermissionOperate counts.
func (o Operator) May(p Permission, tenant TenantID) bool {
	return o.Disabled.IsZero() && o.Role.May(p) && (p == PermissionOperate || o.Sees(tenant))
}
