package world

// country is what is plausible in one country: names, shops, wages, and how a
// bank there prints things. Amounts are cents of its currency at 2020 prices.
type country struct {
	code, currency string

	given, family []string
	streets       []string
	cities        []city
	mail          string // domain of its make-believe e-mail addresses

	wage      int64 // net a month of the ordinary persona
	rent      int64
	employers []Party
	clients   []Party // who pays freelancers and companies
	suppliers []Party
	landlords []Party
	bills     []bill
	subs      []shop // paid by card once a month, lo is the price
	shops     []shop
	abroad    []foreignShop
	friends   int // transfers to people a month, at most

	savingsRate int64 // basis points a year
	cardRate    int64
	withholding int64 // of interest, per cent
	loanRate    int64
	texts       texts
}

type city struct{ name, region, postcode, phone string }

// bill is a household bill by direct debit.
type bill struct {
	name     string
	raw      string
	category string
	lo, hi   int64
}

// shop is where people buy; the more often, the higher its weight.
type shop struct {
	name, raw, mcc, category string
	lo, hi                   int64
	weight                   int
}

type foreignShop struct {
	shop
	currency string
	micros   int64
}

// texts are how a bank of the country prints what is not a shop.
type texts struct {
	salary, pension, invoice, payroll, supplier, tax, extraPay string
	rent, toSavings, fromSavings, toBroker, fromBroker         string
	toOwn, fromOwn                                             string // another account of the customer's at the bank
	cardPayment, cardThanks, interest, refund, reversal, atm   string
	fee, creditTax                                             string // at the beginning of a loan
	withheld, toFriend, fromFriend, loan, cashback, lateFee    string
	transferKind, salaryKind, rentKind, friendKind, billKind   string
	checking, savings, card, loanName, mortgage, brokerage     string
}

// price is an amount at the prices of a year: three in a hundred more each year.
func price(cents int64, year int) int64 {
	n := min(max(year-2020, -20), 60)
	return cents * int64(1000+30*n) / 1000
}

func countryOf(code string) *country {
	switch code {
	case "BR":
		return brazil()
	case "ES":
		return spain()
	case "GB":
		return unitedKingdom()
	}
	return unitedStates()
}
