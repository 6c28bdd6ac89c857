package taiki_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
)

func TestTheStory(t *testing.T) {
	t.Parallel()
	dialecttest.RunStory(t, func(*testing.T) dialecttest.Story { return &story{} }, "ins_harbor")
}

// story is a customer who waits for the webhook: all that Taiki sends is in it.
type story struct {
	customer
	webhook webhook
}

func (s *story) Invite(a *apptest.App) *apptest.Browser {
	a.T.Helper()
	s.customer = customer{App: a, hook: apptest.NewReceiver(a.T)}
	return s.open(s.initialize("").TemporaryToken, "")
}

func (s *story) AwaitData(string) {
	s.T.Helper()
	s.Until("the webhook arrives", func() bool { return len(s.hook.Got()) > 0 })
	if err := json.Unmarshal(s.hook.Got()[0].Body, &s.webhook); err != nil {
		s.T.Fatal(err)
	}
}

func (s *story) Facts() (f dialecttest.Facts) {
	s.T.Helper()
	for _, file := range s.webhook.Files {
		if file.DownloadURL != "" {
			f.Documents = append(f.Documents, dialecttest.Sum(s.App, file.DownloadURL))
		}
	}
	return f
}

func (s *story) Document() string { return s.webhook.Files[0].DownloadURL }

// Revoke is the native call: Taiki documents none.
func (s *story) Revoke() bool {
	s.T.Helper()
	found := apptest.List[struct{ ID string }](s.App, "/connections?person="+s.webhook.Data.ClientID)
	for _, c := range found {
		s.Call("DELETE", "/connections/"+c.ID, nil, nil)
	}
	return len(found) == 1
}

func (s *story) Fails() fairlead.Product { return fairlead.ProductStatements }

// Failed is told by an entry that has no file, which says of what.
func (s *story) Failed() bool {
	var failed []string
	for _, file := range s.webhook.Files {
		if file.Status == "failed" {
			failed = append(failed, file.FileName)
		}
	}
	return len(failed) == 1 && strings.HasPrefix(failed[0], "BANK_STATEMENT")
}

// Withdrawn is told to the person alone: the vendor has no word of it for the
// application. The next opening of the modal does not offer what is saved.
func (s *story) Withdrawn() bool {
	s.T.Helper()
	p := s.open(s.initialize(s.webhook.Data.ClientID).TemporaryToken, "")
	return strings.Contains(p.Page, `data-stage="welcome"`) && !strings.Contains(p.Text(), "saved sign-in")
}
