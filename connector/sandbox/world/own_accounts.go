package world

import "cmp"

// own is one of the customer's accounts as the other side of a transfer: each end
// of a transfer between them names the other.
func (c *Customer) own(account int) Party {
	n := c.Accounts[account].Numbers
	p := c.self()
	p.Bank, p.Branch, p.Account, p.CheckDigit = cmp.Or(n.COMPE, n.Routing, n.BIC), n.Branch, n.Number, n.CheckDigit
	if c.Accounts[account].Portfolio == 0 { // that of an investment account is checking's
		p.IBAN = n.IBAN
	}
	return p
}

// elsewhere is the customer's account at an institution that we never see.
func (c *Customer) elsewhere() Party {
	p := c.self()
	if c.country.code == "ES" {
		p.IBAN = PartyIBAN(p.Name + " " + hex16(uint64(c.key.Named("elsewhere"))))
	}
	return p
}

func (c *Customer) self() Party {
	return Party{Name: c.Person.Name, TaxID: c.shownTaxID(c.Person.TaxID), Company: c.Person.Company}
}

// compeCodes are banks at which other people have accounts.
func compeCodes() []string { return []string{"001", "033", "077", "104", "208", "237", "260", "341"} }

// PartyOf is the other side of an entry with the account it has, where the country's
// banks show it: in Spain of transfers, in Brazil of whoever shows a tax id. Whose
// account is not of the household's own has one at another bank, the same each time.
func (c *Customer) PartyOf(e Entry) Party {
	p := e.Party
	switch {
	case p.Account != "" || p.IBAN != "":
	case c.country.code == "ES" && p.Name != "" && (e.Kind == "transfer" || e.Kind == "salary"):
		p.IBAN = PartyIBAN(p.Name)
	case c.country.code == "BR" && p.TaxID != "":
		d := NewKey("party", p.TaxID).RNG()
		for p.Bank == "" || p.Bank == c.Bank.COMPE {
			p.Bank = Pick(d, compeCodes())
		}
		p.Branch, p.Account, p.CheckDigit = d.Digits(4), d.Digits(8), d.Digits(1)
	}
	return p
}
