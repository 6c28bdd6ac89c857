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

// accounts tells every account with its balances.
func (f *fetching) accounts() {
	for _, a := range f.customer.Accounts {
		if a.Opened <= world.DayOf(f.place.Now) {
			f.page.Accounts = append(f.page.Accounts, f.account(a))
		}
	}
	f.all("")
}

func (f *fetching) account(a world.Account) fairlead.Account {
	out := fairlead.Account{Ref: a.Ref, Kind: a.Kind, Subtype: a.Subtype, Name: a.Name, Mask: a.Mask, Numbers: a.Numbers, Currency: f.customer.Currency(),
		Status: "open", Opened: a.Opened.Date(), Holders: f.holders()}
	booked, pending := f.customer.Balance(a.Index, f.place.Now)
	out.Balances = fairlead.Balances{Current: f.pointer(booked), AsOf: f.place.Now}
	switch a.Kind {
	case fairlead.CardAccount:
		used := max(-(booked + pending), 0)
		out.Balances.Limit, out.Balances.Used, out.Balances.Available = f.pointer(a.Limit), f.pointer(used), f.pointer(a.Limit-used)
	case fairlead.Depository:
		out.Balances.Available = f.pointer(booked + pending + a.Limit)
		if a.Limit > 0 {
			out.Balances.OverdraftContracted, out.Balances.OverdraftUsed = f.pointer(a.Limit), f.pointer(min(max(-booked, 0), a.Limit))
			out.Balances.OverdraftUnarranged = f.pointer(max(-booked-a.Limit, 0))
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

// identity tells who the customer is, and the other holder of joint accounts.
func (f *fetching) identity() {
	p := f.customer.Person
	id := fairlead.Identity{Ref: "holder-1", Kind: fairlead.NaturalPerson, Names: []string{p.Name}, Born: p.Born, Emails: []string{p.Email}, Phones: []string{p.Phone},
		Documents: []fairlead.TaxDocument{{Kind: p.TaxKind, Number: p.TaxID}}, Addresses: []fairlead.Address{p.Address}}
	role := "owner"
	if p.Company {
		id.Kind, role = fairlead.Company, "company"
	}
	id.Relations = f.relations(role)
	f.page.Identities = append(f.page.Identities, id)
	if f.customer.Persona.Joint {
		other := id
		other.Ref, other.Names = "holder-2", []string{p.Second}
		other.Documents = []fairlead.TaxDocument{{Kind: p.TaxKind, Number: p.SecondID}}
		other.Born, other.Emails, other.Phones = p.Born.AddDays(417), nil, nil
		other.Relations = f.relations("joint")
		f.page.Identities = append(f.page.Identities, other)
	}
	f.all("")
}

func (f *fetching) relations(role string) []fairlead.AccountRelation {
	var out []fairlead.AccountRelation
	for _, a := range f.customer.Accounts {
		out = append(out, fairlead.AccountRelation{AccountRef: a.Ref, Role: role})
	}
	return out
}
