package flanks

import (
	"slices"

	"github.com/fairlead-dev/fairlead"
)

// data is one kind of data as Flanks divides it.
type data string

const (
	auth                  data = "auth"
	account               data = "account"
	card                  data = "card"
	portfolio             data = "portfolio"
	investment            data = "investment"
	liability             data = "liability"
	holders               data = "holders"
	accountTransaction    data = "account transaction"
	cardTransaction       data = "card transaction"
	investmentTransaction data = "investment transaction"
	liabilityTransaction  data = "liability transaction"
)

// products are what each kind of data is made of: it is there when all of them are.
var products = map[data][]fairlead.Product{
	auth:                  {fairlead.ProductIdentity},
	account:               {fairlead.ProductAccounts},
	card:                  {fairlead.ProductAccounts, fairlead.ProductBills},
	portfolio:             {fairlead.ProductAccounts, fairlead.ProductHoldings},
	investment:            {fairlead.ProductHoldings},
	liability:             {fairlead.ProductLoans},
	holders:               {fairlead.ProductAccounts, fairlead.ProductIdentity},
	accountTransaction:    {fairlead.ProductTransactions},
	cardTransaction:       {fairlead.ProductTransactions},
	investmentTransaction: {fairlead.ProductInvestmentTransactions},
	liabilityTransaction:  {fairlead.ProductLoans},
}

// errored reports whether part of the data could not be collected. A list of accounts
// that failed only after some were listed for the first time fails the accounts that
// money lies in, and what none was listed of: TestBank's DATA_ERROR_PRODUCT_ACCOUNT.
func errored(v view, d data) bool {
	conn := v.conn
	if slices.ContainsFunc(products[d], func(p fairlead.Product) bool { return p != fairlead.ProductAccounts && failed(conn, p) }) {
		return true
	}
	accounts := failed(conn, fairlead.ProductAccounts)
	stale := !conn.Products[fairlead.ProductAccounts].LastGood.IsZero()
	switch d {
	case account:
		return accounts
	case card:
		return accounts && (stale || !v.listed(fairlead.AccountCard))
	case portfolio:
		return accounts && (stale || !v.listed(fairlead.AccountInvestment, fairlead.AccountPension))
	case holders:
		return accounts && (stale || !v.listed())
	case accountTransaction, cardTransaction:
		return slices.ContainsFunc(v.order, func(id fairlead.RecordID) bool { return v.accounts[id].Kind == unknownKind })
	}
	return false
}

// failed reports whether a product could not be collected. A login that the bank
// refuses is reported as blocked, not as an error of what was collected before.
func failed(conn fairlead.Connection, p fairlead.Product) bool {
	s := conn.Products[p]
	older := !s.LastGood.IsZero() && s.Problem != nil && (slices.Contains(blocking(), s.Problem.Kind) || slices.Contains(factoring(), s.Problem.Kind))
	return s.Status == fairlead.ProductFailed && !older
}

// created reports whether the extraction of the data has ended, well or not. What
// was never requested has nothing to wait for.
func created(v view, d data) bool { return extracted(v.conn, d) }

func extracted(conn fairlead.Connection, d data) bool {
	return conn.Status != fairlead.ConnectionCollecting || !slices.ContainsFunc(products[d], func(p fairlead.Product) bool {
		return conn.Products[p].Status == fairlead.ProductPending
	})
}

// pending reports whether the first extraction goes on.
func pending(conn fairlead.Connection) bool {
	for d := range products {
		if !extracted(conn, d) {
			return true
		}
	}
	return false
}

func flagsOf(v view, is func(view, data) bool) flags {
	transactions := transactionFlags{
		Account: is(v, accountTransaction), Card: is(v, cardTransaction),
		Investment: is(v, investmentTransaction), Liability: is(v, liabilityTransaction),
	}
	return flags{
		Product: productFlags{
			Auth: is(v, auth), Account: is(v, account), Card: is(v, card), Portfolio: is(v, portfolio),
			Investment: is(v, investment), Liability: is(v, liability), Holders: is(v, holders),
		},
		Transaction: transactions, Transactions: transactions,
	}
}

// blocking are the problems after which the stored credentials do not open the
// bank any more; factoring those that take the person's second factor.
func blocking() []fairlead.ErrorKind {
	return []fairlead.ErrorKind{fairlead.RejectedLogin, fairlead.Locked, fairlead.ActionNeeded}
}

func factoring() []fairlead.ErrorKind {
	return []fairlead.ErrorKind{fairlead.ConsentEnded, fairlead.RejectedChallenge, fairlead.ChallengeExpired}
}

// blocked reports whether the stored credentials do not open the bank any more.
func blocked(conn fairlead.Connection) bool { return troubled(conn, blocking()) }

// needsFactor reports whether the bank wants the person's second factor anew.
func needsFactor(conn fairlead.Connection) bool { return troubled(conn, factoring()) }

func troubled(conn fairlead.Connection, kinds []fairlead.ErrorKind) bool {
	return conn.Problem != nil && slices.Contains(kinds, conn.Problem.Kind)
}

// listStatus is the list's one word.
func listStatus(conn fairlead.Connection) string {
	switch {
	case pending(conn):
		return "pending"
	case conn.Status == fairlead.ConnectionNeedsAction:
		return "error"
	}
	return "active"
}

// externalID is the external_id that the credentials were linked with: the
// person's reference, unless the person has none.
func externalID(conn fairlead.Connection) *string {
	if conn.Reference == string(conn.Person) {
		return nil
	}
	return orNull(conn.Reference)
}
