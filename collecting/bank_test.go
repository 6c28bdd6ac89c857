package collecting_test

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
)

// bank is a small institution whose books the test writes: it shows them by the
// connector's contract, a page at a time, and fails when it is to.
type bank struct {
	mu       sync.Mutex
	accounts []fairlead.Account
	books    []fairlead.Transaction
	papers   []connector.Document
	holders  []fairlead.Identity
	since    []fairlead.Date                                        // of each first page of transactions
	fails    map[fairlead.Product]error                             // the product's next calls fail
	before   func(req connector.FetchRequest)                       // called before each page, unlocked
	secrets  map[string]fairlead.Secret                             // handed out with the next page
	met      []map[string]fairlead.Secret                           // secrets of each call
	windowed bool                                                   // honours Since, else shows everything
	nothing  bool                                                   // declares no coverage
	renewed  int                                                    // calls of Renew
	once     func() (any, error)                                    // made by Once at each page
	quota    *connector.Quota                                       // each page is a call
	patience time.Duration                                          // Description.Patience
	given    time.Duration                                          // that the last call had
	attended []bool                                                 // of each call
	calls    int                                                    // that were made
	shape    func(req connector.FetchRequest, page *connector.Page) // changes each page
	renew    func() (map[string]fairlead.Secret, time.Time, error)
}

const bankID = "ins_bank"

func newBank() *bank {
	return &bank{fails: map[fairlead.Product]error{}, accounts: []fairlead.Account{account("A", "1111"), account("B", "2222")}}
}

func account(ref, mask string) fairlead.Account {
	balance := fairlead.NewMoney(100, 2, "EUR")
	return fairlead.Account{
		Ref: ref, Kind: fairlead.AccountDepository, Name: "Account " + ref, Mask: mask, Currency: "EUR",
		Numbers: fairlead.AccountNumbers{IBAN: "DE00 " + ref + mask}, Balances: fairlead.Balances{Current: &balance, AsOf: noon()},
	}
}

func movement(account, ref, day, amount, text string) fairlead.Transaction {
	d, err := fairlead.ParseDate(day)
	if err != nil {
		panic(err)
	}
	m, err := fairlead.ParseMoney(amount, "EUR")
	if err != nil {
		panic(err)
	}
	return fairlead.Transaction{AccountRef: account, Ref: ref, State: fairlead.TransactionPosted, Booked: d, Amount: m, Description: text}
}

func (b *bank) Describe() connector.Description {
	return connector.Description{Name: "bank", Quota: b.quota, Patience: b.patience, Institutions: []fairlead.Institution{{
		ID: bankID, ShortName: "bank", Name: "Bank", Products: fairlead.Products(),
		Logins: []fairlead.LoginKind{fairlead.LoginPassword, fairlead.LoginFile}, Environments: []fairlead.Environment{fairlead.Sandbox, fairlead.Live},
	}}}
}

func (b *bank) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "This bank is linked already.")
}

func (b *bank) Resume(context.Context, connector.Start, []byte, fairlead.Answer) (connector.Turn, error) {
	return connector.Turn{}, fairlead.Errorf(fairlead.Unsupported, "This bank is linked already.")
}

func (b *bank) Renew(context.Context, connector.Session) (map[string]fairlead.Secret, time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.renewed++
	if b.renew != nil {
		return b.renew()
	}
	return map[string]fairlead.Secret{"token": fairlead.NewSecret("renewed")}, time.Time{}, nil
}

// change rewrites the books.
func (b *bank) change(fn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fn()
}

func (b *bank) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	if b.before != nil {
		b.before(req)
	}
	if s.Count != nil {
		if err := s.Count(ctx); err != nil {
			return connector.Page{}, err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.met = append(b.met, s.Secrets)
	b.attended = append(b.attended, s.Attended)
	b.calls++
	if until, bounded := ctx.Deadline(); bounded {
		b.given = time.Until(until)
	}
	if b.once != nil {
		if _, err := s.Once("file", b.once); err != nil {
			return connector.Page{}, err
		}
	}
	if err := b.fails[req.Product]; err != nil {
		return connector.Page{}, err
	}
	var page connector.Page
	page.Secrets, b.secrets = b.secrets, nil
	switch req.Product {
	case fairlead.ProductAccounts:
		page.Accounts = b.accounts
		page.Covers = b.covers(connector.Coverage{})
	case fairlead.ProductIdentity:
		page.Identities = b.holders
	case fairlead.ProductTransactions:
		b.transactions(s, req, &page)
	case fairlead.ProductStatements:
		for _, d := range b.papers {
			if !req.Have(d.Ref) {
				page.Documents = append(page.Documents, d)
			}
		}
	default:
		return page, fairlead.Errorf(fairlead.Unsupported, "This bank does not have it.")
	}
	if b.shape != nil {
		b.shape(req, &page)
	}
	return page, nil
}

func (b *bank) covers(c ...connector.Coverage) []connector.Coverage {
	if b.nothing {
		return nil
	}
	return c
}

// transactions shows the books in their order; the cursor is how many were shown.
func (b *bank) transactions(s connector.Session, req connector.FetchRequest, page *connector.Page) {
	if req.Cursor == "" {
		b.since = append(b.since, req.Since)
	}
	from, to := req.Since, fairlead.DateOf(s.Now).AddDays(30)
	if !b.windowed {
		from = fairlead.Date{Year: 1900, Month: 1, Day: 1}
	} else if from.IsZero() {
		from = fairlead.DateOf(s.Now).AddMonths(-24)
	}
	shown := b.books
	if b.windowed {
		shown = slices.DeleteFunc(slices.Clone(shown), func(t fairlead.Transaction) bool { return t.Booked.Before(from) })
	}
	at, _ := strconv.Atoi(req.Cursor)
	end := min(at+req.Limit, len(shown))
	page.Transactions = shown[min(at, end):end]
	if end < len(shown) {
		page.Cursor, page.More = strconv.Itoa(end), true
		return
	}
	for _, a := range b.accounts {
		page.Covers = append(page.Covers, b.covers(connector.Coverage{AccountRef: a.Ref, Days: fairlead.Interval{From: from, To: to}})...)
	}
}

// paper is a document of the text given.
func paper(ref, text string) connector.Document {
	return connector.Document{
		Document: fairlead.Document{
			Ref: ref, AccountRefs: []string{"A"}, Kind: "statement", Issued: fairlead.DateOf(noon()), FileName: ref + ".txt", MediaType: "text/plain",
		},
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil },
	}
}

// problem is an error as connectors give it.
func problem(kind fairlead.ErrorKind, after time.Duration) error {
	return &fairlead.Error{Kind: kind, Detail: "The bank says no.", RetryAfter: after}
}
