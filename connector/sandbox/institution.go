package sandbox

import (
	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// institution is one make-believe bank: what people see of it, and what the
// world must know of it.
type institution struct {
	fairlead.Institution
	bank     world.Bank
	taxID    string // of the institution
	official string
	address  fairlead.Address
	phone    string
	chooses  bool   // lets us ask which accounts to share: every bank whose pages do not
	redirect string // path of its own OAuth server under /sandbox/; empty: a login form
}

// everything is what a bank with all products offers.
func everything() []fairlead.Product { return fairlead.Products() }

// institutions is the table of them all. Ids never change.
func institutions() []institution {
	all := []institution{harbor(), anchor(), farol(), ancora(), testbank(), puerto(), cove()}
	all = append(all, communityBanks()...)
	all = append(all, britishBanks()...)
	for n := range all {
		i := &all[n]
		i.Connector = Name
		i.Environments = []fairlead.Environment{fairlead.Sandbox}
		i.Health = fairlead.HealthGood
		if i.Logins == nil {
			i.Logins = []fairlead.LoginKind{fairlead.LoginPassword}
		}
		i.bank.Name, i.bank.Country = string(i.ID), i.Country
		i.chooses = i.redirect == ""
	}
	return all
}

func harbor() institution {
	return institution{
		official: "Harbor Bank, N.A.", phone: "(503) 555-0117",
		address: fairlead.Address{Lines: []string{"1 Pier Street"}, City: "Portland", Region: "OR", Postcode: "97201", Country: "US"},
		taxID:   "990000017",
		Institution: fairlead.Institution{
			ID: "ins_harbor", ShortName: "harbor", Name: "Harbor Bank", OtherNames: []string{"Harbor", "Harbor National Bank", "Pier Savings"}, Country: "US", Currency: "USD",
			Codes:   []fairlead.Code{{Scheme: "routing", Value: "990000017"}, {Scheme: "fid", Value: "99017"}},
			Website: "https://harbor.example", Colour: "#0b4f6c", Popular: 100,
			Logo:     logo("#0b4f6c", `<path d="M20 44h24M32 16v28M22 24h20M18 36c2 10 26 10 28 0" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="32" cy="14" r="4" fill="#fff"/>`),
			Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductTransactions, fairlead.ProductBills, fairlead.ProductLoans, fairlead.ProductStatements, fairlead.ProductTaxForms},
		},
		bank: world.Bank{Routing: "990000017", Checking: true, Savings: true, Card: true, Loans: []world.LoanKind{
			{Name: "Auto Loan", Kind: "loan", Subtype: "auto", Months: 60, Rate: 690, Wages: 350, Day: 8, Account: true, Secured: "vehicle"},
			{Name: "Home Loan", Kind: "mortgage", Subtype: "mortgage", Months: 360, Rate: 640, Wages: 2600, Day: 1, Account: true, Secured: "property", Owners: true},
		}},
	}
}

func anchor() institution {
	return institution{
		official: "Anchor Brokerage LLC", phone: "(617) 555-0125",
		address: fairlead.Address{Lines: []string{"40 Quay Plaza"}, City: "Boston", Region: "MA", Postcode: "02110", Country: "US"},
		taxID:   "990000025",
		Institution: fairlead.Institution{
			ID: "ins_anchor", ShortName: "anchor", Name: "Anchor Brokerage", OtherNames: []string{"Anchor", "Anchor Invest"}, Country: "US", Currency: "USD",
			Codes: []fairlead.Code{{Scheme: "fid", Value: "99025"}}, Website: "https://anchor.example", Colour: "#1d3557", Popular: 80,
			Logo:     logo("#1d3557", `<circle cx="32" cy="17" r="5" fill="none" stroke="#f4d35e" stroke-width="4"/><path d="M32 22v28M23 29h18M14 38c3 16 33 16 36 0" fill="none" stroke="#f4d35e" stroke-width="4" stroke-linecap="round"/>`),
			Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductIdentity, fairlead.ProductHoldings, fairlead.ProductInvestmentTransactions, fairlead.ProductStatements, fairlead.ProductTaxForms},
		},
		bank: world.Bank{Portfolios: []world.Portfolio{
			{Kind: fairlead.AccountInvestment, Subtype: "brokerage", Name: "Individual Brokerage", Portion: 60, Cash: true, Securities: append(world.AmericanStocks(), world.AmericanBonds()...)},
			{Kind: fairlead.AccountInvestment, Subtype: "ira", Name: "Traditional IRA", Portion: 40, Cash: true, Deferred: true, Securities: world.RetirementFunds()},
		}},
	}
}

// brazilianLoans are the credit contracts of both Brazilian banks.
func brazilianLoans() []world.LoanKind {
	return []world.LoanKind{
		{
			Name: "Crédito pessoal", Kind: "loan", Subtype: "personal", Months: 24, Rate: 2990, Wages: 110, Day: 10, PaidOut: true, Fee: 5900, Taxed: true,
			Product: "EMPRESTIMOS", SubProduct: "CREDITO_PESSOAL_SEM_CONSIGNACAO", Category: "CREDITO_PESSOAL_CLEAN", Modality: "0203",
			Company: &world.Wording{
				Name: "Capital de giro", Subtype: "working_capital", SubProduct: "CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS", Category: "OUTRO", Modality: "0216",
			},
		},
		{
			Name: "Financiamento de veículo", Kind: "financing", Subtype: "vehicle", Months: 48, Rate: 2190, Wages: 240, Day: 15, Secured: "vehicle", Fee: 5900, Taxed: true,
			Product: "FINANCIAMENTOS", SubProduct: "AQUISICAO_BENS_VEICULOS_AUTOMOTORES", Modality: "0401",
		},
		{
			Name: "Antecipação de recebíveis", Kind: "invoice_financing", Subtype: "receivables", Months: 6, Rate: 2640, Wages: 30, Day: 20, PaidOut: true, SAC: true, Fee: 5900, Taxed: true,
			Product: "DIREITOS_CREDITORIOS_DESCONTADOS", SubProduct: "ANTECIPACAO_FATURA_CARTAO_CREDITO", Modality: "0303",
			Company: &world.Wording{Name: "Desconto de duplicatas", Subtype: "receivables", SubProduct: "DESCONTO_DUPLICATAS", Modality: "0301"},
		},
		{
			Name: "Adiantamento a depositantes", Kind: "overdraft", Subtype: "overdraft", Rate: 9590, Wages: 25, Open: true, Fee: 5900, Taxed: true,
			Product: "ADIANTAMENTO_A_DEPOSITANTES", SubProduct: "ADIANTAMENTO_A_DEPOSITANTES", Modality: "0101",
		},
	}
}

// brazilianPortfolios are the five kinds of investment of Open Finance Brasil.
func brazilianPortfolios() []world.Portfolio {
	portfolio := func(subtype, name string, portion int64, of []world.Security) world.Portfolio {
		return world.Portfolio{Kind: fairlead.AccountInvestment, Subtype: subtype, Name: name, Portion: portion, Securities: of}
	}
	return []world.Portfolio{
		portfolio("fixed_income", "Renda fixa bancária", 30, world.BankFixedIncomes()), portfolio("fixed_income", "Renda fixa crédito", 15, world.CreditFixedIncomes()),
		portfolio("variable_income", "Renda variável", 25, world.VariableIncomes()), portfolio("treasury", "Tesouro Direto", 15, world.TreasuryTitles()),
		portfolio("funds", "Fundos de investimento", 15, world.BrazilianFunds()),
	}
}

func farol() institution {
	return institution{
		official: "Banco Farol S.A.", phone: "+55 71 3555-0100",
		address: fairlead.Address{Lines: []string{"Avenida do Farol, 100"}, City: "Salvador", Region: "BA", Postcode: "40140130", Country: "BR"},
		taxID:   world.CNPJ("900000010001"), redirect: "farol",
		Institution: fairlead.Institution{
			ID: "ins_farol", ShortName: "farol", Name: "Banco Farol", OtherNames: []string{"Farol", "Banco da Bahia Marítima"}, Country: "BR", Currency: "BRL",
			Codes:   []fairlead.Code{{Scheme: "compe", Value: "001"}, {Scheme: "ispb", Value: "90000001"}},
			Website: "https://farol.example", Colour: "#b2324a", Popular: 95, Products: everything(), Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
			Logo: logo("#b2324a", `<path d="M27 24h10l3 26H24zM26 18h12v6H26zM32 10l7 8H25z" fill="#fff"/><path d="M16 16l6 3M48 16l-6 3M14 24h7M50 24h-7" stroke="#ffd166" stroke-width="3" stroke-linecap="round"/>`),
		},
		bank: world.Bank{COMPE: "001", ISPB: "90000001", Checking: true, Savings: true, Card: true, Loans: brazilianLoans(), Portfolios: brazilianPortfolios()},
	}
}

func ancora() institution {
	return institution{
		official: "Banco Âncora S.A.", phone: "+55 13 3555-0133",
		address: fairlead.Address{Lines: []string{"Rua do Porto, 33"}, City: "Santos", Region: "SP", Postcode: "11013000", Country: "BR"},
		taxID:   world.CNPJ("900000330001"), redirect: "ancora",
		Institution: fairlead.Institution{
			ID: "ins_ancora", ShortName: "ancora", Name: "Banco Âncora", OtherNames: []string{"Ancora", "Âncora", "Banco do Cais"}, Country: "BR", Currency: "BRL",
			Codes:   []fairlead.Code{{Scheme: "compe", Value: "033"}, {Scheme: "ispb", Value: "90000033"}},
			Website: "https://ancora.example", Colour: "#2a6041", Popular: 85, Products: everything(), Logins: []fairlead.LoginKind{fairlead.LoginRedirect},
			Logo: logo("#2a6041", `<path d="M32 12v38M20 26h24M16 40l6-4c2 14 18 14 20 0l6 4" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>`),
		},
		bank: world.Bank{COMPE: "033", ISPB: "90000033", Checking: true, Savings: true, Card: true, Loans: brazilianLoans(), Portfolios: brazilianPortfolios()},
	}
}

// spanishLoans are the liabilities of both Spanish banks.
func spanishLoans() []world.LoanKind {
	return []world.LoanKind{
		{
			Name: "Préstamo personal", Kind: "loan", Subtype: "personal", Months: 48, Rate: 650, Wages: 250, Day: 5, PaidOut: true,
			Company: &world.Wording{Name: "Préstamo para empresas", Subtype: "business"},
		},
		{Name: "Hipoteca", Kind: "mortgage", Subtype: "mortgage", Months: 300, Rate: 310, Wages: 2600, Day: 2, Secured: "property"},
	}
}

// spanishPortfolios are the portfolios and pension plans of both Spanish banks.
func spanishPortfolios() []world.Portfolio {
	return []world.Portfolio{
		{Kind: fairlead.AccountInvestment, Subtype: "funds", Name: "Cartera de fondos", Portion: 40, Securities: world.SpanishFunds()},
		{Kind: fairlead.AccountInvestment, Subtype: "brokerage", Name: "Cuenta de valores", Portion: 35, Cash: true, Securities: world.SpanishStocks()},
		{Kind: fairlead.AccountPension, Subtype: "pension", Name: "Plan de pensiones", Portion: 25, Deferred: true, Securities: world.PensionPlans()},
	}
}

func testbank() institution {
	return institution{
		official: "TestBank S.A.", phone: "+34 910 000 002",
		address: fairlead.Address{Lines: []string{"Calle de la Prueba, 2"}, City: "Madrid", Region: "Madrid", Postcode: "28001", Country: "ES"},
		taxID:   world.CIF("A9901001"),
		Institution: fairlead.Institution{
			ID: "ins_testbank", ShortName: "testbank", Name: "TestBank", OtherNames: []string{"Test Bank"}, Country: "ES", Currency: "EUR",
			Codes: []fairlead.Code{{Scheme: "bic", Value: "TESTESM0XXX"}}, Website: "https://testbank.example", Colour: "#5f4b8b", Popular: 60, Products: everything(),
			Logo: logo("#5f4b8b", `<path d="M26 14v14L16 48a3 3 0 0 0 3 4h26a3 3 0 0 0 3-4L38 28V14M22 14h20M21 40h22" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>`),
		},
		bank: world.Bank{Entity: "9902", BIC: "TESTESM0XXX", Checking: true, Savings: true, Card: true, Loans: spanishLoans(), Portfolios: spanishPortfolios()},
	}
}

func puerto() institution {
	return institution{
		official: "Banca Puerto S.A.", phone: "+34 960 000 001",
		address: fairlead.Address{Lines: []string{"Paseo del Puerto, 1"}, City: "Valencia", Region: "Valencia", Postcode: "46024", Country: "ES"},
		taxID:   world.CIF("A9901002"),
		Institution: fairlead.Institution{
			ID: "ins_puerto", ShortName: "puerto", Name: "Banca Puerto", OtherNames: []string{"Puerto", "Puerto Banca Privada", "Caja del Puerto"}, Country: "ES", Currency: "EUR",
			Codes: []fairlead.Code{{Scheme: "bic", Value: "PUTOESM0XXX"}}, Website: "https://puerto.example", Colour: "#003f5c", Popular: 75, Products: everything(),
			Logo: logo("#003f5c", `<path d="M14 40h36l-6 10H20zM32 12v26M32 14l14 20H32zM30 20L18 34h12z" fill="#fff"/>`),
		},
		bank: world.Bank{Entity: "9901", BIC: "PUTOESM0XXX", Checking: true, Savings: true, Card: true, Loans: spanishLoans(), Portfolios: spanishPortfolios()},
	}
}

// logo draws a mark of our own on a rounded square.
func logo(colour, mark string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="` + colour + `"/>` + mark + `</svg>`
}
