package paper_test

import (
	"fmt"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/paper"
)

type renderer interface{ Render() ([]byte, error) }

func day(y, m, d int) fairlead.Date {
	out, _ := fairlead.ParseDate(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
	return out
}

func usd(cents int64) fairlead.Money { return fairlead.NewMoney(cents, 2, "USD") }

func dollars(cents int64) *fairlead.Money {
	m := usd(cents)
	return &m
}

func harbor() paper.Bank {
	return paper.Bank{
		Name: "Harbor Bank", Official: "Harbor Bank, N.A.", TaxID: "990000017", Colour: "#0b4f6c", Website: "https://harbor.example", Phone: "(555) 010-0199",
		Address: fairlead.Address{Lines: []string{"1 Pier Street"}, City: "Portland", Region: "OR", Postcode: "97201", Country: "US"},
		Logo:    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#0b4f6c"/><path d="M20 44h24M32 16v28M22 24h20M18 36c2 10 26 10 28 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="14" r="4" fill="#fff"/></svg>`,
	}
}

func ada() paper.Party {
	return paper.Party{
		Name: "Ada Whitfield", Given: "Ada", Family: "Whitfield", TaxID: "900123456",
		Address: fairlead.Address{Lines: []string{"742 Maple Avenue"}, City: "Springfield", Region: "IL", Postcode: "62704", Country: "US"},
	}
}

func head(ref string) paper.Head {
	b := harbor()
	return paper.Head{
		Ref: ref, Bank: b, Payer: paper.Party{Name: b.Official, Company: true, TaxID: b.TaxID, Address: b.Address, Phone: b.Phone}, Recipient: ada(),
		Account: "XXXXXX4821", TaxYear: 2025, Issued: day(2026, 1, 31),
	}
}

func checking() paper.Statement {
	s := paper.Statement{
		Language: paper.English, Bank: harbor(), Holder: ada(), Kind: fairlead.AccountDepository, Account: "Everyday Checking", Number: "XXXXXX4821",
		Period: fairlead.Interval{From: day(2026, 6, 1), To: day(2026, 6, 30)}, Issued: day(2026, 7, 2), Opening: usd(154210),
	}
	balance := int64(154210)
	for _, l := range []struct {
		day   int
		text  string
		cents int64
	}{
		{1, "PAYROLL ACME INDUSTRIES PPD ID 9900112233", 243750},
		{2, "RENT WILLOW PROPERTY MGMT", -165000},
		{3, "CORNER GROCERY #1120 SPRINGFIELD IL", -8431},
		{7, "ONLINE TRANSFER TO SAVINGS ...7790", -30000},
		{12, "CITY POWER & LIGHT AUTOPAY", -9612},
		{15, "PAYROLL ACME INDUSTRIES PPD ID 9900112233", 243750},
		{19, "CARD PAYMENT THANK YOU", -72045},
		{24, "BISTRO CAFÉ LYON SPRINGFIELD IL A LONG DESCRIPTION THAT DOES NOT FIT ON ONE LINE OF THE TABLE AT ALL, SO IT WRAPS", -6120},
		{30, "INTEREST PAID", 17},
	} {
		s.Lines = append(s.Lines, paper.Line{Day: day(2026, 6, l.day), Text: l.text, Amount: usd(l.cents)})
		balance += l.cents
	}
	s.Closing = usd(balance)
	return s
}

func long() paper.Statement {
	s := checking()
	s.Lines, s.Closing = nil, s.Opening
	for i := range 400 {
		a := usd(int64(i*37%5000) - 2400)
		s.Lines = append(s.Lines, paper.Line{Day: day(2026, 6, 1+i*30/400), Text: fmt.Sprintf("POINT OF SALE %04d", i), Amount: a})
		s.Closing.Amount = s.Closing.Amount.Add(a.Amount)
	}
	return s
}

func int1099() paper.Form1099INT {
	return paper.Form1099INT{
		Head: head("X0f31aa80c4d2e7b1"), InterestIncome: dollars(128437), EarlyWithdrawalPenalty: dollars(2500), USBondInterest: dollars(30410), FederalTaxWithheld: dollars(0),
		State: &paper.State{Code: "IL", PayerID: "99-0000017", Withheld: dollars(0)},
	}
}

func corrected(h paper.Head) paper.Head {
	h.Ref, h.Corrected, h.Issued = h.Ref+"-1", true, day(2026, 3, 15)
	return h
}

func card() paper.Statement {
	s := checking()
	s.Kind, s.Account, s.Number = fairlead.AccountCard, "Harbor Rewards Card", "XXXX XXXX XXXX 0316"
	s.Opening, s.Lines = usd(-72045), []paper.Line{
		{Day: day(2026, 6, 3), Text: "CORNER GROCERY #1120 SPRINGFIELD IL", Amount: usd(-6210)},
		{Day: day(2026, 6, 8), Text: "STREAMFLIX MONTHLY", Amount: usd(-1599)},
		{Day: day(2026, 6, 12), Text: "PAYMENT THANK YOU", Amount: usd(72045)},
		{Day: day(2026, 6, 17), Text: "AIR MERIDIAN 0162244", Amount: usd(-118890)},
		{Day: day(2026, 6, 22), Text: "REFUND OUTDOOR OUTFITTERS", Amount: usd(4550)},
	}
	s.Closing = usd(-122149)
	s.Bill = &paper.Bill{Closed: day(2026, 6, 20), Due: day(2026, 7, 12), Total: usd(126699), Minimum: dollars(3500), Limit: dollars(500000)}
	return s
}

func brokerage() paper.Statement {
	s := checking()
	s.Bank.Name, s.Bank.Official, s.Bank.Colour, s.Bank.Logo = "Anchor Brokerage", "Anchor Brokerage LLC", "#1d3557", ""
	s.Kind, s.Account, s.Number = fairlead.AccountInvestment, "Individual Brokerage", "XXXX-7731"
	s.Opening, s.Closing, s.Cash = usd(10451277), usd(10713450), dollars(130000)
	s.Lines = []paper.Line{
		{Day: day(2026, 6, 4), Text: "DIVIDEND Northwind Industries", Amount: usd(8125)},
		{Day: day(2026, 6, 11), Text: "BUY 12 Lumen Optics @ 88.40", Amount: usd(-106080)},
		{Day: day(2026, 6, 23), Text: "SELL 5 Globex Materials @ 141.02", Amount: usd(70510)},
	}
	s.Holdings = []paper.Holding{
		{Name: "Northwind Industries", Code: "US9900010011", Quantity: fairlead.NewDecimal(1250000, 4), Price: usd(41288), Value: usd(5161000)},
		{Name: "Lumen Optics", Code: "US9900010029", Quantity: fairlead.NewDecimal(3120000, 4), Price: usd(9015), Value: usd(2812680)},
		{Name: "U.S. Treasury Note 4.25% 2031", Quantity: fairlead.NewDecimal(26372, 0), Price: usd(100), Value: usd(2637215)},
	}
	return s
}

func div1099() paper.Form1099DIV {
	return paper.Form1099DIV{
		Head: head("X6a1be20977f3c415"), OrdinaryDividends: dollars(312088), QualifiedDividends: dollars(249670), TotalCapitalGain: dollars(0), FederalTaxWithheld: dollars(0),
		ForeignTaxPaid: dollars(1422), ForeignCountry: "Various",
	}
}

func b1099() paper.Form1099B {
	sale := func(name, isin string, quantity int64, bought, sold fairlead.Date, proceeds, cost int64, long bool) paper.Sale {
		return paper.Sale{Name: name, ISIN: isin, Quantity: fairlead.NewDecimal(quantity, 4), Acquired: bought, Sold: sold, Proceeds: usd(proceeds), Cost: usd(cost), Long: long}
	}
	sales := []paper.Sale{
		sale("Globex Materials", "US9900010037", 50000, day(2025, 2, 3), day(2025, 6, 23), 70510, 64120, false),
		sale("Lumen Optics", "US9900010029", 125000, day(2025, 4, 9), day(2025, 9, 30), 110500, 118833, false),
		sale("Northwind Industries", "US9900010011", 200000, day(2022, 11, 14), day(2025, 11, 5), 825760, 401200, true),
		sale("Aurora Total Market Fund", "US9900010045", 315500, fairlead.Date{}, day(2025, 12, 12), 214203, 190077, true),
	}
	sales[1].Disallowed = dollars(3100)
	return paper.Form1099B{Head: head("Xc01d5f66a2b98e30"), Sales: sales, FederalTaxWithheld: dollars(0)}
}

func consolidated() paper.Consolidated1099 {
	i, d, b := int1099(), div1099(), b1099()
	i.State = nil
	return paper.Consolidated1099{Head: head("X77e02b4c1d9a6f58"), INT: &i, DIV: &d, B: &b}
}

func r1099() paper.Form1099R {
	f := paper.Form1099R{Head: head("X2b90cc1d04e8fa67"), GrossDistribution: dollars(4320000), TaxableAmount: dollars(4320000), FederalTaxWithheld: dollars(432000), DistributionCodes: []string{"7"}, IRA: true, TotalDistribution: false}
	f.Payer = paper.Party{Name: "Acme Industries Retirement Plan", Company: true, TaxID: "991234567", Address: fairlead.Address{Lines: []string{"400 Foundry Road"}, City: "Dayton", Region: "OH", Postcode: "45402", Country: "US"}, Phone: "(937) 555-0172"}
	f.State = &paper.State{Code: "IL", PayerID: "99-1234567", Withheld: dollars(216000), Income: dollars(4320000), Local: &paper.Local{Name: "Springfield", Withheld: dollars(0), Income: dollars(4320000)}}
	return f
}

// earlier is the form of the year before.
func earlier(f paper.Form1099NEC) paper.Form1099NEC {
	f.TaxYear, f.Issued = 2024, day(2025, 1, 31)
	return f
}

// tipped and tippedWages are forms of the first year that tells tips apart.
func tipped(f paper.Form1099NEC) paper.Form1099NEC {
	f.TaxYear, f.Issued, f.CashTips, f.OccupationCodes = 2026, day(2027, 1, 31), dollars(40000), []string{"102"}
	return f
}

func tippedWages(f paper.FormW2) paper.FormW2 {
	f.TaxYear, f.Issued, f.OccupationCodes = 2026, day(2027, 1, 31), []string{"102", "103"}
	f.Codes = []paper.CodedAmount{{Code: "TP", Amount: usd(120000)}, {Code: "TT", Amount: usd(41000)}}
	return f
}

func misc1099() paper.Form1099MISC {
	f := paper.Form1099MISC{Head: head("Xe410aa3372bd19c5"), Rents: dollars(2160000), Royalties: dollars(0), OtherIncome: dollars(0)}
	f.Payer = paper.Party{Name: "Willow Property Management LLC", Company: true, TaxID: "995550123", Phone: "(217) 555-0133", Address: fairlead.Address{Lines: []string{"88 Oak Avenue"}, City: "Springfield", Region: "IL", Postcode: "62701", Country: "US"}}
	f.State = &paper.State{Code: "IL", PayerID: "99-5550123", Withheld: dollars(0), Income: dollars(2160000)}
	return f
}

func nec1099() paper.Form1099NEC {
	f := paper.Form1099NEC{Head: head("X913d7be5500fc2a8"), NonEmployeeCompensation: dollars(1845000), FederalTaxWithheld: dollars(0)}
	f.Payer = paper.Party{Name: "Brightside Média LLC", Company: true, TaxID: "998887766", Phone: "(312) 555-0148", Address: fairlead.Address{Lines: []string{"9 Prospect Avenue"}, City: "Chicago", Region: "IL", Postcode: "60607", Country: "US"}}
	return f
}

func employer() paper.Party {
	return paper.Party{
		Name: "Bluepeak Software", Company: true, TaxID: "900000101", Phone: "(503) 555-0161",
		Address: fairlead.Address{Lines: []string{"200 Cedar Lane"}, City: "Portland", Region: "OR", Postcode: "97205", Country: "US"},
	}
}

func w2() paper.FormW2 {
	f := paper.FormW2{
		Head: head("X5c77d10e2b6fa934"), Wages: dollars(8412055), FederalTaxWithheld: dollars(925326), SocialSecurity: dollars(8412055), SocialSecurityTax: dollars(521547),
		Medicare: dollars(8412055), MedicareTax: dollars(121975), RetirementPlan: true,
		Codes: []paper.CodedAmount{{Code: "D", Amount: usd(500000)}, {Code: "DD", Amount: usd(812000)}}, Other: []paper.CodedAmount{{Code: "SDI", Amount: usd(4100)}},
		State: &paper.State{Code: "OR", PayerID: "1234567-8", Withheld: dollars(672964), Income: dollars(8412055), Local: &paper.Local{Name: "TRIMET", Withheld: dollars(6898), Income: dollars(8412055)}},
	}
	f.Payer, f.Account = employer(), "A-004821"
	return f
}

func g1099() paper.Form1099G {
	f := paper.Form1099G{
		Head: head("X17aa90d3f4c0be52"), Unemployment: dollars(412000), TaxRefund: dollars(61200), RefundYear: 2024, FederalTaxWithheld: dollars(41200),
		State: &paper.State{Code: "OR", PayerID: "99-0000501", Withheld: dollars(0)},
	}
	f.Payer = paper.Party{
		Name: "State of Oregon, Office of Benefits and Revenue", Company: true, TaxID: "990000501", Phone: "(503) 555-0190",
		Address: fairlead.Address{Lines: []string{"1 Capitol Square"}, City: "Portland", Region: "OR", Postcode: "97205", Country: "US"},
	}
	return f
}

func k1099() paper.Form1099K {
	f := paper.Form1099K{Head: head("X80b2e5c9d7163fa4"), Network: true, Gross: dollars(3120000), CardNotPresent: dollars(3120000), MerchantCategory: "5999", Transactions: 1240, FederalTaxWithheld: dollars(0)}
	for i := range f.Months {
		f.Months[i] = dollars(int64(205000 + 10000*i))
	}
	f.Payer = employer()
	f.Payer.Name = "Parcelo Marketplace Payments Inc."
	return f
}

func mortgage1098() paper.Form1098 {
	return paper.Form1098{
		Head: head("X3d9f00a1b8c47e65"), Interest: dollars(1391277), Principal: dollars(22410033), Originated: day(2021, 5, 11), SameAddress: true, InsurancePremiums: dollars(0),
	}
}

func ira5498() paper.Form5498 {
	return paper.Form5498{Head: head("X64c1be87a0d23f59"), Contributions: dollars(650000), FairMarketValue: dollars(8812345), Kind: "IRA"}
}

func reais(cents int64) *fairlead.Money {
	m := fairlead.NewMoney(cents, 2, "BRL")
	return &m
}

func informe() paper.InformeRendimentos {
	return paper.InformeRendimentos{
		Annual: paper.Annual{
			Ref: "X5d2f", Bank: paper.Bank{Name: "Banco Farol", Official: "Banco Farol S.A.", TaxID: "90000001000185", Colour: "#d1495b", Website: "https://farol.example"},
			Holder: paper.Party{Name: "João Antônio Gonçalves", TaxID: "52998224725", Address: fairlead.Address{Lines: []string{"Rua das Acácias, 120"}, City: "São Paulo", Region: "SP", Postcode: "01310-100", Country: "BR"}},
			Year:   2025, Issued: day(2026, 2, 20),
		},
		Exempt:    []paper.Income{{Code: "12", Text: "Rendimentos de cadernetas de poupança", Amount: *reais(84311)}, {Code: "09", Text: "Lucros e dividendos recebidos", Amount: *reais(151209)}},
		Exclusive: []paper.Income{{Code: "06", Text: "Rendimentos de aplicações financeiras", Amount: *reais(643018), Withheld: reais(113474)}},
		Balances: []paper.YearEnd{
			{Code: "06-01", Text: "Conta corrente", Number: "Ag. 0001 C/C 12345-6", Before: reais(412077), After: reais(590122)},
			{Code: "04-01", Text: "Poupança", Number: "Ag. 0001 C/P 12345-6", Before: reais(1204400), After: reais(1388711)},
		},
		Debts: []paper.YearEnd{{Code: "11", Text: "Crédito pessoal, contrato 990001", Before: reais(1500000), After: reais(812254)}},
	}
}

func farol() paper.Statement {
	f := informe()
	at := fairlead.Interval{From: day(2026, 3, 1), To: day(2026, 3, 31)}
	return paper.Statement{
		Language: paper.Portuguese, Bank: f.Bank, Holder: f.Holder, Kind: fairlead.AccountDepository, Account: "Conta corrente", Number: "Ag. 0001  C/C 12345-6", Period: at, Issued: day(2026, 4, 2),
		Opening: *reais(590122), Closing: *reais(1057622), Lines: []paper.Line{{Day: day(2026, 3, 5), Text: "SALÁRIO INDÚSTRIAS ÁGUIA LTDA", Amount: *reais(650000)}, {Day: day(2026, 3, 9), Text: "PIX ENVIADO MARIA DA CONCEIÇÃO", Amount: *reais(-182500)}},
	}
}

func euros(cents int64) fairlead.Money { return fairlead.NewMoney(cents, 2, "EUR") }

func fiscal() paper.InformeFiscal {
	withheld, paid, parts, onGains := euros(4560), euros(15961), euros(1843377), euros(2766)
	return paper.InformeFiscal{
		Withheld: &onGains,
		Annual: paper.Annual{
			Ref: "X88c1", Bank: paper.Bank{Name: "Banco Puerto", Official: "Banco Puerto, S.A.", TaxID: "A99000013", Colour: "#00798c", Website: "https://puerto.example"},
			Holder: paper.Party{Name: "Begoña Ibáñez Muñoz", TaxID: "00000014Z", Address: fairlead.Address{Lines: []string{"Calle del Almirante, 14"}, City: "Madrid", Region: "Madrid", Postcode: "28004", Country: "ES"}},
			Year:   2025, Issued: day(2026, 3, 15), Corrected: true,
		},
		Incomes: []paper.Income{{Text: "Intereses de cuentas y depósitos", Amount: euros(24000), Withheld: &withheld}, {Text: "Dividendos", Amount: euros(84005), Withheld: &paid}},
		Sales: []paper.Sale{
			{Name: "Astilleros del Norte", ISIN: "ES0990001011", Quantity: fairlead.NewDecimal(1200000, 4), Acquired: day(2023, 5, 8), Sold: day(2025, 10, 2), Proceeds: euros(412560), Cost: euros(398000)},
			{Name: "Energía Cantábrica", ISIN: "ES0990001029", Quantity: fairlead.NewDecimal(300000, 4), Acquired: day(2025, 1, 20), Sold: day(2025, 11, 18), Proceeds: euros(90210), Cost: euros(101175)},
		},
		Balances: []paper.YearEnd{{Text: "Cuenta nómina", Number: "ES91 9900 0418 4502 0005 1332", After: &parts}},
	}
}

// papers are one of each kind.
func papers() map[string]renderer {
	whole, wrong := consolidated(), div1099()
	whole.Head, wrong.Head = corrected(whole.Head), corrected(wrong.Head)
	wrong.QualifiedDividends = dollars(287121)
	return map[string]renderer{
		"statement": checking(), "statement-long": long(), "statement-card": card(), "statement-investments": brokerage(), "statement-pt": farol(),
		"1099-int": int1099(), "1099-div": div1099(), "1099-div-corrected": wrong, "1099-b": b1099(), "1099-r": r1099(), "1099-misc": misc1099(), "1099-nec": nec1099(),
		"1099-nec-2024": earlier(nec1099()), "1099-nec-2026": tipped(nec1099()), "w-2-2026": tippedWages(w2()), "w-2": w2(), "1099-g": g1099(), "1099-k": k1099(), "1098": mortgage1098(), "5498": ira5498(),
		"1099-consolidated": consolidated(), "1099-consolidated-corrected": whole, "informe-de-rendimentos": informe(), "informe-fiscal": fiscal(),
	}
}
