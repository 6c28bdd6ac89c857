package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const bankID = "ins_bank"

// bank is an institution that answers at once: its books lie in memory.
type bank struct{ books []fairlead.Transaction }

func newBank() *bank {
	b := &bank{}
	for n := range collected {
		b.books = append(b.books, fairlead.Transaction{
			AccountRef: []string{"A", "B"}[n%2], Ref: fmt.Sprintf("T%06d", n), State: fairlead.TransactionPosted,
			Booked: fairlead.Date{Year: 2025, Month: 1, Day: 1}.AddDays(n / 20), Amount: fairlead.NewMoney(-int64(n%9000), 2, "EUR"),
			Description: "GROCERIES AND MORE", Original: "POS GROCERIES AND MORE 1234", Kind: "card", MCC: "5411", Category: "food",
			Counterparty: &fairlead.Counterparty{Name: "Groceries and More", Kind: fairlead.PersonCompany},
		})
	}
	return b
}

func (b *bank) Describe() connector.Description {
	return connector.Description{Name: "bank", Institutions: []fairlead.Institution{{
		ID: bankID, ShortName: "bank", Name: "Bank", Products: []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions, fairlead.ProductStatements},
		Logins: []fairlead.LoginKind{fairlead.LoginPassword}, Environments: []fairlead.Environment{fairlead.Sandbox},
	}}}
}

func (b *bank) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "This bank is linked already.")
}

func (b *bank) Resume(context.Context, connector.Start, []byte, fairlead.Answer) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "This bank is linked already.")
}

// Fetch cuts a page from the books; the cursor is how many were given.
func (b *bank) Fetch(_ context.Context, _ connector.Session, request connector.FetchRequest) (page connector.Page, err error) {
	if request.Product == fairlead.ProductAccounts {
		for _, ref := range []string{"A", "B"} {
			page.Accounts = append(page.Accounts, fairlead.Account{Ref: ref, Kind: fairlead.AccountDepository, Name: "Account " + ref, Currency: "EUR"})
		}
		return page, nil
	}
	from := 0
	if request.Cursor != "" {
		if from, err = strconv.Atoi(request.Cursor); err != nil {
			return page, err
		}
	}
	to := min(from+request.Limit, len(b.books))
	page.Transactions = append(page.Transactions, b.books[from:to]...)
	if page.More = to < len(b.books); page.More {
		page.Cursor = strconv.Itoa(to)
	}
	return page, nil
}
