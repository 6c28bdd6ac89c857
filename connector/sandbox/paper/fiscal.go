package paper

import (
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
)

// InformeFiscal is the report of a year that a Spanish bank gives for the
// income tax return. Amounts are euros. FDX has no shape for it.
type InformeFiscal struct {
	Annual
	Incomes  []Income        // rendimientos del capital mobiliario
	Sales    []Sale          // ganancias y pérdidas patrimoniales
	Withheld *fairlead.Money // of the gains
	Balances []YearEnd       // on 31 December
}

// Render writes the report.
func (f InformeFiscal) Render() ([]byte, error) {
	amounts := amountsOf(f.Incomes, f.Balances...)
	for _, s := range f.Sales {
		amounts = append(amounts, &s.Proceeds, &s.Cost)
	}
	amounts = append(amounts, f.Withheld)
	if err := f.check("EUR", amounts...); err != nil {
		return nil, err
	}
	tax := "Impuesto sobre la Renta de las Personas Físicas"
	if f.Holder.Company {
		tax = "Impuesto sobre Sociedades"
	}
	p, y, err := f.begin(Spanish, annualHead{
		"Información fiscal", tax + "  ·  Ejercicio " + strconv.Itoa(f.Year),
		"RECTIFICATIVO", "Sustituye al informe fiscal enviado anteriormente para este ejercicio.",
	})
	if err != nil {
		return nil, err
	}
	y = p.pairs(y, []float64{0, 46}, fact{"Entidad", f.Bank.Official}, fact{"NIF de la entidad", bare(f.Bank.TaxID)})
	y = p.pairs(y, []float64{0, 46}, fact{"Titular", f.Holder.Name}, fact{"NIF del titular", maskedNIF(f.Holder)})
	y = p.pairs(y, []float64{0}, fact{"Domicilio", join(", ", envelope(f.Holder.Address)...)})
	y = f.incomes(p, p.numbered(y+4, 1, "Rendimientos del capital mobiliario"))
	y = f.gains(p, p.numbered(y, 2, "Ganancias y pérdidas patrimoniales por transmisión de valores"))
	y = f.balances(p, p.numbered(y, 3, fmt.Sprintf("Saldos a 31 de diciembre de %d", f.Year)))
	p.font("", 7.5, muted)
	if y+12 > p.bottom {
		p.AddPage()
		y = p.GetY()
	}
	p.prose(margin, y, p.width(), 3.6, "Importes en euros. Este informe es una ayuda para la declaración y refleja los datos que la entidad conoce del titular en el ejercicio. "+
		"Compruebe los datos antes de presentar la declaración.")
	return p.bytes()
}

func (f InformeFiscal) nothing(p *page, y float64) float64 {
	p.font("", 8.5, muted)
	p.put(margin+2, y, p.width()-4, 5, "L", "Sin datos en el ejercicio.")
	return y + 9
}

func (f InformeFiscal) incomes(p *page, y float64) float64 {
	if len(f.Incomes) == 0 {
		return f.nothing(p, y)
	}
	t := p.table(y, 8.5, column{"Concepto", 0, false}, column{"Rendimiento íntegro (€)", 36, true}, column{"Retención (€)", 30, true}, column{"Rendimiento neto (€)", 36, true})
	var gross, withheld, net []fairlead.Money
	for _, i := range f.Incomes {
		w := fairlead.NewMoney(0, 2, "EUR")
		if i.Withheld != nil {
			w = *i.Withheld
		}
		left := fairlead.Money{Amount: i.Amount.Amount.Sub(w.Amount), Currency: "EUR"}
		t.row(join("  ", i.Code, i.Text), p.cents(i.Amount), p.cents(w), p.cents(left))
		gross, withheld, net = append(gross, i.Amount), append(withheld, w), append(net, left)
	}
	t.total("Total", p.cents(sum("EUR", gross)), p.cents(sum("EUR", withheld)), p.cents(sum("EUR", net)))
	return t.y + 5
}

func (f InformeFiscal) gains(p *page, y float64) float64 {
	if len(f.Sales) == 0 {
		return f.nothing(p, y)
	}
	t := p.table(y, 7.8, column{"Valor", 0, false}, column{"Títulos", 20, true}, column{"Adquisición", 20, false}, column{"Transmisión", 20, false},
		column{"V. transmisión (€)", 28, true}, column{"V. adquisición (€)", 28, true}, column{"Resultado (€)", 24, true})
	var proceeds, cost, gain []fairlead.Money
	for _, s := range f.Sales {
		t.row(join("  ", s.Name, s.ISIN), p.quantity(s.Quantity), p.day(s.Acquired), p.day(s.Sold), p.cents(s.Proceeds), p.cents(s.Cost), p.cents(s.gain()))
		proceeds, cost, gain = append(proceeds, s.Proceeds), append(cost, s.Cost), append(gain, s.gain())
	}
	t.total("Total ("+strconv.Itoa(len(f.Sales))+")", "", "", "", p.cents(sum("EUR", proceeds)), p.cents(sum("EUR", cost)), p.cents(sum("EUR", gain)))
	if f.Withheld != nil {
		t.total("Retenciones (fondos)", "", "", "", "", "", p.cents(*f.Withheld))
	}
	return t.y + 5
}

func (f InformeFiscal) balances(p *page, y float64) float64 {
	if len(f.Balances) == 0 {
		return f.nothing(p, y)
	}
	t := p.table(y, 8.5, column{"Producto", 0, false}, column{"IBAN / número", 62, false}, column{fmt.Sprintf("Saldo a 31/12/%d (€)", f.Year), 42, true})
	for _, b := range f.Balances {
		t.row(join("  ", b.Code, b.Text), b.Number, p.centsOrNothing(b.After))
	}
	return t.y + 6
}
