package sandbox

import (
	"context"
	"encoding/json"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/sandbox/bank"
	"github.com/fairlead-dev/fairlead/connector/sandbox/world"
)

// fetching is one call of Fetch.
type fetching struct {
	sandbox  *Sandbox
	session  connector.Session
	req      connector.FetchRequest
	at       institution
	customer *world.Customer
	triggers []string
	cursor   cursor
	page     connector.Page
	alter    []alteration
	// triggered says that a trigger may have altered what there is.
	triggered bool
	closed    bool // the last account is closed
	withheld  bool // deposits are not on this page of accounts
	user      string
	shared    []bool          // per account; nil: all
	custom    map[string]bool // the same by id, for who is described by a document
}

// cursor is where a product's pages have got to: the cursor. Now is the instant
// the first page was requested at, so that all pages show one moment.
type cursor struct {
	Now     time.Time   `json:"n"`
	Since   world.Day   `json:"s"`
	Account int         `json:"a,omitempty"`
	Month   world.Month `json:"m,omitempty"`
	Offset  int         `json:"o,omitempty"`
}

const (
	pageDefault = 500
	// overlap is how far before the days that are complete a collection begins: pending
	// ones are booked, and corrections come late.
	overlap = 10
)

// Fetch gives one page of a product.
func (s *Sandbox) Fetch(ctx context.Context, session connector.Session, req connector.FetchRequest) (connector.Page, error) {
	i, err := s.institution(session.Institution.ID)
	if err != nil {
		return connector.Page{}, err
	}
	if !i.Offers(req.Product) {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "%s does not offer this.", i.Name)
	}
	f := &fetching{sandbox: s, session: session, req: req, at: i}
	if err := f.authorize(ctx); err != nil {
		return connector.Page{}, err
	}
	if err := f.resume(); err != nil {
		return connector.Page{}, err
	}
	if err := f.applyTriggers(); err != nil {
		return connector.Page{}, err
	}
	p, custom, err := s.customPersona(ctx, session.Tenant, f.user)
	switch {
	case err != nil:
		return connector.Page{}, err
	case !custom:
		f.fill()
	case !f.customer.Persona.Empty: // not NO_ACCOUNTS
		f.fillCustom(p)
	}
	f.withhold()
	return f.page, nil
}

// authorize learns whose data it is, and which accounts are shared. A bank with pages
// of its own is called, so that a consent that has ended there ends here.
func (f *fetching) authorize(ctx context.Context) error {
	p := bank.Permit{User: f.session.Secrets["user"].Reveal(), Triggers: f.session.Secrets["words"].Reveal()}
	if f.at.redirect != "" {
		var err error
		if p, err = f.permit(ctx); err != nil {
			return err
		}
		if !p.Covers(f.req.Product) {
			return fairlead.Errorf(fairlead.Unsupported, "The consent does not cover this.")
		}
	}
	f.user, f.triggers, f.page.Secrets, f.custom = p.User, splitTriggers(p.Triggers), p.Secrets, p.Accounts
	f.customer = f.sandbox.customer(f.session.Env, f.at, p.User, f.session.Hints)
	if p.Accounts != nil {
		for _, a := range f.customer.Accounts {
			f.shared = append(f.shared, p.Accounts[a.Ref])
		}
	}
	return nil
}

// permit is what the bank says that the consent allows, asked once a collection.
func (f *fetching) permit(ctx context.Context) (bank.Permit, error) {
	client := bank.NewClient(f.session.Env, f.at.redirect)
	if f.session.Once == nil {
		return client.Permit(ctx, f.session.Secrets)
	}
	var renewed map[string]fairlead.Secret // by this call: later pages have them already
	said, err := f.session.Once("permit", func() (any, error) {
		p, err := client.Permit(ctx, f.session.Secrets)
		renewed, p.Secrets = p.Secrets, nil
		return p, err
	})
	if err != nil {
		return bank.Permit{}, err
	}
	p := said.(bank.Permit)
	p.Secrets = renewed
	return p, nil
}

// sees reports whether an account is open and shared.
func (f *fetching) sees(a world.Account) bool {
	return a.Opened <= world.DayOf(f.cursor.Now) && (f.shared == nil || f.shared[a.Index])
}

// resume reads the cursor, or begins.
func (f *fetching) resume() error {
	f.req.Limit = min(max(f.req.Limit, 0), 2000)
	if f.req.Limit == 0 {
		f.req.Limit = pageDefault
	}
	if f.req.Cursor == "" {
		now := f.session.Now.UTC()
		f.cursor = cursor{Now: now, Since: f.customer.HistoryStart(now)}
		if !f.req.Since.IsZero() {
			f.cursor.Since = max(f.cursor.Since, world.FromDate(f.req.Since)-overlap)
		}
		return nil
	}
	if err := json.Unmarshal([]byte(f.req.Cursor), &f.cursor); err != nil || f.cursor.Account < 0 || f.cursor.Offset < 0 {
		return fairlead.InvalidField("cursor", "format", "must be one that Fetch returned")
	}
	return nil
}

// history is the first day of which the bank still has data.
func (f *fetching) history() world.Day { return f.customer.HistoryStart(f.cursor.Now) }

// more says that there is another page.
func (f *fetching) more(next cursor) {
	cursor, _ := json.Marshal(next) // plain numbers and a time: cannot fail
	f.page.Cursor, f.page.More, f.page.Tag = string(cursor), true, ""
}

// applyTriggers runs what the triggers of the login do to this page.
func (f *fetching) applyTriggers() error {
	for _, w := range f.triggers {
		if t, rest, ok := f.sandbox.match(w); ok && t.fetch != nil {
			f.triggered = true
			if err := t.fetch(f, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// fill fills the page.
func (f *fetching) fill() {
	switch f.req.Product {
	case fairlead.ProductAccounts:
		f.accounts()
	case fairlead.ProductIdentity:
		f.identity()
	case fairlead.ProductTransactions:
		f.transactions()
	case fairlead.ProductBills:
		f.bills()
	case fairlead.ProductLoans:
		f.loans()
	case fairlead.ProductHoldings:
		f.holdings()
	case fairlead.ProductInvestmentTransactions:
		f.investments()
	case fairlead.ProductStatements:
		f.statements()
	case fairlead.ProductTaxForms:
		f.taxForms()
	}
}

// all says that the page holds every record there is of an account, or of what
// hangs on none.
func (f *fetching) all(account string) {
	f.page.Covers = append(f.page.Covers, connector.Coverage{AccountRef: account})
}
