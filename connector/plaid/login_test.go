package plaid

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/connector"
	"github.com/fairlead-dev/fairlead/connector/plaid/plaidtest"
)

func begun(t *testing.T, s connector.Start) connector.Turn {
	t.Helper()
	turn, err := New().Begin(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if turn.Step.Send == nil || turn.Step.Send.Poll == 0 || turn.Step.Send.Visit == "" || !turn.Step.Send.Opens.After(s.Now) {
		t.Fatalf("the step is %+v", turn.Step)
	}
	return turn
}

func TestALinkTokenRequestsTheLongestHistoryAndOneProductThatMustBeThere(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	begun(t, startOf(envOf(server.URL)))
	sent := server.Last("/link/token/create")
	if list := sent["products"].([]any); len(list) != 1 || list[0] != "transactions" {
		t.Errorf("products are %v", list)
	}
	if list := sent["required_if_supported_products"].([]any); len(list) != 4 {
		t.Errorf("the others are %v", list)
	}
	if days := sent["transactions"].(plaidtest.Object)["days_requested"]; days != plaidtest.Number("730") {
		t.Errorf("%v days", days)
	}
	if user := sent["user"].(plaidtest.Object)["client_user_id"].(string); strings.Contains(user, "per_1") || user == "" {
		t.Errorf("the person is named %q to Plaid", user)
	}
	s := startOf(envOf(server.URL))
	s.Products = []fairlead.Product{fairlead.ProductHoldings}
	begun(t, s)
	if list := server.Last("/link/token/create")["products"].([]any); len(list) != 1 || list[0] != "investments" {
		t.Errorf("for holdings alone products are %v", list)
	}
}

func TestAPersonWhoLeavesMayBeginAgainAndALaterSessionSucceeds(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	turn := begun(t, s)
	server.Finish(turn.Step.Send.Visit, "exit")
	if _, err := New().Resume(t.Context(), s, turn.State, returned()); !errors.Is(err, connector.ErrLeft) {
		t.Errorf("having left is %v", err)
	}
	polled, err := New().Resume(t.Context(), s, turn.State, fairlead.Answer{}) // nobody came back: the page may be opened again
	if err != nil || polled.Step.Send == nil || polled.Step.Send.URL != turn.Step.Send.URL {
		t.Fatalf("%+v, %v", polled.Step, err)
	}
	server.Finish(turn.Step.Send.Visit, "connect")
	if done := resumed(t, s, polled); done.Upstream == "" || done.Identity.Empty() || len(done.Accounts) != 0 || done.Institution != "" {
		t.Errorf("done is %+v", done)
	}
}

func TestAWrongPasswordAtPlaidsPageIsSaidByItsKind(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	for code, kind := range map[string]fairlead.ErrorKind{
		"INVALID_CREDENTIALS": fairlead.RejectedLogin, "INSTITUTION_DOWN": fairlead.InstitutionDown, "ITEM_LOCKED": fairlead.Locked, "INVALID_MFA": fairlead.RejectedChallenge,
		"USER_SETUP_REQUIRED": fairlead.ActionNeeded, "INSTITUTION_REGISTRATION_REQUIRED": fairlead.Forbidden,
	} {
		turn := begun(t, s)
		server.Finish(turn.Step.Send.Visit, code)
		if _, err := New().Resume(t.Context(), s, turn.State, returned()); !fairlead.Is(err, kind) || codeOf(err) != code {
			t.Errorf("%s is %v", code, err)
		}
	}
}

func TestACrashAfterThePublicTokenIsRememberedLosesNothing(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	turn := begun(t, s)
	server.Finish(turn.Step.Send.Visit, "connect")
	before, err := New().Resume(t.Context(), s, turn.State, returned())
	if err != nil || before.Step.Wait == nil || before.Step.Wait.Seconds == 0 || len(before.Slots) != 1 || server.Calls("/item/public_token/exchange") != 0 {
		t.Fatalf("%+v, %v", before, err)
	}
	again, err := New().Resume(t.Context(), s, turn.State, returned()) // the first was never stored
	if err != nil || !slices.Equal(again.Slots, before.Slots) {
		t.Errorf("the slot is %v, then %v: %v", before.Slots, again.Slots, err)
	}
	reads := server.Calls("/item/get") + server.Calls("/accounts/get")
	exchanged, err := New().Resume(t.Context(), s, again.State, fairlead.Answer{})
	if err != nil || exchanged.Step.Wait == nil || server.Calls("/item/get")+server.Calls("/accounts/get") != reads {
		t.Fatalf("the access token is not stored before it is used: %+v, %v", exchanged.Step, err)
	}
	server.Fail("/item/get", 1, http.StatusInternalServerError, "API_ERROR", "INTERNAL_SERVER_ERROR", "oops")
	for range 2 { // a crash in between reads again, and exchanges nothing
		done, err := New().Resume(t.Context(), s, exchanged.State, fairlead.Answer{})
		if err != nil || done.Step.Done == nil || done.Step.Done.Secrets[accessToken].Empty() || server.Calls("/item/public_token/exchange") != 1 {
			t.Fatalf("the access token is lost: %+v, %v", done.Step, err)
		}
	}
	s.Interrupted = true
	_, err = New().Resume(t.Context(), s, again.State, fairlead.Answer{})
	if e, ok := errors.AsType[*fairlead.Error](err); !ok || e.Kind != fairlead.ChallengeExpired || !strings.Contains(e.Detail, "Please begin again") || !strings.Contains(e.Detail, "Items") {
		t.Errorf("a public token that was used is %v", err)
	}
}

func TestLinkingAnInstitutionTwiceUsesUpdateModeAndNoSlot(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	first := linked(t, server, s)
	s.Known = func() ([]connector.KnownConnection, error) {
		return []connector.KnownConnection{{ID: "con_file"}, {ID: "con_1", Secrets: first.Secrets}}, nil
	}
	s.Provider.SlotsLeft = 0 // what is linked already stays possible
	turn := begun(t, s)
	sent := server.Last("/link/token/create")
	if sent["access_token"] != first.Secrets[accessToken].Reveal() || sent["products"] != nil || sent["update"].(plaidtest.Object)["account_selection_enabled"] != true {
		t.Errorf("the request is %v", sent)
	}
	server.Open(turn.Step.Send.Visit)
	if open, err := New().Resume(t.Context(), s, turn.State, fairlead.Answer{}); err != nil || open.Step.Send == nil {
		t.Fatalf("a session under way is %+v, %v", open.Step, err)
	}
	server.Finish(turn.Step.Send.Visit, "connect")
	done := resumed(t, s, turn)
	if done.Connection != "con_1" || done.Upstream != first.Upstream || done.Identity != first.Identity || done.Secrets[accessToken] != first.Secrets[accessToken] {
		t.Errorf("done is %+v", done)
	}
	if len(server.Items()) != 1 || server.Calls("/item/public_token/exchange") != 1 {
		t.Errorf("there are %d items", len(server.Items()))
	}
}

func TestAPublicTokenOfUpdateModeIsNotExchangedAndUsesUpNoSlot(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	first := linked(t, server, s)
	s.Saved, s.Renewed = first.Secrets, "con_1"
	server.Items()[0].Error = "ITEM_LOGIN_REQUIRED"
	turn := begun(t, s)
	server.Finish(turn.Step.Send.Visit, "connect again")
	ended, err := New().Resume(t.Context(), s, turn.State, returned())
	if err != nil || ended.Step.Done == nil || len(ended.Slots) != 0 || ended.Step.Done.Secrets[accessToken] != first.Secrets[accessToken] {
		t.Errorf("it ends with %+v, the slots are %v: %v", ended.Step, ended.Slots, err)
	}
	if n := server.Calls("/item/public_token/exchange"); n != 1 {
		t.Errorf("%d public tokens were exchanged", n)
	}
}

func TestLeavingARenewalHalfWayChangesNothing(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	first := linked(t, server, s)
	s.Saved, s.Renewed = first.Secrets, "con_1"
	for _, broken := range []string{"", "ITEM_LOGIN_REQUIRED"} {
		server.Items()[0].Error = broken
		turn := begun(t, s)
		server.Finish(turn.Step.Send.Visit, "exit")
		if _, err := New().Resume(t.Context(), s, turn.State, returned()); !errors.Is(err, connector.ErrLeft) {
			t.Errorf("leaving it is %v", err)
		}
		server.Finish(turn.Step.Send.Visit, "connect")
		if done := resumed(t, s, turn); done.Connection != "con_1" || server.Items()[0].Error != "" {
			t.Errorf("done is %+v", done)
		}
	}
}

func TestAnItemThatPlaidForgotIsLinkedAnewWhereThereIsASlot(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	first := linked(t, server, s)
	s.Saved, s.Renewed = first.Secrets, "con_1"
	if err := New().Revoke(t.Context(), sessionOf(s, first), ""); err != nil {
		t.Fatal(err)
	}
	turn := begun(t, s)
	if server.Last("/link/token/create")["access_token"] != nil {
		t.Error("an item that is gone is updated")
	}
	server.Finish(turn.Step.Send.Visit, "connect")
	if done := resumed(t, s, turn); done.Upstream == first.Upstream {
		t.Error("the item is the one that is gone")
	}
}

func TestNoSlotIsSpentWhereNoneIsLeft(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	s.Provider.SlotsLeft = 0
	_, err := New().Begin(t.Context(), s)
	var e *fairlead.Error
	if !errors.As(err, &e) || e.Actor != fairlead.ActorOperator || e.Code != "no_slots" || server.Calls("/link/token/create") != 0 {
		t.Errorf("%v, after %d calls", err, server.Calls("/link/token/create"))
	}
}

func TestKeysWithoutHostedLinkSayWhoMustAct(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	server.NoHosted = true
	_, err := New().Begin(t.Context(), startOf(envOf(server.URL)))
	var e *fairlead.Error
	if !errors.As(err, &e) || e.Kind != fairlead.Unsupported || e.Actor != fairlead.ActorOperator || !strings.Contains(e.Detail, "Hosted Link") {
		t.Errorf("it is %v", err)
	}
}

func TestThePersonsChoiceOfAnotherBankIsBelieved(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	turn := begun(t, s)
	server.Finish(turn.Step.Send.Visit, "connect")
	server.Items()[0].Institution = "ins_127287"
	if done := resumed(t, s, turn); done.Institution != "plaid_ins_127287" {
		t.Errorf("the institution is %q", done.Institution)
	}
}

func TestAReturnBeforePlaidKnowsOfItIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	s := startOf(envOf(server.URL))
	turn := begun(t, s)
	server.Open(turn.Step.Send.Visit)
	for _, answer := range []fairlead.Answer{returned(), {}, {}} {
		var err error
		if turn, err = New().Resume(t.Context(), s, turn.State, answer); err != nil || turn.Step.Send == nil || turn.Step.Send.Poll == 0 {
			t.Fatalf("%+v, %v", turn.Step, err)
		}
	}
	server.Finish(turn.Step.Send.Visit, "exit")
	if _, err := New().Resume(t.Context(), s, turn.State, fairlead.Answer{}); !errors.Is(err, connector.ErrLeft) {
		t.Errorf("having left is %v", err)
	}
}

func TestTheErrorsOfWrongKeysNameWhoMustActAndWhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status        int
		kind, code    string
		message, word string
		want          fairlead.ErrorKind
	}{
		"a wrong key":              {400, "INVALID_INPUT", "INVALID_API_KEYS", "invalid client_id or secret provided", "Keys page", fairlead.Unauthenticated},
		"a wrong environment":      {400, "INVALID_INPUT", "UNAUTHORIZED_ENVIRONMENT", "you are not authorized", "environment", fairlead.Forbidden},
		"a product not enabled":    {400, "INVALID_INPUT", "INVALID_PRODUCT", "client is not authorized to access", "Products", fairlead.Forbidden},
		"an unregistered redirect": {400, "INVALID_REQUEST", "INVALID_FIELD", "OAuth redirect URI must be configured in the developer dashboard", "Allowed redirect URIs", fairlead.Forbidden},
		"a mistake of ours":        {400, "INVALID_REQUEST", "MISSING_FIELDS", "x is missing", "", fairlead.Internal},
		"a limit":                  {429, "RATE_LIMIT_EXCEEDED", "INSTITUTIONS_GET_LIMIT", "rate limit exceeded", "", fairlead.SlowDown},
		"planned maintenance":      {503, "API_ERROR", "PLANNED_MAINTENANCE", "x", "", fairlead.InstitutionDown},
		"a code nobody has seen":   {400, "INSTITUTION_ERROR", "SOMETHING_NEW", "x", "", fairlead.InstitutionDown},
	} {
		server := plaidtest.Start(t)
		server.Fail("/institutions/get", 1, c.status, c.kind, c.code, c.message)
		_, err := New().Try(t.Context(), envOf(server.URL))
		var e *fairlead.Error
		if !errors.As(err, &e) || e.Kind != c.want || !strings.Contains(e.Detail, c.word) {
			t.Errorf("%s is %v", name, err)
			continue
		}
		if (c.want == fairlead.Forbidden || c.want == fairlead.Unauthenticated) && e.Actor != fairlead.ActorOperator {
			t.Errorf("%s is the business of %s", name, e.Actor)
		}
		if c.want == fairlead.SlowDown && e.RetryAfter < time.Minute {
			t.Errorf("%s is tried again after %s", name, e.RetryAfter)
		}
		if strings.Contains(err.Error(), plaidtest.Secret) {
			t.Errorf("%s names the secret", name)
		}
	}
}

func TestHTMLForJSONAndAShapelessAnswerAreNoEmptyBank(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"HTML": "<html>maintenance</html>", "a shapeless 200": "{}", "a list": "[]", "nothing": "", "null for a list": `{"request_id":"x","accounts":null}`,
	} {
		server := plaidtest.Start(t)
		s := startOf(envOf(server.URL))
		session := sessionOf(s, linked(t, server, s))
		server.Answer("/accounts/get", 1, func(w http.ResponseWriter) { _, _ = w.Write([]byte(body)) })
		if _, err := collect(t.Context(), &session, fairlead.ProductAccounts, 0); !fairlead.Is(err, fairlead.InstitutionDown) {
			t.Errorf("%s is %v", name, err)
		}
		server.Answer("/institutions/get", 1, func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden); _, _ = w.Write([]byte(body)) })
		if _, err := New().Try(t.Context(), s.Env); !fairlead.Is(err, fairlead.InstitutionDown) {
			t.Errorf("%s behind 403 is %v", name, err)
		}
	}
}

func TestTheTrialPlanHasTenItems(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	env := envOf(server.URL)
	for _, c := range []struct {
		plan  string
		env   fairlead.Environment
		slots int
	}{{"trial", fairlead.Live, 10}, {"paid", fairlead.Live, 0}, {"trial", fairlead.Sandbox, 0}} {
		env.Environment, env.Provider.Environment, env.Provider.Settings["plan"] = c.env, c.env, c.plan
		if r, err := New().Try(t.Context(), env); err != nil || r.Slots != c.slots {
			t.Errorf("%+v: %+v, %v", c, r, err)
		}
	}
}

func TestTheDirectoryHasEveryInstitutionOnce(t *testing.T) {
	t.Parallel()
	server := plaidtest.Start(t)
	env := envOf(server.URL)
	env.Provider.Settings["country_codes"] = "NO,US,CA"
	seen := map[fairlead.InstitutionID]connector.DirectoryEntry{}
	for cursor := ""; ; {
		page, err := New().Institutions(t.Context(), env, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Institutions {
			if _, twice := seen[i.ID]; twice {
				t.Errorf("%s is there twice", i.ID)
			}
			seen[i.ID] = i
		}
		if !page.More {
			break
		}
		cursor = page.Cursor
	}
	if len(seen) != 1104 {
		t.Errorf("there are %d", len(seen))
	}
	i := seen["plaid_ins_127287"]
	if i.Country != "US" || i.Ref != "ins_127287" || len(i.Codes) != 2 || i.Codes[0].Scheme != "routing" || len(i.LogoImage) == 0 || i.Logins[0] != fairlead.LoginRedirect || len(i.Products) != 8 {
		t.Errorf("it is %+v", i.Institution)
	}
	if i := seen["plaid_ins_1_CA"]; i.Colour != "#aa0000" || i.Website != "https://maple.example" || i.Currency != "CAD" {
		t.Errorf("it is %+v", i.Institution)
	}
	if _, err := New().Institutions(t.Context(), env, "XX:0"); !fairlead.Is(err, fairlead.Invalid) {
		t.Errorf("a cursor of its own is %v", err)
	}
}
