package plaid_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect"
	"github.com/fairlead-dev/fairlead/dialect/dialecttest"
	"github.com/fairlead-dev/fairlead/dialect/plaid"
	"github.com/fairlead-dev/fairlead/notifying"
)

func TestTranscripts(t *testing.T) {
	t.Parallel()
	dialecttest.RunTranscripts(t, "testdata")
}

func TestEveryKindOfErrorHasAnAnswer(t *testing.T) {
	t.Parallel()
	dialecttest.EveryKind(t, plaid.Status)
}

func TestEveryEventIsToldOrLeftOut(t *testing.T) {
	t.Parallel()
	ignored := []fairlead.EventKind{
		fairlead.EventLinkOpened, fairlead.EventConnectionLinked, fairlead.EventConnectionDisconnected, fairlead.EventConsentGranted, fairlead.EventConsentExpired,
		fairlead.EventRecordsChanged, fairlead.EventDocumentAvailable, fairlead.EventDocumentRevised,
		fairlead.EventDocumentsAvailable, fairlead.EventDocumentArrived, fairlead.EventInstitutionDegraded,
		fairlead.EventInstitutionRecovered, fairlead.EventInstitutionRequested, fairlead.EventLinkCreated, fairlead.EventConsentFailed, fairlead.EventEndpointTest,
	}
	note := `{"webhook":"https://app.example.com/hook"}`
	origin := fairlead.Origin{Dialect: "plaid", State: json.RawMessage(`{"hosted":true,"nonce":"n","webhook":"https://app.example.com/hook"}`)}
	dialecttest.EveryEvent(t, plaid.New(dialect.Verbs{}), ignored, func(fairlead.EventKind) notifying.EventContext {
		return notifying.EventContext{
			Event:       fairlead.Event{Cause: fairlead.CauseFirst, Dialect: "plaid", Request: json.RawMessage(`{"type":"ITEM","code":"ERROR"}`)},
			Application: fairlead.Application{ID: "app_1"},
			Link:        &fairlead.Link{Origin: origin, Opened: fairlead.Date{Year: 2026, Month: 1, Day: 1}.Time()},
			Connection:  &fairlead.Connection{ID: "con_1", Products: map[fairlead.Product]fairlead.ProductState{fairlead.ProductTransactions: {}}},
			Note: func(dialect, key string, into any) bool {
				return dialect == "plaid" && key == plaid.ItemKey("con_1", "app_1") && json.Unmarshal([]byte(note), into) == nil
			},
		}
	})
}

func TestAnInstitutionsIDComesBackFromTheVendorsForm(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, id := range []fairlead.InstitutionID{"ins_harbor", "plaid_ins_109508", "simplefin_x", "ins_via_x", "ins_via_ins_harbor", "ins_", ""} {
		theirs := plaid.InstitutionID(id)
		if back := plaid.OurInstitution(theirs); back != id || !strings.HasPrefix(theirs, "ins_") || seen[theirs] {
			t.Errorf("%q becomes %q and then %q", id, theirs, back)
		}
		seen[theirs] = true
	}
}

// client is a backend that was written for the vendor's API.
type client struct{ *apptest.App }

func start(t *testing.T, options ...apptest.Option) client {
	t.Helper()
	return client{apptest.Start(t, options...)}
}

type object = map[string]any

// raw calls an endpoint with the application's credentials in the headers.
func (c client) raw(path string, body any) (int, object) {
	c.T.Helper()
	r := c.Request(http.MethodPost, "/plaid"+path, body)
	r.Header.Del("Authorization")
	r.Header.Set("PLAID-CLIENT-ID", access.DevClientID)
	r.Header.Set("PLAID-SECRET", access.DevSecret)
	status, content := c.Do(r)
	d := json.NewDecoder(strings.NewReader(string(content)))
	d.UseNumber()
	answer := object{}
	if err := d.Decode(&answer); err != nil {
		c.T.Fatalf("%s answered %d %s", path, status, content)
	}
	if id, _ := answer["request_id"].(string); id == "" {
		c.T.Errorf("%s answered without a request_id: %s", path, content)
	}
	follows(c.T, path, status, answer)
	return status, answer
}

// call calls an endpoint that must succeed.
func (c client) call(path string, body any) object {
	c.T.Helper()
	status, answer := c.raw(path, body)
	if status != http.StatusOK {
		c.T.Fatalf("%s answered %d %v", path, status, answer)
	}
	return answer
}

// refused calls an endpoint that must fail, and returns its error_code.
func (c client) refused(path string, body any) string {
	c.T.Helper()
	status, answer := c.raw(path, body)
	code, _ := answer["error_code"].(string)
	if status < 400 || code == "" || answer["error_type"] == "" || answer["error_message"] == "" {
		c.T.Errorf("%s answered %d %v, which is no error", path, status, answer)
	}
	if _, there := answer["display_message"]; !there {
		c.T.Errorf("%s answered without display_message", path)
	}
	return code
}

// item makes an Item of a persona at a sandbox bank and returns its access token.
func (c client) item(institution string, options object, products ...string) string {
	c.T.Helper()
	body := object{"institution_id": institution, "initial_products": products}
	if options != nil {
		body["options"] = options
	}
	public := c.call("/sandbox/public_token/create", body)["public_token"]
	return c.call("/item/public_token/exchange", object{"public_token": public})["access_token"].(string)
}

func named(token string) object { return object{"access_token": token} }

func rows(answer object, key string) (out []object) {
	list, _ := answer[key].([]any)
	for _, each := range list {
		out = append(out, each.(object))
	}
	return out
}

func TestNumbersAreWrittenDigitByDigitAndNeverThroughAFloat(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "transactions", "investments")
	for _, a := range rows(c.call("/accounts/get", named(token)), "accounts") {
		current := a["balances"].(object)["current"].(json.Number).String()
		if i := strings.IndexByte(current, '.'); i < 0 || len(current)-i != 3 {
			t.Errorf("the balance of %v is written %s", a["name"], current)
		}
	}
	answer := c.call("/investments/holdings/get", named(token))
	if len(rows(answer, "holdings")) == 0 {
		t.Fatal("there are no holdings")
	}
}

func TestWhatIsOwedIsPositiveAndWhatIsPaidIsPositive(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "transactions")
	types := map[string]string{}
	for _, a := range rows(c.call("/accounts/get", named(token)), "accounts") {
		kind := a["type"].(string)
		types[a["account_id"].(string)] = kind
		if current := a["balances"].(object)["current"].(json.Number).String(); (kind == "credit" || kind == "loan") && strings.HasPrefix(current, "-") {
			t.Errorf("%v owes %s", a["name"], current)
		}
	}
	paid, earned := 0, 0
	for _, row := range c.history(token) {
		amount := row["amount"].(json.Number).String()
		switch name := row["name"].(string); {
		case strings.HasPrefix(name, "DIRECT DEP PAYROLL"):
			if earned++; !strings.HasPrefix(amount, "-") {
				t.Errorf("a salary is %s", amount)
			}
		case row["transaction_code"] == "purchase" && types[row["account_id"].(string)] == "credit" && !strings.Contains(name, "REFUND"):
			if paid++; strings.HasPrefix(amount, "-") {
				t.Errorf("%s is %s", name, amount)
			}
		}
		if row["personal_finance_category"] != nil {
			t.Errorf("the category of %v is %v: the bank's word is none of the vendor's", row["name"], row["personal_finance_category"])
		}
	}
	if paid == 0 || earned == 0 {
		t.Errorf("%d purchases and %d salaries were seen", paid, earned)
	}
}

// history walks all pages of a sync from the beginning and returns what was added.
func (c client) history(token string) (added []object) {
	c.T.Helper()
	for next, more := "", true; more; {
		answer := c.call("/transactions/sync", object{"access_token": token, "cursor": next, "count": 500})
		added = append(added, rows(answer, "added")...)
		next, more = answer["next_cursor"].(string), answer["has_more"].(bool)
	}
	return added
}

func TestAnAccessTokenThatWasReplacedIsDeadAndTheItemStays(t *testing.T) {
	t.Parallel()
	c := start(t)
	old := c.item("ins_109508", nil, "auth")
	item := c.call("/item/get", named(old))["item"].(object)["item_id"]
	fresh := c.call("/item/access_token/invalidate", named(old))["new_access_token"].(string)
	if code := c.refused("/accounts/get", named(old)); code != "INVALID_ACCESS_TOKEN" {
		t.Errorf("the old token is refused with %s", code)
	}
	if again := c.call("/item/get", named(fresh))["item"].(object)["item_id"]; again != item {
		t.Errorf("the Item was %v and is %v", item, again)
	}
}

func TestAPublicTokenIsGoodOnceAndHalfAnHour(t *testing.T) {
	t.Parallel()
	c := start(t)
	body := object{"institution_id": "ins_harbor", "initial_products": []string{"auth"}}
	public := object{"public_token": c.call("/sandbox/public_token/create", body)["public_token"]}
	token := c.call("/item/public_token/exchange", public)["access_token"].(string)
	if code := c.refused("/item/public_token/exchange", public); code != "INVALID_PUBLIC_TOKEN" {
		t.Errorf("a second exchange is refused with %s", code)
	}
	made := object{"public_token": c.call("/item/public_token/create", named(token))["public_token"]}
	c.call("/item/public_token/exchange", made)
	if code := c.refused("/item/public_token/exchange", made); code != "INVALID_PUBLIC_TOKEN" {
		t.Errorf("one made of an access token is refused a second time with %s", code)
	}
	late := object{"public_token": c.call("/sandbox/public_token/create", body)["public_token"]}
	c.Advance("31m")
	if code := c.refused("/item/public_token/exchange", late); code != "INVALID_PUBLIC_TOKEN" {
		t.Errorf("after half an hour it is refused with %s", code)
	}
}

func TestARemovedItemSaysSo(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_harbor", nil, "transactions")
	c.call("/item/remove", named(token))
	for _, path := range []string{"/item/get", "/accounts/get", "/transactions/sync"} {
		if code := c.refused(path, named(token)); code != "ITEM_NOT_FOUND" {
			t.Errorf("%s is refused with %s", path, code)
		}
	}
}

func TestAnItemWhoseLoginWasResetIsRepairedInUpdateMode(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_harbor", nil, "transactions")
	c.call("/sandbox/item/reset_login", named(token))
	for _, path := range []string{"/accounts/get", "/accounts/balance/get", "/transactions/sync"} {
		if code := c.refused(path, named(token)); code != "ITEM_LOGIN_REQUIRED" {
			t.Errorf("%s is refused with %s", path, code)
		}
	}
	item := c.call("/item/get", named(token))["item"].(object)
	if e, _ := item["error"].(object); e == nil || e["error_code"] != "ITEM_LOGIN_REQUIRED" {
		t.Errorf("the Item has the error %v", item["error"])
	}
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"},
		"access_token": token, "hosted_link": object{"completion_redirect_uri": "http://localhost:9/done"},
	})
	p := c.Visit(link["hosted_link_url"].(string))
	walk(t, p, "good", "good")
	if at := p.ReturnURL(); at != "http://localhost:9/done" {
		t.Errorf("the page led to %s", at)
	}
	if item := c.call("/item/get", named(token))["item"].(object); item["error"] != nil {
		t.Errorf("after update mode the Item has the error %v", item["error"])
	}
	sessions := rows(c.call("/link/token/get", object{"link_token": link["link_token"]}), "link_sessions")
	if len(sessions) != 1 || sessions[0]["finished_at"] == nil || sessions[0]["on_success"] == nil || len(rows(sessions[0]["results"].(object), "item_add_results")) != 0 {
		t.Errorf("update mode adds no Item, and its session is %v", sessions)
	}
	c.call("/transactions/sync", named(token))
}

// walk leads a person through a link's page, at one institution where there is a choice.
func walk(t *testing.T, p *apptest.Browser, user, password string) {
	t.Helper()
	for range 20 {
		forms := p.Forms()
		has := func(field string) bool {
			return slices.ContainsFunc(forms, func(f apptest.Form) bool { return f.Values.Has(field) })
		}
		switch {
		case p.Left || len(forms) == 0:
			return
		case has("password"):
			p.Submit("user", user, "password", password)
		case has("code"):
			p.Submit("code", "1234")
		case has("institution"):
			p.Press("choose", "institution", "ins_harbor")
		case slices.ContainsFunc(forms, apptest.Form.Main):
			p.Submit()
		default:
			return
		}
	}
	t.Fatalf("the link does not end; the person is at %s:\n%s", p.At, p.Text())
}

func TestAHostedLinkThatThePersonLeftSaysSoAndHasNoItem(t *testing.T) {
	t.Parallel()
	c := start(t)
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"transactions"},
		"account_filters": object{"depository": object{"account_subtypes": []string{"checking"}}}, "hosted_link": object{"completion_redirect_uri": "http://localhost:9/done"},
	})
	get := func() object { return c.call("/link/token/get", object{"link_token": link["link_token"]}) }
	if before := get(); len(rows(before, "link_sessions")) != 0 || before["metadata"].(object)["account_filters"].(object)["depository"] == nil {
		t.Errorf("before it is opened: %v", before)
	}
	p := c.Visit(link["hosted_link_url"].(string))
	if open := rows(get(), "link_sessions"); len(open) != 1 || open[0]["finished_at"] != nil || open[0]["exit"] != nil {
		t.Errorf("while it is open: %v", open)
	}
	p.Press("leave")
	if at := p.ReturnURL(); at != "http://localhost:9/done" {
		t.Errorf("the page led to %s", at)
	}
	after := rows(get(), "link_sessions")
	if len(after) != 1 || after[0]["finished_at"] == nil || after[0]["exit"] == nil || after[0]["results"] != nil {
		t.Errorf("after it was left: %v", after)
	}
}

func TestAPersonWhoLeftMayOpenTheSameAddressAgainAndConnect(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, func(t *testing.T, options ...apptest.Option) {
		c := start(t, options...)
		link := c.call("/link/token/create", object{
			"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"transactions"},
			"hosted_link": object{"completion_redirect_uri": "http://localhost:9/done"},
		})
		get := func() object { return c.call("/link/token/get", object{"link_token": link["link_token"]}) }
		created := get()
		for range 2 {
			c.Advance("1m")
			c.Visit(link["hosted_link_url"].(string)).Press("leave")
		}
		walk(t, c.Visit(link["hosted_link_url"].(string)), "good", "good")
		after := get()
		sessions := rows(after, "link_sessions")
		if len(sessions) != 3 || sessions[0]["exit"] == nil || sessions[1]["exit"] == nil || sessions[2]["results"] == nil {
			t.Fatalf("the sessions are %v", sessions)
		}
		if sessions[0]["link_session_id"] == sessions[1]["link_session_id"] || after["expiration"] != created["expiration"] || after["created_at"] != created["created_at"] {
			t.Errorf("it was %v and is %v", created, after)
		}
		added := rows(sessions[2]["results"].(object), "item_add_results")
		c.call("/item/public_token/exchange", object{"public_token": added[0]["public_token"]})
		if b := c.Visit(link["hosted_link_url"].(string)); len(rows(get(), "link_sessions")) != 3 {
			t.Errorf("what has connected begins anew: %s", b.Text())
		}
	})
}

func TestALinkTokenThatHasExpiredOpensNothingAnew(t *testing.T) {
	t.Parallel()
	c := start(t)
	link := c.call("/link/token/create", object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"transactions"},
		"hosted_link": object{"url_lifetime_seconds": 600},
	})
	c.Visit(link["hosted_link_url"].(string)).Press("leave")
	c.Advance("11m")
	c.Visit(link["hosted_link_url"].(string))
	if n := len(rows(c.call("/link/token/get", object{"link_token": link["link_token"]}), "link_sessions")); n != 1 {
		t.Errorf("there are %d sessions", n)
	}
	c.Advance("48h")
	if code := c.refused("/link/token/get", object{"link_token": link["link_token"]}); code != "INVALID_LINK_TOKEN" {
		t.Errorf("two days later it is refused with %s", code)
	}
}

func TestAskingForWhatWasNotConsentedToNamesTheRemedy(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_109508", nil, "auth")
	if code := c.refused("/transactions/sync", named(token)); code != "ADDITIONAL_CONSENT_REQUIRED" {
		t.Errorf("it is refused with %s", code)
	}
}

func TestTheVendorsPasswordsCallUpTheirErrors(t *testing.T) {
	t.Parallel()
	c := start(t)
	for password, code := range map[string]string{
		"error_INVALID_CREDENTIALS": "INVALID_CREDENTIALS", "error_ITEM_LOCKED": "ITEM_LOCKED", "error_USER_SETUP_REQUIRED": "USER_SETUP_REQUIRED",
		"error_INSTITUTION_DOWN": "INSTITUTION_NOT_RESPONDING", "error_INVALID_MFA": "INVALID_MFA",
	} {
		got := c.refused("/sandbox/public_token/create", object{
			"institution_id": "ins_109508", "initial_products": []string{"auth"}, "options": object{"override_username": "user_good", "override_password": password},
		})
		if got != code {
			t.Errorf("%s is refused with %s", password, got)
		}
	}
	for _, password := range []string{"mfa_device", "mfa_questions_1_1", "mfa_selections", "pass_good"} {
		c.item("ins_109508", object{"override_username": "user_good", "override_password": password}, "auth")
	}
}

func TestAnotherApplicationsTokensOpenNothing(t *testing.T) {
	t.Parallel()
	c := start(t)
	token := c.item("ins_harbor", nil, "auth")
	var made struct {
		ClientID string `json:"client_id"`
		Secret   string `json:"secret"`
		ID       string `json:"id"`
	}
	c.Call("POST", "/applications", object{"name": "other"}, &made)
	var key struct {
		Secret string `json:"secret"`
	}
	c.Call("POST", "/applications/"+made.ID+"/keys", object{}, &key)
	r := c.Request(http.MethodPost, "/plaid/accounts/get", object{"client_id": made.ClientID, "secret": key.Secret, "access_token": token})
	r.Header.Del("Authorization")
	if status, body := c.Do(r); status != http.StatusBadRequest || !strings.Contains(string(body), "INVALID_ACCESS_TOKEN") {
		t.Errorf("another application is answered %d %s", status, body)
	}
}

func TestStatementsAreThoseOfTheDaysThatWereAskedForAndMoreAfterARefresh(t *testing.T) {
	t.Parallel()
	c := start(t)
	months := func(token string) (all []string) {
		for _, a := range rows(c.call("/statements/list", named(token)), "accounts") {
			for _, s := range rows(a, "statements") {
				all = append(all, s["year"].(json.Number).String()+"-"+s["month"].(json.Number).String())
			}
		}
		return all
	}
	distinct := func(all []string) int {
		slices.Sort(all)
		return len(slices.Compact(all))
	}
	whole := c.item("ins_109508", nil, "statements")
	listed := rows(rows(c.call("/statements/list", named(whole)), "accounts")[0], "statements")
	if len(listed) < 3 {
		t.Fatalf("there are %d statements", len(listed))
	}
	day := func(s object, d string) string {
		month := s["month"].(json.Number).String()
		return s["year"].(json.Number).String() + "-" + strings.Repeat("0", 2-len(month)) + month + "-" + d
	}
	narrow := c.item("ins_109508", object{
		"override_username": "narrow", "statements": object{"start_date": day(listed[0], "10"), "end_date": day(listed[0], "12")},
	}, "statements")
	if got := months(narrow); distinct(got) != 1 || got[0] != listed[0]["year"].(json.Number).String()+"-"+listed[0]["month"].(json.Number).String() {
		t.Errorf("the statements are those of %v", got)
	}
	c.call("/statements/refresh", object{"access_token": narrow, "start_date": day(listed[2], "10"), "end_date": day(listed[2], "12")})
	if got := months(narrow); distinct(got) != 2 {
		t.Errorf("after a refresh they are those of %v", got)
	}
	if code := c.refused("/sandbox/public_token/create", object{
		"institution_id": "ins_109508", "initial_products": []string{"statements"}, "options": object{"statements": object{"start_date": "x", "end_date": "2026-01-01"}},
	}); code != "INVALID_FIELD" {
		t.Errorf("a day that is none is refused with %s", code)
	}
}

// hosted makes an Item by a hosted link with more in its request.
func (c client) hosted(user string, more object) (token string, accounts []object) {
	c.T.Helper()
	body := object{
		"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": user}, "products": []string{"transactions"},
		"institution_id": "ins_109508", "hosted_link": object{},
	}
	maps.Copy(body, more)
	link := c.call("/link/token/create", body)
	walk(c.T.(*testing.T), c.Visit(link["hosted_link_url"].(string)), "good", "good")
	visit := rows(c.call("/link/token/get", object{"link_token": link["link_token"]}), "link_sessions")[0]
	added := rows(visit["results"].(object), "item_add_results")[0]
	token = c.call("/item/public_token/exchange", object{"public_token": added["public_token"]})["access_token"].(string)
	c.Until("the transactions are there", func() bool {
		status, answer := c.raw("/transactions/sync", named(token))
		return status != http.StatusOK || answer["transactions_update_status"] == "HISTORICAL_UPDATE_COMPLETE"
	})
	return token, rows(added, "accounts")
}

func TestAccountsThatTheFiltersOfALinkDoNotLetThroughAreNeverShown(t *testing.T) {
	t.Parallel()
	c := start(t)
	token, accounts := c.hosted("anna", object{
		"required_if_supported_products": []string{"statements", "investments"},
		"account_filters":                object{"depository": object{"account_subtypes": []string{"savings"}}, "credit": object{"account_subtypes": []string{"all"}}},
	})
	shown := map[string]bool{}
	for _, a := range rows(c.call("/accounts/get", named(token)), "accounts") {
		if kind := a["type"].(string) + "/" + a["subtype"].(string); kind != "depository/savings" && a["type"] != "credit" {
			t.Errorf("%s is shown", kind)
		}
		shown[a["account_id"].(string)] = true
	}
	if len(shown) < 2 || len(accounts) != len(shown) {
		t.Errorf("%d accounts are shown, and the link had %d", len(shown), len(accounts))
	}
	for _, row := range c.history(token) {
		if !shown[row["account_id"].(string)] {
			t.Fatalf("a transaction of %v is shown", row["account_id"])
		}
	}
	if code := c.refused("/investments/holdings/get", named(token)); code != "NO_INVESTMENT_ACCOUNTS" {
		t.Errorf("holdings are refused with %s", code)
	}
	for _, a := range rows(c.call("/statements/list", named(token)), "accounts") {
		if !shown[a["account_id"].(string)] {
			t.Errorf("statements of %v are shown", a["account_name"])
		}
	}
	none, _ := c.hosted("bob", object{"account_filters": object{"other": object{"account_subtypes": []string{"all"}}}})
	if code := c.refused("/accounts/get", named(none)); code != "NO_ACCOUNTS" {
		t.Errorf("where none passes it is refused with %s", code)
	}
	for _, wrong := range []any{7, []string{}, object{"nobody": object{"account_subtypes": []string{"all"}}}, object{"credit": object{}}, object{"credit": 7}} {
		code := c.refused("/link/token/create", object{
			"client_name": "Shop", "language": "en", "country_codes": []string{"US"}, "user": object{"client_user_id": "anna"}, "products": []string{"auth"},
			"account_filters": wrong,
		})
		if code != "INVALID_FIELD" {
			t.Errorf("%v is refused with %s", wrong, code)
		}
	}
}
