package world

import "strings"

// Persona is a kind of life. Percentages compare with the ordinary wage and
// spending of the country.
type Persona struct {
	Name     string
	Life     string // one sentence for the documentation
	Income   income
	Wage     int64 // per cent
	Spending int64 // per cent
	Savings  int64 // months of wages at the start of a year
	Growth   int64 // saved a year, in per cent of a month's wage
	Holdings int64 // months of wages invested
	Tight    bool  // lives on the overdraft
	Lets     bool  // rents out a flat
	Owns     bool  // the home, with a loan where the bank gives such only to owners
	Refunded bool  // gets tax back from the state, where there is one
	Jobless  bool  // draws a benefit in winter, where the country is American
	Sells    bool  // through a marketplace, where the country is American
	Company  bool
	Joint    bool
	Empty    bool
	Bulk     int // accounts in all, where there are very many
}

// income is where the money comes from.
type income int

const (
	wages income = iota
	jobs         // irregular, from clients
	retired
	trade // a company's: many invoices, payroll, suppliers
	allowance
)

// personas is the table of who there is.
func personas() []Persona {
	return []Persona{
		{Name: "good", Life: "A salary, rent, groceries, subscriptions, a credit card and savings.", Wage: 100, Spending: 100, Savings: 3, Growth: 20, Holdings: 6},
		{Name: "saver", Life: "Spends little, puts half away, and owns a home with a loan of the American bank.", Wage: 110, Spending: 60, Savings: 14, Growth: 250, Holdings: 10, Owns: true},
		{Name: "freelancer", Life: "Irregular income from several clients; in America an unemployment benefit in winter.", Income: jobs, Wage: 115, Spending: 95, Savings: 4, Growth: 0, Holdings: 4, Jobless: true},
		{Name: "investor", Life: "A good salary, a home of their own, rent from a flat, and many holdings.", Wage: 190, Spending: 130, Savings: 5, Growth: 50, Holdings: 60, Lets: true, Owns: true},
		{Name: "retiree", Life: "A pension, distributions of a plan, and savings.", Income: retired, Wage: 80, Spending: 80, Savings: 10, Growth: 0, Holdings: 40},
		{Name: "business", Life: "A small company: invoices, payroll, suppliers and taxes; in America sales through a marketplace.", Income: trade, Wage: 700, Spending: 110, Savings: 3, Growth: 50, Holdings: 3, Company: true, Sells: true},
		{Name: "student", Life: "An allowance, a small job and an overdraft.", Income: allowance, Wage: 32, Spending: 30, Savings: 1, Growth: 0, Holdings: 1, Tight: true},
		{Name: "heavy", Life: "25 accounts, 250 000 transactions in 24 full months (its banks tell no more), and those of the present one.", Wage: 250, Spending: 150, Savings: 6, Growth: 0, Holdings: 30, Bulk: 25},
		{Name: "empty", Life: "A login without a single account.", Wage: 100, Spending: 100, Empty: true},
		{Name: "joint", Life: "A couple: every account has two holders; in America a home loan and a tax refund.", Wage: 160, Spending: 140, Savings: 5, Growth: 50, Holdings: 8, Joint: true, Owns: true, Refunded: true},
	}
}

// Personas lists the personas for the documentation.
func Personas() []Persona { return personas() }

// PersonaOf finds the persona that a user name picks: the part before "+", and
// "good" for a name that is none.
func PersonaOf(user string) Persona {
	name, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(user)), "+")
	all := personas()
	for _, p := range all {
		if p.Name == name {
			return p
		}
	}
	return all[0]
}
