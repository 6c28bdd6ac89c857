package reading_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
	"github.com/fairlead-dev/fairlead/store"
)

// all reads every transaction in pages of so many.
func (h *fixture) all(q reading.Query) (out []fairlead.Transaction) {
	h.Helper()
	for {
		page, err := h.reading.Transactions(h.Context(), h.tenant, q)
		if err != nil {
			h.Fatal(err)
		}
		out = append(out, page.Data...)
		if q.After = page.Next; page.Next == "" {
			return out
		}
	}
}

// put stores transactions in an order that says nothing.
func (h *fixture) put(list []fairlead.Transaction) {
	h.Helper()
	for page := range slices.Chunk(h.records(list), 500) {
		h.update(func(tx *store.Tx) error { return tx.Records.Upsert(h.tenant, h.connection, page) })
	}
}

func (h *fixture) records(list []fairlead.Transaction) (records []fairlead.Record) {
	h.Helper()
	for _, t := range list {
		body, err := json.Marshal(t)
		if err != nil {
			h.Fatal(err)
		}
		account := fairlead.RecordID("acc_" + t.AccountRef)
		records = append(records, fairlead.Record{
			ID: fairlead.RecordID(fmt.Sprintf("txn_%016x", rand.Uint64())), Tenant: h.tenant, Connection: h.connection, Account: account,
			Kind: fairlead.TransactionRecord, Ref: t.Ref, Day: t.Booked, State: string(t.State), Version: 1, Changed: noon(), Reason: "first", Body: body,
		})
	}
	rand.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	return records
}

// ledger makes the movements of an account, each with the balance after it: on every
// day several at the same minute, and purchases that were made days before.
func ledger(account string, days, perDay int) (list []fairlead.Transaction) {
	balance := int64(100_000)
	first := fairlead.Date{Year: 2026, Month: 3, Day: 1}
	for d := range days {
		day := first.AddDays(d)
		for n := range perDay {
			cents := int64((n*37+d*11)%90-45) * 100
			if cents == 0 {
				cents = 700
			}
			balance += cents
			after := fairlead.NewMoney(balance, 2, "BRL")
			made := day.Time().Add(time.Duration(n/3) * time.Hour)
			if n%4 == 1 {
				made = made.AddDate(0, 0, -2)
			}
			list = append(list, fairlead.Transaction{
				AccountRef: account, Ref: fmt.Sprintf("%s-%03d-%02d", account, d, n), State: fairlead.TransactionPosted,
				Amount: fairlead.NewMoney(cents, 2, "BRL"), Booked: day, Transacted: made, BalanceAfter: &after,
			})
		}
	}
	return list
}

func TestBalancesOfOneDayChainAsListed(t *testing.T) {
	t.Parallel()
	for _, size := range []int{3, 7, 100} {
		for _, oldest := range []bool{false, true} {
			t.Run(fmt.Sprintf("pages of %d, oldest first %v", size, oldest), func(t *testing.T) {
				t.Parallel()
				h := open(t)
				h.put(append(ledger("a", 12, 9), ledger("b", 12, 5)...))
				list := h.all(reading.Query{Connection: h.connection, Limit: size, Oldest: oldest})
				if len(list) != 12*14 {
					t.Fatalf("%d transactions, want %d", len(list), 12*14)
				}
				if !oldest {
					slices.Reverse(list)
				}
				last, seen := map[string]fairlead.Money{}, map[fairlead.RecordID]bool{}
				for n, x := range list {
					before := fairlead.Money{Amount: x.BalanceAfter.Amount.Sub(x.Amount.Amount), Currency: "BRL"}
					if was, ok := last[x.AccountRef]; ok && !was.Equal(before) {
						t.Errorf("%s begins at %s, the one before ended at %s", x.Ref, before, was)
					}
					if n > 0 && x.Booked.Before(list[n-1].Booked) || seen[x.ID] {
						t.Errorf("%s lies out of order or comes twice", x.Ref)
					}
					last[x.AccountRef], seen[x.ID] = *x.BalanceAfter, true
				}
			})
		}
	}
}

func TestOneDayIsListedByTimeAndPendingComesNewest(t *testing.T) {
	t.Parallel()
	h := open(t)
	day := fairlead.Date{Year: 2026, Month: 5, Day: 4}
	row := func(ref string, hour int, state fairlead.TransactionState) fairlead.Transaction {
		return fairlead.Transaction{
			AccountRef: "a", Ref: ref, State: state, Amount: fairlead.NewMoney(-100, 2, "EUR"), Booked: day, Transacted: day.Time().Add(time.Duration(hour) * time.Hour),
		}
	}
	h.put([]fairlead.Transaction{
		row("nine", 9, fairlead.TransactionPosted), row("seven", 7, fairlead.TransactionPosted), row("one", 1, fairlead.TransactionPending),
		row("twelve", 12, fairlead.TransactionPosted), row("two", 2, fairlead.TransactionReversed),
	})
	var got []string
	for _, x := range h.all(reading.Query{Connection: h.connection, Limit: 2}) {
		got = append(got, x.Ref)
	}
	if want := []string{"one", "twelve", "nine", "seven", "two"}; !slices.Equal(got, want) {
		t.Errorf("newest first: %q, want %q", got, want)
	}
}

// A bank may leave out a movement: what chains stays together, and the parts stand by time.
func TestPartsThatDoNotChainStandByTime(t *testing.T) {
	t.Parallel()
	h := open(t)
	day := fairlead.Date{Year: 2026, Month: 5, Day: 4}
	row := func(ref string, hour int, amount, after int64) fairlead.Transaction {
		balance := fairlead.NewMoney(after, 2, "BRL")
		return fairlead.Transaction{
			AccountRef: "a", Ref: ref, State: fairlead.TransactionPosted, Amount: fairlead.NewMoney(amount, 2, "BRL"),
			Booked: day, Transacted: day.Time().Add(time.Duration(hour) * time.Hour), BalanceAfter: &balance,
		}
	}
	h.put([]fairlead.Transaction{
		row("there", 6, 500, 10_500), row("and back", 8, -500, 10_000), // a circle
		row("first", 9, 700, 20_700), row("second", 7, -200, 20_500), // made before, booked after
		row("alone", 10, 1, 1),
		row("one way", 11, -10, 39_990), row("another way", 12, -30, 39_970), // what led back between them is missing
	})
	var got []string
	for _, x := range h.all(reading.Query{Connection: h.connection, Limit: 2, Oldest: true}) {
		got = append(got, x.Ref)
	}
	if want := []string{"there", "and back", "first", "second", "alone", "one way", "another way"}; !slices.Equal(got, want) {
		t.Errorf("oldest first: %q, want %q", got, want)
	}
}

// Between two pages a collection may post, remove or bring what stands in the day at
// which the first one ended. Nothing is left out; what stands in days as they were comes once.
func TestADayThatChangesBetweenItsPagesLosesNothing(t *testing.T) {
	t.Parallel()
	again := func(change func(*fairlead.Record)) func(*fixture, *store.Tx, fairlead.RecordID) error {
		return func(h *fixture, tx *store.Tx, id fairlead.RecordID) error {
			rec, err := tx.Records.Get(h.tenant, id)
			if err != nil {
				return err
			}
			rec.Version++
			change(&rec)
			return tx.Records.Upsert(h.tenant, h.connection, []fairlead.Record{rec})
		}
	}
	for name, change := range map[string]func(*fixture, *store.Tx, fairlead.RecordID) error{
		"removed": again(func(rec *fairlead.Record) { rec.Removed, rec.Reason = true, "removed" }),
		"made at another time": again(func(rec *fairlead.Record) {
			var x fairlead.Transaction
			json.Unmarshal(rec.Body, &x)
			x.Transacted, x.BalanceAfter = rec.Day.Time().AddDate(0, 0, -3), nil
			rec.Body, _ = json.Marshal(x)
		}),
		"many more": func(h *fixture, tx *store.Tx, _ fairlead.RecordID) error {
			return tx.Records.Upsert(h.tenant, h.connection, h.records(ledger("b", 2, 500)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.put(ledger("a", 2, 8))
			q := reading.Query{Connection: h.connection, Limit: 3}
			whole := h.all(q)
			first, err := h.reading.Transactions(t.Context(), h.tenant, q)
			if err != nil {
				t.Fatal(err)
			}
			h.update(func(tx *store.Tx) error { return change(h, tx, first.Data[2].ID) })
			q.After, q.Limit = first.Next, 500
			times := map[fairlead.RecordID]int{}
			for _, x := range h.all(q) {
				times[x.ID]++
			}
			for n, x := range whole {
				if times[x.ID] != 1 && n > 2 {
					t.Errorf("row %d, of %s, came %d times", n, x.Booked, times[x.ID])
				}
			}
		})
	}
}

// A day too large to be put in order is still listed whole, each once.
func TestAHugeDayIsListedWhole(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.put(ledger("a", 1, 1100))
	seen := map[fairlead.RecordID]bool{}
	for _, x := range h.all(reading.Query{Connection: h.connection, Limit: 500}) {
		seen[x.ID] = true
	}
	if len(seen) != 1100 {
		t.Errorf("%d of 1100", len(seen))
	}
}
