package sandbox

import (
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// ofbIdentity is what the customers API says of a holder: identification,
// qualification and relation with the bank, which share this one record. It was last
// written when the income was informed.
func (f *fetching) ofbIdentity(id fairlead.Identity) fairlead.Extra {
	p, came := f.customer.Person, f.since()
	if came.IsZero() { // without an account
		came = f.history().Date()
	}
	since := came.Time().Format(time.RFC3339)
	year := f.history().Month().Year()
	informed := world.MonthOf(year, time.January).Day(10)
	e := f.brand(fairlead.Extra{"ofb.updateDateTime": informed.Date().Time().Format(time.RFC3339), "ofb.startDate": since})
	e["ofb.companiesCnpj"], e["ofb.contacts"] = []any{f.at.taxID}, ofbContacts(id)
	e["ofb.accounts"], e["ofb.productsServicesType"] = f.ofbRelations()
	e["ofb.procurators"] = []any{}
	income := ofbAmount(f.customer.MonthlyIncome(year))
	if p.Company {
		delete(e, "ofb.companyCnpj") // which only the answers of natural persons have
		e["ofb.businessId"], e["ofb.companyName"], e["ofb.cnpjNumber"] = id.Ref, p.Name, p.TaxID
		e["ofb.incorporationDate"] = p.Born.Time().Format(time.RFC3339)
		e["ofb.parties"] = []any{map[string]any{
			"personType": "PESSOA_NATURAL", "type": "SOCIO", "civilName": p.Second, "shareholding": "1.000000", "documentType": "CPF", "documentNumber": p.SecondID,
		}}
		e["ofb.economicActivities"] = []any{map[string]any{"code": "4789099", "isMain": true}} // retail trade of other products
		e["ofb.informedRevenue"] = map[string]any{"frequency": "MENSAL", "amount": income, "year": year}
		return e
	}
	e["ofb.personalId"], e["ofb.civilName"], e["ofb.birthDate"] = id.Ref, id.Names[0], id.Born.String()
	e["ofb.documents"], e["ofb.hasBrazilianNationality"] = map[string]any{"cpfNumber": id.Documents[0].Number}, true
	e["ofb.maritalStatusCode"] = "SOLTEIRO"
	if f.customer.Persona.Joint {
		e["ofb.maritalStatusCode"] = "CASADO"
	}
	e["ofb.occupationCode"], e["ofb.occupationDescription"] = "OUTRO", f.customer.Persona.Occupation()
	e["ofb.informedIncome"] = map[string]any{"frequency": "MENSAL", "amount": income, "date": informed.Date().String()}
	return e
}

func ofbContacts(id fairlead.Identity) map[string]any {
	addresses, phones, emails := []any{}, []any{}, []any{}
	for i, a := range id.Addresses {
		addresses = append(addresses, map[string]any{
			"isMain": i == 0, "address": a.Lines[0], "townName": a.City, "countrySubDivision": a.Region, "postCode": a.Postcode, "country": "Brasil", "countryCode": "BRA",
		})
	}
	for i, n := range id.Phones { // +55, the area, the number
		phones = append(phones, map[string]any{"isMain": i == 0, "type": "MOVEL", "countryCallingCode": n[1:3], "areaCode": n[3:5], "number": n[5:]})
	}
	for i, m := range id.Emails {
		emails = append(emails, map[string]any{"isMain": i == 0, "email": m})
	}
	return map[string]any{"postalAddresses": addresses, "phones": phones, "emails": emails}
}

// ofbRelations are the accounts that a customer has, and of what kinds all that they have is.
func (f *fetching) ofbRelations() (accounts, kinds []any) {
	accounts, kinds = []any{}, []any{}
	seen := map[string]bool{}
	add := func(kind string) {
		if !seen[kind] {
			kinds, seen[kind] = append(kinds, kind), true
		}
	}
	for _, a := range f.customer.Accounts {
		if !f.sees(a) {
			continue
		}
		switch {
		case a.Portfolio > 0:
			add("INVESTIMENTO")
		case a.Kind == fairlead.AccountCard:
			add("CARTAO_CREDITO")
		default:
			e := f.ofbAccount(a, fairlead.Balances{})
			kind, _ := e["ofb.type"].(string)
			add(kind)
			account := map[string]any{
				"compeCode": a.Numbers.COMPE, "branchCode": a.Numbers.Branch, "number": a.Numbers.Number, "checkDigit": a.Numbers.CheckDigit, "type": kind,
			}
			if !f.customer.Person.Company { // whose definition has none
				account["subtype"] = e["ofb.subtype"]
			}
			accounts = append(accounts, account)
		}
	}
	if len(f.at.bank.Loans) > 0 {
		add("OPERACAO_CREDITO")
	}
	return accounts, kinds
}
