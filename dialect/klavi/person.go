package klavi

import (
	"context"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
)

// check normalises and checks who the end user is.
func (u *endUser) check() error {
	u.PersonalTaxID, u.BusinessTaxID = digits(u.PersonalTaxID), strings.ToUpper(digits(u.BusinessTaxID))
	if u.PersonalTaxID != "" && !fairlead.ValidCPF(u.PersonalTaxID) {
		return fairlead.InvalidField("personalTaxId", "format", "must be a valid CPF of 11 digits")
	}
	if u.BusinessTaxID != "" && !fairlead.ValidCNPJ(u.BusinessTaxID) {
		return fairlead.InvalidField("businessTaxId", "format", "must be a valid CNPJ of 14 characters")
	}
	return nil
}

// punctuation is what is dropped of a tax id.
var punctuation = strings.NewReplacer(".", "", "-", "", "/", "", " ", "")

// digits drops the punctuation of a tax id.
func digits(taxID string) string { return punctuation.Replace(taxID) }

func (u endUser) level() report.Level {
	if u.BusinessTaxID != "" {
		return report.Company
	}
	return report.Person
}

// taxID is what names the person: the company's, where there is one.
func (u endUser) taxID() string {
	if u.BusinessTaxID != "" {
		return u.BusinessTaxID
	}
	return u.PersonalTaxID
}

func (u endUser) details() fairlead.PersonDetails {
	return fairlead.PersonDetails{PersonalTaxID: u.PersonalTaxID, BusinessTaxID: u.BusinessTaxID, Email: u.Email, Phone: u.Phone}
}

// reference names the person to the core: never by the tax id itself. "" is
// somebody new.
func (k *Klavi) reference(tenant fairlead.Tenant, taxID string) string {
	if taxID == "" {
		return ""
	}
	return k.verbs.Access.KeyedHash(tenant, taxID)
}

// details are who a person is; empty when they are erased.
func (k *Klavi) details(ctx context.Context, tenant fairlead.TenantID, id fairlead.PersonID) (fairlead.PersonDetails, error) {
	if id == "" {
		return fairlead.PersonDetails{}, nil
	}
	d, err := k.verbs.Reading.PersonDetails(ctx, tenant, id)
	if fairlead.Is(err, fairlead.NotFound) {
		err = nil
	}
	return d, err
}
