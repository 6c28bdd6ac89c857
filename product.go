package fairlead

import "slices"

// Product is a kind of data that can be asked for and consented to.
type Product string

const (
	Accounts               Product = "accounts" // with balances
	Transactions           Product = "transactions"
	Bills                  Product = "bills"
	Loans                  Product = "loans"
	Holdings               Product = "holdings"
	InvestmentTransactions Product = "investment_transactions"
	IdentityProduct        Product = "identity"
	Statements             Product = "statements"
	TaxForms               Product = "tax_forms"
)

// Products is the closed list, in the order in which they are collected:
// accounts first, because everything else hangs on them.
func Products() []Product {
	return []Product{Accounts, IdentityProduct, Transactions, Bills, Loans, Holdings, InvestmentTransactions, Statements, TaxForms}
}

// Valid tells whether the product is one of the closed list.
func (p Product) Valid() bool { return slices.Contains(Products(), p) }
