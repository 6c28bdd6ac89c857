package fairlead

import "slices"

// Product is a kind of data that can be asked for and consented to.
type Product string

const (
	ProductAccounts               Product = "accounts" // with balances
	ProductTransactions           Product = "transactions"
	ProductBills                  Product = "bills"
	ProductLoans                  Product = "loans"
	ProductHoldings               Product = "holdings"
	ProductInvestmentTransactions Product = "investment_transactions"
	ProductIdentity               Product = "identity"
	ProductStatements             Product = "statements"
	ProductTaxForms               Product = "tax_forms"
)

// Products is the closed list, in the order in which they are collected:
// accounts first, because everything else hangs on them.
func Products() []Product {
	return []Product{
		ProductAccounts, ProductIdentity, ProductTransactions, ProductBills, ProductLoans, ProductHoldings,
		ProductInvestmentTransactions, ProductStatements, ProductTaxForms,
	}
}

// Valid reports whether the product is one of the closed list.
func (p Product) Valid() bool { return slices.Contains(Products(), p) }
