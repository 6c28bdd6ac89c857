package simplefin_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/simplefin"
)

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, simplefin.Status)
}

// person has linked an institution and gives tokens to programs.
type person struct {
	*apptest.App
	id         string
	connection string
}

// linked is a person who has linked an institution of the sandbox.
func linked(a *apptest.App, reference, institution string) person {
	a.T.Helper()
	p := person{App: a}
	var made struct{ Connection string }
	a.Call("POST", "/sandbox/links", map[string]any{"institution_id": institution, "person": reference}, &made)
	a.Until("the first collection ends", func() bool {
		all := apptest.List[struct{ ID, Person, Status string }](a, "/connections?person="+reference)
		for _, c := range all {
			p.id, p.connection = c.Person, c.ID
		}
		return len(all) > 0 && all[0].Status == "active"
	})
	return p
}

// setupToken is one as the native API tells it.
type setupToken struct {
	ID, Status, Name string
	SetupToken       string  `json:"setup_token"`
	LastUsed         *string `json:"last_used_at"`
	Reused           *string `json:"reused_at"`
}

func (p person) token(more map[string]any) (made setupToken) {
	p.T.Helper()
	body := map[string]any{"person": p.id, "name": "Budget"}
	for k, v := range more {
		body[k] = v
	}
	p.Call("POST", "/simplefin_tokens", body, &made)
	return made
}

func (p person) read(id string) (t setupToken) {
	p.T.Helper()
	p.Call("GET", "/simplefin_tokens/"+id, nil, &t)
	return t
}

// claim does what a program does with a setup token.
func claim(a *apptest.App, token string) (status int, body string) {
	a.T.Helper()
	address, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		a.T.Fatalf("%q is not a setup token: %v", token, err)
	}
	r, err := http.NewRequest("POST", string(address), nil)
	if err != nil {
		a.T.Fatal(err)
	}
	status, content := a.Do(r)
	return status, string(content)
}

// program is a program with its access URL.
type program struct {
	app     *apptest.App
	address *url.URL
}

func (p person) program(more map[string]any) program {
	p.T.Helper()
	status, body := claim(p.App, p.token(more).SetupToken)
	if status != http.StatusOK {
		p.T.Fatalf("the claim answered %d %s", status, body)
	}
	return programAt(p.App, body)
}

func programAt(a *apptest.App, address string) program {
	a.T.Helper()
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		a.T.Fatalf("%q is no access URL: %v", address, err)
	}
	return program{a, u}
}

// get asks for the accounts and returns what is answered as it is.
func (p program) get(query string) (status int, header http.Header, body []byte) {
	p.app.T.Helper()
	address := *p.address
	address.User = nil
	r, err := http.NewRequest("GET", address.String()+"/accounts"+query, nil)
	if err != nil {
		p.app.T.Fatal(err)
	}
	password, _ := p.address.User.Password()
	r.SetBasicAuth(p.address.User.Username(), password)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		p.app.T.Fatal(err)
	}
	defer response.Body.Close()
	decoder := json.NewDecoder(response.Body)
	var whole json.RawMessage
	if err := decoder.Decode(&whole); err != nil {
		p.app.T.Fatalf("%s answered %d, no JSON: %v", query, response.StatusCode, err)
	}
	return response.StatusCode, response.Header, whole
}

// set is an account set of either version.
type set struct {
	Errors      []string  `json:"errors"`
	Errlist     []problem `json:"errlist"`
	Connections []struct {
		ID     string `json:"conn_id"`
		Name   string `json:"name"`
		OrgID  string `json:"org_id"`
		OrgURL string `json:"org_url"`
		Root   string `json:"sfin_url"`
	} `json:"connections"`
	Accounts []account `json:"accounts"`
}

type problem struct {
	Code    string `json:"code"`
	Message string `json:"msg"`
	Conn    string `json:"conn_id"`
	Account string `json:"account_id"`
}

type account struct {
	Org *struct {
		Domain, Name, URL, ID string
		Root                  string `json:"sfin-url"`
	} `json:"org"`
	Conn         string         `json:"conn_id"`
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Currency     string         `json:"currency"`
	Balance      string         `json:"balance"`
	Available    *string        `json:"available-balance"`
	BalanceDate  int64          `json:"balance-date"`
	Transactions *[]transaction `json:"transactions"`
	Holdings     *[]holding     `json:"holdings"`
	Extra        map[string]any `json:"extra"`
}

type transaction struct {
	ID          string         `json:"id"`
	Posted      int64          `json:"posted"`
	Amount      string         `json:"amount"`
	Description string         `json:"description"`
	Payee       string         `json:"payee"`
	Memo        string         `json:"memo"`
	Transacted  int64          `json:"transacted_at"`
	Pending     bool           `json:"pending"`
	MCC         string         `json:"mcc"`
	Extra       map[string]any `json:"extra"`
}

type holding struct {
	ID, Currency, Description, Shares, Symbol string
	Created                                   int64
	CostBasis                                 string `json:"cost_basis"`
	MarketValue                               string `json:"market_value"`
	PurchasePrice                             string `json:"purchase_price"`
}

// accounts asks for the accounts, which must be answered.
func (p program) accounts(query string) (s set) {
	p.app.T.Helper()
	status, _, body := p.get(query)
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&s); err != nil || status != http.StatusOK {
		p.app.T.Fatalf("%s answered %d %s: %v", query, status, body, err)
	}
	return s
}
