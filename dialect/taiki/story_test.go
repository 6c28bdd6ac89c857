package taiki_test

import (
	"encoding/json"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStoryIsTold(t *testing.T) {
	t.Parallel()
	dialecttest.Tell(t, &story{}, "ins_harbor")
}

// story is a customer who waits for the webhook: all that Taiki tells is in it.
type story struct {
	app      *apptest.App
	receiver *apptest.Receiver
	webhook  struct {
		Data struct {
			ClientID string `json:"client_id"`
		}
		Files []struct {
			Status string
			URL    string `json:"download_url"`
		}
	}
}

func (s *story) Invite(a *apptest.App) string {
	a.T.Helper()
	s.app, s.receiver = a, apptest.NewReceiver(a.T)
	r := a.Request("POST", "/initialize-token", map[string]string{"webhookURL": s.receiver.URL + "/taiki"})
	r.Header.Set("TAIKI-SECRET", "dev-secret")
	status, body := a.Do(r)
	var made struct{ TemporaryToken string }
	if err := json.Unmarshal(body, &made); err != nil || status != 200 {
		a.T.Fatalf("the token's request answered %d: %s", status, body)
	}
	return a.URL + "/l/" + made.TemporaryToken
}

func (s *story) Told(string) {
	s.app.T.Helper()
	s.app.Until("the webhook arrives", func() bool { return len(s.receiver.Got()) > 0 })
	if err := json.Unmarshal(s.receiver.Got()[0].Body, &s.webhook); err != nil {
		s.app.T.Fatal(err)
	}
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.app.T.Helper()
	for _, file := range s.webhook.Files {
		f.Documents = append(f.Documents, dialecttest.Sum(s.app, file.URL))
	}
	return f
}

func (s *story) Document() string { return s.webhook.Files[0].URL }

// Revoke is the native call: Taiki documents none.
func (s *story) Revoke() bool {
	s.app.T.Helper()
	found := apptest.List[struct{ ID, Status string }](s.app, "/connections?person="+s.webhook.Data.ClientID)
	for _, c := range found {
		s.app.Call("DELETE", "/connections/"+c.ID, nil, nil)
	}
	return len(found) == 1
}
