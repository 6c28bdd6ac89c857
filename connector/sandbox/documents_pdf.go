package sandbox

import (
	"cmp"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/paper"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// How papers look is package paper's business; here is what they say.

// letterhead is the institution at the head of its papers.
func (f *fetching) letterhead() paper.Bank {
	i := f.at
	return paper.Bank{Name: i.Name, Official: i.official, TaxID: i.taxID, Colour: i.Colour, Logo: i.Logo, Address: i.address, Phone: i.phone, Website: i.Website}
}

// party is the customer as a paper names them.
func (f *fetching) party() paper.Party {
	p := f.customer.Person
	out := paper.Party{Name: p.Name, Company: p.Company, TaxID: p.TaxID, Address: p.Address, Phone: p.Phone}
	if !p.Company {
		out.Given, out.Family = p.Given, p.Family
	}
	return out
}

func (f *fetching) language() paper.Language {
	switch f.at.Country {
	case "BR":
		return paper.Portuguese
	case "ES":
		return paper.Spanish
	}
	return paper.English
}

// printed is an account's number as its country's papers show it.
func printed(a world.Account) string {
	switch n := a.Numbers; {
	case a.Kind == fairlead.AccountCard:
		return "XXXX XXXX XXXX " + a.Mask
	case n.COMPE != "":
		kind := "  C/C "
		switch {
		case a.Portfolio > 0:
			kind = "  Invest. "
		case a.Subtype == "savings":
			kind = "  C/P "
		}
		return "Ag. " + n.Branch + kind + n.Number + "-" + n.CheckDigit
	case n.IBAN != "" && a.Portfolio == 0:
		return n.IBAN[:4] + " **** **** **** **** " + a.Mask
	}
	return "XXXXXX" + a.Mask
}

// statementOf reads a month from the ledger.
func (f *fetching) statementOf(a world.Account, m world.Month) paper.Statement {
	st := paper.Statement{
		Language: f.language(), Bank: f.letterhead(), Holder: f.party(), Kind: a.Kind, Account: a.Name, Number: printed(a),
		Period: fairlead.Interval{From: m.First().Date(), To: m.Last().Date()}, Issued: (m + 1).Day(2).Date(),
	}
	if a.Portfolio > 0 {
		f.custodyStatement(&st, a, m)
		return st
	}
	st.Opening, st.Closing = f.money(f.customer.Opening(a.Index, m)), f.money(f.customer.Opening(a.Index, m+1))
	for _, e := range f.customer.Month(a.Index, m) {
		if !e.Void {
			st.Lines = append(st.Lines, paper.Line{Day: e.Posted.Date(), Text: e.Text, Amount: f.money(e.Cents)})
		}
	}
	if a.Kind == fairlead.AccountCard && !a.Bulk {
		b := f.cycle(a, m, m.Last())
		st.Bill = &paper.Bill{Closed: b.Closes, Due: b.Due, Total: b.Total, Minimum: b.Minimum, Limit: f.pointer(a.Limit)}
	}
	return st
}

// custodyStatement says what an investment account was worth at the month's
// beginning and end, what happened between, and what it holds.
func (f *fetching) custodyStatement(st *paper.Statement, a world.Account, m world.Month) {
	begin, end := m.First().Time(), (m + 1).First().Time()
	worth := func(at time.Time) int64 {
		total := f.customer.Cash(a.Index, at)
		for _, p := range f.customer.Positions(a.Index, at) {
			total += p.Value
		}
		return total
	}
	st.Opening, st.Closing = f.money(worth(begin)), f.money(worth(end))
	if f.at.bank.Portfolios[a.Portfolio-1].Cash {
		st.Cash = f.pointer(f.customer.Cash(a.Index, begin))
	}
	for _, t := range f.customer.Custody(a.Index, m.Year()).Trades {
		if !t.At().Before(begin) && t.At().Before(end) {
			st.Lines = append(st.Lines, paper.Line{Day: t.Day.Date(), Text: t.Text, Amount: f.money(t.Cents)})
		}
	}
	for _, p := range f.customer.Positions(a.Index, end) {
		st.Holdings = append(st.Holdings, paper.Holding{
			Name: p.Security.Name, Code: cmp.Or(p.Security.Ticker, p.Security.ISIN), Quantity: quantity(p.Quantity), Price: *f.price(p.Price),
			Value: f.money(p.Value),
		})
	}
}

func (f *fetching) annual(t world.TaxForm) paper.Annual {
	return paper.Annual{Ref: t.Ref, Bank: f.letterhead(), Holder: f.party(), Year: t.Year, Issued: t.Issued.Date(), Corrected: t.Revision > 0}
}

// yearEnds are what the form's accounts held at the ends of two years.
func (f *fetching) yearEnds(t world.TaxForm, code func(world.Account) string) []paper.YearEnd {
	var out []paper.YearEnd
	for _, i := range t.Accounts {
		a := f.customer.Accounts[i]
		if after := f.box(t, "saldo."+a.Ref); after != nil {
			out = append(out, paper.YearEnd{Code: code(a), Text: a.Name, Number: strings.TrimSpace(printed(a)), Before: f.box(t, "saldoAnterior."+a.Ref), After: after})
		}
	}
	return out
}

func (f *fetching) informe(t world.TaxForm) paper.InformeRendimentos {
	income := func(code, text, name string) paper.Income {
		return paper.Income{Code: code, Text: text, Amount: *f.box(t, name)}
	}
	out := paper.InformeRendimentos{
		Annual: f.annual(t),
		Exempt: []paper.Income{
			income("12", "Rendimentos de cadernetas de poupança", "rendimentosPoupanca"),
			income("12", "Rendimentos de LCI, LCA, CRI e debêntures incentivadas", "rendimentosIsentos"),
			income("09", "Lucros e dividendos recebidos", "dividendos"),
		},
		Exclusive: []paper.Income{income("06", "Rendimentos líquidos de aplicações financeiras", "rendimentosAplicacoes")},
		Balances: f.yearEnds(t, func(a world.Account) string {
			if a.Subtype == "savings" {
				return "04-01"
			}
			return "06-01"
		}),
	}
	out.Balances = append(out.Balances, f.securitiesHeld(t, returnCode)...)
	if len(t.Ends) > 0 {
		out.Notes = []string{"Aplicações e participações pelo custo de aquisição. Ganhos líquidos em bolsa são apurados pelo contribuinte."}
	}
	out.Exclusive[0].Withheld = f.box(t, "impostoRetido")
	if debt := f.box(t, "dividas"); debt != nil {
		out.Debts = []paper.YearEnd{{Code: "11", Text: "Empréstimos e financiamentos", Before: f.box(t, "dividasAnteriores"), After: debt}}
	}
	return out
}

// securitiesHeld are the securities of a form at the ends of two years.
func (f *fetching) securitiesHeld(t world.TaxForm, code func(*world.Security) string) []paper.YearEnd {
	var out []paper.YearEnd
	for _, h := range t.Ends {
		if after := f.box(t, "saldo."+h.Ref); after != nil {
			out = append(out, paper.YearEnd{Code: code(h.Security), Text: h.Security.Name, Number: h.Security.ISIN, Before: f.box(t, "saldoAnterior."+h.Ref), After: after})
		}
	}
	return out
}

// returnCode is the group and code under which the Brazilian tax return lists a security.
func returnCode(s *world.Security) string {
	switch {
	case s.Kind == "equity":
		return "03-01"
	case s.Kind == "etf":
		return "07-09"
	case s.Kind == "fund" && s.Class == world.SharesClass:
		return "07-04"
	case s.Kind == "fund":
		return "07-01"
	case s.Exempt:
		return "04-03"
	}
	return "04-02"
}

func (f *fetching) informeFiscal(t world.TaxForm) paper.InformeFiscal {
	return paper.InformeFiscal{
		Annual: f.annual(t),
		Incomes: []paper.Income{
			{Text: "Intereses de cuentas y depósitos", Amount: *f.box(t, "interesesBrutos"), Withheld: f.box(t, "retencionIntereses")},
			{Text: "Dividendos", Amount: *f.box(t, "dividendosBrutos"), Withheld: f.box(t, "retencionDividendos")},
		},
		Sales: f.sales(t), Withheld: f.box(t, "retencionGanancias"), Balances: append(f.yearEnds(t, func(world.Account) string { return "" }), f.securitiesHeld(t, func(*world.Security) string { return "" })...),
	}
}
