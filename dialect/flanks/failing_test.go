//go:build !race

// What people have is collected and compared in one goroutine, which races with nobody:
// under the race detector it takes minutes, so make check runs it without.

package flanks_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// lists are the reads of the aggregation that answer a list, with the flag of the
// status that is about each.
var lists = map[string]string{
	"portfolio": "product.portfolio", "account": "product.account", "card": "product.card", "holder": "product.holders",
	"investment": "product.investment", "investment/transaction": "transaction.investment", "data": "transaction.account",
	"card/transaction": "transaction.card", "liability": "product.liability", "liability/transaction": "transaction.liability",
}

// flagged is which flags of errored are set.
func (c client) flagged(token string) (set []string) {
	c.app.T.Helper()
	s := c.status(token)
	for half, flags := range map[string]map[string]bool{"product": s.Errored.Product, "transaction": s.Errored.Transaction} {
		for name, is := range flags {
			if is {
				set = append(set, half+"."+name)
			}
		}
	}
	if !maps.Equal(s.Errored.Transaction, s.Errored.Transactions) {
		c.app.T.Errorf("transaction is %v, transactions is %v", s.Errored.Transaction, s.Errored.Transactions)
	}
	slices.Sort(set)
	return set
}

func TestWhatFailsIsFlaggedAndNothingIsMadeUpForIt(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	whole := map[string]int{}
	healthy := c.linked("good")
	for path := range lists {
		whole[path] = len(c.list(path, map[string]any{"credentials_token": healthy}))
		if whole[path] == 0 {
			t.Fatalf("%s is empty where nothing fails", path)
		}
	}
	const all, none, some = "all", "none", "some"
	for words, fails := range map[string]map[string]string{ // list → how much of it there is all the same
		"DATA_ERROR_PRODUCT_ACCOUNT": {"account": none},
		// What does not touch fails together.
		"DATA_ERROR_PRODUCT_CARD+DATA_ERROR_PRODUCT_LIABILITY+PRODUCT_FAILS_investment_transactions": {
			"card": all, "liability": none, "liability/transaction": none, "investment/transaction": none,
		},
		"DATA_ERROR_PRODUCT_CARD_TRANSACTION+DATA_ERROR_PRODUCT_INVESTMENT+PRODUCT_FAILS_identity": {
			"data": none, "card/transaction": none, "portfolio": all, "investment": none, "holder": all,
		},
		"PRODUCT_FAILS_accounts": {"account": none, "card": none, "portfolio": none, "holder": none},
		"PRODUCT_FAILS_accounts+PRODUCT_FAILS_bills": {
			"account": none, "card": none, "portfolio": none, "holder": none, "data": none, "card/transaction": none,
		},
	} {
		t.Run(words, func(t *testing.T) {
			c := client{app: c.app, token: c.token}
			token := c.linked(words)
			var want []string
			for path := range fails {
				want = append(want, lists[path])
			}
			if strings.Contains(words, "PRODUCT_FAILS_identity") {
				want = append(want, "product.auth")
			}
			slices.Sort(want)
			if got := c.flagged(token); !slices.Equal(got, want) {
				t.Errorf("errored has %v, want %v", got, want)
			}
			for path := range lists {
				left, errored := fails[path]
				if !errored {
					left = all
				}
				if path == "holder" && words == "DATA_ERROR_PRODUCT_ACCOUNT" {
					left = some // of what was listed
				}
				status, body := c.raw("POST", "/v0/bank/credentials/"+path, map[string]any{"credentials_token": token})
				if (status == 400) != errored || (status == 200) == errored {
					t.Errorf("%s answers %d %.200s", path, status, body)
				}
				items := c.list(path, map[string]any{"credentials_token": token, "ignore_data_error": true})
				if left == all && len(items) != whole[path] || left == none && len(items) != 0 || left == some && (len(items) == 0 || len(items) >= whole[path]) {
					t.Errorf("with ignore_data_error %s has %d rows of %d, want %s", path, len(items), whole[path], left)
				}
				for _, item := range items {
					if path != "holder" && (item["entity"] != "testbank" || item["currency"] == "") {
						t.Errorf("%s has a row of nothing: %v", path, item)
						break
					}
				}
			}
		})
	}
}
