package paper

import (
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// InformeRendimentos is the report of a year that a Brazilian bank gives for
// the income tax return. Amounts are reais. FDX has no shape for it.
type InformeRendimentos struct {
	Annual
	Exempt    []Income  // rendimentos isentos e não tributáveis
	Exclusive []Income  // sujeitos à tributação exclusiva ou definitiva
	Balances  []YearEnd // bens e direitos
	Debts     []YearEnd // dívidas e ônus reais
	Notes     []string  // informações complementares
}

// Render writes the report.
func (f InformeRendimentos) Render() ([]byte, error) {
	amounts := append(amountsOf(f.Exempt), amountsOf(f.Exclusive, append(f.Balances[:len(f.Balances):len(f.Balances)], f.Debts...)...)...)
	if err := f.check("BRL", amounts...); err != nil {
		return nil, err
	}
	whose := "Pessoa Física"
	if f.Holder.Company {
		whose = "Pessoa Jurídica"
	}
	p, y, err := f.begin(Portuguese, annualHead{
		"Informe de Rendimentos Financeiros", "Imposto sobre a Renda – " + whose + "  ·  Ano-calendário de " + strconv.Itoa(f.Year),
		"RETIFICADOR", "Substitui o informe enviado anteriormente para este ano-calendário.",
	})
	if err != nil {
		return nil, err
	}
	y = p.numbered(y, 1, "Fonte pagadora")
	y = p.pairs(y, []float64{0, 52}, fact{"Nome empresarial", f.Bank.Official}, fact{"CNPJ", cnpj(f.Bank.TaxID)})
	y = p.numbered(y+3, 2, whose+" beneficiária dos rendimentos")
	id := "CPF"
	if f.Holder.Company {
		id = "CNPJ"
	}
	y = p.pairs(y, []float64{0, 52}, fact{"Nome completo", f.Holder.Name}, fact{id, maskedCPF(f.Holder.TaxID)})
	y = p.pairs(y, []float64{0}, fact{"Endereço", join(", ", envelope(f.Holder.Address)...)})
	y = f.incomes(p, p.numbered(y+3, 3, "Rendimentos isentos e não tributáveis"), f.Exempt)
	y = f.incomes(p, p.numbered(y, 4, "Rendimentos sujeitos à tributação exclusiva / definitiva"), f.Exclusive)
	y = f.ends(p, p.numbered(y, 5, "Saldos em contas e aplicações financeiras (bens e direitos)"), f.Balances)
	y = f.ends(p, p.numbered(y, 6, "Dívidas e ônus reais"), f.Debts)
	y = p.numbered(y, 7, "Informações complementares")
	p.font("", 8.5, ink)
	for _, note := range append(f.Notes[:len(f.Notes):len(f.Notes)], "Valores em reais (R$). Confira-os antes de enviar a declaração.") {
		y = p.prose(margin+2, y, p.width()-4, 4.2, note)
	}
	y = p.numbered(y+3, 8, "Responsável pelas informações")
	p.pairs(y, []float64{0, 52}, fact{"Nome", f.Bank.Official}, fact{"Data", p.day(f.Issued)})
	return p.bytes()
}

// none is the row of a section without figures.
const none = "Sem valores a informar."

func (f InformeRendimentos) incomes(p *page, y float64, items []Income) float64 {
	if len(items) == 0 {
		p.font("", 8.5, muted)
		p.put(margin+2, y, p.width()-4, 5, "L", none)
		return y + 8
	}
	t := p.table(y, 8.5, column{"Código", 16, false}, column{"Especificação", 0, false}, column{"Imposto retido (R$)", 34, true}, column{"Valor (R$)", 34, true})
	var amounts, taxes []fairlead.Money
	for _, i := range items {
		withheld := ""
		if i.Withheld != nil {
			withheld = p.cents(*i.Withheld)
			taxes = append(taxes, *i.Withheld)
		}
		t.row(i.Code, i.Text, withheld, p.cents(i.Amount))
		amounts = append(amounts, i.Amount)
	}
	total := ""
	if len(taxes) > 0 {
		total = p.cents(sum("BRL", taxes))
	}
	t.total("", "Total", total, p.cents(sum("BRL", amounts)))
	return t.y + 4
}

func (f InformeRendimentos) ends(p *page, y float64, items []YearEnd) float64 {
	if len(items) == 0 {
		p.font("", 8.5, muted)
		p.put(margin+2, y, p.width()-4, 5, "L", none)
		return y + 8
	}
	t := p.table(y, 8.5, column{"Código", 16, false}, column{"Discriminação", 0, false},
		column{fmt.Sprintf("31/12/%d (R$)", f.Year-1), 34, true}, column{fmt.Sprintf("31/12/%d (R$)", f.Year), 34, true})
	for _, e := range items {
		t.row(e.Code, join("  ", e.Text, e.Number), p.centsOrNothing(e.Before), p.centsOrNothing(e.After))
	}
	return t.y + 4
}

func (l Language) centsOrNothing(m *fairlead.Money) string {
	if m == nil {
		return ""
	}
	return l.cents(*m)
}
