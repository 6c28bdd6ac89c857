package reading

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/store"
)

// Transactions lists transactions, newest day first, and those of one day newest first
// by when they were made, so that running balances chain as listed: this is the one rule
// for the order of a day, and every list of transactions has it. The store has them by
// day and id, so that the days in which a page begins and ends are read whole. A day that
// has changed since the page before ended in it is begun anew: its transactions may come
// twice, and none is left out.
func (r *Reading) Transactions(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[fairlead.Transaction], error) {
	return listed(ctx, r, tenant, q, transaction)
}

// EncodedTransactions is Transactions as they are stored.
func (r *Reading) EncodedTransactions(ctx context.Context, tenant fairlead.TenantID, q Query) (Page[Encoded], error) {
	return listed(ctx, r, tenant, q, encoded)
}

// listed reads a page of transactions and makes something of each.
func listed[T any](
	ctx context.Context, r *Reading, tenant fairlead.TenantID, q Query, made func(*opener, fairlead.Record) (T, error),
) (page Page[T], err error) {
	rows, next, o, err := r.transactions(ctx, tenant, q)
	if err != nil {
		return page, err
	}
	page = Page[T]{make([]T, len(rows)), next}
	for n := range rows {
		if page.Data[n], err = made(o, *rows[n].Record); err != nil {
			return Page[T]{}, err
		}
	}
	return page, nil
}

func (r *Reading) transactions(ctx context.Context, tenant fairlead.TenantID, q Query) (list []dayRow, next string, o *opener, err error) {
	rows, err := rowsOf(fairlead.TransactionRecord, q)
	if err != nil {
		return nil, "", nil, err
	}
	seen, err := afterRecord(q.After, &rows, 1)
	if err != nil {
		return nil, "", nil, err
	}
	if _, err := strconv.ParseUint(seen[0], digestBase, 64); err != nil && q.After != "" && seen[0] != unordered {
		return nil, "", nil, errCursor()
	}
	var days []day
	err = r.o.Store.View(ctx, func(tx *store.Tx) (err error) {
		o = r.opener()
		if err = owned(ctx, tx, tenant, q, o); err != nil {
			return err
		}
		if days, err = readDays(tx, tenant, rows, seen[0]); err != nil {
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
		return nil, "", nil, err
	}
	var last day // in which the list ends
	for _, d := range days {
		of, err := d.rows(rows.Newest)
		if err != nil {
			return nil, "", nil, err
		}
		left := rows.Limit - 1 - len(list)
		if n := min(len(of), left); n > 0 {
			list, last = append(list, of[:n]...), d
		}
		if len(of) > left {
			return list, recordCursor(*list[len(list)-1].Record, last.digest()), o, nil
		}
	}
	return list, "", o, nil
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

const (
	// unordered is the digest of a day that is not put in order.
	unordered = "-"
	// digestBase is how the others are written.
	digestBase = 36
)

// digest tells a day as it is from what it will be once one of its rows is another.
func (d day) digest() string {
	if !d.whole {
		return unordered
	}
	h := fnv.New64a()
	for _, rec := range d.records {
		fmt.Fprintf(h, "%s %d\n", rec.ID, rec.Version)
	}
	return strconv.FormatUint(h.Sum64(), digestBase)
}

// readDays reads the days of a page. seen is the digest of the day in which the page
// before has ended, as it was.
func readDays(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, seen string) (days []day, err error) {
	if !rows.AfterDay.IsZero() {
		first, err := restOfDay(tx, tenant, rows, seen)
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
			all, err := wholeDay(tx, tenant, rows, d.records[0].Day)
			if err != nil {
				return nil, err
			}
			if d.whole = all.whole; d.whole {
				d = all
			}
		}
		days = append(days, d)
	}
	return days, nil
}

// wholeDay reads a day, or the beginning of one that is too large to be put in order.
func wholeDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, on fairlead.Date) (day, error) {
	rows.Days, rows.AfterDay, rows.After, rows.Limit = fairlead.Interval{From: on, To: on}, fairlead.Date{}, "", maxDayOrdered+1
	all, err := tx.Records.List(tenant, rows)
	return day{records: all, whole: len(all) <= maxDayOrdered}, err
}

// restOfDay reads the day in which the page before has ended: where it goes on, or from
// its beginning where it is not as it was.
func restOfDay(tx *store.Tx, tenant fairlead.TenantID, rows store.RecordQuery, seen string) (day, error) {
	on := rows.AfterDay
	if !rows.Days.From.IsZero() && on.Before(rows.Days.From) || !rows.Days.To.IsZero() && on.After(rows.Days.To) {
		return day{}, nil
	}
	d, err := wholeDay(tx, tenant, rows, on)
	if err != nil {
		return d, err
	}
	same := d.digest() == seen
	if d.whole {
		if same {
			d.after = rows.After
		}
		return d, nil
	}
	if rows.Days = (fairlead.Interval{From: on, To: on}); !same {
		rows.AfterDay, rows.After = fairlead.Date{}, ""
	}
	d.records, err = tx.Records.List(tenant, rows)
	return d, err
}

// rows are a day's transactions in their order, from where the page begins.
func (d day) rows(newest bool) ([]dayRow, error) {
	rows := make([]dayRow, len(d.records))
	for n := range d.records {
		var err error
		if rows[n], err = dayRowOf(&d.records[n]); err != nil {
			return nil, err
		}
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
