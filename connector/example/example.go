// Package example is the connector to copy for a bank with an API of its own: a user
// name and password, a one-time code, then accounts and transactions page by page.
//
// It owns the make-believe "Example Bank" and is wired into no server; its test is
// the bank. A copy changes the structs of the API to the bank's, the institution to
// the bank, and keeps the shape: Begin only asks, Resume is one call of the API, Fetch
// one or two, and whatever must survive until the next call is in what they return.
//
// The flow: form → POST /logins → form for the code → POST /logins/{id}/code → Done
// with the token → GET /accounts → GET /accounts/{id}/transactions?cursor= until there
// is no next one, account by account.
package example

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/kit"
)

const name = "example"

// Connector talks to Example Bank. It has an address and nothing that changes: the
// next call may be answered by another process.
type Connector struct{ base string }

var _ connector.Connector = Connector{}

// New makes the connector for the API at an address without a slash at the end.
func New(base string) Connector { return Connector{base} }

// Describe names the bank, and the one host that the engine's client may dial for it.
func (c Connector) Describe() connector.Description {
	u, err := url.Parse(c.base)
	if err != nil {
		u = &url.URL{} // no host: nothing can be dialled
	}
	return connector.Description{
		Name: name, Hosts: []string{u.Hostname()},
		Institutions: []fairlead.Institution{{
			ID: "ins_example", ShortName: "example", Name: "Example Bank", Country: "US", Currency: "USD", Colour: "#31572c",
			Products:     []fairlead.Product{fairlead.ProductAccounts, fairlead.ProductTransactions},
			Logins:       []fairlead.LoginKind{fairlead.LoginPassword},
			Environments: []fairlead.Environment{fairlead.Live},
		}},
	}
}

// state is what a login hands to its next turn; the version changes with its shape,
// so that a login begun before an upgrade begins again instead of being misread.
type state struct {
	Login string `json:"login,omitempty"` // the bank's id of it; empty before the password
}

const stateVersion = 1

// The API's own structs. Amounts are text at the bank and decimals here, and days are
// days, so that a malformed one is found where it is read and blamed on the bank.
type (
	login struct {
		ID      string `json:"id"`
		Phone   string `json:"phone"` // "•••• 7890"
		Seconds int    `json:"expires_in"`
	}
	token struct {
		Access   string `json:"access_token"`
		Customer string `json:"customer_id"`
		Name     string `json:"customer_name"`
	}
	accountList struct {
		Accounts []account `json:"accounts"`
	}
	account struct {
		ID       string           `json:"id"`
		Name     string           `json:"name"`
		LastFour string           `json:"last_four"`
		Currency string           `json:"currency"`
		Balance  fairlead.Decimal `json:"balance"`
	}
	transactionPage struct {
		Transactions []transaction `json:"transactions"`
		Next         string        `json:"next"` // cursor; empty on the last page
	}
	transaction struct {
		ID      string           `json:"id"`
		Pending bool             `json:"pending"`
		Amount  fairlead.Decimal `json:"amount"` // negative is money out, as with us
		Day     fairlead.Date    `json:"day"`
		Text    string           `json:"text"`
	}
)

// Begin shows the login form. Labels are message keys, so that the page speaks the
// person's language.
func (Connector) Begin(context.Context, connector.Start) (connector.Turn, error) {
	return turn(kit.Login(kit.User("field.user"), kit.Password("field.password")), state{})
}

func turn(step fairlead.Step, next state) (connector.Turn, error) {
	encoded, err := kit.EncodeState(stateVersion, next)
	return connector.Turn{Step: step, State: encoded}, err
}

// Resume goes on with an answer: first to the login form, then to the code. An error
// leaves the login where it was, and the engine shows the same form again or ends it,
// as the error's kind wants.
func (c Connector) Resume(ctx context.Context, s connector.Start, encoded []byte, a fairlead.Answer) (connector.Turn, error) {
	var now state
	if err := kit.DecodeState(encoded, stateVersion, &now); err != nil {
		return connector.Turn{}, err
	}
	if now.Login == "" {
		return c.signIn(ctx, s, a)
	}
	return c.confirm(ctx, s, now, a)
}

func (c Connector) signIn(ctx context.Context, s connector.Start, a fairlead.Answer) (connector.Turn, error) {
	api := kit.API{Client: s.Client, Unauthorised: fairlead.RejectedLogin, Kinds: map[int]fairlead.ErrorKind{http.StatusLocked: fairlead.Locked}}
	user, _ := kit.Answered(a, kit.UserField)
	password, _ := kit.Answered(a, kit.PasswordField)
	var l login
	err := api.Post(ctx, c.base+"/logins", nil, map[string]string{"user": user.Reveal(), "password": password.Reveal()}, &l)
	if err != nil {
		return connector.Turn{}, err
	}
	// Tenant time, not the wall clock: a sandbox's clock moves.
	expires := s.Now.Add(time.Duration(l.Seconds) * time.Second)
	return turn(kit.Code("field.code", l.Phone, 6, expires), state{Login: l.ID})
}

func (c Connector) confirm(ctx context.Context, s connector.Start, now state, a fairlead.Answer) (connector.Turn, error) {
	api := kit.API{Client: s.Client, Unauthorised: fairlead.RejectedChallenge, Kinds: map[int]fairlead.ErrorKind{http.StatusGone: fairlead.ChallengeExpired}}
	code, _ := kit.Answered(a, kit.CodeField)
	var t token
	err := api.Post(ctx, c.base+"/logins/"+url.PathEscape(now.Login)+"/code", nil, map[string]string{"code": code.Reveal()}, &t)
	if err != nil {
		return connector.Turn{}, err
	}
	return connector.Turn{Step: fairlead.Step{Done: &fairlead.Done{
		Secrets: map[string]fairlead.Secret{"token": fairlead.NewSecret(t.Access)}, // sealed by the engine
		Holder:  t.Name,
		// The customer's number and not the user name, which people change: the same
		// person linking again must find the same connection.
		Identity: fairlead.NewSecret(t.Customer),
	}}}, nil
}

// Fetch returns one page. A 401 or 403 means here that the person has taken the access
// back, which is what kit.API makes of it unless it is set otherwise.
func (c Connector) Fetch(ctx context.Context, s connector.Session, req connector.FetchRequest) (connector.Page, error) {
	if req.Product != fairlead.ProductAccounts && req.Product != fairlead.ProductTransactions {
		return connector.Page{}, fairlead.Errorf(fairlead.Unsupported, "Example Bank does not offer this.")
	}
	api := kit.API{Client: s.Client}
	header := http.Header{"Authorization": {"Bearer " + s.Secrets["token"].Reveal()}}
	var list accountList
	if err := api.Get(ctx, c.base+"/accounts", header, &list); err != nil {
		return connector.Page{}, err
	}
	if req.Product == fairlead.ProductAccounts {
		return accountsPage(list.Accounts), nil
	}
	at, err := cursorOf(s, req)
	if err != nil {
		return connector.Page{}, err
	}
	// Accounts in order of id, from the cursor's on: one that was closed since the
	// page before is passed over.
	slices.SortFunc(list.Accounts, func(a, b account) int { return cmp.Compare(a.ID, b.ID) })
	list.Accounts = slices.DeleteFunc(list.Accounts, func(a account) bool { return a.ID < at.Account })
	if len(list.Accounts) == 0 {
		return connector.Page{}, nil
	}
	query := url.Values{"cursor": {at.Bank}, "from": {at.Days.From.String()}, "limit": {strconv.Itoa(cmp.Or(req.Limit, kit.DefaultLimit))}}
	if list.Accounts[0].ID != at.Account {
		query.Del("cursor") // it belongs to another account
	}
	var bank transactionPage
	if err := api.Get(ctx, c.base+"/accounts/"+url.PathEscape(list.Accounts[0].ID)+"/transactions?"+query.Encode(), header, &bank); err != nil {
		return connector.Page{}, err
	}
	return transactionsPage(list.Accounts, bank, at), nil
}

// cursor is where the next page begins. It holds the span of days too, so that all
// pages of a collection are of one span, on whichever day and node they are fetched.
type cursor struct {
	Account string            `json:"account,omitempty"`
	Bank    string            `json:"bank,omitempty"` // the bank's own cursor within the account
	Days    fairlead.Interval `json:"days"`
}

func cursorOf(s connector.Session, req connector.FetchRequest) (at cursor, err error) {
	if req.Cursor == "" {
		return cursor{Days: fairlead.Interval{From: req.Since, To: fairlead.DateOf(s.Now)}}, nil
	}
	if json.Unmarshal([]byte(req.Cursor), &at) != nil {
		return at, fairlead.InvalidField("cursor", "unknown", "must be one that was given")
	}
	return at, nil
}

func accountsPage(list []account) connector.Page {
	page := connector.Page{Covers: []connector.Coverage{{}}} // complete: an account that is missing is closed
	for _, a := range list {
		page.Accounts = append(page.Accounts, fairlead.Account{
			Ref: a.ID, Kind: fairlead.AccountDepository, Subtype: "checking", Name: a.Name, Mask: a.LastFour, Currency: a.Currency,
			Balances: fairlead.Balances{Current: &fairlead.Money{Amount: a.Balance, Currency: a.Currency}},
		})
	}
	return page
}

// transactionsPage converts a page of the first of the accounts that are left.
func transactionsPage(left []account, bank transactionPage, at cursor) (page connector.Page) {
	a := left[0]
	for _, t := range bank.Transactions {
		state := fairlead.TransactionPosted
		if t.Pending {
			state = fairlead.TransactionPending
		}
		page.Transactions = append(page.Transactions, fairlead.Transaction{
			AccountRef: a.ID, Ref: t.ID, State: state, Booked: t.Day, Description: t.Text,
			Amount: fairlead.Money{Amount: t.Amount, Currency: a.Currency},
		})
	}
	at.Account, at.Bank = a.ID, bank.Next
	if bank.Next == "" {
		// The account's days are complete with this page: what the engine has of them
		// and did not see again is gone at the bank too.
		page.Covers = []connector.Coverage{{AccountRef: a.ID, Days: at.Days}}
		if len(left) == 1 {
			return page
		}
		at.Account = left[1].ID
	}
	encoded, _ := json.Marshal(at) // text and days: it can't fail
	page.Cursor, page.More = string(encoded), true
	return page
}
