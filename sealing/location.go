package sealing

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/vault"
)

// What is sealed under the keyset directly has no key of an owner's. These are its
// locations: the owner, the row and the field that are bound to it.

// SigningLocation is that of the copy of an application's key that a dialect signs with.
func SigningLocation(k fairlead.Key) vault.Location {
	return vault.Owner{Tenant: k.Tenant, ID: string(k.Application)}.At(string(k.ID), string(Signing))
}

// EndpointLocation is that of the secrets of an endpoint.
func EndpointLocation(e fairlead.Endpoint) vault.Location {
	return vault.Owner{Tenant: e.Tenant, ID: string(e.ID)}.At(string(e.ID), string(Secrets))
}

// ProviderLocation is that of the keys of a provider.
func ProviderLocation(p fairlead.Provider) vault.Location {
	return vault.Owner{Tenant: p.Tenant, ID: string(p.ID)}.At(string(p.ID), string(ProviderKeys))
}

// DeliveryLocation is that of the body of a delivery.
func DeliveryLocation(d fairlead.Delivery) vault.Location {
	return vault.Owner{Tenant: d.Tenant, ID: string(d.ID)}.At(string(d.ID), string(Body))
}

// CodeLocation is that of a code that is stored to be listed.
func CodeLocation(t fairlead.Token) vault.Location {
	return vault.Owner{Tenant: t.Tenant, ID: string(t.Application)}.At(t.Name, string(Code))
}

// AnswerLocation is that of a stored answer to an idempotent request.
func AnswerLocation(tenant fairlead.TenantID, id string) vault.Location {
	return vault.Owner{Tenant: tenant, ID: id}.At(id, string(Answer))
}

// AddressLocation is that of every document's address. The tenant is inside: an address
// shows nothing.
func AddressLocation() vault.Location {
	return vault.Owner{ID: "document-address"}.At("", string(Address))
}

// MemoryNotes is under which dialect's name lies what make-believe banks remember.
const MemoryNotes = "sandbox-memory"

// MemoryLocation is that of what a make-believe bank remembers under a key.
func MemoryLocation(tenant fairlead.TenantID, key string) vault.Location {
	return vault.Owner{Tenant: tenant, ID: string(tenant)}.At(key, string(Memory))
}

// RequestKeyLocation is that of a private key of the server's own, for which callers
// encrypt requests.
func RequestKeyLocation(id string) vault.Location {
	return vault.Owner{Tenant: "-", ID: "request-keys"}.At(id, string(RequestKey))
}

// TOTPLocation is that of the secret of an operator's authenticator app.
func TOTPLocation(of fairlead.OperatorID) vault.Location {
	return vault.Owner{Tenant: fairlead.ServerTenant, ID: string(of)}.At(string(of), string(TOTP))
}

// EnrolmentLocation is that of such a secret before the operator has shown to have it.
func EnrolmentLocation(of fairlead.OperatorID) vault.Location {
	return vault.Owner{Tenant: fairlead.ServerTenant, ID: string(of)}.At(string(of), string(Enrolment))
}

// ChallengeLocation is that of what an operator's passkey or provider has to answer.
func ChallengeLocation(token string) vault.Location {
	return vault.Owner{Tenant: fairlead.ServerTenant, ID: "challenge"}.At(token, string(Challenge))
}
