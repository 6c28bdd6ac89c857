package reading

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// maxDayOrdered is how many transactions of one day are put in order: with one more, the
// largest page of the store. More than so many stand in the order of their ids.
const maxDayOrdered = 999

// dayRow is a transaction with what its place in its day goes by.
type dayRow struct {
	record        fairlead.Record
	at            time.Time
	pending       bool
	before, after string // the account's balance around it; "" where the institution gives none
}

// dayRowOf reads what is not sealed of a record's body.
func dayRowOf(rec fairlead.Record) dayRow {
	var noun struct {
		State        fairlead.TransactionState `json:"state"`
		Amount       fairlead.Money            `json:"amount"`
		Transacted   time.Time                 `json:"transacted_at"`
		BalanceAfter *fairlead.Money           `json:"balance_after"`
	}
	row := dayRow{record: rec, at: rec.Day.Time()}
	if json.Unmarshal(rec.Body, &noun) != nil {
		return row
	}
	row.pending = noun.State == fairlead.TransactionPending
	if !noun.Transacted.IsZero() {
		row.at = noun.Transacted
	}
	if b := noun.BalanceAfter; b != nil && noun.State == fairlead.TransactionPosted {
		scale := max(b.Amount.Scale(), noun.Amount.Amount.Scale())
		row.after, row.before = b.Amount.Round(scale).String(), b.Amount.Sub(noun.Amount.Amount).Round(scale).String()
	}
	return row
}

// older orders by when a movement was made, what is still pending last.
func older(a, b dayRow) int {
	if a.pending != b.pending {
		if a.pending {
			return 1
		}
		return -1
	}
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.record.ID, b.record.ID))
}

// orderDay puts the transactions of one day in order, oldest first: by when they
// were made, and those that say what the account held after them so that each
// begins where the one before it ended. Accounts are merged by time. This is the
// one rule for the order of a day: every list of transactions has it.
func orderDay(records []fairlead.Record) {
	if len(records) < 2 {
		return
	}
	byAccount := map[fairlead.RecordID][]dayRow{}
	for _, rec := range records {
		byAccount[rec.Account] = append(byAccount[rec.Account], dayRowOf(rec))
	}
	var lists [][]dayRow
	for _, rows := range byAccount {
		lists = append(lists, orderAccount(rows))
	}
	for n := range records {
		next := -1
		for i, rows := range lists {
			if len(rows) > 0 && (next < 0 || older(rows[0], lists[next][0]) < 0) {
				next = i
			}
		}
		records[n], lists[next] = lists[next][0].record, lists[next][1:]
	}
}

// orderAccount orders the rows of one account: by time, and among them those with
// balances so that they chain.
func orderAccount(rows []dayRow) []dayRow {
	slices.SortFunc(rows, older)
	var slots []int
	var chained []dayRow
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
func chain(rows []dayRow) []dayRow {
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
			trail := trailFrom(row.before, rows, leaving)
			degree[row.before]--
			degree[rows[trail[len(trail)-1]].after]++
			for _, n := range trail {
				used[n] = true
			}
			trails = append(trails, trail)
		}
	}
	slices.SortFunc(trails, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	out := make([]dayRow, 0, len(rows))
	for _, n := range slices.Concat(trails...) {
		out = append(out, rows[n])
	}
	return out
}

// trailFrom takes the longest trail that begins at a balance out of what leaves each.
func trailFrom(balance string, rows []dayRow, leaving map[string][]int) []int {
	type step struct {
		at  string
		row int // that led here; -1: none
	}
	var trail []int
	for stack := []step{{balance, -1}}; len(stack) > 0; {
		top := stack[len(stack)-1]
		if next := leaving[top.at]; len(next) > 0 {
			leaving[top.at] = next[1:]
			stack = append(stack, step{rows[next[0]].after, next[0]})
			continue
		}
		stack = stack[:len(stack)-1]
		if top.row >= 0 {
			trail = append(trail, top.row)
		}
	}
	slices.Reverse(trail)
	return trail
}

// listOrdered reads a page of transactions whose days are in order. The store has them
// by day and id, so that a day is read whole before it is shown: rows.After is where
// in its day the page before has ended.
func listOrdered(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery) (out []fairlead.Record, err error) {
	want := rows.Limit
	if !rows.AfterDay.IsZero() {
		if out, err = restOfDay(tx, tenant, rows); err != nil || len(out) >= want {
			return out[:min(len(out), want)], err
		}
		beyond := &rows.Days.From
		day := rows.AfterDay.AddDays(1)
		if rows.Newest {
			beyond, day = &rows.Days.To, rows.AfterDay.AddDays(-1)
		}
		*beyond, rows.AfterDay, rows.After = day, fairlead.Date{}, ""
	}
	rows.Limit = want - len(out)
	more, err := tx.Records.List(tenant, rows)
	if err != nil {
		return nil, err
	}
	for len(more) > 0 {
		day := more[0].Day
		end := slices.IndexFunc(more, func(rec fairlead.Record) bool { return rec.Day != day })
		cut := end < 0
		if cut {
			end = len(more)
		}
		today := more[:end]
		more = more[end:]
		if cut && len(out)+len(today) >= want {
			rows.After, rows.AfterDay = "", fairlead.Date{}
			if today, err = wholeDay(tx, tenant, rows, day, today); err != nil {
				return nil, err
			}
		} else if !day.IsZero() {
			arrange(today, rows.Newest)
		}
		out = append(out, today...)
	}
	return out[:min(len(out), want)], nil
}

func arrange(day []fairlead.Record, newest bool) {
	orderDay(day)
	if newest {
		slices.Reverse(day)
	}
}

// wholeDay is a day of which the store's page has only the first rows, in order; those
// rows as they are where the day is none, or too large.
func wholeDay(
	tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, day fairlead.Date, part []fairlead.Record,
) ([]fairlead.Record, error) {
	if day.IsZero() {
		return part, nil
	}
	all, err := recordsOfDay(tx, tenant, rows, day)
	if err != nil || len(all) > maxDayOrdered {
		return part, err
	}
	arrange(all, rows.Newest)
	return all, nil
}

// recordsOfDay reads a day's rows, or one more than are put in order.
func recordsOfDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, day fairlead.Date) ([]fairlead.Record, error) {
	rows.Days, rows.AfterDay, rows.After, rows.Limit = fairlead.Interval{From: day, To: day}, fairlead.Date{}, "", maxDayOrdered+1
	return tx.Records.List(tenant, rows)
}

// restOfDay is what of its day comes after the row that the query names. That row may
// have been removed since: its place is where it would stand.
func restOfDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery) ([]fairlead.Record, error) {
	day, id := rows.AfterDay, rows.After
	if !rows.Days.From.IsZero() && day.Before(rows.Days.From) || !rows.Days.To.IsZero() && day.After(rows.Days.To) {
		return nil, nil
	}
	all, err := recordsOfDay(tx, tenant, rows, day)
	if err != nil {
		return nil, err
	}
	if len(all) > maxDayOrdered {
		rows.Days = fairlead.Interval{From: day, To: day}
		return tx.Records.List(tenant, rows)
	}
	is := func(rec fairlead.Record) bool { return rec.ID == id }
	if !slices.ContainsFunc(all, is) {
		gone, err := tx.Records.Get(tenant, id)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return nil, err
		}
		if err == nil && (gone.Connection == rows.Connection || gone.Account == rows.Account) {
			gone.Day = day
			all = append(all, gone)
		}
	}
	arrange(all, rows.Newest)
	return all[slices.IndexFunc(all, is)+1:], nil
}
