package world

import (
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
)

// Person is who a customer is.
type Person struct {
	Name     string // of the person, or of the company
	Given    string
	Family   string
	Second   string // the other holder of a joint customer, or who acts for a company
	Company  bool
	TaxID    string // SSN or EIN, CPF or CNPJ, NIF; without punctuation
	TaxKind  string
	SecondID string
	Born     fairlead.Date // or founded
	Email    string
	Phone    string
	Address  fairlead.Address
	Employer Party
}

// newPerson makes the person of a key. The same person lives at every
// institution of a country.
func newPerson(key Key, c *country, p Persona, taxID string) Person {
	d := key.Named("person").RNG()
	out := Person{Given: Pick(d, c.given), Family: Pick(d, c.family), Company: p.Company}
	out.Name = out.Given + " " + out.Family
	out.Employer = Pick(d, c.employers)
	years := 24 + d.Int(38)
	switch p.Income {
	case retired:
		years = 67 + d.Int(12)
	case allowance:
		years = 19 + d.Int(5)
	case trade:
		years = 4 + d.Int(15)
	}
	out.Born = MonthOf(2024-years, time.Month(1+d.Int(12))).Day(1 + d.Int(28)).Date()
	town := Pick(d, c.cities)
	out.Address = fairlead.Address{Lines: []string{streetLine(c, d)}, City: town.name, Region: town.region, Postcode: town.postcode, Country: c.code}
	out.Phone = phone(c, town, d)
	out.Email = plain(out.Given) + "." + plain(out.Family) + d.Digits(2) + "@" + c.mail
	other := Pick(d, c.given)
	if other == out.Given {
		other = Pick(d, c.given)
	}
	out.Second, out.SecondID = other+" "+out.Family, personTaxID(c.code, d)
	out.TaxID = personTaxID(c.code, d)
	out.TaxKind = taxKind(c.code, false)
	if p.Company {
		out.Second, out.SecondID = out.Name, out.TaxID
		out.Name = out.Family + " " + companyNoun(c.code)
		out.Email = "office" + d.Digits(2) + "@" + plain(out.Family) + ".example"
		out.TaxID, out.TaxKind = companyTaxID(c.code, d), taxKind(c.code, true)
	}
	if taxID != "" {
		out.TaxID = taxID
	}
	return out
}

func streetLine(c *country, d *RNG) string {
	number := d.Digits(3)
	number = string('1'+number[0]%9) + number[1:]
	if c.code == "US" || c.code == "GB" {
		return number + " " + Pick(d, c.streets)
	}
	return Pick(d, c.streets) + ", " + number
}

func phone(c *country, town city, d *RNG) string {
	switch c.code {
	case "BR":
		return "+55" + town.phone + "9" + d.Digits(8)
	case "ES":
		return "+346" + d.Digits(8)
	case "GB":
		return "+447700900" + d.Digits(3)
	}
	return "+1" + town.phone + "555" + d.Digits(4)
}

func companyNoun(code string) string {
	switch code {
	case "BR":
		return "Comércio Ltda"
	case "ES":
		return "Servicios S.L."
	case "GB":
		return "Trading Ltd"
	}
	return "Trading LLC"
}

// plain writes a name in the letters of an e-mail address.
func plain(s string) string {
	return strings.NewReplacer("á", "a", "ã", "a", "â", "a", "é", "e", "ê", "e", "í", "i", "ó", "o", "õ", "o", "ô", "o", "ú", "u", "ü", "u",
		"ç", "c", "ñ", "n", " ", "").Replace(strings.ToLower(s))
}
