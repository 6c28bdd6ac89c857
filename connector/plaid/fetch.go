package plaid

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

const (
	balanceLimit    = 50 * time.Second // a read at the bank itself
	investmentLimit = 55 * time.Second // the first read of movements takes minutes; the next try goes on
)

// fetching is one call of Fetch.
type fetching struct {
	*client
	s     connector.Session
	req   connector.FetchRequest
	token string
}

// Fetch reads one page of one product.
func (*Connector) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	if !s.Institution.Offers(req.Product) {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "Plaid does not bring this from the bank.")
	}
	c, err := newClient(s.Env)
	if err != nil {
		return connector.Page{}, err
	}
	f := &fetching{c, s, req, s.Secrets[accessToken].Reveal()}
	if f.token == "" {
		return connector.Page{}, &fairlead.Error{Kind: fairlead.ConsentEnded, Code: "no_access_token", Detail: "The connection has no access at Plaid: the person links the bank again."}
	}
	switch req.Product {
	case fairlead.ProductTransactions:
		return f.transactions(ctx)
	case fairlead.ProductInvestmentTransactions:
		return f.movements(ctx)
	}
	if req.Cursor != "" && req.Product != fairlead.ProductStatements {
		return connector.Page{}, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	switch req.Product {
	case fairlead.ProductAccounts:
		return f.accounts(ctx)
	case fairlead.ProductIdentity:
		return f.identity(ctx)
	case fairlead.ProductBills:
		return f.bills(ctx)
	case fairlead.ProductLoans:
		return f.loans(ctx)
	case fairlead.ProductHoldings:
		return f.holdings(ctx)
	case fairlead.ProductStatements:
		return f.statements(ctx)
	}
	return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "Plaid does not bring this.")
}

// body is a request about the item.
func (f *fetching) body() object { return object{"access_token": f.token} }

// refresh has Plaid read the bank where somebody waits for it, once a product; what that
// finds comes by a webhook or with the next collection. It is an add-on, which not all
// keys have: what Plaid has already is as good without it.
func (f *fetching) refresh(ctx context.Context, path string) {
	if f.s.Attended && f.req.Cursor == "" {
		var done answer
		_ = f.post(ctx, path, f.body(), &done)
	}
}

// item reads how the item is.
func (f *fetching) item(ctx context.Context) (itemState, error) {
	var now itemState
	err := f.post(ctx, "/item/get", f.body(), &now)
	return now, err
}

// asOf is when Plaid last read the bank, of transactions and accounts or of investments;
// zero where it does not say, and where it can't be found out now.
func (i itemState) asOf(investments bool) time.Time {
	switch {
	case i.Status == nil:
	case investments && i.Status.Investments != nil:
		return i.Status.Investments.Good.Time
	case !investments && i.Status.Transactions != nil:
		return i.Status.Transactions.Good.Time
	}
	return time.Time{}
}

// asOf is the same by a call of its own, at the end of a product.
func (f *fetching) asOf(ctx context.Context, investments bool) time.Time {
	now, err := f.item(ctx)
	if err != nil {
		return time.Time{}
	}
	return now.asOf(investments)
}

// leftOut are accounts of which something is left out, by why.
type leftOut struct{ currency, unreadable []string }

// record judges a record: it is taken, or else its account is noted, once.
func (l *leftOut) record(account, currency string, readable bool) (taken bool) {
	list := &l.unreadable
	switch {
	case !readable:
	case !fairlead.ValidCurrency(currency):
		list = &l.currency
	default:
		return true
	}
	if !slices.Contains(*list, account) {
		*list = append(*list, account)
	}
	return false
}

// problems says what is left out.
func (l leftOut) problems() (out []connector.PartialProblem) {
	if len(l.currency) > 0 {
		out = append(out, connector.PartialProblem{AccountRefs: l.currency, Err: &fairlead.Error{
			Kind: fairlead.Unsupported, Code: "currency", Detail: "What is in a currency without an ISO 4217 code, such as a cryptocurrency, is left out.",
		}})
	}
	if len(l.unreadable) > 0 {
		refs := slices.DeleteFunc(slices.Clone(l.unreadable), func(ref string) bool { return ref == "" })
		out = append(out, connector.PartialProblem{AccountRefs: refs, Err: &fairlead.Error{
			Kind: fairlead.NotReady, Actor: fairlead.ActorInstitution, Code: "record_left_out", Detail: "Plaid gave a record without an id, a day or an amount, so it is left out.",
		}})
	}
	return out
}

func (f *fetching) accounts(ctx context.Context) (connector.Page, error) {
	now, err := f.item(ctx)
	if err != nil {
		return connector.Page{}, err
	}
	if broken := now.Item.broken(); broken != nil {
		return connector.Page{}, f.failed(*broken, 0, 0, nil) // what Plaid has of it is old, and would pass for new
	}
	page := connector.Page{AsOf: now.asOf(false)}
	if page.AsOf.IsZero() {
		page.AsOf = now.asOf(true)
	}
	var list accountList
	live := f.s.Attended
	if live { // somebody waits: the bank itself is read
		err = f.postWithin(ctx, "/accounts/balance/get", f.body(), &list, balanceLimit)
		if err != nil && endsConnection(err) {
			return connector.Page{}, err
		}
		if err != nil {
			page.Partial = append(page.Partial, connector.PartialProblem{Err: stale(err)})
			live, list = false, accountList{}
		}
	}
	if !live {
		if err := f.post(ctx, "/accounts/get", f.body(), &list); err != nil {
			return connector.Page{}, err
		}
	}
	var left leftOut
	for _, a := range list.Accounts {
		if left.record(a.ID, a.Balances.Currency, a.ID != "") {
			page.Accounts = append(page.Accounts, a.convert(page.AsOf))
		}
	}
	page.Partial = append(page.Partial, left.problems()...)
	page.Covers = []connector.Coverage{{}}
	return page, nil
}

// endsConnection reports whether the person must act before anything can be read.
func endsConnection(err error) bool {
	switch fairlead.KindOf(err) {
	case fairlead.ConsentEnded, fairlead.Locked, fairlead.ActionNeeded, fairlead.Unauthenticated, fairlead.Forbidden:
		return true
	}
	return false
}

// stale is why balances are those of Plaid's last read, and not of now.
func stale(err error) error {
	e := &fairlead.Error{Kind: fairlead.KindOf(err), Code: codeOf(err), Detail: "The bank did not give balances of this moment: those of Plaid's last reading are shown."}
	if cause, ok := errors.AsType[*fairlead.Error](err); ok {
		e.RetryAfter = cause.RetryAfter
	}
	return e
}

// convert is an account as ours. Of a card and a loan Plaid says what is owed.
func (a account) convert(asOf time.Time) fairlead.Account {
	b, currency := a.Balances, a.Balances.Currency
	kind, subtype := kindOf(a.Type, a.Subtype)
	current := b.Current.money(currency)
	if (kind == fairlead.AccountCard || kind == fairlead.AccountLoan) && current != nil {
		*current = current.Neg()
	}
	out := fairlead.Account{
		Ref: a.ID, StableRef: a.Persistent, Kind: kind, Subtype: subtype, Name: a.title(), Official: a.Official, Mask: a.Mask, Currency: currency, Status: "open",
		Balances: fairlead.Balances{Current: current, Available: b.Available.money(currency), AsOf: b.Updated.Time},
		Extra:    extra("plaid.persistent_account_id", a.Persistent, "plaid.holder_category", a.Category, "plaid.margin_loan_amount", b.Margin.text()),
	}
	if out.Balances.AsOf.IsZero() {
		out.Balances.AsOf = asOf
	}
	if limit := b.Limit.money(currency); kind == fairlead.AccountDepository {
		out.Balances.OverdraftContracted = limit
	} else {
		out.Balances.Limit = limit
	}
	return out
}

// subtypes are ours by Plaid's, where they differ by more than spaces.
var subtypes = map[string]string{
	"credit card": "credit", "prepaid": "prepaid", "paypal": "payment", "cash management": "checking", "ebt": "payment", "hsa": "savings",
	"line of credit": "line_of_credit", "home equity": "line_of_credit", "overdraft": "overdraft", "mortgage": "mortgage",
	"401k": "401k", "roth 401k": "401k", "ira": "ira", "roth": "ira", "roth ira": "ira", "mutual fund": "funds",
}

// kindOf is the kind and subtype of an account.
func kindOf(kind, subtype string) (fairlead.AccountKind, string) {
	word := subtypes[subtype]
	if word == "" {
		word = underlined(subtype)
	}
	switch kind {
	case "depository":
		return fairlead.AccountDepository, word
	case "credit":
		return fairlead.AccountCard, word
	case "loan":
		return fairlead.AccountLoan, word
	case "investment", "brokerage":
		if subtype == "pension" {
			return fairlead.AccountPension, word
		}
		return fairlead.AccountInvestment, word
	}
	return fairlead.AccountOther, word
}

func (f *fetching) identity(ctx context.Context) (connector.Page, error) {
	var list accountList
	if err := f.post(ctx, "/identity/get", f.body(), &list); err != nil {
		return connector.Page{}, err
	}
	return connector.Page{Identities: identitiesOf(list.Accounts), AsOf: f.asOf(ctx, false), Covers: []connector.Coverage{{}}}, nil
}
