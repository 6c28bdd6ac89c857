package taiki_test

import (
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
	"github.com/fairlead-dev/fairlead/notifying"
)

func TestTranscripts(t *testing.T) {
	t.Parallel()
	dialecttest.RunTranscripts(t, "testdata")
}

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, taiki.Status)
}

func TestOnlyTheEndOfARetrievalIsTold(t *testing.T) {
	t.Parallel()
	ignored := slices.DeleteFunc(fairlead.EventKinds(), func(k fairlead.EventKind) bool { return k == fairlead.EventCollectionFinished })
	origin := fairlead.Origin{Dialect: "taiki", State: json.RawMessage(`{"webhook_url":"https://app.example.com/hook"}`)}
	dialecttest.EveryEvent(t, taiki.New(dialect.Verbs{}), ignored, func(fairlead.EventKind) notifying.EventContext {
		return notifying.EventContext{
			Event: fairlead.Event{Cause: fairlead.CauseFirst, Status: "complete"},
			Link:  &fairlead.Link{Origin: origin}, Connection: &fairlead.Connection{},
		}
	})
}

// customer is an application that was written from the quick start.
type customer struct {
	*apptest.App
	hook *apptest.Receiver
}

func start(t *testing.T, options ...apptest.Option) customer {
	t.Helper()
	return customer{App: apptest.Start(t, options...), hook: apptest.NewReceiver(t)}
}

// token is what POST /initialize-token answered.
type token struct {
	ID             int64
	TemporaryToken string `json:"temporaryToken"`
	UserID         string `json:"userId"`
	Token          string `json:"TEMPORARY_TOKEN"`
}

// initialize gets a token as the quick start does; user is the saved id, or "".
func (c customer) initialize(user string) (made token) {
	c.T.Helper()
	r := c.Request("POST", "/initialize-token", `{"webhookURL":"`+c.hook.URL+`/taiki"}`)
	r.Header.Del("Content-Type")
	r.Header.Set("TAIKI-SECRET", access.DevSecret)
	if user != "" {
		r.Header.Set("TAIKI-USER-ID", user)
	}
	status, body := c.Do(r)
	if err := json.Unmarshal(body, &made); status != http.StatusOK || err != nil {
		c.T.Fatalf("initialize-token answered %d %s", status, body)
	}
	return made
}

// open does what the script does: it posts the token into a frame.
func (c customer) open(token, metadata string) *apptest.Browser {
	c.T.Helper()
	p := c.Visit(c.URL + "/link/link-initialize.js")
	p.Page = `<main><form action="/f"><input name="token"><input name="metadata"></form></main>`
	p.Submit("token", token, "metadata", metadata)
	return p
}

// signIn connects an institution in the modal, up to the page that says how it went.
func (c customer) signIn(p *apptest.Browser, institution, user, password string) {
	c.T.Helper()
	if strings.Contains(p.Page, `data-stage="welcome"`) && !strings.Contains(p.Page, "Continue with the saved sign-in") {
		p.Submit()
	}
	p.Press("choose", "institution", institution)
	p.Submit()
	p.Submit("user", user, "password", password)
	c.rest(p)
}

// rest agrees to the accounts where the page wants it; the page of the retrieval leads on by itself.
func (c customer) rest(p *apptest.Browser) {
	c.T.Helper()
	if strings.Contains(p.Page, `data-stage="accounts"`) {
		p.Submit()
	}
	if !strings.Contains(p.Page, `data-stage="result"`) {
		c.T.Fatalf("no result at %s (%d):\n%s", p.At, p.Status, p.Text())
	}
}

// finish presses what is left and returns what the page's script gets.
func (c customer) finish(p *apptest.Browser) (result map[string]any) {
	c.T.Helper()
	p.Press("finish")
	found := regexp.MustCompile(`data-message="([^"]*)"`).FindStringSubmatch(p.Page)
	if found == nil {
		c.T.Fatalf("the page messages its opener nothing:\n%s", p.Page)
	}
	if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &result); err != nil {
		c.T.Fatal(err)
	}
	return result
}

// webhook is what is posted, decoded strictly as the README has it.
type webhook struct {
	Status string `json:"status"`
	Data   struct {
		ID        int64           `json:"id"`
		ClientID  string          `json:"client_id"`
		Metadata  json.RawMessage `json:"metadata"`
		CreatedAt string          `json:"created_at"`
		Error     string          `json:"error"`
	} `json:"data"`
	Files []file `json:"files"`
}

type file struct {
	Status      string                            `json:"status"`
	FileName    string                            `json:"file_name"`
	DownloadURL string                            `json:"download_url"`
	Size        *float64                          `json:"total_size_bytes"`
	Type        string                            `json:"type"`
	Institution struct{ ID, Name string }         `json:"institution"`
	Accounts    []struct{ ID, Name, Mask string } `json:"accounts"`
	TaxYear     int                               `json:"tax_year"`
	Period      struct{ From, To string }         `json:"period"`
	Error       string                            `json:"error"`
}

func (n webhook) names() (names []string) {
	for _, f := range n.Files {
		names = append(names, f.FileName)
	}
	return names
}

// file is the only one of a name, or the newest of those that begin with it.
func (n webhook) file(t *testing.T, name string) file {
	t.Helper()
	i := slices.IndexFunc(n.Files, func(f file) bool { return f.FileName == name || strings.HasPrefix(f.FileName, name+"_") })
	if i < 0 {
		t.Fatalf("there is no %s among %q", name, n.names())
	}
	return n.Files[i]
}

// receive waits for the nth webhook.
func (c customer) receive(n int) webhook {
	c.T.Helper()
	c.Until("the webhook arrived", func() bool { return len(c.hook.Got()) >= n })
	got := c.hook.Got()[n-1]
	d := json.NewDecoder(strings.NewReader(string(got.Body)))
	d.DisallowUnknownFields()
	var out webhook
	if err := d.Decode(&out); err != nil {
		c.T.Fatalf("%v in %s", err, got.Body)
	}
	return out
}

// download fetches a file's address as anybody may who has it.
func (c customer) download(address string) (int, string) {
	c.T.Helper()
	r, err := http.NewRequestWithContext(c.T.Context(), http.MethodGet, address, nil)
	if err != nil {
		c.T.Fatal(err)
	}
	status, body := c.Do(r)
	return status, string(body)
}

// connection is the id of the only one.
func (c customer) connection() string {
	c.T.Helper()
	found := apptest.List[struct{ ID string }](c.App, "/connections")
	if len(found) != 1 {
		c.T.Fatalf("there are %d connections", len(found))
	}
	return found[0].ID
}
