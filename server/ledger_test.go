//go:build !race

// All that the personas have is read page by page, which races with nobody: under the
// race detector it takes minutes, so make check runs it without.

package server_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// ledgerRow is a transaction with the balance after it.
type ledgerRow struct {
	ID, Status   string
	AccountID    string `json:"account_id"`
	BookedOn     string `json:"booked_on"`
	Amount       ledgerMoney
	BalanceAfter *ledgerMoney `json:"balance_after"`
}

type ledgerMoney struct{ Amount, Currency string }

func (m ledgerMoney) decimal(t *testing.T) fairlead.Decimal {
	t.Helper()
	d, err := fairlead.ParseDecimal(m.Amount)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ledger reads a list in pages of an odd size, so that days are cut in their middle.
func ledger(t *testing.T, app *apptest.App, path string) (all []ledgerRow) {
	t.Helper()
	for after := ""; ; {
		var page struct {
			Data []ledgerRow
			Next *string
		}
		app.Call("GET", path+"?limit=37&after="+after, nil, &page)
		all = append(all, page.Data...)
		if page.Next == nil {
			return all
		}
		after = *page.Next
	}
}

// chains wants each booked row to begin where the next one, which is older, ended. It
// returns how many pairs it compared.
//
// A day whose movements add up to nothing may begin anywhere (decision 0013): what it
// begins and ends with is not compared with its neighbours.
func chains(t *testing.T, path string, rows []ledgerRow) (pairs int) {
	t.Helper()
	newer, sums := map[string]ledgerRow{}, map[string]fairlead.Decimal{}
	for _, row := range rows {
		if row.Status == "posted" && row.BalanceAfter != nil {
			sums[row.AccountID+row.BookedOn] = sums[row.AccountID+row.BookedOn].Add(row.Amount.decimal(t))
		}
	}
	circle := func(row ledgerRow) bool { return sums[row.AccountID+row.BookedOn].Cmp(fairlead.Decimal{}) == 0 }
	for _, row := range rows {
		if row.Status != "posted" || row.BalanceAfter == nil {
			continue
		}
		if n, ok := newer[row.AccountID]; ok && (n.BookedOn == row.BookedOn || !circle(n) && !circle(row)) {
			before := n.BalanceAfter.decimal(t).Sub(n.Amount.decimal(t))
			if pairs++; before.Cmp(row.BalanceAfter.decimal(t)) != 0 {
				t.Errorf("%s: %s of %s begins at %s, and %s of %s before it ended at %s", path, n.ID, n.BookedOn, before, row.ID, row.BookedOn, row.BalanceAfter.Amount)
			}
		}
		newer[row.AccountID] = row
	}
	return pairs
}

// Pain: "A ledger cannot be shown without re-sorting, and there is nothing to sort by."
func TestALedgerIsShownAsItIsListedOfEveryPersona(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t, apptest.Frozen(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)))
	for _, p := range world.Personas() {
		if p.Name == "heavy" { // a quarter of a million rows is the bench's
			continue
		}
		for _, institution := range []string{"harbor", "farol"} {
			t.Run(fmt.Sprint(p.Name, " ", institution), func(t *testing.T) {
				var made struct {
					ConnectionID     string `json:"connection_id"`
					ConnectionStatus string `json:"connection_status"`
				}
				app.Call("POST", "/sandbox/links", map[string]any{
					"institution_id": institution, "user": p.Name, "password": "good", "products": []string{"accounts", "transactions"}, "wait": 60,
				}, &made)
				if made.ConnectionStatus != "active" {
					t.Fatalf("the connection is %q", made.ConnectionStatus)
				}
				con := made.ConnectionID
				path := "/connections/" + con + "/transactions"
				all := ledger(t, app, path)
				pairs := chains(t, path, all)
				ofAccounts, rows := 0, 0
				for _, a := range apptest.List[struct{ ID string }](app, "/connections/"+con+"/accounts") {
					path := "/accounts/" + a.ID + "/transactions"
					own := ledger(t, app, path)
					rows += len(own)
					ofAccounts += chains(t, path, own)
				}
				if rows != len(all) || pairs != ofAccounts || len(all) > 100 && pairs == 0 {
					t.Errorf("%d rows and %d pairs of the connection, %d and %d of its accounts", len(all), pairs, rows, ofAccounts)
				}
			})
		}
	}
}
