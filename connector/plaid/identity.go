package plaid

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"

	"github.com/fairlead-dev/fairlead"
)

// extra gathers fields that are there: names and values by turns.
func extra(pairs ...any) fairlead.Extra {
	out := fairlead.Extra{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := pairs[i+1]; v != nil && v != "" {
			out[pairs[i].(string)] = v
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// underlined is a phrase as one word: "money market" is money_market.
func underlined(phrase string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return '_'
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(phrase))
}

// identitiesOf joins the owners of all accounts: one of the same name is one person.
func identitiesOf(accounts []account) []fairlead.Identity {
	var out []fairlead.Identity
	byName := map[string]int{}
	for _, a := range accounts {
		if !fairlead.ValidCurrency(a.Balances.Currency) {
			continue // it is not collected
		}
		for _, o := range a.Owners {
			names := present(o.Names)
			if len(names) == 0 {
				continue
			}
			key := strings.ToLower(strings.Join(strings.Fields(names[0]), " "))
			n, known := byName[key]
			if !known {
				n = len(out)
				byName[key] = n
				sum := sha256.Sum256([]byte("plaid owner\x00" + key))
				kind := fairlead.PersonNatural
				if a.Category == "business" {
					kind = fairlead.PersonCompany
				}
				out = append(out, fairlead.Identity{Ref: "owner-" + hex.EncodeToString(sum[:12]), Kind: kind})
			}
			addOwner(&out[n], a, o, names)
		}
	}
	return out
}

// addOwner adds what one account says of an owner, the main ones first.
func addOwner(i *fairlead.Identity, a account, o owner, names []string) {
	i.Names = appendNew(i.Names, names...)
	for _, primary := range []bool{true, false} {
		for _, e := range o.Emails {
			if bool(e.Primary) == primary {
				i.Emails = appendNew(i.Emails, e.Data)
			}
		}
		for _, p := range o.Phones {
			if bool(p.Primary) == primary {
				i.Phones = appendNew(i.Phones, p.Data)
			}
		}
		for _, ad := range o.Addresses {
			if converted := ad.Data.convert(); bool(ad.Primary) == primary && !slices.ContainsFunc(i.Addresses, func(was fairlead.Address) bool { return same(was, converted) }) {
				i.Addresses = append(i.Addresses, converted)
			}
		}
	}
	role := "owner"
	if len(a.Owners) > 1 {
		role = "joint"
	}
	if !slices.ContainsFunc(i.Relations, func(r fairlead.AccountRelation) bool { return r.AccountRef == a.ID }) {
		i.Relations = append(i.Relations, fairlead.AccountRelation{AccountRef: a.ID, Role: role})
	}
}

func (a address) convert() fairlead.Address {
	return fairlead.Address{Lines: present(strings.Split(a.Street, "\n")), City: a.City, Region: a.Region, Postcode: a.Postcode, Country: a.Country}
}

func same(a, b fairlead.Address) bool {
	return slices.Equal(a.Lines, b.Lines) && a.City == b.City && a.Region == b.Region && a.Postcode == b.Postcode && a.Country == b.Country
}

func present(texts []string) (out []string) {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			out = append(out, text)
		}
	}
	return out
}

func appendNew(list []string, texts ...string) []string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
