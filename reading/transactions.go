package reading

import (
	"context"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Transactions lists transactions, newest day first, and those of one day newest first
// by when they were made, so that running balances chain as listed: this is the one rule
// for the order of a day, and every list of transactions has it. The store has them by
// day and id, so that the days in which a page begins and ends are read whole.
func (r *Reading) Transactions(ctx context.Context, tenant fairlead.TenantID, q Query) (page Page[fairlead.Transaction], err error) {
	rows, err := rowsOf(fairlead.TransactionRecord, q)
	if err != nil {
		return page, err
	}
	var days []day
	var o *opener
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		o = r.opener()
		if err = owned(ctx, tx, tenant, q, o); err != nil {
			return err
		}
		if days, err = readDays(tx, tenant, rows); err != nil {
			return err
		}
		for _, d := range days {
			if err = o.read(tx, tenant, d.records...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return page, err
	}
	var list []dayRow
	for _, d := range days {
		of, err := d.rows(o, rows.Newest)
		if err != nil {
			return page, err
		}
		if list = append(list, of...); len(list) >= rows.Limit {
			list = list[:rows.Limit-1]
			page.Next = recordCursor(list[len(list)-1].record)
			break
		}
	}
	page.Data = make([]fairlead.Transaction, len(list))
	for n := range list {
		page.Data[n] = list[n].Transaction
	}
	return page, nil
}

// maxDayOrdered is how many transactions of one day are put in order: with one more, the
// largest page of the store. More than so many stand in the order of their ids.
const maxDayOrdered = 999

// day is what is read of one day.
type day struct {
	records []fairlead.Record
	whole   bool              // else they stand as they are
	after   fairlead.RecordID // what the page before has ended with; ""
}

// readDays reads the days of a page.
func readDays(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery) (days []day, err error) {
	if !rows.AfterDay.IsZero() {
		first, err := restOfDay(tx, tenant, rows)
		if err != nil || !first.whole && len(first.records) >= rows.Limit {
			return []day{first}, err
		}
		days = append(days, first)
		if rows.Newest {
			rows.Days.To = rows.AfterDay.AddDays(-1)
		} else {
			rows.Days.From = rows.AfterDay.AddDays(1)
		}
		rows.AfterDay, rows.After = fairlead.Date{}, ""
	}
	records, err := tx.Records.List(tenant, rows)
	if err != nil {
		return nil, err
	}
	cut := len(records) == rows.Limit // there may be more of the last day
	for len(records) > 0 {
		end := slices.IndexFunc(records, func(rec fairlead.Record) bool { return rec.Day != records[0].Day })
		if end < 0 {
			end = len(records)
		}
		d := day{records: records[:end], whole: !records[0].Day.IsZero()}
		if records = records[end:]; cut && len(records) == 0 && d.whole {
			all, err := recordsOfDay(tx, tenant, rows, d.records[0].Day)
			if err != nil {
				return nil, err
			}
			if d.whole = len(all) <= maxDayOrdered; d.whole {
				d.records = all
			}
		}
		days = append(days, d)
	}
	return days, nil
}

// recordsOfDay reads a day's rows, or one more than are put in order.
func recordsOfDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, day fairlead.Date) ([]fairlead.Record, error) {
	rows.Days, rows.AfterDay, rows.After, rows.Limit = fairlead.Interval{From: day, To: day}, fairlead.Date{}, "", maxDayOrdered+1
	return tx.Records.List(tenant, rows)
}

// restOfDay reads the day in which the page before has ended. The row that it ended with
// may have been removed since: its place is where it would stand.
func restOfDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery) (d day, err error) {
	on, id := rows.AfterDay, rows.After
	if !rows.Days.From.IsZero() && on.Before(rows.Days.From) || !rows.Days.To.IsZero() && on.After(rows.Days.To) {
		return d, nil
	}
	all, err := recordsOfDay(tx, tenant, rows, on)
	if err != nil {
		return d, err
	}
	if len(all) > maxDayOrdered {
		rows.Days = fairlead.Interval{From: on, To: on}
		d.records, err = tx.Records.List(tenant, rows)
		return d, err
	}
	if !slices.ContainsFunc(all, func(rec fairlead.Record) bool { return rec.ID == id }) {
		gone, err := tx.Records.Get(tenant, id)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return d, err
		}
		if len(gone.Body) > 0 && (gone.Connection == rows.Connection || gone.Account == rows.Account) {
			gone.Day, gone.Removed = on, false
			all = append(all, gone)
		}
	}
	return day{all, true, id}, nil
}

// rows are a day's transactions in their order, from where the page begins.
func (d day) rows(o *opener, newest bool) ([]dayRow, error) {
	rows := make([]dayRow, len(d.records))
	for n, rec := range d.records {
		t, err := transaction(o, rec)
		if err != nil {
			return nil, err
		}
		rows[n] = dayRowOf(rec, t)
	}
	if !d.whole {
		return rows, nil
	}
	rows = orderDay(rows)
	if newest {
		slices.Reverse(rows)
	}
	before := slices.IndexFunc(rows, func(row dayRow) bool { return row.ID == d.after })
	return rows[before+1:], nil
}
