package plaid

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/reading"
)

// accountsBody is a request about an Item's accounts.
type accountsBody struct {
	accessBody
	Options *accountsOptions `json:"options"`
}

type accountsOptions struct {
	AccountIDs *[]string `json:"account_ids"`
}

// of are the accounts that a request names; nil: all.
func (b accountsBody) of() *[]string {
	if b.Options == nil {
		return nil
	}
	return b.Options.AccountIDs
}

// typesOf is the vendor's type of each kind of account.
var typesOf = map[fairlead.AccountKind]string{
	fairlead.AccountDepository: "depository", fairlead.AccountCard: "credit", fairlead.AccountLoan: "loan",
	fairlead.AccountInvestment: "investment", fairlead.AccountPension: "investment", fairlead.AccountOther: "other",
}

// subtypesOf are the vendor's words for our subtypes, where they are others.
var subtypesOf = map[string]string{
	"credit": "credit card", "debit": "prepaid", "money_market": "money market", "line_of_credit": "line of credit", "payment": "checking",
	"personal": "consumer", "vehicle": "auto", "home_equity": "home equity", "funds": "mutual fund", "invoice": "commercial", "working_capital": "business",
	"fixed_income": "brokerage", "variable_income": "brokerage", "treasury": "brokerage", "cash_management": "cash management",
}

// order is how the accounts of an Item are listed: by type, and among those of one by
// the subtypes that come first here, so that the list is the same each time.
var order = []string{
	"depository", "credit", "investment", "loan", "other",
	"checking", "savings", "cd", "money market", "credit card", "brokerage", "ira", "roth", "401k", "student", "auto", "consumer", "mortgage",
}

func rank(word string) int {
	if i := slices.Index(order, word); i >= 0 {
		return i
	}
	return len(order)
}

// subtypeOf is the vendor's word; null where the institution says none.
func subtypeOf(a fairlead.Account) *string {
	if a.Kind == fairlead.AccountPension {
		return orNull(cmp.Or(a.Subtype, "pension"))
	}
	return orNull(cmp.Or(subtypesOf[a.Subtype], a.Subtype))
}

// accountOf describes an account. What is owed on cards and loans is positive.
func accountOf(a fairlead.Account) account {
	out := account{
		ID: string(a.ID), Name: cmp.Or(a.Name, a.Official), OfficialName: orNull(a.Official), Mask: orNull(a.Mask),
		Type: typesOf[a.Kind], Subtype: subtypeOf(a), Balances: balancesOf(a),
	}
	for _, h := range a.Holders {
		if out.Holder = "personal"; h.Role == "company" {
			out.Holder = "business"
			break
		}
	}
	return out
}

func balancesOf(a fairlead.Account) balances {
	b := a.Balances
	out := balances{Available: amountOf(b.Available), Current: amountOf(b.Current), Limit: amountOf(b.Limit)}
	if a.Kind == fairlead.AccountCard || a.Kind == fairlead.AccountLoan {
		out.Current = negated(b.Current)
	}
	if a.Kind == fairlead.AccountDepository {
		out.Limit = amountOf(b.OverdraftContracted)
	}
	out.ISO, out.Unofficial = currencies(a.Currency)
	if !b.AsOf.IsZero() {
		out.Updated = orNull(stamp(b.AsOf))
	}
	return out
}

// currencies are the two keys of a currency, of which one is null.
func currencies(code string) (iso, unofficial *string) {
	if len(code) == 3 && code != "XXX" {
		return &code, nil
	}
	return nil, orNull(code)
}

// all reads a list of an Item to its end.
func all[T any](
	ctx context.Context, conn fairlead.Connection, q reading.Query,
	list func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error),
) (out []T, err error) {
	q.Connection = conn.ID
	for each, err := range dialect.All(ctx, conn.Tenant, q, list) {
		if err != nil {
			return nil, err
		}
		out = append(out, each)
	}
	return out, nil
}

// window reads a list of an Item to its end, counts what belongs and keeps some of it: an
// Item may have more rows than should be in memory at once.
func window[T any](
	ctx context.Context, conn fairlead.Connection, q reading.Query,
	list func(context.Context, fairlead.TenantID, reading.Query) (reading.Page[T], error), offset, count int, belongs func(T) bool,
) (out []T, total int, err error) {
	q.Connection = conn.ID
	for each, err := range dialect.All(ctx, conn.Tenant, q, list) {
		if err != nil {
			return nil, 0, err
		}
		if !belongs(each) {
			continue
		}
		if total >= offset && len(out) < count {
			out = append(out, each)
		}
		total++
	}
	return out, total, nil
}

// accounts are those of an Item that a link has let through, in the order in which it
// lists them, all or those named.
func (p *Plaid) accounts(ctx context.Context, conn fairlead.Connection, through filters, only *[]string, numbers bool) ([]fairlead.Account, error) {
	found, err := all(ctx, conn, reading.Query{Numbers: numbers}, p.verbs.Reading.Accounts)
	if err != nil {
		return nil, err
	}
	there := len(found)
	if found = slices.DeleteFunc(found, func(a fairlead.Account) bool { return !through.pass(a) }); there > 0 && len(found) == 0 {
		return nil, newError(itemError, "NO_ACCOUNTS", "the Item has no account that the account_filters of its link let through")
	}
	slices.SortStableFunc(found, func(a, b fairlead.Account) int {
		x, y := accountOf(a), accountOf(b)
		return cmp.Or(
			cmp.Compare(rank(x.Type), rank(y.Type)), cmp.Compare(rank(deref(x.Subtype)), rank(deref(y.Subtype))),
			cmp.Compare(deref(x.Subtype), deref(y.Subtype)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID),
		)
	})
	if only == nil {
		return found, nil
	}
	for _, id := range *only {
		if !slices.ContainsFunc(found, func(a fairlead.Account) bool { return string(a.ID) == id }) {
			return nil, newError(invalidInput, "INVALID_ACCOUNT_ID", "one or more of the account_ids are no accounts of this Item")
		}
	}
	return slices.DeleteFunc(found, func(a fairlead.Account) bool { return !slices.Contains(*only, string(a.ID)) }), nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func accountsOf(found []fairlead.Account) []account {
	out := make([]account, len(found))
	for i, a := range found {
		out[i] = accountOf(a)
	}
	return out
}

// accountsAnswer is an answer about accounts of an Item.
type accountsAnswer struct {
	Accounts []account `json:"accounts"`
	Item     itemBody  `json:"item"`
}

// read reads the accounts that a body names, once a product can be read.
func (p *Plaid) read(c call, numbers bool, of ...fairlead.Product) (out accountsAnswer, found []fairlead.Account, conn fairlead.Connection, err error) {
	var body accountsBody
	if err := c.decode(&body); err != nil {
		return out, nil, conn, err
	}
	conn, note, err := p.opened(c, body.AccessToken)
	if err == nil {
		err = anyProduct(conn, of...)
	}
	if err == nil {
		found, err = p.accounts(c.Context(), conn, note.Filters, body.of(), numbers)
	}
	if err != nil {
		return out, nil, conn, err
	}
	out.Accounts = accountsOf(found)
	out.Item, err = p.itemOf(c.Context(), c, conn, note)
	return out, found, conn, err
}

func (p *Plaid) getAccounts(c call) (any, error) {
	out, _, _, err := p.read(c, false, fairlead.ProductAccounts)
	return out, err
}

const (
	freshWait  = 30 * time.Second // real time, that a balance is waited for
	freshPause = 100 * time.Millisecond
)

// getBalances asks the institution again, and answers what it then says.
func (p *Plaid) getBalances(c call) (any, error) {
	conn, _, err := p.namedAccounts(c)
	if err != nil {
		return nil, err
	}
	if err := p.refresh(c, conn); err != nil {
		return nil, err
	}
	return p.getAccounts(c)
}

func (p *Plaid) namedAccounts(c call) (fairlead.Connection, item, error) {
	var body accountsBody
	if err := c.decode(&body); err != nil {
		return fairlead.Connection{}, item{}, err
	}
	return p.opened(c, body.AccessToken)
}

// refresh has an Item collected and waits for the accounts to be read anew. Where the
// institution does not answer in time, that is said: what is old is not given as new.
func (p *Plaid) refresh(c call, conn fairlead.Connection) error {
	if conn.Uploaded { // fed by files: there is nobody to ask
		return nil
	}
	before := conn.Products[fairlead.ProductAccounts].LastGood
	if err := p.verbs.Collecting.Request(c.Context(), c.Tenant.ID, conn.ID); err != nil {
		return err
	}
	ticker, limit := time.NewTicker(freshPause), time.NewTimer(freshWait)
	defer ticker.Stop()
	defer limit.Stop()
	for {
		now, err := p.verbs.Reading.Connection(c.Context(), c.Tenant.ID, conn.ID)
		if err != nil {
			return err
		}
		state := now.Products[fairlead.ProductAccounts]
		if e := itemErrorOf(now); e != nil {
			return e
		}
		switch settled := len(now.Waiting) == 0; {
		case state.LastGood.After(before) && state.Problem == nil:
			return nil
		case settled && state.Problem != nil:
			return describe(state.Problem.Kind, nil)
		case settled && now.Status != fairlead.ConnectionCollecting:
			return nil // a clock that stands still: it was read at the same instant
		}
		select {
		case <-ticker.C:
		case <-limit.C:
			return describe(fairlead.InstitutionDown, nil)
		case <-c.Context().Done():
			return fairlead.Errorf(fairlead.Unavailable, "The request was given up.")
		}
	}
}

// getAuth answers the numbers of checking and savings accounts.
func (p *Plaid) getAuth(c call) (any, error) {
	out, found, _, err := p.read(c, true, fairlead.ProductAccounts)
	if err != nil {
		return nil, err
	}
	numbers := authNumbers{ACH: []achNumber{}, EFT: []struct{}{}, International: []internationalNumber{}, BACS: []bacsNumber{}}
	shown := []fairlead.Account{}
	for _, a := range found {
		if numbers.add(a) {
			shown = append(shown, a)
		}
	}
	if len(shown) == 0 {
		return nil, newError(itemError, "NO_AUTH_ACCOUNTS", "the Item has no accounts whose numbers are known")
	}
	out.Accounts = accountsOf(shown)
	return struct {
		accountsAnswer
		Numbers authNumbers `json:"numbers"`
	}{out, numbers}, nil
}

// add adds the numbers of an account that can be paid; false: it has none.
func (n *authNumbers) add(a fairlead.Account) bool {
	if a.Kind != fairlead.AccountDepository || a.Subtype == "cd" {
		return false
	}
	id, known := string(a.ID), false
	if a.Numbers.Routing != "" && a.Numbers.Number != "" {
		n.ACH, known = append(n.ACH, achNumber{AccountID: id, Account: a.Numbers.Number, Routing: a.Numbers.Routing}), true
	}
	if a.Numbers.SortCode != "" && a.Numbers.Number != "" {
		n.BACS, known = append(n.BACS, bacsNumber{id, a.Numbers.Number, a.Numbers.SortCode}), true
	}
	if a.Numbers.IBAN != "" {
		n.International, known = append(n.International, internationalNumber{id, a.Numbers.IBAN, a.Numbers.BIC}), true
	}
	return known
}
