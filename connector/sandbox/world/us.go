package world

// unitedStates is the country of Harbor Bank and Anchor Brokerage.
func unitedStates() *country {
	return &country{
		code: "US", currency: "USD", mail: "mail.example",
		given: []string{
			"Olivia", "James", "Emma", "Noah", "Ava", "Liam", "Sophia", "Ethan", "Mia", "Lucas", "Grace", "Henry",
			"Chloe", "Daniel", "Nora", "Samuel", "Ruth", "Walter", "Hazel", "Isaac",
		},
		family: []string{
			"Carter", "Nguyen", "Brooks", "Ramirez", "Foster", "Hughes", "Patel", "Sullivan", "Reed", "Coleman",
			"Bennett", "Price", "Morales", "Griffin", "Hayes", "Lawson",
		},
		streets: []string{"Maple Street", "Oak Avenue", "Lakeview Drive", "Mill Road", "Second Street", "Prospect Avenue", "Cedar Lane"},
		cities: []city{
			{"Portland", "OR", "97205", "503"},
			{"Columbus", "OH", "43215", "614"},
			{"Madison", "WI", "53703", "608"},
			{"Raleigh", "NC", "27601", "919"},
			{"Albany", "NY", "12207", "518"},
			{"Boise", "ID", "83702", "208"},
		},
		wage: 520000, rent: 145000,
		employers: []Party{
			{Name: "Bluepeak Software", TaxID: "900000101", Company: true},
			{Name: "Riverside Medical Group", TaxID: "900000102", Company: true},
			{Name: "Northfield School District", TaxID: "900000103", Company: true},
			{Name: "Cascade Logistics", TaxID: "900000104", Company: true},
		},
		clients: []Party{
			{Name: "Juniper Media LLC", TaxID: "900000201", Company: true},
			{Name: "Stonebridge Consulting", TaxID: "900000202", Company: true},
			{Name: "Lantern Studios", TaxID: "900000203", Company: true},
			{Name: "Orchard & Pine", TaxID: "900000204", Company: true},
		},
		suppliers: []Party{
			{Name: "Summit Office Supply", TaxID: "900000301", Company: true},
			{Name: "Keystone Wholesale", TaxID: "900000302", Company: true},
			{Name: "Brightline Freight", TaxID: "900000303", Company: true},
		},
		landlords: []Party{{Name: "Parkside Properties", TaxID: "900000401", Company: true}, {Name: "Elm Court Apartments", TaxID: "900000402", Company: true}},
		bills: []bill{
			{"Pacific Light & Power", "PACIFIC LIGHT&PWR WEB PMTS", "utilities", 6200, 14800},
			{"Metro Water", "METRO WATER BILLPAY", "utilities", 3100, 5400},
			{"Skyline Fiber Internet", "SKYLINE FIBER AUTOPAY", "internet", 6999, 6999},
			{"Tandem Mobile", "TANDEM MOBILE PYMT", "phone", 5500, 5500},
			{"Shoreline Auto Insurance", "SHORELINE INS PREM", "insurance", 11840, 11840},
		},
		subs: []shop{
			{"Cinemate", "CINEMATE.COM", "4899", "entertainment", 1549, 0, 0},
			{"Tunestream", "TUNESTREAM USA", "4899", "entertainment", 1099, 0, 0},
			{"Ironworks Gym", "IRONWORKS GYM", "7997", "fitness", 3900, 0, 0},
			{"Cloudbox Storage", "CLOUDBOX STORAGE", "5734", "software", 299, 0, 0},
		},
		shops: []shop{
			{"Greenleaf Market", "GREENLEAF MARKET #0412", "5411", "groceries", 1800, 14200, 9},
			{"Harvest Foods", "HARVEST FOODS 1187", "5411", "groceries", 900, 9800, 7},
			{"Corner Cup Coffee", "CORNER CUP COFFEE", "5814", "coffee", 425, 1180, 8},
			{"Taqueria El Sol", "SQ *TAQUERIA EL SOL", "5812", "restaurants", 1250, 4600, 5},
			{"Noodle House", "NOODLE HOUSE", "5812", "restaurants", 1500, 6200, 4},
			{"Fuelway", "FUELWAY 44120", "5541", "fuel", 2400, 6800, 4},
			{"Hometown Hardware", "HOMETOWN HARDWARE", "5251", "home", 890, 15400, 2},
			{"Page & Spine Books", "PAGE AND SPINE BOOKS", "5942", "books", 990, 5400, 1},
			{"Parcelo", "PARCELO.COM*MKTPLACE", "5999", "shopping", 1200, 18900, 5},
			{"Metro Transit", "METRO TRANSIT TVM", "4111", "transport", 250, 2500, 4},
			{"Wellspring Pharmacy", "WELLSPRING PHARMACY 88", "5912", "health", 650, 5800, 3},
			{"Hopper Rides", "HOPPER *TRIP", "4121", "transport", 780, 3900, 3},
			{"Northstar Outfitters", "NORTHSTAR OUTFITTERS", "5651", "clothing", 2500, 16500, 2},
		},
		abroad: []foreignShop{
			{shop{"Boulangerie du Pont", "BOULANGERIE DU PONT PARIS", "5462", "restaurants", 640, 2900, 1}, "EUR", 1085000},
			{shop{"Covent Books", "COVENT BOOKS LONDON", "5942", "books", 900, 5600, 1}, "GBP", 1268000},
			{shop{"Maple Inn", "MAPLE INN TORONTO", "7011", "travel", 9800, 24000, 1}, "CAD", 734000},
		},
		friends: 3, savingsRate: 410, cardRate: 2199, loanRate: 690,
		texts: texts{
			salary: "DIRECT DEP PAYROLL", pension: "SSA TREAS 310 XXSOC SEC", invoice: "ACH CREDIT INVOICE", payroll: "PAYROLL FUNDING", supplier: "ACH PMT",
			tax: "IRS USATAXPYMT", rent: "RENT PAYMENT", toSavings: "Online transfer to savings", fromSavings: "Online transfer from savings",
			toOwn: "Online transfer to", fromOwn: "Online transfer from",
			toBroker: "ACH transfer to investments", fromBroker: "ACH transfer from investments", cardPayment: "Credit card autopay",
			cardThanks: "PAYMENT RECEIVED - THANK YOU", interest: "Interest paid", refund: "REFUND", reversal: "REVERSAL OF DUPLICATE CHARGE",
			atm: "ATM WITHDRAWAL", toFriend: "Payment to", fromFriend: "Payment from", loan: "Loan payment",
			cashback: "Cash back reward", lateFee: "Late payment interest", extraPay: "DIRECT DEP BONUS",
			transferKind: "transfer", salaryKind: "salary", rentKind: "transfer", friendKind: "transfer", billKind: "direct_debit",
			checking: "Everyday Checking", savings: "Harbor Savings", card: "Rewards Card", loanName: "Auto Loan", mortgage: "Home Loan", brokerage: "Brokerage",
		},
	}
}
