package console

import (
	"cmp"
	"io"
	"mime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/reading"
)

// What institutions gave is shown to who has revealed it: a POST that is on the audit trail
// lets one operator see one connection for a while. This process remembers that; another
// one, or this one after a restart, has them reveal it again.

// revealLife is how long something stays revealed, real time.
const revealLife = 10 * time.Minute

// reveals are what operators have revealed.
type reveals struct {
	mu    sync.Mutex
	until map[revealed]time.Time
}

// revealed is one connection that one operator sees.
type revealed struct {
	operator   fairlead.OperatorID
	tenant     fairlead.TenantID
	connection fairlead.ConnectionID
	numbers    bool // of its accounts, too
}

func (r *reveals) add(what revealed, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.until == nil {
		r.until = map[revealed]time.Time{}
	}
	for old, until := range r.until {
		if !now.Before(until) {
			delete(r.until, old)
		}
	}
	r.until[what] = now.Add(revealLife)
}

func (r *reveals) drop(what revealed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.until, what)
}

// end is when it is shown no more; zero: it is not shown.
func (r *reveals) end(what revealed, now time.Time) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	if until := r.until[what]; now.Before(until) {
		return until
	}
	return time.Time{}
}

func (c *Console) recordRoutes() []route {
	const data = tenantPath + "/connections/{connection}/data"
	return []route{
		{"GET " + tenantPath + "/records/{record}", fairlead.PermissionView, c.record},
		{"GET " + data, fairlead.PermissionReveal, c.data},
		{"POST " + data, fairlead.PermissionReveal, c.reveal},
		{"POST " + data + "/numbers", fairlead.PermissionReveal, c.revealNumbers},
		{"POST " + data + "/hide", fairlead.PermissionReveal, c.hide},
		{"GET " + data + "/documents/{document}", fairlead.PermissionReveal, c.downloadDocument},
		{"GET " + data + "/transactions/{transaction}", fairlead.PermissionReveal, c.transaction},
	}
}

// kinds are the kinds of data that a page shows, in their order.
var kinds = []struct{ name, title string }{
	{"accounts", "Accounts"},
	{"transactions", "Transactions"},
	{"holdings", "Holdings"},
	{"movements", "Investment transactions"},
	{"bills", "Bills"},
	{"loans", "Loans"},
	{"identity", "Identity"},
	{"documents", "Documents"},
}

// kindOf is where a record is shown.
var kindOf = map[fairlead.RecordKind]string{
	fairlead.AccountRecord: "accounts", fairlead.TransactionRecord: "transactions", fairlead.HoldingRecord: "holdings", fairlead.SecurityRecord: "holdings",
	fairlead.InvestmentTransactionRecord: "movements", fairlead.BillRecord: "bills", fairlead.LoanRecord: "loans", fairlead.IdentityRecord: "identity",
	fairlead.DocumentRecord: "documents",
}

// record leads from a record's id to where it is shown, once that is revealed.
func (c *Console) record(v *view) error {
	id := fairlead.RecordID(v.r.PathValue("record"))
	conn, err := c.o.Reading.ConnectionOf(v.ctx, v.tenant.ID, id)
	if err != nil {
		return err
	}
	if !v.may(fairlead.PermissionReveal) {
		return v.redirect(v.at("connections", string(conn)))
	}
	if fairlead.HasPrefix(id, string(fairlead.TransactionRecord)) {
		return v.redirect(v.at("connections", string(conn), "data", "transactions", string(id)))
	}
	for kind, name := range kindOf {
		if fairlead.HasPrefix(id, string(kind)) {
			return v.redirect(v.at("connections", string(conn), "data") + "?show=" + name)
		}
	}
	return v.redirect(v.at("connections", string(conn)))
}

// dataPage is what the page of a connection's data shows.
type dataPage struct {
	connection fairlead.Connection
	shown      string    // of kinds
	until      time.Time // real time; zero: nothing is revealed
	numbers    bool      // of accounts, too
	next       string

	accounts     []fairlead.Account
	transactions []fairlead.Transaction
	holdings     []fairlead.Holding
	securities   map[fairlead.RecordID]fairlead.Security
	movements    []fairlead.InvestmentTransaction
	bills        []fairlead.CardBill
	loans        []fairlead.Loan
	identities   []fairlead.Identity
	documents    []fairlead.Document
	names        map[fairlead.RecordID]string // of accounts
}

// what is the connection of the page, as the operator reveals it.
func (v *view) what(numbers bool) revealed {
	return revealed{v.operator.ID, v.tenant.ID, v.connectionID(), numbers}
}

// revealedPage begins the page of a connection's data.
func (c *Console) revealedPage(v *view) (p dataPage, err error) {
	if p.connection, err = c.o.Reading.Connection(v.ctx, v.tenant.ID, v.connectionID()); err != nil {
		return p, err
	}
	p.until = c.reveals.end(v.what(false), v.c.o.Clock())
	p.numbers = !p.until.IsZero() && !c.reveals.end(v.what(true), v.c.o.Clock()).IsZero()
	p.shown = "accounts"
	for _, k := range kinds {
		if k.name == v.query("show") {
			p.shown = k.name
		}
	}
	return p, nil
}

func (c *Console) data(v *view) error {
	p, err := c.revealedPage(v)
	if err == nil && !p.until.IsZero() {
		err = c.readData(v, &p)
	}
	if err != nil {
		return err
	}
	return v.page("connections", "Data", dataDetail(v, p))
}

// readData reads the kind that is shown, a page of it.
func (c *Console) readData(v *view, p *dataPage) (err error) {
	q := reading.Query{Connection: p.connection.ID, Limit: listed, After: v.query("after"), Numbers: p.numbers && p.shown == "accounts"}
	if account := v.query("account"); account != "" && p.shown == "transactions" {
		of, err := c.o.Reading.ConnectionOf(v.ctx, v.tenant.ID, fairlead.RecordID(account))
		if err != nil {
			return err
		}
		if of != p.connection.ID {
			return fairlead.Errorf(fairlead.NotFound, "There is no such account in this connection.")
		}
		q.Account, q.Connection = fairlead.RecordID(account), ""
	}
	r, tenant := c.o.Reading, v.tenant.ID
	switch p.shown {
	case "accounts":
		p.accounts, p.next, err = taken(r.Accounts(v.ctx, tenant, q))
	case "transactions":
		p.transactions, p.next, err = taken(r.Transactions(v.ctx, tenant, q))
	case "holdings":
		if p.holdings, p.next, err = taken(r.Holdings(v.ctx, tenant, q)); err == nil {
			err = c.readSecurities(v, p)
		}
	case "movements":
		p.movements, p.next, err = taken(r.InvestmentTransactions(v.ctx, tenant, q))
	case "bills":
		p.bills, p.next, err = taken(r.Bills(v.ctx, tenant, q))
	case "loans":
		p.loans, p.next, err = taken(r.Loans(v.ctx, tenant, q))
	case "identity":
		p.identities, p.next, err = taken(r.Identities(v.ctx, tenant, q))
	case "documents":
		p.documents, p.next, err = taken(r.Documents(v.ctx, tenant, q))
	}
	if err != nil || p.shown == "accounts" || p.shown == "identity" {
		return err
	}
	accounts, err := r.Accounts(v.ctx, tenant, reading.Query{Connection: p.connection.ID, Limit: 500})
	p.names = map[fairlead.RecordID]string{}
	for _, a := range accounts.Data {
		p.names[a.ID] = a.Name
	}
	return err
}

// readSecurities reads what the page's holdings are in.
func (c *Console) readSecurities(v *view, p *dataPage) error {
	p.securities = map[fairlead.RecordID]fairlead.Security{}
	for _, h := range p.holdings {
		if _, known := p.securities[h.Security]; known || h.Security == "" {
			continue
		}
		s, err := c.o.Reading.Security(v.ctx, v.tenant.ID, h.Security)
		if err != nil && !fairlead.Is(err, fairlead.NotFound) {
			return err
		}
		p.securities[h.Security] = s
	}
	return nil
}

func taken[T any](page reading.Page[T], err error) ([]T, string, error) {
	return page.Data, page.Next, err
}

func (c *Console) reveal(v *view) error        { return c.revealTo(v, false) }
func (c *Console) revealNumbers(v *view) error { return c.revealTo(v, true) }

// revealTo shows the connection to the operator from here on, once that is on the audit trail.
func (c *Console) revealTo(v *view, numbers bool) error {
	if numbers && c.reveals.end(v.what(false), v.c.o.Clock()).IsZero() {
		return v.redirect(v.dataAddress(""))
	}
	if err := c.o.Reading.Reveal(v.ctx, v.tenant.ID, v.connectionID(), numbers); err != nil {
		return err
	}
	c.reveals.add(v.what(numbers), v.c.o.Clock())
	return v.redirect(v.dataAddress(v.form("show")))
}

// dataAddress is the page of the connection's data that shows a kind.
func (v *view) dataAddress(show string) string {
	address := v.at("connections", string(v.connectionID()), "data")
	for _, k := range kinds {
		if k.name == show {
			address += "?show=" + show
		}
	}
	return address
}

func (c *Console) hide(v *view) error {
	c.reveals.drop(v.what(true))
	c.reveals.drop(v.what(false))
	return v.redirect(v.at("connections", string(v.connectionID())))
}

// ofConnection answers NotFound unless a record is one of the page's connection, and
// reports whether that is revealed; if not, it has led to where it can be.
func (c *Console) ofConnection(v *view, id fairlead.RecordID) (shown bool, err error) {
	of, err := c.o.Reading.ConnectionOf(v.ctx, v.tenant.ID, id)
	if err == nil && of != v.connectionID() {
		err = fairlead.Errorf(fairlead.NotFound, "There is no such record in this connection.")
	}
	if err != nil {
		return false, err
	}
	if c.reveals.end(v.what(false), v.c.o.Clock()).IsZero() {
		return false, v.redirect(v.dataAddress(""))
	}
	return true, nil
}

// downloadDocument sends a document's bytes, always as a download.
func (c *Console) downloadDocument(v *view) error {
	id := v.r.PathValue("document")
	if shown, err := c.ofConnection(v, fairlead.RecordID(id)); err != nil || !shown {
		return err
	}
	d, body, err := c.o.Reading.Content(v.ctx, v.tenant.ID, fairlead.DocumentID(id), string(v.operator.ID), c.o.Client(v.r))
	if err != nil {
		return err
	}
	defer body.Close()
	h := v.w.Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Type", d.MediaType)
	h.Set("Content-Length", strconv.FormatInt(d.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.FileName}))
	if _, err := io.Copy(v.w, body); err != nil {
		c.o.Log.InfoContext(v.ctx, "a download broke off", "document", d.ID, "error", err)
	}
	return nil
}

// transaction shows one transaction with its versions.
func (c *Console) transaction(v *view) error {
	id := fairlead.RecordID(v.r.PathValue("transaction"))
	if shown, err := c.ofConnection(v, id); err != nil || !shown {
		return err
	}
	now, versions, err := c.o.Reading.Transaction(v.ctx, v.tenant.ID, id)
	if err != nil {
		return err
	}
	p, err := c.revealedPage(v)
	if err != nil {
		return err
	}
	return v.page("connections", "Transaction", transactionDetail(v, p, now, versions))
}

// numbered lists an account's numbers with their names.
func numbered(n fairlead.AccountNumbers) (out [][2]string) {
	for _, f := range [][2]string{
		{"Number", n.Number},
		{"Check digit", n.CheckDigit},
		{"Branch", n.Branch},
		{"Routing", n.Routing},
		{"IBAN", n.IBAN},
		{"BIC", n.BIC},
		{"Sort code", n.SortCode},
		{"COMPE", n.COMPE},
		{"ISPB", n.ISPB},
		{"Card", n.PAN},
	} {
		if f[1] != "" {
			out = append(out, f)
		}
	}
	return out
}

func transactionMood(s fairlead.TransactionState) mood {
	switch s {
	case fairlead.TransactionPosted:
		return good
	case fairlead.TransactionPending:
		return warm
	}
	return calm
}

// securityCode is by what a security is known.
func securityCode(s fairlead.Security) string { return cmp.Or(s.Ticker, s.ISIN, s.CUSIP) }

// postal writes an address on one line.
func postal(a fairlead.Address) string {
	var parts []string
	for _, part := range append(slices.Clone(a.Lines), strings.TrimSpace(a.Postcode+" "+a.City), a.Region, a.Country) {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
