package console_test

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
)

// made makes a link by the native API.
func (d desk) made(person string) (id, address string) {
	d.T.Helper()
	var link struct{ ID, URL string }
	d.Call("POST", "/links", map[string]any{"person": person}, &link)
	return link.ID, link.URL
}

func TestALinkIsListedAndToldFromItsBeginningToItsEnd(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	id, address := d.made("ada")
	d.shows(d.get("/links"), id, ">ada<", ">open<")
	if got := d.get("/links?person=nobody"); strings.Contains(got.page, id) {
		t.Errorf("the link is listed as another person's:\n%s", got.page)
	}
	d.shows(d.get("/links?person=ada"), id)

	person := d.Visit(address)
	person.Submit()
	person.Press("choose", "institution", "harbor")
	person.Submit()
	person.SignIn("good+usercanary", "WRONG_PASSWORD")
	got := d.get("/links/" + id)
	d.shows(got, "Link made", "Opened for the first time", "Consent page", "Login form", "rejected login", "Harbor Bank")
	if strings.Contains(got.page, "WRONG_PASSWORD") || strings.Contains(got.page, "usercanary") {
		t.Errorf("the page shows what was typed:\n%s", got.page)
	}

	d.shows(d.get("/links/"+id+"/cancel"), "Cancel the link")
	d.leads(d.post("/links/"+id+"/cancel", nil), "/links/"+id+"?done=cancelled")
	d.shows(d.get("/links/"+id+"?done=cancelled"), "The link has ended", ">Cancelled<", ">exited<")
}

func TestALinkLeadsToItsConnectionAndPerson(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "SCA_SMS")
	link := first(t, d.get("/connections/"+connection), "links", "lnk")
	got := d.get("/links/" + link)
	d.shows(got, "Form for a one-time code", "The institution answers", ">Connected<", connection)
	d.shows(d.get("/people/"+first(t, got, "people", "per")), connection[len(connection)-6:], link[len(link)-6:], "authorised")
}

func TestConnectionsAreListedByTheirStatus(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	well, changed := d.Linked("ins_harbor", "good", "good"), d.Linked("ins_anchor", "saver", "PASSWORD_CHANGED")
	d.Advance("2d")
	all := d.get("/connections")
	d.shows(all, well, changed)
	acting := d.get("/connections?status=needs_action")
	d.shows(acting, changed, "rejected login")
	if strings.Contains(acting.page, well) {
		t.Errorf("a connection that is well is among those that need action:\n%s", acting.page)
	}
	if got := d.get("/connections?institution=anchor"); strings.Contains(got.page, well) || !strings.Contains(got.page, changed) {
		t.Errorf("the connections of one institution are:\n%s", got.page)
	}
	d.shows(d.get("/connections/"+changed), "The person must act", "rejected_login", "none is planned")
}

func TestAConnectionIsCollectedDisconnectedAndItsPersonErased(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "good")
	d.leads(d.post("/connections/"+connection+"/collect", nil), "/connections/"+connection+"?done=collecting")
	d.Until("it was collected again", func() bool {
		return strings.Contains(d.get("/connections/"+connection).page, ">requested")
	})
	got := d.get("/connections/" + connection)
	d.shows(got, ">requested", ">first", ">ready<", "transactions")
	d.shows(d.get("/collections/"+first(t, got, "collections", "col")), "Pages", connection)

	d.shows(d.get("/connections/"+connection+"/disconnect"), "can&#39;t be undone")
	d.leads(d.post("/connections/"+connection+"/disconnect", nil), "/connections/"+connection+"?done=disconnected")
	got = d.get("/connections/" + connection)
	d.shows(got, ">disconnected<")
	if refused := d.post("/connections/"+connection+"/collect", nil); refused.status != http.StatusUnprocessableEntity ||
		!strings.Contains(refused.page, "has been disconnected") {
		t.Errorf("collecting it was answered with %d:\n%s", refused.status, refused.page)
	}

	person := first(t, got, "people", "per")
	d.shows(d.get("/people/"+person+"/erase"), "Erase the person")
	d.leads(d.post("/people/"+person+"/erase", nil), "/connections?done=erased")
	if got := d.get("/people/" + person); got.status != http.StatusNotFound {
		t.Errorf("the person is answered with %d", got.status)
	}
	d.Advance("2h") // until then a vendor's dialect knows them, to publish the end
	d.shows(d.get("/connections"), ">erased<")
	d.shows(d.get("/audit"), "connection.disconnect", "operator")
}

func TestNothingThatAnInstitutionGaveIsShownUntilItIsRevealed(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "good")
	verbs, tenant := d.Server.Verbs, d.tenant()
	accounts := apptest.List[struct{ ID, Name string }](d.App, "/connections/"+connection+"/accounts")
	transactions := apptest.List[struct{ ID, Description string }](d.App, "/connections/"+connection+"/transactions")
	number := ""
	for _, a := range accounts {
		account, err := verbs.Reading.Account(t.Context(), tenant, fairlead.RecordID(a.ID), true)
		if err != nil {
			t.Fatal(err)
		}
		number = cmp.Or(number, account.Numbers.Number)
	}
	data := "/connections/" + connection + "/data"
	link := first(t, d.get("/connections/"+connection), "links", "lnk")
	document := apptest.List[struct{ ID string }](d.App, "/connections/"+connection+"/documents")[0].ID
	for _, path := range []string{
		"", "/links", "/links/" + link, "/connections", "/connections/" + connection, data, data + "?show=transactions", "/events", "/audit",
		"/search?q=" + connection, "/search?q=" + url.QueryEscape(transactions[0].Description),
	} {
		got := d.get(path)
		for _, canary := range []string{accounts[0].Name, transactions[1].Description + "</", number} {
			if canary != "" && strings.Contains(got.page, canary) {
				t.Errorf("%s shows %q before it is revealed", path, canary)
			}
		}
	}
	for _, path := range []string{data + "/documents/" + document, data + "/transactions/" + transactions[0].ID} {
		d.leads(d.get(path), data)
	}
	if n := d.audited("connection.reveal"); n != 0 {
		t.Fatalf("%d reveals are on the audit trail before there was one", n)
	}

	d.leads(d.post(data, url.Values{"show": {"transactions"}}), data+"?show=transactions")
	d.shows(d.get(data+"?show=transactions"), transactions[0].Description)
	d.shows(d.get(data), accounts[0].Name)
	d.shows(d.get(data+"/transactions/"+transactions[0].ID), transactions[0].ID, "Versions")
	if got := d.get(data); number == "" || strings.Contains(got.page, number) {
		t.Errorf("the account number %q is shown though nobody wanted it", number)
	}
	got := d.get(data + "/documents/" + document)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(got.page, "%PDF") {
		t.Errorf("the document was answered with %d %v", got.status, got.header)
	}
	if n := d.audited("connection.reveal"); n != 1 {
		t.Errorf("%d reveals are on the audit trail, want 1 however many pages were looked at", n)
	}
	if n := d.audited("document.download"); n != 1 {
		t.Errorf("%d downloads are on the audit trail", n)
	}

	d.leads(d.post(data+"/numbers", url.Values{"show": {"accounts"}}), data+"?show=accounts")
	d.shows(d.get(data), number)
	if n := d.audited("connection.reveal_numbers"); n != 1 {
		t.Errorf("%d reveals of numbers are on the audit trail", n)
	}
	d.leads(d.post(data+"/hide", nil), "/connections/"+connection)
	if got := d.get(data); strings.Contains(got.page, accounts[0].Name) {
		t.Errorf("it is shown after it was hidden")
	}
}

func TestIDsOfOtherTenantsAndConnectionsLeadNowhere(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection, other := d.Linked("ins_harbor", "good", "good"), d.Linked("ins_harbor", "saver", "saver")
	link := first(t, d.get("/connections/"+connection), "links", "lnk")
	transaction := apptest.List[struct{ ID string }](d.App, "/connections/"+connection+"/transactions")[0].ID
	if _, err := d.Server.Verbs.Access.CreateTenant(t.Context(), "elsewhere", fairlead.Sandbox, "seed"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		"/links/" + link, "/connections/" + connection, "/connections/" + connection + "/data", "/people/good", "/records/" + transaction,
	} {
		if got := d.elsewhere(path); got.status != http.StatusNotFound {
			t.Errorf("%s of another tenant is answered with %d", path, got.status)
		}
	}
	for _, q := range []string{link, connection, transaction, "good"} {
		if got := d.elsewhere("/search?q=" + q); got.status != http.StatusOK || !strings.Contains(got.page, "Nothing in this tenant") {
			t.Errorf("%s of another tenant is found", q)
		}
	}
	d.post("/connections/"+other+"/data", nil)
	if got := d.get("/connections/" + other + "/data/transactions/" + transaction); got.status != http.StatusNotFound {
		t.Errorf("a transaction of another connection is answered with %d", got.status)
	}
	if got := d.get("/connections/" + other + "/data?show=transactions&account=" + transaction); got.status != http.StatusNotFound {
		t.Errorf("an account of another connection is answered with %d", got.status)
	}
}

func TestTheSearchLeadsToWhatAnIDNames(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	connection := d.Linked("ins_harbor", "good", "good")
	id, address := d.made("ada")
	page := d.get("/connections/" + connection)
	transaction := apptest.List[struct{ ID string }](d.App, "/connections/"+connection+"/transactions")[0].ID
	for q, to := range map[string]string{
		connection: "/connections/" + connection, id: "/links/" + id, address: "/links/" + id, address[strings.LastIndex(address, "/")+1:]: "/links/" + id,
		first(t, page, "collections", "col"): "/collections/" + first(t, page, "collections", "col"),
		first(t, page, "consents", "cns"):    "/consents/" + first(t, page, "consents", "cns"),
		"good":                               "/people/" + first(t, page, "people", "per"), transaction: "/records/" + transaction,
		first(t, d.get("/events"), "events", "evt"): "/events/" + first(t, d.get("/events"), "events", "evt"),
	} {
		d.leads(d.get("/search?q="+url.QueryEscape(q)), to)
	}
	d.leads(d.get("/records/"+transaction), "/connections/"+connection+"/data/transactions/"+transaction)
	d.shows(d.get("/search?q=harbor"), "Harbor Bank", "/institutions/ins_harbor")
	d.shows(d.get("/search?q=bank"), "Institutions", "Harbor Bank")
	d.shows(d.get("/search?q=con_nothing"), "Nothing in this tenant")
	d.shows(d.get("/search?q="+strings.Repeat("x", 600)), "too long")
}

func TestTheSandboxIsOperatedByItsPage(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t, apptest.Frozen(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))))
	got := d.get("/sandbox")
	d.shows(got, "2026-06-01 12:00", ">frozen<", "freelancer", "SCA_SMS", "PASSWORD_CHANGED", "Nobody waits")
	app := first(t, d.get("/audit"), "applications", "app")

	linked := d.post("/sandbox/link", url.Values{"application": {app}, "institution": {"ins_harbor"}, "persona": {"saver"}, "reference": {"greta"}})
	at, word, _ := strings.Cut(linked.header.Get("Location"), "?")
	if linked.status != http.StatusSeeOther || word != "done=linked" {
		t.Fatalf("linking was answered with %d to %q:\n%s", linked.status, linked.header.Get("Location"), linked.page)
	}
	connection := strings.TrimPrefix(at, "/console/t/dev")
	d.Until("it is active", func() bool { return strings.Contains(d.get(connection).page, ">active<") })
	d.shows(d.get(connection), "greta", "Harbor Bank")

	moved := d.post("/sandbox/clock", url.Values{"hours": {"168"}})
	d.shows(d.get(strings.TrimPrefix(moved.header.Get("Location"), "/console/t/dev")), "Advanced to 2026-06-08 12:00", "7 days went by", "collection.finished")
	d.post("/sandbox/clock", url.Values{"to": {"2026-06-09T15:30"}})
	d.shows(d.get("/sandbox"), "2026-06-09 15:30")
	if got := d.post("/sandbox/clock", url.Values{"to": {"2026-06-01T00:00"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("moving the clock back was answered with %d", got.status)
	}

	d.leads(d.post(connection+"/reset", nil), connection+"?done=reset")
	d.shows(d.get(connection), "The person must act", "consent_ended")

	refused := d.post("/sandbox/link", url.Values{"application": {app}, "institution": {"ins_harbor"}, "persona": {"good"}, "password": {"LOCKED"}})
	link, word, _ := strings.Cut(refused.header.Get("Location"), "?")
	if word != "done=unlinked" {
		t.Fatalf("a locked login was answered with %d to %q", refused.status, refused.header.Get("Location"))
	}
	d.shows(d.get(strings.TrimPrefix(link, "/console/t/dev")), "locked")
}

func TestAnApprovalThatWaitsIsGivenInTheSandbox(t *testing.T) {
	t.Parallel()
	d := sit(apptest.Start(t))
	id, address := d.made("ada")
	person := d.Visit(address)
	person.Submit()
	person.Press("choose", "institution", "harbor")
	person.Submit()
	approved := make(chan answer, 1)
	go func() { // the person's page waits until this was done
		waiting := regexp.MustCompile(`name="approval" value="([^"]+)"`)
		var found []string
		d.Until("it waits", func() bool { found = waiting.FindStringSubmatch(d.get("/sandbox").page); return found != nil })
		approved <- d.post("/sandbox/approvals", url.Values{"approval": {found[1]}, "approve": {"yes"}})
	}()
	person.SignIn("good", "SCA_APP")
	d.leads(<-approved, "/sandbox?done=decided")
	d.shows(d.get("/sandbox"), "Nobody waits")
	d.shows(d.get("/links/"+id), "Waiting for an approval", "Choice of accounts")
}

// tenant is the dev tenant.
func (d desk) tenant() fairlead.TenantID {
	d.T.Helper()
	t, err := d.Server.Verbs.Access.TenantNamed(d.T.Context(), "dev")
	if err != nil {
		d.T.Fatal(err)
	}
	return t.ID
}

// audited counts what the audit trail has of an action of the operator's.
func (d desk) audited(action string) (n int) {
	d.T.Helper()
	trail, err := d.Server.Verbs.Access.AuditTrail(d.T.Context(), d.tenant(), 0, 1000)
	if err != nil {
		d.T.Fatal(err)
	}
	for _, e := range trail {
		if e.Action == action && e.Actor == "operator" {
			n++
		}
	}
	return n
}

// elsewhere opens a page of another tenant.
func (d desk) elsewhere(path string) answer {
	d.T.Helper()
	response, err := http.Get(d.URL + "/console/t/elsewhere" + path)
	if err != nil {
		d.T.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		d.T.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(body)}
}
