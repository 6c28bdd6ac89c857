package plaid

import (
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// getIdentity answers the accounts with those whom each belongs to.
func (p *Plaid) getIdentity(c call) (any, error) {
	out, found, conn, err := p.read(c, false, fairlead.ProductIdentity)
	if err != nil {
		return nil, err
	}
	people, err := all(c.Context(), conn, reading.Query{}, p.verbs.Reading.Identities)
	if err != nil {
		return nil, err
	}
	for i, a := range found {
		owners := ownersOf(a, people)
		out.Accounts[i].Owners = &owners
	}
	return out, nil
}

// ownersOf are whom an account belongs to, as far as the institution says.
func ownersOf(a fairlead.Account, people []fairlead.Identity) []owner {
	owners := []owner{}
	for _, id := range people {
		related := slices.ContainsFunc(id.Relations, func(r fairlead.AccountRelation) bool {
			return r.Account == a.ID || r.Account == "" && r.AccountRef == a.Ref
		})
		if related || len(id.Relations) == 0 {
			owners = append(owners, ownerOf(id))
		}
	}
	if len(owners) > 0 {
		return owners
	}
	for _, h := range a.Holders { // the institution says no more of them than a name
		owners = append(owners, owner{Names: []string{h.Name}, Phones: []contact{}, Emails: []contact{}, Addresses: []ownerAddress{}})
	}
	return owners
}

func ownerOf(id fairlead.Identity) owner {
	out := owner{Names: append([]string{}, id.Names...), Phones: []contact{}, Emails: []contact{}, Addresses: []ownerAddress{}}
	for i, phone := range id.Phones {
		out.Phones = append(out.Phones, contact{phone, i == 0, "other"}) // of which kind, the institution does not say
	}
	for i, mail := range id.Emails {
		kind := "secondary"
		if i == 0 {
			kind = "primary"
		}
		out.Emails = append(out.Emails, contact{mail, i == 0, kind})
	}
	for i, a := range id.Addresses {
		out.Addresses = append(out.Addresses, ownerAddress{addressData{
			City: orNull(a.City), Region: orNull(a.Region), Street: strings.Join(a.Lines, ", "), Postcode: orNull(a.Postcode), Country: orNull(a.Country),
		}, i == 0})
	}
	return out
}
