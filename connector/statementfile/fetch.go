package statementfile

import (
	"context"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

// Fetch gives a page of the file: of the one uploaded to the connection now, or
// else of the one it was linked with. Since is ignored, because a file may
// well bring what is older.
func (*Connector) Fetch(_ context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	cut, served := pagers[req.Product]
	if !served {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "A statement file does not hold this.")
	}
	file, err := fileOf(s)
	if err != nil {
		return connector.Page{}, err
	}
	i, err := readOnce(s, file)
	if err != nil {
		return connector.Page{}, invalid(err)
	}
	page, next, err := cut(i, req.Cursor, req.Limit)
	if err != nil {
		return connector.Page{}, err
	}
	page.Cursor, page.More = next, next != ""
	return page, nil
}

// readOnce reads the file once for all pages of a collection, where the engine has a
// cache for that.
func readOnce(s connector.Session, file fairlead.File) (imported, error) {
	if s.Once == nil {
		return read(s.Digest, s.Open, file)
	}
	v, err := s.Once("statement "+file.Blob, func() (any, error) { return read(s.Digest, s.Open, file) })
	i, _ := v.(imported)
	return i, err
}

// invalid is what an upload that can't be read means once nobody is there to bring another.
func invalid(err error) error {
	if sentence, refused := refusal(err); refused {
		return &fairlead.Error{Kind: fairlead.Invalid, Detail: sentence, Err: err}
	}
	return err
}

func fileOf(s connector.Session) (fairlead.File, error) {
	if s.File != nil {
		return *s.File, nil
	}
	return remembered(s.Secrets)
}

// pager cuts the page of one product out of a file.
type pager func(i imported, cursor string, limit int) (connector.Page, string, error)

var pagers = map[fairlead.Product]pager{
	fairlead.ProductAccounts:               accounts,
	fairlead.ProductTransactions:           transactions,
	fairlead.ProductHoldings:               holdings,
	fairlead.ProductInvestmentTransactions: investmentTransactions,
}

func accounts(i imported, cursor string, limit int) (page connector.Page, next string, err error) {
	page.Accounts, next, err = kit.Page(i.Accounts, cursor, limit)
	return page, next, err
}

func transactions(i imported, cursor string, limit int) (page connector.Page, next string, err error) {
	page.Transactions, next, err = kit.Page(i.Transactions, cursor, limit)
	return page, next, err
}

// item is a security, or a row that names one: securities come first, so that no row comes
// before what it names.
type item struct {
	security *fairlead.Security
	holding  *fairlead.Holding
	movement *fairlead.InvestmentTransaction
}

func holdings(i imported, cursor string, limit int) (connector.Page, string, error) {
	items := securities(i, len(i.Holdings))
	for n := range i.Holdings {
		items = append(items, item{holding: &i.Holdings[n]})
	}
	page, next, err := pageOf(items, cursor, limit)
	if err == nil && next == "" {
		for _, c := range i.Covered {
			if c.Holdings {
				page.Covers = append(page.Covers, connector.Coverage{AccountRef: c.AccountRef})
			}
		}
	}
	return page, next, err
}

func investmentTransactions(i imported, cursor string, limit int) (connector.Page, string, error) {
	items := securities(i, len(i.InvestmentTransactions))
	for n := range i.InvestmentTransactions {
		items = append(items, item{movement: &i.InvestmentTransactions[n]})
	}
	return pageOf(items, cursor, limit)
}

func securities(i imported, more int) []item {
	items := make([]item, 0, len(i.Securities)+more)
	for n := range i.Securities {
		items = append(items, item{security: &i.Securities[n]})
	}
	return items
}

func pageOf(items []item, cursor string, limit int) (page connector.Page, next string, err error) {
	cut, next, err := kit.Page(items, cursor, limit)
	for _, it := range cut {
		switch {
		case it.security != nil:
			page.Securities = append(page.Securities, *it.security)
		case it.holding != nil:
			page.Holdings = append(page.Holdings, *it.holding)
		default:
			page.InvestmentTransactions = append(page.InvestmentTransactions, *it.movement)
		}
	}
	return page, next, err
}
