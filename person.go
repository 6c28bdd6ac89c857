package fairlead

import "time"

// Person is the application's user. Reference is the application's own name for
// them; what identifies them to the world is sealed.
type Person struct {
	ID        PersonID  `json:"id"`
	Tenant    TenantID  `json:"tenant"`
	Reference string    `json:"reference"` // unique in the tenant
	Key       []byte    `json:"key,omitempty"`
	Details   Sealed    `json:"details,omitempty"` // PersonDetails
	Created   time.Time `json:"created"`
	Version   int64     `json:"-"`
}

// PersonDetails is the sealed part of a Person.
type PersonDetails struct {
	PersonalTaxID string `json:"personal_tax_id,omitempty"` // CPF, SSN, NIF
	BusinessTaxID string `json:"business_tax_id,omitempty"` // CNPJ, EIN, CIF
	Email         string `json:"email,omitempty"`
	Phone         string `json:"phone,omitempty"`
}
