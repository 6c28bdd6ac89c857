package reading

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/jsonform"
)

// dayRow is a transaction with what its place in its day goes by.
type dayRow struct {
	*fairlead.Record
	at            time.Time
	before, after string // the account's balance around it; "" where the institution gives none
}

// dayRowOf finds in a transaction's body what its place goes by. None of it is sealed.
func dayRowOf(rec *fairlead.Record) (dayRow, error) {
	row := dayRow{Record: rec, at: rec.Day.Time()}
	var values [3][]byte
	err := jsonform.Values(rec.Body, []string{"transacted_at", "amount", "balance_after"}, values[:])
	if made := values[0]; err == nil && made != nil {
		err = row.at.UnmarshalJSON(made)
	}
	if err == nil && values[2] != nil && rec.State == string(fairlead.TransactionPosted) {
		var amount, after fairlead.Decimal
		if amount, err = decimalOf(values[1]); err == nil {
			after, err = decimalOf(values[2])
		}
		scale := max(after.Scale(), amount.Scale())
		row.after, row.before = after.Round(scale).String(), after.Sub(amount).Round(scale).String()
	}
	if err != nil {
		return row, fmt.Errorf("reading: the place of record %s: %w", rec.ID, err)
	}
	return row, nil
}

// decimalOf is the number of an amount of money.
func decimalOf(money []byte) (fairlead.Decimal, error) {
	var amount [1][]byte
	if err := jsonform.Values(money, []string{"amount"}, amount[:]); err != nil {
		return fairlead.Decimal{}, err
	}
	return fairlead.ParseDecimal(string(bytes.Trim(amount[0], `"`)))
}

// older orders by when a movement was made, what is still pending last.
func older(a, b *dayRow) int {
	const pendingState = string(fairlead.TransactionPending)
	if pending := a.State == pendingState; pending != (b.State == pendingState) {
		if pending {
			return 1
		}
		return -1
	}
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.ID, b.ID))
}

// orderDay puts the transactions of one day in order, oldest first: by when they
// were made, and those that say what the account held after them so that each
// begins where the one before it ended. Accounts are merged by time.
func orderDay(rows []dayRow) []dayRow {
	if len(rows) < 2 {
		return rows
	}
	byAccount := map[fairlead.RecordID][]*dayRow{}
	for n := range rows {
		byAccount[rows[n].Account] = append(byAccount[rows[n].Account], &rows[n])
	}
	var lists [][]*dayRow
	for _, of := range byAccount {
		lists = append(lists, orderAccount(of))
	}
	out := make([]dayRow, 0, len(rows))
	for range rows {
		next := -1
		for i, of := range lists {
			if len(of) > 0 && (next < 0 || older(of[0], lists[next][0]) < 0) {
				next = i
			}
		}
		out, lists[next] = append(out, *lists[next][0]), lists[next][1:]
	}
	return out
}

// orderAccount orders the rows of one account: by time, and among them those with
// balances so that they chain.
func orderAccount(rows []*dayRow) []*dayRow {
	slices.SortFunc(rows, older)
	var slots []int
	var chained []*dayRow
	for n, row := range rows {
		if row.after != "" {
			slots, chained = append(slots, n), append(chained, row)
		}
	}
	for n, row := range chain(chained) {
		rows[slots[n]] = row
	}
	return rows
}

// chain orders rows so that as many as can be begin at the balance where the one
// before ended. A row leads from a balance to a balance, so that the order is a
// trail over all rows (Hierholzer). Where several are possible, and between trails that
// a missing row parts, time decides. The rows come in the order of time.
func chain(rows []*dayRow) []*dayRow {
	leaving := map[string][]int{} // rows by the balance that they begin at
	degree := map[string]int{}    // rows that leave a balance, less those that arrive
	for n, row := range rows {
		leaving[row.before] = append(leaving[row.before], n)
		degree[row.before]++
		degree[row.after]--
	}
	var trails [][]int
	used := make([]bool, len(rows))
	for _, circles := range []bool{false, true} { // what is left after the first round ends where it began
		for n, row := range rows {
			if used[n] || !circles && degree[row.before] <= 0 {
				continue
			}
			for _, trail := range trailsFrom(row.before, rows, leaving) {
				degree[rows[trail[0]].before]--
				degree[rows[trail[len(trail)-1]].after]++
				for _, n := range trail {
					used[n] = true
				}
				trails = append(trails, trail)
			}
		}
	}
	slices.SortFunc(trails, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	out := make([]*dayRow, 0, len(rows))
	for _, n := range slices.Concat(trails...) {
		out = append(out, rows[n])
	}
	return out
}

// trailsFrom takes what leads on from a balance out of what leaves each: one trail, or
// several where the rows part because one of them is missing.
func trailsFrom(balance string, rows []*dayRow, leaving map[string][]int) (trails [][]int) {
	type step struct {
		at  string
		row int // that led here; -1: none
	}
	var all []int
	for stack := []step{{balance, -1}}; len(stack) > 0; {
		top := stack[len(stack)-1]
		if next := leaving[top.at]; len(next) > 0 {
			leaving[top.at] = next[1:]
			stack = append(stack, step{rows[next[0]].after, next[0]})
			continue
		}
		stack = stack[:len(stack)-1]
		if top.row >= 0 {
			all = append(all, top.row)
		}
	}
	slices.Reverse(all)
	for from, n := 0, 1; n <= len(all); n++ {
		if n == len(all) || rows[all[n-1]].after != rows[all[n]].before {
			trails, from = append(trails, all[from:n]), n
		}
	}
	return trails
}
