package collecting

import (
	"maps"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/store"
)

// A file speaks of a day, and an older one may come after a newer. The day of an account in a
// file is that of its balances; of its positions, where it has no balance, the latest day of a
// price. The latest of each are stored with the connection once a file is read.

// Of what a file has a day, for each account.
const (
	fileDay    = "file"
	pendingDay = "pending"  // of pending rows, or of a list without any
	holdingDay = "holdings" // of positions
)

func dayKey(of string, account fairlead.RecordID) string { return of + " " + string(account) }

func (m *memory) setDay(of string, account fairlead.RecordID, day time.Time) {
	if key := dayKey(of, account); m.days[key] != day && !day.IsZero() {
		m.days[key], m.newDays[key] = day, day
	}
}

// newest is the latest day of which a file spoke before this one.
func (c *converter) newest(of string, account fairlead.RecordID) time.Time {
	return c.conn.Newest[dayKey(of, account)]
}

// dayOf is the day of which this file speaks of an account.
func (c *converter) dayOf(kind fairlead.RecordKind, account fairlead.RecordID) time.Time {
	day := c.days[dayKey(fileDay, account)]
	if day.IsZero() && kind == fairlead.HoldingRecord {
		day = c.days[dayKey(holdingDay, account)]
	}
	return day
}

func (c *converter) newRows(l rowLookup) *rows {
	return &rows{
		lookup: l, seen: c.seen, indexes: map[accountKind]*rowIndex{},
		open: func(rec fairlead.Record) []byte {
			plain, err := c.openPrivate(rec)
			if err != nil {
				return nil // it is reported by who writes the record
			}
			return plain
		},
		isOlder: func(account fairlead.RecordID) bool {
			day, newest := c.days[dayKey(fileDay, account)], c.newest(fileDay, account)
			return !day.IsZero() && !newest.IsZero() && !day.After(newest)
		},
		isStale: func(account fairlead.RecordID) bool {
			day := c.days[dayKey(fileDay, account)]
			return !day.IsZero() && day.Before(c.newest(pendingDay, account))
		},
	}
}

// notePriceDays takes the latest day of a price for that of an account's positions, where the
// file has no day of the account.
func (c *converter) notePriceDays(holdings []fairlead.Holding) {
	for _, h := range holdings {
		account := c.accounts[h.AccountRef]
		day := c.days[dayKey(fileDay, account)]
		if day.IsZero() && !h.PriceDate.IsZero() {
			day = h.PriceDate.Time()
		}
		if account != "" && day.After(c.days[dayKey(holdingDay, account)]) {
			c.setDay(holdingDay, account, day)
		}
	}
}

// isStaleHolding reports whether positions of a later day are stored.
func (c *converter) isStaleHolding(h fairlead.Holding) bool {
	account := c.accounts[h.AccountRef]
	day := c.dayOf(fairlead.HoldingRecord, account)
	return c.conn.Uploaded && account != "" && !day.IsZero() && day.Before(c.newest(holdingDay, account))
}

// isStaleList reports whether a list that a page says is complete is older than one that is
// stored, so that absence from it means nothing.
func (c *converter) isStaleList(p fairlead.Product, cover connector.Coverage) bool {
	account := c.accounts[cover.AccountRef]
	if !c.conn.Uploaded || account == "" {
		return false
	}
	of := ""
	switch {
	case cover.Pending:
		of = pendingDay
	case p == fairlead.ProductHoldings:
		of = holdingDay
	default:
		return false
	}
	day := c.days[dayKey(fileDay, account)]
	if day.IsZero() {
		day = c.days[dayKey(of, account)]
	}
	c.log.Lists = append(c.log.Lists, listed{of, account, day})
	if !day.IsZero() && day.Before(c.newest(of, account)) {
		return true
	}
	c.setDay(of, account, day)
	return false
}

// advanceDays notes in a connection the latest days of which a file spoke.
func (c *converter) advanceDays(conn *fairlead.Connection) {
	if len(c.days) == 0 {
		return
	}
	newest := maps.Clone(conn.Newest)
	if newest == nil {
		newest = map[string]time.Time{}
	}
	for key, day := range c.days {
		if day.After(newest[key]) {
			newest[key] = day
		}
	}
	conn.Newest = newest
}

// pendingQuery narrows a query to pending rows.
func pendingQuery(q store.RecordQuery) store.RecordQuery {
	q.State = string(fairlead.TransactionPending)
	return q
}
