package ofx

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"github.com/fairlead-dev/fairlead"
)

// Import is a file as nouns of Fairlead. What the institution says beyond
// them is in Extra under "ofx." and the element's name.
type Import struct {
	Org, FID               string // of the institution; often empty
	Accounts               []fairlead.Account
	Listed                 []fairlead.Account // named in an account list without a statement: their currency is not known
	Transactions           []fairlead.Transaction
	Securities             []fairlead.Security
	Holdings               []fairlead.Holding
	InvestmentTransactions []fairlead.InvestmentTransaction
	Covered                []Coverage
}

// Coverage is what the file claims to list completely of one account.
type Coverage struct {
	AccountRef string
	Days       fairlead.Interval // of transactions; zero where the file does not say
	Holdings   bool              // every position is listed
}

// Convert turns a file into accounts and what hangs on them. Positive is money in.
// A row of an investment account has its own element (BUYSTOCK, INCOME …) as
// ofx.TRANSACTION and what it did (BUY, DIV, IN …) as ofx.ACTION.
//
// An account's Ref is a digest of the numbers that name it, because a Ref is
// shown where account numbers are not.
//
// A transaction's Ref is its FITID where that can be trusted, and empty where it
// can't: it is missing, occurs on several rows of the account, or merely counts the
// rows of the file. Rows without a Ref are to be matched by content, and two
// alike are two.
//
// Errors are *Error: the institution refused, the file holds no account, or a
// statement does not name its account or currency.
func Convert(f *File) (Import, error) {
	c := &converter{
		file: f, accounts: make(map[string]int), rows: make(map[string][]row), securities: make(map[string]bool),
		currency: make(map[string]string),
	}
	c.out.Org, c.out.FID = f.SignOn.Org, f.SignOn.FID
	if err := c.run(); err != nil {
		return Import{}, err
	}
	if len(c.out.Accounts) == 0 && len(c.out.Listed) == 0 {
		return Import{}, nothing(f)
	}
	return c.out, nil
}

// nothing says why a file gave no account.
func nothing(f *File) *Error {
	if f.SignOn.Status.Failed() {
		return &Error{
			Line: f.SignOn.Line, Column: 1, Element: "SONRS", Kind: Refused, Status: f.SignOn.Status.Code,
			Reason: "says that the institution refused the login",
		}
	}
	if len(f.Failures) > 0 {
		x := f.Failures[0]
		return &Error{Line: x.Line, Column: x.Column, Element: x.Element, Kind: Refused, Status: x.Status.Code, Reason: "says that the institution could not answer"}
	}
	return &Error{Kind: Empty, Reason: "the file holds no account"}
}

// converter gathers an Import.
type converter struct {
	file       *File
	out        Import
	accounts   map[string]int // ref → index in out.Accounts
	order      []string       // refs of accounts with rows
	rows       map[string][]row
	currency   map[string]string // of an account, by ref
	securities map[string]bool
}

// row is a transaction with the statement that lists it: the same account may have
// several statements in a file, which may overlap.
type row struct {
	*Transaction
	statement int
}

func (c *converter) run() *Error {
	described := c.described()
	for i := range c.file.Statements {
		s := &c.file.Statements[i]
		currency, err := statementCurrency(s)
		if err != nil {
			return err
		}
		ref, err := c.bankAccount(s, currency, described)
		if err != nil {
			return err
		}
		if _, known := c.rows[ref]; !known {
			c.order, c.rows[ref] = append(c.order, ref), []row{}
		}
		for j := range s.Transactions {
			c.rows[ref] = append(c.rows[ref], row{&s.Transactions[j], i})
		}
		c.cover(ref, s.Start, s.End, false)
	}
	for _, ref := range c.order {
		c.transactions(ref)
	}
	if err := c.investments(described); err != nil {
		return err
	}
	for _, l := range c.file.AccountList {
		a := listed(l)
		if _, known := c.accounts[a.Ref]; !known && l.Account.ID != "" {
			c.accounts[a.Ref] = -1
			c.out.Listed = append(c.out.Listed, a)
		}
	}
	return nil
}

// cover records a claimed interval, if it is one.
func (c *converter) cover(ref string, start, end Stamp, holdings bool) {
	days := fairlead.Interval{From: start.Day, To: end.Day}
	if start.IsZero() || end.IsZero() || days.To.Before(days.From) {
		days = fairlead.Interval{}
	}
	if days != (fairlead.Interval{}) || holdings {
		c.out.Covered = append(c.out.Covered, Coverage{ref, days, holdings})
	}
}

// statementCurrency is CURDEF. Where a bank leaves it empty, what all rows agree
// on will do.
func statementCurrency(s *Statement) (string, *Error) {
	if s.Currency != "" {
		return s.Currency, nil
	}
	found := ""
	for _, t := range s.Transactions {
		if t.Currency == nil || found != "" && t.Currency.Symbol != found {
			found = ""
			break
		}
		found = t.Currency.Symbol
	}
	if found == "" {
		return "", &Error{Line: s.Line, Column: s.Column, Element: "CURDEF", Kind: Missing, Reason: "is missing, empty or no currency code"}
	}
	return found, nil
}

func (c *converter) described() map[string]ListedAccount {
	m := make(map[string]ListedAccount, len(c.file.AccountList))
	for _, l := range c.file.AccountList {
		m[listedRef(l)] = l
	}
	return m
}

// bankAccount adds the account of a statement, or brings the one already there up
// to the later balance, and returns its ref.
func (c *converter) bankAccount(s *Statement, currency string, described map[string]ListedAccount) (string, *Error) {
	if s.Account.ID == "" {
		return "", &Error{Line: s.Line, Column: s.Column, Element: "ACCTID", Kind: Missing, Reason: "is missing: the statement does not say which account it is of"}
	}
	scheme := "bank"
	if s.Card {
		scheme = "card"
	}
	ref := accountRef(scheme, s.Account)
	balances := statementBalances(s, currency)
	if i, known := c.accounts[ref]; known {
		if !balances.AsOf.Before(c.out.Accounts[i].Balances.AsOf) {
			c.out.Accounts[i].Balances = balances
		}
		return ref, nil
	}
	a := newAccount(scheme, s.Account, currency)
	a.Balances, a.Extra = balances, namedExtra(a.Extra, s.Balances)
	if l, ok := described[ref]; ok {
		describe(&a, l)
	}
	c.addAccount(a)
	return ref, nil
}

func (c *converter) addAccount(a fairlead.Account) {
	c.accounts[a.Ref], c.currency[a.Ref] = len(c.out.Accounts), a.Currency
	c.out.Accounts = append(c.out.Accounts, a)
}

func statementBalances(s *Statement, currency string) fairlead.Balances {
	var b fairlead.Balances
	if s.Available != nil {
		b.Available, b.AsOf = &fairlead.Money{Amount: s.Available.Amount, Currency: currency}, s.Available.AsOf.At
	}
	if s.Ledger != nil {
		b.Current, b.AsOf = &fairlead.Money{Amount: s.Ledger.Amount, Currency: currency}, s.Ledger.AsOf.At
	}
	return b
}

func namedExtra(extra fairlead.Extra, list []NamedBalance) fairlead.Extra {
	for _, b := range list {
		extra = put(extra, "BAL."+b.Name, b.Value.String())
	}
	return extra
}

// put sets ofx.name in an Extra, unless there is nothing to say.
func put(extra fairlead.Extra, name, value string) fairlead.Extra {
	if value == "" {
		return extra
	}
	if extra == nil {
		extra = make(fairlead.Extra, 4)
	}
	extra["ofx."+name] = value
	return extra
}

// digest is a short name for parts, each with its length so that none runs into the next.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		n := len(p)
		h.Write([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
		h.Write([]byte(p))
	}
	return strings.ToLower(base32.StdEncoding.EncodeToString(h.Sum(nil)[:15]))
}
