package flanks

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
)

func TestRulesOfAFilterApplyInTheirOrder(t *testing.T) {
	t.Parallel()
	all := []fairlead.Institution{
		{ID: "ins_sabadell", ShortName: "sabadell", Country: "ES", Logins: []fairlead.LoginKind{fairlead.LoginPassword}},
		{ID: "ins_santander", ShortName: "santander", Country: "ES", Logins: []fairlead.LoginKind{fairlead.LoginRedirect}},
		{ID: "ins_bnp", ShortName: "bnp", Country: "FR", Logins: []fairlead.LoginKind{fairlead.LoginRedirect}},
		{ID: "ins_anywhere", ShortName: "anywhere"},
	}
	for rules, want := range map[string]string{
		`[]`: "sabadell santander bnp anywhere",
		`[{"action":"exclude","field":"connector_id","value":"esp:sabadell"}]`:                                                                   "santander bnp anywhere",
		`[{"action":"exclude","field":"connector_id","value":"*"},{"action":"include","field":"countries","value":["esp","ita"]}]`:               "sabadell santander",
		`[{"action":"exclude","field":"connector_id","value":"*"},{"action":"include","field":"countries","value":["spain"]}]`:                   "sabadell santander",
		`[{"action":"exclude","field":"connector_id","value":"*"},{"action":"include","field":"countries","value":"fr"}]`:                        "bnp",
		`[{"action":"exclude","field":"type","value":"psd2"}]`:                                                                                   "sabadell anywhere",
		`[{"action":"exclude","field":"type","value":["psd2"]},{"action":"include","field":"connector_id","value":["fra:bnp","ins_santander"]}]`: "sabadell santander bnp anywhere",
		`[{"action":"include","field":"countries","value":"esp"},{"action":"exclude","field":"countries","value":"esp"}]`:                        "bnp anywhere",
		`[{"action":"exclude","field":"countries","value":[]}]`:                                                                                  "sabadell santander bnp anywhere",
		`[{"action":"exclude","field":"connector_id","value":"*"}]`:                                                                              "refused",
		`[{"action":"exclude","field":"countries","value":"*"}]`:                                                                                 "refused",
		`[{"action":"exclude","field":"name","value":"x"}]`:                                                                                      "refused",
		`[{"action":"drop","field":"type","value":"psd2"}]`:                                                                                      "refused",
		`[{"action":"exclude","field":"type","value":7}]`:                                                                                        "refused",
		`[{"action":"exclude","field":"type"}]`:                                                                                                  "refused",
		`[{"action":"exclude","field":"type","value":null}]`:                                                                                     "refused",
	} {
		var f connectorFilter
		if err := json.Unmarshal([]byte(`{"rules":`+rules+`}`), &f); err != nil {
			t.Fatal(err)
		}
		chosen, err := f.choose(all)
		got := ""
		for _, id := range chosen {
			got += " " + string(id)[len("ins_"):]
		}
		if err != nil {
			got = " refused"
		}
		if got != " "+want {
			t.Errorf("%s leaves%s, want %s (%v)", rules, got, want, err)
		}
	}
}

func TestEveryStandingOfALinkIsAStatusOfASession(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	form := func(kind string) fairlead.Step { return fairlead.Step{Form: &fairlead.Form{Kind: kind}} }
	busy := now.Add(time.Minute)
	for name, c := range map[string]struct {
		link        fairlead.Link
		status, why string
	}{
		"not begun":             {fairlead.Link{Status: fairlead.LinkOpen}, waitingCredentials, ""},
		"at the form":           {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: form("login")}}, waitingCredentials, ""},
		"at the bank's pages":   {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: fairlead.Step{Send: &fairlead.Send{}}}}, waitingCredentials, ""},
		"the login is tried":    {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: form("login"), Busy: busy}}, processingCredentials, ""},
		"at a code":             {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: form("code")}}, waitingChallenge, ""},
		"in the bank's app":     {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: fairlead.Step{Wait: &fairlead.Wait{}}}}, waitingChallenge, ""},
		"the code is tried":     {fairlead.Link{Status: fairlead.LinkOpen, Conversation: &fairlead.Conversation{Step: form("code"), Busy: busy}}, processingChallenge, ""},
		"done":                  {fairlead.Link{Status: fairlead.LinkFinished, Connections: []fairlead.ConnectionID{"con_1"}}, finishedOK, ""},
		"never come":            {fairlead.Link{Status: fairlead.LinkExpired}, finishedError, interactionNeeded},
		"given up":              {fairlead.Link{Status: fairlead.LinkExited}, finishedError, interactionNeeded},
		"given up at a problem": {fairlead.Link{Status: fairlead.LinkExited, Problem: &fairlead.Problem{Kind: fairlead.RejectedChallenge}}, finishedError, wrongChallenge},
		"failed":                {fairlead.Link{Status: fairlead.LinkFailed, Problem: &fairlead.Problem{Kind: fairlead.Unsupported}}, finishedError, wrongMethod},
	} {
		got := sessionOf(c.link, now)
		if got.Status != c.status || textOf(got.Error) != c.why {
			t.Errorf("%s is %s %s, want %s %s", name, got.Status, textOf(got.Error), c.status, c.why)
		}
	}
	for kind, row := range status {
		if !slices.Contains(sessionErrors(), row.session) {
			t.Errorf("%s has the error_code %q", kind, row.session)
		}
	}
}
