package report

import (
	"slices"
	"strings"
	"sync"

	"github.com/fairlead-dev/fairlead"
)

// Level is whom a product is about: its name begins with it.
type Level string

const (
	Person  Level = "pf"
	Company Level = "pj"
)

// product is one kind of report.
type product struct {
	name  string             // without the level
	needs []fairlead.Product // the first is what nothing can be said without
	build func(*builder) error
}

// catalogue is what is found out of the table of products, once: every link asks.
type catalogue struct {
	names map[Level][]string // whole names, in the order of the table
	named map[string]product // by whole name
}

var known struct {
	once sync.Once
	catalogue
}

func products() *catalogue {
	known.once.Do(func() {
		known.names, known.named = map[Level][]string{}, map[string]product{}
		for _, l := range []Level{Person, Company} {
			for _, p := range table() {
				known.names[l] = append(known.names[l], l.Name(p.name))
				known.named[l.Name(p.name)] = p
			}
		}
	})
	return &known.catalogue
}

// table is all products, in the order in which they are reported.
func table() []product {
	cash := []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions}
	card := []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductBills}
	loans, holdings := []fairlead.Product{fairlead.ProductLoans}, []fairlead.Product{fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions}
	identity := []fairlead.Product{fairlead.ProductIdentity}
	return []product{
		{"checking_account", cash, (*builder).checking},
		{"savings_account", cash, (*builder).savings},
		{"credit_card", card, (*builder).cards},
		{"balance", []fairlead.Product{fairlead.ProductAccounts}, (*builder).balances},
		{"loans", loans, credit("loan")},
		{"financing", loans, credit("financing", "mortgage")},
		{"unarranged_account_overdraft", loans, credit("overdraft")},
		{"invoice_financing", loans, credit("invoice_financing")},
		{"bank_fixed_incomes", holdings, investments(bankFixedIncome)},
		{"credit_fixed_incomes", holdings, investments(creditFixedIncome)},
		{"variable_incomes", holdings, investments(variableIncome)},
		{"treasure_titles", holdings, investments(treasureTitle)},
		{"funds", holdings, investments(fund)},
		{"categorized_checking_l2", cash, (*builder).checking},
		{"categorized_savings_l2", cash, (*builder).savings},
		{"categorized_creditcard_l2", card, (*builder).cards},
		{"categorized_checking_l3", cash, (*builder).checking},
		{"categorized_savings_l3", cash, (*builder).savings},
		{"categorized_creditcard_l3", card, (*builder).cards},
		{"registration", identity, (*builder).registration},
		{"income", cash, (*builder).income},
		{"liabilities", cash, (*builder).liabilities},
		{"financial_insight", card, (*builder).insight},
	}
}

// Names are those of all products: of persons, then of companies.
func Names() []string {
	return slices.Concat(products().names[Person], products().names[Company])
}

// productOf finds a product by its whole name.
func productOf(name string) (product, bool) {
	p, ok := products().named[name]
	return p, ok
}

// Known reports whether there is a product of the whole name.
func Known(name string) bool {
	_, ok := productOf(name)
	return ok
}

// levelOf is whom a product is about.
func levelOf(name string) Level {
	l, _, _ := strings.Cut(name, "_")
	return Level(l)
}

// Name is the whole name of a product, by its name without the level.
func (l Level) Name(bare string) string { return string(l) + "_" + bare }

// Has reports whether a product's name is of the level.
func (l Level) Has(name string) bool { return strings.HasPrefix(name, string(l)+"_") }

// detail is how deep a categorised report goes: 0 when it is not categorised.
func detail(name string) int {
	switch {
	case strings.HasSuffix(name, "_l2"):
		return 2
	case strings.HasSuffix(name, "_l3"):
		return 3
	}
	return 0
}

// Needs is what must be collected for products, and who the person is.
func Needs(names []string) []fairlead.Product {
	want := map[fairlead.Product]bool{fairlead.ProductAccounts: true, fairlead.ProductIdentity: true}
	for _, n := range names {
		if p, ok := productOf(n); ok {
			for _, need := range p.needs {
				want[need] = true
			}
		}
	}
	return slices.DeleteFunc(fairlead.Products(), func(p fairlead.Product) bool { return !want[p] })
}

// Select returns the names of the list that are of the level, in order and each once.
func (l Level) Select(names []string) []string {
	return slices.DeleteFunc(slices.Clone(products().names[l]), func(n string) bool { return !slices.Contains(names, n) })
}
