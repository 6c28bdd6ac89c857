package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// loans lists every contract that ran at any time in the history, paid off or not.
// It claims no coverage: what leaves the history as years pass is not removed.
func (f *fetching) loans() {
	for _, l := range f.customer.Contracts(f.history(), f.cursor.Now) {
		f.page.Loans = append(f.page.Loans, f.loan(l))
	}
}

// rate is basis points as a fraction.
func rate(basisPoints int64) fairlead.Decimal { return fairlead.NewDecimal(basisPoints, 4) }

func (f *fetching) loan(l world.Contract) fairlead.Loan {
	k := l.Kind
	owed, paid := l.Owed(f.cursor.Now)
	if k.Open {
		owed = f.overdrawn()
	}
	cost, yearly := fairlead.NewDecimal(f.customer.TotalCost(l), 6), rate(k.Rate)
	out := fairlead.Loan{
		Ref: l.Ref, Contract: l.Number, Name: k.Name, Kind: k.Kind, Subtype: k.Subtype, Contracted: l.Start.Date(), Amount: f.pointer(l.Amount), Outstanding: f.money(owed),
		Rates: []fairlead.LoanRate{{Nominal: &yearly, Period: "year", Kind: "nominal"}}, TotalCost: &cost, Amortisation: "price",
	}
	if k.SAC {
		out.Amortisation = "sac"
	}
	if l.Account >= 0 && f.isLoanOf(l) && f.sees(f.customer.Accounts[l.Account]) {
		out.AccountRef = f.customer.Accounts[l.Account].Ref
	}
	if k.Secured != "" {
		out.Guarantees = []fairlead.Guarantee{{Kind: k.Secured, Amount: f.money(l.Amount * 12 / 10)}}
	}
	f.charges(&out, l)
	if !k.Open {
		f.instalments(&out, l, paid)
	}
	if f.at.Country == "BR" {
		f.ofbLoan(&out, l)
	}
	return out
}

// charges are what the contract cost at its beginning.
func (f *fetching) charges(out *fairlead.Loan, l world.Contract) {
	costs := l.Charges()
	if costs.Fee > 0 {
		name, code := "Tarifa de cadastro", "CADASTRO"
		if l.Kind.Open {
			name, code = "Adiantamento a depositante", "ADIANT.DEPOSITANTE"
		}
		out.Fees = append(out.Fees, fairlead.LoanFee{Name: name, Code: code, Amount: f.money(costs.Fee)})
	}
	if costs.Tax > 0 {
		out.Fees = append(out.Fees, fairlead.LoanFee{Name: "IOF", Code: "IOF", Amount: f.money(costs.Tax)})
	}
}

// isLoanOf reports whether the contract is the one its account shows now.
func (f *fetching) isLoanOf(l world.Contract) bool {
	return f.customer.LoanOf(f.customer.Accounts[l.Account], f.cursor.Now).Ref == l.Ref
}

// overdrawn is what checking is below zero beyond its agreed limit.
func (f *fetching) overdrawn() int64 {
	for _, a := range f.customer.Accounts {
		if a.Subtype == "checking" && !a.Bulk {
			booked, _ := f.customer.Balance(a.Index, f.cursor.Now)
			return max(-booked-a.Limit, 0)
		}
	}
	return 0
}

// instalments writes the schedule: what is paid, and what is to come.
func (f *fetching) instalments(out *fairlead.Loan, l world.Contract, paid int) {
	out.Matures = l.Matures.Date()
	out.Instalments = fairlead.LoanInstalments{
		Total: len(l.Payments), Paid: paid, Due: len(l.Payments) - paid, DueDay: l.Kind.Day, Periodicity: "month",
		Amount: f.pointer(l.Payments[min(paid, len(l.Payments)-1)].Cents),
	}
	for _, p := range l.Payments {
		out.Schedule = append(out.Schedule, fairlead.LoanInstalment{Number: p.Number, Due: p.Due.Date(), Amount: f.money(p.Cents), Paid: p.Number <= paid})
		if p.Number <= paid {
			out.Payments = append(out.Payments, fairlead.LoanPayment{
				Ref: l.Ref + "-" + p.Due.Month().String(), Day: p.Due.Date(), Amount: f.money(p.Cents), Number: p.Number,
			})
		}
	}
}
