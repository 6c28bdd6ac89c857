package world

import (
	"time"

	"github.com/fairlead-dev/fairlead"
)

// american are the movements of a month that only the tax forms of the United States
// know: a state's benefit and refund, and the payouts of a marketplace.
func (f *flows) american() {
	c, p := f.c, f.c.Persona
	if c.country.code != "US" {
		return
	}
	wage, d := c.wage(f.m.Year()), c.key.Named("american").Sub(int(f.m)).RNG()
	if p.Refunded && f.m.Month() == time.April {
		f.put(Checking, Entry{
			Posted: f.day(9).business(), Minute: 430, Cents: round(wage/12+d.Between(0, wage/12), 100), Kind: "transfer", Category: "taxes",
			Text: "STATE TAX REFUND", Party: c.stateOffice(), Paper: PaperRefund,
		})
	}
	if p.Jobless && f.m.Month() <= time.February {
		for _, day := range []int{8, 22} {
			gross := round(wage/5, 100)
			f.put(Checking, Entry{
				Posted: f.day(day).business(), Minute: 435, Cents: gross - gross/10, Gross: gross, Kind: "transfer", Category: "income",
				Text: "UNEMPLOYMENT BENEFIT", Party: c.stateOffice(), Paper: PaperUnemployment,
			})
		}
	}
	if p.Sells {
		for _, day := range []int{7, 14, 21, 28} {
			gross := wage/50 + d.Between(0, wage/25)
			f.put(Checking, Entry{
				Posted: f.day(day).business(), Minute: 440, Cents: gross - gross*65/1000, Gross: gross, Count: int(gross/2400) + 1, Kind: "transfer", Category: "income",
				Text: "PARCELO MARKETPLACE PAYOUT", Party: Party{Name: "Parcelo Marketplace Payments Inc.", TaxID: "900000501", Company: true}, Paper: PaperSales,
			})
		}
	}
}

// stateOffice is who pays on behalf of the person's state.
func (c *Customer) stateOffice() Party {
	name := map[string]string{"OR": "Oregon", "OH": "Ohio", "WI": "Wisconsin", "NC": "North Carolina", "NY": "New York", "ID": "Idaho"}[c.Person.Address.Region]
	return Party{Name: "State of " + name + ", Office of Benefits and Revenue", TaxID: "900000" + NewKey("state", name).RNG().Digits(3), Company: true}
}

// AddressOf is where a party that pays Americans has its office: an address and a
// telephone number, the same each time.
func (c *Customer) AddressOf(p Party) (fairlead.Address, string) {
	d := NewKey("office", p.Name).RNG()
	town, home := Pick(d, c.country.cities), c.Person.Address
	if p == c.stateOffice() {
		return fairlead.Address{Lines: []string{"1 Capitol Square"}, City: home.City, Region: home.Region, Postcode: home.Postcode, Country: "US"}, "(" + c.Person.Phone[2:5] + ") 555-0190"
	}
	return fairlead.Address{Lines: []string{streetLine(c.country, d)}, City: town.name, Region: town.region, Postcode: town.postcode, Country: "US"}, "(" + town.phone + ") 555-01" + d.Digits(2)
}
