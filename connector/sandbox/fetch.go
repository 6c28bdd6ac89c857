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
	ask      connector.FetchRequest
	at       institution
	customer *world.Customer
	words    []string
	place    place
	page     connector.Page
	alter    []alteration
	closed   bool // the last account is closed
	user     string
	shared   []bool          // per account; nil: all
	custom   map[string]bool // the same by id, for who is described by a document
}

// place is where a product's pages have got to: the cursor. Now is the instant
// the first page was asked at, so that all pages tell one moment.
type place struct {
	Now     time.Time   `json:"n"`
	Since   world.Day   `json:"s"`
	Account int         `json:"a,omitempty"`
	Month   world.Month `json:"m,omitempty"`
	Offset  int         `json:"o,omitempty"`
}

const (
	pageDefault = 500
	// overlap is how far before what is held already a collection begins: pending
	// ones are booked, and corrections come late.
	overlap = 10
)

// Fetch gives one page of a product.
func (s *Sandbox) Fetch(ctx context.Context, session connector.Session, ask connector.FetchRequest) (connector.Page, error) {
	i, err := s.institution(session.Institution.ID)
	if err != nil {
		return connector.Page{}, err
	}
	if !i.Offers(ask.Product) {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "%s does not offer this.", i.Name)
	}
	f := &fetching{sandbox: s, session: session, ask: ask, at: i}
	if err := f.admit(ctx); err != nil {
		return connector.Page{}, err
	}
	if err := f.resume(); err != nil {
		return connector.Page{}, err
	}
	if err := f.meet(); err != nil {
		return connector.Page{}, err
	}
	p, custom, err := s.customPerson(ctx, session.Tenant, f.user)
	switch {
	case err != nil:
		return connector.Page{}, err
	case !custom:
		f.tell()
	case !f.customer.Persona.Empty: // not NO_ACCOUNTS
		f.tellCustom(p)
	}
	return f.page, nil
}

// admit learns whose data it is, and which accounts are shared. A bank with pages
// of its own is asked, so that a consent that has ended there ends here.
func (f *fetching) admit(ctx context.Context) error {
	p := bank.Permit{User: f.session.Secrets["user"].Reveal(), Triggers: f.session.Secrets["words"].Reveal()}
	if f.at.redirect != "" {
		var err error
		if p, err = bank.NewClient(f.session.Env, f.at.redirect).Permit(ctx, f.session.Secrets); err != nil {
			return err
		}
		if !p.Covers(f.ask.Product) {
			return fairlead.Errorf(fairlead.Unsupported, "The consent does not cover this.")
		}
	}
	f.user, f.words, f.page.Secrets, f.custom = p.User, words(p.Triggers), p.Secrets, p.Accounts
	f.customer = f.sandbox.customer(f.session.Env, f.at, p.User, f.session.Hints)
	if p.Accounts != nil {
		for _, a := range f.customer.Accounts {
			f.shared = append(f.shared, p.Accounts[a.Ref])
		}
	}
	return nil
}

// sees tells whether an account is open and shared.
func (f *fetching) sees(a world.Account) bool {
	return a.Opened <= world.DayOf(f.place.Now) && (f.shared == nil || f.shared[a.Index])
}

// resume reads the cursor, or begins.
func (f *fetching) resume() error {
	f.ask.Limit = min(max(f.ask.Limit, 0), 2000)
	if f.ask.Limit == 0 {
		f.ask.Limit = pageDefault
	}
	if f.ask.Cursor == "" {
		now := f.session.Now.UTC()
		f.place = place{Now: now, Since: f.customer.HistoryStart(now)}
		if !f.ask.Since.IsZero() {
			f.place.Since = max(f.place.Since, world.FromDate(f.ask.Since)-overlap)
		}
		return nil
	}
	if err := json.Unmarshal([]byte(f.ask.Cursor), &f.place); err != nil || f.place.Account < 0 || f.place.Offset < 0 {
		return fairlead.InvalidField("cursor", "format", "must be one that Fetch returned")
	}
	return nil
}

// history is the first day of which the bank still tells.
func (f *fetching) history() world.Day { return f.customer.HistoryStart(f.place.Now) }

// more says that there is another page.
func (f *fetching) more(next place) {
	cursor, _ := json.Marshal(next) // plain numbers and a time: cannot fail
	f.page.Cursor, f.page.More = string(cursor), true
}

// meet lets the words of the login have their way with this page.
func (f *fetching) meet() error {
	for _, w := range f.words {
		if t, rest, ok := f.sandbox.match(w); ok && t.fetch != nil {
			if err := t.fetch(f, rest); err != nil {
				return err
			}
		}
	}
	return nil
}

// tell fills the page.
func (f *fetching) tell() {
	switch f.ask.Product {
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

// all says that the page tells every record there is of an account, or of what
// hangs on none.
func (f *fetching) all(account string) {
	f.page.Covers = append(f.page.Covers, connector.Coverage{AccountRef: account})
}
