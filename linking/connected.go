package linking

import (
	"github.com/fairlead-dev/fairlead"
)

// Connected is one connection made by the link, for the page.
type Connected struct {
	Connection  fairlead.Connection
	Institution fairlead.Institution
	Accounts    int
	Parts       []Part // of what is wanted, in the order of collection
	Collecting  bool   // something of it is still to come
	Nothing     bool   // all was fetched, and nothing was there
}

// Part is how far the products whose records are counted together have come.
type Part struct {
	Products []fairlead.Product
	Records  int               // that are here
	Coming   bool              // still being fetched
	Missed   *fairlead.Problem // why they could not be fetched
}

// recordsOf is which records a product has.
func recordsOf(p fairlead.Product) fairlead.RecordKind {
	switch p {
	case fairlead.ProductAccounts:
		return fairlead.AccountRecord
	case fairlead.ProductIdentity:
		return fairlead.IdentityRecord
	case fairlead.ProductTransactions:
		return fairlead.TransactionRecord
	case fairlead.ProductBills:
		return fairlead.BillRecord
	case fairlead.ProductLoans:
		return fairlead.LoanRecord
	case fairlead.ProductHoldings:
		return fairlead.HoldingRecord
	case fairlead.ProductInvestmentTransactions:
		return fairlead.InvestmentTransactionRecord
	}
	return fairlead.DocumentRecord // statements and tax forms are counted together
}

// connectedNow says of a connection what is here, what is to come and what could not be
// fetched, by what a link wants of it. What the institution does not have is left out.
func connectedNow(c fairlead.Connection, i fairlead.Institution, n map[fairlead.RecordKind]int, link fairlead.Link) Connected {
	out := Connected{Connection: c, Institution: i, Accounts: n[fairlead.AccountRecord], Collecting: collecting(c)}
	some, missed, at := c.Uploaded, c.Problem != nil, map[fairlead.RecordKind]int{}
	for _, p := range fairlead.Products() {
		state, wanted := c.Products[p]
		if !wanted || state.Status == fairlead.ProductUnavailable {
			continue
		}
		kind := recordsOf(p)
		if _, known := at[kind]; !known {
			at[kind] = len(out.Parts)
			out.Parts = append(out.Parts, Part{Records: n[kind]})
		}
		part := &out.Parts[at[kind]]
		part.Products = append(part.Products, p)
		if why := c.Missed(p, link.Created); why != nil {
			part.Missed, missed = why, true
		} else if out.Collecting && (state.Status == fairlead.ProductPending || state.LastGood.Before(link.Created)) {
			part.Coming = true
		}
		// Whose the login is does not make up for accounts that are not there.
		some = some || n[kind] > 0 && (p != fairlead.ProductIdentity || len(c.Products) == 1)
	}
	out.Nothing = !some && !missed && !out.Collecting
	return out
}
