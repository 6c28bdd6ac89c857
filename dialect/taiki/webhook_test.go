package taiki_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
)

// exact is the quick start's example, byte for byte where bytes are fixed.
var exact = regexp.MustCompile(`^\{"status":"success","data":\{"id":1,"client_id":"[0-9a-f-]{36}","metadata":\{"z":1,"a":\[1\.50,null\]\},"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\},` +
	`"files":\[(\{"status":"success","file_name":"[A-Z0-9_]+\.pdf","download_url":"http://127\.0\.0\.1:\d+/d/[A-Za-z0-9_-]+","total_size_bytes":\d+\},?)+\]\}$`)

func TestThePersonsDocumentsArriveAsTheVendorShowsThem(t *testing.T) {
	t.Parallel()
	c := start(t)
	made := c.initialize("")
	if made.TemporaryToken != made.Token {
		t.Errorf("the two names of the token hold %q and %q", made.TemporaryToken, made.Token)
	}
	p := c.open(made.TemporaryToken, `{"z":1, "a":[1.50,null]}`)
	c.signIn(p, "harbor", "good", "good")
	result := c.finish(p)
	if result["status"] != "success" || result["id"] != float64(1) || result["userId"] != made.UserID || result["metadata"].(map[string]any)["z"] != float64(1) {
		t.Errorf("onSuccess is called with %v", result)
	}
	n := c.receive(1)
	got := c.hook.Got()[0]
	if !exact.Match(got.Body) || got.Header.Get("Content-Type") != "application/json" || got.Path != "/taiki" {
		t.Errorf("posted to %s as %q: %.600s", got.Path, got.Header.Get("Content-Type"), got.Body)
	}
	if n.Data.ClientID != made.UserID {
		t.Errorf("client_id %q, want the user's id %q", n.Data.ClientID, made.UserID)
	}
	stored := apptest.List[struct{ Kind string }](c.App, "/connections/"+c.connection()+"/documents")
	if len(stored) != len(n.Files) || len(stored) < 24 {
		t.Errorf("%d files of %d documents", len(n.Files), len(stored))
	}
	form := n.file(t, "1099_INT.pdf")
	status, content := c.download(form.DownloadURL)
	if status != http.StatusOK || !strings.HasPrefix(content, "%PDF-") || float64(len(content)) != *form.Size {
		t.Errorf("the form's address answered %d with %d bytes, want a PDF of %v", status, len(content), *form.Size)
	}
	if slices.Sort(n.names()); len(slices.Compact(n.names())) != len(n.Files) {
		t.Errorf("names repeat: %q", n.names())
	}
}

func TestARetriedWebhookCarriesFreshAddressesOfFifteenMinutes(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.hook.Answer(http.StatusInternalServerError)
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	first := c.receive(1)
	c.Advance("16m") // attempts after 5 s and 5 min fail too
	before := len(c.hook.Got())
	c.hook.Answer(http.StatusOK)
	c.Advance("23m") // the fourth attempt is about half an hour after the third
	if status, content := c.download(c.receive(before+1).file(t, "1099_INT.pdf").DownloadURL); status != http.StatusOK || !strings.HasPrefix(content, "%PDF-") {
		t.Errorf("an address of the last attempt answered %d", status)
	}
	if got := len(c.hook.Got()); before < 3 || got != before+1 {
		t.Fatalf("%d attempts failed, %d in all", before, got)
	}
	last := c.receive(before + 1)
	if !slices.Equal(first.names(), last.names()) || first.Data.CreatedAt != last.Data.CreatedAt || first.Data.ID != last.Data.ID {
		t.Error("the retried webhook says something else")
	}
	name := "1099_INT.pdf"
	if status, _ := c.download(first.file(t, name).DownloadURL); status != http.StatusGone {
		t.Errorf("an address of the first attempt answered %d, want 410", status)
	}
	if status, _ := c.download(last.file(t, name).DownloadURL + "x"); status != http.StatusNotFound {
		t.Errorf("an address that was changed answered %d, want 404", status)
	}
	c.Advance("16m")
	if status, _ := c.download(last.file(t, name).DownloadURL); status != http.StatusGone {
		t.Errorf("an address answered %d after its time, want 410", status)
	}
	if len(c.hook.Got()) != before+1 {
		t.Error("a webhook that was taken was posted again")
	}
}

func TestAnAddressLivesFifteenMinutes(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	address := c.receive(1).file(t, "1099_INT.pdf").DownloadURL
	for _, step := range []struct {
		by   string
		want int
	}{{"14m", http.StatusOK}, {"2m", http.StatusGone}} {
		c.Advance(step.by)
		if status, _ := c.download(address); status != step.want {
			t.Errorf("after another %s the address answered %d, want %d", step.by, status, step.want)
		}
	}
}

func TestAReturningUsersDocumentsComeWithoutSigningIn(t *testing.T) {
	t.Parallel()
	c := start(t)
	made := c.initialize("")
	p := c.open(made.TemporaryToken, `"first"`)
	c.signIn(p, "harbor", "good", "good")
	c.finish(p)
	first := c.receive(1)
	c.Advance("40d")
	if got := len(c.hook.Got()); got != 1 {
		t.Fatalf("%d webhooks: the scheduled refreshes sent something", got)
	}
	again := c.initialize(made.UserID)
	if again.UserID != made.UserID {
		t.Fatalf("the user is %s now, was %s", again.UserID, made.UserID)
	}
	p = c.open(again.TemporaryToken, `"second"`)
	if !strings.Contains(p.Text(), "Continue with the saved sign-in") {
		t.Fatalf("the modal does not offer what is saved:\n%s", p.Text())
	}
	p.Submit()
	c.rest(p) // fails on a form of an institution
	if result := c.finish(p); result["status"] != "success" || result["id"] != float64(2) || result["userId"] != made.UserID {
		t.Errorf("onSuccess is called with %v", result)
	}
	second := c.receive(2)
	if second.Data.ID != 2 || second.Data.ClientID != made.UserID || string(second.Data.Metadata) != `"second"` {
		t.Errorf("the second webhook's data is %+v", second.Data)
	}
	if len(second.Files) <= len(first.Files) {
		t.Errorf("%d files after %d: a month has passed", len(second.Files), len(first.Files))
	}
	if status, content := c.download(second.Files[0].DownloadURL); status != http.StatusOK || !strings.HasPrefix(content, "%PDF-") {
		t.Errorf("the newest file answered %d", status)
	}
	if n := len(c.hook.Got()); n != 2 {
		t.Errorf("%d webhooks, want one for each retrieval", n)
	}
}

func TestAReturningUserMayAddAnotherInstitutionAndThenBothTellTogether(t *testing.T) {
	t.Parallel()
	apptest.Stores(t, notifyTogether)
}

func notifyTogether(t *testing.T, options ...apptest.Option) {
	c := start(t, options...)
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	harbor := c.receive(1)
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Press("another")
	c.signIn(p, "anchor", "good", "good")
	anchor := c.receive(2)
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Submit()
	c.rest(p)
	if result := c.finish(p); result["status"] != "success" {
		t.Errorf("the modal ended with %v", result)
	}
	both := c.receive(3)
	if len(both.Files) != len(harbor.Files)+len(anchor.Files) || len(anchor.Files) == 0 {
		t.Errorf("%d files, want the %d of one and the %d of the other", len(both.Files), len(harbor.Files), len(anchor.Files))
	}
	c.Advance("1m")
	if n := len(c.hook.Got()); n != 3 {
		t.Errorf("%d webhooks, want one for each opening", n)
	}
}

func TestARetrievalThatBroughtNothingIsNoSuccess(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "PRODUCT_FAILS_accounts+PRODUCT_FAILS_statements+PRODUCT_FAILS_tax_forms")
	if result := c.finish(p); result["status"] != "error" || result["error"] != "institution_down" {
		t.Errorf("the modal ended with %v", result)
	}
	c.Advance("1m")
	if got := c.hook.Got(); len(got) != 0 {
		t.Errorf("posted %s", got[0].Body)
	}
}

func TestAReturningUserWhomTheInstitutionRefusesIsToldAndSignsInNextTime(t *testing.T) {
	t.Parallel()
	c := start(t)
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "PASSWORD_CHANGED")
	c.finish(p)
	c.receive(1)
	c.Advance("3d")
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	if strings.Contains(p.Text(), "saved sign-in") {
		t.Error("a login that the institution refuses is offered")
	}
	c.signIn(p, "harbor", "good", "good")
	if result := c.finish(p); result["status"] != "success" {
		t.Errorf("the modal ended with %v", result)
	}
	c.receive(2)
}

func TestAProductThatFailedLeavesTheOthersFiles(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "PRODUCT_FAILS_statements")
	n := c.receive(1)
	n.file(t, "1099_INT.pdf")
	if slices.ContainsFunc(n.names(), func(name string) bool { return strings.HasPrefix(name, "BANK_STATEMENT") }) {
		t.Errorf("statements came: %q", n.names())
	}
}

func TestAnErasedConnectionsDocumentsAreNotToldByARetry(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.hook.Answer(http.StatusInternalServerError)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	address := c.receive(1).file(t, "1099_INT.pdf").DownloadURL
	c.Call("DELETE", "/connections/"+c.connection(), nil, nil)
	before := len(c.hook.Got())
	c.Advance("1d")
	if got := len(c.hook.Got()); got != before {
		t.Errorf("%d webhooks came after the connection's end", got-before)
	}
	if status, _ := c.download(address); status != http.StatusNotFound && status != http.StatusGone {
		t.Errorf("its document's address answered %d", status)
	}
}

func TestFilesAreNamedAsInTheVendorsExample(t *testing.T) {
	t.Parallel()
	form := func(name string, year, revision int) fairlead.Document {
		return fairlead.Document{Kind: "tax_form", Form: name, TaxYear: year, Revision: revision, FileName: "x.PDF"}
	}
	march := fairlead.Interval{To: fairlead.Date{Year: 2026, Month: 3, Day: 31}}
	documents := []fairlead.Document{
		form("1099-INT", 2025, 0), form("1099-INT", 2025, 1), form("1099-INT", 2025, 0), form("1099-INT", 2024, 0), form("W-2", 2024, 0),
		form("informe-de-rendimentos", 2025, 0), form("../etc/passwd", 2025, 0), form("", 2025, 0),
		{Kind: "statement", Period: march, FileName: "march.pdf"},
		{Kind: "statement", Period: march, MediaType: "application/pdf"},
		{Kind: "statement", Issued: fairlead.Date{Year: 2026, Month: 4, Day: 2}, FileName: "a.b/c"},
	}
	want := []string{
		"1099_INT.pdf", "1099_INT_CORRECTED.pdf", "1099_INT_2.pdf", "1099_INT_2024.pdf", "W_2.pdf",
		"INFORME_DE_RENDIMENTOS.pdf", "ETC_PASSWD.pdf", "TAX_FORM.pdf",
		"BANK_STATEMENT_2026_03.pdf", "BANK_STATEMENT_2026_03_2.pdf", "BANK_STATEMENT_2026_04",
	}
	if got := taiki.NameAll(documents); !slices.Equal(got, want) {
		text, _ := json.Marshal(got)
		t.Errorf("named %s", text)
	}
}

func TestAFirstRetrievalThatSucceedsLaterIsToldThen(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "7")
	c.signIn(p, "harbor", "good", "HTML")
	if result := c.finish(p); result["status"] != "error" {
		t.Errorf("the modal ended with %v", result)
	}
	if n := len(c.hook.Got()); n != 0 {
		t.Fatalf("%d webhooks of a retrieval that failed", n)
	}
	c.Advance("3h") // the institution is well again after an hour
	n := c.receive(1)
	if n.file(t, "1099_INT.pdf"); string(n.Data.Metadata) != "7" {
		t.Errorf("the data is %+v", n.Data)
	}
}

func TestARetryOfTheSecondDayStillTellsEverything(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.hook.Answer(http.StatusServiceUnavailable)
	p := c.open(c.initialize("").TemporaryToken, `{"order":7}`)
	c.signIn(p, "harbor", "good", "good")
	c.finish(p)
	first := c.receive(1)
	c.Advance("30h") // the link itself has been pruned by now
	before := len(c.hook.Got())
	c.hook.Answer(http.StatusOK)
	c.Advance("16h")
	last := c.receive(before + 1)
	if first.Data.ID != last.Data.ID || first.Data.ClientID != last.Data.ClientID || string(last.Data.Metadata) != `{"order":7}` || !slices.Equal(first.names(), last.names()) {
		t.Errorf("the retry says %+v and %d files, the first %+v and %d", last.Data, len(last.Files), first.Data, len(first.Files))
	}
}
