package plaid

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

// added reads one page of changes with these rows beside one that is sound.
func added(t *testing.T, rows string) (out []fairlead.Transaction, said []string, err error) {
	t.Helper()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	session := sessionOf(s, linked(t, server, s))
	server.Answer("/transactions/sync", 1, func(w http.ResponseWriter) {
		fmt.Fprintf(w, `{"request_id":"r","transactions_update_status":"HISTORICAL_UPDATE_COMPLETE","next_cursor":"c","has_more":false,"modified":[],"removed":[],
			"accounts":[{"account_id":"A","balances":{"current":1,"iso_currency_code":"USD"}},{"account_id":"X","balances":{"current":1,"iso_currency_code":null,"unofficial_currency_code":"BTC"}}],
			"added":[%s{"transaction_id":"sound","account_id":"A","amount":1.5,"iso_currency_code":"USD","date":"2026-11-20","name":"Tea"}]}`, rows)
	})
	page, err := collect(t.Context(), &session, fairlead.ProductTransactions, 0)
	for _, p := range page.Partial {
		if e, ok := errors.AsType[*fairlead.Error](p.Err); ok {
			said = append(said, e.Code)
		}
	}
	return page.Transactions, said, err
}

func TestOneOddRecordStopsNoOtherAndItsReasonIsTheRightOne(t *testing.T) {
	t.Parallel()
	row := func(fields string) string {
		return `{"transaction_id":"odd","account_id":"A","iso_currency_code":"USD",` + fields + `},`
	}
	for name, c := range map[string]struct{ rows, amount, said string }{
		"a number in quotes":   {row(`"amount":"12.30","date":"2026-11-20","name":"x"`), "-12.30", ""},
		"seven decimals":       {row(`"amount":3.1415927,"date":"2026-11-20"`), "-3.1415927", ""},
		"an exponent":          {row(`"amount":1.2e3,"date":"2026-11-20"`), "-1200.0", ""},
		"a negative zero":      {row(`"amount":-0.00,"date":"2026-11-20"`), "0.00", ""},
		"a day with a time":    {row(`"amount":1,"date":"2026-11-20T23:59:59-08:00"`), "-1", ""},
		"a number for a text":  {row(`"amount":1,"date":"2026-11-20","name":42,"check_number":7`), "-1", ""},
		"an amount of null":    {row(`"amount":null,"date":"2026-11-20"`), "", "record_left_out"},
		"no amount":            {row(`"date":"2026-11-20"`), "", "record_left_out"},
		"an amount of no size": {row(`"amount":1e400,"date":"2026-11-20"`), "", "record_left_out"},
		"an amount of text":    {row(`"amount":"lots","date":"2026-11-20"`), "", "record_left_out"},
		"no day":               {row(`"amount":1,"date":null`), "", "record_left_out"},
		"a day that is none":   {row(`"amount":1,"date":"2026-02-31"`), "", "record_left_out"},
		"an id that is none":   {`{"transaction_id":5,"account_id":"A","iso_currency_code":"USD","amount":1,"date":"2026-11-20"},`, "", "record_left_out"},
		"a text for a record":  {`"odd",`, "", "record_left_out"},
		"a coin":               {`{"transaction_id":"odd","account_id":"A","unofficial_currency_code":"BTC","amount":1,"date":"2026-11-20"},`, "", "currency"},
	} {
		rows, said, err := added(t, c.rows)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, r := range rows {
			if r.Ref == "odd" {
				got = r.Amount.Amount.String()
				if r.Booked.String() != "2026-11-20" {
					t.Errorf("%s: its day is %s", name, r.Booked)
				}
			}
		}
		if got != c.amount || len(rows) == 0 || rows[len(rows)-1].Ref != "sound" {
			t.Errorf("%s: %q, %+v", name, got, rows)
		}
		if c.said != "" && !strings.Contains(strings.Join(said, " "), c.said) {
			t.Errorf("%s: said is %v", name, said)
		}
		if c.said == "" && strings.Contains(strings.Join(said, " "), "record_left_out") {
			t.Errorf("%s: said is %v", name, said)
		}
	}
}
