package ofx

import (
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// accountRef digests what names an account: the same in every file of the
// institution. The type is part of it, because credit unions give a member's
// accounts one number.
func accountRef(scheme string, a AccountFrom) string {
	return digest(scheme, a.Bank, a.Branch, a.ID, a.Type, a.Key)
}

func listedRef(l ListedAccount) string {
	switch l.Element {
	case "CCACCTINFO":
		return accountRef("card", l.Account)
	case "INVACCTINFO":
		return accountRef("investment", l.Account)
	}
	return accountRef("bank", l.Account)
}

func listed(l ListedAccount) fairlead.Account {
	scheme := "bank"
	switch l.Element {
	case "CCACCTINFO":
		scheme = "card"
	case "INVACCTINFO":
		scheme = "investment"
	}
	a := newAccount(scheme, l.Account, "")
	describe(&a, l)
	return a
}

// describe adds what the account list knows.
func describe(a *fairlead.Account, l ListedAccount) {
	if l.Description != "" {
		a.Name, a.Official = l.Description, l.Description
	}
	if l.Status == "ACTIVE" {
		a.Status = "open"
	}
	if a.Kind == fairlead.AccountInvestment && l.Product != "" {
		a.Subtype = strings.ToLower(l.Product)
	}
}

func newAccount(scheme string, from AccountFrom, currency string) fairlead.Account {
	a := fairlead.Account{Ref: accountRef(scheme, from), Currency: currency, Mask: mask(from.ID)}
	noun := ""
	switch scheme {
	case "card":
		a.Kind, a.Subtype, noun = fairlead.AccountCard, "credit", "Card"
		if cardNumber(from.ID) {
			a.Numbers.PAN = maskedCard(from.ID)
		} else {
			a.Numbers.Number = from.ID
		}
	case "investment":
		a.Kind, a.Subtype, noun = fairlead.AccountInvestment, "brokerage", "Investments"
		a.Numbers.Number = from.ID
		a.Extra = put(a.Extra, "BROKERID", from.Bank)
	default:
		a.Kind, a.Subtype, noun = bankKind(from.Type)
		a.Numbers = bankNumbers(from, currency)
		a.Extra = put(a.Extra, "BANKID", from.Bank)
		a.Extra = put(a.Extra, "ACCTTYPE", from.Type)
	}
	a.Name = strings.TrimSpace(noun + " " + a.Mask)
	return a
}

func bankKind(t string) (kind fairlead.AccountKind, subtype, noun string) {
	switch t {
	case "SAVINGS":
		return fairlead.AccountDepository, "savings", "Savings"
	case "MONEYMRKT":
		return fairlead.AccountDepository, "money_market", "Money market"
	case "CD":
		return fairlead.AccountDepository, "cd", "Certificate of deposit"
	case "CREDITLINE":
		return fairlead.AccountLoan, "line_of_credit", "Credit line"
	case "CHECKING":
		return fairlead.AccountDepository, "checking", "Checking"
	}
	return fairlead.AccountDepository, "", "Account"
}

// bankNumbers puts BANKID where its country has it; the currency gives the country.
func bankNumbers(from AccountFrom, currency string) fairlead.AccountNumbers {
	n := fairlead.AccountNumbers{Number: from.ID, Branch: from.Branch, CheckDigit: from.Key}
	bank := from.Bank
	switch {
	case !digitsOnly(bank):
	case currency == "BRL" && len(bank) <= 4:
		n.COMPE = strings.Repeat("0", max(0, 3-len(bank))) + bank
		if len(bank) == 4 && bank[0] == '0' {
			n.COMPE = bank[1:]
		}
	case currency == "GBP" && len(bank) == 6:
		n.SortCode = bank
	case currency == "USD" && len(bank) == 9:
		n.Routing = bank
	}
	return n
}

func digitsOnly(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// cardNumber reports whether an account id is the whole number of a card, which is
// stored nowhere.
func cardNumber(id string) bool {
	bare := strings.NewReplacer(" ", "", "-", "").Replace(id)
	return digitsOnly(bare) && len(bare) >= 13 && len(bare) <= 19
}

func maskedCard(id string) string { return "************" + mask(id) }

// mask is the last four letters or digits.
func mask(id string) string {
	var last []rune
	for _, r := range id {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			last = append(last, r)
		}
	}
	return string(last[max(0, len(last)-4):])
}
