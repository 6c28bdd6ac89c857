package taiki_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fairlead-dev/fairlead"
	"github.com/fairlead-dev/fairlead/apptest"
	"github.com/fairlead-dev/fairlead/dialect/taiki"
)

// exact is the quick start's example, byte for byte where bytes are fixed.
var exact = regexp.MustCompile(`^\{"status":"success","data":\{"id":1,"client_id":"[0-9a-f-]{36}","metadata":\{"z":1,"a":\[1\.50,null\]\},"created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"\},` +
	`"files":\[(\{"status":"success","file_name":"[A-Z0-9_]+\.pdf","download_url":"http://127\.0\.0\.1:\d+/d/[A-Za-z0-9_-]+","total_size_bytes":\d+,` +
	`"type":"(bank_statement|tax_form)","institution":\{"id":"ins_harbor","name":"Harbor Bank"\},` +
	`("accounts":\[(\{"id":"acc_\w+","name":"[^"]+","mask":"\d{4}"\},?)+\],)?("tax_year":\d{4},)?"period":\{"from":"[\d-]{10}","to":"[\d-]{10}"\}\},?)+\]\}$`)

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
	stored := apptest.List[struct{ Type string }](c.App, "/connections/"+c.connection()+"/documents")
	if len(stored) != len(n.Files) || len(stored) < 24 {
		t.Errorf("%d files of %d documents", len(n.Files), len(stored))
	}
	form := n.file(t, "1099_INT")
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
	if status, content := c.download(c.receive(before+1).file(t, "1099_INT").DownloadURL); status != http.StatusOK || !strings.HasPrefix(content, "%PDF-") {
		t.Errorf("an address of the last attempt answered %d", status)
	}
	if got := len(c.hook.Got()); before < 3 || got != before+1 {
		t.Fatalf("%d attempts failed, %d in all", before, got)
	}
	last := c.receive(before + 1)
	if !slices.Equal(first.names(), last.names()) || first.Data.CreatedAt != last.Data.CreatedAt || first.Data.ID != last.Data.ID {
		t.Error("the retried webhook says something else")
	}
	name := "1099_INT"
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
	address := c.receive(1).file(t, "1099_INT").DownloadURL
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
	statements := slices.DeleteFunc(slices.Clone(both.Files), func(f file) bool { return f.Type != "bank_statement" })
	if !slices.IsSortedFunc(statements, func(a, b file) int { return strings.Compare(b.Period.To, a.Period.To) }) {
		t.Errorf("not newest first: %q", both.names())
	}
	c.Advance("1m")
	if n := len(c.hook.Got()); n != 3 {
		t.Errorf("%d webhooks, want one for each opening", n)
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

func TestAProductThatFailedIsListedBesideTheOthersFiles(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.failuresTo("/failed")
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "PRODUCT_FAILS_statements")
	if !strings.Contains(p.Text(), "Missing: Statements") {
		t.Errorf("the page says\n%s", p.Text())
	}
	result := c.finish(p)
	if listed, _ := json.Marshal(result["failed"]); result["status"] != "success" || string(listed) != `["bank_statement"]` {
		t.Errorf("onSuccess is called with %v", result)
	}
	n := c.receive(1)
	n.file(t, "1099_INT")
	if i := slices.IndexFunc(n.Files, func(f file) bool { return f.Status == "failed" }); i != len(n.Files)-1 {
		t.Fatalf("failed first at %d of %d", i, len(n.Files))
	}
	f := n.Files[len(n.Files)-1]
	if f.FileName != "BANK_STATEMENTS_HARBOR" || f.Type != "bank_statement" || f.Error != "institution_down" || f.DownloadURL != "" || *f.Size != 0 || f.Institution.ID != "ins_harbor" {
		t.Errorf("what failed is listed as %+v", f)
	}
	c.Advance("1m")
	if got := c.hook.Got(); len(got) != 1 {
		t.Errorf("%d webhooks", len(got))
	}
}

func TestAnErasedConnectionsDocumentsAreNotToldByARetry(t *testing.T) {
	t.Parallel()
	c := start(t)
	c.hook.Answer(http.StatusInternalServerError)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	address := c.receive(1).file(t, "1099_INT").DownloadURL
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

func TestAFileIsNamedByWhatItIsAlone(t *testing.T) {
	t.Parallel()
	checking, savings := fairlead.Account{Ref: "1", Name: "Everyday Checking", Mask: "4711"}, fairlead.Account{Ref: "2", Name: "Poupança nº 1"}
	form := func(name string, year, revision int) fairlead.Document {
		return fairlead.Document{
			ID: "doc_0123456789abcdefgh12", Kind: "tax_form", Form: name, TaxYear: year, Revision: revision, FileName: "x.PDF", Issued: fairlead.Date{Year: 2026, Month: 1, Day: 30},
		}
	}
	statement := func(to fairlead.Date, file, media string) fairlead.Document {
		d := form("", 0, 0)
		d.Kind, d.Period.To, d.FileName, d.MediaType = "statement", to, file, media
		return d
	}
	march := fairlead.Date{Year: 2026, Month: 3, Day: 31}
	of := func(accounts ...fairlead.Account) []fairlead.Account { return accounts }
	for _, c := range []struct {
		document fairlead.Document
		at       fairlead.InstitutionID
		of       []fairlead.Account
		want     string
	}{
		{form("1099-INT", 2025, 0), "ins_harbor", nil, "1099_INT_2025_HARBOR_EFGH12.pdf"},
		{form("1099-INT", 2025, 1), "ins_harbor", nil, "1099_INT_2025_CORRECTED_HARBOR_EFGH12.pdf"},
		{form("1099-INT", 2025, 2), "ins_harbor", nil, "1099_INT_2025_CORRECTED_2_HARBOR_EFGH12.pdf"},
		{form("1099-B", 2025, 0), "ins_harbor", of(checking), "1099_B_2025_HARBOR_4711_EFGH12.pdf"},
		{form("1099-B", 2025, 0), "ins_harbor", of(savings), "1099_B_2025_HARBOR_EFGH12.pdf"},
		{form("1099-B", 2025, 0), "ins_harbor", of(checking, savings), "1099_B_2025_HARBOR_EFGH12.pdf"},
		{form("informe-de-rendimentos", 2025, 0), "ins_caixa-d'água", nil, "INFORME_DE_RENDIMENTOS_2025_CAIXA_D_GUA_EFGH12.pdf"},
		{form("../etc/passwd", 2025, 0), "br.other", nil, "ETC_PASSWD_2025_BR_OTHER_EFGH12.pdf"},
		{form("", 0, 0), "ins_harbor", nil, "TAX_FORM_2026_HARBOR_EFGH12.pdf"},
		{form(strings.Repeat("long", 99), 2025, 0), "ins_harbor", nil, strings.Repeat("LONG", 10) + "_2025_HARBOR_EFGH12.pdf"},
		{statement(march, "x", "application/pdf"), "ins_harbor", of(checking), "BANK_STATEMENT_2026_03_HARBOR_4711_EFGH12.pdf"},
		{statement(march.AddDays(-1), "a.b/c", "text/csv"), "ins_harbor", of(checking), "BANK_STATEMENT_2026_03_30_HARBOR_4711_EFGH12.csv"},
		{statement(fairlead.Date{}, "x.statement", "text/plain; charset=utf-8"), "ins_harbor", of(checking), "BANK_STATEMENT_2026_01_30_HARBOR_4711_EFGH12"},
	} {
		if got := taiki.NameOf(c.document, c.at, c.of...); got != c.want {
			t.Errorf("named %s, want %s", got, c.want)
		}
	}
}

func TestFilesOfTwoSignInsAtOneInstitutionKeepTheirNames(t *testing.T) {
	t.Parallel()
	c := start(t)
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	one := c.receive(1)
	first := c.connection()
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Press("another")
	c.signIn(p, "harbor", "good+spouse", "good")
	other := c.receive(2)
	again := func(n int) webhook {
		p := c.open(c.initialize(made.UserID).TemporaryToken, "")
		p.Submit()
		c.rest(p)
		return c.receive(n)
	}
	sorted := func(names ...string) []string { return slices.Sorted(slices.Values(names)) }
	both := sorted(again(3).names()...)
	if want := sorted(append(one.names(), other.names()...)...); !slices.Equal(both, want) || len(slices.Compact(both)) != len(want) {
		t.Errorf("told together they are %q, told alone %q", both, want)
	}
	c.Call("DELETE", "/connections/"+first, nil, nil)
	if got := again(4).names(); !slices.Equal(got, other.names()) {
		t.Errorf("without the first the second's are %q, were %q", got, other.names())
	}
}

func TestANameStaysWithItsFileWhenANewYearComes(t *testing.T) {
	t.Parallel()
	c := start(t, apptest.Frozen(time.Date(2026, 12, 10, 12, 0, 0, 0, time.UTC)))
	made := c.initialize("")
	p := c.open(made.TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	content := map[string]string{}
	for _, f := range c.receive(1).Files {
		content[f.FileName] = c.described(f)
	}
	c.Advance("75d") // the forms of the year that has ended are out
	p = c.open(c.initialize(made.UserID).TemporaryToken, "")
	p.Submit()
	c.rest(p)
	stayed, later := 0, c.receive(2)
	if f := later.file(t, "1099_INT"); f.TaxYear != 2026 || content[f.FileName] != "" {
		t.Errorf("the newest form is %s of %d", f.FileName, f.TaxYear)
	}
	for _, f := range later.Files {
		if sum, ok := content[f.FileName]; ok {
			if stayed++; sum != c.described(f) {
				t.Errorf("%s is another document a year later", f.FileName)
			}
		}
	}
	if stayed != len(content) {
		t.Errorf("%d of %d names are there a year later", stayed, len(content))
	}
}

// described is what a file is; of a form with its content (of all would be more downloads
// than one address may make).
func (c customer) described(f file) string {
	c.T.Helper()
	text := fmt.Sprint(f.Type, f.Institution, f.Accounts, f.TaxYear, f.Period, *f.Size)
	if f.Type == "tax_form" {
		text += c.sum(f)
	}
	return text
}

// sum is the SHA-256 of a file, whose download must have the name that the webhook says.
func (c customer) sum(f file) string {
	c.T.Helper()
	r, err := http.NewRequestWithContext(c.T.Context(), http.MethodGet, f.DownloadURL, nil)
	if err != nil {
		c.T.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.T.Fatal(err)
	}
	defer answer.Body.Close()
	if got := answer.Header.Get("Content-Disposition"); got != "attachment; filename="+f.FileName {
		c.T.Errorf("%s is downloaded as %q", f.FileName, got)
	}
	h := sha256.New()
	if answer.StatusCode != http.StatusOK {
		c.T.Errorf("%s answers %d", f.FileName, answer.StatusCode)
	}
	if _, err := io.Copy(h, answer.Body); err != nil {
		c.T.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestAStatementSaysOfWhichAccountItIs(t *testing.T) {
	t.Parallel()
	c := start(t)
	p := c.open(c.initialize("").TemporaryToken, "")
	c.signIn(p, "harbor", "good", "good")
	n := c.receive(1)
	type account struct{ ID, Name, Mask string }
	masks := map[string]account{}
	for _, a := range apptest.List[account](c.App, "/connections/"+c.connection()+"/accounts") {
		masks[a.Mask] = a
	}
	of := map[string]int{}
	for _, f := range n.Files {
		if f.Type == "tax_form" {
			if f.TaxYear == 0 || !strings.Contains(f.FileName, "_"+strconv.Itoa(f.TaxYear)+"_") {
				t.Errorf("%s is of the year %d", f.FileName, f.TaxYear)
			}
			continue
		}
		if len(f.Accounts) != 1 || account(f.Accounts[0]) != masks[f.Accounts[0].Mask] || !strings.Contains(f.FileName, "_HARBOR_"+f.Accounts[0].Mask+"_") {
			t.Errorf("%s is of %+v", f.FileName, f.Accounts)
			continue
		}
		if want := "BANK_STATEMENT_" + strings.ReplaceAll(f.Period.To[:7], "-", "_") + "_HARBOR_"; !strings.HasPrefix(f.FileName, want) {
			t.Errorf("%s covers %+v", f.FileName, f.Period)
		}
		of[f.Accounts[0].ID]++
	}
	if len(of) < 2 {
		t.Errorf("statements of %d accounts", len(of))
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
	if n.file(t, "1099_INT"); string(n.Data.Metadata) != "7" {
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
