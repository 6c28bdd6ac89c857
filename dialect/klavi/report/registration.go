package report

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// identities are who a source says that its account holders are.
func (b *builder) identities(s Source) ([]fairlead.Identity, error) {
	if known, ok := b.people[s.Connection.ID]; ok {
		return known, nil
	}
	var all []fairlead.Identity
	for i, err := range dialect.All(b.ctx, b.Tenant, reading.Query{Connection: s.Connection.ID}, b.Reading.Identities) {
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	b.people[s.Connection.ID] = all
	return all, nil
}

// holderOf is the name of whom an account belongs to, as the registration has it.
func (b *builder) holderOf(a sourcedAccount) any {
	for _, i := range b.people[a.source.Connection.ID] {
		for _, r := range i.Relations {
			if (r.Account == a.ID || r.AccountRef == a.Ref) && r.Role != "joint" && r.Role != "authorised" {
				return nameOf(i)
			}
		}
	}
	for _, h := range a.Holders {
		return h.Name
	}
	return nil
}

func nameOf(i fairlead.Identity) any {
	name := ""
	if len(i.Names) > 0 {
		name = i.Names[0]
	}
	return first(extra(i.Extra, "civilName"), name)
}

// registration reports what the institution knows of its customer: what the permission
// REGISTRATION_ALL grants. Names are those of Open Finance Brasil's customers 2.2.1;
// what the institution does not say is null.
func (b *builder) registration() error {
	list := []object{}
	for _, s := range b.Sources {
		all, err := b.identities(s)
		if err != nil {
			return err
		}
		for _, i := range all {
			list = append(list, b.registered(s, i))
		}
	}
	b.arrays = append(b.arrays, field{b.product, list})
	return nil
}

func (b *builder) registered(s Source, i fairlead.Identity) object {
	e := i.Extra
	updated := first(extra(e, "updateDateTime"), seconds(s.Connection.Products[fairlead.ProductIdentity].LastGood))
	companies := extra(e, "companiesCnpj")
	if companies == nil && extra(e, "companyCnpj") != nil {
		companies = []any{extra(e, "companyCnpj")}
	}
	out := object{{"institutionCode", s.Code}, {"updateDateTime", updated}, either(e, "brandName", s.Institution.Name), {"companiesCnpj", companies}}
	if i.Kind == fairlead.PersonCompany {
		out = append(out, object{
			{"businessId", i.Ref},
			either(e, "companyName", nameOf(i)), either(e, "tradeName", nil),
			either(e, "incorporationDate", midnight(i.Born)),
			{"cnpjNumber", document(i, "cnpj")},
			either(e, "parties", nil),
		}...)
	} else {
		out = append(out, object{
			{"personalId", i.Ref},
			{"civilName", nameOf(i)},
			either(e, "socialName", nil), either(e, "birthDate", day(i.Born)),
			either(e, "maritalStatusCode", nil), either(e, "sex", nil),
			{"documents", object{{"cpfNumber", document(i, "cpf")}}},
			either(e, "hasBrazilianNationality", nil), either(e, "filiation", nil),
		}...)
	}
	return append(out,
		field{"contacts", object{{"postalAddresses", addresses(i)}, {"phones", phones(i)}, {"emails", emails(i)}}},
		field{"qualifications", qualifications(i, updated)}, field{"financialRelations", b.relations(s, i, updated)})
}

// qualifications are occupation and income, as far as the institution says them.
func qualifications(i fairlead.Identity, updated any) object {
	e := i.Extra
	out := object{{"updateDateTime", updated}, either(e, "companyCnpj", nil)}
	if i.Kind == fairlead.PersonCompany {
		return append(out, either(e, "economicActivities", nil), either(e, "informedRevenue", nil), either(e, "informedPatrimony", nil))
	}
	return append(out, either(e, "occupationCode", nil), either(e, "occupationDescription", nil), either(e, "informedIncome", nil), either(e, "informedPatrimony", nil))
}

// relations are since when, and by what, the customer is one.
func (b *builder) relations(s Source, i fairlead.Identity, updated any) object {
	kinds, accounts := []string{}, []object{}
	add := func(kind string) {
		if !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	for _, a := range b.listed[s.Connection.ID] {
		switch a.Kind {
		case fairlead.AccountDepository:
			add(depositKind(a))
			accounts = append(accounts, object{
				either(a.Extra, "compeCode", first(a.Numbers.COMPE, codeIn(s.Institution, "compe"))), either(a.Extra, "branchCode", a.Numbers.Branch),
				{"number", first(a.Numbers.Number, a.Mask)},
				{"checkDigit", first(a.Numbers.CheckDigit)},
				either(a.Extra, "type", depositKind(a)), either(a.Extra, "subtype", nil),
			})
		case fairlead.AccountCard:
			add("CARTAO_CREDITO")
		case fairlead.AccountLoan:
			add("OPERACAO_CREDITO")
		case fairlead.AccountInvestment:
			add("INVESTIMENTO")
		}
	}
	var since any
	if text, ok := extra(i.Extra, "startDate").(string); ok {
		if since = text; len(text) == len(time.DateOnly) {
			since = text + "T00:00:00Z"
		}
	}
	var services any
	if len(kinds) > 0 {
		services = kinds
	}
	return object{{"updateDateTime", updated}, {"startDate", since}, {"productsServicesType", services}, either(i.Extra, "procurators", nil), {"accounts", accounts}}
}

func document(i fairlead.Identity, kind string) any {
	for _, d := range i.Documents {
		if strings.EqualFold(d.Kind, kind) {
			return d.Number
		}
	}
	return nil
}

var notDigits = regexp.MustCompile(`\D`)

func addresses(i fairlead.Identity) []object {
	out := []object{}
	for n, a := range i.Addresses {
		var code, name any
		if name = first(a.Country); a.Country == "BR" || a.Country == "" {
			code, name = "BRA", "Brasil"
		}
		var more any
		if len(a.Lines) > 1 {
			more = cutTo(strings.Join(a.Lines[1:], ", "), 30)
		}
		out = append(out, object{
			{"isMain", n == 0},
			{"address", first(strings.Join(a.Lines[:min(1, len(a.Lines))], ""))},
			{"additionalInfo", more},
			{"townName", first(a.City)},
			{"countrySubDivision", first(a.Region)},
			{"postCode", first(notDigits.ReplaceAllString(a.Postcode, ""))},
			{"country", name},
			{"countryCode", code},
		})
	}
	return out
}

// cutTo is a text of at most so many characters.
func cutTo(s string, most int) string {
	r := []rune(s)
	return string(r[:min(len(r), most)])
}

// brazilianPhone is a number with the country's code, an area's and the rest.
var brazilianPhone = regexp.MustCompile(`^(55)?(\d{2})(\d{8,9})$`)

func phones(i fairlead.Identity) []object {
	out := []object{}
	for n, text := range i.Phones {
		m := brazilianPhone.FindStringSubmatch(notDigits.ReplaceAllString(text, ""))
		if m == nil {
			continue
		}
		kind := "FIXO"
		if len(m[3]) == 9 {
			kind = "MOVEL"
		}
		out = append(out, object{{"isMain", n == 0}, {"type", kind}, {"countryCallingCode", "55"}, {"areaCode", m[2]}, {"number", m[3]}})
	}
	return out
}

func emails(i fairlead.Identity) []object {
	out := []object{}
	for n, text := range i.Emails {
		out = append(out, object{{"isMain", n == 0}, {"email", text}})
	}
	return out
}

// seconds is a time of the definitions' registrations, which have no milliseconds.
func seconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
