package server_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fairlead-dev/fairlead/apptest"
)

// statements are a file of our own and, where it lies beside the repository, a
// real bank's.
func statements(t *testing.T, test func(t *testing.T, content []byte)) {
	t.Helper()
	for name, path := range map[string]string{
		"of our own": filepath.Join("testdata", "checking.ofx"),
		"of a bank":  filepath.Join("..", "..", "shared", "data", "ofx", "ofxparse", "checking.ofx"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(path)
			if os.IsNotExist(err) && name == "of a bank" && os.Getenv("CI") != "true" {
				t.Skip("skipped: no real statement lies beside the repository")
			}
			if err != nil {
				t.Fatal(err)
			}
			test(t, content)
		})
	}
}

// toUpload leads a person to where a file is asked for.
func toUpload(app *apptest.App, person string) *apptest.Browser {
	app.T.Helper()
	_, address := linkFor(app, person)
	p := app.Visit(address)
	p.Submit()
	p.Press("choose", "institution", "statement")
	p.Submit()
	return p
}

// toTheEnd goes on from a preview: import, the accounts, where there are several, and the
// result, where the import could be undone as well.
func toTheEnd(p *apptest.Browser) {
	for n := 0; !p.Left && n < 4; n++ {
		if slices.ContainsFunc(p.Forms(), func(f apptest.Form) bool { return strings.HasSuffix(f.Action, "/finish") }) {
			p.Press("finish")
		} else {
			p.Submit()
		}
	}
}

// uploaded brings a file through the page and gives the connection it made.
func uploaded(app *apptest.App, person string, content []byte) string {
	app.T.Helper()
	p := toUpload(app, person)
	p.Upload("file", "checking.ofx", content)
	toTheEnd(p)
	if p.At.Query().Get("status") != "finished" {
		app.T.Fatalf("the page at %s says:\n%s", p.At, p.Text())
	}
	var got struct{ Connections []struct{ ID string } }
	app.Call("POST", "/links/exchange", map[string]string{"code": p.At.Query().Get("code")}, &got)
	con := got.Connections[0].ID
	app.Until("the file is read", func() bool {
		type collection struct {
			EndedAt *string `json:"ended_at"`
		}
		all := apptest.List[collection](app, "/connections/"+con+"/collections")
		for _, c := range all {
			if c.EndedAt == nil {
				return false
			}
		}
		return len(all) > 0
	})
	return con
}

func TestAStatementIsUploadedThroughThePage(t *testing.T) {
	t.Parallel()
	statements(t, uploadedThroughThePage)
}

func uploadedThroughThePage(t *testing.T, content []byte) {
	app := apptest.Start(t)
	con := uploaded(app, "anna", content)
	accounts := apptest.List[struct{ ID, Currency, Mask string }](app, "/connections/"+con+"/accounts")
	before := apptest.List[movement](app, "/connections/"+con+"/transactions")
	if len(accounts) != 1 || accounts[0].Currency != "USD" || len(before) != bytes.Count(content, []byte("<STMTTRN>")) {
		t.Fatalf("the file gave the accounts %v and %d transactions", accounts, len(before))
	}
	changes := len(apptest.List[struct{ ID string }](app, "/connections/"+con+"/changes"))

	if again := uploaded(app, "anna", content); again != con {
		t.Errorf("uploading again made %s beside %s", again, con)
	}
	if after := len(apptest.List[struct{ ID string }](app, "/connections/"+con+"/changes")); after != changes {
		t.Errorf("the same file again changed %d records", after-changes)
	}

	first := regexp.MustCompile(`(?s)<STMTTRN>.*?</STMTTRN>`).Find(content)
	next := bytes.Replace(bytes.Replace(first, []byte("0000486"), []byte("0009999"), 1), []byte("20110331"), []byte("20110501"), 1)
	overlapping := bytes.Replace(content, []byte("</BANKTRANLIST>"), append(next, "</BANKTRANLIST>"...), 1)
	overlapping = bytes.Replace(overlapping, []byte("<DTSTART>20000101"), []byte("<DTSTART>20110401"), 1)
	overlapping = bytes.Replace(overlapping, first, nil, 1)
	if again := uploaded(app, "anna", overlapping); again != con {
		t.Errorf("an overlapping file made %s beside %s", again, con)
	}
	after := apptest.List[movement](app, "/connections/"+con+"/transactions")
	if len(after) != len(before)+1 {
		t.Fatalf("an overlapping file with one new transaction made %d of %d", len(after), len(before))
	}
	ids := map[string]bool{}
	for _, tx := range after {
		ids[tx.ID] = true
	}
	for _, tx := range before {
		if !ids[tx.ID] {
			t.Errorf("%s of %s has another id, or is gone", tx.Description, tx.Booked)
		}
	}
}

func TestABadRowIsNamedWithItsLineBeforeAnythingIsSaved(t *testing.T) {
	t.Parallel()
	statements(t, badRow)
}

func badRow(t *testing.T, content []byte) {
	app := apptest.Start(t)
	line := 1 + bytes.Count(content[:bytes.Index(content, []byte("-34.51"))], []byte("\n"))
	bad := bytes.Replace(content, []byte("-34.51"), []byte("a lot"), 1)
	p := toUpload(app, "anna")
	p.Upload("file", "checking.ofx", bad)
	if text := p.Text(); p.Left || !strings.Contains(text, "line "+strconv.Itoa(line)) || strings.Contains(text, "a lot") {
		t.Fatalf("line %d is bad, and the page says:\n%s", line, text)
	}
	con := uploaded(app, "bert", bad)
	rows := bytes.Count(content, []byte("<STMTTRN>")) - 1
	if got := len(apptest.List[movement](app, "/connections/"+con+"/transactions")); got != rows {
		t.Errorf("%d rows are stored, want the %d others", got, rows)
	}
}

func TestAFileThatCannotBeReadIsRequestedAgain(t *testing.T) {
	t.Parallel()
	app := apptest.Start(t)
	content, err := os.ReadFile(filepath.Join("testdata", "checking.ofx"))
	if err != nil {
		t.Fatal(err)
	}
	p := toUpload(app, "anna")
	p.Upload("file", "holiday.jpg", []byte("\xff\xd8\xff\xe0 no statement"))
	if p.Left || !strings.Contains(p.Page, `type="file"`) || !strings.Contains(p.Page, `role="alert"`) {
		t.Fatalf("a picture is no statement, and the page says:\n%s", p.Text())
	}
	p.Upload("file", "checking.ofx", content)
	toTheEnd(p)
	if p.At.Query().Get("status") != "finished" {
		t.Errorf("the whole file does not help; the page says:\n%s", p.Text())
	}
}
