package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// institution is one make-believe bank: what people see of it, and what the
// world must know of it.
type institution struct {
	fairlead.Institution
	bank world.Bank
}

// institutions is the table of them all. Ids never change.
func institutions() []institution {
	all := []institution{harbor()}
	for n := range all {
		i := &all[n]
		i.Connector = Name
		i.Environments = []fairlead.Environment{fairlead.Sandbox}
		i.Health = fairlead.Healthy
		i.bank.Name, i.bank.Country = string(i.ID), i.Country
	}
	return all
}

func harbor() institution {
	return institution{
		Institution: fairlead.Institution{
			ID: "ins_harbor", ShortName: "harbor", Name: "Harbor Bank", OtherNames: []string{"Harbor", "Harbor National Bank"}, Country: "US", Currency: "USD",
			Codes:   []fairlead.Code{{Scheme: "routing", Value: "990000017"}, {Scheme: "fid", Value: "99017"}},
			Website: "https://harbor.example", Colour: "#0b4f6c", Logo: logo("#0b4f6c", `<path d="M20 44h24M32 16v28M22 24h20M18 36c2 10 26 10 28 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="14" r="4" fill="#fff"/>`),
			Popular: 100, Logins: []fairlead.LoginKind{fairlead.LoginPassword},
			Products: []fairlead.Product{fairlead.Accounts, fairlead.IdentityProduct, fairlead.Transactions, fairlead.Bills, fairlead.Statements},
		},
		bank: world.Bank{Routing: "990000017", Checking: true, Savings: true, Card: true},
	}
}

// logo draws a mark of our own on a rounded square.
func logo(colour, mark string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="` + colour + `"/>` + mark + `</svg>`
}
