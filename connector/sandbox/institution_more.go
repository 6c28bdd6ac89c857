package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// cove keeps everything that an American bank may keep of one customer: nine accounts,
// of money, credit, retirement and debt.
func cove() institution {
	products := []fairlead.Product{
		fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductBills, fairlead.ProductLoans, fairlead.ProductHoldings,
		fairlead.ProductInvestmentTransactions, fairlead.ProductStatements,
	}
	retirement := func(subtype, name string, portion int64) world.Portfolio {
		return world.Portfolio{Kind: fairlead.AccountInvestment, Subtype: subtype, Name: name, Portion: portion, Cash: true, Deferred: true, Securities: world.RetirementFunds()}
	}
	return institution{
		official: "Cove Bank, N.A.", phone: "(207) 555-0141", taxID: "990000041",
		address: fairlead.Address{Lines: []string{"7 Cove Road"}, City: "Portland", Region: "ME", Postcode: "04101", Country: "US"},
		Institution: fairlead.Institution{
			ID: "ins_cove", ShortName: "cove", Name: "Cove Bank", OtherNames: []string{"Cove", "Casco Bay Savings"}, Country: "US", Currency: "USD",
			Codes: []fairlead.Code{{Scheme: "routing", Value: "990000041"}}, Website: "https://cove.example", Colour: "#14746f", Popular: 55, Products: products,
			Logo: logo("#14746f", `<path d="M14 42c8-22 28-22 36 0M14 48h36" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="20" r="5" fill="#ffd166"/>`),
		},
		bank: world.Bank{
			Routing: "990000041", Checking: true, Savings: true, Card: true, Words: world.Words{Checking: "Cove Checking", Savings: "Cove Saving", Card: "Cove Credit Card"},
			Deposits: []world.Deposit{
				{Subtype: "cd", Name: "Cove CD", Wages: 150, Rate: 425},
				{Subtype: "money_market", Name: "Cove Money Market", Wages: 220, Rate: 310},
			},
			Portfolios: []world.Portfolio{retirement("ira", "Cove IRA", 40), retirement("401k", "Cove 401k", 60)},
			Loans: []world.LoanKind{
				{
					Name: "Cove Student Loan", Kind: "loan", Subtype: "student", Months: 120, Rate: 525, Wages: 500, Day: 12, Account: true,
					Company: &world.Wording{Name: "Cove Business Loan", Subtype: "business"},
				},
				{
					Name: "Cove Mortgage", Kind: "mortgage", Subtype: "mortgage", Months: 360, Rate: 615, Wages: 2600, Day: 1, Account: true, Secured: "property",
				},
			},
		},
	}
}

// plainBank is a bank with the everyday accounts alone.
func plainBank(id, name, country, currency, colour, mark string, popular int) institution {
	return institution{
		official: name,
		Institution: fairlead.Institution{
			ID: fairlead.InstitutionID("ins_" + id), ShortName: id, Name: name, Country: country, Currency: currency, Website: "https://" + id + ".example",
			Colour: colour, Popular: popular, Logo: logo(colour, mark),
			Products: []fairlead.Product{
				fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductBills, fairlead.ProductStatements,
			},
		},
		bank: world.Bank{Checking: true, Savings: true, Card: true},
	}
}

// communityBanks are smaller American banks; Mesa's login is at its own pages.
func communityBanks() []institution {
	made := []institution{
		plainBank("mesa", "Mesa Credit Union", "US", "USD", "#9c6644", `<path d="M12 44h40M18 44l5-18h18l5 18" fill="none" stroke="#fff" stroke-width="4" stroke-linejoin="round"/>`, 40),
		plainBank("prairie", "Prairie Savings Bank", "US", "USD", "#7f9c3b", `<path d="M32 48V20M32 28l-9-7M32 28l9-7M32 38l-9-7M32 38l9-7" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`, 38),
		plainBank("summitridge", "Summit Ridge Bank", "US", "USD", "#4a4e69", `<path d="M12 46l14-24 8 12 5-7 13 19z" fill="#fff"/>`, 36),
		plainBank("lakeside", "Lakeside Trust", "US", "USD", "#22577a", `<path d="M14 36c6-5 12 5 18 0s12 5 18 0M14 45c6-5 12 5 18 0s12 5 18 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="42" cy="20" r="6" fill="#fff"/>`, 34),
	}
	// What they were called once, or are called by their customers.
	names := [][]string{{"Mesa CU", "Mesa Teachers Credit Union"}, {"Prairie"}, {"SRB", "First Summit"}, {"Lakeside", "Lakeside National"}}
	for n := range made {
		i, digit := &made[n], string(rune('1'+n))
		i.OtherNames = names[n]
		i.phone, i.taxID, i.bank.Routing = "(608) 555-015"+digit, "99000005"+digit, "99000005"+digit
		i.address = fairlead.Address{Lines: []string{digit + "0 Main Street"}, City: "Madison", Region: "WI", Postcode: "53703", Country: "US"}
		i.Codes = []fairlead.Code{{Scheme: "routing", Value: i.bank.Routing}}
		i.bank.Words = world.Words{Savings: "Savings"}
	}
	made[0].redirect, made[0].Logins = made[0].ShortName, []fairlead.LoginKind{fairlead.LoginRedirect}
	return made
}

// britishBanks are reached as open banking has it: at their own pages.
func britishBanks() []institution {
	const wave = `<path d="M14 40c10 0 10-14 18-14s8 14 18 14" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`
	made := []institution{
		plainBank("tern", "Tern Bank", "GB", "GBP", "#33415c", wave+`<path d="M20 22l12-6 12 6" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`, 45),
		plainBank("curlew", "Curlew Bank", "GB", "GBP", "#6d597a", wave+`<circle cx="32" cy="18" r="4" fill="#fff"/>`, 43),
		plainBank("heron", "Heron Building Society", "GB", "GBP", "#355070", wave+`<path d="M32 12v10" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`, 41),
		plainBank("avocet", "Avocet Bank", "GB", "GBP", "#b56576", wave+`<path d="M24 16h16" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`, 39),
	}
	names := [][]string{{"Tern"}, {"Curlew"}, {"Heron", "Severn Building Society"}, {"Avocet", "Avocet Direct"}}
	for n := range made {
		i, digit := &made[n], string(rune('1'+n))
		i.OtherNames = names[n]
		i.phone, i.taxID = "+44 20 7946 010"+digit, "9900006"+digit
		i.address = fairlead.Address{Lines: []string{digit + " Quay Street"}, City: "Bristol", Region: "Bristol", Postcode: "BS1 5TR", Country: "GB"}
		i.bank.Entity, i.bank.BIC = "990"+digit, []string{"TERN", "CRLW", "HERN", "AVCT"}[n]+"GB2LXXX"
		i.Codes = []fairlead.Code{{Scheme: "bic", Value: i.bank.BIC}}
		i.redirect, i.Logins = i.ShortName, []fairlead.LoginKind{fairlead.LoginRedirect}
	}
	return made
}
