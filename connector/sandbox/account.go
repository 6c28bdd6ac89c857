package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// money is an amount of the customer's currency.
func (f *fetching) money(cents int64) fairlead.Money {
	return fairlead.NewMoney(cents, 2, f.customer.Currency())
}

func (f *fetching) pointer(cents int64) *fairlead.Money {
	m := f.money(cents)
	return &m
}

// accounts lists every account with its balances.
func (f *fetching) accounts() {
	for _, a := range f.customer.Accounts {
		if f.sees(a) {
			f.page.Accounts = append(f.page.Accounts, f.account(a))
		}
	}
	f.all("")
}

func (f *fetching) account(a world.Account) fairlead.Account {
	out := fairlead.Account{
		Ref: a.Ref, Kind: a.Kind, Subtype: a.Subtype, Name: a.Name, Mask: a.Mask, Numbers: a.Numbers, Currency: f.customer.Currency(),
		Status: "open", Opened: a.Opened.Date(), Holders: f.holders(),
	}
	if f.closed && a.Index == len(f.customer.Accounts)-1 {
		out.Status = "closed"
	}
	out.Balances = f.balances(a)
	if f.at.Country == "BR" {
		out.Extra = f.ofbAccount(a, out.Balances)
	}
	return out
}

// balances are what an account holds at the instant of the first page.
func (f *fetching) balances(a world.Account) fairlead.Balances {
	out := fairlead.Balances{AsOf: f.cursor.Now}
	switch {
	case a.Portfolio > 0:
		value := f.customer.Cash(a.Index, f.cursor.Now)
		if f.at.bank.Portfolios[a.Portfolio-1].Cash {
			out.Available = f.pointer(value)
		}
		for _, p := range f.customer.Positions(a.Index, f.cursor.Now) {
			value += p.Value
		}
		out.Current = f.pointer(value)
		return out
	case a.Loan > 0:
		owed, _ := f.customer.LoanOf(a, f.cursor.Now).Owed(f.cursor.Now)
		out.Current = f.pointer(-owed)
		return out
	}
	booked, pending := f.customer.Balance(a.Index, f.cursor.Now)
	out.Current = f.pointer(booked)
	switch a.Kind {
	case fairlead.AccountCard:
		used := max(-(booked + pending), 0)
		out.Limit, out.Used, out.Available = f.pointer(a.Limit), f.pointer(used), f.pointer(a.Limit-used)
	case fairlead.AccountDepository:
		out.Available = f.pointer(booked + pending + a.Limit)
		if f.at.Country == "BR" {
			out.Blocked, out.Invested = f.pointer(0), f.pointer(0)
		}
		if a.Limit > 0 {
			out.OverdraftContracted, out.OverdraftUsed = f.pointer(a.Limit), f.pointer(min(max(-booked, 0), a.Limit))
			out.OverdraftUnarranged = f.pointer(max(-booked-a.Limit, 0))
		}
	}
	return out
}

// holders are whom an account belongs to.
func (f *fetching) holders() []fairlead.Holder {
	p := f.customer.Person
	switch {
	case p.Company:
		return []fairlead.Holder{{Name: p.Name, Role: "company"}, {Name: p.Second, Role: "authorised"}}
	case f.customer.Persona.Joint:
		return []fairlead.Holder{{Name: p.Name, Role: "owner"}, {Name: p.Second, Role: "joint"}}
	}
	return []fairlead.Holder{{Name: p.Name, Role: "owner"}}
}

// identity says who the customer is, and the other holder of joint accounts.
func (f *fetching) identity() {
	p := f.customer.Person
	id := fairlead.Identity{
		Ref: "holder-1", Kind: fairlead.PersonNatural, Names: []string{p.Name}, Born: p.Born, Emails: []string{p.Email}, Phones: []string{p.Phone},
		Documents: []fairlead.TaxDocument{{Kind: p.TaxKind, Number: p.TaxID}}, Addresses: []fairlead.Address{p.Address},
	}
	role := "owner"
	if p.Company {
		id.Kind, role = fairlead.PersonCompany, "company"
	}
	id.Relations = f.relations(role)
	if f.at.Country == "BR" {
		id.Extra = f.ofbIdentity(id)
	}
	f.page.Identities = append(f.page.Identities, id)
	if f.customer.Persona.Joint {
		other := id
		other.Ref, other.Names = "holder-2", []string{p.Second}
		other.Documents = []fairlead.TaxDocument{{Kind: p.TaxKind, Number: p.SecondID}}
		other.Born, other.Emails, other.Phones = p.Born.AddDays(417), nil, nil
		other.Relations = f.relations("joint")
		if f.at.Country == "BR" {
			other.Extra = f.ofbIdentity(other)
		}
		f.page.Identities = append(f.page.Identities, other)
	}
	f.all("")
}

func (f *fetching) relations(role string) []fairlead.AccountRelation {
	var out []fairlead.AccountRelation
	for _, a := range f.customer.Accounts {
		if !f.sees(a) {
			continue
		}
		out = append(out, fairlead.AccountRelation{AccountRef: a.Ref, Role: role})
	}
	return out
}

// since is when the customer opened their first account.
func (f *fetching) since() fairlead.Date {
	if len(f.customer.Accounts) == 0 {
		return fairlead.Date{}
	}
	return f.customer.Accounts[0].Opened.Date()
}
