package plaid

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/notes"
	"github.com/fairlead-dev/fairlead/reading"
)

// A cursor is where the connection's change feed was read to, and whether more was to
// come. It stays good for ever and is stored nowhere. What changes while pages are
// fetched moves to the feed's end: no page shows it twice, and none leaves it out. So no
// fetching has to be begun anew, and the vendor's error for that comes on request alone.

// syncCursor is a cursor taken apart.
type syncCursor struct {
	item fairlead.ConnectionID // whose it is: in another's feed it would leave things out
	feed string                // of the change feed; "": its beginning
	more bool                  // a round of pages is under way
}

const cursorForm = "v1"

func (s syncCursor) String() string {
	word := "end"
	if s.more {
		word = "more"
	}
	return base64.StdEncoding.EncodeToString([]byte(strings.Join([]string{cursorForm, word, s.feed, string(s.item)}, " ")))
}

func parseCursor(text string, of fairlead.ConnectionID) (s syncCursor, err error) {
	if text == "" {
		return syncCursor{item: of}, nil
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	parts := strings.Split(string(b), " ")
	if err != nil || len(parts) != 4 || parts[0] != cursorForm || parts[1] != "end" && parts[1] != "more" || parts[3] != string(of) {
		return s, invalidCursor()
	}
	return syncCursor{item: of, feed: parts[2], more: parts[1] == "more"}, nil
}

type removedTransaction struct {
	ID        string `json:"transaction_id"`
	AccountID string `json:"account_id"`
}

type syncAnswer struct {
	Status     string               `json:"transactions_update_status"`
	Accounts   []account            `json:"accounts"`
	Added      []transaction        `json:"added"`
	Modified   []transaction        `json:"modified"`
	Removed    []removedTransaction `json:"removed"`
	NextCursor string               `json:"next_cursor"`
	HasMore    bool                 `json:"has_more"`
}

// nowCursor is the vendor's word for the end of what there is.
const nowCursor = "now"

func (p *Plaid) syncTransactions(c call) (any, error) {
	var b transactionsBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	conn, note, err := p.opened(c, b.AccessToken)
	if err != nil {
		return nil, err
	}
	count, err := counted("count", b.Count)
	if err != nil {
		return nil, err
	}
	out := syncAnswer{Status: "HISTORICAL_UPDATE_COMPLETE", Accounts: []account{}, Added: []transaction{}, Modified: []transaction{}, Removed: []removedTransaction{}}
	err = product(conn, fairlead.ProductTransactions)
	if e, ok := ownError(err); ok && e.Code == "PRODUCT_NOT_READY" {
		out.Status = "NOT_READY"
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return p.sync(c, conn, note, b, count, out)
}

func (p *Plaid) sync(c call, conn fairlead.Connection, note item, b transactionsBody, count int, out syncAnswer) (any, error) {
	at := syncCursor{item: conn.ID}
	var err error
	now := b.After != nil && *b.After == nowCursor
	if b.After != nil && !now {
		if at, err = parseCursor(*b.After, conn.ID); err != nil {
			return nil, err
		}
	}
	if at.more && note.Interrupt {
		if err := p.interrupted(c, conn); err != nil {
			return nil, err
		}
	}
	var only *[]string
	if b.Options.AccountID != nil {
		only = &[]string{*b.Options.AccountID}
	}
	found, err := p.accounts(c.Context(), conn, note.Filters, only, false)
	if err != nil {
		return nil, err
	}
	for room := count; ; {
		size := maxCount
		if !now {
			size = min(room, maxCount)
		}
		page, err := p.verbs.Reading.Changes(c.Context(), c.Tenant.ID, conn.ID, at.feed, size, 0)
		if err != nil {
			return nil, syncError(err)
		}
		if !now {
			for _, change := range page.Data {
				room -= out.add(change, b, found)
			}
		}
		at.feed, at.more = page.Next, len(page.Data) == size
		if !at.more || !now && room <= 0 {
			break
		}
	}
	out.Accounts, out.NextCursor, out.HasMore = accountsOf(found), at.String(), at.more
	return out, nil
}

// add adds a change as the vendor tells it, and returns how many rows that are: what was
// pending and is booked now is another transaction there.
func (a *syncAnswer) add(change reading.Change, b transactionsBody, of []fairlead.Account) (rows int) {
	if change.Kind != fairlead.TransactionRecord || !slices.ContainsFunc(of, func(a fairlead.Account) bool { return a.ID == change.Account }) {
		return 0
	}
	before, after := "", ""
	if change.Was != nil {
		before = transactionID(*change.Was)
	}
	t, there := change.Record.(fairlead.Transaction)
	if there {
		after = transactionID(t)
	}
	if before != "" && before != after {
		a.Removed, rows = append(a.Removed, removedTransaction{before, string(change.Account)}), rows+1
	}
	if after == "" {
		return rows
	}
	row := b.trimmed(transactionOf(t))
	if strings.HasSuffix(before, pendingSuffix) && !row.Pending { // seen pending, whatever the source calls it
		row.PendingID = orNull(before)
	}
	if before == after {
		a.Modified = append(a.Modified, row)
	} else {
		a.Added = append(a.Added, row)
	}
	return rows + 1
}

// syncError names a cursor of ours by the vendor's word.
func syncError(err error) error {
	if fairlead.Is(err, fairlead.Invalid) {
		return invalidCursor()
	}
	return err
}

func invalidCursor() error {
	return invalidField("cursor", "must be one that an earlier answer for this Item gave as next_cursor, or now")
}

// interrupted refuses a page once, where that was asked for.
func (p *Plaid) interrupted(c call, conn fairlead.Connection) error {
	interrupted := false
	_, err := notes.Change(c.Context(), p.kv(), c.Tenant.ID, itemKey(conn.ID, c.Application.ID), func(n *item) error {
		interrupted, n.Interrupt = n.Interrupt, false
		return nil
	})
	if err == nil && interrupted {
		return newError(transactionsError, "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION", "transactions changed while pages were fetched: begin again with the cursor of the first page of this round")
	}
	return err
}
