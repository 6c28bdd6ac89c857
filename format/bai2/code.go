package bai2

import "strconv"

// nature says what a type code stands for.
type nature int

const (
	unknown nature = iota
	balance        // a status of the account
	credit
	debit
	silent // no money at all
)

func natureOf(code string) nature {
	n, err := strconv.Atoi(code)
	if err != nil || len(code) != 3 {
		return unknown
	}
	switch {
	case n == 890:
		return silent
	case n == 100, n == 400: // the total of all credits, of all debits
		return balance
	case n >= 1 && n <= 99, n >= 700 && n <= 719, n >= 900 && n <= 919:
		return balance
	case n >= 101 && n <= 399, n >= 720 && n <= 759, n >= 920 && n <= 959:
		return credit
	case n >= 401 && n <= 699, n >= 760 && n <= 799, n >= 960 && n <= 999:
		return debit
	}
	return unknown
}

// kinds are the kinds of rows that a code alone says.
var kinds = map[string]string{
	"142": "transfer", // ACH
	"165": "transfer",
	"191": "transfer",
	"195": "transfer",
	"206": "transfer",
	"208": "transfer",
	"354": "interest",
	"451": "direct_debit", // ACH
	"455": "direct_debit",
	"472": "cheque",
	"475": "cheque",
	"491": "transfer",
	"495": "transfer",
	"506": "transfer",
	"508": "transfer",
	"654": "interest",
	"661": "fee",
	"698": "fee",
}

// titles are what the specification calls the codes that rows without a text mostly have.
var titles = map[string]string{
	"115": "Lockbox Deposit",
	"142": "ACH Credit Received",
	"165": "Preauthorized ACH Credit",
	"174": "Other Deposit",
	"175": "Check Deposit Package",
	"195": "Incoming Money Transfer",
	"206": "Book Transfer Credit",
	"275": "ZBA Credit",
	"301": "Commercial Deposit",
	"354": "Interest Credit",
	"399": "Miscellaneous Credit",
	"451": "ACH Debit Received",
	"455": "Preauthorized ACH Debit",
	"475": "Check Paid",
	"495": "Outgoing Money Transfer",
	"506": "Book Transfer Debit",
	"555": "Deposited Item Returned",
	"575": "ZBA Debit",
	"654": "Interest Debit",
	"661": "Account Analysis Fee",
	"698": "Miscellaneous Fees",
	"699": "Miscellaneous Debit",
}
