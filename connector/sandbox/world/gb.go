package world

// unitedKingdom is the country of Tern, Curlew, Heron and Avocet Bank.
func unitedKingdom() *country {
	firm := func(name, number string) Party { return Party{Name: name, TaxID: number, Company: true} }
	return &country{
		code: "GB", currency: "GBP", mail: "post.example",
		given: []string{
			"Amelia", "Oliver", "Isla", "George", "Freya", "Harry", "Poppy", "Arthur", "Elsie", "Alfie", "Florence", "Rhys",
			"Niamh", "Callum", "Zara", "Imran", "Maisie", "Gethin", "Heather", "Owen",
		},
		family: []string{
			"Hartley", "Okafor", "Pemberton", "Ahmed", "Fraser", "Llewellyn", "Whitaker", "Sharma", "Doyle", "Bramley", "Kerr", "Ashworth",
			"Thorne", "Rowe", "Singh", "Marsden",
		},
		streets: []string{"High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "The Crescent"},
		cities: []city{
			{"Leeds", "West Yorkshire", "LS1 4AP", "113"},
			{"Bristol", "Bristol", "BS1 5TR", "117"},
			{"Cardiff", "South Glamorgan", "CF10 1EP", "29"},
			{"Glasgow", "Glasgow", "G2 1DY", "141"},
			{"Norwich", "Norfolk", "NR1 3JU", "1603"},
			{"Belfast", "Antrim", "BT1 5GS", "28"},
		},
		wage: 270000, rent: 98000,
		employers: []Party{
			firm("Moorland Software Ltd", "99000101"), firm("St Brannock Hospital Trust", "99000102"), firm("Fenland Academy", "99000103"), firm("Pennine Logistics Ltd", "99000104"),
		},
		clients:   []Party{firm("Kestrel Media Ltd", "99000201"), firm("Greystone Advisory LLP", "99000202"), firm("Lighthouse Studios Ltd", "99000203")},
		suppliers: []Party{firm("Wharf Office Supplies Ltd", "99000301"), firm("Midshires Wholesale Ltd", "99000302"), firm("Brightwater Haulage Ltd", "99000303")},
		landlords: []Party{firm("Parkgate Lettings Ltd", "99000401"), firm("Elmfield Homes Ltd", "99000402")},
		bills: []bill{
			{"Northern Light Energy", "NORTHERN LIGHT ENERGY DD", "utilities", 7200, 14800},
			{"Shire Water", "SHIRE WATER DD", "utilities", 2900, 4600},
			{"Council Tax", "COUNCIL TAX DD", "housing", 15400, 15400},
			{"Hilltop Broadband", "HILLTOP BROADBAND DD", "internet", 3299, 3299},
			{"Tandem Mobile", "TANDEM MOBILE DD", "phone", 1800, 1800},
			{"Harrier Insurance", "HARRIER INSURANCE DD", "insurance", 4150, 4150},
		},
		subs: []shop{
			{"Cinemate", "CINEMATE.COM", "4899", "entertainment", 1099, 0, 0},
			{"Tunestream", "TUNESTREAM UK", "4899", "entertainment", 1199, 0, 0},
			{"Ironworks Gym", "IRONWORKS GYM LTD", "7997", "fitness", 2999, 0, 0},
			{"Cloudbox Storage", "CLOUDBOX STORAGE", "5734", "software", 249, 0, 0},
		},
		shops: []shop{
			{"Hedgerow Foods", "HEDGEROW FOODS 2214", "5411", "groceries", 900, 8800, 9},
			{"Corner Pantry", "CORNER PANTRY", "5411", "groceries", 300, 2900, 7},
			{"Kettle & Crumb", "KETTLE AND CRUMB", "5814", "coffee", 290, 980, 8},
			{"The Plough", "THE PLOUGH", "5812", "restaurants", 1400, 5600, 5},
			{"Saffron Garden", "SAFFRON GARDEN", "5812", "restaurants", 1600, 6200, 3},
			{"Fellside Fuel", "FELLSIDE FUEL 071", "5541", "fuel", 3000, 8200, 4},
			{"Oakhill DIY", "OAKHILL DIY", "5251", "home", 700, 11800, 2},
			{"Page & Spine Books", "PAGE AND SPINE BOOKS", "5942", "books", 799, 4200, 1},
			{"Parcelo", "PARCELO.CO.UK", "5999", "shopping", 1100, 15900, 5},
			{"City Transit", "CITY TRANSIT TRAVEL", "4111", "transport", 280, 2850, 5},
			{"Willow Pharmacy", "WILLOW PHARMACY", "5912", "health", 450, 3900, 3},
			{"Northstar Outfitters", "NORTHSTAR OUTFITTERS", "5651", "clothing", 1900, 13500, 2},
		},
		abroad: []foreignShop{
			{shop{"Boulangerie du Pont", "BOULANGERIE DU PONT PARIS", "5462", "restaurants", 640, 2900, 1}, "EUR", 856000},
			{shop{"Corner Cup Coffee", "CORNER CUP COFFEE NY", "5814", "restaurants", 600, 2400, 1}, "USD", 788000},
		},
		friends: 3, savingsRate: 380, cardRate: 2290, loanRate: 690,
		texts: texts{
			salary: "BACS SALARY", pension: "DWP STATE PENSION", invoice: "FPI INVOICE", payroll: "BACS PAYROLL", supplier: "FPO SUPPLIER",
			tax: "HMRC VAT", rent: "STANDING ORDER RENT", toSavings: "Transfer to savings", fromSavings: "Transfer from savings",
			toOwn: "Transfer to", fromOwn: "Transfer from",
			toBroker: "Transfer to investments", fromBroker: "Transfer from investments", cardPayment: "Credit card direct debit",
			cardThanks: "PAYMENT RECEIVED - THANK YOU", interest: "Gross interest", refund: "REFUND", reversal: "REVERSAL OF DUPLICATE CHARGE",
			atm: "CASH WITHDRAWAL", toFriend: "Faster payment to", fromFriend: "Faster payment from", loan: "Loan repayment",
			cashback: "Cashback", lateFee: "Late payment interest", extraPay: "BACS BONUS",
			transferKind: "transfer", salaryKind: "salary", rentKind: "transfer", friendKind: "transfer", billKind: "direct_debit",
			checking: "Current Account", savings: "Easy Saver", card: "Credit Card", loanName: "Personal Loan", mortgage: "Mortgage", brokerage: "Investments",
		},
	}
}
