package flanks_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/flanks"
)

func TestTranscripts(t *testing.T) {
	t.Parallel()
	dialecttest.RunTranscripts(t, "testdata")
}

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, flanks.Status)
}

// client is a customer's backend.
type client struct {
	app   *apptest.App
	token string
}

// enter gets a bearer token for the dev application.
func enter(a *apptest.App) client {
	a.T.Helper()
	var issued struct {
		Token string `json:"access_token"`
	}
	c := client{app: a}
	c.call("POST", "/v0/token", map[string]string{"client_id": "dev", "client_secret": "dev-secret", "grant_type": "client_credentials"}, &issued)
	c.token = issued.Token
	return c
}

// raw calls and returns whatever is answered.
func (c client) raw(method, path string, body any) (int, []byte) {
	c.app.T.Helper()
	r := c.app.Request(method, path, body)
	r.Header.Set("Authorization", "Bearer "+c.token)
	return c.app.Do(r)
}

func (c client) call(method, path string, body, answer any) {
	c.app.T.Helper()
	status, content := c.raw(method, path, body)
	if status != 200 {
		c.app.T.Fatalf("%s %s answered %d: %s", method, path, status, content)
	}
	if answer != nil {
		if err := json.Unmarshal(content, answer); err != nil {
			c.app.T.Fatalf("%s %s answered %s: %v", method, path, content, err)
		}
	}
}

// atOnce posts n bodies at the same time and counts the statuses of the answers.
func (c client) atOnce(n int, request func(n int) (path string, body any)) map[int]int {
	c.app.T.Helper()
	answers := make(chan int, n)
	for i := range n {
		path, body := request(i)
		r := c.app.Request("POST", path, body)
		r.Header.Set("Authorization", "Bearer "+c.token)
		go func() {
			response, err := http.DefaultClient.Do(r)
			if err != nil {
				answers <- 0
				return
			}
			response.Body.Close()
			answers <- response.StatusCode
		}()
	}
	counts := map[int]int{}
	for range n {
		counts[<-answers]++
	}
	return counts
}

// list reads one list of the aggregation.
func (c client) list(path string, body map[string]any) (out []map[string]any) {
	c.app.T.Helper()
	c.call("POST", "/v0/bank/credentials/"+path, body, &out)
	return out
}

// linked links at TestBank with a password of words, and waits; for some products, or
// those of every link of this dialect.
func (c client) linked(words string, products ...fairlead.Product) string {
	c.app.T.Helper()
	var made struct {
		Connection string `json:"connection_id"`
	}
	if products == nil {
		products = flanks.Products()
	}
	c.app.Call("POST", "/sandbox/links", map[string]any{
		"institution_id": "testbank", "user": "student", "password": words, "person": words, "products": products,
	}, &made)
	if made.Connection == "" {
		c.app.T.Fatalf("nothing was linked with %s", words)
	}
	c.extracted(made.Connection)
	return made.Connection
}

// link makes a reusable link and returns its token.
func (c client) link() string {
	c.app.T.Helper()
	var made struct{ Data struct{ Token string } }
	c.call("POST", "/v0/links/create-link", map[string]string{"redirect_uri": "http://127.0.0.1:9/back?mine=1"}, &made)
	return made.Data.Token
}

// walk opens a link as a person and signs in.
func (c client) walk(query, user, password string) *apptest.Browser {
	c.app.T.Helper()
	p := c.app.Visit(c.app.URL + "/link?" + query)
	p.Submit()
	p.Submit()
	p.Submit("user", user, "password", password)
	return p
}

// returned is where the person was sent, with the query read.
func returned(t *testing.T, p *apptest.Browser) url.Values {
	t.Helper()
	address := p.ReturnURL()
	if !strings.HasPrefix(address, "http://127.0.0.1:9/back?") {
		t.Fatalf("the person was not sent back but is at %s:\n%s", p.At, p.Text())
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

type exchanged struct {
	Token string            `json:"credentials_token"`
	Extra map[string]string `json:"extra"`
	Link  string            `json:"link_token"`
}

// exchange turns a code into credentials.
func (c client) exchange(code string) (got exchanged) {
	c.app.T.Helper()
	c.call("POST", "/v0/platform/link", map[string]string{"code": code}, &got)
	return got
}

// status reads how credentials stand.
func (c client) status(token string) (s struct {
	Pending, Blocked bool
	ResetToken       *string `json:"reset_token"`
	SCAToken         *string `json:"sca_token"`
	TransactionToken *string `json:"transaction_token"`
	Name             string
	Created, Errored struct {
		Product, Transaction, Transactions map[string]bool
	}
},
) {
	c.app.T.Helper()
	c.call("POST", "/v0/bank/credentials/status", map[string]string{"credentials_token": token}, &s)
	return s
}

// extracted waits until the first extraction has ended.
func (c client) extracted(token string) {
	c.app.T.Helper()
	c.app.Until("the credentials are not pending", func() bool { return !c.status(token).Pending })
}

func TestAPersonLinksABankAndTheCompanyReads(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	link := c.link()
	p := c.walk("token="+link+"&bank=testbank&external_id=customer-1&plan=gold", "student", "SCA_SMS")
	p.Submit("code", "1234")
	end := returned(t, p)
	if end.Get("mine") != "1" || end.Get("plan") != "gold" || end.Has("error") {
		t.Errorf("the person came back with %v", end)
	}
	got := c.exchange(end.Get("code"))
	if got.Link != link || got.Extra["plan"] != "gold" || len(got.Extra) != 1 {
		t.Errorf("exchanged for %+v", got)
	}
	c.extracted(got.Token)
	one := map[string]any{"credentials_token": got.Token}
	for _, path := range []string{
		"account", "data", "card", "card/transaction", "portfolio", "investment", "investment/transaction",
		"liability", "liability/transaction", "holder",
	} {
		items := c.list(path, one)
		if len(items) == 0 {
			t.Errorf("%s is empty", path)
			continue
		}
		t.Logf("%s: %d, %v", path, len(items), items[0])
		newest := ""
		for n, item := range items {
			day, dated := item["operationDate"].(string)
			if n > 0 && dated && day > newest {
				t.Errorf("%s has %s after %s: it is not newest first", path, day, newest)
				break
			}
			newest = day
		}
	}
	var who map[string]any
	c.call("POST", "/v0/bank/credentials/auth/", one, &who)
	t.Log(who)
}

func TestACodeIsExchangedOnce(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	code := returned(t, c.walk("token="+c.link()+"&bank=harbor", "empty", "good")).Get("code")
	counts := c.atOnce(8, func(int) (string, any) { return "/v0/platform/link", map[string]string{"code": code} })
	if counts[200] != 1 || counts[400] != 7 {
		t.Errorf("eight exchanges of one code answered %v", counts)
	}
}

func TestLookingAtALinkMakesNothing(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	address := c.app.URL + "/link?token=" + c.link() + "&external_id=customer-1"
	for range 3 {
		c.app.Visit(address)
	}
	if links := apptest.List[struct{ ID string }](c.app, "/links"); len(links) != 0 {
		t.Errorf("previews of a reusable link have made %d links", len(links))
	}
	p := c.app.Visit(address)
	p.Submit()
	if links := apptest.List[struct{ ID string }](c.app, "/links"); len(links) != 1 {
		t.Errorf("one person has made %d links", len(links))
	}
}

func TestNothingSecretIsLogged(t *testing.T) {
	t.Parallel()
	c := enter(apptest.Start(t))
	code := returned(t, c.walk("token="+c.link()+"&bank=harbor", "empty+otherwise-unsaid", "good")).Get("code")
	c.exchange(code)
	for _, secret := range []string{code, c.token, "dev-secret", "otherwise-unsaid"} {
		if strings.Contains(c.app.Log.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
}
