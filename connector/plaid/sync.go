package plaid

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const (
	maxSync     = 500 // updates on a page
	maxRestarts = 3   // of a walk whose pages change under it
	mutation    = "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"
	historical  = "HISTORICAL_UPDATE_COMPLETE"
)

// savedCursor is where the next collection goes on. It is one of the secrets, and stored
// with the last page only, so that a crash repeats a page and never skips one.
type savedCursor struct {
	Cursor   string `json:"cursor"`
	Whole    bool   `json:"whole"`    // all history was there when it was walked from the beginning
	Accounts string `json:"accounts"` // digest of the accounts that were chosen: another choice begins anew
}

// walk is how far one collection has come.
type walk struct {
	First    string                   `json:"f,omitempty"` // cursor that the walk began at, and begins at again
	Now      string                   `json:"n,omitempty"`
	Restarts int                      `json:"r,omitempty"`
	Anew     bool                     `json:"a,omitempty"` // from the beginning, after a walk from a cursor
	Oldest   map[string]fairlead.Date `json:"o,omitempty"` // of a walk from the beginning: first day by account
}

func (w walk) whole() bool { return w.First == "" }

func (w walk) encode() string {
	b, err := json.Marshal(w)
	if err != nil {
		return "" // it is texts and days
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// chosen is a digest of the accounts that the person chose.
func chosen(accounts []string) string {
	sorted := slices.Sorted(slices.Values(accounts))
	sum := sha256.Sum256([]byte(strings.Join(sorted, "\x00")))
	return hex.EncodeToString(sum[:8])
}

func (f *fetching) saved() savedCursor {
	var saved savedCursor
	err := json.Unmarshal([]byte(f.s.Secrets[syncCursor].Reveal()), &saved)
	if err != nil || saved.Accounts != chosen(f.s.Accounts) {
		return savedCursor{}
	}
	return saved
}

// walk is where this page goes on.
func (f *fetching) walk() (w walk, err error) {
	if f.req.Cursor == "" {
		from := f.saved().Cursor
		return walk{First: from, Now: from}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(f.req.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	if err != nil {
		return w, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	return w, nil
}

func (f *fetching) transactions(ctx context.Context) (connector.Page, error) {
	w, err := f.walk()
	if err != nil {
		return connector.Page{}, err
	}
	f.refresh(ctx, "/transactions/refresh")
	got, err := f.syncPage(ctx, w)
	if codeOf(err) == mutation {
		if w.Restarts++; w.Restarts > maxRestarts {
			return connector.Page{}, &fairlead.Error{Kind: fairlead.NotReady, Code: mutation, Detail: "Plaid is reading the bank at the moment.", RetryAfter: time.Minute, Err: err}
		}
		w.Now, w.Oldest = w.First, nil
		return connector.Page{Cursor: w.encode(), More: true}, nil
	}
	if err != nil {
		return connector.Page{}, err
	}
	if got.Status == "NOT_READY" || got.Next == "" {
		return connector.Page{}, &fairlead.Error{Kind: fairlead.NotReady, Code: "PRODUCT_NOT_READY", Detail: "Plaid is still fetching the transactions.", RetryAfter: 30 * time.Second}
	}
	page := got.convert(&w)
	if w.Now = got.Next; got.More {
		page.Cursor, page.More = w.encode(), true
		return page, nil
	}
	return f.lastPage(ctx, w, got, page)
}

func (f *fetching) syncPage(ctx context.Context, w walk) (syncPage, error) {
	count := maxSync
	if f.req.Limit > 0 {
		count = min(f.req.Limit, maxSync)
	}
	body := f.body()
	body["count"] = count
	options := object{"include_original_description": true}
	if w.Now != "" {
		body["cursor"] = w.Now
	} else {
		options["days_requested"] = f.days()
	}
	body["options"] = options
	var got syncPage
	return got, f.post(ctx, "/transactions/sync", body, &got)
}

// lastPage ends a walk. What is covered can be said only of one from the beginning with
// all history there: the others are changes, and what they leave out is not gone.
func (f *fetching) lastPage(ctx context.Context, w walk, got syncPage, page connector.Page) (connector.Page, error) {
	saved := savedCursor{Cursor: got.Next, Whole: got.Status == historical, Accounts: chosen(f.s.Accounts)}
	if !w.whole() {
		was := f.saved()
		if got.Status == historical && !was.Whole && !w.Anew {
			page.Cursor, page.More = walk{Anew: true}.encode(), true // the older history has come since
			return page, nil
		}
		saved.Whole, page.Delta = was.Whole, true
	}
	page.AsOf = f.asOf(ctx, false)
	if w.whole() && saved.Whole {
		to := fairlead.DateOf(f.s.Now)
		if !page.AsOf.IsZero() && page.AsOf.Before(f.s.Now) {
			to = fairlead.DateOf(page.AsOf)
		}
		for _, ref := range slices.Sorted(maps.Keys(w.Oldest)) {
			from := w.Oldest[ref]
			if page.ServedFrom.IsZero() || from.Before(page.ServedFrom) {
				page.ServedFrom = from
			}
			if !to.Before(from) {
				page.Covers = append(page.Covers, connector.Coverage{AccountRef: ref, Days: fairlead.Interval{From: from, To: to}})
			}
		}
	}
	encoded, err := json.Marshal(saved)
	if err != nil {
		return connector.Page{}, err
	}
	page.Secrets = maps.Clone(f.s.Secrets)
	page.Secrets[syncCursor] = fairlead.NewSecret(string(encoded))
	return page, nil
}

// convert makes a page of records and notes the first day of each account.
func (p syncPage) convert(w *walk) (page connector.Page) {
	var left leftOut
	for _, a := range p.Accounts {
		left.record(a.ID, a.Balances.Currency, true)
	}
	hidden := left.currency
	for _, list := range [][]transaction{p.Added, p.Modified} {
		for i := range list {
			t := &list[i]
			if slices.Contains(hidden, t.Account) || !left.record(t.Account, t.Currency, t.readable()) {
				continue
			}
			page.Transactions = append(page.Transactions, t.convert())
			if w.whole() {
				w.note(t.Account, t.Date.Date)
			}
		}
	}
	for _, r := range p.Removed {
		if r.ID == "" {
			continue
		}
		page.Transactions = append(page.Transactions, fairlead.Transaction{AccountRef: r.Account, Ref: r.ID, State: fairlead.TransactionRemoved})
	}
	page.Partial = left.problems()
	return page
}

func (t *transaction) readable() bool {
	return t.ID != "" && t.Account != "" && t.Amount.given && !t.Date.IsZero()
}

func (w *walk) note(account string, day fairlead.Date) {
	if w.Oldest == nil {
		w.Oldest = map[string]fairlead.Date{}
	}
	if first, ok := w.Oldest[account]; !ok || day.Before(first) {
		w.Oldest[account] = day
	}
}

// convert is a transaction as ours: Plaid's positive is money out.
func (t *transaction) convert() fairlead.Transaction {
	out := fairlead.Transaction{
		AccountRef: t.Account, Ref: t.ID, PendingRef: t.PendingID, State: fairlead.TransactionPosted, Booked: t.Date.Date,
		Amount:      fairlead.Money{Amount: t.Amount.value.Neg(), Currency: t.Currency},
		Description: t.text(), Original: t.Original, Kind: t.kind(), Check: t.Check, Counterparty: t.counterparty(), Transacted: t.when(),
		Extra: extra("plaid.authorized_date", t.Authorized.String(), "plaid.payment_channel", t.Channel, "plaid.transaction_code", t.Code,
			"plaid.account_owner", t.Owner, "plaid.website", t.Website, "plaid.merchant_name", t.Merchant,
			"plaid.reference_number", t.Payment.Reference, "plaid.ppd_id", t.Payment.PPD, "plaid.by_order_of", t.Payment.By,
			"plaid.payment_method", t.Payment.Method, "plaid.payment_processor", t.Payment.Processor, "plaid.reason", t.Payment.Reason),
	}
	if t.Pending {
		out.State = fairlead.TransactionPending
	}
	if t.Category != nil {
		out.Category = t.Category.Detailed
		if out.Extra == nil {
			out.Extra = fairlead.Extra{}
		}
		maps.Copy(out.Extra, extra("plaid.category_primary", t.Category.Primary, "plaid.category_confidence", t.Category.Confidence, "plaid.category_version", t.Category.Version))
	}
	return out
}

func (t *transaction) text() string {
	for _, text := range []string{t.Name, t.Original, t.Merchant} {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return ""
}

// when is the time of the purchase, where the bank gives one: a midnight only pads a day.
func (t *transaction) when() time.Time {
	for _, at := range []time.Time{t.AuthorizedTime.Time, t.Time.Time} {
		if !at.IsZero() && (at.Hour() != 0 || at.Minute() != 0 || at.Second() != 0) {
			return at
		}
	}
	return time.Time{}
}

// kinds are ours by Plaid's transaction_code.
var kinds = map[string]string{
	"atm": "cash", "cash": "cash", "bank charge": "fee", "bill payment": "payment", "cashback": "refund", "cheque": "cheque",
	"direct debit": "direct_debit", "interest": "interest", "payment": "payment", "purchase": "card", "refund": "refund",
	"standing order": "transfer", "transfer": "transfer", "adjustment": "other",
}

func (t *transaction) kind() string {
	if kind := kinds[t.Code]; kind != "" {
		return kind
	}
	if t.Check != "" {
		return "cheque"
	}
	return ""
}

// counterparty is the other side: never the account's own holder.
func (t *transaction) counterparty() *fairlead.Counterparty {
	var out fairlead.Counterparty
	best := -1
	for n, c := range t.Counterparties {
		if best < 0 || rankOf(c.Type) < rankOf(t.Counterparties[best].Type) {
			best = n
		}
	}
	if best >= 0 {
		c := t.Counterparties[best]
		out.Name, out.IBAN, out.Bank = c.Name, c.Numbers.International.IBAN, c.Numbers.International.BIC
		out.Account, out.Branch = c.Numbers.BACS.Account, c.Numbers.BACS.SortCode
	}
	other := t.Payment.Payer // of money that came in
	if t.Amount.value.Sign() > 0 {
		other = t.Payment.Payee
	}
	for _, name := range []string{t.Merchant, other} {
		if out.Name == "" {
			out.Name = name
		}
	}
	if out == (fairlead.Counterparty{}) {
		return nil
	}
	return &out
}

// rankOf orders kinds of counterparties: who was paid comes before who passed it on.
func rankOf(kind string) int {
	order := []string{"merchant", "income_source", "marketplace", "financial_institution", "payment_app", "payment_terminal"}
	if n := slices.Index(order, kind); n >= 0 {
		return n
	}
	return len(order)
}
