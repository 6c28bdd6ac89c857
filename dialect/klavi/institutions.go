package klavi

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect/klavi/report"
	"github.com/fairlead-dev/fairlead/reading"
)

// institutions lists what the link's end user may choose from.
func (k *Klavi) institutions(c call, link fairlead.Link) (any, error) {
	choice := fairlead.Spec{Institutions: link.Spec.Institutions}
	if link.Spec.Institution != "" {
		choice.Institutions = []fairlead.InstitutionID{link.Spec.Institution}
	}
	search := reading.Search{Country: "BR", Products: link.Spec.Products, Spec: &choice, Limit: 500}
	s, _ := stateOf(link.Origin)
	out := []institution{}
	for {
		found, err := k.verbs.Reading.SearchInstitutions(c.Context(), c.Tenant.ID, search)
		if err != nil {
			return nil, err
		}
		for _, i := range found.Institutions {
			if i.Country == "BR" {
				out = append(out, k.institutionOf(i, s.Level))
			}
			search.After = i.ID
		}
		if !found.More {
			return out, nil
		}
	}
}

// listed reports whether the link's own choice of institutions has this one.
func listed(s fairlead.Spec, i fairlead.Institution) bool {
	if s.Institution != "" {
		return s.Institution == i.ID
	}
	return len(s.Institutions) == 0 || slices.Contains(s.Institutions, i.ID)
}

// institutionOf is an institution as it is to a person or a company: one that serves
// both is what the link's end user is.
func (k *Klavi) institutionOf(i fairlead.Institution, l report.Level) institution {
	serves := "natural"
	natural := len(i.Persons) == 0 || slices.Contains(i.Persons, fairlead.PersonNatural)
	if company := len(i.Persons) == 0 || slices.Contains(i.Persons, fairlead.PersonCompany); company && (l == report.Company || !natural) {
		serves = "legal"
	}
	out := institution{
		InstitutionCode: code(i), Name: i.Name, Avatar: k.avatar(i), IsOutage: i.Health == fairlead.HealthDown,
		InstitutionType: institutionType(i), BusinessType: serves, AvailableResources: []string{}, OrganizationName: i.Name,
		OrganizationID: organization(i.ID),
	}
	for _, row := range []struct {
		name string
		of   fairlead.Product
	}{
		{"registration", fairlead.ProductIdentity},
		{"accounts", fairlead.ProductAccounts},
		{"credit-cards-accounts", fairlead.ProductBills},
		{"loans", fairlead.ProductLoans},
		{"investments", fairlead.ProductHoldings},
	} {
		if i.Offers(row.of) {
			out.AvailableResources = append(out.AvailableResources, row.name)
		}
	}
	return out
}

// institutionType is 1 where the person goes to the bank's own pages, as in Open
// Finance, else 2.
func institutionType(i fairlead.Institution) int {
	if slices.Contains(i.Logins, fairlead.LoginRedirect) {
		return 1
	}
	return 2
}

// avatar is the logo as an address that needs no server, or that of a picture here.
func (k *Klavi) avatar(i fairlead.Institution) string {
	switch {
	case i.Logo == "" && i.LogoHash != "":
		return k.verbs.BaseURL + "/logos/" + i.LogoHash + ".png"
	case i.Logo == "":
		return ""
	}
	return "data:image/svg+xml;utf8," + percent(i.Logo)
}

// percent encodes as encodeURIComponent: a space is %20, never a plus.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// organization is a UUID of an institution, always the same.
func organization(id fairlead.InstitutionID) string { return report.UUID("organization", string(id)) }

// institution finds by code; what does not exist, is down, or is not of this
// country is the business error 4004.
func (k *Klavi) institution(ctx context.Context, tenant fairlead.TenantID, code string) (fairlead.Institution, error) {
	i, err := k.verbs.Reading.Institution(ctx, tenant, code)
	switch {
	case fairlead.Is(err, fairlead.NotFound):
		return i, business(invalidInstitution, "does not exist")
	case err != nil:
		return i, err
	case i.Health == fairlead.HealthDown:
		return i, business(invalidInstitution, "is in outage")
	case i.Country != "BR" && i.Country != "":
		return i, business(invalidInstitution, "is not permitted")
	}
	return i, nil
}

// code is an institution's code: its COMPE number, else its short name.
func code(i fairlead.Institution) string {
	if n := slices.IndexFunc(i.Codes, func(c fairlead.Code) bool { return c.Scheme == "compe" }); n >= 0 {
		return i.Codes[n].Value
	}
	if i.ShortName != "" {
		return i.ShortName
	}
	return string(i.ID)
}

// codeOf is the code of an institution by its id; the id where it is gone.
func (k *Klavi) codeOf(ctx context.Context, tenant fairlead.TenantID, id fairlead.InstitutionID) string {
	i, err := k.verbs.Reading.Institution(ctx, tenant, string(id))
	if err != nil {
		return string(id)
	}
	return code(i)
}
