package simplefin

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// How history is read: in windows of days, each one request.
const (
	windowDays = 60 // of one request: servers cap it, the Bridge at 60
	overlap    = 2  // days by which windows overlap, and the newest reaches beyond today
	maxWindows = 6
	maxEmpty   = 2  // windows in a row without a transaction, after which there is no more
	lateDays   = 10 // before what is complete: rows come late, with an old date
)

// window is the nth span of days, from 0 and backwards, of a collection that began on a day.
type window struct {
	n     int
	today fairlead.Date
}

// first is the window's first day.
func (w window) first() fairlead.Date {
	return w.today.AddDays(overlap - windowDays - w.n*(windowDays-overlap))
}

// last is its last whole day: the last day of the span may go on in UTC after its end.
func (w window) last() fairlead.Date {
	if w.n == 0 {
		return w.today
	}
	return window{w.n - 1, w.today}.first()
}

func (w window) query() query {
	return query{from: w.first(), to: w.first().AddDays(windowDays), pending: w.n == 0}
}

// gives reports whether a day's rows are given by this window rather than by a newer one
// that has them too, or by an older one. at the end of what is read all older rows are.
func (w window) gives(d fairlead.Date, last bool) bool {
	return (w.n == 0 || d.Before(window{w.n - 1, w.today}.first())) && (last || !d.Before(w.first()))
}

// Fetch returns a page. All products are of one answer, which a collection requests once.
func (Connector) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	newest := window{0, fairlead.DateOf(s.Now)}
	switch req.Product {
	case fairlead.ProductTransactions:
		return transactionsPage(ctx, s, req)
	case fairlead.ProductAccounts, fairlead.ProductHoldings:
	default:
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "SimpleFIN has no such data.")
	}
	if req.Cursor != "" {
		return connector.Page{}, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	r, err := understood(ctx, s, newest)
	if err != nil {
		return connector.Page{}, err
	}
	if req.Product == fairlead.ProductHoldings {
		return r.holdingsPage(), nil
	}
	return r.accountsPage(s)
}

// understood requests a window and understands the answer. One that lists no account and
// says why is an error.
func understood(ctx context.Context, s connector.Session, w window) (*reading, error) {
	a, err := shared(ctx, s, w.query())
	if err != nil {
		return nil, err
	}
	if refused := a.refusal(s.Language); refused != nil {
		return nil, refused
	}
	return newReading(s.Env, s.Institution, recall(s.Secrets), a), nil
}

// accountsPage lists all accounts, and what of them is missing.
func (r *reading) accountsPage(s connector.Session) (connector.Page, error) {
	page := connector.Page{AsOf: r.asOf(), Partial: r.partial}
	for _, l := range r.accounts {
		if l.skip == nil {
			page.Accounts = append(page.Accounts, l.noun())
		}
	}
	if len(r.renumbered) > 0 {
		page.Renumbered = r.renumbered
	}
	if !r.erroneous {
		page.Covers = []connector.Coverage{{}}
	}
	r.seeDayless(fairlead.DateOf(s.Now))
	if r.memory.equal(recall(s.Secrets)) {
		return page, nil
	}
	var err error
	page.Secrets, err = r.memory.secrets(s.Secrets[accessSecret].Reveal())
	return page, err
}

// cursor is where the next page of transactions begins.
type cursor struct {
	Today  fairlead.Date `json:"today"`            // of the first page: windows do not move while they are read
	Until  fairlead.Date `json:"until,omitzero"`   // history is wanted back to here; zero: all there is
	Window int           `json:"window,omitempty"` //
	After  string        `json:"after,omitempty"`  // key of the row before, within the window
	Empty  int           `json:"empty,omitempty"`  // windows in a row that had no row
	Oldest fairlead.Date `json:"oldest,omitzero"`  // day of the oldest row so far
	Said   []string      `json:"said,omitempty"`   // digests of what was said to be missing
}

func cursorOf(s connector.Session, req connector.FetchRequest) (at cursor, err error) {
	if req.Cursor == "" {
		at.Today = fairlead.DateOf(s.Now)
		if !req.Since.IsZero() {
			at.Until = req.Since.AddDays(-lateDays)
		}
		return at, nil
	}
	if json.Unmarshal([]byte(req.Cursor), &at) != nil || at.Today.IsZero() || at.Window < 0 || at.Window >= maxWindows {
		return at, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	return at, nil
}

func (c cursor) encode() string {
	b, err := json.Marshal(c)
	if err != nil {
		return "" // never: it is days, numbers and text
	}
	return string(b)
}

// transactionsPage gives rows of the cursor's window, and moves on to the next window
// after the last of them.
func transactionsPage(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	at, err := cursorOf(s, req)
	if err != nil {
		return connector.Page{}, err
	}
	w := window{at.Window, at.Today}
	r, err := understood(ctx, s, w)
	if w.n > 0 && (fairlead.Is(err, fairlead.Internal) || fairlead.Is(err, fairlead.NotReady) || fairlead.Is(err, fairlead.SlowDown) && codeOf(err) == codeQuota) {
		// So far back the server does not go, or not now: what came before it stands, and a
		// later collection of everything begins anew.
		return connector.Page{Partial: []connector.PartialProblem{{Err: err}}, ServedFrom: at.servedFrom()}, nil
	}
	if err != nil {
		return connector.Page{}, err
	}
	rows := r.rows(at.Today)
	end := at.ends(w, rows)
	rows = slices.DeleteFunc(rows, func(row row) bool { return !row.pending() && !w.gives(row.Booked, end) || row.pending() && w.n > 0 })
	for _, row := range rows {
		if !row.pending() && (at.Oldest.IsZero() || row.Booked.Before(at.Oldest)) {
			at.Oldest = row.Booked
		}
	}
	left := rows[searchAfter(rows, at.After):]
	limit := req.Limit
	if limit <= 0 {
		limit = kit.DefaultLimit
	}
	page := connector.Page{}
	for _, row := range left[:min(limit, len(left))] {
		page.Transactions = append(page.Transactions, row.Transaction)
	}
	if len(left) > limit {
		at.After = left[limit-1].key
		page.Cursor, page.More = at.encode(), true
		return page, nil
	}
	page.Covers, page.AsOf = r.covers(w), r.asOf()
	at.missing(r, &page)
	if end {
		page.ServedFrom = at.servedFrom()
		return page, nil
	}
	at.Window, at.After = at.Window+1, ""
	if at.Empty++; len(rows) > 0 {
		at.Empty = 0
	}
	page.Cursor, page.More = at.encode(), true
	return page, nil
}

// ends reports whether a window is the last that is read.
func (c cursor) ends(w window, rows []row) bool {
	if w.n+1 >= maxWindows || !c.Until.IsZero() && !w.first().After(c.Until) {
		return true
	}
	empty := !slices.ContainsFunc(rows, func(row row) bool { return w.gives(row.Booked, true) })
	return empty && c.Empty+1 >= maxEmpty
}

// servedFrom is the day of the oldest row, where all history was requested.
func (c cursor) servedFrom() fairlead.Date {
	if !c.Until.IsZero() {
		return fairlead.Date{}
	}
	return c.Oldest
}

// missing puts into a page what was not said by one before.
func (c *cursor) missing(r *reading, page *connector.Page) {
	for _, p := range r.partial {
		digest := fairlead.TokenHash(p.Err.Error())[:12]
		if !slices.Contains(c.Said, digest) && len(c.Said) < 50 {
			c.Said = append(c.Said, digest)
			page.Partial = append(page.Partial, p)
		}
	}
}

// covers says of which accounts the window lists all: those whose list came, and of which
// no error speaks.
func (r *reading) covers(w window) (out []connector.Coverage) {
	for _, l := range r.accounts {
		if l.skip != nil || l.missing || r.missing || l.Transactions == nil || l.rowsLost {
			continue
		}
		out = append(out, connector.Coverage{AccountRef: l.ref, Days: fairlead.Interval{From: w.first(), To: w.last()}})
		if w.n == 0 {
			out = append(out, connector.Coverage{AccountRef: l.ref, Pending: true})
		}
	}
	return out
}
