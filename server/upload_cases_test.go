package server_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fairlead-dev/fairlead/access"
	"github.com/fairlead-dev/fairlead/apptest"
)

// stored is what a connection has of its accounts after some files: their balances and
// rows, in any order.
type stored struct{ Balances, Rows []string }

func storedOf(app *apptest.App, con string) (got stored) {
	type account struct {
		Balances struct {
			Current *struct{ Amount, Currency string }
			AsOf    string `json:"as_of"`
		}
	}
	for _, a := range apptest.List[account](app, "/connections/"+con+"/accounts") {
		if b := a.Balances.Current; b != nil {
			got.Balances = append(got.Balances, b.Amount+" "+b.Currency+" "+a.Balances.AsOf[:10])
		}
	}
	for _, m := range apptest.List[movement](app, "/connections/"+con+"/transactions") {
		got.Rows = append(got.Rows, m.Booked+" "+m.Amount.Amount+" "+m.Amount.Currency+" "+m.Status)
	}
	slices.Sort(got.Balances)
	slices.Sort(got.Rows)
	return got
}

// caseFile reads a file of the cases that lie beside the repository.
func caseFile(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "ofx-cases", name+".ofx"))
	if os.IsNotExist(err) && os.Getenv("CI") != "true" {
		t.Skip("skipped: no cases lie beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestFilesOneAfterTheOtherEndInTheLedgerTheyAreOf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		files []string
		want  stored
	}{
		"ids that begin anew": {
			[]string{"20-fitid-restarts-prefixed-a", "20-fitid-restarts-prefixed-b"},
			stored{[]string{"500.00 USD 2023-09-30"}, []string{
				"2023-08-30 -1.50 USD posted", "2023-08-31 -9.00 USD posted", "2023-09-10 -7.25 USD posted", "2023-09-12 -2.50 USD posted",
			}},
		},
		"instalments under one id": {
			[]string{"22-installments-a", "22-installments-b", "22-installments-c"},
			stored{[]string{"-500.00 BRL 2024-01-31"}, []string{
				"2024-01-13 -90.76 BRL posted", "2024-02-13 -90.76 BRL posted", "2024-03-13 -90.76 BRL posted",
			}},
		},
		"ids made anew at each download": {
			[]string{"23-fitid-changes-a", "23-fitid-changes-b"},
			stored{[]string{"500.00 USD 2024-01-31"}, []string{
				"2024-01-10 -4.20 USD posted", "2024-01-10 -4.20 USD posted", "2024-01-11 -60.00 USD posted",
			}},
		},
		"pending, then posted": {
			[]string{"28-pending-then-posted-a", "28-pending-then-posted-b"},
			stored{[]string{"-500.00 USD 2024-01-31"}, []string{"2024-02-01 -42.00 USD posted"}},
		},
		"the older file after the newer": {
			[]string{"29-older-after-newer-a", "29-older-after-newer-b"},
			stored{[]string{"900.00 USD 2024-03-31"}, []string{"2024-01-10 -2.00 USD posted", "2024-03-10 -1.00 USD posted"}},
		},
		"one number in two currencies": {
			[]string{"57-several-currencies-one-id"},
			stored{[]string{"1000.00 EUR 2024-01-31", "2752.32 USD 2024-01-31"}, []string{"2024-01-15 1000.00 EUR posted", "2024-01-15 2752.32 USD posted"}},
		},
		"no number": {
			[]string{"59-no-account-id", "59-no-account-id"},
			stored{[]string{"500.00 MXN 2024-01-31"}, []string{"2024-01-15 -1000.00 MXN posted"}},
		},
		"one account in two ways": {
			[]string{"80-acctid-varies-a", "80-acctid-varies-b"},
			stored{[]string{"500.00 BRL 2024-01-31"}, []string{"2024-01-10 -4.00 BRL posted", "2024-01-20 -5.00 BRL posted"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := apptest.Start(t)
			con := uploaded(app, "anna", caseFile(t, c.files[0]))
			for _, file := range c.files[1:] {
				upload(app, con, "", caseFile(t, file))
			}
			if diff := cmp.Diff(c.want, storedOf(app, con)); diff != "" {
				t.Errorf("stored (-want +got)\n%s", diff)
			}
			if len(c.files) < 2 {
				return
			}
			if again := uploaded(app, "anna", caseFile(t, c.files[1])); again != con {
				t.Errorf("by page, the next file makes %s beside %s", again, con)
			}
			if diff := cmp.Diff(c.want, storedOf(app, con)); diff != "" {
				t.Errorf("stored after the same file by page (-want +got)\n%s", diff)
			}
		})
	}
}

// collection is what an upload by API came to.
type collectionOfFile struct {
	ID       string
	EndedAt  *string `json:"ended_at"`
	Warnings []struct {
		Line          int
		Field, Reason string
	}
	Offered []struct{ Currency string }
}

// upload brings a file by API and waits until it is read. query: "add_accounts=true".
func upload(app *apptest.App, con, query string, content []byte) collectionOfFile {
	app.T.Helper()
	var col collectionOfFile
	app.Call("POST", "/connections/"+con+"/files?"+strings.TrimPrefix(query+"&name=next.ofx", "&"), content, &col)
	id := col.ID
	app.Until("the file is read", func() bool {
		for _, c := range apptest.List[collectionOfFile](app, "/connections/"+con+"/collections") {
			if c.ID == id && c.EndedAt != nil {
				col = c
				return true
			}
		}
		return false
	})
	return col
}

func TestAnAccountThatTheConnectionDoesNotHaveIsOfferedAndMayBeAdded(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := uploaded(app, "anna", caseFile(t, "80-acctid-varies-a"))
	other := caseFile(t, "29-older-after-newer-a")
	if col := upload(app, con, "", other); len(col.Offered) != 1 || col.Offered[0].Currency != "USD" {
		t.Errorf("it offers %+v", col.Offered)
	}
	if got := storedOf(app, con); len(got.Rows) != 1 {
		t.Errorf("the connection has %v", got.Rows)
	}
	if col := upload(app, con, "add_accounts=true", other); len(col.Offered) != 0 {
		t.Errorf("added, it offers %+v", col.Offered)
	}
	if got := storedOf(app, con); len(got.Rows) != 2 || len(got.Balances) != 2 {
		t.Errorf("added, the connection has %+v", got)
	}
}

// problemOfFile is why a file could not be read.
type problemOfFile struct {
	Kind, Actor, Detail string
	File                *struct {
		Line          int
		Field, Reason string
	}
}

func TestAnUploadIsUndoneByAPI(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := uploaded(app, "anna", caseFile(t, "21-fitid-reused-by-bank-a"))
	before := storedOf(app, con)
	col := upload(app, con, "", caseFile(t, "21-fitid-reused-by-bank-b"))
	want := stored{[]string{"500.00 USD 2023-06-30"}, []string{
		"2023-02-10 -41.00 USD posted", "2023-02-11 -3.10 USD posted", "2023-06-10 -99.99 USD posted", "2023-06-11 -4.00 USD posted",
	}}
	if diff := cmp.Diff(want, storedOf(app, con)); diff != "" {
		t.Errorf("a bank uses an id again (-want +got)\n%s", diff)
	}
	path := "/connections/" + con + "/collections/" + col.ID + "/undo"
	var undo struct {
		ID, Cause string
		Undoes    string `json:"undoes_id"`
	}
	app.Call("POST", path, nil, &undo)
	if undo.Cause != "undo" || undo.Undoes != col.ID {
		t.Errorf("the undo is %+v", undo)
	}
	app.Until("it is undone", func() bool {
		for _, c := range apptest.List[collectionOfFile](app, "/connections/"+con+"/collections") {
			if c.ID == undo.ID && c.EndedAt != nil {
				return true
			}
		}
		return false
	})
	if diff := cmp.Diff(before, storedOf(app, con)); diff != "" {
		t.Errorf("undone, the connection is not as before (-before +after)\n%s", diff)
	}
	if status, body := app.Raw("POST", path, nil); status != 409 {
		t.Errorf("undoing it again: %d %s", status, body)
	}
	for _, c := range apptest.List[struct {
		ID       string
		UndoneBy string `json:"undone_by_id"`
	}](app, "/connections/"+con+"/collections") {
		if (c.ID == col.ID) != (c.UndoneBy == undo.ID) {
			t.Errorf("collection %s is undone by %q", c.ID, c.UndoneBy)
		}
	}
}

func TestAFileThatCannotBeReadSaysWhyByAPI(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	content, err := os.ReadFile(filepath.Join("testdata", "checking.ofx"))
	if err != nil {
		t.Fatal(err)
	}
	con := uploaded(app, "anna", content)
	form := app.Request("POST", "/v1/connections/"+con+"/files", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"+string(content)+"\r\n--b--\r\n")
	form.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	form.SetBasicAuth(access.DevClientID, access.DevSecret)
	if status, body := app.Do(form); status != http.StatusUnprocessableEntity || !strings.Contains(string(body), "the file itself") {
		t.Errorf("a form answers %d: %s", status, body)
	}
	col := upload(app, con, "", []byte("\xff\xd8\xff\xe0 a picture"))
	for _, c := range apptest.List[struct {
		ID       string
		Products map[string]struct{ Problem *problemOfFile }
	}](app, "/connections/"+con+"/collections") {
		if c.ID != col.ID {
			continue
		}
		if len(c.Products) != 1 {
			t.Errorf("%d products speak of one file", len(c.Products))
		}
		for _, p := range c.Products {
			if p.Problem == nil || p.Problem.Kind != "invalid" || p.Problem.Actor != "person" || p.Problem.Detail == "" || p.Problem.File == nil {
				t.Errorf("the problem is %+v", p.Problem)
			}
		}
	}
}

func TestAnUploadIsRefusedBeforeItIsStored(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	content, err := os.ReadFile(filepath.Join("testdata", "checking.ofx"))
	if err != nil {
		t.Fatal(err)
	}
	con := uploaded(app, "anna", content)
	files := "/connections/" + con + "/files"
	for name, c := range map[string]struct {
		path   string
		body   []byte
		status int
		says   string
	}{
		"one byte too many":          {files, make([]byte, 16<<20+1), 413, "too_large"},
		"no bytes":                   {files, []byte{}, 422, `"file"`},
		"of an account there is not": {files + "?account=acc_x", content, 422, `"account"`},
		"an answer without a name":   {files + "?answer=EUR", content, 422, `"answer"`},
		"neither true nor false":     {files + "?add_accounts=yes", content, 422, `"add_accounts"`},
	} {
		t.Run(name, func(t *testing.T) {
			status, body := app.Raw("POST", c.path, c.body)
			if status != c.status || !strings.Contains(string(body), c.says) {
				t.Errorf("%d %s", status, body)
			}
		})
	}
}

func TestAFileOfAnAccountThatItDoesNotNameIsSaidToBeOfOne(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := uploaded(app, "anna", caseFile(t, "29-older-after-newer-a"))
	account := apptest.List[struct{ ID string }](app, "/connections/"+con+"/accounts")[0].ID
	sheet := []byte("Date,Description,Amount\n2024-03-20,BAKERY,-3.50\n2024-03-21,KIOSK,-1.25\n")
	col := upload(app, con, "account="+account, sheet)
	var wanted []string
	for _, c := range apptest.List[struct {
		ID       string
		Products map[string]struct {
			Problem *struct {
				Fields []struct{ Name, Reason string }
			}
		}
	}](app, "/connections/"+con+"/collections") {
		for _, p := range c.Products {
			if c.ID == col.ID && p.Problem != nil {
				for _, f := range p.Problem.Fields {
					wanted = append(wanted, f.Name+" "+f.Reason)
				}
			}
		}
	}
	if !slices.Contains(wanted, "answer must say currency") || !slices.Contains(wanted, "answer must say sign, one of as_is inverted") {
		t.Errorf("it wants %v", wanted)
	}
	upload(app, con, "account="+account+"&answer=currency:USD&answer=sign:as_is", sheet)
	want := []string{"2024-03-10 -1.00 USD posted", "2024-03-20 -3.50 USD posted", "2024-03-21 -1.25 USD posted"}
	if diff := cmp.Diff(want, storedOf(app, con).Rows); diff != "" {
		t.Errorf("the rows (-want +got)\n%s", diff)
	}
}

func TestAnAccountThatAnUndoneUploadAddedIsOfferedAgain(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	content, err := os.ReadFile(filepath.Join("testdata", "checking.ofx"))
	if err != nil {
		t.Fatal(err)
	}
	other := regexp.MustCompile(`<ACCTID>[^<\r\n]*`).ReplaceAll(content, []byte("<ACCTID>000777666555"))
	con := uploaded(app, "anna", content)
	before := storedOf(app, con)
	added := upload(app, con, "add_accounts=true", other)
	if got := storedOf(app, con); len(got.Rows) != 2*len(before.Rows) {
		t.Fatalf("added, the connection has %d rows", len(got.Rows))
	}
	app.Call("POST", "/connections/"+con+"/collections/"+added.ID+"/undo", nil, nil)
	app.Until("it is undone", func() bool {
		all := apptest.List[collectionOfFile](app, "/connections/"+con+"/collections")
		return !slices.ContainsFunc(all, func(c collectionOfFile) bool { return c.EndedAt == nil })
	})
	if col := upload(app, con, "", other); len(col.Offered) != 1 {
		t.Errorf("after the undo it offers %+v", col.Offered)
	}
	if diff := cmp.Diff(before, storedOf(app, con)); diff != "" {
		t.Errorf("the connection is not as before (-before +after)\n%s", diff)
	}
	if col := upload(app, con, "add_accounts=true", other); len(col.Offered) != 0 {
		t.Errorf("added again, it offers %+v", col.Offered)
	}
	if got := storedOf(app, con); len(got.Rows) != 2*len(before.Rows) {
		t.Errorf("added again, the connection has %d rows", len(got.Rows))
	}
}

func TestADryRunSaysWhatAFileHoldsAndStoresNothing(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	con := uploaded(app, "anna", caseFile(t, "57-several-currencies-one-id"))
	collections := len(apptest.List[collectionOfFile](app, "/connections/"+con+"/collections"))
	var said struct {
		Files    []struct{ Format string }
		Accounts []struct {
			Known        bool
			Currency     string
			Transactions int
			Out          *struct{ Amount string }
		}
		Rows []struct{ Description string }
	}
	app.Call("POST", "/connections/"+con+"/files?dry_run=true", caseFile(t, "80-acctid-varies-a"), &said)
	if len(said.Files) != 1 || said.Files[0].Format == "" || len(said.Accounts) != 1 || said.Accounts[0].Known || said.Accounts[0].Transactions != len(said.Rows) || len(said.Rows) == 0 {
		t.Errorf("a file of another account holds %+v", said)
	}
	app.Call("POST", "/connections/"+con+"/files?dry_run=true", caseFile(t, "57-several-currencies-one-id"), &said)
	for _, a := range said.Accounts {
		if !a.Known {
			t.Errorf("its own file has an unknown account: %+v", a)
		}
	}
	r := app.Request("POST", "/v1/connections/"+con+"/files?dry_run=true", "no statement")
	r.SetBasicAuth(access.DevClientID, access.DevSecret)
	if status, body := app.Do(r); status != http.StatusUnprocessableEntity || !strings.Contains(string(body), `"kind":"unknown"`) {
		t.Errorf("what is no statement answers %d: %s", status, body)
	}
	if n := len(apptest.List[collectionOfFile](app, "/connections/"+con+"/collections")); n != collections {
		t.Errorf("%d collections, want %d: something was stored", n, collections)
	}
}
