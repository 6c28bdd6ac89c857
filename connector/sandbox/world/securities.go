package world

// The securities of each country's make-believe market. Their numbers have right
// check digits and belong to nobody.

// AmericanStocks are what Anchor Brokerage's customers hold.
func AmericanStocks() []Security {
	return []Security{
		usStock("BLPK", "Bluepeak Software Inc.", "99010A10", 884000, 90, 320, 0),
		usStock("CASC", "Cascade Logistics Corp.", "99020B10", 421500, 50, 260, 190),
		usStock("HRVF", "Harvest Foods Co.", "99030C10", 612000, 40, 180, 260),
		usStock("PLPW", "Pacific Light & Power", "99040D10", 358000, 20, 120, 380),
		usStock("NSTR", "Northstar Outfitters", "99050E10", 274000, 30, 350, 90),
		usFund("ANTM", "Anchor Total Market ETF", "99060F10", "etf", "equity_etf", 1482000, 70, 210, 150),
		usFund("ANIX", "Anchor International ETF", "99070G10", "etf", "equity_etf", 553000, 45, 220, 290),
		usFund("ANBD", "Anchor Core Bond ETF", "99080H10", "etf", "bond_etf", 822000, 8, 60, 310),
		usFund("ANGFX", "Anchor Growth Fund", "99090J10", "fund", "mutual_fund", 341200, 65, 240, 60),
	}
}

// AmericanBonds are held to their end.
func AmericanBonds() []Security {
	return []Security{
		usBond("US Treasury Note 3.75%", "99100K10", "treasury", "note", "United States Treasury", 37),
		usBond("Harbor Bank Certificate of Deposit 4.2%", "99110L10", "fixed_income", "cd", "Harbor Bank", 42),
	}
}

// RetirementFunds lie in an individual retirement account.
func RetirementFunds() []Security {
	return []Security{
		usFund("ANTRX", "Anchor Target Retirement Fund", "99120M10", "fund", "target_date", 214000, 50, 150, 210),
		usFund("ANTM", "Anchor Total Market ETF", "99060F10", "etf", "equity_etf", 1482000, 70, 210, 150),
	}
}

func usStock(ticker, name, base string, price, trend, swing, yield int64) Security {
	s := usFund(ticker, name, base, "equity", "common_stock", price, trend, swing, yield)
	s.Whole = true
	return s
}

func usFund(ticker, name, base, kind, subtype string, price, trend, swing, yield int64) Security {
	number := cusip(base)
	id := isin("US" + number)
	return Security{Ref: id, ISIN: id, CUSIP: number, Ticker: ticker, Name: name, Kind: kind, Subtype: subtype, Issuer: name, Price: price, Trend: trend, Swing: swing, Yield: yield}
}

func usBond(name, base, kind, subtype, issuer string, rate int64) Security {
	number := cusip(base)
	id := isin("US" + number)
	return Security{Ref: id, ISIN: id, CUSIP: number, Name: name, Kind: kind, Subtype: subtype, Issuer: issuer, Price: 1000000, Yield: rate * 10, Fixed: true, Whole: true}
}

// BankFixedIncomes, CreditFixedIncomes, TreasuryTitles, VariableIncomes and
// BrazilianFunds are the five kinds of investment of Open Finance Brasil.
func BankFixedIncomes() []Security {
	return []Security{
		brBond("CDB Farol 110% CDI", "9011FICDB01", "cdb", "CDB", ofIndex("CDI", 1100000), 118, false),
		brBond("LCI Farol 92% CDI", "9012FILCI02", "lci", "LCI", ofIndex("CDI", 920000), 96, true),
		brBond("LCA Safra Verde 90% CDI", "9013FILCA03", "lca", "LCA", ofIndex("CDI", 900000), 93, true),
		brBond("CDB Farol Prefixado 11,5%", "9014FICDB04", "cdb", "CDB", fixedAt(115000), 115, false),
	}
}

func CreditFixedIncomes() []Security {
	debenture := brBond("Debênture Serra Azul IPCA + 6,1%", "9021DBSRA01", "debentures", "DEBENTURES", overIndex("IPCA", 61000), 108, true)
	debenture.owedBy("Serra Azul Tecnologia S.A.", "901001010001")
	debenture.Issuer, debenture.IssuerTaxID = debenture.Debtor, debenture.DebtorTaxID
	cri := brBond("CRI Parque Verde IPCA + 6,5%", "9022CRIPV02", "cri", "CRI", overIndex("IPCA", 65000), 112, true)
	cri.owedBy("Imobiliária Parque Verde", "901004010001")
	cri.Issuer, cri.IssuerTaxID = "Pedra Branca Securitizadora S.A.", cnpj("902200000001")
	return []Security{debenture, cri}
}

func TreasuryTitles() []Security {
	out := []Security{
		brBond("Tesouro Selic", "9031STNLFT1", "lft", "", ofIndex("SELIC", 1000000), 105, false),
		brBond("Tesouro IPCA+ 5,2%", "9032STNNTN2", "ntnb", "", overIndex("IPCA", 52000), 99, false),
		brBond("Tesouro Prefixado 10,9%", "9033STNLTN3", "ltn", "", fixedAt(109000), 109, false),
	}
	for i := range out {
		out[i].Kind, out[i].Issuer, out[i].IssuerTaxID, out[i].Price = "treasury", "Tesouro Nacional", cnpj("903000000001"), 31500000
	}
	return out
}

// Yield is how a Brazilian bond bears interest: a part of an index, a rate agreed
// before, or both one on top of the other. Rates are millionths.
type Yield struct {
	Index   string // CDI, SELIC, IPCA; PRE_FIXADO: none
	Percent int64  // of the index; 0: none
	Rate    int64  // a year, agreed before; 0: none
}

func ofIndex(index string, percent int64) Yield { return Yield{index, percent, 0} }

func overIndex(index string, rate int64) Yield { return Yield{index, 1000000, rate} }

func fixedAt(rate int64) Yield { return Yield{"PRE_FIXADO", 0, rate} }

func brBond(name, base, subtype, typ string, yield Yield, trend int64, exempt bool) Security {
	id := isin("BR" + base[:9])
	return Security{
		Ref: id, ISIN: id, Name: name, Kind: "fixed_income", Subtype: subtype, Issuer: "Banco Farol S.A.", IssuerTaxID: cnpj("901000000001"), Price: 10000000, Trend: trend,
		Fixed: true, Exempt: exempt, Type: typ, Bears: yield,
	}
}

// owedBy says whose debt a security of a private issuer is.
func (s *Security) owedBy(name, base string) { s.Debtor, s.DebtorTaxID = name, cnpj(base) }

func VariableIncomes() []Security {
	stock := func(ticker, name, base string, price, trend, swing, yield int64) Security {
		id := isin("BR" + base)
		return Security{
			Ref: id, ISIN: id, Ticker: ticker, Name: name, Kind: "equity", Subtype: "common_stock", Issuer: name, IssuerTaxID: cnpj(base[:4] + "00000001"), Price: price, Trend: trend,
			Swing: swing, Yield: yield, Whole: true,
		}
	}
	index := stock("IBVF11", "ETF Índice Brasil", "9044IBVF1", 1124000, 45, 230, 0)
	index.Kind, index.Subtype = "etf", "equity_etf"
	return []Security{
		stock("SRAZ3", "Serra Azul ON", "9041SRAZ3", 284000, 60, 340, 310), stock("POMR4", "Pomar Alimentos PN", "9042POMR4", 197500, 35, 260, 520),
		stock("LUZV3", "Luz do Vale ON", "9043LUZV3", 412000, 25, 180, 680), index,
	}
}

// SharesClass is ANBIMA's class of the funds that hold shares.
const SharesClass = "ACOES"

func BrazilianFunds() []Security {
	fund := func(name, base, class string, price, trend, swing int64) Security {
		id := isin("BR" + base)
		return Security{Ref: id, ISIN: id, Name: name, Kind: "fund", Subtype: "mutual_fund", Issuer: name, IssuerTaxID: cnpj(base[:4] + "00000001"), Price: price, Trend: trend, Swing: swing, Class: class}
	}
	return []Security{
		fund("Farol Referenciado DI FI", "9051FDI01", "RENDA_FIXA", 31284, 108, 4), fund("Farol Multimercado Macro FIC", "9052FMM02", "MULTIMERCADO", 24410, 95, 60),
		fund("Farol Ações Brasil FIA", "9053FIA03", SharesClass, 41930, 70, 240),
	}
}

// SpanishFunds, SpanishStocks and PensionPlans are held at Banca Puerto and TestBank.
func SpanishFunds() []Security {
	return []Security{
		esSecurity("", "Puerto Renta Fija Euro FI", "ES", "9061RF001", "fund", "bond_fund", 121045, 15, 30, 0),
		esSecurity("", "Puerto Bolsa Europa FI", "ES", "9062BE002", "fund", "equity_fund", 184300, 55, 210, 0),
		esSecurity("", "Levante Global Dinámico FI", "LU", "9063GD003", "fund", "mixed_fund", 98760, 40, 110, 0),
	}
}

func SpanishStocks() []Security {
	out := []Security{
		esSecurity("SNS", "Sierra Norte Software", "ES", "9071SNS01", "equity", "common_stock", 184500, 60, 320, 110),
		esSecurity("LUZI", "Luz Ibera", "ES", "9072LUZ02", "equity", "common_stock", 112300, 25, 150, 460),
		esSecurity("PTO", "Banca Puerto", "ES", "9073PTO03", "equity", "common_stock", 38400, 35, 280, 540),
		esSecurity("EUWD", "Levante World UCITS ETF", "IE", "9074EWD04", "etf", "equity_etf", 754000, 65, 200, 140),
	}
	for i := range out {
		out[i].Whole = true
	}
	return out
}

func PensionPlans() []Security {
	out := []Security{
		esSecurity("", "Puerto Plan de Pensiones Equilibrado", "ES", "9081PPE01", "pension", "pension_plan", 142300, 32, 80, 0),
		esSecurity("", "Puerto Plan de Pensiones Crecimiento", "ES", "9082PPC02", "pension", "pension_plan", 198700, 55, 170, 0),
	}
	for i := range out {
		out[i].Pension = true
	}
	return out
}

func esSecurity(ticker, name, country, base, kind, subtype string, price, trend, swing, yield int64) Security {
	id := isin(country + base)
	return Security{Ref: id, ISIN: id, Ticker: ticker, Name: name, Kind: kind, Subtype: subtype, Issuer: name, Price: price, Trend: trend, Swing: swing, Yield: yield, Withheld: 19}
}

// isin adds the check digit to eleven characters.
func isin(base string) string {
	var digits []int
	for _, c := range base {
		if c >= 'A' {
			n := int(c-'A') + 10
			digits = append(digits, n/10, n%10)
			continue
		}
		digits = append(digits, int(c-'0'))
	}
	sum := 0
	for i := range digits {
		n := digits[len(digits)-1-i]
		if i%2 == 0 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return base + string(rune('0'+(10-sum%10)%10))
}

// cusip adds the check digit to eight characters.
func cusip(base string) string {
	sum := 0
	for i, c := range base {
		n := int(c - '0')
		if c >= 'A' {
			n = int(c-'A') + 10
		}
		if i%2 == 1 {
			n *= 2
		}
		sum += n/10 + n%10
	}
	return base + string(rune('0'+(10-sum%10)%10))
}
